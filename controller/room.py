"""One room in memory: its devices, who has a say over them, its stay, senses and plan.

The facts that decisions are made from are put together here; the decisions are made in the pure
modules and carried out by the service. Nothing here is written by more than one thread at a time:
the service's lock guards it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from controller.aim import Aim
from controller.arbitration import Claim, Claims
from controller.comfort import ClimateTarget, ComfortMemory, RoomFacts, Tenancy
from controller.curtains import Shade
from controller.entities import Value
from controller.equipment import Equipment
from controller.eta import Said, Sign, noted
from controller.hands_off import HandsOff
from controller.holding import Held
from controller.learner import OutlookWish, RoomOfType
from controller.outlook import Outlook
from controller.plans import LivePlan, Shown
from controller.policy import PresencePolicy
from controller.ports import StayForComfort
from controller.presence import Senses, presence_of, senses_from_json
from controller.readings import Climate, Level, Panel, PlanState, Presence, Purpose
from controller.reconcile import Compressor, Effort
from controller.risk import Risk, risk_from_json
from controller.twin import Twin

LEAST_LEADS, MOST_LEADS = 5, 30
# Weather and walls of longer ago are others.
MOST_WAYS = 4
# A sensor that has been silent this long no longer says what the room is like.
STALE_AFTER = timedelta(hours=6)

_NOTHING_KNOWN = Climate(
    temperature_celsius=None,
    humidity_percent=None,
    wanted_celsius=None,
    setpoint_celsius=None,
    mode=None,
    action=None,
    phase="unknown",
    ready_at=None,
    window_open=None,
    door_open=None,
    online=None,
    reason="No device of this room has been heard yet.",
    reason_code="nothing_heard",
)


@dataclass(frozen=True, slots=True)
class Manual:
    """The desk's word on when and how warm this room shall be."""

    celsius: float | None
    ready_by: datetime
    made_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class UnreadyArrival:
    """An arrival whose room was not right when the door opened: when it is, its record is completed."""

    stay_id: str
    at: datetime
    celsius: float
    heating: bool
    values: dict[str, Any]


