"""Counts of minibars and linen: load, decide by `counting`, save, announce."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hotel.actor import Actor, Role
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, Invalid, NotFound
from hotel.ids import new_id
from hotel.messages import StockCounted
from hotel.rooms import find_property, find_room
from housekeeping import counting_store as store
from housekeeping.counting import MOST_GOODS, Good, Line, Stock, count_lines
from housekeeping.counting_store import CountRow, GoodRow
from housekeeping.ports import FrontOffice

LONGEST_PLACE = 60
# A finger slips: who counted may take the count back for so long, a supervisor at any time.
OWN_TAKE_BACK = timedelta(minutes=2)


class CountingService:
    """The goods of each stock and what was counted of them.

    Args:
        front_office: whose stay a minibar's count belongs to.
    """

    def __init__(self, database: Database, front_office: FrontOffice) -> None:
        self.database = database
        self._front_office = front_office

    def goods(self, stock: Stock) -> list[Good]:
        with self.database.read() as session:
            return [_good(row) for row in store.goods(session, self.database.property_id, stock.value)]

    def set_goods(self, tx: Transaction, actor: Actor, stock: Stock, wanted: Sequence[Good]) -> list[Good]:
        """Make the list what is given, in its order; what is left out stays readable but not active.

        Raises:
            Invalid: a code twice, or too many.
        """
        if len(wanted) > MOST_GOODS:
            raise Invalid("too_many_goods", f"A list has at most {MOST_GOODS} goods.", most=MOST_GOODS)
        codes = [good.code for good in wanted]
        if len(set(codes)) != len(codes):
            raise Invalid("code_twice", "A code stands twice on the list.", field="goods")
        kept = {row.code: row for row in store.goods(tx.session, tx.property_id, stock.value)}
        for position, good in enumerate(wanted):
            row = kept.pop(good.code, None)
            if row is None:
                row = GoodRow(property_id=tx.property_id, stock=stock.value, code=good.code)
                tx.session.add(row)
            row.name, row.par, row.active, row.position = good.name, good.par, good.active, position
            row.price = str(good.price) if good.price is not None else None
        for row in kept.values():
            row.active = False
        tx.session.flush()
        tx.audit(actor, "stock.set_goods", f"stock:{stock}", goods=len(wanted))
        return [_good(row) for row in store.goods(tx.session, tx.property_id, stock.value)]

    def count(
        self,
        tx: Transaction,
        actor: Actor,
        stock: Stock,
        place: str,
        counted: Mapping[str, Mapping[str, int]],
        at: datetime | None = None,
    ) -> str:
        """Write a count down and return its id. A minibar where nothing is missing counts too.

        Args:
            place: a room's number (minibar), a floor or store in words (linen).
            at: when it was counted, for a count that was made offline; now when left out.

        Raises:
            NotFound: no such room.
            Invalid: see `counting.count_lines`, or no place.
        """
        now = tx.clock.now()
        stay_id = None
        if stock is Stock.MINIBAR:
            find_room(tx.session, tx.property_id, place)
            stays = self._front_office.rooms([place]).get(place)
            stay_id = stays.in_house[0] if stays is not None and stays.in_house else None
        place = place.strip()
        if not 1 <= len(place) <= LONGEST_PLACE:
            raise Invalid("place_needed", "Say where it was counted.", field="place", longest=LONGEST_PLACE)
        goods = [_good(row) for row in store.goods(tx.session, tx.property_id, stock.value)]
        lines = count_lines(stock, goods, counted)
        row = CountRow(
            id=new_id(),
            property_id=tx.property_id,
            stock=stock.value,
            place=place,
            business_date=find_property(tx.session, tx.property_id).business_date,
            at=min(at or now, now),
            by=actor.id,
            by_name=actor.name,
            stay_id=stay_id,
            lines=[_kept(line) for line in lines],
        )
        tx.session.add(row)
        tx.session.flush()
        tx.audit(actor, "stock.count", f"{stock}:{place}", count_id=row.id, lines=len(lines))
        tx.announce(StockCounted(stock.value, place, row.id))
        return row.id

    def take_back(self, tx: Transaction, actor: Actor, count_id: str) -> None:
        """Mark a count as a mistake.

        Raises:
            NotFound: no such count.
            Conflict: it was taken back already.
            Forbidden: not the own one within two minutes, and no supervisor.
        """
        row = store.count(tx.session, tx.property_id, count_id, for_edit=True)
        if row is None:
            raise NotFound("unknown_count", "There is no such count.")
        if row.taken_back_at is not None:
            raise Conflict("taken_back", "This count was taken back already.")
        now = tx.clock.now()
        own = row.by == actor.id and now - row.at <= OWN_TAKE_BACK
        if not own and not actor.has(Role.SUPERVISOR, Role.MANAGER):
            raise Forbidden("too_late_to_undo", "After two minutes only a supervisor takes a count back.")
        row.taken_back_at, row.taken_back_by = now, actor.name
        tx.session.flush()
        tx.audit(actor, "stock.take_back", f"{row.stock}:{row.place}", count_id=row.id)
        tx.announce(StockCounted(row.stock, row.place, row.id))

    def counts(
        self, stock: Stock, day: date | None, place: str | None, before: str | None, limit: int
    ) -> tuple[list[CountRow], str | None]:
        """A page of counts, newest first, and where the next begins."""
        with self.database.read() as session:
            rows = store.counts(
                session, self.database.property_id, stock.value, day, place, before, limit + 1
            )
        return rows[:limit], rows[limit - 1].id if len(rows) > limit else None

    def one(self, count_id: str) -> CountRow:
        """Raises NotFound."""
        with self.database.read() as session:
            row = store.count(session, self.database.property_id, count_id)
        if row is None:
            raise NotFound("unknown_count", "There is no such count.")
        return row


def lines_of(row: CountRow) -> list[Line]:
    """The lines as they were counted."""
    return [
        Line(
            line["code"],
            line["name"],
            Decimal(line["price"]) if line["price"] is not None else None,
            line["figures"],
        )
        for line in row.lines
    ]


def _good(row: GoodRow) -> Good:
    price = Decimal(row.price) if row.price is not None else None
    return Good(row.code, row.name, row.par, price, row.active)


def _kept(line: Line) -> dict[str, Any]:
    price = str(line.price) if line.price is not None else None
    return {"code": line.code, "name": line.name, "price": price, "figures": dict(line.figures)}
