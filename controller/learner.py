"""What the house believes of its rooms, and its voice: takes in each minute, answers with outlooks.

Keeps the beliefs of all rooms side by side so that one call of numpy moves them all. Reads no clock and
touches nothing else; who owns it holds a lock over it. `observe` of `controller/observing.py` makes what
it takes in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from controller.foresight import outlooks
from controller.outlook import Numbers, Outlook, WeakReason
from controller.ramp_curve import SUMS as RAMP_SUMS
from controller.ramp_watch import Goal, watch_ramps
from controller.room_ahead import Asked, WeatherAhead
from controller.room_beliefs import (
    FIRST_PARAMETER,
    LEARNED_MINUTES,
    SIZE,
    SOUND,
    WEAK,
    RoomStates,
    bounded,
    join,
    met,
    start,
    start_from_prior,
)
from controller.room_filter import LONGEST_GAP_MINUTES, Inputs, predict, update
from controller.room_model import BOUNDS, RoomParameters
from controller.room_pool import POOL_HOURS, pooled

# Closer looks than this bring nothing but rounding.
LEAST_MINUTES = 0.4
# What is believed is as old as this at most; what is older is where a room has been, not where it is.
FORGOTTEN_MINUTES = LONGEST_GAP_MINUTES
LEAST_ALIKE = 3
_STATE_FIELDS = ("innovation_kelvin", "learned_minutes", "ramps", "ramp_error_minutes")


@dataclass(frozen=True, slots=True)
class RoomObservation:
    """What a room shows in one minute.

    Attributes:
        celsius: of its sensor; None = unknown. step_kelvin: the steps in which it speaks.
        heat_share: what the unit gives of its full power, −1 (cooling) … 1 (heating); None = it modulates and
            nothing tells how much.
        goal_celsius: where the unit takes it or keeps it for its guest; None = nowhere. is_sent: it is on its
            way there.
    """

    celsius: float | None
    step_kelvin: float
    heat_share: float | None
    running: bool
    people: float
    window_open: bool
    curtain_closed: float
    goal_celsius: float | None
    heating: bool
    is_sent: bool = False


@dataclass(frozen=True, slots=True)
class OutlookWish:
    """What is asked of a room: its target and the limits that it is held in until then."""

    target_celsius: float
    heating: bool
    ready_within_kelvin: float
    setback_low_celsius: float
    setback_high_celsius: float
    cooling_efficiency: float
    heating_efficiency: float
    curtain_closed: float


@dataclass(frozen=True, slots=True)
class RoomOfType:
    number: str
    type_code: str
    area_square_metres: float | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """For how long a room could be learned from, its ramps seen, and what these took more than said."""

    minutes: float
    ramps: int
    ramp_error_minutes: float


class Learner:
    """Beliefs about the rooms of one property."""

    def __init__(self) -> None:
        self._rooms: tuple[RoomOfType, ...] = ()
        self._rows: dict[str, int] = {}
        self.states: RoomStates = start_from_prior(np.zeros(0))
        self._looked_at: datetime | None = None
        self._pooled_at: datetime | None = None

    def __contains__(self, number: str) -> bool:
        return number in self._rows

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(room.number for room in self._rooms)

    def set_rooms(self, rooms: Sequence[RoomOfType]) -> None:
        """These are the rooms now. One that is new begins as the others of its type are."""
        kept = [room for room in rooms if room.number in self._rows]
        new = [room for room in rooms if room.number not in self._rows]
        parts = []
        if kept:
            parts.append(self.states.take(np.array([self._rows[room.number] for room in kept])))
        if new:
            parts.append(join([self._newcomer(room) for room in new]))
        self.states = join(parts) if parts else start_from_prior(np.zeros(0))
        self._rooms = (*kept, *new)
        self._rows = {room.number: row for row, room in enumerate(self._rooms)}

    def add(self, rooms: Sequence[RoomOfType]) -> None:
        """These rooms came."""
        self.set_rooms((*self._rooms, *rooms))

    def _newcomer(self, room: RoomOfType) -> RoomStates:
        alike = [
            self._rows[other.number]
            for other in self._rooms
            if other.type_code == room.type_code and other.number in self._rows
        ]
        fresh = start_from_prior(np.array([room.area_square_metres or math.nan]))
        if not alike:
            return fresh
        known = self.states.take(np.array(alike)).parameters()
        middle = RoomParameters(
            *(np.array([float(np.median(getattr(known, field.name)))]) for field in fields(known))
        )
        return start(middle)

    def look(self, now: datetime, seen: Mapping[str, RoomObservation], weather: WeatherAhead) -> float:
        """Take in what rooms show at `now`; returns the minutes since the last look (0: too soon).

        Args:
            seen: by room; a room that is left out shows nothing.
            weather: its first step is the weather now.
        """
        minutes = LEAST_MINUTES if self._looked_at is None else (now - self._looked_at).total_seconds() / 60
        if not self._rooms or 0 <= minutes < LEAST_MINUTES:
            return 0.0
        self._looked_at = now
        if minutes < 0 or minutes > FORGOTTEN_MINUTES:
            # The clock jumped or the house stood still: where rooms are now is for their sensors to say.
            self.states = replace(self.states, heard=np.zeros(len(self.states), dtype=bool))
            minutes = LEAST_MINUTES
        nothing = RoomObservation(None, 0.1, None, False, 0.0, False, 0.0, None, False)
        rows = [seen.get(room.number, nothing) for room in self._rooms]
        inputs = _inputs(rows, weather)
        celsius = np.array([math.nan if row.celsius is None else row.celsius for row in rows])
        steps = np.array([row.step_kelvin for row in rows])
        states = update(predict(self.states, inputs, minutes * 60), celsius, inputs, minutes, steps)
        self.states = watch_ramps(states, _goal(rows, inputs, states), inputs, minutes)
        if self._pooled_at is None or abs(now - self._pooled_at) >= timedelta(hours=POOL_HOURS):
            self._pooled_at = now
            self.states = pooled(self.states)
        return minutes

    def outlooks(
        self,
        wishes: Mapping[str, OutlookWish],
        weather: WeatherAhead,
        now: datetime,
        sensed_celsius: Mapping[str, float | None] | None = None,
    ) -> dict[str, Outlook]:
        """The hours ahead of the rooms that are asked for; unknown rooms are left out.

        Args:
            sensed_celsius: what rooms show now; believed of those that were not looked at yet.
        """
        numbers = [number for number in wishes if number in self._rows]
        if not numbers:
            return {}
        chosen = self.states.take(np.array([self._rows[number] for number in numbers]))
        shown = sensed_celsius or {}
        chosen = met(chosen, np.array([shown.get(number) for number in numbers], dtype=float))
        asked = _asked([wishes[number] for number in numbers])
        return dict(zip(numbers, outlooks(chosen, asked, weather, now), strict=True))

    def learned(self, number: str) -> Learned:
        """How much a room has taught; nothing when it is unknown."""
        row = self._rows.get(number)
        if row is None:
            return Learned(0.0, 0, 0.0)
        states = self.states
        return Learned(
            float(states.learned_minutes[row]), int(states.ramps[row]), float(states.ramp_error_minutes[row])
        )

    def weak(self, number: str) -> WeakReason | None:
        """Why a room is not to be trusted just now."""
        row = self._rows.get(number)
        return "no_sensor" if row is None else WEAK[int(self.states.weak[row])]

    def surface_celsius(self, number: str) -> float | None:
        """How cold the walls are believed to be; None where the room is doubted or its type still speaks."""
        row = self._rows.get(number)
        if row is None or not self.states.heard[row] or self.states.weak[row] != SOUND:
            return None
        if self.states.learned_minutes[row] < LEARNED_MINUTES:
            return None
        return float(self.states.mass_celsius[row])

    def sun_watts(self, number: str, irradiance: Numbers, east: Numbers) -> Numbers | None:
        """What the sun brings through the room's open window; None where its type still speaks."""
        row = self._rows.get(number)
        if row is None or self.states.learned_minutes[row] < LEARNED_MINUTES:
            return None
        parameters = self.states.take(np.array([row])).parameters()
        watts: Numbers = parameters.sun_watts(irradiance[None], east[None])[0]
        return watts

    def parameters_of(self, number: str) -> RoomParameters | None:
        """What a room is believed to be made of; None when it is unknown."""
        row = self._rows.get(number)
        return None if row is None else self.states.take(np.array([row])).parameters()

    def alike(self, number: str) -> RoomParameters | None:
        """The rooms of the same type that speak for themselves; None when they are too few to be a rule."""
        row = self._rows.get(number)
        if row is None:
            return None
        rows = np.array(
            [
                other
                for other, room in enumerate(self._rooms)
                if room.type_code == self._rooms[row].type_code
                and other != row
                and self.states.learned_minutes[other] >= LEARNED_MINUTES
            ],
            dtype=np.intp,
        )
        return self.states.take(rows).parameters() if len(rows) >= LEAST_ALIKE else None

    def refit(self, number: str, base: RoomParameters, covariance: Numbers) -> None:
        """Take over what the nightly fit found: the corrections begin at nothing again."""
        row = self._rows.get(number)
        if row is None:
            return
        renewed = start(base, parameter_covariance=covariance[None])
        for field in fields(RoomParameters):
            getattr(self.states.base, field.name)[row] = getattr(base, field.name)[0]
        mean, doubts = self.states.mean.copy(), self.states.covariance.copy()
        mean[row, FIRST_PARAMETER:] = 0.0
        doubts[row, FIRST_PARAMETER:, :] = doubts[row, :, FIRST_PARAMETER:] = 0.0
        doubts[row, FIRST_PARAMETER:, FIRST_PARAMETER:] = renewed.covariance[
            0, FIRST_PARAMETER:, FIRST_PARAMETER:
        ]
        self.states = bounded(replace(self.states, mean=mean, covariance=doubts))

    # What outlives the process

    def to_json(self, number: str) -> dict[str, Any]:
        """What was learned of a room: parameters, doubts, ramps. Where it is, its sensor says again."""
        row = self._rows[number]
        states = self.states
        upper = np.triu_indices(SIZE - FIRST_PARAMETER)
        doubts = states.covariance[row, FIRST_PARAMETER:, FIRST_PARAMETER:][upper]
        return {
            "version": 1,
            "base": {
                field.name: _short(getattr(states.base, field.name)[row]) for field in fields(states.base)
            },
            "corrections": [_short(value) for value in states.mean[row, FIRST_PARAMETER:]],
            "doubts": [_short(value) for value in doubts],
            "ramp_sums": [_short(value) for value in states.ramp_sums[row]],
            **{name: _short(getattr(states, name)[row]) for name in _STATE_FIELDS},
        }

    def restore(self, number: str, kept: Mapping[str, Any]) -> bool:
        """Bring back what `to_json` told; False when it is of no use (another version, broken)."""
        row = self._rows.get(number)
        if row is None or kept.get("version") != 1:
            return False
        size = SIZE - FIRST_PARAMETER
        corrections = np.array(kept["corrections"], dtype=float)
        upper = np.triu_indices(size)
        doubts = np.zeros((size, size))
        doubts[upper] = kept["doubts"]
        doubts = doubts + doubts.T - np.diag(np.diag(doubts))
        base = {name: float(kept["base"][name]) for name in BOUNDS}
        if corrections.shape != (size,) or not (
            np.all(np.isfinite(corrections))
            and np.all(np.isfinite(doubts))
            and all(math.isfinite(value) for value in base.values())
        ):
            return False
        for name, value in base.items():
            getattr(self.states.base, name)[row] = value
        self.states.mean[row, FIRST_PARAMETER:] = corrections
        self.states.covariance[row, FIRST_PARAMETER:, FIRST_PARAMETER:] = doubts
        for name in _STATE_FIELDS:
            getattr(self.states, name)[row] = float(kept[name])
        sums = np.array(kept.get("ramp_sums", ()), dtype=float)
        if sums.shape == (RAMP_SUMS,) and np.all(np.isfinite(sums)):
            self.states.ramp_sums[row] = sums
        self.states = bounded(self.states)
        return True


