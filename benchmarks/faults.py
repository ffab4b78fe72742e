"""Faults: are they found, in time, once, and how often is a healthy room accused?

The simulated hotel of `faults_world` (200 rooms, 30 days, five seeds and climates) is lived minute by
minute; diagnosis sees what a hotel sees (reports that came through, commands, the desk's knowledge of who
is in) and runs the product's own code: `maintenance.recorder`, the rules, `sightings`, `causes`. What was put
in is read from the generator only to keep the score. Its factors stand frozen in
`simulators/data/faults.toml`, committed before the first rule.

In time: a ticket of the fault (or of its family, see `causes.FAMILIES`) within the factors' own limit,
counted from the first call on the device, the onset, or in arrivals. Injections that nothing ever called on
do not count. A second ticket is a further one that a fault can bring about while it stands (its own family,
or what `BRINGS` names); one that is reopened within seven days is the same. Every other ticket is false, also
in a room where something unlike stands. What is only suggested (water of a mop: the rule must speak of it)
opens no ticket: it finds nothing, and is counted by itself. Shares carry
their Wilson interval (95 %). CPU is that of recorder, rules and causes alone.

Options: --rooms N, --days N, --seeds N (of the five; all by default and with --full: ten minutes of one
processor), --places 1,3,4 (which of them), --workers N, --stories (each miss,
each false and each second ticket).
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import statistics
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.faults_factors import DAY, Injection, factors
from benchmarks.faults_world import FaultWorld
from benchmarks.report import BenchReport, Figure, Options, at_least, at_most
from maintenance.causes import FAMILIES, Causes
from maintenance.diagnosis_round import due, evaluate, forget_ramps
from maintenance.ramps import RampBook
from maintenance.recorder import Recorder
from maintenance.rules import RULES
from maintenance.sightings import Layout, sightings

ROUND_MINUTES = 5
REOPENED_WITHIN_MINUTES = 7 * DAY
# After a fault was taken away its last evidence may still make the ticket.
GRACE_MINUTES = 180.0
SLOW_GRACE_MINUTES = {"sensor_biased": 1800.0, "degraded_capacity": 4 * 1440.0, "low_battery": 2880.0}
TOLD_AS = {
    "floor_power": "floor_without_power",
    "window_open": "window_open_too_long",
    "filter_due": "filter_hours",
}
# Beside its own family: what a standing fault can make the rules say of the same room.
_UNIT = ("no_capacity", "degraded_capacity", "stuck_on", "stuck_off", "short_cycling", "plant_outage")
_SENSING = ("sensor_frozen", "sensor_out_of_range", "sensor_biased")
_SILENT = ("device_offline", "gateway_offline", "floor_without_power", "protocol_errors")
_NOT_OBEYING = ("setpoint_not_accepted", "curtain_stuck", "light_not_answering")
BRINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_UNIT, (*_UNIT, *_SENSING, "setpoint_not_accepted")),
    **dict.fromkeys(_SENSING, (*_UNIT, *_SENSING)),
    **dict.fromkeys(_NOT_OBEYING, (*_UNIT, *_SILENT)),
    **dict.fromkeys((*_SILENT, "floor_power"), (*_SILENT, *_UNIT, *_SENSING, *_NOT_OBEYING, "leak")),
    "window_open": (*_UNIT, *_SENSING, "window_open_too_long"),
    "low_battery": ("device_offline",),
}
WORKERS = 2
HARD_GOAL, DEGRADED_GOAL, FALSE_GOAL = 98.0, 90.0, 1.0
CPU_GOAL_SECONDS, ROUND_GOAL_SECONDS = 60.0, 1.0
ROUND_ROOMS = 1000


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket that was opened. `room` None: of a floor; `raised`: none was opened, one that was open
    already was told to be of this worse fault. `suggested`: none was opened, engineers may open one."""

    fault: str
    asset_key: str
    room: int | None
    at: float
    reopened: bool
    evidence: dict[str, Any]
    raised: bool = False
    suggested: bool = False


@dataclass(slots=True)
class Score:
    """What one hotel came to."""

    injected: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    in_time: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    minutes: dict[str, list[float]] = field(default_factory=dict)
    false: Counter[str] = field(default_factory=Counter)
    second: Counter[str] = field(default_factory=Counter)
    mopped: int = 0
    unmeasured: int = 0
    room_weeks: float = 0.0
    cpu_seconds: float = 0.0
    stories: list[str] = field(default_factory=list)


