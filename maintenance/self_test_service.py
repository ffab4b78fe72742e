"""Self-tests at work: drives a ticket's device through the controller, and writes down what came of it.

A test is a row from its start on, in the transaction of its first command; the heartbeat follows the
command and takes the next step, so that a restart in between leaves no device moved and no test open.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

from hotel.actor import Actor, ActorKind, Role
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from hotel.ids import new_id
from maintenance import self_tests_store, tickets_store
from maintenance.ports import Drives
from maintenance.self_test import (
    PROOF_WITHIN,
    UNDER_WAY,
    Drivable,
    Drive,
    SelfTestState,
    Value,
    after,
    drive_of,
    is_testable,
    proof,
)
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
OFF: Final = "off"
Proof = Literal["shown", "not_shown", "nobody_tells"]


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
        first = ("mode", drive.mode) if drive.mode is not None else (drive.property, drive.value)
        command_id = self._devices.drive(tx, _at_work(actor), device.room, device.device_id, *first)
        now = tx.clock.now()
        row = SelfTestRow(
            id=new_id(),
            property_id=tx.property_id,
            ticket_id=ticket_id,
            device_id=device.device_id,
            room=device.room,
            drive={**asdict(drive), "asked": first[0]},
            state=SelfTestState.DRIVING.value,
            command_id=command_id,
            started_at=now,
            by_id=actor.id,
            by=actor.name,
        )
        tx.session.add(row)
        self._desk.step(
            tx, ticket, "self_test", actor, now, now=now, detail={"state": row.state, **_told(row.drive)}
        )
        return {"id": row.id}

    def beat(self) -> int:
        """Follow the tests that run; returns how many took a step."""
        with self.database.read() as session:
            running = self_tests_store.under_way(session, self.database.property_id)
        moved = 0
        for one in running:
            state = SelfTestState(one.state)
            if state is SelfTestState.PROVING:
                moved += self._prove(one)
                continue
            command, detail = self._outcome(one.command_id)
            way = int(one.drive.get("way", 0))
            following = after(state, command, way)
            asked = one.drive.get("asked", one.drive["property"])
            if command == "confirmed" and asked != one.drive["property"]:
                # It was switched on, or off again: that is half of the move.
                on = state is SelfTestState.DRIVING
                moved += self._next(one.id, one.state) if on else self._follow(one.id, one.state, following)
            elif following.value != one.state:
                moved += self._follow(one.id, one.state, following, detail)
        return moved

    def _prove(self, one: SelfTestRow) -> int:
        """Look at the sensors of a device that says it does as it was asked."""
        device = self._devices.look(one.device_id)
        drive, now = one.drive, self.database.clock.now()
        since = datetime.fromisoformat(drive["since"])
        if device is None or device.guest_in:
            return self._leave(one.id, one.state)
        shown = proof(drive["way"], drive["before"], since, device.sensed, now)
        if shown is None and now - since < PROOF_WITHIN:
            return 0
        return self._follow(one.id, one.state, SelfTestState.RETURNING, shown=shown)

    def _leave(self, test_id: str, seen: str) -> int:
        """Whoever comes in has the room: the house does what they want, and nothing is moved back."""
        with self.database.write() as tx:
            row = self_tests_store.for_edit(tx.session, tx.property_id, test_id)
            if row is None or row.state != seen:
                return 0
            self._end(tx, row, SelfTestState.STOPPED, "A guest came in.", restores=False)
        return 1

    def _next(self, test_id: str, seen: str) -> int:
        """It is switched on: now its setpoint."""
        with self.database.write() as tx:
            row = self_tests_store.for_edit(tx.session, tx.property_id, test_id)
            if row is None or row.state != seen or row.drive["asked"] == row.drive["property"]:
                return 0
            drive = _drive_of(row)
            refusal = self._ask(tx, _actor_of(row), row, drive.property, drive.value)
            if refusal is not None:
                self._end(tx, row, SelfTestState.STOPPED, refusal)
        return 1

    def _ask(self, tx: Transaction, actor: Actor, row: SelfTestRow, name: str, value: Value) -> str | None:
        """Send the test's next command; what the controller says when it refuses."""
        try:
            row.command_id = self._devices.drive(tx, actor, row.room, row.device_id, name, value)
        except Refused as refused:
            return str(refused)
        row.drive = {**row.drive, "asked": name}
        return None

    def _outcome(self, command_id: str) -> tuple[str, str | None]:
        try:
            return self._devices.outcome(command_id)
        except NotFound:
            return "expired", None

    def _follow(
        self,
        test_id: str,
        seen: str,
        following: SelfTestState,
        detail: str | None = None,
        *,
        shown: bool | None = None,
    ) -> int:
        with self.database.write() as tx:
            row = self_tests_store.for_edit(tx.session, tx.property_id, test_id)
            if row is None or row.state != seen:
                return 0
            actor, drive, state = _actor_of(row), _drive_of(row), SelfTestState(seen)
            if following is SelfTestState.PROVING:
                device = self._devices.look(row.device_id)
                sensed = device.sensed if device is not None else {}
                before = {name: one.celsius for name, one in sensed.items()}
                row.drive = {**row.drive, "since": tx.clock.now().isoformat(), "before": before}
                row.state = following.value
                return 1
            if state is SelfTestState.PROVING:
                row.drive = {**row.drive, "shown": shown}
            # Also a device that did not say so may have moved: it is asked to be as it was.
            if state is not SelfTestState.RETURNING:
                refusal = self._ask(tx, actor, row, drive.property, drive.back)
                if refusal is not None and following is SelfTestState.RETURNING:
                    following, detail = SelfTestState.STOPPED, refusal
            is_off_again = drive.mode is None or row.drive["asked"] == "mode"
            if state is SelfTestState.RETURNING and following is SelfTestState.PASSED and not is_off_again:
                refusal = self._ask(tx, actor, row, "mode", OFF)
                if refusal is None:
                    return 1
                following, detail = SelfTestState.STOPPED, refusal
            row.state = following.value
            if following in UNDER_WAY:
                return 1
            is_back = following is SelfTestState.PASSED
            if is_back:
                following = _result(row.drive)
            self._end(tx, row, following, detail, restores=not is_back)
        return 1

    def _end(
        self,
        tx: Transaction,
        row: SelfTestRow,
        state: SelfTestState,
        detail: str | None,
        restores: bool = True,
    ) -> None:
        """Write the result down, and give the device back; one that may still be on goes off."""
        actor, drive = _actor_of(row), _drive_of(row)
        if restores and drive.mode is not None:
            self._ask(tx, actor, row, "mode", OFF)
        row.state, row.detail, row.ended_at = state.value, detail, tx.clock.now()
        self._let_go(tx, actor, row, drive)
        self._tell(tx, actor, row)

    def _let_go(self, tx: Transaction, actor: Actor, row: SelfTestRow, drive: Drive) -> None:
        for name in (drive.property, *(["mode"] if drive.mode is not None else [])):
            try:
                self._devices.let_go(tx, actor, row.room, row.device_id, name)
            except NotFound:
                log.warning("self-test: device %s has gone in the middle of its test", row.device_id)

    def _tell(self, tx: Transaction, actor: Actor, row: SelfTestRow) -> None:
        ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, row.ticket_id)
        if ticket is None:
            return
        now = tx.clock.now()
        told = {"result": row.state, **_told(row.drive)}
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
            detail={"state": row.state, **_told(row.drive)},
        )

    def _device_of(self, ticket: TicketRow) -> Drivable | None:
        kind, _, device_id = (ticket.asset_key or "").partition("/")
        return self._devices.look(device_id) if kind == "device" else None


