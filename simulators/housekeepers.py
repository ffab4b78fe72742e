"""Attendants and a supervisor who work the day through the hotel's tasks.

Each is a life of its own (see `people`) that looks at the list, takes a task, works in the room and taps
as a person would: start, now and then a pause, the checklist, done. A room with "do not disturb" is not
serviced; broken things, things left behind and the minibar are told. While a person is signed in as an
attendant, the simulated one stands aside.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from simulators.floor import (
    CountMinibar,
    FloorAct,
    FloorAnswer,
    Inspect,
    LookAtCleans,
    LookAtTasks,
    PlanDay,
    ReportFault,
    ReportFound,
    RequestForGuest,
    SeenTask,
    StockUp,
    Tap,
    choose,
)

MINUTE = 60.0
# Half of the attendants begin with the day, the others stay for the evening: local hours.
EARLY_HOURS, LATE_HOURS = (7.0, 16.0), (9.5, 22.0)
# Simulated hands are quicker than the seeds of the rules: 18 to 32 minutes for a departure of 43.
PACE = (0.42, 0.75)
PAUSES, FAULTS, FINDS, MINIBARS = 0.08, 0.04, 0.03, 0.3
COMES_BACK_MINUTES, LOOKS_AGAIN_MINUTES, STANDS_ASIDE_MINUTES = 30.0, 4.0, 4.0
PLANS_HOUR = 6.5
INSPECTS_EVERY_MINUTES, INSPECTS_AFTER_MINUTES, FAILS = 10.0, 12.0, 0.08
WELL_LIT_KINDS = frozenset({"departure", "stayover", "deep_clean"})
BROKEN = (
    ("light", "Bedside lamp flickers"),
    ("bathroom", "Shower drains slowly"),
    ("air_conditioning", "Unit rattles when it starts"),
    ("door_or_lock", "Door closes too hard"),
    ("furniture", "Chair wobbles"),
)
LEFT_BEHIND = (
    ("Phone charger, white", "electronics"),
    ("Blue scarf", "clothing"),
    ("Paperback novel", "other"),
    ("Reading glasses in a case", "other"),
    ("Silver earring", "valuable"),
)
TAKEN = ("water", "cola", "beer", "nuts")
REQUESTS = ("Two more towels", "Two bottles of water", "A crib", "An extra pillow", "Slippers")
REQUEST_MINUTES, REQUEST_HOURS = (35.0, 110.0), (8.0, 21.5)
FAILINGS = ("Hair in the bath", "Dust under the desk", "One towel is missing")


@dataclass(frozen=True, slots=True)
class AskFloor:
    """Something a housekeeper asks of the task list."""

    act: FloorAct


Wanted = float | AskFloor
Life = Generator[Wanted, FloorAnswer | None, None]
Answering = Generator[Wanted, FloorAnswer | None, FloorAnswer]


class Corridor(Protocol):
    """The house as housekeepers find it."""

    @property
    def now(self) -> float:
        """Hotel seconds."""
        ...

    def local(self, seconds: float) -> datetime: ...

    def guests_in(self) -> list[str]:
        """Rooms whose guest is there now, by number."""
        ...

    def guest_in(self, room: str) -> bool: ...

    def do_not_disturb(self, room: str) -> bool: ...

    def works_in(self, room: str, draw: random.Random, until: float) -> Generator[float, None, None]:
        """An attendant is in the room until then; yields the moments it goes on."""
        ...

    def serviced(self, room: str) -> None:
        """ "Make up room" has been seen to."""
        ...


def hours_of(number: int) -> tuple[float, float]:
    """When the attendant with this number begins and ends, local hours; the even numbers begin early."""
    return LATE_HOURS if number % 2 else EARLY_HOURS


def attendant(corridor: Corridor, login: str, number: int, seed: int) -> Life:
    """The days of one attendant."""
    draw = random.Random(f"{seed}/attendant/{login}")
    begins, ends = hours_of(number)
    back_at: dict[str, float] = {}
    yield corridor.now + (1.0 + number % 5) * MINUTE
    while True:
        if not begins <= _hour(corridor) < ends:
            yield corridor.now + 15 * MINUTE
            continue
        answer = yield from _ask(LookAtTasks(login))
        if not answer.ok:
            yield corridor.now + STANDS_ASIDE_MINUTES * MINUTE
            continue
        later = frozenset(room for room, at in back_at.items() if at > corridor.now)
        task = choose(answer.tasks, corridor.local(corridor.now), later)
        if task is None:
            yield corridor.now + draw.uniform(0.7, 1.5) * LOOKS_AGAIN_MINUTES * MINUTE
            continue
        if task.room is not None and task.state == "planned":
            if corridor.do_not_disturb(task.room) and task.kind != "guest_request":
                yield from _ask(Tap(login, task, "not_serviced", reason="dnd"))
                yield corridor.now + draw.uniform(1.0, 3.0) * MINUTE
                continue
            if corridor.guest_in(task.room) and task.kind not in ("guest_request", "turndown"):
                back_at[task.room] = corridor.now + COMES_BACK_MINUTES * MINUTE
                yield corridor.now + 1 * MINUTE
                continue
        yield from _does(corridor, login, task, draw)


def _ask(act: FloorAct) -> Answering:
    answer = yield AskFloor(act)
    assert answer is not None
    return answer


def _does(corridor: Corridor, login: str, task: SeenTask, draw: random.Random) -> Life:
    """From the start to "done"; what the list refuses (a person has it now) ends it."""
    action = {"planned": "start", "paused": "resume"}.get(task.state)
    if action is not None:
        answer = yield from _ask(Tap(login, task, action))
        if not answer.ok:
            yield corridor.now + 1 * MINUTE
            return
    task = replace(task, state="started")
    until = corridor.now + task.minutes * draw.uniform(*PACE) * MINUTE
    if draw.random() < PAUSES:
        middle = (corridor.now + until) / 2
        yield from _works(corridor, task, draw, middle)
        answer = yield from _ask(Tap(login, task, "pause"))
        if not answer.ok:
            return
        pause = draw.uniform(5.0, 12.0) * MINUTE
        yield corridor.now + pause
        answer = yield from _ask(Tap(login, replace(task, state="paused"), "resume"))
        if not answer.ok:
            return
        until += pause
    yield from _works(corridor, task, draw, until)
    if task.room is not None and task.kind in WELL_LIT_KINDS:
        yield from _tells(login, task.room, draw, task.kind == "departure")
    if task.unticked:
        yield from _ask(Tap(login, task, "tick", ticks=task.unticked))
    answer = yield from _ask(Tap(login, task, "finish"))
    if answer.ok and task.room is not None:
        corridor.serviced(task.room)
    yield corridor.now + draw.uniform(1.0, 3.0) * MINUTE


def _works(corridor: Corridor, task: SeenTask, draw: random.Random, until: float) -> Life:
    if task.room is None:
        yield until
    else:
        yield from corridor.works_in(task.room, draw, until)


def _tells(login: str, room: str, draw: random.Random, left: bool) -> Life:
    """What the attendant saw in the room: the minibar, something broken, something left behind."""
    if draw.random() < MINIBARS:
        taken = tuple((code, draw.randint(1, 2)) for code in TAKEN if draw.random() < 0.5)
        yield from _ask(CountMinibar(login, room, taken or ((TAKEN[0], 1),)))
    if draw.random() < FAULTS:
        yield from _ask(ReportFault(login, room, *draw.choice(BROKEN)))
    if left and draw.random() < FINDS:
        yield from _ask(ReportFound(login, room, *draw.choice(LEFT_BEHIND)))


def supervisor(corridor: Corridor, logins: Sequence[str], seed: int) -> Life:
    """Says what there is to count and to inspect, plans each day, then inspects what waits, after a while:
    a person who supervises comes first."""
    draw = random.Random(f"{seed}/supervisor")
    while not (yield from _ask(StockUp())).ok:
        yield corridor.now + LOOKS_AGAIN_MINUTES * MINUTE
    planned: date | None = None
    while True:
        today = corridor.local(corridor.now).date()
        if planned != today and _hour(corridor) >= PLANS_HOUR:
            answer = yield from _ask(PlanDay(_shifts(corridor.local(corridor.now), logins)))
            planned = today if answer.ok else None
        yield corridor.now + draw.uniform(0.7, 1.3) * INSPECTS_EVERY_MINUTES * MINUTE
        answer = yield from _ask(LookAtCleans())
        now = corridor.local(corridor.now)
        for task in answer.tasks:
            waited = (now - task.finished_at).total_seconds() / MINUTE if task.finished_at else 0.0
            if waited < INSPECTS_AFTER_MINUTES:
                continue
            yield corridor.now + draw.uniform(2.0, 5.0) * MINUTE
            reason = draw.choice(FAILINGS) if draw.random() < FAILS else None
            yield from _ask(Inspect(task, reason))


def _shifts(now: datetime, logins: Sequence[str]) -> tuple[tuple[str, datetime, datetime], ...]:
    """Who works from when to when on the day of `now`."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [(login, *hours_of(number)) for number, login in enumerate(logins)]
    return tuple(
        (login, midnight + timedelta(hours=begins), midnight + timedelta(hours=ends))
        for login, begins, ends in hours
    )


def telephone(corridor: Corridor, seed: int) -> Life:
    """Guests in their rooms ring the desk now and then and ask for something."""
    draw = random.Random(f"{seed}/telephone")
    while True:
        yield corridor.now + draw.uniform(*REQUEST_MINUTES) * MINUTE
        rooms = corridor.guests_in()
        if rooms and REQUEST_HOURS[0] <= _hour(corridor) < REQUEST_HOURS[1]:
            yield from _ask(RequestForGuest(draw.choice(rooms), draw.choice(REQUESTS)))


def _hour(corridor: Corridor) -> float:
    local = corridor.local(corridor.now)
    return local.hour + local.minute / 60.0
