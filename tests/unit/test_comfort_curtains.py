"""Curtains of empty rooms: by the sun that comes, seldom, and in the right season."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from controller.comfort import Season
from controller.counterfactual import Stretch, doubts, savings
from controller.curtains import Shade, SunAhead, shaded
from controller.policy import ClimatePolicy
from controller.room_beliefs import start_from_prior

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
POLICY = ClimatePolicy()


def wished(
    season: Season, irradiance: float, watts: float | None = None, celsius: float | None = 24.0
) -> tuple[float, str] | None:
    wanted = 24.0 if season == "cooling" else 21.0
    found = shaded(None, season, SunAhead(irradiance, watts), celsius, wanted, NOON, POLICY)
    return None if found is None else (found.open_percent, found.code)


@pytest.mark.parametrize(
    ("season", "irradiance", "watts", "celsius", "told"),
    [
        ("cooling", 700.0, None, 26.0, (0.0, "keep_sun_out")),
        ("cooling", 700.0, 400.0, 26.0, (0.0, "keep_sun_out")),
        ("cooling", 700.0, 10.0, 26.0, None),  # its window looks north
        ("cooling", 0.0, None, 26.0, None),  # at night they stay as they are
        ("heating", 500.0, None, 18.0, (100.0, "let_sun_in")),
        ("heating", 500.0, 300.0, 23.0, (0.0, "keep_sun_out")),  # warmer than anybody wants
        ("heating", 20.0, None, 18.0, None),
        ("heating", 500.0, None, None, (100.0, "let_sun_in")),
    ],
)
def test_the_sun_decides(
    season: Season, irradiance: float, watts: float | None, celsius: float | None, told: object
) -> None:
    assert wished(season, irradiance, watts, celsius) == told


def test_a_house_that_leaves_curtains_alone_has_no_wish() -> None:
    policy = replace(POLICY, vacant_curtain_percent=None)
    assert shaded(None, "cooling", SunAhead(800, None), 26.0, 24.0, NOON, policy) is None


def test_clouds_do_not_make_a_curtain_dance() -> None:
    """A day of sun and clouds each ten minutes: it moves once in the hour at most."""
    shade: Shade | None = None
    moves: list[datetime] = []
    for minute in range(0, 600, 5):
        now = NOON + timedelta(minutes=minute)
        sun = SunAhead(700.0 if (minute // 10) % 2 else 20.0, None)
        after = shaded(shade, "cooling", sun, 26.0, 24.0, now, POLICY)
        if (after is None) != (shade is None):
            moves.append(now)
        shade = after
    shut = moves[::2]
    assert 5 <= len(shut) <= 10
    assert all(late - early >= timedelta(hours=1) for early, late in pairwise(shut))


def stretch(**more: object) -> Stretch:
    frames = 96
    base = Stretch(
        parameters=doubts(start_from_prior(np.array([32.0])), 0),
        outdoor_celsius=np.full(frames, 34.0),
        irradiance=np.full(frames, 600.0),
        east=np.zeros(frames),
        target_celsius=24.0,
        heating=False,
        low_celsius=16.0,
        high_celsius=28.0,
        begun_frame=frames - 36,
        fixed_frame=frames - 24,
        efficiency=3.2,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def test_the_counterfactuals_know_the_curtains() -> None:
    """Behind shut curtains less is to be saved: always on takes less there too."""
    bright, _ = savings(stretch())
    dark, _ = savings(stretch(curtain_closed=np.ones(96)))
    assert 0 < dark.watt_hours < bright.watt_hours


def test_a_room_that_was_held_off_its_target_took_less_than_one_that_was_not() -> None:
    _, straight = savings(stretch())
    _, held = savings(stretch(finish_frame=90, hold_kelvin=1.5))
    assert held.watt_hours > straight.watt_hours
    _, never = savings(stretch(finish_frame=10, hold_kelvin=1.5))
    assert never == straight, "a finish before the start is no stage"
