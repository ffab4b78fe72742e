"""Comfort: is the room right when the guest opens the door, and what does that cost?

40 rooms for three days in virtual time, with the real services and payloads (`benchmarks.harness`), once
as Innkeeper runs them and twice with a baseline's numbers in its policy: always on, and on two hours
before the said arrival. The same seed gives all three the same weather, rooms and guests. What is
measured is the simulator's own truth: the air temperature in the room at the moment when the guest
opens the door for the first time, and the electricity of the room's unit while no guest is checked in.

The run begins twelve hours (in winter 36, a quick one two) before the first of the days, which begins
at ten in the morning: the simulator's vacant rooms start as deep as a house without any control has
them, and walls need a night to lose that. Nothing in these hours counts. Guests who come without a word
(walk-ins) are counted apart: nobody can be ready for them. "Sensor bias taken out" is what the share
would be if the sensors of the rooms were right.

Options: --rooms N, --days N, --eta exact|static|live, --climate NAME (harbin is run in January, the
others in July).
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.harness.virtual_hotel import HotelOptions, VirtualHotel, local_start
from benchmarks.report import BenchReport, Figure, Options, at_least, at_most, quantile
from controller.policy import ClimatePolicy

POLICIES: dict[str, ClimatePolicy] = {
    "innkeeper": ClimatePolicy(),
    "fixed 2 h": ClimatePolicy(lead_rule="fixed", fixed_minutes=120.0),
    "always on": ClimatePolicy(setback=False),
}
# What Innkeeper is held against; their figures carry their name.
BASELINES = ("fixed 2 h", "always on")
TIMEZONE = "Asia/Shanghai"
# Climates whose simulated month is a winter one ask for heat.
WINTER = frozenset({"harbin"})
WITHIN_KELVIN = 0.5
COUNTED_FROM_HOUR = 10
WARM_UP_HOURS, WARM_UP_HOURS_QUICK = 12.0, 2.0
# The simulator's vacant rooms begin below freezing there: twelve hours at full power do not undo that.
WARM_UP_HOURS_WINTER = 36.0
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Case:
    """One run: whose policy, on which hotel. `days` count after the warm-up."""

    policy: str
    seed: int
    rooms: int
    days: float
    eta: Any
    climate: str
    warm_up_hours: float = WARM_UP_HOURS


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to after its warm-up. Errors are true air minus wanted, in kelvin, at the door."""

    case: Case
    known: list[float]
    walk_ins: list[float]
    known_without_bias: list[float]
    kwh_vacant: float
    kwh: float


def run_case(case: Case) -> Outcome:
    """Run one hotel to its end and read the truth off the simulator."""
    policy = POLICIES[case.policy]
    winter = case.climate in WINTER
    counted_from = local_start(2026, 1 if winter else 7, 14, COUNTED_FROM_HOUR, TIMEZONE)
    start = counted_from - timedelta(hours=case.warm_up_hours)
    with tempfile.TemporaryDirectory() as folder:
        hotel = VirtualHotel(
            HotelOptions(case.seed, case.rooms, start, TIMEZONE, case.climate, case.eta, policy),
            Path(folder),
        )
        hotel.run_until(counted_from)
        kwh_before, kwh_vacant_before = _kwh(hotel)
        hotel.run_until(counted_from + timedelta(days=case.days))
        hotel.close()
    known: list[float] = []
    walk_ins: list[float] = []
    unbiased: list[float] = []
    for arrival in hotel.world.arrivals:
        if arrival.at < counted_from:
            continue
        told = arrival.heating_celsius if winter else arrival.cooling_celsius
        usual = policy.heating_celsius if winter else policy.cooling_celsius
        error = arrival.air_celsius - (usual if told is None else told)
        if arrival.eta_told is None:
            walk_ins.append(error)
        else:
            known.append(error)
            unbiased.append(error + arrival.sensor_bias_celsius)
    kwh, kwh_vacant = _kwh(hotel)
    return Outcome(case, known, walk_ins, unbiased, kwh_vacant - kwh_vacant_before, kwh - kwh_before)


def _kwh(hotel: VirtualHotel) -> tuple[float, float]:
    """What all units have used until now: in all, and while no guest was checked in."""
    truths = [hotel.world.truth(plan.number) for plan in hotel.world.plans]
    return sum(truth.ac_kwh for truth in truths), sum(truth.ac_kwh_vacant for truth in truths)


