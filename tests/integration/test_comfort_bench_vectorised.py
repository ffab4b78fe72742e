"""The vectorised comfort bench answers with what is promised, and says what is not reached."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.comfort import GOALS, figures
from benchmarks.comfort_factors import ETA_KINDS
from benchmarks.comfort_houses import Scene
from benchmarks.comfort_runs import CAUSES, Outcome, PolicyRun, Run, perform


def outcome(errors: list[float], kwh: float) -> Outcome:
    """What a run would have brought if every policy had fared like this."""
    part = PolicyRun(
        errors=np.array(errors),
        without_bias=np.array(errors),
        kwh=kwh,
        starts_per_day=4.0,
        ready_minutes=np.array([1.0, -2.0]),
        causes=dict.fromkeys(CAUSES, 0),
    )
    policies: dict[tuple[str, str], PolicyRun] = {
        (name, kind): part for kind in ETA_KINDS for name in ("innkeeper", "fixed 1 h", "optimal start")
    }
    policies |= {("fixed 2 h", kind): replace(part, kwh=200.0) for kind in ETA_KINDS}
    policies["always on", "exact"] = replace(part, kwh=300.0)
    return Outcome(
        run=Run(Scene("cold", (1,), 4, 3)),
        policies=policies,
        foresight_kwh={0.5: 100.0, 0.15: 101.0},
        arrivals=len(errors),
        walk_ins=1,
        timer_violations=0,
        world_seconds=1.0,
        decision_seconds=0.5,
        foresight_seconds=1.0,
    )


def test_a_promise_that_is_kept_is_met_and_one_that_is_not_says_so() -> None:
    found = {figure.name: figure for figure in figures([outcome([0.1] * 200, 105.0)])}
    assert all(figure.met is not False for figure in found.values())
    assert found["saving against fixed 2 h, of what foresight saves, live ETA"].value == pytest.approx(0.95)
    found = {figure.name: figure for figure in figures([outcome([0.1] * 99 + [2.0], 109.0)])}
    assert found["within 0.5 K at the door, exact ETA"].met is False
    assert found["within 0.5 K at the door, live ETA"].met is True
    assert found["kWh while vacant ÷ foresight ±0.5 K, exact ETA"].met is False
    assert found["kWh while vacant ÷ foresight ±0.5 K, live ETA"].goal == GOALS["live"][2]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_small_run_repeats_itself_and_breaks_no_compressors_times() -> None:
    run = Run(Scene("hot_humid", (11,), 4, 3), baselines=False)
    first, second = perform(run), perform(run)
    assert first.arrivals > 0
    assert first.timer_violations == 0
    for key, part in first.policies.items():
        assert part.errors.tolist() == second.policies[key].errors.tolist()
        assert part.kwh == second.policies[key].kwh
