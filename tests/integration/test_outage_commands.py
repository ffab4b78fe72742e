"""Commands over an outage: each ends in one way, what is still wanted is done once, the rest is not."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from tests.outage_house import (
    OutageHouse,
    air_conditioner,
    bell,
    lamp,
    outage_house,
    started,
)

pytestmark = pytest.mark.mosquitto
SEED = 20261122


def rooms(count: int) -> list[str]:
    return [str(101 + number) for number in range(count)]


def test_a_broker_killed_in_the_middle_of_a_thousand_commands(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    numbers = rooms(50)
    with outage_house(tmp_path, numbers, lamp) as house:
        given: dict[str, list[tuple[str, bool]]] = {number: [] for number in numbers}

        def give(number: str) -> None:
            on = chance.random() < 0.5
            given[number].append((house.ask(number, "ceiling_light", "on", on), on))

        for turn in range(1_000):
            if turn == 500:
                house.kill_broker()
                house.network.refuse()
            give(numbers[turn % 50] if turn % 7 else chance.choice(numbers))
        house.until(lambda: not house.service.link.connected)
        house.until(lambda: all(device.available is False for device in house.shown()))
        # The broker starts again with nothing; the devices find it before we do.
        house.until(lambda: house.devices.connections == 2)
        at_heal = dict(house.devices.states)
        told_before = len(house.devices.heard)
        house.network.forward()
        house.until(house.all_there)

        for number in numbers:
            wanted = given[number][-1][1]
            house.until(lambda n=number, w=wanted: house.reported(n, "on") is w)  # type: ignore[misc]
        ids = [command for each in given.values() for command, _ in each]
        house.until(lambda: house.ended(ids))
        house.until(lambda: house.metric("innkeeper_controller_commands_live") == 0)

        # On disk each of the thousand ended, in one state.
        house.until(lambda: not {house.rows()[each] for each in ids} & {"queued", "sent"})
        assert len(set(ids)) == 1_000
        assert {house.rows()[each] for each in ids} <= {"confirmed", "superseded"}, house.states(ids)
        for number in numbers:
            last, wanted = given[number][-1]
            word = "ON" if wanted else "OFF"
            assert house.command(last).state == "confirmed", house.command(last)
            assert house.devices.states[f"dev/{number}/lamp"] == word
            # The newest alone, and once; a lamp that is so already need not be told.
            told = house.devices.told(f"dev/{number}/lamp/set", told_before)
            assert told in ([word], []), (number, told)
            if at_heal[f"dev/{number}/lamp"] != word:
                assert told == [word]
        assert house.metric("innkeeper_mqtt_link_connections_lost_total") == 1


def test_a_command_whose_fate_nobody_knows_is_done_once(tmp_path: Path) -> None:
    """One was lost on its way to the device, the other's answer on its way back."""
    with outage_house(tmp_path, ["101", "102"], lamp) as house:
        # 102 obeys, and its word of it never comes to the broker.
        house.devices.mute = True
        answered = house.ask("102", "ceiling_light", "on", True)
        house.until(lambda: house.devices.states["dev/102/lamp"] == "ON")
        # 101 is told on a connection that carries nothing any more.
        house.network.stall()
        lost = house.ask("101", "ceiling_light", "on", True)
        assert [house.command(each).state for each in (lost, answered)] == ["sent", "sent"]
        house.network.refuse()
        house.until(lambda: not house.service.link.connected)
        house.devices.mute = False
        spoken = house.devices.speak()
        house.until(lambda: all(said.is_published() for said in spoken))
        told_before = len(house.devices.heard)
        house.network.forward()

        house.until(lambda: house.ended([lost, answered]))
        assert [house.command(each).state for each in (lost, answered)] == ["confirmed", "confirmed"]
        assert house.devices.told("dev/101/lamp/set", told_before) == ["ON"]
        assert house.devices.told("dev/102/lamp/set", told_before) == []
        assert house.devices.told("dev/102/lamp/set") == ["ON"]


