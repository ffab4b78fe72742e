"""A tablet for a shift without network, in a real Chromium, over HTTPS, under a name of the hotel's own."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from gateway.house import build_front_desk, open_database
from gateway.local_authority import AuthorityFiles, make_authority
from gateway.secret_hasher import ArgonHasher
from gateway.settings import Settings, load_settings
from hotel.actor import Role
from hotel.clock import SystemClock
from hotel.staff import CONSOLE, StaffWish
from hotel.staff_service import StaffService
from tests.browser.conftest import FLAGS, ROOT, SIZES
from tests.http_house import CHEAP, PASSWORD
from tests.waiting import wait_until

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]

NAME = "innkeeper.hotel"
PIN = "402917"
ROOMS = 20
TAPS = 200
CONFLICTS = 5


@dataclass
class TlsHouse:
    """`innkeeper serve` over HTTPS, which can be killed and started again on the same port."""

    folder: Path
    environ: dict[str, str]
    authority: AuthorityFiles
    process: subprocess.Popen[str] | None = None

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
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "innkeeper.db", timeout=10)) as database:
            return database.execute(sql, values).fetchall()

    def leave(self, code: str) -> None:
        """Somebody no longer works here."""
        with closing(self.client("1", PASSWORD)) as manager:
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
    def fingerprint(self) -> str:
        """Of the server's key, as Chromium's list of trusted ones wants it."""
        leaf = x509.load_pem_x509_certificates(self.authority.server_certificate.read_bytes())[0]
        key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(hashlib.sha256(key).digest()).decode()

    def staff_id(self, code: str) -> str:
        return str(self.rows("select id from staff where code = ?", code)[0][0])

    def client(self, code: str, pin: str) -> httpx.Client:
        """Somebody at another screen."""
        trusting = ssl.create_default_context(cafile=str(self.authority.authority_certificate))
        trusting.check_hostname = False
        made = httpx.Client(
            base_url=self.url.replace(NAME, "127.0.0.1"),
            verify=trusting,
            headers={"Sec-Fetch-Site": "same-origin"},
            timeout=20,
        )
        answer = made.post("/api/session", json={"login": code, "secret": pin})
        assert answer.status_code == 200, answer.text
        return made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHouse]:
    if not (ROOT / "gateway/http/static/index.html").exists():
        pytest.fail("the web app is not built: run `make build`")
    folder = tmp_path_factory.mktemp("tls-house")
    authority = make_authority(folder / "tls", "Harbour Hotel", [NAME], datetime.now(UTC))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        "INNKEEPER_DATA_DIR": str(folder),
        "INNKEEPER_HTTP_PORT": str(port),
        "INNKEEPER_MQTT_PORT": "0",
        "INNKEEPER_TIMEZONE": "Asia/Shanghai",
        "INNKEEPER_HTTP_TLS_CERT": str(authority.server_certificate),
        "INNKEEPER_HTTP_TLS_KEY": str(authority.server_key),
    }
    settle(load_settings(own, folder))
    clean = {name: value for name, value in os.environ.items() if not name.startswith("INNKEEPER_")}
    made = TlsHouse(folder, {**clean, "PYTHONPATH": str(ROOT), **own}, authority)
    made.start()
    yield made
    made.kill()


def settle(settings: Settings) -> None:
    """Twenty rooms, and people with PINs."""
    database = open_database(settings, SystemClock())
    lines = [f"{101 + n},1,east,STD,Standard,24," for n in range(ROOMS)]
    header = "number,floor,section,type,type_name,area_square_metres,connecting"
    with database.write() as tx:
        text = "\n".join([header, *lines])
        build_front_desk(settings, database).import_rooms(tx, CONSOLE, text, False)
    staff = StaffService(database, database.clock, ArgonHasher(cost=CHEAP))
    staff.add(CONSOLE, StaffWish("31", "Ana", (Role.ATTENDANT,), pin=PIN))
    staff.add(CONSOLE, StaffWish("32", "Bo", (Role.ATTENDANT,), pin=PIN))
    staff.add(CONSOLE, StaffWish("1", "Manager", (Role.MANAGER,), password=PASSWORD))
    staff.add(CONSOLE, StaffWish("8", "Rosa", (Role.SUPERVISOR,), pin=PIN))
    database.close()


@contextmanager
def tablet(playwright: Playwright, house: TlsHouse, profile: Path) -> Iterator[BrowserContext]:
    """A browser that trusts the hotel's server and finds it by its name."""
    width, height = SIZES["tablet"]
    context = playwright.chromium.launch_persistent_context(
        str(profile),
        executable_path=shutil.which("chromium"),
        args=[
            *FLAGS,
            f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
            f"--ignore-certificate-errors-spki-list={house.fingerprint}",
        ],
        base_url=house.url,
        viewport={"width": width, "height": height},
        locale="en",
    )
    context.set_default_timeout(15_000)
    try:
        yield context
    finally:
        context.close()


