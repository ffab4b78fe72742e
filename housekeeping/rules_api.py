"""The routes of rules and settings of housekeeping."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from hotel.requests import CurrentActor, SeenVersion, etag
from housekeeping.inspection import InspectionRules
from housekeeping.rules import MOST_SUPPLIES, Rule, Supply
from housekeeping.rules_service import RuleService
from housekeeping.settings import HousekeepingSettings
from housekeeping.tasks import TaskKind

Text = Annotated[str, Field(max_length=100)]


class RuleSupply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Text
    text: Text
    count: Annotated[int, Field(ge=0, le=999)]


class RuleToPut(BaseModel):
    """How one kind of work comes about; see `GET` for what each field means to which kind."""

    model_config = ConfigDict(extra="forbid")

    kind: TaskKind
    minutes: float
    credits: float
    room_types: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list)
    area: Text | None = None
    floor: Annotated[str, Field(max_length=16)] | None = None
    every_days: int | None = None
    opt_out_allowed: bool = True
    mandatory_every_days: int | None = None
    lead_minutes: float | None = None
    response_minutes: float | None = None
    vip_only: bool = False
    starts_on: date | None = None
    from_hour: int | None = None
    until_hour: int | None = None
    supplies: Annotated[list[RuleSupply], Field(max_length=MOST_SUPPLIES)] = Field(default_factory=list)
    active: bool = True

    def rule(self, rule_id: str) -> Rule:
        values: dict[str, Any] = self.model_dump(exclude={"supplies", "room_types"})
        return Rule(
            id=rule_id,
            room_types=tuple(self.room_types),
            supplies=tuple(Supply(**supply.model_dump()) for supply in self.supplies),
            **values,
        )


class HousekeepingRule(RuleToPut):
    """A rule as it holds, whole; `version` is what the next edit sends as If-Match (0 = never edited)."""

    id: str
    version: int
    room_types: list[str]
    area: str | None
    floor: str | None
    every_days: int | None
    opt_out_allowed: bool
    mandatory_every_days: int | None
    lead_minutes: float | None
    response_minutes: float | None
    vip_only: bool
    starts_on: date | None
    from_hour: int | None
    until_hour: int | None
    supplies: list[RuleSupply]
    active: bool


class RuleList(BaseModel):
    items: list[HousekeepingRule]


class InspectionRulesShape(BaseModel):
    model_config = ConfigDict(extra="forbid")

    always: bool = False
    sample_percent: float = 0.0
    vip: bool = False
    new_attendant_cleans: int = 0
    stayovers: bool = False


class InspectionRulesHeld(BaseModel):
    always: bool
    sample_percent: float
    vip: bool
    new_attendant_cleans: int
    stayovers: bool


class SettingsToPut(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pickup_used: bool = True
    inspected_used: bool = True
    inspection: InspectionRulesShape = Field(default_factory=InspectionRulesShape)
    welfare_hours: float = 24.0
    remind_after_minutes: float = 10.0
    learn_by_attendant: bool = False
    small_house: bool = False

    def settings(self) -> HousekeepingSettings:
        values = self.model_dump(exclude={"inspection"})
        return HousekeepingSettings(inspection=InspectionRules(**self.inspection.model_dump()), **values)


class HousekeepingSettingsShape(BaseModel):
    """The settings as they hold; `version` is what the next edit sends as If-Match (0 = never edited)."""

    pickup_used: bool
    inspected_used: bool
    inspection: InspectionRulesHeld
    welfare_hours: float
    remind_after_minutes: float
    learn_by_attendant: bool
    small_house: bool
    version: int


def rule_shape(rule: Rule) -> HousekeepingRule:
    return HousekeepingRule.model_validate(asdict(rule))


def settings_shape(settings: HousekeepingSettings, version: int) -> HousekeepingSettingsShape:
    return HousekeepingSettingsShape.model_validate({**asdict(settings), "version": version})


def routes(service: RuleService) -> APIRouter:
    """The routes, with full paths."""
    router = APIRouter(tags=["housekeeping"])

    @router.get("/api/housekeeping/rules")
    def list_rules(actor: CurrentActor) -> RuleList:
        """Every rule: minutes and credits of each kind of work, its rhythm, its hours."""
        return RuleList(items=[rule_shape(rule) for rule in service.rules()])

    @router.get("/api/housekeeping/rules/{rule_id}")
    def show_rule(rule_id: str, actor: CurrentActor, response: Response) -> HousekeepingRule:
        rule = service.rule(rule_id)
        response.headers["ETag"] = etag(rule.version)
        return rule_shape(rule)

    @router.put("/api/housekeeping/rules/{rule_id}")
    def put_rule(
        rule_id: str, actor: CurrentActor, body: RuleToPut, seen: SeenVersion, response: Response
    ) -> HousekeepingRule:
        """Set a rule; If-Match "0" adds one, or edits a default for the first time."""
        with service.database.write() as tx:
            rule = service.put_rule(tx, actor, body.rule(rule_id), seen)
        response.headers["ETag"] = etag(rule.version)
        return rule_shape(rule)

    @router.get("/api/housekeeping/settings")
    def show_settings(actor: CurrentActor, response: Response) -> HousekeepingSettingsShape:
        settings, version = service.settings()
        response.headers["ETag"] = etag(version)
        return settings_shape(settings, version)

    @router.put("/api/housekeeping/settings")
    def put_settings(
        actor: CurrentActor, body: SettingsToPut, seen: SeenVersion, response: Response
    ) -> HousekeepingSettingsShape:
        with service.database.write() as tx:
            settings, version = service.put_settings(tx, actor, body.settings(), seen)
        response.headers["ETag"] = etag(version)
        return settings_shape(settings, version)

    return router
