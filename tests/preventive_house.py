"""A few rooms with their units, a plan book, and fakes for guests and telemetry: preventive work alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hotel.actor import SYSTEM, Actor, ActorKind, Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.ids import new_id
from hotel.rooms import Room, ensure_property, put_room
from hotel.staff_store import StaffRow
from maintenance import preventive_store, tickets_store
from maintenance.assets_store import AssetKeyRow, AssetRow
from maintenance.meters import Meter
from maintenance.meters_service import MeterService
from maintenance.meters_store import AssetMeterRow
from maintenance.off_sale_service import OffSaleService
from maintenance.ports import DeviceReadings, RoomUse
from maintenance.preventive import ByTime, Coverage, Plan, Unit, WorkClass
from maintenance.preventive_dues import PreventiveDues
from maintenance.preventive_service import PreventiveService
from maintenance.preventive_store import PlanWorkRow
from maintenance.preventive_watch import PreventiveWatch
from maintenance.reliability_service import ReliabilityService
from maintenance.tickets import Tap, TicketAction
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_store import TicketRow

ANNA = Actor(ActorKind.STAFF, "anna", "Anna", frozenset({Role.ENGINEER}))
CHIEF = Actor(ActorKind.STAFF, "chief", "Chief", frozenset({Role.MANAGER}))
ROOMS = ("411", "412", "413")


class Uses:
    def uses_of(self, rooms: Collection[str]) -> dict[str, RoomUse]:
        return {room: RoomUse(False, None) for room in rooms}


@dataclass
class Guests:
    """When rooms are needed, as a test sets it."""

    stays: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def needed(self, room: str, start: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        return [stay for stay in self.stays.get(room, []) if stay[1] > start and stay[0] < until]


@dataclass
class Recorded:
    """What devices said, by (device, series)."""

    points: dict[tuple[str, str], list[tuple[datetime, float | None]]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    reads: int = 0

    def read(
        self, device_id: str, series: Collection[str], start: datetime, end: datetime
    ) -> DeviceReadings | None:
        self.reads += 1
        if device_id in self.gone:
            return None
        points = {
            name: [point for point in self.points.get((device_id, name), []) if start < point[0] <= end]
            for name in series
        }
        return DeviceReadings(points, sorted(at for one in points.values() for at, _ in one), end)

    def tells(self, device_id: str, series: str) -> bool:
        return True


@dataclass
class Sales:
    """No room leaves the sale here; what is proposed stands in the ticket."""

    def take_off_sale(self, *_: Any, **__: Any) -> None:
        raise AssertionError("nobody decides in this house")

    put_on_sale = take_off_sale


class PreventiveHouse:
    """Rooms 411 to 413 in Berlin with a unit each ("ac-411" …), on a Tuesday of July 2026 at 6:00."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database, self.clock = database, clock
        self.guests, self.recorded = Guests(), Recorded()
        self.filter_hours: dict[str, float] = {}
        self.cleaned: list[str] = []
        self.desk = TicketDesk(Uses())
        self.dues = PreventiveDues(database, self.recorded, self.filter_hours.get)
        self.watch = PreventiveWatch(
            database,
            self.desk,
            OffSaleService(self.desk, Sales()),
            self.dues,
            self.guests,
            self.cleaned.append,
        )
        self.plans = PreventiveService(database, self.dues)
        self.meters = MeterService(database, self.recorded)
        self.reliability = ReliabilityService(database)
        with database.write() as tx:
            ensure_property(tx, "Test Hotel", "Europe/Berlin", date(2026, 7, 14))
            for number in ROOMS:
                put_room(tx, Room(number, "4", "KING", "King"))
            for person in (ANNA, CHIEF):
                tx.session.add(
                    StaffRow(
                        id=person.id,
                        property_id=tx.property_id,
                        code=person.id,
                        name=person.name,
                        login=person.id,
                        roles=sorted(person.roles),
                    )
                )
        for number in ROOMS:
            self.asset(f"ac-{number}", room=number)

    def asset(self, name: str, room: str | None, kind: str = "split_ac", **more: Any) -> None:
        with self.database.write() as tx:
            row = AssetRow(
                id=name,
                property_id=tx.property_id,
                key=f"device/{name}",
                kind=kind,
                name=name,
                room=room,
                source="device",
                state="in_use",
                made_at=tx.clock.now() - timedelta(days=400),
                changed_at=tx.clock.now(),
                **{"model": "Frost 9", "device_id": name, **more},
            )
            tx.session.add(row)
            tx.session.flush()
            tx.session.add(AssetKeyRow(property_id=tx.property_id, key=row.key, asset_id=name))

    def plan(self, name: str = "Filter", **more: Any) -> str:
        wanted: dict[str, Any] = {
            "id": "",
            "name": name,
            "work_class": WorkClass.CLIMATE,
            "trigger": ByTime(3, Unit.MONTHS),
            "coverage": Coverage(asset_id="ac-412"),
            "starts_on": date(2026, 7, 17),
            "lead_days": 7,
            "tolerance_days": 7,
            "minutes": 60,
            "checklist": ("Clean it",),
        }
        with self.database.write() as tx:
            return self.plans.make(tx, CHIEF, Plan(**{**wanted, **more}))

    def meter(self, asset: str, value: float, days: float = 30, meter: Meter = Meter.RUN_HOURS) -> None:
        with self.database.write() as tx:
            now = tx.clock.now()
            tx.session.add(
                AssetMeterRow(
                    id=new_id(),
                    property_id=tx.property_id,
                    asset_id=asset,
                    meter=meter.value,
                    device_id=asset,
                    value=value,
                    known_hours=days * 24,
                    unknown_hours=0.0,
                    counted_from=now - timedelta(days=days),
                    counted_to=now,
                )
            )

    def pass_days(self, days: float) -> None:
        """Time goes on, and the house looks as it would all along."""
        left = days
        while left > 0:
            step = min(left, 1.0)
            self.clock.advance(step * 86_400)
            self.watch.look()
            left -= step

    def do(self, ticket_id: str, *actions: TicketAction, reason: str | None = None) -> None:
        for action in actions:
            with self.database.write() as tx:
                row = tickets_store.ticket_for_edit(tx.session, tx.property_id, ticket_id)
                assert row is not None
                actor = SYSTEM if action is TicketAction.VERIFY else ANNA
                now = tx.clock.now()
                self.desk.act(tx, row, Tap(action, actor, max(now, row.last_at), reason=reason), now=now)

    def repair(self, ticket_id: str) -> None:
        self.do(ticket_id, TicketAction.ACCEPT, TicketAction.START, TicketAction.RESOLVE)

    def works(self, plan: str | None = None) -> list[PlanWorkRow]:
        """All works, the first due first."""
        with self.database.read() as session:
            rows = preventive_store.works_since(session, "main", date(2000, 1, 1), 1000)
        return [row for row in reversed(rows) if plan is None or row.plan_id == plan]

    def ticket(self, ticket_id: str | None) -> TicketRow:
        with self.database.read() as session:
            row = tickets_store.ticket(session, "main", ticket_id or "")
        assert row is not None
        return row

    def tickets(self) -> list[TicketRow]:
        with self.database.read() as session:
            return tickets_store.tickets(session, "main", tickets_store.TicketFilter(), 100)
