"""A ticket's life under any order of taps, faults, clock jumps and kills: the history always tells it."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hotel.actor import Actor
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Conflict, Forbidden, Invalid
from maintenance import tickets_store
from maintenance.sla import POLICIES
from maintenance.tickets import OPEN_STATES, HoldReason, Priority, TicketAction, TicketState, may_now
from maintenance.tickets_desk import TicketDesk
from maintenance.tickets_service import TicketService, TicketTap
from maintenance.tickets_store import TicketRow, progress_of
from tests.ticket_house import PEOPLE, make_house

START = datetime(2026, 3, 27, 8, tzinfo=UTC)
KILLS = 2
SEED = 606
# What a person says with each action; a step without what it needs is refused, which `life` tests.
SAYS: dict[TicketAction, dict[str, Any]] = {
    TicketAction.ASSIGN: {"assign_to": "anna"},
    TicketAction.CANCEL: {"reason": "no fault"},
    TicketAction.DECLINE: {"reason": "no time"},
    TicketAction.REJECT: {"reason": "still warm"},
    TicketAction.DUPLICATE: {"duplicate_of": 1},
}


@contextmanager
def one_house() -> Iterator[tuple[TicketService, ManualClock]]:
    with tempfile.TemporaryDirectory() as folder:
        clock = ManualClock(START)
        database = Database(f"sqlite:///{folder}/t.db", clock, durable=False)
        yield make_house(database), clock
        database.close()


class Life(RuleBasedStateMachine):
    """One asset's one fault, people who tap whatever they like, and a clock that is set back at times."""

    house: TicketService
    clock: ManualClock
    count = 0

    @initialize()
    def begin(self) -> None:
        Life.count += 1
        self.asset = f"device/{Life.count}"
        with self.house.database.write() as tx:
            # The ticket that others are called duplicates of.
            if tickets_store.ticket_numbered(tx.session, "main", 1) is None:
                self.desk.open_for_fault(
                    tx,
                    fault="leak",
                    asset_key="device/0",
                    room="412",
                    evidence=[],
                    safety=True,
                    at=self.clock.now(),
                )
        self.id = self.see()

    @property
    def desk(self) -> TicketDesk:
        return self.house.desk

    def see(self) -> str:
        with self.house.database.write() as tx:
            return self.desk.open_for_fault(
                tx,
                fault="no_capacity",
                asset_key=self.asset,
                room="412",
                evidence=[{"at": self.clock.now().isoformat()}],
                safety=False,
                at=self.clock.now(),
            )

    def row(self) -> TicketRow:
        return self.house.show(self.id).row

    @rule()
    def the_fault_shows(self) -> None:
        before = self.row()
        found = self.see()
        if TicketState(before.state) in OPEN_STATES:
            assert found == self.id
        if self.house.show(found).row.asset_key == self.asset:
            self.id = found

    @rule()
    def the_fault_goes(self) -> None:
        before = self.row()
        with self.house.database.write() as tx:
            self.desk.fault_gone(
                tx, fault="no_capacity", asset_key=self.asset, evidence=[], at=self.clock.now()
            )
        after = self.row()
        if before.responded_at is not None and before.state in ("accepted", "in_progress", "on_hold"):
            assert after.state == before.state

    @rule(minutes=st.sampled_from([1, 30, 240, 1500, 11_000]))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes * 60)

    @rule()
    def the_clock_is_set_back(self) -> None:
        self.clock.jump(-3600)

    @rule(
        actor=st.sampled_from(PEOPLE),
        action=st.sampled_from(sorted(TicketAction)),
        reason=st.sampled_from(sorted(HoldReason)),
        age=st.sampled_from([0, 10, 600]),
    )
    def somebody_taps(self, actor: Actor, action: TicketAction, reason: HoldReason, age: int) -> None:
        before = self.row()
        may = action in may_now(progress_of(before), actor, self.clock.now())
        says = {"reason": reason.value} if action is TicketAction.HOLD else SAYS.get(action, {})
        tap = TicketTap(action, age=timedelta(minutes=age), **says)
        try:
            with self.house.database.write() as tx:
                self.house.act(tx, actor, self.id, tap)
        except (Conflict, Forbidden):
            # A later moment than now, after the clock was set back, may be past a reopening's week.
            assert not may or action is TicketAction.REOPEN
            assert self.row().version == before.version
        except Invalid:
            raise AssertionError("every tap here says what it needs") from None
        else:
            assert may

    @invariant()
    def the_history_tells_the_whole_life(self) -> None:
        row = self.row()
        steps = self.house.history(self.id)
        assert [step.number for step in steps] == list(range(1, row.steps + 1))
        assert steps[-1].state == row.state
        for one, following in itertools.pairwise(steps):
            assert following.at >= one.at
            assert following.previous in (None, one.state)

    @invariant()
    def the_clock_stands_only_while_a_hold_may_stop_it(self) -> None:
        row = self.row()
        lasting = [hold for hold in row.holds if hold["to"] is None]
        assert len(lasting) == (row.state == TicketState.ON_HOLD.value)
        stops = {reason.value for reason in POLICIES[Priority(row.priority)].stops}
        if row.due_repair_at is None:
            assert row.hold_reason in stops
            assert row.repair_left_seconds is not None

    @invariant()
    def one_open_ticket_for_one_fault(self) -> None:
        with self.house.database.read() as session:
            rows = tickets_store.in_states(session, "main", [state.value for state in OPEN_STATES])
        mine = [row for row in rows if row.asset_key == self.asset]
        assert len(mine) <= 1


