"""A tablet for a shift without network, in a real Chromium, over HTTPS, under a name of the hotel's own."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Playwright, expect

from tests.tls_house import WATER, TlsHouse, sign_in, tablet, tls_house, type_pin
from tests.waiting import wait_until

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]

OFFLINE_MILLISECONDS = 2 * 3600 * 1000


@dataclass(frozen=True)
class Shift:
    """What an attendant does without network, and how wrong the tablet's clock is.

    Each room that is cleaned takes eight taps: start, two ticks, pause, resume, a tick, finish, minibar.
    `finds` are found things with a photo (two operations each), `faults` have words and no photo.
    """

    cleaned: int
    finds: int
    faults: int
    conflicts: int
    clock_off_by: timedelta

    @property
    def operations(self) -> int:
        return self.cleaned * 8 + self.finds * 2 + self.faults + self.conflicts

    @property
    def rooms(self) -> int:
        return self.cleaned + self.conflicts


QUICK = Shift(2, 1, 1, 2, timedelta(hours=5))
WHOLE = Shift(20, 10, 15, 5, timedelta(hours=-7))
assert (QUICK.operations, WHOLE.operations) == (21, 200)

CLEAN_TAPS = ("start", "tick", "tick", "pause", "resume", "tick", "finish")

# Clicks one thing after the other, each as soon as it is there, and then waits until the header counts one
# unsent tap more: the words of it. A MessageChannel waits without the timers that the test has its hand on.
TAP = """async ([clicks, unsent]) => {
  const turn = () => new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  });
  const until = async (what, found) => {
    const end = Date.now() + 20_000;
    while (Date.now() < end) {
      const it = found();
      if (it) return it;
      await turn();
    }
    throw new Error(`${what} is not there`);
  };
  dispatchEvent(new Event("pointerdown"));
  for (const click of clicks) {
    (await until(click, () => document.querySelector(`${click}:not(:disabled)`))).click();
  }
  const words = () => document.querySelector("[data-testid='connection-words']").innerText;
  await until(`${unsent} unsent`, () => words().startsWith(`offline · ${unsent} unsent · data as of `));
  return words();
}"""

# The answer to the n-th tap that is sent never arrives: the service ends when it has committed it.
HOLD = """last => {
  const real = window.fetch;
  let sent = 0;
  window.fetch = async (resource, init) => {
    const answer = await real(resource, init);
    if (!init?.headers?.["Idempotency-Key"] || ++sent !== last) return answer;
    await new Promise((resolve) => { window.letGo = resolve; });
    throw new TypeError("the line broke");
  };
}"""


def in_task(room: str, what: str) -> str:
    return f"[data-testid='task-{room}'] {what}"


def button(name: str) -> str:
    return f"[data-testid='{name}']"


@dataclass
class Ana:
    """The attendant at the tablet: counts her taps, and that the header does so too."""

    page: Page
    step_milliseconds: int
    taps: int = 0
    as_of: set[str] = field(default_factory=set)

    def taps_on(self, *clicks: str, operations: int = 1) -> None:
        self.taps += operations
        words = self.page.evaluate(TAP, [clicks, self.taps])
        self.as_of.add(words.rpartition("data as of ")[2])
        self.page.clock.fast_forward(self.step_milliseconds * operations)

    def cleans(self, room: str, and_there: Callable[[], None]) -> None:
        for tap in CLEAN_TAPS:
            if tap == "tick":
                self.taps_on(in_task(room, "input[type=checkbox]:not(:checked)"))
            else:
                self.taps_on(in_task(room, button(tap)))
            if tap == "resume":
                one_more = "[role=group][aria-label='Water'] button:last-child"
                self.taps_on(button("extra-minibar"), one_more, button("count-save"))
                and_there()

    def finds_and_reports(self, n: int, shift: Shift) -> None:
        if n < shift.finds:
            self.finds(f"Umbrella {n}", picture())
        if n < shift.faults:
            self.reports(f"Tap {n} drips")

    def finds(self, what: str, photo: bytes) -> None:
        self.page.get_by_test_id("extra-found").click()
        self.page.get_by_test_id("found-what").fill(what)
        taken: FilePayload = {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
        self.page.locator("input[type=file]").set_input_files(taken)
        self.page.get_by_alt_text("Photo 1").wait_for()
        self.taps_on(button("found-save"), operations=2)

    def reports(self, text: str) -> None:
        self.page.get_by_test_id("extra-fault").click()
        self.page.get_by_test_id("fault-water").click()
        self.page.get_by_test_id("fault-text").fill(text)
        self.taps_on(button("fault-save"))


def picture() -> bytes:
    """As a camera would give it, but small."""
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), (30, 90, 60)).save(kept, "PNG")
    return kept.getvalue()


def tasks_by_room(client: httpx.Client) -> dict[str, dict[str, Any]]:
    items = client.get("/api/tasks", params={"limit": 1000}).json()["items"]
    return {task["room"]: task for task in items if task["kind"] == "departure"}


def now(client: httpx.Client, task: dict[str, Any]) -> dict[str, Any]:
    return dict(client.get(f"/api/tasks/{task['id']}").json())


def done_to(client: httpx.Client, task: dict[str, Any], by: str) -> list[str]:
    """What one person did to a task, in its order."""
    steps = client.get(f"/api/tasks/{task['id']}/history").json()["items"]
    return [step["action"] for step in steps if step["by"] == by]


def act(client: httpx.Client, task: dict[str, Any], action: str, **more: Any) -> None:
    client.post(f"/api/tasks/{task['id']}/actions", json={"action": action, **more}).raise_for_status()


@pytest.mark.parametrize(
    "shift",
    [
        pytest.param(QUICK, id="21"),
        pytest.param(WHOLE, id="200", marks=[pytest.mark.slow, pytest.mark.timeout(600)]),
    ],
)
def test_two_hours_without_network_lose_nothing_and_double_nothing(
    playwright: Playwright, tmp_path: Path, shift: Shift
) -> None:
    with (
        tls_house(tmp_path / "house", shift.rooms) as house,
        closing(house.client("8")) as rosa,
        tablet(playwright, house, tmp_path / "profile") as context,
    ):
        rosa.put("/api/stock/minibar/goods", json={"goods": [WATER]}).raise_for_status()
        page = context.pages[0]
        page.clock.install(time=datetime.now(UTC) + shift.clock_off_by)
        sign_in(page, "31")
        page.goto("/housekeeping/mine")
        page.get_by_test_id(f"task-{house.rooms[0]}").wait_for()
        wait_until(lambda: {"tasks", "goods-minibar"} <= set(page.evaluate(KEPT)))

        # No network; the app is opened anew all the same, and asks for the PIN.
        context.set_offline(True)
        page.reload()
        page.get_by_test_id("lock").wait_for()
        type_pin(page, "000000")
        page.get_by_test_id("lock-refused").wait_for()
        type_pin(page)
        page.get_by_test_id(f"task-{house.rooms[0]}").wait_for()
        expect(page.get_by_test_id("connection-words")).to_have_text(
            re.compile(r"^offline · data as of \S+$")
        )

        ana = Ana(page, OFFLINE_MILLISECONDS // shift.operations)
        cleaned, contested = house.rooms[: shift.cleaned], house.rooms[shift.cleaned :]
        for n, room in enumerate(cleaned):
            ana.cleans(room, partial(ana.finds_and_reports, n, shift))
        for room in contested:
            ana.taps_on(in_task(room, button("not-serviced")), button("not-serviced-no_access"))
        assert ana.taps == shift.operations
        assert len(ana.as_of) == 1, "what is shown has not become younger"

        # Meanwhile the supervisor did something else with the last rooms.
        before = tasks_by_room(rosa)
        for n, room in enumerate(contested):
            act(rosa, before[room], *([("start",), ("cancel",)][n % 2]), reason="early arrival")

        page.evaluate(HOLD, shift.operations // 2)
        context.set_offline(False)
        wait_until(lambda: page.evaluate("() => window.letGo !== undefined"), seconds=90)
        assert sent(house) == shift.operations // 2
        house.kill()
        house.start()
        page.evaluate("() => window.letGo()")
        words = page.get_by_test_id("connection-words")
        expect(page.get_by_test_id("attention")).to_contain_text(
            f"{shift.conflicts} to decide", timeout=90_000
        )
        expect(words).not_to_contain_text("unsent", timeout=90_000)

        # None lost, none doubled, each in its order and at its time.
        with closing(house.client("9")) as hal:
            assert sent(house) == shift.operations - shift.conflicts
            after = {room: now(hal, before[room]) for room in cleaned}
            for room in cleaned:
                assert (room, done_to(hal, after[room], "Ana")) == (room, list(CLEAN_TAPS))
                assert [line["done"] for line in after[room]["checklist"]["items"]] == [True] * 3
                # Two steps from start to pause and three from resume to finish, by the tablet's own time.
                assert after[room]["worked_seconds"] >= 5.5 * ana.step_milliseconds / 1000
            began = datetime.fromisoformat(after[cleaned[0]]["started_at"])
            ended = datetime.fromisoformat(after[cleaned[-1]]["finished_at"])
            assert ended - began > timedelta(hours=1.5)
            assert ended < datetime.now(UTC)
            counts = hal.get("/api/stock/minibar/counts", params={"limit": 500}).json()["items"]
            assert sorted(count["place"] for count in counts) == cleaned
            found = hal.get("/api/lost-and-found", params={"limit": 200}).json()["items"]
            assert sorted(thing["what"] for thing in found) == sorted(
                f"Umbrella {n}" for n in range(shift.finds)
            )
            assert [len(thing["photos"]) for thing in found] == [1] * shift.finds
            assert house.rows("select count(*) from files") == [(shift.finds,)]
            texts = [text for (text,) in house.rows("select text from fault_reports order by id")]
            assert texts == [f"Tap {n} drips" for n in range(shift.faults)]

            decide(page, house, hal, [before[room] for room in contested])


KEPT = """async () => {
  const names = await new Promise((resolve) => {
    const asked = indexedDB.open("innkeeper");
    asked.onsuccess = () => {
      const keys = asked.result.transaction("snapshots").objectStore("snapshots").getAllKeys();
      keys.onsuccess = () => resolve(keys.result);
    };
  });
  return names.map((name) => name.split(" ")[1].replace(/^tasks-.*/, "tasks"));
}"""


def sent(house: TlsHouse) -> int:
    """How many of Ana's operations the service has committed."""
    kept = "select count(*) from idempotency_keys where actor_id = ?"
    return int(house.rows(kept, house.staff_id("31"))[0][0])


