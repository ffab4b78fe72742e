"""Preventive work by itself: what is due gets its ticket, a ticket that ended moves its plan on, and every
open work has a window in which its room is free.

All of it is worked out anew from the rows at each look, so a missed one costs minutes; a step of a ticket
is followed at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hotel.actor import SYSTEM, Role
from hotel.database import Database, Transaction
from hotel.leases import claim_due
from hotel.messages import Message, TicketChanged
from hotel.staff_store import all_staff
from maintenance import assets_store, levels_store, meters_store, preventive_store, tickets_store
from maintenance.meters import Meter
from maintenance.off_sale import OffSaleState
from maintenance.off_sale_service import OffSaleService
from maintenance.ports import RoomVacancy
from maintenance.preventive import (
    ByCondition,
    ByMeter,
    OpenWork,
    Plan,
    Reading,
    WorkState,
    all_included,
    is_ready,
    last_day,
    open_for_asset,
)
from maintenance.preventive_dues import Calendar, Candidate, PreventiveDues
from maintenance.preventive_store import PlanWorkRow, open_key
from maintenance.sla import working_stretches
from maintenance.tickets import (
    OPEN_STATES,
    REOPEN_WITHIN,
    UNDER_WAY_STATES,
    Tap,
    TicketAction,
    TicketState,
)
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_store import TicketRow
from maintenance.vacancy import AFTER_DEPARTURE, BEFORE_ARRIVAL, Stretch, Window, next_window

EVERY = timedelta(minutes=10)
CONDITIONS_EVERY = timedelta(hours=1)
# One look opens and places so many; what is left comes with the next.
MOST_OPENED = 40
MOST_PLACED = 120
# A window is looked for up to here after its last day.
HORIZON = timedelta(days=60)


class PreventiveWatch:
    """
    Args:
        vacancy: when rooms are needed by guests.
        clean_filter: called with a device's id when work that its filter's hours asked for is done.
    """

    def __init__(
        self,
        database: Database,
        desk: TicketDesk,
        off_sale: OffSaleService,
        dues: PreventiveDues,
        vacancy: RoomVacancy,
        clean_filter: Callable[[str], None],
    ) -> None:
        self._database = database
        self._desk = desk
        self._off_sale = off_sale
        self._dues = dues
        self._vacancy = vacancy
        self._clean_filter = clean_filter

    def look(self) -> int:
        """Bring everything up to now when its time has come; returns how much changed."""
        now = self._database.clock.now()
        if not claim_due(self._database, "maintenance.preventive", now + EVERY):
            return 0
        conditions = claim_due(self._database, "maintenance.conditions", now + CONDITIONS_EVERY)
        return self._follow_tickets(now) + self._open_due(conditions) + self._place(now)

    def handle(self, message: Message) -> None:
        """A ticket took a step. May be called twice for one message."""
        if isinstance(message, TicketChanged):
            self._follow(message.ticket_id)

    # -- what became of the tickets

    def _follow_tickets(self, now: datetime) -> int:
        property_id = self._database.property_id
        with self._database.read() as session:
            works = [row for row in preventive_store.open_works(session, property_id) if row.ticket_id]
            works += preventive_store.ended_since(session, property_id, now - REOPEN_WITHIN)
            tickets = {row.ticket_id for row in works if row.ticket_id is not None}
        return sum(self._follow(ticket_id) for ticket_id in sorted(tickets))

    def _follow(self, ticket_id: str) -> int:
        """Bring the ticket's work to where the ticket is; returns how many works changed."""
        property_id = self._database.property_id
        with self._database.read() as session:
            works = preventive_store.works_of_ticket(session, property_id, ticket_id)
            ticket = tickets_store.ticket(session, property_id, ticket_id) if works else None
            if ticket is None or all(row.state == _state_for(ticket).value for row in works):
                return 0
        changed = 0
        with self._database.write() as tx:
            ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
            for known in works:
                row = preventive_store.work_for_edit(tx.session, tx.property_id, known.id)
                if row is None or ticket is None or row.state == WorkState.COVERED.value:
                    continue
                wanted = _state_for(ticket)
                if row.state != wanted.value:
                    changed += self._bring(tx, row, ticket, wanted)
        return changed

    def _bring(self, tx: Transaction, row: PlanWorkRow, ticket: TicketRow, wanted: WorkState) -> bool:
        smaller = preventive_store.taken_along(tx.session, tx.property_id, row.id)
        if wanted is WorkState.OPEN:
            key = open_key(row.plan_id, row.asset_id)
            if preventive_store.work_with_open_key(tx.session, tx.property_id, key) is not None:
                # The next turn is open already: the repair that did not hold goes on as a ticket alone.
                return False
            row.state, row.open_key = wanted.value, key
            row.ended_at = row.ended_on = row.meter_id = row.meter_value = None
        else:
            at = ticket.ended_at or tx.clock.now()
            self._end(tx, row, wanted, at)
        for one in smaller:
            if wanted is WorkState.OPEN:
                self._cover_again(tx, one)
            elif wanted is WorkState.DONE:
                self._end(tx, one, wanted, row.ended_at or tx.clock.now())
            elif one.state == WorkState.COVERED.value:
                # Nobody does it along with the larger one any more: its turn comes by itself.
                tx.session.delete(one)
        tx.session.flush()
        return True

    @staticmethod
    def _cover_again(tx: Transaction, row: PlanWorkRow) -> None:
        key = open_key(row.plan_id, row.asset_id)
        if preventive_store.work_with_open_key(tx.session, tx.property_id, key) is None:
            row.state, row.open_key = WorkState.COVERED.value, key
            row.ended_at = row.ended_on = row.meter_id = row.meter_value = None

    def _end(self, tx: Transaction, row: PlanWorkRow, state: WorkState, at: datetime) -> None:
        calendar = self._dues.calendar(tx.session)
        row.state, row.open_key = state.value, None
        row.ended_at, row.ended_on = at, calendar.day_of(at)
        if state is not WorkState.DONE:
            return
        kept = preventive_store.plan_row(tx.session, tx.property_id, row.plan_id)
        trigger = preventive_store.plan_of(kept).trigger if kept is not None else None
        if isinstance(trigger, ByMeter):
            meter = next(
                (
                    one
                    for one in meters_store.of_asset(tx.session, tx.property_id, row.asset_id)
                    if one.ended_at is None and Meter(one.meter) is trigger.meter
                ),
                None,
            )
            if meter is not None:
                row.meter_id, row.meter_value = meter.id, meter.value
        if isinstance(trigger, ByCondition) and trigger.reading is Reading.FILTER_HOURS:
            asset = assets_store.asset(tx.session, tx.property_id, row.asset_id)
            if asset is not None and (device := asset.device_id) is not None:
                tx.after_commit(lambda: self._clean_filter(device))

    # -- what is due

    def _open_due(self, conditions: bool) -> int:
        property_id = self._database.property_id
        with self._database.read() as session:
            calendar = self._dues.calendar(session)
            found = self._dues.of_house(session, conditions=conditions)
            ready = [one for one in found if is_ready(one.plan, one.due, calendar.today)]
            if not ready:
                return 0
            included = all_included(preventive_store.plans(session, property_id))
            works = preventive_store.open_works(session, property_id)
            taken = _taken(session, property_id, works)
        by_asset: dict[str, dict[str, Candidate]] = {}
        for one in sorted(ready, key=lambda one: (one.due.due_on, one.asset.id)):
            by_asset.setdefault(one.asset.id, {})[one.plan.id] = one
        changed = 0
        for asset_id, candidates in by_asset.items():
            if changed >= MOST_OPENED:
                break
            mine = [row for row in works if row.asset_id == asset_id]
            along = {row.plan_id for row in mine if row.state == WorkState.COVERED.value}
            standing = [
                OpenWork(row.id, row.plan_id, row.id in taken)
                for row in mine
                if row.state == WorkState.OPEN.value
            ]
            decided = open_for_asset(set(candidates) - along, standing, included)
            changed += self._open(candidates, decided.open, decided.covered, decided.absorbed, calendar)
        return changed

    def _open(
        self,
        candidates: Mapping[str, Candidate],
        opened: Sequence[str],
        covered: Mapping[str, str],
        absorbed: Mapping[str, str],
        calendar: Calendar,
    ) -> int:
        """Open what was decided for one asset, in one transaction."""
        if not (opened or covered or absorbed):
            return 0
        with self._database.write() as tx:
            made: dict[str, PlanWorkRow] = {}
            for plan_id in opened:
                row = self._make(tx, candidates[plan_id], calendar)
                if row is not None:
                    made[plan_id] = row
            for plan_id, larger in covered.items():
                one = candidates[plan_id]
                by = made.get(larger) or preventive_store.work_with_open_key(
                    tx.session, tx.property_id, open_key(larger, one.asset.id)
                )
                if by is not None:
                    self._add_work(tx, one, WorkState.COVERED, covered_by=by.id)
            for work_id, larger in absorbed.items():
                if larger in made:
                    self._absorb(tx, work_id, made[larger], candidates[larger].plan)
        return len(opened) + len(covered)

    def _make(self, tx: Transaction, one: Candidate, calendar: Calendar) -> PlanWorkRow | None:
        plan, asset = one.plan, one.asset
        key = open_key(plan.id, asset.id)
        if preventive_store.work_with_open_key(tx.session, tx.property_id, key) is not None:
            return None
        parts = [_line(part.name, part.number, part.count) for part in plan.parts]
        ticket = self._desk.open_planned(
            tx,
            plan_id=plan.id,
            plan=plan.name,
            asset_key=asset.key,
            asset=asset.name,
            room=asset.room,
            area=asset.area,
            checklist=[*parts, *plan.checklist],
            basis={**one.due.basis, "due_on": one.due.due_on.isoformat()},
            due_by=calendar.end_of(last_day(one.due.due_on, plan.tolerance_days)),
            at=tx.clock.now(),
        )
        return self._add_work(tx, one, WorkState.OPEN, ticket_id=ticket.id)

    @staticmethod
    def _add_work(
        tx: Transaction,
        one: Candidate,
        state: WorkState,
        *,
        ticket_id: str | None = None,
        covered_by: str | None = None,
    ) -> PlanWorkRow:
        row = PlanWorkRow(
            property_id=tx.property_id,
            plan_id=one.plan.id,
            asset_id=one.asset.id,
            room=one.asset.room,
            work_class=one.plan.work_class.value,
            due_on=one.due.due_on,
            tolerance_days=one.plan.tolerance_days,
            passed_over=one.due.passed_over,
            basis=dict(one.due.basis),
            state=state.value,
            open_key=open_key(one.plan.id, one.asset.id),
            covered_by=covered_by,
            ticket_id=ticket_id,
            opened_at=tx.clock.now(),
        )
        tx.session.add(row)
        tx.session.flush()
        return row

    def _absorb(self, tx: Transaction, work_id: str, larger: PlanWorkRow, plan: Plan) -> None:
        """A smaller work that nobody has accepted goes into the larger one's ticket."""
        row = preventive_store.work_for_edit(tx.session, tx.property_id, work_id)
        if row is None or row.state != WorkState.OPEN.value or row.ticket_id is None:
            return
        ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, row.ticket_id)
        if ticket is None or TicketState(ticket.state) in UNDER_WAY_STATES:
            return
        row.state, row.covered_by, row.ticket_id = WorkState.COVERED.value, larger.id, None
        row.window_from = row.window_to = None
        now = tx.clock.now()
        if TicketState(ticket.state) in OPEN_STATES:
            tap = Tap(TicketAction.CANCEL, SYSTEM, max(now, ticket.last_at), reason=plan.name)
            self._desk.act(tx, ticket, tap, now=now)

    # -- when it is done

    def _place(self, now: datetime) -> int:
        property_id = self._database.property_id
        with self._database.read() as session:
            calendar = self._dues.calendar(session)
            levels, _ = levels_store.levels(session, property_id)
            plans = preventive_store.plans(session, property_id)
            works = [
                row
                for row in preventive_store.open_works(session, property_id)
                if row.state == WorkState.OPEN.value
            ]
            started = _started(session, property_id, works)
            # Where the assets are now: one may have been moved since its ticket was opened.
            rooms = {one.id: one.room for one in assets_store.all_rows(session, property_id)}
            hands = sum(one.active and Role.ENGINEER in one.roles for one in all_staff(session, property_id))
        windows: dict[str, tuple[str | None, Stretch]] = {
            row.id: (row.room, (row.window_from, row.window_to))
            for row in works
            if row.room == rooms.get(row.asset_id, row.room)
            and row.window_from is not None
            and row.window_to is not None
            and row.window_to > now
        }
        changed = looked = 0
        for row in works:
            if row.id in started or looked >= MOST_PLACED:
                continue
            looked += 1
            plan, room = plans[row.plan_id], rooms.get(row.asset_id, row.room)
            last = calendar.end_of(last_day(row.due_on, row.tolerance_days))
            earliest = max(now, calendar.begin_of(row.due_on - timedelta(days=plan.lead_days)))
            horizon = max(last, now) + HORIZON
            busy: Sequence[Stretch] = ()
            if plan.needs_vacant and room is not None:
                busy = self._vacancy.needed(room, now, horizon)
            mine = windows.pop(row.id, None)
            if mine is not None and _still_free(mine[1], busy, now):
                windows[row.id] = mine
                continue
            window = next_window(
                minutes=plan.minutes,
                earliest=earliest,
                last=last,
                horizon=horizon,
                working=working_stretches(earliest, levels, around_the_clock=False),
                busy=busy,
                same_place=[taken for place, taken in windows.values() if place and place == room],
                others=[taken for _, taken in windows.values()],
                abreast=max(1, hands),
            )
            if window is not None:
                windows[row.id] = (room, (window.start, window.end))
            changed += self._set_window(row.id, plan, room, window)
        return changed

    def _set_window(self, work_id: str, plan: Plan, room: str | None, window: Window | None) -> bool:
        with self._database.write() as tx:
            row = preventive_store.work_for_edit(tx.session, tx.property_id, work_id)
            if row is None or row.state != WorkState.OPEN.value or row.ticket_id is None:
                return False
            start, end = (window.start, window.end) if window is not None else (None, None)
            if (row.window_from, row.window_to, row.no_window) == (start, end, window is None):
                return False
            ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, row.ticket_id)
            if ticket is None or TicketState(ticket.state) not in OPEN_STATES:
                return False
            row.room = room
            row.window_from, row.window_to, row.no_window = start, end, window is None
            row.window_late = window is not None and window.late
            told = {
                "window_from": start.isoformat() if start else None,
                "window_to": end.isoformat() if end else None,
            }
            ticket.title_params = {**ticket.title_params, **told}
            now = tx.clock.now()
            self._desk.step(tx, ticket, "placed", SYSTEM, now, now=now, detail=told)
            proposed = (ticket.off_sale or {}).get("state")
            if (
                plan.blocks_sale
                and window is not None
                and ticket.room is not None
                and proposed in (None, OffSaleState.PROPOSED.value, OffSaleState.GIVEN_BACK.value)
            ):
                self._off_sale.propose(
                    tx,
                    SYSTEM,
                    ticket.id,
                    out_of_service=False,
                    since=window.start,
                    until=window.end,
                    reason=plan.name,
                )
        return True


