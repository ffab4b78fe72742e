"""Air conditioners that all want to start at once: how they take turns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from controller import starts
from controller.dispatch import Dispatch, LiveCommand
from controller.policy import CommandPolicy
from controller.readings import Level

NOON = datetime(2026, 7, 14, 4, 0, tzinfo=UTC)
POLICY = CommandPolicy(most_starts_at_once=3, starts_per_transport_second=0.5)


def command(number: int, level: Level = "energy_saving", **more: Any) -> LiveCommand:
    return LiveCommand(
        **{
            "id": f"c{number}",
            "room": "101",
            "device_id": f"ac{number}",
            "entity_key": f"climate/ac{number}",
            "device_name": "AC",
            "property": "mode",
            "value": "cool",
            "state": "queued",
            "level": level,
            "cause": "test",
            "by": "Innkeeper",
            "made_at": NOON,
            "expires_at": NOON,
            "wall_expires_at": NOON,
            "expires_monotonic": 1e9,
            "saved": True,
            **more,
        }
    )


def sent(dispatch: Dispatch, monotonic: float) -> list[str]:
    """What goes out at this second."""
    gone: list[str] = []
    while live := dispatch.next_to_send(NOON, monotonic, lambda live: True):
        gone.append(live.id)
    return gone


def test_a_few_start_together_and_the_others_one_by_one() -> None:
    dispatch = Dispatch(POLICY)
    for number in range(6):
        dispatch.add(command(number), NOON)
    assert sent(dispatch, 1_000) == ["c0", "c1", "c2"]
    assert sent(dispatch, 1_001) == []
    assert sent(dispatch, 1_002) == ["c3"]
    assert sent(dispatch, 1_004) == ["c4"]
    assert sent(dispatch, 2_000) == ["c5"]


def test_guests_come_first_and_what_starts_nothing_does_not_wait() -> None:
    dispatch = Dispatch(POLICY)
    for number in range(3):
        dispatch.add(command(number), NOON)
    assert len(sent(dispatch, 0)) == 3
    dispatch.add(command(3, "energy_saving"), NOON)
    dispatch.add(command(4, "arrival_plan"), NOON)
    dispatch.add(command(5, "guest"), NOON)
    dispatch.add(command(6, value="off"), NOON)
    dispatch.add(command(7, property="setpoint_celsius", value=24.0), NOON)
    dispatch.add(command(8, automatic=False), NOON)
    assert sent(dispatch, 0) == ["c6", "c7", "c8"]
    assert [sent(dispatch, second) for second in (2, 4, 6)] == [["c5"], ["c4"], ["c3"]]


def test_who_cannot_go_holds_up_nobody() -> None:
    dispatch = Dispatch(POLICY)
    dispatch.add(command(0, "guest"), NOON)
    dispatch.add(command(1), NOON)
    live = dispatch.next_to_send(NOON, 0, lambda live: live.id != "c0")
    assert live is not None
    assert live.id == "c1"


def test_the_wait_for_a_turn_is_known_beforehand() -> None:
    dispatch = Dispatch(POLICY)
    waits = []
    for number in range(6):
        waits.append(dispatch.start_seconds())
        dispatch.add(command(number), NOON)
    dispatch.add(command(9, value="off"), NOON)
    assert waits == [0, 0, 0, 2, 4, 6]
    assert dispatch.start_seconds() == 8


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.integers(1, 9), st.floats(0.1, 20))
def test_no_window_has_more_starts_than_allowed(pauses: list[float], at_once: int, per_second: float) -> None:
    policy = CommandPolicy(most_starts_at_once=at_once, starts_per_transport_second=per_second)
    state, now, begun = starts.unused(policy), 0.0, []
    for pause in pauses:
        now += pause
        state = starts.refilled(state, now, policy)
        while state.left >= 1:
            state = starts.taken(state)
            begun.append(now)
    for first, at in enumerate(begun):
        for last in range(first, len(begun)):
            assert last - first + 1 <= at_once + (begun[last] - at) * per_second + 1e-6
