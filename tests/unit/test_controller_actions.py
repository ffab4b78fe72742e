"""Compound actions without a house: what a selection becomes, and what each part does next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from controller.actions import SCENES, Candidate, Part, Seen, Step, Want, check_wants, expand, judge
from controller.dispatch import Dispatch, LiveCommand
from controller.policy import CommandPolicy
from controller.readings import CommandState
from hotel.errors import Invalid

NOON = datetime(2026, 7, 14, 12, tzinfo=UTC)
AC = Candidate("ac", "AC", "air_conditioner")
CEILING, BEDSIDE = Candidate("c", "Ceiling", "ceiling_light"), Candidate("b", "Bedside", "bedside_light")
COOL = (Want("air_conditioner", "setpoint_celsius", 22.0), Want("air_conditioner", "mode", "cool"))


def test_a_devices_steps_go_mode_first_however_they_were_said() -> None:
    [part] = expand(COOL, [("412", None, [AC, CEILING])])
    assert part.steps == (Step("mode", "cool"), Step("setpoint_celsius", 22.0))


def test_of_two_words_on_one_property_the_last_counts() -> None:
    wants = (
        Want("air_conditioner", "setpoint_celsius", 22.0),
        Want("air_conditioner", "setpoint_celsius", 23.0),
    )
    [part] = expand(wants, [("412", None, [AC])])
    assert part.steps == (Step("setpoint_celsius", 23.0),)


def test_light_means_every_lamp_and_a_room_without_says_so() -> None:
    parts = expand(SCENES["night"], [("412", "stay-1", [CEILING, BEDSIDE]), ("413", None, [AC])])
    assert [(part.room, part.device_id, part.state) for part in parts] == [
        ("412", "c", "waiting"),
        ("412", "b", "waiting"),
        ("412", None, "no_device"),
        ("413", None, "no_device"),
        ("413", None, "no_device"),
    ]
    assert parts[0].stay_id == "stay-1"
    assert [part.number for part in parts] == list(range(5))


def test_it_is_bounded() -> None:
    with pytest.raises(Invalid, match="at most 2000"):
        expand(COOL, [(str(n), None, [AC]) for n in range(2001)])
    assert len(expand(COOL, [(str(n), None, [AC]) for n in range(2000)])) == 2000
    with pytest.raises(Invalid):
        check_wants([])
    with pytest.raises(Invalid):
        check_wants([COOL[0]] * 11)


@pytest.mark.parametrize(
    "want",
    [Want("curtain", "action", "stop"), Want("other", "press", True), Want("do_not_disturb", "on", False)],
)
def test_what_is_no_lasting_state_is_nothing_for_many_rooms(want: Want) -> None:
    with pytest.raises(Invalid, match="many rooms"):
        check_wants([want])


def seen(command: CommandState, *so: bool | None, settled: bool = True, given_up: bool = False) -> Seen:
    return Seen(command, settled, given_up, so)


@pytest.mark.parametrize(
    ("at_step", "repaired", "what", "verdict", "state"),
    [
        (0, False, seen("queued", False, False), "wait", "under_way"),
        (0, False, seen("sent", False, False), "wait", "under_way"),
        (0, False, seen("confirmed", True, False), "next", "under_way"),
        # The end is looked at once more, a little later; a device that rewrote one step is told again, once.
        (1, False, seen("confirmed", True, True, settled=False), "wait", "under_way"),
        (1, False, seen("confirmed", True, True), "done", "done"),
        (1, False, seen("confirmed", None, None), "done", "done"),
        (1, False, seen("confirmed", False, True), "repair", "under_way"),
        (1, True, seen("confirmed", False, True), "over", "failed"),
        # A time-out is no end yet: the house asks again, until it gives up.
        (0, False, seen("timed_out", False, False), "wait", "under_way"),
        (0, False, seen("timed_out", False, False, given_up=True), "over", "failed"),
        (0, False, seen("rejected", False, False), "over", "refused"),
        (0, False, seen("superseded", False, False), "over", "superseded"),
        (0, False, seen("expired", False, False), "over", "expired"),
    ],
)
def test_what_comes_next(at_step: int, repaired: bool, what: Seen, verdict: str, state: str) -> None:
    steps = (Step("mode", "cool"), Step("setpoint_celsius", 22.0))
    part = Part(
        0, "412", "ac", "AC", "air_conditioner", steps, state="under_way", at=at_step, repaired=repaired
    )
    assert judge(part, what) == (verdict, state)


def start(number: int, *, automatic: bool = True, mode: str = "cool") -> LiveCommand:
    return LiveCommand(
        id=f"c{number}",
        room=str(number),
        device_id=f"ac{number}",
        entity_key=f"climate/{number}/ac",
        device_name="AC",
        property="mode",
        value=mode,
        state="queued",
        level="front_desk",
        cause="action",
        by="Mei",
        made_at=NOON,
        expires_at=NOON + timedelta(minutes=30),
        wall_expires_at=NOON + timedelta(minutes=30),
        expires_monotonic=1e9,
        saved=True,
        automatic=automatic,
    )


def test_the_load_of_the_house_never_jumps_when_everything_starts_at_once() -> None:
    """Transport seconds after an outage: so many starts at once, then so many a second; stops are free."""
    policy = CommandPolicy()
    dispatch = Dispatch(policy)
    for number in range(200):
        dispatch.add(start(number), NOON)
    for number in range(200, 230):
        dispatch.add(start(number, mode="off"), NOON)
    assert dispatch.start_seconds() == pytest.approx((201 - policy.most_starts_at_once) / 4)
    went: list[float] = []
    stops = 0
    for tick in range(600):
        monotonic = 1000 + tick / 10
        while (live := dispatch.next_to_send(NOON, monotonic, lambda _: True)) is not None:
            if live.value == "off":
                stops += 1
                assert tick == 0
            else:
                went.append(tick / 10)
    assert (len(went), stops) == (200, 30)
    for second in range(50):
        in_it = sum(second <= moment < second + 1 for moment in went)
        assert in_it <= policy.most_starts_at_once + 4
    assert went[-1] == pytest.approx(190 / 4, abs=1)


def test_somebody_at_the_desk_waits_for_no_queue() -> None:
    dispatch = Dispatch(CommandPolicy())
    for number in range(100):
        dispatch.add(start(number), NOON)
    while dispatch.next_to_send(NOON, 0.0, lambda _: True) is not None:
        pass
    tapped = start(500, automatic=False)
    dispatch.add(tapped, NOON, first=True)
    assert dispatch.next_to_send(NOON, 0.0, lambda _: True) is tapped
