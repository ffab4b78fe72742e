"""The rooms' physics: nothing is lost, rooms drift, units pull, compressors keep their times."""

from __future__ import annotations

import numpy as np
import pytest

from simulators import air
from simulators.air_conditioner import Fan, Mode
from simulators.building import Floats, draw_makeup, room_plans
from simulators.physics import Rooms
from simulators.weather import Outdoors, climates

STEP = 15.0
NIGHT = -1.0  # the sun's height


def weather(
    celsius: float, humidity: float = 60.0, radiation: float = 0.0, height: float = NIGHT
) -> Outdoors:
    return Outdoors(celsius, humidity, radiation, height, np.pi)


def hotel(
    rooms: int = 60, celsius: float = 26.0, humidity: float = 55.0, climate: str = "shanghai", seed: int = 7
) -> Rooms:
    makeup = draw_makeup(room_plans(rooms), seed, climates()[climate])
    made = Rooms(makeup, *(np.full(rooms, value) for value in (celsius, celsius, humidity)))
    made.use.curtain_open[:] = 0.0
    return made


def run(rooms: Rooms, minutes: float, outdoors: Outdoors) -> None:
    for _ in range(round(minutes * 60 / STEP)):
        rooms.step(STEP, outdoors, outdoors.celsius)


def heat_in(rooms: Rooms) -> Floats:
    """Joules stored above 0 °C."""
    made = rooms.makeup
    return (
        rooms.air * made.air_capacity
        + rooms.furniture * made.furniture_capacity
        + rooms.mass * made.mass_capacity
    )


def test_a_sealed_room_keeps_its_heat() -> None:
    rooms = hotel()
    made = rooms.makeup
    for name in ("direct_conductance", "mass_conductance", "corridor_conductance", "infiltration_per_hour"):
        getattr(made, name)[:] = 0.0
    rooms.air += 4.0
    before = heat_in(rooms)
    run(rooms, 600, weather(40.0))
    assert heat_in(rooms) == pytest.approx(before, rel=1e-9)
    assert rooms.air == pytest.approx(rooms.mass, abs=0.02)


def test_what_people_lamps_and_the_unit_bring_is_what_is_stored() -> None:
    rooms = hotel()
    made = rooms.makeup
    for name in ("direct_conductance", "mass_conductance", "corridor_conductance", "infiltration_per_hour"):
        getattr(made, name)[:] = 0.0
    rooms.use.people[:] = 2
    rooms.use.lamp_watts[:] = 30.0
    before = heat_in(rooms)
    run(rooms, 60, weather(30.0))
    assert heat_in(rooms) - before == pytest.approx((2 * 73.0 + 30.0) * 3600.0, rel=1e-6)


def test_an_empty_room_drifts_towards_the_outdoors_and_stops_where_it_rests() -> None:
    hot = weather(33.0)
    cool, hotter = hotel(celsius=23.0), hotel(celsius=36.0)
    run(cool, 120, hot)
    run(hotter, 120, hot)
    assert (cool.air > 23.05).all()
    assert (hotter.air < 35.9).all()
    rest = cool.resting_celsius(33.0, 0.0)
    resting = Rooms(cool.makeup, rest, rest, np.full(60, 55.0))
    run(resting, 240, hot)
    assert resting.mass == pytest.approx(rest, abs=0.1)
    assert resting.air == pytest.approx(rest, abs=0.8)


def test_sun_and_an_open_window_warm_a_room() -> None:
    shut, sunny, aired = hotel(), hotel(), hotel()
    aired.use.window_open[:] = 1.0
    sunny.use.curtain_open[:] = 1.0
    run(shut, 60, weather(33.0))
    run(sunny, 60, weather(33.0, radiation=700.0, height=0.9))
    run(aired, 60, weather(33.0))
    assert (sunny.air > shut.air + 0.2).all()
    assert (aired.air > shut.air + 0.3).all()
    assert (aired.water > shut.water).all()


