"""The numbers that comfort, planning and commands go by, in one place.

Hotel time unless a name says `transport`. A bench runs its baselines by changing these numbers, never
by changing code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

LeadRule = Literal["learned", "fixed"]

# Brightness of the light scenes that a guest can wish for, percent.
LIGHT_SCENES: Mapping[str, float] = MappingProxyType(
    {
        "off": 0.0,
        "night": 10.0,
        "dim": 20.0,
        "relax": 40.0,
        "reading": 50.0,
        "warm": 60.0,
        "welcome": 70.0,
        "bright": 100.0,
    }
)


@dataclass(frozen=True, slots=True)
class ClimatePolicy:
    """What a room should be, and when it starts to be made so.

    Sources: 24/21 °C lie in ISO 7730 category B; vacant 28/16 °C and the humidity guard follow
    ASHRAE 90.1-derived codes (unrented ≥ 27 / ≤ 16 °C, drying allowed when vacant).
    """

    cooling_celsius: float = 24.0
    heating_celsius: float = 21.0
    # What a room can be; a wish beyond is brought to the nearest, and said to be.
    lowest_celsius: float = 16.0
    highest_celsius: float = 30.0
    # Outdoor mean above which a room is cooled, below which it is heated; between, the room decides.
    cooling_outdoor_celsius: float = 20.0
    heating_outdoor_celsius: float = 12.0
    season_hysteresis_kelvin: float = 0.75

    # False: a vacant room is held at the comfort temperature (the always-on baseline).
    setback: bool = True
    vacant_cooling_celsius: float = 28.0
    vacant_heating_celsius: float = 16.0
    vacant_band_kelvin: float = 1.0
    # A room that is slow is set back less deep: it must be able to come back within this.
    recover_minutes: float = 150.0
    least_setback_kelvin: float = 2.0
    humid_percent: float = 65.0
    dry_percent: float = 60.0
    # A damp room is dried until it is so much colder than a guest would want it.
    drying_below_kelvin: float = 1.5
    # While staff work in it, and while it is closed to guests: pipes must not freeze, nothing else matters.
    cleaning_kelvin: float = 3.0
    maintenance_low_celsius: float = 10.0
    maintenance_high_celsius: float = 32.0
    # How far open the curtains of an empty room are against the sun; None = they are left alone. Sun counts
    # from this much on the horizontal, and through the room's own window where that is known.
    vacant_curtain_percent: float | None = 0.0
    sun_irradiance: float = 150.0
    sun_room_watts: float = 60.0
    curtain_rest_minutes: float = 60.0

    away_minutes: float = 30.0
    away_kelvin: float = 2.5
    # Who went out comes back without notice: eased no further than the room makes good in this time.
    away_recover_minutes: float = 30.0
    least_away_kelvin: float = 1.0
    window_stop_seconds: float = 20.0

    lead_rule: LeadRule = "learned"
    fixed_minutes: float = 120.0
    longest_lead_minutes: float = 360.0
    # The lead when neither the room's state nor any ramp of its own is known.
    fallback_lead_minutes: float = 120.0
    ready_within_kelvin: float = 0.3
    # What a guest's waiting for their temperature may cost, in electricity: holding a room takes some
    # 5 Wh a minute, so that this asks for 98 of 100 to find it ready (the newsvendor's ratio).
    late_watt_hours_per_minute: float = 240.0
    # And never less than holding the room takes in so many minutes: where holding is dear (or a model that is
    # not learned yet says so) as many find their room ready. 48 of it is the ratio of 98 of 100.
    late_holds: float = 48.0
    # Weighing starts, the doubt of a ramp counts this many times: its logarithm is normal, so that long ones
    # last longer than a normal doubt has it, and the fiftieth ramp decides, not the tenth. By hand between
    # 1.6 (slow rooms in the cold begun too late) and 2.4 (no better, dearer).
    ramp_tail: float = 2.0
    # Who said no time is waited for at another price: for 9 of 10, or in two stages.
    unsaid_late_watt_hours_per_minute: float = 40.0
    # Of it, for who comes before the time they named. Nothing is taken off: the promise counts them like the
    # others, and at 0.8 they were most of those who did not find their room ready (comfort bench, seed 21).
    early_guest_share: float = 1.0
    # Two stages where the arrival is less sure than this: held off the target by so much first; a sign
    # comes so far ahead.
    two_stage_deviation_minutes: float = 40.0
    hold_kelvin: float = 1.5
    sign_ahead_minutes: float = 20.0
    # A unit that has just started throws the light air past its target while the sensors are minutes behind:
    # it starts at least so long before the first who keep their word, however short the way.
    settle_minutes: float = 12.0
    # A running plan goes back to waiting only when its arrival moved by so much since it began, the unit can
    # rest so long, and so much is saved.
    restart_minutes: float = 15.0
    least_pause_minutes: float = 30.0
    least_saving_watt_hours: float = 60.0
    # A room that is ready long before its guest rests again and comes back by what its way took. Full power
    # is at most twice what holding it takes just then, so that a rest as long as such a way pays. It comes
    # back in no more than that while its walls are fresh; some more and ten minutes are for the weather
    # and the compressor's own rest. Another day's way tells the same less surely: the longest of the last
    # ones counts, a single one almost twice. A way from nearer than this says nothing of a whole one.
    rest_ramps: float = 1.0
    shown_margin: float = 1.4
    shown_once_margin: float = 1.8
    shown_margin_minutes: float = 10.0
    # What such ways took in the mean is waited for no less than this share of, or of what a kelvin takes in
    # most rooms (comfort bench, seed 21: 10-60 min for four): a model that is unsure would wait on and on.
    shown_floor: float = 0.8
    usual_minutes_per_kelvin: float = 6.0
    shown_least_share: float = 0.8
    shown_least_kelvin: float = 1.5
    # The baseline with a fixed lead eases by the clock.
    hold_after_eta_minutes: float = 90.0
    late_hold_kelvin: float = 2.0

    arrival_light_percent: float = 70.0
    arrival_curtain_day_percent: float = 100.0
    arrival_curtain_night_percent: float = 0.0
    day_starts_hour: int = 7
    day_ends_hour: int = 19

    # The room's own sensor corrects the air conditioner's: at most this much, learned this slowly.
    most_trim_kelvin: float = 1.5
    trim_hours: float = 1.0


@dataclass(frozen=True, slots=True)
class PresencePolicy:
    """When a room counts as empty or its guest as asleep."""

    empty_minutes: float = 10.0
    # A motion sensor stays on this long after people left; later it is somebody inside.
    sensor_hold_minutes: float = 5.0
    door_grace_seconds: float = 20.0
    asleep_minutes: float = 30.0
    night_starts_hour: int = 22
    night_ends_hour: int = 9


@dataclass(frozen=True, slots=True)
class CommandPolicy:
    """How commands are sent, awaited and repeated. Transport time but for the compressor's."""

    settle_transport_seconds: float = 5.0
    confirm_transport_seconds: float = 20.0
    travel_transport_seconds: float = 120.0
    expire_transport_seconds: float = 60.0
    revert_transport_seconds: float = 60.0
    retry_transport_seconds: tuple[float, ...] = (5.0, 15.0, 60.0, 300.0)
    most_tries: int = 5
    most_travel_tries: int = 2
    most_reverts: int = 3
    # After giving up, one more series of tries starts when this much has passed.
    rest_transport_seconds: float = 3600.0
    # Starts of air conditioners over the property, when many are due (after an outage, or in an action
    # over floors): so many at once, then so many a second. At some 1.5 kW each the load of the house
    # jumps by 15 kW at most and rises by 6 kW a second; a thousand rooms take four minutes. One that
    # somebody asks for at the desk goes out at once.
    most_starts_at_once: int = 10
    starts_per_transport_second: float = 4.0

    minimum_on_seconds: float = 180.0
    minimum_off_seconds: float = 180.0

    housekeeping_hold_minutes: float = 120.0
    vacant_desk_hold_minutes: float = 240.0
