"""What a property sets for its housekeeping. Pure; kept as one versioned row."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from hotel.errors import Invalid
from housekeeping.inspection import InspectionRules, check_inspection_rules


@dataclass(frozen=True, slots=True)
class HousekeepingSettings:
    """Attributes:
    pickup_used: whether "pickup" is a status here; without it such a room is dirty.
    inspected_used: whether "inspected" is one; without it clean is all there is.
    welfare_hours: a room that asks not to be disturbed for so long is looked after.
    remind_after_minutes: how long past its time a task is before its attendant is reminded, and
        again how long before the supervisor is.
    learn_by_attendant: whether durations are learned of each attendant.
    small_house: one person keeps the house: one list for all, no board, no inspection.
    """

    pickup_used: bool = True
    inspected_used: bool = True
    inspection: InspectionRules = field(default_factory=InspectionRules)
    welfare_hours: float = 24.0
    remind_after_minutes: float = 10.0
    learn_by_attendant: bool = False
    small_house: bool = False


def check_settings(settings: HousekeepingSettings) -> HousekeepingSettings:
    """Raises Invalid for what cannot be."""
    check_inspection_rules(settings.inspection)
    if not settings.inspected_used and settings.inspection.any:
        raise Invalid(
            "inspected_not_used",
            "Where there is no status inspected, nothing is inspected.",
            field="inspection",
        )
    if settings.small_house and (settings.inspected_used or settings.inspection.any):
        raise Invalid(
            "small_house_inspects",
            "In a small house nobody inspects: switch off the status inspected and its rules as well.",
            field="small_house",
        )
    for name, low, high in (("welfare_hours", 1, 168), ("remind_after_minutes", 1, 240)):
        if not low <= getattr(settings, name) <= high:
            raise Invalid("setting_out_of_range", f"{name} is from {low} to {high}.", field=name)
    return settings


def settings_to_json(settings: HousekeepingSettings) -> dict[str, Any]:
    return asdict(settings)


def settings_from_json(kept: dict[str, Any]) -> HousekeepingSettings:
    """What was kept; what a newer version wrote besides is dropped."""
    known = {one.name for one in fields(HousekeepingSettings)}
    values = {name: value for name, value in kept.items() if name in known}
    values["inspection"] = InspectionRules(**values.get("inspection", {}))
    return HousekeepingSettings(**values)
