"""The shapes of tickets over HTTP."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from hotel.actor import Actor
from hotel.requests import UtcMoment
from maintenance.assets import AssetKind
from maintenance.costs import MOST_CENTS, MOST_QUANTITY, Cost, CostKind, check_cost
from maintenance.off_sale import OffSaleState
from maintenance.ports import LockedOut
from maintenance.sla import (
    DAY_MINUTES,
    MOST_MINUTES,
    MOST_WINDOWS,
    ClockState,
    Policy,
    ServiceLevels,
    Window,
    repair_state,
    response_state,
)
from maintenance.tickets import (
    LONGEST_COMMENT,
    LONGEST_REASON,
    HoldReason,
    Impact,
    Priority,
    TicketAction,
    TicketKind,
    TicketSource,
    TicketState,
    Urgency,
    may_now,
)
from maintenance.tickets_service import LONGEST_LINE, MOST_LINES, TicketChanges, TicketTap, TicketView
from maintenance.tickets_store import TicketStepRow, progress_of

WARNING = (
    "This keeps Innkeeper's commands away from the asset. It never replaces the electrical isolation: "
    "switch off, lock and tag at the supply."
)
Photos = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=6)]


class TicketHold(BaseModel):
    reason: str
    from_: Annotated[UtcMoment, Field(alias="from")]
    to: UtcMoment | None

    model_config = ConfigDict(populate_by_name=True)


class CheckItem(BaseModel):
    key: str
    text: str
    done: bool
    by: str | None = None
    at: UtcMoment | None = None


class TicketCost(BaseModel):
    """`quantity`: minutes of work, or pieces; `cost_cents`: hundredths of the hotel's currency, in all."""

    id: str
    kind: str
    what: str | None
    quantity: float
    cost_cents: int
    at: UtcMoment
    by: str
    taken_back: bool


class TicketReport(BaseModel):
    number: int
    kind: str
    text: str | None
    unsafe: bool
    photos: list[str]
    at: UtcMoment
    by: str


class TicketOffSale(BaseModel):
    """The proposal that the ticket's room leaves the sale, and what became of it."""

    state: OffSaleState
    out_of_service: bool
    since: UtcMoment
    until: UtcMoment | None
    reason: str
    by: str
    decided_by: str | None


class OffSaleToPropose(BaseModel):
    """`out_of_service`: the room stays in the inventory; else it is out of order. `until` null: open."""

    model_config = ConfigDict(extra="forbid")

    out_of_service: bool = False
    since: UtcMoment | None = None
    until: UtcMoment | None = None
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]


class OffSaleDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    agree: bool


class TicketLock(BaseModel):
    """What is isolated for a ticket's work. `warning` is always there to be read."""

    asset_id: str
    reason: str
    by: str
    since: UtcMoment
    ticket_id: str | None
    warning: str = WARNING


class TicketLockList(BaseModel):
    items: list[TicketLock]
    next: str | None = None


class TicketLockToSet(BaseModel):
    """`asset_id`: "device/<id>", "room/412" or "floor/4"; the ticket's own when left out."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_REASON)]
    asset_id: Annotated[str, Field(max_length=80)] | None = None


class TicketAsset(BaseModel):
    """The asset as the registry knows it now: it may stand elsewhere than where the ticket happened.

    `in_warranty` null: nobody knows. A price is what a new one costs, in hundredths of the currency.
    """

    id: str
    name: str
    kind: AssetKind
    maker: str | None
    model: str | None
    serial: str | None
    room: str | None
    area: str | None
    elsewhere: bool
    warranty_until: date | None
    in_warranty: bool | None
    price_cents: int | None


class Ticket(BaseModel):
    """A ticket; `may` is what the caller may do to it now.

    Title and `text`: a code that screens translate with its values, and what somebody wrote.
    """

    id: str
    number: int
    state: TicketState
    since: UtcMoment
    priority: Priority
    priority_by_hand: bool
    impact: Impact
    urgency: Urgency
    title_code: str
    title_params: dict[str, Any]
    text: str | None
    room: str | None
    area: str | None
    asset_id: str | None
    asset: TicketAsset | None
    entity: str | None
    fault: str | None
    source: TicketSource
    kind: TicketKind
    reported_by: str
    ask: str | None
    assigned_to_id: str | None
    assigned_to: str | None
    opened_at: UtcMoment
    responded_at: UtcMoment | None
    started_at: UtcMoment | None
    ended_at: UtcMoment | None
    due_response_at: UtcMoment | None
    due_repair_at: UtcMoment | None
    response: ClockState | None
    repair: ClockState | None
    repair_left_seconds: float | None
    likely_end_at: UtcMoment | None
    at_risk: bool
    breached: bool
    escalated: list[str]
    hold_reason: str | None
    holds: list[TicketHold]
    duplicate_of: int | None
    reopened_from: TicketState | None
    reopened: int
    evidence: list[dict[str, Any]]
    evidence_dropped: int
    recurrences: int
    gone_at: UtcMoment | None
    photos: list[str]
    checklist: list[CheckItem]
    reports: list[TicketReport]
    costs: list[TicketCost]
    acknowledged_at: UtcMoment | None
    acknowledged_by: str | None
    lock_out: TicketLock | None
    off_sale: TicketOffSale | None
    last_at: UtcMoment
    last_action: str
    last_by: str
    changed_at: UtcMoment
    version: int
    may: list[TicketAction]


class TicketList(BaseModel):
    items: list[Ticket]
    next: str | None = None


class TicketStep(BaseModel):
    """One step of a ticket's history; `at` is when it happened, `received_at` when it was heard of."""

    number: int
    action: str
    at: UtcMoment
    received_at: UtcMoment
    by: str
    previous: TicketState | None
    state: TicketState
    assigned_to: str | None
    reason: str | None
    comment: str | None
    detail: dict[str, Any]


