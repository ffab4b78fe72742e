"""Notices of critical tickets out of the house: planned from the tables, sent outside of transactions.

At least once: a kill between sending and writing it down sends a notice again; none is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.ids import new_id
from hotel.staff_store import person_name
from maintenance import notices_store, tickets_store
from maintenance.notices import (
    LONGEST_ERROR,
    MOST_ON_CALL,
    MOST_SUBSCRIPTIONS_A_PERSON,
    Call,
    Channel,
    NoticeState,
    OnCall,
    calls_of,
    check_email,
    check_endpoint,
    next_try,
    waves_due,
)
from maintenance.notices_store import NoticeRow, PushSubscriptionRow
from maintenance.ports import NoticeSender, TargetGone
from maintenance.tickets import OPEN_STATES, Priority, TicketState, happened_at
from maintenance.tickets_desk import TicketDesk, unknown_ticket
from maintenance.tickets_store import TicketRow

MOST_AT_ONCE = 20
_OPEN = tuple(sorted(state.value for state in OPEN_STATES))


class NoticeService:
    """
    Args:
        sender: the ways out of the house.
    """

    def __init__(self, database: Database, desk: TicketDesk, sender: NoticeSender) -> None:
        self.database = database
        self._desk = desk
        self._sender = sender

    def beat(self) -> None:
        """Plan what is due and send what waits."""
        self.plan()
        self.send_due()

    def plan(self) -> int:
        """Make the notices of waves that have begun; returns how many."""
        now = self.database.clock.now()
        property_id = self.database.property_id
        with self.database.read() as session:
            calling = [row.id for row in tickets_store.in_states(session, property_id, _OPEN) if _calls(row)]
            people = notices_store.on_call(session, property_id) if calling else []
        made = 0
        for ticket_id in calling:
            with self.database.write() as tx:
                row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
                if row is None or not _calls(row):
                    continue
                known = notices_store.known_calls(tx.session, tx.property_id, row.id)
                for wave in range(waves_due(row.clock_from, now)):
                    if any(key == _wave_key(row, wave) for key, _, _ in known):
                        continue
                    for call in calls_of(wave, people, self._sender.has_webhook):
                        self._add(tx, row, call)
                        made += 1
        return made

    def send_due(self) -> int:
        """Send what waits; returns how many went out."""
        wall = self.database.clock.wall()
        property_id = self.database.property_id
        with self.database.read() as session:
            rows = notices_store.due(session, property_id, wall, MOST_AT_ONCE)
            tickets = {row.id: tickets_store.ticket(session, property_id, row.ticket_id) for row in rows}
            quiet = {notice for notice, ticket in tickets.items() if ticket is None or not _calls(ticket)}
            browsers = {
                row.id: notices_store.subscription(session, property_id, row.target)
                for row in rows
                if row.channel == Channel.PUSH.value
            }
        sent = 0
        for row in rows:
            if row.id in quiet:
                self._end(row, NoticeState.DROPPED, None)
                continue
            try:
                self._send(row, browsers.get(row.id))
            except TargetGone as gone:
                self._end(row, NoticeState.DROPPED, str(gone))
            except Exception as error:
                self._failed(row, f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
            else:
                sent += 1
                self._end(row, NoticeState.SENT, None)
        return sent

    def _send(self, row: NoticeRow, browser: PushSubscriptionRow | None) -> None:
        match Channel(row.channel):
            case Channel.WEBHOOK:
                self._sender.webhook(row.id, row.body)
            case Channel.EMAIL:
                self._sender.email(row.target, row.body)
            case Channel.PUSH:
                if browser is None:
                    raise TargetGone("The browser was taken away.")
                self._sender.push({"endpoint": browser.endpoint, "keys": browser.keys}, row.body)

    def _add(self, tx: Transaction, row: TicketRow, call: Call) -> None:
        tx.session.add(
            NoticeRow(
                id=new_id(),
                property_id=tx.property_id,
                ticket_id=row.id,
                wave_key=_wave_key(row, call.wave),
                channel=call.channel.value,
                target=call.target,
                name=call.name,
                body={
                    "kind": "ticket.critical",
                    "ticket_id": row.id,
                    "number": row.number,
                    "priority": row.priority,
                    "title_code": row.title_code,
                    "room": row.room,
                    "area": row.area,
                    "opened_at": row.opened_at.isoformat(),
                    "wave": call.wave + 1,
                },
                state=NoticeState.WAITING.value,
                tries=0,
                next_try_wall_at=tx.clock.wall(),
                made_at=tx.clock.now(),
            )
        )

    def _end(self, row: NoticeRow, state: NoticeState, error: str | None) -> None:
        with self.database.write() as tx:
            kept = tx.session.get(NoticeRow, row.id)
            if kept is None:
                return
            kept.state = state.value
            kept.tries += state is not NoticeState.DROPPED
            kept.last_error = error
            kept.ended_at = tx.clock.now()
            browser = notices_store.subscription(tx.session, tx.property_id, row.target)
            if error is not None and browser is not None:
                tx.session.delete(browser)

    def _failed(self, row: NoticeRow, error: str) -> None:
        with self.database.write() as tx:
            kept = tx.session.get(NoticeRow, row.id)
            if kept is None:
                return
            kept.tries += 1
            kept.last_error = error
            again = next_try(kept.tries, tx.clock.wall())
            if again is None:
                kept.state, kept.ended_at = NoticeState.FAILED.value, tx.clock.now()
            else:
                kept.next_try_wall_at = again

    # -- people

    def acknowledge(self, tx: Transaction, actor: Actor, ticket_id: str) -> dict[str, Any]:
        """Somebody has heard the call: nobody else is called. Raises NotFound, Conflict."""
        row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
        if row is None:
            raise unknown_ticket(ticket_id)
        if row.acknowledged_at is not None:
            raise Conflict(
                "acknowledged", f"{row.acknowledged_by} has acknowledged this.", by=row.acknowledged_by
            )
        now = tx.clock.now()
        row.acknowledged_at, row.acknowledged_by = now, actor.name
        self._desk.step(
            tx, row, "acknowledge", actor, happened_at(now, timedelta(), last_at=row.last_at), now=now
        )
        return {"version": row.version}

    def on_call(self) -> list[OnCall]:
        """Who is called, in order."""
        with self.database.read() as session:
            return notices_store.on_call(session, self.database.property_id)

    def put_on_call(self, tx: Transaction, actor: Actor, wanted: Sequence[tuple[str, str | None]]) -> None:
        """Set the list. Raises Invalid: too long, somebody twice, nobody of the house, no address."""
        if len(wanted) > MOST_ON_CALL:
            raise Invalid("too_many_on_call", f"At most {MOST_ON_CALL} are on call.", most=MOST_ON_CALL)
        if len({staff_id for staff_id, _ in wanted}) < len(wanted):
            raise Invalid("on_call_twice", "Somebody stands on the list twice.")
        for staff_id, _ in wanted:
            if person_name(tx.session, tx.property_id, staff_id) is None:
                raise Invalid("unknown_person", "There is nobody with this id.", field="staff_id")
        cleaned = [(staff_id, check_email(email)) for staff_id, email in wanted]
        notices_store.put_on_call(tx.session, tx.property_id, cleaned)
        tx.audit(actor, "maintenance.on_call", "maintenance", people=[staff_id for staff_id, _ in cleaned])

    def subscribe(self, tx: Transaction, actor: Actor, endpoint: str, keys: dict[str, str]) -> dict[str, Any]:
        """A browser of the actor's takes pushes from now on; the oldest gives way when there are many.

        Raises:
            Invalid: no push service's address, or keys missing.
        """
        check_endpoint(endpoint)
        if not {"p256dh", "auth"} <= keys.keys():
            raise Invalid("bad_keys", "A browser gives the keys p256dh and auth.", field="keys")
        row = notices_store.subscription_at(tx.session, tx.property_id, endpoint)
        if row is None:
            mine = notices_store.subscriptions_of(tx.session, tx.property_id, actor.id)
            for old in mine[: max(0, len(mine) - MOST_SUBSCRIPTIONS_A_PERSON + 1)]:
                tx.session.delete(old)
            row = PushSubscriptionRow(
                id=new_id(), property_id=tx.property_id, endpoint=endpoint, made_at=tx.clock.now()
            )
            tx.session.add(row)
        row.staff_id, row.keys = actor.id, {"p256dh": keys["p256dh"], "auth": keys["auth"]}
        tx.session.flush()
        return {"id": row.id}

    def unsubscribe(self, tx: Transaction, actor: Actor, subscription_id: str) -> None:
        """Raises NotFound: no such browser of the actor's."""
        row = notices_store.subscription(tx.session, tx.property_id, subscription_id)
        if row is None or row.staff_id != actor.id:
            raise NotFound("unknown_subscription", "There is no such browser of yours.")
        tx.session.delete(row)

    def notices(self, ticket_id: str) -> list[NoticeRow]:
        """What was sent of a ticket, and what became of it."""
        with self.database.read() as session:
            return notices_store.notices_of(session, self.database.property_id, ticket_id)

    def push_key(self) -> str:
        """The public key that browsers subscribe with."""
        return self._sender.push_key()


def _calls(row: TicketRow) -> bool:
    """Whether the ticket calls people: critical, open, and nobody has heard it."""
    return (
        row.priority == Priority.CRITICAL.value
        and TicketState(row.state) in OPEN_STATES
        and row.responded_at is None
        and row.acknowledged_at is None
    )


def _wave_key(row: TicketRow, wave: int) -> str:
    # A fault that is back calls anew.
    return f"{row.reopened}:{wave}"
