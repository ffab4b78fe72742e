"""When a guest comes and goes: usual times, what may be said, and how sure a said time is.

A stay without a said time has the property's usual one, by its dates; such a time follows the dates
by itself and is never written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hotel.errors import Invalid

# A guest who is late by this much is still "on the way"; an ETA further back is a slip of the finger.
PAST_ALLOWANCE = timedelta(minutes=10)
DAYS_AROUND = 1


class EtaSource(StrEnum):
    """Who said when the guest comes."""

    DEFAULT = "default"
    BOOKING = "booking"
    GUEST = "guest"
    DESK = "desk"
    PMS = "pms"
    LIVE = "live"


# Half of the stretch in which nine of ten guests come; seeds until the house has learned its own.
_SPREAD_MINUTES = {
    EtaSource.DEFAULT: 180,
    EtaSource.BOOKING: 90,
    EtaSource.PMS: 60,
    EtaSource.DESK: 45,
    EtaSource.GUEST: 45,
    EtaSource.LIVE: 10,
}


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """The property's usual local times."""

    arrival: time = time(15)
    departure: time = time(11)
    day_use_arrival: time = time(10)
    day_use_departure: time = time(18)


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of a local time on a date."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def expected_arrival(
    said: datetime | None, arrival_date: date, day_use: bool, zone: ZoneInfo, times: DeskTimes
) -> datetime:
    """The said ETA, or the usual time on the arrival date."""
    return said or local_moment(arrival_date, times.day_use_arrival if day_use else times.arrival, zone)


def expected_departure(
    said: datetime | None, departure_date: date, day_use: bool, zone: ZoneInfo, times: DeskTimes
) -> datetime:
    """The said ETD, or the usual time on the departure date."""
    return said or local_moment(departure_date, times.day_use_departure if day_use else times.departure, zone)


def check_eta(eta: datetime, arrival_date: date, now: datetime, zone: ZoneInfo) -> None:
    """Whether a guest who is not here yet can be expected at `eta`.

    Raises:
        Invalid: `eta_in_past` or `eta_off_arrival_date`, with the allowed range.
    """
    earliest = max(now - PAST_ALLOWANCE, local_moment(_days_on(arrival_date, -DAYS_AROUND), time(), zone))
    latest = local_moment(_days_on(arrival_date, DAYS_AROUND + 1), time(), zone)
    values = {
        "field": "eta",
        "eta": eta.isoformat(),
        "allowed_from": earliest.isoformat(),
        "allowed_until": latest.isoformat(),
    }
    if eta < now - PAST_ALLOWANCE:
        raise Invalid(
            "eta_in_past",
            f"The ETA {_shown(eta, zone)} is in the past; it must be {_shown(earliest, zone)} or later.",
            **values,
        )
    if abs((eta.astimezone(zone).date() - arrival_date).days) > DAYS_AROUND:
        raise Invalid(
            "eta_off_arrival_date",
            f"The ETA {_shown(eta, zone)} is not on the arrival date {arrival_date} or a day beside it.",
            **values,
        )


def check_etd(etd: datetime, departure_date: date, zone: ZoneInfo) -> None:
    """Raises Invalid unless `etd` lies on the departure date or the day after."""
    if not 0 <= (etd.astimezone(zone).date() - departure_date).days <= DAYS_AROUND:
        raise Invalid(
            "etd_off_departure_date",
            f"The ETD {_shown(etd, zone)} is not on the departure date {departure_date} or the day after.",
            field="etd",
            allowed_from=local_moment(departure_date, time(), zone).isoformat(),
            allowed_until=local_moment(_days_on(departure_date, DAYS_AROUND + 1), time(), zone).isoformat(),
        )


def moved_with_date(said: datetime, old_date: date, new_date: date, zone: ZoneInfo) -> datetime:
    """The same local time of day, as many days later or earlier as the date moved."""
    local = said.astimezone(zone)
    return local_moment(_days_on(local.date(), (new_date - old_date).days), local.time(), zone)


def eta_range(eta: datetime, source: EtaSource) -> tuple[datetime, datetime]:
    """Earliest and latest: nine of ten guests whose time has this source come in between."""
    spread = timedelta(minutes=_SPREAD_MINUTES[source])
    return eta - spread, eta + spread


def _days_on(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _shown(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
