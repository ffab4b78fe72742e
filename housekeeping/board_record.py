"""Writes down what a plan of a day decided, and tells whose list is another one now.

Who has which task is in the tasks; this row says how that came about and what it went by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Forbidden
from hotel.messages import BoardChanged
from housekeeping import board_store
from housekeeping.board import Board, measure
from housekeeping.board_day import troubles
from housekeeping.board_loading import Loaded
from housekeeping.board_replan import Change
from housekeeping.board_store import BoardRow
from housekeeping.shifts_store import shift_of
from housekeeping.tasks import LEADS


def record(
    tx: Transaction,
    actor: Actor,
    loaded: Loaded,
    board: Board,
    cause: str,
    changes: Iterable[Change],
    holders: Mapping[str, str],
    *,
    solver: str,
    moved_share: float = 0.0,
) -> dict[str, Any]:
    """The row of this plan, and word of it; returns {"number"}.

    Args:
        board: the lists as they are now, with their times.
        holders: task to shift.
        moved_share: of the tasks whose holder is there, how many changed hands (0 to 1).
    """
    problem = loaded.stands.problem
    names = {row.id: row.name for row in loaded.shifts}
    people = {row.id: shift_of(row).attendant_id for row in loaded.shifts}
    partners = {row.id: row.pair_with for row in loaded.shifts}
    newest = board_store.newest_board(tx.session, tx.property_id, loaded.day)
    number = (newest.number if newest else 0) + 1
    changed = list(changes)
    tx.session.add(
        BoardRow(
            property_id=tx.property_id,
            business_date=loaded.day,
            number=number,
            made_at=loaded.now,
            made_by=actor.name,
            cause=cause,
            solver=solver,
            fallback=board.fallback,
            quality={**asdict(measure(problem, board)), "moved_share": moved_share},
            seen={
                work.id: {
                    "shift": holders.get(work.id),
                    "priority": work.priority.value,
                    "due_at": work.due_at.isoformat() if work.due_at else None,
                }
                for work in problem.works
            },
            troubles=sorted(troubles(problem, board)),
            left_out={entry.work_id: entry.reason for entry in board.unassigned},
            changes=[
                {
                    "task_id": change.work_id,
                    "room": (task := loaded.tasks[change.work_id]).room or task.area,
                    "from_shift": change.from_shift,
                    "from_name": names.get(change.from_shift or ""),
                    "to_shift": change.to_shift,
                    "to_name": names.get(change.to_shift or ""),
                    "code": change.code,
                    "params": plain(change.params),
                }
                for change in changed
            ],
        )
    )
    board_store.forget_old(tx.session, tx.property_id, loaded.day, number)
    touched = {shift for change in changed for shift in (change.from_shift, change.to_shift) if shift}
    if loaded.row is None:
        touched = set(holders.values())
    # Whoever works with them as a pair has the same list.
    touched |= {partner for one in touched if (partner := partners.get(one))}
    tx.announce(
        BoardChanged(loaded.day.isoformat(), tuple(sorted(people[one] for one in touched if one in people)))
    )
    return {"number": number}


def plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a reason as they are kept."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in params.items()
        if value is not None
    }


def check_leads(actor: Actor) -> None:
    """Raises Forbidden unless the actor leads."""
    if not actor.has(*LEADS):
        raise Forbidden("not_for_role", "Only a supervisor plans the board.")