def decide(page: Page, house: TlsHouse, supervisor: httpx.Client, contested: list[dict[str, Any]]) -> None:
    """Both sides are shown, and the person decides; nothing goes by itself."""
    page.get_by_test_id("connection").click()
    conflicts = page.get_by_test_id("conflict")
    expect(conflicts).to_have_count(len(contested))
    for n, task in enumerate(contested):
        expect(conflicts.nth(n)).to_contain_text(f"{task['room']}: ")
        theirs = conflicts.nth(n).get_by_test_id("theirs")
        expect(theirs).to_contain_text("Rosa")
        expect(theirs).to_contain_text(["under way", "cancelled"][n % 2])
    # The first room: it is hers again, what she wanted is possible, and she wants it still.
    first, second = contested[:2]
    act(supervisor, first, "correct", to_state="planned", reason="it was not me")
    supervisor.patch(
        f"/api/tasks/{first['id']}",
        json={"attendant_id": house.staff_id("31")},
        headers={"If-Match": f'"{now(supervisor, first)["version"]}"'},
    ).raise_for_status()
    conflicts.first.get_by_test_id("redo").click()
    expect(conflicts).to_have_count(len(contested) - 1)
    wait_until(lambda: now(supervisor, first)["state"] == "not_serviced")
    assert done_to(supervisor, first, "Ana") == ["not_serviced"]
    # The second: she gives hers up.
    conflicts.first.get_by_test_id("drop-mine").click()
    expect(conflicts).to_have_count(len(contested) - 2)
    assert now(supervisor, second)["state"] == "cancelled"
    assert done_to(supervisor, second, "Ana") == []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsHouse]:
    with tls_house(tmp_path_factory.mktemp("tls-house"), 3) as made:
        yield made


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
            sign_in(page, "31")
            page.goto("/housekeeping/mine")
            page.get_by_test_id("task-101").get_by_test_id("start").wait_for()
            steps = house.rows("select count(*) from housekeeping_task_steps")
            context.set_offline(True)
            expect(page.get_by_test_id("connection-words")).to_contain_text("offline")
            page.evaluate(TAP, [[in_task("101", button("start"))], 1])
            house.leave("31")
            context.set_offline(False)
            wait_until(lambda: house.rows("select count(*) from late_operations")[0][0] == 1, seconds=20)
            # Whose sign-in has ended is not shown anything any more.
            expect(page.get_by_test_id("lock")).to_be_visible(timeout=15_000)

        late = board.get_by_test_id("late-operation")
        expect(late).to_contain_text("101: Start")
        expect(late).to_contain_text("Ana")
        assert house.rows("select count(*) from housekeeping_task_steps") == steps
        late.get_by_test_id("late-accept").click()
        expect(late).to_have_count(0)
        with closing(house.client("9")) as hal:
            assert done_to(hal, tasks_by_room(hal)["101"], "Rosa (Ana)") == ["start"]
