"""`innkeeper demo`: a whole hotel on this machine, sixty times as fast as life.

It prepares a data directory (rooms, staff with known sign-ins, tokens for the simulated people),
runs the same service as `serve`, and starts the world outside as a process of its own. The world is
told hotel time, speed and seed; it talks MQTT and HTTP like everybody else and knows nothing of ours.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from gateway.demo_plans import make_plans
from gateway.http.staff_api import DemoSignIn
from gateway.instance import InstanceGuard
from gateway.logs import log_to
from gateway.main import Service
from gateway.settings import Settings, load_settings
from hotel.actor import SYSTEM, Role
from hotel.clock import ScaledClock
from hotel.errors import Unavailable
from hotel.rooms import all_rooms
from hotel.staff import StaffWish

log = logging.getLogger(__name__)

PROPERTY_NAME = "Harbour Hotel"
TIMEZONE = "Asia/Shanghai"
# A summer day, early in the afternoon: the first guests of the day are on their way.
FIRST_MOMENT = datetime(2026, 7, 14, 13, 0, tzinfo=ZoneInfo(TIMEZONE))
WORLD_STOP_SECONDS = 2.0
_PR_SET_PDEATHSIG = 1

SIGN_INS = (
    (DemoSignIn(role=Role.FRONT_DESK, login="desk", secret="harbour-desk", name="Mei"), "11"),
    (DemoSignIn(role=Role.SUPERVISOR, login="21", secret="210021", name="Rosa"), "21"),
    (DemoSignIn(role=Role.ATTENDANT, login="31", secret="310031", name="Lan"), "31"),
    (DemoSignIn(role=Role.ENGINEER, login="41", secret="410041", name="Tomas"), "41"),
    (DemoSignIn(role=Role.MANAGER, login="manager", secret="harbour-manager", name="Ines"), "51"),
    (DemoSignIn(role=Role.ADMINISTRATOR, login="admin", secret="harbour-admin", name="Per"), "61"),
)
# Who cleans besides Lan. All of them are simulated, each until a person signs in as that attendant.
ATTENDANTS = ("Ana", "Bo", "Chidi", "Dewi", "Emil", "Fen", "Gita", "Hoang", "Ivo", "Jun", "Kofi")
FIRST_ATTENDANT = 31
ROOMS_PER_ATTENDANT, FEWEST_ATTENDANTS = 10, 3
# Tomas and who repairs besides him: simulated too, when things break by themselves.
ENGINEERS = (("41", "Tomas"), ("42", "Sofia"))


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What the command line says. A port of None is the usual one, or a free one when that is taken."""

    rooms: int = 40
    speed: float = 60.0
    seed: int = 7
    http_port: int | None = None
    mqtt_port: int | None = None
    data: Path | None = None
    faults_a_day: float = 4.0


def run_demo(options: DemoOptions, console: Console) -> None:
    """Run until Ctrl-C or SIGTERM.

    Raises:
        Refused: it cannot start; one sentence.
    """
    own = Path(tempfile.mkdtemp(prefix="innkeeper-demo-")) if options.data is None else None
    folder = own or options.data
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with InstanceGuard(folder):
            _run(options, folder, console)
    finally:
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)


def _run(options: DemoOptions, folder: Path, console: Console) -> None:
    settings = load_settings(
        {
            # A demo may write to an InfluxDB of yours; database and broker are always its own.
            **{name: value for name, value in os.environ.items() if name.startswith("INNKEEPER_INFLUX_")},
            "INNKEEPER_DATA_DIR": str(folder.resolve()),
            "INNKEEPER_HTTP_PORT": str(_usual_or_free(8000, options.http_port)),
            "INNKEEPER_MQTT_PORT": str(_usual_or_free(1883, options.mqtt_port)),
            "INNKEEPER_AUTO_APPROVE": "true",
            "INNKEEPER_TIMEZONE": TIMEZONE,
            "INNKEEPER_PROPERTY_NAME": PROPERTY_NAME,
        },
        folder,
    )
    log_to(settings.log_file, terminal=False)
    anchor = datetime.now(UTC)
    epoch = _first_moment(folder)
    clock = ScaledClock(epoch, options.speed, anchor)
    service = Service(settings, clock, demo_sign_ins=[sign_in for sign_in, _ in SIGN_INS])
    world: subprocess.Popen[bytes] | None = None
    try:
        service.prepare()
        console.print("Making the hotel …")
        _make_rooms(service, options)
        _make_staff(service)
        make_plans(service)
        people = {"attendants": _make_attendants(service, options.rooms)}
        if options.faults_a_day > 0:
            people["engineers"] = _make_people(service, ENGINEERS, Role.ENGINEER)
        tokens = _make_tokens(service, folder)
        sign_ins = _keep(folder / "world-sign-ins.json", people)
        service.start()

        def began() -> None:
            nonlocal world
            world = _start_world(options, settings, service, (tokens, sign_ins), epoch, anchor)
            _print_sign_ins(console, service.address)

        service.run(began)
    finally:
        _end_world(world)
        service.stop()
        (folder / "hotel-time").write_text(clock.now().isoformat())


