"""The curve of a house's ramps: before any the model is believed, then what was seen."""

from __future__ import annotations

import numpy as np
import pytest

from controller.ramp_curve import LONGEST_MINUTES, REMEMBERED, SUMS, added, curve, no_later, seen


def a_house(took_of: str, ramps: int, noise: float = 0.15) -> np.ndarray:
    """Sums of one house whose ramps take this of what the model says; seed 4."""
    random = np.random.default_rng(4)
    sums = np.zeros((1, SUMS))
    for _ in range(ramps):
        way = random.uniform(0.6, 7.0)
        model = 12.0 * way
        truth = {"as said": model, "half": model / 2, "creeps": 3.0 + way**2}[took_of]
        took = truth * np.exp(random.normal(0.0, noise))
        sums = sums + seen(np.array([model]), np.array([way]), np.array([way]), np.array([took]))
    return sums


def told(sums: np.ndarray, way: float) -> tuple[float, float]:
    model = np.array([[12.0 * way]])
    ways = np.array([[way]])
    minutes, deviation = curve(sums, 0 * sums).told(model, ways, ways)
    return float(minutes[0, 0]), float(deviation[0, 0])


def test_before_any_ramp_the_model_is_believed_and_doubted() -> None:
    minutes, deviation = told(np.zeros((1, SUMS)), 3.0)
    assert minutes == pytest.approx(36.0)
    assert deviation > 0.5 * minutes


@pytest.mark.parametrize(
    ("house", "way", "truth"),
    [("as said", 4.0, 48.0), ("half", 4.0, 24.0), ("creeps", 1.0, 4.0), ("creeps", 6.0, 39.0)],
)
def test_a_house_is_foretold_by_its_ramps(house: str, way: float, truth: float) -> None:
    minutes, deviation = told(a_house(house, 40), way)
    assert minutes == pytest.approx(truth, rel=0.25)
    assert deviation < told(np.zeros((1, SUMS)), way)[1]


def test_a_noisy_house_is_surer_of_less() -> None:
    assert told(a_house("half", 40, 0.6), 3.0)[1] > 2 * told(a_house("half", 40, 0.1), 3.0)[1]


def test_what_never_arrives_by_the_model_is_believed_until_ramps_did() -> None:
    never, way = np.full((1, 1), np.inf), np.full((1, 1), 3.0)
    assert curve(np.zeros((1, SUMS)), np.zeros((1, SUMS))).told(never, way, way)[0][0, 0] == np.inf
    one = seen(np.array([np.inf]), np.array([3.0]), np.array([3.0]), np.array([25.0]))
    minutes, deviation = curve(20 * one, 0 * one).told(never, way, way)
    assert minutes[0, 0] == pytest.approx(25.0, rel=0.3)
    assert 0 < deviation[0, 0] < LONGEST_MINUTES


def test_a_room_that_is_there_is_ready() -> None:
    minutes, _ = curve(a_house("half", 5), np.zeros((1, SUMS))).told(
        np.zeros((1, 1)), np.full((1, 1), -0.2), np.ones((1, 1))
    )
    assert minutes[0, 0] == 0.0


def test_old_ramps_fade_as_new_ones_come() -> None:
    one = seen(np.array([20.0]), np.array([3.0]), np.ones(1), np.array([30.0]))
    sums = np.zeros((1, SUMS))
    for _ in range(300):
        sums = added(sums, one, np.ones(1))
    assert sums[0, -1] == pytest.approx(REMEMBERED, rel=0.01)
    np.testing.assert_array_equal(added(sums, one, np.zeros(1)), sums)


def test_a_ramp_that_was_broken_off_took_longer_than_was_seen_of_it() -> None:
    house, model, way = (
        curve(a_house("as said", 20), np.zeros((1, SUMS))),
        np.array([[36.0]]),
        np.array([[3.0]]),
    )
    early, late = (
        float(house.outlasting(model, way, way, np.full((1, 1), lasted))[0, 0]) for lasted in (5.0, 60.0)
    )
    assert early == pytest.approx(36.0, rel=0.15), "that it lasted five minutes tells nothing"
    assert 61.0 < late < 90.0


def test_a_room_that_is_slower_than_its_house_is_foretold_so() -> None:
    house, way = a_house("half", 40), np.array([[3.0]])
    one = seen(np.array([36.0]), way[0], way[0], np.array([30.0]))
    minutes = [curve(house, ramps * one).told(np.array([[36.0]]), way, way)[0][0, 0] for ramps in (0, 1, 5)]
    assert minutes[0] == pytest.approx(18.0, rel=0.1)
    assert minutes[0] < minutes[1] < minutes[2] < 30.0
    assert minutes[2] > 24.0


def test_who_starts_earlier_is_ready_no_later() -> None:
    told_minutes = np.array([[np.inf, 200.0, 20.0, 30.0], [0.0, 10.0, 10.0, 10.0]])
    doubt = np.array([[300.0, 150.0, 8.0, 8.0], [1.0, 3.0, 3.0, 3.0]])
    minutes, deviation = no_later(told_minutes, doubt, 5.0)
    assert minutes.tolist() == [[30.0, 25.0, 20.0, 30.0], [0.0, 10.0, 10.0, 10.0]]
    assert deviation.tolist() == [[8.0, 8.0, 8.0, 8.0], [1.0, 3.0, 3.0, 3.0]]
