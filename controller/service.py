"""The controller at work: hears devices, stays and the desk; decides; writes; sends.

Threads: the wire's thread calls `reported` and only touches memory; a worker (or, in virtual time,
whoever calls `pump`) decides, writes what was decided in one transaction, then sends; a desk's
request writes in its caller's transaction and is sent by the caller's thread right after the commit.
One lock guards the memory. It is never held while a transaction is opened, so that the order is
always database first, memory second, and a report never waits for a disk.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from controller import store
from controller.arbitration import LEVELS, Claim, outranks
from controller.arrival import Arrival
from controller.dispatch import LiveCommand
from controller.entities import FLAGS, MOMENTARY, DeviceWire, EntityDescription, Order, Report, Value
from controller.evaluation import preview_plan, room_now
from controller.house import House, Policies, claim_values, command_values, plan_from_json
from controller.journal import Batch, Journal
from controller.learning import fit_from_json, ramp_prior
from controller.policy import ClimatePolicy, CommandPolicy, PresencePolicy
from controller.ports import Sample, StayForComfort, StaysForComfort, Telemetry
from controller.precondition import forecast
from controller.purpose import SERIES, purpose_of
from controller.readings import (
    Climate,
    Command,
    Device,
    DeviceProperty,
    Hold,
    JsonValue,
    Level,
    Panel,
    Plan,
    Presence,
    Purpose,
)
from controller.room import Manual, RoomState
from controller.twin import REVISION_GAP, Change, Twin
from hotel.actor import Actor, Role
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, Invalid, NotFound, StaleVersion
from hotel.messages import CleanlinessChanged, CommandChanged, Message, PlanChanged, RoomsChanged, StayChanged
from hotel.rooms import all_rooms

log = logging.getLogger(__name__)

MOST_CHANGES_WAITING = 100_000
ROOMS_IN_ONE_GO = 10
MOST_ROUNDS = 5
# A measured value makes a room look again at most this often (hotel time): soon where a guest is
# awaited, later where nothing hurries.
MEASURED_LOOK_SECONDS = 30.0
IDLE_LOOK_SECONDS = 120.0
IDLE_SECONDS = 0.1
# The note that a desk's command was sent waits this long for the report that confirms it: most lamps
# answer sooner, and a tap then costs two commits and not three.
NOTE_SECONDS = 0.1
BUSY_SECONDS = 0.02
AFTER_FAILURE_SECONDS = 1.0
RESYNC_TRANSPORT_SECONDS = 60.0
CHECKPOINT_ROWS = 500
KEPT_DAYS = 35
MOST_LISTED = 2000

LOWEST_CELSIUS, HIGHEST_CELSIUS = 16.0, 30.0
LONGEST_AHEAD_HOURS = 48.0

# What is measured and cannot be commanded: never urgent.
_MEASURED = frozenset({"value", "current_celsius", "current_humidity_percent", "action"})
_PERCENT = ("_percent", "percentage")
_UNITS = {"celsius": "°C", "percent": "%", "percentage": "%", "kelvin": "K"}

_DESK = (Role.FRONT_DESK, Role.SUPERVISOR, Role.ENGINEER, Role.MANAGER, Role.ADMINISTRATOR)
_MAY_CLAIM: dict[Level, tuple[Role, ...]] = {
    "engineer": (Role.ENGINEER, Role.ADMINISTRATOR),
    "guest": (Role.FRONT_DESK, Role.MANAGER, Role.ADMINISTRATOR),
    "front_desk": _DESK,
    "housekeeping": (Role.ATTENDANT, *_DESK),
}
_ANYBODY_RELEASES: frozenset[Level] = frozenset({"guest", "front_desk", "arrival_plan", "housekeeping"})


@dataclass(frozen=True, slots=True)
class ControllerSettings:
    """How a property wants its controller."""

    timezone: str = "UTC"
    auto_approve: bool = False
    climate: ClimatePolicy = field(default_factory=ClimatePolicy)
    presence: PresencePolicy = field(default_factory=PresencePolicy)
    commands: CommandPolicy = field(default_factory=CommandPolicy)


@dataclass(frozen=True, slots=True)
class RoomEvent:
    """One line of a room's timeline."""

    at: datetime
    kind: str
    code: str
    values: dict[str, Any]
    by: str | None


