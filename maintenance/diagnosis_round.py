"""One round of diagnosis: which rules are due, and what each says. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

import numpy as np

from maintenance import diagnosis, diagnosis_devices
from maintenance.causes import FAMILIES, Step
from maintenance.diagnosis import Finding
from maintenance.ramps import RampBook
from maintenance.rules import RULES
from maintenance.sightings import Layout
from maintenance.window import Window

RuleFunction = Callable[[Window, Mapping[str, float]], Finding]

# So long a fault may have been there before its rule saw it.
HIDDEN_MINUTES: Final = 360.0

FUNCTIONS: Final[Mapping[str, RuleFunction]] = {
    "no_capacity": diagnosis.no_capacity,
    "degraded_capacity": diagnosis.degraded_capacity,
    "stuck_on": diagnosis.stuck_on,
    "stuck_off": diagnosis.stuck_off,
    "short_cycling": diagnosis.short_cycling,
    "window_open_too_long": diagnosis.window_open_too_long,
    "filter_hours": diagnosis.filter_hours,
    "setpoint_not_accepted": diagnosis_devices.setpoint_not_accepted,
    "sensor_frozen": diagnosis_devices.sensor_frozen,
    "sensor_out_of_range": diagnosis_devices.sensor_out_of_range,
    "sensor_biased": diagnosis_devices.sensor_biased,
    "curtain_stuck": diagnosis_devices.curtain_stuck,
    "light_not_answering": diagnosis_devices.light_not_answering,
    "low_battery": diagnosis_devices.low_battery,
    "leak": diagnosis_devices.leak,
    "device_offline": diagnosis_devices.device_offline,
    "protocol_errors": diagnosis_devices.protocol_errors,
}


def due(minute: float, before: float | None) -> list[str]:
    """The rules whose turn came after `before` (None: all) and up to `minute`."""
    if before is None:
        return list(RULES)
    return [
        rule.code for rule in RULES.values() if minute // rule.every_minutes != before // rule.every_minutes
    ]


def forget_ramps(ramps: RampBook, layout: Layout, steps: Sequence[Step]) -> None:
    """What a unit did while it, or the sensor that measured it, was broken is no yardstick for later."""
    for step in steps:
        fault = step.standing.fault
        if step.kind == "gone" and fault in FAMILIES and fault != "degraded_capacity":
            room = layout.place_of(step.standing.asset_key, by_room=True)
            if room is not None:
                ramps.forget([room], step.standing.began - HIDDEN_MINUTES)


def evaluate(window: Window, codes: Collection[str]) -> dict[str, Finding]:
    """What these rules say of everything in the window."""
    # Unknown is NaN and goes through every comparison as "no": that is meant, and no warning.
    with np.errstate(invalid="ignore", divide="ignore"):
        return {code: FUNCTIONS[code](window, RULES[code].numbers) for code in codes}
