"""Housekeeping's heartbeats."""

from __future__ import annotations

from collections.abc import Callable

from housekeeping.board_service import BoardService
from housekeeping.service import HousekeepingService
from housekeeping.tasks_day import TaskDay
from housekeeping.watch_service import WatchService


def keep_tasks(day: TaskDay) -> Callable[[], None]:
    """A heartbeat (once a minute is right): the day's tasks follow stays, rules and the business date."""

    def beat() -> None:
        day.bring_into_line()

    return beat


def keep_board(boards: BoardService) -> Callable[[], None]:
    """A heartbeat (once a minute is right): a plan that does not hold any more is mended."""

    def beat() -> None:
        boards.keep_in_step()

    return beat


def keep_watch(watch: WatchService) -> Callable[[], None]:
    """A heartbeat (once a minute is right): contradictions come up within it, and who is late is reminded."""

    def beat() -> None:
        watch.compare()
        watch.remind()

    return beat


def keep_status(service: HousekeepingService) -> Callable[[], None]:
    """A heartbeat (once a minute is right): ends periods out of sale, catches missed departures."""

    def beat() -> None:
        service.end_availabilities()
        service.follow_missed_departures()

    return beat