def test_any_order_of_taps_faults_and_clock_jumps_leaves_a_life_that_can_be_told() -> None:
    with one_house() as (house, clock):
        Life.house, Life.clock, Life.count = house, clock, 0
        machine = settings(
            max_examples=6,
            stateful_step_count=16,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(Life, settings=machine)


# Works tickets off, and says each step on a line only when it is committed.
WORKER = """
import sys
from hotel.clock import SystemClock
from hotel.database import Database
from tests.ticket_house import PEOPLE, make_house
from maintenance.tickets import TicketAction
from maintenance.tickets_service import TicketTap

database = Database(sys.argv[1], SystemClock())
house = make_house(database)
anna, desk = PEOPLE[0], PEOPLE[3]
print("ready", flush=True)
number = int(sys.argv[2])
while True:
    with database.write() as tx:
        ticket = house.desk.open_for_fault(
            tx, fault="leak", asset_key=f"device/{number}", room="412", evidence=[], safety=True,
            at=database.clock.now(),
        )
    print(ticket, "report", flush=True)
    for actor, action in (
        (anna, "accept"),
        (anna, "start"),
        (anna, "hold"),
        (anna, "resume"),
        (anna, "resolve"),
        (desk, "verify"),
    ):
        with database.write() as tx:
            house.act(tx, actor, ticket, TicketTap(TicketAction(action), reason="parts"))
        print(ticket, action, flush=True)
    number += 1
"""


def test_kill_9_in_the_middle_of_transitions_loses_nothing(tmp_path: Path) -> None:
    draw = random.Random(SEED)
    url = f"sqlite:///{tmp_path / 't.db'}"
    said: set[tuple[str, str]] = set()
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, url, str(kill * 1000)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        for _ in range(draw.randrange(5, 16)):
            ticket, action = process.stdout.readline().decode().split()
            said.add((ticket, action))
        os.kill(process.pid, signal.SIGKILL)
        for line in process.stdout.read().decode().splitlines():
            if line.count(" ") == 1:
                ticket, action = line.split()
                said.add((ticket, action))
        process.wait(10)
        process.stdout.close()
    clock = ManualClock(datetime.now(UTC))
    database = Database(url, clock)
    house = make_house(database)
    views, _ = house.page(tickets_store.TicketFilter(), 500)
    kept: set[tuple[str, str]] = set()
    for view in views:
        steps = house.history(view.row.id)
        # Row and history are of one commit: neither without the other.
        assert view.row.steps == len(steps), f"seed {SEED}"
        assert view.row.state == steps[-1].state, f"seed {SEED}"
        kept |= {(view.row.id, step.action) for step in steps}
    assert said <= kept, f"seed {SEED}"
    assert len(kept - said) <= KILLS
    # After the kill the work goes on where it stood.
    waiting = next((view.row for view in views if view.row.state == "reported"), None)
    if waiting is not None:
        with database.write() as tx:
            house.act(tx, PEOPLE[0], waiting.id, TicketTap(TicketAction.ACCEPT))
    database.close()
