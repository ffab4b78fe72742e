"""The house over HTTPS under a name of the hotel's own, and tablets that find it there.

`TlsHouse` is `innkeeper serve` as a process, which can be killed and started again on the same port; its
certificate is from the authority that `innkeeper tls init` makes. Its day begins with departures that a
supervisor planned three hours ago, all on one attendant's list.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import signal
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import BrowserContext, Page, Playwright

from frontdesk.front_office import FrontOffice
from frontdesk.wishes import StayWishes
from gateway.house import build_front_desk, open_database
from gateway.secret_hasher import ArgonHasher
from gateway.settings import Settings, load_settings
from hotel.actor import Actor, ActorKind, Role
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.keyring import load_keyring
from hotel.staff import CONSOLE, StaffWish
from hotel.staff_service import StaffService
from housekeeping.service import HousekeepingService
from housekeeping.tasks import TaskKind
from housekeeping.tasks_service import NewTask, TaskService
from tests.chromium import FLAGS, PATIENCE_MILLISECONDS, PROGRAM, ROOT, SIZES, require_web_app
from tests.http_house import CHEAP, PASSWORD
from tests.ports import port_to_keep

NAME = "innkeeper.hotel"
PIN = "402917"
MANAGER = "1"
PLANNED_BEFORE = timedelta(hours=3)
LINES = [("beds", "Beds made"), ("bath", "Bathroom"), ("floor", "Floor")]
WATER = {"code": "water", "name": "Water", "par": 2, "price": "3.00", "active": True}


@dataclass
class TlsHouse:
    """Ana (31) has the departures, Bo (32) none; Rosa (8) and Hal (9) supervise, Eva (41) and Finn (42)
    repair, 1 manages."""

    folder: Path
    rooms: list[str]
    environ: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def prepare(self) -> None:
        """Its certificate, rooms, people and the day's tasks."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("INNKEEPER_")}
        own = {
            "INNKEEPER_DATA_DIR": str(self.folder),
            "INNKEEPER_HTTP_PORT": str(port_to_keep()),
            "INNKEEPER_MQTT_PORT": "0",
            "INNKEEPER_TIMEZONE": where_it_is_noon(datetime.now(UTC)),
        }
        self.environ = {**clean, "PYTHONPATH": str(ROOT), **own}
        made = self.innkeeper("tls", "init", "--host", NAME)
        files = dict(re.findall(r"^(INNKEEPER_HTTP_TLS_\w+)=(.+)$", made, re.MULTILINE))
        assert set(files) == {"INNKEEPER_HTTP_TLS_CERT", "INNKEEPER_HTTP_TLS_KEY"}, made
        self.environ |= files
        settle(load_settings(own, self.folder), self.rooms)

    def innkeeper(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *arguments],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "serve"],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        assert "https://" in said, said

    def kill(self) -> None:
        """As a power cut would end it."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "innkeeper.db", timeout=10)) as database:
            return database.execute(sql, values).fetchall()

    def leave(self, code: str) -> None:
        """Somebody no longer works here."""
        with closing(self.client(MANAGER, PASSWORD)) as manager:
            account = next(one for one in manager.get("/api/staff").json()["items"] if one["code"] == code)
            manager.patch(
                f"/api/staff/{account['id']}",
                json={"active": False},
                headers={"If-Match": f'"{account["version"]}"'},
            ).raise_for_status()

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.environ['INNKEEPER_HTTP_PORT']}"

    @property
    def local_url(self) -> str:
        """Without the hotel's name: for who knows the machine."""
        return self.url.replace(NAME, "127.0.0.1")

    @property
    def fingerprint(self) -> str:
        """Of the server's key, as Chromium's list of trusted ones wants it."""
        pem = Path(self.environ["INNKEEPER_HTTP_TLS_CERT"]).read_bytes()
        leaf = x509.load_pem_x509_certificates(pem)[0]
        key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(key).digest()).decode()

    def staff_id(self, code: str) -> str:
        return str(self.rows("select id from staff where code = ?", code)[0][0])

    def client(self, code: str, secret: str = PIN) -> httpx.Client:
        """Somebody at another screen."""
        trusting = ssl.create_default_context(cafile=str(self.folder / "tls" / "authority.crt"))
        trusting.check_hostname = False
        made = httpx.Client(
            base_url=self.local_url,
            verify=trusting,
            headers={"Sec-Fetch-Site": "same-origin"},
            timeout=60,
        )
        answer = made.post("/api/session", json={"login": code, "secret": secret})
        assert answer.status_code == 200, answer.text
        return made


