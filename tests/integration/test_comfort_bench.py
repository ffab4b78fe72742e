"""The comfort bench runs on a small scale, answers in the agreed shape, and repeats itself by seed."""

from __future__ import annotations

import json

import pytest

from benchmarks import comfort_whole as comfort
from benchmarks.comfort_whole import Case, run_case
from benchmarks.report import Options


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_quick_run_holds_three_policies_against_each_other() -> None:
    report = comfort.run(Options(seed=7, quick=True))
    told = json.loads(report.to_json())
    assert set(told) == {"bench", "seed", "figures"}
    assert (told["bench"], told["seed"]) == ("comfort", 7)
    assert all(set(figure) == {"name", "value", "unit", "goal", "met"} for figure in told["figures"])
    values = {figure["name"]: figure["value"] for figure in told["figures"]}
    assert values["arrivals with a known ETA"] > 0
    # The same guests come, whoever controls the rooms.
    for policy in ("fixed 2 h", "always on"):
        assert values[f"arrivals with a known ETA, {policy}"] == values["arrivals with a known ETA"]
        assert values[f"energy while vacant, {policy}"] > 0
    assert 0 < values["energy while vacant"] < values["energy while vacant, always on"]
    with_goal = {figure["name"] for figure in told["figures"] if figure["goal"] is not None}
    assert with_goal == {"within 0.5 K at the door", "energy while vacant ÷ fixed 2 h"}


# `make test-sample` runs it.
@pytest.mark.slow
def test_the_same_seed_gives_the_same_figures_and_another_one_others() -> None:
    case = Case("innkeeper", 7, rooms=3, days=0.1, eta="live", climate="shanghai", warm_up_hours=1)
    first = run_case(case)
    assert run_case(case) == first
    assert (
        run_case(Case("innkeeper", 8, rooms=3, days=0.1, eta="live", climate="shanghai", warm_up_hours=1))
        != first
    )
