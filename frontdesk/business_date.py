"""When the business date rolls: at the property's audit hour, in its own zone, right over DST."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def audit_at(day: date, zone: ZoneInfo, audit_hour: int) -> datetime:
    """The moment (UTC) at which `day` becomes the business date.

    An hour that the clocks skip counts from the end of the gap; one that comes twice, the first time.
    """
    return datetime.combine(day, time(audit_hour), tzinfo=zone).astimezone(UTC)


def next_audit(now: datetime, zone: ZoneInfo, audit_hour: int) -> datetime:
    """The first audit (UTC) after `now`."""
    day = now.astimezone(zone).date()
    for candidate in (day, day + timedelta(days=1)):
        moment = audit_at(candidate, zone, audit_hour)
        if moment > now:
            return moment
    return audit_at(day + timedelta(days=2), zone, audit_hour)


def business_date_at(now: datetime, zone: ZoneInfo, audit_hour: int) -> date:
    """The business date that the clock alone would give."""
    day = now.astimezone(zone).date()
    return day if audit_at(day, zone, audit_hour) <= now else day - timedelta(days=1)
