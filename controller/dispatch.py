"""Commands under way: which is the newest for each property, what goes out next, what has run out.

Memory only; the caller holds the lock, saves what changed and talks to the wire. The newest command
for a property supersedes the one before it, so that after an outage only what is still wanted goes
out, and the number of live commands is bounded by the number of properties.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from controller import commands, starts
from controller.ends import ENDS, end_code
from controller.entities import Value
from controller.policy import CommandPolicy
from controller.readings import Command, CommandState, Level

Target = tuple[str, str]
# The cause of an engineer's trial of a device that waits for approval; no other command is without a room.
TRIAL = "trial"


@dataclass(slots=True)
class LiveCommand:
    """A command that has not ended. `saved`: its row is committed, so it may go out."""

    id: str
    room: str | None
    device_id: str
    entity_key: str
    device_name: str
    property: str
    value: Value
    state: CommandState
    level: Level
    cause: str
    by: str
    made_at: datetime
    expires_at: datetime
    wall_expires_at: datetime
    expires_monotonic: float
    sent_at: datetime | None = None
    sent_monotonic: float | None = None
    ended_at: datetime | None = None
    detail: str | None = None
    value_before: Value = None
    saved: bool = False
    # Sent before a restart or an outage: nobody knows whether the device heard it. If it does not say
    # so when it can be heard again, the command goes out once more.
    reloaded: bool = False
    automatic: bool = True

    def waits_its_turn(self) -> bool:
        """Whether it starts a compressor that nobody stands and waits for."""
        return self.automatic and starts.is_start(self.property, self.value)

    def is_trial(self) -> bool:
        return self.room is None and self.cause == TRIAL

    def target(self) -> Target:
        return (self.device_id, self.property)

    def reading(self) -> Command:
        return Command(
            id=self.id,
            room=self.room,
            device_id=self.device_id,
            device_name=self.device_name,
            property=self.property,
            value=self.value,
            state=self.state,
            level=self.level,
            cause=self.cause,
            by=self.by,
            made_at=self.made_at,
            sent_at=self.sent_at,
            ended_at=self.ended_at,
            expires_at=self.expires_at,
            detail=self.detail,
            detail_code=end_code(self.detail),
        )


class Dispatch:
    """The live commands of a property, by target, and their order of sending."""

    def __init__(self, policy: CommandPolicy) -> None:
        self._policy = policy
        self._by_target: dict[Target, LiveCommand] = {}
        self._by_id: dict[str, LiveCommand] = {}
        self._queue: OrderedDict[str, LiveCommand] = OrderedDict()
        self._starts = starts.unused(policy)
        self.ended: dict[CommandState, int] = dict.fromkeys(commands.ENDED, 0)

    def __len__(self) -> int:
        return len(self._by_target)

    @property
    def queued(self) -> int:
        return len(self._queue)

    def under_way(self, device_id: str, name: str) -> LiveCommand | None:
        return self._by_target.get((device_id, name))

    def of_device(self, device_id: str) -> list[LiveCommand]:
        return [live for (device, _), live in self._by_target.items() if device == device_id]

    def find(self, command_id: str) -> LiveCommand | None:
        return self._by_id.get(command_id)

    def all(self) -> list[LiveCommand]:
        return list(self._by_target.values())

    def add(self, command: LiveCommand, now: datetime, *, first: bool = False) -> LiveCommand | None:
        """Take a new command; returns the one that it supersedes.

        Args:
            first: goes out before all that waits (somebody stands there and looks at the lamp).
        """
        older = self._by_target.get(command.target())
        if older is not None:
            self.end(older, "supersede", now, ENDS["newer_command"])
        self._by_target[command.target()] = command
        self._by_id[command.id] = command
        if command.state == "queued":
            self._queue[command.id] = command
            if first:
                self._queue.move_to_end(command.id, last=False)
        return older

    def end(
        self, command: LiveCommand, event: commands.Event, now: datetime, detail: str | None = None
    ) -> bool:
        """Bring a command to its end. False: it had ended, or `event` does not apply to it."""
        state = commands.after(command.state, event)
        if state is None or state not in commands.ENDED:
            return False
        command.state, command.ended_at = state, now
        command.detail = detail if detail is not None else command.detail
        self._queue.pop(command.id, None)
        if self._by_target.get(command.target()) is command:
            del self._by_target[command.target()]
        self._by_id.pop(command.id, None)
        self.ended[state] += 1
        return True

    def next_to_send(
        self,
        now: datetime,
        monotonic: float,
        may_go: Callable[[LiveCommand], bool],
        only: LiveCommand | None = None,
    ) -> LiveCommand | None:
        """Mark the next saved command as sent and return it; None when nothing may go out now."""
        self._starts = starts.refilled(self._starts, monotonic, self._policy)

        def can_go(live: LiveCommand) -> bool:
            return (
                live.saved and live.state == "queued" and live.expires_monotonic > monotonic and may_go(live)
            )

        turn: LiveCommand | None = None
        for live in self._queue.values() if only is None else (only,):
            if not can_go(live):
                continue
            if live.waits_its_turn():
                if self._starts.left < 1:
                    continue
                turn = turn or min(filter(can_go, self._queued_starts()), key=_rank)
                if live is not turn:
                    continue
                self._starts = starts.taken(self._starts)
            state = commands.after(live.state, "send")
            assert state is not None
            live.state, live.sent_at, live.sent_monotonic = state, now, monotonic
            self._queue.pop(live.id, None)
            return live
        return None

    def give_back(self, command: LiveCommand) -> None:
        """The wire did not take it: it waits again, in front."""
        state = commands.after(command.state, "give_back")
        if state is None or self._by_target.get(command.target()) is not command:
            return
        command.state, command.sent_at, command.sent_monotonic = state, None, None
        self._queue[command.id] = command
        self._queue.move_to_end(command.id, last=False)

    def _queued_starts(self) -> Iterator[LiveCommand]:
        return (live for live in self._queue.values() if live.waits_its_turn())

    def link_lost(self) -> None:
        """Nobody knows what became of all that was sent and not confirmed."""
        for live in self._by_target.values():
            live.reloaded = live.reloaded or live.state == "sent"

    def run_out(self, monotonic: float, linked_since: float | None) -> list[LiveCommand]:
        """Commands whose time is over: queued past their expiry, sent and never confirmed.

        Args:
            linked_since: transport time at which our link last came up; None: it is down.
        """
        return [live for live in self._by_target.values() if self._is_over(live, monotonic, linked_since)]

    def _is_over(self, live: LiveCommand, monotonic: float, linked_since: float | None) -> bool:
        if live.state == "queued":
            return monotonic >= live.expires_monotonic
        assert live.sent_monotonic is not None
        if live.reloaded:
            # Its answer can only come while we are linked.
            if linked_since is None:
                return monotonic >= live.expires_monotonic
            return monotonic >= max(live.sent_monotonic, linked_since) + self.patience_seconds(live)
        return monotonic >= live.sent_monotonic + self.patience_seconds(live)

    def patience_seconds(self, live: LiveCommand) -> float:
        """How long a sent command may wait for its report."""
        if live.reloaded:
            return self._policy.settle_transport_seconds
        if live.property in ("position_percent", "action"):
            return self._policy.travel_transport_seconds
        return self._policy.confirm_transport_seconds

    def start_seconds(self) -> float:
        """Transport seconds until a start that is asked for now may go out: those before it go first."""
        return starts.wait_seconds(self._starts, sum(1 for _ in self._queued_starts()), self._policy)


def _rank(live: LiveCommand) -> int:
    return starts.rank(live.level)
