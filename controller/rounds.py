"""The rounds of the controller: take in what changed, decide, write it down, send. In this order.

A worker runs them when something happened; in virtual time whoever calls `pump` does.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from controller import store
from controller.actions_service import Actions
from controller.checkpoints import Checkpoints
from controller.core import Core
from controller.dispatch import LiveCommand
from controller.entities import Order
from controller.hearing import Hearing
from controller.journal import Batch
from controller.ports import Sample
from controller.room_models import RoomModels

log = logging.getLogger(__name__)

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


class Rounds:
    """Decides, writes and sends."""

    def __init__(
        self,
        core: Core,
        hearing: Hearing,
        checkpoints: Checkpoints,
        actions: Actions,
        models: RoomModels,
    ) -> None:
        self._core = core
        self._register = core.register
        self._flight = core.flight
        self._hearing = hearing
        self._checkpoints = checkpoints
        self._actions = actions
        self._models = models
        self._looked: dict[str, datetime] = {}
        self._note_monotonic = float("-inf")
        self._stopping = threading.Event()
        self._worker: threading.Thread | None = None
        self._on_live: list[Callable[[set[str]], None]] = []

    def start(self) -> None:
        """Load what is on disk and let the worker decide, write and send from now on."""
        self._actions.load()
        self._stopping.clear()
        self._worker = threading.Thread(target=self._work, name="controller", daemon=True)
        self._worker.start()

    def stop(self) -> None:
        """Finish what is under way, write the twins down and end the worker."""
        self._stopping.set()
        self._core.wake.set()
        if self._worker is not None:
            self._worker.join(timeout=10)
            self._worker = None
        if self._core.loaded:
            self.checkpoint()
            self._models.save()

    def _work(self) -> None:
        while not self._stopping.is_set():
            with self._core.lock:
                waiting = bool(self._core.journal) or self._flight.dispatch.queued > 0
            if not self._core.wake.wait(BUSY_SECONDS if waiting else IDLE_SECONDS):
                with self._core.lock:
                    if self._core.clock.monotonic() < self._note_monotonic:
                        continue
            self._core.wake.clear()
            try:
                self.pump()
            except Exception:
                log.exception("controller: a round failed; what it decided is kept and tried again")
                self._stopping.wait(AFTER_FAILURE_SECONDS)

    def tick(self) -> None:
        """The heartbeat: find what time alone made due, then do it. Cheap when nothing is."""
        self._core.load()
        self._learn()
        now, monotonic = self._core.clock.now(), self._core.clock.monotonic()
        if monotonic - self._core.synced_monotonic >= RESYNC_TRANSPORT_SECONDS:
            self._core.sync_stays(None)
        with self._core.lock:
            self._hearing.follow_link(self._core.wire.connected)
            self._flight.run_out()
            for number, room in self._register.rooms.items():
                at, when = room.look_again_at, room.look_again_monotonic
                if (at is not None and at <= now) or (when is not None and when <= monotonic):
                    self._register.dirty.add(number)
            for number in list(self._register.moved):
                looked, state = self._looked.get(number), self._register.rooms.get(number)
                hurries = state is None or state.hurries
                pause = MEASURED_LOOK_SECONDS if hurries else IDLE_LOOK_SECONDS
                if looked is None or abs((now - looked).total_seconds()) >= pause:
                    self._register.moved.discard(number)
                    if state is not None:
                        self._register.dirty.add(number)
        self.pump()
        self._tell_live()

    def _learn(self) -> None:
        try:
            self._models.tick()
        except Exception:
            # Rooms are kept without their models too, more carefully.
            log.exception("controller: rooms could not be learned from this time")

    def pump(self) -> None:
        """Decide, write, send; until nothing is left to do now.

        Raises:
            Unavailable: the database does not take it; everything is kept for the next time.
        """
        self._core.load()
        with self._core.pumping:
            for _ in range(MOST_ROUNDS):
                # Somebody waits for the end of a command, nobody for what the room makes of it.
                wrote = self._hear() and self._flush()
                self._actions.advance()
                self._decide()
                wrote = self._flush() or wrote
                sent = self._send()
                with self._core.lock:
                    quiet = not self._hearing.changes and not self._register.dirty and not self._core.journal
                if quiet or not (wrote or sent or self._hearing.changes or self._register.dirty):
                    break

    def _hear(self) -> bool:
        """Take in what changed; returns whether it brought a command to its end."""
        house = self._core.house
        with self._core.lock:
            live = len(self._flight.dispatch)
            for _ in range(len(self._hearing.changes)):
                house.hear(self._hearing.changes.popleft())
            return len(self._flight.dispatch) < live

    def _decide(self) -> None:
        house = self._core.house
        with self._core.lock:
            numbers = sorted(self._register.dirty)
            self._register.dirty.clear()
        samples: list[Sample] = []
        for start in range(0, len(numbers), ROOMS_IN_ONE_GO):
            # In small helpings: a report must not wait for a thousand rooms.
            with self._core.lock:
                at = house.situation()
                helping = numbers[start : start + ROOMS_IN_ONE_GO]
                rooms = [self._register.rooms[number] for number in helping if number in self._register.rooms]
                house.outlooks.prepare(rooms, at.now)
                for room in rooms:
                    house.look_at(room, at)
                    self._looked[room.number] = at.now
                    self._checkpoints.remember.add(room.number)
                    wanted = room.climate.wanted_celsius
                    if wanted is not None and wanted != room.wanted_told:
                        samples.append(Sample(room.number, "room", "wanted_celsius", wanted, at.now))
                    room.wanted_told = wanted
        if samples:
            self._core.telemetry.record(samples)

    def _flush(self) -> bool:
        """Write what was decided; only then may its commands go out."""
        wrote = False
        while True:
            with self._core.lock:
                batch = self._core.journal.take()
            if not batch:
                return wrote
            try:
                with self._core.database.write() as tx:
                    self._core.journal.write(tx, batch)
            except Exception:
                with self._core.lock:
                    self._core.journal.put_back(batch)
                raise
            self._saved(batch)
            wrote = True

    def _saved(self, batch: Batch) -> None:
        with self._core.lock:
            for row_type, key in batch.puts:
                if row_type is store.CommandRow:
                    live = self._flight.dispatch.find(dict(key)["id"])
                    if live is not None:
                        live.saved = True

    def _send(self, only: LiveCommand | None = None) -> bool:
        """Hand queued commands to the wire until it takes no more. Returns whether any went out."""
        any_sent = False
        while self._core.wire.connected:
            with self._core.lock:
                live = self._flight.dispatch.next_to_send(
                    self._core.clock.now(), self._core.clock.monotonic(), self._flight.may_go, only
                )
                if live is None:
                    break
                self._flight.going_out(live)
                order = Order(
                    live.id, live.entity_key, ((live.property, live.value),), live.expires_monotonic
                )
            try:
                taken = self._core.wire.send(order)
            except Exception:
                with self._core.lock:
                    self._flight.came_back(live)
                raise
            never = None if taken else self._core.wire.refusal(order)
            with self._core.lock:
                if never is not None:
                    # Others wait behind it: they go on.
                    self._flight.refused(live, never)
                    continue
                if not taken:
                    self._flight.came_back(live)
                    break
                self._flight.went_out(live)
                any_sent = True
            if only is not None:
                break
        return any_sent

    def send_at_once(self, live: LiveCommand) -> None:
        """Send this one in the caller's thread: somebody stands there and looks at the lamp."""
        with self._core.lock:
            now = self._core.clock.monotonic()
            if self._note_monotonic < now:
                self._note_monotonic = now + NOTE_SECONDS
        # No wake: the worker finds what is left to do with the device's report, or a little later.
        self._send(only=live)

    def checkpoint(self) -> int:
        """Write down the twins and rooms that changed since the last time; returns how many rows."""
        self._core.load()
        with self._core.pumping:
            self._flush()
            return self._checkpoints.write()

    def on_live(self, callback: Callable[[set[str]], None]) -> None:
        """Call `callback` with the rooms whose climate or devices changed, once a tick at most."""
        self._on_live.append(callback)

    def _tell_live(self) -> None:
        with self._core.lock:
            rooms = self._register.live | self._register.moved
            self._register.live = set()
        if rooms:
            for callback in self._on_live:
                callback(rooms)
