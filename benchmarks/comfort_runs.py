"""One run of the comfort bench: a scene under all policies, and what is kept of it.

A run is what a worker process does: it builds the world, lets the month pass, asks foresight, and brings
back plain arrays. `benchmarks.comfort` decides which runs there are and makes figures of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from benchmarks.comfort_baselines import AlwaysOn, FixedLead, FullPower, OptimalStart
from benchmarks.comfort_factors import DAY, ETA_KINDS, HOUR, MINUTE, EtaKind, factors
from benchmarks.comfort_foresight import Foresight
from benchmarks.comfort_houses import Houses, Scene
from benchmarks.comfort_other_physics import OtherRooms
from benchmarks.comfort_ours import Innkeeper
from benchmarks.comfort_stays import told_etas
from benchmarks.comfort_world import Block, Door, World
from simulators.building import Floats
from simulators.physics import Rooms

WITHIN_KELVIN = 0.5
# Foresight may use the whole band of the promise; or no more of it than the error that is promised.
BANDS = (0.5, 0.15)
# Full power swings about what is wanted: near it this shortly before the door is "made it".
SWING_SECONDS = 15 * MINUTE
EARLY_SECONDS = 10 * MINUTE
CAUSES = ("window open", "guest before the ETA", "the other side", "not there yet")


@dataclass(frozen=True, slots=True)
class Run:
    """Which scene, which policies. `physics` "other": rooms of another structure (no foresight there)."""

    scene: Scene
    baselines: bool = True
    foresight: bool = True
    physics: str = "simulators"
    kinds: tuple[EtaKind, ...] = ETA_KINDS


@dataclass(frozen=True, slots=True)
class PolicyRun:
    """What came of one policy with one kind of ETA.

    Errors are true air minus wanted at the door, in kelvin, of recoverable arrivals; `without_bias` with
    the bias of the room's sensor taken out. `ready_minutes` is true minus foretold time to be ready.
    """

    errors: Floats
    without_bias: Floats
    kwh: float
    starts_per_day: float
    ready_minutes: Floats
    causes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a run found. Keys of `policies` are (policy, kind of ETA)."""

    run: Run
    policies: dict[tuple[str, str], PolicyRun]
    foresight_kwh: dict[float, float]
    arrivals: int
    walk_ins: int
    timer_violations: int
    world_seconds: float
    decision_seconds: float
    foresight_seconds: float


def blocks_of(run: Run) -> list[Block]:
    """Policies side by side; the first is the one that nobody can beat at the door."""
    blocks = [Block("full power", "exact", FullPower(), sees_truth=True)]
    if run.baselines:
        blocks.append(Block("always on", "exact", AlwaysOn()))
    for kind in run.kinds:
        blocks.append(Block("innkeeper", kind, Innkeeper()))
        if run.baselines:
            blocks += [
                Block("fixed 1 h", kind, FixedLead(60.0)),
                Block("fixed 2 h", kind, FixedLead(120.0)),
                Block("optimal start", kind, OptimalStart()),
            ]
    return blocks


def perform(run: Run) -> Outcome:
    """Let the month pass and read the truth off."""
    houses = Houses.draw(run.scene)
    began = time.process_time()
    world = World(houses, blocks_of(run), OtherRooms if run.physics == "other" else Rooms)
    world.run()
    world_seconds = time.process_time() - began
    counted_from = factors()["world"]["days_not_counted"] * DAY
    vacancies = [vacancy for vacancy in world.vacancies if vacancy.begins >= counted_from]
    began = time.process_time()
    foresight_kwh = {}
    if run.foresight and run.physics == "simulators":
        foresight = Foresight(houses, world.history)
        for band in BANDS:
            foresight_kwh[band] = sum(best.kwh for best in foresight.optima(vacancies, band))
    foresight_seconds = time.process_time() - began
    doors = [door for door in world.doors if door.stay.arrives >= counted_from and not door.stay.walk_in]
    possible = [door for door in doors if door.stay.door - door.near_at[0] <= SWING_SECONDS]
    kwh = sum((vacancy.kwh for vacancy in vacancies), np.zeros(len(world.blocks)))
    starts = world.compressor_starts.reshape(len(world.blocks), -1).mean(axis=1) / run.scene.days
    policies: dict[tuple[str, str], PolicyRun] = {
        (block.name, block.eta): _policy_run(world, place, possible, float(kwh[place]), float(starts[place]))
        for place, block in enumerate(world.blocks)
    }
    return Outcome(
        run=run,
        policies=policies,
        foresight_kwh=foresight_kwh,
        arrivals=len(doors),
        walk_ins=sum(door.stay.walk_in for door in world.doors),
        timer_violations=world.timer_violations,
        world_seconds=world_seconds,
        decision_seconds=world.decision_seconds,
        foresight_seconds=foresight_seconds,
    )


def _policy_run(world: World, place: int, doors: list[Door], kwh: float, starts: float) -> PolicyRun:
    block, cooling = world.blocks[place], world.scene.season == "cooling"
    wishes = np.array([d.stay.cooling_celsius if cooling else d.stay.heating_celsius for d in doors])
    errors = np.array([door.air_celsius[place] for door in doors]) - wishes
    biases = np.array([door.bias_celsius for door in doors])
    without = errors + biases if block.name == "innkeeper" else errors
    sign = 1.0 if cooling else -1.0
    causes = dict.fromkeys(CAUSES, 0)
    for door, error in zip(doors, sign * without, strict=True):
        if abs(error) > WITHIN_KELVIN:
            causes[_cause(world, door, float(error), block.eta)] += 1
    return PolicyRun(errors, without, kwh, starts, _ready_minutes(world, place, doors), causes)


def _cause(world: World, door: Door, error: float, kind: EtaKind) -> str:
    """Why an arrival was missed, the plainest reason first. `error` > 0: not far enough."""
    if world.history.over(door.place, door.stay.door - HOUR, door.stay.door).window_open > 0:
        return "window open"
    told = told_etas(door.stay, kind, world.houses.seed_of(door.place))
    if told and told[-1].eta - door.stay.arrives >= EARLY_SECONDS:
        return "guest before the ETA"
    return "the other side" if error < 0 else "not there yet"


def _ready_minutes(world: World, place: int, doors: list[Door]) -> Floats:
    """True minus foretold moment of being ready, of ramps that began after the days of learning.

    The true moment is the first after the ramp began at which the room was ready: that it was held badly
    later on is another fault than a wrong foretelling.
    """
    foretold = getattr(world.blocks[place].control, "foretold", {})
    learned = factors()["world"]["learning_days"] * DAY
    found: list[float] = []
    for door in doors:
        told = foretold.get(door.stay.id)
        if told is None or told.start < learned or told.ready <= told.start:
            continue
        if door.ready_since[place] < told.start:
            continue  # it was ready before and stayed so
        ready = next((at for at in door.became_ready[place] if at >= told.start), None)
        found.append(((max(door.stay.door, told.ready) if ready is None else ready) - told.ready) / MINUTE)
    return np.array(found)
