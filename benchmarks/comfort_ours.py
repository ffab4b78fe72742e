"""Innkeeper as a policy of the comfort bench: an adapter between the bench's arrays and the product's own
pure functions. It decides nothing itself.

Every minute `room_filter` takes in what was measured; every five minutes `foresight.outlooks` looks ahead for
the rooms that somebody is soon expected in, each quarter of an hour for the others;
`precondition.next_plan` and `comfort.decide` say what each room should be, `aim.told` what its unit is told.
In the service the same functions are called by `controller.evaluation` and `controller.room_models`, room by
room, when something happened.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from benchmarks.comfort_factors import HOUR, MINUTE, ZONE
from benchmarks.comfort_observed import COOL, HEAT, OFF, Awaited, Observed, Orders
from controller.aim import Aim, compared, told
from controller.comfort import ClimateTarget, ComfortMemory, RoomFacts, decide, setback_limits
from controller.equipment import Equipment
from controller.eta import EtaErrors, HouseHabit, Said, arrival_time
from controller.foresight import outlooks
from controller.observing import FULL_CALL_KELVIN, FULL_POWER_SHARE, LEAST_FULL_WATTS, REST_POWER_SHARE
from controller.outlook import STEP_MINUTES, Outlook
from controller.plans import Expected, LivePlan, RoomNow, Shown
from controller.policy import ClimatePolicy
from controller.precondition import next_plan, way_gone
from controller.ramp_watch import Goal, watch_ramps
from controller.room import MOST_WAYS
from controller.room_ahead import Asked
from controller.room_beliefs import RoomStates, start_from_prior
from controller.room_filter import Inputs, predict, update
from controller.room_pool import POOL_HOURS, pooled
from controller.sun import Place
from controller.weather import ForecastPoint, OutdoorMemory, checked_forecast, weather_ahead

LOOK_AHEAD_SECONDS = STEP_MINUTES * MINUTE
# Rooms nobody hurries in are looked at this often, as the service's rounds do.
IDLE_MINUTES = 5
# What is planned for later than this is planned anew only now and then.
SOON_MINUTES, LATER_SECONDS = 40.0, 15 * MINUTE
# Of the bench's time zone, 8 h before Greenwich.
ZONE_LONGITUDE = 120.0
SETPOINT_STEP, LOWEST_SETPOINT, HIGHEST_SETPOINT = 0.5, 16.0, 30.0


@dataclass(frozen=True, slots=True)
class Foretold:
    """At `start` a ramp began and the room was said to be ready at `ready`; seconds."""

    start: float
    ready: float


@dataclass(slots=True)
class Seat:
    """What the controller remembers of one room from one look to the next."""

    memory: ComfortMemory = field(default_factory=ComfortMemory)
    aim: Aim = field(default_factory=Aim)
    plan: LivePlan | None = None
    outlook: Outlook | None = None
    target: ClimateTarget | None = None
    said: tuple[Said, ...] = ()
    ways: tuple[Shown, ...] = ()
    stay_id: int | None = None
    was_let: bool = True
    looked: float = -math.inf
    planned: float = -math.inf
    mode: int = OFF
    setpoint_celsius: float = 24.0


class Innkeeper:
    """The product's decisions for a fleet of rooms."""

    name = "innkeeper"

    def __init__(self, policy: ClimatePolicy | None = None) -> None:
        self.policy = policy or ClimatePolicy()
        self.foretold: dict[int, Foretold] = {}
        self.errors = EtaErrors()
        self.habit = HouseHabit()
        self.states: RoomStates | None = None
        self._seats: list[Seat] = []
        self._ahead_at = -math.inf
        self._equipment = Equipment()

    def decide(self, now: float, observed: Observed) -> Orders:
        if self.states is None:
            self.states = start_from_prior(observed.area_square_metres)
            self._seats = [Seat() for _ in range(len(observed))]
            self._most_watts = np.zeros(len(observed))
            self._hear_weather(observed, observed.at(now))
            self._inputs = self._worked(observed)
            self._outdoor_mean = observed.outdoor_celsius
        self._outdoor_mean += (observed.outdoor_celsius - self._outdoor_mean) / (12 * 60)
        at = observed.at(now)
        due = now - self._ahead_at >= LOOK_AHEAD_SECONDS
        if due:
            self._hear_weather(observed, at)
        self._learn(now, observed)
        self._meet(at, observed)
        if due:
            self._look_ahead(now, at, observed)
            self._ahead_at = now
        for place, seat in enumerate(self._seats):
            if not observed.let[place]:
                self._look(place, seat, now, at, observed)
            elif now - seat.looked >= IDLE_MINUTES * MINUTE:
                seat.looked = now
                self._compare(place, seat, at, observed)
        return Orders(
            np.array([seat.mode for seat in self._seats]),
            np.array([seat.setpoint_celsius for seat in self._seats]),
        )

    # -- what is learned --------------------------------------------------------------------------------

    def _hear_weather(self, observed: Observed, at: datetime) -> None:
        """The weather now and ahead, as the service's port and outdoor sensor tell it."""
        forecast = observed.forecast
        points = [
            ForecastPoint(forecast.made_at + timedelta(hours=hour), float(celsius), float(light))
            for hour, (celsius, light) in enumerate(zip(forecast.celsius, forecast.irradiance, strict=True))
        ]
        told_by_service = checked_forecast(points, forecast.made_at)
        place = Place(observed.latitude, ZONE_LONGITUDE)
        self.weather = weather_ahead(
            at, place, observed.outdoor_celsius, OutdoorMemory(), told_by_service, forecast_expected=True
        )

    def _worked(self, observed: Observed) -> Inputs:
        """What works on the rooms from now on; `observing` reads the same off a room's devices."""
        size = len(observed)
        sign = np.where(observed.unit_mode == HEAT, 1.0, -1.0)
        self._most_watts = np.maximum(self._most_watts, observed.power_watts)
        metered = self._most_watts >= LEAST_FULL_WATTS
        share = observed.power_watts / np.maximum(self._most_watts, 1.0)
        far = sign * (observed.setpoint_celsius - observed.unit_celsius) >= FULL_CALL_KELVIN
        full = observed.unit_running & np.where(metered, share >= FULL_POWER_SHARE, far)
        off = ~observed.unit_running | (metered & (share <= REST_POWER_SHARE))
        return Inputs(
            outdoor_celsius=np.full(size, observed.outdoor_celsius),
            irradiance_watts_per_square_metre=np.full(
                size, self.weather.irradiance_watts_per_square_metre[0]
            ),
            east=np.full(size, self.weather.east[0]),
            curtain_closed=1.0 - observed.curtain_open,
            people=observed.people_seen.astype(float),
            heat_share=np.where(full, sign, 0.0),
            share_known=off | full,
            window_open=observed.window_open,
        )

    def _learn(self, now: float, observed: Observed) -> None:
        assert self.states is not None
        minutes = 1.0
        measured = np.where(observed.heard_seconds >= now, observed.air_celsius, np.nan)
        states = update(predict(self.states, self._inputs, MINUTE), measured, self._inputs, minutes)
        goal = np.array(
            [
                seat.plan.expected.wanted_celsius
                if seat.plan is not None and seat.plan.state in ("running", "ready")
                else math.nan
                for seat in self._seats
            ]
        )
        sent = [seat.plan is not None and seat.plan.state == "running" for seat in self._seats]
        self.states = watch_ramps(
            states,
            Goal(
                target_celsius=goal,
                heating=np.full(len(observed), observed.season == "heating"),
                ready_within_kelvin=np.full(len(observed), self.policy.ready_within_kelvin),
                sent=np.array(sent),
                running=observed.unit_running,
                disturbed=observed.window_open | observed.people_seen | observed.let,
            ),
            self._inputs,
            minutes,
        )
        if now % (POOL_HOURS * HOUR) == 0:
            self.states = pooled(self.states)
        self._inputs = self._worked(observed)

    def _meet(self, at: datetime, observed: Observed) -> None:
        """Guests who came in, and what their words were worth."""
        for place, seat in enumerate(self._seats):
            guest = observed.awaited[place]
            if observed.let[place] and not seat.was_let and seat.said:
                self.errors = self.errors.learned(seat.said, at)
            if guest is None or guest.stay_id != seat.stay_id:
                if guest is None and not observed.let[place] and seat.said:
                    self.habit = self.habit.missed()
                seat.stay_id = None if guest is None else guest.stay_id
                seat.said, seat.plan, seat.outlook, seat.planned = (), None, None, -math.inf
            if guest is not None and len(guest.told) != len(seat.said):
                seat.said = tuple(
                    Said(observed.at(word.at), observed.at(word.eta), word.source) for word in guest.told
                )
                seat.planned = -math.inf
            seat.was_let = bool(observed.let[place])

    # -- looking ahead ----------------------------------------------------------------------------------

    def _soon(self, seat: Seat, at: datetime) -> bool:
        if seat.outlook is None or seat.plan is None:
            return True
        if seat.plan.begun is not None:
            return seat.plan.state != "ready"
        return seat.plan.start_at - at <= timedelta(minutes=SOON_MINUTES)

    def _look_ahead(self, now: float, at: datetime, observed: Observed) -> None:
        assert self.states is not None
        later = now % LATER_SECONDS < LOOK_AHEAD_SECONDS
        rows = np.array(
            [
                place
                for place, seat in enumerate(self._seats)
                if (later and not observed.let[place])
                or (observed.awaited[place] is not None and self._soon(seat, at))
            ],
            dtype=np.intp,
        )
        if not len(rows):
            return
        size = len(rows)
        heating = observed.season == "heating"
        low, high = setback_limits(None, observed.season, self.policy)
        asked = Asked(
            target_celsius=observed.wanted_celsius[rows],
            heating=np.full(size, heating),
            ready_within_kelvin=np.full(size, self.policy.ready_within_kelvin),
            setback_low_celsius=np.full(size, low),
            setback_high_celsius=np.full(size, high),
            cooling_efficiency=np.full(size, self._equipment.cooling_efficiency(observed.outdoor_celsius)),
            heating_efficiency=np.full(size, self._equipment.heating_efficiency(observed.outdoor_celsius)),
            curtain_closed=1.0 - observed.curtain_open[rows],
        )
        found = outlooks(self.states.take(rows), asked, self.weather, at)
        for place, outlook in zip(rows, found, strict=True):
            self._seats[place].outlook = outlook
            if self._soon(self._seats[place], at):
                self._seats[place].planned = -math.inf

    # -- one room ---------------------------------------------------------------------------------------

    def _look(self, place: int, seat: Seat, now: float, at: datetime, observed: Observed) -> None:
        plan = seat.plan
        hurries = plan is not None and (plan.begun is not None or plan.start_at <= at)
        changed = seat.planned == -math.inf or bool(observed.checked_in[place])
        idle = now - seat.looked < IDLE_MINUTES * MINUTE and not observed.window_open[place]
        if idle and not hurries and not changed:
            return
        seat.looked = now
        celsius = float(observed.air_celsius[place])
        air = None if math.isnan(celsius) else celsius
        guest = observed.awaited[place]
        if guest is not None and (hurries or changed or now - seat.planned >= LATER_SECONDS):
            self._plan(place, seat, guest, now, at, air, observed)
        self._act(place, seat, guest, now, at, air, observed)

    def _plan(
        self,
        place: int,
        seat: Seat,
        guest: Awaited,
        now: float,
        at: datetime,
        air: float | None,
        observed: Observed,
    ) -> None:
        seat.planned = now
        word = seat.said[-1] if seat.said else Said(at, at, "walk_in")
        arrival = arrival_time(word, at, ZONE, self.errors, self.habit, checked_in=guest.checked_in)
        expected = Expected(
            room=str(place),
            stay_id=str(guest.stay_id),
            eta=word.eta,
            eta_source=word.source,
            wanted_celsius=float(observed.wanted_celsius[place]),
            season=observed.season,
            arrival=arrival,
            checked_in=guest.checked_in,
        )
        before = seat.plan
        room = RoomNow(now=at, zone=ZONE, temperature_celsius=air, outlook=seat.outlook, ways=seat.ways)
        seat.plan = next_plan(expected, room, before, self.policy)
        if before is not None and before.state == "running":
            way = way_gone(seat.plan, self.policy)
            seat.ways = seat.ways if way is None else (*seat.ways, way)[-MOST_WAYS:]
        fresh = seat.plan.begun is not None and (before is None or before.begun is None)
        if fresh and seat.plan.state == "running" and seat.plan.begun is not None:
            ready = (seat.plan.begun.ready_at - observed.epoch).total_seconds()
            self.foretold[guest.stay_id] = Foretold(now, ready)

    def _compare(self, place: int, seat: Seat, at: datetime, observed: Observed) -> None:
        """Nothing is decided for a guest's room, but its sensors are compared."""
        air, unit = float(observed.air_celsius[place]), float(observed.unit_celsius[place])
        if not (math.isnan(air) or math.isnan(unit)):
            seat.aim = compared(seat.aim, at, air, unit, self.policy)

    def _act(
        self,
        place: int,
        seat: Seat,
        guest: Awaited | None,
        now: float,
        at: datetime,
        air: float | None,
        observed: Observed,
    ) -> None:
        assert self.states is not None
        plan = seat.plan
        live = plan is not None and plan.state in ("holding", "running", "ready")
        recoverable = None
        if seat.outlook is not None:
            recoverable = seat.outlook.recoverable_kelvin(self.policy.recover_minutes)
        since = float(observed.window_seconds[place])
        facts = RoomFacts(
            now=at,
            zone=ZONE,
            tenancy="vacant" if guest is None else "checked_in" if guest.checked_in else "expected",
            temperature_celsius=air,
            outdoor_celsius=self._outdoor_mean,
            cooling_wish_celsius=None if guest is None else guest.cooling_celsius,
            heating_wish_celsius=None if guest is None else guest.heating_celsius,
            presence="present" if observed.people_seen[place] else "empty",
            window_open_since=None if math.isnan(since) else at - timedelta(seconds=since),
            plan_state=plan.state if live and plan is not None else None,
            plan_eta=plan.expected.eta if plan is not None else None,
            guest_is_late=live and plan is not None and plan.guest_is_late,
            recoverable_kelvin=recoverable,
        )
        seat.target, seat.memory = decide(facts, seat.memory, self.policy)
        unit = float(observed.unit_celsius[place])
        seat.aim, setpoint = told(
            seat.aim,
            seat.target,
            now=at,
            sensed_celsius=air,
            unit_celsius=None if math.isnan(unit) else unit,
            eta=plan.expected.eta if plan is not None else None,
            asked_celsius=seat.setpoint_celsius if seat.mode != OFF else None,
            step=SETPOINT_STEP,
            low=LOWEST_SETPOINT,
            high=HIGHEST_SETPOINT,
            policy=self.policy,
        )
        seat.mode = {"cool": COOL, "heat": HEAT}.get(seat.target.mode or "off", OFF)
        if setpoint is not None:
            seat.setpoint_celsius = setpoint


