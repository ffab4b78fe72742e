"""A room as two heat stores, many rooms at a time: what it is made of and how it moves.

The grey box is the 2R2C of Madsen & Holst, "Estimation of continuous-time models for the heat dynamics
of a building" (Energy and Buildings 22, 1995), as Lin, Middelkoop & Barooah (CDC 2012) found second
order to be enough: air with what stands in it, and the mass of walls and slabs.

    Ca·dTa/dt = K·(Tm − Ta) + Ua·(To − Ta) + gain + f·sun + heat
    Cm·dTm/dt = K·(Ta − Tm) + Um·(To − Tm) + (1 − f)·sun

`heat` is what the unit brings (below zero when it cools); at full power it is a straight line of the
outdoor temperature. `sun` is irradiance on the horizontal times an effective area that leans east or
west. Between two moments at which the inputs change the solution is exact (matrix exponential of 2×2).

Everything is an array over rooms, in SI units and °C. Beliefs about rooms are `room_beliefs.RoomStates`,
moved by `room_filter.predict` and `update`; forecasts are made in `foresight.outlooks`. The ranges are
those that construction allows (a 32 m² hotel room; ISO 13790 for masses and couplings); a prior is the
middle of them and nothing more: what this house's rooms are like is learned.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from controller.outlook import Numbers

Flags = NDArray[np.bool_]

TYPICAL_AREA_SQUARE_METRES = 32.0
# Of the sun that comes in, what the air takes at once (from furniture, curtain): the rest warms the mass.
SUN_TO_AIR = 0.35
# What drawn curtains leave of the sun.
CURTAIN_SHARE = 0.5
# Sensible heat of a person at rest and of what they have switched on.
PERSON_WATTS = 110.0
# A compressor or a valve comes to its power with this time constant.
UNIT_SECONDS = 120.0
# Of the whole conductance to outdoors: windows and leaks touch the air, the rest the mass.
AIR_SHARE = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class RoomParameters:
    """What rooms are made of; each field an array over rooms."""

    air_capacity_joules_per_kelvin: Numbers
    mass_capacity_joules_per_kelvin: Numbers
    coupling_watts_per_kelvin: Numbers
    air_conductance_watts_per_kelvin: Numbers
    mass_conductance_watts_per_kelvin: Numbers
    gain_watts: Numbers
    solar_square_metres: Numbers
    # Leaning of the windows: added to the area when the sun is in the east, taken off in the west.
    east_square_metres: Numbers
    cooling_watts_at_35: Numbers
    cooling_slope: Numbers
    heating_watts_at_7: Numbers
    heating_slope: Numbers
    # Time constant of the room's sensor.
    sensor_seconds: Numbers

    def __len__(self) -> int:
        return len(self.gain_watts)

    def take(self, rows: NDArray[np.intp] | Flags) -> RoomParameters:
        """The same of some rooms, in the order of `rows`."""
        return RoomParameters(*(getattr(self, field.name)[rows] for field in fields(self)))

    def cooling_watts(self, outdoor_celsius: Numbers) -> Numbers:
        """Sensible cooling at full power (≥ 0); columns may run over time."""
        return _spread(self.cooling_watts_at_35, outdoor_celsius) * np.clip(
            1 + _spread(self.cooling_slope, outdoor_celsius) * (outdoor_celsius - 35.0), 0.4, 1.6
        )

    def heating_watts(self, outdoor_celsius: Numbers) -> Numbers:
        """Heating at full power (≥ 0)."""
        return _spread(self.heating_watts_at_7, outdoor_celsius) * np.clip(
            1 + _spread(self.heating_slope, outdoor_celsius) * (outdoor_celsius - 7.0), 0.3, 1.5
        )

    def sun_watts(self, irradiance: Numbers, east: Numbers, curtain_closed: Numbers | float = 0.0) -> Numbers:
        """Heat of the sun. `irradiance` W/m² on the horizontal, `east` −1…1, `curtain_closed` 0…1."""
        area = np.maximum(
            0.0,
            _spread(self.solar_square_metres, irradiance)
            + _spread(self.east_square_metres, irradiance) * east,
        )
        return area * irradiance * (1 - (1 - CURTAIN_SHARE) * curtain_closed)


def _spread(values: Numbers, like: Numbers) -> Numbers:
    """`values` over rooms, shaped so that they meet `like` over rooms × …"""
    extra = np.ndim(like) - 1
    return values.reshape(values.shape + (1,) * extra) if extra > 0 else values


# What a 32 m² room can be: lowest, usual, highest.
BOUNDS: dict[str, tuple[float, float, float]] = {
    "air_capacity_joules_per_kelvin": (0.2e6, 0.55e6, 1.4e6),
    "mass_capacity_joules_per_kelvin": (2.0e6, 5.5e6, 14.0e6),
    "coupling_watts_per_kelvin": (150.0, 360.0, 900.0),
    "air_conductance_watts_per_kelvin": (3.0, 22.0, 80.0),
    "mass_conductance_watts_per_kelvin": (1.0, 14.0, 60.0),
    "gain_watts": (-200.0, 50.0, 500.0),
    "solar_square_metres": (0.0, 0.8, 5.0),
    "east_square_metres": (-3.0, 0.0, 3.0),
    "cooling_watts_at_35": (700.0, 2600.0, 7000.0),
    "cooling_slope": (-0.03, -0.012, 0.0),
    "heating_watts_at_7": (500.0, 4200.0, 9000.0),
    "heating_slope": (0.0, 0.010, 0.04),
    "sensor_seconds": (30.0, 270.0, 900.0),
}
# These do not grow with the room.
_AREALESS = frozenset({"cooling_slope", "heating_slope", "sensor_seconds"})


def prior(area_square_metres: Numbers) -> RoomParameters:
    """What is believed of rooms of which nothing but their area is known.

    Args:
        area_square_metres: `TYPICAL_AREA_SQUARE_METRES` where it is unknown.
    """
    scale = np.clip(area_square_metres / TYPICAL_AREA_SQUARE_METRES, 0.4, 4.0)
    return RoomParameters(
        *(
            np.full_like(scale, BOUNDS[field.name][1]) * (1.0 if field.name in _AREALESS else scale)
            for field in fields(RoomParameters)
        )
    )


def clamped(parameters: RoomParameters) -> RoomParameters:
    """The same within what a room can be (four times as much for the largest suites)."""
    return RoomParameters(
        *(
            np.clip(
                getattr(parameters, name),
                low,
                high * (1.0 if name in _AREALESS else 4.0),
            )
            for name, (low, _, high) in ((field.name, BOUNDS[field.name]) for field in fields(parameters))
        )
    )


@dataclass(frozen=True, slots=True, eq=False)
class Stepper:
    """The exact step of `seconds` for each room: next = Φ·now + Γ·(forces).

    Forces are watts into air and into mass, outdoors included (`forces`). Made once, used for as many
    steps as the parameters stay the same.
    """

    air_to_air: Numbers
    mass_to_air: Numbers
    air_to_mass: Numbers
    mass_to_mass: Numbers
    # Kelvins that a watt into … brings in the step.
    air_by_air_watt: Numbers
    air_by_mass_watt: Numbers
    mass_by_air_watt: Numbers
    mass_by_mass_watt: Numbers

    def step(
        self, air: Numbers, mass: Numbers, air_watts: Numbers, mass_watts: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Air and mass after one step under constant forces."""
        return (
            self.air_to_air * air
            + self.mass_to_air * mass
            + self.air_by_air_watt * air_watts
            + self.air_by_mass_watt * mass_watts,
            self.air_to_mass * air
            + self.mass_to_mass * mass
            + self.mass_by_air_watt * air_watts
            + self.mass_by_mass_watt * mass_watts,
        )

    def columns(self, extra: int = 1) -> Stepper:
        """The same shaped to meet arrays over rooms × `extra` more axes."""
        return Stepper(
            *(
                getattr(self, field.name).reshape(getattr(self, field.name).shape + (1,) * extra)
                for field in fields(self)
            )
        )


