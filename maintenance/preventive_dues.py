"""What every plan says of every asset that it covers: loads, and asks `preventive`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotel.database import Database
from hotel.rooms import find_property
from maintenance import assets_store, meters_store, preventive_store
from maintenance.assets import AssetState
from maintenance.assets_store import AssetRow
from maintenance.meters import Meter
from maintenance.ports import MeterReadings
from maintenance.preventive import (
    ByCondition,
    ByMeter,
    ByTime,
    CoveredAsset,
    Due,
    MeterReading,
    Past,
    Plan,
    Reading,
    covers,
    due_by_condition,
    due_by_meter,
    due_by_time,
)

FilterHours = Callable[[str], float | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A plan and when it is due next for an asset."""

    plan: Plan
    asset: AssetRow
    due: Due


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hotel's zone and its date now."""

    zone: ZoneInfo
    now: datetime
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", self.now.astimezone(self.zone).date())

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def begin_of(self, day: date) -> datetime:
        """The moment at which the day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        return self.begin_of(day + timedelta(days=1))


class PreventiveDues:
    """
    Args:
        readings: what devices have reported, for conditions.
        filter_hours: of the unit with this device id, since its filter was cleaned; None: not known.
    """

    def __init__(self, database: Database, readings: MeterReadings, filter_hours: FilterHours) -> None:
        self._database = database
        self._readings = readings
        self._filter_hours = filter_hours

    def calendar(self, session: Session) -> Calendar:
        zone = ZoneInfo(find_property(session, self._database.property_id).timezone)
        return Calendar(zone, self._database.clock.now())

    def of_house(self, session: Session, *, conditions: bool) -> list[Candidate]:
        """The next date of every active plan for every asset in use that it covers.

        Args:
            conditions: whether readings are looked at, which takes a read for each device.
        """
        property_id = self._database.property_id
        calendar = self.calendar(session)
        plans = [plan for plan in preventive_store.plans(session, property_id).values() if plan.active]
        if not conditions:
            plans = [plan for plan in plans if not isinstance(plan.trigger, ByCondition)]
        if not plans:
            return []
        meters = meters_store.readings(session, property_id)
        past = preventive_store.newest_past(session, property_id)
        found = []
        for asset, covered in self._assets(session, calendar):
            for plan in plans:
                if covers(plan.coverage, covered):
                    due = self._due(plan, asset, covered, past.get((plan.id, asset.id)), meters, calendar)
                    if due is not None:
                        found.append(Candidate(plan, asset, due))
        return found

    def covered_by(self, session: Session, plan: Plan) -> list[AssetRow]:
        """The assets in use that the plan is for."""
        calendar = self.calendar(session)
        return [row for row, covered in self._assets(session, calendar) if covers(plan.coverage, covered)]

    def _assets(self, session: Session, calendar: Calendar) -> Iterator[tuple[AssetRow, CoveredAsset]]:
        for row in assets_store.all_rows(session, self._database.property_id):
            if row.state == AssetState.IN_USE.value and row.gone_since is None:
                first = row.installed_on or calendar.day_of(row.made_at)
                yield row, CoveredAsset(row.id, row.kind, row.model, first)

    def _due(
        self,
        plan: Plan,
        asset: AssetRow,
        covered: CoveredAsset,
        past: Past | None,
        meters: Mapping[tuple[str, Meter], MeterReading],
        calendar: Calendar,
    ) -> Due | None:
        match plan.trigger:
            case ByTime():
                return due_by_time(plan, covered, past)
            case ByMeter(meter, _):
                return due_by_meter(plan, covered, meters.get((asset.id, meter)), past, calendar.today)
            case ByCondition():
                return self._by_condition(plan, plan.trigger, asset, past, calendar)

    def _by_condition(
        self, plan: Plan, rule: ByCondition, asset: AssetRow, past: Past | None, calendar: Calendar
    ) -> Due | None:
        if asset.device_id is None:
            return None
        if rule.reading is Reading.FILTER_HOURS:
            hours = self._filter_hours(asset.device_id)
            if hours is None:
                return None
            # It only grows: there is nothing to wait for.
            at_once = replace(plan, trigger=replace(rule, for_hours=0.0))
            return due_by_condition(at_once, [(calendar.now, hours)], past, calendar.now, calendar.today)
        # One more hour, so that the stretch is filled from its beginning.
        start = calendar.now - timedelta(hours=rule.for_hours + 1)
        read = self._readings.read(asset.device_id, {rule.reading.value}, start, calendar.now)
        if read is None:
            return None
        points = [(at, value) for at, value in read.points.get(rule.reading.value, ()) if value is not None]
        return due_by_condition(plan, points, past, calendar.now, calendar.today)