def test_a_closed_curtain_keeps_the_sun_out() -> None:
    closed, open_ = hotel(), hotel()
    open_.use.curtain_open[:] = 1.0
    noon = weather(33.0, radiation=700.0, height=0.9)
    run(closed, 60, noon)
    run(open_, 60, noon)
    assert (closed.air < open_.air).all()


def minutes_to_pull(rooms: Rooms, mode: Mode, setpoint: float, outdoors: Outdoors, limit: float) -> Floats:
    rooms.units.mode[:] = int(mode)
    rooms.units.setpoint[:] = setpoint
    reached = np.full(len(rooms.air), np.inf)
    for step in range(round(limit * 60 / STEP)):
        rooms.step(STEP, outdoors, outdoors.celsius)
        there = np.abs(rooms.air - setpoint) <= 0.3
        reached = np.where(np.isinf(reached) & there, step * STEP / 60, reached)
    return reached


def test_a_warm_room_is_pulled_down_in_a_plausible_time() -> None:
    minutes = minutes_to_pull(hotel(200, 29.0, 60.0), Mode.COOL, 23.0, weather(31.0), 180)
    assert ((minutes >= 15) & (minutes <= 75)).mean() > 0.9
    assert 30 <= np.median(minutes) <= 65


@pytest.mark.parametrize("climate", sorted(climates()))
def test_hardly_a_room_cannot_reach_22_degrees_at_design_temperature(climate: str) -> None:
    place = climates()[climate]
    hot = minutes_to_pull(
        hotel(120, 27.0, 60.0, climate), Mode.COOL, 22.0, weather(place.design_summer_celsius), 10 * 60
    )
    cold = minutes_to_pull(
        hotel(120, 17.0, 40.0, climate), Mode.HEAT, 22.0, weather(place.design_winter_celsius), 14 * 60
    )
    assert np.isinf(hot).mean() < 0.03
    assert np.isinf(cold).mean() < 0.03


def test_the_unit_holds_its_setpoint_and_dries_the_air() -> None:
    rooms = hotel(100, 28.0, 70.0)
    rooms.units.mode[:] = int(Mode.COOL)
    rooms.units.setpoint[:] = 23.0
    run(rooms, 240, weather(32.0, 70.0))
    held = np.abs(rooms.air + rooms.makeup.unit_bias_celsius - 23.0)
    assert np.quantile(held, 0.95) < 0.45
    moist = air.moisture(np.full(100, 28.0), 70.0)
    assert (rooms.water < moist).all()
    assert (rooms.units.watts > 0).all()


def test_compressors_keep_their_minimum_times_whatever_they_are_told() -> None:
    rooms = hotel(60, 25.0)
    draw = np.random.default_rng(3)
    units, made = rooms.units, rooms.makeup
    was, since = units.running.copy(), np.full(60, np.inf)
    starts = 0
    for _ in range(4000):
        change = draw.random(60) < 0.02
        units.mode = np.where(change, draw.integers(0, 6, 60), units.mode)
        units.setpoint = np.where(change, draw.integers(32, 60, 60) / 2, units.setpoint)
        rooms.step(STEP, weather(31.0), 31.0)
        since += STEP
        started, stopped = units.running & ~was, was & ~units.running
        assert (since[started] >= made.minimum_off_seconds[started]).all()
        assert (since[stopped] >= made.minimum_on_seconds[stopped]).all()
        since[started | stopped] = 0.0
        starts += int(started.sum())
        was = units.running.copy()
    assert starts > 100


def test_a_unit_that_is_off_neither_cools_nor_draws_more_than_standby() -> None:
    rooms = hotel(celsius=30.0)
    run(rooms, 30, weather(31.0))
    assert rooms.units.watts == pytest.approx(rooms.makeup.standby_watts)
    assert not rooms.units.running.any()


