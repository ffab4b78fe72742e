"""The Comfort page: figures that open to the arrivals behind them, rooms that are weak and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from controller.store import ArrivalRow
from hotel.clock import SystemClock
from hotel.database import Database
from tests.browser.conftest import Seat
from tests.chromium import at_rest, serious_faults
from tests.tls_house import TlsHouse

pytestmark = [pytest.mark.chromium, pytest.mark.timeout(240)]

WANTED_CELSIUS = 22.0
# By room: how far its arrivals were off, one after the other, and what made the room doubtful.
ARRIVALS: dict[str, tuple[list[float | None], str | None]] = {
    "101": ([0.1, -0.2, 0.3], None),
    "102": ([1.4, 2.1, 0.2], "window_open"),
    "103": ([0.4, None], None),
}


@pytest.fixture(scope="module")
def lived(calm_house: TlsHouse) -> TlsHouse:
    """A house that has had guests."""
    database = Database(f"sqlite:///{calm_house.folder / 'innkeeper.db'}", SystemClock())
    with database.write() as tx:
        at = tx.clock.now() - timedelta(hours=30)
        for room, (errors, weak) in ARRIVALS.items():
            for number, error in enumerate(errors):
                at += timedelta(hours=1)
                tx.session.add(
                    ArrivalRow(
                        property_id=tx.property_id,
                        stay_id=f"stay-{room}-{number}",
                        room=room,
                        at=at,
                        eta=at,
                        eta_source="guest",
                        known_at=at - timedelta(hours=20),
                        ready_at=at - timedelta(minutes=6),
                        wanted_celsius=WANTED_CELSIUS,
                        temperature_celsius=None if error is None else WANTED_CELSIUS + error,
                        begun_at=at - timedelta(minutes=40),
                        begun_celsius=27.0,
                        promised_ready_at=at - timedelta(minutes=10),
                        promised_early=at - timedelta(minutes=20),
                        promised_late=at,
                        weak_reason=weak,
                        saved_fixed_watt_hours=800.0,
                        saved_fixed_deviation=150.0,
                        saved_always_on_watt_hours=3000.0,
                        saved_always_on_deviation=400.0,
                        compared_at=at,
                    )
                )
    database.close()
    return calm_house


def test_every_figure_opens_to_the_arrivals_behind_it(lived: TlsHouse, seat: Seat) -> None:
    page = seat("41")
    page.goto("/comfort")
    lines = page.get_by_test_id("comfort-arrivals").locator("tbody tr")
    expect(lines).to_have_count(8)
    # Five of seven that were measured.
    expect(page.get_by_test_id("comfort-met")).to_contain_text("71")
    expect(page.get_by_test_id("comfort-fixed")).to_contain_text("6.4")
    for figure, count in (("met", 5), ("missed", 2), ("unmeasured", 1)):
        page.get_by_test_id(f"comfort-{figure}").click()
        expect(lines).to_have_count(count)
    page.get_by_test_id("comfort-missed").click()
    expect(lines).to_have_count(2)
    # The address keeps what was chosen.
    page.reload()
    expect(lines).to_have_count(2)

    weak = page.get_by_role("row").filter(has_text="a window was open")
    expect(weak).to_contain_text("102")
    page.get_by_test_id("comfort-missed").click()
    expect(lines).to_have_count(8)
    weak.get_by_role("button", name="102").click()
    expect(lines).to_have_count(2)
    # And from the arrival to its room.
    lines.first.get_by_role("link", name="102").click()
    page.wait_for_url("**/rooms/102")


@pytest.mark.slow
@pytest.mark.parametrize("size", ["desk", "tablet"])
def test_axe_finds_nothing_serious_on_the_comfort_page(lived: TlsHouse, seat: Seat, size: str) -> None:
    found: dict[str, list[str]] = {}
    for language in ("en", "zh-CN"):
        for theme in ("light", "dark"):
            page = seat("41", size, language, theme)
            page.emulate_media(reduced_motion="reduce")
            for path in ("/comfort", "/comfort?figure=missed&room=102", "/comfort?days=30"):
                page.goto(path)
                page.get_by_test_id("comfort-arrivals").wait_for()
                at_rest(page)
                if faults := serious_faults(page):
                    found[f"{language}, {theme}: {path}"] = faults
            page.context.close()
    assert found == {}
