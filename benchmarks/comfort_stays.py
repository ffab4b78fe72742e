"""Who comes when in the comfort bench, and what the hotel is told of it beforehand.

Stays are drawn room by room from the seed and the room's place alone, so that they do not depend on how
many rooms there are or on what anybody does. Moments are seconds after the midnight on which the bench
begins, in whole minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.comfort_factors import DAY, HOUR, MINUTE, EtaKind, drawn, factors


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay as it will go. `door` is when the guest opens the room for the first time.

    `known_from`: from when the hotel expects the stay; a walk-in is never expected. The wishes are what
    the guest wants; `says_so` False: the hotel does not know and takes its own temperature, and so does
    the bench. A no-show never comes; `arrives` is when it would have.
    """

    id: int
    room: int
    day: int
    arrives: float
    door: float
    leaves: float
    known_from: float
    cooling_celsius: float
    heating_celsius: float
    people: int
    no_show: bool = False
    walk_in: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """At `at` it was said that the guest comes at `eta`. `source` as the front desk names it."""

    at: float
    eta: float
    source: str


def _whole(seconds: float) -> float:
    return round(seconds / MINUTE) * MINUTE


def _arriving_hour(draw: np.random.Generator) -> float:
    figures = factors()["bookings"]
    kind = draw.random()
    if kind < figures["early"]:
        return float(drawn(figures["early_hours"], draw))
    if kind > 1.0 - figures["late"]:
        return float(drawn(figures["late_hours"], draw))
    beta = draw.beta(*figures["usual_beta"])
    return float(figures["usual_from_hour"] + figures["usual_span_hours"] * beta)


def _leaving_hour(draw: np.random.Generator) -> float:
    figures = factors()["bookings"]
    return float(
        figures["leaves_from_hour"] + figures["leaves_span_hours"] * draw.beta(*figures["leaves_beta"])
    )


def stays_of(seed: int, room: int, days: int, sold: float) -> list[Stay]:
    """The stays of one room, in order; the first may be in the house when the bench begins.

    Args:
        sold: share of the nights that are let (0-1).
    """
    figures, guests = factors()["bookings"], factors()["guests"]
    draw = np.random.default_rng([seed, 1, room])
    mean_nights = float(np.dot(figures["nights"], figures["night_weights"]))
    # A vacant room is let again on a day with the chance that holds the share against the mean stay.
    let_again = 1.0 / (1.0 + mean_nights * (1.0 / sold - 1.0))
    stays: list[Stay] = []
    free_from, last_leaves = 0, -np.inf

    def wish(name: str, usual: str, said: bool) -> float:
        value = round(2 * float(drawn(guests[name], draw))) / 2
        return value if said else float(guests[usual])

    def add(day: int, arrives: float, leaves: float, no_show: bool, walk_in: bool) -> None:
        said = draw.random() < guests["says_so"]
        stays.append(
            Stay(
                id=(seed * 1000 + room) * 1000 + len(stays),
                room=room,
                day=day,
                arrives=_whole(arrives),
                door=_whole(arrives + float(drawn(guests["door_minutes"], draw)) * MINUTE),
                leaves=_whole(leaves),
                known_from=day * DAY - factors()["eta"]["known_from_hours_before_midnight"] * HOUR,
                cooling_celsius=wish("cooling_celsius", "house_cooling_celsius", said),
                heating_celsius=wish("heating_celsius", "house_heating_celsius", said),
                people=2 if draw.random() < guests["two_people"] else 1,
                no_show=no_show,
                walk_in=walk_in,
            )
        )

    if draw.random() < sold:
        left = int(draw.choice(4, p=figures["nights_left_weights"]))
        last_leaves = left * DAY + _leaving_hour(draw) * HOUR
        add(-1, -6 * HOUR, last_leaves, False, False)
        free_from = left
    for day in range(days):
        if day < free_from or draw.random() >= let_again:
            continue
        nights = int(draw.choice(figures["nights"], p=figures["night_weights"]))
        arrives = day * DAY + _arriving_hour(draw) * HOUR
        arrives = max(arrives, last_leaves + figures["turnover_minutes"] * MINUTE)
        leaves = (day + nights) * DAY + _leaving_hour(draw) * HOUR
        kind = draw.random()
        no_show = kind < figures["no_show"]
        walk_in = not no_show and kind < figures["no_show"] + figures["walk_in"]
        add(day, arrives, leaves, no_show, walk_in)
        free_from = day + 1 if no_show else day + nights
        last_leaves = last_leaves if no_show else leaves
    return stays


def told_etas(stay: Stay, kind: EtaKind, seed: int) -> list[Told]:
    """What the hotel is told of an arrival, in order; nothing for a walk-in.

    "exact": the truth. "static": one guess with the booking. "live": guesses that get better on the way.
    """
    if stay.walk_in:
        return []
    figures = factors()["eta"]
    draw = np.random.default_rng([seed, 2, stay.id])
    if kind == "exact":
        return [Told(stay.known_from, stay.arrives, figures["exact"]["source"])]
    step, midnight = figures["step_minutes"] * MINUTE, stay.day * DAY

    def guess(deviation_minutes: float, at: float | None) -> float:
        bound = figures["greatest_error_deviations"]
        error = float(np.clip(draw.normal(), -bound, bound)) * deviation_minutes * MINUTE
        eta = stay.arrives + error
        if at is not None:
            eta = max(eta, at + figures["soonest_minutes"] * MINUTE)
        return float(min(max(round(eta / step) * step, midnight), midnight + DAY - step))

    if kind == "static":
        static = figures["static"]
        return [Told(stay.known_from, guess(static["deviation_minutes"], None), static["source"])]
    live = figures["live"]
    first, last = live["first_minutes"], live["last_minutes"]
    far, near = live["first_deviation_minutes"], live["last_deviation_minutes"]
    told = [Told(stay.known_from, guess(far, None), live["first_source"])]
    if stay.no_show:
        return told  # who does not come says nothing on the way
    for before in live["told_minutes"]:
        deviation = near + (before - last) / (first - last) * (far - near)
        at = stay.arrives - before * MINUTE
        source = live["followed_source"] if before <= live["followed_minutes"] else live["source"]
        told.append(Told(at, guess(deviation, at), source))
    return told
