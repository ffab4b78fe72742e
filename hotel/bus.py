"""Delivers announced messages to the slices, at least once and in order, each follower on its own.

A follower that fails is tried again with growing pauses; after `MOST_TRIES` the message is passed
over, counted and logged: its heartbeat will find from the tables what the message would have told.

A follower is woken by its own kinds alone, and of the others only every `NOTED_MESSAGES`th is noted:
most messages (commands) are for the screens, and a read and a write for each by each follower would
stand in the way of the next tap.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from hotel.database import Database
from hotel.messages import Message, message_from
from hotel.outbox import Announced, messages_after, note_position, position_of

log = logging.getLogger(__name__)

BATCH = 200
MOST_TRIES = 5
FIRST_PAUSE_SECONDS = 0.2
# A lost wake-up costs at most this long.
IDLE_SECONDS = 1.0
# What a follower has no ear for may come again after a restart: it is written down only this often.
NOTED_MESSAGES = 200

Handler = Callable[[Message], None]


@dataclass
class Follower:
    """One slice's ear. `handle` may be called twice for the same message."""

    name: str
    handle: Handler
    kinds: frozenset[str]
    passed_over: int = 0
    tries: int = 0
    # The last message that is behind it, and the one that is written down; None = not read yet.
    position: int | None = None
    noted: int = 0
    wake: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class Bus:
    """Followers of the message outbox of one property."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._followers: list[Follower] = []
        self._stopping = threading.Event()
        database.on_announced(self._wake)

    @property
    def passed_over(self) -> dict[str, int]:
        """Messages given up after `MOST_TRIES`, by follower."""
        return {follower.name: follower.passed_over for follower in self._followers}

    def follow(self, name: str, handle: Handler, *kinds: type[Message]) -> None:
        """Call `handle` with every message of `kinds` from where the follower `name` last stood."""
        self._followers.append(Follower(name, handle, frozenset(kind.kind for kind in kinds)))

    def start(self) -> None:
        for follower in self._followers:
            follower.thread = threading.Thread(
                target=self._run, args=(follower,), name=f"bus-{follower.name}", daemon=True
            )
            follower.thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for follower in self._followers:
            follower.wake.set()
        for follower in self._followers:
            if follower.thread is not None:
                follower.thread.join(timeout=5)

    def deliver_pending(self) -> int:
        """Deliver all that waits, in the caller's thread (virtual time and tests). Returns how many."""
        total = 0
        waiting = list(self._followers)
        while waiting:
            again: set[str] = set()
            for follower in waiting:
                follower.wake.clear()
                count = self._deliver_batch(follower)
                total += count
                if count == BATCH or follower.tries:
                    again.add(follower.name)
            waiting = [f for f in self._followers if f.name in again or f.wake.is_set()]
        return total

    def _wake(self, announced: list[Announced]) -> None:
        kinds = {message.kind for message in announced}
        for follower in self._followers:
            if not kinds.isdisjoint(follower.kinds):
                follower.wake.set()

    def _run(self, follower: Follower) -> None:
        while not self._stopping.is_set():
            follower.wake.clear()
            try:
                busy = self._deliver_batch(follower)
            except Exception:
                log.exception("bus: follower %s cannot read its messages", follower.name)
                busy = 0
            if follower.tries:
                self._stopping.wait(FIRST_PAUSE_SECONDS * 2 ** (follower.tries - 1))
            elif busy == 0:
                follower.wake.wait(IDLE_SECONDS)

    def _deliver_batch(self, follower: Follower) -> int:
        """Handle up to a batch; stops at the first message that fails. Returns how many were read."""
        property_id = self._database.property_id
        with self._database.read() as session:
            if follower.position is None:
                # Once: one process owns a property, so nobody else moves its followers on.
                follower.position = follower.noted = position_of(session, property_id, follower.name)
            batch = messages_after(session, property_id, follower.position, BATCH)
        handled = False
        for message in batch:
            if not self._handle(follower, message):
                break
            follower.position = message.id
            handled = handled or message.kind in follower.kinds
        if handled or follower.position - follower.noted >= NOTED_MESSAGES:
            with self._database.write() as tx:
                note_position(tx.session, property_id, follower.name, follower.position)
            follower.noted = follower.position
        return len(batch)

    def _handle(self, follower: Follower, row: Announced) -> bool:
        if row.kind not in follower.kinds:
            return True
        try:
            follower.handle(message_from(row.kind, row.body))
        except Exception:
            follower.tries += 1
            log.exception("bus: %s failed on message %s (%s)", follower.name, row.id, row.kind)
            if follower.tries < MOST_TRIES:
                return False
            follower.passed_over += 1
        follower.tries = 0
        return True
