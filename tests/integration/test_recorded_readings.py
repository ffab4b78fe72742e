"""What devices reported comes back by device: over rooms, with silence of the broker, for batteries too."""

from __future__ import annotations

from datetime import timedelta

from controller.conditions import ApparatusObserved, RoomObserved
from controller.ports import Sample
from gateway.readings_for_maintenance import RecordedReadings
from gateway.telemetry.embedded import EmbeddedTelemetry
from hotel.clock import ManualClock
from hotel.database import Database

UNIT = ApparatusObserved(
    id="ac",
    name="Unit",
    kind="air_conditioner",
    room="412",
    via=None,
    parts=("climate/ac", "sensor/battery"),
    heard_at=None,
    available=True,
    asked=False,
    tries=0,
    value=None,
    battery_percent=None,
    wet_since=None,
    battery_key="sensor/battery",
)


class Observed:
    def observed(self) -> tuple[list[RoomObserved], list[ApparatusObserved]]:
        return [], [UNIT]


def test_a_device_is_read_wherever_it_stood(any_database: Database, clock: ManualClock) -> None:
    telemetry = EmbeddedTelemetry(any_database, clock)
    telemetry.create_all()
    start = clock.now()

    def say(minute: int, room: str, key: str, name: str, value: float) -> None:
        telemetry.record([Sample(room, key, name, value, start + timedelta(minutes=minute))])

    say(0, "412", "climate/ac", "running", 1.0)  # not after the start
    say(1, "412", "climate/ac", "running", 0.0)
    say(2, "411", "climate/other", "running", 1.0)
    say(3, "412", "climate/ac", "current_celsius", 24.0)
    say(4, "412", "climate/ac", "available", 0.0)
    say(5, "413", "climate/ac", "running", 1.0)  # it was moved
    say(6, "413", "sensor/battery", "value", 17.0)
    say(9, "413", "climate/ac", "running", 0.0)  # later than asked
    telemetry.flush()
    readings = RecordedReadings(Observed(), telemetry)
    end = start + timedelta(minutes=8)
    found = readings.read("ac", {"running", "battery_percent"}, start, end)
    assert found is not None
    assert found.until == end
    minutes = [(int((at - start).total_seconds() // 60), value) for at, value in found.points["running"]]
    assert minutes == [(1, 0.0), (4, None), (5, 1.0)]
    assert [value for _, value in found.points["battery_percent"]] == [None, 17.0]
    assert len(found.heard) == 4  # what the broker says of it is not its own word
    assert readings.tells("ac", "running")
    assert not readings.tells("ac", "door_open")
    assert readings.read("nobody", {"running"}, start, end) is None
    telemetry.close()
