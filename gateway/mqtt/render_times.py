"""Times in device templates. Reads no clock: `now` comes with the request."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from gateway.mqtt.render_refusals import MISSING


class Times:
    """What a template knows of the time: what the request brought, in the property's zone."""

    def __init__(self, zone: tzinfo) -> None:
        self.zone = zone
        self.instant = datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        return self.instant.astimezone(self.zone)

    def utcnow(self) -> datetime:
        return self.instant

    def today_at(self, at: str = "00:00") -> datetime:
        return datetime.combine(self.now().date(), time.fromisoformat(at), self.zone)

    def as_datetime(self, value: Any, default: Any = MISSING) -> Any:
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            return datetime.combine(value, time())
        try:
            try:
                return datetime.fromtimestamp(float(value), UTC)
            except (ValueError, TypeError):
                return datetime.fromisoformat(value)
        except (ValueError, TypeError, OverflowError, OSError):
            if default is MISSING:
                return None
            return default

    def as_local(self, value: datetime) -> datetime:
        return self._aware(value).astimezone(self.zone)

    def as_timestamp(self, value: Any, default: Any = MISSING) -> Any:
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return self._aware(found).timestamp()
        except (ValueError, TypeError):
            if default is MISSING:
                raise ValueError(f"{str(value)[:40]!r} is no time, and there is no default") from None
            return default

    def timestamp_custom(
        self, value: Any, form: str = "%Y-%m-%d %H:%M:%S", local: bool = True, default: Any = MISSING
    ) -> Any:
        return self._shown(value, default, self.zone if local else UTC, lambda at: at.strftime(form))

    def timestamp_local(self, value: Any, default: Any = MISSING) -> Any:
        return self._shown(value, default, self.zone, datetime.isoformat)

    def timestamp_utc(self, value: Any, default: Any = MISSING) -> Any:
        return self._shown(value, default, UTC, datetime.isoformat)

    def strptime(self, text: Any, form: str, default: Any = MISSING) -> Any:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the convention's times may be naive
        except (ValueError, TypeError):
            if default is MISSING:
                raise ValueError(f"{str(text)[:40]!r} is no such time") from None
            return default

    def since(self, value: Any, precision: int = 1) -> Any:
        return self._distance(value, 1, precision)

    def until(self, value: Any, precision: int = 1) -> Any:
        return self._distance(value, -1, precision)

    def _distance(self, value: Any, sign: int, precision: int) -> Any:
        if not isinstance(value, datetime):
            return value
        left = int((self.instant - self._aware(value)).total_seconds()) * sign
        if left < 0:
            return value
        words: list[str] = []
        for name, size in (
            ("year", 31_536_000),
            ("month", 2_592_000),
            ("day", 86_400),
            ("hour", 3_600),
            ("minute", 60),
            ("second", 1),
        ):
            count, rest = divmod(left, size)
            if count and (precision == 0 or len(words) < precision):
                words.append(f"{count} {name}{'' if count == 1 else 's'}")
                left = rest
        return " ".join(words) or "0 seconds"

    def _aware(self, value: datetime) -> datetime:
        return value if value.tzinfo is not None else value.replace(tzinfo=self.zone)

    def _shown(self, value: Any, default: Any, zone: tzinfo, show: Callable[[datetime], str]) -> Any:
        try:
            return show(datetime.fromtimestamp(float(value), UTC).astimezone(zone))
        except (ValueError, TypeError, OverflowError, OSError):
            if default is MISSING:
                raise ValueError(f"{str(value)[:40]!r} is no time, and there is no default") from None
            return default


def as_timedelta(value: str) -> timedelta | None:
    """A duration like "1 day, 2:03:04"; None for anything else."""
    found = re.fullmatch(r"(?:(-?\d+)\s+(?:days?,?\s*)?)?(-?\d+):(\d\d):(\d\d(?:\.\d+)?)", value.strip())
    if found is None:
        return None
    days, hours, minutes, seconds = found.groups(default="0")
    return timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
