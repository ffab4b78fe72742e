"""What screens read of what the house believes: each room's model, and the weather that it reckons with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from controller.core import Core
from controller.equipment import EquipmentKind
from controller.hands_off import PROPERTY
from controller.outlook import DEPTH_STEP_KELVIN, OutlookSource, WeakReason
from controller.room_beliefs import LEARNED_MINUTES
from controller.room_models import RoomModels
from controller.weather import STALE_AFTER, ForecastFault, covers_hours_ahead

# How far off a room is, and how long it is left alone, in the two figures that tell rooms apart.
TOLD_KELVIN, TOLD_MINUTES = 3.0, 180.0

WeatherSource = Literal["forecast", "sensor", "memory", "none"]


@dataclass(frozen=True, slots=True)
class RoomModelReading:
    """What a room's decisions stand on.

    Attributes:
        source: whether its own model speaks, that of its type, or nothing but a cautious rule.
        learned_minutes, needed_minutes: for how long it could be learned from; from when its own speaks.
        ramps: how many were seen to their end. ramp_error_minutes: what they took more than the model said.
        ready_minutes: from now at full power, median, with its deviation; None = not within eight hours.
        recover_minutes: from three kelvins off its target, as sure as 9 of 10; None = not within eight hours.
        drift_celsius: the air when it is left alone for three hours.
        equipment, equipment_scope: what cools and heats it, and where that was said (None = nowhere).
    """

    room: str
    source: OutlookSource
    weak_reason: WeakReason | None
    learned_minutes: int
    needed_minutes: int
    ramps: int
    ramp_error_minutes: float | None
    fitted_at: datetime | None
    made_at: datetime | None
    target_celsius: float | None
    ready_minutes: float | None
    ready_deviation_minutes: float | None
    recover_minutes: float | None
    drift_celsius: float | None
    equipment: EquipmentKind
    equipment_scope: str | None


@dataclass(frozen=True, slots=True)
class WeatherReading:
    """Where the weather of the hours ahead comes from. `memory`: yesterday's, since nothing is heard now.

    `faults` are of the newest forecast, also when it is not used.
    """

    source: WeatherSource
    outdoor_celsius: float | None
    sensed_celsius: float | None
    sensed_at: datetime | None
    forecast_expected: bool
    forecast_made_at: datetime | None
    faults: list[ForecastFault]


@dataclass(frozen=True, slots=True)
class WeakModel:
    """A room that is not to be trusted just now, and why."""

    room: str
    weak_reason: WeakReason


@dataclass(frozen=True, slots=True)
class ModelsReading:
    """How many rooms speak for themselves, go by their type, or by a cautious rule; and the weak ones."""

    learned: int
    prior: int
    fallback: int
    weak: list[WeakModel]


class ModelTelling:
    """Answers what is asked; changes nothing."""

    def __init__(self, core: Core, models: RoomModels) -> None:
        self._core = core
        self._models = models

    def room_model(self, number: str) -> RoomModelReading:
        """What is believed of a room.

        Raises:
            NotFound: there is no such room.
        """
        self._core.load()
        with self._core.lock:
            room = self._core.room(number)
            outlook, learned = room.outlook, self._models.learner.learned(number)
            said = self._core.register.equipment
            scopes = (f"room:{number}", f"type:{room.type_code}", PROPERTY)
            scope = next((one for one in scopes if one in said), None)
            source: OutlookSource = outlook.source if outlook is not None else "fallback"
            weak = outlook.weak_reason if outlook is not None else self._models.learner.weak(number)
            recover = outlook.recover_minutes[round(TOLD_KELVIN / DEPTH_STEP_KELVIN)] if outlook else math.inf
            ready = outlook.ready_after(0.0) if outlook is not None else math.inf
            return RoomModelReading(
                room=number,
                source=source,
                weak_reason=weak,
                learned_minutes=round(learned.minutes),
                needed_minutes=round(LEARNED_MINUTES),
                ramps=learned.ramps,
                ramp_error_minutes=round(learned.ramp_error_minutes, 1) if learned.ramps else None,
                fitted_at=self._models.fitted_at.get(number),
                made_at=outlook.made_at if outlook is not None else None,
                target_celsius=outlook.target_celsius if outlook is not None else None,
                ready_minutes=_finite(ready),
                ready_deviation_minutes=_finite(outlook.ready_deviation_after(0.0))
                if outlook is not None and math.isfinite(ready)
                else None,
                recover_minutes=_finite(float(recover)),
                drift_celsius=round(outlook.drift_at(TOLD_MINUTES), 2) if outlook is not None else None,
                equipment=room.equipment.kind,
                equipment_scope=scope,
            )

    def models(self) -> ModelsReading:
        """What the decisions for all rooms stand on; weak ones by number."""
        self._core.load()
        counts: dict[OutlookSource, int] = {"learned": 0, "prior": 0, "fallback": 0}
        weak: list[WeakModel] = []
        with self._core.lock:
            for number, room in self._core.register.rooms.items():
                outlook = room.outlook
                counts[outlook.source if outlook is not None else "fallback"] += 1
                why = outlook.weak_reason if outlook is not None else self._models.learner.weak(number)
                # What all rooms lack is the weather's, and told there.
                if why is not None and why not in ("no_outdoor", "no_forecast"):
                    weak.append(WeakModel(number, why))
        weak.sort(key=lambda one: one.room)
        return ModelsReading(counts["learned"], counts["prior"], counts["fallback"], weak)

    def weather(self) -> WeatherReading:
        """Where the weather comes from, and how old it is."""
        self._core.load()
        now = self._core.clock.now()
        with self._core.lock:
            house, ahead = self._core.house, self._models.weather
            forecasts = self._models.forecasts
            forecast = forecasts.newest()
            is_heard = house.outdoor_at is not None and now - house.outdoor_at <= STALE_AFTER
            source: WeatherSource = "none"
            if covers_hours_ahead(forecast, now):
                source = "forecast"
            elif is_heard:
                source = "sensor"
            elif self._models.remembers_outdoors:
                source = "memory"
            return WeatherReading(
                source=source,
                outdoor_celsius=round(float(ahead.outdoor_celsius[0]), 1)
                if ahead is not None and source != "none"
                else None,
                sensed_celsius=house.outdoor_celsius,
                sensed_at=house.outdoor_at,
                forecast_expected=forecasts.expected,
                forecast_made_at=forecast.made_at if forecast is not None else None,
                faults=list(forecast.faults) if forecast is not None else [],
            )


def _finite(minutes: float) -> float | None:
    return round(minutes, 1) if math.isfinite(minutes) else None
