"""A small hotel from morning to midnight, in virtual time, everything real but clock and link; by seed.

The promises that only a whole day can break: rooms ready at the door, compressors spared, the guest's
hand respected, rooms set back after check-out, and the same day again for the same seed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks.harness.virtual_hotel import HotelOptions, VirtualHotel, local_start
from controller.policy import ClimatePolicy, CommandPolicy
from simulators.guests import Arrival

SEED = 16
ROOMS = 8
# From breakfast until the last guest has come and has turned at the thermostat.
HOURS = 13.0
TIMEZONE = "Asia/Shanghai"
WITHIN_KELVIN = 0.5
HAND_SECONDS = 600.0
SET_BACK_SECONDS = 240.0
ASKED_AFTER = timedelta(minutes=30)
MINUTES_QUANTISED = timedelta(seconds=16)


@dataclass
class Hand:
    at: datetime
    room: str
    mode: str | None
    setpoint_celsius: float | None
    in_house: bool


@dataclass
class Day:
    """What a day came to."""

    commands: list[tuple[datetime, str, bytes]] = field(default_factory=list)
    modes: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    hands: list[Hand] = field(default_factory=list)
    departures: list[tuple[datetime, str]] = field(default_factory=list)
    not_set_back: list[str] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    live_commands: int = 0
    refused: int = 0
    metrics: dict[str, int] = field(default_factory=dict)

    def orders(self, room: str, what: str) -> list[tuple[datetime, str]]:
        """Values that were sent to a room's air conditioner, with their times."""
        topic = f"simulated/{room}/ac/set/{what}"
        return [(at, payload.decode()) for at, where, payload in self.commands if where == topic]


def live_through(folder: Path, seed: int, rooms: int = ROOMS, hours: float = 24.0) -> Day:
    print(f"seed {seed}, {rooms} rooms, {hours} hours")
    folder.mkdir()
    start = local_start(2026, 7, 14, 8, TIMEZONE)
    hotel = VirtualHotel(HotelOptions(seed, rooms, start, TIMEZONE), folder)
    day = Day()

    def hear_order(topic: str, payload: bytes, _retained: bool) -> None:
        day.commands.append((hotel.clock.now(), topic, payload))

    def hear_unit(topic: str, payload: bytes, _retained: bool) -> None:
        mode = json.loads(payload)["system_mode"]
        seen = day.modes.setdefault(topic.split("/")[1], [])
        if not seen or seen[-1][1] != mode:
            seen.append((hotel.clock.now(), mode))

    hotel.broker.listen("simulated/+/+/set/#", hear_order)
    hotel.broker.listen("simulated/+/ac/state", hear_unit)
    for plan in hotel.world.plans:
        _watch_hands(hotel, plan.number, day)

    told: set[tuple[str, datetime]] = set()
    let_until: dict[str, datetime] = {}

    def watch() -> None:
        now = hotel.clock.now()
        for plan in hotel.world.plans:
            number = plan.number
            if hotel.world.truth(number).let:
                let_until[number] = now
            # Nobody leaves where nobody was; to ask all rooms each minute would take a quarter of the day.
            if number not in let_until or now - let_until[number] > ASKED_AFTER:
                continue
            for event in hotel.house.controller.room_events(number, now - timedelta(minutes=6), now):
                due = event.at + timedelta(seconds=SET_BACK_SECONDS)
                if event.code == "guest.left" and due <= now and (number, event.at) not in told:
                    told.add((number, event.at))
                    day.departures.append((event.at, number))
                    if not _is_set_back(hotel, number):
                        day.not_set_back.append(f"{number} at {event.at}")

    hotel.run(hours * 3600, watch)
    day.arrivals = list(hotel.world.arrivals)
    day.metrics = hotel.house.controller.counters()
    day.refused = hotel.desk.refused
    hotel.close()
    return day


def _watch_hands(hotel: VirtualHotel, room: str, day: Day) -> None:
    devices: Any = hotel.world.devices(room)
    real = devices.hand_unit

    def hand_unit(mode: Any = None, setpoint: float | None = None) -> None:
        name = None if mode is None else mode.name.lower()
        let = hotel.world.truth(room).let
        day.hands.append(Hand(hotel.world.time, room, name, setpoint, let))
        real(mode, setpoint)

    devices.hand_unit = hand_unit


def _is_set_back(hotel: VirtualHotel, room: str) -> bool:
    """Set back, or already made ready for the next guest."""
    climate = hotel.house.controller.climates([room])[room]
    if climate.phase in ("preconditioning", "ready"):
        return True
    saving = (
        climate.mode in ("off", "dry")
        or (climate.setpoint_celsius or 0) >= ClimatePolicy().cooling_celsius + 1
    )
    return climate.phase == "unoccupied" and saving


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    return live_through(tmp_path_factory.mktemp("day") / "first", SEED, hours=HOURS)


