"""`innkeeper doctor`: looks at everything that the house needs, and says what to do about what is wrong.

It changes nothing and makes nothing; it may run beside the service.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from alembic.migration import MigrationContext
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from gateway.instance import running_process
from gateway.local_authority import hosts_of
from gateway.migrate import LINES, Line, newest_revision
from gateway.mqtt.broker_url import parse_broker_url
from gateway.settings import Settings
from gateway.tls_files import RENEW, load_tls_files
from hotel.clock import SystemClock
from hotel.errors import Refused
from hotel.keyring import load_keyring

ANSWER_SECONDS = 5.0
# The day this was written: a machine that believes to be earlier has no clock battery.
NO_EARLIER_THAN = datetime(2026, 11, 1, tzinfo=UTC)
MOST_SKEW_SECONDS = 60.0
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `what_to_do` is empty when it is in order."""

    name: str
    ok: bool
    found: str
    what_to_do: str = ""


def _fine(name: str, found: str) -> Finding:
    return Finding(name, True, found)


def _problem(name: str, found: str, what_to_do: str) -> Finding:
    return Finding(name, False, found, what_to_do)


def examine(settings: Settings, static_dir: Path | None = None, now: datetime | None = None) -> list[Finding]:
    """Look at everything; a check that breaks is a finding itself.

    Args:
        static_dir: where the built web app should be.
        now: the machine's time; asked of the clock when left out.
    """
    site = static_dir or HERE / "http" / "static"
    moment = now or SystemClock().wall()
    checks: list[tuple[str, Callable[[], Finding]]] = [
        ("data directory", lambda: data_directory(settings.data_dir)),
        ("database", lambda: database(settings.database_url)),
        ("broker", lambda: broker(settings)),
        ("telemetry", lambda: telemetry(settings)),
        ("web build", lambda: web_build(site)),
        ("clock", lambda: clock(settings, moment)),
        ("https", lambda: https(settings, moment)),
        ("key file", lambda: key_file(settings.key_file)),
    ]
    return [_guarded(name, check) for name, check in checks]


