"""Arrivals through the controller: signs, records, what is learned of guests; restarts, jumps, odd nights."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from controller.core import Core
from controller.eta import EtaErrors, HouseHabit
from controller.nightly_comparison import NightlyComparison
from controller.plans import LivePlan
from gateway.workers import AtOnce
from hotel.clock import ManualClock
from hotel.database import Database
from hotel.errors import Invalid, NotFound
from hotel.messages import AvailabilityChanged, StayChanged, TaskChanged
from tests.comfort_outlooks import ahead
from tests.controller_world import DESK, House

AC = "climate/r412/ac"


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    return House(database, clock)


def core_of(house: House) -> Core:
    """The memory behind the service."""
    core: Core = house.service.sign.__self__._core  # type: ignore[attr-defined]
    return core


def seen(house: House, celsius: float, room: str = "412") -> None:
    house.says(f"sensor/r{room}/temperature", value=celsius)
    house.says(f"climate/r{room}/ac", current_celsius=celsius)


def foresee(house: House, celsius: float) -> None:
    """The room's model says what `comfort_outlooks` says."""
    room = core_of(house).register.rooms["412"]
    room.outlook = ahead(house.now(), celsius)
    room.outlook_wish = core_of(house).house.outlooks.wish(room, "cooling", 24.0, house.now())


def cool(house: House, start: float, to: float, minutes_a_kelvin: float = 8.0) -> None:
    celsius = start
    while celsius > to:
        celsius = max(to, round(celsius - 0.25, 2))
        seen(house, celsius)
        house.wait(minutes=minutes_a_kelvin / 4, step=30)


def give_sign(house: House, stay_id: str = "stay-1", **more: Any) -> None:
    with house.database.write() as tx:
        house.service.sign(tx, DESK, stay_id, more.get("kind", "transfer"), more.get("eta"))
    house.service.pump()


def test_an_arrival_leaves_a_record_of_what_was_promised_and_found(house: House) -> None:
    house.expect("412", in_minutes=120, eta_source="live", celsius=24.0)
    house.says("sensor/r412/power", value=0.0)
    while True:
        plan = house.service.plan("412")
        assert plan is not None
        if plan.state == "running":
            break
        house.wait(minutes=1, step=30)
    begun_at = house.now()
    cool(house, 27.0, 24.0)
    ready = house.service.plan("412")
    assert ready is not None
    assert ready.state == "ready"
    house.check_in()
    house.walk_in("412")
    house.wait(10)
    [record] = house.service.arrival_records(house.now() - timedelta(hours=4), house.now())
    assert record.is_met
    assert record.begun_at is not None
    assert abs(record.begun_at - begun_at) <= timedelta(minutes=2)
    assert record.promised_early is not None
    assert record.promised_late is not None
    assert record.promised_early < record.promised_late
    assert record.ready_at is not None
    assert record.begun_reason is not None
    assert record.begun_reason.startswith("Started ")
    figures = house.service.comfort_figures(house.now() - timedelta(hours=4), house.now())
    assert (figures.arrivals, figures.measured, figures.met, figures.promises) == (1, 1, 1, 1)
    assert sum(one.arrivals for one in figures.histogram) == 1
    assert figures.always_on is None, "nothing was compared yet: no figure"


