"""The condition of rooms and apparatuses as observed just now, for whoever diagnoses them; decides nothing.

An apparatus is the thing on the wall: several entities may be parts of it. It is spoken of by the id of
its main part, the one that can be commanded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.core import Core
from controller.entities import Component
from controller.outlook import Outlook
from controller.reconcile import Effort
from controller.room import RoomState
from controller.twin import Twin

# Older readings say nothing about now; what reports on change repeats itself within the hour.
FRESH = timedelta(minutes=60)
# An outlook that is older says nothing about this half hour.
OUTLOOK_COUNTS = timedelta(minutes=30)
DRIFT_MINUTES = 30.0
# Sensors' noise and lag: no forecast of half an hour is surer.
LEAST_DEVIATION_KELVIN = 0.15
# What is asked of an apparatus of each component, for "does it obey".
_ASKED = {
    Component.CLIMATE: "setpoint_celsius",
    Component.COVER: "position_percent",
    Component.LIGHT: "on",
    Component.SWITCH: "on",
}


@dataclass(frozen=True, slots=True)
class RoomObserved:
    """One room now; None is unknown. `drift_*`: K/h of the air with the unit off, by its
    own model, and the standard deviation."""

    number: str
    floor: str
    air_celsius: float | None
    unit_celsius: float | None
    setpoint_celsius: float | None
    watts: float | None
    outdoor_celsius: float | None
    mode: str | None
    action: str | None
    window_open: bool | None
    checked_in: bool
    present: bool | None
    drift_kelvin_per_hour: float | None
    drift_deviation: float | None


@dataclass(frozen=True, slots=True)
class ApparatusObserved:
    """One apparatus now. `parts`: keys of its entities; `battery_key`: the one that tells its battery;
    `via`: what it hangs on.

    `asked` and `tries`: something is desired that it does not report, and how often that was sent.
    `wet_said_at`: when it last said that it is wet; None while it is not.
    `locked_out`: it is isolated for work, nothing is sent to it, so that nothing can be asked in vain.
    """

    id: str
    name: str
    kind: str
    room: str
    via: str | None
    parts: tuple[str, ...]
    heard_at: datetime | None
    available: bool | None
    asked: bool
    tries: int
    value: float | None
    battery_percent: float | None
    wet_since: datetime | None
    wet_said_at: datetime | None = None
    locked_out: bool = False
    battery_key: str | None = None


class Conditions:
    """Reads the controller's memory."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    @property
    def linked(self) -> bool:
        return self._register.linked

    def observed(self) -> tuple[list[RoomObserved], list[ApparatusObserved]]:
        """Every room, and every approved apparatus of a room."""
        self._core.load()
        now = self._core.clock.now()
        outdoor = self._core.house.outdoor_celsius
        rooms: list[RoomObserved] = []
        things: list[ApparatusObserved] = []
        with self._core.lock:
            for room in self._register.rooms.values():
                rooms.append(_room(room, now, outdoor))
                parts: dict[str, list[Twin]] = {}
                for twin in room.twins:
                    if twin.approved and not twin.withdrawn:
                        parts.setdefault(twin.description.device.key, []).append(twin)
                things += [
                    _apparatus(room, main_first(twins), self._register.lock_over(twins[0]) is not None)
                    for twins in parts.values()
                ]
        return rooms, things


def _room(room: RoomState, now: datetime, outdoor: float | None) -> RoomObserved:
    unit = room.air_conditioner
    heard = unit is not None and unit.last_seen is not None and now - unit.last_seen <= FRESH
    drift, deviation = _drift(room.outlook, now)
    mode, action = (unit.value("mode"), unit.value("action")) if unit is not None and heard else (None, None)
    return RoomObserved(
        number=room.number,
        floor=room.floor,
        air_celsius=_fresh(room.of("room_temperature"), "value", now),
        unit_celsius=unit.number("current_celsius") if unit is not None and heard else None,
        setpoint_celsius=unit.number("setpoint_celsius") if unit is not None and heard else None,
        watts=_fresh(room.of("power"), "value", now),
        outdoor_celsius=outdoor,
        mode=mode if isinstance(mode, str) else None,
        action=action if isinstance(action, str) else None,
        window_open=room.any_on("window"),
        checked_in=room.stay is not None,
        present={"unknown": None, "empty": False}.get(room.presence, True),
        drift_kelvin_per_hour=drift,
        drift_deviation=deviation,
    )


def _drift(outlook: Outlook | None, now: datetime) -> tuple[float | None, float | None]:
    """What the room's own model says of the next half hour with the unit off, K/h and its deviation."""
    if outlook is None or outlook.source != "learned" or not abs(now - outlook.made_at) <= OUTLOOK_COUNTS:
        return None, None
    ahead = DRIFT_MINUTES / 60.0
    drift = outlook.drift_at(DRIFT_MINUTES) - outlook.drift_at(0.0)
    return drift / ahead, max(LEAST_DEVIATION_KELVIN, outlook.drift_deviation_at(DRIFT_MINUTES)) / ahead


def _fresh(twins: Sequence[Twin], name: str, now: datetime) -> float | None:
    for twin in twins:
        facet = twin.facets.get(name)
        if facet is None or facet.reported_at is None or now - facet.reported_at > FRESH:
            continue
        number = twin.number(name)
        if number is not None:
            return number
    return None


def main_first(twins: Iterable[Twin]) -> list[Twin]:
    """The parts of an apparatus, the one that it is spoken of by first."""
    return sorted(twins, key=lambda twin: (not twin.acts, twin.purpose == "other", twin.key))


def _apparatus(room: RoomState, twins: list[Twin], locked_out: bool) -> ApparatusObserved:
    main = twins[0]
    heard = [twin.last_seen for twin in twins if twin.last_seen is not None]
    told = [twin.available for twin in twins if twin.available is not None]
    name = _ASKED.get(main.description.component)
    effort = room.efforts.get((main.id, name), Effort()) if name is not None else Effort()
    leak = next((twin for twin in twins if twin.description.device_class == "moisture"), None)
    wet = leak.facets.get("on") if leak is not None and leak.flag("on") else None
    battery = next((twin for twin in twins if twin.description.device_class == "battery"), None)
    return ApparatusObserved(
        id=main.id,
        name=main.description.device.name,
        kind="leak" if leak is not None else main.purpose,
        room=room.number,
        via=main.description.device.via,
        parts=tuple(twin.key for twin in twins),
        heard_at=max(heard, default=None),
        available=any(told) if told else None,
        asked=effort.tries > 0 or effort.gave_up,
        tries=effort.tries,
        value=_value(main, name),
        battery_percent=battery.number("value") if battery is not None else None,
        wet_since=wet.changed_at if wet is not None else None,
        wet_said_at=wet.reported_at if wet is not None else None,
        locked_out=locked_out,
        battery_key=battery.key if battery is not None else None,
    )


def _value(twin: Twin, name: str | None) -> float | None:
    """What is asked of it, as it reports it; a switch as 0 or 1."""
    if name is None:
        return None
    if name == "on":
        flag = twin.flag("on")
        return None if flag is None else float(flag)
    return twin.number(name)
