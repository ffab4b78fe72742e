"""A small hotel's front desk and housekeeping for tests: real services on a real database, and fakes
for the controller and telemetry. It speaks hotel: `house.expect("412", …)`, `house.check_in(stay)`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from cryptography.fernet import Fernet
from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from sqlalchemy import select

import frontdesk.api
import housekeeping.api
import housekeeping.board_api
import housekeeping.counting_api
import housekeeping.lost_and_found_api
import housekeeping.rules_api
import housekeeping.shifts_api
import housekeeping.tasks_api
import housekeeping.watch_api
import maintenance.api
import maintenance.assets_api
import maintenance.notices_api
import maintenance.tickets_api
from controller.hands_off import HandsOff
from controller.readings import Climate, Command, Device, Hold, Panel, Plan, Presence, TimeToTarget
from frontdesk.front_office import FrontOffice
from frontdesk.guest_book import GuestBook, NewGuest
from frontdesk.service import FrontDeskService, NewStay
from frontdesk.stay_records import StayRecord
from frontdesk.wishes import StayWishes
from frontdesk.working_day import WorkingDay
from gateway.http import qr_api
from gateway.http.views import arrivals, exports, history, room_timeline, rooms, suggestions
from gateway.notifier import Notifier
from gateway.rooms_for_maintenance import HousekeepingSales
from gateway.settings import load_settings
from gateway.stays_for_housekeeping import FrontDeskWork
from gateway.stays_for_maintenance import FrontDeskUses
from gateway.workers import AtOnce
from hotel.actor import Actor, ActorKind, Role
from hotel.audit import AuditRow
from hotel.bus import Bus
from hotel.clock import ManualClock
from hotel.database import Database, Transaction
from hotel.errors import Refused
from hotel.keyring import Keyring
from hotel.messages import Message, StayChanged, message_from
from hotel.outbox import MessageRow
from hotel.rooms import Room, ensure_property, put_room
from housekeeping.board_service import BoardService
from housekeeping.counting_service import CountingService
from housekeeping.lost_and_found_service import LostAndFoundService
from housekeeping.room_past import RoomPast
from housekeeping.rules_service import RuleService
from housekeeping.service import HousekeepingService, StatusChanges
from housekeeping.shifts_service import ShiftService
from housekeeping.status import Cleanliness
from housekeeping.tasks_day import FOLLOWED, TaskDay
from housekeeping.tasks_service import TaskService
from housekeeping.watch_service import WatchService
from maintenance.assets_isolation import AssetIsolation
from maintenance.assets_moves import AssetMoves
from maintenance.assets_service import AssetService
from maintenance.notices_service import NoticeService
from maintenance.off_sale_service import OffSaleService
from maintenance.service import MaintenanceService
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_service import TicketService
from tests.empty_databases import settle_once
from tests.lazy_routes import LazyRoutes

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 7, 14)

DESK = Actor(ActorKind.STAFF, "desk-1", "Front desk 1", frozenset({Role.FRONT_DESK}))
SUPERVISOR = Actor(ActorKind.STAFF, "sup-1", "Supervisor 1", frozenset({Role.SUPERVISOR}))
ATTENDANT = Actor(ActorKind.STAFF, "att-1", "Attendant 1", frozenset({Role.ATTENDANT}))
COLLEAGUE = Actor(ActorKind.STAFF, "att-2", "Attendant 2", frozenset({Role.ATTENDANT}))
ENGINEER = Actor(ActorKind.STAFF, "eng-1", "Engineer 1", frozenset({Role.ENGINEER}))
MANAGER = Actor(ActorKind.STAFF, "man-1", "Manager 1", frozenset({Role.MANAGER}))
ACTORS = {actor.id: actor for actor in (DESK, SUPERVISOR, ATTENDANT, COLLEAGUE, ENGINEER, MANAGER)}

COOL = Climate(26.4, 58.0, 22.0, 22.0, "cool", "cooling", "preconditioning", None, False, False, True, "", "")


def local(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    """A local time of the hotel."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


@dataclass
class FakeEvent:
    at: datetime
    kind: str
    code: str
    values: dict[str, Any]
    by: str | None


