"""Who stays where and when: the hotel's bookings, drawn from a seed, day by day.

About 70 % of the rooms are let each night: a vacant room is let again on a day with a probability
that holds this against the mean length of a stay. All of a booking is drawn with the seed, the room and
the day, so that a room's guests do not depend on how many rooms there are or what anybody does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from simulators.building import RoomPlan
from simulators.desk import Channel, EtaSource

EtaKind = Literal["exact", "static", "live"]

NIGHTS = (1, 2, 3, 4)
NIGHT_WEIGHTS = (0.45, 0.27, 0.16, 0.12)
NIGHTS_LEFT_WEIGHTS = (0.51, 0.28, 0.14, 0.07)  # of a stay met at a random night: 0, 1, 2, 3 more
OCCUPANCY = 0.70
LET_AGAIN = 0.55  # 1.95 nights each: 1.95 / (1.95 + 0.45 / 0.55) = 0.70
NO_SHOW, CANCELLED, WALK_IN = 0.03, 0.02, 0.04
EARLY, LATE = 0.04, 0.03
# How stays are booked, how many, and by how much such guests come later (or earlier) than others: groups by
# their coach after lunch, business travellers after work.
CHANNELS: tuple[tuple[Channel, float, float], ...] = (
    ("agency", 0.38, 0.0),
    ("website", 0.22, -0.4),
    ("direct", 0.14, 0.0),
    ("corporate", 0.18, 1.4),
    ("group", 0.08, -1.2),
)
STATIC_SIGMA_MINUTES = 30.0
LIVE_FIRST_SIGMA_MINUTES, LIVE_LAST_SIGMA_MINUTES = 45.0, 8.0
LIVE_FIRST_MINUTES, LIVE_LAST_MINUTES = 180.0, 20.0
LIVE_TOLD_MINUTES = (180.0, 120.0, 80.0, 50.0, 35.0, 20.0)  # before arrival
ON_THE_WAY_MINUTES = 35.0  # from here on the guest is followed, not asked
GREATEST_ERROR_SIGMAS = 2.5
# A demo must have something to show soon: this many arrivals in this stretch after its start.
SOON_FIRST_MINUTES, SOON_LAST_MINUTES = 46.0, 175.0
SOON_ARRIVALS, SOON_SHARE = 4, 0.15

LIGHT_SCENES = ("welcome", "bright", "reading", "relax", "night")
GUEST_NAMES = (
    ("zh-CN", ("伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "勇", "杰"), "王李张刘陈杨赵黄周吴徐孙"),
    (
        "en",
        ("Anna", "James", "Maria", "Peter", "Sofia", "David", "Emma", "Lucas", "Nora", "Hugo"),
        ("Okafor", "Smith", "Garcia", "Novak", "Larsen", "Rossi", "Tanaka", "Silva", "Weber", "Dubois"),
    ),
)


@dataclass(frozen=True, slots=True)
class Booking:
    """One stay as it will really go. Moments are aware; nobody in the hotel knows them."""

    confirmation: str
    room: str
    room_type: str
    given_name: str
    family_name: str
    language: str
    arrival_date: date
    departure_date: date
    arrives: datetime  # in the lobby
    leaves: datetime  # at the desk, to check out
    adults: int
    vip: bool
    preferences: dict[str, float | str]
    cooling_celsius: float  # what the guest likes, said or not
    heating_celsius: float
    channel: Channel
    in_house: bool = False
    walk_in: bool = False
    no_show: bool = False
    cancels: bool = False


@dataclass(frozen=True, slots=True)
class ToldEta:
    """At `told` the guest said they would come at `eta`. The first one is said with the booking."""

    told: datetime
    eta: datetime
    source: EtaSource


def told_etas(booking: Booking, kind: EtaKind, seed: int) -> list[ToldEta]:
    """What the guest will say about their arrival, and when. The first entry has no meaningful `told`.

    "exact": the truth. "static": one guess, 30 min off. "live": guesses that get better on the way.
    """
    draw = random.Random(f"{seed}/eta/{booking.confirmation}")
    if kind == "exact":
        return [ToldEta(booking.arrives, booking.arrives, "live")]

    def guess(sigma: float, told: datetime | None) -> datetime:
        bound = GREATEST_ERROR_SIGMAS * sigma
        error = max(-bound, min(bound, draw.gauss(0.0, sigma)))
        eta = booking.arrives + timedelta(minutes=error)
        if told is not None:
            eta = max(eta, told + timedelta(minutes=5))
        # People say full five minutes, and name the day they booked.
        eta = eta.replace(minute=eta.minute // 5 * 5, second=0, microsecond=0)
        midnight = booking.arrives.replace(hour=0, minute=0, second=0, microsecond=0)
        return max(midnight, min(eta, midnight + timedelta(hours=23, minutes=55)))

    if kind == "static":
        return [ToldEta(booking.arrives, guess(STATIC_SIGMA_MINUTES, None), "booking")]
    told = [ToldEta(booking.arrives, guess(LIVE_FIRST_SIGMA_MINUTES, None), "booking")]
    for before in LIVE_TOLD_MINUTES:
        part = (before - LIVE_LAST_MINUTES) / (LIVE_FIRST_MINUTES - LIVE_LAST_MINUTES)
        sigma = LIVE_LAST_SIGMA_MINUTES + part * (LIVE_FIRST_SIGMA_MINUTES - LIVE_LAST_SIGMA_MINUTES)
        at = booking.arrives - timedelta(minutes=before)
        source: EtaSource = "live" if before <= ON_THE_WAY_MINUTES else "guest"
        told.append(ToldEta(at, guess(sigma, at), source))
    return told


class BookingBook:
    """The bookings of all rooms. Ask `opening` once, then `arriving` for each day in turn."""

    def __init__(self, seed: int, plans: list[RoomPlan], timezone: ZoneInfo) -> None:
        self._seed = seed
        self._plans = plans
        self._timezone = timezone
        self._free_from: dict[str, date] = {}
        self._last_leaves: dict[str, datetime] = {}

    def _at(self, day: date, hours: float) -> datetime:
        midnight = datetime.combine(day, time(), self._timezone)
        return midnight + timedelta(seconds=round(hours * 3600))

    def _leaving_hour(self, draw: random.Random) -> float:
        return 7.0 + 5.5 * draw.betavariate(3.0, 2.2)

    def _channel(self, plan: RoomPlan, day: date) -> tuple[Channel, float]:
        """How the room's stay from this day is booked, and how many hours later such guests come."""
        draw = random.Random(f"{self._seed}/{plan.number}/{day}/channel")
        [(channel, _, later_hours)] = draw.choices(CHANNELS, [share for _, share, _ in CHANNELS])
        return channel, later_hours

    def _arriving_hour(self, draw: random.Random, later_hours: float) -> float:
        kind = draw.random()
        if kind < EARLY:
            return draw.uniform(11.0, 13.0)
        if kind > 1.0 - LATE:
            return draw.uniform(22.0, 23.3)
        return min(22.5, max(12.0, 13.0 + later_hours + 9.0 * draw.betavariate(1.6, 2.6)))

    def _booking(
        self, plan: RoomPlan, day: date, draw: random.Random, arrives: datetime, departure: date
    ) -> Booking:
        language, given, family = GUEST_NAMES[0] if draw.random() < 0.6 else GUEST_NAMES[1]
        cooling = round(2 * draw.triangular(20.0, 26.0, 23.0)) / 2
        heating = round(2 * draw.triangular(20.0, 24.0, 22.0)) / 2
        preferences: dict[str, float | str] = {}
        if draw.random() < 0.88:
            preferences["cooling_celsius"] = cooling
            preferences["heating_celsius"] = heating
        if draw.random() < 0.6:
            preferences["light_percent"] = float(draw.randrange(20, 101, 10))
        if draw.random() < 0.4:
            preferences["light_scene"] = draw.choice(LIGHT_SCENES)
        if draw.random() < 0.5:
            preferences["curtain_percent"] = float(draw.choice((0, 30, 50, 80, 100)))
        return Booking(
            confirmation=f"SIM{self._seed}-{day:%y%m%d}-{plan.number}",
            room=plan.number,
            room_type=plan.type_code,
            given_name=draw.choice(given),
            family_name=draw.choice(family),
            language=language,
            arrival_date=day,
            departure_date=departure,
            arrives=arrives,
            leaves=self._at(departure, self._leaving_hour(draw)),
            adults=1 if draw.random() < 0.45 else 2,
            vip=draw.random() < 0.1,
            preferences=preferences,
            cooling_celsius=cooling,
            heating_celsius=heating,
            channel=self._channel(plan, day)[0],
        )

    def opening(self, start: datetime) -> list[Booking]:
        """Guests who are in the house at `start`, in room order."""
        today = start.astimezone(self._timezone).date()
        found = []
        for plan in self._plans:
            draw = random.Random(f"{self._seed}/{plan.number}/opening")
            self._free_from[plan.number] = today
            if draw.random() >= OCCUPANCY:
                continue
            since = today - timedelta(days=draw.choices(NIGHTS, NIGHT_WEIGHTS)[0])
            until = today + timedelta(days=draw.choices((0, 1, 2, 3), NIGHTS_LEFT_WEIGHTS)[0])
            arrives = self._at(since, self._arriving_hour(draw, self._channel(plan, since)[1]))
            booking = replace(self._booking(plan, since, draw, arrives, until), in_house=True)
            self._last_leaves[plan.number] = booking.leaves
            if booking.leaves > start + timedelta(minutes=30):
                self._free_from[plan.number] = until
                found.append(booking)
        return found

    def _new_stay(self, plan: RoomPlan, day: date, forced: bool) -> Booking | None:
        draw = random.Random(f"{self._seed}/{plan.number}/{day}")
        let = draw.random() < LET_AGAIN
        if not (let or forced):
            return None
        nights = draw.choices(NIGHTS, NIGHT_WEIGHTS)[0]
        arrives = self._at(day, self._arriving_hour(draw, self._channel(plan, day)[1]))
        if plan.number in self._last_leaves:
            arrives = max(arrives, self._last_leaves[plan.number] + timedelta(minutes=75))
        booking = self._booking(plan, day, draw, arrives, day + timedelta(days=nights))
        kind = draw.random()
        walk_in = NO_SHOW + CANCELLED <= kind < NO_SHOW + CANCELLED + WALK_IN
        return replace(
            booking,
            no_show=kind < NO_SHOW,
            cancels=NO_SHOW <= kind < NO_SHOW + CANCELLED,
            walk_in=walk_in,
            channel="walk_in" if walk_in else booking.channel,
        )

    def arriving(self, day: date, start: datetime | None = None) -> list[Booking]:
        """Stays that begin on `day`, in the order of their arrival.

        Args:
            start: given on the first day: when the world begins. Nobody arrives before, and in the
                daytime some arrive soon after.
        """
        free = [plan for plan in self._plans if self._free_from[plan.number] <= day]
        stays = [stay for plan in free if (stay := self._new_stay(plan, day, False)) is not None]
        if start is not None:
            stays = self._soon(stays, free, day, start)
        for stay in stays:
            absent = stay.no_show or stay.cancels
            self._free_from[stay.room] = day + timedelta(days=1) if absent else stay.departure_date
            if not absent:
                self._last_leaves[stay.room] = stay.leaves
        return sorted(stays, key=lambda stay: (stay.arrives, stay.room))

    def _soon(self, stays: list[Booking], free: list[RoomPlan], day: date, start: datetime) -> list[Booking]:
        draw = random.Random(f"{self._seed}/soon")
        local = start.astimezone(self._timezone)
        vacant = {plan.number for plan in free if self._last_leaves.get(plan.number, start) <= start}
        begin, end = (local + timedelta(minutes=m) for m in (SOON_FIRST_MINUTES, SOON_LAST_MINUTES))
        daytime = local.hour >= 6 and end.date() == day
        wanted = min(SOON_ARRIVALS, max(1, round(SOON_SHARE * len(self._plans)))) if daytime else 0
        taken = {stay.room for stay in stays}
        for plan in free:
            short = wanted - sum(stay.room in vacant for stay in stays)
            if short > 0 and plan.number in vacant and plan.number not in taken:
                forced = self._new_stay(plan, day, True)
                assert forced is not None
                stays.append(forced)
        moved: list[Booking] = []
        soon = sum(begin <= stay.arrives <= end and stay.room in vacant for stay in stays)
        for stay in sorted(stays, key=lambda stay: (stay.arrives, stay.room)):
            too_early = daytime and stay.arrives < begin and stay.room in vacant
            if too_early or (soon < wanted and stay.room in vacant and not begin <= stay.arrives <= end):
                soon += 1
                shift = draw.uniform(SOON_FIRST_MINUTES, SOON_LAST_MINUTES)
                moved.append(replace(stay, arrives=local + timedelta(seconds=round(60 * shift))))
            else:
                moved.append(stay)
        if daytime and moved:
            # The very first guest: booked, really coming, and here within the hour.
            first = min(
                (stay for stay in moved if stay.room in vacant), key=lambda stay: stay.arrives, default=None
            )
            if first is not None:
                at = local + timedelta(seconds=round(60 * draw.uniform(SOON_FIRST_MINUTES, 55.0)))
                certain = replace(
                    first, arrives=min(first.arrives, at), no_show=False, cancels=False, walk_in=False
                )
                if first.walk_in:
                    certain = replace(certain, channel="direct")
                moved = [certain if stay is first else stay for stay in moved]
        return moved if daytime else [stay for stay in moved if stay.arrives > local + timedelta(minutes=5)]
