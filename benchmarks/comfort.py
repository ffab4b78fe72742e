"""Comfort: is the room right when the guest opens the door, and what does that cost?

40 rooms for three days in virtual time, with the real services and payloads (`benchmarks.harness`), once
as Innkeeper runs them and twice with a baseline's numbers in its policy: always on, and on two hours
before the said arrival. The same seed gives all three the same weather, rooms and guests. What is
measured is the simulator's own truth: the air temperature in the room at the moment when the guest
opens the door for the first time, and the electricity of the room's unit while no guest is checked in.

Options: --rooms N, --days N, --eta exact|static|live, --climate NAME.
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
TIMEZONE = "Asia/Shanghai"
# Climates whose simulated month is a winter one ask for heat.
WINTER = frozenset({"harbin"})
WITHIN_KELVIN = 0.5
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Case:
    """One run: whose policy, on which hotel."""

    policy: str
    seed: int
    rooms: int
    days: float
    eta: Any
    climate: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to. Errors are true air minus wanted, in kelvin, at the door."""

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
    start = local_start(2026, 1 if winter else 7, 14, 10, TIMEZONE)
    with tempfile.TemporaryDirectory() as folder:
        hotel = VirtualHotel(
            HotelOptions(case.seed, case.rooms, start, TIMEZONE, case.climate, case.eta, policy),
            Path(folder),
        )
        hotel.run_until(start + timedelta(days=case.days))
        hotel.close()
    known: list[float] = []
    walk_ins: list[float] = []
    unbiased: list[float] = []
    for arrival in hotel.world.arrivals:
        told = arrival.heating_celsius if winter else arrival.cooling_celsius
        usual = policy.heating_celsius if winter else policy.cooling_celsius
        error = arrival.air_celsius - (usual if told is None else told)
        (walk_ins if arrival.eta_told is None else known).append(error)
        if arrival.eta_told is not None:
            unbiased.append(error + arrival.sensor_bias_celsius)
    truths = [hotel.world.truth(plan.number) for plan in hotel.world.plans]
    return Outcome(
        case,
        known,
        walk_ins,
        unbiased,
        sum(truth.ac_kwh_vacant for truth in truths),
        sum(truth.ac_kwh for truth in truths),
    )


def run(options: Options) -> BenchReport:
    """Run all policies and hold them against each other."""
    parser = argparse.ArgumentParser(prog="innkeeper bench comfort", add_help=False)
    parser.add_argument("--rooms", type=int, default=8 if options.quick else 40)
    parser.add_argument("--days", type=float, default=1.0 if options.quick else 3.0)
    parser.add_argument("--eta", choices=["exact", "static", "live"], default="exact")
    parser.add_argument("--climate", default="shanghai")
    asked = parser.parse_args(options.extra)
    cases = [
        Case(policy, options.seed, asked.rooms, asked.days, asked.eta, asked.climate) for policy in POLICIES
    ]
    outcomes: dict[str, Outcome] = {}
    # Spawned, not forked: each run is a process of its own with nothing inherited.
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = [pool.submit(run_case, case) for case in cases]
        for done in as_completed(running):
            outcome = done.result()
            outcomes[outcome.case.policy] = outcome
            options.progress(f"{outcome.case.policy} done", len(outcomes) / len(cases))
    return BenchReport("comfort", options.seed, _figures(outcomes))


def _figures(outcomes: dict[str, Outcome]) -> list[Figure]:
    ours, fixed, always = (outcomes[name] for name in ("innkeeper", "fixed 2 h", "always on"))
    return [
        Figure("arrivals with a known ETA", len(ours.known), ""),
        at_least("within 0.5 K at the door", _share_within(ours.known), "share", 0.9),
        Figure("mean absolute error", _mean_absolute(ours.known), "K"),
        Figure("p95 absolute error", quantile([abs(error) for error in ours.known], 0.95), "K"),
        Figure("within 0.5 K, sensor bias taken out", _share_within(ours.known_without_bias), "share"),
        Figure("walk-ins", len(ours.walk_ins), ""),
        Figure("within 0.5 K, fixed 2 h", _share_within(fixed.known), "share"),
        Figure("within 0.5 K, always on", _share_within(always.known), "share"),
        Figure("energy while vacant", ours.kwh_vacant, "kWh"),
        Figure("energy while vacant, fixed 2 h", fixed.kwh_vacant, "kWh"),
        Figure("energy while vacant, always on", always.kwh_vacant, "kWh"),
        at_most("energy while vacant ÷ fixed 2 h", ours.kwh_vacant / fixed.kwh_vacant, "", 1.0),
        Figure("energy while vacant ÷ always on", ours.kwh_vacant / always.kwh_vacant, ""),
        Figure("energy in all ÷ fixed 2 h", ours.kwh / fixed.kwh, ""),
    ]


def _share_within(errors: list[float]) -> float:
    return statistics.fmean(abs(error) <= WITHIN_KELVIN for error in errors) if errors else 0.0


def _mean_absolute(errors: list[float]) -> float:
    return statistics.fmean(abs(error) for error in errors) if errors else 0.0
