"""Reading a CSV file that people made: header first, every complaint with its line.

A complaint never repeats a cell that may hold a personal field.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hotel.errors import Invalid, Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Why a line was not taken. `line` counts from 1, the header's line."""

    line: int
    field: str | None
    code: str
    message: str
    values: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Without `partial` a report with refusals means that nothing was imported."""

    imported: int
    refused: list[RefusedRow]


@dataclass(frozen=True, slots=True)
class Cells:
    """One data line: its number in the file and its trimmed, non-empty cells by column."""

    line: int
    by_column: dict[str, str]


class RowRefused(Exception):  # noqa: N818 - a refusal, not a defect
    """A cell of this row is wrong; `row` says which and why."""

    def __init__(self, row: RefusedRow) -> None:
        super().__init__(row.message)
        self.row = row


def refused_by(line: int, refusal: Refused, column: str | None = None) -> RefusedRow:
    """A refusal of the house, as a complaint about a line."""
    values = dict(refusal.values)
    named = values.pop("field", None)
    return RefusedRow(line, column or (str(named) if named else None), refusal.code, refusal.message, values)


def refuse_cell(line: int, column: str, code: str, message: str, **values: Any) -> RowRefused:
    return RowRefused(RefusedRow(line, column, code, message, values))


def decode(data: bytes) -> str:
    """The text of an uploaded file: UTF-8, with or without a byte order mark.

    Raises:
        Invalid: too large, or not UTF-8.
    """
    if len(data) > MOST_BYTES:
        raise Invalid(
            "file_too_large",
            f"A file has at most {MOST_BYTES // 1024 // 1024} MB.",
            most_bytes=MOST_BYTES,
            bytes=len(data),
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            "not_utf_8", f"The file is not UTF-8 (line {line}). Save it as CSV UTF-8.", line=line
        ) from None


def read_table(
    text: str, required: tuple[str, ...], known: tuple[str, ...]
) -> tuple[list[Cells], list[RefusedRow]]:
    """The data lines of a CSV text, and the lines whose shape is wrong.

    Args:
        required: columns that must be in the header.
        known: all columns that are understood; any other is refused, since a typing error in a
            header would silently lose a whole column.

    Raises:
        Invalid: no usable header, or too much of it.
    """
    if len(text.encode()) > MOST_BYTES:
        raise Invalid("file_too_large", f"A file has at most {MOST_BYTES // 1024 // 1024} MB.")
    lines = _lines(text.removeprefix("\ufeff"))
    try:
        header_line, header = next(lines)
    except StopIteration:
        raise Invalid("empty_file", "The file is empty.", line=1) from None
    except csv.Error as error:
        raise Invalid("bad_csv", f"Line 1 is no CSV: {error}.", line=1) from None
    columns = [cell.strip().lower() for cell in header]
    _check_header(header_line, columns, required, known)

    rows: list[Cells] = []
    refused: list[RefusedRow] = []
    last_line = header_line
    while True:
        try:
            line, cells = next(lines)
        except StopIteration:
            return rows, refused
        except csv.Error as error:
            # The reader cannot find the next line by itself any more.
            refused.append(RefusedRow(last_line + 1, None, "bad_csv", f"This is no CSV: {error}."))
            return rows, refused
        last_line = line
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(refused) >= MOST_ROWS:
            raise Invalid("too_many_rows", f"A file has at most {MOST_ROWS} rows.", most_rows=MOST_ROWS)
        if len(cells) != len(columns):
            refused.append(
                RefusedRow(
                    line,
                    None,
                    "wrong_number_of_cells",
                    f"The header has {len(columns)} columns, this line {len(cells)}.",
                    {"columns": len(columns), "cells": len(cells)},
                )
            )
            continue
        trimmed = {c: v.strip() for c, v in zip(columns, cells, strict=True)}
        rows.append(Cells(line, {c: v for c, v in trimmed.items() if v}))


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    for cells in reader:
        yield start, cells
        # A quoted cell may hold line breaks: the next row begins after the last physical line read.
        start = reader.line_num + 1


def _check_header(line: int, columns: list[str], required: tuple[str, ...], known: tuple[str, ...]) -> None:
    missing = [c for c in required if c not in columns]
    unknown = [c for c in columns if c not in known]
    twice = sorted({c for c in columns if columns.count(c) > 1})
    for code, found, sentence in (
        ("unknown_column", unknown, "is not a column that is understood"),
        ("missing_column", missing, "is missing in the header"),
        ("column_twice", twice, "stands twice in the header"),
    ):
        if found:
            raise Invalid(
                code,
                f"Line {line}: {found[0][:40]!r} {sentence}.",
                line=line,
                field=found[0][:40],
                columns=[c[:40] for c in found[:20]],
                known=list(known),
            )
