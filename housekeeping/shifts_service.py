"""Shifts: load, check, save. A pair is kept on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Forbidden, Invalid, NotFound
from hotel.ids import new_id
from hotel.messages import BoardChanged
from hotel.requests import check_version
from hotel.rooms import find_property
from hotel.staff_store import person_name
from housekeeping import shifts_store
from housekeeping.shifts import MOST_SHIFTS_OF_A_DAY, DayShift, ShiftState, check_shift
from housekeeping.shifts_store import ShiftRow
from housekeeping.tasks import LEADS
from housekeeping.tasks_book import TaskBook


class ShiftService:
    """The shifts of the property.

    Args:
        tasks: where the begun work of somebody who goes home is handed back.
    """

    def __init__(self, database: Database, tasks: TaskBook) -> None:
        self.database = database
        self._tasks = tasks

    def of_day(self, day: date | None) -> list[ShiftRow]:
        """The shifts of a business date (None: today's), by their beginning."""
        with self.database.read() as session:
            wanted = day or find_property(session, self.database.property_id).business_date
            return shifts_store.shifts_of_day(session, self.database.property_id, wanted)

    def find(self, shift_id: str) -> ShiftRow:
        """Raises NotFound."""
        with self.database.read() as session:
            row = session.get(ShiftRow, shift_id)
            if row is None or row.property_id != self.database.property_id:
                raise _unknown(shift_id)
            return row

    def add(self, tx: Transaction, actor: Actor, shift: DayShift) -> str:
        """Add a shift; its id is made here. Returns it. An agency attendant needs only a name.

        Raises:
            Forbidden: not a supervisor.
            NotFound: the person is not there.
            Invalid: see `shifts.check_shift`; the day is full.
        """
        _check_leads(actor)
        row = ShiftRow(id=new_id(), property_id=tx.property_id)
        made = replace(shift, id=row.id, name=self._name(tx, shift))
        others = self._others(tx, made)
        if len(others) >= MOST_SHIFTS_OF_A_DAY:
            raise Invalid("too_many_shifts", f"A day has at most {MOST_SHIFTS_OF_A_DAY} shifts.")
        check_shift(made, others, self._noon(tx, made.business_date))
        shifts_store.put_shift(row, made)
        tx.session.add(row)
        tx.session.flush()
        self._pair(tx, made)
        tx.audit(actor, "shift.add", f"shift:{row.id}", name=row.name)
        tx.announce(BoardChanged(made.business_date.isoformat()))
        return row.id

    def edit(self, tx: Transaction, actor: Actor, seen: int, shift: DayShift) -> None:
        """Replace a shift by what it should be. Raises StaleVersion, and see `add`."""
        _check_leads(actor)
        row = self._row(tx, shift.id)
        check_version("The shift", seen, row.version)
        changed = replace(shift, name=self._name(tx, shift))
        check_shift(changed, self._others(tx, changed), self._noon(tx, changed.business_date))
        if changed.state == ShiftState.SICK and row.state != ShiftState.SICK.value:
            self._hand_back(tx, actor, row)
        shifts_store.put_shift(row, changed)
        self._pair(tx, changed)
        tx.session.flush()
        tx.audit(actor, "shift.edit", f"shift:{row.id}", name=row.name, state=row.state)
        tx.announce(BoardChanged(row.business_date.isoformat()))

    def remove(self, tx: Transaction, actor: Actor, shift_id: str) -> None:
        """Take a shift away; its tasks are planned anew by the board."""
        _check_leads(actor)
        row = self._row(tx, shift_id)
        self._pair(tx, replace(shifts_store.shift_of(row), pair_with=None))
        tx.session.delete(row)
        tx.audit(actor, "shift.remove", f"shift:{row.id}", name=row.name)
        tx.announce(BoardChanged(row.business_date.isoformat()))

    def call_in_sick(self, tx: Transaction, actor: Actor, shift_id: str) -> date:
        """Who has this shift does not come, or goes home; returns the business date to plan anew.

        What they have begun is nobody's again (or their partner's, who goes on with it), with the work
        done so far.
        """
        _check_leads(actor)
        row = self._row(tx, shift_id)
        self._hand_back(tx, actor, row)
        row.state = ShiftState.SICK.value
        self._pair(tx, replace(shifts_store.shift_of(row), pair_with=None))
        row.pair_with = None
        tx.session.flush()
        tx.audit(actor, "shift.sick", f"shift:{row.id}", name=row.name)
        tx.announce(BoardChanged(row.business_date.isoformat()))
        return row.business_date

    def _hand_back(self, tx: Transaction, actor: Actor, row: ShiftRow) -> None:
        attendant_id = shifts_store.shift_of(row).attendant_id
        handed = self._tasks.hand_back(tx, actor, attendant_id, row.business_date, "sick")
        if handed:
            tx.audit(actor, "shift.handed_back", f"shift:{row.id}", tasks=handed)

    def _row(self, tx: Transaction, shift_id: str) -> ShiftRow:
        row = shifts_store.shift_for_edit(tx.session, tx.property_id, shift_id)
        if row is None:
            raise _unknown(shift_id)
        return row

    def _name(self, tx: Transaction, shift: DayShift) -> str:
        if shift.staff_id is None:
            return shift.name.strip()
        name = person_name(tx.session, tx.property_id, shift.staff_id)
        if name is None:
            raise NotFound("unknown_attendant", "There is no such attendant.", attendant_id=shift.staff_id)
        return name

    def _others(self, tx: Transaction, shift: DayShift) -> Sequence[DayShift]:
        rows = shifts_store.shifts_of_day(tx.session, tx.property_id, shift.business_date)
        return [shifts_store.shift_of(row) for row in rows if row.id != shift.id]

    def _noon(self, tx: Transaction, day: date) -> datetime:
        zone = ZoneInfo(find_property(tx.session, tx.property_id).timezone)
        return datetime.combine(day, time(12), zone).astimezone(UTC)

    def _pair(self, tx: Transaction, shift: DayShift) -> None:
        """Have the partner name this shift, and nobody else name either of them."""
        for row in shifts_store.shifts_of_day(tx.session, tx.property_id, shift.business_date):
            if row.id == shift.pair_with:
                row.pair_with = shift.id
            elif row.id != shift.id and row.pair_with in (shift.id, shift.pair_with) and row.pair_with:
                row.pair_with = None


def _unknown(shift_id: str) -> NotFound:
    return NotFound("unknown_shift", "There is no such shift.", shift_id=shift_id)


def _check_leads(actor: Actor) -> None:
    if not actor.has(*LEADS):
        raise Forbidden("not_for_role", "Only a supervisor keeps the shifts.")
