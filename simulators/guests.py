"""Guests: how they come, live, press things and go.

A life draws from a generator of its own, made of the seed and its booking, so that one guest's day does
not depend on another's.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulators.air_conditioner import Mode
from simulators.bookings import Booking, EtaKind, told_etas
from simulators.desk import (
    BookStay,
    CancelStay,
    ChangeEta,
    CheckIn,
    CheckOut,
    EtaSource,
    NoShow,
    QueueUp,
)
from simulators.lives import MINUTE, Deciding, Life, Lives, Scene
from simulators.whereabouts import Whereabouts

BOOKED_FIRST_HOUR, BOOKED_LAST_HOUR = 18.0, 22.0
LONGEST_QUEUE_MINUTES, QUEUE_ASKS_MINUTES = 20.0, 5.0
GIVES_UP_MINUTES = 180.0
IN_HOUSE_REASON = "In the house already"
UNREADY_REASON = "Guest has waited 20 minutes and takes the room as it is"
WARM_DAY_CELSIUS = 18.0
UNBEARABLE_KELVIN = 2.0
SLEEPERS_VANISH_MINUTES = (8.0, 20.0)
SLEEPERS_STIR_MINUTES = (40.0, 100.0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A guest opened the door of their room for the first time: what was true then.

    `eta_told` is what they last said (None: nothing); the wishes are None when they never told them.
    """

    stay_id: str
    confirmation: str
    room: str
    at: datetime
    air_celsius: float
    eta_told: datetime | None
    sensor_bias_celsius: float
    cooling_celsius: float | None
    heating_celsius: float | None
    queued_minutes: float


