"""Hands the front desk's stays and the controller's panels to housekeeping, which knows neither."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from frontdesk.working_day import WorkingDay
from housekeeping.needs import DayStay, Leaving


class FrontDeskWork:
    """Fills `housekeeping.ports.StaysOfDay` from the front desk."""

    def __init__(self, working_day: WorkingDay) -> None:
        self._working_day = working_day

    def stays_of_day(self, rooms: Collection[str] | None = None) -> list[DayStay]:
        return [
            DayStay(
                id=stay.id,
                state=stay.state.value,
                room=stay.room,
                arrival_date=stay.arrival_date,
                departure_date=stay.departure_date,
                eta=stay.eta,
                etd=stay.etd,
                vip=stay.vip,
                day_use=stay.day_use,
                checked_in_date=stay.checked_in_date,
                entered_date=stay.entered_date,
                queue_since=stay.queue_since,
                people=stay.people,
            )
            for stay in self._working_day.stays(rooms)
        ]

    def leavings(self, since: date, rooms: Collection[str] | None = None) -> list[Leaving]:
        return [
            Leaving(left.stay_id, left.room, left.at, left.moved, left.nights)
            for left in self._working_day.leavings(since, rooms)
        ]