def test_capacity_and_efficiency_fall_with_the_heat_outdoors() -> None:
    def share(outdoors: float) -> tuple[float, float]:
        rooms = hotel(40, 29.0)
        rooms.units.mode[:] = int(Mode.COOL)
        rooms.units.setpoint[:] = 18.0
        run(rooms, 10, weather(outdoors))
        heat, _ = rooms.units.deliver(outdoors, rooms.air, rooms.water)
        return float(-heat.mean()), float((-heat / rooms.units.watts).mean())

    mild, hot = share(25.0), share(43.0)
    assert hot[0] < mild[0]
    assert hot[1] < 0.8 * mild[1]


def test_heating_warms_and_auto_takes_the_side_it_needs() -> None:
    rooms = hotel(40, 16.0, 40.0)
    rooms.units.mode[:] = int(Mode.AUTO)
    rooms.units.setpoint[:] = 21.0
    run(rooms, 240, weather(2.0))
    assert np.abs(rooms.air - 21.0).max() < 1.6
    assert rooms.units.action(0) in ("heating", "idle")


def test_a_unit_without_capacity_runs_and_does_nothing() -> None:
    well, ill = hotel(celsius=29.0), hotel(celsius=29.0)
    for rooms in (well, ill):
        rooms.units.mode[:] = int(Mode.COOL)
        rooms.units.setpoint[:] = 22.0
    ill.units.capacity_share[:] = 0.0
    run(well, 30, weather(32.0))
    run(ill, 30, weather(32.0))
    assert (ill.air > well.air + 1.5).all()
    assert (ill.units.watts > 100.0).all()


def test_a_slow_fan_gives_less() -> None:
    quick, slow = hotel(celsius=29.0), hotel(celsius=29.0)
    for rooms, fan in ((quick, Fan.HIGH), (slow, Fan.LOW)):
        rooms.units.mode[:] = int(Mode.COOL)
        rooms.units.setpoint[:] = 20.0
        rooms.units.fan[:] = int(fan)
        run(rooms, 25, weather(32.0))
    assert (quick.air < slow.air).all()


def test_energy_is_counted_and_told_apart_by_letting() -> None:
    rooms = hotel(celsius=29.0)
    rooms.use.let[: len(rooms.air) // 2] = 1.0
    rooms.units.mode[:] = int(Mode.COOL)
    rooms.units.setpoint[:] = 22.0
    run(rooms, 60, weather(32.0))
    assert (rooms.kwh > 0.2).all()
    half = len(rooms.air) // 2
    assert rooms.kwh_vacant[:half] == pytest.approx(0.0)
    assert rooms.kwh_vacant[half:] == pytest.approx(rooms.kwh[half:])


def test_rooms_differ_inside_the_ranges_and_the_seed_makes_them() -> None:
    made = draw_makeup(room_plans(200), 7, climates()["shanghai"])
    again = draw_makeup(room_plans(200), 7, climates()["shanghai"])
    other = draw_makeup(room_plans(200), 8, climates()["shanghai"])
    conductance = made.direct_conductance + made.mass_conductance
    light = made.air_capacity + made.furniture_capacity
    coupling = made.furniture_coupling + made.mass_coupling
    for values, low, high in (
        (conductance, 10, 60),
        (light, 0.24e6, 0.9e6),
        (made.mass_capacity, 3.5e6 - 1, 8.3e6),
        (coupling, 300, 600),
        (made.cooling_watts, 1700, 3500),
        (made.efficiency_cooling, 2.5, 5.0),
        (made.sensor_lag_seconds, 120, 480),
        (made.sensor_noise_celsius, 0.05, 0.1),
    ):
        assert values.min() >= low
        assert values.max() <= high
    assert np.array_equal(made.cooling_watts, again.cooling_watts)
    assert not np.array_equal(made.cooling_watts, other.cooling_watts)
    # A room is the same however many others there are.
    assert draw_makeup(room_plans(30), 7, climates()["shanghai"]).glazing[3] == made.glazing[3]
