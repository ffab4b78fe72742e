"""Preventive work, reliability and repair or replace as files for a spreadsheet program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from gateway.http.spreadsheets import Cell, Format, spreadsheet
from hotel.database import Database
from hotel.requests import CurrentActor
from hotel.rooms import find_property
from maintenance.preventive import last_day
from maintenance.preventive_service import PreventiveService, WorkView
from maintenance.reliability_service import Figures, Group, ReliabilityService, ReplacementView

WORK_COLUMNS = ["plan", "class", "asset", "room", "state", "due", "in time up to", "window from", "window to"]
WORK_COLUMNS += ["window late", "ticket", "ticket state", "assigned to", "ended"]
COMPLIANCE_COLUMNS = ["class", "kept", "plan", "asset", "room", "due", "in time up to", "ended", "ticket"]
RELIABILITY_COLUMNS = [
    "name",
    "kind",
    "assets",
    "operating hours",
    "failures",
    "MTBF hours",
    "MTBF at least hours",
]
RELIABILITY_COLUMNS += ["MTBF low hours", "MTBF high hours", "few failures", "repairs", "MTTR hours"]
RELIABILITY_COLUMNS += [
    "downtime hours",
    "cost",
    "of it preventive",
    "of it valued work",
    "valued work minutes",
]
RELIABILITY_COLUMNS += ["unpriced work minutes", "tickets"]
REPLACEMENT_COLUMNS = ["verdict", "reasons", "asset", "kind", "model", "room", "price", "cost of 12 months"]
REPLACEMENT_COLUMNS += [
    "expected cost",
    "share of price",
    "failures a year",
    "of its model",
    "cost of a failure",
]
REPLACEMENT_COLUMNS += ["failures by quarter", "age years", "life years", "warranty until", "tickets"]
YEAR_DAYS = 365

Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]


class Wanted(StrEnum):
    """What can be had as a file."""

    WORK = "work"
    COMPLIANCE = "compliance"
    RELIABILITY = "reliability"
    ASSETS = "asset-reliability"
    REPLACEMENTS = "replacements"


def routes(database: Database, preventive: PreventiveService, reliability: ReliabilityService) -> APIRouter:
    """`GET /api/preventive/export/{table}`."""
    router = APIRouter(tags=["exports"])

    def compliance() -> Table:
        view = preventive.compliance(YEAR_DAYS)
        rows = [
            _kept(one.work_class.value, kept, view.works[work_id])
            for one in view.classes
            for kept, ids in (
                ("in time", one.in_time),
                ("late", one.late),
                ("missed", one.missed),
                ("running", one.running),
            )
            for work_id in ids
        ]
        return COMPLIANCE_COLUMNS, rows

    tables: dict[Wanted, Callable[[], Table]] = {
        Wanted.WORK: lambda: (WORK_COLUMNS, [_work(view) for view in preventive.open_works()]),
        Wanted.COMPLIANCE: compliance,
        Wanted.RELIABILITY: lambda: (
            RELIABILITY_COLUMNS,
            [_figures(one) for one in reliability.by(Group.MODEL, YEAR_DAYS)],
        ),
        Wanted.ASSETS: lambda: (
            RELIABILITY_COLUMNS,
            [_figures(one) for one in reliability.by(Group.ASSET, YEAR_DAYS)],
        ),
        Wanted.REPLACEMENTS: lambda: (
            REPLACEMENT_COLUMNS,
            [_replacement(view) for view in reliability.replacements()],
        ),
    }

    @router.get("/api/preventive/export/{table}", response_class=Response)
    def export(
        table: Wanted,
        actor: CurrentActor,
        form: Annotated[Format, Query(alias="format")] = Format.CSV,
    ) -> Response:
        """The whole table as a CSV or XLSX file; figures are of the last year."""
        with database.read() as session:
            zone = ZoneInfo(find_property(session, database.property_id).timezone)
        columns, rows = tables[table]()
        return spreadsheet(table.value, columns, rows, form, zone)

    return router


def _work(view: WorkView) -> list[Cell]:
    row, ticket = view.row, view.ticket
    return [
        view.plan,
        row.work_class,
        view.asset.name if view.asset else None,
        row.room,
        row.state,
        row.due_on,
        last_day(row.due_on, row.tolerance_days),
        row.window_from,
        row.window_to,
        row.window_late,
        ticket.number if ticket else None,
        ticket.state if ticket else None,
        ticket.assigned_to if ticket else None,
        row.ended_at,
    ]


def _kept(work_class: str, kept: str, view: WorkView) -> list[Cell]:
    row = view.row
    return [
        work_class,
        kept,
        view.plan,
        view.asset.name if view.asset else None,
        row.room,
        row.due_on,
        last_day(row.due_on, row.tolerance_days),
        row.ended_on,
        view.ticket.number if view.ticket else None,
    ]


def _figures(one: Figures) -> list[Cell]:
    found, between, spent = one.found, one.found.between, one.found.spent
    tickets = dict.fromkeys((*between.failures, *found.repair_hours.tickets, *spent.tickets))
    return [
        one.name,
        one.kind,
        found.assets,
        _rounded(between.operating_hours),
        len(between.failures),
        _rounded(between.hours),
        _rounded(between.at_least_hours),
        _rounded(between.low_hours),
        _rounded(between.high_hours),
        between.few,
        found.repair_hours.count,
        _rounded(found.repair_hours.value),
        _rounded(found.downtime_hours),
        spent.cents / 100,
        spent.preventive_cents / 100,
        spent.valued_cents / 100,
        spent.valued_minutes,
        spent.unpriced_minutes,
        " ".join(str(one.numbers[ticket]) for ticket in tickets if ticket in one.numbers),
    ]


def _replacement(view: ReplacementView) -> list[Cell]:
    place, asset = view.place, view.asset
    return [
        place.verdict.value,
        " ".join(reason.value for reason in place.reasons),
        asset.name,
        asset.kind,
        asset.model,
        asset.room,
        place.price_cents / 100 if place.price_cents is not None else None,
        place.cost_cents / 100,
        place.expected_cents / 100,
        _rounded(place.ratio),
        _rounded(place.rate_a_year),
        _rounded(place.model_rate_a_year),
        place.cents_a_failure / 100,
        " ".join(str(count) for count in place.by_quarter),
        _rounded(place.age_years),
        place.life_years,
        place.warranty_until,
        " ".join(str(number) for number in dict.fromkeys(view.numbers.values())),
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
