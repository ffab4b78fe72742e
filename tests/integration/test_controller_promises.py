"""What is promised of a command, sentence by sentence: who cancels it, who puts right, when it ends."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import event

from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import StaleVersion
from hotel.messages import StayChanged
from tests.controller_world import ENGINEER, House

AC, CEILING, CURTAIN = "climate/r412/ac", "light/r412/ceiling", "cover/r412/curtain"


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


def live_in(house: House) -> None:
    house.expect("412", celsius=22.0)
    house.check_in()
    house.walk_in("412")
    house.wait(minutes=2)


def test_check_out_cancels_all_that_belongs_to_the_stay_in_one_transaction(house: House) -> None:
    live_in(house)
    house.wire.deaf = {AC, CEILING, CURTAIN}
    asked = [
        house.ask("412", "mode", "dry", purpose="air_conditioner", level="guest"),
        house.ask("412", "setpoint_celsius", 19.0, purpose="air_conditioner", level="guest"),
        house.ask("412", "position_percent", 30.0, purpose="curtain"),
    ]
    house.wire.takes = False
    unsent = house.ask("412", "brightness_percent", 40.0, purpose="ceiling_light", level="guest")
    house.service.pump()
    with house.database.write() as tx:
        engineers = house.service.request_command(
            tx, ENGINEER, "412", property="on", value=False, purpose="bedside_light", level="engineer"
        )
    house.stays.stays.pop("stay-1")

    commits: list[None] = []
    event.listen(house.database.engine, "commit", lambda _: commits.append(None))
    house.service.handle(StayChanged("stay-1", "checked_out", "checked_out", 1, "412", None))
    house.service.pump()  # what the worker does at once; no time has passed
    assert len(commits) == 1
    for command in [*asked, unsent]:
        ended = house.service.command(command.id)
        assert (ended.state, ended.detail) == ("superseded", "The stay that it was asked for is over here.")
    assert house.service.command(engineers.id).state == "queued"
    levels = {hold.level for hold in house.service.holds("412")}
    assert "engineer" in levels
    assert levels.isdisjoint({"guest", "front_desk", "arrival_plan"})
    plan = house.service.plan("412")
    assert plan is None or plan.state in ("done", "dropped")
    # A kill right after does not bring any of it back.
    house.kill_and_restart()
    assert {hold.level for hold in house.service.holds("412")}.isdisjoint({"guest", "arrival_plan"})
    house.wire.takes = True
    before = len(house.wire.asked(CEILING, "brightness_percent"))
    house.wait(minutes=3)
    assert len(house.wire.asked(CEILING, "brightness_percent")) == before


def test_a_late_obedience_to_what_check_out_cancelled_is_no_hand(house: House) -> None:
    live_in(house)
    house.wire.deaf = {CURTAIN}
    house.ask("412", "position_percent", 100.0, purpose="curtain")
    house.end()
    house.clock.advance(1)
    house.says(CURTAIN, position_percent=100.0)
    house.service.pump()
    assert not [hold for hold in house.service.holds("412") if hold.level in ("guest", "housekeeping")]


def test_a_guests_hand_wins_within_two_seconds_and_is_not_fought(house: House) -> None:
    live_in(house)
    house.ask("412", "setpoint_celsius", 21.0, purpose="air_conditioner")
    house.wait(10)
    sent = len(house.wire.asked(AC, "setpoint_celsius"))
    house.says(AC, setpoint_celsius=25.0)
    house.clock.advance(1)
    house.service.tick()
    assert [
        h.value for h in house.service.holds("412") if h.level == "guest" and h.property == "setpoint_celsius"
    ] == [25.0]
    house.wait(minutes=5)
    assert len(house.wire.asked(AC, "setpoint_celsius")) == sent


def go_back(house: House) -> None:
    """The power fails for a moment; the device comes back with its own ideas."""
    house.says(AC, available=False)
    house.wait(1)
    house.says(AC, available=True, setpoint_celsius=26.0)


def test_a_revert_is_put_right_within_a_minute_a_few_times_and_is_then_a_fault_that_is_shown(
    house: House,
) -> None:
    live_in(house)
    house.wait(minutes=5)
    wanted = house.reported(AC, "setpoint_celsius")
    assert wanted == 22.0
    most = house.settings.commands.most_reverts
    for _ in range(most):
        go_back(house)
        house.wait(55)
        assert house.reported(AC, "setpoint_celsius") == wanted
    sent = len(house.wire.asked(AC, "setpoint_celsius"))
    go_back(house)
    house.wait(minutes=10)
    assert len(house.wire.asked(AC, "setpoint_celsius")) == sent
    assert house.service.faults("412") == ["ac keeps going back on its own."]
    codes = [
        one.code for one in house.service.room_events("412", house.now() - timedelta(hours=2), house.now())
    ]
    assert (codes.count("device.reverted"), codes.count("device.disobeys")) == (most + 1, 1)


def test_our_own_reconnect_does_not_make_a_shouting_match_either(house: House) -> None:
    """After each reconnect the retained state says something else: bounded like any revert."""
    live_in(house)
    house.wait(minutes=5)
    before = len(house.wire.asked(AC, "setpoint_celsius"))
    for _ in range(10):
        house.wire.connected = False
        house.service.link_changed(False)
        house.wait(2)
        house.wire.connected = True
        house.service.link_changed(True)
        house.replays(AC, available=True, setpoint_celsius=26.0)
        house.wait(50)
    asked = len(house.wire.asked(AC, "setpoint_celsius")) - before
    assert 1 <= asked <= house.settings.commands.most_reverts
    assert house.service.faults("412") == ["ac keeps going back on its own."]


def test_retries_back_off_and_end(house: House) -> None:
    house.wire.deaf = {CEILING}
    house.ask("412", "on", True, purpose="ceiling_light")
    times: list[float] = []
    seen = 0
    for _ in range(60 * 12):
        house.wait(1, step=1)
        if (now := len(house.wire.asked(CEILING, "on"))) > seen:
            times.append(house.clock.monotonic())
            seen = now
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses == sorted(pauses)
    assert len(times) <= house.settings.commands.most_tries + 1
    assert house.service.faults("412") == ["ceiling does not obey."]


def test_a_command_that_the_device_can_never_take_is_rejected_and_holds_nobody_up(house: House) -> None:
    house.wire.never = {CEILING: "its template gives nothing for on"}
    refused = house.ask("412", "on", True, purpose="ceiling_light")
    house.service.pump()
    ended = house.service.command(refused.id)
    assert (ended.state, ended.detail) == ("rejected", "its template gives nothing for on")
    house.ask("412", "on", True, purpose="bedside_light")
    house.wait(5)
    assert house.reported("light/r412/bedside", "on") is True
    house.wait(minutes=12)
    assert house.service.faults("412") == ["ceiling does not obey."]


def test_a_stale_revision_is_refused_on_every_way_of_writing_a_property(house: House) -> None:
    """One property is written by one route alone; actions and releases act on what is there then."""
    [ac] = [device for device in house.service.devices("412") if device.purpose == "air_conditioner"]
    revision = next(one.revision for one in ac.properties if one.name == "setpoint_celsius")
    first = house.ask("412", "setpoint_celsius", 20.0, device_id=ac.id, revision=revision)
    with pytest.raises(StaleVersion, match="was changed meanwhile"):
        house.ask("412", "setpoint_celsius", 27.0, device_id=ac.id, revision=revision)
    assert house.service.command(first.id).state == "sent"
    # Not even after two kills in a row, with nothing of it written down.
    for _ in range(2):
        house.clock.advance(2)
        house.kill_and_restart()
        house.service.pump()
    with pytest.raises(StaleVersion):
        house.ask("412", "setpoint_celsius", 27.0, device_id=ac.id, revision=revision)
