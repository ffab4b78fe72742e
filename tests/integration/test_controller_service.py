"""A stay through the controller: from the plan to the setback, with people and outages in between."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from controller.entities import Value
from controller.policy import ClimatePolicy
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion, Unavailable
from hotel.messages import StayChanged
from hotel.outbox import messages_after
from tests.controller_world import ATTENDANT, DESK, ENGINEER, House, room_entities

AC, CEILING, CURTAIN = "climate/r412/ac", "light/r412/ceiling", "cover/r412/curtain"
BEDSIDE = "light/r412/bedside"


@pytest.fixture
def house(any_database: Database, clock: ManualClock) -> House:
    return House(any_database, clock)


def cool_down(house: House, to: float = 24.0, room: str = "412") -> None:
    """The room gets to its temperature, as physics would have it."""
    celsius = 27.0
    while celsius > to:
        celsius = max(to, round(celsius - 0.2, 1))
        house.says(f"sensor/r{room}/temperature", value=celsius)
        house.says(f"climate/r{room}/ac", current_celsius=celsius)
        house.wait(minutes=1, step=15)


def settle_in(house: House) -> None:
    """Expected, pre-conditioned, checked in, arrived."""
    house.expect("412", in_minutes=60)
    house.wait(minutes=30, step=30)
    cool_down(house)
    house.check_in()
    house.walk_in("412")
    house.wait(10)


def kinds(house: House) -> list[str]:
    with house.database.read() as session:
        return [row.kind for row in messages_after(session, "main", 0, 10_000)]


def test_a_whole_stay(house: House) -> None:
    house.expect("412", in_minutes=150, celsius=23.0, light_percent=60.0)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.state == "waiting"
    assert plan.reason.startswith("Cooling starts at ")
    assert "without the forecast" in plan.reason, "this house has no weather at all"
    assert plan.start_at > house.now()

    house.wait(minutes=1, step=30)
    plan = house.service.plan("412")
    assert plan is not None
    while house.now() < plan.start_at - timedelta(minutes=5):
        house.wait(minutes=1, step=30)
    assert house.reported(AC, "mode") == "off"
    house.wait(minutes=20, step=30)
    assert house.reported(AC, "mode") == "cool"
    assert house.reported(AC, "setpoint_celsius") == 23.0
    assert house.service.climates()["412"].phase == "preconditioning"

    cool_down(house, 23.2)
    climate = house.service.climates()["412"]
    assert climate.phase == "ready"
    ready = house.service.plan("412")
    assert ready is not None
    assert ready.state == "ready"

    house.check_in()
    assert house.reported(CEILING, "on") is False
    house.open_door("412")
    house.answer()
    assert house.wire.asked(CEILING, "on")[-1:] == [True]
    assert house.wire.asked(CEILING, "brightness_percent")[-1:] == [60.0]
    assert house.wire.asked(CURTAIN, "position_percent")[-1:] == [100.0]
    house.close_door("412")
    house.wait(60)
    [arrival] = house.service.arrivals(house.now() - timedelta(hours=4), house.now())
    assert arrival.stay_id == "stay-1"
    assert arrival.temperature_celsius == pytest.approx(23.2)
    assert house.service.climates()["412"].phase == "occupied"

    house.says("binary_sensor/r412/presence", on=True)
    house.says(AC, setpoint_celsius=21.0)
    house.wait(60)
    assert house.reported(AC, "setpoint_celsius") == 21.0
    assert any(hold.level == "guest" for hold in house.service.holds("412"))
    assert house.service.climates()["412"].wanted_celsius == 21.0

    house.walk_out("412")
    house.end()
    asked_at = house.now()
    house.wait(10)
    assert house.reported(AC, "mode") == "off"
    assert house.now() - asked_at <= timedelta(seconds=10)
    assert not any(hold.level == "guest" for hold in house.service.holds("412"))
    assert house.service.climates()["412"].phase == "unoccupied"
    house.wait(minutes=15, step=30)
    assert house.reported(CEILING, "on") is False


def test_commands_are_confirmed_by_reports_alone(house: House) -> None:
    asked = house.ask("412", "on", True, purpose="ceiling_light")
    assert asked.state == "queued"
    assert house.service.command(asked.id).state == "sent"
    house.service.tick()
    assert house.service.command(asked.id).state == "sent"
    house.answer()
    house.service.pump()
    assert house.service.command(asked.id).state == "confirmed"
    assert "command.changed" in kinds(house)


def test_a_tap_is_on_the_wire_when_its_transaction_ends(house: House) -> None:
    before = len(house.wire.sent)
    house.ask("412", "brightness_percent", 40.0, purpose="ceiling_light")
    assert [order.values for order in house.wire.sent[before:]] == [(("brightness_percent", 40.0),)]


def test_a_refused_tap_sends_nothing(house: House) -> None:
    before = len(house.wire.sent)

    def two_in_one_transaction() -> None:
        with house.database.write() as tx:
            for value in (True, "maybe"):
                house.service.request_command(
                    tx, DESK, "412", property="on", value=value, purpose="ceiling_light"
                )

    with pytest.raises(Invalid):
        two_in_one_transaction()
    house.service.tick()
    assert len(house.wire.sent) == before


@pytest.mark.parametrize(
    ("name", "value", "more", "refusal"),
    [
        ("setpoint_celsius", 45.0, {"purpose": "air_conditioner"}, Invalid),
        ("mode", "party", {"purpose": "air_conditioner"}, Invalid),
        ("volume", 1.0, {"purpose": "air_conditioner"}, Invalid),
        ("on", "yes", {"purpose": "ceiling_light"}, Invalid),
        ("on", True, {"purpose": "power"}, NotFound),
        ("on", True, {"device_id": "nonsense"}, NotFound),
        ("on", True, {}, Invalid),
        ("on", True, {"purpose": "ceiling_light", "revision": 999}, StaleVersion),
        ("on", True, {"purpose": "ceiling_light", "level": "guest", "actor": ATTENDANT}, Forbidden),
        ("on", True, {"purpose": "ceiling_light", "level": "safety", "actor": ENGINEER}, Forbidden),
    ],
)
def test_what_cannot_be_done_is_refused(
    house: House, name: str, value: object, more: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal) as refused:
        house.ask("412", name, value, **more)  # type: ignore[arg-type]
    if name == "setpoint_celsius":
        assert isinstance(refused.value, Invalid)
        assert refused.value.values["low"] == 16
        assert refused.value.values["high"] == 30


def test_the_desk_does_not_override_the_guests_hand_unasked(house: House) -> None:
    settle_in(house)
    house.says(AC, setpoint_celsius=21.0)
    house.service.pump()
    with pytest.raises(Conflict):
        house.ask("412", "setpoint_celsius", 25.0, purpose="air_conditioner")
    house.ask("412", "setpoint_celsius", 25.0, purpose="air_conditioner", level="guest")
    house.answer()
    house.wait(60)
    assert house.reported(AC, "setpoint_celsius") == 25.0


def test_release_gives_the_device_back(house: House) -> None:
    settle_in(house)
    house.says(AC, setpoint_celsius=21.0)
    house.wait(30)
    with house.database.write() as tx:
        released = house.service.release(tx, DESK, "412")
    assert "guest" in {hold.level for hold in released}
    house.wait(30)
    assert house.reported(AC, "setpoint_celsius") == 24.0


def test_the_scene_plays_once_and_never_for_staff(house: House) -> None:
    house.expect("412", in_minutes=30)
    house.wait(minutes=5)
    house.walk_in("412")
    assert house.wire.asked(CEILING, "on") == []
    house.walk_out("412")
    house.check_in()
    house.walk_in("412")
    assert house.wire.asked(CEILING, "on") == [True]
    house.says(CEILING, on=False)
    house.wait(30)
    house.walk_out("412")
    house.walk_in("412")
    house.wait(60)
    assert house.wire.asked(CEILING, "on") == [True]
    house.kill_and_restart()
    house.walk_out("412")
    house.walk_in("412")
    assert house.wire.asked(CEILING, "on").count(True) == 1


def test_guest_away_and_back(house: House) -> None:
    settle_in(house)
    house.says(AC, setpoint_celsius=22.0)
    house.wait(30)
    house.walk_out("412")
    house.wait(minutes=45, step=30)
    assert house.service.presences()["412"] == "empty"
    assert house.service.climates()["412"].phase == "away"
    assert house.reported(AC, "setpoint_celsius") == 24.5
    assert house.reported(CEILING, "on") is False
    house.walk_in("412")
    house.wait(30)
    assert house.reported(AC, "setpoint_celsius") == 22.0
    assert house.reported(CEILING, "on") is True


def test_the_sensors_are_compared_in_a_steady_room_only(house: House) -> None:
    """On the way down the unit's sensor is ahead of the room's: that says nothing about who is right."""
    house.expect("412", in_minutes=100, eta_source="booking")
    house.wait(minutes=10, step=30)
    celsius = 27.0
    while celsius > 24.4:
        celsius = round(celsius - 0.1, 1)
        house.says("sensor/r412/temperature", value=celsius)
        house.says("climate/r412/ac", current_celsius=celsius - 1.2)
        house.wait(minutes=2, step=30)
    assert house.wire.asked("climate/r412/ac", "setpoint_celsius") == [24.0]
    # Held, the unit still believes the room to be colder than it is: it is asked for less than the target.
    for _ in range(40):
        house.says("sensor/r412/temperature", value=24.1)
        house.says("climate/r412/ac", current_celsius=22.9)
        house.wait(minutes=2, step=30)
    last = house.wire.asked("climate/r412/ac", "setpoint_celsius")[-1]
    assert isinstance(last, float)
    assert last <= 23.0


def test_a_setpoint_that_let_the_unit_go_is_not_kept(house: House) -> None:
    """A correction of a fifth of a kelvin must not hold the room half a kelvin too warm."""

    def held_at(celsius: float, minutes: int) -> None:
        for _ in range(minutes // 2):
            house.says("sensor/r412/temperature", value=celsius)
            house.says("climate/r412/ac", current_celsius=celsius + 0.22)
            house.wait(minutes=2, step=30)

    house.expect("412", in_minutes=150)
    held_at(27.0, 130)
    held_at(24.1, 20)
    assert house.wire.asked("climate/r412/ac", "setpoint_celsius")[-1] == 24.0
    house.stays.stays.clear()
    house.expect("412", in_minutes=60)
    held_at(24.1, 20)
    held_at(23.5, 4)
    assert house.wire.asked("climate/r412/ac", "setpoint_celsius")[-1] == 24.5
    held_at(24.2, 4)
    assert house.wire.asked("climate/r412/ac", "setpoint_celsius")[-1] == 24.0


def test_an_open_window_stops_the_cooling_and_closing_it_brings_it_back(house: House) -> None:
    settle_in(house)
    house.wait(minutes=5)
    house.says("binary_sensor/r412/window", on=True)
    house.wait(60)
    assert house.reported(AC, "mode") == "off"
    assert house.service.climates()["412"].phase == "window_open"
    house.wait(minutes=5)
    house.says("binary_sensor/r412/window", on=False)
    house.wait(60)
    assert house.reported(AC, "mode") == "cool"


def test_housekeepings_hand_ends_with_the_clean(house: House) -> None:
    house.walk_in("412")
    house.says(CEILING, on=True)
    house.wait(60)
    assert house.reported(CEILING, "on") is True
    assert [hold.level for hold in house.service.holds("412") if hold.property == "on"] == ["housekeeping"]
    house.walk_out("412")
    house.cleaned("412")
    house.wait(minutes=15, step=30)
    assert house.reported(CEILING, "on") is False


def test_a_revert_after_a_power_loss_is_put_right(house: House) -> None:
    settle_in(house)
    house.wait(minutes=5)
    house.says(AC, available=False)
    house.wait(10)
    house.says(AC, available=True, mode="off", setpoint_celsius=26.0)
    house.wait(minutes=4)
    assert house.reported(AC, "mode") == "cool"
    assert not any(hold.level == "guest" for hold in house.service.holds("412"))


def test_an_echo_is_no_guest(house: House) -> None:
    settle_in(house)
    house.wait(30)
    house.wire.unanswered.clear()
    house.ask("412", "setpoint_celsius", 22.0, purpose="air_conditioner", level="guest")
    house.clock.advance(1)
    house.says(AC, setpoint_celsius=22.0)
    house.service.pump()
    house.clock.advance(1)
    house.says(AC, setpoint_celsius=24.0)
    house.wire.unanswered.clear()
    house.service.pump()
    assert next(h.value for h in house.service.holds("412") if h.level == "guest") == 22.0
    house.wait(30)
    assert house.reported(AC, "setpoint_celsius") == 22.0


def test_a_mind_changed_while_the_device_obeys_is_no_hand_in_the_room(house: House) -> None:
    house.says("sensor/r412/temperature", value=29.5)
    house.wait(minutes=5)
    assert (house.reported(AC, "mode"), house.reported(AC, "setpoint_celsius")) == ("cool", 28.0)
    house.expect("412", in_minutes=30)
    assert house.wire.asked(AC, "setpoint_celsius")[-1] == 24.0
    # The flight is late before the unit has answered.
    house.move_eta("stay-1", 600)
    house.wait(minutes=2)
    assert house.reported(AC, "setpoint_celsius") == 28.0
    assert not [hold for hold in house.service.holds("412") if hold.level == "housekeeping"]


def test_a_desk_that_taps_quickly_is_no_guest(house: House) -> None:
    settle_in(house)
    house.wait(minutes=2)
    house.wire.unanswered.clear()
    for on in (False, True, False, True, False):
        house.ask("412", "on", on, purpose="bedside_light", level="guest")
        house.clock.advance(0.1)
    # The lamp obeys one after the other when all have been sent, and says the old value first once.
    for on in (False, False, True, True, False, False, True, False):
        house.says(BEDSIDE, on=on)
        house.service.pump()
        house.clock.advance(0.1)
    house.wire.unanswered.clear()
    house.wait(30)
    assert house.reported(BEDSIDE, "on") is False
    assert [hold.by for hold in house.service.holds("412") if hold.level == "guest"] == [DESK.name]
    # A hand that comes after the answers is a hand, also when it does what we had asked.
    house.says(BEDSIDE, on=True)
    house.service.pump()
    house.wait(30)
    assert house.reported(BEDSIDE, "on") is True


def test_a_moved_flight_moves_the_plan_back(house: House) -> None:
    house.expect("412", in_minutes=30, eta_source="live")
    house.wait(minutes=5)
    assert house.reported(AC, "mode") == "cool"
    house.move_eta("stay-1", 300)
    house.wait(30)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.state == "waiting"
    assert house.reported(AC, "mode") == "off"


@pytest.mark.parametrize("change", ["cancelled", "no_show"])
def test_who_does_not_come_leaves_nothing(house: House, change: str) -> None:
    house.expect("412", in_minutes=30)
    house.wait(minutes=5)
    assert house.reported(AC, "mode") == "cool"
    house.end(change=change)
    house.wait(10)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.state == "dropped"
    assert house.reported(AC, "mode") == "off"


def test_a_room_move_takes_the_plan_along(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, rooms=("412", "413"))
    house.expect("412", in_minutes=30)
    house.wait(minutes=5)
    house.move_room("stay-1", "413")
    house.wait(30)
    assert house.reported(AC, "mode") == "off"
    assert house.reported("climate/r413/ac", "mode") == "cool"
    assert set(house.service.plans()) == {"413"}


def test_a_late_guest_costs_less_and_loses_nothing(house: House) -> None:
    house.expect("412", in_minutes=30)
    house.wait(minutes=10)
    cool_down(house)
    house.wait(minutes=68, step=60)
    assert house.reported(AC, "setpoint_celsius") == 26.0
    assert house.service.climates()["412"].reason_code == "guest_late"
    house.wait(minutes=30, step=60)
    assert house.reported(AC, "mode") == "off", "given up until they are heard of"
    assert house.service.climates()["412"].reason_code == "plan_expired"
    house.check_in()
    house.wait(10)
    assert house.reported(AC, "setpoint_celsius") == 24.0


def test_the_link_is_down_and_only_the_newest_goes_out(house: House) -> None:
    house.wait(30)
    house.wire.connected = False
    house.service.link_changed(False)
    ids = [
        house.ask("412", "brightness_percent", float(value), purpose="ceiling_light").id
        for value in (10, 20, 30)
    ]
    house.service.tick()
    before = len(house.wire.sent)
    house.clock.advance(20)
    house.wire.connected = True
    house.service.link_changed(True)
    house.service.tick()
    house.answer()
    house.service.pump()
    sent = [v for order in house.wire.sent[before:] for n, v in order.values if n == "brightness_percent"]
    assert sent == [30.0]
    states = [house.service.command(one).state for one in ids]
    assert states == ["superseded", "superseded", "confirmed"]


def test_yesterdays_command_is_never_delivered(house: House) -> None:
    house.wait(30)
    house.wire.connected = False
    house.service.link_changed(False)
    asked = house.ask("412", "action", "stop", purpose="curtain")
    house.clock.advance(3600)
    house.service.tick()
    house.wire.connected = True
    house.service.link_changed(True)
    house.wait(60)
    assert house.service.command(asked.id).state == "expired"
    assert house.wire.asked(CURTAIN, "action") == []


def test_a_full_outbox_keeps_the_command(house: House) -> None:
    house.wait(30)
    house.wire.takes = False
    asked = house.ask("412", "on", True, purpose="bedside_light")
    house.service.tick()
    assert house.service.command(asked.id).state == "queued"
    house.wire.takes = True
    house.wait(5)
    assert house.service.command(asked.id).state == "confirmed"
    assert house.wire.asked("light/r412/bedside", "on").count(True) == 1


def test_a_kill_loses_no_command_and_repeats_none(house: House) -> None:
    house.wait(30)
    house.wire.takes = False
    waiting = house.ask("412", "on", True, purpose="bedside_light")
    house.kill_and_restart()
    house.wire.takes = True
    house.wait(10)
    assert house.wire.asked("light/r412/bedside", "on").count(True) == 1
    assert house.service.command(waiting.id).state == "confirmed"
    house.kill_and_restart()
    house.replays("light/r412/bedside", on=True)
    house.wait(60)
    assert house.wire.asked("light/r412/bedside", "on").count(True) == 1


def test_a_kill_after_sending_hears_the_answer(house: House) -> None:
    house.wait(30)
    asked = house.ask("412", "on", True, purpose="bedside_light")
    house.service.pump()
    house.kill_and_restart()
    house.clock.advance(1)
    house.replays("light/r412/bedside", on=True)
    house.service.tick()
    assert house.service.command(asked.id).state == "confirmed"
    assert house.wire.asked("light/r412/bedside", "on").count(True) == 1


def test_a_command_that_ran_out_while_we_were_dead_ends(house: House) -> None:
    house.wait(30)
    house.wire.takes = False
    asked = house.ask("412", "action", "stop", purpose="curtain")
    house.clock.advance(4000)
    house.kill_and_restart()
    house.service.tick()
    assert house.service.command(asked.id).state == "expired"
    assert house.wire.asked(CURTAIN, "action") == []


def test_the_guests_hand_survives_a_kill(house: House) -> None:
    settle_in(house)
    house.says(AC, setpoint_celsius=21.0)
    house.wait(30)
    house.service.checkpoint()
    house.kill_and_restart()
    house.clock.advance(2)
    house.replays(AC, available=True, mode="cool", setpoint_celsius=21.0)
    house.wait(minutes=2)
    assert house.reported(AC, "setpoint_celsius") == 21.0
    assert house.service.climates()["412"].wanted_celsius == 21.0


def test_learning_and_plans_survive_a_kill(house: House) -> None:
    house.expect("412", in_minutes=90)
    house.wait(minutes=50, step=30)
    cool_down(house)
    learned = house.service.forecast("412")
    plan = house.service.plan("412")
    house.service.checkpoint()
    house.kill_and_restart()
    house.service.tick()
    after = house.service.plan("412")
    assert plan is not None
    assert after is not None
    assert (after.state, after.start_at, after.eta) == (plan.state, plan.start_at, plan.eta)
    assert learned
    assert house.service.forecast("412")


def test_a_device_that_does_not_obey_is_a_fault_and_not_shouted_at(house: House) -> None:
    house.wire.deaf.add(AC)
    house.expect("412", in_minutes=20)
    house.wait(minutes=30, step=5)
    assert 2 <= len(house.wire.asked(AC, "mode")) <= 6
    assert house.service.faults("412")


def test_a_curtain_that_meets_something_is_not_driven_again_and_again(house: House) -> None:
    house.wire.deaf.add(CURTAIN)
    house.ask("412", "position_percent", 100.0, purpose="curtain")
    house.clock.advance(3)
    house.says(CURTAIN, motion="opening", position_percent=10.0)
    house.clock.advance(20)
    house.says(CURTAIN, motion="stopped", position_percent=35.0)
    house.wait(minutes=30, step=10)
    assert len(house.wire.asked(CURTAIN, "position_percent")) <= 3


def test_the_desk_preconditions_a_room(house: House) -> None:
    with house.database.write() as tx:
        plan = house.service.precondition(tx, DESK, "412", 22.0, None)
    assert plan.state == "running"
    assert plan.wanted_celsius == 22.0
    house.wait(30)
    assert house.reported(AC, "mode") == "cool"
    assert house.reported(AC, "setpoint_celsius") == 22.0
    with house.database.write() as tx:
        house.service.release(tx, DESK, "412")
    house.wait(minutes=4)
    assert house.reported(AC, "mode") == "off"


@pytest.mark.parametrize(
    ("celsius", "by"),
    [(5.0, None), (40.0, None), (22.0, datetime.fromisoformat("2026-07-01T00:00:00+00:00"))],
)
def test_impossible_preconditioning_is_refused_with_the_range(
    house: House, celsius: float, by: datetime | None
) -> None:
    with pytest.raises(Invalid) as refused, house.database.write() as tx:
        house.service.precondition(tx, DESK, "412", celsius, by)
    assert {"low", "high"} <= set(refused.value.values) or {"earliest", "latest"} <= set(refused.value.values)


def test_the_panel_is_told(house: House) -> None:
    house.says("switch/r412/dnd", on=True)
    house.service.pump()
    assert house.service.panels()["412"][0] == "do_not_disturb"
    assert "panel.changed" in kinds(house)
    house.kill_and_restart()
    assert house.service.panels()["412"][0] == "do_not_disturb"
    house.says("switch/r412/mur", on=True)
    house.service.pump()
    assert house.service.panels()["412"][0] == "make_up_room"


def test_an_unapproved_device_waits(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, auto_approve=False)
    house.expect("412", in_minutes=10)
    house.wait(minutes=2)
    assert house.wire.sent == []
    waiting = house.service.devices()
    assert {device.suggested_room for device in waiting} == {"412"}
    assert not any(device.approved for device in waiting)
    for device in waiting:
        with database.write() as tx:
            house.service.approve(tx, ENGINEER, device.id, "412")
    house.wait(30)
    assert house.reported(AC, "mode") == "cool"
    with pytest.raises(NotFound), database.write() as tx:
        house.service.approve(tx, ENGINEER, waiting[0].id, "999")


def test_coming_and_going_leaves_one_entity(house: House) -> None:
    ac = room_entities("412")[0]
    before = {device.id for device in house.service.devices()}
    for _ in range(20):
        house.service.withdrawn(ac.key)
        house.service.discovered(ac, "{}")
    house.service.pump()
    assert {device.id for device in house.service.devices()} == before
    house.kill_and_restart()
    assert {device.id for device in house.service.devices()} == before


def test_the_timeline_and_the_commands_can_be_read(house: House) -> None:
    start = house.now()
    settle_in(house)
    codes = [event.code for event in house.service.room_events("412", start, house.now())]
    assert "door.opened" in codes
    assert "guest.arrived" in codes
    commands = house.service.commands("412", start, house.now())
    assert commands
    assert all(command.state == "confirmed" for command in commands)
    assert len(house.service.commands("412", start, house.now(), limit=2)) == 2


def test_measurements_reach_telemetry_with_their_room(house: House) -> None:
    house.telemetry.samples.clear()
    house.says("sensor/r412/temperature", value=25.5)
    house.replays("sensor/r412/temperature", value=25.6)
    told = [(sample.room, sample.property, sample.value) for sample in house.telemetry.samples]
    assert told == [("412", "temperature_celsius", 25.5)]


def test_baselines_run_by_policy(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, climate=ClimatePolicy(setback=False))
    house.wait(30)
    assert house.reported(AC, "mode") == "cool"
    assert house.service.climates()["412"].reason_code == "always_on"


def test_the_worker_does_all_this_by_itself(database: Database, clock: ManualClock) -> None:
    import time

    house = House(database, clock)
    house.service.start()
    try:
        asked = house.ask("412", "on", True, purpose="ceiling_light")
        house.answer()
        until = time.monotonic() + 5
        while house.service.command(asked.id).state != "confirmed" and time.monotonic() < until:
            time.sleep(0.01)
        assert house.service.command(asked.id).state == "confirmed"
    finally:
        house.service.stop()


@pytest.mark.parametrize("seed", range(8))
def test_the_guests_hand_is_never_fought(house: House, seed: int) -> None:
    """Whatever the guest does in a room with them in it, nothing of ours undoes it."""
    draw = random.Random(seed)
    settle_in(house)
    house.wait(minutes=2)
    house.says("binary_sensor/r412/presence", on=True)
    wanted: dict[tuple[str, str], Value] = {}
    for _ in range(12):
        deeds: list[tuple[str, str, Value]] = [
            (AC, "setpoint_celsius", float(draw.randrange(18, 28))),
            (AC, "mode", draw.choice(["cool", "off", "dry"])),
            (CEILING, "on", draw.random() < 0.5),
            (CURTAIN, "position_percent", float(draw.randrange(0, 101, 10))),
        ]
        key, name, value = draw.choice(deeds)
        house.says(key, **{name: value})
        wanted[key, name] = value
        sent = len(house.wire.sent)
        house.wait(seconds=draw.choice([1, 7, 30, 400]), step=10)
        asked = [(order.entity_key, *order.values[0]) for order in house.wire.sent[sent:]]
        assert not [ask for ask in asked if (ask[0], ask[1]) == (key, name)], asked
        for (whose, what), held in wanted.items():
            assert house.reported(whose, what) == held


def test_a_database_that_is_away_loses_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.expect("412", in_minutes=10)
    house.wait(10)
    write = house.database.write

    def away() -> object:
        raise Unavailable("database_unavailable", "away")

    house.says("switch/r412/dnd", on=True)
    before = len(house.wire.sent)
    house.stays.stays.clear()
    monkeypatch.setattr(house.database, "write", away)
    house.service.handle(StayChanged("stay-1", "cancelled", "cancelled", 2, "412"))
    house.clock.advance(300)
    for _ in range(3):
        with pytest.raises(Unavailable):
            house.service.tick()
    assert len(house.wire.sent) == before, "nothing goes out that is not on disk"
    monkeypatch.setattr(house.database, "write", write)
    house.wait(10)
    assert house.reported(AC, "mode") == "off"
    house.kill_and_restart()
    assert house.service.panels()["412"][0] == "do_not_disturb"


def test_many_devices_at_once_are_written_in_helpings(database: Database, clock: ManualClock) -> None:
    numbers = tuple(str(number) for number in range(100, 220))
    house = House(database, clock, rooms=numbers, equipped=False)
    for number in numbers:
        for described in room_entities(number):
            house.service.discovered(described, "{}")
    house.service.pump()
    house.kill_and_restart()
    assert len(house.service.devices()) == 11 * len(numbers)
    assert all(device.approved for device in house.service.devices())
    assert kinds(house).count("device.changed") == len(numbers)


def test_the_desk_too_waits_for_the_compressor(house: House) -> None:
    house.wait(30)
    house.ask("412", "mode", "cool", purpose="air_conditioner")
    house.wait(10)
    assert house.reported(AC, "mode") == "cool"
    off = house.ask("412", "mode", "off", purpose="air_conditioner")
    house.wait(100)
    assert house.service.command(off.id).state == "queued"
    assert house.reported(AC, "mode") == "cool"
    house.wait(90)
    assert house.service.command(off.id).state == "confirmed"
    assert house.reported(AC, "mode") == "off"


def test_the_panel_is_never_driven_by_us(house: House) -> None:
    settle_in(house)
    house.says("switch/r412/dnd", on=True)
    house.wait(30)
    house.walk_out("412")
    house.wait(minutes=20, step=30)
    house.says("switch/r412/dnd", on=False)
    house.end()
    house.wait(minutes=20, step=30)
    assert house.wire.asked("switch/r412/dnd", "on") == []
    assert house.service.panels()["412"] == ("none", None)
