"""What housekeeping did in a room: its cleans, its cleanliness, its times off sale. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotel.database import Database
from housekeeping.store import CleanlinessHistoryRow
from housekeeping.tasks import TaskAction
from housekeeping.tasks_store import TaskRow, TaskStepRow
from housekeeping.watch_store import RoomAxisRow

_TOLD = tuple(
    action.value
    for action in (
        TaskAction.FINISH,
        TaskAction.NOT_SERVICED,
        TaskAction.INSPECT_PASS,
        TaskAction.INSPECT_FAIL,
    )
)


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that happened; `code` is a task's action, a cleanliness or an availability."""

    at: datetime
    kind: Literal["task", "cleanliness", "availability"]
    code: str
    values: dict[str, Any]
    by: str


class RoomPast:
    """Housekeeping's part of a room's timeline."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, room: str, before: datetime, limit: int) -> list[Past]:
        """Up to `limit` things that happened before a moment, newest first."""
        with self._database.read() as session:
            found = [
                *self._tasks(session, room, before, limit),
                *self._cleanliness(session, room, before, limit),
                *self._availability(session, room, before, limit),
            ]
        return sorted(found, key=lambda one: one.at, reverse=True)[:limit]

    def _tasks(self, session: Session, room: str, before: datetime, limit: int) -> list[Past]:
        rows = session.execute(
            select(TaskStepRow, TaskRow.kind)
            .join(TaskRow, TaskRow.id == TaskStepRow.task_id)
            .where(
                TaskRow.property_id == self._database.property_id,
                TaskRow.room == room,
                TaskStepRow.action.in_(_TOLD),
                TaskStepRow.taken_back.is_(False),
                TaskStepRow.at < before,
            )
            .order_by(TaskStepRow.at.desc(), TaskStepRow.number.desc())
            .limit(limit)
        )
        return [
            Past(step.at, "task", step.action, {"kind": kind, "reason": step.reason}, step.by)
            for step, kind in rows
        ]

    def _cleanliness(self, session: Session, room: str, before: datetime, limit: int) -> list[Past]:
        rows = session.scalars(
            select(CleanlinessHistoryRow)
            .where(
                CleanlinessHistoryRow.property_id == self._database.property_id,
                CleanlinessHistoryRow.room == room,
                CleanlinessHistoryRow.taken_back.is_(False),
                CleanlinessHistoryRow.at < before,
            )
            .order_by(CleanlinessHistoryRow.number.desc())
            .limit(limit)
        )
        return [
            Past(row.at, "cleanliness", row.cleanliness, {"previous": row.previous}, row.by) for row in rows
        ]

    def _availability(self, session: Session, room: str, before: datetime, limit: int) -> list[Past]:
        rows = session.scalars(
            select(RoomAxisRow)
            .where(
                RoomAxisRow.property_id == self._database.property_id,
                RoomAxisRow.room == room,
                RoomAxisRow.axis == "availability",
                RoomAxisRow.at < before,
            )
            .order_by(RoomAxisRow.id.desc())
            .limit(limit)
        )
        return [Past(row.at, "availability", row.value, {"reason": row.reason}, row.by) for row in rows]