def live(place: int, rooms: int, days: float) -> tuple[FaultWorld, list[Ticket], float, RampBook]:
    """Live one hotel to its end; its tickets, the CPU that diagnosis took, and the ramps that it measured."""
    world = FaultWorld(place, rooms, days)
    layout = world.layout()
    recorder, causes = Recorder(layout.rooms, layout.devices), Causes()
    low, high = world.factors["sensors"]["filter_hours_at_start"]["uniform"]
    recorder.fan_hours[:] = world.rng.uniform(low, high, rooms)
    tickets: list[Ticket] = []
    newest: dict[tuple[str, str], float] = {}
    used, before = 0.0, None
    for minute in range(int(days * DAY)):
        seen_rooms, seen_devices = world.minute()
        begun = time.process_time()
        for room, hours in world.filter_jump:
            recorder.fan_hours[room] = hours
        world.filter_jump.clear()
        recorder.take(minute, seen_rooms, seen_devices)
        wet = bool(np.isfinite(seen_devices.wet_since).any())
        if wet or minute % ROUND_MINUTES == 0:
            full = minute % ROUND_MINUTES == 0
            codes = due(minute, before) if full else ["leak"]
            before = minute if full else before
            _round(recorder, causes, layout, codes, minute, tickets, newest)
        used += time.process_time() - begun
    return world, tickets, used, recorder.ramps


def _round(
    recorder: Recorder,
    causes: Causes,
    layout: Layout,
    codes: list[str],
    minute: int,
    tickets: list[Ticket],
    newest: dict[tuple[str, str], float],
) -> None:
    window = recorder.window()
    seen = sightings(evaluate(window, codes), layout, causes.standings)
    steps = causes.step(float(minute), seen, int(window.called.sum()))
    forget_ramps(recorder.ramps, layout, steps)
    for step in steps:
        key = step.standing.key
        if step.kind in ("found", "worse", "suggested"):
            reopened = minute - newest.get(key, -math.inf) <= REOPENED_WITHIN_MINUTES
            number = step.standing.room
            if step.standing.asset_key.startswith("gateway/"):
                number = step.standing.asset_key.removeprefix("gateway/")
            room = layout.rooms.index(number) if number is not None else None
            raised = step.kind == "worse"
            fault = str(step.evidence["shows_as"]) if raised else key[0]
            told = dict(step.evidence)
            suggested = step.kind == "suggested"
            tickets.append(
                Ticket(fault, key[1], room, float(minute), reopened or raised, told, raised, suggested)
            )
        newest[key] = float(minute)


def told_as(kind: str) -> str:
    """The fault that a kind of the factors is told as."""
    return TOLD_AS.get(kind, kind)


def _fits(ticket: Ticket, one: Injection, world: FaultWorld) -> bool:
    """Whether the ticket is of the injection's fault or family and asset."""
    fault = told_as(one.kind)
    same = FAMILIES.get(ticket.fault, ticket.fault) == FAMILIES.get(fault, fault)
    if one.kind == "floor_power":
        return same and ticket.asset_key == f"floor/{world.plans[world.floor_rooms[one.room][0]].floor}"
    return same and ticket.room == one.room


def _there(ticket: Ticket, one: Injection) -> bool:
    """Whether the injection stood in the ticket's room, or had just gone, when the ticket was opened."""
    if one.began is None or ticket.at < one.began:
        return False
    grace = SLOW_GRACE_MINUTES.get(one.kind, GRACE_MINUTES)
    return one.ended is None or ticket.at <= one.ended + grace


