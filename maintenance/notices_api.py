"""The routes of the on-call list, of acknowledging, and of browsers that take pushes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, UtcMoment
from maintenance.notices import MOST_ON_CALL, NoticeState
from maintenance.notices_service import NoticeService


class OnCallPerson(BaseModel):
    """`browsers`: how many of theirs take pushes."""

    staff_id: str
    name: str
    email: str | None
    browsers: int


class OnCallList(BaseModel):
    """In the order of calling."""

    items: list[OnCallPerson]
    next: str | None = None


class OnCallToPut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    staff_id: Annotated[str, Field(max_length=64)]
    email: Annotated[str, Field(max_length=200)] | None = None


class OnCallListToPut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[OnCallToPut], Field(max_length=MOST_ON_CALL)]


class Notice(BaseModel):
    """One notice of a ticket; `name`: whom it calls, null for the webhook."""

    id: str
    channel: str
    name: str | None
    state: NoticeState
    tries: int
    last_error: str | None
    made_at: UtcMoment
    ended_at: UtcMoment | None


class NoticeList(BaseModel):
    items: list[Notice]
    next: str | None = None


class PushKey(BaseModel):
    key: str


class PushSubscriptionToMake(BaseModel):
    """As a browser gives it out."""

    model_config = ConfigDict(extra="ignore")

    endpoint: Annotated[str, Field(max_length=1000)]
    keys: Annotated[dict[str, Annotated[str, Field(max_length=200)]], Field(max_length=4)]


class PushSubscription(BaseModel):
    id: str


class Acknowledged(BaseModel):
    version: int


def routes(service: NoticeService) -> APIRouter:
    """Every route of notices, with full paths."""
    router = APIRouter(tags=["maintenance"])
    database = service.database

    def listed() -> OnCallList:
        return OnCallList(
            items=[
                OnCallPerson(
                    staff_id=one.staff_id, name=one.name, email=one.email, browsers=len(one.subscriptions)
                )
                for one in service.on_call()
            ]
        )

    @router.get("/api/maintenance/on-call")
    def show_on_call(actor: CurrentActor) -> OnCallList:
        """Who is called when a critical ticket comes up, in order."""
        return listed()

    @router.put("/api/maintenance/on-call")
    def put_on_call(actor: CurrentActor, body: OnCallListToPut) -> OnCallList:
        with database.write() as tx:
            service.put_on_call(tx, actor, [(one.staff_id, one.email) for one in body.items])
        return listed()

    @router.post("/api/tickets/{ticket_id}/acknowledge")
    def acknowledge_ticket(ticket_id: str, actor: CurrentActor, key: OnceKey) -> Acknowledged:
        """Somebody has heard the call; nobody else is called."""
        return Acknowledged(
            **act_once(database, actor, key, lambda tx: service.acknowledge(tx, actor, ticket_id))
        )

    @router.get("/api/tickets/{ticket_id}/notices")
    def ticket_notices(ticket_id: str, actor: CurrentActor) -> NoticeList:
        """What went out of the house for this ticket, and what became of it."""
        return NoticeList(
            items=[
                Notice(
                    id=row.id,
                    channel=row.channel,
                    name=row.name,
                    state=NoticeState(row.state),
                    tries=row.tries,
                    last_error=row.last_error,
                    made_at=row.made_at,
                    ended_at=row.ended_at,
                )
                for row in service.notices(ticket_id)
            ]
        )

    @router.get("/api/push/key")
    def push_key(actor: CurrentActor) -> PushKey:
        """What a browser subscribes with (VAPID)."""
        return PushKey(key=service.push_key())

    @router.post("/api/push/subscriptions", status_code=201)
    def subscribe(actor: CurrentActor, body: PushSubscriptionToMake, key: OnceKey) -> PushSubscription:
        """This browser takes pushes for the person who is signed in."""
        return PushSubscription(
            **act_once(
                database, actor, key, lambda tx: service.subscribe(tx, actor, body.endpoint, body.keys)
            )
        )

    @router.delete("/api/push/subscriptions/{subscription_id}", status_code=204)
    def unsubscribe(subscription_id: str, actor: CurrentActor) -> None:
        with database.write() as tx:
            service.unsubscribe(tx, actor, subscription_id)

    return router
