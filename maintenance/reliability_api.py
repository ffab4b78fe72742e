"""The routes of reliability and of repair or replace. Every figure comes with its tickets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hotel.requests import CurrentActor, SeenVersion, UtcMoment, etag
from maintenance.meters import Meter
from maintenance.meters_store import AssetMeterRow, counted
from maintenance.reliability import FEW
from maintenance.reliability_service import Figures, Group, ReliabilityService, ReplacementView
from maintenance.replacement import LIMITS, Reason, Terms, Verdict

LONGEST_DAYS = 5 * 366
USUAL_DAYS = 365

Days = Annotated[int, Query(ge=1, le=LONGEST_DAYS)]


class TicketRef(BaseModel):
    """A ticket that makes a figure."""

    id: str
    number: int


class ReliabilityFigures(BaseModel):
    """Of an asset, a model or a kind over a period.

    `mttr_hours`: hands-on time of a repair; null: none was repaired. `mtbf_hours`: null without a failure;
    `mtbf_at_least_hours` is then all that is known. `mtbf_low_hours` to `mtbf_high_hours` (null: no upper
    bound): where it lies with 90 %. `few_*`: too little to judge by. Money in hundredths of the hotel's
    currency; `unpriced_minutes` of work are not in it, `valued_cents` for `valued_minutes` are.
    """

    subject: str
    name: str
    kind: str
    start: UtcMoment
    end: UtcMoment
    assets: int
    mttr_hours: float | None
    repairs: list[TicketRef]
    few_repairs: bool
    mtbf_hours: float | None
    mtbf_at_least_hours: float | None
    mtbf_low_hours: float | None
    mtbf_high_hours: float | None
    operating_hours: float
    failures: list[TicketRef]
    few_failures: bool
    downtime_hours: float
    downtime: list[TicketRef]
    gone_by_itself: list[TicketRef]
    open: list[TicketRef]
    cost_cents: int
    fault_cents: int
    preventive_cents: int
    valued_cents: int
    work_minutes: float
    valued_minutes: float
    unpriced_minutes: float
    costs: list[TicketRef]


class ReliabilityList(BaseModel):
    """`few`: with fewer of them a figure is said to be of few."""

    items: list[ReliabilityFigures]
    few: int = FEW


class AssetMeterShape(BaseModel):
    """`value`: hours or times since `counted_from`; `unknown_hours` of that time nothing is known.
    `ended_at`: another device took its place."""

    meter: Meter
    value: float
    known_hours: float
    unknown_hours: float
    per_day: float | None
    counted_from: UtcMoment
    counted_to: UtcMoment
    device_id: str
    ended_at: UtcMoment | None


class AssetReliability(ReliabilityFigures):
    meters: list[AssetMeterShape]


class ReplacementLimit(BaseModel):
    """`value` is the property's, `usual` what it is as long as nobody sets another one."""

    name: str
    value: float
    usual: float
    least: float
    most: float
    whole: bool
    why: str


class ReplacementTerms(BaseModel):
    """What the list is judged by; `cents_an_hour` null: work without a price is not valued."""

    limits: list[ReplacementLimit]
    cents_an_hour: int | None


class ReplacementTermsToPut(BaseModel):
    """Every limit by its name."""

    model_config = ConfigDict(extra="forbid")

    limits: Annotated[dict[str, float], Field(max_length=20)]
    cents_an_hour: int | None


class ReplacementShape(BaseModel):
    """A place in the list, with every term: ratio = (cost_cents + expected_cents) / price_cents;
    expected_cents = rate_a_year × cents_a_failure; rate_a_year mixes its own failures with its model's."""

    asset_id: str
    asset: str
    kind: str
    model: str | None
    room: str | None
    verdict: Verdict
    reasons: list[Reason]
    price_cents: int | None
    cost_cents: int
    expected_cents: int
    ratio: float | None
    rate_a_year: float
    model_rate_a_year: float
    cents_a_failure: int
    cents_of_model: bool
    seen_years: float
    by_quarter: list[int]
    age_years: float | None
    life_years: float | None
    warranty_until: date | None
    failures: list[TicketRef]
    cost_tickets: list[TicketRef]


class ReplacementList(BaseModel):
    items: list[ReplacementShape]
    limits: list[ReplacementLimit]
    cents_an_hour: int | None


