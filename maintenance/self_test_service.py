"""Self-tests at work: drives a ticket's device through the controller, and writes down what came of it.

A test is a row from its start on, in the transaction of its first command; the heartbeat follows the
command and takes the next step, so that a restart in between leaves no device moved and no test open.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from hotel.actor import Actor, ActorKind, Role
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from hotel.ids import new_id
from maintenance import self_tests_store, tickets_store
from maintenance.ports import Drives
from maintenance.self_test import UNDER_WAY, Drivable, Drive, SelfTestState, after, drive_of, is_testable
from maintenance.self_tests_store import SelfTestRow
from maintenance.tickets import (
    LEADS,
    UNDER_WAY_STATES,
    ImpossibleNow,
    TicketAction,
    TicketState,
    add_evidence,
)
from maintenance.tickets_desk import TicketDesk, unknown_ticket
from maintenance.tickets_store import TicketRow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SelfTestView:
    """What a ticket's page shows. `testable`: there is a test for the device; `refusal`: why not just now."""

    testable: bool
    refusal: Refused | None
    newest: SelfTestRow | None


class SelfTests:
    """The self-tests of the property's devices.

    Args:
        devices: looks at devices and drives them.
    """

    def __init__(self, database: Database, desk: TicketDesk, devices: Drives) -> None:
        self.database = database
        self._desk = desk
        self._devices = devices

    def view(self, ticket_id: str) -> SelfTestView:
        """Raises NotFound: no such ticket."""
        property_id = self.database.property_id
        with self.database.read() as session:
            row = tickets_store.ticket(session, property_id, ticket_id)
            if row is None:
                raise unknown_ticket(ticket_id)
            newest = self_tests_store.newest(session, property_id, ticket_id)
        device = self._device_of(row)
        if device is None or not is_testable(device):
            return SelfTestView(False, None, newest)
        try:
            drive_of(device)
        except (Conflict, Invalid) as refusal:
            return SelfTestView(True, refusal, newest)
        return SelfTestView(True, None, newest)

    def start(self, tx: Transaction, actor: Actor, ticket_id: str) -> dict[str, Any]:
        """Drive the ticket's device a little, and back; returns {"id"}.

        Raises:
            NotFound: no such ticket.
            Forbidden: not who has the ticket.
            ImpossibleNow: nobody is at work on it.
            Invalid: there is no test for its device.
            Conflict: a test is running; or see `self_test.drive_of`.
        """
        ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
        if ticket is None:
            raise unknown_ticket(ticket_id)
        if ticket.assigned_to_id != actor.id and not actor.has(*LEADS):
            raise Forbidden("not_holder", "Who has the ticket tries its device out.")
        if TicketState(ticket.state) not in UNDER_WAY_STATES:
            raise ImpossibleNow(
                "Accept the ticket before you try its device out.",
                TicketState(ticket.state),
                TicketAction.START,
                "state",
            )
        newest = self_tests_store.newest(tx.session, tx.property_id, ticket_id)
        if newest is not None and SelfTestState(newest.state) in UNDER_WAY:
            raise Conflict("self_test_running", "The self-test is still running.")
        device = self._device_of(ticket)
        if device is None:
            raise Invalid("no_self_test", "There is no self-test for this device.")
        drive = drive_of(device)
        command_id = self._devices.drive(
            tx, _at_work(actor), device.room, device.device_id, drive.property, drive.value
        )
        now = tx.clock.now()
        row = SelfTestRow(
            id=new_id(),
            property_id=tx.property_id,
            ticket_id=ticket_id,
            device_id=device.device_id,
            room=device.room,
            drive={"property": drive.property, "value": drive.value, "back": drive.back},
            state=SelfTestState.DRIVING.value,
            command_id=command_id,
            started_at=now,
            by_id=actor.id,
            by=actor.name,
        )
        tx.session.add(row)
        self._desk.step(
            tx, ticket, "self_test", actor, now, now=now, detail={"state": row.state, **row.drive}
        )
        return {"id": row.id}

    def beat(self) -> int:
        """Follow the tests that run; returns how many took a step."""
        with self.database.read() as session:
            running = self_tests_store.under_way(session, self.database.property_id)
        moved = 0
        for one in running:
            state, detail = self._outcome(one.command_id)
            following = after(SelfTestState(one.state), state)
            if following.value != one.state:
                moved += self._follow(one.id, one.state, following, detail)
        return moved

    def _outcome(self, command_id: str) -> tuple[str, str | None]:
        try:
            return self._devices.outcome(command_id)
        except NotFound:
            return "expired", None

    def _follow(self, test_id: str, seen: str, following: SelfTestState, detail: str | None) -> int:
        with self.database.write() as tx:
            row = self_tests_store.for_edit(tx.session, tx.property_id, test_id)
            if row is None or row.state != seen:
                return 0
            actor = Actor(ActorKind.STAFF, row.by_id, row.by, frozenset({Role.ENGINEER}))
            drive = Drive(**row.drive)
            # Also a device that did not say so may have moved: it is asked to be as it was.
            if following is SelfTestState.RETURNING or seen == SelfTestState.DRIVING.value:
                try:
                    row.command_id = self._devices.drive(
                        tx, actor, row.room, row.device_id, drive.property, drive.back
                    )
                except Refused as refused:
                    if following is SelfTestState.RETURNING:
                        following, detail = SelfTestState.STOPPED, str(refused)
            row.state = following.value
            if following in UNDER_WAY:
                return 1
            row.detail, row.ended_at = detail, tx.clock.now()
            self._let_go(tx, actor, row, drive)
            self._tell(tx, actor, row)
        return 1

    def _let_go(self, tx: Transaction, actor: Actor, row: SelfTestRow, drive: Drive) -> None:
        try:
            self._devices.let_go(tx, actor, row.room, row.device_id, drive.property)
        except NotFound:
            log.warning("self-test: device %s has gone in the middle of its test", row.device_id)

    def _tell(self, tx: Transaction, actor: Actor, row: SelfTestRow) -> None:
        ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, row.ticket_id)
        if ticket is None:
            return
        now = tx.clock.now()
        told = {"result": row.state, **row.drive}
        ticket.evidence, dropped = add_evidence(
            ticket.evidence, [{"kind": "self_test", "at": now.isoformat(), "values": told}]
        )
        ticket.evidence_dropped += dropped
        self._desk.step(
            tx,
            ticket,
            "self_test",
            actor,
            now,
            now=now,
            reason=row.detail,
            detail={"state": row.state, **row.drive},
        )

    def _device_of(self, ticket: TicketRow) -> Drivable | None:
        kind, _, device_id = (ticket.asset_key or "").partition("/")
        return self._devices.look(device_id) if kind == "device" else None


def _at_work(actor: Actor) -> Actor:
    """The same person at the engineer's level: a manager's test is an engineer's work too."""
    return replace(actor, roles=actor.roles | {Role.ENGINEER})
