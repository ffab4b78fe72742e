"""Whether a board keeps every hard rule, worked out from its own times and places. Pure.

This is written without the clockwork that makes boards (`board_lanes`), so that the one can be held
against the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from housekeeping.board import (
    Board,
    Crew,
    Place,
    Problem,
    Route,
    Visit,
    Work,
    crews,
    goes_before,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that a board breaks: a code, and whom and what it concerns."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def check(problem: Problem, board: Board) -> list[Fault]:
    """Every hard rule that the board breaks; none when it can be worked as it stands.

    A room ready too late is no fault as long as the board names it in `late`.
    """
    works = {work.id: work for work in problem.works}
    faults: list[Fault] = []
    if sorted(route.shift_id for route in board.routes) != sorted(shift.id for shift in problem.shifts):
        return [Fault("routes_do_not_match_shifts")]
    unknown = {visit.work_id for route in board.routes for visit in route.visits} - set(works)
    if unknown:
        return [Fault("unknown_work", {"work": work_id}) for work_id in sorted(unknown)]
    faults += _each_once(problem, board)
    for crew in crews(problem):
        route = board.route(crew.shift_ids[0])
        faults += [
            Fault("pair_apart", {"shift": shift_id})
            for shift_id in crew.shift_ids[1:]
            if board.route(shift_id).visits != route.visits
        ]
        faults += _theirs_to_do(crew, route, works)
        faults += _within_limits(problem, crew, route, works)
        faults += _times(problem, crew, route, works)
        faults += _overtaken(route, works)
    return faults + _named_when_late(problem, board, works)


def _each_once(problem: Problem, board: Board) -> list[Fault]:
    """Every work is on exactly one list or left out by name."""
    seen: dict[str, int] = {entry.work_id: 1 for entry in board.unassigned}
    for crew in crews(problem):
        for visit in board.route(crew.shift_ids[0]).visits:
            seen[visit.work_id] = seen.get(visit.work_id, 0) + 1
    return [
        Fault("not_once", {"work": work.id, "times": seen.get(work.id, 0)})
        for work in problem.works
        if seen.get(work.id, 0) != 1
    ]


def _theirs_to_do(crew: Crew, route: Route, works: Mapping[str, Work]) -> list[Fault]:
    faults = []
    for visit in route.visits:
        work = works[visit.work_id]
        if crew.may(work):
            continue
        code = (
            "started_elsewhere" if work.started_by else "locked_elsewhere" if work.locked_to else "no_skill"
        )
        faults.append(Fault(code, {"work": work.id, "shift": route.shift_id}))
    return faults


def _within_limits(problem: Problem, crew: Crew, route: Route, works: Mapping[str, Work]) -> list[Fault]:
    there = [works[visit.work_id] for visit in route.visits]
    if all(work.started_by is not None for work in there):
        return []
    limits = (
        ("minutes", crew.max_minutes, sum(crew.seconds_left(work, problem.now) for work in there) / 60),
        ("credits", crew.max_credits, sum(work.credits for work in there)),
        ("area", crew.max_area_square_metres, sum(work.area_square_metres for work in there)),
    )
    return [
        Fault(f"over_{what}", {"shift": route.shift_id, "limit": limit, "value": value})
        for what, limit, value in limits
        if limit is not None and value > limit + 1 / 60
    ]


def _times(problem: Problem, crew: Crew, route: Route, works: Mapping[str, Work]) -> list[Fault]:
    """Hours, releases, lengths, walks and breaks, in the order in which the list is walked."""

    def fault(code: str, work_id: str | None = None) -> Fault:
        return Fault(code, {"shift": route.shift_id} | ({"work": work_id} if work_id else {}))

    def way(start: Place, end: Place) -> timedelta:
        return timedelta(seconds=problem.walking.seconds(start, end))

    faults: list[Fault] = []
    free_since, here = crew.starts_at, crew.start
    rests = sorted(route.rests, key=lambda rest: rest.starts_at)
    begun = False  # anything but a started room yet
    for position, visit in enumerate(route.visits):
        while rests and rests[0].starts_at < visit.starts_at:
            rest = rests.pop(0)
            if rest.starts_at < free_since + way(here, problem.office):
                faults.append(fault("break_too_soon"))
            free_since, here = rest.ends_at, problem.office
        work = works[visit.work_id]
        if work.started_at is not None and position == 0:
            if visit.starts_at != work.started_at:
                faults.append(fault("started_moved", work.id))
            free_since, here = visit.ends_at, work.place
            continue
        if begun and work.started_by is not None:
            faults.append(fault("started_not_first", work.id))
        begun = begun or work.started_by is None
        if visit.starts_at < free_since + way(here, work.place):
            faults.append(fault("no_time_to_walk", work.id))
        if work.released_at is not None and visit.starts_at < work.released_at:
            faults.append(fault("not_vacated", work.id))
        if visit.ends_at - visit.starts_at != timedelta(seconds=crew.seconds(work)):
            faults.append(fault("wrong_length", work.id))
        free_since, here = visit.ends_at, work.place
    if begun and free_since + way(here, problem.office) > crew.ends_at:
        faults.append(fault("after_hours"))
    return faults + ([fault("break_missed")] if _misses_break(crew, route, works) else [])


def _misses_break(crew: Crew, route: Route, works: Mapping[str, Work]) -> bool:
    """Whether a break that lies before the last work is missing, cut short or at the wrong time."""
    free = [visit for visit in route.visits if works[visit.work_id].started_by is None]
    if not free:
        return False
    for pause in crew.breaks:
        length = pause.ends_at - pause.starts_at
        if free[-1].ends_at <= pause.latest:
            continue
        kept = [
            rest
            for rest in route.rests
            if rest.ends_at - rest.starts_at == length
            and rest.starts_at >= pause.earliest
            # Held up by a room that was begun before: straight after it.
            and (
                rest.starts_at <= pause.latest
                or rest.ends_at <= free[0].starts_at
                or rest.starts_at >= free[-1].ends_at
            )
        ]
        if not kept:
            return True
    return False


def _overtaken(route: Route, works: Mapping[str, Work]) -> list[Fault]:
    """Works that began while one that goes before them waited ready on the same list."""
    faults = []
    free = [visit for visit in route.visits if works[visit.work_id].started_by is None]
    for position, visit in enumerate(free):
        for later in free[position + 1 :]:
            work, waiting = works[visit.work_id], works[later.work_id]
            if goes_before(waiting, work) and _ready(waiting, visit):
                faults.append(Fault("overtaken", {"work": waiting.id, "by": work.id}))
    return faults


def _ready(work: Work, visit: Visit) -> bool:
    return work.released_at is None or work.released_at <= visit.starts_at


def _named_when_late(problem: Problem, board: Board, works: Mapping[str, Work]) -> list[Fault]:
    ends: dict[str, datetime] = {
        visit.work_id: visit.ends_at for route in board.routes for visit in route.visits
    }
    late = {
        work.id
        for work in problem.works
        if work.due_at is not None and (work.id not in ends or ends[work.id] > work.due_at)
    }
    named = {entry.work_id for entry in board.late}
    return [Fault("late_not_named", {"work": work_id}) for work_id in sorted(late - named)] + [
        Fault("named_but_not_late", {"work": work_id}) for work_id in sorted(named - late)
    ]
