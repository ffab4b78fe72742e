"""The slices of one property, wired together over a broker link. Nothing runs yet.

The running service (`gateway.main`) builds it over the real link; virtual time (`benchmarks.harness`)
builds the very same house over a link in memory and moves it step by step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from fastapi import APIRouter

import controller.actions_api
import controller.api
import controller.arrivals_api
import controller.devices_api
import controller.equipment_api
import controller.hands_off_api
import controller.models_api
import frontdesk.api
import gateway.http.views.arrivals
import gateway.http.views.devices
import gateway.http.views.exports
import gateway.http.views.history
import gateway.http.views.preventive_exports
import gateway.http.views.refused
import gateway.http.views.retained
import gateway.http.views.room_timeline
import gateway.http.views.rooms
import gateway.http.views.suggestions
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
import maintenance.diagnosis_api
import maintenance.notices_api
import maintenance.preventive_api
import maintenance.reliability_api
import maintenance.self_test_api
import maintenance.tickets_api
from controller.core import ControllerSettings
from controller.policy import ClimatePolicy, CommandPolicy
from controller.ports import Forecasts, Telemetry
from controller.service import ControllerService
from controller.sun import Place
from frontdesk.business_date import business_date_at
from frontdesk.front_office import FrontOffice
from frontdesk.guest_book import GuestBook
from frontdesk.service import FrontDeskService
from frontdesk.wishes import StayWishes
from frontdesk.working_day import WorkingDay
from gateway.devices_for_maintenance import ControllerDevices, ControllerPlaces
from gateway.drives_for_maintenance import ControllerDrives
from gateway.http.views.ports import TelemetrySeries
from gateway.migrate import upgrade
from gateway.mqtt.config_reading import ConfigReader
from gateway.mqtt.link import MqttLink
from gateway.mqtt.renderer import TemplateRenderer
from gateway.mqtt.wire import MqttWire
from gateway.notifier import Notifier
from gateway.readings_for_maintenance import DevicePoints, NothingRecorded, RecordedReadings
from gateway.rooms_for_diagnosis import ObservedRooms
from gateway.rooms_for_maintenance import HousekeepingSales
from gateway.settings import Settings
from gateway.stays_for_comfort import FrontDeskStays
from gateway.stays_for_housekeeping import FrontDeskWork
from gateway.stays_for_maintenance import FrontDeskUses, FrontDeskVacancy
from gateway.workers import AtOnce
from hotel.bus import Bus
from hotel.clock import Clock
from hotel.database import Database
from hotel.keyring import load_keyring
from hotel.messages import (
    AvailabilityChanged,
    CleanlinessChanged,
    DeviceChanged,
    PanelChanged,
    RoomsChanged,
    StayChanged,
    TaskChanged,
    TicketChanged,
)
from hotel.rooms import ensure_property
from housekeeping.board_service import BoardService
from housekeeping.counting_service import CountingService
from housekeeping.lost_and_found_service import LostAndFoundService
from housekeeping.ports import HeavyWork
from housekeeping.room_past import RoomPast
from housekeeping.rules_service import RuleService
from housekeeping.service import HousekeepingService
from housekeeping.shifts_service import ShiftService
from housekeeping.tasks_day import FOLLOWED, TaskDay
from housekeeping.tasks_service import TaskService
from housekeeping.watch_service import WatchService
from maintenance.assets_follower import AssetFollower
from maintenance.assets_isolation import AssetIsolation
from maintenance.assets_moves import AssetMoves
from maintenance.assets_service import AssetService
from maintenance.diagnosis_desk import DiagnosisDesk
from maintenance.diagnosis_service import Diagnosis
from maintenance.meters_service import MeterService
from maintenance.notices_service import NoticeService
from maintenance.off_sale_service import OffSaleService
from maintenance.preventive_dues import PreventiveDues
from maintenance.preventive_service import PreventiveService
from maintenance.preventive_watch import PreventiveWatch
from maintenance.reliability_service import ReliabilityService
from maintenance.self_test_service import SelfTests
from maintenance.service import MaintenanceService
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_service import TicketService
from maintenance.tickets_watch import TicketWatch

# A new property rolls its business date at this hour; the hotel may set another.
FIRST_AUDIT_HOUR = 4


class TelemetryStore(Telemetry, TelemetrySeries, Protocol):
    """Takes samples and gives series back."""


@dataclass(frozen=True, slots=True)
class House:
    """The parts that people and devices deal with."""

    database: Database
    clock: Clock
    bus: Bus
    wire: MqttWire
    front_office: FrontOffice
    front_desk: FrontDeskService
    housekeeping: HousekeepingService
    tasks: TaskService
    rules: RuleService
    shifts: ShiftService
    boards: BoardService
    task_day: TaskDay
    watch: WatchService
    lost_and_found: LostAndFoundService
    counting: CountingService
    maintenance: MaintenanceService
    tickets: TicketService
    self_tests: SelfTests
    ticket_watch: TicketWatch
    off_sale: OffSaleService
    notices: NoticeService
    assets: AssetService
    asset_moves: AssetMoves
    asset_isolation: AssetIsolation
    asset_follower: AssetFollower
    diagnosis: Diagnosis
    diagnosis_desk: DiagnosisDesk
    meters: MeterService
    preventive: PreventiveService
    preventive_watch: PreventiveWatch
    reliability: ReliabilityService
    controller: ControllerService
    telemetry: TelemetrySeries

    def routers(self) -> list[APIRouter]:
        """The routes of the slices and of the views that join them."""
        views = gateway.http.views
        return [
            # First, because routes are searched in their order and commands are what people wait for.
            controller.api.routes(self.controller, self.database),
            controller.devices_api.routes(self.controller, self.database),
            controller.actions_api.routes(self.controller, self.database),
            controller.hands_off_api.routes(self.controller, self.database),
            controller.equipment_api.routes(self.controller, self.database),
            controller.models_api.routes(self.controller),
            controller.arrivals_api.routes(self.controller, self.database),
            frontdesk.api.routes(self.front_desk),
            housekeeping.api.routes(self.housekeeping),
            housekeeping.tasks_api.routes(self.tasks),
            housekeeping.rules_api.routes(self.rules),
            housekeeping.shifts_api.routes(self.shifts, self.boards.replan),
            housekeeping.board_api.routes(self.boards),
            housekeeping.watch_api.routes(self.watch),
            housekeeping.lost_and_found_api.routes(self.lost_and_found),
            housekeeping.counting_api.routes(self.counting),
            maintenance.api.routes(self.maintenance),
            maintenance.tickets_api.routes(self.tickets, self.off_sale),
            maintenance.assets_api.routes(self.assets, self.asset_moves, self.asset_isolation),
            maintenance.notices_api.routes(self.notices),
            maintenance.self_test_api.routes(self.self_tests),
            maintenance.diagnosis_api.routes(self.diagnosis_desk),
            maintenance.preventive_api.routes(self.preventive),
            maintenance.reliability_api.routes(self.reliability),
            views.preventive_exports.routes(self.database, self.preventive, self.reliability),
            views.refused.routes(self.wire),
            views.retained.routes(self.database, self.wire),
            views.devices.routes(self.controller, self.wire),
            views.rooms.routes(
                self.database,
                self.front_desk,
                self.housekeeping,
                self.controller,
                requests=self.watch,
                discrepancies=self.watch,
            ),
            views.exports.routes(
                self.database,
                self.lost_and_found,
                self.counting,
                self.maintenance,
                self.tasks,
                self.tickets,
                self.assets,
            ),
            views.arrivals.routes(
                self.database, self.front_desk, self.housekeeping, self.controller, self.boards.promises
            ),
            views.suggestions.routes(
                self.database, self.front_desk, self.housekeeping, self.controller, self.boards.promises
            ),
            views.room_timeline.routes(self.database, self.tickets, RoomPast(self.database)),
            views.history.routes(
                self.database, self.clock, self.front_office, self.controller, self.telemetry
            ),
        ]


def open_database(settings: Settings, clock: Clock) -> Database:
    """The property's database, migrated, with the property's own row in it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    upgrade(settings.database_url)
    database = Database(settings.database_url, clock, settings.property)
    today = business_date_at(clock.now(), ZoneInfo(settings.timezone), FIRST_AUDIT_HOUR)
    with database.write() as tx:
        ensure_property(tx, settings.property_name, settings.timezone, today)
    return database


