"""The rules of housekeeping as data that a supervisor edits: which work, how often, how long. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hotel.errors import Invalid
from housekeeping.tasks import TaskKind

MOST_RULE_DAYS = 730
MOST_RULE_MINUTES = 600.0
MOST_RULES = 200
MOST_SUPPLIES = 40
# A stayover is due from the morning on; people are asked to leave the room alone before that.
_SHORTEST_MINUTES = 1.0


@dataclass(frozen=True, slots=True)
class Supply:
    key: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of work comes about.

    Attributes:
        room_types: the room types that it is for; empty = all. The more special rule wins.
        area: the public area, with its floor.
        every_days: stayover, linen, deep clean, public area: each so many days.
        opt_out_allowed: whether a guest may do without (stayover).
        mandatory_every_days: who does without is cleaned all the same each so many days; None = never.
        lead_minutes: how long before the ETA a wish is to be met.
        response_minutes: within which a guest's request is to be met.
        vip_only: only for VIPs (turndown).
        starts_on: the day that days without a stay are counted from.
        from_hour, until_hour: local hours between which the work is done, when it has such.
    """

    id: str
    kind: TaskKind
    minutes: float
    credits: float
    room_types: tuple[str, ...] = ()
    area: str | None = None
    floor: str | None = None
    every_days: int | None = None
    opt_out_allowed: bool = True
    mandatory_every_days: int | None = None
    lead_minutes: float | None = None
    response_minutes: float | None = None
    vip_only: bool = False
    starts_on: date | None = None
    from_hour: int | None = None
    until_hour: int | None = None
    supplies: tuple[Supply, ...] = ()
    active: bool = True
    version: int = 0


# Seeds from published figures (43 min a departure, some 20 less a stayover); every one can be edited.
DEFAULT_RULES: tuple[Rule, ...] = (
    Rule("departure", TaskKind.DEPARTURE, 43.0, 1.5),
    Rule("stayover", TaskKind.STAYOVER, 22.0, 0.75, every_days=1, mandatory_every_days=3),
    Rule("pickup", TaskKind.PICKUP, 15.0, 0.5),
    Rule("turndown", TaskKind.TURNDOWN, 8.0, 0.25, vip_only=True, from_hour=17, until_hour=21),
    Rule("linen_change", TaskKind.LINEN_CHANGE, 10.0, 0.25, every_days=3),
    Rule("deep_clean", TaskKind.DEEP_CLEAN, 120.0, 4.0, every_days=90, active=False),
    Rule("inspection", TaskKind.INSPECTION, 5.0, 0.0),
    Rule("guest_request", TaskKind.GUEST_REQUEST, 10.0, 0.25, response_minutes=15.0),
    Rule("special", TaskKind.SPECIAL, 10.0, 0.25, lead_minutes=60.0),
    Rule("public_area", TaskKind.PUBLIC_AREA, 30.0, 1.0, every_days=1, active=False),
)


def rule_for(rules: Iterable[Rule], kind: TaskKind, room_type: str | None) -> Rule | None:
    """The rule that holds for rooms of this type; None when there is none or it is switched off."""
    best: Rule | None = None
    for rule in rules:
        if rule.kind != kind or (rule.room_types and room_type not in rule.room_types):
            continue
        if best is None or (bool(rule.room_types), rule.id) > (bool(best.room_types), best.id):
            best = rule
    return best if best is not None and best.active else None


def due_in_rhythm(first: date, every_days: int, on: date, last: date | None) -> bool:
    """Whether a beat of the rhythm (first + n × every_days, n ≥ 1) has come and was not met yet.

    What is done late does not shift the beats that follow.
    """
    beats = (on - first).days // every_days
    met = (last - first).days // every_days if last is not None and last >= first else 0
    return beats > met


def on_the_beat(first: date, every_days: int, on: date) -> bool:
    """Whether `on` is first + n × every_days, n ≥ 1."""
    days = (on - first).days
    return days > 0 and days % every_days == 0


def check_rule(rule: Rule) -> Rule:
    """The rule as it is kept.

    Raises:
        Invalid: a number out of range, a public area without a name, hours the wrong way round.
    """
    _within("minutes", rule.minutes, _SHORTEST_MINUTES, MOST_RULE_MINUTES)
    _within("credits", rule.credits, 0, 100)
    for name in ("every_days", "mandatory_every_days"):
        value = getattr(rule, name)
        if value is not None:
            _within(name, value, 1, MOST_RULE_DAYS)
    for name in ("lead_minutes", "response_minutes"):
        value = getattr(rule, name)
        if value is not None:
            _within(name, value, 0, 1440)
    for name in ("from_hour", "until_hour"):
        value = getattr(rule, name)
        if value is not None:
            _within(name, value, 0, 23)
    if rule.from_hour is not None and rule.until_hour is not None and rule.until_hour <= rule.from_hour:
        raise Invalid("hours_reversed", "The work ends before it begins.", field="until_hour")
    if rule.kind == TaskKind.PUBLIC_AREA and rule.active and not (rule.area or "").strip():
        raise Invalid("area_needed", "Say which area it is.", field="area")
    if len(rule.supplies) > MOST_SUPPLIES:
        raise Invalid("too_many_supplies", f"At most {MOST_SUPPLIES} supplies.", field="supplies")
    return rule


def _within(field_name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise Invalid(
            "rule_out_of_range",
            f"{field_name} is from {low:g} to {high:g}, not {value:g}.",
            field=field_name,
            low=low,
            high=high,
        )