def score(world: FaultWorld, tickets: list[Ticket], used: float, ramps: RampBook) -> Score:
    """Hold the tickets against what was put in."""
    result = Score(cpu_seconds=used, room_weeks=world.rooms * world.days / 7.0)
    result.mopped = sum(ticket.suggested for ticket in tickets)
    tickets = [ticket for ticket in tickets if not ticket.suggested]
    kinds = world.factors["kinds"]
    taken: dict[int, Injection] = {}
    for one in world.injections:
        if one.began is None:
            continue
        result.injected[one.kind] += 1
        mine = [
            (place, ticket)
            for place, ticket in enumerate(tickets)
            if _fits(ticket, one, world) and _there(ticket, one)
        ]
        for place, _ in mine:
            taken.setdefault(place, one)
        factor = kinds[one.kind]
        by_arrivals = "within_arrivals" in factor
        if by_arrivals and one.arrivals < factor["within_arrivals"] and not mine:
            continue  # too few arrivals before the end
        if one.counted is None:
            continue
        limit = one.counted + factor.get("within_minutes", math.inf)
        if limit > world.now and not mine and not by_arrivals:
            continue
        if one.kind == "window_open" and not mine and (one.ended or world.now) < limit:
            continue  # the next guest came and shut it
        result.counted[one.kind] += 1
        if by_arrivals and not mine:
            result.unmeasured += _is_unmeasured(one, world, ramps, factor["within_arrivals"])
        if not mine:
            result.stories.append(_story("missed", one, world))
            continue
        at = mine[0][1].at
        result.found[one.kind] += 1
        result.minutes.setdefault(one.kind, []).append(at - one.counted)
        if by_arrivals:
            arrivals = world.arrivals[one.room]
            since = int(((arrivals >= (one.began or 0.0)) & (arrivals <= at)).sum())
            in_time = since <= factor["within_arrivals"]
        else:
            in_time = at <= limit
        result.in_time[one.kind] += in_time
        if not in_time:
            result.stories.append(_story(f"late {at - one.counted:.0f}", one, world))
        for _, extra in mine[1:]:
            if extra.reopened:
                continue
            result.second[one.kind] += 1
            result.stories.append(_story(f"second {extra.fault} at {extra.at:.0f}", one, world))
    for place, ticket in enumerate(tickets):
        if place in taken or ticket.raised:
            continue
        beside = [
            one
            for one in world.injections
            if _there(ticket, one)
            and ticket.fault in BRINGS.get(one.kind, ())
            and (
                (one.room == ticket.room and one.kind != "floor_power")
                or (one.kind == "floor_power" and ticket.room in world.floor_rooms[one.room])
            )
        ]
        if beside:
            result.second[beside[0].kind] += 1
            result.stories.append(_story(f"beside: {ticket}", beside[0], world))
        else:
            result.false[ticket.fault] += 1
            result.stories.append(f"false {ticket}")
    return result


def _is_unmeasured(one: Injection, world: FaultWorld, ramps: RampBook, arrivals: int) -> bool:
    """Whether the room made too few ramps before its loss, or until so many arrivals after it."""
    began = one.began or 0.0
    after = world.arrivals[one.room]
    after = after[after >= began]
    until = float(after[arrivals - 1]) if len(after) >= arrivals else world.now
    at = ramps.at[:, one.room]
    limits = RULES["degraded_capacity"].numbers
    few_before = (at < began).sum() < limits["baseline_ramps"]
    return bool(few_before or ((at >= began) & (at <= until)).sum() < limits["ramps"])


def _story(what: str, one: Injection, world: FaultWorld) -> str:
    return (
        f"{what}: {one.kind} room {one.room} device {one.device} severity {one.severity:.2f} "
        f"began {one.began} counted {one.counted} ended {one.ended} arrivals {one.arrivals} {one.extra}"
    )


def run_place(place: int, rooms: int, days: float) -> Score:
    """One hotel, lived and scored."""
    return score(*live(place, rooms, days))


