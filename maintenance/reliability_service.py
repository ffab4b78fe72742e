"""Reliability of assets, models and kinds, and the list of what to replace: loads, asks the pure rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import NotFound
from hotel.requests import check_version
from hotel.rooms import find_property
from maintenance import assets_store, meters_store, reliability_store, terms_store
from maintenance.assets import AssetState
from maintenance.assets_store import AssetRow
from maintenance.meters_store import AssetMeterRow
from maintenance.reliability import (
    CostFacts,
    Reliability,
    Service,
    TicketFacts,
    is_failure,
    reliability,
    value_work,
)
from maintenance.replacement import AssetRecord, Replacement, Terms, check_terms, replacements

Facts = TypeVar("Facts", TicketFacts, CostFacts)

YEAR = timedelta(days=365.25)
QUARTER = YEAR / 4
QUARTERS = 4


class Group(StrEnum):
    """What figures are told by."""

    ASSET = "asset"
    MODEL = "model"
    KIND = "kind"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one asset, model or kind. `numbers`: what people call the tickets that make the figures."""

    subject: str
    name: str
    kind: str
    found: Reliability
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AssetFigures:
    """An asset's figures with its meters, those of devices that it had before too."""

    figures: Figures
    meters: Sequence[AssetMeterRow]


@dataclass(frozen=True, slots=True)
class ReplacementView:
    place: Replacement
    asset: AssetRow
    numbers: Mapping[str, int]