def routes(service: ReliabilityService) -> APIRouter:
    """Every route of reliability, with full paths."""
    router = APIRouter(tags=["maintenance"])

    @router.get("/api/reliability")
    def list_reliability(
        actor: CurrentActor, by: Group = Group.MODEL, days: Days = USUAL_DAYS
    ) -> ReliabilityList:
        """By asset, model or kind; what fails most for its time first."""
        return ReliabilityList(
            items=[ReliabilityFigures(**_figures(one)) for one in service.by(by, days)]  # type: ignore[arg-type]
        )

    @router.get("/api/assets/{asset_id}/reliability")
    def asset_reliability(asset_id: str, actor: CurrentActor, days: Days = USUAL_DAYS) -> AssetReliability:
        """The figures of one asset, with its meters."""
        found = service.of_asset(asset_id, days)
        return AssetReliability(
            **_figures(found.figures),  # type: ignore[arg-type]
            meters=[_meter(row) for row in found.meters],
        )

    @router.get("/api/replacements")
    def list_replacements(actor: CurrentActor) -> ReplacementList:
        """Repair or replace, with the arithmetic; what should be replaced first first."""
        terms = _terms(service.terms()[0])
        return ReplacementList(
            items=[_replacement(view) for view in service.replacements()],
            limits=terms.limits,
            cents_an_hour=terms.cents_an_hour,
        )

    @router.get("/api/maintenance/replacement-terms")
    def show_terms(actor: CurrentActor, response: Response) -> ReplacementTerms:
        """The limits of repair or replace, and what an hour of work is worth."""
        terms, version = service.terms()
        response.headers["ETag"] = etag(version)
        return _terms(terms)

    @router.put("/api/maintenance/replacement-terms")
    def put_terms(
        actor: CurrentActor, body: ReplacementTermsToPut, seen: SeenVersion, response: Response
    ) -> ReplacementTerms:
        """If-Match "0" makes the first. The list and every figure of cost follow at once."""
        wanted = Terms(body.limits, body.cents_an_hour)
        with service.database.write() as tx:
            version = service.put_terms(tx, actor, seen, wanted)
        response.headers["ETag"] = etag(version)
        return _terms(wanted)

    return router


def _terms(terms: Terms) -> ReplacementTerms:
    return ReplacementTerms(
        limits=[
            ReplacementLimit(
                name=name,
                value=terms.limits[name],
                usual=limit.value,
                least=limit.least,
                most=limit.most,
                whole=limit.whole,
                why=limit.why,
            )
            for name, limit in LIMITS.items()
        ],
        cents_an_hour=terms.cents_an_hour,
    )


def _refs(ids: Iterable[str], numbers: Mapping[str, int]) -> list[TicketRef]:
    return [TicketRef(id=one, number=numbers[one]) for one in ids if one in numbers]


def _figures(one: Figures) -> dict[str, object]:
    found, numbers = one.found, one.numbers
    between, spent = found.between, found.spent
    return {
        "subject": one.subject,
        "name": one.name,
        "kind": one.kind,
        "start": found.start,
        "end": found.end,
        "assets": found.assets,
        "mttr_hours": found.repair_hours.value,
        "repairs": _refs(found.repair_hours.tickets, numbers),
        "few_repairs": found.repair_hours.few,
        "mtbf_hours": between.hours,
        "mtbf_at_least_hours": between.at_least_hours,
        "mtbf_low_hours": between.low_hours,
        "mtbf_high_hours": between.high_hours,
        "operating_hours": between.operating_hours,
        "failures": _refs(between.failures, numbers),
        "few_failures": between.few,
        "downtime_hours": found.downtime_hours,
        "downtime": _refs(found.downtime_tickets, numbers),
        "gone_by_itself": _refs(found.gone_by_itself, numbers),
        "open": _refs(found.open, numbers),
        "cost_cents": spent.cents,
        "fault_cents": spent.fault_cents,
        "preventive_cents": spent.preventive_cents,
        "valued_cents": spent.valued_cents,
        "work_minutes": spent.work_minutes,
        "valued_minutes": spent.valued_minutes,
        "unpriced_minutes": spent.unpriced_minutes,
        "costs": _refs(spent.tickets, numbers),
    }


def _meter(row: AssetMeterRow) -> AssetMeterShape:
    return AssetMeterShape(
        meter=Meter(row.meter),
        value=row.value,
        known_hours=row.known_hours,
        unknown_hours=row.unknown_hours,
        per_day=counted(row).per_day,
        counted_from=row.counted_from,
        counted_to=row.counted_to,
        device_id=row.device_id,
        ended_at=row.ended_at,
    )


def _replacement(view: ReplacementView) -> ReplacementShape:
    place, asset = view.place, view.asset
    return ReplacementShape(
        asset_id=asset.id,
        asset=asset.name,
        kind=asset.kind,
        model=asset.model,
        room=asset.room,
        verdict=place.verdict,
        reasons=list(place.reasons),
        price_cents=place.price_cents,
        cost_cents=place.cost_cents,
        expected_cents=place.expected_cents,
        ratio=place.ratio,
        rate_a_year=place.rate_a_year,
        model_rate_a_year=place.model_rate_a_year,
        cents_a_failure=place.cents_a_failure,
        cents_of_model=place.cents_of_model,
        seen_years=place.seen_years,
        by_quarter=list(place.by_quarter),
        age_years=place.age_years,
        life_years=place.life_years,
        warranty_until=place.warranty_until,
        failures=_refs(place.failures, view.numbers),
        cost_tickets=_refs(place.cost_tickets, view.numbers),
    )