class TicketHistory(BaseModel):
    items: list[TicketStep]


class TicketActionToDo(BaseModel):
    """What is done to a ticket. `reason`: why, for what needs one; what it waits for, on a hold.
    `assign_to`: id of who gets it; `duplicate_of`: number of the ticket that tells of the same."""

    model_config = ConfigDict(extra="forbid")

    action: TicketAction
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] | None = None
    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)] | None = None
    assign_to: Annotated[str, Field(max_length=64)] | None = None
    priority: Priority | None = None
    duplicate_of: Annotated[int, Field(ge=1)] | None = None
    photos: Photos = Field(default_factory=list)

    def tap(self, age: timedelta) -> TicketTap:
        return TicketTap(
            action=self.action,
            reason=self.reason,
            comment=self.comment,
            assign_to=self.assign_to,
            priority=self.priority,
            duplicate_of=self.duplicate_of,
            photos=tuple(self.photos),
            age=age,
        )


class TicketComment(BaseModel):
    """A word, or photos, or both."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(max_length=LONGEST_COMMENT)] | None = None
    photos: Photos = Field(default_factory=list)


class Engineer(BaseModel):
    id: str
    name: str


class EngineerList(BaseModel):
    """By name."""

    items: list[Engineer]
    next: str | None = None


class TicketEdit(BaseModel):
    """What is left out stays. `checklist`: the texts of its lines, in order."""

    model_config = ConfigDict(extra="forbid")

    priority: Priority | None = None
    ask: Annotated[str, Field(max_length=200)] | None = None
    asset_id: Annotated[str, Field(max_length=64, description="of the registry")] | None = None
    checklist: (
        Annotated[list[Annotated[str, Field(max_length=LONGEST_LINE)]], Field(max_length=MOST_LINES)] | None
    ) = None

    def changes(self) -> TicketChanges:
        return TicketChanges(
            given=frozenset(self.model_fields_set),
            priority=self.priority,
            ask=self.ask,
            asset_id=self.asset_id,
            checklist=tuple(self.checklist) if self.checklist is not None else None,
        )


class TicketTicks(BaseModel):
    model_config = ConfigDict(extra="forbid")

    ticks: Annotated[dict[str, bool], Field(max_length=MOST_LINES)]


class TicketCostToAdd(BaseModel):
    """What the work took; `cost_cents` in all, hundredths of the hotel's currency."""

    model_config = ConfigDict(extra="forbid")

    kind: CostKind
    what: Annotated[str, Field(max_length=200)] | None = None
    quantity: Annotated[float, Field(le=MOST_QUANTITY)]
    cost_cents: Annotated[int, Field(le=MOST_CENTS)] = 0

    def cost(self) -> Cost:
        return check_cost(self.kind, self.what, self.quantity, self.cost_cents)


class WorkingHours(BaseModel):
    """A stretch of a weekday (Monday = 0), in minutes of the local day."""

    model_config = ConfigDict(extra="forbid")

    weekday: Annotated[int, Field(ge=0, le=6)]
    from_minute: Annotated[int, Field(ge=0, le=DAY_MINUTES)]
    to_minute: Annotated[int, Field(ge=0, le=DAY_MINUTES)]


class LevelPolicy(BaseModel):
    """What a priority is owed; `stops`: holds that stop the repair clock."""

    model_config = ConfigDict(extra="forbid")

    response_minutes: Annotated[float, Field(gt=0, le=MOST_MINUTES)]
    repair_minutes: Annotated[float, Field(gt=0, le=MOST_MINUTES)]
    around_the_clock: bool
    stops: list[HoldReason]


class MaintenanceLevels(BaseModel):
    """The property's service levels."""

    model_config = ConfigDict(extra="forbid")

    week: Annotated[list[WorkingHours], Field(max_length=MOST_WINDOWS)]
    policies: dict[Priority, LevelPolicy]

    def levels(self, known: ServiceLevels) -> ServiceLevels:
        """The service levels as asked; a priority that is left out keeps what it has."""
        return ServiceLevels(
            known.zone,
            tuple(Window(one.weekday, one.from_minute, one.to_minute) for one in self.week),
            {
                **known.policies,
                **{
                    priority: Policy(
                        policy.response_minutes,
                        policy.repair_minutes,
                        policy.around_the_clock,
                        frozenset(policy.stops),
                    )
                    for priority, policy in self.policies.items()
                },
            },
        )


