"""Tables as files for a spreadsheet program: CSV and XLSX, of the same rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from starlette.responses import Response

from hotel.errors import Invalid

MOST_ROWS = 50_000
# A cell that begins like this is run as a formula by some spreadsheet programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What XML cannot hold, and so no XLSX.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Cell = str | int | float | bool | date | datetime | None


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def spreadsheet(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], form: Format, zone: ZoneInfo
) -> Response:
    """The rows as a file to download.

    Moments are written in the hotel's zone, text never as a formula.

    Args:
        name: the file's name without its ending.

    Raises:
        Invalid: more than `MOST_ROWS` rows; nothing is cut off silently.
    """
    table: list[list[str | int | float | None]] = []
    for row in rows:
        if len(table) == MOST_ROWS:
            raise Invalid(
                "too_many_rows", f"A file holds at most {MOST_ROWS} rows; choose less.", most=MOST_ROWS
            )
        table.append([_cell(value, zone) for value in row])
    content = _csv(columns, table) if form is Format.CSV else _xlsx(name, columns, table)
    disposition = f'attachment; filename="{name}.{form.value}"'
    return Response(content, media_type=_MEDIA_TYPES[form], headers={"Content-Disposition": disposition})


def _cell(value: Cell, zone: ZoneInfo) -> str | int | float | None:
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        clean = _UNPRINTABLE.sub("", value)
        return f"'{clean}" if clean.startswith(_FORMULA_STARTS) else clean
    return value


def _csv(columns: Sequence[str], rows: list[list[str | int | float | None]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    # Without the mark, common spreadsheet programs take UTF-8 for something else.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(name: str, columns: Sequence[str], rows: list[list[str | int | float | None]]) -> bytes:
    # Here: a third of a second that a service without exports need not wait for.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(columns))
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