class ControllerService:
    """The rooms' comfort of one property. It is the wire's `DeviceListener`.

    Works with or without its worker: without `start`, `tick` and `pump` do everything in the
    caller's thread and in a fixed order.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        wire: DeviceWire,
        stays: StaysForComfort,
        telemetry: Telemetry,
        settings: ControllerSettings | None = None,
    ) -> None:
        settings = settings or ControllerSettings()
        self._database = database
        self._clock = clock
        self._wire = wire
        self._stays = stays
        self._telemetry = telemetry
        self._settings = settings
        self._journal = Journal(database.property_id)
        self._house = House(
            clock,
            ZoneInfo(settings.timezone),
            Policies(settings.climate, settings.presence, settings.commands),
            self._journal,
            auto_approve=settings.auto_approve,
        )
        self._lock = threading.RLock()
        self._pumping = threading.RLock()
        self._changes: deque[Change] = deque()
        self._touched: set[Twin] = set()
        self._looked: dict[str, datetime] = {}
        self._remember: set[str] = set()
        self._wake = threading.Event()
        self._note_monotonic = float("-inf")
        self._stopping = threading.Event()
        self._worker: threading.Thread | None = None
        self._loaded = False
        self._was_linked = False
        self._synced_monotonic = float("-inf")
        self._on_live: list[Callable[[set[str]], None]] = []
        self.reports_taken = 0
        self.reports_unknown = 0
        self.changes_shed = 0

    # Life

    def start(self) -> None:
        """Load what is on disk and let the worker decide, write and send from now on."""
        self.load()
        self._stopping.clear()
        self._worker = threading.Thread(target=self._work, name="controller", daemon=True)
        self._worker.start()

    def stop(self) -> None:
        """Finish what is under way, write the twins down and end the worker."""
        self._stopping.set()
        self._wake.set()
        if self._worker is not None:
            self._worker.join(timeout=10)
            self._worker = None
        if self._loaded:
            self.checkpoint()

    def load(self) -> None:
        """Bring back what was on disk: devices, holds, plans, commands under way. Once."""
        # Asked first without the lock: a request that holds the database must never wait for a round.
        if not self._loaded:
            with self._pumping:
                self._load_once()

    def _load_once(self) -> None:
        if self._loaded:
            return
        property_id = self._database.property_id
        with self._database.read() as session:
            rooms = [(room.number, room.type_code) for room in all_rooms(session, property_id)]
            entities = store.all_rows(session, property_id, store.EntityRow)
            checkpoints = store.all_rows(session, property_id, store.CheckpointRow)
            claims = store.all_rows(session, property_id, store.ClaimRow)
            fits = store.all_rows(session, property_id, store.FitRow)
            panels = store.all_rows(session, property_id, store.PanelRow)
            memories = store.all_rows(session, property_id, store.RoomMemoryRow)
            plans = store.all_rows(session, property_id, store.PlanRow)
            manuals = store.all_rows(session, property_id, store.ManualRow)
            commands = store.open_commands(session, property_id)
        with self._lock:
            self._load_twins(entities, checkpoints)
            self._house.set_rooms(rooms)
            self._load_rooms(claims, fits, panels, memories, plans, manuals)
            self._load_commands(commands)
            self._house.linked = self._was_linked = self._wire.connected
            self._loaded = True
        self._sync_stays(None)
        with self._lock:
            self._house.dirty.update(self._house.rooms)

    def _load_twins(self, entities: list[store.EntityRow], checkpoints: list[store.CheckpointRow]) -> None:
        kept = {row.entity_id: row for row in checkpoints}
        house, monotonic = self._house, self._clock.monotonic()
        for row in entities:
            description = store.description_from_json(row.description)
            purpose: Any = row.purpose or purpose_of(description)
            twin = Twin(row.id, description, purpose)
            twin.room, twin.approved, twin.withdrawn = row.room, row.approved, row.withdrawn
            twin.suggested_room = row.suggested_room
            twin.met_monotonic = monotonic
            house.by_key[twin.key] = house.by_id[twin.id] = twin
            house.configs[twin.id] = row.config
            checkpoint = kept.get(row.id)
            if checkpoint is None:
                continue
            twin.last_seen = checkpoint.last_seen
            for name, (reported, reported_at, desired, revision) in checkpoint.facets.items():
                facet = twin.facet(name)
                facet.reported = reported
                facet.reported_at = datetime.fromisoformat(reported_at) if reported_at else None
                facet.desired, facet.revision = desired, revision + REVISION_GAP
            # Who is reachable is asked anew.
            twin.forget_availability()

    def _load_rooms(
        self,
        claims: list[store.ClaimRow],
        fits: list[store.FitRow],
        panels: list[store.PanelRow],
        memories: list[store.RoomMemoryRow],
        plans: list[store.PlanRow],
        manuals: list[store.ManualRow],
    ) -> None:
        rooms = self._house.rooms
        for memory in memories:
            if memory.room in rooms:
                rooms[memory.room].restore(memory.memory)
        for row in claims:
            if row.room in rooms:
                level: Any = row.level
                rooms[row.room].claims.claim(
                    Claim(
                        row.device_id,
                        row.name,
                        level,
                        row.value,
                        row.since,
                        row.by,
                        row.cause,
                        row.stay_id,
                        row.until,
                    )
                )
        for fit in fits:
            kind, _, name = fit.subject.partition(":")
            if kind == "type":
                self._house.type_ramps[name] = fit_from_json(fit.fit)
            elif name in rooms:
                rooms[name].ramp = fit_from_json(fit.fit)
        for panel in panels:
            if panel.room in rooms:
                shown: Any = panel.panel
                rooms[panel.room].panel, rooms[panel.room].panel_since = shown, panel.since
        for plan in plans:
            if plan.room in rooms:
                rooms[plan.room].plan = plan_from_json(plan.plan)
        for manual in manuals:
            if manual.room in rooms:
                rooms[manual.room].manual = Manual(manual.celsius, manual.ready_by, manual.made_at, manual.by)

    def _load_commands(self, rows: list[store.CommandRow]) -> None:
        """What was under way: expired ones end, of each property the newest goes on."""
        wall, monotonic, now = self._clock.wall(), self._clock.monotonic(), self._clock.now()
        for row in rows:
            twin = self._house.by_id.get(row.device_id)
            level: Any = row.level
            state: Any = row.state
            left = (row.wall_expires_at - wall).total_seconds()
            live = LiveCommand(
                id=row.id,
                room=row.room,
                device_id=row.device_id,
                entity_key=twin.key if twin is not None else "",
                device_name=row.device_name,
                property=row.name,
                value=row.value,
                state=state,
                level=level,
                cause=row.cause,
                by=row.by,
                made_at=row.made_at,
                expires_at=row.expires_at,
                wall_expires_at=row.wall_expires_at,
                # never longer than any command lives, should the machine's clock have jumped back
                expires_monotonic=monotonic + min(left, self._settings.commands.expire_transport_seconds),
                sent_at=row.sent_at,
                sent_monotonic=monotonic if row.state == "sent" else None,
                detail=row.detail,
                saved=True,
                reloaded=row.state == "sent",
            )
            self._house.enqueue(live)
            if twin is None:
                self._house.dispatch.end(live, "reject", now, "The device is not there any more.")
                self._house.write_command(live)
            elif left <= 0:
                event: Any = "expire" if row.state == "queued" else "time_out"
                self._house.dispatch.end(live, event, now, "It ran out while Innkeeper was not running.")
                self._house.write_command(live)
            elif live.state == "sent":
                twin.facet("motion" if live.property == "action" else live.property).watched = True

    # What devices say (the wire's thread)

    def discovered(self, entity: EntityDescription, config: str) -> None:
        self.load()
        with self._lock:
            self._house.discover(entity, config)
        self._wake.set()

    def withdrawn(self, entity_key: str) -> None:
        self.load()
        with self._lock:
            self._house.withdraw(entity_key)
        self._wake.set()

    def reported(self, reports: list[Report]) -> None:
        """Devices spoke. Memory only; what follows from it is decided by the worker."""
        samples: list[Sample] = []
        urgent = False
        house, changes, touched = self._house, self._changes, self._touched
        by_key = house.by_key
        with self._lock:
            for report in reports:
                twin = by_key.get(report.entity_key)
                if twin is None:
                    self.reports_unknown += 1
                    continue
                change = twin.take(report)
                value = report.value
                # A retained value is of unknown age: it is no measurement of now.
                if not report.retained and isinstance(value, (float, int)) and value == value:
                    name = SERIES.get((twin.purpose, report.property), report.property)
                    samples.append(Sample(twin.room, report.entity_key, name, float(value), report.at))
                if change is None:
                    continue
                touched.add(twin)
                room = twin.room
                if (
                    report.property in _MEASURED
                    and report.property not in twin.acts
                    and twin.purpose != "outdoor_temperature"
                ):
                    if room is not None:
                        house.moved.add(room)
                    continue
                if len(changes) >= MOST_CHANGES_WAITING:
                    changes.popleft()
                    self.changes_shed += 1
                changes.append(change)
                urgent = True
            self.reports_taken += len(reports)
        if samples:
            self._telemetry.record(samples)
        if urgent:
            self._wake.set()

    def link_changed(self, connected: bool) -> None:
        self.load()
        with self._lock:
            self._link(connected)
        self._wake.set()

    def _link(self, connected: bool) -> None:
        house = self._house
        if connected == house.linked:
            return
        house.linked = connected
        if not connected:
            for twin in house.by_id.values():
                twin.forget_availability()
        elif self._was_linked:
            house.relinked_monotonic = self._clock.monotonic()
        self._was_linked = self._was_linked or connected
        house.dirty.update(house.rooms)

    # What the other slices say (the bus's thread)

    def handle(self, message: Message) -> None:
        """Follow the bus. May be called twice for one message."""
        self.load()
        match message:
            case StayChanged():
                rooms = {message.room, message.previous_room} - {None}
                self._sync_stays(frozenset(room for room in rooms if room is not None) or None)
            case CleanlinessChanged():
                if message.cleanliness in ("clean", "inspected"):
                    with self._lock:
                        self._house.cleaned(message.room)
            case RoomsChanged():
                with self._database.read() as session:
                    found = all_rooms(session, self._database.property_id)
                with self._lock:
                    self._house.set_rooms((room.number, room.type_code) for room in found)
                self._sync_stays(frozenset(message.rooms) or None)
            case _:
                return
        self._wake.set()

    def _sync_stays(self, rooms: frozenset[str] | None) -> None:
        """Take the stays as they stand on disk now."""
        found = self._stays.comfort_stays(rooms)
        here = [stay.stay_id for stay in found if stay.state == "checked_in"]
        with self._database.read() as session:
            arrived = store.arrived_among(session, self._database.property_id, here)
        by_room: dict[str, list[StayForComfort]] = {}
        for stay in found:
            by_room.setdefault(stay.room, []).append(stay)
        with self._lock:
            for number in self._house.rooms if rooms is None else rooms:
                stays = by_room.get(number, [])
                self._house.set_stays(
                    number, stays, {stay.stay_id for stay in stays if stay.stay_id in arrived}
                )
        if rooms is None:
            self._synced_monotonic = self._clock.monotonic()

    # The work

    def _work(self) -> None:
        while not self._stopping.is_set():
            with self._lock:
                waiting = bool(self._journal) or self._house.dispatch.queued > 0
            if not self._wake.wait(BUSY_SECONDS if waiting else IDLE_SECONDS):
                with self._lock:
                    if self._clock.monotonic() < self._note_monotonic:
                        continue
            self._wake.clear()
            try:
                self.pump()
            except Exception:
                log.exception("controller: a round failed; what it decided is kept and tried again")
                self._stopping.wait(AFTER_FAILURE_SECONDS)

    def tick(self) -> None:
        """The heartbeat: find what time alone made due, then do it. Cheap when nothing is."""
        self.load()
        now, monotonic = self._clock.now(), self._clock.monotonic()
        if monotonic - self._synced_monotonic >= RESYNC_TRANSPORT_SECONDS:
            self._sync_stays(None)
        with self._lock:
            house = self._house
            self._link(self._wire.connected)
            house.run_out()
            for number, room in house.rooms.items():
                at, when = room.look_again_at, room.look_again_monotonic
                if (at is not None and at <= now) or (when is not None and when <= monotonic):
                    house.dirty.add(number)
            for number in list(house.moved):
                looked, state = self._looked.get(number), house.rooms.get(number)
                hurries = state is None or state.hurries
                pause = MEASURED_LOOK_SECONDS if hurries else IDLE_LOOK_SECONDS
                if looked is None or abs((now - looked).total_seconds()) >= pause:
                    house.moved.discard(number)
                    if state is not None:
                        house.dirty.add(number)
        self.pump()
        self._tell_live()

    def pump(self) -> None:
        """Decide, write, send; until nothing is left to do now.

        Raises:
            Unavailable: the database does not take it; everything is kept for the next time.
        """
        self.load()
        with self._pumping:
            for _ in range(MOST_ROUNDS):
                # Somebody waits for the end of a command, nobody for what the room makes of it.
                wrote = self._hear() and self._flush()
                self._decide()
                wrote = self._flush() or wrote
                sent = self._send()
                with self._lock:
                    quiet = not self._changes and not self._house.dirty and not self._journal
                if quiet or not (wrote or sent or self._changes or self._house.dirty):
                    break

    def _hear(self) -> bool:
        """Take in what changed; returns whether it brought a command to its end."""
        house = self._house
        with self._lock:
            live = len(house.dispatch)
            for _ in range(len(self._changes)):
                house.hear(self._changes.popleft())
            return len(house.dispatch) < live

    def _decide(self) -> None:
        house = self._house
        with self._lock:
            numbers = sorted(house.dirty)
            house.dirty.clear()
        samples: list[Sample] = []
        for start in range(0, len(numbers), ROOMS_IN_ONE_GO):
            # In small helpings: a report must not wait for a thousand rooms.
            with self._lock:
                at = house.situation()
                for number in numbers[start : start + ROOMS_IN_ONE_GO]:
                    room = house.rooms.get(number)
                    if room is None:
                        continue
                    house.look_at(room, at)
                    self._looked[number] = at.now
                    self._remember.add(number)
                    wanted = room.climate.wanted_celsius
                    if wanted is not None and wanted != room.wanted_told:
                        samples.append(Sample(number, "room", "wanted_celsius", wanted, at.now))
                    room.wanted_told = wanted
        if samples:
            self._telemetry.record(samples)

    def _flush(self) -> bool:
        """Write what was decided; only then may its commands go out."""
        wrote = False
        while True:
            with self._lock:
                batch = self._journal.take()
            if not batch:
                return wrote
            try:
                with self._database.write() as tx:
                    self._journal.write(tx, batch)
            except Exception:
                with self._lock:
                    self._journal.put_back(batch)
                raise
            self._saved(batch)
            wrote = True

    def _saved(self, batch: Batch) -> None:
        with self._lock:
            for row_type, key in batch.puts:
                if row_type is store.CommandRow:
                    live = self._house.dispatch.find(dict(key)["id"])
                    if live is not None:
                        live.saved = True

    def _send(self, only: LiveCommand | None = None) -> bool:
        """Hand queued commands to the wire until it takes no more. Returns whether any went out."""
        house = self._house
        any_sent = False
        while self._wire.connected:
            with self._lock:
                live = house.dispatch.next_to_send(
                    self._clock.now(), self._clock.monotonic(), house.may_go, only
                )
                if live is None:
                    break
                house.going_out(live)
                order = Order(
                    live.id, live.entity_key, ((live.property, live.value),), live.expires_monotonic
                )
            try:
                taken = self._wire.send(order)
            except Exception:
                with self._lock:
                    house.came_back(live)
                raise
            with self._lock:
                if not taken:
                    house.came_back(live)
                    break
                house.went_out(live)
                any_sent = True
            if only is not None:
                break
        return any_sent

    def checkpoint(self) -> int:
        """Write down the twins and rooms that changed since the last time; returns how many rows."""
        self.load()
        with self._pumping:
            self._flush()
            with self._lock:
                touched, self._touched = self._touched, set()
                remember, self._remember = self._remember, set()
            try:
                return self._write_checkpoints(list(touched), sorted(remember))
            except Exception:
                with self._lock:
                    self._touched |= touched
                    self._remember |= remember
                raise

    def _write_checkpoints(self, twins: list[Twin], rooms: list[str]) -> int:
        property_id = self._database.property_id
        rows: list[dict[str, Any]] = []
        for start in range(0, len(twins), CHECKPOINT_ROWS):
            with self._lock:
                rows = [
                    {
                        "property_id": property_id,
                        "entity_id": twin.id,
                        "facets": {
                            name: [
                                facet.reported,
                                facet.reported_at.isoformat() if facet.reported_at else None,
                                facet.desired,
                                facet.revision,
                            ]
                            for name, facet in twin.facets.items()
                        },
                        "last_seen": twin.last_seen,
                    }
                    for twin in twins[start : start + CHECKPOINT_ROWS]
                ]
            with self._database.write() as tx:
                store.upsert(tx.session, store.CheckpointRow, rows)
        with self._lock:
            rows = [
                {"property_id": property_id, "room": number, "memory": self._house.rooms[number].to_json()}
                for number in rooms
                if number in self._house.rooms
            ]
        if rows:
            with self._database.write() as tx:
                store.upsert(tx.session, store.RoomMemoryRow, rows)
        return len(twins) + len(rows)

    def tidy(self) -> int:
        """Forget commands and timeline entries that are older than raw telemetry is kept."""
        before = self._clock.now() - timedelta(days=KEPT_DAYS)
        with self._database.write() as tx:
            return store.forget_before(tx.session, tx.property_id, before)

    def on_live(self, callback: Callable[[set[str]], None]) -> None:
        """Call `callback` with the rooms whose climate or devices changed, once a tick at most."""
        self._on_live.append(callback)

    def _tell_live(self) -> None:
        with self._lock:
            rooms = self._house.live | self._house.moved
            self._house.live = set()
        if rooms:
            for callback in self._on_live:
                callback(rooms)

    # What the desk asks for

    def request_command(
        self,
        tx: Transaction,
        actor: Actor,
        room: str,
        *,
        property: str,
        value: Value,
        device_id: str | None = None,
        purpose: Purpose | None = None,
        revision: int | None = None,
        level: Level | None = None,
        reason: str | None = None,
    ) -> Command:
        """Ask one property of one device of a room, in the caller's transaction; sent after its commit.

        Args:
            device_id: which device; or else the first one of `purpose` in the room.
            revision: the revision of the property that the caller saw; not checked when None.
            level: on whose behalf; by role when None.

        Raises:
            NotFound: no such room, or no such device in it.
            Invalid: the device has no such property, or does not take this value.
            StaleVersion: what is desired was changed meanwhile.
            Forbidden: the actor may not speak at this level.
            Conflict: somebody higher has the say, or the device is not approved.
        """
        self.load()
        level = _level_for(actor, level)
        with self._lock:
            state = self._room(room)
            twin = self._device_in(state, device_id, purpose)
            name, value = _valid(twin, property, value)
            facet = twin.facet(name)
            if revision is not None and revision != facet.revision:
                raise StaleVersion(f"{twin.description.name} {name}", revision, facet.revision)
            self._check_rank(state, twin, name, level)
            live = self._house.new_command(
                room, twin, name, value, level=level, cause=reason or "request", by=actor.name
            )
            live.automatic = False
            claims = self._claims_of(state, twin, name, value, level, actor)
        row = {"property_id": tx.property_id, "id": live.id, **command_values(live)}
        store.insert_all(tx.session, store.CommandRow, [row])
        if claims:
            # In the same transaction: a kill must not leave a command whose purpose is forgotten.
            store.upsert(
                tx.session,
                store.ClaimRow,
                [
                    {
                        "property_id": tx.property_id,
                        "device_id": claim.device_id,
                        "name": claim.property,
                        "level": claim.level,
                        **claim_values(room, claim),
                    }
                    for claim in claims
                ],
            )
        tx.audit(actor, "command.requested", live.id, room=room, device=twin.id, property=name, level=level)
        tx.announce(CommandChanged(live.id, room, "queued"))
        reading = live.reading()
        tx.after_commit(lambda: self._requested(state, twin, live, claims))
        return reading

    def _check_rank(self, room: RoomState, twin: Twin, name: str, level: Level) -> None:
        away = room.target is not None and room.target.phase == "away"
        wish = None
        if name in ("mode", "setpoint_celsius") and twin.purpose == "air_conditioner":
            wish = _target_claim(room, twin, name, self._clock.now())
        holder = room.claims.winner(twin.id, name, away=away, wish=wish)
        if holder is not None and not outranks(level, holder.level):
            raise Conflict(
                "outranked",
                f"{twin.description.name} is held by {holder.level.replace('_', ' ')}. "
                "Release it first, or act on their behalf.",
                level=holder.level,
                by=holder.by,
            )

    def _claims_of(
        self, room: RoomState, twin: Twin, name: str, value: Value, level: Level, actor: Actor
    ) -> list[Claim]:
        """The say that a request leaves behind, so that it lasts and is put right after a revert."""
        now = self._clock.now()
        minutes = None
        if level == "housekeeping":
            minutes = self._settings.commands.housekeeping_hold_minutes
        elif level == "front_desk" and room.stay is None:
            minutes = self._settings.commands.vacant_desk_hold_minutes
        until = now + timedelta(minutes=minutes) if minutes is not None else None
        stay_id = room.stay.stay_id if room.stay is not None else None

        def claim(of: str, what: Value) -> Claim:
            return Claim(twin.id, of, level, what, now, actor.name, "request", stay_id, until)

        if name in MOMENTARY:
            return []  # "stop" is a word, not a state to be kept
        if (
            name in ("brightness_percent", "percentage")
            and "on" in twin.acts
            and isinstance(value, (int, float))
        ):
            return [claim("on", value > 0), claim(name, value)]
        return [claim(name, value)]

    def _requested(self, room: RoomState, twin: Twin, live: LiveCommand, claims: list[Claim]) -> None:
        """The request is on disk: it counts from now, and goes out at once in this thread."""
        with self._lock:
            live.saved = True
            if live.property == "action":
                for claim in room.claims.release(twin.id, "position_percent"):
                    self._house.drop_claim(claim)
            for claim in claims:
                self._house.put_claim(room, claim)
                twin.facet(claim.property).desire(claim.value)
            self._house.enqueue(live, first=True)
            now = self._clock.monotonic()
            if self._note_monotonic < now:
                self._note_monotonic = now + NOTE_SECONDS
        # No wake: the worker finds what is left to do with the device's report, or a little later.
        self._send(only=live)

    def precondition(
        self, tx: Transaction, actor: Actor, room: str, celsius: float | None, by: datetime | None
    ) -> Plan:
        """Make a room ready by a time (default: now), at a temperature (default: its guest's).

        Raises:
            NotFound: no such room.
            Invalid: the temperature or the time is out of range.
            Conflict: the guest is in the room already.
        """
        self.load()
        now = self._clock.now()
        if celsius is not None and not LOWEST_CELSIUS <= celsius <= HIGHEST_CELSIUS:
            raise Invalid(
                "celsius_out_of_range",
                f"A room can be made {LOWEST_CELSIUS:.0f} to {HIGHEST_CELSIUS:.0f} °C, not {celsius:g} °C.",
                low=LOWEST_CELSIUS,
                high=HIGHEST_CELSIUS,
            )
        if by is not None and by.tzinfo is None:
            raise Invalid("time_without_zone", "The time to be ready by needs a zone.")
        if by is not None and not now - timedelta(minutes=1) <= by <= now + timedelta(
            hours=LONGEST_AHEAD_HOURS
        ):
            raise Invalid(
                "time_out_of_range",
                f"A room can be planned from now to {LONGEST_AHEAD_HOURS:.0f} hours ahead.",
                earliest=now.isoformat(),
                latest=(now + timedelta(hours=LONGEST_AHEAD_HOURS)).isoformat(),
            )
        manual = Manual(celsius, max(by or now, now), now, actor.name)
        with self._lock:
            state = self._room(room)
            if state.tenancy == "arrived":
                raise Conflict("room_occupied", f"The guest of room {room} is in already.")
            before, state.manual = state.manual, manual
            try:
                type_ramp = self._house.type_ramps.get(state.type_code) or ramp_prior()
                preview = preview_plan(state, type_ramp, self._house.situation())
            finally:
                state.manual = before
        assert preview is not None
        store.upsert(
            tx.session,
            store.ManualRow,
            [
                {
                    "property_id": tx.property_id,
                    "room": room,
                    "celsius": manual.celsius,
                    "ready_by": manual.ready_by,
                    "made_at": manual.made_at,
                    "by": manual.by,
                }
            ],
        )
        tx.audit(actor, "room.preconditioned", room, celsius=celsius)
        tx.announce(PlanChanged(room, preview.expected.stay_id))

        def take_effect() -> None:
            with self._lock:
                self._house.set_manual(state, manual)
            self._wake.set()

        tx.after_commit(take_effect)
        return preview.reading()

    def release(
        self,
        tx: Transaction,
        actor: Actor,
        room: str,
        device_id: str | None = None,
        property: str | None = None,
    ) -> list[Hold]:
        """Give a property, a device or the whole room back to the automatic; returns what is released.

        Releasing a whole room also takes back the desk's own pre-conditioning. What an engineer
        holds only an engineer releases.

        Raises:
            NotFound: no such room, or no such device in it.
        """
        self.load()
        levels = frozenset(LEVELS) if actor.has(*_MAY_CLAIM["engineer"]) else _ANYBODY_RELEASES
        with self._lock:
            state = self._room(room)
            if device_id is not None:
                self._device_in(state, device_id, None)
            chosen = [
                claim
                for claim in state.claims
                if claim.level in levels
                and device_id in (None, claim.device_id)
                and property in (None, claim.property)
            ]
        if chosen:
            store.delete_keys(
                tx.session,
                store.ClaimRow,
                [
                    {
                        "property_id": tx.property_id,
                        "device_id": claim.device_id,
                        "name": claim.property,
                        "level": claim.level,
                    }
                    for claim in chosen
                ],
            )
        if device_id is None:
            store.delete_keys(tx.session, store.ManualRow, [{"property_id": tx.property_id, "room": room}])
        tx.audit(actor, "room.released", room, device=device_id, property=property)

        def take_effect() -> None:
            with self._lock:
                for claim in state.claims.release(device_id, property, levels):
                    self._house.drop_claim(claim)
                if device_id is None:
                    self._house.drop_manual(state)
                self._house.dirty.add(room)
                self._house.live.add(room)
            self._wake.set()

        tx.after_commit(take_effect)
        return [_hold(claim) for claim in chosen]

    def approve(
        self, tx: Transaction, actor: Actor, device_id: str, room: str | None, purpose: Purpose | None = None
    ) -> Device:
        """An engineer says that an entity is ours, where it is, and perhaps what it is for.

        Raises:
            NotFound: no such entity, or no such room.
            Invalid: only an outdoor sensor may be without a room.
        """
        self.load()
        with self._lock:
            twin = self._house.by_id.get(device_id)
            if twin is None:
                raise NotFound("unknown_device", "There is no such device.", device=device_id)
            meant = purpose or twin.purpose
            if room is None and meant != "outdoor_temperature":
                raise Invalid("room_needed", "A device needs a room to be of use.")
            if room is not None:
                self._room(room)
        tx.audit(actor, "device.approved", device_id, room=room, purpose=meant)

        def take_effect() -> None:
            with self._lock:
                twin.purpose = meant
                self._house.place(twin, room)
                self._house.write_twin(twin)
            self._wake.set()

        with self._lock:
            before = (twin.room, twin.approved, twin.purpose)
            twin.room, twin.approved, twin.purpose = room, True, meant
            reading = _device(twin)
            values = {
                "property_id": tx.property_id,
                "id": twin.id,
                **self._house.entity_values(twin),
            }
            twin.room, twin.approved, twin.purpose = before
        store.upsert(tx.session, store.EntityRow, [values])
        tx.after_commit(take_effect)
        return reading

    def _room(self, number: str) -> RoomState:
        room = self._house.rooms.get(number)
        if room is None:
            raise NotFound("unknown_room", f"There is no room {number}.", room=number)
        return room

    def _device_in(self, room: RoomState, device_id: str | None, purpose: Purpose | None) -> Twin:
        if device_id is not None:
            twin = self._house.by_id.get(device_id)
            if twin is not None and twin in room.twins:
                return twin
            if twin is not None and not twin.approved:
                raise Conflict("not_approved", "This device has not been approved yet.", device=device_id)
        elif purpose is not None:
            found = room.by_purpose.get(purpose)
            if found:
                return found[0]
        else:
            raise Invalid("device_needed", "Say which device: device_id or purpose.")
        raise NotFound(
            "unknown_device",
            f"Room {room.number} has no such device.",
            room=room.number,
            device=device_id or purpose,
        )

    # What the screens read

    def climates(self, rooms: Iterable[str] | None = None) -> dict[str, Climate]:
        """The climate of these rooms (all when None), by room number."""
        self.load()
        now = self._clock.now()
        with self._lock:
            chosen = self._house.rooms if rooms is None else [r for r in rooms if r in self._house.rooms]
            return {number: self._house.rooms[number].climate_now(now) for number in chosen}

    def devices(self, room: str | None = None) -> list[Device]:
        """The entities of a room, or all of the property, also those that wait for approval."""
        self.load()
        with self._lock:
            if room is not None:
                state = self._house.rooms.get(room)
                twins = list(state.twins) if state is not None else []
            else:
                twins = [twin for twin in self._house.by_id.values() if not twin.withdrawn]
            return [_device(twin) for twin in sorted(twins, key=lambda twin: twin.key)]

    def known_configs(self) -> list[tuple[str, str]]:
        """(entity key, discovery config) of every entity that is still there, for a wire that starts anew."""
        self.load()
        with self._lock:
            return [
                (twin.key, self._house.configs[twin.id])
                for twin in self._house.by_id.values()
                if not twin.withdrawn and twin.id in self._house.configs
            ]

    def config_of(self, device_id: str) -> str:
        """The discovery config of an entity as it came, for engineers.

        Raises:
            NotFound: no such entity.
        """
        self.load()
        with self._lock:
            if device_id not in self._house.configs:
                raise NotFound("unknown_device", "There is no such device.", device=device_id)
            return self._house.configs[device_id]

    def plan(self, room: str) -> Plan | None:
        """The plan of a room; also the last one that ended, as long as no other took its place."""
        self.load()
        with self._lock:
            state = self._house.rooms.get(room)
            return state.plan.reading() if state is not None and state.plan is not None else None

    def plans(self) -> dict[str, Plan]:
        """The plans that are not over, by room number."""
        self.load()
        with self._lock:
            return {
                number: room.plan.reading()
                for number, room in self._house.rooms.items()
                if room.plan is not None and room.plan.state not in ("done", "dropped")
            }

    def holds(self, room: str) -> list[Hold]:
        """Who has a say over what in a room, highest first for each property."""
        self.load()
        with self._lock:
            state = self._house.rooms.get(room)
            if state is None:
                return []
            claims = list(state.claims)
            for twin in state.of("air_conditioner"):
                for name in ("mode", "setpoint_celsius"):
                    wish = _target_claim(state, twin, name, self._clock.now())
                    if wish is not None:
                        claims.append(wish)
            order = {level: rank for rank, level in enumerate(LEVELS)}
            claims.sort(key=lambda claim: (claim.device_id, claim.property, order[claim.level]))
            return [_hold(claim) for claim in claims]

    def panels(self) -> dict[str, tuple[Panel, datetime | None]]:
        """What each door panel asks for, and since when."""
        self.load()
        with self._lock:
            return {number: (room.panel, room.panel_since) for number, room in self._house.rooms.items()}

    def presences(self) -> dict[str, Presence]:
        """Whether somebody is in, by room number, as far as the sensors tell."""
        self.load()
        with self._lock:
            return {number: room.presence for number, room in self._house.rooms.items()}

    def faults(self, room: str) -> list[str]:
        """Devices of a room that we gave up on, in one sentence each."""
        self.load()
        with self._lock:
            state = self._house.rooms.get(room)
            return sorted(state.faults.values()) if state is not None else []

    def command(self, command_id: str) -> Command:
        """A command and how it stands.

        Raises:
            NotFound: no such command.
        """
        self.load()
        with self._lock:
            live = self._house.dispatch.find(command_id)
            if live is not None:
                return live.reading()
            pending = self._journal.pending(store.CommandRow, id=command_id)
        if pending is not None:
            return _command({**pending, "id": command_id})
        with self._database.read() as session:
            row = store.command_row(session, self._database.property_id, command_id)
        if row is None:
            raise NotFound("unknown_command", "There is no such command.", command=command_id)
        return _command_of(row)

    def commands(self, room: str, start: datetime, end: datetime, limit: int = MOST_LISTED) -> list[Command]:
        """The newest commands of a room made in [start, end], oldest first."""
        self.load()
        with self._database.read() as session:
            rows = store.commands_between(
                session, self._database.property_id, room, start, end, min(limit, MOST_LISTED)
            )
        readings = [_command_of(row) for row in rows]
        with self._lock:
            found = [self._house.dispatch.find(reading.id) for reading in readings]
            return [
                live.reading() if live is not None else reading
                for live, reading in zip(found, readings, strict=True)
            ]

    def forecast(self, room: str) -> list[tuple[datetime, float, float, float]]:
        """(time, p10, p50, p90) of the temperature over the next three hours under the plan."""
        self.load()
        with self._lock:
            state = self._house.rooms.get(room)
            if state is None:
                return []
            situation = self._house.situation()
            type_ramp = self._house.type_ramps.get(state.type_code) or ramp_prior()
            now, plan, tenancy = room_now(state, type_ramp, situation), state.plan, state.tenancy
        if tenancy == "arrived":
            return []
        return forecast(plan, now, self._settings.climate)

    def room_events(
        self, room: str, start: datetime, end: datetime, limit: int = MOST_LISTED
    ) -> list[RoomEvent]:
        """The timeline of a room in [start, end], oldest first."""
        self.load()
        with self._database.read() as session:
            rows = store.events_between(
                session, self._database.property_id, room, start, end, min(limit, MOST_LISTED)
            )
        return [RoomEvent(row.at, row.kind, row.code, row.values, row.by) for row in rows]

    def arrivals(self, start: datetime, end: datetime) -> list[Arrival]:
        """Arrivals seen in [start, end], oldest first: what was promised and what was met."""
        with self._database.read() as session:
            rows = store.arrivals_between(session, self._database.property_id, start, end)
        return [
            Arrival(
                row.stay_id,
                row.room,
                row.at,
                row.eta,
                row.eta_source,
                row.predicted_ready_at,
                row.ready_at,
                row.wanted_celsius,
                row.temperature_celsius,
            )
            for row in rows
        ]

    def counters(self) -> dict[str, int]:
        """What has been taken, shed and ended since the start; for the metrics."""
        with self._lock:
            return {
                "reports_taken": self.reports_taken,
                "reports_unknown_entity": self.reports_unknown,
                "changes_shed": self.changes_shed,
                "changes_waiting": len(self._changes),
                "events_shed": self._journal.events_shed,
                "entities": len(self._house.by_id),
                "entities_refused": self._house.entities_refused,
                "commands_live": len(self._house.dispatch),
                "commands_queued": self._house.dispatch.queued,
                **{f"commands_{state}": n for state, n in self._house.dispatch.ended.items()},
            }


def _level_for(actor: Actor, level: Level | None) -> Level:
    """The level that the actor speaks at.

    Raises:
        Forbidden: the actor's roles do not allow it.
    """
    if level is None:
        level = "front_desk" if actor.has(*_DESK) else "housekeeping"
    allowed = _MAY_CLAIM.get(level)
    if allowed is None or not actor.has(*allowed):
        raise Forbidden("level_not_allowed", f"You may not act for {level.replace('_', ' ')}.", level=level)
    return level


def _valid(twin: Twin, name: str, value: Value) -> tuple[str, Value]:
    """The property and value in the device's own terms.

    Raises:
        Invalid: the device does not take it; says what it takes.
    """
    entity = twin.description
    if name == "action" and value in ("open", "close") and "position_percent" in entity.accepts:
        name, value = "position_percent", 100.0 if value == "open" else 0.0
    if name not in entity.accepts:
        raise Invalid(
            "unknown_property",
            f"{entity.name} has no {name} that can be set.",
            property=name,
            accepts=sorted(entity.accepts),
        )
    limits = entity.limits.get(name)
    if name.endswith(_PERCENT) and limits is None:
        low, high = 0.0, 100.0
    elif limits is not None:
        low, high = limits.low, limits.high
    else:
        low, high = float("-inf"), float("inf")
    if limits is not None or name.endswith((*_PERCENT, "_celsius")):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
            raise Invalid("not_a_number", f"{name} is a number.", property=name, low=low, high=high)
        if not low <= value <= high:
            raise Invalid(
                "out_of_range",
                f"{entity.name} takes {low:g} to {high:g} for {name}, not {value:g}.",
                property=name,
                low=low,
                high=high,
            )
        return name, float(value)
    if name in FLAGS:
        if not isinstance(value, bool):
            raise Invalid("not_yes_or_no", f"{name} is true or false.", property=name)
        if name == "press" and not value:
            raise Invalid("not_yes_or_no", "A button can only be pressed.", property=name)
        return name, value
    options = entity.options.get(name) or (("open", "close", "stop") if name == "action" else ())
    if not isinstance(value, str) or (options and value not in options):
        raise Invalid(
            "unknown_option",
            f"{entity.name} takes {', '.join(options)} for {name}.",
            property=name,
            options=list(options),
        )
    return name, value


def _target_claim(room: RoomState, twin: Twin, name: str, now: datetime) -> Claim | None:
    """What the comfort plan wishes of an air conditioner, as a claim."""
    target = room.target
    if target is None or target.mode is None:
        return None
    value: Value = target.mode if name == "mode" else target.setpoint_celsius
    if value is None:
        return None
    return Claim(twin.id, name, target.level, value, now, "Innkeeper", target.reason_code)


def _hold(claim: Claim) -> Hold:
    return Hold(claim.device_id, claim.property, claim.level, claim.value, claim.since, claim.by)


def _device(twin: Twin) -> Device:
    entity = twin.description
    names = sorted((entity.reports | entity.accepts | set(twin.facets)) - {"available"})
    return Device(
        id=twin.id,
        key=twin.key,
        name=entity.name,
        maker=entity.device.maker,
        model=entity.device.model,
        room=twin.room,
        purpose=twin.purpose,
        component=entity.component.value,
        available=twin.available,
        approved=twin.approved,
        suggested_room=twin.suggested_room,
        last_seen=twin.last_seen,
        properties=[_property(twin, name) for name in names],
    )


def _property(twin: Twin, name: str) -> DeviceProperty:
    facet, entity = twin.facet(name), twin.description
    limits = entity.limits.get(name)
    options = entity.options.get(name)
    unit = entity.unit if name == "value" else _UNITS.get(name.rpartition("_")[2])
    reported: JsonValue = facet.reported
    return DeviceProperty(
        name=name,
        reported=reported,
        desired=facet.desired,
        revision=facet.revision,
        reported_at=facet.reported_at,
        accepts=name in entity.accepts,
        options=list(options) if options else None,
        low=limits.low if limits else None,
        high=limits.high if limits else None,
        step=limits.step if limits else None,
        unit=unit,
    )


def _command_of(row: store.CommandRow) -> Command:
    names = (
        "id room device_id device_name name value state level cause by made_at sent_at ended_at "
        "expires_at detail"
    )
    return _command({name: getattr(row, name) for name in names.split()})


def _command(values: dict[str, Any]) -> Command:
    return Command(
        id=values["id"],
        room=values["room"],
        device_id=values["device_id"],
        device_name=values["device_name"],
        property=values["name"],
        value=values["value"],
        state=values["state"],
        level=values["level"],
        cause=values["cause"],
        by=values["by"],
        made_at=values["made_at"],
        sent_at=values["sent_at"],
        ended_at=values["ended_at"],
        expires_at=values["expires_at"],
        detail=values["detail"],
    )
