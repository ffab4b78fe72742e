"""What a guest would feel in a room now and at the door, as screens read it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from controller.ahead import door_celsius
from controller.comfort import Season
from controller.core import Core
from controller.observing import aimed_at
from controller.plans import minutes_between
from controller.ports import HeavyWork
from controller.room import RoomState
from controller.thermal_votes import (
    AIR_SPEED_METRES_PER_SECOND,
    ASSUMED_HUMIDITY_PERCENT,
    CLOTHING_CLO,
    METABOLIC_MET,
    Category,
    Thermal,
    category,
    humidity_at,
    votes,
)
from hotel.errors import Unavailable

VOTES_SECONDS = 30.0
# Votes that were worked out once; a tenth of a kelvin and a percent are as near as anybody feels.
MOST_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class ComfortVote:
    """What a guest would feel at `at`.

    Attributes:
        radiant_celsius: of the walls, where the room's own model knows them; else the air's.
        humidity_assumed: no sensor tells, or the water of now is taken to be there still.
        pmv: −3 cold … 3 hot; None where the standard says nothing. ppd_percent: how many would complain.
    """

    at: datetime
    celsius: float
    radiant_celsius: float
    humidity_percent: float
    humidity_assumed: bool
    pmv: float | None
    ppd_percent: float | None
    category: Category | None


@dataclass(frozen=True, slots=True)
class RoomComfort:
    """`now` None: nobody measures the room. `at_door` None: nobody is expected."""

    room: str
    season: Season
    clothing_clo: float
    metabolic_met: float
    air_speed_metres_per_second: float
    now: ComfortVote | None
    at_door: ComfortVote | None


class ComfortTelling:
    """Answers what is asked; remembers only what was worked out."""

    def __init__(self, core: Core, heavy: HeavyWork | None) -> None:
        self._core = core
        self._heavy = heavy
        self._known: OrderedDict[Thermal, tuple[float, float] | None] = OrderedDict()
        self._lock = threading.Lock()

    def room_comfort(self, number: str) -> RoomComfort:
        """What a guest would feel in the room.

        Raises:
            NotFound: there is no such room.
            Unavailable: no worker is free to work it out.
        """
        self._core.load()
        now = self._core.clock.now()
        with self._core.lock:
            room = self._core.room(number)
            season, _ = aimed_at(room, self._core.settings.climate)
            here, door = self._now(room, season, now), self._door(room, season, now)
        asked = [one for one in (here, door) if one is not None]
        found = self._votes([thermal for thermal, _, _ in asked])
        told = [_vote(*one, vote) for one, vote in zip(asked, found, strict=True)]
        return RoomComfort(
            room=number,
            season=season,
            clothing_clo=CLOTHING_CLO[season],
            metabolic_met=METABOLIC_MET,
            air_speed_metres_per_second=AIR_SPEED_METRES_PER_SECOND,
            now=told[0] if here is not None else None,
            at_door=told[-1] if door is not None else None,
        )

    def _now(self, room: RoomState, season: Season, now: datetime) -> tuple[Thermal, datetime, bool] | None:
        celsius, humidity = room.temperature_celsius(now), room.humidity_percent(now)
        if celsius is None:
            return None
        thermal = self._thermal(
            room, season, celsius, ASSUMED_HUMIDITY_PERCENT if humidity is None else humidity
        )
        return thermal, now, humidity is None

    def _door(self, room: RoomState, season: Season, now: datetime) -> tuple[Thermal, datetime, bool] | None:
        """The room as it is foreseen when the expected guest opens the door."""
        plan, celsius = room.plan, room.temperature_celsius(now)
        if plan is None or plan.state in ("done", "dropped") or celsius is None:
            return None
        at = max(now, plan.expected.arrival.quantile(0.5))
        outlook = self._core.house.outlooks.fresh(room, season, plan.expected.wanted_celsius, now)
        age = max(0.0, minutes_between(outlook.made_at, now))
        start = 0.0 if plan.begun is not None else max(0.0, minutes_between(now, plan.start_at))
        foreseen = celsius
        if plan.state == "ready":
            foreseen = plan.expected.wanted_celsius
        elif at > now:
            foreseen = door_celsius(outlook, start + age, minutes_between(now, at) + age)
        humidity = room.humidity_percent(now)
        percent = ASSUMED_HUMIDITY_PERCENT
        if humidity is not None:
            percent = humidity_at(humidity, celsius, foreseen)
        return self._thermal(room, season, foreseen, percent), at, True

    def _thermal(self, room: RoomState, season: Season, celsius: float, humidity: float) -> Thermal:
        walls = self._core.house.outlooks.learner.surface_celsius(room.number)
        return Thermal(
            round(celsius, 1),
            round(celsius if walls is None else walls, 1),
            float(round(humidity)),
            CLOTHING_CLO[season],
        )

    def _votes(self, asked: list[Thermal]) -> list[tuple[float, float] | None]:
        with self._lock:
            new = tuple(dict.fromkeys(one for one in asked if one not in self._known))
        if new:
            if self._heavy is None:
                raise Unavailable("no_workers", "Nobody is there to work this out.")
            found = self._heavy.run(votes, new, timeout_seconds=VOTES_SECONDS)
            with self._lock:
                self._known.update(zip(new, found, strict=True))
                while len(self._known) > MOST_REMEMBERED:
                    self._known.popitem(last=False)
            worked_out = dict(zip(new, found, strict=True))
        else:
            worked_out = {}
        with self._lock:
            return [worked_out[one] if one in worked_out else self._known.get(one) for one in asked]


def _vote(
    thermal: Thermal, at: datetime, humidity_assumed: bool, vote: tuple[float, float] | None
) -> ComfortVote:
    pmv, ppd = vote if vote is not None else (None, None)
    return ComfortVote(
        at=at,
        celsius=thermal.celsius,
        radiant_celsius=thermal.radiant_celsius,
        humidity_percent=thermal.humidity_percent,
        humidity_assumed=humidity_assumed,
        pmv=pmv,
        ppd_percent=ppd,
        category=None if pmv is None else category(pmv),
    )
