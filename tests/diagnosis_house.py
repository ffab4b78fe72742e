"""One room with one of each device, lived minute by minute by a script, for tests of diagnosis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from maintenance.diagnosis import Finding
from maintenance.diagnosis_round import evaluate
from maintenance.recorder import Recorder
from maintenance.samples import COOL, OFF, Devices, DeviceSample, RoomSample
from maintenance.sightings import Layout

KINDS = ("air_conditioner", "room_temperature", "curtain", "ceiling_light", "leak")
START = 30_000_000.0  # minutes since the epoch; some midnight is near

Script = Callable[[int], dict[str, Any]]


def layout(rooms: int = 1, floors: int = 1) -> Layout:
    """Rooms with a gateway each, spread over floors."""
    numbers = tuple(f"{1 + place * floors // rooms}{place:02d}" for place in range(rooms))
    ids = tuple(f"{number}-{kind}" for kind in KINDS for number in numbers)
    return Layout(
        rooms=numbers,
        devices=Devices(
            ids, np.tile(np.arange(rooms), len(KINDS)), tuple(kind for kind in KINDS for _ in numbers)
        ),
        gateways=numbers,
        floors=tuple(str(floor + 1) for floor in range(floors)),
        gateway_of_device=np.tile(np.arange(rooms), len(KINDS)),
        floor_of_gateway=np.array([place * floors // rooms for place in range(rooms)]),
    )


def vacant_room(**said: float) -> RoomSample:
    """A vacant room at rest, but for what is said."""
    numbers = {
        "air_celsius": 26.0,
        "unit_celsius": 26.0,
        "setpoint_celsius": 24.0,
        "watts": 3.0,
        "outdoor_celsius": 33.0,
        "drift_kelvin_per_hour": np.nan,
        "drift_deviation": np.nan,
        "call_kelvin_per_hour": np.nan,
    }
    flags = {"mode": OFF, "running": 0, "window_open": 0, "let": 0, "present": 0, "cleaning": 0}
    arrays: dict[str, Any] = {name: np.array([said.get(name, value)]) for name, value in numbers.items()}
    for name, value in flags.items():
        arrays[name] = np.array([said.get(name, value)], dtype=np.int8)
    return RoomSample(**arrays)


class Lived:
    """A recorder that a script has been lived through."""

    def __init__(self) -> None:
        self.layout = layout()
        self.recorder = Recorder(self.layout.rooms, self.layout.devices)
        self.minute = START
        self._heard = np.full(len(KINDS), START)
        self._errors = np.zeros(len(KINDS), dtype=np.int64)

    def live(self, minutes: int, script: Script | None = None, every: int = 1, **always: Any) -> Lived:
        """Some minutes, a sample `every` so many.

        What a script says of a minute goes over what is `always` so.

        Names of devices (`curtain`, `leak` …) take a dictionary of fields of `DeviceSample` and
        `silent`: True keeps the device from being heard; `talks`: it is heard every minute, not every
        tenth; `bad`: so many unreadable payloads.
        """
        for passed in range(0, minutes, every):
            self.minute += every
            said = {**always, **(script(passed) if script is not None else {})}
            devices = {kind: said.pop(kind, {}) for kind in KINDS}
            self.recorder.take(self.minute, vacant_room(**said), self._devices(devices))
        return self

    def _devices(self, said: dict[str, dict[str, Any]]) -> DeviceSample:
        n = len(KINDS)
        sample = DeviceSample(
            heard_minute=self._heard,
            available=np.ones(n, dtype=np.int8),
            asked=np.zeros(n, dtype=np.int8),
            tries=np.zeros(n, dtype=np.int64),
            value=np.full(n, np.nan),
            battery_percent=np.full(n, np.nan),
            errors=self._errors.copy(),
            wet_since=np.full(n, np.nan),
            wet_said=np.full(n, np.nan),
        )
        for place, kind in enumerate(KINDS):
            for name, value in said[kind].items():
                if name == "bad":
                    self._errors[place] += value
                elif name not in ("silent", "talks"):
                    getattr(sample, name)[place] = value
            speaks = not said[kind].get("silent") and not said[kind].get("bad")
            if speaks and (self.minute % 10 == 0 or said[kind].get("talks")):
                self._heard[place] = self.minute
        return replace(sample, heard_minute=self._heard.copy(), errors=self._errors.copy())

    def says(self, code: str) -> Finding:
        return evaluate(self.recorder.window(), [code])[code]

    def outcome(self, code: str) -> int:
        """What the rule says of the room, or of the first device of its kind that it speaks of."""
        finding = self.says(code)
        if len(finding.outcome) == 1:
            return int(finding.outcome[0])
        return int(finding.outcome[_SPEAKS_OF[code]])


_SPEAKS_OF = {
    "setpoint_not_accepted": 0,
    "device_offline": 1,
    "protocol_errors": 1,
    "low_battery": 1,
    "curtain_stuck": 2,
    "light_not_answering": 3,
    "leak": 4,
}


def pulled_down(start: float, speed_kelvin_per_hour: float, floor: float) -> Script:
    """A room that cools from `start` at a speed, not below `floor`."""

    def script(passed: int) -> dict[str, Any]:
        air = max(floor, start - speed_kelvin_per_hour * passed / 60.0)
        return {"air_celsius": air, "unit_celsius": air, "mode": COOL, "running": 1, "watts": 700.0}

    return script
