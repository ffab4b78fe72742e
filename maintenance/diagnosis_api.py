"""The routes of diagnosis: rules with their sources and precision, findings to judge, mutes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hotel.database import Transaction
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, SeenVersion, UtcMoment, etag
from maintenance.diagnosis_desk import DiagnosisDesk, RuleView, Verdict
from maintenance.diagnosis_service import rule_of
from maintenance.diagnosis_store import FindingRow, MuteRow

MOST_FINDINGS = 500

Short = Annotated[str | None, Query(max_length=120)]


class RuleLimit(BaseModel):
    """One threshold and where it comes from."""

    name: str
    value: float
    why: str


class DiagnosisRule(BaseModel):
    """A rule. `at_once`: opens tickets in every hotel. Counts: `found` in 30 days, the others of all time."""

    code: str
    at_once: bool
    safety: bool
    approved: bool
    approved_by: str | None
    approved_at: UtcMoment | None
    version: int
    limits: list[RuleLimit]
    found: int
    standing: int
    waiting: int
    real: int
    false: int
    known: int
    precision: float | None


class DiagnosisRuleList(BaseModel):
    items: list[DiagnosisRule]


class RuleApproval(BaseModel):
    model_config = ConfigDict(extra="forbid")

    approved: bool


class Finding(BaseModel):
    """One cause that a rule found. `ticket_id` null: it waits for an engineer, was muted, or is gone."""

    id: str
    fault: str
    rule: str
    asset_key: str
    room: str | None
    entity: str | None
    evidence: dict[str, Any]
    found_at: UtcMoment
    last_at: UtcMoment
    gone_at: UtcMoment | None
    times: int
    muted: bool
    ticket_id: str | None
    verdict: Verdict | None
    verdict_by: str | None
    verdict_at: UtcMoment | None


class FindingList(BaseModel):
    items: list[Finding]


class FindingVerdict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    verdict: Verdict


class Mute(BaseModel):
    fault: str
    asset_key: str
    until: UtcMoment
    reason: str | None
    by: str
    at: UtcMoment


class MuteList(BaseModel):
    items: list[Mute]


class MuteToSet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fault: Annotated[str, Field(max_length=64)]
    asset_key: Annotated[str, Field(max_length=120)]
    until: UtcMoment
    reason: Annotated[str, Field(max_length=200)] | None = None


class FilterCleaned(BaseModel):
    model_config = ConfigDict(extra="forbid")

    device_id: Annotated[str, Field(max_length=64)]


def routes(desk: DiagnosisDesk) -> APIRouter:
    """Every route of diagnosis, with full paths."""
    router = APIRouter(tags=["maintenance"])
    database = desk.database

    @router.get("/api/diagnosis/rules")
    def list_rules(actor: CurrentActor) -> DiagnosisRuleList:
        return DiagnosisRuleList(items=[_rule(view) for view in desk.rules()])

    @router.put("/api/diagnosis/rules/{code}")
    def approve_rule(
        code: str,
        actor: CurrentActor,
        body: RuleApproval,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> DiagnosisRule:
        """Let a rule open tickets, or make it a suggestion again. The first `If-Match` is "0"."""
        act_once(
            database,
            actor,
            key,
            lambda tx: {"opened": desk.approve(tx, actor, code, seen, body.approved)},
        )
        view = desk.rule(code)
        response.headers["ETag"] = etag(view.version)
        return _rule(view)

    @router.get("/api/diagnosis/findings")
    def list_findings(
        actor: CurrentActor,
        fault: Short = None,
        room: Short = None,
        open_only: Annotated[bool, Query(alias="open")] = False,
        waiting: bool = False,
        limit: Annotated[int, Query(ge=1, le=MOST_FINDINGS)] = 100,
    ) -> FindingList:
        """Findings, newest first. `waiting`: those that stand and wait for an engineer's word."""
        rows = desk.findings(fault=fault, room=room, open_only=open_only, waiting_only=waiting, limit=limit)
        return FindingList(items=[_finding(row) for row in rows])

    @router.post("/api/diagnosis/findings/{finding_id}/ticket")
    def open_ticket_for(finding_id: str, actor: CurrentActor, key: OnceKey) -> Finding:
        act_once(database, actor, key, lambda tx: {"ticket": desk.open_for(tx, actor, finding_id)})
        return _finding(desk.finding(finding_id))

    @router.post("/api/diagnosis/findings/{finding_id}/verdict")
    def judge_finding(finding_id: str, actor: CurrentActor, body: FindingVerdict, key: OnceKey) -> Finding:
        def act(tx: Transaction) -> dict[str, Any]:
            desk.judge(tx, actor, finding_id, body.verdict)
            return {}

        act_once(database, actor, key, act)
        return _finding(desk.finding(finding_id))

    @router.get("/api/diagnosis/mutes")
    def list_mutes(actor: CurrentActor) -> MuteList:
        return MuteList(items=[_mute(row) for row in desk.mutes()])

    @router.post("/api/diagnosis/mutes", status_code=201)
    def set_mute(body: MuteToSet, actor: CurrentActor, key: OnceKey) -> MuteList:
        def act(tx: Transaction) -> dict[str, Any]:
            desk.mute(tx, actor, body.fault, body.asset_key, body.until, body.reason)
            return {}

        act_once(database, actor, key, act)
        return list_mutes(actor)

    @router.delete("/api/diagnosis/mutes")
    def end_mute(
        actor: CurrentActor,
        key: OnceKey,
        fault: Annotated[str, Query(max_length=64)],
        asset_key: Annotated[str, Query(max_length=120)],
    ) -> MuteList:
        def act(tx: Transaction) -> dict[str, Any]:
            desk.unmute(tx, actor, fault, asset_key)
            return {}

        act_once(database, actor, key, act)
        return list_mutes(actor)

    @router.post("/api/diagnosis/filters", status_code=204)
    def filter_cleaned(body: FilterCleaned, actor: CurrentActor, key: OnceKey) -> None:
        """The filter of an air conditioner was cleaned: its hours begin anew."""

        def act(tx: Transaction) -> dict[str, Any]:
            desk.clean_filter(tx, actor, body.device_id)
            return {}

        act_once(database, actor, key, act)

    return router


def _rule(view: RuleView) -> DiagnosisRule:
    rule = view.rule
    return DiagnosisRule(
        code=rule.code,
        at_once=rule.at_once,
        safety=rule.safety,
        approved=view.approved,
        approved_by=view.by,
        approved_at=view.at,
        version=view.version,
        limits=[RuleLimit(name=limit.name, value=limit.value, why=limit.why) for limit in rule.limits],
        found=view.found,
        standing=view.standing,
        waiting=view.waiting,
        real=view.real,
        false=view.false,
        known=view.known,
        precision=view.precision,
    )


def _finding(row: FindingRow) -> Finding:
    return Finding.model_validate(
        {
            **{name: getattr(row, name) for name in Finding.model_fields if name != "rule"},
            "rule": rule_of(row.fault),
        }
    )


def _mute(row: MuteRow) -> Mute:
    return Mute.model_validate({name: getattr(row, name) for name in Mute.model_fields})
