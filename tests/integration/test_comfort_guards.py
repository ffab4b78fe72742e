"""What keeps an empty room whole: damp air, cold walls, frost, a plant that stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from controller.core import Core
from controller.entities import Component, Limits
from controller.equipment import Equipment, OffHours
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.messages import AvailabilityChanged
from hotel.outbox import MessageRow
from tests.controller_world import ENGINEER, House, entity

AC = "climate/r412/ac"


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


def core_of(house: House) -> Core:
    core: Core = house.service.sign.__self__._core  # type: ignore[attr-defined]
    return core


def modes(house: House) -> list[object]:
    return list(house.wire.asked(AC, "mode"))


def say(house: House, scope: str, equipment: Equipment) -> None:
    with house.database.write() as tx:
        house.service.say_equipment(tx, ENGINEER, scope, equipment, 0)
    house.service.pump()


def test_no_vacant_room_stays_damp(house: House) -> None:
    """The room answers as rooms do: drier and a little cooler while it is dried, damper while it is not."""
    percent, celsius, damp_minutes, longest = 72.0, 26.5, 0, 0
    for _ in range(6 * 60):
        house.says("sensor/r412/humidity", value=round(percent, 1))
        house.says("sensor/r412/temperature", value=round(celsius, 1))
        house.wait(minutes=1, step=60)
        dries = house.reported(AC, "mode") == "dry"
        percent += -0.12 if dries else 0.03
        celsius += -0.01 if dries else 0.004
        damp_minutes = damp_minutes + 1 if percent > 65 else 0
        longest = max(longest, damp_minutes)
    assert "dry" in modes(house)
    assert "off" in modes(house)
    assert longest <= 120


def test_a_unit_that_cannot_dry_cools_until_the_room_is_drier(database: Database, clock: ManualClock) -> None:
    house = House(database, clock, equipped=False)
    for described in (
        entity(
            AC,
            Component.CLIMATE,
            room="412",
            reports="mode setpoint_celsius current_celsius available",
            accepts="mode setpoint_celsius",
            options={"mode": ("off", "cool", "heat")},
            limits={"setpoint_celsius": Limits(16, 30, 0.5)},
        ),
        entity(
            "sensor/r412/humidity",
            Component.SENSOR,
            room="412",
            device_class="humidity",
            unit="%",
            reports="value",
        ),
    ):
        house.service.discovered(described, "{}")
    house.says(AC, available=True, mode="off", setpoint_celsius=28.0, current_celsius=26.0)
    house.says("sensor/r412/humidity", value=75.0)
    house.wait(minutes=3, step=10)
    assert modes(house)[-1] == "cool"
    setpoints = house.wire.asked(AC, "setpoint_celsius")
    assert setpoints, "at 28 °C it would not run at all"
    assert setpoints[-1] == pytest.approx(22.5)


def test_walls_near_the_dew_point_are_dried_before_the_air_is_damp(house: House) -> None:
    house.outdoors()
    house.says("sensor/r412/temperature", value=26.0)
    house.says("sensor/r412/humidity", value=63.0)
    house.wait(minutes=3, step=30)
    assert "dry" not in modes(house)
    learner = core_of(house).house.outlooks.learner
    mean = learner.states.mean.copy()
    mean[0, 1] = 18.5  # dew point: 18.4 °C
    learner.states = replace(learner.states, mean=mean, learned_minutes=np.array([5000.0]))
    assert learner.surface_celsius("412") == pytest.approx(18.5)
    core_of(house).register.dirty.add("412")
    house.service.pump()
    house.wait(20)
    assert modes(house)[-1] == "dry"


def test_a_closed_room_is_kept_from_frost(house: House) -> None:
    say(house, "room:412", Equipment("four_pipe", frost_celsius=12.0))
    house.service.handle(AvailabilityChanged("412", "out_of_order"))
    house.says("sensor/r412/temperature", value=12.6)
    house.wait(minutes=2, step=30)
    assert modes(house)[-1:] != ["heat"], "ten degrees are enough for a closed room, twelve for its pipes"
    house.says("sensor/r412/temperature", value=11.6)
    house.wait(minutes=3, step=30)
    assert modes(house)[-1] == "heat"


def test_a_plant_that_stands_alerts_an_hour_before_and_says_how_warm_it_will_be(house: House) -> None:
    now = house.now() + timedelta(hours=8)  # in Shanghai
    stands = OffHours(time(now.hour, now.minute), time((now.hour + 4) % 24, now.minute))
    say(house, "property", Equipment("two_pipe", off_hours=(stands,)))
    house.outdoors()
    house.expect("412", in_minutes=95, eta_source="live")
    house.wait(minutes=2, step=30)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.alert is not None
    assert plan.alert.code == "arrival_at_risk"
    assert plan.alert.due_at - house.now() >= timedelta(minutes=60)
    assert plan.alert.celsius_at_door > plan.alert.wanted_celsius + 1
    assert "another_room" in plan.alert.helps
    assert modes(house)[-1:] != ["cool"]


def test_an_arrival_that_cannot_be_met_says_what_would_help_an_hour_before(house: House) -> None:
    """A room at 44 °C with its curtain held open by a hand: too far to go in an hour and a half."""
    house.outdoors(40.0)
    house.says("sensor/r412/temperature", value=44.0)
    house.says(AC, current_celsius=44.0)
    house.says("cover/r412/curtain", position_percent=100.0, motion="open")
    house.wait(minutes=3, step=30)
    house.expect("412", in_minutes=70, celsius=18.0, eta_source="live")
    house.wait(minutes=1, step=5)
    plan = house.service.plan("412")
    assert plan is not None
    assert plan.alert is not None
    alert = plan.alert
    assert alert.due_at - house.now() >= timedelta(minutes=60)
    assert set(alert.helps) >= {"another_room", "close_curtains"}
    assert alert.celsius_at_door > alert.wanted_celsius
    assert f"{alert.celsius_at_door:.1f} °C instead of" in alert.reason
    with house.database.read() as session:
        told = [row.kind for row in session.scalars(select(MessageRow))]
    assert "plan.changed" in told, "every screen hears of it"


def test_a_held_room_is_foreseen_where_it_stands(house: House) -> None:
    """Its unit is told 28 °C and keeps it at 27.6: so it is in an hour, and not at the limit."""
    house.outdoors(36.0)
    house.says("sensor/r412/temperature", value=28.1)
    house.wait(minutes=3, step=30)
    assert modes(house)[-1] == "cool"
    for minute in range(60):
        house.says("sensor/r412/temperature", value=27.6 + (0.2 if minute % 10 < 5 else -0.2))
        house.wait(minutes=1, step=60)
    room = core_of(house).register.rooms["412"]
    wish = core_of(house).house.outlooks.wish(room, "cooling", 24.0, house.now())
    assert wish.setback_high_celsius == pytest.approx(27.6, abs=0.1)
    points = house.service.forecast("412")
    assert points[6][2] == pytest.approx(27.6, abs=0.2)