def levels_shape(levels: ServiceLevels) -> MaintenanceLevels:
    return MaintenanceLevels(
        week=[
            WorkingHours(weekday=one.weekday, from_minute=one.from_minute, to_minute=one.to_minute)
            for one in levels.week
        ],
        policies={
            priority: LevelPolicy(
                response_minutes=policy.response_minutes,
                repair_minutes=policy.repair_minutes,
                around_the_clock=policy.around_the_clock,
                stops=sorted(policy.stops),
            )
            for priority, policy in levels.policies.items()
        },
    )


def ticket_shape(view: TicketView, actor: Actor, now: datetime) -> Ticket:
    row = view.row
    # A ticket that ended before anybody accepted it was answered by its end.
    answered = row.responded_at or row.ended_at
    known = row.due_response_at is not None
    response = response_state(row.due_response_at, answered, now) if row.due_response_at else None
    repair = repair_state(row.due_repair_at, row.ended_at, now) if known else None
    return Ticket(
        id=row.id,
        number=row.number,
        state=TicketState(row.state),
        since=row.since,
        priority=Priority(row.priority),
        priority_by_hand=row.priority_by_hand,
        impact=Impact(row.impact),
        urgency=Urgency(row.urgency),
        title_code=row.title_code,
        title_params=row.title_params,
        text=row.text,
        room=row.room,
        area=row.area,
        asset_id=row.asset_key,
        asset=_asset_shape(view) if view.asset is not None else None,
        entity=row.entity,
        fault=row.fault,
        source=TicketSource(row.source),
        kind=TicketKind(row.kind),
        reported_by=row.reported_by,
        ask=row.ask,
        assigned_to_id=row.assigned_to_id,
        assigned_to=row.assigned_to,
        opened_at=row.opened_at,
        responded_at=row.responded_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        due_response_at=row.due_response_at,
        due_repair_at=row.due_repair_at,
        response=response,
        repair=repair,
        repair_left_seconds=row.repair_left_seconds,
        likely_end_at=view.likely_end_at,
        at_risk=repair is ClockState.RUNNING and _later(view.likely_end_at, row.due_repair_at),
        breached=ClockState.BREACHED in (response, repair),
        escalated=row.escalated,
        hold_reason=row.hold_reason,
        holds=[TicketHold.model_validate(hold) for hold in row.holds],
        duplicate_of=view.duplicate_of,
        reopened_from=TicketState(row.reopened_from) if row.reopened_from else None,
        reopened=row.reopened,
        evidence=row.evidence,
        evidence_dropped=row.evidence_dropped,
        recurrences=row.recurrences,
        gone_at=row.gone_at,
        photos=row.photos,
        checklist=[CheckItem.model_validate(item) for item in row.checklist],
        reports=[
            TicketReport(
                number=report.number,
                kind=report.kind,
                text=report.text,
                unsafe=report.unsafe,
                photos=report.photos,
                at=report.at,
                by=report.by_name,
            )
            for report in view.reports
        ],
        costs=[
            TicketCost(
                id=cost.id,
                kind=cost.kind,
                what=cost.what,
                quantity=cost.quantity,
                cost_cents=cost.cost_cents,
                at=cost.at,
                by=cost.by,
                taken_back=cost.taken_back,
            )
            for cost in view.costs
        ],
        off_sale=TicketOffSale.model_validate(row.off_sale) if row.off_sale else None,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        lock_out=lock_shape(view.lock) if view.lock is not None else None,
        last_at=row.last_at,
        last_action=row.last_action,
        last_by=row.last_by,
        changed_at=row.changed_at,
        version=row.version,
        may=may_now(progress_of(row), actor, now),
    )


def _asset_shape(view: TicketView) -> TicketAsset:
    asset, row = view.asset, view.row
    assert asset is not None
    return TicketAsset(
        id=asset.id,
        name=asset.name,
        kind=asset.kind,
        maker=asset.maker,
        model=asset.model,
        serial=asset.serial,
        room=asset.room,
        area=asset.area,
        elsewhere=row.room is not None and asset.room != row.room,
        warranty_until=asset.warranty_until,
        in_warranty=asset.in_warranty(view.today) if view.today is not None else None,
        price_cents=asset.price_cents,
    )


def lock_shape(lock: LockedOut) -> TicketLock:
    return TicketLock(
        asset_id=lock.asset_key,
        reason=lock.reason,
        by=lock.by,
        since=lock.since,
        ticket_id=lock.ticket_id,
    )


def _later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one > other


def step_shape(step: TicketStepRow) -> TicketStep:
    return TicketStep(
        number=step.number,
        action=step.action,
        at=step.at,
        received_at=step.received_at,
        by=step.by,
        previous=TicketState(step.previous) if step.previous else None,
        state=TicketState(step.state),
        assigned_to=step.assigned_to,
        reason=step.reason,
        comment=step.comment,
        detail=step.detail,
    )
