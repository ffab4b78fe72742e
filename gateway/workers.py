"""Heavy work in a few processes of its own, so that the service's one interpreter lock stays free.

A worker that does not answer in time is killed and replaced; one that dies is replaced and the job
is tried once more. Work is a module-level function with picklable arguments (spawn, not fork: the
service has threads). Workers start when the first job comes and end with the service, even when
that is killed: their pipe then ends.
"""

from __future__ import annotations

import multiprocessing
import queue
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from hotel.errors import TooMany, Unavailable

Answer = TypeVar("Answer")


def _work(pipe: Connection) -> None:
    """The whole life of a worker."""
    # Ctrl-C reaches every process of the terminal; the service decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            function, arguments = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            outcome: tuple[bool, Any] = (True, function(*arguments))
        except Exception as error:
            outcome = (False, error)
        try:
            pipe.send(outcome)
        except (BrokenPipeError, OSError):
            return


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


class AtOnce:
    """Does heavy work where it is asked for: where nobody waits meanwhile (virtual time, tests)."""

    def run(self, function: Callable[..., Answer], *arguments: Any, timeout_seconds: float = 30.0) -> Answer:
        """Call `function(*arguments)`; the timeout is not kept."""
        return function(*arguments)


class WorkerPool:
    """A bounded pool of worker processes.

    Args:
        workers: how many processes at most.
        waiting: how many callers may wait for a free one before the next is turned away.
    """

    def __init__(self, workers: int = 2, waiting: int = 64) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._places = threading.BoundedSemaphore(workers + waiting)
        # A slot per worker; None until its process is needed. LIFO keeps using a warm one.
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._workers = workers
        self._closed = False
        self.turned_away = 0
        self.killed = 0

    def run(self, function: Callable[..., Answer], *arguments: Any, timeout_seconds: float = 30.0) -> Answer:
        """Call `function(*arguments)` in a worker and return its answer. Blocks; never on the event loop.

        Raises:
            TooMany: too many wait already.
            Unavailable: no answer within `timeout_seconds` of work, or the worker died twice.
            Exception: whatever `function` raised.
        """
        if not self._places.acquire(blocking=False):
            self.turned_away += 1
            raise TooMany("busy", "Too much is being worked on just now. Try again in a moment.")
        try:
            for _ in range(2):
                outcome = self._try(function, arguments, timeout_seconds)
                if outcome is not None:
                    good, value = outcome
                    if good:
                        return value  # type: ignore[no-any-return]
                    raise value
        finally:
            self._places.release()
        raise Unavailable("worker_died", "A worker process died while it worked on this.")

    def _try(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], timeout_seconds: float
    ) -> tuple[bool, Any] | None:
        """One attempt; None when the worker died under it."""
        worker = self._idle.get()
        kept: _Worker | None = None
        try:
            if self._closed:
                raise Unavailable("stopping", "The service is stopping.")
            worker = worker or self._start()
            try:
                worker.pipe.send((function, arguments))
                if not worker.pipe.poll(timeout_seconds):
                    self.killed += 1
                    raise Unavailable("worker_too_slow", "This took too long and was given up.")
                outcome: tuple[bool, Any] = worker.pipe.recv()
            except (EOFError, OSError):
                return None
            kept = worker
            return outcome
        finally:
            if kept is None and worker is not None:
                worker.end()
            self._idle.put(kept)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=_work, args=(theirs,), name="innkeeper-worker", daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    def close(self) -> None:
        """End all workers; jobs under way are given 2 s."""
        self._closed = True
        for _ in range(self._workers):
            try:
                worker = self._idle.get(timeout=2)
            except queue.Empty:
                continue  # its job outlasts us; the pipe's end stops it
            if worker is not None:
                worker.end()
        for _ in range(self._workers):
            self._idle.put(None)
