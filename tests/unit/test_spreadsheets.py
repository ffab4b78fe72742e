"""Files for spreadsheet programs: the hotel's time, no formulas, nothing cut off silently."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from gateway.http import spreadsheets
from gateway.http.spreadsheets import Cell, Format, spreadsheet
from hotel.errors import Invalid

ZONE = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 7, 14, 16, 30, tzinfo=UTC)
COLUMNS = ["what", "at", "day", "number", "sure"]
ROWS: list[list[Cell]] = [
    ["=HYPERLINK(1)", AT, date(2026, 7, 14), 7, True],
    ['Tea, "green"\n绿茶', None, None, 2.5, False],
]


def test_csv_is_in_the_hotels_time_and_without_formulas() -> None:
    text = bytes(spreadsheet("found", COLUMNS, ROWS, Format.CSV, ZONE).body).decode("utf-8-sig")
    assert text == (
        "what,at,day,number,sure\r\n"
        "'=HYPERLINK(1),2026-07-15 00:30:00,2026-07-14,7,yes\r\n"
        '"Tea, ""green""\n绿茶",,,2.5,no\r\n'
    )


def test_xlsx_has_the_same_cells() -> None:
    answer = spreadsheet("found", COLUMNS, ROWS, Format.XLSX, ZONE)
    assert 'filename="found.xlsx"' in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(bytes(answer.body))).active
    assert sheet is not None
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert cells[1] == ["'=HYPERLINK(1)", "2026-07-15 00:30:00", "2026-07-14", 7, "yes"]
    assert cells[2][0] == 'Tea, "green"\n绿茶'


def test_characters_that_a_spreadsheet_cannot_hold_are_left_out() -> None:
    assert b"a\x07b" not in bytes(spreadsheet("x", ["t"], [["a\x07b"]], Format.CSV, ZONE).body)
    spreadsheet("x", ["t"], [["a\x07b"]], Format.XLSX, ZONE)


def test_too_many_rows_are_refused_and_not_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 2)
    with pytest.raises(Invalid) as refused:
        spreadsheet("x", ["t"], ([n] for n in range(3)), Format.CSV, ZONE)
    assert refused.value.code == "too_many_rows"