def test_what_was_asked_in_a_half_open_ten_minutes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with outage_house(tmp_path, ["101", "102", "103"], lamp, bell) as house:
        keepalive = house.service.settings.mqtt_keepalive_seconds
        house.network.stall()
        began = time.monotonic()
        house.until(lambda: not house.service.link.connected)
        noticed_seconds = time.monotonic() - began
        print(f"noticed after {noticed_seconds:.1f} s with a keepalive of {keepalive} s")
        assert "is silent; the connection is given up" in caplog.text, "paho itself takes two keepalives"
        house.until(lambda: {device.available for device in house.shown()} == {False})
        status, failing = house.readiness()
        assert (status, failing) == (503, ["broker"])

        # Meanwhile people go on: what is momentary is over when it is over, a wish stays.
        rung = house.ask_device("101", "button/r101/bell", "press", True)
        first = house.ask("101", "ceiling_light", "on", True)
        second = house.ask("101", "ceiling_light", "on", False)
        third = house.ask("101", "ceiling_light", "on", True)
        wish = house.ask("102", "ceiling_light", "on", True)
        told_before = len(house.devices.heard)
        house.clock.skip(600)
        house.until(lambda: house.ended([rung, third, wish]))
        assert house.command(rung).state == "expired"
        assert [house.command(each).state for each in (first, second)] == ["superseded"] * 2
        # A guest's hand in 102 switched the lamp while nobody was to be reached.
        fresh = house.ask("103", "ceiling_light", "on", True)

        house.network.cut()
        house.network.forward()
        healed = time.monotonic()
        house.until(house.all_there)
        house.until(lambda: all(house.reported(room, "on") is True for room in ("101", "102", "103")))
        print(f"healed after {time.monotonic() - healed:.1f} s")
        assert time.monotonic() - healed <= 30
        house.until(lambda: house.metric("innkeeper_controller_commands_live") == 0)
        assert house.command(fresh).state == "confirmed"
        for room in ("101", "102", "103"):
            assert house.devices.told(f"dev/{room}/lamp/set", told_before) == ["ON"], room
        assert house.devices.told("dev/101/bell/set") == []
        assert house.readiness() == (200, [])


def test_a_controller_that_was_dead_for_an_hour(tmp_path: Path) -> None:
    numbers = rooms(12)
    pace = {"INNKEEPER_AC_STARTS_AT_ONCE": "2", "INNKEEPER_AC_STARTS_PER_SECOND": "5"}
    with outage_house(tmp_path, numbers, air_conditioner, lamp, bell, **pace) as house:
        held = [house.ask(number, "air_conditioner", "mode", "cool") for number in numbers]
        house.until(lambda: house.ended(held))
        house.until(lambda: all(state == "cool" for state in modes(house).values()))
        house.until(lambda: all(house.reported(number, "mode") == "cool" for number in numbers))
        house.until(lambda: {house.rows()[each] for each in held} == {"confirmed"})

        # It dies in the middle of its work: what stands on disk now is all that is left of it.
        house.network.stall()
        rung = house.ask_device("101", "button/r101/bell", "press", True)
        wish = house.ask("102", "ceiling_light", "on", True)
        after = tmp_path / "after"
        snapshot(house, after)
        house.network.refuse()
        house.until(lambda: not house.service.link.connected)
        house.service.stop()

        # An hour passes, and with it a power cut: every unit comes back off.
        house.clock.skip(3_600)
        for number in numbers:
            house.devices.states[f"dev/{number}/mode"] = "off"
        spoken = house.devices.speak()
        house.until(lambda: all(said.is_published() for said in spoken))
        told_before = len(house.devices.heard)
        house.network.forward()
        again = started(after, house.clock, house.network, house.broker, house.devices, (), pace)
        try:
            again.until(again.all_there)
            again.until(lambda: all(state == "cool" for state in modes(again).values()))
            again.until(lambda: again.reported("102", "on") is True)
            again.until(lambda: again.metric("innkeeper_controller_commands_live") == 0)
            # What ran out while nobody was there is not done; what is still wanted is, and once.
            assert again.command(rung).state in ("expired", "timed_out", "confirmed")
            assert house.devices.told("dev/101/bell/set", told_before) == []
            assert again.command(wish).state in ("expired", "timed_out")
            assert house.devices.told("dev/102/lamp/set", told_before) == ["ON"]
            for number in numbers:
                assert house.devices.told(f"dev/{number}/mode/set", told_before) == ["cool"], number
            starts = sorted(sent_at(again, "mode"))[-len(numbers) :]
            for first, at in enumerate(starts):
                window = [later for later in starts[first:] if later - at <= 1.0]
                assert len(window) <= 2 + 5 + 1, starts
            assert starts[-1] - starts[0] >= (len(numbers) - 2) / 5 - 0.3
        finally:
            again.service.stop()


def modes(house: OutageHouse) -> dict[str, str]:
    return {topic: state for topic, state in house.devices.states.items() if topic.endswith("/mode")}


def snapshot(house: OutageHouse, folder: Path) -> None:
    """The data directory as a kill would leave it: what is committed, and nothing else."""
    source = house.service.settings.data_dir
    folder.mkdir()
    for path in source.iterdir():
        if path.is_file() and ".db" not in path.name:
            shutil.copy(path, folder / path.name)
    with sqlite3.connect(source / "innkeeper.db") as disk, sqlite3.connect(folder / "innkeeper.db") as copy:
        disk.backup(copy)


def sent_at(house: OutageHouse, name: str) -> list[float]:
    """When commands to a property were sent, in seconds."""
    with house.service.database.read() as session:
        from controller.store import CommandRow, all_rows

        rows = all_rows(session, house.service.database.property_id, CommandRow)
        return [row.sent_at.timestamp() for row in rows if row.name == name and row.sent_at is not None]
