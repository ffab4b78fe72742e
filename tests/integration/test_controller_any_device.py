"""Devices that Innkeeper has no plan for are commanded like all others: by what they say they take."""

from __future__ import annotations

import pytest

from controller.entities import Component, Limits, Value
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Invalid
from tests.controller_world import House, entity

DEVICES = [
    entity(
        "fan/r412/fan",
        Component.FAN,
        room="412",
        reports="on percentage preset_mode oscillating",
        accepts="on percentage preset_mode oscillating",
        options={"preset_mode": ("auto", "smart")},
        limits={"percentage": Limits(0, 100, 100 / 3)},
    ),
    entity("lock/r412/lock", Component.LOCK, room="412", reports="locked motion", accepts="locked"),
    entity("button/r412/restart", Component.BUTTON, room="412", accepts="press"),
    entity(
        "number/r412/offset",
        Component.NUMBER,
        room="412",
        unit="K",
        reports="value",
        accepts="value",
        limits={"value": Limits(-5, 5, 0.5)},
    ),
    entity(
        "select/r412/effect",
        Component.SELECT,
        room="412",
        reports="option",
        accepts="option",
        options={"option": ("calm", "bright")},
    ),
    entity("event/r412/remote", Component.EVENT, room="412", reports="event"),
    entity(
        "light/r412/desk",
        Component.LIGHT,
        room="412",
        reports="on color_temperature_kelvin",
        accepts="on color_temperature_kelvin",
        limits={"color_temperature_kelvin": Limits(2200, 6500, 1)},
    ),
]


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    house = House(database, clock)
    for described in DEVICES:
        house.service.discovered(described, "{}")
        house.says(described.key, available=True)
    house.service.tick()
    return house


def device_id(house: House, key: str) -> str:
    return next(device.id for device in house.service.devices() if device.key == key)


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("fan/r412/fan", "percentage", 66.0),
        ("fan/r412/fan", "preset_mode", "smart"),
        ("fan/r412/fan", "oscillating", True),
        ("lock/r412/lock", "locked", True),
        ("number/r412/offset", "value", -2.5),
        ("select/r412/effect", "option", "bright"),
        ("light/r412/desk", "color_temperature_kelvin", 2700.0),
    ],
)
def test_a_command_is_confirmed_by_its_report(house: House, key: str, name: str, value: Value) -> None:
    asked = house.ask("412", name, value, device_id=device_id(house, key))
    assert house.wire.asked(key, name) == [value]
    assert house.service.command(asked.id).state == "sent"
    house.answer()
    house.service.pump()
    assert house.service.command(asked.id).state == "confirmed"


def test_a_button_is_pressed_each_time_and_never_again_by_itself(house: House) -> None:
    button = device_id(house, "button/r412/restart")
    for _ in range(2):
        asked = house.ask("412", "press", True, device_id=button)
        house.wait(seconds=30)
        ended = house.service.command(asked.id)
        assert (ended.state, "Assumed" in str(ended.detail)) == ("confirmed", True)
    house.wait(minutes=20, step=30)
    assert house.wire.asked("button/r412/restart", "press") == [True, True]


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("fan/r412/fan", "percentage", 130.0),
        ("fan/r412/fan", "percentage", "fast"),
        ("fan/r412/fan", "preset_mode", "turbo"),
        ("fan/r412/fan", "oscillating", "yes"),
        ("lock/r412/lock", "locked", 1.0),
        ("button/r412/restart", "press", False),
        ("number/r412/offset", "value", 6.0),
        ("number/r412/offset", "value", True),
        ("select/r412/effect", "option", "gloomy"),
        ("event/r412/remote", "event", "press"),
        ("light/r412/desk", "color_temperature_kelvin", 1000.0),
    ],
)
def test_what_it_does_not_take_is_refused(house: House, key: str, name: str, value: Value) -> None:
    with pytest.raises(Invalid):
        house.ask("412", name, value, device_id=device_id(house, key))


def test_they_are_listed_with_what_they_take(house: House) -> None:
    listed = {device.key: device for device in house.service.devices()}
    fan = {each.name: each for each in listed["fan/r412/fan"].properties}
    assert (fan["percentage"].low, fan["percentage"].high, fan["percentage"].unit) == (0, 100, "%")
    assert fan["preset_mode"].options == ["auto", "smart"]
    assert {listed[described.key].purpose for described in DEVICES[:-1]} == {"other"}