class Weather:
    """A hot day, recorded every five minutes."""

    def series(
        self, room: str | None, properties: Any, start: datetime, end: datetime, most_points: int
    ) -> dict[str, list[tuple[datetime, float | None]]]:
        frames = int((end - start).total_seconds() // 300) + 1
        moments = [start + timedelta(seconds=300 * index) for index in range(frames)]
        return {name: [(at, 34.0 if "outdoor" in name else 0.0) for at in moments] for name in properties}


def test_at_night_an_arrival_is_compared_with_what_would_have_been(house: House) -> None:
    house.wait(minutes=120, step=60)
    house.expect("412", in_minutes=90, eta_source="live", celsius=24.0)
    house.wait(minutes=60, step=30)
    cool(house, 27.0, 24.0)
    house.check_in()
    house.walk_in("412")
    house.wait(10)
    core = core_of(house)
    models = house.service.tick.__self__._models  # type: ignore[attr-defined]
    compare = NightlyComparison(core, models, Weather(), AtOnce())
    start = house.now() - timedelta(hours=6)
    assert compare.beat() == 0, "only at night"
    while not 1 <= house.now().astimezone(ZoneInfo("Asia/Shanghai")).hour < 6:
        house.clock.advance(1800)
    assert compare.beat() == 1
    assert compare.beat() == 0, "once"
    [record] = house.service.arrival_records(start, house.now())
    assert record.always_on is not None
    assert record.always_on.deviation_watt_hours > 0
    told = house.service.comfort_figures(start, house.now())
    assert told.always_on is not None
    assert told.always_on.arrivals == 1


def test_a_room_that_was_not_ready_gets_its_true_time_later(house: House) -> None:
    house.expect("412", in_minutes=20)
    house.wait(minutes=5)
    cool(house, 27.0, 26.0)
    house.check_in()
    house.walk_in("412")
    house.wait(10)
    start = house.now() - timedelta(hours=4)
    [late] = house.service.arrival_records(start, house.now())
    assert late.ready_at is None
    assert late.is_met is False
    assert late.error_kelvin == pytest.approx(2.0)
    cool(house, 26.0, 24.0)
    house.wait(minutes=1)
    [late] = house.service.arrival_records(start, house.now())
    assert late.ready_at is not None
    assert late.ready_at > late.at


def test_what_guests_teach_survives_a_kill(house: House) -> None:
    house.expect("412", in_minutes=60, eta_source="pms")
    house.wait(minutes=58, step=60)
    house.check_in()
    house.walk_in("412")
    house.service.pump()
    core = core_of(house)
    learned = core.house.errors
    assert learned != EtaErrors()
    assert core.house.habit != HouseHabit()
    house.end()
    house.expect("412", in_minutes=60, stay_id="stay-2")
    house.end("stay-2", change="no_show")
    house.service.handle(StayChanged("stay-2", "no_show", "no_show", 2, "412"))
    missed = core.house.habit.no_shows
    assert missed == 1.0, "told twice, missed once"
    house.service.pump()
    house.kill_and_restart()
    core = core_of(house)
    assert core.house.errors == learned
    assert core.house.habit.no_shows == missed
    assert [(one.booked, one.guests) for one in house.service.arrival_habits().items] == [(None, 1), ("", 1)]


def test_who_lived_here_before_teaches_nothing_of_arrivals(house: House) -> None:
    """A house that is told of its guests today learns nothing from the doors of those who came on Sunday."""
    house.expect("412", in_minutes=1, eta_source="default")
    stay = house.stays.stays["stay-1"]
    house.stays.stays["stay-1"] = replace(stay, usual_at=house.now() - timedelta(days=2))
    house.check_in()
    house.walk_in("412")
    house.service.pump()
    assert core_of(house).house.habit == HouseHabit()


def test_a_sign_finishes_a_room_that_waits_for_one_and_survives_a_kill(house: House) -> None:
    house.expect("412", in_minutes=240, eta_source="default")
    room = core_of(house).register.rooms["412"]

    def look() -> LivePlan:
        foresee(house, 28.0)
        seen(house, 28.0)
        house.wait(minutes=2, step=60)
        plan = core_of(house).register.rooms["412"].plan
        assert plan is not None
        return plan

    for _ in range(300):
        plan = look()
        if plan.state != "waiting":
            break
    assert plan.state == "holding"
    assert house.reported(AC, "setpoint_celsius") == 25.5
    assert room.climate.reason_code == "plan_holding"
    give_sign(house)
    house.wait(10)
    assert look().state == "running"
    assert house.reported(AC, "setpoint_celsius") == 24.0
    house.service.checkpoint()
    house.kill_and_restart()
    house.service.tick()
    after = core_of(house).register.rooms["412"]
    assert after.sign is not None
    assert after.sign.kind == "transfer"


def arrivals(house: House) -> int:
    return len(house.service.arrival_records(house.now() - timedelta(hours=4), house.now()))


def test_a_guest_whose_door_nobody_hears_is_known_by_moving(house: House) -> None:
    """The door's battery is flat: the room is theirs all the same, and so is their hand."""
    house.expect("412", in_minutes=30, eta_source="live")
    house.wait(minutes=30, step=60)
    house.check_in()
    house.wait(minutes=4, step=30)
    assert arrivals(house) == 0
    house.says("binary_sensor/r412/presence", on=True)
    house.wait(10)
    assert arrivals(house) == 1
    assert house.service.climates()["412"].phase == "occupied"
    house.wait(minutes=2)
    house.says(AC, setpoint_celsius=21.5)
    house.wait(10)
    events = house.service.room_events("412", house.now() - timedelta(minutes=1), house.now())
    assert [event.code for event in events if event.kind == "hand"] == ["hand.guest"]


def test_an_attendant_who_moves_at_check_in_is_no_guest(house: House) -> None:
    house.expect("412", in_minutes=30, eta_source="live")
    house.service.handle(TaskChanged("task-1", "start", "started", "412"))
    house.wait(minutes=20, step=60)
    house.check_in()
    house.says("binary_sensor/r412/presence", on=True)
    house.wait(10)
    assert arrivals(house) == 0
    house.says("binary_sensor/r412/presence", on=False)
    house.service.handle(TaskChanged("task-1", "finish", "finished", "412"))
    house.walk_in("412")
    house.wait(10)
    assert arrivals(house) == 1


def test_a_sign_of_nobody_or_of_next_week_is_refused(house: House) -> None:
    with pytest.raises(NotFound, match="Nobody with this stay"):
        give_sign(house, "stranger")
    house.expect("412", in_minutes=240)
    with pytest.raises(Invalid, match="next 12 hours"):
        give_sign(house, eta=house.now() + timedelta(days=7))


def test_who_waits_in_the_lobby_is_a_sign(house: House) -> None:
    house.expect("412", in_minutes=400, eta_source="booking")
    assert house.reported(AC, "mode") == "off"
    stay = house.stays.stays["stay-1"]
    house.stays.stays["stay-1"] = replace(stay, queue_since=house.now())
    house.service.handle(StayChanged("stay-1", "queued", "reserved", 2, "412", None))
    asked_at = house.clock.monotonic()
    house.wait(4)
    assert house.reported(AC, "mode") == "cool"
    assert house.clock.monotonic() - asked_at <= 5, "planned anew within five seconds"


def test_staff_and_closed_rooms_are_set_back_each_in_their_way(house: House) -> None:
    seen(house, 27.4)
    house.service.handle(TaskChanged("task-1", "start", "started", "412"))
    house.wait(30)
    assert house.service.climates()["412"].reason_code == "being_cleaned"
    assert house.reported(AC, "mode") == "cool"
    seen(house, 26.9)
    house.service.handle(TaskChanged("task-1", "finish", "finished", "412"))
    house.wait(minutes=4)
    assert house.reported(AC, "mode") == "off"
    seen(house, 29.0)
    house.service.handle(AvailabilityChanged("412", "out_of_order"))
    house.wait(minutes=4)
    assert house.service.climates()["412"].reason_code == "maintenance"
    assert house.reported(AC, "mode") == "off"
    house.service.checkpoint()
    house.kill_and_restart()
    house.service.tick()
    assert house.service.climates()["412"].reason_code == "maintenance"


# Recovery


def test_a_restart_in_the_middle_of_a_ramp_changes_nothing(house: House) -> None:
    house.expect("412", in_minutes=60)
    house.wait(minutes=5)
    cool(house, 27.0, 25.5)
    before = core_of(house).register.rooms["412"].plan
    assert before is not None
    assert before.state == "running"
    house.service.checkpoint()
    asked = len(house.wire.asked(AC, "mode"))
    house.kill_and_restart()
    house.wait(30)
    after = core_of(house).register.rooms["412"].plan
    assert after is not None
    assert after.state == "running"
    assert after.begun == before.begun, "what was promised at the start stays promised"
    assert len(house.wire.asked(AC, "mode")) == asked, "it runs already"
    cool(house, 25.5, 24.0)
    done = house.service.plan("412")
    assert done is not None
    assert done.state == "ready"


@pytest.mark.parametrize("minutes", [-45, 45])
def test_a_clock_that_jumps_leaves_a_sane_plan(house: House, minutes: int) -> None:
    house.expect("412", in_minutes=300, eta_source="live")
    house.wait(minutes=2)
    before = house.service.plan("412")
    assert before is not None
    assert before.state == "waiting"
    house.clock.jump(minutes * 60)
    house.wait(minutes=3)
    after = house.service.plan("412")
    assert after is not None
    assert after.state == "waiting"
    assert after.eta == before.eta
    assert abs(after.start_at - before.start_at) <= timedelta(minutes=20)
    room = core_of(house).register.rooms["412"]
    assert room.vacant_watt_hours is None or room.vacant_watt_hours >= 0


NIGHTS = [
    ("Europe/Berlin", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 14, 30, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2026, 2, 15, 1, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "night"), NIGHTS)
def test_the_night_of_the_clocks_change_moves_no_start(
    database: Database, zone: str, night: datetime
) -> None:
    """The lead is minutes that pass, whatever the clock on the wall does in between."""
    leads = []
    for at in (night - timedelta(days=3), night):
        clock = ManualClock(at)
        house = House(database, clock)
        house.settings = type(house.settings)(timezone=zone, auto_approve=True)
        house.service = house.make_service()
        house.equip("412")
        house.expect("412", in_minutes=200, eta_source="live")
        foresee(house, 27.5)
        core_of(house).register.dirty.add("412")
        house.service.pump()
        plan = house.service.plan("412")
        assert plan is not None
        assert plan.state == "waiting"
        leads.append((plan.eta - plan.start_at).total_seconds() / 60)
        shown = plan.start_at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
        assert shown in plan.reason
        house.end(change="cancelled")
        house.service.pump()
    assert leads[0] == pytest.approx(leads[1], abs=0.1)