def stepper(parameters: RoomParameters, seconds: float) -> Stepper:
    """The exact discrete step of these rooms: e^{A·t} of a 2×2 with real eigenvalues, in closed form."""
    ca, cm = parameters.air_capacity_joules_per_kelvin, parameters.mass_capacity_joules_per_kelvin
    coupling = parameters.coupling_watts_per_kelvin
    ua, um = parameters.air_conductance_watts_per_kelvin, parameters.mass_conductance_watts_per_kelvin
    a, b = -(coupling + ua) / ca, coupling / ca
    c, d = coupling / cm, -(coupling + um) / cm
    middle, half = (a + d) / 2, np.sqrt(((a - d) / 2) ** 2 + b * c)  # half > 0, as b·c > 0
    slow, fast = np.exp((middle + half) * seconds), np.exp((middle - half) * seconds)
    even, odd = (slow + fast) / 2, (slow - fast) / (2 * half)
    aa, am = even + odd * (a - middle), odd * b
    ma, mm = odd * c, even + odd * (d - middle)
    # Γ = A⁻¹·(Φ − 1); the determinant is above 0 as long as a room loses anything to outdoors.
    determinant = a * d - b * c
    i00, i01, i10, i11 = d / determinant, -b / determinant, -c / determinant, a / determinant
    return Stepper(
        aa,
        am,
        ma,
        mm,
        (i00 * (aa - 1) + i01 * ma) / ca,
        (i00 * am + i01 * (mm - 1)) / cm,
        (i10 * (aa - 1) + i11 * ma) / ca,
        (i10 * am + i11 * (mm - 1)) / cm,
    )


def forces(
    parameters: RoomParameters, outdoor_celsius: Numbers, sun_watts: Numbers, heat_watts: Numbers
) -> tuple[Numbers, Numbers]:
    """Watts into air and into mass, for `Stepper.step`. `heat_watts`: the unit and people."""
    air = (
        _spread(parameters.air_conductance_watts_per_kelvin, outdoor_celsius) * outdoor_celsius
        + _spread(parameters.gain_watts, outdoor_celsius)
        + SUN_TO_AIR * sun_watts
        + heat_watts
    )
    mass = (
        _spread(parameters.mass_conductance_watts_per_kelvin, outdoor_celsius) * outdoor_celsius
        + (1 - SUN_TO_AIR) * sun_watts
    )
    return air, mass
