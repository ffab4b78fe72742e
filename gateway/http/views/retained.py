"""Retained messages that lie on devices' command topics, for engineers: what they are, and away with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import APIRouter
from pydantic import BaseModel, Field

from hotel.database import Database, Transaction
from hotel.errors import NotFound, Unavailable
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, UtcMoment

MOST_SAMPLE_CHARACTERS = 200


class _Kept(Protocol):
    @property
    def topic(self) -> str: ...

    @property
    def payload(self) -> bytes: ...

    @property
    def at(self) -> datetime: ...


class WireWithRetained(Protocol):
    """What the wire knows of retained messages on command topics."""

    def retained_commands(self) -> Sequence[_Kept]: ...

    def commanded_at(self, topic: str) -> list[str]: ...

    def clear_retained_command(self, topic: str) -> bool | None: ...


class RetainedCommand(BaseModel):
    """A message that the broker gives its devices at each of their reconnects. `entities` are the
    discovery keys of who would obey it; `sample` is the payload's beginning as text."""

    topic: str
    entities: list[str]
    sample: str
    seen_at: UtcMoment


class RetainedCommandList(BaseModel):
    items: list[RetainedCommand]
    next: str | None = None


class ClearRequest(BaseModel):
    topic: Annotated[str, Field(min_length=1, max_length=1_024)]


class Cleared(BaseModel):
    topic: str


def routes(database: Database, wire: WireWithRetained) -> APIRouter:
    """`GET /api/devices/retained-commands` and `POST …/clear`."""
    router = APIRouter(tags=["devices"])

    @router.get("/api/devices/retained-commands")
    def list_retained_commands(actor: CurrentActor) -> RetainedCommandList:
        """Found in rounds: soon after a device is announced, after each reconnect, and once an hour."""
        return RetainedCommandList(
            items=[
                RetainedCommand(
                    topic=kept.topic,
                    entities=wire.commanded_at(kept.topic),
                    sample=kept.payload.decode(errors="replace")[:MOST_SAMPLE_CHARACTERS],
                    seen_at=kept.at,
                )
                for kept in wire.retained_commands()
            ]
        )

    @router.post("/api/devices/retained-commands/clear", response_model=Cleared)
    def clear_retained_command(body: ClearRequest, actor: CurrentActor, once: OnceKey) -> Cleared:
        """Publishes an empty retained message there; the topic is looked at again afterwards."""

        def clear(tx: Transaction) -> dict[str, str]:
            tx.audit(actor, "device.retained_command_cleared", f"topic:{body.topic}")
            done = wire.clear_retained_command(body.topic)
            if done is None:
                raise NotFound(
                    "no_retained_command",
                    "No retained message was found on that command topic.",
                    topic=body.topic,
                )
            if not done:
                raise Unavailable("broker_busy", "The broker cannot be reached just now; try again.")
            return {"topic": body.topic}

        return Cleared.model_validate(act_once(database, actor, once, clear))

    return router
