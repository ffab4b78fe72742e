"""The shapes of tickets over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from hotel.actor import Actor
from hotel.requests import UtcMoment
from maintenance.tickets import (
    LONGEST_COMMENT,
    LONGEST_REASON,
    Impact,
    Priority,
    TicketAction,
    TicketSource,
    TicketState,
    Urgency,
    may_now,
)
from maintenance.tickets_service import TicketTap, TicketView
from maintenance.tickets_store import TicketStepRow, progress_of

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
    entity: str | None
    fault: str | None
    source: TicketSource
    reported_by: str
    ask: str | None
    assigned_to_id: str | None
    assigned_to: str | None
    opened_at: UtcMoment
    responded_at: UtcMoment | None
    ended_at: UtcMoment | None
    due_response_at: UtcMoment | None
    due_repair_at: UtcMoment | None
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


def ticket_shape(view: TicketView, actor: Actor, now: datetime) -> Ticket:
    row = view.row
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
        entity=row.entity,
        fault=row.fault,
        source=TicketSource(row.source),
        reported_by=row.reported_by,
        ask=row.ask,
        assigned_to_id=row.assigned_to_id,
        assigned_to=row.assigned_to,
        opened_at=row.opened_at,
        responded_at=row.responded_at,
        ended_at=row.ended_at,
        due_response_at=row.due_response_at,
        due_repair_at=row.due_repair_at,
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
        last_at=row.last_at,
        last_action=row.last_action,
        last_by=row.last_by,
        changed_at=row.changed_at,
        version=row.version,
        may=may_now(progress_of(row), actor, now),
    )


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
