"""Compound actions: a scene, a floor or a selection of rooms asked as one, with an outcome a device.

Pure: rooms and wishes in, ordered steps a device out; then, step by step, what to do next. A device's
steps go one after the other, each when the one before was confirmed: the mode first, then the setpoint,
and in the end all of them are looked at once more, because many devices rewrite one when told another.
A device that refuses, or that somebody higher holds, is an outcome and never stops the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from controller.entities import MOMENTARY, Value
from controller.readings import CommandState, Level, OutcomeState, Purpose
from controller.reconcile import PROPERTY_ORDER
from hotel.errors import Invalid

MOST_DEVICES = 2000
MOST_WANTS = 10

LAMPS: tuple[Purpose, ...] = ("ceiling_light", "bedside_light", "light")

OPEN: frozenset[OutcomeState] = frozenset({"waiting", "under_way"})

# How the end of a command ends the device's part of the action. A time-out does not yet: the house asks
# again, and only its giving up does.
ENDS: MappingProxyType[CommandState, OutcomeState] = MappingProxyType(
    {"rejected": "refused", "superseded": "superseded", "expired": "expired"}
)


@dataclass(frozen=True, slots=True)
class Want:
    """What one kind of device shall become. The purpose "light" means every lamp of the room."""

    purpose: Purpose
    property: str
    value: Value


SCENES: MappingProxyType[str, tuple[Want, ...]] = MappingProxyType(
    {
        "welcome": (
            Want("light", "on", True),
            Want("curtain", "position_percent", 100.0),
        ),
        "night": (
            Want("light", "on", False),
            Want("curtain", "position_percent", 0.0),
        ),
        "all_off": (
            Want("air_conditioner", "mode", "off"),
            Want("light", "on", False),
            Want("curtain", "position_percent", 0.0),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device that stands in a room, as far as an action needs it."""

    id: str
    name: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Step:
    """One property of one device."""

    property: str
    value: Value


@dataclass(slots=True)
class Part:
    """One device's part of an action, and how it stands.

    `at` is the step under way. `command_id` is that step's newest command. Times: hotel time.
    """

    number: int
    room: str
    device_id: str | None
    device_name: str | None
    purpose: Purpose
    steps: tuple[Step, ...]
    stay_id: str | None = None
    state: OutcomeState = "waiting"
    detail: str | None = None
    at: int = 0
    repaired: bool = False
    command_id: str | None = None
    ended_at: datetime | None = None

    def end(self, state: OutcomeState, now: datetime, detail: str | None = None) -> None:
        self.state, self.ended_at = state, now
        self.detail = detail if detail is not None else self.detail


def expand(wants: Sequence[Want], rooms: Iterable[tuple[str, str | None, Sequence[Candidate]]]) -> list[Part]:
    """The parts of an action, room by room in the order given, a device's steps in the order of asking.

    A room without any device for a want gets one part that says so: nobody must believe it was done.

    Args:
        rooms: (number, the stay in it, its devices).

    Raises:
        Invalid: nothing is wanted, too much is, or something that is no lasting state.
    """
    check_wants(wants)
    parts: list[Part] = []
    for number, stay_id, devices in rooms:
        steps: dict[str, list[Step]] = {}
        found: dict[str, Candidate] = {}
        missing: dict[Purpose, list[Step]] = {}
        for want in wants:
            meant = LAMPS if want.purpose == "light" else (want.purpose,)
            here = [device for device in devices if device.purpose in meant]
            if not here:
                missing.setdefault(want.purpose, []).append(Step(want.property, want.value))
            for device in here:
                found[device.id] = device
                steps.setdefault(device.id, []).append(Step(want.property, want.value))
        for device_id, asked in steps.items():
            device = found[device_id]
            parts.append(
                Part(len(parts), number, device_id, device.name, device.purpose, _ordered(asked), stay_id)
            )
        for purpose, asked in missing.items():
            parts.append(
                Part(len(parts), number, None, None, purpose, _ordered(asked), stay_id, state="no_device")
            )
        if len(parts) > MOST_DEVICES:
            raise Invalid(
                "too_many_devices",
                f"One action reaches at most {MOST_DEVICES} devices; choose fewer rooms.",
                most=MOST_DEVICES,
            )
    return parts


def check_wants(wants: Sequence[Want]) -> None:
    """Raises Invalid unless an action may want this."""
    if not wants:
        raise Invalid("nothing_wanted", "Say what shall be done: a scene, or wants.")
    if len(wants) > MOST_WANTS:
        raise Invalid("too_many_wants", f"One action wants at most {MOST_WANTS} things.", most=MOST_WANTS)
    for want in wants:
        if want.property in MOMENTARY or want.purpose in ("do_not_disturb", "make_up_room"):
            raise Invalid(
                "not_lasting",
                f"{want.property} of {want.purpose.replace('_', ' ')} is nothing for many rooms at once.",
                property=want.property,
            )


def _ordered(steps: Iterable[Step]) -> tuple[Step, ...]:
    """In the order of asking; of two words on one property the last counts."""
    newest = {step.property: step for step in steps}

    def rank(step: Step) -> tuple[int, str]:
        known = step.property in PROPERTY_ORDER
        return (PROPERTY_ORDER.index(step.property) if known else len(PROPERTY_ORDER), step.property)

    return tuple(sorted(newest.values(), key=rank))


Verdict = Literal["wait", "next", "repair", "done", "over"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a part's newest command, and what its device reports.

    `reports_so`: for each step, whether the device reports it so; None where it cannot report.
    """

    command: CommandState
    settled: bool
    given_up: bool
    reports_so: tuple[bool | None, ...]


def judge(part: Part, seen: Seen) -> tuple[Verdict, OutcomeState]:
    """What to do about a part under way; the state is the one to end in for "over"."""
    if seen.command in ("queued", "sent"):
        return "wait", part.state
    if seen.command == "timed_out":
        return ("over", "failed") if seen.given_up else ("wait", part.state)
    if seen.command != "confirmed":
        return "over", ENDS[seen.command]
    if part.at + 1 < len(part.steps):
        return "next", part.state
    if len(part.steps) > 1 and not seen.settled:
        return "wait", part.state  # a device that rewrites its setpoint does so just after
    if all(so is not False for so in seen.reports_so):
        return "done", "done"
    return ("over", "failed") if part.repaired else ("repair", part.state)


@dataclass(slots=True)
class Action:
    """One compound action and its parts. `made_at`, `ended_at`: hotel time."""

    id: str
    scene: str | None
    wants: tuple[Want, ...]
    rooms: tuple[str, ...]
    level: Level
    cause: str
    by: str
    made_at: datetime
    wall_expires_at: datetime
    parts: list[Part] = field(default_factory=list)
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return any(part.state in OPEN for part in self.parts)

    def summary(self) -> dict[OutcomeState, int]:
        """How many devices stand how."""
        return dict(Counter(part.state for part in self.parts))
