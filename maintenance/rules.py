"""The rules of diagnosis as data: what each looks at, its thresholds, and where each number comes from.

A rule begins as a suggestion; `at_once` marks those that open tickets from the first day (water and
safety). Numbers are minutes, kelvins, watts, percent or counts, as their name says. Sources: "published"
means proposed from published fault rules (NIST APAR, ASHRAE Guideline 36 §5.22.6, open-fdd);
"choice" is a number of ours with its reason; what the bench taught says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Subject = Literal["room", "device"]


@dataclass(frozen=True, slots=True)
class Limit:
    """One threshold and why it is what it is."""

    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        code: the fault's code, as tickets have it.
        subject: what its outcome is about; for "device" only of `kinds` (empty: of every kind).
        asset: the kind of device of a room that a room's fault is put down to; None: the room itself.
        every_minutes: how often it is looked at.
        clear_minutes: so long it must be seen healthy before the fault counts as gone.
        at_once: opens tickets without anybody's approval.
        safety: somebody or the building could be hurt.
    """

    code: str
    subject: Subject
    limits: tuple[Limit, ...]
    kinds: tuple[str, ...] = ()
    asset: str | None = None
    every_minutes: int = 5
    clear_minutes: float = 60.0
    at_once: bool = False
    safety: bool = False

    @property
    def numbers(self) -> Mapping[str, float]:
        return _NUMBERS[self.code]


AIR_CONDITIONER: Final = "air_conditioner"
ROOM_SENSOR: Final = "room_temperature"
CURTAIN: Final = "curtain"
LIGHTS: Final = ("ceiling_light", "bedside_light", "light")

# Guards that several rules share.
_AFTER_WINDOW = Limit(
    "after_window_minutes",
    30.0,
    "A window that was open leaves the air unlike the walls; two time constants of the air (8-20 min)"
    " later the room is itself again.",
)
_AFTER_TURN = Limit(
    "after_turn_minutes",
    60.0,
    "Change-over between heating and cooling: Guideline 36 holds alarms back for a mode change; an"
    " hour lets it settle.",
)