class RoomState:
    """Everything that is known of one room."""

    def __init__(self, number: str, type_code: str) -> None:
        self.number = number
        self.type_code = type_code
        self.floor = ""
        # Of its floor, as the house's plan has it; None = nobody said.
        self.area_square_metres: float | None = None
        # Why nothing may be sent here, oldest first; empty = the house acts.
        self.hands_off: tuple[HandsOff, ...] = ()
        self.equipment = Equipment()
        self.twins: list[Twin] = []
        self.by_purpose: dict[Purpose, list[Twin]] = {}
        self.claims = Claims()
        self.efforts: dict[tuple[str, str], Effort] = {}
        self.compressors: dict[str, Compressor] = {}
        self.faults: dict[tuple[str, str], str] = {}

        self.stay: StayForComfort | None = None
        self.expected: StayForComfort | None = None
        self.arrived: set[str] = set()
        self.manual: Manual | None = None

        self.senses = Senses()
        self.presence: Presence = "unknown"
        self.presence_since: datetime | None = None
        self.window_open_since: datetime | None = None
        self.window_overridden = False
        # Tasks of staff that are under way here, and whether the room is closed for maintenance.
        self.tasks_started: frozenset[str] = frozenset()
        self.out_of_order = False
        self.panel: Panel = "none"
        self.panel_since: datetime | None = None

        self.memory = ComfortMemory()
        self.plan: LivePlan | None = None
        # What the model says of the hours ahead, and what it was asked; None until somebody asked.
        self.outlook: Outlook | None = None
        self.outlook_wish: OutlookWish | None = None
        # What was said of the expected stay's arrival, oldest first, and the newest sign of its guest.
        self.said_of: str | None = None
        self.said: tuple[Said, ...] = ()
        self.sign: Sign | None = None
        # Minutes that its last ramps took from start to ready, oldest first.
        self.leads: tuple[float, ...] = ()
        # The last of them that began far off the target.
        self.ways: tuple[Shown, ...] = ()
        # Since when nobody lives here, and what its meter has counted since (None = it has none).
        self.vacant_since: datetime | None = None
        self.vacant_watt_hours: float | None = None
        self.counted_at: datetime | None = None
        # The last arrival's row, as long as the room was not ready when the door opened.
        self.unready: UnreadyArrival | None = None
        # The arrival that its timeline says cannot be met.
        self.risk: Risk | None = None
        self.target: ClimateTarget | None = None
        # What is wished of its curtains while nobody is in.
        self.shade: Shade | None = None
        self.climate: Climate = _NOTHING_KNOWN
        self.wanted_told: float | None = None
        # Where it stands while it is held at a limit or dried.
        self.held: Held | None = None
        # How its air conditioner is brought to where the room's air is right.
        self.aim = Aim()

        # When waiting alone may change something; None = at the next event.
        self.look_again_at: datetime | None = None
        self.look_again_monotonic: float | None = None
        self.recent_doors: deque[datetime] = deque(maxlen=20)

    def of_type(self) -> RoomOfType:
        """The room as its model begins: what its type is, at its own size."""
        return RoomOfType(self.number, self.type_code, self.area_square_metres)

    def index(self) -> None:
        """Sort the twins by what they are for; call after twins came, went or changed their purpose."""
        self.by_purpose = {}
        for twin in sorted(self.twins, key=lambda twin: twin.key):
            self.by_purpose.setdefault(twin.purpose, []).append(twin)

    def of(self, *purposes: Purpose) -> list[Twin]:
        return [twin for purpose in purposes for twin in self.by_purpose.get(purpose, ())]

    @property
    def air_conditioner(self) -> Twin | None:
        found = self.by_purpose.get("air_conditioner")
        return found[0] if found else None

    # What the sensors say.

    def sensed_celsius(self, now: datetime) -> float | None:
        """The room's own sensor; unknown when there is none, it is away or it fell silent."""
        return self._first_number("room_temperature", "value", now)

    def temperature_celsius(self, now: datetime) -> float | None:
        """The room's sensor, else what the air conditioner measures."""
        sensed = self.sensed_celsius(now)
        return sensed if sensed is not None else self.device_celsius(now)

    def device_celsius(self, now: datetime) -> float | None:
        return self._first_number("air_conditioner", "current_celsius", now)

    def humidity_percent(self, now: datetime) -> float | None:
        sensed = self._first_number("room_humidity", "value", now)
        if sensed is not None:
            return sensed
        return self._first_number("air_conditioner", "current_humidity_percent", now)

    def _first_number(self, purpose: Purpose, name: str, now: datetime) -> float | None:
        for twin in self.by_purpose.get(purpose, ()):
            facet = twin.facets.get(name)
            if facet is None or facet.reported_at is None or twin.available is False:
                continue
            if now - facet.reported_at > STALE_AFTER:
                continue
            number = twin.number(name)
            if number is not None:
                return number
        return None

    def any_on(self, purpose: Purpose) -> bool | None:
        """Whether a contact or sensor of this purpose is on; unknown when none says anything."""
        flags = [
            flag
            for twin in self.by_purpose.get(purpose, ())
            if twin.available is not False and (flag := twin.flag("on")) is not None
        ]
        return any(flags) if flags else None

    def climate_now(self, now: datetime) -> Climate:
        """The climate as last decided, with what the sensors say just now."""
        return replace(
            self.climate,
            temperature_celsius=self.temperature_celsius(now),
            humidity_percent=self.humidity_percent(now),
        )

    def online(self) -> bool | None:
        """Whether every device of the room is reachable; unknown when none told."""
        told = [twin.available for twin in self.twins if twin.available is not None]
        return all(told) if told else None

    def sense(self, now: datetime, zone: tzinfo, policy: PresencePolicy) -> datetime | None:
        """Bring presence up to date; returns when waiting alone may change it."""
        heard = any(
            twin.available is not False and twin.flag("on") is not None for twin in self.of("presence")
        )
        presence, again = presence_of(self.senses, now, now.astimezone(zone).hour, policy, sensor_heard=heard)
        if presence != self.presence:
            inside = {"present", "asleep"}
            if not {presence, self.presence} <= inside or self.presence_since is None:
                self.presence_since = now
            self.presence = presence
            left = [at for at in (self.senses.door_opened, self.senses.door_closed) if at is not None]
            if presence == "empty" and left:
                self.presence_since = max(left)  # they were gone before we could be sure of it
        return again

    # What is decided from it.

    @property
    def tenancy(self) -> Tenancy:
        if self.stay is not None:
            return "arrived" if self.stay.stay_id in self.arrived else "checked_in"
        return "expected" if self.expected is not None or self.manual is not None else "vacant"

    @property
    def hurries(self) -> bool:
        """Whether a guest is waited for, so that every tenth of a kelvin matters now."""
        return self.target is not None and self.target.phase in ("preconditioning", "ready", "window_open")

    def claimed_celsius(self) -> tuple[float, Level] | None:
        """The setpoint that the guest or the desk chose, and which; also while it is suspended."""
        ac = self.air_conditioner
        if ac is None or self.stay is None:
            return None
        levels: tuple[Level, ...] = ("guest", "front_desk")
        for level in levels:
            claim = self.claims.at(ac.id, "setpoint_celsius", level)
            if claim is not None and isinstance(claim.value, (int, float)):
                return float(claim.value), level
        return None

    def facts(self, now: datetime, zone: tzinfo, outdoor_celsius: float | None) -> RoomFacts:
        """What the climate is decided from. The wishes are those of whom the room is for."""
        guest = self.stay or self.expected
        ac = self.air_conditioner
        engineer = ac is not None and any(
            self.claims.at(ac.id, name, "engineer") is not None for name in ("mode", "setpoint_celsius")
        )
        chosen = self.claimed_celsius()
        plan_state, plan_eta, guest_is_late = self.live_plan()
        return RoomFacts(
            now=now,
            zone=zone,
            tenancy=self.tenancy,
            temperature_celsius=self.temperature_celsius(now),
            humidity_percent=self.humidity_percent(now),
            outdoor_celsius=outdoor_celsius,
            cooling_wish_celsius=guest.cooling_celsius if guest else None,
            heating_wish_celsius=guest.heating_celsius if guest else None,
            manual_celsius=self.manual.celsius if self.manual else None,
            hand_celsius=chosen[0] if chosen else None,
            hand_level=chosen[1] if chosen else "guest",
            presence=self.presence,
            presence_since=self.presence_since,
            window_open_since=self.window_open_since,
            window_overridden=self.window_overridden,
            engineer_holds=engineer,
            hands_off=self.hands_off[0] if self.hands_off else None,
            being_cleaned=bool(self.tasks_started) and self.stay is None,
            out_of_order=self.out_of_order,
            plan_state=plan_state,
            plan_eta=plan_eta,
            guest_is_late=guest_is_late,
            plant_off=not self.equipment.can_do(now, zone),
            only_season=self.equipment.only_season(now, zone),
            frost_celsius=self.equipment.frost_celsius,
        )

    def live_plan(self) -> tuple[PlanState | None, datetime | None, bool]:
        """State of a plan that is under way, its ETA, and whether its guest is late."""
        plan = self.plan
        if plan is None:
            return None, None, False
        is_live = plan.state in ("holding", "running", "ready")
        return plan.state if is_live else None, plan.expected.eta, is_live and plan.guest_is_late

    @property
    def lead_p90_minutes(self) -> float | None:
        """What nine of ten of its ramps kept; None before there were a few."""
        if len(self.leads) < LEAST_LEADS:
            return None
        ordered = sorted(self.leads)
        return ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]

    def ramped(self, minutes: float, way: Shown | None = None) -> None:
        """A ramp took so long; `way` when it began far off."""
        self.leads = (*self.leads, round(minutes, 1))[-MOST_LEADS:]
        if way is not None:
            self.ways = (*self.ways, way)[-MOST_WAYS:]

    def hear_of(self, stay: StayForComfort | None, now: datetime, sign: Sign | None) -> None:
        """What is said now of when the guest of `stay` comes, and the newest sign that they gave."""
        stay_id = stay.stay_id if stay is not None else None
        if stay_id != self.said_of:
            self.said_of, self.said, self.sign = stay_id, (), None
        if stay is None:
            return
        self.said = noted(self.said, Said(now, stay.eta, stay.eta_source))
        # Who waits in the lobby needs no other sign.
        self.sign = Sign("queue", stay.queue_since) if stay.queue_since is not None else sign

    # What outlives the process beside rows of its own.

    def to_json(self) -> dict[str, Any]:
        return {
            "senses": self.senses.to_json(),
            "presence": self.presence,
            "presence_since": _iso(self.presence_since),
            "window_open_since": _iso(self.window_open_since),
            "window_overridden": self.window_overridden,
            "season": self.memory.season,
            "guard": self.memory.guard,
            "trim_kelvin": round(self.aim.trim_kelvin, 4),
            "compared_hours": round(self.aim.compared_hours, 2),
            "leads": list(self.leads),
            "ways": [[way.minutes, way.kelvin, way.heating] for way in self.ways],
            "vacant_since": _iso(self.vacant_since),
            "vacant_watt_hours": self.vacant_watt_hours,
            "tasks_started": sorted(self.tasks_started),
            "out_of_order": self.out_of_order,
            "risk": self.risk.to_json() if self.risk is not None else None,
            "said_of": self.said_of,
            "said": [[word.at.isoformat(), word.eta.isoformat(), word.source] for word in self.said],
            "compressors": {
                key: {"running": seen.running, "since": _iso(seen.since)}
                for key, seen in self.compressors.items()
            },
        }

    def restore(self, kept: dict[str, Any]) -> None:
        self.senses = senses_from_json(kept["senses"])
        self.presence = kept["presence"]
        self.presence_since = _time(kept["presence_since"])
        self.window_open_since = _time(kept["window_open_since"])
        self.window_overridden = kept["window_overridden"]
        self.memory = ComfortMemory(kept["season"], kept["guard"])
        # A memory written before the hours were counted knows of one.
        self.aim = Aim(kept["trim_kelvin"], kept.get("compared_hours", 1.0))
        self.leads = tuple(kept.get("leads", ()))
        self.ways = tuple(Shown(*way) for way in kept.get("ways", ()))
        self.vacant_since = _time(kept.get("vacant_since"))
        self.vacant_watt_hours = kept.get("vacant_watt_hours")
        self.tasks_started = frozenset(kept.get("tasks_started", ()))
        self.out_of_order = kept.get("out_of_order", False)
        self.risk = risk_from_json(kept.get("risk"))
        # A memory written before there were signs has none.
        self.said_of = kept.get("said_of")
        self.said = tuple(
            Said(datetime.fromisoformat(at), datetime.fromisoformat(eta), source)
            for at, eta, source in kept.get("said", ())
        )
        for key, seen in kept["compressors"].items():
            self.compressors[key] = Compressor(seen["running"], _time(seen["since"]))


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def target_claim(room: RoomState, twin: Twin, name: str, now: datetime) -> Claim | None:
    """What the comfort plan wishes of an air conditioner, as a claim."""
    target = room.target
    if target is None or target.mode is None:
        return None
    value: Value = target.mode if name == "mode" else target.setpoint_celsius
    if value is None:
        return None
    return Claim(twin.id, name, target.level, value, now, "Innkeeper", target.reason_code)
