"""A VictoriaMetrics of a test's own: a real server that accepts InfluxDB's v2 write protocol.

Started on a free port of the loopback with its data in the test's folder; it can be killed and
started again on the same port and data, and paused.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ports import port_to_keep

START_SECONDS = 20.0


class PrivateVictoriaMetrics:
    """One server. `url` is what InfluxDB clients are given."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = port_to_keep()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("victoria-metrics")
        if program is None:
            pytest.fail("victoria-metrics is not installed")
        self._process = subprocess.Popen(
            [
                program,
                f"-httpListenAddr=127.0.0.1:{self._port}",
                f"-storageDataPath={self._folder / 'victoria'}",
                "-retentionPeriod=100y",
                "-memory.allowedBytes=64MB",
                "-loggerLevel=ERROR",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=1).close()
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    self.stop()
                    pytest.fail("the private victoria-metrics did not start")
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """Away at once, as in a power cut."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """The port still takes connections, nobody answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def export(self, name: str) -> dict[tuple[str, str], dict[int, float]]:
        """{(room, device): {epoch ms: value}} of a measurement, as the server has stored it."""
        query = urllib.parse.urlencode({"match[]": f"{name}_value", "start": "0"})
        urllib.request.urlopen(f"{self.url}/internal/force_flush", timeout=5).close()
        found: dict[tuple[str, str], dict[int, float]] = {}
        with urllib.request.urlopen(f"{self.url}/api/v1/export?{query}", timeout=5) as answer:
            for row in answer.read().splitlines():
                series = json.loads(row)
                key = (series["metric"].get("room", ""), series["metric"].get("device", ""))
                found.setdefault(key, {}).update(zip(series["timestamps"], series["values"], strict=True))
        return found

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.send_signal(how)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@pytest.fixture
def victoria_metrics(tmp_path: Path) -> Iterator[PrivateVictoriaMetrics]:
    server = PrivateVictoriaMetrics(tmp_path)
    server.start()
    yield server
    server.stop()
