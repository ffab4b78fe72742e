"""What a ticket's work took: minutes of somebody, parts, other expenses. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from hotel.errors import Invalid

MOST_QUANTITY = 10_000.0
# In hundredths of the hotel's currency.
MOST_CENTS = 1_000_000_00
LONGEST_WHAT = 100


class CostKind(StrEnum):
    """`work` is counted in minutes, a part in pieces; `other`: a vendor's bill, a taxi."""

    WORK = "work"
    PART = "part"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Cost:
    """`cost_cents` is in all, not for a piece."""

    kind: CostKind
    what: str | None
    quantity: float
    cost_cents: int


def work_cents(minutes: float, cents_an_hour: int) -> int:
    """What so many minutes of work are worth."""
    return round(minutes * cents_an_hour / 60)


def check_cost(kind: CostKind, what: str | None, quantity: float, cost_cents: int) -> Cost:
    """The cost as it is kept.

    Raises:
        Invalid: nothing or less than nothing of it, a price below zero, too much, or a part without a name.
    """
    said = (what or "").strip() or None
    if not (math.isfinite(quantity) and 0 < quantity <= MOST_QUANTITY):
        raise Invalid(
            "bad_quantity", f"A quantity is above 0 and at most {MOST_QUANTITY:.0f}.", field="quantity"
        )
    if not 0 <= cost_cents <= MOST_CENTS:
        raise Invalid(
            "bad_cost", "A cost is not below zero, and not more than a million.", field="cost_cents"
        )
    if said is None and kind is not CostKind.WORK:
        raise Invalid("what_needed", "Say what it was.", field="what")
    if said is not None and len(said) > LONGEST_WHAT:
        raise Invalid("what_too_long", f"At most {LONGEST_WHAT} characters.", field="what")
    return Cost(kind, said, quantity, cost_cents)
