"""What cools and heats a room, as data: what it can do, when, and what binds it.

Pure. A house may have split units with compressors of their own, fan coils on a plant that cools in one
season and heats in the other (two pipes) or does both (four), or electric heaters alone. Only compressors
need minutes between stop and start; a valve does not. While the plant is off nothing can be made ready.

Efficiencies are heat per electricity at the room's share of the plant, of ordinary machines; they weigh
an early start against a late one and need no more than that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal

from controller.outlook import Outlook
from hotel.errors import Invalid

EquipmentKind = Literal["split", "two_pipe", "four_pipe", "electric_heat"]
KINDS: tuple[EquipmentKind, ...] = ("split", "two_pipe", "four_pipe", "electric_heat")
Doing = Literal["cool", "heat"]
MOST_OFF_HOURS = 8
# A vacant room is never let colder than this: pipes freeze in its walls before its air does.
FROST_CELSIUS = 7.0
LOWEST_FROST_CELSIUS, HIGHEST_FROST_CELSIUS = 4.0, 16.0


@dataclass(frozen=True, slots=True)
class OffHours:
    """From when to when of each local day the plant stands; over midnight when `until` is before `start`."""

    start: time
    until: time

    def covers(self, local: time) -> bool:
        if self.start <= self.until:
            return self.start <= local < self.until
        return local >= self.start or local < self.until


@dataclass(frozen=True, slots=True)
class ChangeOver:
    """When a two-pipe plant begins to heat and to cool, as (month, day)."""

    heats_from: tuple[int, int] = (10, 15)
    cools_from: tuple[int, int] = (4, 15)

    def doing(self, day: date) -> Doing:
        today = (day.month, day.day)
        heats, cools = self.heats_from, self.cools_from
        if heats > cools:
            return "cool" if cools <= today < heats else "heat"
        return "heat" if heats <= today < cools else "cool"


@dataclass(frozen=True, slots=True)
class Equipment:
    """The unit of a room. `change_over` and `off_hours` are its plant's."""

    kind: EquipmentKind = "split"
    change_over: ChangeOver = ChangeOver()
    off_hours: tuple[OffHours, ...] = ()
    frost_celsius: float = FROST_CELSIUS

    @property
    def has_compressor(self) -> bool:
        """Whether stops and starts must be minutes apart."""
        return self.kind == "split"

    @property
    def is_always_able(self) -> bool:
        """Whether neither season nor hour ever keeps it from cooling and heating."""
        return self.kind == "split" or (self.kind == "four_pipe" and not self.off_hours)

    def can(self, doing: Doing, at: datetime, zone: tzinfo) -> bool:
        """Whether it can cool or heat at this moment."""
        return doing in self.can_do(at, zone)

    def can_do(self, at: datetime, zone: tzinfo) -> frozenset[Doing]:
        """What it can do at this moment; nothing while the plant is off."""
        local = at.astimezone(zone)
        if self.kind != "split" and any(hours.covers(local.time()) for hours in self.off_hours):
            return frozenset()
        if self.kind == "electric_heat":
            return frozenset({"heat"})
        if self.kind == "two_pipe":
            return frozenset({self.change_over.doing(local.date())})
        return frozenset({"cool", "heat"})

    def only_season(self, at: datetime, zone: tzinfo) -> Literal["cooling", "heating"] | None:
        """The season that it knows these days, where that is one alone."""
        if self.kind == "electric_heat":
            return "heating"
        if self.kind == "two_pipe":
            return "cooling" if self.change_over.doing(at.astimezone(zone).date()) == "cool" else "heating"
        return None

    def back_at(self, doing: Doing, at: datetime, zone: tzinfo) -> datetime | None:
        """When it can do it (again), at or after `at`; None = not within a day."""
        for quarter in range(24 * 4 + 1):
            moment = at if quarter == 0 else _quarter(at) + timedelta(minutes=15 * quarter)
            if self.can(doing, moment, zone):
                return moment
        return None

    def off_stretches(self, start: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, datetime]]:
        """When the plant stands between `start` and `end`, UTC, in order, without overlaps."""
        if self.kind == "split":
            return []
        found: list[tuple[datetime, datetime]] = []
        day, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
        while day <= last:
            for hours in self.off_hours:
                until_day = day if hours.start <= hours.until else day + timedelta(days=1)
                begins = max(start, datetime.combine(day, hours.start, zone).astimezone(UTC))
                ends = min(end, datetime.combine(until_day, hours.until, zone).astimezone(UTC))
                if begins < ends:
                    found.append((begins, ends))
            day += timedelta(days=1)
        merged: list[tuple[datetime, datetime]] = []
        for begins, ends in sorted(found):
            if merged and begins <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
            else:
                merged.append((begins, ends))
        return merged

    def cooling_efficiency(self, outdoor_celsius: float | None) -> float:
        """Heat taken out per electricity (COP); 2.5 % less for each kelvin that it is hotter outside."""
        warmer = 0.0 if outdoor_celsius is None else outdoor_celsius - 35.0
        best = 3.2 if self.kind == "split" else 4.0
        return min(6.5, max(1.5, best * (1 - 0.025 * warmer)))

    def heating_efficiency(self, outdoor_celsius: float | None) -> float:
        """Heat brought per electricity; an electric heater brings what it takes."""
        if self.kind == "electric_heat":
            return 1.0
        warmer = 0.0 if outdoor_celsius is None else outdoor_celsius - 7.0
        return min(5.5, max(1.3, 3.2 * (1 + 0.02 * warmer)))

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "heats_from": list(self.change_over.heats_from),
            "cools_from": list(self.change_over.cools_from),
            "off_hours": [[hours.start.isoformat(), hours.until.isoformat()] for hours in self.off_hours],
            "frost_celsius": self.frost_celsius,
        }


