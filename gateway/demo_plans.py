"""The preventive plans of the demo's hotel: what a chief engineer would write on the first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from gateway.main import Service
from hotel.actor import SYSTEM
from hotel.rooms import find_property
from maintenance.meters import Meter
from maintenance.preventive import (
    ByCondition,
    ByMeter,
    ByTime,
    Coverage,
    Plan,
    PlanPart,
    Reading,
    Side,
    Trigger,
    Unit,
    WorkClass,
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    work_class: WorkClass
    trigger: Trigger
    kind: str
    minutes: int
    checklist: tuple[str, ...]
    parts: tuple[PlanPart, ...] = ()
    # Names of plans above it whose work it contains.
    includes: tuple[str, ...] = ()
    needs_vacant: bool = True
    tolerance_days: int = 7


FILTER = "AC filter"
PLANS = (
    _Wanted(
        FILTER,
        WorkClass.CLIMATE,
        ByMeter(Meter.RUN_HOURS, 500.0),
        "split_ac",
        20,
        ("Take the filters out and wash them", "Dry and put them back", "Look at the drip tray"),
    ),
    _Wanted(
        "AC yearly check",
        WorkClass.CLIMATE,
        ByTime(12, Unit.MONTHS, spread=True),
        "split_ac",
        75,
        (
            "Clean the coils",
            "Rinse the drain",
            "Measure the air in and out after 10 minutes of cooling",
            "Tighten the terminals",
        ),
        (PlanPart("Filter", "SD-F26", 2),),
        includes=(FILTER,),
        tolerance_days=21,
    ),
    _Wanted(
        "Curtain motor and rail",
        WorkClass.ROOM,
        ByTime(3, Unit.MONTHS, spread=True),
        "curtain_motor",
        15,
        ("Run it open and closed", "Wipe and grease the rail"),
        tolerance_days=14,
    ),
    _Wanted(
        "Door panel buttons",
        WorkClass.ELECTRICAL,
        ByTime(2, Unit.MONTHS, spread=True),
        "panel",
        10,
        ("Press do not disturb and make up room", "Look at both lamps"),
        needs_vacant=False,
    ),
    _Wanted(
        "Sensor battery",
        WorkClass.SAFETY,
        ByCondition(Reading.BATTERY_PERCENT, Side.BELOW, 20.0, 24.0),
        "sensor",
        10,
        ("Change the battery", "Wait for the first report"),
        (PlanPart("Battery", "CR2450", 1),),
    ),
)


def make_plans(service: Service) -> None:
    """Write them once; who has changed them keeps what they made of them."""
    preventive = service.house.preventive
    if preventive.plans():
        return
    with service.database.write() as tx:
        zone = ZoneInfo(find_property(tx.session, tx.property_id).timezone)
        first = tx.clock.now().astimezone(zone).date() + timedelta(days=1)
        ids: dict[str, str] = {}
        for wanted in PLANS:
            ids[wanted.name] = preventive.make(
                tx,
                SYSTEM,
                Plan(
                    id="",
                    name=wanted.name,
                    work_class=wanted.work_class,
                    trigger=wanted.trigger,
                    coverage=Coverage(kind=wanted.kind),
                    starts_on=first,
                    tolerance_days=wanted.tolerance_days,
                    minutes=wanted.minutes,
                    needs_vacant=wanted.needs_vacant,
                    checklist=wanted.checklist,
                    parts=wanted.parts,
                    includes=frozenset(ids[name] for name in wanted.includes),
                ),
            )
