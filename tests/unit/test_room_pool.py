"""What a house's rooms have taught is told to those of which little is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from controller.room_beliefs import DEVIATIONS, FIRST_PARAMETER, HEATING, RoomStates, start_from_prior
from controller.room_pool import pooled

USUAL = float(start_from_prior(np.array([32.0])).parameters().heating_watts_at_7[0])
TRUE = 1.5


def house(known: int, unknown: int) -> RoomStates:
    """Rooms whose heaters are half as strong again: some were learned from, of others nothing is known."""
    states = start_from_prior(np.full(known + unknown, 32.0))
    mean, covariance = states.mean.copy(), states.covariance.copy()
    mean[:known, HEATING] = 0.9 * np.log(TRUE)
    covariance[:known, HEATING, HEATING] = 0.1 * DEVIATIONS[HEATING - FIRST_PARAMETER] ** 2
    return replace(states, mean=mean, covariance=covariance, heard=np.ones(known + unknown, dtype=bool))


def test_an_unknown_room_becomes_like_its_house_and_a_known_one_stays_what_it_is() -> None:
    before = house(12, 3)
    after = pooled(before)
    for _ in range(4):
        after = pooled(after)
    heaters = after.parameters().heating_watts_at_7
    assert heaters[12:] == pytest.approx(USUAL * TRUE, rel=0.06)
    assert heaters[:12] == pytest.approx(before.parameters().heating_watts_at_7[:12], rel=0.06)
    assert after.covariance is before.covariance, "others' rooms make nobody surer of this one"
    again = pooled(after).parameters().heating_watts_at_7
    assert again == pytest.approx(heaters, rel=0.01), "asked again it does not wander off"


def test_nobody_is_drawn_anywhere_while_nothing_is_known() -> None:
    before = house(0, 4)
    assert pooled(before).parameters().heating_watts_at_7 == pytest.approx(USUAL)
    alone = house(1, 0)
    assert pooled(alone) is alone


def test_one_room_is_no_house() -> None:
    heaters = pooled(house(1, 5)).parameters().heating_watts_at_7
    assert USUAL < heaters[5] < USUAL * 1.25