def _at_work(actor: Actor) -> Actor:
    """The same person at the engineer's level: a manager's test is an engineer's work too."""
    return replace(actor, roles=actor.roles | {Role.ENGINEER})


def _actor_of(row: SelfTestRow) -> Actor:
    return Actor(ActorKind.STAFF, row.by_id, row.by, frozenset({Role.ENGINEER}))


def _drive_of(row: SelfTestRow) -> Drive:
    kept = row.drive
    return Drive(kept["property"], kept["value"], kept["back"], kept.get("mode"), kept.get("way", 0))


def _result(drive: Mapping[str, Any]) -> SelfTestState:
    """What a test came to whose device is as it was: with a proof asked for, it must have been given."""
    return SelfTestState.FAILED if drive.get("shown") is False else SelfTestState.PASSED


def proof_told(drive: Mapping[str, Any]) -> Proof | None:
    """Whether sensors saw the device at work; None: nothing was to be seen, or the test came to no end."""
    if not drive.get("way") or "shown" not in drive:
        return None
    shown = drive["shown"]
    return "shown" if shown else "not_shown" if shown is False else "nobody_tells"


def _told(drive: Mapping[str, Any]) -> dict[str, Any]:
    """The drive in the words of evidence."""
    told = {name: drive[name] for name in ("property", "value", "back")}
    proven = proof_told(drive)
    return told if proven is None else {**told, "proof": proven}
