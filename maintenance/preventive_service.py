"""Preventive plans as people deal with them: written, changed, looked ahead from, and judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.ids import new_id
from hotel.requests import check_version
from maintenance import assets_store, preventive_store, tickets_store
from maintenance.assets import AssetKind
from maintenance.assets_store import AssetRow
from maintenance.compliance import Compliance, compliance
from maintenance.preventive import Due, Plan
from maintenance.preventive_check import check_plan
from maintenance.preventive_dues import Candidate, PreventiveDues
from maintenance.preventive_store import PlanRow, PlanWorkRow
from maintenance.tickets_store import TicketRow

MOST_PLANS = 200
MOST_WORKS = 5000
MOST_AHEAD = 500


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with how many assets it covers, how many of them have open work, and its next date."""

    row: PlanRow
    plan: Plan
    assets: int
    open: int
    next_due: Due | None


@dataclass(frozen=True, slots=True)
class WorkView:
    """A work with its plan's name, its asset and its ticket, as far as they are there still."""

    row: PlanWorkRow
    plan: str
    asset: AssetRow | None
    ticket: TicketRow | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What falls due in the coming days and has no ticket yet; `left_out`: more than were asked for."""

    candidates: Sequence[Candidate]
    left_out: int


@dataclass(frozen=True, slots=True)
class ComplianceView:
    """How each class was kept from `start` to `today`; `left_out`: the oldest works, beyond what is read."""

    start: date
    today: date
    classes: Sequence[Compliance]
    works: Mapping[str, WorkView]
    left_out: bool


class PreventiveService:
    """
    Args:
        dues: what every plan says now.
    """

    def __init__(self, database: Database, dues: PreventiveDues) -> None:
        self.database = database
        self._dues = dues

    # -- plans

    def make(self, tx: Transaction, actor: Actor, wanted: Plan) -> str:
        """Write a new plan; returns its id.

        Raises:
            Invalid, Conflict: see `preventive.check_plan`; too many plans; no such asset or kind.
        """
        known = preventive_store.plans(tx.session, tx.property_id)
        if len(known) >= MOST_PLANS:
            raise Conflict("too_many_plans", f"A property has at most {MOST_PLANS} plans.", most=MOST_PLANS)
        plan = replace(wanted, id=new_id())
        self._check(tx.session, plan, known)
        now = tx.clock.now()
        row = PlanRow(
            id=plan.id, property_id=tx.property_id, made_at=now, changed_at=now, changed_by=actor.name
        )
        preventive_store.put_plan(row, plan)
        tx.session.add(row)
        tx.session.flush()
        tx.audit(actor, "preventive.make", f"plan:{row.id}", name=row.name)
        return row.id

    def edit(self, tx: Transaction, actor: Actor, plan_id: str, seen: int, wanted: Plan) -> int:
        """Write the plan anew; returns its version. Work that is open keeps what it was opened with.

        Raises:
            NotFound, StaleVersion, Invalid, Conflict.
        """
        row = preventive_store.plan_for_edit(tx.session, tx.property_id, plan_id)
        if row is None:
            raise _unknown_plan(plan_id)
        check_version("The plan", seen, row.version)
        plan = replace(wanted, id=plan_id)
        self._check(tx.session, plan, preventive_store.plans(tx.session, tx.property_id))
        preventive_store.put_plan(row, plan)
        row.changed_at, row.changed_by = tx.clock.now(), actor.name
        tx.session.flush()
        tx.audit(actor, "preventive.edit", f"plan:{plan_id}", name=row.name, active=row.active)
        return row.version

    def _check(self, session: Session, plan: Plan, known: Mapping[str, Plan]) -> None:
        check_plan(plan, known)
        kind = plan.coverage.kind
        if kind is not None and kind not in set(AssetKind):
            raise Invalid("unknown_kind", "There is no such kind of asset.", field="kind")
        asset_id = plan.coverage.asset_id
        if asset_id is not None and assets_store.asset(session, self.database.property_id, asset_id) is None:
            raise Invalid("unknown_asset", "There is no such asset.", field="asset_id")

    def plans(self) -> list[PlanView]:
        """Every plan, by name."""
        with self.database.read() as session:
            property_id = self.database.property_id
            rows = preventive_store.plan_rows(session, property_id)
            open_of: dict[str, int] = {}
            for work in preventive_store.open_works(session, property_id):
                open_of[work.plan_id] = open_of.get(work.plan_id, 0) + 1
            next_of: dict[str, Due] = {}
            for one in self._without_open(session, self._dues.of_house(session, conditions=False)):
                known = next_of.get(one.plan.id)
                if known is None or one.due.due_on < known.due_on:
                    next_of[one.plan.id] = one.due
            return [
                PlanView(
                    row,
                    plan := preventive_store.plan_of(row),
                    len(self._dues.covered_by(session, plan)),
                    open_of.get(row.id, 0),
                    next_of.get(row.id),
                )
                for row in rows
            ]

    def plan(self, plan_id: str) -> PlanView:
        """Raises NotFound."""
        found = next((view for view in self.plans() if view.row.id == plan_id), None)
        if found is None:
            raise _unknown_plan(plan_id)
        return found

    # -- work

    def open_works(self) -> list[WorkView]:
        """What has its ticket, or is taken along by a larger plan; the one that is due first first."""
        with self.database.read() as session:
            return self._views(session, preventive_store.open_works(session, self.database.property_id))

    def works_of_asset(self, asset_id: str) -> list[WorkView]:
        """The asset's preventive work, the latest due first."""
        with self.database.read() as session:
            rows = preventive_store.works_of_asset(session, self.database.property_id, asset_id, 50)
            return self._views(session, rows)

    def ahead(self, days: int, most: int = MOST_AHEAD) -> Ahead:
        """What falls due within so many days, soonest first. Conditions tell nothing ahead."""
        with self.database.read() as session:
            today = self._dues.calendar(session).today
            found = [
                one
                for one in self._without_open(session, self._dues.of_house(session, conditions=False))
                if one.due.due_on <= today + timedelta(days=days)
            ]
        found.sort(key=lambda one: (one.due.due_on, one.plan.name, one.asset.name, one.asset.id))
        return Ahead(found[:most], max(0, len(found) - most))

    def compliance(self, days: int) -> ComplianceView:
        """How each class was kept over the last so many days, with the works behind it."""
        with self.database.read() as session:
            property_id = self.database.property_id
            today = self._dues.calendar(session).today
            start = today - timedelta(days=days)
            rows = preventive_store.works_since(session, property_id, start, MOST_WORKS + 1)
            kept = rows[:MOST_WORKS]
            classes = compliance((preventive_store.work_of(row) for row in kept), start, today)
            shown = {
                one
                for found in classes
                for one in (*found.in_time, *found.late, *found.missed, *found.running)
            }
            views = self._views(session, [row for row in kept if row.id in shown])
        return ComplianceView(
            start, today, classes, {view.row.id: view for view in views}, len(rows) > MOST_WORKS
        )

    def _without_open(self, session: Session, found: Sequence[Candidate]) -> list[Candidate]:
        keys = {row.open_key for row in preventive_store.open_works(session, self.database.property_id)}
        return [one for one in found if preventive_store.open_key(one.plan.id, one.asset.id) not in keys]

    def _views(self, session: Session, rows: Sequence[PlanWorkRow]) -> list[WorkView]:
        property_id = self.database.property_id
        names = {row.id: row.name for row in preventive_store.plan_rows(session, property_id)}
        wanted = {row.asset_id for row in rows}
        assets = {row.id: row for row in assets_store.all_rows(session, property_id) if row.id in wanted}
        # A work that is taken along shows the ticket of the one that takes it.
        carriers = preventive_store.works_by_id(
            session, property_id, [row.covered_by for row in rows if row.covered_by and not row.ticket_id]
        )
        ticket_of = {row.id: row.ticket_id for row in carriers}
        ids = {
            row.id: row.ticket_id or (ticket_of.get(row.covered_by) if row.covered_by else None)
            for row in rows
        }
        tickets = tickets_store.tickets_by_id(session, property_id, [one for one in ids.values() if one])
        return [
            WorkView(
                row, names.get(row.plan_id, ""), assets.get(row.asset_id), tickets.get(ids[row.id] or "")
            )
            for row in rows
        ]


def _unknown_plan(plan_id: str) -> NotFound:
    return NotFound("unknown_plan", "There is no such plan.", plan=plan_id)
