"""Each rule of diagnosis: the fault, a healthy device, one of which nothing is known, and its guards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maintenance.diagnosis import FAULT, HEALTHY, UNKNOWN
from maintenance.diagnosis_round import FUNCTIONS, due, evaluate
from maintenance.rules import RULES
from maintenance.samples import AUTO, COOL, HEAT, OFF
from tests.diagnosis_house import KINDS, Lived, pulled_down

NAN = float("nan")
Life = Callable[[Lived], Lived]

WARM: dict[str, Any] = {"air_celsius": 28.0, "unit_celsius": 28.0, "mode": COOL, "watts": 700.0, "running": 1}
DEAD: dict[str, Any] = {**WARM, "call_kelvin_per_hour": 5.0}


def rested(then: Life) -> Life:
    """An hour off at 28 °C, then something."""
    return lambda lived: then(lived.live(60, air_celsius=28.0, unit_celsius=28.0))


def ramps(lived: Lived, count: int, speed: float) -> Lived:
    """Days of one pull-down each, at a speed."""
    for _ in range(count):
        lived.live(60, every=10, air_celsius=28.0, unit_celsius=28.0)
        lived.live(30, pulled_down(28.0, speed, 24.0))
        lived.live(10, mode=OFF)
        # The rest of the day passes at once: a gap longer than what is bridged.
        lived.minute += 1440 - 100
    return lived


def stops(lived: Lived, times: int, back_kelvin: float, setpoint_celsius: float = 24.0, **off: Any) -> Lived:
    """So many times half an hour of work at 24 °C, and the air's way back when the unit is switched off."""
    for _ in range(times):
        held: dict[str, Any] = {**leaves(24.0, 0.0), "setpoint_celsius": setpoint_celsius}
        lived.live(35, **held, mode=COOL, watts=400.0, running=1)
        lived.live(45, lambda p: {**leaves(24.0, back_kelvin * min(1.0, (p + 1) / 30)), **off}, watts=3.0)
    return lived


def asked(device: str, **how: Any) -> Life:
    said: dict[str, Any] = {"asked": 1, "tries": 3, "value": 0.0, **how}
    devices: dict[str, Any] = {device: said}
    return lambda lived: lived.live(30).live(20, **devices)


def no_radio(lived: Lived) -> Lived:
    """Every try falls into a stretch in which nothing of the room is heard."""
    quiet = {kind: {"silent": True} for kind in KINDS}
    lamp = {"asked": 1, "value": 0.0}
    lived.live(35)
    for tries in (3, 5):
        deaf: dict[str, Any] = {**quiet, "ceiling_light": {**lamp, "tries": tries, "silent": True}}
        lived.live(14, **deaf)
        lived.live(10, ceiling_light={**lamp, "tries": tries})
    return lived


def leaves(celsius: float, by: float) -> dict[str, Any]:
    return {"air_celsius": celsius + by, "unit_celsius": celsius + by}


def batteries(levels: list[float]) -> Life:
    def life(lived: Lived) -> Lived:
        for level in levels:
            lived.live(1, room_temperature={"battery_percent": level})
            lived.minute += 1439
        return lived.live(1, room_temperature={"battery_percent": levels[-1]})

    return life


