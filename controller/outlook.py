"""What a room's model says of the hours ahead, as decisions read it: one value, no arithmetic of rooms.

An outlook answers for every start k·`step_minutes` from now: where will the room have drifted to by
then, how long does it take from there at full power, and what does it cost. Who makes it is
`controller/foresight.py`; who reads it are `precondition`, `setback` and the room chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# Whether the room's own model speaks, the one of its type, or nothing but a cautious rule.
OutlookSource = Literal["learned", "prior", "fallback"]
# Why an outlook is worth less than usual; screens translate it.
WeakReason = Literal[
    "no_sensor",
    "sensor_frozen",
    "sensor_out_of_range",
    "sensor_biased",
    "window_open",
    "window_suspected",
    "no_outdoor",
    "no_forecast",
]

STEP_MINUTES = 5.0
HORIZON_STEPS = 96
# Recovery is told for each half kelvin up to fifteen.
DEPTH_STEP_KELVIN = 0.5
DEPTHS = 31


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """The hours ahead of one room. Arrays run over k = 0…`HORIZON_STEPS` but those by depth.

    Attributes:
        air_celsius: the air as the filter sees it now (p50); None when nothing measures it.
        drift_celsius: the air at made_at + k steps when left alone within its setback limits (p50).
        drift_deviation_kelvin: its standard deviation.
        ready_minutes: median minutes until the air is within the ready band of the target when full
            power starts at step k. `inf` = not within eight hours.
        ready_deviation_minutes: its standard deviation (of the finite part).
        recover_minutes: by depth i·`DEPTH_STEP_KELVIN` off the target, a room at rest there: minutes to be
            ready at full power, as sure as 9 of 10. `inf` = never within eight hours.
        energy_watt_hours: electricity from now until the room is ready when the start is at step k: what
            holding the setback limits takes until k, and the ramp.
        hold_watts: electric power that keeps the room at its target around step k for good.
        wall_watts: what the walls take beyond that just after the room came to its target from step k, where
            it had drifted to; negative while they are still as the target wants them.
        wall_minutes: the time constant with which that fades.
    """

    made_at: datetime
    air_celsius: float | None
    target_celsius: float
    drift_celsius: Numbers
    drift_deviation_kelvin: Numbers
    ready_minutes: Numbers
    ready_deviation_minutes: Numbers
    recover_minutes: Numbers
    energy_watt_hours: Numbers
    hold_watts: Numbers
    wall_watts: Numbers
    wall_minutes: float
    source: OutlookSource
    weak_reason: WeakReason | None = None
    step_minutes: float = STEP_MINUTES

    def _at(self, values: Numbers, minutes: float) -> float:
        place = min(max(minutes / self.step_minutes, 0.0), len(values) - 1.0)
        low = int(place)
        if low == place:
            return float(values[low])
        share = place - low
        # Not a weighted sum: 0 · inf is no number.
        below, above = float(values[low]), float(values[low + 1])
        return below if below == above else below + share * (above - below)

    def drift_at(self, minutes: float) -> float:
        """Air (°C) after `minutes` left alone; the end of the horizon beyond it."""
        return self._at(self.drift_celsius, minutes)

    def drift_deviation_at(self, minutes: float) -> float:
        return self._at(self.drift_deviation_kelvin, minutes)

    def ready_after(self, minutes: float) -> float:
        """Median minutes of full power when they start `minutes` from now; `inf` = not in eight hours."""
        return self._at(self.ready_minutes, minutes)

    def ready_deviation_after(self, minutes: float) -> float:
        return self._at(self.ready_deviation_minutes, minutes)

    def energy_when_started_after(self, minutes: float) -> float:
        """Watt-hours from now until ready when the start is `minutes` from now."""
        return self._at(self.energy_watt_hours, minutes)

    def recoverable_kelvin(self, minutes: float) -> float:
        """How far off its target the room may rest so that it is back within `minutes`, 9 times of 10."""
        within = np.nonzero(self.recover_minutes > minutes)[0]
        if not len(within):
            return (len(self.recover_minutes) - 1) * DEPTH_STEP_KELVIN
        first = int(within[0])
        if first == 0:
            return 0.0
        below, above = float(self.recover_minutes[first - 1]), float(self.recover_minutes[first])
        share = 0.0 if above == float("inf") else (minutes - below) / (above - below)
        return (first - 1 + share) * DEPTH_STEP_KELVIN
