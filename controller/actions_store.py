"""The rows of compound actions and their SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from controller.actions import Action, Part, Step, Want
from controller.store import CommandRow
from hotel.metadata import Base


class ActionRow(Base):
    """One compound action. `wall_expires_at` is when what has not begun is stale."""

    __tablename__ = "controller_actions"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    scene: Mapped[str | None]
    wants: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rooms: Mapped[list[str]] = mapped_column(JSON)
    level: Mapped[str]
    cause: Mapped[str]
    by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)
    wall_expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class ActionPartRow(Base):
    """One device's part. `at` is the step under way, `command_id` that step's newest command."""

    __tablename__ = "controller_action_parts"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    action_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(index=True)
    device_id: Mapped[str | None]
    device_name: Mapped[str | None]
    purpose: Mapped[str]
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    stay_id: Mapped[str | None]
    state: Mapped[str]
    detail: Mapped[str | None]
    at: Mapped[int]
    repaired: Mapped[bool]
    command_id: Mapped[str | None]
    ended_at: Mapped[datetime | None]


def action_values(action: Action) -> dict[str, Any]:
    """The columns of an action's row beside its key."""
    return {
        "scene": action.scene,
        "wants": [
            {"purpose": want.purpose, "property": want.property, "value": want.value} for want in action.wants
        ],
        "rooms": list(action.rooms),
        "level": action.level,
        "cause": action.cause,
        "by": action.by,
        "made_at": action.made_at,
        "wall_expires_at": action.wall_expires_at,
        "ended_at": action.ended_at,
    }


def part_values(part: Part) -> dict[str, Any]:
    """The columns of a part's row beside its key."""
    return {
        "room": part.room,
        "device_id": part.device_id,
        "device_name": part.device_name,
        "purpose": part.purpose,
        "steps": [{"property": step.property, "value": step.value} for step in part.steps],
        "stay_id": part.stay_id,
        "state": part.state,
        "detail": part.detail,
        "at": part.at,
        "repaired": part.repaired,
        "command_id": part.command_id,
        "ended_at": part.ended_at,
    }


def open_actions(session: Session, property_id: str) -> list[Action]:
    """Actions that have not ended, oldest first."""
    return _actions(
        session,
        property_id,
        list(
            session.scalars(
                select(ActionRow)
                .where(ActionRow.property_id == property_id, ActionRow.ended_at.is_(None))
                .order_by(ActionRow.made_at, ActionRow.id)
            )
        ),
    )


def action_of(session: Session, property_id: str, action_id: str) -> Action | None:
    row = session.get(ActionRow, (property_id, action_id))
    return _actions(session, property_id, [row])[0] if row is not None else None


def newest_actions(session: Session, property_id: str, room: str | None, limit: int) -> list[Action]:
    """The newest actions (that reach a room), newest first."""
    wanted = select(ActionRow).where(ActionRow.property_id == property_id)
    if room is not None:
        wanted = wanted.where(
            ActionRow.id.in_(
                select(ActionPartRow.action_id).where(
                    ActionPartRow.property_id == property_id, ActionPartRow.room == room
                )
            )
        )
    rows = session.scalars(wanted.order_by(ActionRow.made_at.desc(), ActionRow.id.desc()).limit(limit))
    return _actions(session, property_id, list(rows))


def _actions(session: Session, property_id: str, rows: list[ActionRow]) -> list[Action]:
    parts: dict[str, list[Part]] = {row.id: [] for row in rows}
    found = session.scalars(
        select(ActionPartRow)
        .where(ActionPartRow.property_id == property_id, ActionPartRow.action_id.in_(list(parts)))
        .order_by(ActionPartRow.number)
    )
    for part in found:
        parts[part.action_id].append(_part(part))
    return [_action(row, parts[row.id]) for row in rows]


def _action(row: ActionRow, parts: list[Part]) -> Action:
    level: Any = row.level
    return Action(
        id=row.id,
        scene=row.scene,
        wants=tuple(Want(**_settled(want)) for want in row.wants),
        rooms=tuple(row.rooms),
        level=level,
        cause=row.cause,
        by=row.by,
        made_at=row.made_at,
        wall_expires_at=row.wall_expires_at,
        parts=parts,
        ended_at=row.ended_at,
    )


def _part(row: ActionPartRow) -> Part:
    purpose: Any = row.purpose
    state: Any = row.state
    return Part(
        number=row.number,
        room=row.room,
        device_id=row.device_id,
        device_name=row.device_name,
        purpose=purpose,
        steps=tuple(Step(**_settled(step)) for step in row.steps),
        stay_id=row.stay_id,
        state=state,
        detail=row.detail,
        at=row.at,
        repaired=row.repaired,
        command_id=row.command_id,
        ended_at=row.ended_at,
    )


def _settled(kept: dict[str, Any]) -> dict[str, Any]:
    # JSON gives a whole number back as an integer; a device's numbers are floats.
    value = kept["value"]
    return {**kept, "value": float(value) if type(value) is int else value}


def command_ends(session: Session, property_id: str, ids: list[str]) -> dict[str, tuple[str, str | None]]:
    """State and detail of commands, by id."""
    found: dict[str, tuple[str, str | None]] = {}
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(CommandRow.id, CommandRow.state, CommandRow.detail).where(
                CommandRow.property_id == property_id, CommandRow.id.in_(ids[start : start + 500])
            )
        )
        found.update({row.id: (row.state, row.detail) for row in rows})
    return found


def forget_actions_before(session: Session, property_id: str, before: datetime) -> int:
    """Delete ended actions older than `before`; returns how many."""
    old = select(ActionRow.id).where(
        ActionRow.property_id == property_id, ActionRow.made_at < before, ActionRow.ended_at.is_not(None)
    )
    connection = session.connection()
    connection.execute(
        delete(ActionPartRow).where(
            ActionPartRow.property_id == property_id, ActionPartRow.action_id.in_(old)
        )
    )
    return connection.execute(
        delete(ActionRow).where(
            ActionRow.property_id == property_id,
            ActionRow.made_at < before,
            ActionRow.ended_at.is_not(None),
        )
    ).rowcount
