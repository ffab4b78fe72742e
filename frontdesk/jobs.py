"""The front desk's heartbeats."""

from __future__ import annotations

from collections.abc import Callable

from frontdesk.service import FrontDeskService


def night_audit(service: FrontDeskService) -> Callable[[], None]:
    """A heartbeat (once a minute is right) that rolls the business date when its hour has passed.

    It asks the tables and the clock, so that a beat that was missed is made up for by the next.
    """

    def beat() -> None:
        service.roll_business_date()

    return beat