def _short(value: float) -> float:
    return float(f"{value:.7g}")


def _inputs(rows: Sequence[RoomObservation], weather: WeatherAhead) -> Inputs:
    full = np.ones(len(rows))
    known = np.array([row.heat_share is not None for row in rows])
    return Inputs(
        outdoor_celsius=full * weather.outdoor_celsius[0],
        irradiance_watts_per_square_metre=full * weather.irradiance_watts_per_square_metre[0],
        east=full * weather.east[0],
        curtain_closed=np.array([row.curtain_closed for row in rows]),
        people=np.array([row.people for row in rows]),
        heat_share=np.array([0.0 if row.heat_share is None else row.heat_share for row in rows]),
        # Without any word of the weather nothing is learned.
        share_known=known if weather.weak_reason != "no_outdoor" else known & False,
        window_open=np.array([row.window_open for row in rows]),
    )


def _goal(rows: Sequence[RoomObservation], inputs: Inputs, states: RoomStates) -> Goal:
    return Goal(
        target_celsius=np.array([math.nan if row.goal_celsius is None else row.goal_celsius for row in rows]),
        heating=np.array([row.heating for row in rows]),
        ready_within_kelvin=np.full(len(rows), 0.3),
        sent=np.array([row.is_sent for row in rows]),
        running=np.array([row.running for row in rows]),
        disturbed=inputs.window_open | (inputs.people > 0) | (states.weak > 0),
    )


def _asked(wishes: Sequence[OutlookWish]) -> Asked:
    def column(name: str) -> Numbers:
        return np.array([float(getattr(wish, name)) for wish in wishes])

    return Asked(
        column("target_celsius"),
        np.array([wish.heating for wish in wishes]),
        column("ready_within_kelvin"),
        column("setback_low_celsius"),
        column("setback_high_celsius"),
        column("cooling_efficiency"),
        column("heating_efficiency"),
        column("curtain_closed"),
    )
