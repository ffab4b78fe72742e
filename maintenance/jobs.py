"""Maintenance's heartbeats."""

from __future__ import annotations

from collections.abc import Callable

from maintenance.assets_follower import AssetFollower
from maintenance.diagnosis_service import Diagnosis
from maintenance.meters_service import MeterService
from maintenance.notices_service import NoticeService
from maintenance.preventive_watch import PreventiveWatch
from maintenance.self_test_service import SelfTests
from maintenance.tickets_watch import TicketWatch


def keep_tickets(watch: TicketWatch) -> Callable[[], None]:
    """A heartbeat (once a minute is right): tickets become more urgent, and what is late is told."""

    def beat() -> None:
        watch.look()

    return beat


def keep_diagnosis(diagnosis: Diagnosis) -> Callable[[], None]:
    """A heartbeat (at least once a hotel minute; more often lets leaks be seen sooner): rules look."""

    def beat() -> None:
        diagnosis.look()

    return beat


def keep_assets(follower: AssetFollower) -> Callable[[], None]:
    """A heartbeat (every few seconds): the registry follows the devices that were approved."""

    def beat() -> None:
        follower.beat()

    return beat


def keep_notices(notices: NoticeService) -> Callable[[], None]:
    """A heartbeat (every few seconds): critical tickets call people out of the app."""

    def beat() -> None:
        notices.beat()

    return beat


def keep_self_tests(tests: SelfTests) -> Callable[[], None]:
    """A heartbeat (every second or two of transport time): devices that are tried out move on."""

    def beat() -> None:
        tests.beat()

    return beat


def keep_meters(meters: MeterService) -> Callable[[], None]:
    """A heartbeat (once a hotel minute is plenty): run hours, starts and openings are counted on."""

    def beat() -> None:
        meters.look()

    return beat


def keep_preventive(watch: PreventiveWatch) -> Callable[[], None]:
    """A heartbeat (once a hotel minute is plenty): what is due gets its ticket and its window."""

    def beat() -> None:
        watch.look()

    return beat
