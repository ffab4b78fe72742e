"""The controller at work: hears devices, stays and the desk; decides; writes; sends.

Threads: the wire's thread calls `reported` and only touches memory; a worker (or, in virtual time,
whoever calls `pump`) decides, writes what was decided in one transaction, then sends; a desk's
request writes in its caller's transaction and is sent by the caller's thread right after the commit.

One message's way: `hearing` takes it in, `rounds` lets the `house` decide and writes what it decided,
then sends; `requests` is the way of people; `telling` is what screens read. `core` is what they share.
"""

from __future__ import annotations

from collections.abc import Callable

from controller.actions_service import Actions
from controller.apparatuses import Apparatuses
from controller.approval import Approval
from controller.arrivals_service import Arrivals
from controller.checkpoints import Checkpoints
from controller.comfort_telling import ComfortTelling
from controller.conditions import Conditions
from controller.core import ControllerSettings, Core
from controller.device_telling import DeviceTelling
from controller.entities import DeviceWire
from controller.equipment_service import EquipmentBook
from controller.hands_off_service import HandsOffSwitch
from controller.hearing import Hearing
from controller.lock_out_service import LockOutSwitch
from controller.model_telling import ModelTelling
from controller.nightly_comparison import NightlyComparison
from controller.nightly_fit import NightlyFit
from controller.ports import (
    ConfigReading,
    Forecasts,
    HeavyWork,
    NoForecasts,
    RoomSeries,
    StaysForComfort,
    Telemetry,
)
from controller.requests import Requests
from controller.room_models import RoomModels
from controller.rounds import Rounds
from controller.telling import Telling
from controller.trials import Trials
from hotel.clock import Clock
from hotel.database import Database


def _nothing() -> int:
    return 0


class ControllerService:
    """The rooms' comfort of one property: the parts, wired, under one name each.

    It is the wire's `DeviceListener`. Works with or without its worker: without `start`, `tick` and
    `pump` do everything in the caller's thread and in a fixed order.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wire: DeviceWire,
        stays: StaysForComfort,
        telemetry: Telemetry,
        configs: ConfigReading,
        settings: ControllerSettings | None = None,
        forecasts: Forecasts | None = None,
        series: RoomSeries | None = None,
        heavy: HeavyWork | None = None,
    ) -> None:
        core = Core(database, clock, wire, stays, telemetry, configs, settings or ControllerSettings())
        hearing = Hearing(core)
        checkpoints = Checkpoints(core, hearing)
        actions = Actions(core)
        models = RoomModels(core, forecasts or NoForecasts(), core.settings.place)
        rounds = Rounds(core, hearing, checkpoints, actions, models)
        nightly = NightlyFit(core, models, series, heavy) if heavy is not None else None
        compare = NightlyComparison(core, models, series, heavy) if heavy is not None else None
        requests = Requests(core, rounds)
        hands_off = HandsOffSwitch(core)
        equipment = EquipmentBook(core)
        arrivals = Arrivals(core)
        lock_outs = LockOutSwitch(core)
        approval = Approval(core)
        trials = Trials(core, rounds)
        telling = Telling(core, hearing)
        device_telling = DeviceTelling(core)
        model_telling = ModelTelling(core, models)
        comfort_telling = ComfortTelling(core, heavy)
        self.conditions = Conditions(core)
        self.apparatuses = Apparatuses(core)

        # Life
        self.load = actions.load
        self.start = rounds.start
        self.stop = rounds.stop
        self.tick = rounds.tick
        self.pump = rounds.pump
        self.checkpoint = rounds.checkpoint
        self.tidy = checkpoints.tidy
        self.fit_rooms: Callable[[], int] = nightly.beat if nightly is not None else _nothing
        self.compare_arrivals: Callable[[], int] = compare.beat if compare is not None else _nothing
        self.on_live = rounds.on_live

        # What comes in
        self.discovered = hearing.discovered
        self.withdrawn = hearing.withdrawn
        self.reported = hearing.reported
        self.link_changed = hearing.link_changed
        self.handle = hearing.handle

        # What people ask for
        self.request_command = requests.request_command
        self.precondition = requests.precondition
        self.release = requests.release
        self.sign = arrivals.sign
        self.start_action = actions.start
        self.approve = approval.approve
        self.approve_all = approval.approve_all
        self.withdraw_approval = approval.withdraw_approval
        self.apply_csv = approval.apply_csv
        self.try_out = trials.try_out

        self.equipment_said = equipment.said
        self.say_equipment = equipment.say
        self.take_back_equipment = equipment.take_back
        self.set_hands_off = hands_off.switch_on
        self.lift_hands_off = hands_off.lift
        self.lock_out = lock_outs.lock
        self.release_lock_out = lock_outs.release

        # What the screens read
        self.hands_off = hands_off.over_rooms
        self.lock_outs = lock_outs.all
        self.hands_off_switches = hands_off.switches
        self.climates = telling.climates
        self.times_to_target = telling.times_to_target
        self.devices = telling.devices
        self.device = device_telling.device
        self.device_page = device_telling.device_page
        self.is_gone = device_telling.is_gone
        self.parts = device_telling.parts
        self.faults_of = device_telling.faults_of
        self.commands_of = device_telling.commands_of
        self.approvals_of = device_telling.approvals_of
        self.inbox_csv = approval.inbox_csv
        self.check_csv = approval.check_csv
        self.known_configs = telling.known_configs
        self.config_of = telling.config_of
        self.plan = telling.plan
        self.plans = telling.plans
        self.holds = telling.holds
        self.panels = telling.panels
        self.presences = telling.presences
        self.faults = telling.faults
        self.action = actions.read
        self.actions = actions.newest
        self.command = telling.command
        self.commands = telling.commands
        self.forecast = telling.forecast
        self.room_events = telling.room_events
        self.plant_off = telling.plant_off
        self.room_model = model_telling.room_model
        self.room_comfort = comfort_telling.room_comfort
        self.room_models = model_telling.models
        self.weather = model_telling.weather
        self.arrivals = telling.arrivals
        self.arrival_records = arrivals.records
        self.comfort_figures = arrivals.figures
        self.arrival_habits = arrivals.habits
        self.counters = telling.counters
