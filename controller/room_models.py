"""The model's part of the heartbeat: each minute rooms are looked at and learned, their outlooks kept fresh.

Bounded: one vectorised call a minute for all rooms, and outlooks in small helpings under the lock, so
that a report never waits for a thousand rooms.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from controller import store
from controller.comfort import Season
from controller.core import Core
from controller.learner import OutlookWish
from controller.models_store import ModelRow
from controller.observing import aimed_at, observe, power_watts
from controller.outlooks import is_old
from controller.ports import Forecasts, Sample
from controller.room import RoomState
from controller.room_ahead import WeatherAhead
from controller.sun import Place, usual_place
from controller.weather import STALE_AFTER, OutdoorMemory, weather_ahead

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
# How old an outlook may be where a guest is coming, and where nobody is.
LIVE_OUTLOOK, IDLE_OUTLOOK = timedelta(minutes=5), timedelta(minutes=15)
# A room whose air is doubted by more than this was met a moment ago: it will be known better soon.
UNSURE_KELVIN = 0.25
# Weather that has changed by so much outside is news for every plan, and not only for its next renewal.
NEWS_KELVIN = 2.0
ROOMS_IN_ONE_GO = 50
MOST_IN_ONE_TICK = 200
# What was learned is written down this often: what is lost by a kill is learned again.
SAVE_EVERY = timedelta(minutes=30)
# What is kept for the nightly fit.
FRAME_EVERY = timedelta(minutes=5)
UNTAUGHT = 9.0
# A meter's most fades this slowly, so that one spike does not stand for ever.
FADE_A_LOOK = 0.99998
OUTDOORS = "outdoors"


class RoomModels:
    """Rooms' models of one property, at work."""

    def __init__(self, core: Core, forecasts: Forecasts, place: Place | None) -> None:
        self._core = core
        self._register = core.register
        self.forecasts = forecasts
        self._place = place
        self._outlooks = core.house.outlooks
        self.learner = self._outlooks.learner
        self._outlooks.weather = self.weather_at
        # When each room's model was last fitted to its days.
        self.fitted_at: dict[str, datetime] = {}
        self._outdoors = OutdoorMemory()
        self._most_watts: dict[str, float] = {}
        self._kept: dict[str, dict[str, Any]] = {}
        self._ahead: tuple[datetime, WeatherAhead] | None = None
        # Of which forecast the weather is, and whether a sensor spoke; what outlooks were last renewed for.
        self._source: tuple[datetime | None, bool] | None = None
        self._refreshed: tuple[tuple[datetime | None, bool] | None, float] | None = None
        self._loaded = False
        self._looked_at: datetime | None = None
        self._saved_at: datetime | None = None
        self._framed_at: datetime | None = None

    def tick(self) -> None:
        """Look and learn when a minute has passed; bring a helping of outlooks up to date."""
        self._load()
        now = self._core.clock.now()
        with self._core.lock:
            self._follow_rooms()
        looked = self._looked_at
        if looked is None or abs((now - looked).total_seconds()) >= LOOK_SECONDS:
            self._looked_at = now
            with self._core.lock:
                weather = self.weather_at(now)
            self._look(now, weather)
        self._refresh(now)
        if self._saved_at is None:
            self._saved_at = now
        elif abs(now - self._saved_at) >= SAVE_EVERY:
            self.save()

    @property
    def weather(self) -> WeatherAhead | None:
        """The weather ahead as of the last look; None before the first."""
        return self._ahead[1] if self._ahead is not None else None

    @property
    def remembers_outdoors(self) -> bool:
        """Whether anything is known of the last day's weather."""
        return bool(self._outdoors.values)

    def _load(self) -> None:
        if self._loaded:
            return
        with self._core.database.read() as session:
            rows = store.all_rows(session, self._core.database.property_id, ModelRow)
        with self._core.lock:
            self._kept = {row.subject: row.model for row in rows}
            outdoors = self._kept.pop(OUTDOORS, None)
            if outdoors is not None:
                self._outdoors = OutdoorMemory.from_json(outdoors["values"])
            self._loaded = True

    def _follow_rooms(self) -> None:
        """Learn of rooms that came, and forget those that went."""
        rooms = self._register.rooms
        known = self.learner.numbers
        if len(rooms) != len(known) or not all(number in rooms for number in known):
            self.learner.set_rooms([room.of_type() for room in rooms.values()])
        for subject in [subject for subject in self._kept if subject.partition(":")[2] in rooms]:
            number, kept = subject.partition(":")[2], self._kept.pop(subject)
            if self.learner.restore(number, kept) and kept.get("most_watts"):
                self._most_watts[number] = float(kept["most_watts"])
            if kept.get("fitted_at"):
                self.fitted_at[number] = datetime.fromisoformat(kept["fitted_at"])

    def weather_at(self, now: datetime) -> WeatherAhead:
        """The weather from about now on; worked out anew each minute, with each forecast, and when the
        house's own sensor begins to speak, falls silent or tells of other weather."""
        forecast = self.forecasts.newest()
        sensed = self._sensed(now)
        source = (forecast.made_at if forecast is not None else None, sensed is not None)
        if self._ahead is not None and source == self._source:
            made_at, ahead = self._ahead
            moved = 0.0 if sensed is None else abs(sensed - float(ahead.outdoor_celsius[0]))
            if moved < NEWS_KELVIN and abs((now - made_at).total_seconds()) < LOOK_SECONDS:
                return ahead
        self._ahead, self._source = (now, self._foretold(now)), source
        return self._ahead[1]

    def _sensed(self, now: datetime) -> float | None:
        """What the house's own sensor says outside, unless it has been silent for long."""
        house = self._core.house
        if house.outdoor_at is None or now - house.outdoor_at > STALE_AFTER:
            return None
        return house.outdoor_celsius

    def _foretold(self, now: datetime) -> WeatherAhead:
        sensed = self._sensed(now)
        if sensed is not None:
            self._outdoors = self._outdoors.noted(now, sensed)
        place = self._place or usual_place(now, self._register.zone)
        return weather_ahead(
            now,
            place,
            sensed,
            self._outdoors,
            self.forecasts.newest(),
            forecast_expected=self.forecasts.expected,
        )

    def _look(self, now: datetime, weather: WeatherAhead) -> None:
        with self._core.lock:
            for number, room in self._register.rooms.items():
                watts = power_watts(room)
                if watts is not None:
                    self._most_watts[number] = max(watts, self._most_watts.get(number, 0.0) * FADE_A_LOOK)
            seen = {
                number: observe(room, now, self._most_watts.get(number))
                for number, room in self._register.rooms.items()
            }
            self.learner.look(now, seen, weather)
            framed = self._framed_at
            if framed is not None and timedelta() <= now - framed < FRAME_EVERY:
                return
            self._framed_at = now
            samples = [
                Sample(None, "model", "felt_outdoor_celsius", float(weather.outdoor_celsius[0]), now),
                Sample(None, "model", "sun_watts", float(weather.irradiance_watts_per_square_metre[0]), now),
            ]
            for number, one in seen.items():
                if one.celsius is None:
                    continue
                taught = one.heat_share is not None and not one.people and not one.window_open
                share = one.heat_share if taught and one.heat_share is not None else UNTAUGHT
                samples.append(Sample(number, "model", "felt_celsius", one.celsius, now))
                samples.append(Sample(number, "model", "heat_share", share, now))
                samples.append(Sample(number, "model", "curtain_closed", one.curtain_closed, now))
        self._core.telemetry.record(samples)

    def _refresh(self, now: datetime) -> None:
        """Outlooks that are old, of another forecast, or that another one is asked for now."""
        due: dict[str, OutlookWish] = {}
        with self._core.lock:
            outdoor = float(self.weather_at(now).outdoor_celsius[0])
            refreshed = self._refreshed
            if (
                refreshed is None
                or refreshed[0] != self._source
                or abs(outdoor - refreshed[1]) >= NEWS_KELVIN
            ):
                self._refreshed = (self._source, outdoor)
                for room in self._register.rooms.values():
                    room.outlook = None  # it told of another weather
            for number, room in self._register.rooms.items():
                season, target = aimed_at(room, self._register.policies.climate)
                if self._is_due(room, season, target, now):
                    due[number] = self._outlooks.wish(room, season, target, now)
        # Whom somebody waits for first; the rest with the next ticks.
        first = sorted(due, key=self._is_idle)[:MOST_IN_ONE_TICK]
        for start in range(0, len(first), ROOMS_IN_ONE_GO):
            with self._core.lock:
                self._give({number: due[number] for number in first[start : start + ROOMS_IN_ONE_GO]}, now)

    def _give(self, helping: Mapping[str, OutlookWish], now: datetime) -> None:
        rooms = self._register.rooms
        for number, outlook in self._outlooks.of(helping, rooms, now).items():
            rooms[number].outlook, rooms[number].outlook_wish = outlook, helping[number]
            if not self._is_idle(number):
                self._register.dirty.add(number)  # what is known of the hours ahead may move its plan

    def _is_idle(self, number: str) -> bool:
        room = self._register.rooms.get(number)
        return room is None or room.plan is None or room.plan.state in ("done", "dropped")

    def _is_due(self, room: RoomState, season: Season, target_celsius: float, now: datetime) -> bool:
        outlook = room.outlook
        is_unsure = outlook is not None and outlook.drift_deviation_kelvin[0] > UNSURE_KELVIN
        lasts = LIVE_OUTLOOK if is_unsure or not self._is_idle(room.number) else IDLE_OUTLOOK
        return is_old(room, season, target_celsius, now, lasts)

    def save(self) -> int:
        """Write down what was learned; returns how many rows."""
        now = self._core.clock.now()
        with self._core.lock:
            self._saved_at = now
            models: dict[str, dict[str, Any]] = {
                f"room:{number}": {
                    **self.learner.to_json(number),
                    "most_watts": round(self._most_watts.get(number, 0.0), 1),
                    "fitted_at": at.isoformat() if (at := self.fitted_at.get(number)) else None,
                }
                for number in self.learner.numbers
            }
            models[OUTDOORS] = {"values": self._outdoors.to_json()}
        property_id = self._core.database.property_id
        rows = [
            {"property_id": property_id, "subject": subject, "model": model, "saved_at": now}
            for subject, model in models.items()
        ]
        with self._core.database.write() as tx:
            store.upsert(tx.session, ModelRow, rows)
        return len(rows)
