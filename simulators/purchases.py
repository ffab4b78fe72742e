"""What the hotel's things cost and when they were bought, by seed: the books that an engineer copies out."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

# Price and the age of the oldest, in years.
BOUGHT = {
    "split_ac": (620, 13.0),
    "fan_coil": (540, 18.0),
    "curtain_motor": (110, 8.0),
    "lock": (180, 9.0),
    "panel": (90, 9.0),
    "light": (45, 8.0),
    "sensor": (35, 5.0),
    "gateway": (140, 6.0),
}
WARRANTY_DAYS = 3 * 365
YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Purchase:
    price: int
    installed_on: date
    warranty_until: date


def purchase_of(seed: int, key: str, kind: str, today: date) -> Purchase | None:
    """When the thing with this key was bought, and for how much; None when the books say nothing."""
    if kind not in BOUGHT:
        return None
    price, oldest = BOUGHT[kind]
    draw = random.Random(f"{seed}/bought/{key}")
    installed = today - timedelta(days=draw.uniform(0.1, oldest) * YEAR_DAYS)
    return Purchase(price, installed, installed + timedelta(days=WARRANTY_DAYS))
