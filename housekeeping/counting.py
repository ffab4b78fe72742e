"""Counts of what is used up: the minibar of a room, the linen of a floor. Pure.

Both are lists of goods and, for each count, how many of each; they differ in what is counted of one
good, and that stands here as data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from hotel.errors import Invalid

MOST_GOODS = 300
MOST_OF_ONE = 999
LONGEST_NAME = 80


class Stock(StrEnum):
    MINIBAR = "minibar"
    LINEN = "linen"


# What is counted of one good. A minibar's count is what the guest used; linen goes round.
FIGURES: Mapping[Stock, tuple[str, ...]] = {
    Stock.MINIBAR: ("consumed", "expired"),
    Stock.LINEN: ("clean", "soiled", "discarded"),
}


@dataclass(frozen=True, slots=True)
class Good:
    """One kind of thing: a bottle of water, a bath towel.

    `price` is a decimal in the hotel's currency (minibar only), `par` how many belong there.
    """

    code: str
    name: str
    par: int
    price: Decimal | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """How many of one good, by figure. `name` and `price` are those of the moment of the count."""

    code: str
    name: str
    price: Decimal | None
    figures: Mapping[str, int]

    @property
    def charge(self) -> Decimal:
        """What the guest owes for it."""
        return (self.price or Decimal(0)) * self.figures.get("consumed", 0)


def check_good(stock: Stock, code: str, name: str, par: int, price: str | None, active: bool) -> Good:
    """A good as it is kept.

    Raises:
        Invalid: a bad code, name, par or price.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,29}", code):
        raise Invalid("bad_code", "A code has 1 to 30 small letters, digits or hyphens.", field="code")
    cleaned = name.strip()
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise Invalid("bad_name", f"A name has 1 to {LONGEST_NAME} characters.", field="name")
    if not 0 <= par <= MOST_OF_ONE:
        raise Invalid("bad_par", f"The par level is from 0 to {MOST_OF_ONE}.", field="par")
    if price is not None and stock is not Stock.MINIBAR:
        raise Invalid("no_price", "Only what is sold has a price.", field="price")
    return Good(code, cleaned, par, _price(price), active)


def _price(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite() or not 0 <= price < 1_000_000 or price != round(price, 2):
        raise Invalid("bad_price", "A price is 0 or more, with at most two decimals.", field="price")
    return price


def count_lines(stock: Stock, goods: Sequence[Good], counted: Mapping[str, Mapping[str, int]]) -> list[Line]:
    """The lines of a count, in the order of the goods; what is nowhere above 0 is left out.

    A good that was taken off the list since the tablet read it still counts: somebody did count it.

    Args:
        counted: by code, how many by figure.

    Raises:
        Invalid: an unknown good or figure, a number out of range, nothing counted at all.
    """
    known = {good.code: good for good in goods}
    for code, figures in counted.items():
        if code not in known:
            raise Invalid("unknown_good", f"There is no {code!r} on the list.", field="counted", good=code)
        for figure, number in figures.items():
            if figure not in FIGURES[stock]:
                raise Invalid(
                    "unknown_figure",
                    f"Of {stock} one counts: {', '.join(FIGURES[stock])}.",
                    field="counted",
                    figure=figure,
                )
            if not 0 <= number <= MOST_OF_ONE:
                raise Invalid("bad_number", f"A number is from 0 to {MOST_OF_ONE}.", field="counted")
    lines = [
        Line(code, good.name, good.price, {name: n for name, n in counted[code].items() if n})
        for code, good in known.items()
        if any(counted.get(code, {}).values())
    ]
    if not lines and stock is Stock.LINEN:
        raise Invalid("nothing_counted", "Nothing was counted.", field="counted")
    return lines
