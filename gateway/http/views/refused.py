"""What came from the broker and was not taken, for engineers: which device, and what is wrong with it.

Four lists of the wire side by side: payloads that nobody could read, configs that break the discovery
convention, devices that are announced well but are not for Innkeeper, and devices whose templates fail.
All of it is in memory and bounded; the counters of /metrics go on when the oldest of it is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, Protocol

from fastapi import APIRouter, Query
from pydantic import BaseModel

from hotel.requests import CurrentActor, UtcMoment

MOST_ITEMS = 500
MOST_SAMPLE_CHARACTERS = 200

Kind = Literal["payload", "config", "not_supported", "template"]


class _Payload(Protocol):
    @property
    def topic(self) -> str: ...

    @property
    def payload(self) -> bytes: ...

    @property
    def code(self) -> str: ...

    @property
    def reason(self) -> str: ...

    @property
    def at(self) -> datetime: ...


class _Entity(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def reason(self) -> str: ...


class _Trouble(Protocol):
    @property
    def count(self) -> int: ...

    @property
    def reason(self) -> str: ...

    @property
    def at(self) -> datetime: ...


class RefusedByWire(Protocol):
    """What the wire to the devices keeps of what it refused; each list has the newest last."""

    @property
    def quarantine(self) -> Sequence[_Payload]: ...

    def wrong_configs(self) -> Sequence[_Entity]: ...

    def not_supported(self) -> Sequence[_Entity]: ...

    def template_troubles(self) -> Mapping[str, _Trouble]: ...


class Refusal(BaseModel):
    """One thing that was not taken.

    `subject` is the topic of a payload, the discovery key of a config or device. `reason` is a code
    for payloads and the kind's own name for the others, `detail` one sentence. `sample` is the
    payload's beginning as text.
    """

    kind: Kind
    subject: str
    reason: str
    detail: str
    at: UtcMoment | None
    sample: str | None


class RefusalList(BaseModel):
    items: list[Refusal]
    next: str | None = None


def routes(wire: RefusedByWire) -> APIRouter:
    """`GET /api/devices/refused`."""
    router = APIRouter(tags=["devices"])

    @router.get("/api/devices/refused")
    def list_refused(
        actor: CurrentActor,
        kind: Kind | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ITEMS)] = MOST_ITEMS,
    ) -> RefusalList:
        """Refused payloads and configs, devices not supported, failing templates; newest of each first."""
        items = [refusal for refusal in _refusals(wire) if kind in (None, refusal.kind)]
        return RefusalList(items=items[:limit])

    return router


def _refusals(wire: RefusedByWire) -> list[Refusal]:
    payloads = [
        Refusal(
            kind="payload",
            subject=kept.topic,
            reason=kept.code,
            detail=kept.reason,
            at=kept.at,
            sample=kept.payload.decode(errors="replace")[:MOST_SAMPLE_CHARACTERS],
        )
        for kept in reversed(wire.quarantine)
    ]
    wrong = [_of_entity("config", entity) for entity in reversed(wire.wrong_configs())]
    foreign = [_of_entity("not_supported", entity) for entity in reversed(wire.not_supported())]
    troubles = [
        Refusal(
            kind="template",
            subject=key,
            reason="template_failed",
            detail=f"{trouble.reason} ({trouble.count} times)",
            at=trouble.at,
            sample=None,
        )
        for key, trouble in sorted(
            wire.template_troubles().items(), key=lambda item: item[1].at, reverse=True
        )
    ]
    return payloads + wrong + foreign + troubles


def _of_entity(kind: Kind, entity: _Entity) -> Refusal:
    reason = "bad_config" if kind == "config" else kind
    return Refusal(kind=kind, subject=entity.key, reason=reason, detail=entity.reason, at=None, sample=None)
