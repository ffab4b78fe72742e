"""A ticket's device is tried out through the real controller: moved, seen, moved back, given back."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from gateway.drives_for_maintenance import ControllerDrives
from hotel.actor import Actor
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Forbidden, Invalid
from hotel.ids import new_id
from maintenance.ports import RoomUse
from maintenance.self_test_service import SelfTests
from maintenance.tickets import TicketAction
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_service import TicketService, TicketTap
from tests.controller_world import House
from tests.ticket_house import PEOPLE, make_house

ANNA, BO, CHIEF = PEOPLE[:3]
AC, CURTAIN = "climate/r412/ac", "cover/r412/curtain"
SENSOR = "sensor/r412/temperature"


class Lived:
    """A room with its devices, its tickets, and a guest who may be in."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.house = House(database, clock)
        self.tickets: TicketService = make_house(database)
        self.occupied = False
        self.desk = TicketDesk(self)
        self.restart()

    def restart(self) -> None:
        drives = ControllerDrives(self.house.service, self)
        self.tests = SelfTests(self.house.database, self.desk, drives)

    def uses_of(self, rooms: Collection[str]) -> dict[str, RoomUse]:
        return {room: RoomUse(self.occupied, None) for room in rooms}

    def ticket(self, key: str = CURTAIN, fault: str = "curtain_stuck") -> str:
        """Of a device, accepted and begun by Anna."""
        device = next(one.id for one in self.house.service.devices("412") if one.key == key)
        with self.house.database.write() as tx:
            made = self.desk.open_for_fault(
                tx,
                fault=fault,
                asset_key=f"device/{device}",
                room="412",
                evidence=[],
                safety=False,
                at=tx.clock.now(),
            )
        self.act(made, TicketAction.ACCEPT)
        self.act(made, TicketAction.START)
        return made

    def act(self, ticket: str, action: TicketAction, reason: str | None = None) -> None:
        with self.house.database.write() as tx:
            self.tickets.act(tx, ANNA, ticket, TicketTap(action, reason=reason))

    def start(self, ticket: str, actor: Actor = ANNA) -> None:
        with self.house.database.write() as tx:
            self.tests.start(tx, actor, ticket)

    def wait(self, seconds: float) -> None:
        for _ in range(int(seconds // 5)):
            self.house.wait(5)
            self.tests.beat()

    def held(self) -> bool:
        """Whether an engineer has the say over anything in the room."""
        return any(hold.level == "engineer" for hold in self.house.service.holds("412"))

    def state(self, ticket: str) -> str | None:
        newest = self.tests.view(ticket).newest
        return newest.state if newest is not None else None


@pytest.fixture
def lived(database: Database, clock: ManualClock) -> Lived:
    return Lived(database, clock)


def test_a_curtain_is_moved_and_moved_back_and_the_ticket_shows_it(lived: Lived) -> None:
    ticket = lived.ticket()
    assert lived.tests.view(ticket).testable
    lived.start(ticket)
    with pytest.raises(Conflict, match="still running"):
        lived.start(ticket)
    with pytest.raises(Conflict):
        lived.act(ticket, TicketAction.RESOLVE)
    lived.wait(60)
    assert lived.house.wire.asked(CURTAIN, "position_percent") == [15.0, 0.0]
    assert lived.state(ticket) == "passed"
    assert not lived.held()  # given back
    shown = lived.tickets.show(ticket).row
    assert shown.evidence[-1]["values"]["result"] == "passed"
    assert [step.action for step in lived.tickets.history(ticket)][-2:] == ["self_test", "self_test"]
    lived.act(ticket, TicketAction.RESOLVE)


def test_a_deaf_device_fails_and_its_ticket_is_resolved_with_a_reason(lived: Lived) -> None:
    ticket = lived.ticket(AC, "setpoint_not_accepted")
    lived.house.wire.deaf.add(AC)
    lived.start(ticket, CHIEF)
    lived.wait(120)
    assert lived.state(ticket) == "failed"
    with pytest.raises(Invalid, match="say why"):
        lived.act(ticket, TicketAction.RESOLVE)
    lived.act(ticket, TicketAction.RESOLVE, "the board is ordered")
    assert lived.tickets.show(ticket).row.evidence[-1]["values"]["result"] == "failed"


def test_a_guest_a_lock_and_other_hands_keep_it_still(lived: Lived) -> None:
    ticket = lived.ticket()
    with pytest.raises(Forbidden):
        lived.start(ticket, BO)
    lived.occupied = True
    lived.house.walk_in("412")
    with pytest.raises(Conflict, match="guest is in"):
        lived.start(ticket)
    refusal = lived.tests.view(ticket).refusal
    assert refusal is not None
    assert refusal.code == "guest_in_room"
    lived.occupied = False
    with lived.house.database.write() as tx:
        lived.house.service.lock_out(tx, ANNA, "floor/4", "fuse out", new_id())
    with pytest.raises(Conflict, match=r"[Ll]ocked"):
        lived.start(ticket)
    assert lived.house.wire.asked(CURTAIN, "position_percent") == []


def test_a_kill_in_the_middle_leaves_nothing_moved_and_no_test_open(lived: Lived) -> None:
    ticket = lived.ticket()
    lived.start(ticket)
    lived.house.kill_and_restart()
    lived.restart()
    lived.wait(120)
    assert lived.state(ticket) in ("passed", "failed")
    assert lived.house.reported(CURTAIN, "position_percent") == 0.0
    assert not lived.held()


def test_a_unit_shows_that_it_cools_and_goes_off_again(lived: Lived) -> None:
    ticket = lived.ticket(AC, "no_capacity")
    lived.start(ticket)
    lived.wait(60)
    assert lived.state(ticket) == "proving"
    assert lived.house.reported(AC, "mode") == "cool"
    assert lived.house.wire.asked(AC, "setpoint_celsius")[-1] == 23.0  # 4 K below the air
    with pytest.raises(Conflict, match="still running"):
        lived.act(ticket, TicketAction.RESOLVE)
    lived.house.says(SENSOR, value=26.4)
    lived.wait(400)  # a compressor keeps its least time on
    assert lived.state(ticket) == "passed"
    assert (lived.house.reported(AC, "mode"), lived.house.reported(AC, "setpoint_celsius")) == ("off", 26.0)
    assert not lived.held()
    assert lived.tickets.show(ticket).row.evidence[-1]["values"]["proof"] == "shown"


def test_a_unit_that_only_listens_fails(lived: Lived) -> None:
    ticket = lived.ticket(AC, "no_capacity")
    lived.start(ticket)
    for minute in range(28):
        lived.house.says(SENSOR, value=27.0 + 0.1 * (minute % 2))
        lived.wait(60)
    assert lived.state(ticket) == "failed"
    assert lived.house.reported(AC, "mode") == "off"
    assert not lived.held()
    assert lived.tickets.show(ticket).row.evidence[-1]["values"]["proof"] == "not_shown"
    with pytest.raises(Invalid, match="say why"):
        lived.act(ticket, TicketAction.RESOLVE)


def test_a_guest_who_comes_in_ends_the_proof(lived: Lived) -> None:
    ticket = lived.ticket(AC, "no_capacity")
    lived.start(ticket)
    lived.wait(60)
    assert lived.state(ticket) == "proving"
    lived.occupied = True
    lived.house.walk_in("412")
    lived.wait(60)
    assert lived.state(ticket) == "stopped"
    assert not lived.held()


def test_a_kill_while_the_air_is_watched_leaves_nothing_on(lived: Lived) -> None:
    ticket = lived.ticket(AC, "no_capacity")
    lived.start(ticket)
    lived.wait(60)
    assert lived.state(ticket) == "proving"
    lived.house.kill_and_restart()
    lived.restart()
    lived.house.says(SENSOR, value=25.0)
    lived.wait(400)
    assert lived.state(ticket) in ("passed", "failed")
    assert lived.house.reported(AC, "mode") == "off"
    assert not lived.held()
