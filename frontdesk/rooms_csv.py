"""One line of a rooms file: what it says, and what is wrong with it. Knows no database.

Columns: number, floor, section, type (a code), type_name, area_square_metres, connecting (numbers
with ; between them). Numbers are text: leading zeros count.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from hotel.csv_table import Cells, RefusedRow, RowRefused, read_table, refuse_cell

REQUIRED = ("number", "floor", "type")
KNOWN = (*REQUIRED, "section", "type_name", "area_square_metres", "connecting")
SMALLEST_AREA_SQUARE_METRES = 4.0
LARGEST_AREA_SQUARE_METRES = 2000.0

# A number becomes part of an MQTT topic and of an address: no / + # or space.
_NUMBER = re.compile(r"[\w.\-]{1,16}")
_LONGEST = {"floor": 16, "section": 40, "type": 20, "type_name": 60}


@dataclass(frozen=True, slots=True)
class RoomLine:
    line: int
    number: str
    floor: str
    section: str | None
    type_code: str
    type_name: str
    area_square_metres: float | None
    connecting: tuple[str, ...]


def read_rooms(text: str) -> tuple[list[RoomLine], list[RefusedRow]]:
    """The lines of a rooms file and what is wrong with the others; a number comes once.

    Raises:
        Invalid: the file as a whole cannot be read (no header, too large).
    """
    rows, refused = read_table(text, REQUIRED, KNOWN)
    lines: list[RoomLine] = []
    first_line_of: dict[str, int] = {}
    for cells in rows:
        try:
            room = _room_line(cells)
            if room.number in first_line_of:
                first = first_line_of[room.number]
                raise refuse_cell(
                    room.line,
                    "number",
                    "room_twice",
                    f"Room {room.number} stands on line {first} already.",
                    first_line=first,
                )
        except RowRefused as refusal:
            refused.append(refusal.row)
            continue
        first_line_of[room.number] = room.line
        lines.append(room)
    return lines, refused


def _room_line(cells: Cells) -> RoomLine:
    for column in REQUIRED:
        if column not in cells.by_column:
            raise refuse_cell(cells.line, column, "missing_value", f"{column} is empty.")
    for column, longest in _LONGEST.items():
        if len(cells.by_column.get(column, "")) > longest:
            raise refuse_cell(
                cells.line, column, "too_long", f"{column} has at most {longest} characters.", longest=longest
            )
    number = _number(cells, "number", cells.by_column["number"])
    connecting = tuple(
        _number(cells, "connecting", part.strip())
        for part in cells.by_column.get("connecting", "").split(";")
        if part.strip()
    )
    if number in connecting:
        raise refuse_cell(
            cells.line, "connecting", "connects_to_itself", f"Room {number} does not connect to itself."
        )
    return RoomLine(
        line=cells.line,
        number=number,
        floor=cells.by_column["floor"],
        section=cells.by_column.get("section"),
        type_code=cells.by_column["type"],
        type_name=cells.by_column.get("type_name", ""),
        area_square_metres=_area(cells),
        connecting=connecting,
    )


def _number(cells: Cells, column: str, text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise refuse_cell(
            cells.line,
            column,
            "bad_room_number",
            f"{text[:40]!r} is no room number: 1 to 16 letters, digits, dots or hyphens.",
            value=text[:40],
        )
    return text


def _area(cells: Cells) -> float | None:
    text = cells.by_column.get("area_square_metres")
    if text is None:
        return None
    try:
        area = float(text)
    except ValueError:
        area = math.nan
    if not SMALLEST_AREA_SQUARE_METRES <= area <= LARGEST_AREA_SQUARE_METRES:
        raise refuse_cell(
            cells.line,
            "area_square_metres",
            "bad_area",
            f"{text[:40]!r} is no area between {SMALLEST_AREA_SQUARE_METRES:g} and "
            f"{LARGEST_AREA_SQUARE_METRES:g} m².",
            low=SMALLEST_AREA_SQUARE_METRES,
            high=LARGEST_AREA_SQUARE_METRES,
        )
    return area
