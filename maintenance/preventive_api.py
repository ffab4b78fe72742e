"""The routes of preventive work: plans, what is open and ahead, and how well it was kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, SeenVersion, etag
from maintenance.preventive_schemas import (
    PreventiveComplianceList,
    PreventivePlan,
    PreventivePlanList,
    PreventivePlanWish,
    PreventiveWorkList,
    ahead_shape,
    compliance_shape,
    plan_shape,
    work_shape,
)
from maintenance.preventive_service import PreventiveService

LONGEST_AHEAD_DAYS = 366
LONGEST_BACK_DAYS = 3 * 366


def routes(service: PreventiveService) -> APIRouter:
    """Every route of preventive work, with full paths."""
    router = APIRouter(tags=["maintenance"])
    database = service.database

    def shown(plan_id: str, response: Response) -> PreventivePlan:
        view = service.plan(plan_id)
        response.headers["ETag"] = etag(view.row.version)
        return plan_shape(view)

    @router.get("/api/preventive/plans")
    def list_plans(actor: CurrentActor) -> PreventivePlanList:
        """Every plan, by name."""
        return PreventivePlanList(items=[plan_shape(view) for view in service.plans()])

    @router.post("/api/preventive/plans", status_code=201)
    def make_plan(
        actor: CurrentActor, body: PreventivePlanWish, key: OnceKey, response: Response
    ) -> PreventivePlan:
        """A plan begins on its first date: nothing is overdue on the day it is written."""
        wanted = body.plan()
        made = act_once(database, actor, key, lambda tx: {"id": service.make(tx, actor, wanted)})
        return shown(made["id"], response)

    @router.get("/api/preventive/plans/{plan_id}")
    def show_plan(plan_id: str, actor: CurrentActor, response: Response) -> PreventivePlan:
        return shown(plan_id, response)

    @router.put("/api/preventive/plans/{plan_id}")
    def put_plan(
        plan_id: str,
        actor: CurrentActor,
        body: PreventivePlanWish,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> PreventivePlan:
        """Work that is open keeps what it was opened with; `active` false ends the plan."""
        wanted = body.plan()
        act_once(database, actor, key, lambda tx: {"version": service.edit(tx, actor, plan_id, seen, wanted)})
        return shown(plan_id, response)

    @router.get("/api/preventive/work")
    def list_work(
        actor: CurrentActor, days: Annotated[int, Query(ge=0, le=LONGEST_AHEAD_DAYS)] = 30
    ) -> PreventiveWorkList:
        """What has its ticket, with its window, and what falls due within so many days."""
        ahead = service.ahead(days)
        return PreventiveWorkList(
            open=[work_shape(view) for view in service.open_works()],
            ahead=[ahead_shape(one) for one in ahead.candidates],
            left_out=ahead.left_out,
        )

    @router.get("/api/preventive/compliance")
    def show_compliance(
        actor: CurrentActor, days: Annotated[int, Query(ge=1, le=LONGEST_BACK_DAYS)] = 365
    ) -> PreventiveComplianceList:
        """Done within tolerance ÷ due, by class, with the works behind each number."""
        return compliance_shape(service.compliance(days))

    return router