class Guests:
    """The lives of guests.

    Args:
        wants_service, has_left: called with a room and a chance in [0, 1) when its guest pressed "make up
            room" and went out, and when they left for good.
    """

    def __init__(
        self,
        scene: Scene,
        lives: Lives,
        whereabouts: Whereabouts,
        seed: int,
        eta_kind: EtaKind,
        wants_service: Callable[[str, float], None],
        has_left: Callable[[str, float], None],
    ) -> None:
        self._scene = scene
        self._lives = lives
        self._whereabouts = whereabouts
        self._seed = seed
        self._eta_kind = eta_kind
        self._wants_service = wants_service
        self._has_left = has_left
        self._told: dict[str, datetime] = {}
        self._stay_ids: dict[str, str] = {}
        self.arrivals: list[Arrival] = []

    def life(self, booking: Booking) -> Life:
        """All of one stay, from the booking to the door that falls shut behind it."""
        draw = random.Random(f"{self._seed}/life/{booking.confirmation}")
        if booking.in_house:
            if not (yield from self._here_already(booking, draw)):
                return
        else:
            if not (yield from self._expected(booking, draw)):
                return
            if not (yield from self._comes(booking, draw)):
                return
        yield from self._stays(booking, draw)
        yield from self._leaves(booking, draw)

    def _stay_to_book(
        self, booking: Booking, eta: datetime | None, source: EtaSource = "booking"
    ) -> BookStay:
        return BookStay(
            confirmation=booking.confirmation,
            room=booking.room,
            room_type=booking.room_type,
            given_name=booking.given_name,
            family_name=booking.family_name,
            language=booking.language,
            arrival_date=booking.arrival_date,
            departure_date=booking.departure_date,
            eta=eta,
            eta_source=source,
            adults=booking.adults,
            vip=booking.vip,
            in_house=booking.in_house,
            channel=booking.channel,
            preferences=booking.preferences,
        )

    def _books(self, booking: Booking, eta: datetime | None, source: EtaSource = "booking") -> Deciding:
        answer = yield from self._lives.ask(self._stay_to_book(booking, eta, source))
        if answer.ok and answer.stay_id is not None:
            self._stay_ids[booking.confirmation] = answer.stay_id
        if answer.ok and eta is not None:
            self._told[booking.confirmation] = eta
        return answer.ok

    def _here_already(self, booking: Booking, draw: random.Random) -> Deciding:
        scene, room = self._scene, booking.room
        scene.rooms.use.let[scene.index(room)] = 1.0
        hour = self._lives.hour_now()
        share = 1.0 if hour >= 23 or hour < 6.5 else 0.35 if 9 <= hour < 17 else 0.6
        inside = draw.random() < share
        if inside:
            self._whereabouts.guests_in.add(room)
            self._whereabouts.put(room, "guest", booking.adults, True)
        answer = yield from self._lives.ask(self._stay_to_book(booking, None))
        if answer.ok:
            answer = yield from self._lives.ask(CheckIn(booking.confirmation, IN_HOUSE_REASON))
        if not answer.ok:
            # The hotel knows nothing of them: then they are not here.
            self._whereabouts.guests_in.discard(room)
            self._whereabouts.put(room, "guest", 0, False)
            scene.rooms.use.let[scene.index(room)] = 0.0
        return answer.ok

    def _expected(self, booking: Booking, draw: random.Random) -> Deciding:
        """From the booking to the drive to the hotel; False when they will not come."""
        scene = self._scene
        arrives = scene.seconds(booking.arrives)
        eve = self._lives.hour_of(
            scene.local(arrives).date() - timedelta(days=1), draw.uniform(BOOKED_FIRST_HOUR, BOOKED_LAST_HOUR)
        )
        if booking.walk_in:
            yield arrives
            return (yield from self._books(booking, None))
        if scene.local(scene.now).date() != booking.arrival_date:
            yield eve
        all_told = told_etas(booking, self._eta_kind, self._seed)
        # A booking made late in the day is made with what the guest knows by then.
        known = [told for told in all_told[1:] if scene.seconds(told.told) <= scene.now]
        first, later = (known or all_told[:1])[-1], all_told[1 + len(known) :]
        eta = max(first.eta, scene.local(scene.now) + timedelta(minutes=5))
        if not (yield from self._books(booking, eta, first.source)):
            return False
        if booking.cancels:
            yield arrives - draw.uniform(45, 240) * MINUTE
            yield from self._lives.ask(CancelStay(booking.confirmation))
            return False
        if booking.no_show:
            yield self._lives.hour_of(booking.arrival_date, 23.0 + 40.0 / 60.0)
            yield from self._lives.ask(NoShow(booking.confirmation))
            return False
        for update in later:
            if update.eta == self._told.get(booking.confirmation):
                continue
            yield scene.seconds(update.told)
            answer = yield from self._lives.ask(ChangeEta(booking.confirmation, update.eta, update.source))
            if answer.ok:
                self._told[booking.confirmation] = update.eta
        yield arrives
        return True

    def _comes(self, booking: Booking, draw: random.Random) -> Deciding:
        """From the lobby through the door; False when they gave up."""
        scene, room = self._scene, booking.room
        lobby_since = scene.now
        reason: str | None = None
        queued_up = False
        while True:
            answer = yield from self._lives.ask(CheckIn(booking.confirmation, reason))
            if answer.ok:
                break
            waited = (scene.now - lobby_since) / MINUTE
            if waited > GIVES_UP_MINUTES:
                return False
            if answer.code == "unready" and not queued_up:
                queued_up = True
                yield from self._lives.ask(QueueUp(booking.confirmation))
            if answer.code == "unready" and waited + QUEUE_ASKS_MINUTES >= LONGEST_QUEUE_MINUTES:
                reason = UNREADY_REASON
            yield scene.now + QUEUE_ASKS_MINUTES * MINUTE
        if answer.stay_id is not None:
            self._stay_ids[booking.confirmation] = answer.stay_id
        queued = (scene.now - lobby_since) / MINUTE
        index = scene.index(room)
        scene.rooms.use.let[index] = 1.0
        yield scene.now + draw.uniform(2.0, 6.0) * MINUTE
        self._whereabouts.through_door(room, draw)
        wishes = booking.preferences
        cooling, heating = wishes.get("cooling_celsius"), wishes.get("heating_celsius")
        self.arrivals.append(
            Arrival(
                stay_id=self._stay_ids.get(booking.confirmation, booking.confirmation),
                confirmation=booking.confirmation,
                room=room,
                at=scene.local(scene.now),
                air_celsius=float(scene.rooms.air[index]),
                eta_told=self._told.get(booking.confirmation),
                sensor_bias_celsius=float(scene.rooms.makeup.sensor_bias_celsius[index]),
                cooling_celsius=cooling if isinstance(cooling, float) else None,
                heating_celsius=heating if isinstance(heating, float) else None,
                queued_minutes=queued,
            )
        )
        yield scene.now + 8.0
        self._enter(booking)
        if draw.random() < 0.2:
            yield scene.now + draw.uniform(3.0, 15.0) * MINUTE
            self._adjusts(booking, draw)
        return True

    def _enter(self, booking: Booking) -> None:
        self._whereabouts.guests_in.add(booking.room)
        self._whereabouts.put(booking.room, "guest", booking.adults, True)

    def _goes_out(self, booking: Booking, draw: random.Random) -> None:
        devices, room = self._scene.devices(booking.room), booking.room
        if devices.window_open and draw.random() < 0.8:
            devices.window(False)
        if devices.ceiling_on and draw.random() < 0.6:
            devices.hand_ceiling(False)
        if devices.do_not_disturb:
            devices.hand_panel("do_not_disturb", False)
        self._whereabouts.through_door(room, draw)
        self._whereabouts.guests_in.discard(room)
        self._whereabouts.put(room, "guest", 0, False)

    def _comes_back(self, booking: Booking, draw: random.Random) -> None:
        devices = self._scene.devices(booking.room)
        self._whereabouts.through_door(booking.room, draw)
        self._enter(booking)
        if devices.make_up_room:
            devices.hand_panel("make_up_room", False)
        if self._is_dark() and not devices.ceiling_on and draw.random() < 0.7:
            devices.hand_ceiling(True)

    def _is_dark(self) -> bool:
        hour = self._lives.hour_now()
        return hour < 6.5 or hour >= 18.0

    def _wish(self, booking: Booking) -> tuple[Mode, float]:
        if self._scene.mean_outdoor_celsius() >= WARM_DAY_CELSIUS:
            return Mode.COOL, booking.cooling_celsius
        return Mode.HEAT, booking.heating_celsius

    def _adjusts(self, booking: Booking, draw: random.Random) -> None:
        """A guest takes the remote control: another temperature than yesterday's wish."""
        mode, wish = self._wish(booking)
        wanted = wish + draw.choice((-1.0, -0.5, 0.5, 1.0))
        units, index = self._scene.rooms.units, self._scene.index(booking.room)
        off = units.mode[index] == Mode.OFF
        self._scene.devices(booking.room).hand_unit(mode if off else None, wanted)

    def _bears(self, booking: Booking) -> bool:
        """Whether the room's air can be borne; else the guest will switch the unit on or turn it."""
        mode, wish = self._wish(booking)
        index = self._scene.index(booking.room)
        off = (float(self._scene.rooms.air[index]) - wish) * (1.0 if mode == Mode.COOL else -1.0)
        return off < UNBEARABLE_KELVIN

    def _stays(self, booking: Booking, draw: random.Random) -> Life:
        """From the first step into the room to the last one out of it, before check-out."""
        scene, room = self._scene, booking.room
        until = scene.seconds(booking.leaves) - draw.uniform(6.0, 12.0) * MINUTE
        while scene.now < until:
            local = scene.local(scene.now)
            evening = local.date() if local.hour >= 12 else local.date() - timedelta(days=1)
            rest = random.Random(f"{self._seed}/night/{booking.confirmation}/{evening:%y%m%d}")
            bed = self._lives.hour_of(evening, rest.uniform(22.2, 24.6))
            wake = min(self._lives.hour_of(evening, 24.0 + rest.uniform(6.3, 8.8)), until - 25 * MINUTE)
            if room not in self._whereabouts.guests_in:
                yield min(self._back_at(draw, bed), max(scene.now, until - 25 * MINUTE))
                self._comes_back(booking, draw)
            elif bed - 5 * MINUTE <= scene.now < wake:
                yield from self._sleeps(booking, draw, wake)
            else:
                stays = min(scene.now + draw.uniform(25.0, 110.0) * MINUTE, until)
                if scene.now < bed:
                    stays = min(stays, bed)
                yield from self._spends_time(booking, draw, stays)
                hour = self._lives.hour_now()
                if 7.0 <= hour < 21.0 and draw.random() < 0.65 and scene.now < until - 90 * MINUTE:
                    self._goes_out(booking, draw)
                    if 8.0 <= hour < 12.0 and draw.random() < 0.35:
                        scene.devices(room).hand_panel("make_up_room", True)
                        self._wants_service(room, draw.random())
        if room not in self._whereabouts.guests_in:
            self._comes_back(booking, draw)
            yield scene.now + 10 * MINUTE

    def _back_at(self, draw: random.Random, bed: float) -> float:
        hour = self._lives.hour_now()
        if 7.0 <= hour < 9.5 and draw.random() < 0.55:
            away = draw.uniform(30.0, 60.0)  # breakfast
        elif hour < 16.0:
            away = draw.uniform(90.0, 420.0)
        else:
            away = draw.uniform(45.0, 180.0)
        back = self._scene.now + away * MINUTE
        return min(back, bed - 15 * MINUTE) if self._scene.now < bed - 30 * MINUTE else back

    def _spends_time(self, booking: Booking, draw: random.Random, until: float) -> Life:
        """Awake in the room; now and then something is pressed or opened."""
        scene, devices = self._scene, self._scene.devices(booking.room)
        begin = scene.now
        patience = draw.uniform(4.0, 12.0) * MINUTE
        if begin + patience < until and not self._bears(booking):
            yield begin + patience
            if not self._bears(booking) and draw.random() < 0.75:
                mode, wish = self._wish(booking)
                devices.hand_unit(mode, wish)
        elif draw.random() < 0.08 and begin + patience < until:
            yield begin + patience
            self._adjusts(booking, draw)
        if self._is_dark() and not devices.ceiling_on and draw.random() < 0.5:
            devices.hand_ceiling(True)
        if draw.random() < 0.12 and until - scene.now > 20 * MINUTE:
            devices.hand_curtain(0.0 if self._is_dark() else draw.choice((30.0, 60.0, 100.0)))
        bearable = 8.0 <= scene.outdoor_celsius() <= 31.0
        if bearable and draw.random() < 0.09 and until - scene.now > 12 * MINUTE:
            yield scene.now + draw.uniform(1.0, 5.0) * MINUTE
            devices.window(True)
            yield min(until, scene.now + draw.uniform(5.0, 30.0) * MINUTE)
            devices.window(False)
        yield until

    def _sleeps(self, booking: Booking, draw: random.Random, wake: float) -> Life:
        scene, room = self._scene, booking.room
        devices = scene.devices(room)
        if devices.window_open:
            devices.window(False)
        if devices.curtain_percent() > 5 and draw.random() < 0.7:
            devices.hand_curtain(0.0)
        if devices.ceiling_on:
            devices.hand_ceiling(False)
        devices.hand_bedside(draw.random() < 0.3)
        if draw.random() < 0.22:
            devices.hand_panel("do_not_disturb", True)
        yield min(wake, scene.now + draw.uniform(*SLEEPERS_VANISH_MINUTES) * MINUTE)
        devices.hand_bedside(False)
        self._whereabouts.put(room, "guest", booking.adults, False)
        while scene.now < wake:
            turns = scene.now + draw.uniform(*SLEEPERS_STIR_MINUTES) * MINUTE
            yield min(turns, wake)
            if scene.now < wake:
                devices.stir()
        self._whereabouts.put(room, "guest", booking.adults, True)
        if draw.random() < 0.6:
            devices.hand_curtain(100.0)

    def _leaves(self, booking: Booking, draw: random.Random) -> Life:
        scene, room = self._scene, booking.room
        devices = scene.devices(room)
        if devices.make_up_room:
            devices.hand_panel("make_up_room", False)
        self._goes_out(booking, draw)
        yield max(scene.seconds(booking.leaves), scene.now + 4 * MINUTE)
        for _ in range(3):
            answer = yield from self._lives.ask(CheckOut(booking.confirmation))
            if answer.ok:
                break
            yield scene.now + 5 * MINUTE
        scene.rooms.use.let[scene.index(room)] = 0.0
        self._has_left(room, draw.random())
