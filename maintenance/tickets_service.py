"""What people do to tickets: load, decide by the table of `tickets`, save with the history, announce."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, Invalid, NotFound
from hotel.files import check_photos
from hotel.ids import new_id
from hotel.requests import check_version
from hotel.rooms import find_property
from hotel.staff_store import all_staff, person_name
from maintenance import assets_store, levels_store, self_tests_store, store, tickets_store
from maintenance.assets import Asset
from maintenance.costs import Cost
from maintenance.ports import LockedOut, LockOuts
from maintenance.self_test import SelfTestState, check_resolve
from maintenance.sla import ServiceLevels, check_policy, check_week
from maintenance.store import FaultReportRow
from maintenance.tickets import (
    ENGINEERS,
    LEADS,
    LONGEST_COMMENT,
    OPEN_STATES,
    UNDER_WAY_STATES,
    ImpossibleNow,
    Priority,
    Tap,
    TicketAction,
    TicketState,
    happened_at,
)
from maintenance.tickets_desk import TicketDesk, unknown_ticket
from maintenance.tickets_store import TicketCostRow, TicketFilter, TicketRow, TicketStepRow
from maintenance.tickets_watch import MOST_REPAIRS, REPAIRS_SINCE, likely_end

# What ends the work: the asset must have been given back before.
NOT_WHILE_LOCKED = frozenset(
    {TicketAction.RESOLVE, TicketAction.CANCEL, TicketAction.DECLINE, TicketAction.DUPLICATE}
)
MOST_PHOTOS = 24
MOST_COSTS = 100
MOST_LINES = 40
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class TicketTap:
    """What somebody asks to be done to a ticket; `age`: how long the tap waited in a tablet's log."""

    action: TicketAction
    reason: str | None = None
    comment: str | None = None
    assign_to: str | None = None
    priority: Priority | None = None
    duplicate_of: int | None = None
    photos: tuple[str, ...] = ()
    age: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class TicketChanges:
    """What an edit sets; a name that is missing in `given` stays. `checklist`: the texts of its lines."""

    given: frozenset[str]
    priority: Priority | None = None
    ask: str | None = None
    asset_id: str | None = None
    checklist: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with what its row alone does not say."""

    row: TicketRow
    reports: Sequence[FaultReportRow]
    costs: Sequence[TicketCostRow]
    duplicate_of: int | None = None
    likely_end_at: datetime | None = None
    lock: LockedOut | None = None
    # What it is about, as the registry knows it; `today` is the hotel's, for the asset's warranty.
    asset: Asset | None = None
    today: date | None = None


class TicketService:
    """The tickets of the property as people deal with them.

    Args:
        locks: keeps commands away from what is isolated for work.
    """

    def __init__(self, database: Database, desk: TicketDesk, locks: LockOuts) -> None:
        self.database = database
        self.desk = desk
        self._locks = locks

    def act(self, tx: Transaction, actor: Actor, ticket_id: str, tap: TicketTap) -> dict[str, Any]:
        """Take one step; returns {"version"}.

        Raises:
            NotFound, ImpossibleNow, Forbidden, Invalid: see `tickets.advance`.
        """
        row = self._for_edit(tx, ticket_id)
        at = self._moment(tx, row, tap.age)
        if tap.action in NOT_WHILE_LOCKED and (lock := self._lock_of(row.id)) is not None:
            raise ImpossibleNow(
                f"{lock.by} has locked {lock.asset_key} out for this ticket; release that first.",
                TicketState(row.state),
                tap.action,
                "locked_out",
            )
        if tap.action is TicketAction.RESOLVE:
            self._check_tried(tx, row, tap.reason)
        comment = clean_comment(tap.comment)
        if tap.photos:
            self._add_photos(tx, row, tap.photos)
        self.desk.act(
            tx,
            row,
            Tap(
                tap.action,
                actor,
                at,
                reason=tap.reason,
                assign_to=self._engineer(tx, tap.assign_to),
                priority=tap.priority,
                duplicate_of=self._original_id(tx, row, tap.duplicate_of),
            ),
            now=tx.clock.now(),
            comment=comment,
            detail={"photos": list(tap.photos)} if tap.photos else None,
        )
        return {"version": row.version}

    def comment(
        self,
        tx: Transaction,
        actor: Actor,
        ticket_id: str,
        text: str | None,
        photos: Sequence[str],
        age: timedelta,
    ) -> dict[str, Any]:
        """Say something about it, or show it; moves no state."""
        row = self._for_edit(tx, ticket_id)
        said = clean_comment(text)
        if said is None and not photos:
            raise Invalid("comment_needed", "Write a word or take a photo.", field="text")
        self._add_photos(tx, row, photos)
        self.desk.step(
            tx,
            row,
            "comment",
            actor,
            self._moment(tx, row, age),
            now=tx.clock.now(),
            comment=said,
            detail={"photos": list(photos)} if photos else None,
        )
        return {"version": row.version}

    def lock_out(
        self, tx: Transaction, actor: Actor, ticket_id: str, asset_key: str | None, reason: str
    ) -> dict[str, Any]:
        """Isolate what the ticket is about: no command from any source reaches it until it is released.

        Args:
            asset_key: another asset than the ticket's own (or its room).

        Raises:
            Forbidden: not who has the ticket.
            ImpossibleNow: nobody is at work on it.
            Invalid, NotFound, Conflict: see `ports.LockOuts`.
        """
        row = self._for_edit(tx, ticket_id)
        if row.assigned_to_id != actor.id and not actor.has(*LEADS):
            raise Forbidden("not_holder", "Who has the ticket locks out what it is about.")
        if TicketState(row.state) not in UNDER_WAY_STATES:
            raise ImpossibleNow(
                "Accept the ticket before you lock something out.",
                TicketState(row.state),
                TicketAction.START,
                "state",
            )
        asset = asset_key or row.asset_key or (f"room/{row.room}" if row.room else None)
        if asset is None:
            raise Invalid("asset_needed", "Say what is locked out.", field="asset_id")
        lock = self._locks.lock_out(tx, actor, asset, reason, row.id)
        self._note(tx, row, actor, "lock_out", lock)
        return {"version": row.version}

    def release_lock_out(self, tx: Transaction, actor: Actor, ticket_id: str) -> dict[str, Any]:
        """Give the asset back to the house. Raises NotFound, Forbidden."""
        row = self._for_edit(tx, ticket_id)
        lock = self._lock_of(row.id)
        if lock is None:
            raise NotFound("not_locked_out", "Nothing is locked out for this ticket.")
        self._locks.release_lock_out(tx, actor, lock.asset_key)
        self._note(tx, row, actor, "lock_release", lock)
        return {"version": row.version}

    def _note(self, tx: Transaction, row: TicketRow, actor: Actor, action: str, lock: LockedOut) -> None:
        self.desk.step(
            tx,
            row,
            action,
            actor,
            self._moment(tx, row, timedelta()),
            now=tx.clock.now(),
            reason=lock.reason,
            detail={"asset": lock.asset_key},
        )

    @staticmethod
    def _check_tried(tx: Transaction, row: TicketRow, reason: str | None) -> None:
        """Of a device that failed its newest self-test somebody says why it is done all the same."""
        newest = self_tests_store.newest(tx.session, tx.property_id, row.id)
        # One from before the ticket was opened again says nothing of this repair.
        if newest is not None and newest.started_at >= row.clock_from:
            check_resolve(SelfTestState(newest.state), reason)

    def _lock_of(self, ticket_id: str) -> LockedOut | None:
        return next((lock for lock in self._locks.lock_outs() if lock.ticket_id == ticket_id), None)

    def _lock_on(self, session: Session, asset_key: str | None) -> LockedOut | None:
        """What the ticket is about, locked out from elsewhere: whoever works on it is told."""
        locks = {lock.asset_key: lock for lock in self._locks.lock_outs()} if asset_key is not None else {}
        if asset_key is None or not locks:
            return None
        asset = assets_store.by_key(session, self.database.property_id, asset_key)
        known = [asset.id] if asset is not None else []
        names = assets_store.keys_of(session, self.database.property_id, known)
        keys = {asset_key, *(name for some in names.values() for name in some)}
        return next((lock for key, lock in locks.items() if key in keys), None)

    def lock_outs(self) -> Sequence[LockedOut]:
        """All that is isolated now, oldest first."""
        return self._locks.lock_outs()

    def edit(
        self, tx: Transaction, actor: Actor, ticket_id: str, seen: int, changes: TicketChanges
    ) -> dict[str, Any]:
        """Set what an engineer knows better; returns {"version"}.

        Raises:
            StaleVersion: somebody has changed it meanwhile.
            Forbidden: not for the actor's roles.
            Invalid: a text that is too long, or too many of them.
        """
        if not actor.has(*ENGINEERS):
            raise Forbidden(
                "not_for_role",
                "Only an engineer edits a ticket.",
                allowed=sorted(role.value for role in ENGINEERS),
            )
        row = self._for_edit(tx, ticket_id)
        check_version("The ticket", seen, row.version)
        if changes.priority is not None:
            row.priority, row.priority_by_hand = changes.priority.value, True
            self.desk.set_clocks(tx, row)
        if "ask" in changes.given:
            row.ask = (changes.ask or "").strip() or None
        if "asset_id" in changes.given:
            self._name_asset(tx, row, changes.asset_id)
        if changes.checklist is not None:
            row.checklist = _new_checklist(row.checklist, changes.checklist)
        self.desk.step(
            tx,
            row,
            "edit",
            actor,
            self._moment(tx, row, timedelta()),
            now=tx.clock.now(),
            detail={"changed": sorted(changes.given)},
        )
        return {"version": row.version}

    def tick(
        self, tx: Transaction, actor: Actor, ticket_id: str, ticks: Mapping[str, bool], age: timedelta
    ) -> dict[str, Any]:
        """Tick lines of the checklist; lines that are gone meanwhile are left out and returned."""
        if not actor.has(*ENGINEERS):
            raise Forbidden("not_for_role", "Only an engineer ticks a ticket's list.")
        row = self._for_edit(tx, ticket_id)
        at = self._moment(tx, row, age)
        known = {item["key"] for item in row.checklist}
        row.checklist = [
            {**item, "done": ticks[item["key"]], "by": actor.name, "at": at.isoformat()}
            if item["key"] in ticks and ticks[item["key"]] != item["done"]
            else item
            for item in row.checklist
        ]
        left_out = sorted(set(ticks) - known)
        self.desk.step(
            tx,
            row,
            "tick",
            actor,
            at,
            now=tx.clock.now(),
            detail={"ticks": dict(ticks), "left_out": left_out},
        )
        return {"version": row.version, "left_out": left_out}

    def add_cost(
        self, tx: Transaction, actor: Actor, ticket_id: str, cost: Cost, age: timedelta
    ) -> dict[str, Any]:
        """Enter what the work took, also after the repair; returns {"id"}."""
        row = self._for_edit(tx, ticket_id)
        at = self._moment(tx, row, age)
        if len(tickets_store.costs_of(tx.session, tx.property_id, [row.id])) >= MOST_COSTS:
            raise Invalid("too_many_costs", f"A ticket has at most {MOST_COSTS} entries.", most=MOST_COSTS)
        entry = TicketCostRow(
            id=new_id(),
            property_id=tx.property_id,
            ticket_id=row.id,
            kind=cost.kind.value,
            what=cost.what,
            quantity=cost.quantity,
            cost_cents=cost.cost_cents,
            at=at,
            by_id=actor.id,
            by=actor.name,
            taken_back=False,
        )
        tx.session.add(entry)
        self.desk.step(
            tx,
            row,
            "cost",
            actor,
            at,
            now=tx.clock.now(),
            detail={"kind": cost.kind.value, "what": cost.what, "quantity": cost.quantity},
        )
        return {"id": entry.id}

    def take_back_cost(self, tx: Transaction, actor: Actor, ticket_id: str, cost_id: str) -> dict[str, Any]:
        """An entry was wrong: it stays to be seen and counts no more. Raises NotFound, Conflict."""
        row = self._for_edit(tx, ticket_id)
        entry = tickets_store.cost(tx.session, tx.property_id, ticket_id, cost_id)
        if entry is None:
            raise NotFound("unknown_cost", "There is no such entry.")
        if entry.taken_back:
            raise Conflict("taken_back", "This entry was taken back already.")
        entry.taken_back = True
        self.desk.step(
            tx,
            row,
            "cost_taken_back",
            actor,
            self._moment(tx, row, timedelta()),
            now=tx.clock.now(),
            detail={"kind": entry.kind, "what": entry.what, "quantity": entry.quantity},
        )
        return {"id": entry.id}

    def put_levels(self, tx: Transaction, actor: Actor, seen: int, wanted: ServiceLevels) -> int:
        """Set what each priority is owed, for the open tickets too. Raises StaleVersion, Invalid."""
        _, version = levels_store.levels(tx.session, tx.property_id)
        check_version("The service levels", seen, version)
        check_week(wanted.week)
        for policy in wanted.policies.values():
            check_policy(policy)
        made = levels_store.put_levels(tx.session, tx.property_id, wanted)
        for row in tickets_store.in_states(
            tx.session, tx.property_id, [state.value for state in OPEN_STATES]
        ):
            self.desk.set_clocks(tx, row)
        tx.audit(actor, "maintenance.levels", "maintenance", version=made)
        return made

    # -- reading

    def levels(self) -> tuple[ServiceLevels, int]:
        """The property's service levels and their version."""
        with self.database.read() as session:
            return levels_store.levels(session, self.database.property_id)

    def page(self, wanted: TicketFilter, limit: int) -> tuple[list[TicketView], int | None]:
        """A page of tickets, newest first, and the number that the next page begins below."""
        with self.database.read() as session:
            rows = tickets_store.tickets(session, self.database.property_id, wanted, limit + 1)
            ends = self._likely_ends(session, rows[:limit])
            assets = self._assets(session, rows[:limit])
            today = self._today(session)
        following = rows[limit - 1].number if len(rows) > limit else None
        views = [
            TicketView(
                row,
                (),
                (),
                likely_end_at=ends.get(row.id),
                asset=assets.get(row.asset_key or ""),
                today=today,
            )
            for row in rows[:limit]
        ]
        return views, following

    def show(self, ticket_id: str) -> TicketView:
        """Raises NotFound."""
        property_id = self.database.property_id
        with self.database.read() as session:
            row = tickets_store.ticket(session, property_id, ticket_id)
            if row is None:
                raise unknown_ticket(ticket_id)
            original = (
                tickets_store.ticket(session, property_id, row.duplicate_of) if row.duplicate_of else None
            )
            return TicketView(
                row,
                store.reports_of(session, property_id, ticket_id),
                tickets_store.costs_of(session, property_id, [ticket_id]),
                original.number if original is not None else None,
                self._likely_ends(session, [row]).get(row.id),
                self._lock_of(row.id) or self._lock_on(session, row.asset_key),
                self._assets(session, [row]).get(row.asset_key or ""),
                self._today(session),
            )

    def history(self, ticket_id: str) -> list[TicketStepRow]:
        """Oldest first. Raises NotFound."""
        with self.database.read() as session:
            if tickets_store.ticket(session, self.database.property_id, ticket_id) is None:
                raise unknown_ticket(ticket_id)
            return tickets_store.steps_of(session, self.database.property_id, ticket_id)

    def open_by_room(self) -> dict[str, int]:
        """How many tickets are open in each room that has any."""
        with self.database.read() as session:
            return tickets_store.open_by_room(session, self.database.property_id)

    def engineers(self) -> list[tuple[str, str]]:
        """(id, name) of who can be given a ticket, by name."""
        with self.database.read() as session:
            staff = all_staff(session, self.database.property_id)
        return sorted(
            ((one.id, one.name) for one in staff if one.active and not ENGINEERS.isdisjoint(one.roles)),
            key=lambda pair: pair[1],
        )

    def steps_in_room(self, room: str, before: datetime, limit: int) -> list[tuple[TicketStepRow, TicketRow]]:
        """Steps of the room's tickets before a moment, newest first."""
        with self.database.read() as session:
            return tickets_store.steps_in_room(session, self.database.property_id, room, before, limit)

    def costs(self, ticket_ids: Sequence[str]) -> list[TicketCostRow]:
        """What the work on these tickets took; what was taken back too."""
        with self.database.read() as session:
            return tickets_store.costs_of(session, self.database.property_id, ticket_ids)

    def _likely_ends(self, session: Session, rows: Sequence[TicketRow]) -> dict[str, datetime]:
        """When the repairs that are running are likely done."""
        now = self.database.clock.now()
        property_id = self.database.property_id
        running = [row for row in rows if row.due_repair_at is not None and row.ended_at is None]
        if not running:
            return {}
        levels, _ = levels_store.levels(session, property_id)
        usual = tickets_store.repair_times(session, property_id, now - REPAIRS_SINCE, MOST_REPAIRS)
        return {row.id: likely_end(row, levels, usual, now) for row in running}

    # -- parts

    def _assets(self, session: Session, rows: Sequence[TicketRow]) -> dict[str, Asset]:
        """What the tickets are about, by the name they give it."""
        keys = {row.asset_key for row in rows if row.asset_key is not None}
        return assets_store.by_keys(session, self.database.property_id, keys)

    def _today(self, session: Session) -> date:
        zone = ZoneInfo(find_property(session, self.database.property_id).timezone)
        return self.database.clock.now().astimezone(zone).date()

    @staticmethod
    def _name_asset(tx: Transaction, row: TicketRow, asset_id: str | None) -> None:
        """Say what a ticket of people is about. What the house found, it found of this asset."""
        if row.fault is not None:
            raise Invalid(
                "asset_of_fault", "The house found this fault of this asset; it stays so.", field="asset_id"
            )
        if asset_id is None:
            row.asset_key = None
            return
        asset = assets_store.asset(tx.session, tx.property_id, asset_id)
        if asset is None:
            raise Invalid("unknown_asset", "There is no such asset.", field="asset_id")
        row.asset_key = asset.key

    def _for_edit(self, tx: Transaction, ticket_id: str) -> TicketRow:
        row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
        if row is None:
            raise unknown_ticket(ticket_id)
        return row

    @staticmethod
    def _moment(tx: Transaction, row: TicketRow, age: timedelta) -> datetime:
        return happened_at(tx.clock.now(), age, tx.clock.speed, row.last_at)

    @staticmethod
    def _engineer(tx: Transaction, staff_id: str | None) -> tuple[str, str] | None:
        if staff_id is None:
            return None
        name = person_name(tx.session, tx.property_id, staff_id)
        if name is None:
            raise Invalid("unknown_person", "There is nobody with this id.", field="assign_to")
        return (staff_id, name)

    @staticmethod
    def _original_id(tx: Transaction, row: TicketRow, number: int | None) -> str | None:
        if number is None:
            return None
        original = tickets_store.ticket_numbered(tx.session, tx.property_id, number)
        if original is None:
            raise Invalid("unknown_ticket", f"There is no ticket {number}.", field="duplicate_of")
        seen = {row.id}
        link: TicketRow | None = original
        while link is not None:
            if link.id in seen:
                raise Invalid(
                    "duplicate_of_itself", "A ticket is no duplicate of itself.", field="duplicate_of"
                )
            seen.add(link.id)
            if link.duplicate_of is None:
                break
            link = tickets_store.ticket(tx.session, tx.property_id, link.duplicate_of)
        return original.id

    @staticmethod
    def _add_photos(tx: Transaction, row: TicketRow, photos: Sequence[str]) -> None:
        more = [one for one in check_photos(tx.session, tx.property_id, photos) if one not in row.photos]
        if len(row.photos) + len(more) > MOST_PHOTOS:
            raise Invalid("too_many_photos", f"A ticket has at most {MOST_PHOTOS} photos.", most=MOST_PHOTOS)
        if more:
            row.photos = [*row.photos, *more]


def clean_comment(said: str | None) -> str | None:
    """Raises Invalid: too long."""
    text = (said or "").strip() or None
    if text is not None and len(text) > LONGEST_COMMENT:
        raise Invalid(
            "comment_too_long", f"A comment has at most {LONGEST_COMMENT} characters.", field="comment"
        )
    return text


def _new_checklist(known: Sequence[Mapping[str, Any]], lines: Sequence[str]) -> list[dict[str, Any]]:
    """The lines in their new order; one whose words stay keeps its tick."""
    wanted = [line.strip() for line in lines]
    if len(wanted) > MOST_LINES or any(not 1 <= len(line) <= LONGEST_LINE for line in wanted):
        raise Invalid(
            "bad_checklist",
            f"A list has at most {MOST_LINES} lines of 1 to {LONGEST_LINE} characters.",
            field="checklist",
        )
    left = {item["text"]: item for item in known}
    made: list[dict[str, Any]] = []
    for line in wanted:
        kept = left.pop(line, None)
        made.append(
            dict(kept)
            if kept is not None
            else {"key": new_id(), "text": line, "done": False, "by": None, "at": None}
        )
    return made
