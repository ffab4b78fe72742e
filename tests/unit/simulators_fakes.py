"""Fakes for the simulators: a wire and a desk that write down, and a house to test in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulators.desk import BookStay, CheckIn, Desk, DeskAct, DeskAnswer, MarkClean
from simulators.world import World, WorldOptions

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 7, 14, 12, 0, tzinfo=SHANGHAI)


class RecordingWire:
    """Remembers every message; `state` is what a broker would have retained."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str, bytes, bool]] = []
        self.state: dict[str, bytes] = {}
        self._digest = hashlib.sha256()

    def publish(self, room: str, topic: str, payload: bytes, retain: bool) -> None:
        self.messages.append((room, topic, payload, retain))
        self.state[topic] = payload
        self._digest.update(f"{room}\0{topic}\0".encode() + payload + b"\0")

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def json(self, topic: str) -> Any:
        return json.loads(self.state[topic])

    def said(self, topic: str) -> list[bytes]:
        return [payload for _, where, payload, _ in self.messages if where == topic]


class ScriptedDesk:
    """A front desk that does everything, but gives a room away only when it was marked clean.

    `unready` rooms refuse a check-in without a reason; `refused` confirmations are not taken.
    """

    def __init__(self) -> None:
        self.acts: list[tuple[datetime | None, DeskAct]] = []
        self.unready: set[str] = set()
        self.refused: set[str] = set()
        self.rooms: dict[str, str] = {}
        self.clock: Callable[[], datetime] | None = None

    def submit(self, act: DeskAct, urgency: float, done: Callable[[DeskAnswer], None]) -> None:
        self.acts.append((self.clock() if self.clock else None, act))
        if isinstance(act, MarkClean):
            self.unready.discard(act.room)
            done(DeskAnswer(True))
            return
        if isinstance(act, BookStay):
            if act.confirmation in self.refused:
                done(DeskAnswer(False, code="room_taken"))
                return
            self.rooms[act.confirmation] = act.room
        if (
            isinstance(act, CheckIn)
            and self.rooms[act.confirmation] in self.unready
            and act.unready_reason is None
        ):
            done(DeskAnswer(False, code="unready"))
            return
        done(DeskAnswer(True, f"id-{act.confirmation}"))

    def of(self, kind: type[DeskAct]) -> list[Any]:
        return [act for _, act in self.acts if isinstance(act, kind)]

    def at(self, kind: type[DeskAct]) -> list[tuple[datetime, Any]]:
        return [(at, act) for at, act in self.acts if isinstance(act, kind) and at is not None]


class House:
    """A world with its wire, moved on in hotel time."""

    def __init__(
        self,
        rooms: int = 2,
        seed: int = 7,
        start: datetime = NOON,
        desk: Desk | None = None,
        climate: str = "shanghai",
        options: WorldOptions | None = None,
    ) -> None:
        self.wire = RecordingWire()
        self.world = World(
            seed, rooms, start, SHANGHAI, climate, self.wire, desk, options or WorldOptions(people=False)
        )
        if isinstance(desk, ScriptedDesk):
            desk.clock = lambda: self.world.time.astimezone(SHANGHAI)
        self.world.announce()
        self.world.advance(start)

    def after(self, seconds: float = 0.0, minutes: float = 0.0, hours: float = 0.0) -> House:
        """Let hotel time pass."""
        self.world.advance(self.world.time + timedelta(seconds=seconds, minutes=minutes, hours=hours))
        return self

    def order(self, topic: str, payload: str | dict[str, Any]) -> House:
        """Send a command and give the device the time to obey."""
        text = json.dumps(payload) if isinstance(payload, dict) else payload
        self.world.command(f"simulated/{topic}", text.encode())
        return self.after(seconds=1)

    def state(self, topic: str) -> Any:
        return self.wire.json(f"simulated/{topic}")