def round_seconds(rooms: int) -> float:
    """CPU of one round of all rules over so many rooms, after three hours of recording."""
    world = FaultWorld(0, rooms, 1.0)
    layout = world.layout()
    recorder, causes = Recorder(layout.rooms, layout.devices), Causes()
    for minute in range(200):
        recorder.take(minute, *world.minute())
    best = math.inf
    for _ in range(5):
        begun = time.process_time()
        _round(recorder, causes, layout, list(RULES), 200, [], {})
        best = min(best, time.process_time() - begun)
    return best


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share, in percent (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    if not of:
        return 0.0, 100.0
    z, p = 1.96, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return 100 * (middle - half), 100 * (middle + half)


def _add(scores: list[Score]) -> Score:
    total = Score()
    for one in scores:
        for name in ("injected", "counted", "in_time", "found", "false", "second"):
            getattr(total, name).update(getattr(one, name))
        for kind, minutes in one.minutes.items():
            total.minutes.setdefault(kind, []).extend(minutes)
        total.mopped += one.mopped
        total.unmeasured += one.unmeasured
        total.room_weeks += one.room_weeks
        total.cpu_seconds = max(total.cpu_seconds, one.cpu_seconds)
        total.stories += one.stories
    return total


def figures(total: Score, rooms: int, days: float) -> list[Figure]:
    """What is told of all hotels together."""
    kinds = factors()["kinds"]
    found: list[Figure] = []
    hard = [kind for kind, factor in kinds.items() if factor["hard"]]
    hits, of = sum(total.in_time[kind] for kind in hard), sum(total.counted[kind] for kind in hard)
    low, high = wilson(hits, of)
    found.append(at_least("hard faults in time", 100 * hits / max(1, of), "%", HARD_GOAL))
    found += [Figure("hard faults in time, 95 % from", low, "%"), Figure("hard faults, to", high, "%")]
    # What limits it: the kinds that are missed or late, the worst first.
    short = {kind: total.counted[kind] - total.in_time[kind] for kind in hard}
    found += [
        Figure(f"missed or late: {kind}", float(short[kind]), "")
        for kind in sorted(hard, key=lambda kind: -short[kind])
        if short[kind]
    ]
    hits, of = total.in_time["degraded_capacity"], total.counted["degraded_capacity"]
    found.append(
        at_least("25 % loss of capacity within 5 arrivals", 100 * hits / max(1, of), "%", DEGRADED_GOAL)
    )
    found.append(Figure("of the missed, rooms with too few ramps to be judged", float(total.unmeasured), ""))
    false = sum(total.false.values())
    found.append(at_most("false tickets per 100 room-weeks", 100 * false / total.room_weeks, "", FALSE_GOAL))
    found.append(Figure("water while a room is cleaned, suggested and no ticket", float(total.mopped), ""))
    found.append(at_most("second tickets for a cause", float(sum(total.second.values())), "", 0.0))
    found.append(Figure("room-weeks", total.room_weeks, ""))
    scale = (200 * 30) / (rooms * days)
    found.append(at_most("CPU of 30 days of 200 rooms", total.cpu_seconds * scale, "s", CPU_GOAL_SECONDS))
    for kind in kinds:
        hits, of = total.in_time[kind], total.counted[kind]
        low, high = wilson(hits, of)
        found.append(Figure(f"{kind}: in time", 100 * hits / of if of else 0.0, "%"))
        found.append(Figure(f"{kind}: 95 % from", low, "%"))
        found.append(Figure(f"{kind}: 95 % to", high, "%"))
        found.append(Figure(f"{kind}: injected", float(total.injected[kind]), ""))
        found.append(Figure(f"{kind}: counted", float(of), ""))
        if total.minutes.get(kind):
            found.append(Figure(f"{kind}: median", statistics.median(total.minutes[kind]), "min"))
        if total.second[kind]:
            found.append(Figure(f"{kind}: second tickets", float(total.second[kind]), ""))
    for fault, count in sorted(total.false.items()):
        found.append(Figure(f"{fault}: false tickets", float(count), ""))
    return found


def run(options: Options) -> BenchReport:
    """Live the hotels and keep the score."""
    parser = argparse.ArgumentParser(prog="innkeeper bench faults", add_help=False)
    parser.add_argument("--rooms", type=int, default=40 if options.quick else 200)
    parser.add_argument("--days", type=float, default=12.0 if options.quick else 30.0)
    parser.add_argument("--seeds", type=int, default=2 if options.quick else 5)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--places")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--stories", action="store_true")
    asked = parser.parse_args(options.extra)
    places = list(range(5 if asked.full else min(5, asked.seeds)))
    if asked.places:
        places = [int(one) for one in asked.places.split(",")]
    scores: list[Score] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(asked.workers, len(places)), mp_context=context) as pool:
        jobs = [pool.submit(run_place, place, asked.rooms, asked.days) for place in places]
        for done, job in enumerate(as_completed(jobs), 1):
            scores.append(job.result())
            options.progress("hotels lived", done / (len(places) + 1))
    total = _add(scores)
    if asked.stories:
        print("\n".join(total.stories))
    told = figures(total, asked.rooms, asked.days)
    seconds = round_seconds(100 if options.quick else ROUND_ROOMS)
    name = "one round of 1 000 rooms"
    told.append(at_most(name, seconds * (10 if options.quick else 1), "s", ROUND_GOAL_SECONDS))
    return BenchReport("faults", options.seed, told)
