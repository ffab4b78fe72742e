"""Everybody in and around the hotel: its guests come by the book of bookings, its staff work."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator
from datetime import datetime, timedelta

from simulators.bookings import Booking, BookingBook, EtaKind
from simulators.desk import Desk, MarkClean
from simulators.engineers import engineer
from simulators.floor import Floor, FloorAnswer
from simulators.guests import Arrival, Guests
from simulators.housekeepers import AskFloor, attendant, supervisor, telephone
from simulators.lives import HOUR, MINUTE, Life, Lives, Scene
from simulators.whereabouts import Whereabouts

DAY_AHEAD_PLANNED_HOUR = 17.5
TURNAROUND_MINUTES = (40.0, 120.0)
CLEANING_MINUTES = (18.0, 32.0)

HousekeepersLife = Generator[float | AskFloor, FloorAnswer | None, None]


class People:
    """Everybody in and around the hotel.

    Args:
        floor: the hotel's tasks, which its attendants then go by; without, a room is done some time after
            its guest left, and its attendant says so.
    """

    def __init__(
        self,
        scene: Scene,
        book: BookingBook,
        desk: Desk,
        seed: int,
        eta_kind: EtaKind,
        floor: Floor | None = None,
    ) -> None:
        self._scene = scene
        self._book = book
        self._floor = floor
        self._seed = seed
        self._lives = Lives(scene, desk)
        self._whereabouts = Whereabouts(scene)
        self._guests = Guests(
            scene, self._lives, self._whereabouts, seed, eta_kind, self._wants_service, self._has_left
        )

    @property
    def arrivals(self) -> list[Arrival]:
        """What guests found when they opened their door, oldest first."""
        return self._guests.arrivals

    @property
    def refusals(self) -> Counter[str]:
        """What the desk refused, by act and code."""
        return self._lives.refusals

    def begin(self, opening: list[Booking], start: datetime) -> None:
        """Let those in the house live on, today's guests come, and plan the days ahead."""
        today = self._book.arriving(start.date(), start)
        for booking in today:
            self._lives.begin(self._guests.life(booking), self._scene.seconds(booking.arrives))
        for booking in opening:
            self._lives.begin(self._guests.life(booking), 6 * HOUR)
        self._lives.begin(self._morning_rounds({booking.room for booking in opening}, today), 12 * HOUR)
        self._lives.begin(self._planner(start), 0.0)
        if self._floor is not None:
            for number, login in enumerate(self._floor.attendants):
                self._work_on(attendant(self, login, number, self._seed), None)
            self._work_on(supervisor(self, self._floor.attendants, self._seed), None)
            self._work_on(telephone(self, self._seed), None)
            for number, login in enumerate(self._floor.engineers):
                self._work_on(engineer(self, login, number, self._seed), None)

    def _work_on(self, life: HousekeepersLife, answer: FloorAnswer | None) -> None:
        assert self._floor is not None
        wanted = life.send(answer)
        if isinstance(wanted, AskFloor):
            self._floor.submit(wanted.act, lambda told: self._scene.soon(lambda: self._work_on(life, told)))
        else:
            self._scene.after(max(0.0, wanted - self._scene.now), lambda: self._work_on(life, None))

    def _planner(self, start: datetime) -> Life:
        day = start.date()
        while True:
            planned = self._lives.hour_of(day, DAY_AHEAD_PLANNED_HOUR)
            yield planned
            day += timedelta(days=1)
            for booking in self._book.arriving(day):
                self._lives.begin(self._guests.life(booking), self._scene.seconds(booking.arrives))

    # -- staff ------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        return self._scene.now

    def local(self, seconds: float) -> datetime:
        return self._scene.local(seconds)

    def guests_in(self) -> list[str]:
        return sorted(self._whereabouts.guests_in)

    def guest_in(self, room: str) -> bool:
        return room in self._whereabouts.guests_in

    def do_not_disturb(self, room: str) -> bool:
        return self._scene.devices(room).do_not_disturb

    def serviced(self, room: str) -> None:
        devices = self._scene.devices(room)
        if devices.make_up_room:
            devices.hand_panel("make_up_room", False)

    def _has_left(self, room: str, chance: float) -> None:
        self._lives.begin(self._turnaround(room, chance), self._scene.now)

    def _wants_service(self, room: str, chance: float) -> None:
        self._lives.begin(self._service(room, chance), self._scene.now)

    def _turnaround(self, room: str, chance: float) -> Life:
        """An attendant does the room of a guest who left, and says so."""
        scene = self._scene
        if self._floor is not None:
            yield scene.now + TURNAROUND_MINUTES[1] * MINUTE
            yield from self._lives.ask(MarkClean(room, unless_task=True))
            return
        draw = random.Random(f"{self._seed}/turnaround/{room}/{chance}")
        done = scene.now + draw.uniform(*TURNAROUND_MINUTES) * MINUTE
        yield done - draw.uniform(*CLEANING_MINUTES) * MINUTE
        yield from self.works_in(room, draw, done)
        yield from self._lives.ask(MarkClean(room))

    def _service(self, room: str, chance: float) -> Life:
        """An attendant follows a "make up room" while its guest is out; by its task, where there are such."""
        if self._floor is not None:
            return
        scene, devices = self._scene, self._scene.devices(room)
        draw = random.Random(f"{self._seed}/service/{room}/{chance}")
        yield scene.now + draw.uniform(20.0, 70.0) * MINUTE
        if room in self._whereabouts.guests_in or not devices.make_up_room:
            return
        yield from self.works_in(room, draw, scene.now + draw.uniform(12.0, 22.0) * MINUTE)
        if devices.make_up_room:
            devices.hand_panel("make_up_room", False)

    def works_in(self, room: str, draw: random.Random, until: float) -> Generator[float, None, None]:
        """An attendant is in the room until then."""
        scene, devices = self._scene, self._scene.devices(room)
        self._whereabouts.through_door(room, draw)
        self._whereabouts.put(room, "attendant", 1, True)
        if not devices.ceiling_on:
            devices.hand_ceiling(True)
        if draw.random() < 0.25 and 8.0 <= scene.outdoor_celsius() <= 31.0:
            yield scene.now + 2 * MINUTE
            devices.window(True)
            yield min(until, scene.now + draw.uniform(4.0, 10.0) * MINUTE)
            devices.window(False)
        yield until
        if room not in self._whereabouts.guests_in and devices.ceiling_on:
            devices.hand_ceiling(False)
        self._whereabouts.through_door(room, draw)
        self._whereabouts.put(room, "attendant", 0, False)

    def repairs_in(self, room: str, draw: random.Random, until: float) -> Generator[float, None, None]:
        """An engineer is in the room until then."""
        self._whereabouts.through_door(room, draw)
        self._whereabouts.put(room, "engineer", 1, True)
        yield until
        self._whereabouts.through_door(room, draw)
        self._whereabouts.put(room, "engineer", 0, False)

    def mend(self, room: str | None) -> None:
        self._scene.mend(room)

    def _morning_rounds(self, let: set[str], today: list[Booking]) -> Life:
        """Rooms that stood vacant when the world began were done before: the attendants say so."""
        expected = [booking.room for booking in today if booking.room not in let]
        rest = sorted(self._scene.room_numbers - let - set(expected))
        for room in dict.fromkeys([*expected, *rest]):
            yield from self._lives.ask(MarkClean(room))
            yield self._scene.now + 20.0