@dataclass
class FakeComfort:
    """The controller's readings as a test sets them."""

    by_room: dict[str, Climate] = field(default_factory=dict)
    said_by_panel: dict[str, tuple[Panel, datetime | None]] = field(default_factory=dict)
    present: dict[str, Presence] = field(default_factory=dict)
    kept_still: dict[str, list[HandsOff]] = field(default_factory=dict)
    made: list[Plan] = field(default_factory=list)
    ahead: list[tuple[datetime, float, float, float]] = field(default_factory=list)
    times: dict[str, TimeToTarget] = field(default_factory=dict)
    events: list[FakeEvent] = field(default_factory=list)

    def climates(self, rooms: Collection[str] | None = None, /) -> dict[str, Climate]:
        return {n: c for n, c in self.by_room.items() if rooms is None or n in rooms}

    def times_to_target(
        self, rooms: Collection[str], cooling_celsius: float | None, heating_celsius: float | None, /
    ) -> dict[str, TimeToTarget]:
        return {number: time for number, time in self.times.items() if number in rooms}

    def panels(self) -> dict[str, tuple[Panel, datetime | None]]:
        return self.said_by_panel

    def presences(self) -> dict[str, Presence]:
        return self.present

    def hands_off(self) -> dict[str, list[HandsOff]]:
        return self.kept_still

    def devices(self, room: str | None = None, /) -> list[Device]:
        return []

    def holds(self, room: str, /) -> list[Hold]:
        return []

    def plan(self, room: str, /) -> Plan | None:
        return next((plan for plan in self.made if plan.room == room), None)

    def plans(self) -> dict[str, Plan]:
        return {plan.room: plan for plan in self.made}

    def forecast(self, room: str, /) -> list[tuple[datetime, float, float, float]]:
        return self.ahead

    def plant_off(self, room: str, start: datetime, end: datetime, /) -> list[tuple[datetime, datetime]]:
        return []

    def commands(self, room: str, start: datetime, end: datetime, limit: int, /) -> list[Command]:
        return []

    def room_events(self, room: str, start: datetime, end: datetime, /) -> list[FakeEvent]:
        return [event for event in self.events if start <= event.at <= end]


@dataclass(frozen=True)
class FakeLock:
    asset_key: str
    reason: str
    by_id: str
    by: str
    since: datetime
    ticket_id: str | None


@dataclass
class FakeLocks:
    """Lock-outs without a controller."""

    on: dict[str, FakeLock] = field(default_factory=dict)

    def lock_out(
        self, tx: Transaction, actor: Actor, asset_key: str, reason: str, ticket_id: str | None
    ) -> FakeLock:
        lock = FakeLock(asset_key, reason, actor.id, actor.name, tx.clock.now(), ticket_id)
        tx.after_commit(lambda: self.on.update({asset_key: lock}))
        return lock

    def release_lock_out(self, tx: Transaction, actor: Actor, asset_key: str) -> FakeLock:
        lock = self.on[asset_key]

        def gone() -> None:
            del self.on[asset_key]

        tx.after_commit(gone)
        return lock

    def lock_outs(self) -> list[FakeLock]:
        return list(self.on.values())


@dataclass
class FakePlaces:
    """Which apparatuses were put where, as (apparatus, from, to)."""

    placed: list[tuple[str, str | None, str | None]] = field(default_factory=list)

    def place(
        self, tx: Transaction, actor: Actor, apparatus: str, device_room: str | None, room: str | None
    ) -> int:
        self.placed.append((apparatus, device_room, room))
        return 1


@dataclass
class FakeTelemetry:
    """Time series as a test sets them, by (room, property)."""

    points: dict[tuple[str | None, str], list[tuple[datetime, float | None]]] = field(default_factory=dict)

    def series(
        self, room: str | None, properties: Sequence[str], start: datetime, end: datetime, most_points: int, /
    ) -> dict[str, list[tuple[datetime, float | None]]]:
        return {
            name: [p for p in self.points.get((room, name), []) if start <= p[0] <= end][:most_points]
            for name in properties
        }


