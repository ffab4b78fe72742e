"""The shapes of preventive plans and their work over HTTP."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hotel.requests import UtcMoment
from maintenance.compliance import Compliance
from maintenance.meters import Meter
from maintenance.preventive import (
    ByCondition,
    ByMeter,
    ByTime,
    Coverage,
    Plan,
    PlanPart,
    Reading,
    Side,
    Trigger,
    Unit,
    WorkClass,
    WorkState,
    last_day,
)
from maintenance.preventive_check import LONGEST_LINE, LONGEST_NAME, MOST_INCLUDED, MOST_LINES, MOST_PARTS
from maintenance.preventive_dues import Candidate
from maintenance.preventive_service import ComplianceView, PlanView, WorkView
from maintenance.tickets import TicketState

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Id = Annotated[str, Field(max_length=64)]


class TimeTrigger(BaseModel):
    """`spread`: not all assets on one day, each at its own place within the first interval."""

    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)

    by: Literal["time"]
    every: int
    unit: Unit
    spread: bool = False

    def trigger(self) -> Trigger:
        return ByTime(self.every, self.unit, self.spread)


class MeterTrigger(BaseModel):
    """`every`: hours, or times."""

    model_config = ConfigDict(extra="forbid")

    by: Literal["meter"]
    meter: Meter
    every: float

    def trigger(self) -> Trigger:
        return ByMeter(self.meter, self.every)


class ConditionTrigger(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)

    by: Literal["condition"]
    reading: Reading
    side: Side
    threshold: float
    for_hours: float = 24.0

    def trigger(self) -> Trigger:
        return ByCondition(self.reading, self.side, self.threshold, self.for_hours)


AnyTrigger = Annotated[TimeTrigger | MeterTrigger | ConditionTrigger, Field(discriminator="by")]


class PlanPartShape(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)

    name: Name
    number: Annotated[str, Field(max_length=64)] | None = None
    count: int = 1


class PreventivePlanWish(BaseModel):
    """A plan as people write it; at least one of `kind`, `model`, `asset_id` says which assets."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    work_class: WorkClass
    trigger: AnyTrigger
    kind: Annotated[str, Field(max_length=32)] | None = None
    model: Annotated[str, Field(max_length=120)] | None = None
    asset_id: Id | None = None
    starts_on: date
    lead_days: int = 7
    tolerance_days: int = 7
    from_completion: bool = False
    minutes: int = 30
    needs_vacant: bool = True
    blocks_sale: bool = False
    checklist: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]], Field(max_length=MOST_LINES)
    ] = []
    parts: Annotated[list[PlanPartShape], Field(max_length=MOST_PARTS)] = []
    includes: Annotated[list[Id], Field(max_length=MOST_INCLUDED)] = []
    active: bool = True

    def plan(self) -> Plan:
        """Without an id."""
        return Plan(
            id="",
            name=self.name.strip(),
            work_class=self.work_class,
            trigger=self.trigger.trigger(),
            coverage=Coverage(self.kind or None, (self.model or "").strip() or None, self.asset_id or None),
            starts_on=self.starts_on,
            lead_days=self.lead_days,
            tolerance_days=self.tolerance_days,
            from_completion=self.from_completion,
            minutes=self.minutes,
            needs_vacant=self.needs_vacant,
            blocks_sale=self.blocks_sale,
            checklist=tuple(line.strip() for line in self.checklist),
            parts=tuple(
                PlanPart(part.name.strip(), (part.number or "").strip() or None, part.count)
                for part in self.parts
            ),
            includes=frozenset(self.includes),
            active=self.active,
        )


