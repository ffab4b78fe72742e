"""Whether a preventive plan, as people write it, is one that can be kept. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hotel.errors import Conflict, Invalid
from maintenance.preventive import ByCondition, ByMeter, ByTime, Coverage, Plan, Unit

LONGEST_NAME = 120
LONGEST_LINE = 200
MOST_LINES = 40
MOST_PARTS = 20
MOST_INCLUDED = 20
MOST_EVERY = {"days": 3660, "months": 120}
MOST_METER = 1_000_000.0
MOST_LEAD_DAYS = 90
MOST_TOLERANCE_DAYS = 180
MOST_MINUTES = 24 * 60
MOST_FOR_HOURS = 14 * 24


def check_plan(plan: Plan, others: Mapping[str, Plan]) -> Plan:
    """The plan as it is kept.

    Args:
        others: the property's plans by id, this one's older self among them or not.

    Raises:
        Invalid: something is missing, unknown, too long or out of range.
        Conflict: plans that take in each other.
    """
    _check_text("name", plan.name, LONGEST_NAME)
    if plan.coverage == Coverage():
        raise Invalid("coverage_needed", "Say which assets the plan is for.", field="coverage")
    _check_trigger(plan)
    _check_range("lead_days", plan.lead_days, 0, MOST_LEAD_DAYS)
    _check_range("tolerance_days", plan.tolerance_days, 0, MOST_TOLERANCE_DAYS)
    _check_range("minutes", plan.minutes, 5, MOST_MINUTES)
    if len(plan.checklist) > MOST_LINES:
        raise Invalid("bad_checklist", f"A list has at most {MOST_LINES} lines.", field="checklist")
    for line in plan.checklist:
        _check_text("checklist", line, LONGEST_LINE)
    if len(plan.parts) > MOST_PARTS:
        raise Invalid("too_many_parts", f"A plan has at most {MOST_PARTS} parts.", field="parts")
    for part in plan.parts:
        _check_text("parts", part.name, LONGEST_NAME)
        _check_range("parts", part.count, 1, 1000)
    _check_included(plan, others)
    return plan


def _check_trigger(plan: Plan) -> None:
    match plan.trigger:
        case ByTime(every, unit, _):
            _check_range("every", every, 1, MOST_EVERY[unit.value])
            shortest = every if unit is Unit.DAYS else every * 28
            if plan.lead_days >= shortest:
                raise Invalid(
                    "lead_too_long", "The ticket is opened after the work before was due.", field="lead_days"
                )
        case ByMeter(_, every):
            if not (math.isfinite(every) and 0 < every <= MOST_METER):
                raise Invalid("out_of_range", f"It is above 0 and at most {MOST_METER:.0f}.", field="every")
        case ByCondition(_, _, threshold, for_hours):
            if not math.isfinite(threshold) or abs(threshold) > MOST_METER:
                raise Invalid("out_of_range", "This is no threshold.", field="threshold")
            if not (math.isfinite(for_hours) and 0 <= for_hours <= MOST_FOR_HOURS):
                raise Invalid("out_of_range", f"It is from 0 to {MOST_FOR_HOURS} hours.", field="for_hours")


def _check_included(plan: Plan, others: Mapping[str, Plan]) -> None:
    if len(plan.includes) > MOST_INCLUDED:
        raise Invalid("too_many_included", f"At most {MOST_INCLUDED} plans.", field="includes")
    unknown = sorted(one for one in plan.includes if one not in others and one != plan.id)
    if unknown:
        raise Invalid("unknown_plan", "There is no such plan.", field="includes", plans=unknown)
    known = {**others, plan.id: plan}
    left, seen = list(plan.includes), set()
    while left:
        one = left.pop()
        if one == plan.id:
            raise Conflict("plans_in_a_circle", "Two plans cannot take in each other.", field="includes")
        if one not in seen:
            seen.add(one)
            left += known[one].includes if one in known else ()


def _check_text(field: str, text: str, longest: int) -> None:
    if not 1 <= len(text.strip()) <= longest:
        raise Invalid("bad_text", f"It has 1 to {longest} characters.", field=field, most=longest)


def _check_range(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Invalid("out_of_range", f"It is from {least} to {most}.", field=field, least=least, most=most)