def _state_for(ticket: TicketRow) -> WorkState:
    """Where the work is when its ticket is there."""
    state = TicketState(ticket.state)
    if state in OPEN_STATES:
        return WorkState.OPEN
    if state in (TicketState.CANCELLED, TicketState.DUPLICATE) or ticket.resolved_by_id is None:
        return WorkState.CANCELLED
    return WorkState.DONE


def _taken(session: Session, property_id: str, works: Sequence[PlanWorkRow]) -> frozenset[str]:
    """Works that somebody has accepted."""
    states = {one.id: TicketState(one.state) for one in _tickets(session, property_id)}
    return frozenset(
        row.id for row in works if row.ticket_id and states.get(row.ticket_id) in UNDER_WAY_STATES
    )


def _started(session: Session, property_id: str, works: Sequence[PlanWorkRow]) -> frozenset[str]:
    """Works that somebody has begun: their time is what it is."""
    begun = {one.id for one in _tickets(session, property_id) if one.started_at is not None}
    return frozenset(row.id for row in works if row.ticket_id in begun)


def _tickets(session: Session, property_id: str) -> list[TicketRow]:
    return tickets_store.in_states(session, property_id, [state.value for state in OPEN_STATES])


def _still_free(window: Stretch, busy: Sequence[Stretch], now: datetime) -> bool:
    start, end = window
    if end <= now:
        return False
    return not any(since - BEFORE_ARRIVAL < end and until + AFTER_DEPARTURE > start for since, until in busy)


def _line(name: str, number: str | None, count: int) -> str:
    return f"{name}{f' {number}' if number else ''} × {count}"
