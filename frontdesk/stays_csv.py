"""One line of a stays file: what it says, and what is wrong with it. Knows no database.

Dates are YYYY-MM-DD; an ETA or ETD is HH:MM (local, on the arrival or departure date) or a full ISO
time; yes/no columns take yes, no, true, false, 1, 0, y, n. `channel` is how the stay was booked.
`shares_with` names the confirmation of another stay, in the file or known already.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from frontdesk.eta import local_moment
from frontdesk.preferences import RANGES, Preference, PreferenceKey, check_set, preference
from frontdesk.stays import BookingChannel, check_people
from hotel.csv_table import Cells, RefusedRow, RowRefused, read_table, refuse_cell, refused_by
from hotel.errors import Invalid

REQUIRED = ("arrival_date", "departure_date")
PREFERENCE_COLUMNS = tuple(key.value for key in PreferenceKey)
KNOWN = (
    "confirmation",
    "room_type",
    "room",
    *REQUIRED,
    "eta",
    "etd",
    "given_name",
    "family_name",
    "email",
    "phone",
    "language",
    "adults",
    "children",
    "vip",
    "day_use",
    "booking_id",
    "shares_with",
    "channel",
    *PREFERENCE_COLUMNS,
)
LONGEST = {
    "confirmation": 40,
    "booking_id": 40,
    "shares_with": 40,
    "given_name": 100,
    "family_name": 100,
    "email": 200,
    "phone": 40,
    "language": 20,
}

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


@dataclass(frozen=True, slots=True)
class StayLine:
    """A line that is right in itself; whether rooms exist and are free is not known yet."""

    line: int
    confirmation: str | None
    room_type: str | None
    room: str | None
    arrival_date: date
    departure_date: date
    eta: datetime | None
    etd: datetime | None
    given_name: str
    family_name: str
    email: str | None
    phone: str | None
    language: str | None
    adults: int
    children: int
    vip: bool
    day_use: bool
    booking_id: str | None
    shares_with: str | None
    channel: BookingChannel | None
    preferences: tuple[Preference, ...] = field(default_factory=tuple)


def read_stays(text: str, zone: ZoneInfo) -> tuple[list[StayLine], list[RefusedRow]]:
    """The lines of a stays file and what is wrong with the others.

    Raises:
        Invalid: the file as a whole cannot be read (no header, too large).
    """
    rows, refused = read_table(text, REQUIRED, KNOWN)
    lines: list[StayLine] = []
    for cells in rows:
        try:
            lines.append(_stay_line(cells, zone))
        except RowRefused as refusal:
            refused.append(refusal.row)
        except Invalid as refusal:
            refused.append(refused_by(cells.line, refusal))
    return lines, refused


def _stay_line(cells: Cells, zone: ZoneInfo) -> StayLine:
    for column, longest in LONGEST.items():
        if len(cells.by_column.get(column, "")) > longest:
            raise refuse_cell(
                cells.line, column, "too_long", f"{column} has at most {longest} characters.", longest=longest
            )
    arrival = _date(cells, "arrival_date")
    departure = _date(cells, "departure_date")
    adults = _count(cells, "adults", 1)
    children = _count(cells, "children", 0)
    check_people(adults, children)
    preferences = tuple(
        preference(column, _preference_value(cells, column), "pms")
        for column in PREFERENCE_COLUMNS
        if column in cells.by_column
    )
    check_set(preferences)
    get = cells.by_column.get
    if get("room") is None and get("room_type") is None:
        raise refuse_cell(
            cells.line, "room_type", "room_or_type_needed", "A stay needs a room or a room type."
        )
    return StayLine(
        line=cells.line,
        confirmation=get("confirmation"),
        room_type=get("room_type"),
        room=get("room"),
        arrival_date=arrival,
        departure_date=departure,
        eta=_moment(cells, "eta", arrival, zone),
        etd=_moment(cells, "etd", departure, zone),
        given_name=get("given_name", ""),
        family_name=get("family_name", ""),
        email=get("email"),
        phone=get("phone"),
        language=get("language"),
        adults=adults,
        children=children,
        vip=_yes(cells, "vip", False),
        day_use=_yes(cells, "day_use", arrival == departure),
        booking_id=get("booking_id"),
        shares_with=get("shares_with"),
        channel=_channel(cells),
        preferences=preferences,
    )


def _date(cells: Cells, column: str) -> date:
    text = cells.by_column.get(column)
    if text is None:
        raise refuse_cell(cells.line, column, "missing_value", f"{column} is empty.")
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise refuse_cell(
        cells.line, column, "bad_date", f"{text[:40]!r} is no date; write YYYY-MM-DD.", value=text[:40]
    )


def _moment(cells: Cells, column: str, day: date, zone: ZoneInfo) -> datetime | None:
    text = cells.by_column.get(column)
    if text is None:
        return None
    if clock := _TIME.fullmatch(text):
        return local_moment(day, time(int(clock[1]), int(clock[2])), zone)
    try:
        moment = datetime.fromisoformat(text)
        # A time without an offset is the hotel's own; near year 1 it cannot be converted at all.
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refuse_cell(
            cells.line,
            column,
            "bad_time",
            f"{text[:40]!r} is no time; write HH:MM or YYYY-MM-DDTHH:MM.",
            value=text[:40],
        ) from None


def _count(cells: Cells, column: str, default: int) -> int:
    text = cells.by_column.get(column)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise refuse_cell(
            cells.line, column, "bad_number", f"{text[:40]!r} is no whole number.", value=text[:40]
        )
    return int(text)


def _yes(cells: Cells, column: str, default: bool) -> bool:
    text = cells.by_column.get(column)
    if text is None:
        return default
    if text.lower() in _YES | _NO:
        return text.lower() in _YES
    raise refuse_cell(
        cells.line, column, "bad_yes_no", f"{text[:40]!r} is neither yes nor no.", value=text[:40]
    )


def _channel(cells: Cells) -> BookingChannel | None:
    text = cells.by_column.get("channel")
    if text is None:
        return None
    try:
        return BookingChannel(text.lower().replace("-", "_").replace(" ", "_"))
    except ValueError:
        known = ", ".join(BookingChannel)
        raise refuse_cell(
            cells.line,
            "channel",
            "bad_channel",
            f"{text[:40]!r} is no way of booking; write one of {known}.",
            value=text[:40],
        ) from None


def _preference_value(cells: Cells, column: str) -> float | str:
    text = cells.by_column[column]
    if PreferenceKey(column) not in RANGES:
        return text
    try:
        return float(text)
    except ValueError:
        raise refuse_cell(
            cells.line, column, "bad_number", f"{text[:40]!r} is no number.", value=text[:40]
        ) from None