def cycling(period: int) -> Life:
    return lambda lived: lived.live(
        150, lambda passed: {**WARM, "watts": 700.0 if passed % period < period // 2 else 4.0}
    )


def wobble(passed: int) -> dict[str, Any]:
    return {"air_celsius": 24.0 + 0.1 * (passed // 10 % 2)}


def unit_moves(passed: int) -> dict[str, Any]:
    return {"air_celsius": 26.0, "unit_celsius": 26.0 - passed / 60.0}


CASES: dict[str, dict[str, tuple[Life, int]]] = {
    "no_capacity": {
        "fault": (rested(lambda it: it.live(40, **DEAD)), FAULT),
        "healthy": (
            rested(lambda it: it.live(40, pulled_down(28.0, 5.0, 24.0), call_kelvin_per_hour=5.0)),
            HEALTHY,
        ),
        "not called": (lambda it: it.live(90), UNKNOWN),
        "too early": (rested(lambda it: it.live(20, **DEAD)), UNKNOWN),
        "nothing known of what to expect": (rested(lambda it: it.live(40, **WARM)), FAULT),
        "guard: window open": (rested(lambda it: it.live(40, **DEAD, window_open=1)), UNKNOWN),
        "guard: window just shut": (
            rested(lambda it: it.live(40, **DEAD, window_open=1).live(29, **DEAD)),
            UNKNOWN,
        ),
        "a hand at the setpoint does not begin it anew": (
            rested(
                lambda it: it.live(20, **DEAD, setpoint_celsius=25.0).live(15, **DEAD, setpoint_celsius=26.0)
            ),
            FAULT,
        ),
        "in the middle of a call, at thrice the power that held it": (
            lambda it: it.live(90, **{**WARM, "watts": 230.0}, setpoint_celsius=28.0).live(25, **WARM),
            FAULT,
        ),
        "guard: in the middle of a call, at little more power": (
            lambda it: it.live(90, **{**WARM, "watts": 400.0}, setpoint_celsius=28.0).live(25, **WARM),
            UNKNOWN,
        ),
        "guard: turned from heating": (
            rested(lambda it: it.live(5, mode=HEAT, air_celsius=20.0, unit_celsius=20.0).live(40, **DEAD)),
            UNKNOWN,
        ),
        "guard: only the room's sensor stands still": (
            rested(lambda it: it.live(40, lambda p: {**DEAD, "unit_celsius": 28.0 - p / 12.0})),
            HEALTHY,
        ),
        "draws nothing: stuck off speaks": (
            rested(lambda it: it.live(40, **{**DEAD, "watts": 4.0})),
            UNKNOWN,
        ),
        "heats the same": (
            lambda it: it.live(60, air_celsius=16.0, unit_celsius=16.0).live(
                40, air_celsius=16.0, unit_celsius=16.0, mode=AUTO, watts=800.0, call_kelvin_per_hour=5.0
            ),
            FAULT,
        ),
    },
    "degraded_capacity": {
        "fault": (lambda it: ramps(ramps(it, 8, 5.0), 5, 3.4), FAULT),
        "healthy": (lambda it: ramps(it, 12, 5.0), HEALTHY),
        "too few ramps": (lambda it: ramps(it, 5, 5.0), UNKNOWN),
        "guard: a single slow one": (lambda it: ramps(ramps(ramps(it, 8, 5.0), 1, 3.4), 3, 5.0), HEALTHY),
    },
    "stuck_on": {
        "fault by its power": (lambda it: it.live(60, watts=400.0), FAULT),
        "healthy": (lambda it: it.live(60, watts=3.0), HEALTHY),
        "on": (lambda it: it.live(60, **WARM), UNKNOWN),
        "no meter, no model": (lambda it: it.live(60, watts=NAN), UNKNOWN),
        "guard: minimum on time": (lambda it: it.live(60, **WARM).live(15, watts=400.0), UNKNOWN),
        "leaking valve, against the model": (
            lambda it: it.live(
                60,
                lambda p: {"air_celsius": 26.0 - p / 40.0, "unit_celsius": 26.0 - p / 40.0},
                drift_kelvin_per_hour=0.5,
                drift_deviation=0.3,
            ),
            FAULT,
        ),
        "guard: only the room's sensor jumps": (
            lambda it: it.live(
                60,
                lambda p: {"air_celsius": 26.0 - p / 40.0},
                drift_kelvin_per_hour=0.5,
                drift_deviation=0.3,
                watts=NAN,
            ),
            UNKNOWN,
        ),
        "leaking valve, without any model": (
            lambda it: it.live(60, lambda p: leaves(26.0, -p / 40.0), watts=NAN),
            FAULT,
        ),
        "leaking valve: the air stays where the unit held it": (
            lambda it: stops(stops(it, 4, 3.0), 1, 0.4),
            FAULT,
        ),
        "the air goes back as ever": (lambda it: stops(it, 5, 3.0), HEALTHY),
        "guard: a guest left with it": (lambda it: stops(stops(it, 4, 3.0), 1, 1.3), UNKNOWN),
        "guard: a unit that held little": (lambda it: stops(stops(it, 4, 1.2), 1, 0.1), UNKNOWN),
        "guard: the unit never got there": (
            lambda it: stops(stops(it, 4, 3.0, setpoint_celsius=18.0), 1, 0.1, setpoint_celsius=18.0),
            HEALTHY,
        ),
        "guard: no rests of its own yet": (lambda it: stops(stops(it, 2, 3.0), 1, 0.4), HEALTHY),
        "guard: a window was open as it stopped": (
            lambda it: stops(stops(it, 4, 3.0), 1, 0.4, window_open=1),
            HEALTHY,
        ),
        "guard: without a model, not enough": (
            lambda it: it.live(60, lambda p: leaves(26.0, -p / 80.0), watts=NAN),
            UNKNOWN,
        ),
        "guard: the sun warms it in the cold": (
            lambda it: it.live(60, lambda p: leaves(18.0, p / 48.0), watts=NAN, outdoor_celsius=2.0),
            UNKNOWN,
        ),
        "guard: what was cooled comes back by itself, where outdoors is cooler still": (
            lambda it: it.live(20, mode=COOL, outdoor_celsius=18.0).live(
                60, lambda p: leaves(24.0, p / 38.0), watts=NAN, outdoor_celsius=18.0
            ),
            UNKNOWN,
        ),
        "what was heated goes on and on": (
            lambda it: it.live(20, mode=HEAT, outdoor_celsius=2.0).live(
                60, lambda p: leaves(22.0, p / 38.0), watts=NAN, outdoor_celsius=2.0
            ),
            FAULT,
        ),
        "guard: a window was open": (
            lambda it: it.live(5, window_open=1, watts=NAN).live(
                60, lambda p: leaves(26.0, -p / 40.0), watts=NAN
            ),
            UNKNOWN,
        ),
        "guard: people warm it": (
            lambda it: it.live(
                60,
                lambda p: {"air_celsius": 26.0 + p / 40.0},
                drift_kelvin_per_hour=0.2,
                drift_deviation=0.3,
                watts=NAN,
            ),
            UNKNOWN,
        ),
    },
    "stuck_off": {
        "fault": (lambda it: it.live(20, **{**WARM, "watts": 4.0}), FAULT),
        "healthy": (lambda it: it.live(20, **WARM), HEALTHY),
        "no meter": (lambda it: it.live(20, **{**WARM, "watts": NAN}), UNKNOWN),
        "guard: minimum off time": (lambda it: it.live(8, **{**WARM, "watts": 4.0}), UNKNOWN),
        "guard: near its setpoint": (
            lambda it: it.live(20, mode=COOL, air_celsius=24.3, unit_celsius=24.0, watts=4.0),
            UNKNOWN,
        ),
    },
    "short_cycling": {
        "fault": (cycling(6), FAULT),
        "healthy": (cycling(20), HEALTHY),
        "too short seen": (lambda it: it.live(50, **WARM), UNKNOWN),
        "nobody says": (lambda it: it.live(150, watts=NAN, running=-1), UNKNOWN),
    },
    "window_open_too_long": {
        "fault in a vacant room": (lambda it: it.live(70, window_open=1), FAULT),
        "healthy": (lambda it: it.live(70), HEALTHY),
        "guard: a guest's": (lambda it: it.live(70, window_open=1, let=1), UNKNOWN),
        "guard: being cleaned": (lambda it: it.live(70, window_open=1, cleaning=1), UNKNOWN),
        "half a day of a guest's": (lambda it: it.live(730, every=10, window_open=1, let=1), FAULT),
        "no contact": (lambda it: it.live(70, window_open=-1), UNKNOWN),
    },
    "sensor_frozen": {
        "fault": (lambda it: it.live(125, unit_moves), FAULT),
        "healthy": (lambda it: it.live(125, wobble), HEALTHY),
        "guard: nothing moves": (lambda it: it.live(125), UNKNOWN),
        "silent": (lambda it: it.live(125, unit_moves, air_celsius=NAN).live(5, air_celsius=NAN), UNKNOWN),
        "too early": (lambda it: it.live(100, unit_moves), UNKNOWN),
    },
    "sensor_out_of_range": {
        "fault": (lambda it: it.live(5, air_celsius=85.0), FAULT),
        "healthy": (lambda it: it.live(5), HEALTHY),
        "one slip": (lambda it: it.live(5).live(2, air_celsius=85.0), UNKNOWN),
        "guard: the room is cold": (lambda it: it.live(5, air_celsius=3.0, unit_celsius=3.5), UNKNOWN),
        "guard: frost at an open window": (
            lambda it: it.live(5, air_celsius=2.0, unit_celsius=9.0, outdoor_celsius=-18.0, window_open=1),
            UNKNOWN,
        ),
        "colder than the outdoors": (
            lambda it: it.live(5, air_celsius=-40.0, outdoor_celsius=-18.0, window_open=1),
            FAULT,
        ),
        "silent": (lambda it: it.live(5, air_celsius=NAN), UNKNOWN),
    },
    "sensor_biased": {
        "fault": (
            lambda it: it.live(5 * 1440, wobble, 10).live(
                1500, lambda p: {"air_celsius": 27.2 + p // 10 % 2 / 10}, 10
            ),
            FAULT,
        ),
        "healthy": (
            lambda it: it.live(6 * 1440, lambda p: {"air_celsius": 26.0 + p // 10 % 2 / 10}, 10),
            HEALTHY,
        ),
        "no days of its own": (lambda it: it.live(1500, wobble, 10), UNKNOWN),
    },
    "setpoint_not_accepted": {
        "fault": (asked("air_conditioner", value=22.0), FAULT),
        "obeyed": (lambda it: asked("air_conditioner", value=22.0)(it).live(2), HEALTHY),
        "never asked": (lambda it: it.live(30), UNKNOWN),
        "guard: away": (asked("air_conditioner", value=22.0, available=0), UNKNOWN),
    },
    "curtain_stuck": {
        "fault": (asked("curtain", value=40.0), FAULT),
        "obeyed": (lambda it: asked("curtain", value=40.0)(it).live(2), HEALTHY),
        "guard: it moved": (
            lambda it: asked("curtain", value=40.0)(it).live(
                2, curtain={"asked": 1, "tries": 2, "value": 60.0}
            ),
            UNKNOWN,
        ),
        "guard: tried once": (asked("curtain", value=40.0, tries=1), UNKNOWN),
    },
    "light_not_answering": {
        "fault": (asked("ceiling_light"), FAULT),
        "obeyed": (lambda it: asked("ceiling_light")(it).live(2), HEALTHY),
        "guard: silent since": (asked("ceiling_light", silent=True), UNKNOWN),
        "guard: the room had no radio": (no_radio, UNKNOWN),
    },
    "low_battery": {
        "fault: empty": (batteries([12.0] * 3), FAULT),
        "fault: falls": (batteries([70.0, 64.0, 57.0, 51.0, 44.0, 38.0, 31.0]), FAULT),
        "healthy": (batteries([80.0, 79.0, 80.0, 79.0, 79.0, 79.0]), HEALTHY),
        "mains": (lambda it: it.live(10), UNKNOWN),
    },
    "leak": {
        "fault": (lambda it: it.live(2, leak={"wet_since": it.minute, "wet_said": it.minute}), FAULT),
        "healthy": (lambda it: it.live(20), HEALTHY),
        "a splash": (lambda it: it.live(1, leak={"wet_since": it.minute + 1 - 0.1}), UNKNOWN),
        "a clean downgrades, and does not drop": (
            lambda it: it.live(2, leak={"wet_since": it.minute}, cleaning=1),
            FAULT,
        ),
        "away": (lambda it: it.live(20, leak={"available": 0}), UNKNOWN),
        "it says so again and again": (
            lambda it: it.live(120, leak={"wet_since": it.minute, "wet_said": it.minute + 100}),
            FAULT,
        ),
        "guard: dry was lost": (
            lambda it: it.live(120, leak={"wet_since": it.minute, "wet_said": it.minute}),
            UNKNOWN,
        ),
    },
    "device_offline": {
        "fault: said so": (lambda it: it.live(60).live(13, room_temperature={"available": 0}), FAULT),
        "fault: silent": (lambda it: it.live(200).live(60, room_temperature={"silent": True}), FAULT),
        "healthy": (lambda it: it.live(60), HEALTHY),
        "guard: a restart": (lambda it: it.live(60).live(5, room_temperature={"available": 0}), UNKNOWN),
        "guard: two words lost": (
            lambda it: it.live(200).live(32, room_temperature={"silent": True}),
            UNKNOWN,
        ),
    },
    "protocol_errors": {
        "fault": (
            lambda it: it.live(20).live(30, lambda p: {"room_temperature": {"bad": p % 8 == 0}}),
            FAULT,
        ),
        "healthy": (lambda it: it.live(60), HEALTHY),
        "guard: accidents of a talkative device": (
            lambda it: it.live(20, every=1).live(
                59, lambda p: {"room_temperature": {"bad": p in (10, 30, 50), "talks": True}}
            ),
            UNKNOWN,
        ),
        "an accident": (
            lambda it: it.live(20).live(30, lambda p: {"room_temperature": {"bad": p == 3}}),
            UNKNOWN,
        ),
    },
}


@pytest.mark.parametrize(
    ("code", "case"), [(code, case) for code, cases in CASES.items() for case in cases], ids=lambda it: it
)
def test_a_rule_tells_fault_from_healthy_from_unknown(code: str, case: str) -> None:
    life, expected = CASES[code][case]
    assert life(Lived()).outcome(code) == expected


def test_the_filter_is_due_by_its_hours() -> None:
    lived = Lived().live(2)
    assert lived.outcome("filter_hours") == HEALTHY
    lived.recorder.fan_hours[:] = 1249.99
    assert lived.live(2, **WARM).outcome("filter_hours") == FAULT


def test_every_rule_has_a_function_thresholds_with_reasons_and_cases() -> None:
    assert set(FUNCTIONS) == set(RULES) == {*CASES, "filter_hours"}
    for rule in RULES.values():
        assert rule.limits
        for limit in rule.limits:
            assert len(limit.why) > 10, f"{rule.code}.{limit.name} gives no reason"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_engineers_read_every_threshold_its_reason_and_the_evidence_in_words(language: str) -> None:
    pages = Path(__file__).parents[2] / "gateway/web/src/words" / f"{language}.json"
    words = json.loads(pages.read_text(encoding="utf-8"))["diagnosis"]
    for rule in RULES.values():
        for limit in rule.limits:
            assert words["limits"].get(limit.name), limit.name
            assert words["why"][rule.code].get(limit.name), (rule.code, limit.name)
    said = evaluate(Lived().live(2).recorder.window(), list(RULES))
    shown = words["evidence"].keys() | json.loads(pages.read_text(encoding="utf-8"))["evidence"].keys()
    assert {name for finding in said.values() for name in finding.evidence} <= shown


def test_an_empty_recorder_shows_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Lived().recorder.window()


def test_the_clean_is_told_with_the_leak() -> None:
    lived = Lived()
    lived.live(2, leak={"wet_since": lived.minute}, cleaning=1)
    assert lived.says("leak").evidence["cleaning"][4] == 1.0


def test_a_mop_is_suggested_and_standing_water_is_not() -> None:
    lived = Lived()
    wet = lived.minute
    lived.live(1, cleaning=1).live(1, leak={"wet_since": wet + 1, "wet_said": wet + 1})
    tentative = lived.says("leak").tentative
    assert tentative is not None
    assert tentative[4]  # the clean has just ended
    lived.live(2, leak={"wet_since": wet + 1, "wet_said": wet + 1})
    tentative = lived.says("leak").tentative
    assert tentative is not None
    assert not tentative[4]


def test_a_leak_whose_next_word_cannot_be_read_waits_for_the_one_after() -> None:
    lived = Lived().live(20)
    lived.live(2, leak={"wet_since": lived.minute})
    lived.live(1, leak={"wet_since": lived.minute - 2, "bad": 1})
    assert lived.outcome("leak") == UNKNOWN


def test_while_the_house_is_deaf_nobody_is_silent() -> None:
    lived = Lived().live(200)
    lived.minute += 60  # the house slept
    lived.live(5, room_temperature={"silent": True})
    recorder = lived.recorder
    assert lived.outcome("device_offline") == FAULT  # it has not spoken, although we listen …
    recorder.linked_since = lived.minute - 5
    assert lived.outcome("device_offline") == UNKNOWN  # … unless we have only just begun to


def test_a_second_sample_of_a_minute_and_one_from_before_are_not_taken() -> None:
    lived = Lived().live(10)
    before = lived.recorder.recorded_minutes
    lived.minute -= 5
    lived.live(5)
    assert lived.recorder.recorded_minutes == before
    assert lived.recorder.now == lived.minute


def test_a_short_silence_of_the_house_is_bridged_and_a_long_one_unknown() -> None:
    lived = Lived().live(10)
    lived.minute += 4
    lived.live(1)
    assert np.isfinite(lived.recorder.window().numbers("air_celsius", 15)).all()
    lived.minute += 40
    lived.live(1)
    assert np.isnan(lived.recorder.window().numbers("air_celsius", 41)[:-1]).all()


def test_rules_come_up_when_their_turn_is() -> None:
    assert set(due(100.0, None)) == set(RULES)
    assert "leak" in due(101.0, 100.0)
    assert "no_capacity" not in due(102.0, 101.0)
    assert "no_capacity" in due(105.0, 104.0)
    assert "low_battery" not in due(105.0, 104.0)


def test_rules_bear_a_house_of_which_nothing_is_known() -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ("air_celsius", "unit_celsius", "setpoint_celsius", "watts", "outdoor_celsius"), NAN
    ) | dict.fromkeys(("mode", "running", "window_open", "let", "present", "cleaning"), -1)
    lived = Lived().live(130, **nothing)
    for code, finding in evaluate(lived.recorder.window(), list(RULES)).items():
        assert not (finding.outcome == FAULT).any(), code


def test_a_house_whose_devices_just_changed_has_nothing_to_look_at_until_the_next_minute() -> None:
    before, after = Lived().live(30), Lived()
    after.recorder.carry_over(before.recorder)
    after.minute = before.minute - 1
    after.live(1)
    assert not after.recorder.has_sample, "the same minute was taken by the recorder of the old layout"
    assert after.live(1).recorder.has_sample
    after.says("stuck_on")
