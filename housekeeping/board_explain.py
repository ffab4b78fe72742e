"""Why a room is where it is on the board, and what would help those that come too late. Pure.

Answers are codes with what they speak of (ids, times, minutes); the screens have the words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from housekeeping.board import (
    FOR_ARRIVALS,
    Advice,
    Board,
    Late,
    Priority,
    Problem,
    Unassigned,
    Visit,
    Work,
    crews,
)
from housekeeping.board_lanes import Lanes

TOO_LATE_VACATED = "released_too_late"
# Longer overtime than this is no advice.
_MOST_OVERTIME_SECONDS = 3 * 3600


@dataclass(frozen=True, slots=True)
class Why:
    """A reason as a code and its values. Codes: `started`, `locked`, `queue` (since), `arrival_late` (due,
    minutes), `vip` and `arrival_due` (due, spare minutes), `vip_first`; where no guest comes `wanted_late`
    (due, minutes), `wanted_by` (due, spare minutes); `dnd_last`, `vacated_then` (at), `same_floor` (floor),
    `own_section`, `on_the_way` (walking minutes), `first`."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def explain(problem: Problem, board: Board) -> dict[str, Why]:
    """For every work on a list, why it is at this place of it."""
    works = {work.id: work for work in problem.works}
    reasons: dict[str, Why] = {}
    for crew in crews(problem):
        before: Work | None = None
        for visit in board.route(crew.shift_ids[0]).visits:
            work = works[visit.work_id]
            reasons[work.id] = _fixed(work) or _awaited(work, visit) or _placed(problem, work, visit, before)
            if (
                reasons[work.id].code == "on_the_way"
                and crew.prefers(work)
                and (crew.floors or crew.sections)
            ):
                reasons[work.id] = Why("own_section", {"section": work.section, "floor": work.place.floor})
            before = work
    return reasons


def _fixed(work: Work) -> Why | None:
    if work.started_by is not None:
        return Why("started", {"shift": work.started_by})
    return Why("locked", {"shift": work.locked_to}) if work.locked_to is not None else None


def _awaited(work: Work, visit: Visit) -> Why | None:
    """Reasons that lie with whoever waits for the room."""
    if work.priority is Priority.QUEUE:
        return Why("queue", {"since": work.released_at})
    if work.due_at is not None:
        spare = round((work.due_at - visit.ends_at).total_seconds() / 60, 1)
        arrival = work.kind in FOR_ARRIVALS
        if spare < 0:
            code = "arrival_late" if arrival else "wanted_late"
            return Why(code, {"due_at": work.due_at, "minutes": -spare})
        code = "wanted_by" if not arrival else "vip" if work.priority is Priority.VIP else "arrival_due"
        return Why(code, {"due_at": work.due_at, "spare_minutes": spare})
    if work.priority is Priority.VIP:
        return Why("vip_first")
    return Why("dnd_last") if work.priority is Priority.LAST else None


def _placed(problem: Problem, work: Work, visit: Visit, before: Work | None) -> Why:
    """Reasons that lie with the way there."""
    if (
        work.released_at is not None
        and visit.starts_at == work.released_at
        and work.released_at > problem.now
    ):
        return Why("vacated_then", {"at": work.released_at})
    if before is None:
        return Why("first")
    if before.place.floor == work.place.floor:
        return Why("same_floor", {"floor": work.place.floor, "after": before.id})
    seconds = problem.walking.seconds(before.place, work.place)
    return Why("on_the_way", {"after": before.id, "walking_minutes": round(seconds / 60, 1)})


def name_troubles(
    lanes: Lanes, orders: Sequence[Sequence[int]]
) -> tuple[tuple[Late, ...], tuple[Unassigned, ...]]:
    """What comes too late or is on no list, each with what would help. `orders` have nothing overtaken."""
    late: list[Late] = []
    left_out: list[Unassigned] = []
    for k, order in enumerate(orders):
        for work, _, end in lanes.walk_through(k, order).visits:
            due, due_at = lanes.due[work], lanes.works[work].due_at
            if due is not None and due_at is not None and end > due:
                late.append(Late(lanes.works[work].id, due_at, (end - due) / 60, _help(lanes, orders, work)))
    for work in lanes.left_out(orders):
        which = lanes.works[work]
        reason = _reason(lanes, work)
        advice = _vacated_too_late(lanes, work) if reason == TOO_LATE_VACATED else _help(lanes, orders, work)
        left_out.append(Unassigned(which.id, reason, advice))
        if which.due_at is not None:
            late.append(Late(which.id, which.due_at, None, advice))
    late.sort(key=lambda entry: (entry.due_at, entry.work_id))
    return tuple(late), tuple(left_out)


