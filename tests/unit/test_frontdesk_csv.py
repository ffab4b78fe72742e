"""Files that people made: every complaint names its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.rooms_csv import read_rooms
from frontdesk.stays_csv import read_stays
from hotel.csv_table import MOST_BYTES, MOST_ROWS, decode
from hotel.errors import Invalid

ZONE = ZoneInfo("Asia/Shanghai")
HEADER = (
    "confirmation,room_type,room,arrival_date,departure_date,eta,family_name,adults,vip,cooling_celsius\n"
)
GOOD = "C1,KING,412,2026-07-14,2026-07-15,15:30,Chen,2,yes,22\n"


def only_refusal(text: str) -> tuple[int, str | None, str]:
    lines, refused = read_stays(text, ZONE)
    assert not lines
    (row,) = refused
    return row.line, row.field, row.code


def test_a_good_line_is_read_whole() -> None:
    (line,), refused = read_stays(HEADER + GOOD, ZONE)
    assert not refused
    assert (line.confirmation, line.room_type, line.room) == ("C1", "KING", "412")
    assert (line.arrival_date, line.departure_date) == (date(2026, 7, 14), date(2026, 7, 15))
    assert line.eta == datetime(2026, 7, 14, 7, 30, tzinfo=UTC)
    assert (line.family_name, line.adults, line.children, line.vip) == ("Chen", 2, 0, True)
    assert [(p.key.value, p.value, p.source.value) for p in line.preferences] == [
        ("cooling_celsius", 22.0, "pms")
    ]


@pytest.mark.parametrize(
    ("eta", "utc_hour"), [("15:00", 7), ("2026-07-14T15:00", 7), ("2026-07-14T15:00Z", 15), ("9:05", 1)]
)
def test_an_eta_is_a_local_time_unless_it_says_otherwise(eta: str, utc_hour: int) -> None:
    (line,), _ = read_stays(f"room,arrival_date,departure_date,eta\n412,2026-07-14,2026-07-15,{eta}\n", ZONE)
    assert line.eta is not None
    assert line.eta.hour == utc_hour


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("2026-07-14", "14/07/2026", "arrival_date", "bad_date"),
        ("2026-07-14", "2026-02-30", "arrival_date", "bad_date"),
        ("2026-07-14", "", "arrival_date", "missing_value"),
        ("15:30", "25:00", "eta", "bad_time"),
        ("15:30", "0001-01-01T00:00", "eta", "bad_time"),
        (",2,", ",two,", "adults", "bad_number"),
        (",2,", ",0,", "adults", "people_out_of_range"),
        (",2,", ",²,", "adults", "bad_number"),
        (",yes,", ",perhaps,", "vip", "bad_yes_no"),
        (",22\n", ",5\n", "cooling_celsius", "preference_out_of_range"),
        (",22\n", ",warm\n", "cooling_celsius", "bad_number"),
        (",22\n", ",nan\n", "cooling_celsius", "preference_out_of_range"),
        ("KING,412", ",", "room_type", "room_or_type_needed"),
        ("Chen", "C" * 101, "family_name", "too_long"),
        ("Chen,", "", None, "wrong_number_of_cells"),
    ],
)
def test_a_wrong_cell_is_named_with_its_line(old: str, new: str, field: str | None, code: str) -> None:
    assert only_refusal(HEADER + GOOD.replace(old, new)) == (2, field, code)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = (
        "arrival_date,departure_date,room,wish\r\n"
        '2026-07-14,2026-07-15,412,"two\r\nlines"\r\n'
        "\r\n"
        "nonsense,2026-07-15,413,\r\n"
    )
    lines, refused = read_stays(text, ZONE)
    assert [line.line for line in lines] == [2]
    assert [(row.line, row.field) for row in refused] == [(5, "arrival_date")]


def test_a_byte_order_mark_is_no_part_of_the_header() -> None:
    text = decode(b"\xef\xbb\xbf" + (HEADER + GOOD).encode())
    lines, refused = read_stays(text, ZONE)
    assert (len(lines), refused) == (1, [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_file"),
        ("room,arrival_date\n", "missing_column"),
        ("room,arrival_date,departure_date,roomtype\n", "unknown_column"),
        ("room,room,arrival_date,departure_date\n", "column_twice"),
        ('"room', "bad_csv"),
    ],
)
def test_a_file_without_a_usable_header_is_refused_whole(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_stays(text, ZONE)
    assert refusal.value.code == code
    assert refusal.value.values["line"] == 1


def test_a_quote_that_never_ends_costs_that_line() -> None:
    lines, refused = read_stays(HEADER + GOOD + 'C2,"KING,413,2026-07-14\n', ZONE)
    assert len(lines) == 1
    assert [(row.line, row.code) for row in refused] == [(3, "bad_csv")]


def test_files_have_a_size() -> None:
    with pytest.raises(Invalid) as bytes_refused:
        decode(b"x" * (MOST_BYTES + 1))
    assert bytes_refused.value.code == "file_too_large"
    with pytest.raises(Invalid) as rows_refused:
        read_rooms("number,floor,type\n" + "1,1,A\n" * (MOST_ROWS + 1))
    assert rows_refused.value.code == "too_many_rows"


def test_a_file_that_is_not_utf_8_says_where() -> None:
    with pytest.raises(Invalid) as refusal:
        decode("room\nZürich\n".encode("latin-1"))
    assert refusal.value.code == "not_utf_8"
    assert refusal.value.values["line"] == 2


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        read_stays(text, ZONE)
        read_rooms(text)
    except Invalid:
        pass
    lines, refused = read_stays(HEADER + text, ZONE)
    assert all(row.line >= 2 for row in refused)
    assert len(lines) + len(refused) <= text.count("\n") + text.count("\r") + 1


def test_rooms_are_read_and_leading_zeros_count() -> None:
    text = (
        "number,floor,section,type,type_name,area_square_metres,connecting\n"
        "0412,4,East,KING,King room,28.5,0414; 0416\n"
    )
    (room,), refused = read_rooms(text)
    assert not refused
    assert (room.number, room.floor, room.section, room.type_code) == ("0412", "4", "East", "KING")
    assert (room.area_square_metres, room.connecting) == (28.5, ("0414", "0416"))


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("4/12,4,KING,,", "number", "bad_room_number"),
        ("+,4,KING,,", "number", "bad_room_number"),
        (",4,KING,,", "number", "missing_value"),
        ("412,,KING,,", "floor", "missing_value"),
        ("412,4,,,", "type", "missing_value"),
        ("412,4,KING,big,", "area_square_metres", "bad_area"),
        ("412,4,KING,-3,", "area_square_metres", "bad_area"),
        ("412,4,KING,nan,", "area_square_metres", "bad_area"),
        ("412,4,KING,,412", "connecting", "connects_to_itself"),
        ("412,4,KING,,4#", "connecting", "bad_room_number"),
    ],
)
def test_a_wrong_room_is_named_with_its_line(row: str, field: str, code: str) -> None:
    lines, refused = read_rooms(f"number,floor,type,area_square_metres,connecting\n1,1,A,,\n{row}\n")
    assert len(lines) == 1
    assert [(r.line, r.field, r.code) for r in refused] == [(3, field, code)]


def test_a_room_stands_once_in_a_file() -> None:
    lines, refused = read_rooms("number,floor,type\n412,4,KING\n412,4,KING\n")
    assert len(lines) == 1
    assert [(r.line, r.code, r.values["first_line"]) for r in refused] == [(3, "room_twice", 2)]
