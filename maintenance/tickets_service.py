"""What people do to tickets: load, decide by the table of `tickets`, save with the history, announce."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Invalid
from hotel.files import check_photos
from hotel.staff_store import person_name
from maintenance import store, tickets_store
from maintenance.store import FaultReportRow
from maintenance.tickets import (
    LONGEST_COMMENT,
    Priority,
    Tap,
    TicketAction,
    happened_at,
)
from maintenance.tickets_desk import TicketDesk, unknown_ticket
from maintenance.tickets_store import TicketCostRow, TicketFilter, TicketRow, TicketStepRow

MOST_PHOTOS = 24


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
class TicketView:
    """A ticket with what its row alone does not say."""

    row: TicketRow
    reports: Sequence[FaultReportRow]
    costs: Sequence[TicketCostRow]
    duplicate_of: int | None = None


class TicketService:
    """The tickets of the property as people deal with them."""

    def __init__(self, database: Database, desk: TicketDesk) -> None:
        self.database = database
        self.desk = desk

    def act(self, tx: Transaction, actor: Actor, ticket_id: str, tap: TicketTap) -> dict[str, Any]:
        """Take one step; returns {"version"}.

        Raises:
            NotFound, ImpossibleNow, Forbidden, Invalid: see `tickets.advance`.
        """
        row = self._for_edit(tx, ticket_id)
        at = self._moment(tx, row, tap.age)
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

    # -- reading

    def page(self, wanted: TicketFilter, limit: int) -> tuple[list[TicketView], int | None]:
        """A page of tickets, newest first, and the number that the next page begins below."""
        with self.database.read() as session:
            rows = tickets_store.tickets(session, self.database.property_id, wanted, limit + 1)
        following = rows[limit - 1].number if len(rows) > limit else None
        return [TicketView(row, (), ()) for row in rows[:limit]], following

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
            )

    def history(self, ticket_id: str) -> list[TicketStepRow]:
        """Oldest first. Raises NotFound."""
        with self.database.read() as session:
            if tickets_store.ticket(session, self.database.property_id, ticket_id) is None:
                raise unknown_ticket(ticket_id)
            return tickets_store.steps_of(session, self.database.property_id, ticket_id)

    # -- parts

    def _for_edit(self, tx: Transaction, ticket_id: str) -> TicketRow:
        row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
        if row is None:
            raise unknown_ticket(ticket_id)
        return row

    @staticmethod
    def _moment(tx: Transaction, row: TicketRow, age: timedelta) -> datetime:
        return happened_at(tx.clock.now(), age * tx.clock.speed, row.last_at)

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
