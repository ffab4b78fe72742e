"""Fault reports: check, save with the ticket that each becomes, announce."""

from __future__ import annotations

from datetime import datetime

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import NotFound
from hotel.files import check_photos
from hotel.ids import new_id
from hotel.messages import FaultReported
from hotel.rooms import find_room
from maintenance import assets_store, store
from maintenance.assets import unknown_asset
from maintenance.reports import LONGEST_AREA, Report
from maintenance.store import FaultReportRow
from maintenance.tickets import IMPACT_OF_KIND, Impact, TicketSource
from maintenance.tickets_desk import TicketDesk


class MaintenanceService:
    """What people report as broken.

    Args:
        desk: where a report becomes a ticket.
    """

    def __init__(self, database: Database, desk: TicketDesk) -> None:
        self.database = database
        self._desk = desk

    def report(self, tx: Transaction, actor: Actor, report: Report, at: datetime | None = None) -> str:
        """Write a report down and return its id.

        Args:
            at: when it was seen, for a report that was made offline; now when left out.

        Raises:
            NotFound: no such room, no such asset.
            Invalid: a photo that has not arrived.
        """
        room, area, asset_key = report.room, report.area, None
        if report.asset_id is not None:
            asset = assets_store.asset(tx.session, tx.property_id, report.asset_id)
            if asset is None:
                raise unknown_asset(report.asset_id)
            asset_key = asset.key
            if room is None and area is None:
                room, area = asset.room, asset.area if asset.room is None else None
                # In the store, with nobody: then it is itself the place.
                area = area or (asset.name[:LONGEST_AREA] if room is None else None)
        if room is not None:
            find_room(tx.session, tx.property_id, room)
        now = tx.clock.now()
        seen = min(at or now, now)
        photos = check_photos(tx.session, tx.property_id, report.photos)
        ticket = self._desk.make(
            tx,
            actor,
            TicketSource.PERSON,
            impact=Impact.SAFETY if report.unsafe else IMPACT_OF_KIND[report.kind],
            at=seen,
            room=room,
            area=area,
            asset_key=asset_key,
            title_code=f"report.{report.kind.value}",
            text=report.text,
            photos=photos,
        )
        row = FaultReportRow(
            id=new_id(),
            property_id=tx.property_id,
            number=store.next_number(tx.session, tx.property_id),
            kind=report.kind.value,
            room=room,
            area=area,
            text=report.text,
            unsafe=report.unsafe,
            photos=photos,
            at=seen,
            by=actor.id,
            by_name=actor.name,
            ticket_id=ticket.id,
        )
        tx.session.add(row)
        tx.session.flush()
        tx.audit(actor, "fault.report", f"fault_report:{row.id}", room=row.room, fault=row.kind)
        tx.announce(FaultReported(row.id, row.room))
        return row.id

    def reports(
        self, room: str | None, below: int | None, limit: int
    ) -> tuple[list[FaultReportRow], int | None]:
        """A page of reports, newest first, and the number that the next page begins below."""
        with self.database.read() as session:
            rows = store.reports(session, self.database.property_id, room, below, limit + 1)
        return rows[:limit], rows[limit - 1].number if len(rows) > limit else None

    def one(self, report_id: str) -> FaultReportRow:
        """Raises NotFound."""
        with self.database.read() as session:
            row = store.report(session, self.database.property_id, report_id)
        if row is None:
            raise NotFound("unknown_report", "There is no such report.")
        return row