def where_it_is_noon(now: datetime) -> str:
    """A zone in which this hour is the middle of the day: no business date rolls under a test."""
    ahead = (12 - now.hour + 12) % 24 - 12
    # The zone's names count westwards.
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@contextmanager
def tls_house(folder: Path, rooms: int) -> Iterator[TlsHouse]:
    """The house, running."""
    require_web_app()
    folder.mkdir(parents=True, exist_ok=True)
    house = TlsHouse(folder, [str(101 + n) for n in range(rooms)])
    try:
        house.prepare()
        house.start()
        yield house
    finally:
        house.kill()


def settle(settings: Settings, rooms: list[str]) -> None:
    database = open_database(settings, ManualClock(datetime.now(UTC) - PLANNED_BEFORE))
    lines = [f"{number},1,east,STD,Standard,24," for number in rooms]
    header = "number,floor,section,type,type_name,area_square_metres,connecting"
    with database.write() as tx:
        text = "\n".join([header, *lines])
        build_front_desk(settings, database).import_rooms(tx, CONSOLE, text, False)
    staff = StaffService(database, database.clock, ArgonHasher(cost=CHEAP))
    ana = staff.add(CONSOLE, StaffWish("31", "Ana", (Role.ATTENDANT,), pin=PIN))
    staff.add(CONSOLE, StaffWish("32", "Bo", (Role.ATTENDANT,), pin=PIN))
    staff.add(CONSOLE, StaffWish(MANAGER, "Manager", (Role.MANAGER,), password=PASSWORD))
    rosa = staff.add(CONSOLE, StaffWish("8", "Rosa", (Role.SUPERVISOR,), pin=PIN))
    staff.add(CONSOLE, StaffWish("9", "Hal", (Role.SUPERVISOR,), pin=PIN))
    staff.add(CONSOLE, StaffWish("41", "Eva", (Role.ENGINEER,), pin=PIN))
    staff.add(CONSOLE, StaffWish("42", "Finn", (Role.ENGINEER,), pin=PIN))
    supervisor = Actor(ActorKind.STAFF, rosa.id, rosa.name, frozenset({Role.SUPERVISOR}))
    plan(settings, database, rooms, supervisor, ana.id)
    database.close()


def plan(
    settings: Settings, database: Database, rooms: list[str], supervisor: Actor, attendant_id: str
) -> None:
    """A departure in each room, with a checklist of three lines."""
    front_office = FrontOffice(database, database.clock)
    wishes = StayWishes(database, lambda: load_keyring(settings.key_file))
    tasks = TaskService(
        database,
        database.clock,
        HousekeepingService(database, database.clock, front_office),
        wishes,
    )
    with database.write() as tx:
        tasks.put_checklist(tx, supervisor, TaskKind.DEPARTURE, None, 0, LINES)
        for number in rooms:
            tasks.create(
                tx, supervisor, NewTask(TaskKind.DEPARTURE, number, minutes=30, attendant_id=attendant_id)
            )


@contextmanager
def tablet(
    playwright: Playwright, house: TlsHouse, profile: Path, size: str = "tablet"
) -> Iterator[BrowserContext]:
    """A browser that trusts the hotel's server and finds it by its name."""
    width, height = SIZES[size]
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=PROGRAM,
        args=[
            *FLAGS,
            f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
            f"--ignore-certificate-errors-spki-list={house.fingerprint}",
        ],
        base_url=house.url,
        viewport={"width": width, "height": height},
        locale="en",
    )
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    try:
        yield context
    finally:
        context.close()


def sign_in(page: Page, code: str, *, offline: bool = True) -> None:
    page.goto("/sign-in")
    ways = page.get_by_test_id("sign-in-way").locator("label")
    if code == MANAGER:
        ways.first.click()
        page.get_by_test_id("login").fill(code)
        page.get_by_test_id("secret").fill(PASSWORD)
        page.keyboard.press("Enter")
    else:
        ways.last.click()
        page.get_by_test_id("code").fill(code)
        type_pin(page)
    page.get_by_test_id("connection").wait_for()
    if offline:
        # The app's service worker has everything for a start without network.
        page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")


def type_pin(page: Page, pin: str = PIN) -> None:
    for digit in pin:
        page.get_by_test_id(f"pin-{digit}").click()
