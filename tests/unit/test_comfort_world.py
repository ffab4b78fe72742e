"""The comfort bench's own world: guests as promised, no luck of one policy, a foresight nobody beats."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.comfort_baselines import AlwaysOn, FixedLead, FullPower, OptimalStart
from benchmarks.comfort_factors import DAY, HOUR, MINUTE, EtaKind, factors
from benchmarks.comfort_foresight import Foresight
from benchmarks.comfort_houses import Houses, Scene
from benchmarks.comfort_stays import Stay, stays_of, told_etas
from benchmarks.comfort_world import Block, World
from simulators.physics import Rooms

SEED = 11


@cache
def stays() -> list[Stay]:
    return [stay for room in range(300) for stay in stays_of(SEED, room, 30, 0.7) if stay.day >= 0]


def errors_minutes(kind: EtaKind, before_minutes: float) -> list[float]:
    """What the newest word was off by, this long before each arrival."""
    found = []
    for stay in stays():
        if stay.walk_in or stay.no_show:
            continue
        heard = [
            told for told in told_etas(stay, kind, SEED) if told.at <= stay.arrives - before_minutes * MINUTE
        ]
        found.append((heard[-1].eta - stay.arrives) / MINUTE)
    return found


def test_two_of_three_rooms_are_sold_and_a_few_do_not_come() -> None:
    # From the tenth night on, when those who were in the house at the beginning have left.
    nights = [
        night
        for stay in stays()
        for night in range(stay.day, int(stay.leaves // DAY))
        if not stay.no_show and 10 <= night < 30
    ]
    assert len(nights) / (300 * 20) == pytest.approx(0.7, abs=0.04)
    share = len(stays())
    assert sum(stay.no_show for stay in stays()) / share == pytest.approx(0.03, abs=0.01)
    early = sum(stay.arrives % DAY < 13 * HOUR for stay in stays()) / share
    assert early == pytest.approx(factors()["bookings"]["early"], abs=0.02)


def test_nobody_comes_before_the_guest_before_has_left() -> None:
    for room in range(40):
        own = [stay for stay in stays_of(SEED, room, 30, 0.75) if not stay.no_show]
        for before, after in pairwise(own):
            assert after.arrives >= before.leaves + 74 * MINUTE


@pytest.mark.parametrize(
    ("kind", "before_minutes", "deviation"),
    [("exact", 300, 0.0), ("static", 300, 30.0), ("static", 5, 30.0), ("live", 180, 45.0), ("live", 15, 8.0)],
)
def test_etas_are_as_good_as_they_are_said_to_be(
    kind: EtaKind, before_minutes: float, deviation: float
) -> None:
    errors = errors_minutes(kind, before_minutes)
    assert np.std(errors) == pytest.approx(deviation, rel=0.1, abs=0.1)
    assert np.mean(errors) == pytest.approx(0.0, abs=3.0)


def test_who_does_not_come_says_nothing_on_the_way() -> None:
    missing = [stay for stay in stays() if stay.no_show]
    assert missing
    assert {len(told_etas(stay, "live", SEED)) for stay in missing} == {1}


@cache
def small_world(climate: str) -> World:
    """Six rooms for three days under every baseline; the last block is a copy of the second."""
    houses = Houses.draw(Scene(climate, (SEED,), 6, 3))
    blocks = [
        Block("full power", "exact", FullPower(), sees_truth=True),
        Block("fixed 2 h", "exact", FixedLead(120)),
        Block("fixed 1 h", "exact", FixedLead(60)),
        Block("optimal start", "live", OptimalStart()),
        Block("always on", "exact", AlwaysOn()),
        Block("fixed 2 h", "exact", FixedLead(120)),
    ]
    world = World(houses, blocks, Rooms)
    world.run()
    return world


@pytest.mark.parametrize("climate", ["hot_humid"])
def test_policies_that_decide_alike_fare_alike(climate: str) -> None:
    world = small_world(climate)
    assert len(world.doors) >= 4
    for door in world.doors:
        assert door.air_celsius[1] == door.air_celsius[-1]
    kwh = np.sum([vacancy.kwh for vacancy in world.vacancies], axis=0)
    assert kwh[1] == kwh[-1]
    assert kwh[2] < kwh[1] < kwh[4]
    assert world.timer_violations == 0


@pytest.mark.parametrize("climate", ["hot_humid", pytest.param("cold", marks=pytest.mark.slow)])
def test_foresight_is_not_beaten_by_anybody_who_keeps_the_band(climate: str) -> None:
    world = small_world(climate)
    cooling = world.scene.season == "cooling"
    foresight = Foresight(world.houses, world.history)
    reached = {(door.place, door.stay.id): door.air_celsius for door in world.doors}
    compared = 0
    for vacancy in world.vacancies:
        best = foresight.optimum(vacancy, 0.5)
        off = np.zeros(len(world.blocks))
        stay = vacancy.stay
        if stay is not None and not stay.walk_in:
            wish = stay.cooling_celsius if cooling else stay.heating_celsius
            off = (reached[vacancy.place, stay.id] - wish) * (1 if cooling else -1)
        for kwh in vacancy.kwh[off <= 0.5]:
            assert best.kwh <= 1.02 * kwh + 0.002
            compared += 1
    assert compared >= 20