def equipment_from_json(kept: dict[str, Any]) -> Equipment:
    """The equipment that `to_json` wrote."""
    return Equipment(
        kept["kind"],
        ChangeOver(tuple(kept["heats_from"]), tuple(kept["cools_from"])),
        tuple(
            OffHours(time.fromisoformat(start), time.fromisoformat(end)) for start, end in kept["off_hours"]
        ),
        kept["frost_celsius"],
    )


def checked_equipment(
    kind: EquipmentKind,
    heats_from: tuple[int, int],
    cools_from: tuple[int, int],
    off_hours: Sequence[tuple[time, time]],
    frost_celsius: float,
) -> Equipment:
    """Equipment as an engineer described it.

    Raises:
        Invalid: a day that no year has, hours without a length, too many of them, or a frost limit that
            protects nothing.
    """
    for month, day in (heats_from, cools_from):
        try:
            date(2024, month, day)
        except ValueError as error:
            raise Invalid("no_such_day", f"There is no day {day} in month {month}.") from error
    if kind == "two_pipe" and heats_from == cools_from:
        raise Invalid(
            "same_change_over", "A two-pipe plant cannot begin to heat and to cool on the same day."
        )
    if len(off_hours) > MOST_OFF_HOURS:
        raise Invalid("too_many_off_hours", f"At most {MOST_OFF_HOURS} times of a day.", most=MOST_OFF_HOURS)
    if any(start == until for start, until in off_hours):
        raise Invalid("empty_off_hours", "The plant's hours off must end at another time than they begin.")
    if not LOWEST_FROST_CELSIUS <= frost_celsius <= HIGHEST_FROST_CELSIUS:
        raise Invalid(
            "frost_out_of_range",
            f"Frost protection lies between {LOWEST_FROST_CELSIUS:g} and {HIGHEST_FROST_CELSIUS:g} °C.",
            low=LOWEST_FROST_CELSIUS,
            high=HIGHEST_FROST_CELSIUS,
        )
    return Equipment(
        kind,
        ChangeOver(heats_from, cools_from),
        tuple(OffHours(start, until) for start, until in off_hours),
        frost_celsius,
    )


def with_plant_hours(outlook: Outlook, can: Sequence[bool]) -> Outlook:
    """The outlook of a room whose plant stands at times.

    A ramp that the plant's hours cut short counts from when the plant is back; what cannot be done within
    the horizon is never ready.

    Args:
        can: for each step of the outlook whether the plant does what is needed.
    """
    steps = len(outlook.ready_minutes)
    ready = outlook.ready_minutes.copy()
    # From the last step to the first: a cut ramp takes as long as waiting and the ramp after it.
    for step in reversed(range(steps)):
        if ready[step] <= 0:
            continue
        last = min(steps - 1, step + int(min(ready[step], 1e6) // outlook.step_minutes))
        stop = next((at for at in range(step, last + 1) if not can[at]), None)
        if stop is None:
            continue
        back = next((at for at in range(stop, steps) if can[at]), None)
        ready[step] = math.inf if back is None else (back - step) * outlook.step_minutes + ready[back]
    return replace(outlook, ready_minutes=ready)


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)