def planning_seconds(rooms: int) -> float:
    """Processor seconds to look ahead and plan for so many rooms, each with a guest in three hours."""
    at = datetime(2026, 7, 1, 12, tzinfo=ZONE)
    size = np.ones(rooms)
    states = start_from_prior(30.0 * size, celsius=27.0)
    states = replace(states, heard=np.ones(rooms, dtype=np.bool_))
    asked = Asked(
        target_celsius=23.0 * size,
        heating=np.zeros(rooms, dtype=np.bool_),
        ready_within_kelvin=0.3 * size,
        setback_low_celsius=16.0 * size,
        setback_high_celsius=28.0 * size,
        cooling_efficiency=3.2 * size,
        heating_efficiency=3.2 * size,
        curtain_closed=0.0 * size,
    )
    weather = weather_ahead(at, Place(31.2, ZONE_LONGITUDE), 30.0, OutdoorMemory(), None)
    policy, errors, habit = ClimatePolicy(), EtaErrors(), HouseHabit()
    began = time.process_time()
    for place, outlook in enumerate(outlooks(states, asked, weather, at)):
        word = Said(at, at + timedelta(hours=3), "guest")
        expected = Expected(
            room=str(place),
            stay_id=str(place),
            eta=word.eta,
            eta_source=word.source,
            wanted_celsius=23.0,
            season="cooling",
            arrival=arrival_time(word, at, ZONE, errors, habit),
        )
        room = RoomNow(now=at, zone=ZONE, temperature_celsius=27.0, outlook=outlook)
        next_plan(expected, room, None, policy)
    return time.process_time() - began
