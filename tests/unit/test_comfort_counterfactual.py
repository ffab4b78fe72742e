"""What an early start costs and a late one saves, by the room's own model; never without its doubt."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from controller.counterfactual import Stretch, doubts, savings
from controller.records import ArrivalRecord, Saving, figures, is_walk_in
from controller.room_beliefs import start_from_prior

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)


def stretch(hours: float = 8, begun_hours_before: float = 0.75) -> Stretch:
    frames = int(hours * 12)
    return Stretch(
        parameters=doubts(start_from_prior(np.array([32.0])), 0),
        outdoor_celsius=np.full(frames, 34.0),
        irradiance=np.zeros(frames),
        east=np.zeros(frames),
        target_celsius=24.0,
        heating=False,
        low_celsius=16.0,
        high_celsius=28.0,
        begun_frame=frames - int(begun_hours_before * 12),
        fixed_frame=frames - 24,
        efficiency=3.2,
    )


def test_always_on_costs_more_than_two_hours_and_both_more_than_ours() -> None:
    always_on, fixed = savings(stretch())
    assert always_on.watt_hours > fixed.watt_hours > 0
    assert 0 < fixed.deviation_watt_hours < 5 * fixed.watt_hours
    assert always_on.watt_hours < 8 * 2000, "no unit takes two kilowatts all day"


def test_who_did_as_the_rival_saved_nothing() -> None:
    same = replace(stretch(), begun_frame=72, fixed_frame=72)
    _, fixed = savings(same)
    assert fixed == Saving(0.0, 0.0)
    earlier = replace(stretch(), begun_frame=0)
    assert savings(earlier)[1].watt_hours < 0, "worse than the rival is said to be worse"


def test_a_longer_rest_saves_more() -> None:
    saved = [savings(stretch(hours))[0].watt_hours for hours in (4, 8, 16)]
    assert saved == sorted(saved)


def record(room: str, error: float | None, **more: object) -> ArrivalRecord:
    base = ArrivalRecord(
        stay_id=f"{room}-{error}",
        room=room,
        at=NOON,
        eta=NOON,
        eta_source="guest",
        wanted_celsius=24.0,
        temperature_celsius=None if error is None else 24.0 + error,
        predicted_ready_at=NOON,
        ready_at=None,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def test_the_figures_count_what_was_measured_and_say_how_many() -> None:
    promised = {
        "promised_ready_at": NOON,
        "promised_early": NOON - timedelta(minutes=5),
        "promised_late": NOON + timedelta(minutes=5),
    }
    told = figures(
        [
            record("1", 0.2, **promised, ready_at=NOON, always_on=Saving(900.0, 120.0)),
            record("1", -0.5, **promised, ready_at=NOON + timedelta(minutes=9)),
            record("2", 1.4, begun_code="due", begun_at=NOON),
            record("2", 2.2, begun_code="due", begun_at=NOON),
            record("3", None, always_on=Saving(-100.0, 80.0)),
            record("4", 9.0),
        ]
    )
    assert (told.arrivals, told.measured, told.met) == (6, 5, 2)
    assert (told.promises, told.covered) == (2, 1)
    assert sum(one.arrivals for one in told.histogram) == 5
    assert told.histogram[-1].arrivals == 1
    assert told.mean_absolute_error_kelvin == pytest.approx((0.2 + 0.5 + 1.4 + 2.2 + 9.0) / 5)
    assert told.always_on is not None
    assert (told.always_on.watt_hours, told.always_on.deviation_watt_hours) == (800.0, 200.0)
    assert told.fixed is None, "no figure where nothing was compared"
    [weak] = told.weak_rooms
    assert (weak.room, weak.missed, weak.why) == ("2", 2, "no_time")


def test_walk_ins_count_apart_from_guests_whom_somebody_expected() -> None:
    told = figures(
        [
            record("1", 0.1, begun_at=NOON),
            record("2", 1.0),
            record("3", 2.1, walk_in=True),
            record("3", 0.2, walk_in=True),
            record("3", None),
        ]
    )
    assert (told.arrivals, told.walk_ins, told.walk_ins_met) == (5, 2, 1)
    assert (told.measured, told.unmeasured, told.met, told.unstarted) == (2, 1, 1, 2)
    assert sum(one.arrivals for one in told.histogram) == 2
    assert told.weak_rooms == []


@pytest.mark.parametrize(
    ("minutes", "is_one"), [(0, True), (30, True), (31, False), (600, False), (None, False)]
)
def test_a_walk_in_is_who_got_the_room_just_before(minutes: int | None, is_one: bool) -> None:
    known = None if minutes is None else NOON - timedelta(minutes=minutes)
    assert is_walk_in(known, NOON) is is_one


def test_no_arrivals_no_figures() -> None:
    told = figures([])
    assert (told.arrivals, told.mean_absolute_error_kelvin, told.weak_rooms) == (0, None, [])
