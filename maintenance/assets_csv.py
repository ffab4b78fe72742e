"""The registry as a table: what each line of a file comes to, and the lines that are given out.

Pure. The columns that are given out are the ones that are read, so that a file can be taken out, filled in
and brought back. An empty cell leaves what is known. Nothing of a file with a refused line is taken.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from hotel.csv_table import Cells, RefusedRow, RowRefused, read_table, refuse_cell, refused_by
from hotel.errors import Invalid, Refused
from maintenance.assets import (
    Asset,
    AssetFacts,
    AssetKind,
    AssetState,
    check_facts,
    check_place,
    check_warranty,
)

# Taken in one transaction, in which nobody else can write: some seconds.
MOST_ROWS = 2_000
NEEDED: Final = ("name", "kind")
TEXTS: Final = ("name", "maker", "model", "serial", "note")
COLUMNS: Final = (
    *("asset", "kind", "name", "maker", "model", "serial", "room", "area", "parent", "installed_on"),
    *("warranty_until", "life_years", "price", "state", "note"),
)
# A spreadsheet would run a cell that begins so; what is given out has a quote before it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Outcome = Literal["make", "update", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class AssetLine:
    """What one line comes to. A refused one says why; `placed`: it says where the asset is."""

    line: int
    outcome: Outcome
    asset_id: str | None = None
    name: str | None = None
    facts: AssetFacts | None = None
    placed: bool = False
    room: str | None = None
    area: str | None = None
    code: str | None = None
    message: str | None = None
    values: dict[str, Any] = field(default_factory=dict)


def row_of(asset: Asset) -> list[str | int | float | date | None]:
    """An asset as a line, in the order of `COLUMNS`."""
    price = float(asset.price) if asset.price is not None else None
    what = [asset.id, asset.kind.value, asset.name, asset.maker, asset.model, asset.serial, asset.room]
    return [
        *what,
        asset.area,
        asset.parent_id,
        asset.installed_on,
        asset.warranty_until,
        asset.life_years,
        price,
        asset.state.value,
        asset.note,
    ]


def plan_assets(text: str, known: Sequence[Asset], rooms: Container[str]) -> list[AssetLine]:
    """What each line comes to, in the order of the lines. Nothing is done yet.

    A line is of a known asset when it names its id, or the serial number of exactly one (and no other
    maker); any other is a new one.

    Args:
        known: every asset. rooms: the numbers that exist.

    Raises:
        Invalid: no CSV with the columns that are needed, or too many rows.
    """
    rows, misshapen = read_table(text, NEEDED, COLUMNS)
    if len(rows) + len(misshapen) > MOST_ROWS:
        raise Invalid("too_many_rows", f"A file has at most {MOST_ROWS} rows.", most_rows=MOST_ROWS)
    book = _Book(known)
    lines = [_refused(row) for row in misshapen]
    for cells in rows:
        try:
            lines.append(_line(cells, book, rooms))
        except RowRefused as refused:
            lines.append(_refused(refused.row))
        except Refused as refusal:
            lines.append(_refused(refused_by(cells.line, refusal)))
    return sorted(lines, key=lambda line: line.line)


class _Book:
    """The known assets by what a line may name them by, and which lines did so already."""

    def __init__(self, known: Iterable[Asset]) -> None:
        self.by_id: dict[str, Asset] = {}
        self.by_serial: dict[str, list[Asset]] = {}
        self.by_key: dict[str, Asset] = {}
        self.line_of: dict[str, int] = {}
        for asset in known:
            self.by_id[asset.id] = asset
            self.by_key[asset.key] = asset
            if asset.serial is not None:
                self.by_serial.setdefault(asset.serial.lower(), []).append(asset)

    def asset(self, line: int, said: Mapping[str, str]) -> Asset | None:
        if (named := said.get("asset")) is not None:
            if named not in self.by_id:
                raise refuse_cell(line, "asset", "unknown_asset", "There is no asset with this id.")
            return self.by_id[named]
        serial, maker = said.get("serial"), said.get("maker")
        if serial is None:
            return None
        found = [
            one
            for one in self.by_serial.get(serial.lower(), [])
            if maker is None or one.maker is None or one.maker.lower() == maker.lower()
        ]
        if len(found) > 1:
            raise refuse_cell(
                line,
                "serial",
                "serial_not_unique",
                f"{len(found)} assets have this serial number: use the id.",
            )
        return found[0] if found else None

    def parent(self, line: int, named: str) -> str:
        one = self.by_id.get(named) or self.by_key.get(named)
        found = [one] if one is not None else self.by_serial.get(named.lower(), [])
        if len(found) != 1:
            raise refuse_cell(
                line,
                "parent",
                "unknown_parent",
                "There is no such asset to belong to: id, key or serial number.",
            )
        return found[0].id

    def once(self, line: int, key: str) -> None:
        first = self.line_of.setdefault(key, line)
        if first != line:
            raise refuse_cell(
                line, "asset", "asset_twice", f"This asset stands on line {first} already.", first_line=first
            )


def _line(cells: Cells, book: _Book, rooms: Container[str]) -> AssetLine:
    said = {
        name: value[1:] if value.startswith("'") and value[1:].startswith(_FORMULA) else value
        for name, value in cells.by_column.items()
    }
    asset = book.asset(cells.line, said)
    if asset is not None:
        book.once(cells.line, asset.id)
    elif "serial" in said:
        book.once(cells.line, f"{said.get('maker', '').lower()}/{said['serial'].lower()}")
    if asset is None and "name" not in said:
        raise refuse_cell(cells.line, "name", "name_needed", "An asset needs a name.")
    if asset is None and "kind" not in said:
        raise refuse_cell(cells.line, "kind", "kind_needed", "An asset needs a kind.")
    facts = _facts(cells.line, said, book)
    placed = "room" in said or "area" in said
    room, area = check_place(said.get("room"), said.get("area"))
    if room is not None and room not in rooms:
        raise refuse_cell(
            cells.line, "room", "unknown_room", f"There is no room {room[:40]}.", room=room[:40]
        )
    if asset is None:
        check_warranty(facts.installed_on, facts.warranty_until)
        return AssetLine(cells.line, "make", None, facts.name, facts, True, room, area)
    check_warranty(facts.installed_on or asset.installed_on, facts.warranty_until or asset.warranty_until)
    changed = frozenset(name for name in facts.given if getattr(facts, name) != getattr(asset, name))
    went = placed and (room, area) != (asset.room, asset.area)
    outcome: Outcome = "update" if changed or went else "unchanged"
    return AssetLine(cells.line, outcome, asset.id, facts.name or asset.name, facts, went, room, area)


def _facts(line: int, said: Mapping[str, str], book: _Book) -> AssetFacts:
    found: dict[str, Any] = {name: said[name] for name in TEXTS if name in said}
    if "kind" in said:
        found["kind"] = _one_of(line, "kind", said["kind"], AssetKind)
    if "state" in said:
        found["state"] = _one_of(line, "state", said["state"], AssetState)
    if "parent" in said:
        found["parent_id"] = book.parent(line, said["parent"])
    for name in ("installed_on", "warranty_until"):
        if name in said:
            try:
                found[name] = date.fromisoformat(said[name])
            except ValueError:
                raise refuse_cell(line, name, "bad_day", "A day is written 2026-05-31.") from None
    if "life_years" in said:
        found["life_years"] = float(_number(line, "life_years", said["life_years"]))
    if "price" in said:
        found["price_cents"] = int((_number(line, "price", said["price"]) * 100).to_integral_value())
    return check_facts(AssetFacts(frozenset(found), **found))


def _one_of(line: int, column: str, text: str, among: type[AssetKind] | type[AssetState]) -> Any:
    try:
        return among(text.lower().replace(" ", "_"))
    except ValueError:
        known = [one.value for one in among]
        raise refuse_cell(
            line, column, f"unknown_{column}", f"{text[:40]!r} is no {column}.", known=known
        ) from None


def _number(line: int, column: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > Decimal(10) ** 12:
        raise refuse_cell(line, column, "not_a_number", "A number is written 4200 or 4200.50.")
    return number


def _refused(row: RefusedRow) -> AssetLine:
    values = row.values if row.field is None else {"field": row.field, **row.values}
    return AssetLine(row.line, "refused", code=row.code, message=row.message, values=values)
