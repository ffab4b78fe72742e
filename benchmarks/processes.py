"""The processes that a bench starts; all are ended with it, also when it fails."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from gateway.mqtt.broker import EmbeddedBroker, find_mosquitto
from hotel.errors import Unavailable

STOP_SECONDS = 8.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mosquitto(folder: Path) -> EmbeddedBroker:
    """The broker of a bench, on a free port; not started.

    Raises:
        Unavailable: there is no Mosquitto; another broker would be what is measured, and not the house.
    """
    program = find_mosquitto()
    if program is None:
        raise Unavailable(
            "no_mosquitto", "This bench needs Mosquitto: install it (Debian: apt install mosquitto)."
        )
    return EmbeddedBroker(folder, 0, program)


def wait_until(true: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    """Wait until `true`.

    Raises:
        TimeoutError: `what` did not happen in time.
    """
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.02)


class Processes:
    """Python modules that run beside the bench; `with Processes(folder) as processes: …`.

    Args:
        folder: where each one's error output goes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Processes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in reversed(self._running):
            self.end(process)

    def start(
        self, name: str, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start `python *arguments`; its standard output is a pipe."""
        with (self._folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                stdout=subprocess.PIPE,
                stderr=log,
                stdin=subprocess.DEVNULL,
                text=True,
                env={**os.environ, **(environment or {})},
            )
        self._running.append(process)
        return process

    def wait_for_line(self, process: subprocess.Popen[str], line: str) -> None:
        """Wait until the process prints `line`.

        Raises:
            RuntimeError: it ended, or said something else.
        """
        assert process.stdout is not None
        said = process.stdout.readline().rstrip("\n")
        if said != line:
            raise RuntimeError(f"a process of the bench said {said!r}, not {line!r}\n{self.words()}")

    def words(self) -> str:
        """The end of what each wrote to its error output."""
        return "\n".join(
            f"--- {path.stem}\n{path.read_text(errors='replace')[-2000:]}"
            for path in sorted(self._folder.glob("*.log"))
        )

    def end(self, process: subprocess.Popen[str]) -> None:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout is not None:
            process.stdout.close()
        if process in self._running:
            self._running.remove(process)