def build_front_desk(settings: Settings, database: Database) -> FrontDeskService:
    """The front desk alone, for the command line beside a running service."""
    front_office = FrontOffice(database, database.clock)
    housekeeping = HousekeepingService(database, database.clock, front_office)
    guests = _guest_book(settings, database)
    return FrontDeskService(database, database.clock, front_office, guests, housekeeping)


def _guest_book(settings: Settings, database: Database) -> GuestBook:
    # The key file is read each time, so that a rotation beside the running service takes effect.
    return GuestBook(database, lambda: load_keyring(settings.key_file))


def _place(settings: Settings) -> Place | None:
    if settings.latitude is None or settings.longitude is None:
        return None
    return Place(settings.latitude, settings.longitude)


def _notifier(settings: Settings) -> Notifier:
    return Notifier(
        settings.vapid_file,
        webhook_url=settings.alarm_webhook_url,
        webhook_secret=settings.alarm_webhook_secret.get_secret_value(),
        smtp_url=settings.smtp_url,
        mail_from=settings.mail_from,
    )


def build_house(
    settings: Settings,
    clock: Clock,
    database: Database,
    link: MqttLink,
    series: TelemetrySeries,
    samples: Telemetry,
    climate: ClimatePolicy | None = None,
    heavy: HeavyWork | None = None,
    forecasts: Forecasts | None = None,
    recorded: DevicePoints | None = None,
) -> House:
    """Wire the slices of the property together.

    Args:
        link: not started; the wire sets its callbacks.
        series: what charts read.
        samples: where the controller's samples go.
        climate: other numbers for comfort than the defaults (benches).
        heavy: where boards are solved and rooms' models fitted; None: boards where they are asked for, and
            no models at night.
        forecasts: the weather ahead; None: nobody tells it.
        recorded: what single devices reported; None: assets' meters count nothing.
    """
    bus = Bus(database)
    front_office = FrontOffice(database, clock)
    housekeeping = HousekeepingService(database, clock, front_office)
    front_desk = FrontDeskService(
        database, clock, front_office, _guest_book(settings, database), housekeeping
    )
    wire = MqttWire(
        link,
        clock,
        settings.discovery_prefix,
        settings.property,
        renderer=TemplateRenderer(clock, settings.timezone),
        birth_topic=settings.mqtt_birth_topic,
    )
    controller = ControllerService(
        database,
        clock,
        wire,
        FrontDeskStays(front_office),
        samples,
        ConfigReader(),
        ControllerSettings(
            timezone=settings.timezone,
            auto_approve=settings.auto_approve,
            climate=climate or ClimatePolicy(),
            commands=CommandPolicy(
                most_starts_at_once=settings.ac_starts_at_once,
                starts_per_transport_second=settings.ac_starts_per_second,
            ),
            place=_place(settings),
        ),
        forecasts,
        series,
        heavy,
    )
    wire.listener = controller
    bus.follow(
        "controller",
        controller.handle,
        StayChanged,
        CleanlinessChanged,
        RoomsChanged,
        TaskChanged,
        AvailabilityChanged,
    )
    wishes = StayWishes(database, lambda: load_keyring(settings.key_file))
    tasks = TaskService(database, clock, housekeeping, wishes)
    work = FrontDeskWork(WorkingDay(database, front_office))
    watch = WatchService(database, clock, front_office, work, controller, controller)
    task_day = TaskDay(database, clock, tasks, work, wishes, watch, watch.durations)
    bus.follow("housekeeping", housekeeping.handle, StayChanged)
    bus.follow("housekeeping.tasks", task_day.handle, *FOLLOWED)
    bus.follow("housekeeping.watch", watch.handle, PanelChanged)
    uses = FrontDeskUses(front_office)
    ticket_desk = TicketDesk(uses)
    observed = ObservedRooms(controller.conditions, wire, database)
    diagnosis = Diagnosis(database, observed, observed, ticket_desk)
    off_sale = OffSaleService(ticket_desk, HousekeepingSales(housekeeping))
    readings = RecordedReadings(controller.conditions, recorded or NothingRecorded())
    dues = PreventiveDues(database, readings, diagnosis.filter_hours)
    preventive_watch = PreventiveWatch(
        database, ticket_desk, off_sale, dues, FrontDeskVacancy(front_office), diagnosis.clean_filter
    )
    bus.follow("maintenance.preventive", preventive_watch.handle, TicketChanged)
    assets = AssetService(database, ticket_desk, controller)
    asset_follower = AssetFollower(database, ControllerDevices(controller.apparatuses), assets)
    bus.follow("maintenance.assets", asset_follower.handle, DeviceChanged)
    return House(
        database=database,
        clock=clock,
        bus=bus,
        wire=wire,
        front_office=front_office,
        front_desk=front_desk,
        housekeeping=housekeeping,
        tasks=tasks,
        rules=RuleService(database),
        shifts=ShiftService(database, tasks),
        boards=BoardService(database, clock, tasks, front_office, heavy or AtOnce(), watch.durations),
        task_day=task_day,
        watch=watch,
        lost_and_found=LostAndFoundService(database, front_office, lambda: load_keyring(settings.key_file)),
        counting=CountingService(database, front_office),
        maintenance=MaintenanceService(database, ticket_desk),
        tickets=TicketService(database, ticket_desk, controller),
        self_tests=SelfTests(database, ticket_desk, ControllerDrives(controller, uses)),
        ticket_watch=TicketWatch(database, ticket_desk),
        notices=NoticeService(database, ticket_desk, _notifier(settings)),
        off_sale=off_sale,
        assets=assets,
        asset_moves=AssetMoves(assets, ControllerPlaces(controller)),
        asset_isolation=AssetIsolation(assets, ticket_desk, controller),
        asset_follower=asset_follower,
        diagnosis=diagnosis,
        diagnosis_desk=DiagnosisDesk(database, ticket_desk, diagnosis),
        meters=MeterService(database, readings),
        preventive=PreventiveService(database, dues),
        preventive_watch=preventive_watch,
        reliability=ReliabilityService(database),
        controller=controller,
        telemetry=series,
    )
