"""The routes of self-tests."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, UtcMoment
from maintenance.self_test import SelfTestState
from maintenance.self_test_service import Proof, SelfTests, proof_told
from maintenance.self_tests_store import SelfTestRow


class SelfTest(BaseModel):
    """One self-test: what was driven, from where and to where, and how it ended.

    `mode`: what it was switched to before, from off. `proof`: whether sensors saw the device do its work;
    None: that was not asked of it.
    """

    id: str
    state: SelfTestState
    property: str
    value: float | bool | str
    back: float | bool | str
    mode: str | None
    proof: Proof | None
    detail: str | None
    by: str
    started_at: UtcMoment
    ended_at: UtcMoment | None


class SelfTestRefusal(BaseModel):
    """Why nothing is driven just now."""

    code: str
    detail: str


class TicketSelfTest(BaseModel):
    """`testable`: there is a test for the ticket's device at all."""

    testable: bool
    refusal: SelfTestRefusal | None
    newest: SelfTest | None


def routes(tests: SelfTests) -> APIRouter:
    """Every route of self-tests, with full paths."""
    router = APIRouter(tags=["maintenance"])

    def shown(ticket_id: str) -> TicketSelfTest:
        view = tests.view(ticket_id)
        return TicketSelfTest(
            testable=view.testable,
            refusal=SelfTestRefusal(code=view.refusal.code, detail=str(view.refusal))
            if view.refusal
            else None,
            newest=_shape(view.newest) if view.newest is not None else None,
        )

    @router.get("/api/tickets/{ticket_id}/self-test")
    def show_self_test(ticket_id: str, actor: CurrentActor) -> TicketSelfTest:
        """Whether the ticket's device can be tried out now, and how its newest test stands."""
        return shown(ticket_id)

    @router.post("/api/tickets/{ticket_id}/self-test", status_code=202)
    def start_self_test(ticket_id: str, actor: CurrentActor, key: OnceKey) -> TicketSelfTest:
        """Drive the device a little and back; its end comes with the ticket's evidence."""
        act_once(tests.database, actor, key, lambda tx: tests.start(tx, actor, ticket_id))
        return shown(ticket_id)

    return router


def _shape(row: SelfTestRow) -> SelfTest:
    ended: datetime | None = row.ended_at
    return SelfTest(
        id=row.id,
        state=SelfTestState(row.state),
        property=row.drive["property"],
        value=row.drive["value"],
        back=row.drive["back"],
        mode=row.drive.get("mode"),
        proof=proof_told(row.drive),
        detail=row.detail,
        by=row.by,
        started_at=row.started_at,
        ended_at=ended,
    )
