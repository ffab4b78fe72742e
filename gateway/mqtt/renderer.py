"""Templates rendered in processes that can be killed.

Two processes: one works, the other stands by already warm, so that a killed one costs no wait. A
template that was stopped several times in a row rests for a while: it must not take its neighbours'
time. Used from one thread (`gateway.mqtt.slow_lane`).
"""

from __future__ import annotations

import logging
import os
import select
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from gateway.mqtt.render_worker import FRAME_BYTES
from gateway.mqtt.template_values import NotDefined, RenderFailed
from hotel.clock import Clock

log = logging.getLogger(__name__)

MOST_MILLISECONDS = 100
# A worker that gets no processor is given up after so long, and another one is asked.
MOST_STARVED_SECONDS = 0.5
MOST_STARVED = 4
MOST_ENDED = 2
START_SECONDS = 15.0
MOST_REQUEST_BYTES = 256 * 1024
MOST_STOPS_IN_A_ROW = 3
REST_SECONDS = 60.0
MOST_RESTING = 1_000
PROCESSES = 2
_START = """\
import sys
sys.path.insert(0, sys.argv[1])
from gateway.mqtt.render_worker import main
main(sys.argv[2])"""
_PACKAGES = str(Path(__file__).resolve().parents[2])
_TICK_SECONDS: Final = 1.0 / os.sysconf("SC_CLK_TCK")


class _Ended(Exception):  # noqa: N818
    """The process is gone, or what it says makes no sense."""


class _Starved(Exception):  # noqa: N818
    """It got no processor: the template is not to blame."""


class _Process:
    def __init__(self, timezone: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, _PACKAGES, timezone],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        self._ready = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_ready(self) -> None:
        if not self._ready:
            if self._read(START_SECONDS, patient=True) is None:
                raise _Ended
            self._ready = True

    def ask(self, body: bytes) -> dict[str, Any] | None:
        """Its answer; None when it took too long. Raises _Ended, _Starved."""
        try:
            self._in.write(len(body).to_bytes(FRAME_BYTES, "big") + body)
            self._in.flush()
        except OSError as error:
            raise _Ended from error
        return self._read(MOST_MILLISECONDS / 1000.0, patient=False)

    def _read(self, seconds: float, *, patient: bool) -> dict[str, Any] | None:
        began = self._processor_seconds()
        waited = 0.0
        while not select.select([self._out], [], [], seconds)[0]:
            waited += seconds
            used = self._processor_seconds() - began
            if patient or used >= MOST_MILLISECONDS / 1000.0 - 2 * _TICK_SECONDS:
                return None
            if waited >= MOST_STARVED_SECONDS:
                raise _Starved
            seconds = 0.02
        try:
            head = self._out.read(FRAME_BYTES)
            answer = orjson.loads(self._out.read(int.from_bytes(head, "big")))
        except (OSError, orjson.JSONDecodeError) as error:
            raise _Ended from error
        if not isinstance(answer, dict):
            raise _Ended
        return answer

    def _processor_seconds(self) -> float:
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) * _TICK_SECONDS
        except (OSError, IndexError, ValueError):
            return 0.0  # nobody can say: then only the wall's time counts

    def end(self) -> None:
        self._process.kill()
        for pipe in (self._in, self._out):
            try:
                pipe.close()
            except OSError:
                continue
        self._process.wait()


class TemplateRenderer:
    """Renders what the loop-free evaluator does not.

    Args:
        clock: what `now()` says in templates.
        timezone: the property's, for local times.
    """

    def __init__(self, clock: Clock, timezone: str) -> None:
        self._clock = clock
        self._timezone = timezone
        self._processes: list[_Process] = []
        self._stops: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._closed = False
        self.counts: Counter[str] = Counter()

    def __call__(self, source: str, variables: Mapping[str, Any], json: bool) -> str:
        """The rendered text. Waits for a worker, at most some 100 ms of its work.

        Raises:
            RenderFailed: it failed, took too long or too much, or rests after that.
        """
        stops, since = self._stops.get(source, (0, 0.0))
        if stops >= MOST_STOPS_IN_A_ROW:
            if self._clock.monotonic() - since < REST_SECONDS:
                self.counts["resting"] += 1
                raise RenderFailed("the template was stopped several times and rests")
            self._stops.pop(source, None)
        body = self._request(source, variables, json)
        answer = self._answer(body)
        text = answer.get("text")
        if isinstance(text, str):
            self.counts["rendered"] += 1
            self._stops.pop(source, None)
            return text
        code, detail = str(answer.get("code")), str(answer.get("detail"))
        self.counts[f"stopped_{code}"] += 1
        if code == "not_defined":
            raise NotDefined(detail)
        if code in ("time", "memory"):
            self._stopped(source, stops)
        raise RenderFailed(detail)

    def _request(self, source: str, variables: Mapping[str, Any], json: bool) -> bytes:
        try:
            body = orjson.dumps(
                {
                    "source": source,
                    "variables": variables,
                    "json": json,
                    "now": self._clock.now().timestamp(),
                }
            )
        except TypeError as error:
            raise RenderFailed(f"the value cannot be handed over: {error}") from error
        if len(body) > MOST_REQUEST_BYTES:
            raise RenderFailed("the payload is too large for its template")
        return body

    def _answer(self, body: bytes) -> dict[str, Any]:
        with self._lock:
            ended = starved = 0
            while ended < MOST_ENDED and starved < MOST_STARVED:
                process = self._warm()
                try:
                    process.wait_ready()
                    answer = process.ask(body)
                except _Ended:
                    # It ends by itself after it ran out of memory; whose doing this one was is not known.
                    self._drop(process)
                    ended += 1
                    continue
                except _Starved:
                    # On a machine that is short of time the state of a lamp must not be lost for it.
                    self.counts["starved"] += 1
                    self._drop(process)
                    starved += 1
                    continue
                if answer is None:
                    self.counts["killed"] += 1
                    self._drop(process)
                    return {"code": "time", "detail": "it took too long and was stopped"}
                return answer
        if starved == MOST_STARVED:
            return {"code": "starved", "detail": "there was no processor time for it"}
        return {"code": "memory", "detail": "its process died"}

    def _warm(self) -> _Process:
        if self._closed:
            raise RenderFailed("the service is stopping")
        while len(self._processes) < PROCESSES:
            self._processes.append(_Process(self._timezone))
            self.counts["processes_started"] += 1
        return self._processes[0]

    def _drop(self, process: _Process) -> None:
        process.end()
        self._processes.remove(process)

    def _stopped(self, source: str, stops: int) -> None:
        if len(self._stops) >= MOST_RESTING:
            self._stops.pop(next(iter(self._stops)))
        self._stops[source] = (stops + 1, self._clock.monotonic())

    def close(self) -> None:
        """End the processes; what is asked for later fails."""
        self._closed = True
        with self._lock:
            for process in self._processes:
                process.end()
            self._processes.clear()
