"""What a rule may look at: the last hours of every room and device, and what is kept of the last month.

`recorder.Recorder` makes it. Everything is an array over rooms or over devices; arrays that run over time
have the time first, newest last. Pure. Times are minutes since the epoch in hotel time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maintenance.ramps import RampBook
from maintenance.rests import Rest
from maintenance.samples import Devices, DeviceSample, Flags, Numbers, RoomSample


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What a rule may look at. Arrays over (minutes, rooms), (rooms,) or (devices,); read only.

    Attributes:
        now: the newest minute.
        rooms: minute by minute, by field name of `RoomSample`; the last `recorder.WINDOW_MINUTES` at most.
        ramps: how far each unit got in its first minutes of full call, of the last month.
        rest: how far the air went back since the unit is off, against the room's own.
        sensor_gap_days: (days, rooms) daily mean of room sensor minus unit sensor; the last row is the
            last 24 hours.
        sensor_gap_recent: the same difference over the last `RECENT_GAP_HOURS` whole hours.
        on_since, call_since: minute since when the unit is (not) off, and is called without a change of
            mode or window; NaN unknown.
        error_kelvin: how far the air is from the setpoint, above zero = the unit has to work, by the
            sensor that is nearer: a unit works by its own sensor and the guest lives by the room's, so
            that a fault of the unit shows on both and on one alone a fault of that sensor.
        far_since: minute since when that has been at least `FAR_KELVIN` in this call; far_air_celsius,
            far_unit_celsius: what the sensors read then; far_fresh: the unit was rested then, and nobody
            asked for more since, so that its own ramps say what to expect.
        best_lift_kelvin: the furthest that the unit lately held the air from the outdoors, on the side
            that it works to; forgotten by `LIFT_FADES_KELVIN_A_DAY`.
        held_watts: what it drew in the last hours while it held the air at its setpoint; NaN = it did not.
        window_since: minute of the last change of the window; turned_since: of the last change between
            heating and cooling; turn: which way it worked last, 1 heating, -1 cooling, 0 unknown.
        fan_hours: since the filter was cleaned.
        asked_since: minute since when a device is asked in vain, NaN = it is not. asked_value: what it
            reported then. met_minute: when it last did what was asked. carried_tries: so many of the tries
            went out while something of its room was heard.
        away_since: minute since when its availability topic calls it away; NaN = it does not.
        back_since: minute at which it last came back. error_minute: of the last unreadable payload.
        usual_gap_minutes: how far apart the device's words usually lie at most.
        errors_hour: payloads that nobody could read in the last hour; words_hour: minutes of it with
            something that could be read.
        battery_days: (days, devices) the level on each day, the last row today's.
    """

    now: float
    rooms: Mapping[str, NDArray[np.generic]]
    sample: RoomSample
    devices: Devices
    device: DeviceSample
    ramps: RampBook
    rest: Rest
    sensor_gap_days: Numbers
    sensor_gap_recent: Numbers
    off_since: Numbers
    on_since: Numbers
    call_since: Numbers
    far_since: Numbers
    far_air_celsius: Numbers
    far_unit_celsius: Numbers
    far_fresh: NDArray[np.bool_]
    error_kelvin: Numbers
    best_lift_kelvin: Numbers
    held_watts: Numbers
    called: NDArray[np.bool_]
    heats: NDArray[np.bool_]
    window_since: Numbers
    turned_since: Numbers
    turn: Flags
    let_since: Numbers
    fan_hours: Numbers
    asked_since: Numbers
    asked_value: Numbers
    met_minute: Numbers
    carried_tries: Numbers
    away_since: Numbers
    back_since: Numbers
    error_minute: Numbers
    usual_gap_minutes: Numbers
    errors_hour: Numbers
    words_hour: Numbers
    battery_days: Numbers
    recorded_minutes: int
    linked_minutes: float

    def last(self, name: str, minutes: int) -> NDArray[np.generic]:
        """A field of the rooms over the last `minutes`, newest last; fewer rows when there are fewer."""
        return self.rooms[name][-minutes:]

    def numbers(self, name: str, minutes: int) -> Numbers:
        return self.rooms[name][-minutes:]  # type: ignore[return-value]

    def flags(self, name: str, minutes: int) -> Flags:
        return self.rooms[name][-minutes:]  # type: ignore[return-value]
