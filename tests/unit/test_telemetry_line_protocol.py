"""Samples on the way to InfluxDB: nothing in a name can break the line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from controller.ports import Sample
from gateway.telemetry.line_protocol import line

AT = datetime(2026, 7, 14, 15, 10, 0, 250_000, tzinfo=timezone(timedelta(hours=8)))
AT_MS = 1_784_013_000_250


def sample(**changes: Any) -> Sample:
    values: dict[str, Any] = {
        "room": "412",
        "device_key": "sensor/n412/air",
        "property": "temperature_celsius",
        "value": 21.5,
        "at": AT,
    }
    return Sample(**(values | changes))


def test_a_sample_is_one_line_with_its_place_and_milliseconds() -> None:
    assert line(sample(), "main") == (
        f"temperature_celsius,device=sensor/n412/air,property=main,room=412 value=21.5 {AT_MS}"
    )


def test_a_value_of_no_room_has_no_room_tag() -> None:
    made = line(sample(room=None, property="outdoor_celsius"), "main")
    assert made == f"outdoor_celsius,device=sensor/n412/air,property=main value=21.5 {AT_MS}"


def test_names_with_special_characters_stay_one_point() -> None:
    made = line(sample(room="4 12,a=b", device_key="x\ny z value=9\\"), "main hotel")
    assert made is not None
    assert "\n" not in made
    assert made.startswith(
        r"temperature_celsius,device=x\ y\ z\ value\=9/,property=main\ hotel,room=4\ 12\,a\=b "
    )
    assert made.endswith(f" value=21.5 {AT_MS}")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "warm", None])
def test_what_is_no_number_is_no_line(value: object) -> None:
    assert line(sample(value=value), "main") is None


def test_a_time_without_zone_or_a_sample_without_name_is_no_line() -> None:
    assert line(sample(at=AT.replace(tzinfo=None)), "main") is None
    assert line(sample(property=""), "main") is None


def test_booleans_and_whole_numbers_are_floats() -> None:
    """One field must keep one type for good, or InfluxDB refuses the other."""
    utc = AT.astimezone(UTC)
    assert line(sample(value=1, at=utc), "main") == line(sample(value=1.0), "main")
    assert line(sample(value=True), "main") == line(sample(value=1.0), "main")