def _first_moment(folder: Path) -> datetime:
    """Where hotel time goes on: after the last run on this data, or on the demo's first afternoon."""
    try:
        return datetime.fromisoformat((folder / "hotel-time").read_text().strip())
    except (OSError, ValueError):
        return FIRST_MOMENT


def _make_rooms(service: Service, options: DemoOptions) -> None:
    with service.database.read() as session:
        there = len(all_rooms(session, service.database.property_id))
    if there:
        return
    which = ["--rooms", str(options.rooms), "--seed", str(options.seed)]
    listing = subprocess.run(
        [sys.executable, "-m", "simulators", "--print-rooms", *which],
        check=False,
        capture_output=True,
        text=True,
    )
    if listing.returncode:
        raise Unavailable("no_world", "The simulators did not say which rooms they have.")
    with service.database.write() as tx:
        service.house.front_desk.import_rooms(tx, SYSTEM, listing.stdout, partial=False)


def _make_staff(service: Service) -> None:
    known = {member.code for member in service.staff.staff()}
    for sign_in, code in SIGN_INS:
        if code in known:
            continue
        is_pin = sign_in.secret.isdecimal()
        service.staff.add(
            SYSTEM,
            StaffWish(
                code=code,
                name=sign_in.name,
                roles=(sign_in.role,),
                login=None if is_pin else sign_in.login,
                pin=sign_in.secret if is_pin else None,
                password=None if is_pin else sign_in.secret,
            ),
        )


def _make_attendants(service: Service, rooms: int) -> dict[str, str]:
    """Accounts of the attendants who share the rooms: {login: PIN}."""
    wanted = max(FEWEST_ATTENDANTS, -(-rooms // ROOMS_PER_ATTENDANT))
    names = ("Lan", *ATTENDANTS)[:wanted]
    people = [(str(number), name) for number, name in enumerate(names, FIRST_ATTENDANT)]
    return _make_people(service, people, Role.ATTENDANT)


def _make_people(service: Service, people: Sequence[tuple[str, str]], role: Role) -> dict[str, str]:
    """Accounts of (code, name): {login: PIN}. Nobody is signed in as one of them."""
    known = {member.code: member for member in service.staff.staff()}
    pins = {}
    for code, name in people:
        pin = f"{code}00{code}"
        pins[code] = pin
        if code in known:
            # A session that a killed world left behind would look like a person's.
            service.staff.set_secret(SYSTEM, known[code].id, pin=pin)
        else:
            wish = StaffWish(code=code, name=name, roles=(role,), login=None, pin=pin)
            service.staff.add(SYSTEM, wish)
    return pins


def _make_tokens(service: Service, folder: Path) -> Path:
    """Bearer tokens for the simulated people, in a file."""
    for client in service.staff.clients():
        if not client.revoked and client.name.startswith("Simulated "):
            service.staff.revoke_client(SYSTEM, client.id)
    tokens = {
        role.value: service.staff.make_client(SYSTEM, role, f"Simulated {role.value}")[1]
        for role in (Role.FRONT_DESK, Role.ATTENDANT, Role.SUPERVISOR, Role.ENGINEER)
    }
    return _keep(folder / "world-tokens.json", tokens)


def _keep(path: Path, secrets: Mapping[str, object]) -> Path:
    """Write secrets into a file that only this account reads."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(secrets, file)
    return path


def _start_world(
    options: DemoOptions,
    settings: Settings,
    service: Service,
    secrets: tuple[Path, Path],
    epoch: datetime,
    anchor: datetime,
) -> subprocess.Popen[bytes]:
    arguments = {
        "--mqtt-url": service.mqtt_url,
        "--http-url": service.address,
        "--token-file": str(secrets[0]),
        "--sign-in-file": str(secrets[1]),
        "--rooms": str(options.rooms),
        "--seed": str(options.seed),
        "--speed": str(options.speed),
        "--epoch": epoch.isoformat(),
        "--anchor": anchor.isoformat(),
        "--timezone": settings.timezone,
        "--discovery-prefix": settings.discovery_prefix,
        "--faults-a-day": str(options.faults_a_day),
    }
    with (settings.data_dir / "simulators.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "simulators", *(word for pair in arguments.items() for word in pair)],
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            # Ctrl-C is ours to hear; the world is told to end, and ends even if we are killed.
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_world(world: subprocess.Popen[bytes] | None) -> None:
    if world is None or world.poll() is not None:
        return
    world.terminate()
    try:
        world.wait(WORLD_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        world.kill()
        world.wait()


def _usual_or_free(usual: int, wanted: int | None) -> int:
    """The port that was asked for; else the usual one, or 0 (any free one) when that is taken."""
    if wanted is not None:
        return wanted
    with socket.socket() as probe:
        # As the server will: a port that a run just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", usual))
        except OSError:
            return 0
    return usual


def _print_sign_ins(console: Console, address: str) -> None:
    table = Table("role", "sign in as", "with", title=f"Innkeeper runs at {address}", title_justify="left")
    for sign_in, _ in SIGN_INS:
        table.add_row(sign_in.role.value.replace("_", " "), sign_in.login, sign_in.secret)
    console.print(table)
    console.print("Ctrl-C ends it.")