class DeskHouse:
    """Rooms 411 to 414 (KING, KING, TWIN, TWIN), all clean, on the afternoon of 14 July in Shanghai."""

    def __init__(self, database: Database, clock: ManualClock, rooms_to_build: int = 0) -> None:
        self.database = database
        self.clock = clock
        self.keyring = Keyring([Fernet.generate_key()])
        self.office = FrontOffice(database, clock)
        self.guests = GuestBook(database, lambda: self.keyring)
        self.housekeeping = HousekeepingService(database, clock, self.office)
        wishes = StayWishes(database, lambda: self.keyring)
        self.comfort = FakeComfort()
        self.tasks = TaskService(database, clock, self.housekeeping, wishes)
        self.rules = RuleService(database)
        self.shifts = ShiftService(database, self.tasks)
        work = FrontDeskWork(WorkingDay(database, self.office))
        self.watch = WatchService(database, clock, self.office, work, self.comfort, self.comfort)
        self.boards = BoardService(database, clock, self.tasks, self.office, AtOnce(), self.watch.durations)
        self.day = TaskDay(database, clock, self.tasks, work, wishes, self.watch, self.watch.durations)
        self.desk = FrontDeskService(database, clock, self.office, self.guests, self.housekeeping)
        self.lost_and_found = LostAndFoundService(database, self.office, lambda: self.keyring)
        self.counting = CountingService(database, self.office)
        desk = TicketDesk(FrontDeskUses(self.office))
        self.maintenance = MaintenanceService(database, desk)
        self.locks = FakeLocks()
        self.notifier_folder = Path(database.url.database or ".").parent
        self.tickets = TicketService(database, desk, self.locks)
        self.assets = AssetService(database, desk, self.locks)
        self.places = FakePlaces()
        self.asset_moves = AssetMoves(self.assets, self.places)
        self.asset_isolation = AssetIsolation(self.assets, desk, self.locks)
        self.off_sale = OffSaleService(desk, HousekeepingSales(self.housekeeping))
        self.telemetry = FakeTelemetry()
        self.bus = Bus(database)
        self.bus.follow("housekeeping", self.housekeeping.handle, StayChanged)
        settle_once(database, lambda: self._settle(rooms_to_build), clock.now(), rooms_to_build)

    def _settle(self, rooms_to_build: int) -> None:
        with self.database.write() as tx:
            ensure_property(tx, "Test Hotel", "Asia/Shanghai", TODAY)
            for number, kind in (("411", "KING"), ("412", "KING"), ("413", "TWIN"), ("414", "TWIN")):
                put_room(tx, Room(number, "4", kind, f"{kind.title()} room"))
            for index in range(rooms_to_build):
                put_room(tx, Room(f"{index // 40 + 10}{index % 40:02}", f"{index // 40 + 10}", "KING", ""))
        for number in ("411", "412", "413", "414"):
            self.mark(number, Cleanliness.CLEAN)

    # -- doing

    def guest(self, given_name: str = "Wei", family_name: str = "Chen", **more: Any) -> str:
        with self.database.write() as tx:
            return self.guests.add(tx, DESK, NewGuest(given_name, family_name, **more))

    def expect(
        self,
        room: str | None = None,
        *,
        nights: int = 1,
        day: date = TODAY,
        at: datetime | None = None,
        **more: Any,
    ) -> StayRecord:
        """A guest is expected on `day` for so many nights."""
        if room is None:
            more.setdefault("room_type", "KING")
        new = NewStay(day, day + timedelta(days=nights), room=room, eta=at, **more)
        with self.database.write() as tx:
            return self.desk.create_stay(tx, DESK, new)

    def check_in(
        self, stay: StayRecord, room: str | None = None, unready_reason: str | None = None
    ) -> StayRecord:
        with self.database.write() as tx:
            return self.desk.check_in(tx, DESK, stay.id, room, unready_reason)

    def check_out(self, stay: StayRecord) -> StayRecord:
        with self.database.write() as tx:
            return self.desk.check_out(tx, DESK, stay.id)

    def move(self, stay: StayRecord, room: str, reason: str | None = None) -> StayRecord:
        with self.database.write() as tx:
            return self.desk.move(tx, DESK, stay.id, room, reason)

    def cancel(self, stay: StayRecord) -> StayRecord:
        with self.database.write() as tx:
            return self.desk.cancel(tx, DESK, stay.id)

    def no_show(self, stay: StayRecord) -> StayRecord:
        with self.database.write() as tx:
            return self.desk.no_show(tx, DESK, stay.id)

    def undo(self, stay: StayRecord) -> StayRecord:
        with self.database.write() as tx:
            return self.desk.undo(tx, DESK, stay.id)

    def mark(self, room: str, cleanliness: Cleanliness, actor: Actor = SUPERVISOR) -> None:
        with self.database.write() as tx:
            seen = self.housekeeping.room_status(room).version
            self.housekeeping.change(tx, actor, room, seen, StatusChanges(cleanliness=cleanliness))

    def pass_time(self, hours: float) -> None:
        self.clock.advance(hours * 3600)

    def night(self) -> None:
        """Time goes on past the next night audit, which rolls the business date."""
        self.pass_time(24)
        self.desk.roll_business_date()

    def follow_tasks(self) -> None:
        """From here on the tasks follow what happens, as they do in a running house."""
        self.bus.follow("housekeeping.tasks", self.day.handle, *FOLLOWED)

    def deliver(self) -> None:
        """Bring what was announced to those who follow."""
        self.bus.deliver_pending()

    # -- looking

    def stay(self, stay: StayRecord) -> StayRecord:
        return self.desk.records.stay(stay.id)

    def cleanliness(self, room: str) -> Cleanliness:
        self.deliver()
        return self.housekeeping.room_status(room).cleanliness

    def reservation(self, room: str) -> list[str]:
        office = self.office.rooms([room])
        return [value.value for value in office[room].reservation] if room in office else []

    def told(self) -> list[Message]:
        with self.database.read() as session:
            rows = session.scalars(select(MessageRow).order_by(MessageRow.id))
            return [message_from(row.kind, row.body) for row in rows]

    def told_of(self, stay: StayRecord) -> list[StayChanged]:
        return [m for m in self.told() if isinstance(m, StayChanged) and m.stay_id == stay.id]

    def audit(self, action: str) -> list[AuditRow]:
        with self.database.read() as session:
            return list(
                session.scalars(select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id))
            )

    # -- over HTTP

    def client(self, actor: Actor = DESK) -> TestClient:
        """The routes as the gateway offers them, signed in as `actor`."""
        client = TestClient(self.app)
        client.headers["X-Actor"] = actor.id
        return client

    def bare_app(self) -> FastAPI:
        """An application without routes that knows who asks and how a refusal is told."""
        app = FastAPI()

        @app.middleware("http")
        async def _sign_in(request: Request, call_next: Any) -> Response:
            request.state.actor = ACTORS[request.headers["X-Actor"]]
            answer: Response = await call_next(request)
            return answer

        @app.exception_handler(Refused)
        async def _refuse(request: Request, refused: Refused) -> Response:
            body = {"code": refused.code, "detail": refused.message, "values": refused.values}
            return Response(orjson.dumps(body, default=str), refused.status)

        return app

    @cached_property
    def app(self) -> LazyRoutes:
        promised = (self.desk, self.housekeeping, self.comfort, self.boards.promises)
        sender = Notifier(self.notifier_folder / "vapid.pem")
        return LazyRoutes(
            self.bare_app,
            {
                "frontdesk": lambda: frontdesk.api.routes(self.desk),
                "housekeeping": lambda: housekeeping.api.routes(self.housekeeping),
                "tasks": lambda: housekeeping.tasks_api.routes(self.tasks),
                "rules": lambda: housekeeping.rules_api.routes(self.rules),
                "shifts": lambda: housekeeping.shifts_api.routes(self.shifts, self.boards.replan),
                "board": lambda: housekeeping.board_api.routes(self.boards),
                "watch": lambda: housekeeping.watch_api.routes(self.watch),
                "lost and found": lambda: housekeeping.lost_and_found_api.routes(self.lost_and_found),
                "counting": lambda: housekeeping.counting_api.routes(self.counting),
                "maintenance": lambda: maintenance.api.routes(self.maintenance),
                "tickets": lambda: maintenance.tickets_api.routes(self.tickets, self.off_sale),
                "assets": lambda: maintenance.assets_api.routes(
                    self.assets, self.asset_moves, self.asset_isolation
                ),
                "exports": lambda: exports.routes(
                    database=self.database,
                    lost_and_found=self.lost_and_found,
                    counting=self.counting,
                    maintenance=self.maintenance,
                    tasks=self.tasks,
                    tickets=self.tickets,
                    assets=self.assets,
                ),
                "rooms": lambda: rooms.routes(
                    self.database,
                    self.desk,
                    self.housekeeping,
                    self.comfort,
                    requests=self.watch,
                    discrepancies=self.watch,
                ),
                "arrivals": lambda: arrivals.routes(self.database, *promised),
                "suggestions": lambda: suggestions.routes(self.database, *promised),
                "history": lambda: history.routes(
                    self.database, self.clock, self.office, self.comfort, self.telemetry
                ),
                "timeline": lambda: room_timeline.routes(
                    self.database, self.tickets, RoomPast(self.database)
                ),
                "notices": lambda: maintenance.notices_api.routes(
                    NoticeService(self.database, self.tickets.desk, sender)
                ),
                "codes": lambda: qr_api.routes(
                    self.database, load_settings({}, Path.cwd()), self.tickets, self.assets
                ),
            },
        )