def sign_in(page: Page, code: str) -> None:
    page.goto("/sign-in")
    page.get_by_test_id("sign-in-way").get_by_text("Staff code and PIN").click()
    page.get_by_test_id("code").fill(code)
    type_pin(page)
    page.get_by_test_id("connection").wait_for()
    # The app's service worker has everything for a start without network.
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")


def type_pin(page: Page) -> None:
    for digit in PIN:
        page.get_by_test_id(f"pin-{digit}").click()


def go(page: Page, room: int) -> None:
    """To the room's page, without loading the app anew."""
    page.evaluate(
        "path => { history.pushState(null, '', path); dispatchEvent(new PopStateEvent('popstate')); }",
        f"/rooms/{room}",
    )
    expect(page.get_by_role("heading", name=f"Room {room}")).to_be_visible()
    page.get_by_test_id("set-cleanliness").wait_for()


# Opens the menu of the room's page and sets its cleanliness, as a thumb would, but faster; then waits until
# the page shows it. A MessageChannel waits without the timers that the test has its hand on.
TAP = """async ([choice, word]) => {
  const turn = () => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  });
  const until = async (what, found) => {
    for (let n = 0; n < 20000; n += 1) {
      const it = found();
      if (it) return it;
      await turn();
    }
    throw new Error(`${what} is not there`);
  };
  const by = (id) => document.querySelector(`[data-testid='${id}']`);
  dispatchEvent(new Event("pointerdown"));
  (await until("the menu", () => by("set-cleanliness"))).click();
  (await until(choice, () => by(`set-${choice}`))).click();
  const shown = () => document.querySelector("main").innerText.includes(word);
  await until("its effect", () => !by(`set-${choice}`) && shown());
}"""
CYCLE = ("clean", "dirty", "pickup")


def words(page: Page) -> str:
    return page.get_by_test_id("connection-words").inner_text()


