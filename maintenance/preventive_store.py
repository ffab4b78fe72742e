"""Rows and SQL of preventive plans and of the work that they led to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.ids import new_id
from hotel.metadata import Base
from maintenance.compliance import Work
from maintenance.meters import Meter
from maintenance.preventive import (
    ByCondition,
    ByMeter,
    ByTime,
    Coverage,
    Past,
    Plan,
    PlanPart,
    Reading,
    Side,
    Trigger,
    Unit,
    WorkClass,
    WorkState,
)

OPEN_STATES = (WorkState.OPEN.value, WorkState.COVERED.value)


class PlanRow(Base):
    """A plan; see `preventive.Plan`. `trigger`: {"by": time|meter|condition, …}."""

    __tablename__ = "maintenance_plans"
    __table_args__ = (Index("ix_maintenance_plans_name", "property_id", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    name: Mapped[str]
    work_class: Mapped[str]
    trigger: Mapped[dict[str, Any]]
    kind: Mapped[str | None]
    model: Mapped[str | None]
    asset_id: Mapped[str | None]
    starts_on: Mapped[date]
    lead_days: Mapped[int]
    tolerance_days: Mapped[int]
    from_completion: Mapped[bool]
    minutes: Mapped[int]
    needs_vacant: Mapped[bool]
    blocks_sale: Mapped[bool]
    checklist: Mapped[list[Any]]
    # [{"name", "number", "count"}]
    parts: Mapped[list[Any]]
    includes: Mapped[list[Any]]
    active: Mapped[bool]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


class PlanWorkRow(Base):
    """One turn of a plan on one asset, from its ticket to its end.

    `open_key` is plan and asset while it is open or covered: the database itself keeps a second one out.
    `covered_by`: the larger plan's work that takes it along; it has no ticket of its own then. What the plan
    said (class, tolerance) is kept as it was. The asset's id is plain: history outlives its asset.
    """

    __tablename__ = "maintenance_plan_works"
    __table_args__ = (
        UniqueConstraint("property_id", "open_key"),
        Index("ix_maintenance_plan_works_due", "property_id", "due_on"),
        Index("ix_maintenance_plan_works_ended", "property_id", "plan_id", "asset_id", "ended_at"),
        Index("ix_maintenance_plan_works_ticket", "ticket_id"),
        Index("ix_maintenance_plan_works_asset", "property_id", "asset_id", "due_on"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"))
    plan_id: Mapped[str] = mapped_column(ForeignKey("maintenance_plans.id"))
    asset_id: Mapped[str]
    room: Mapped[str | None]
    work_class: Mapped[str]
    due_on: Mapped[date]
    tolerance_days: Mapped[int]
    passed_over: Mapped[int]
    # What the date is made of (`preventive.Due.basis`).
    basis: Mapped[dict[str, Any]]
    state: Mapped[str]
    open_key: Mapped[str | None]
    covered_by: Mapped[str | None]
    ticket_id: Mapped[str | None] = mapped_column(ForeignKey("maintenance_tickets.id"))
    opened_at: Mapped[datetime]
    window_from: Mapped[datetime | None]
    window_to: Mapped[datetime | None]
    # The window is after the last day in tolerance.
    window_late: Mapped[bool] = mapped_column(default=False)
    # It was looked for and there is none within the horizon.
    no_window: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
    # The plan's meter when it was done.
    meter_id: Mapped[str | None]
    meter_value: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


def open_key(plan_id: str, asset_id: str) -> str:
    return f"{plan_id}|{asset_id}"


def trigger_json(trigger: Trigger) -> dict[str, Any]:
    match trigger:
        case ByTime(every, unit, spread):
            return {"by": "time", "every": every, "unit": unit.value, "spread": spread}
        case ByMeter(meter, every_so_much):
            return {"by": "meter", "meter": meter.value, "every": every_so_much}
        case ByCondition(reading, side, threshold, for_hours):
            return {
                "by": "condition",
                "reading": reading.value,
                "side": side.value,
                "threshold": threshold,
                "for_hours": for_hours,
            }


def trigger_of(kept: dict[str, Any]) -> Trigger:
    match kept["by"]:
        case "time":
            return ByTime(kept["every"], Unit(kept["unit"]), kept["spread"])
        case "meter":
            return ByMeter(Meter(kept["meter"]), kept["every"])
        case _:
            return ByCondition(
                Reading(kept["reading"]), Side(kept["side"]), kept["threshold"], kept["for_hours"]
            )


def plan_of(row: PlanRow) -> Plan:
    """The plan as the pure rules see it."""
    return Plan(
        id=row.id,
        name=row.name,
        work_class=WorkClass(row.work_class),
        trigger=trigger_of(row.trigger),
        coverage=Coverage(row.kind, row.model, row.asset_id),
        starts_on=row.starts_on,
        lead_days=row.lead_days,
        tolerance_days=row.tolerance_days,
        from_completion=row.from_completion,
        minutes=row.minutes,
        needs_vacant=row.needs_vacant,
        blocks_sale=row.blocks_sale,
        checklist=tuple(row.checklist),
        parts=tuple(PlanPart(part["name"], part["number"], part["count"]) for part in row.parts),
        includes=frozenset(row.includes),
        active=row.active,
    )


def put_plan(row: PlanRow, plan: Plan) -> None:
    """Write the plan into its row; its id stays."""
    row.name, row.work_class = plan.name, plan.work_class.value
    row.trigger = trigger_json(plan.trigger)
    row.kind, row.model, row.asset_id = plan.coverage.kind, plan.coverage.model, plan.coverage.asset_id
    row.starts_on, row.lead_days, row.tolerance_days = plan.starts_on, plan.lead_days, plan.tolerance_days
    row.from_completion, row.minutes = plan.from_completion, plan.minutes
    row.needs_vacant, row.blocks_sale = plan.needs_vacant, plan.blocks_sale
    row.checklist = list(plan.checklist)
    row.parts = [{"name": part.name, "number": part.number, "count": part.count} for part in plan.parts]
    row.includes = sorted(plan.includes)
    row.active = plan.active


def plan_rows(session: Session, property_id: str) -> list[PlanRow]:
    """Every plan, by name."""
    return list(
        session.scalars(
            select(PlanRow).where(PlanRow.property_id == property_id).order_by(PlanRow.name, PlanRow.id)
        )
    )


def plans(session: Session, property_id: str) -> dict[str, Plan]:
    return {row.id: plan_of(row) for row in plan_rows(session, property_id)}


def plan_row(session: Session, property_id: str, plan_id: str) -> PlanRow | None:
    return session.scalar(select(PlanRow).where(PlanRow.property_id == property_id, PlanRow.id == plan_id))


def plan_for_edit(session: Session, property_id: str, plan_id: str) -> PlanRow | None:
    """The plan, locked until the transaction ends."""
    return session.scalar(
        select(PlanRow).where(PlanRow.property_id == property_id, PlanRow.id == plan_id).with_for_update()
    )


def work_of(row: PlanWorkRow) -> Work:
    """The work as compliance sees it."""
    return Work(
        row.id,
        row.plan_id,
        WorkClass(row.work_class),
        row.due_on,
        row.tolerance_days,
        WorkState(row.state),
        row.ended_on,
        row.passed_over,
    )


def open_works(session: Session, property_id: str) -> list[PlanWorkRow]:
    """What is open or taken along, the one that is due first first."""
    return list(
        session.scalars(
            select(PlanWorkRow)
            .where(PlanWorkRow.property_id == property_id, PlanWorkRow.state.in_(OPEN_STATES))
            .order_by(PlanWorkRow.due_on, PlanWorkRow.id)
        )
    )


def work_with_open_key(session: Session, property_id: str, key: str) -> PlanWorkRow | None:
    return session.scalar(
        select(PlanWorkRow).where(PlanWorkRow.property_id == property_id, PlanWorkRow.open_key == key)
    )


def work_for_edit(session: Session, property_id: str, work_id: str) -> PlanWorkRow | None:
    """The work, locked until the transaction ends."""
    return session.scalar(
        select(PlanWorkRow)
        .where(PlanWorkRow.property_id == property_id, PlanWorkRow.id == work_id)
        .with_for_update()
    )


def works_of_ticket(session: Session, property_id: str, ticket_id: str) -> list[PlanWorkRow]:
    return list(
        session.scalars(
            select(PlanWorkRow).where(
                PlanWorkRow.property_id == property_id, PlanWorkRow.ticket_id == ticket_id
            )
        )
    )


def taken_along(session: Session, property_id: str, work_id: str) -> list[PlanWorkRow]:
    """The smaller works that this one takes along, or took."""
    return list(
        session.scalars(
            select(PlanWorkRow).where(
                PlanWorkRow.property_id == property_id, PlanWorkRow.covered_by == work_id
            )
        )
    )


def ended_since(session: Session, property_id: str, since: datetime) -> list[PlanWorkRow]:
    """Works with a ticket of their own that ended since then."""
    return list(
        session.scalars(
            select(PlanWorkRow).where(
                PlanWorkRow.property_id == property_id,
                PlanWorkRow.ended_at >= since,
                PlanWorkRow.ticket_id.is_not(None),
            )
        )
    )


def newest_past(session: Session, property_id: str) -> dict[tuple[str, str], Past]:
    """How the last work of each plan on each asset ended."""
    newest = (
        select(PlanWorkRow.plan_id, PlanWorkRow.asset_id, func.max(PlanWorkRow.ended_at).label("ended_at"))
        .where(PlanWorkRow.property_id == property_id, PlanWorkRow.ended_at.is_not(None))
        .group_by(PlanWorkRow.plan_id, PlanWorkRow.asset_id)
        .subquery()
    )
    rows = session.scalars(
        select(PlanWorkRow)
        .join(
            newest,
            (newest.c.plan_id == PlanWorkRow.plan_id)
            & (newest.c.asset_id == PlanWorkRow.asset_id)
            & (newest.c.ended_at == PlanWorkRow.ended_at),
        )
        .where(PlanWorkRow.property_id == property_id)
        .order_by(PlanWorkRow.due_on, PlanWorkRow.id)
    )
    found: dict[tuple[str, str], Past] = {}
    for row in rows:
        if row.ended_on is None:
            continue
        meter = (row.meter_id, row.meter_value) if row.meter_id and row.meter_value is not None else None
        found[row.plan_id, row.asset_id] = Past(
            row.due_on, row.ended_on, row.state == WorkState.DONE.value, meter
        )
    return found


def works_since(session: Session, property_id: str, due_from: date, limit: int) -> list[PlanWorkRow]:
    """Works that were due since that day, the newest `limit`, the latest due first."""
    return list(
        session.scalars(
            select(PlanWorkRow)
            .where(PlanWorkRow.property_id == property_id, PlanWorkRow.due_on >= due_from)
            .order_by(PlanWorkRow.due_on.desc(), PlanWorkRow.id)
            .limit(limit)
        )
    )


def works_of_asset(session: Session, property_id: str, asset_id: str, limit: int) -> list[PlanWorkRow]:
    """The asset's newest works, the latest due first."""
    return list(
        session.scalars(
            select(PlanWorkRow)
            .where(PlanWorkRow.property_id == property_id, PlanWorkRow.asset_id == asset_id)
            .order_by(PlanWorkRow.due_on.desc(), PlanWorkRow.id)
            .limit(limit)
        )
    )


def works_by_id(session: Session, property_id: str, ids: Collection[str]) -> list[PlanWorkRow]:
    return list(
        session.scalars(
            select(PlanWorkRow)
            .where(PlanWorkRow.property_id == property_id, PlanWorkRow.id.in_(list(ids)))
            .order_by(PlanWorkRow.due_on, PlanWorkRow.id)
        )
    )