def test_rooms_are_ready_at_the_door(day: Day) -> None:
    known = [arrival for arrival in day.arrivals if arrival.eta_told is not None]
    assert len(known) >= 4
    usual = ClimatePolicy().cooling_celsius
    errors = {
        f"{arrival.room} at {arrival.at}": arrival.air_celsius - (arrival.cooling_celsius or usual)
        for arrival in known
    }
    assert_ready(list(errors.values()), f"seed {SEED}: {errors}")


def assert_ready(errors: list[float], told: str) -> None:
    """Nine of ten are right at the door; of fewer than ten, all but one. The one that is missed is
    missed by little, and most are right by far."""
    off = sorted(abs(error) for error in errors)
    missed = [error for error in off if error > WITHIN_KELVIN]
    assert len(missed) <= max(1, len(off) // 10), told
    assert off[-1] <= 3 * WITHIN_KELVIN, told
    assert off[len(off) // 2] <= WITHIN_KELVIN / 2, told


def test_compressors_keep_their_minimum_times(day: Day) -> None:
    numbers = CommandPolicy()
    least = timedelta(seconds=min(numbers.minimum_on_seconds, numbers.minimum_off_seconds))
    checked = 0
    for room, modes in day.modes.items():
        for at, wanted in day.orders(room, "system_mode"):
            before = [(since, mode) for since, mode in modes if since < at]
            if len(before) < 2 or (before[-1][1] == "off") == (wanted == "off"):
                continue
            switches = [
                since
                for (since, mode), (_, earlier) in zip(before[1:], before, strict=False)
                if (mode == "off") != (earlier == "off")
            ]
            if not switches:
                continue  # how long it had been so when the day began, nobody knows
            checked += 1
            assert at - switches[-1] >= least - MINUTES_QUANTISED, f"seed {SEED}: {room} {wanted} at {at}"
    assert checked >= 4


def test_the_guests_hand_is_respected(day: Day) -> None:
    by_guests = [hand for hand in day.hands if hand.in_house and hand.setpoint_celsius is not None]
    assert len(by_guests) >= 2
    left = {room: [at for at, where in day.departures if where == room] for _, room in day.departures}
    for hand in by_guests:
        wanted = hand.setpoint_celsius or 0.0
        until = min(
            [hand.at + timedelta(seconds=HAND_SECONDS)]
            + [at for at in left.get(hand.room, []) if at > hand.at]
            + [other.at for other in day.hands if other.room == hand.room and other.at > hand.at]
        )
        against = [
            (at, value)
            for at, value in day.orders(hand.room, "target_temperature")
            # What was on its way when the hand moved is not held against it.
            if hand.at + MINUTES_QUANTISED < at < until and abs(float(value) - wanted) > 0.25
        ]
        assert against == [], f"seed {SEED}: {hand}"


def test_check_outs_are_set_back(day: Day) -> None:
    assert len(day.departures) >= 2
    assert day.not_set_back == [], f"seed {SEED}"


def test_nothing_was_shed_or_given_up(day: Day) -> None:
    assert day.metrics["changes_shed"] == 0
    # A device may stay silent once; what is still wanted is asked again.
    assert day.metrics["commands_timed_out"] <= 0.02 * day.metrics["commands_confirmed"]
    assert day.metrics["commands_rejected"] == 0
    assert len(day.commands) <= day.metrics["commands_confirmed"] * 3


# A whole day once more; the same is held for a few hours by the comfort bench's own test.
@pytest.mark.slow
def test_the_same_seed_is_the_same_day(day: Day, tmp_path: Path) -> None:
    again = live_through(tmp_path / "again", SEED, hours=11)
    assert len(again.arrivals) >= 2
    assert [replace(arrival, stay_id="") for arrival in again.arrivals] == [
        replace(arrival, stay_id="") for arrival in day.arrivals[: len(again.arrivals)]
    ]
    assert len(again.commands) >= 50
    assert again.commands == day.commands[: len(again.commands)]
    other = live_through(tmp_path / "other", SEED + 1, hours=2)
    assert other.commands != day.commands[: len(other.commands)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 9))
def test_other_seeds_keep_the_same_promises(seed: int, tmp_path: Path) -> None:
    """Many whole days and nights, with guests that do not come when they said."""
    one = live_through(tmp_path / "day", seed, rooms=16)
    test_compressors_keep_their_minimum_times(one)
    test_the_guests_hand_is_respected(one)
    test_check_outs_are_set_back(one)
    test_nothing_was_shed_or_given_up(one)
