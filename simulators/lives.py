"""How simulated people's lives go on, and what the world is to them.

Each person's life is a generator that yields the moment it goes on (hotel seconds) or something it
asks of the desk, and gets the answer back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol

from simulators.desk import Desk, DeskAct, DeskAnswer
from simulators.devices import RoomDevices
from simulators.physics import Rooms

MINUTE, HOUR = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Ask:
    """Something a person asks of the desk."""

    act: DeskAct


Life = Generator[float | Ask, DeskAnswer | None, None]
Answering = Generator[float | Ask, DeskAnswer | None, DeskAnswer]
Deciding = Generator[float | Ask, DeskAnswer | None, bool]


class Scene(Protocol):
    """The world as people find it."""

    rooms: Rooms
    room_numbers: frozenset[str]

    @property
    def now(self) -> float: ...

    def local(self, seconds: float) -> datetime:
        """Local time at hotel seconds."""
        ...

    def seconds(self, moment: datetime) -> float:
        """Hotel seconds of a moment."""
        ...

    def index(self, room: str) -> int: ...

    def devices(self, room: str) -> RoomDevices: ...

    def after(self, seconds: float, call: Callable[[], None]) -> None: ...

    def soon(self, call: Callable[[], None]) -> None:
        """Have something done at the next occasion; from any thread."""
        ...

    def mend(self, room: str | None) -> None: ...

    def outdoor_celsius(self) -> float: ...

    def mean_outdoor_celsius(self) -> float: ...


class Lives:
    """Lets lives go on when their moment comes or the desk has answered."""

    def __init__(self, scene: Scene, desk: Desk) -> None:
        self._scene = scene
        self._desk = desk
        self.refusals: Counter[str] = Counter()

    def begin(self, life: Life, urgency: float) -> None:
        """Let a life begin; its first word to the desk is due at `urgency` (hotel seconds)."""
        self._go_on(life, urgency, None)

    def _go_on(self, life: Life, urgency: float, answer: DeskAnswer | None) -> None:
        try:
            wanted = life.send(answer)
        except StopIteration:
            return
        if isinstance(wanted, Ask):
            answered = False

            def done(told: DeskAnswer) -> None:
                nonlocal answered
                if not answered:
                    answered = True
                    self._scene.soon(lambda: self._go_on(life, urgency, told))

            self._desk.submit(wanted.act, max(self._scene.now, urgency), done)
        else:
            wait = max(0.0, wanted - self._scene.now)
            self._scene.after(wait, lambda: self._go_on(life, urgency, None))

    def ask(self, act: DeskAct) -> Answering:
        """Ask the desk, inside a life; refusals are counted."""
        answer = yield Ask(act)
        assert answer is not None
        if not answer.ok:
            self.refusals[f"{type(act).__name__}: {answer.code}"] += 1
        return answer

    def hour_of(self, day: date, hour: float) -> float:
        """Hotel seconds of an hour of a local day, counted from its midnight."""
        midnight = datetime.combine(day, time(), self._scene.local(0.0).tzinfo)
        return self._scene.seconds(midnight) + hour * HOUR

    def hour_now(self) -> float:
        """The local hour of the day."""
        local = self._scene.local(self._scene.now)
        return local.hour + local.minute / 60.0
