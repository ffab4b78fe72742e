"""What guests want: typed keys with units and ranges, and whose word counts.

Highest first: live action › request for this stay › profile › tier or VIP template › room default.
The live action is the guest's hand in the room; it belongs to the controller and never comes here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from hotel.errors import Invalid

LONGEST_WISH = 200
MOST_WISHES = 10


class PreferenceKey(StrEnum):
    COOLING_CELSIUS = "cooling_celsius"
    HEATING_CELSIUS = "heating_celsius"
    LIGHT_SCENE = "light_scene"
    LIGHT_PERCENT = "light_percent"
    CURTAIN_PERCENT = "curtain_percent"
    WISH = "wish"


class PreferenceSource(StrEnum):
    GUEST = "guest"
    DESK = "desk"
    PMS = "pms"
    LEARNED = "learned"


class Rank(IntEnum):
    """Whose word counts; the smaller number wins."""

    LIVE = 0
    STAY = 1
    PROFILE = 2
    TIER = 3
    DEFAULT = 4


LIGHT_SCENES = ("welcome", "bright", "reading", "relax", "night")


@dataclass(frozen=True, slots=True)
class NumberRange:
    name: str
    low: float
    high: float
    unit: str


RANGES = {
    PreferenceKey.COOLING_CELSIUS: NumberRange("Cooling temperature", 18, 28, "°C"),
    PreferenceKey.HEATING_CELSIUS: NumberRange("Heating temperature", 16, 26, "°C"),
    PreferenceKey.LIGHT_PERCENT: NumberRange("Light level", 0, 100, "%"),
    PreferenceKey.CURTAIN_PERCENT: NumberRange("Curtain position", 0, 100, "%"),
}


@dataclass(frozen=True, slots=True)
class Preference:
    """One typed wish. `value` is a number in the key's unit, a scene's name or a free sentence."""

    key: PreferenceKey
    value: float | str
    source: PreferenceSource

    @property
    def unit(self) -> str | None:
        found = RANGES.get(self.key)
        return found.unit if found else None


def preference(key: str, value: object, source: str) -> Preference:
    """A checked preference.

    Raises:
        Invalid: unknown key or source, or a value outside the range; the refusal names what is allowed.
    """
    try:
        known = PreferenceKey(key)
    except ValueError:
        raise Invalid(
            "unknown_preference",
            f"There is no preference {key!r}.",
            field="key",
            allowed=[k.value for k in PreferenceKey],
        ) from None
    try:
        said_by = PreferenceSource(source)
    except ValueError:
        raise Invalid(
            "unknown_preference_source",
            f"A preference does not come from {source!r}.",
            field="source",
            allowed=[s.value for s in PreferenceSource],
        ) from None
    return Preference(known, _checked(known, value), said_by)


def _checked(key: PreferenceKey, value: object) -> float | str:
    found = RANGES.get(key)
    if found is not None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not (is_number and found.low <= float(value) <= found.high):  # type: ignore[arg-type]
            raise Invalid(
                "preference_out_of_range",
                f"{found.name} must be {found.low:g} to {found.high:g} {found.unit}, not {value}.",
                field=key.value,
                low=found.low,
                high=found.high,
                unit=found.unit,
                value=value if is_number else str(value)[:40],
            )
        return float(value)  # type: ignore[arg-type]
    if key is PreferenceKey.LIGHT_SCENE:
        if value not in LIGHT_SCENES:
            raise Invalid(
                "unknown_light_scene",
                f"A light scene is one of {', '.join(LIGHT_SCENES)}.",
                field=key.value,
                allowed=list(LIGHT_SCENES),
            )
        return str(value)
    text = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(text) <= LONGEST_WISH:
        # The wish itself is not repeated: it may hold a name.
        raise Invalid(
            "bad_wish",
            f"A wish is a text of 1 to {LONGEST_WISH} characters.",
            field=key.value,
            longest=LONGEST_WISH,
        )
    return text


def check_set(preferences: Sequence[Preference]) -> None:
    """Whether these can stand together in one scope: each key once, wishes up to MOST_WISHES.

    Raises:
        Invalid: a key comes twice, or there are too many wishes.
    """
    keys = [p.key for p in preferences if p.key is not PreferenceKey.WISH]
    for key in keys:
        if keys.count(key) > 1:
            raise Invalid("preference_twice", f"{key.value} is given twice.", field=key.value)
    if len(preferences) - len(keys) > MOST_WISHES:
        raise Invalid("too_many_wishes", f"At most {MOST_WISHES} wishes are kept.", most=MOST_WISHES)


def resolve(
    layers: Iterable[tuple[Rank, Sequence[Preference]]],
) -> dict[PreferenceKey, tuple[float | str, Rank]]:
    """For each key that somebody has a word on: the value that counts and whose it is. Not for wishes."""
    resolved: dict[PreferenceKey, tuple[float | str, Rank]] = {}
    for rank, preferences in sorted(layers, key=lambda layer: layer[0]):
        for wanted in preferences:
            if wanted.key is not PreferenceKey.WISH:
                resolved.setdefault(wanted.key, (wanted.value, rank))
    return resolved


def all_wishes(layers: Iterable[tuple[Rank, Sequence[Preference]]]) -> list[str]:
    """Every free wish, those with the higher word first, each once."""
    wishes: dict[str, None] = {}
    for _, preferences in sorted(layers, key=lambda layer: layer[0]):
        for wanted in preferences:
            if wanted.key is PreferenceKey.WISH:
                wishes.setdefault(str(wanted.value))
    return list(wishes)
