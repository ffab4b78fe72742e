"""The house's pulse: beats, failures, a hanging job, a jump of the machine's date, the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gateway import heartbeats as heartbeats_module
from gateway.heartbeats import MOST_HEARTBEATS, Heartbeats, Pulse
from hotel.clock import SystemClock
from tests.waiting import PATIENCE_SECONDS, wait_until


class JumpyClock(SystemClock):
    """The machine's clock, whose date can be set back."""

    jumped_seconds = 0.0

    def wall(self) -> datetime:
        return super().wall() + timedelta(seconds=self.jumped_seconds)


@pytest.fixture
def jumpy() -> JumpyClock:
    return JumpyClock()


@pytest.fixture
def heartbeats(jumpy: JumpyClock) -> Iterator[Heartbeats]:
    made = Heartbeats(jumpy)
    yield made
    made.stop()


def pulse(heartbeats: Heartbeats, name: str) -> Pulse:
    return next(each for each in heartbeats.pulses() if each.name == name)


def test_a_job_runs_at_the_start_and_then_again_and_again(heartbeats: Heartbeats) -> None:
    runs: list[int] = []
    heartbeats.every("sweep", 0.05, lambda: runs.append(1))
    assert pulse(heartbeats, "sweep") == Pulse("sweep", 0.05)
    heartbeats.start()
    wait_until(lambda: len(runs) >= 4)
    wait_until(lambda: pulse(heartbeats, "sweep").runs >= 4)
    assert pulse(heartbeats, "sweep").last_seconds is not None


def test_a_failing_job_is_counted_and_beats_on_beside_the_others(heartbeats: Heartbeats) -> None:
    def fail() -> None:
        raise ValueError("no such room")

    heartbeats.every("broken", 0.03, fail)
    heartbeats.every("sound", 0.03, lambda: None)
    heartbeats.start()
    wait_until(lambda: pulse(heartbeats, "broken").runs >= 3 and pulse(heartbeats, "sound").runs >= 3)
    assert pulse(heartbeats, "broken").failures == pulse(heartbeats, "broken").runs
    assert pulse(heartbeats, "sound").failures == 0


def test_a_slow_job_is_never_run_twice_at_once_and_missed_beats_are_not_made_up(
    heartbeats: Heartbeats,
) -> None:
    together: list[int] = []
    inside = threading.Semaphore(0)
    running = 0
    lock = threading.Lock()
    release = threading.Event()

    def slow() -> None:
        nonlocal running
        with lock:
            running += 1
            together.append(running)
        inside.release()
        release.wait(PATIENCE_SECONDS)
        with lock:
            running -= 1

    heartbeats.every("slow", 0.02, slow)
    heartbeats.start()
    assert inside.acquire(timeout=PATIENCE_SECONDS)
    time.sleep(0.3)  # a dozen beats go by
    assert len(together) == 1
    release.set()
    wait_until(lambda: pulse(heartbeats, "slow").runs >= 2)
    assert max(together) == 1


def test_a_date_set_back_an_hour_does_not_silence_the_house(
    heartbeats: Heartbeats, jumpy: JumpyClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeats_module, "WATCH_SECONDS", 0.05)
    runs: list[int] = []
    heartbeats.every("sweep", 0.2, lambda: runs.append(1))
    heartbeats.start()
    wait_until(lambda: len(runs) >= 1)
    # What a date set back means for APScheduler: the next beat is an hour away.
    heartbeats._scheduler.get_job("sweep").modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    before = len(runs)
    jumpy.jumped_seconds = -3600.0
    wait_until(lambda: len(runs) >= before + 3)


def test_stopping_waits_for_a_running_job_and_lets_no_other_begin(heartbeats: Heartbeats) -> None:
    entered, left = threading.Event(), threading.Event()

    def work() -> None:
        entered.set()
        time.sleep(0.2)
        left.set()

    heartbeats.every("work", 0.01, work)
    heartbeats.start()
    assert entered.wait(PATIENCE_SECONDS)
    heartbeats.stop()
    assert left.is_set()
    runs = pulse(heartbeats, "work").runs
    time.sleep(0.1)
    assert pulse(heartbeats, "work").runs == runs


def test_a_job_that_hangs_does_not_hold_up_the_end(heartbeats: Heartbeats) -> None:
    entered, release, left = threading.Event(), threading.Event(), threading.Event()

    def hang() -> None:
        entered.set()
        release.wait(PATIENCE_SECONDS)
        left.set()

    heartbeats.every("hang", 1, hang)
    heartbeats.start()
    assert entered.wait(PATIENCE_SECONDS)
    heartbeats.stop()
    assert not left.is_set()
    assert all(t.daemon for t in threading.enumerate() if t.name.startswith("heartbeat-"))
    release.set()


def test_wrong_heartbeats_are_refused(heartbeats: Heartbeats) -> None:
    heartbeats.every("sweep", 60, lambda: None)
    with pytest.raises(ValueError, match="taken"):
        heartbeats.every("sweep", 60, lambda: None)
    with pytest.raises(ValueError, match="above 0"):
        heartbeats.every("never", 0, lambda: None)
    for number in range(MOST_HEARTBEATS - 1):
        heartbeats.every(f"beat {number}", 60, lambda: None)
    with pytest.raises(ValueError, match="already"):
        heartbeats.every("one too many", 60, lambda: None)
