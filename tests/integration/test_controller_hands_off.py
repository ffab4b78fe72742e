"""Hands off: nothing is sent to a room, a floor or the property until it is lifted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from hotel.audit import AuditRow
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Invalid, NotFound
from tests.controller_world import ENGINEER, House

AC, CEILING = "climate/r412/ac", "light/r412/ceiling"


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock, rooms=("412", "413", "501"))


def hands_off(house: House, scope: str, reason: str = "filter change") -> None:
    with house.database.write() as tx:
        house.service.set_hands_off(tx, ENGINEER, scope, reason)
    house.service.pump()


def lift(house: House, scope: str) -> None:
    with house.database.write() as tx:
        house.service.lift_hands_off(tx, ENGINEER, scope)
    house.service.pump()


@pytest.mark.parametrize("scope", ["room:412", "floor:4", "property"])
def test_nothing_is_sent_until_it_is_lifted(house: House, scope: str) -> None:
    hands_off(house, scope)
    sent = len(house.wire.sent)
    house.expect("412", in_minutes=30, celsius=21.0)
    house.wait(minutes=20, step=30)
    assert [order for order in house.wire.sent[sent:] if "r412" in order.entity_key] == []
    climate = house.service.climates()["412"]
    assert (climate.phase, climate.reason_code, climate.ready_at) == ("hands_off", "hands_off_switch", None)
    assert climate.reason_values == {"by": "Otto", "reason": "filter change"}
    with pytest.raises(Conflict, match="filter change"):
        house.ask("412", "on", True, purpose="ceiling_light")
    with pytest.raises(Conflict, match="filter change"), house.database.write() as tx:
        house.service.precondition(tx, ENGINEER, "412", 22.0, None)
    lift(house, scope)
    house.wait(10)
    assert house.reported(AC, "mode") == "cool"


def test_other_rooms_go_on(house: House) -> None:
    hands_off(house, "floor:4")
    assert set(house.service.hands_off()) == {"412", "413"}
    house.ask("501", "on", True, purpose="ceiling_light")
    assert house.wire.sent[-1].entity_key == "light/r501/ceiling"


def test_what_waits_to_be_sent_ends_and_says_why(house: House) -> None:
    house.wire.takes = False
    waiting = house.ask("412", "on", True, purpose="ceiling_light")
    hands_off(house, "room:412")
    ended = house.service.command(waiting.id)
    assert (ended.state, ended.detail) == ("rejected", "Hands off by Otto: filter change")
    house.wire.takes = True
    house.wait(30)
    assert house.wire.asked(CEILING, "on") == []


def test_a_hand_in_the_room_still_operates_and_counts_afterwards(house: House) -> None:
    house.expect("412")
    house.check_in()
    house.walk_in("412")
    house.wait(minutes=2)
    hands_off(house, "room:412")
    house.says(AC, setpoint_celsius=19.0)
    house.says(CEILING, on=False)
    house.wait(minutes=1)
    assert house.reported(AC, "setpoint_celsius") == 19.0
    lift(house, "room:412")
    house.wait(minutes=1)
    assert house.reported(AC, "setpoint_celsius") == 19.0
    assert any(hold.level == "guest" and hold.value == 19.0 for hold in house.service.holds("412"))


def test_it_survives_a_kill_and_two_of_them_must_both_be_lifted(house: House) -> None:
    hands_off(house, "room:412")
    hands_off(house, "property", "fire drill")
    house.kill_and_restart()
    assert {one.reason for one in house.service.hands_off()["412"]} == {"filter change", "fire drill"}
    lift(house, "property")
    assert set(house.service.hands_off()) == {"412"}
    with pytest.raises(Conflict):
        house.ask("412", "on", True, purpose="ceiling_light")
    house.ask("413", "on", True, purpose="ceiling_light")


def test_who_and_why_is_in_the_audit_and_on_the_timeline(house: House) -> None:
    start = house.now()
    hands_off(house, "room:412")
    lift(house, "room:412")
    with house.database.read() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.action.startswith("hands_off"))).all()
        told = [(row.action, row.actor_name, row.subject, row.detail["reason"]) for row in rows]
    assert told == [
        ("hands_off.set", "Otto", "room:412", "filter change"),
        ("hands_off.lifted", "Otto", "room:412", "filter change"),
    ]
    events = [event.code for event in house.service.room_events("412", start, house.now())]
    assert [code for code in events if code.startswith("hands_off")] == ["hands_off.set", "hands_off.lifted"]


def test_the_same_switch_twice_is_one_and_another_reason_is_no_secret(house: House) -> None:
    hands_off(house, "room:412")
    hands_off(house, "room:412")
    assert len(house.service.hands_off_switches()) == 1
    with pytest.raises(Conflict, match="by Otto: filter change"):
        hands_off(house, "room:412", "lamp")


@pytest.mark.parametrize(
    ("scope", "reason", "kind"),
    [
        ("room:999", "x", NotFound),
        ("floor:99", "x", NotFound),
        ("cellar", "x", Invalid),
        ("room:", "x", Invalid),
        ("room:412", "  ", Invalid),
    ],
)
def test_what_makes_no_sense_is_refused(house: House, scope: str, reason: str, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        hands_off(house, scope, reason)
    with pytest.raises((NotFound, Invalid)):
        lift(house, scope)
