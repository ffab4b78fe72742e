"""Approving many devices with a table: the inbox as CSV to fill in, and what each line of it means.

Pure: rows in, decisions out. A line names a device by its key or its unique id; its room and purpose
are what an engineer would choose on the page. Each line has an outcome of its own: one that is wrong
keeps no other from being taken.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from controller.readings import Device, Purpose
from hotel.csv_table import Cells, RefusedRow, read_table
from hotel.errors import Invalid

MOST_ROWS = 5_000
# What is read, and what stands beside it so that a person knows which device a line is about.
NEEDED = ("room",)
READ = ("key", "unique_id", "room", "purpose")
TOLD = ("device", "name", "maker", "model", "component", "suggested_area")
COLUMNS = ("key", "unique_id", *TOLD, "purpose", "room")
# A spreadsheet would run a cell that begins so; devices choose their own names.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
# approve: it was waiting; again: it works and asked again; move: another room or purpose;
# unchanged: so already; left: no room is filled in, so it goes on waiting.
Outcome = Literal["approve", "again", "move", "unchanged", "left", "refused"]
TAKEN: frozenset[Outcome] = frozenset({"approve", "again", "move"})


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """What one line of the file comes to. A refused one says why: a code, a sentence and its values."""

    line: int
    outcome: Outcome
    key: str | None = None
    device_id: str | None = None
    name: str | None = None
    room: str | None = None
    purpose: Purpose | None = None
    code: str | None = None
    message: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


def inbox_csv(devices: Iterable[Device], unique_ids: Mapping[str, str]) -> str:
    """The devices as a table to fill in; `room` holds what the house would choose.

    Args:
        unique_ids: by device id; devices without one are named by their key.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for device in devices:
        cells = (
            device.key,
            unique_ids.get(device.id, ""),
            device.apparatus_name,
            device.name,
            device.maker or "",
            device.model or "",
            device.component,
            device.suggested_area or "",
            device.purpose,
            device.room or device.suggested_room or "",
        )
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return text.getvalue()


def plan_approvals(
    text: str, devices: Iterable[Device], unique_ids: Mapping[str, str], rooms: Container[str]
) -> list[ApprovalLine]:
    """What each line comes to, in the order of the lines. Nothing is done yet.

    Args:
        devices: all that are there, waiting or approved.
        unique_ids: by device id.
        rooms: the numbers that exist.

    Raises:
        Invalid: no CSV with the columns that are needed, or too many rows.
    """
    rows, misshapen = read_table(text, NEEDED, COLUMNS)
    if len(rows) + len(misshapen) > MOST_ROWS:
        raise Invalid("too_many_rows", f"A file has at most {MOST_ROWS} rows.", most_rows=MOST_ROWS)
    by_key: dict[str, Device] = {}
    by_unique_id: dict[str, list[Device]] = {}
    for device in devices:
        by_key[device.key] = device
        if (unique_id := unique_ids.get(device.id)) is not None:
            by_unique_id.setdefault(unique_id, []).append(device)
    first_line_of: dict[str, int] = {}
    lines = [_refused(row) for row in misshapen]
    for cells in rows:
        lines.append(_line(cells, by_key, by_unique_id, rooms, first_line_of))
    return sorted(lines, key=lambda line: line.line)


def _line(
    cells: Cells,
    by_key: Mapping[str, Device],
    by_unique_id: Mapping[str, list[Device]],
    rooms: Container[str],
    first_line_of: dict[str, int],
) -> ApprovalLine:
    said = {name: value.removeprefix("'") for name, value in cells.by_column.items()}
    key, unique_id = said.get("key"), said.get("unique_id")
    if key is None and unique_id is None:
        return _no(cells, "key", "device_needed", "Say which device: key or unique_id.")
    if key is not None:
        found = [by_key[key]] if key in by_key else []
    else:
        found = by_unique_id.get(unique_id or "", [])
    if not found:
        return _no(
            cells, "key", "unknown_device", "There is no such device.", device=(key or unique_id or "")[:80]
        )
    if len(found) > 1:
        return _no(
            cells,
            "unique_id",
            "unique_id_not_unique",
            f"{len(found)} devices have this unique_id: use the key.",
            devices=len(found),
        )
    device = found[0]
    if (first := first_line_of.setdefault(device.id, cells.line)) != cells.line:
        return _no(
            cells, "key", "device_twice", f"This device stands on line {first} already.", first_line=first
        )
    room, purpose = said.get("room"), said.get("purpose", device.purpose)
    if purpose not in PURPOSES:
        return _no(
            cells, "purpose", "unknown_purpose", f"{purpose[:40]!r} is no purpose.", purposes=list(PURPOSES)
        )
    if room is not None and room not in rooms:
        return _no(cells, "room", "unknown_room", f"There is no room {room[:40]}.", room=room[:40])
    if room is None and purpose != "outdoor_temperature":
        return ApprovalLine(cells.line, "left", device.key, device.id, device.name, None, purpose)
    return ApprovalLine(
        cells.line, _outcome(device, room, purpose), device.key, device.id, device.name, room, purpose
    )


def _outcome(device: Device, room: str | None, purpose: Purpose) -> Outcome:
    if not device.approved:
        return "approve"
    if device.changed:
        return "again"
    return "unchanged" if (device.room, device.purpose) == (room, purpose) else "move"


def _no(cells: Cells, column: str, code: str, message: str, **values: Any) -> ApprovalLine:
    return _refused(
        RefusedRow(cells.line, column, code, message, values),
        cells.by_column.get("key") or cells.by_column.get("unique_id"),
    )


def _refused(row: RefusedRow, key: str | None = None) -> ApprovalLine:
    values = row.values if row.field is None else {"field": row.field, **row.values}
    return ApprovalLine(
        row.line, "refused", key[:300] if key else None, code=row.code, message=row.message, values=values
    )
