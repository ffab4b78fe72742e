"""Records the house: one sample a minute of all rooms and devices, kept in bounded arrays for the rules.

Rules read it as a `Window` and keep nothing themselves. What a month needs is kept as days, hours and
ramps; `memory` is what a restart must not cost. Pure: no clock, no SQL. Times are minutes since the epoch
in hotel time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maintenance.ramps import RampBook
from maintenance.rests import RestBook
from maintenance.rings import Ring, same_places, take_over
from maintenance.samples import (
    AUTO,
    COOL,
    DRY,
    HEAT,
    MINUTES_A_DAY,
    OFF,
    UNKNOWN,
    WORKS_WATTS,
    Counts,
    Devices,
    DeviceSample,
    Numbers,
    RoomSample,
    nothing_known,
)
from maintenance.window import Window

WINDOW_MINUTES: Final = 150
DAYS: Final = 31
# A silence of the house itself up to this long is bridged with the last values; a longer one is unknown.
BRIDGED_MINUTES: Final = 10
FAR_KELVIN: Final = 1.0
NO_LONGER_FAR_KELVIN: Final = 0.75
RESTED_MINUTES: Final = 30.0
LIFT_FADES_KELVIN_A_DAY: Final = 0.5
HELD_MINUTES: Final = 360.0
HELD_MORE_MINUTES: Final = 30.0
MOST_GAP_KELVIN: Final = 8.0
MOST_STILL_MINUTES: Final = 60.0
# Who was away or silent for longer than this came back.
BACK_AFTER_MINUTES: Final = 30.0
RECENT_GAP_HOURS: Final = 3
GAP_QUANTILE: Final = 0.95
GAP_STEP: Final = 0.1
# Between two words of a room so much silence is nothing; else the usual gap of its most talkative device.
LEAST_SILENCE_MINUTES: Final = 2.0

_MINUTE_NUMBERS = (
    "air_celsius",
    "unit_celsius",
    "setpoint_celsius",
    "watts",
    "outdoor_celsius",
    "drift_kelvin_per_hour",
    "drift_deviation",
    "call_kelvin_per_hour",
)
_MINUTE_FLAGS = ("mode", "running", "window_open", "let", "present", "cleaning")


class Recorder:
    """Keeps what `Window` shows.

    Args:
        rooms: their numbers; the order of every array over rooms.
        devices: who they are; their order is that of every array over devices.
    """

    def __init__(self, rooms: Sequence[str], devices: Devices) -> None:
        self.rooms = tuple(rooms)
        self.devices = devices
        n, m = len(self.rooms), len(devices.ids)
        self._minute: dict[str, Ring] = {
            **{name: Ring(WINDOW_MINUTES, n, np.float64, np.nan) for name in _MINUTE_NUMBERS},
            **{name: Ring(WINDOW_MINUTES, n, np.int8, UNKNOWN) for name in _MINUTE_FLAGS},
        }
        self.now: float | None = None
        self._exact: float | None = None
        self.recorded_minutes = 0
        self.linked_since: float | None = None
        self.ramps = RampBook(n)
        self.rests = RestBook(n)
        nan = np.nan
        self._off_since, self._on_since = np.full(n, nan), np.full(n, nan)
        self._call_since, self._far_since = np.full(n, nan), np.full(n, nan)
        self._far_air, self._far_unit = np.full(n, nan), np.full(n, nan)
        self._far_fresh = np.zeros(n, dtype=np.bool_)
        self._rested_minutes = np.zeros(n)
        self._lift = np.full(n, nan)
        self._held_watts, self._held_minute = np.full(n, nan), np.full(n, nan)
        self._still_minutes = np.zeros(n)
        self._window_since, self._turned_since = np.full(n, nan), np.full(n, nan)
        self._let_since = np.full(n, nan)
        self._turn = np.zeros(n, dtype=np.int8)  # the last direction: 1 heats, -1 cools
        self.fan_hours = np.zeros(n)
        self.gap_days = np.full((DAYS, n), nan)
        self._gap_hours = np.full((24, n), nan)
        self._gap_sum, self._gap_count = np.zeros(n), np.zeros(n)
        self._asked_since, self._asked_value = np.full(m, nan), np.full(m, nan)
        self._met_minute = np.full(m, nan)
        self._tries_before = np.zeros(m, dtype=np.int64)
        self._tried_after, self._tried = np.full(m, nan), np.zeros(m)
        self._room_heard = np.full(n + 1, -np.inf)
        self._carried_tries = np.zeros(m)
        self._heard_before = np.full(m, nan)
        self._away_since, self._back_since = np.full(m, nan), np.full(m, nan)
        self._error_minute = np.full(m, nan)
        self.usual_gap = np.full(m, nan)
        self._errors_before: Counts | None = None
        self._errors_minutes = Ring(60, m, np.float64, 0.0)
        self._errors_sum = np.zeros(m)
        self._words_minutes = Ring(60, m, np.float64, 0.0)
        self._words_sum = np.zeros(m)
        self.battery_days = np.full((DAYS, m), nan)
        self._last_rooms: RoomSample | None = None
        self._error = np.full(n, nan)
        self._heats, self._called = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)

    def take(self, minute: float, rooms: RoomSample, devices: DeviceSample, linked: bool = True) -> None:
        """One sample of everything.

        Args:
            minute: hotel minutes since the epoch; of a second sample of one minute only the devices are
                looked at (what is wet), of one from before nothing.
            linked: whether the house itself hears the broker; while it does not, nobody is silent.
        """
        exact, minute = minute, float(int(minute))
        before = self.now
        if before is not None and minute <= before:
            if self._exact is not None and exact > self._exact:
                self._exact, self._last_devices = exact, devices
            return
        self._exact = exact
        if not linked:
            self.linked_since = None
        elif self.linked_since is None:
            self.linked_since = minute
        missed = 0 if before is None else int(minute - before) - 1
        if missed and self._last_rooms is not None:
            bridge = self._last_rooms if missed <= BRIDGED_MINUTES else nothing_known(len(self.rooms))
            for _ in range(min(missed, WINDOW_MINUTES)):
                self._put(bridge)
        self._put(rooms)
        passed = 1.0 if before is None or missed > BRIDGED_MINUTES else minute - before
        self._note_rooms(minute, passed, rooms)
        self._note_devices(minute, devices, linked)
        if before is not None:
            self._note_hours_and_days(int(before), int(minute), devices)
        self.now = minute
        self.recorded_minutes = min(WINDOW_MINUTES, self.recorded_minutes + missed + 1)
        self._last_rooms, self._last_devices = rooms, devices

    def _put(self, rooms: RoomSample) -> None:
        for name, ring in self._minute.items():
            ring.put(getattr(rooms, name))

    def _note_rooms(self, minute: float, passed: float, rooms: RoomSample) -> None:
        last = self._last_rooms
        mode, air = rooms.mode, rooms.air_celsius
        is_off, is_on = mode == OFF, mode > OFF
        self._off_since = np.where(is_off, np.fmin(self._off_since, minute), np.nan)
        self._on_since = np.where(is_on, np.fmin(self._on_since, minute), np.nan)
        self.fan_hours += is_on * (passed / 60.0)
        # What stood open when the recording began has been open since then at the least.
        changed_window = rooms.window_open == 1 if last is None else rooms.window_open != last.window_open
        self._window_since = np.where(changed_window, minute, self._window_since)
        changed_let = np.zeros(len(mode), dtype=np.bool_) if last is None else rooms.let != last.let
        self._let_since = np.where(changed_let, minute, self._let_since)
        error = air - rooms.setpoint_celsius
        heats = (mode == HEAT) | ((mode == AUTO) & (error < 0))
        cools = (mode == COOL) | (mode == DRY) | ((mode == AUTO) & (error >= 0))
        turn = np.where(mode == HEAT, 1, np.where(mode == COOL, -1, 0)).astype(np.int8)
        turned = (turn != 0) & (self._turn != 0) & (turn != self._turn)
        self._turned_since = np.where(turned, minute, self._turned_since)
        self._turn = np.where(turn != 0, turn, self._turn).astype(np.int8)

        called = (heats | cools) & (rooms.window_open != 1)
        known = np.isfinite(air) & np.isfinite(rooms.setpoint_celsius)
        same = np.zeros(len(mode), dtype=np.bool_)
        if last is not None:
            # A setpoint that is moved makes the same call longer or shorter.
            same = (mode == last.mode) & ~changed_window
        goes_on = called & known & same & np.isfinite(self._call_since)
        begins = called & known & ~goes_on
        self._call_since = np.where(begins, minute, np.where(called & known, self._call_since, np.nan))
        self._heats = heats
        self._note_far(minute, rooms, called & known, heats)
        self._called = called & known
        self.ramps.take(minute, passed, rooms, heats, called & known)
        self.rests.take(minute, rooms, heats, self._error, self._window_since)
        gap = air - rooms.unit_celsius
        # What no room is, and what repeats itself, says nothing about a difference of two sensors.
        if last is not None:
            same_air = air == last.air_celsius
            self._still_minutes = np.where(same_air, self._still_minutes + passed, 0.0)
        seen = (np.abs(gap) < MOST_GAP_KELVIN) & (self._still_minutes <= MOST_STILL_MINUTES)
        self._gap_sum += np.where(seen, gap, 0.0)
        self._gap_count += seen

    def _note_far(
        self, minute: float, rooms: RoomSample, called: NDArray[np.bool_], heats: NDArray[np.bool_]
    ) -> None:
        last, air, unit = self._last_rooms, rooms.air_celsius, rooms.unit_celsius
        sign = np.where(heats, 1.0, -1.0)
        by_room = (rooms.setpoint_celsius - air) * sign
        by_unit = (rooms.setpoint_celsius - unit) * sign
        self._error = np.where(np.isfinite(by_unit), np.minimum(by_room, by_unit), by_room)
        # A hand at the setpoint makes no dead unit work: the call goes on as long as it is a call. One that
        # asks for more in the middle of it says that the unit may have had little to do before.
        more = np.zeros(len(air), dtype=np.bool_)
        if last is not None:
            more = (rooms.setpoint_celsius - last.setpoint_celsius) * sign > 0.05
        goes_on = called & np.isfinite(self._far_since) & (self._error >= NO_LONGER_FAR_KELVIN)
        begins = called & ~goes_on & (self._error >= FAR_KELVIN)
        fresh = self._far_fresh & goes_on & ~more
        self._far_fresh = np.where(begins, self._rested_minutes >= RESTED_MINUTES, fresh)
        self._far_since = np.where(begins, minute, np.where(goes_on, self._far_since, np.nan))
        self._far_air = np.where(begins, air, np.where(goes_on, self._far_air, np.nan))
        self._far_unit = np.where(begins, unit, np.where(goes_on, self._far_unit, np.nan))
        works = np.where(np.isfinite(rooms.watts), rooms.watts > WORKS_WATTS, rooms.running == 1)
        passed = 1.0 if self.now is None else min(minute - self.now, float(BRIDGED_MINUTES))
        self._rested_minutes = np.where(works, 0.0, self._rested_minutes + passed)
        holds = called & works & (self._error < 0.5) & (minute - self._call_since >= RESTED_MINUTES)
        # What holding the air takes it, of the last hours: a unit at its limit adds little to it.
        takes = np.where(holds, rooms.watts, np.nan)
        # One that needs more and more is near its limit: that is believed soon, and forgotten slowly.
        follows = np.where(takes > self._held_watts, passed / HELD_MORE_MINUTES, passed / HELD_MINUTES)
        followed = self._held_watts + (takes - self._held_watts) * np.minimum(1.0, follows)
        followed = np.where(np.isfinite(followed), followed, takes)
        self._held_watts = np.where(np.isfinite(followed), followed, self._held_watts)
        self._held_minute = np.where(np.isfinite(takes), minute, self._held_minute)
        faded = self._lift - LIFT_FADES_KELVIN_A_DAY * passed / MINUTES_A_DAY
        self._lift = np.where(holds, np.fmax(faded, (air - rooms.outdoor_celsius) * sign), faded)

    def _note_devices(self, minute: float, devices: DeviceSample, linked: bool) -> None:
        heard = devices.heard_minute
        gap = heard - self._heard_before
        away = devices.available == 0
        was_away = np.isfinite(self._away_since)
        returns = (was_away & ~away) | (gap > BACK_AFTER_MINUTES)
        self._back_since = np.where(returns, minute, self._back_since)
        # The gap that 95 of 100 stay below, followed step by step (stochastic approximation): a lost
        # message or an outage moves it little, a device that became lazier moves it within a day.
        counts = (gap > 0) & (gap <= MINUTES_A_DAY) & linked
        step = np.where(gap > self.usual_gap, GAP_QUANTILE, GAP_QUANTILE - 1.0) * GAP_STEP
        followed = np.where(np.isfinite(self.usual_gap), self.usual_gap * (1.0 + step), gap)
        self.usual_gap = np.where(counts, np.maximum(1.0, followed), self.usual_gap)
        self._heard_before = np.where(np.isfinite(heard), heard, self._heard_before)

        self._away_since = np.where(away, np.fmin(self._away_since, minute), np.nan)

        asked = devices.asked == 1
        begins = asked & ~np.isfinite(self._asked_since)
        ends = ~asked & np.isfinite(self._asked_since)
        self._met_minute = np.where(ends, minute, self._met_minute)
        self._asked_value = np.where(begins, devices.value, np.where(asked, self._asked_value, np.nan))
        self._asked_since = np.where(begins, minute, np.where(asked, self._asked_since, np.nan))
        self._note_tries(minute, devices, asked)

        if self._errors_before is None:
            new = np.zeros(len(heard))
        else:
            new = np.maximum(0, devices.errors - self._errors_before).astype(np.float64)
        self._error_minute = np.where(new > 0, minute, self._error_minute)
        for ring, total, one in (
            (self._errors_minutes, self._errors_sum, new),
            (self._words_minutes, self._words_sum, (gap > 0).astype(np.float64)),
        ):
            total += one - ring.all()[0].astype(np.float64)
            ring.put(one)
        self._errors_before = devices.errors.copy()

    def _note_tries(self, minute: float, devices: DeviceSample, asked: NDArray[np.bool_]) -> None:
        """Count the tries around which the room was not silent for longer than it usually is.

        A stretch without radio swallows commands too; a device that never got one has not disobeyed.
        """
        more = np.where(asked, devices.tries - self._tries_before, 0)
        self._tries_before = np.where(asked, devices.tries, 0)
        self._carried_tries = np.where(asked, self._carried_tries, 0.0)
        self._tried = np.where(asked, self._tried, 0.0)
        sent = more > 0
        place = self.devices.room
        heard = np.full(len(self.rooms) + 1, -np.inf)  # the last one: of devices without a room
        np.maximum.at(heard, place, np.nan_to_num(devices.heard_minute, nan=-np.inf))
        if sent.any() or self._tried.any():
            usual = np.full(len(self.rooms) + 1, np.inf)
            np.minimum.at(usual, place, np.nan_to_num(self.usual_gap, nan=np.inf))
            self._tried = np.where(sent, more, self._tried)
            self._tried_after = np.where(sent, self._room_heard[place], self._tried_after)
            answered = (self._tried > 0) & (heard[place] > np.maximum(self._tried_after, minute - 1.0))
            silence = heard[place] - self._tried_after
            carried = answered & (silence <= np.maximum(LEAST_SILENCE_MINUTES, usual[place]))
            self._carried_tries += np.where(carried, self._tried, 0.0)
            self._tried[answered] = 0.0
        self._room_heard = heard

    def _note_hours_and_days(self, before: int, minute: int, devices: DeviceSample) -> None:
        if minute // 60 != before // 60:
            mean = np.where(self._gap_count > 0, self._gap_sum / np.maximum(self._gap_count, 1), np.nan)
            self._gap_hours = np.roll(self._gap_hours, -1, axis=0)
            self._gap_hours[-1] = mean
            self._gap_sum[:] = 0.0
            self._gap_count[:] = 0.0
        if minute // MINUTES_A_DAY != before // MINUTES_A_DAY:
            self.gap_days = np.roll(self.gap_days, -1, axis=0)
            self.gap_days[-1] = _mean_of_known(self._gap_hours)
            self.battery_days = np.roll(self.battery_days, -1, axis=0)
            self.battery_days[-1] = devices.battery_percent

    @property
    def has_sample(self) -> bool:
        """Whether there is something to look at: after a change of the rooms not before the next minute."""
        return self.now is not None and self._last_rooms is not None

    def window(self) -> Window:
        """What rules look at now. Its arrays are views: use it before the next sample.

        Raises:
            ValueError: nothing has been taken yet.
        """
        if self.now is None or self._last_rooms is None:
            raise ValueError("nothing has been recorded yet")
        rows = self.recorded_minutes
        gap_days = np.vstack([self.gap_days, _mean_of_known(self._gap_hours)[None, :]])
        battery = np.vstack([self.battery_days, self._last_devices.battery_percent[None, :]])
        return Window(
            now=self._exact if self._exact is not None else self.now,
            rooms={name: ring.all()[-rows:] for name, ring in self._minute.items()},
            sample=self._last_rooms,
            devices=self.devices,
            device=self._last_devices,
            ramps=self.ramps,
            rest=self.rests.newest(),
            sensor_gap_days=gap_days,
            sensor_gap_recent=_mean_of_known(self._gap_hours[-RECENT_GAP_HOURS:]),
            off_since=self._off_since,
            on_since=self._on_since,
            call_since=self._call_since,
            far_since=self._far_since,
            far_air_celsius=self._far_air,
            far_unit_celsius=self._far_unit,
            far_fresh=self._far_fresh,
            error_kelvin=self._error,
            best_lift_kelvin=self._lift,
            held_watts=np.where(self.now - self._held_minute <= HELD_MINUTES, self._held_watts, np.nan),
            called=self._called,
            heats=self._heats,
            window_since=self._window_since,
            turned_since=self._turned_since,
            turn=self._turn,
            let_since=self._let_since,
            fan_hours=self.fan_hours,
            asked_since=self._asked_since,
            asked_value=self._asked_value,
            met_minute=self._met_minute,
            carried_tries=self._carried_tries,
            away_since=self._away_since,
            back_since=self._back_since,
            error_minute=self._error_minute,
            usual_gap_minutes=self.usual_gap,
            errors_hour=self._errors_sum,
            words_hour=self._words_sum,
            battery_days=battery,
            recorded_minutes=rows,
            linked_minutes=0.0 if self.linked_since is None else self.now - self.linked_since,
        )

    def carry_over(self, before: Recorder) -> None:
        """Take over what another recorder knows of the rooms and devices that are still there."""
        rooms = same_places(before.rooms, self.rooms)
        devices = same_places(before.devices.ids, self.devices.ids)
        for name, kept in vars(before).items():
            if isinstance(kept, np.ndarray):
                take_over(getattr(self, name), kept, devices if name in _OF_DEVICES else rooms)
        for name, ring in before._minute.items():
            self._minute[name].take_over(ring, rooms)
        self._errors_minutes.take_over(before._errors_minutes, devices)
        self._words_minutes.take_over(before._words_minutes, devices)
        self.ramps.carry_over(before.ramps, rooms)
        self.rests.carry_over(before.rests, rooms)
        self._errors_before = None
        self.now, self._exact, self.linked_since = before.now, before._exact, before.linked_since
        self.recorded_minutes = before.recorded_minutes

    def memory(self) -> dict[str, NDArray[np.generic]]:
        """What a restart must not cost: ramps, days and hours; by name, rooms and devices in order."""
        return {
            "rooms": np.array(self.rooms, dtype=np.str_),
            "devices": np.array(self.devices.ids, dtype=np.str_),
            **{f"ramps.{name}": getattr(self.ramps, name) for name in _RAMPS_KEPT},
            **{f"rests.{name}": getattr(self.rests, name) for name in _RESTS_KEPT},
            **{name: getattr(self, name) for name in (*_ROOMS_KEPT, *_DEVICES_KEPT)},
        }

    def remember(self, memory: Mapping[str, NDArray[np.generic]]) -> None:
        """Take a memory back; what it does not know of stays empty.

        Raises:
            KeyError, ValueError: it is no such memory.
        """
        rooms = same_places([str(one) for one in memory["rooms"]], self.rooms)
        devices = same_places([str(one) for one in memory["devices"]], self.devices.ids)
        # Ramps that were measured otherwise are no yardstick for those to come.
        if all(f"ramps.{name}" in memory for name in _RAMPS_KEPT):
            for name in _RAMPS_KEPT:
                take_over(getattr(self.ramps, name), memory[f"ramps.{name}"], rooms)
        # An older memory knows of no rests.
        for name in _RESTS_KEPT:
            if f"rests.{name}" in memory:
                take_over(getattr(self.rests, name), memory[f"rests.{name}"], rooms)
        for name in _ROOMS_KEPT:
            take_over(getattr(self, name), memory[name], rooms)
        for name in _DEVICES_KEPT:
            take_over(getattr(self, name), memory[name], devices)


_RAMPS_KEPT: Final = (
    "effects",
    "progress",
    "at",
    "heating",
    "metered",
    "power",
    "against",
    "drift",
    "rise",
    "people",
)
_RESTS_KEPT: Final = ("effects", "metered")
_ROOMS_KEPT: Final = ("fan_hours", "gap_days", "_gap_hours", "_lift", "_let_since", "_window_since")
_DEVICES_KEPT: Final = ("usual_gap", "battery_days")
_OF_DEVICES: Final = frozenset(
    {
        "_asked_since",
        "_asked_value",
        "_met_minute",
        "_tries_before",
        "_tried_after",
        "_tried",
        "_carried_tries",
        "_words_sum",
        "_heard_before",
        "_away_since",
        "_back_since",
        "_error_minute",
        "_errors_sum",
        "_errors_before",
        "usual_gap",
        "battery_days",
    }
)


def _mean_of_known(values: Numbers) -> Numbers:
    """Mean over the first axis of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1)
    return np.where(count > 0, mean, np.nan)