class PreventivePlan(PreventivePlanWish):
    """`assets`: how many it covers now; `open`: how many of them have open work; `next_due_on`: the soonest
    of the others, forecast when `next_expected`."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    version: int
    assets: int
    open: int
    next_due_on: date | None
    next_expected: bool
    changed_at: UtcMoment
    changed_by: str


class PreventivePlanList(BaseModel):
    items: list[PreventivePlan]


class PreventiveWork(BaseModel):
    """One turn of a plan on one asset.

    `last_on`: up to here it counts as kept. `window_*`: when its room is free for it; `window_late`: only
    after `last_on`; `no_window`: there is none. `covered`: a larger plan's work takes it along, its ticket is
    shown. `basis`: what makes it due.
    """

    id: str
    plan_id: str
    plan: str
    work_class: WorkClass
    asset_id: str
    asset: str | None
    room: str | None
    state: WorkState
    due_on: date
    last_on: date
    passed_over: int
    basis: dict[str, Any]
    window_from: UtcMoment | None
    window_to: UtcMoment | None
    window_late: bool
    no_window: bool
    ticket_id: str | None
    ticket_number: int | None
    ticket_state: TicketState | None
    assigned_to: str | None
    off_sale: str | None
    opened_at: UtcMoment
    ended_at: UtcMoment | None
    ended_on: date | None


class PreventiveAhead(BaseModel):
    """What falls due and has no ticket yet; `expected`: a forecast of its meter."""

    plan_id: str
    plan: str
    work_class: WorkClass
    asset_id: str
    asset: str
    room: str | None
    due_on: date
    opens_on: date
    expected: bool
    basis: dict[str, Any]


class PreventiveWorkList(BaseModel):
    """`left_out`: so many more fall due than are listed."""

    open: list[PreventiveWork]
    ahead: list[PreventiveAhead]
    left_out: int


class PreventiveCompliance(BaseModel):
    """A class of plans: done within tolerance ÷ due, with the works that make it.

    `share` null: nothing was due; `few`: too little was due to judge by. `passed_over`: dates that went by
    while an earlier work was open, counted as due and not kept.
    """

    work_class: WorkClass
    due: int
    share: float | None
    few: bool
    passed_over: int
    in_time: list[PreventiveWork]
    late: list[PreventiveWork]
    missed: list[PreventiveWork]
    running: list[PreventiveWork]


class PreventiveComplianceList(BaseModel):
    start: date
    today: date
    items: list[PreventiveCompliance]
    left_out: bool


def plan_shape(view: PlanView) -> PreventivePlan:
    plan, row, due = view.plan, view.row, view.next_due
    return PreventivePlan.model_validate(
        {
            "name": plan.name,
            "work_class": plan.work_class,
            "trigger": row.trigger,
            "kind": plan.coverage.kind,
            "model": plan.coverage.model,
            "asset_id": plan.coverage.asset_id,
            "starts_on": plan.starts_on,
            "lead_days": plan.lead_days,
            "tolerance_days": plan.tolerance_days,
            "from_completion": plan.from_completion,
            "minutes": plan.minutes,
            "needs_vacant": plan.needs_vacant,
            "blocks_sale": plan.blocks_sale,
            "checklist": list(plan.checklist),
            "parts": row.parts,
            "includes": sorted(plan.includes),
            "active": plan.active,
            "id": row.id,
            "version": row.version,
            "assets": view.assets,
            "open": view.open,
            "next_due_on": due.due_on if due is not None else None,
            "next_expected": due is not None and due.expected,
            "changed_at": row.changed_at,
            "changed_by": row.changed_by,
        }
    )


def work_shape(view: WorkView) -> PreventiveWork:
    row, ticket = view.row, view.ticket
    return PreventiveWork(
        id=row.id,
        plan_id=row.plan_id,
        plan=view.plan,
        work_class=WorkClass(row.work_class),
        asset_id=row.asset_id,
        asset=view.asset.name if view.asset is not None else None,
        room=row.room,
        state=WorkState(row.state),
        due_on=row.due_on,
        last_on=last_day(row.due_on, row.tolerance_days),
        passed_over=row.passed_over,
        basis=row.basis,
        window_from=row.window_from,
        window_to=row.window_to,
        window_late=row.window_late,
        no_window=row.no_window,
        ticket_id=ticket.id if ticket is not None else None,
        ticket_number=ticket.number if ticket is not None else None,
        ticket_state=TicketState(ticket.state) if ticket is not None else None,
        assigned_to=ticket.assigned_to if ticket is not None else None,
        off_sale=(ticket.off_sale or {}).get("state") if ticket is not None else None,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_on=row.ended_on,
    )


def ahead_shape(one: Candidate) -> PreventiveAhead:
    return PreventiveAhead(
        plan_id=one.plan.id,
        plan=one.plan.name,
        work_class=one.plan.work_class,
        asset_id=one.asset.id,
        asset=one.asset.name,
        room=one.asset.room,
        due_on=one.due.due_on,
        opens_on=one.due.due_on - timedelta(days=one.plan.lead_days),
        expected=one.due.expected,
        basis=dict(one.due.basis),
    )


def compliance_shape(view: ComplianceView) -> PreventiveComplianceList:
    def works(ids: tuple[str, ...]) -> list[PreventiveWork]:
        return [work_shape(view.works[one]) for one in ids]

    def of_class(one: Compliance) -> PreventiveCompliance:
        return PreventiveCompliance(
            work_class=one.work_class,
            due=one.due,
            share=one.share,
            few=one.few,
            passed_over=one.passed_over,
            in_time=works(one.in_time),
            late=works(one.late),
            missed=works(one.missed),
            running=works(one.running),
        )

    return PreventiveComplianceList(
        start=view.start,
        today=view.today,
        items=[of_class(one) for one in view.classes],
        left_out=view.left_out,
    )