def run(options: Options) -> BenchReport:
    """Run all policies and hold them against each other."""
    parser = argparse.ArgumentParser(prog="innkeeper bench comfort", add_help=False)
    parser.add_argument("--rooms", type=int, default=8 if options.quick else 40)
    parser.add_argument("--days", type=float, default=0.5 if options.quick else 3.0)
    parser.add_argument("--eta", choices=["exact", "static", "live"], default="exact")
    parser.add_argument("--climate", default="shanghai")
    asked = parser.parse_args(options.extra)
    full = WARM_UP_HOURS_WINTER if asked.climate in WINTER else WARM_UP_HOURS
    hours = WARM_UP_HOURS_QUICK if options.quick else full
    cases = [
        Case(policy, options.seed, asked.rooms, asked.days, asked.eta, asked.climate, hours)
        for policy in POLICIES
    ]
    options.progress(f"{hours:g} h to warm up and {asked.days:g} days, three times", 0.0)
    outcomes: dict[str, Outcome] = {}
    # Spawned, not forked: each run is a process of its own with nothing inherited.
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = [pool.submit(run_case, case) for case in cases]
        for done in as_completed(running):
            outcome = done.result()
            outcomes[outcome.case.policy] = outcome
            options.progress(f"{outcome.case.policy} done", len(outcomes) / len(cases))
    return BenchReport("comfort", options.seed, _figures(outcomes), BASELINES)


def _figures(outcomes: dict[str, Outcome]) -> list[Figure]:
    ours, fixed, always = (outcomes[name] for name in POLICIES)
    figures = [Figure("warm-up that does not count", ours.case.warm_up_hours, "h")]
    for policy, outcome in ((policy, outcomes[policy]) for policy in POLICIES):
        figures += _figures_of(outcome, f", {policy}" if policy in BASELINES else "")
    return [
        *figures,
        _ratio("energy while vacant ÷ fixed 2 h", ours.kwh_vacant, fixed.kwh_vacant, goal=1.0),
        _ratio("energy while vacant ÷ always on", ours.kwh_vacant, always.kwh_vacant),
        _ratio("energy in all ÷ fixed 2 h", ours.kwh, fixed.kwh),
        _ratio("energy in all ÷ always on", ours.kwh, always.kwh),
    ]


def _figures_of(outcome: Outcome, suffix: str) -> list[Figure]:
    known = outcome.known
    within = _share_within(known)
    name = f"within 0.5 K at the door{suffix}"
    return [
        Figure(f"arrivals with a known ETA{suffix}", len(known), ""),
        Figure(name, within, "share") if suffix else at_least(name, within, "share", 0.9),
        Figure(f"mean absolute error{suffix}", _mean_absolute(known), "K"),
        Figure(f"p95 absolute error{suffix}", _p95(known), "K"),
        Figure(f"mean error (+ = too warm){suffix}", statistics.fmean(known) if known else 0.0, "K"),
        Figure(
            f"within 0.5 K, sensor bias taken out{suffix}", _share_within(outcome.known_without_bias), "share"
        ),
        Figure(f"walk-ins{suffix}", len(outcome.walk_ins), ""),
        Figure(f"mean absolute error of walk-ins{suffix}", _mean_absolute(outcome.walk_ins), "K"),
        Figure(f"energy while vacant{suffix}", outcome.kwh_vacant, "kWh"),
        Figure(f"energy in all{suffix}", outcome.kwh, "kWh"),
    ]


def _ratio(name: str, ours: float, other: float, goal: float | None = None) -> Figure:
    value = ours / other if other > 0 else 1.0
    return Figure(name, value, "") if goal is None else at_most(name, value, "", goal)


def _share_within(errors: list[float]) -> float:
    return statistics.fmean(abs(error) <= WITHIN_KELVIN for error in errors) if errors else 0.0


def _mean_absolute(errors: list[float]) -> float:
    return statistics.fmean(abs(error) for error in errors) if errors else 0.0


def _p95(errors: list[float]) -> float:
    return quantile([abs(error) for error in errors], 0.95) if errors else 0.0
