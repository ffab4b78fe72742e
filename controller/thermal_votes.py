"""How people would find a room: PMV and PPD of Fanger's heat balance, and what is assumed for them.

The figures are those of ASHRAE 55 and ISO 7730 as `pythermalcomfort` works them out (Tartarini & Schiavon,
"pythermalcomfort: A Python package for thermal comfort research", SoftwareX 12, 2020; its `pmv_ppd_ashrae`).
Nobody knows what a guest wears or does: a seated guest (1.1 met) in still air (0.1 m/s), in light clothing
where rooms are cooled (0.5 clo) and in winter clothing where they are heated (1.0 clo). Categories A, B and
C are ISO 7730's: within 0.2, 0.5 and 0.7 of neutral. Sleepers are outside both standards.

`votes` is for a worker process: the library brings a compiler along and takes seconds to load.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from controller.comfort import Season
from controller.setback import MAGNUS_A, MAGNUS_B

METABOLIC_MET, AIR_SPEED_METRES_PER_SECOND = 1.1, 0.1
CLOTHING_CLO: dict[Season, float] = {"cooling": 0.5, "heating": 1.0}
# Where no sensor tells.
ASSUMED_HUMIDITY_PERCENT = 50.0
Category = Literal["A", "B", "C", "outside"]
_LIMITS: tuple[tuple[float, Category], ...] = ((0.2, "A"), (0.5, "B"), (0.7, "C"))


@dataclass(frozen=True, slots=True)
class Thermal:
    """What a guest would feel: air, mean radiant temperature (the walls'), humidity, and what they wear."""

    celsius: float
    radiant_celsius: float
    humidity_percent: float
    clothing_clo: float


def votes(rooms: tuple[Thermal, ...]) -> list[tuple[float, float] | None]:
    """(PMV, PPD in percent) of each; None where the standard says nothing (a frozen room, an oven)."""
    # Here and not above: it takes seconds and a compiler to load, and the service names this function.
    from pythermalcomfort.models import pmv_ppd_ashrae

    found = pmv_ppd_ashrae(
        tdb=[room.celsius for room in rooms],
        tr=[room.radiant_celsius for room in rooms],
        vr=[AIR_SPEED_METRES_PER_SECOND for _ in rooms],
        rh=[room.humidity_percent for room in rooms],
        met=[METABOLIC_MET for _ in rooms],
        clo=[room.clothing_clo for room in rooms],
    )
    return [
        (round(float(pmv), 2), round(float(ppd), 1)) if math.isfinite(pmv) else None
        for pmv, ppd in zip(found.pmv, found.ppd, strict=True)
    ]


def category(pmv: float) -> Category:
    """The category of ISO 7730 that a room of this vote is in."""
    return next((name for limit, name in _LIMITS if abs(pmv) < limit), "outside")


def humidity_at(humidity_percent: float, from_celsius: float, to_celsius: float) -> float:
    """The same water in the air at another temperature, percent; never more than it can hold."""

    def saturation(celsius: float) -> float:
        return math.exp(MAGNUS_A * celsius / (MAGNUS_B + celsius))

    return min(100.0, humidity_percent * saturation(from_celsius) / saturation(to_celsius))
