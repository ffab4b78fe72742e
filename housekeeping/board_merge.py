"""Two lists become one: what goes over, what stays and why, and in which order it is worked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from housekeeping.board_day import Standing
from housekeeping.board_greedy import dealt, insert
from housekeeping.board_lanes import Lanes


@dataclass(frozen=True, slots=True)
class Merged:
    """`order`: the whole list after it, by task. `going`: what changed lists, in that order; `staying`:
    what did not, with the reason: `begun_stays`, `locked_stays` or `no_skill`."""

    order: tuple[str, ...]
    going: tuple[str, ...]
    staying: Mapping[str, str]


def merge(stands: Standing, from_shift: str, to_shift: str) -> Merged:
    """Give the open works of one list to another one.

    Each goes where it costs least; what does not fit their hours comes last all the same, for whoever
    merges lists knows why (the board then names what comes too late). What has begun stays with who began
    it, what is locked where it is locked.

    Args:
        to_shift: one of the problem's.
    """
    lanes = Lanes(stands.problem)
    k = next(k for k, crew in enumerate(lanes.crews) if to_shift in crew.shift_ids)
    givers = next((crew.shift_ids for crew in lanes.crews if from_shift in crew.shift_ids), (from_shift,))
    number = {work.id: i for i, work in enumerate(lanes.works)}
    going: list[int] = []
    staying: dict[str, str] = {}
    for work in lanes.works:
        holder = work.started_by or stands.holders.get(work.id)
        if holder not in givers:
            continue
        if work.started_by is not None or (work.locked_to is not None and not work.keeps_place):
            staying[work.id] = "begun_stays"
        elif work.keeps_place:
            staying[work.id] = "locked_stays"
        elif not work.skills <= lanes.crews[k].skills:
            staying[work.id] = "no_skill"
        else:
            going.append(number[work.id])
    orders: list[list[int]] = [[] for _ in lanes.crews]
    orders[k] = [number[visit.work_id] for visit in stands.board.route(to_shift).visits]
    for i in dealt(lanes, going):
        if insert(lanes, orders, i, [k]) is None:
            orders[k] = lanes.in_order(k, [*orders[k], i])
    there = tuple(lanes.works[i].id for i in orders[k])
    went = {lanes.works[i].id for i in going}
    return Merged(there, tuple(one for one in there if one in went), staying)