_TABLE: Final[tuple[Rule, ...]] = (
    Rule(
        "no_capacity",
        "room",
        (
            Limit(
                "fresh_minutes",
                28.0,
                "Published: 20 min, after up to 8 min in which a compressor may keep its minimum off time"
                " (3-5 min) and ramps up (2 min).",
            ),
            Limit("share", 0.3, "Published: less than 30 % of what is expected of it."),
            Limit("ramps", 3.0, "Published: three ramps make a baseline; before, the house's rooms do."),
            Limit(
                "unknown_kelvin",
                1.0,
                "Expected where nobody knows better: the weakest unit does more.",
            ),
            Limit(
                "later_minutes",
                30.0,
                "In the middle of a call: the published 20 min and ten more, because walls that are still"
                " warm take what the unit gives.",
            ),
            Limit("later_kelvin", 0.1, "The finest step of room sensors: no way made at all."),
            Limit(
                "spare_kelvin",
                1.5,
                "A unit at its limit stands still too; this one has lately held the air so much further"
                " from the outdoors.",
            ),
            Limit("strain_minutes", 20.0, "Published: 20 min without a response at full call."),
            Limit(
                "strain_share",
                2.5,
                "Of the power that held the air in the last hours: a unit that lost a quarter of its capacity"
                " needs 1.3 times as much and holds it still, one at its limit in the cold came to twice as"
                " much (bench), a dead one goes to its limit from wherever it was.",
            ),
            _AFTER_WINDOW,
            _AFTER_TURN,
        ),
        asset=AIR_CONDITIONER,
        clear_minutes=120.0,
    ),
    Rule(
        "degraded_capacity",
        "room",
        (
            Limit("ramps", 5.0, "The newest five …"),
            Limit(
                "agreeing",
                4.0,
                "… of which four must say so. Published: 3 ramps; with three of four a unit in the cold was"
                " accused twice as often, and no loss was found sooner.",
            ),
            Limit(
                "share",
                0.87,
                "A loss of a quarter leaves 0.75; half-way between that and 1 by their logarithms. Single"
                " ramps spread by 6 %.",
            ),
            Limit("healthy_share", 0.92, "Nearer to 1 than to what counts as a loss."),
            Limit(
                "deviations",
                2.0,
                "NIST APAR uses fixed thresholds; a room whose ramps differ, or are few, must differ more:"
                " two standard errors of the newest ramps against its own, beside the four that agree.",
            ),
            Limit("baseline_ramps", 3.0, "Published: three ramps make a baseline."),
            Limit("baseline_days", 30.0, "Published: its own 30 days."),
            Limit("fresh_days", 4.0, "A unit that is not called tells nothing: older ramps are unknown."),
        ),
        asset=AIR_CONDITIONER,
        every_minutes=60,
        clear_minutes=1440.0,
    ),
    Rule(
        "stuck_on",
        "room",
        (
            Limit("after_off_minutes", 10.0, "A compressor keeps its minimum on time (3-6 min)."),
            Limit("watts", 50.0, "Published: more than 50 W while off."),
            Limit(
                "metered_minutes",
                15.0,
                "Published: 30 min; electricity is no matter of drift or sun, half is enough.",
            ),
            Limit("minutes", 30.0, "Published: 30 min."),
            Limit("deviations", 3.0, "Published: three standard deviations of the drift model."),
            Limit("least_kelvin", 0.6, "Below it a sensor's step and lag look like movement."),
            Limit(
                "look_minutes",
                60.0,
                "Without a model of the room: what the air did since it is off, at most.",
            ),
            Limit("look_after_minutes", 25.0, "The minimum on time and two time constants of the air."),
            Limit("outdoors_kelvin", 2.0, "Nearer to the outdoors than that, away from them says little."),
            Limit(
                "cooler_kelvin",
                1.0,
                "Air that is left alone in the heat: 0.8 K cooler at most in 316 000 looks at"
                " simulated rooms.",
            ),
            Limit(
                "warmer_kelvin",
                1.4,
                "Air that is left alone in the cold: sun and people made it up to 1.2 K warmer"
                " in 252 000 looks.",
            ),
            Limit("sensors_kelvin", 8.0, "No two places of one room differ by so much."),
            Limit(
                "back_share",
                0.4,
                "Half an hour after it stopped the air goes back by the room's own usual way: single rests of"
                " healthy units make 0.55 of it in 99 of 100, leaking ones 0.33 and less.",
            ),
            Limit("back_healthy_share", 0.55, "The same: 99 of 100 healthy ones go further than that."),
            Limit("back_kelvin", 1.0, "Air that went back further than that was let go of."),
            Limit(
                "missing_kelvin",
                1.2,
                "A guest who leaves with the unit takes a part of the load along: up to 1.1 K of the way.",
            ),
            _AFTER_WINDOW,
        ),
        asset=AIR_CONDITIONER,
    ),
    Rule(
        "stuck_off",
        "room",
        (
            Limit("watts", 20.0, "Published: less than 20 W while called."),
            Limit("minutes", 5.0, "Published: 5 min."),
            Limit(
                "after_call_minutes", 8.0, "The minimum off time (3-5 min) and staggered starts come before."
            ),
        ),
        asset=AIR_CONDITIONER,
    ),
    Rule(
        "setpoint_not_accepted",
        "device",
        (
            Limit(
                "minutes",
                10.0,
                "Published: 5 min; doubled, because a lost command is only sent again after one.",
            ),
            Limit("tries", 2.0, "One may be lost on the air; only tries that were carried count."),
        ),
        kinds=(AIR_CONDITIONER,),
        clear_minutes=30.0,
    ),
    Rule(
        "short_cycling",
        "room",
        (
            Limit(
                "starts",
                8.0,
                "Published: more than six starts an hour; units with the shortest minimum times"
                " (4 + 3 min) make seven at small load and are healthy.",
            ),
            Limit("minutes", 60.0, "Published: 60 min."),
            Limit("hours", 2.0, "A single hour at small load comes near six in healthy units."),
        ),
        asset=AIR_CONDITIONER,
        every_minutes=10,
        clear_minutes=240.0,
    ),
    Rule(
        "sensor_frozen",
        "room",
        (
            Limit("minutes", 120.0, "Published: 2 h without a change …"),
            Limit("moved_kelvin", 1.0, "… while something else says that it changed by 1 K."),
            Limit("still_kelvin", 0.05, "Half of the finest step that room sensors have (0.1 K)."),
        ),
        asset=ROOM_SENSOR,
        clear_minutes=15.0,
    ),
    Rule(
        "sensor_out_of_range",
        "room",
        (
            Limit("low_celsius", 5.0, "Published: outside 5-45 °C."),
            Limit("high_celsius", 45.0, "Published: outside 5-45 °C."),
            Limit("samples", 3.0, "Published: three samples."),
            Limit("after_window_minutes", 60.0, "Frost that came in at a window goes as the walls warm it."),
        ),
        asset=ROOM_SENSOR,
        clear_minutes=30.0,
    ),
    Rule(
        "sensor_biased",
        "room",
        (
            Limit(
                "kelvin",
                0.7,
                "Published: a mean innovation above 0.7 K; here of the room's two sensors"
                " against their own usual difference, which needs no model.",
            ),
            Limit("hours", 24.0, "Published: 24 h."),
            Limit("baseline_days", 3.0, "So many days of their usual difference before."),
        ),
        asset=ROOM_SENSOR,
        every_minutes=60,
        clear_minutes=1440.0,
    ),
    Rule(
        "curtain_stuck",
        "device",
        (
            Limit("minutes", 6.0, "Twice the longest journey (25 s) and the second try after 5 min."),
            Limit("tries", 2.0, "The house drives a curtain twice and no more: something may be in its way."),
        ),
        kinds=(CURTAIN,),
        clear_minutes=5.0,
    ),
    Rule(
        "light_not_answering",
        "device",
        (
            Limit("minutes", 5.0, "Three tries of the house lie within two minutes."),
            Limit("tries", 2.0, "One may be lost on the air; only tries that were carried count."),
        ),
        kinds=LIGHTS,
        clear_minutes=5.0,
    ),
    Rule(
        "low_battery",
        "device",
        (
            Limit("percent", 15.0, "zigbee2mqtt and most makers warn at 10-20 %."),
            Limit("empty_percent", 10.0, "Coin cells drop off below it."),
            Limit("days", 7.0, "A week is what a round of engineers needs."),
            Limit("trend_days", 5.0, "Fewer days of levels are noise and temperature."),
            Limit("least_fall_percent", 8.0, "A level wanders by two or three percent with the temperature."),
        ),
        every_minutes=60,
        clear_minutes=1440.0,
    ),
    Rule(
        "leak",
        "device",
        (
            Limit("seconds", 10.0, "Wet for 10 s; a splash dries sooner."),
            Limit("after_clean_minutes", 10.0, "A wiped floor dries after the attendant has signed off."),
            Limit(
                "mopped_seconds",
                120.0,
                "A mop wets a sensor for 5-40 s, and somebody is in the room; water that stands for two"
                " minutes calls an engineer. Three times the longest mop.",
            ),
            Limit(
                "gaps",
                4.0,
                "Its dry word was lost when it has not said again that it is wet for so many of its own usual"
                " gaps: three lost in a row are one in a million at 1 % loss.",
            ),
            Limit("least_minutes", 60.0, "Also of one that usually speaks every few minutes."),
            Limit(
                "most_hours",
                12.0,
                "Of a sensor that speaks only when something changes, or rarely: a word of half a day ago"
                " says nothing about now.",
            ),
        ),
        every_minutes=1,
        clear_minutes=30.0,
        at_once=True,
        safety=True,
    ),
    Rule(
        "window_open_too_long",
        "room",
        (
            Limit("vacant_minutes", 60.0, "Airing after a clean takes half an hour."),
            Limit(
                "let_minutes",
                720.0,
                "A guest may have the window open; half a day is a forgotten one or a broken contact.",
            ),
        ),
        clear_minutes=10.0,
    ),
    Rule(
        "filter_hours",
        "room",
        (
            Limit(
                "hours",
                1250.0,
                "Makers' filter sign for lightly to heavily soiled air: 2500 to 1250 h of fan"
                " (from memory of installers' manuals; set it to what yours says).",
            ),
        ),
        asset=AIR_CONDITIONER,
        every_minutes=60,
        clear_minutes=10.0,
    ),
    Rule(
        "device_offline",
        "device",
        (
            Limit(
                "told_minutes",
                12.0,
                "Its availability says so; a restart takes 1-4 min, a broker's reboot up to ten.",
            ),
            Limit(
                "silent_minutes",
                40.0,
                "Not heard: four repeats of ten minutes; three lost in a row are"
                " one in a million at 1 % loss.",
            ),
            Limit("gaps", 4.0, "The same of devices that speak more rarely, in usual gaps of their own."),
        ),
        clear_minutes=20.0,
    ),
    Rule(
        "protocol_errors",
        "device",
        (
            Limit(
                "per_hour",
                3.0,
                "More than an accident an hour: a firmware that speaks otherwise fails"
                " with every report (6 an hour at the least).",
            ),
            Limit(
                "share",
                0.25,
                "Of all that it says: three accidents among the sixty words of a talkative sensor are none.",
            ),
        ),
        clear_minutes=90.0,
    ),
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType({rule.code: rule for rule in _TABLE})
_NUMBERS: Final[Mapping[str, Mapping[str, float]]] = {
    rule.code: MappingProxyType({limit.name: limit.value for limit in rule.limits}) for rule in _TABLE
}
# What one cause takes with it; found by `causes`, told as tickets of their own.
GROUP_FAULTS: Final = ("gateway_offline", "floor_without_power", "plant_outage")
