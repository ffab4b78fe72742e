"""Faults of sensors and of single devices: one pure function a fault, over a `Window`.

Those of a room's temperature sensor answer for each room, the others for each device. Three outcomes, as
in `diagnosis`: a device that was never asked has neither obeyed nor disobeyed.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Final

import numpy as np

from maintenance.diagnosis import Booleans, Finding, Limits, past, verdict
from maintenance.samples import MINUTES_A_DAY, Numbers
from maintenance.window import Window

# The house rests for an hour when it asked in vain, also when the device is back meanwhile.
REST_MINUTES: Final = 65.0


def sensor_frozen(window: Window, limits: Limits) -> Finding:
    """The room's sensor repeats itself while the unit's sensor, or the comfort model, moves."""
    minutes = int(limits["minutes"])
    air = window.numbers("air_celsius", minutes)
    known: Booleans = np.logical_and.reduce(np.isfinite(air), axis=0)
    span = air.max(axis=0) - air.min(axis=0)
    unit = window.numbers("unit_celsius", minutes)
    unit_span = unit.max(axis=0) - unit.min(axis=0)
    # What the model expects of a room left alone; a unit that works moves it more, not less.
    drift = window.numbers("drift_kelvin_per_hour", minutes)
    off = (window.flags("mode", minutes) == 0).all(axis=0)
    expected = np.where(off, np.abs(drift.mean(axis=0)) * (minutes / 60.0), np.nan)
    deviation = window.numbers("drift_deviation", minutes).mean(axis=0) * (minutes / 60.0)
    sure = np.where(expected > 3 * deviation, expected, np.nan)
    moved = np.fmax(unit_span, sure)
    still = span <= limits["still_kelvin"]
    enough = window.recorded_minutes >= minutes
    fault: Booleans = known & still & (moved > limits["moved_kelvin"]) & enough
    awake: Booleans = known & ~still
    return verdict(fault, awake, span_kelvin=span, moved_kelvin=moved)


def sensor_out_of_range(window: Window, limits: Limits) -> Finding:
    """The sensor says what no room is."""
    samples = int(limits["samples"])
    air = window.numbers("air_celsius", samples)
    outside = (air < limits["low_celsius"]) | (air > limits["high_celsius"])
    all_outside: Booleans = np.logical_and.reduce(outside, axis=0)
    # A room can be cold: with a unit's own sensor that agrees it is weather, and no sensor's fault.
    agrees = np.abs(air - window.numbers("unit_celsius", samples)).max(axis=0) < 3.0
    # So can the air at an open window, while the unit blows warm: between the room and the outdoors.
    aired = (window.sample.window_open == 1) | ~past(
        window.now, window.window_since, limits["after_window_minutes"]
    )
    mild = np.clip(air, limits["low_celsius"], limits["high_celsius"])
    outdoors = window.sample.outdoor_celsius
    weather = aired & (np.abs(air - mild) <= np.abs(outdoors - mild) + 1.0).all(axis=0)
    weather &= (np.sign(air - mild) == np.sign(outdoors - mild)).all(axis=0)
    fault: Booleans = all_outside & ~agrees & ~weather & (len(air) >= samples)
    inside: Booleans = np.logical_and.reduce(np.isfinite(air) & ~outside, axis=0)
    return verdict(fault, inside, reads_celsius=air[-1])


def sensor_biased(window: Window, limits: Limits) -> Finding:
    """The room's two sensors differ by a day's mean otherwise than they used to."""
    days = window.sensor_gap_days
    baseline = _median_of_days(days[:-2], int(limits["baseline_days"]))
    recent = days[-1]
    off_by = recent - baseline
    # It must still be so: a sensor that was frozen for half a day spoils that day's mean.
    lately = window.sensor_gap_recent - baseline
    same_way = np.sign(lately) == np.sign(off_by)
    fault = same_way & (np.abs(off_by) > limits["kelvin"]) & (np.abs(lately) > limits["kelvin"])
    return verdict(
        fault, np.abs(off_by) < 0.6 * limits["kelvin"], off_by_kelvin=off_by, usual_kelvin=baseline
    )


def _median_of_days(days: Numbers, least: int) -> Numbers:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a room without any day is NaN, as it should be
        middle: Numbers = np.nanmedian(days, axis=0)
    return np.where(np.isfinite(days).sum(axis=0) >= least, middle, np.nan)


def _not_obeying(window: Window, limits: Limits, kinds: Booleans) -> Finding:
    """Asked again and again, reachable, and it stays as it was."""
    # What was asked while it was away is asked anew when it is back.
    asked_minutes = window.now - window.asked_since
    was_away = window.back_since >= window.asked_since
    asked_minutes = np.where(was_away, window.now - window.back_since - REST_MINUTES, asked_minutes)
    # It spoke since it was asked: it lives, and says that it is not what it was asked to be.
    answered = window.device.heard_minute > window.asked_since
    reachable = (window.device.available != 0) & answered
    unmoved = ~(np.abs(window.device.value - window.asked_value) > 3.0)
    tried = window.carried_tries >= limits["tries"]
    fault = kinds & reachable & tried & unmoved & (asked_minutes >= limits["minutes"])
    obeyed = kinds & ~np.isfinite(window.asked_since) & (window.now - window.met_minute <= MINUTES_A_DAY)
    return verdict(fault, obeyed, asked_minutes=asked_minutes, tries=window.carried_tries)


def setpoint_not_accepted(window: Window, limits: Limits) -> Finding:
    """The unit goes on reporting another setpoint than it was sent."""
    return _not_obeying(window, limits, window.devices.are("air_conditioner"))


def curtain_stuck(window: Window, limits: Limits) -> Finding:
    """The curtain does not move."""
    return _not_obeying(window, limits, window.devices.are("curtain"))


def light_not_answering(window: Window, limits: Limits) -> Finding:
    """The lamp is asked and stays as it is."""
    return _not_obeying(window, limits, window.devices.are("ceiling_light", "bedside_light", "light"))


def low_battery(window: Window, limits: Limits) -> Finding:
    """Nearly empty, or falling so that it will be within days."""
    days = window.battery_days
    level = days[-1]
    known = np.isfinite(days)
    position = np.arange(len(days), dtype=np.float64)[:, None]
    # Least squares over the last days only: a battery that tires does so within a week or two.
    span = int(limits["trend_days"])
    recent = known[-span - 1 :]
    enough = recent.sum(axis=0) >= span
    x = position[-span - 1 :]
    n = np.maximum(recent.sum(axis=0), 1)
    mean_day = np.where(recent, x, 0.0).sum(axis=0) / n
    values = days[-span - 1 :]
    mean_level = np.where(recent, values, 0.0).sum(axis=0) / n
    spread = np.where(recent, (x - mean_day) ** 2, 0.0).sum(axis=0)
    together = np.where(recent, (x - mean_day) * (values - mean_level), 0.0).sum(axis=0)
    slope = np.where(spread > 0, together / np.maximum(spread, 1e-9), np.nan)
    falls = enough & (-slope * span >= limits["least_fall_percent"])
    with np.errstate(invalid="ignore", divide="ignore"):
        days_left = np.where(falls, (level - limits["empty_percent"]) / -slope, np.inf)
    empty = level <= limits["percent"]
    fault = empty | (falls & (days_left <= limits["days"]))
    return verdict(
        fault,
        (level > limits["percent"] + 5.0) & ~fault,
        percent=level,
        percent_per_day=slope,
        days_left=days_left,
    )


def leak(window: Window, limits: Limits) -> Finding:
    """A leak sensor is wet for longer than a splash.

    A clean in progress makes it a suggestion as long as a mop wets a floor, and a less urgent ticket after
    that, never nothing: `cleaning` in the evidence is 1. What was wet and has not been said again for far
    longer than the sensor usually takes is unknown: it ends no ticket, and keeps none standing for ever.
    """
    wet_seconds = (window.now - window.device.wet_since) * 60.0
    place = window.devices.room
    cleaned: Booleans = (window.flags("cleaning", int(limits["after_clean_minutes"])) == 1).any(axis=0)
    cleaning = np.where(place >= 0, cleaned[np.maximum(place, 0)], False)
    wet = np.isfinite(window.device.wet_since)
    sensors = window.devices.are("leak")
    # Its last word could not be read: whether it is still wet, its next one tells.
    unread = ~(window.device.heard_minute > window.error_minute) & (
        window.error_minute >= window.device.wet_since
    )
    # Not said again for so long: it may have dried and the word was lost. Neither wet nor dry is known.
    patience = np.clip(
        limits["gaps"] * window.usual_gap_minutes, limits["least_minutes"], limits["most_hours"] * 60.0
    )
    patience = np.where(np.isfinite(patience), patience, limits["most_hours"] * 60.0)
    old = window.now - window.device.wet_said > patience
    fault = sensors & wet & (wet_seconds >= limits["seconds"]) & ~unread & ~old
    heard = np.isfinite(window.device.heard_minute) & (window.device.available != 0)
    said = verdict(
        fault, sensors & heard & ~wet, wet_seconds=wet_seconds, cleaning=cleaning.astype(np.float64)
    )
    return replace(said, tentative=cleaning & (wet_seconds < limits["mopped_seconds"]))


def device_offline(window: Window, limits: Limits) -> Finding:
    """Said to be away, or silent for far longer than it ever is."""
    silent = window.now - window.device.heard_minute
    told = window.now - window.away_since >= limits["told_minutes"]
    patience = np.fmax(limits["silent_minutes"], limits["gaps"] * window.usual_gap_minutes)
    # A device whose habit is not known is only believed to be away when it says so.
    mute = np.isfinite(window.usual_gap_minutes) & (silent >= patience)
    # Who was deaf itself cannot call others silent.
    heard_long = window.linked_minutes >= limits["told_minutes"]
    mute &= window.linked_minutes >= patience
    fault = (told & heard_long) | mute
    there = (window.device.available != 0) & (silent < 0.5 * limits["silent_minutes"])
    return verdict(fault, there, silent_minutes=silent, usual_gap_minutes=window.usual_gap_minutes)


def protocol_errors(window: Window, limits: Limits) -> Finding:
    """What the device says cannot be read, again and again."""
    errors = window.errors_hour
    fault = (errors >= limits["per_hour"]) & (errors >= limits["share"] * (errors + window.words_hour))
    heard = window.now - window.device.heard_minute < 60.0
    return verdict(fault, heard & (errors < 1), errors_per_hour=errors)
