"""Rows and SQL of the rules, the settings and of who does without daily service."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.metadata import Base
from housekeeping.rules import DEFAULT_RULES, Rule, Supply
from housekeeping.settings import HousekeepingSettings, settings_from_json
from housekeeping.store import CleanlinessHistoryRow
from housekeeping.tasks import CLEANS, OPEN_STATES, TaskKind, TaskState
from housekeeping.tasks_store import TaskRow

_OPEN = tuple(sorted(state.value for state in OPEN_STATES))
_DONE = (TaskState.FINISHED.value, TaskState.INSPECTED.value)


class RuleRow(Base):
    """A rule that somebody has edited; those nobody has touched are `rules.DEFAULT_RULES`."""

    __tablename__ = "housekeeping_rules"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    values: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class HousekeepingSettingsRow(Base):
    __tablename__ = "housekeeping_settings"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    values: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class OptOutRow(Base):
    """A stay does without daily service; it goes with the stay, whatever room it is in."""

    __tablename__ = "service_opt_outs"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    stay_id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    by: Mapped[str]


def rule_values(rule: Rule) -> dict[str, Any]:
    """What of a rule is kept as JSON."""
    values = asdict(rule)
    for name in ("id", "kind", "version"):
        del values[name]
    values["starts_on"] = rule.starts_on.isoformat() if rule.starts_on else None
    return values


def rule_of(row: RuleRow) -> Rule:
    values = dict(row.values)
    values["room_types"] = tuple(values["room_types"])
    values["supplies"] = tuple(Supply(**supply) for supply in values["supplies"])
    values["starts_on"] = date.fromisoformat(values["starts_on"]) if values["starts_on"] else None
    return Rule(id=row.id, kind=TaskKind(row.kind), version=row.version, **values)


def rules(session: Session, property_id: str) -> list[Rule]:
    """Every rule: the defaults, in their place what was edited, and what was added; by id."""
    found = {rule.id: rule for rule in DEFAULT_RULES}
    for row in session.scalars(select(RuleRow).where(RuleRow.property_id == property_id)):
        found[row.id] = rule_of(row)
    return [found[name] for name in sorted(found)]


def settings(session: Session, property_id: str) -> tuple[HousekeepingSettings, int]:
    """The property's settings and their version; version 0 = nobody has set anything.

    Then the property's own word says whether rooms are inspected.
    """
    row = session.get(HousekeepingSettingsRow, property_id)
    if row is not None:
        return settings_from_json(row.values), row.version
    return HousekeepingSettings(), 0


def with_property(
    kept: HousekeepingSettings, version: int, inspection_required: bool
) -> HousekeepingSettings:
    """A property that demands inspections and has set no rules has every clean inspected."""
    if version == 0 and inspection_required:
        return replace(kept, inspection=replace(kept.inspection, always=True, stayovers=True))
    return kept


def opted_out(session: Session, property_id: str) -> frozenset[str]:
    return frozenset(session.scalars(select(OptOutRow.stay_id).where(OptOutRow.property_id == property_id)))


def set_opted_out(
    session: Session, property_id: str, stay_ids: Collection[str], opted_out: bool, at: datetime, by: str
) -> None:
    for stay_id in stay_ids:
        row = session.get(OptOutRow, (property_id, stay_id))
        if opted_out and row is None:
            session.add(OptOutRow(property_id=property_id, stay_id=stay_id, since=at, by=by))
        elif row is not None and not opted_out:
            session.delete(row)


def newest_steps(session: Session, property_id: str, rooms: Collection[str] | None) -> dict[str, int]:
    """By room, the number of its newest cleanliness step."""
    query = select(CleanlinessHistoryRow.room, func.max(CleanlinessHistoryRow.number)).where(
        CleanlinessHistoryRow.property_id == property_id
    )
    if rooms is not None:
        query = query.where(CleanlinessHistoryRow.room.in_(list(rooms)))
    return {
        str(room): int(step) for room, step in session.execute(query.group_by(CleanlinessHistoryRow.room))
    }


def last_linen(session: Session, property_id: str, stays: Collection[str]) -> dict[str, date]:
    """By stay, the newest business date on which its linen was changed."""
    query = (
        select(TaskRow.stay_id, func.max(TaskRow.business_date))
        .where(
            TaskRow.property_id == property_id,
            TaskRow.kind == TaskKind.LINEN_CHANGE.value,
            TaskRow.state.in_(_DONE),
            TaskRow.stay_id.in_(list(stays)),
        )
        .group_by(TaskRow.stay_id)
    )
    return {str(stay): day for stay, day in session.execute(query)}


def last_deep_cleans(session: Session, property_id: str) -> dict[str, date]:
    """By room, the newest business date on which it was deep-cleaned."""
    query = (
        select(TaskRow.room, func.max(TaskRow.business_date))
        .where(
            TaskRow.property_id == property_id,
            TaskRow.kind == TaskKind.DEEP_CLEAN.value,
            TaskRow.state.in_(_DONE),
            TaskRow.room.is_not(None),
        )
        .group_by(TaskRow.room)
    )
    return {str(room): day for room, day in session.execute(query)}


def recent_tasks(
    session: Session, property_id: str, since: date, rooms: Collection[str] | None
) -> list[TaskRow]:
    """Open tasks of any date, and all of `since` or later."""
    query = select(TaskRow).where(
        TaskRow.property_id == property_id,
        or_(TaskRow.state.in_(_OPEN), TaskRow.business_date >= since),
    )
    if rooms is not None:
        query = query.where(TaskRow.room.in_(list(rooms)))
    return list(session.scalars(query))


def with_origin(session: Session, property_id: str, origin: str) -> TaskRow | None:
    return session.scalar(select(TaskRow).where(TaskRow.property_id == property_id, TaskRow.origin == origin))


def cleans_done(session: Session, property_id: str, attendant_id: str, most: int) -> int:
    """How many cleans the attendant has finished, counted up to `most`."""
    query = (
        select(TaskRow.id)
        .where(
            TaskRow.property_id == property_id,
            TaskRow.attendant_id == attendant_id,
            TaskRow.kind.in_([kind.value for kind in CLEANS]),
            TaskRow.finished_at.is_not(None),
        )
        .limit(most)
    )
    return len(list(session.scalars(query)))
