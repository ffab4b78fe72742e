"""Reliability and repair or replace: by hand-counted examples, and what few or no failures allow to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel.errors import Invalid
from maintenance.reliability import (
    CostFacts,
    Service,
    TicketFacts,
    between_failures,
    reliability,
    value_work,
)
from maintenance.replacement import (
    USUAL,
    AssetRecord,
    Reason,
    Terms,
    Verdict,
    check_terms,
    falls,
    replacements,
)
from maintenance.tickets import Impact, TicketState

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 11, tzinfo=UTC)  # 100 days
AC = Service("ac", START - timedelta(days=400))


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def fault(number: int, opened: float, ended: float | None, **more: object) -> TicketFacts:
    facts = TicketFacts(
        id=f"t{number}",
        number=number,
        asset_id="ac",
        state=TicketState.CLOSED if ended is not None else TicketState.IN_PROGRESS,
        impact=Impact.OUTAGE,
        opened_at=at(opened),
        started_at=at(opened) + timedelta(hours=2),
        ended_at=at(ended) if ended is not None else None,
        repaired=ended is not None,
    )
    return replace(facts, **more)  # type: ignore[arg-type]


def test_the_figures_of_an_asset_with_their_tickets() -> None:
    tickets = [
        fault(1, 10, 11),  # 24 h down, 22 h of work
        fault(2, 10.5, 12, impact=Impact.DEGRADED),  # works badly: not down
        fault(3, 50, 51, holds=((at(50.5), at(50.75)),)),  # 6 h on hold
        fault(4, 60, 61, state=TicketState.CANCELLED),
        fault(5, 61, 62, preventive=True),
        fault(6, 63, 64, false_alarm=True),
        fault(7, 70, 70.5, repaired=False),  # gone by itself
        fault(8, 99, None),
    ]
    costs = [
        CostFacts("t1", "ac", at(11), 12_000, 0, False),
        CostFacts("t1", "ac", at(11), 0, 90, False),
        CostFacts("t5", "ac", at(62), 3_000, 30, True),
        CostFacts("t1", "ac", at(-20), 99_000, 0, False),
    ]
    found = reliability([AC], tickets, costs, START, END)
    assert found.between.failures == ("t1", "t2", "t3", "t7", "t8")
    assert found.downtime_tickets == ("t1", "t3", "t7", "t8")
    assert found.downtime_hours == pytest.approx(24 + 24 + 12 + 24)
    assert found.between.operating_hours == pytest.approx(2400 - 84)
    assert found.between.hours == pytest.approx((2400 - 84) / 5)
    assert found.repair_hours.tickets == ("t1", "t2", "t3")
    assert found.repair_hours.value == pytest.approx((22 + 34 + 16) / 3)
    assert found.repair_hours.few
    assert (found.gone_by_itself, found.open) == (("t7",), ("t8",))
    assert (found.spent.cents, found.spent.preventive_cents, found.spent.unpriced_minutes) == (
        15_000,
        3_000,
        90,
    )
    assert found.spent.tickets == ("t1", "t5")


def test_overlapping_downtime_counts_once_and_only_in_service() -> None:
    tickets = [fault(1, 10, 12), fault(2, 11, 13), fault(3, 11.2, 11.5)]
    assert reliability([AC], tickets, [], START, END).downtime_hours == pytest.approx(72)
    new = Service("ac", at(11), at(12))
    assert reliability([new], tickets, [], START, END).downtime_hours == pytest.approx(24)


def test_without_a_failure_only_at_least_is_said() -> None:
    found = reliability([AC], [], [], START, END).between
    assert found.hours is None
    assert found.at_least_hours == pytest.approx(2400)
    # The rule of three's cousin: 90 % of two sides leaves T / 3.0 on the lower one.
    assert found.low_hours == pytest.approx(2400 / 2.9957, rel=1e-3)
    assert found.high_hours is None


def test_the_interval_is_that_of_the_tables() -> None:
    # χ²(0.95; 8) = 15.507 and χ²(0.05; 6) = 1.635 for three failures.
    found = between_failures(1000.0, ("a", "b", "c"))
    assert found.low_hours == pytest.approx(2000 / 15.507, rel=1e-3)
    assert found.high_hours == pytest.approx(2000 / 1.635, rel=1e-3)
    assert found.few


@given(st.floats(0.1, 1e6), st.integers(0, 40))
def test_the_mean_lies_in_its_interval(hours: float, failures: int) -> None:
    found = between_failures(hours, tuple(str(number) for number in range(failures)))
    assert found.low_hours is not None
    if failures == 0:
        assert found.hours is None
        return
    assert found.hours is not None
    assert found.high_hours is not None
    assert found.low_hours < found.hours < found.high_hours


def test_a_model_pools_its_assets() -> None:
    services = [AC, Service("b", at(50))]
    found = reliability(services, [fault(1, 10, 10.5), fault(2, 60, 60.5, asset_id="b")], [], START, END)
    assert found.assets == 2
    assert found.between.operating_hours == pytest.approx(2400 + 1200 - 24)
    assert reliability([AC], [fault(2, 60, 60.5, asset_id="b")], [], START, END).between.failures == ()


# -- repair or replace

TODAY = date(2026, 7, 14)
GOOD = AssetRecord(
    asset_id="a",
    model="Frost 9",
    price_cents=100_000,
    installed_on=date(2022, 7, 14),
    life_years=15,
    warranty_until=None,
    cost_cents=0,
    cost_tickets=(),
    failures=(),
    seen_years=1.0,
    by_quarter=(0, 0, 0, 0),
)


def test_the_arithmetic_can_be_done_again_by_hand() -> None:
    bad = replace(
        GOOD, asset_id="bad", cost_cents=30_000, failures=("t1", "t2", "t3"), cost_tickets=("t1", "t2", "t3")
    )
    first, second = replacements([GOOD, bad], TODAY)
    assert (first.asset_id, first.verdict, first.reasons) == ("bad", Verdict.REPLACE, (Reason.COSTS_MORE,))
    assert first.model_rate_a_year == pytest.approx(1.5)
    assert first.rate_a_year == pytest.approx((3 + 1.5) / 2)
    assert first.cents_a_failure == 10_000
    assert first.expected_cents == 22_500
    assert first.ratio == pytest.approx((30_000 + 22_500) / 100_000)
    assert (second.verdict, second.rate_a_year, second.cents_of_model) == (Verdict.KEEP, 0.75, True)


def test_what_is_missing_is_said_and_a_warranty_comes_first() -> None:
    costly = replace(GOOD, cost_cents=80_000, failures=("t1", "t2", "t3"))
    listed = replacements(
        [
            replace(costly, asset_id="claims", warranty_until=TODAY),
            replace(costly, asset_id="no price", price_cents=None),
            replace(costly, asset_id="over", warranty_until=date(2026, 7, 13)),
            replace(GOOD, asset_id="old", installed_on=date(2001, 1, 1), model=None),
            replace(GOOD, asset_id="fails", by_quarter=(0, 1, 2, 4), model=None),
        ],
        TODAY,
    )
    verdicts = {one.asset_id: one.verdict for one in listed}
    assert verdicts == {
        "claims": Verdict.CLAIM,
        "no price": Verdict.UNKNOWN,
        "over": Verdict.REPLACE,
        "old": Verdict.REPLACE,
        "fails": Verdict.REPLACE,
    }
    assert listed[0].asset_id == "over"
    assert next(one for one in listed if one.asset_id == "no price").ratio is None


def test_a_failure_on_the_first_day_makes_no_hundreds_a_year() -> None:
    (found,) = replacements([replace(GOOD, seen_years=0.001, failures=("t1",))], TODAY)
    assert found.model_rate_a_year == 1.0
    assert found.rate_a_year == pytest.approx(2.0, rel=0.01)


def test_falling_means_three_quarters_running() -> None:
    assert falls((0, 1, 2, 3))
    assert not falls((1, 2, 3))  # not seen for long enough
    assert not falls((0, 2, 2, 3))


def test_minutes_are_worth_what_an_hour_is_and_else_are_told() -> None:
    costs = [
        CostFacts("t1", "ac", at(11), 12_000, 0, False),
        CostFacts("t1", "ac", at(11), 0, 90, False),
        # Its price was entered: that counts.
        CostFacts("t1", "ac", at(11), 500, 30, False),
    ]

    def of(cents_an_hour: int | None) -> tuple[int, int, float, float]:
        spent = reliability([AC], [], value_work(costs, cents_an_hour), START, END).spent
        return spent.cents, spent.valued_cents, spent.valued_minutes, spent.unpriced_minutes

    assert of(None) == (12_500, 0, 0, 90)
    assert of(6_000) == (12_500 + 9_000, 9_000, 90, 0)


def test_the_limits_are_the_property_s() -> None:
    record = replace(GOOD, price_cents=100_000, cost_cents=20_000, cost_tickets=("t1",), failures=("t1",))
    record = replace(record, model=None, seen_years=1.0, warranty_until=None)
    (usual,) = replacements([record], TODAY)
    assert (usual.verdict, usual.ratio) == (Verdict.WATCH, 0.4)
    (strict,) = replacements([record], TODAY, {**USUAL, "share_of_price": 0.35})
    assert strict.verdict is Verdict.REPLACE
    assert not falls((0, 1, 0, 3), {**USUAL, "falling_periods": 2})
    assert falls((5, 1, 2, 3), {**USUAL, "falling_periods": 2})


@pytest.mark.parametrize(
    ("limits", "cents", "code"),
    [
        ({"share_of_price": 9.0}, None, "bad_limit"),
        ({"share_of_price": float("nan")}, None, "bad_limit"),
        ({"falling_periods": 2.5}, None, "bad_limit"),
        ({"watch_share_of_price": 0.6}, None, "watch_after_replace"),
        ({"luck": 1.0}, None, "unknown_limit"),
        ({}, 0, "bad_hour"),
        ({}, -5, "bad_hour"),
    ],
)
def test_terms_that_make_no_sense_are_refused(limits: dict[str, float], cents: int | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_terms(Terms({**USUAL, **limits}, cents))
    assert refused.value.code == code
    assert check_terms(Terms(USUAL, 6_000)) == Terms(USUAL, 6_000)
