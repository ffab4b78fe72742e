"""What has been decided in memory and waits to be written: one transaction for many decisions.

The newest value of a row replaces the older one, so the journal is bounded by what exists, except
for timeline entries, which are bounded by count; those shed are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from controller.store import RoomEventRow, delete_keys, insert_all, upsert
from hotel.database import Transaction
from hotel.messages import CommandChanged, DeviceChanged, Message
from hotel.metadata import Base

MOST_EVENTS = 20_000
MOST_ROWS_AT_ONCE = 1000

Key = tuple[type[Base], tuple[tuple[str, Any], ...]]


@dataclass
class Batch:
    """Rows to put, rows to drop, timeline entries and announcements."""

    puts: dict[Key, dict[str, Any]] = field(default_factory=dict)
    drops: dict[Key, None] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    messages: dict[object, Message] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.puts or self.drops or self.events or self.messages)


class Journal:
    """Collects under the caller's lock; `write` runs outside it."""

    def __init__(self, property_id: str) -> None:
        self._property_id = property_id
        self._batch = Batch()
        self.events_shed = 0

    def __bool__(self) -> bool:
        return bool(self._batch)

    def put(self, row_type: type[Base], values: dict[str, Any], **key: Any) -> None:
        """The row with this key shall have these values."""
        name: Key = (row_type, tuple(key.items()))
        self._batch.drops.pop(name, None)
        self._batch.puts[name] = {"property_id": self._property_id, **key, **values}

    def drop(self, row_type: type[Base], **key: Any) -> None:
        """The row with this key shall be gone."""
        name: Key = (row_type, tuple(key.items()))
        self._batch.puts.pop(name, None)
        self._batch.drops[name] = None

    def pending(self, row_type: type[Base], **key: Any) -> dict[str, Any] | None:
        """What a row shall have that is not written yet."""
        return self._batch.puts.get((row_type, tuple(key.items())))

    def event(self, **values: Any) -> None:
        """A line for a room's timeline."""
        if len(self._batch.events) >= MOST_EVENTS:
            self.events_shed += 1
            return
        self._batch.events.append({"property_id": self._property_id, **values})

    def announce(self, message: Message) -> None:
        """To be announced with the rows, or after them: of one command only its newest state."""
        key: object = message
        if isinstance(message, CommandChanged):
            key = message.command_id
        elif isinstance(message, DeviceChanged) and message.room is not None:
            key = ("devices of", message.room)  # ten devices of a room are one thing to look at anew
        self._batch.messages.pop(key, None)
        self._batch.messages[key] = message

    def take(self) -> Batch:
        """What is to be written next: all, or a first part when it is more than others should wait for."""
        batch, self._batch = self._batch, Batch()
        if len(batch.puts) > MOST_ROWS_AT_ONCE:
            rows = list(batch.puts.items())
            batch.puts = dict(rows[:MOST_ROWS_AT_ONCE])
            self._batch.puts = dict(rows[MOST_ROWS_AT_ONCE:])
            # What is announced must be on disk before: it goes with the last part.
            self._batch.messages, batch.messages = batch.messages, {}
        return batch

    def put_back(self, batch: Batch) -> None:
        """The write failed: what was decided since goes over what comes back."""
        newer = self._batch
        for name, values in batch.puts.items():
            if name not in newer.puts and name not in newer.drops:
                newer.puts[name] = values
        for name in batch.drops:
            if name not in newer.puts:
                newer.drops[name] = None
        newer.events = (batch.events + newer.events)[-MOST_EVENTS:]
        newer.messages = {**batch.messages, **newer.messages}

    def write(self, tx: Transaction, batch: Batch) -> None:
        """Write a batch in the caller's transaction."""
        by_type: dict[type[Base], list[dict[str, Any]]] = {}
        for (row_type, _), values in batch.puts.items():
            by_type.setdefault(row_type, []).append(values)
        for row_type, rows in by_type.items():
            upsert(tx.session, row_type, rows)
        gone: dict[type[Base], list[dict[str, Any]]] = {}
        for row_type, key in batch.drops:
            gone.setdefault(row_type, []).append({"property_id": self._property_id, **dict(key)})
        for row_type, keys in gone.items():
            delete_keys(tx.session, row_type, keys)
        if batch.events:
            insert_all(tx.session, RoomEventRow, batch.events)
        for message in batch.messages.values():
            tx.announce(message)