def _guarded(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Exception as error:
        return _problem(name, f"could not be looked at ({type(error).__name__})", "Look into the log.")


def data_directory(path: Path) -> Finding:
    """Whether it is there (or can be made), writable, and nobody else's to read."""
    name = "data directory"
    there = next(parent for parent in (path, *path.parents) if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        return _problem(name, f"{path} cannot be written", "Set INNKEEPER_DATA_DIR to one that can.")
    if there != path:
        return _fine(name, f"{path} will be made at the first start")
    if path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        return _problem(name, f"{path} is open to other accounts", f"Run: chmod 700 {path}")
    free_mb = shutil.disk_usage(path).free // 1024**2
    if free_mb < 500:
        return _problem(name, f"only {free_mb} MB are free", "Make room on the disk.")
    holder = running_process(path)
    return _fine(name, f"{path}, {'in use by process ' + holder if holder else 'no service running'}")


def database(url: str) -> Finding:
    """Whether it answers, has this version's tables, and can be written."""
    name = "database"
    house = make_url(url)
    shown = house.render_as_string(hide_password=True)
    if house.get_backend_name() == "sqlite":
        file = Path(house.database or "")
        if not file.exists():
            return _fine(name, f"{shown} will be made at the first start")
        if not os.access(file, os.W_OK):
            return _problem(name, f"{file} cannot be written", "Give its ownership to this account.")
    try:
        behind = [line.name for line in LINES if _revision(line, house) != newest_revision(line)]
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return _problem(name, f"{shown}: {reason}", "Start it, or set INNKEEPER_DATABASE_URL right.")
    if behind:
        found = f"{shown} has the {' and '.join(behind)} tables of another version"
        return _problem(name, found, "Start `innkeeper serve`: it migrates.")
    return _fine(name, f"{shown} answers and is up to date")


def _revision(line: Line, house: URL) -> str | None:
    """The revision that the line's tables have; None when there are none."""
    where = line.url(house)
    if where.get_backend_name() == "sqlite":
        if not Path(where.database or "").exists():
            return None  # connecting would make it
        arguments: dict[str, object] = {"timeout": ANSWER_SECONDS}
    else:
        where = where.set(drivername="postgresql+psycopg")
        arguments = {"connect_timeout": int(ANSWER_SECONDS)}
    engine = create_engine(where, connect_args=arguments)
    try:
        with engine.connect() as connection:
            opts = {"version_table": line.version_table}
            return MigrationContext.configure(connection, opts=opts).get_current_revision()
    finally:
        engine.dispose()


def broker(settings: Settings) -> Finding:
    """Whether the configured broker lets us in, or one of our own can run."""
    name = "broker"
    if settings.mqtt_url is None:
        program = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")
        found = f"our own, {program}" if program else "our own, amqtt (mosquitto is not installed)"
        taken = running_process(settings.data_dir) is None and _answers("127.0.0.1", settings.mqtt_port)
        if taken:
            return _problem(
                name,
                f"port {settings.mqtt_port} is taken",
                "Stop what has it, or set INNKEEPER_MQTT_PORT.",
            )
        return _fine(name, found)
    url = parse_broker_url(settings.mqtt_url)
    answered = threading.Event()
    answers: list[str] = []
    client = Client(CallbackAPIVersion.VERSION2)
    if url.user:
        client.username_pw_set(url.user, url.password)
    if url.tls:
        client.tls_set()

    def on_connect(_client: object, _data: object, _flags: object, reason: object, _more: object) -> None:
        answers.append(str(reason))
        answered.set()

    client.on_connect = on_connect
    try:
        client.connect(url.host, url.port, keepalive=10)
    except OSError as error:
        return _problem(
            name,
            f"{url.shown}: {error.strerror or error}",
            "Start it, or set INNKEEPER_MQTT_URL right.",
        )
    client.loop_start()
    answered.wait(ANSWER_SECONDS)
    client.disconnect()
    client.loop_stop()
    if not answers:
        return _problem(name, f"{url.shown} does not speak MQTT", "Set INNKEEPER_MQTT_URL right.")
    if answers[0] != "Success":
        return _problem(
            name,
            f"{url.shown}: {answers[0]}",
            "Put the right user and password into INNKEEPER_MQTT_URL.",
        )
    return _fine(name, f"{url.shown} lets us in")


def _answers(host: str, port: int) -> bool:
    if port == 0:
        return False
    with socket.socket() as probe:
        probe.settimeout(ANSWER_SECONDS)
        return probe.connect_ex((host, port)) == 0


def telemetry(settings: Settings) -> Finding:
    """The embedded store is part of the database; InfluxDB must answer when it is configured."""
    name = "telemetry"
    if settings.influx_url is None:
        return _fine(name, "embedded")
    try:
        answer = httpx.get(f"{settings.influx_url.rstrip('/')}/health", timeout=ANSWER_SECONDS)
    except httpx.HTTPError as error:
        return _problem(
            name,
            f"{settings.influx_url} does not answer ({type(error).__name__})",
            "Start it, or set INNKEEPER_INFLUX_URL right; until then samples are spooled, then dropped.",
        )
    if answer.status_code >= 400:
        return _problem(
            name, f"{settings.influx_url} answers {answer.status_code}", "Look into InfluxDB's log."
        )
    return _fine(name, f"embedded, and {settings.influx_url} answers")


def web_build(static_dir: Path) -> Finding:
    """Whether the web app's files are there."""
    if (static_dir / "index.html").is_file():
        return _fine("web build", str(static_dir))
    return _problem("web build", f"{static_dir} has no index.html", "Run `make build`.")


def clock(settings: Settings, now: datetime) -> Finding:
    """Whether the zone is known and the machine's time can be true: not before what it wrote itself."""
    name = "clock"
    zone = ZoneInfo(settings.timezone)
    if now < NO_EARLIER_THAN:
        return _problem(name, f"the machine says it is {now:%Y-%m-%d %H:%M} UTC", "Set its clock (NTP).")
    newest = max(
        (file.stat().st_mtime for file in settings.data_dir.glob("innkeeper.*") if file.is_file()),
        default=0.0,
    )
    written = datetime.fromtimestamp(newest, UTC)
    if written > now + timedelta(seconds=MOST_SKEW_SECONDS):
        return _problem(
            name,
            f"the data was written at {written:%Y-%m-%d %H:%M} UTC, later than now",
            "Set the clock (NTP).",
        )
    return _fine(name, f"{now.astimezone(zone):%Y-%m-%d %H:%M} in {settings.timezone}")


def https(settings: Settings, now: datetime) -> Finding:
    """Whether the certificate and its key can be used, for how long, and are nobody else's."""
    name = "https"
    try:
        files = load_tls_files(settings)
    except Refused as refused:
        return _problem(name, refused.message, "Set both right, or run `innkeeper tls init`.")
    if files is None:
        return _fine(name, "off: tablets work offline only over HTTPS (`innkeeper tls init`)")
    if trouble := files.trouble(now):
        return _problem(name, trouble, RENEW)
    if files.key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return _problem(name, f"{files.key} is open to other accounts", f"Run: chmod 600 {files.key}")
    names = ", ".join(str(host) for host in hosts_of(files.certificate))
    return _fine(name, f"{names or 'no names'}, until {files.ends_at:%Y-%m-%d}")


def key_file(path: Path) -> Finding:
    """Whether the key of personal fields is readable, ours, and nobody else's."""
    name = "key file"
    if not path.exists():
        return _fine(name, f"{path} will be made at the first start")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return _problem(name, f"{path} is open to other accounts", f"Run: chmod 600 {path}")
    try:
        load_keyring(path)
    except Refused as refused:
        return _problem(name, refused.message, "Put the key file of this data back from the backup.")
    return _fine(name, f"{path}; keep a copy apart from the database")