def _reason(lanes: Lanes, work: int) -> str:
    which = lanes.works[work]
    able = [k for k in range(len(lanes.crews)) if lanes.may[k][work]]
    if not lanes.crews:
        return "no_shift"
    if not able:
        return "no_skill"
    if which.locked_to is not None:
        return "locked_shift_full"
    alone = [k for k in able if lanes.fits_hours(k, lanes.walk_through(k, [*lanes.started[k], work]))]
    if not alone and lanes.released[work] > 0:
        return TOO_LATE_VACATED
    return "no_time_left"


def _vacated_too_late(lanes: Lanes, work: int) -> tuple[Advice, ...]:
    """What helps a room that its guest leaves too late for anybody's hours: more hands do not."""
    seconds = []
    for k, crew in enumerate(lanes.crews):
        if lanes.may[k][work]:
            last_start = lanes.ends[k] - lanes.walk[work + 1][0] - lanes.service[k][work]
            seconds.append((lanes.released[work] - last_start, crew.shift_ids[0]))
    over, shift_id = min(seconds)
    minutes = math.ceil(max(0, over) / 60)
    found = [Advice("earlier_vacate", {"minutes": minutes})]
    if over <= _MOST_OVERTIME_SECONDS:
        found.append(Advice("overtime", {"shift": shift_id, "minutes": minutes}))
    if lanes.due[work] is not None:
        found.append(Advice("other_room"))
    return tuple(found)


def _help(lanes: Lanes, orders: Sequence[Sequence[int]], work: int) -> tuple[Advice, ...]:
    """What would have this work done, and in time."""
    which = lanes.works[work]
    due = lanes.due[work]
    found: list[Advice] = []
    # Somebody with nothing else to do, who is in the office now.
    soonest = max(lanes.walk[0][work + 1], lanes.released[work]) + round(60 * which.minutes)
    if due is not None and soonest > due:
        if lanes.released[work] > lanes.walk[0][work + 1]:
            found.append(Advice("earlier_vacate", {"minutes": math.ceil((soonest - due) / 60)}))
    else:
        by = (due - round(60 * which.minutes)) if due is not None else None
        found.append(Advice("another_attendant", {} if by is None else {"by": lanes.moment(by)}))
    placed = any(work in order for order in orders)
    if not placed and (overtime := _overtime(lanes, orders, work)) is not None:
        found.append(overtime)
    if which.locked_to is not None and (freed := _unlocked(lanes, orders, work)) is not None:
        found.append(freed)
    if due is not None:
        found.append(Advice("other_room"))
    return tuple(found)


def _overtime(lanes: Lanes, orders: Sequence[Sequence[int]], work: int) -> Advice | None:
    """The least that somebody would have to stay on for it (and, if somebody waits, have it in time)."""
    best: tuple[int, int] | None = None
    for k, order in enumerate(orders):
        if not lanes.may[k][work] or not lanes.fits_limits(k, [*order, work]):
            continue
        timed = lanes.walk_through(k, lanes.in_order(k, [*order, work]))
        last = timed.visits[-1]
        over = last[2] + lanes.walk[last[0] + 1][0] - lanes.ends[k]
        if 0 < over <= _MOST_OVERTIME_SECONDS and (best is None or over < best[0]):
            best = (over, k)
    if best is None:
        return None
    return Advice(
        "overtime", {"shift": lanes.crews[best[1]].shift_ids[0], "minutes": math.ceil(best[0] / 60)}
    )


def _unlocked(lanes: Lanes, orders: Sequence[Sequence[int]], work: int) -> Advice | None:
    """Somebody else who could do a locked work (in time)."""
    due, which = lanes.due[work], lanes.works[work]
    for k, order in enumerate(orders):
        if lanes.may[k][work] or not which.skills <= lanes.crews[k].skills:
            continue
        for position in range(len(lanes.started[k]), len(order) + 1):
            timed = lanes.walk_through(k, lanes.in_order(k, [*order[:position], work, *order[position:]]))
            if lanes.fits_hours(k, timed) and all(
                lanes.due[other] is None
                or end <= (lanes.due[other] or end)
                or (other == work and due is None)
                for other, _, end in timed.visits
            ):
                return Advice("unlock", {"shift": lanes.crews[k].shift_ids[0]})
    return None
