"""The house's pulse: calls each job again and again, in transport seconds, on APScheduler.

A heartbeat only asks "what is due?"; due times themselves are rows (hotel.leases). Jobs may be late or
skipped without harm: a run that was missed is not made up, and one that still runs is not run twice.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.schedulers.background import BackgroundScheduler

from hotel.clock import Clock

log = logging.getLogger(__name__)

STOP_SECONDS = 2.0
MOST_HEARTBEATS = 50
# APScheduler plans by the machine's date: a date set back an hour would silence it for that hour.
WATCH_SECONDS = 1.0
JUMP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """How one heartbeat is doing. `last_seconds`: how long its last run took; None before the first."""

    name: str
    every_seconds: float
    runs: int = 0
    failures: int = 0
    last_seconds: float | None = None


class _DaemonThreads(BaseExecutor):  # type: ignore[misc]
    """A thread for each run, at most one a job; a job that hangs cannot keep the process from ending."""

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        def run() -> None:
            try:
                events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
            except BaseException:
                self._run_job_error(job.id, *sys.exc_info()[1:])
            else:
                self._run_job_success(job.id, events)

        threading.Thread(target=run, name=f"heartbeat-{job.id}", daemon=True).start()


class Heartbeats:
    """Named jobs that run every so many seconds from `start` to `stop`.

    Args:
        clock: transport time, for durations and to notice a jump of the machine's date.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._running = 0
        self._pulses: dict[str, Pulse] = {}
        self._stopping = threading.Event()
        self._watch: threading.Thread | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": _DaemonThreads()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            daemon=True,
        )

    def every(self, name: str, seconds: float, job: Callable[[], object]) -> None:
        """Run `job` at the start and every `seconds` (transport time) from then on.

        An exception in it is logged and counted; the next beat comes all the same.

        Raises:
            ValueError: the name is taken, `seconds` is not above 0, or there are too many.
        """
        if seconds <= 0:
            raise ValueError(f"heartbeat {name}: seconds must be above 0, not {seconds}")
        with self._lock:
            if name in self._pulses or len(self._pulses) >= MOST_HEARTBEATS:
                raise ValueError(
                    f"heartbeat {name}: the name is taken or there are {MOST_HEARTBEATS} already"
                )
            self._pulses[name] = Pulse(name, seconds)
        self._scheduler.add_job(
            self._beat,
            "interval",
            args=(name, job),
            seconds=seconds,
            id=name,
            next_run_time=datetime.now(UTC),
        )

    def pulses(self) -> list[Pulse]:
        """How each heartbeat is doing, in the order of their making."""
        with self._lock:
            return list(self._pulses.values())

    def start(self) -> None:
        self._scheduler.start()
        self._watch = threading.Thread(target=self._watch_the_date, name="heartbeat-watch", daemon=True)
        self._watch.start()

    def stop(self) -> None:
        """No new beats; waits for running ones, at most `STOP_SECONDS` in all."""
        end = self._clock.monotonic() + STOP_SECONDS
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        with self._idle:
            while self._running and (left := end - self._clock.monotonic()) > 0:
                self._idle.wait(left)
            if self._running:
                log.warning("heartbeats: %s still running at the end", self._running)

    def _beat(self, name: str, job: Callable[[], object]) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            self._running += 1
        started = self._clock.monotonic()
        failed = False
        try:
            job()
        except Exception:
            failed = True
            log.exception("heartbeat %s failed", name)
        finally:
            took = self._clock.monotonic() - started
            with self._idle:
                before = self._pulses[name]
                self._pulses[name] = Pulse(
                    name, before.every_seconds, before.runs + 1, before.failures + failed, took
                )
                self._running -= 1
                self._idle.notify_all()

    def _watch_the_date(self) -> None:
        def offset() -> float:
            return self._clock.wall().timestamp() - self._clock.monotonic()

        known = offset()
        while not self._stopping.wait(WATCH_SECONDS):
            now = offset()
            if abs(now - known) > JUMP_SECONDS:
                log.warning("heartbeats: the machine's date jumped by %.0f s", now - known)
                for job in self._scheduler.get_jobs():
                    seconds = self._pulses[job.id].every_seconds
                    job.modify(next_run_time=datetime.now(UTC) + timedelta(seconds=min(seconds, 1.0)))
            known = now
