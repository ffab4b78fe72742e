"""The board in a worker process; its bench runs, on a small scale, and measures what it says."""

from __future__ import annotations

import pytest

from benchmarks import board
from benchmarks.report import Options
from gateway.workers import WorkerPool
from housekeeping.board_checks import check
from housekeeping.board_planner import plan_board
from housekeeping.board_replan import replan_board
from tests.board_days import drawn_day


def test_board_is_measured_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "REPLAN_SECONDS", 0.1)
    report = board.run(Options(quick=True, extra=["--sizes", "20/3", "--seconds", "0.5"]))
    figures = {figure.name: figure.value for figure in report.figures}
    # Rules and releases hold however little time there is; goals are for the sizes of the claim.
    assert figures["20/3 broken rules"] == figures["20/3 re-plan: broken rules"] == 0
    assert figures["20/3 missed ETAs"] == figures["20/3 rooms on no list"] == 0
    assert figures["20/3 planted plan: missed ETAs"] == figures["20/3 planted plan: broken rules"] == 0
    for name in board.RIVALS:
        assert figures[f"20/3 walking, mean, {name}"] > 0
    for trouble in board.TROUBLES:
        assert figures[f"20/3 {trouble}: share moved, worst"] <= 0.15


def test_a_board_is_planned_in_a_worker_process() -> None:
    problem = drawn_day(3, rooms=12, people=3)
    pool = WorkerPool(workers=1)
    try:
        board = pool.run(plan_board, problem, 0.3, 1)
        answer = pool.run(replan_board, problem, board, 0.1, 1)
    finally:
        pool.close()
    assert check(problem, board) == check(problem, answer.board) == []
    assert board.made_by == "routes"
