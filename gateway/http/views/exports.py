"""What is kept, as files for a spreadsheet program. Personal fields are never among the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Response

from gateway.http.spreadsheets import Cell, Format, spreadsheet
from hotel.database import Database
from hotel.requests import CurrentActor
from hotel.rooms import find_property
from housekeeping.counting import FIGURES, Line, Stock
from housekeeping.counting_service import CountingService, lines_of
from housekeeping.counting_store import CountRow
from housekeeping.lost_and_found_service import LostAndFoundService
from housekeeping.lost_and_found_store import ItemFilter, LostItemRow
from housekeeping.tasks_service import TaskService, TaskView
from housekeeping.tasks_store import TaskFilter
from maintenance.assets_csv import COLUMNS as ASSET_COLUMNS
from maintenance.assets_csv import row_of
from maintenance.assets_service import AssetService
from maintenance.costs import CostKind
from maintenance.service import MaintenanceService
from maintenance.tickets_service import TicketService, TicketView
from maintenance.tickets_store import TicketFilter

PAGE = 500
TASK_COLUMNS = ["date", "kind", "room", "area", "floor", "state", "priority", "attendant", "place in order"]
TASK_COLUMNS += ["planned minutes", "credits", "due", "started", "finished", "worked minutes", "finished by"]
TASK_COLUMNS += ["reason", "inspection", "inspected by", "again"]
TICKET_COLUMNS = ["number", "state", "priority", "what", "text", "room", "area", "asset", "asset key"]
TICKET_COLUMNS += ["source", "reported by", "assigned to", "opened", "accepted", "started", "ended"]
TICKET_COLUMNS += ["response due", "repair due", "holds", "times reopened", "recurrences", "work minutes"]
TICKET_COLUMNS += ["cost"]

Row = TypeVar("Row")
Position = TypeVar("Position")


class Table(StrEnum):
    """What can be had as a file."""

    LOST_AND_FOUND = "lost-and-found"
    MINIBAR = "minibar"
    LINEN = "linen"
    FAULT_REPORTS = "fault-reports"
    TASKS = "tasks"
    TICKETS = "tickets"
    ASSETS = "assets"


def routes(
    database: Database,
    lost_and_found: LostAndFoundService,
    counting: CountingService,
    maintenance: MaintenanceService,
    tasks: TaskService,
    tickets: TicketService,
    assets: AssetService,
) -> APIRouter:
    """`GET /api/exports/{table}`."""
    router = APIRouter(tags=["exports"])

    def lost_items(_day: date | None) -> tuple[list[str], Iterator[list[Cell]]]:
        columns = ["number", "state", "category", "what", "room", "area", "storage place"]
        columns += ["found at", "found by", "keep until"]
        records = _pages(lambda below: lost_and_found.items(ItemFilter(), below, PAGE, names=False))
        return columns, (_lost_item(record.row) for record in records)

    def counts(stock: Stock, day: date | None) -> tuple[list[str], Iterator[list[Cell]]]:
        columns = ["date", "at", "place", "by", "code", "name", *FIGURES[stock]]
        columns += ["price", "charge", "taken back"]
        rows = _pages(lambda before: counting.counts(stock, day, None, before, PAGE))
        return columns, (_count_line(stock, row, line) for row in rows for line in lines_of(row))

    def reports(_day: date | None) -> tuple[list[str], Iterator[list[Cell]]]:
        columns = ["number", "at", "kind", "room", "area", "text", "unsafe", "by"]
        rows = _pages(lambda below: maintenance.reports(None, below, PAGE))
        return columns, (
            [row.number, row.at, row.kind, row.room, row.area, row.text, row.unsafe, row.by_name]
            for row in rows
        )

    def work(day: date | None) -> tuple[list[str], Iterator[list[Cell]]]:
        wanted = TaskFilter(day=day)
        views = _pages(lambda after: tasks.page(replace(wanted, after=after), PAGE))
        return TASK_COLUMNS, (_task(view) for view in views)

    def faults(_day: date | None) -> tuple[list[str], Iterator[list[Cell]]]:
        pages = _batches(lambda below: tickets.page(TicketFilter(below=below), PAGE))
        return TICKET_COLUMNS, (row for page in pages for row in _tickets(page, tickets))

    def registry(_day: date | None) -> tuple[list[str], Iterator[list[Cell]]]:
        found = _pages(lambda after: assets.page(after=after, limit=PAGE))
        return list(ASSET_COLUMNS), (list(row_of(asset)) for asset in found)

    tables: dict[Table, Callable[[date | None], tuple[list[str], Iterator[list[Cell]]]]] = {
        Table.LOST_AND_FOUND: lost_items,
        Table.MINIBAR: lambda day: counts(Stock.MINIBAR, day),
        Table.LINEN: lambda day: counts(Stock.LINEN, day),
        Table.FAULT_REPORTS: reports,
        Table.TASKS: work,
        Table.TICKETS: faults,
        Table.ASSETS: registry,
    }

    @router.get("/api/exports/{table}", response_class=Response)
    def export(
        table: Table,
        actor: CurrentActor,
        form: Annotated[Format, Query(alias="format")] = Format.CSV,
        day: Annotated[date | None, Query(alias="date", description="of this business date")] = None,
    ) -> Response:
        """The whole table, newest first (assets by name), as a CSV or XLSX file."""
        with database.read() as session:
            zone = ZoneInfo(find_property(session, database.property_id).timezone)
        columns, rows = tables[table](day)
        return spreadsheet(f"{table.value}-{day}" if day else table.value, columns, rows, form, zone)

    return router


def _task(view: TaskView) -> list[Cell]:
    row, progress = view.row, view.progress
    reason = progress.not_serviced_reason.value if progress.not_serviced_reason else row.cancel_reason
    verdict = progress.inspection.value if progress.inspection else None
    what: list[Cell] = [row.business_date, row.kind, row.room, row.area, row.floor, row.state, row.priority]
    planned: list[Cell] = [row.attendant, row.sequence, row.minutes, row.credits, row.due_at]
    done: list[Cell] = [row.started_at, row.finished_at, round(row.worked_seconds / 60, 1), row.finished_by]
    return [*what, *planned, *done, reason, verdict, row.inspected_by, row.re_clean_of is not None]


def _tickets(views: list[TicketView], tickets: TicketService) -> Iterator[list[Cell]]:
    minutes: dict[str, float] = {}
    cents: dict[str, int] = {}
    for cost in tickets.costs([view.row.id for view in views]):
        if cost.taken_back:
            continue
        cents[cost.ticket_id] = cents.get(cost.ticket_id, 0) + cost.cost_cents
        if cost.kind == CostKind.WORK.value:
            minutes[cost.ticket_id] = minutes.get(cost.ticket_id, 0.0) + cost.quantity
    for view in views:
        row = view.row
        what: list[Cell] = [row.number, row.state, row.priority, row.title_code]
        # Planned work goes by its plan's name.
        said: list[Cell] = [row.text or row.title_params.get("plan")]
        about = view.asset.name if view.asset is not None else None
        where: list[Cell] = [row.room, row.area, about, row.asset_key, row.source]
        who: list[Cell] = [row.reported_by, row.assigned_to]
        when: list[Cell] = [row.opened_at, row.responded_at, row.started_at, row.ended_at]
        owed: list[Cell] = [row.due_response_at, row.due_repair_at, len(row.holds), row.reopened]
        took: list[Cell] = [row.recurrences, minutes.get(row.id, 0.0), cents.get(row.id, 0) / 100]
        yield [*what, *said, *where, *who, *when, *owed, *took]


def _lost_item(row: LostItemRow) -> list[Cell]:
    what: list[Cell] = [row.number, row.state, row.category, row.what]
    where: list[Cell] = [row.room, row.area, row.storage_place]
    return [*what, *where, row.found_at, row.found_by_name, row.dispose_on]


def _count_line(stock: Stock, row: CountRow, line: Line) -> list[Cell]:
    counted: list[Cell] = [line.figures.get(figure, 0) for figure in FIGURES[stock]]
    price = float(line.price) if line.price is not None else None
    of: list[Cell] = [row.business_date, row.at, row.place, row.by_name, line.code, line.name]
    return [*of, *counted, price, float(line.charge), row.taken_back_at is not None]


def _pages(read: Callable[[Position | None], tuple[list[Row], Position | None]]) -> Iterator[Row]:
    """Everything that `read` gives, page after page."""
    return (row for rows in _batches(read) for row in rows)


def _batches(read: Callable[[Position | None], tuple[list[Row], Position | None]]) -> Iterator[list[Row]]:
    following: Position | None = None
    while True:
        rows, following = read(following)
        yield rows
        if following is None:
            return
