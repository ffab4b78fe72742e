"""The hours ahead of rooms, from their models, whenever one is asked for.

The heartbeat (`room_models`) looks at the rooms, foretells the weather and keeps outlooks fresh in large
helpings; whoever decides over a room whose outlook is missing, old or for another target asks for it here.
A room that was never learned is what its type is, and that begins as the middle of what rooms are: nobody
is planned without a model.

Holds beliefs in memory and touches nothing else; who owns it holds a lock over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo

import numpy as np

from controller.comfort import Season
from controller.curtains import SunAhead
from controller.equipment import Doing, with_plant_hours
from controller.learner import Learner, OutlookWish
from controller.observing import aimed_at, outlook_wish
from controller.outlook import HORIZON_STEPS, STEP_MINUTES, Outlook
from controller.policy import ClimatePolicy
from controller.room import RoomState
from controller.room_ahead import WeatherAhead
from controller.sun import usual_place
from controller.weather import OutdoorMemory, weather_ahead

# An outlook older than this tells of another day.
OUTLOOK_LASTS = timedelta(minutes=20)
# Curtains look an hour ahead.
SUN_STEPS = 12


def is_old(room: RoomState, season: Season, target_celsius: float, now: datetime, lasts: timedelta) -> bool:
    """Whether the room's outlook is missing, older than `lasts`, for another target, or from before anything
    measured it."""
    kept, wish = room.outlook, room.outlook_wish
    if kept is None or wish is None or not timedelta() <= now - kept.made_at < lasts:
        return True
    if (wish.target_celsius, wish.heating) != (target_celsius, season == "heating"):
        return True
    return kept.air_celsius is None and room.temperature_celsius(now) is not None


class Outlooks:
    """What the models of one property say of the hours ahead."""

    def __init__(self, zone: tzinfo, policy: ClimatePolicy) -> None:
        self._zone = zone
        self._policy = policy
        self.learner = Learner()
        # Who foretells the weather; nobody until the heartbeat says who.
        self.weather: Callable[[datetime], WeatherAhead] = self._unknown_weather

    def _unknown_weather(self, now: datetime) -> WeatherAhead:
        return weather_ahead(now, usual_place(now, self._zone), None, OutdoorMemory(), None)

    def sun_ahead(self, room: RoomState, now: datetime) -> SunAhead:
        """The sun of the next hour, on the house and through the room's window."""
        weather = self.weather(now)
        hour = slice(0, SUN_STEPS)
        irradiance, east = weather.irradiance_watts_per_square_metre[hour], weather.east[hour]
        watts = self.learner.sun_watts(room.number, irradiance, east)
        mean = float(np.mean(irradiance))
        return SunAhead(mean, None if watts is None else float(np.mean(watts)))

    def wish(self, room: RoomState, season: Season, target_celsius: float, now: datetime) -> OutlookWish:
        """What is asked of a room's model for this target."""
        outdoor = float(self.weather(now).outdoor_celsius[0])
        return outlook_wish(room, self._policy, outdoor, season, target_celsius)

    def of(
        self, wishes: Mapping[str, OutlookWish], rooms: Mapping[str, RoomState], now: datetime
    ) -> dict[str, Outlook]:
        """Outlooks of the rooms that are asked for, in one go; rooms that nobody knows are left out."""
        weather = self.weather(now)
        here = {number: wish for number, wish in wishes.items() if number in rooms}
        known = {number: rooms[number].temperature_celsius(now) for number in here}
        found = self.learner.outlooks(here, weather, now, known)
        for number, outlook in found.items():
            if not rooms[number].equipment.is_always_able:
                found[number] = self._within_plant_hours(rooms[number], outlook, here[number], now)
        return found

    def fresh(self, room: RoomState, season: Season, target_celsius: float, now: datetime) -> Outlook:
        """The room's outlook for this target: the one that it has, or one made now."""
        kept = room.outlook
        if kept is not None and not is_old(room, season, target_celsius, now, OUTLOOK_LASTS):
            return kept
        asked = self.wish(room, season, target_celsius, now)
        return self._made(room, asked, now)

    def keep(self, room: RoomState, season: Season, target_celsius: float, now: datetime) -> Outlook:
        """The same; what had to be made stays with the room."""
        found = self.fresh(room, season, target_celsius, now)
        if found is not room.outlook:
            room.outlook = found
            room.outlook_wish = self.wish(room, season, target_celsius, now)
        return found

    def prepare(self, rooms: Iterable[RoomState], now: datetime) -> None:
        """Give an outlook to those that have none yet, in one go."""
        new = {room.number: room for room in rooms if room.outlook is None}
        wishes = {number: self.wish(room, *aimed_at(room, self._policy), now) for number, room in new.items()}
        self.take_in(new.values())
        for number, outlook in self.of(wishes, new, now).items():
            new[number].outlook, new[number].outlook_wish = outlook, wishes[number]

    def _made(self, room: RoomState, wish: OutlookWish, now: datetime) -> Outlook:
        self.take_in((room,))
        return self.of({room.number: wish}, {room.number: room}, now)[room.number]

    def take_in(self, rooms: Iterable[RoomState]) -> None:
        """Rooms that came a moment ago are what their type is, until they are looked at."""
        new = [room.of_type() for room in rooms if room.number not in self.learner]
        if new:
            self.learner.add(new)

    def _within_plant_hours(
        self, room: RoomState, outlook: Outlook, wish: OutlookWish, now: datetime
    ) -> Outlook:
        doing: Doing = "heat" if wish.heating else "cool"
        can = [
            room.equipment.can(doing, now + timedelta(minutes=STEP_MINUTES * step), self._zone)
            for step in range(HORIZON_STEPS + 1)
        ]
        return outlook if all(can) else with_plant_hours(outlook, can)
