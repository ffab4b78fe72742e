"""ETAs and the business date, over changes of the clock too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.business_date import audit_at, business_date_at, next_audit
from frontdesk.eta import (
    DeskTimes,
    EtaSource,
    check_eta,
    check_etd,
    eta_range,
    expected_arrival,
    expected_departure,
    local_moment,
    moved_with_date,
)
from hotel.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
DAY = date(2026, 7, 14)
NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)  # in Shanghai


def test_without_a_word_the_usual_times_count() -> None:
    times = DeskTimes()
    assert expected_arrival(None, DAY, False, SHANGHAI, times) == datetime(2026, 7, 14, 7, tzinfo=UTC)
    assert expected_arrival(None, DAY, True, SHANGHAI, times) == datetime(2026, 7, 14, 2, tzinfo=UTC)
    assert expected_departure(None, DAY, False, SHANGHAI, times) == datetime(2026, 7, 14, 3, tzinfo=UTC)
    assert expected_departure(None, DAY, True, SHANGHAI, times) == datetime(2026, 7, 14, 10, tzinfo=UTC)
    assert expected_arrival(NOON, DAY, False, SHANGHAI, times) == NOON


def test_an_eta_ten_minutes_ago_is_still_a_guest_on_the_way() -> None:
    check_eta(NOON - timedelta(minutes=10), DAY, NOON, SHANGHAI)
    with pytest.raises(Invalid) as refusal:
        check_eta(NOON - timedelta(minutes=11), DAY, NOON, SHANGHAI)
    assert refusal.value.code == "eta_in_past"
    assert refusal.value.values["allowed_from"] == (NOON - timedelta(minutes=10)).isoformat()


@pytest.mark.parametrize(("days", "fine"), [(0, True), (1, True), (2, False), (-1, False)])
def test_an_eta_lies_on_the_arrival_date_or_a_day_beside_it(days: int, fine: bool) -> None:
    eta = NOON + timedelta(hours=3, days=days)
    if fine:
        check_eta(eta, DAY, NOON, SHANGHAI)
        check_eta(eta, DAY + timedelta(days=1), NOON, SHANGHAI)
        return
    with pytest.raises(Invalid) as refusal:
        check_eta(eta, DAY, NOON, SHANGHAI)
    assert refusal.value.code == ("eta_off_arrival_date" if days > 0 else "eta_in_past")
    assert {"allowed_from", "allowed_until"} <= refusal.value.values.keys()


def test_an_etd_lies_on_the_departure_date_or_the_day_after() -> None:
    check_etd(local_moment(DAY, time(23), SHANGHAI), DAY, SHANGHAI)
    check_etd(local_moment(DAY + timedelta(days=1), time(1), SHANGHAI), DAY, SHANGHAI)
    for off in (-1, 2):
        with pytest.raises(Invalid, match="not on the departure date"):
            check_etd(local_moment(DAY + timedelta(days=off), time(11), SHANGHAI), DAY, SHANGHAI)


def test_an_eta_moves_with_its_date_and_keeps_its_local_time() -> None:
    said = local_moment(date(2026, 10, 24), time(18, 30), BERLIN)
    moved = moved_with_date(said, date(2026, 10, 24), date(2026, 10, 26), BERLIN)
    assert moved.astimezone(BERLIN).time() == time(18, 30)
    assert moved - said == timedelta(hours=49)


def test_a_time_said_by_the_taxi_is_surer_than_one_nobody_said() -> None:
    sure = eta_range(NOON, EtaSource.LIVE)
    unsure = eta_range(NOON, EtaSource.DEFAULT)
    assert unsure[0] < sure[0] < NOON < sure[1] < unsure[1]


def test_the_next_audit_is_tonight_or_tomorrow_night() -> None:
    before = datetime(2026, 7, 14, 3, 59, tzinfo=SHANGHAI)
    assert next_audit(before, SHANGHAI, 4) == datetime(2026, 7, 14, 4, tzinfo=SHANGHAI)
    at = datetime(2026, 7, 14, 4, tzinfo=SHANGHAI)
    assert next_audit(at, SHANGHAI, 4) == datetime(2026, 7, 15, 4, tzinfo=SHANGHAI)


def test_the_business_date_is_yesterdays_until_the_audit() -> None:
    assert business_date_at(datetime(2026, 7, 14, 3, 59, tzinfo=SHANGHAI), SHANGHAI, 4) == date(2026, 7, 13)
    assert business_date_at(datetime(2026, 7, 14, 4, 0, tzinfo=SHANGHAI), SHANGHAI, 4) == DAY


def test_audits_are_23_and_25_hours_apart_when_the_clocks_change() -> None:
    spring = audit_at(date(2026, 3, 29), BERLIN, 4) - audit_at(date(2026, 3, 28), BERLIN, 4)
    autumn = audit_at(date(2026, 10, 25), BERLIN, 4) - audit_at(date(2026, 10, 24), BERLIN, 4)
    assert (spring, autumn) == (timedelta(hours=23), timedelta(hours=25))


def test_an_audit_hour_that_is_skipped_happens_when_the_gap_ends() -> None:
    # New York jumps from 02:00 to 03:00 on 8 March 2026.
    moment = audit_at(date(2026, 3, 8), NEW_YORK, 2)
    assert moment == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert business_date_at(moment - timedelta(seconds=1), NEW_YORK, 2) == date(2026, 3, 7)
    assert business_date_at(moment, NEW_YORK, 2) == date(2026, 3, 8)


def test_an_audit_hour_that_comes_twice_counts_once() -> None:
    # New York goes back from 02:00 to 01:00 on 1 November 2026.
    first = audit_at(date(2026, 11, 1), NEW_YORK, 1)
    assert first == datetime(2026, 11, 1, 5, tzinfo=UTC)
    again = first + timedelta(hours=1)
    assert business_date_at(again, NEW_YORK, 1) == date(2026, 11, 1)
    assert next_audit(again, NEW_YORK, 1) == datetime(2026, 11, 2, 6, tzinfo=UTC)


@given(
    st.integers(0, 3 * 366 * 24 * 60).map(lambda m: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
    st.integers(0, 23),
)
def test_the_date_changes_at_the_next_audit_and_never_before(now: datetime, name: str, hour: int) -> None:
    zone = ZoneInfo(name)
    following = next_audit(now, zone, hour)
    today = business_date_at(now, zone, hour)
    assert now < following <= now + timedelta(hours=26)
    assert business_date_at(following - timedelta(seconds=1), zone, hour) == today
    assert business_date_at(following, zone, hour) == today + timedelta(days=1)