class ReliabilityService:
    def __init__(self, database: Database) -> None:
        self.database = database

    def terms(self) -> tuple[Terms, int]:
        """The property's terms of repair or replace, and their version."""
        with self.database.read() as session:
            return terms_store.terms(session, self.database.property_id)

    def put_terms(self, tx: Transaction, actor: Actor, seen: int, wanted: Terms) -> int:
        """Set the limits and what an hour of work is worth; returns the new version.

        Raises StaleVersion; Invalid, see `replacement.check_terms`.
        """
        before, version = terms_store.terms(tx.session, tx.property_id)
        check_version("The terms of repair or replace", seen, version)
        made = terms_store.put_terms(tx.session, tx.property_id, check_terms(wanted))
        changed = {
            name: [before.limits[name], value]
            for name, value in wanted.limits.items()
            if value != before.limits[name]
        }
        if wanted.cents_an_hour != before.cents_an_hour:
            changed["cents_an_hour"] = [before.cents_an_hour or 0, wanted.cents_an_hour or 0]
        tx.audit(actor, "maintenance.replacement_terms", "maintenance", version=made, changed=changed)
        return made

    def of_asset(self, asset_id: str, days: int) -> AssetFigures:
        """Raises NotFound."""
        with self.database.read() as session:
            row = assets_store.row(session, self.database.property_id, asset_id)
            if row is None:
                raise NotFound("unknown_asset", "There is no such asset.", asset=asset_id)
            start, end = self._period(days)
            keys = assets_store.keys_of(session, self.database.property_id, [asset_id]).get(asset_id, [])
            tickets, costs = self._load(session, start, end, keys)
            found = self._figures(session, [row], tickets, costs, start, end)
            meters = meters_store.of_asset(session, self.database.property_id, asset_id)
        return AssetFigures(Figures(row.id, row.name, row.kind, *found), meters)

    def by(self, group: Group, days: int) -> list[Figures]:
        """Of every asset, model or kind that was in service; most failures for its time first."""
        with self.database.read() as session:
            start, end = self._period(days)
            tickets, costs = self._load(session, start, end)
            groups: dict[str, list[AssetRow]] = {}
            for row in assets_store.all_rows(session, self.database.property_id):
                groups.setdefault(_subject(row, group), []).append(row)
            mine_tickets = _by_asset(tickets)
            mine_costs = _by_asset(costs)
            all_figures = []
            for subject, rows in groups.items():
                found, numbers = self._figures(
                    session,
                    rows,
                    [one for row in rows for one in mine_tickets.get(row.id, ())],
                    [one for row in rows for one in mine_costs.get(row.id, ())],
                    start,
                    end,
                )
                if found.assets:
                    all_figures.append(Figures(subject, _name(rows[0], group), rows[0].kind, found, numbers))
        return sorted(
            all_figures,
            key=lambda one: (
                -len(one.found.between.failures) / max(one.found.between.operating_hours, 1.0),
                -one.found.spent.cents,
                one.name,
            ),
        )

    def replacements(self) -> list[ReplacementView]:
        """Everything in use, what should be replaced first first."""
        with self.database.read() as session:
            property_id = self.database.property_id
            end = self.database.clock.now()
            start = end - YEAR
            tickets, costs = self._load(session, start, end)
            mine_tickets, mine_costs = _by_asset(tickets), _by_asset(costs)
            rows = {
                row.id: row
                for row in assets_store.all_rows(session, property_id)
                if row.state == AssetState.IN_USE.value
            }
            zone = ZoneInfo(find_property(session, property_id).timezone)
            records = [
                self._record(row, mine_tickets.get(row.id, []), mine_costs.get(row.id, []), end, zone)
                for row in rows.values()
            ]
            terms, _ = terms_store.terms(session, property_id)
            listed = replacements(records, end.astimezone(zone).date(), terms.limits)
            wanted = {one for place in listed for one in (*place.failures, *place.cost_tickets)}
            numbers = reliability_store.numbers(session, property_id, wanted)
        return [
            ReplacementView(
                place,
                rows[place.asset_id],
                {one: numbers[one] for one in (*place.failures, *place.cost_tickets) if one in numbers},
            )
            for place in listed
        ]

    # -- parts

    def _period(self, days: int) -> tuple[datetime, datetime]:
        end = self.database.clock.now()
        return end - timedelta(days=days), end

    def _load(
        self, session: Session, start: datetime, end: datetime, keys: Collection[str] | None = None
    ) -> tuple[list[TicketFacts], list[CostFacts]]:
        property_id = self.database.property_id
        asset_of = assets_store.all_keys(session, property_id)
        terms, _ = terms_store.terms(session, property_id)
        return (
            reliability_store.tickets(session, property_id, asset_of, start, end, keys),
            value_work(
                reliability_store.costs(session, property_id, asset_of, start, end, keys), terms.cents_an_hour
            ),
        )

    def _figures(
        self,
        session: Session,
        rows: Sequence[AssetRow],
        tickets: Sequence[TicketFacts],
        costs: Sequence[CostFacts],
        start: datetime,
        end: datetime,
    ) -> tuple[Reliability, dict[str, int]]:
        zone = ZoneInfo(find_property(session, self.database.property_id).timezone)
        found = reliability([_service(row, zone) for row in rows], tickets, costs, start, end)
        numbers = {one.id: one.number for one in tickets}
        missing = [one for one in found.spent.tickets if one not in numbers]
        return found, {
            **numbers,
            **reliability_store.numbers(session, self.database.property_id, missing),
        }

    @staticmethod
    def _record(
        row: AssetRow,
        tickets: Sequence[TicketFacts],
        costs: Sequence[CostFacts],
        end: datetime,
        zone: ZoneInfo,
    ) -> AssetRecord:
        service = _service(row, zone)
        found = reliability([service], tickets, costs, end - YEAR, end)
        seen = max(timedelta(), end - max(service.since, end - YEAR))
        failures = [one for one in tickets if is_failure(one)]
        quarters = [
            sum(begin <= one.opened_at < begin + QUARTER for one in failures)
            for place in range(QUARTERS, 0, -1)
            if (begin := end - place * QUARTER) >= service.since
        ]
        fault_costs = [one for one in costs if not one.preventive]
        life = assets_store.asset_of(row).expected_life_years
        return AssetRecord(
            asset_id=row.id,
            model=row.model,
            price_cents=row.price_cents,
            installed_on=row.installed_on,
            life_years=life,
            warranty_until=row.warranty_until,
            cost_cents=sum(one.cents for one in fault_costs),
            cost_tickets=tuple(dict.fromkeys(one.ticket_id for one in fault_costs if one.cents)),
            failures=found.between.failures,
            seen_years=seen / YEAR,
            by_quarter=tuple(quarters),
        )


def _service(row: AssetRow, zone: ZoneInfo) -> Service:
    """Since when its failures would have been seen: not before it was known here, nor before it was
    installed."""
    since = row.made_at
    if row.installed_on is not None:
        since = max(since, _begin_of(row.installed_on, zone))
    out = row.changed_at if row.state != AssetState.IN_USE.value else None
    return Service(row.id, since, row.gone_since or out)


def _begin_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _subject(row: AssetRow, group: Group) -> str:
    match group:
        case Group.ASSET:
            return row.id
        case Group.KIND:
            return row.kind
        case Group.MODEL:
            # Of one kind and maker: two makers may call different things alike.
            return "|".join((row.kind, (row.maker or "").casefold(), (row.model or "").casefold()))


def _name(row: AssetRow, group: Group) -> str:
    match group:
        case Group.ASSET:
            return row.name
        case Group.KIND:
            return row.kind
        case Group.MODEL:
            return " ".join(part for part in (row.maker, row.model) if part)


def _by_asset(facts: Sequence[Facts]) -> dict[str, list[Facts]]:
    found: dict[str, list[Facts]] = {}
    for one in facts:
        found.setdefault(one.asset_id, []).append(one)
    return found