def test_two_hours_without_network_lose_nothing_and_double_nothing(
    playwright: Playwright, house: TlsHouse, tmp_path: Path
) -> None:
    ana = house.staff_id("31")
    with tablet(playwright, house, tmp_path / "profile") as context, closing(house.client("8", PIN)) as rosa:
        page = context.pages[0]
        page.clock.install()
        sign_in(page, "31")
        page.goto("/rooms")
        page.get_by_test_id("room-101").wait_for()
        rooms = [101 + n for n in range(ROOMS)]
        for room in rooms:
            go(page, room)
        contested = rooms[-CONFLICTS:]

        # No network; the app is opened anew all the same, and asks for the PIN.
        context.set_offline(True)
        page.goto("/rooms")
        page.get_by_test_id("lock").wait_for()
        type_pin(page)
        expect(page.get_by_test_id("room-101")).to_be_visible()
        expect(page.get_by_test_id("connection-words")).to_contain_text("offline · data as of")

        each = (TAPS - CONFLICTS) // (ROOMS - CONFLICTS)
        for room in rooms:
            go(page, room)
            for step in range(1 if room in contested else each):
                choice = "pickup" if room in contested else CYCLE[step % len(CYCLE)]
                page.evaluate(TAP, [choice, choice])
                page.clock.fast_forward(2 * 3600 * 1000 // TAPS)
        expect(page.get_by_test_id("connection-words")).to_contain_text(
            f"offline · {TAPS} unsent · data as of"
        )
        for room in contested:
            seen = rosa.get(f"/api/rooms/{room}/status").headers["etag"]
            rosa.patch(
                f"/api/rooms/{room}/status", json={"cleanliness": "inspected"}, headers={"If-Match": seen}
            ).raise_for_status()

        context.set_offline(False)
        kept = "select count(*) from idempotency_keys where actor_id = ?"
        wait_until(lambda: house.rows(kept, ana)[0][0] >= TAPS // 4, seconds=60)
        house.kill()
        in_the_replay = house.rows(kept, ana)[0][0]
        assert in_the_replay < TAPS - CONFLICTS, "the replay was over before the kill"
        house.start()
        expect(page.get_by_test_id("attention")).to_contain_text(f"{CONFLICTS} to decide", timeout=90_000)
        expect(page.get_by_test_id("connection-words")).not_to_contain_text("unsent", timeout=90_000)

        history = house.rows(
            "select room, cleanliness from cleanliness_history where by = 'Ana' order by room, number"
        )
        expected = [
            (str(room), CYCLE[step % len(CYCLE)]) for room in rooms[:-CONFLICTS] for step in range(each)
        ]
        assert history == expected
        assert house.rows(kept, ana) == [(TAPS - CONFLICTS,)]

        # Both sides are shown, and the person decides; nothing goes by itself.
        page.get_by_test_id("connection").click()
        conflicts = page.get_by_test_id("conflict")
        expect(conflicts).to_have_count(CONFLICTS)
        expect(conflicts.first.get_by_test_id("theirs")).to_contain_text("inspected")
        expect(conflicts.first).to_contain_text(f"Room {contested[0]}: pickup")
        conflicts.first.get_by_test_id("drop-mine").click()
        expect(conflicts).to_have_count(CONFLICTS - 1)
        conflicts.first.get_by_test_id("redo").click()
        expect(conflicts).to_have_count(CONFLICTS - 2)
        wait_until(lambda: house.rows(kept, ana) == [(TAPS - CONFLICTS + 1,)])
        status = {room: rosa.get(f"/api/rooms/{room}/status").json()["cleanliness"] for room in contested[:3]}
        assert status == {contested[0]: "inspected", contested[1]: "pickup", contested[2]: "inspected"}


def test_a_tablet_is_enrolled_by_a_code_and_hands_in_what_its_author_cannot_send_any_more(
    playwright: Playwright, house: TlsHouse, tmp_path: Path
) -> None:
    with tablet(playwright, house, tmp_path / "desk") as desk:
        board = desk.pages[0]
        sign_in(board, "8")
        board.goto("/settings")
        board.get_by_test_id("tablet-add").click()
        board.get_by_test_id("tablet-name").fill("Floor 1")
        board.get_by_test_id("tablet-show-code").click()
        expect(board.get_by_test_id("tablet-qr")).to_be_visible()
        url = board.get_by_test_id("tablet-url").inner_text()
        board.keyboard.press("Escape")

        with tablet(playwright, house, tmp_path / "tablet") as context:
            page = context.pages[0]
            page.goto(url)
            page.get_by_test_id("enrol").click()
            expect(page.get_by_test_id("enrolled")).to_contain_text("Floor 1")
            sign_in(page, "32")
            go(page, 101)
            before = house.rows("select count(*) from cleanliness_history")[0][0]
            context.set_offline(True)
            page.evaluate(TAP, ["pickup", "pickup"])
            expect(page.get_by_test_id("connection-words")).to_contain_text("1 unsent")
            house.leave("32")
            context.set_offline(False)
            wait_until(lambda: house.rows("select count(*) from late_operations")[0][0] == 1, seconds=20)
            # Whose sign-in has ended is not shown anything any more.
            expect(page.get_by_test_id("lock")).to_be_visible(timeout=15_000)

        late = board.get_by_test_id("late-operation")
        expect(late).to_contain_text("Room 101: pickup")
        expect(late).to_contain_text("Bo")
        assert house.rows("select count(*) from cleanliness_history")[0][0] == before
        late.get_by_test_id("late-accept").click()
        expect(late).to_have_count(0)
        done = house.rows("select cleanliness, by from cleanliness_history order by id desc limit 1")
        assert done == [("pickup", "Rosa (Bo)")]
