"""The embedded broker: a private MQTT broker on 127.0.0.1, in a process of its own.

mosquitto when the machine has it, else amqtt. It belongs to the service: it asks for a user and a
password drawn anew at each start, keeps nothing on disk (the database is the truth), is started
again when it dies, and dies with the service even when that is killed. It is no broker for a
hotel's production: that one is named by INNKEEPER_MQTT_URL.
"""

from __future__ import annotations

import ctypes
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gateway.mqtt.broker_url import BrokerUrl
from hotel.errors import Unavailable

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
USER = "innkeeper"
READY_SECONDS = 20.0
STOP_SECONDS = 3.0
WATCH_SECONDS = 0.5
# A broker that dies this often is broken; somebody must look.
MOST_RESTARTS = 20
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
# Enough for the retained states of some thousand rooms to wait for one slow reader.
MOST_QUEUED_MESSAGES = 100_000
MOST_QUEUED_BYTES = 64 << 20
MOST_PACKET_BYTES = 16 << 20
_PR_SET_PDEATHSIG = 1


def find_mosquitto() -> str | None:
    """The mosquitto program, which Debian keeps out of a user's PATH; None without one."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class EmbeddedBroker:
    """A broker of our own.

    Args:
        data_dir: where its configuration and password file go (in a folder `broker`, mode 0700).
        port: on 127.0.0.1; 0 picks a free one.
        program: the mosquitto to run, or "amqtt"; None takes mosquitto when there is one.
    """

    def __init__(self, data_dir: Path, port: int = 1883, program: str | None = None) -> None:
        self._folder = data_dir / "broker"
        self.port = port or _free_port()
        found = program or find_mosquitto() or "amqtt"
        self.kind = "amqtt" if found == "amqtt" else "mosquitto"
        self._program = found
        self._password = secrets.token_urlsafe(24)
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._tried = threading.Event()
        self._ready = False
        self.restarts = 0

    @property
    def url(self) -> str:
        """Where to connect, with user and password; simulated devices use the same."""
        return BrokerUrl(HOST, self.port, user=USER, password=self._password).text

    @property
    def speaks_mqtt_5(self) -> bool:
        """Whether a link should try MQTT 5 (amqtt knows 3.1.1 alone)."""
        return self.kind == "mosquitto"

    @property
    def pid(self) -> int | None:
        """The broker's process; None when there is none just now."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    def start(self) -> None:
        """Start it and wait until it takes connections.

        Raises:
            Unavailable: the port is taken, or the broker does not come up.
        """
        if not _is_free(self.port):
            raise Unavailable(
                "broker_port_taken",
                f"Port {self.port} on this machine is already in use, so the MQTT broker cannot start there; "
                "choose another with --mqtt-port, or name your own broker in INNKEEPER_MQTT_URL.",
                port=self.port,
            )
        self._write_configuration()
        # The child ends with the *thread* that made it, so that must be one that stays.
        self._watcher = threading.Thread(target=self._watch, name="broker-watch", daemon=True)
        self._watcher.start()
        self._tried.wait(READY_SECONDS + 1)
        if not self._ready:
            self.stop()
            raise Unavailable(
                "broker_not_ready",
                f"The MQTT broker ({self.kind}) did not come up on port {self.port}: {self._last_words()}",
                port=self.port,
            )

    def stop(self) -> None:
        """End the broker; takes `STOP_SECONDS` and a little at most."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join(timeout=STOP_SECONDS)
        self._end_child()

    # ---- files

    def _write_configuration(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        passwords = self._folder / "passwords"
        if self.kind == "mosquitto":
            _write_secret(self._folder / "mosquitto.conf", self._mosquitto_configuration(passwords))
            _write_secret(passwords, f"{USER}:{self._password}\n")
            _hash_passwords(self._program, passwords)
        else:
            from pwdlib import PasswordHash

            # The broker must check it on each connection: 24 random bytes need no slow hash, but
            # argon2 is what amqtt reads.
            _write_secret(passwords, f"{USER}:{PasswordHash.recommended().hash(self._password)}\n")

    def _mosquitto_configuration(self, passwords: Path) -> str:
        lines = [
            f"listener {self.port} {HOST}",
            "allow_anonymous false",
            f"password_file {passwords.resolve()}",
            "persistence false",
            f"max_queued_messages {MOST_QUEUED_MESSAGES}",
            f"max_queued_bytes {MOST_QUEUED_BYTES}",
            f"max_packet_size {MOST_PACKET_BYTES}",
            "max_inflight_messages 100",
            "set_tcp_nodelay true",
            "connection_messages false",
            "log_dest stderr",
            "log_type error",
            "log_type warning",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # As root mosquitto would become another user, who may not read our folder.
            lines.append("user root")
        return "\n".join(lines) + "\n"

    # ---- the child

    def _spawn(self) -> None:
        if self.kind == "mosquitto":
            command = [self._program, "-c", str(self._folder / "mosquitto.conf")]
        else:
            passwords = str(self._folder / "passwords")
            command = [sys.executable, "-m", "gateway.mqtt.amqtt_broker", str(self.port), passwords]
        with (self._folder / "broker.log").open("wb") as words:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                # Ctrl-C in the terminal ends the service, which then ends its broker in good order.
                start_new_session=True,
                preexec_fn=_die_with(os.getpid()),
            )

    def _wait_until_ready(self) -> bool:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and not self._stopping.is_set():
            if self._child is None or self._child.poll() is not None:
                return False
            if not _is_free(self.port):
                return True
            time.sleep(0.05)
        return False

    def _watch(self) -> None:
        try:
            self._spawn()
            self._ready = self._wait_until_ready()
        except OSError as error:
            log.error("broker: %s cannot be run: %s", self._program, error)
        finally:
            self._tried.set()
        pause = FIRST_PAUSE_SECONDS
        while self._ready and not self._stopping.wait(WATCH_SECONDS):
            if self.pid is not None:
                continue
            if self.restarts >= MOST_RESTARTS:
                log.error("broker: it died %s times; it is left alone now", self.restarts)
                return
            self.restarts += 1
            log.warning("broker: it died (%s); starting it again", self._last_words())
            if self._stopping.wait(pause):
                return
            self._spawn()
            pause = FIRST_PAUSE_SECONDS if self._wait_until_ready() else min(LONGEST_PAUSE_SECONDS, pause * 2)

    def _end_child(self) -> None:
        child = self._child
        if child is None or child.poll() is not None:
            return
        child.terminate()
        try:
            child.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(timeout=STOP_SECONDS)

    def _last_words(self) -> str:
        try:
            lines = (self._folder / "broker.log").read_text(errors="replace").strip().splitlines()
        except OSError:
            return "it said nothing"
        return lines[-1][:200] if lines else "it said nothing"


def _hash_passwords(mosquitto: str, passwords: Path) -> None:
    """Turn the file's plain passwords into hashes, with mosquitto's own tool beside it when there."""
    beside = str(Path(mosquitto).parent)
    tool = shutil.which("mosquitto_passwd") or shutil.which("mosquitto_passwd", path=f"{beside}:/usr/bin")
    if tool is None:
        raise Unavailable(
            "mosquitto_passwd_missing",
            "mosquitto is installed, but its mosquitto_passwd is not; the broker cannot be given a password.",
        )
    done = subprocess.run([tool, "-U", str(passwords)], capture_output=True, check=False)
    if done.returncode != 0:
        raise Unavailable(
            "mosquitto_passwd_failed",
            f"mosquitto_passwd failed: {done.stderr.decode(errors='replace').strip()[:200]}",
        )
    passwords.chmod(0o600)


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) != 0


def _die_with(parent: int) -> Callable[[], None] | None:
    """What the child does before it becomes the broker: ask Linux to end it when its parent ends."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask
