"""One ticket for one cause: from what rules say, round by round, to what is opened and what is gone.

A *standing* is a fault of one asset that was seen and is not known to be gone. It begins with the first
FAULT, outlives UNKNOWN (a silent device has not healed) and ends only when the rule has said HEALTHY for
`clear_minutes` in all since the last FAULT, so that flapping does not flap the ticket. One that speaks for a
family stays as long as any of the family shows itself, and one of the family that comes up to a week later
(`BACK_WITHIN_MINUTES`) lets it stand again: the cause may show another face. What is not a cause of its
own is taken in by the one that explains it:

- devices that are away together are their gateway, gateways that are away together their floor;
- many units without cooling at the same time are the plant;
- what a faulty unit, sensor or radio brings with it (`FAMILIES`) is evidence of the first of them.

Pure. Minutes since the epoch in hotel time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from maintenance.diagnosis import FAULT, HEALTHY
from maintenance.rules import RULES

# Faults of one asset that show the same cause: the first found speaks for all of them.
FAMILIES: Final[Mapping[str, str]] = {
    "no_capacity": "delivery",
    "stuck_off": "delivery",
    "degraded_capacity": "delivery",
    "short_cycling": "delivery",
    "sensor_frozen": "sensing",
    "sensor_out_of_range": "sensing",
    "sensor_biased": "sensing",
    "device_offline": "talking",
    "protocol_errors": "talking",
}
# Faults that are only the consequence of a device that does not talk, or talks nonsense.
SILENCED_BY_TALKING: Final = frozenset(
    {
        "no_capacity",
        "stuck_off",
        "stuck_on",
        "setpoint_not_accepted",
        "curtain_stuck",
        "light_not_answering",
        "sensor_frozen",
        "degraded_capacity",
        "short_cycling",
    }
)
# They judge days that are past: they are no sign that something is broken now.
LOOK_BACK: Final = frozenset({"degraded_capacity", "sensor_biased"})
# What is only weaker never hides what is broken: a ticket that began with it is told to be worse, and where
# something broken is known already it is told with that.
YIELDS: Final = frozenset({"degraded_capacity"})
# Another of the family within this time lets the one stand again that spoke for it: as long as a fault that
# is back reopens its ticket.
BACK_WITHIN_MINUTES: Final = 7 * 1440.0
# What is only judged by past days waits so long for those of what was repaired to pass.
PAST_MINUTES: Final = 2 * 1440.0
# So long after its last sign one of a family keeps the one open that speaks for it.
SHOWS_MINUTES: Final = 60.0
PLANT_SHARE: Final = 0.3  # of the rooms that are called
FEWEST_PLANT_ROOMS: Final = 5
PLANT_FAULTS: Final = frozenset({"no_capacity", "stuck_off"})
PLANT_KEY: Final = "property/plant"
GROUP_CLEAR_MINUTES: Final = 20.0
GROUPS: Final = frozenset({"gateway_offline", "floor_without_power", "plant_outage"})
# One look tells of the time since the rule's last turn, with half of that for a round that came late; not of
# the hours before in which it could not tell.
LOOK_SHARE: Final = 1.5
ROUND_MINUTES: Final = 5.0
# So long after its last sign a standing is let go of whose device was taken away; of one that is there and
# was not called for a season nothing is known, and it stands.
FORGOTTEN_MINUTES: Final = 60 * 1440.0

Key = tuple[str, str]  # fault, asset key


@dataclass(frozen=True, slots=True)
class Seen:
    """What one rule says of one asset. `gateway` and `floor`: what it hangs on; None = unknown. `tentative`:
    likelier something harmless."""

    fault: str
    asset_key: str
    outcome: int
    room: str | None = None
    entity: str | None = None
    gateway: str | None = None
    floor: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A fault that was seen and is not known to be gone.

    `taken_in_by`: the cause that speaks for it; None = it has a ticket of its own (or waits for its
    rule's approval). `gone`: the minute at which it went; only remembered then. `tentative`: it was only
    ever seen so.
    """

    fault: str
    asset_key: str
    room: str | None
    entity: str | None
    began: float
    last_fault: float
    healthy_minutes: float = 0.0
    looked: float = 0.0
    taken_in_by: Key | None = None
    times: int = 1
    gone: float | None = None
    tentative: bool = False

    @property
    def key(self) -> Key:
        return self.fault, self.asset_key


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: a cause was found, only suggested (likelier something harmless), seen again, shows itself
    as something worse (`shows_as` in the evidence; the ticket is the same), or is gone."""

    kind: Literal["found", "suggested", "again", "worse", "gone"]
    standing: Standing
    evidence: Mapping[str, Any]


class Causes:
    """All standings of a property. `step` moves them on by one round."""

    def __init__(self, standings: Iterable[Standing] = ()) -> None:
        known = list(standings)
        self.standings: dict[Key, Standing] = {one.key: one for one in known if one.gone is None}
        # What went lately, by family and asset: the one that spoke for it.
        self._lately: dict[Key, Standing] = {
            (FAMILIES[one.fault], one.asset_key): one for one in known if one.gone is not None
        }

    def kept(self) -> list[Standing]:
        """All that a restart must not forget: what stands, and what went lately."""
        return [*self.standings.values(), *self._lately.values()]

    def step(
        self, now: float, seen: Sequence[Seen], rooms_called: int = 0, absent: Collection[str] = ()
    ) -> list[Step]:
        """Take in what rules say in one round; rules that were not due say nothing.

        Args:
            seen: every FAULT, and whatever is said of a standing fault.
            rooms_called: how many units are called just now, for the plant.
            absent: assets that are not in the house any more.
        """
        steps: list[Step] = []
        # The wider cause first, so that what it explains finds it standing.
        ordered = sorted(
            [*seen, *self._plant(seen, rooms_called)],
            key=lambda one: (one.outcome != FAULT, _RANK.get(one.fault, 2)),
        )
        for one in ordered:
            self._one(now, one, steps)
        self._forget(now, absent, steps)
        return steps

    # -- one asset

    def _one(self, now: float, one: Seen, steps: list[Step]) -> None:
        key = (one.fault, one.asset_key)
        standing = self.standings.get(key)
        if one.outcome == FAULT:
            if standing is None:
                self._stand_again(now, one, steps)
                weaker = self._weaker(one)
                taken_in_by = self._explained(one) or weaker
                standing = Standing(
                    one.fault,
                    one.asset_key,
                    one.room,
                    one.entity,
                    began=now,
                    last_fault=now,
                    looked=now,
                    taken_in_by=taken_in_by,
                    tentative=one.tentative,
                )
                self.standings[key] = standing
                if taken_in_by is None:
                    steps.append(Step("suggested" if one.tentative else "found", standing, one.evidence))
                    if one.fault in GROUPS:
                        self._take_in(one, standing, steps)
                elif taken_in_by == weaker:
                    worse = {**one.evidence, "shows_as": one.fault}
                    steps.append(Step("worse", self.standings[weaker], worse))
                return
            came_back = standing.healthy_minutes > 0
            sure_now = standing.tentative and not one.tentative
            standing = replace(
                standing,
                tentative=standing.tentative and one.tentative,
                last_fault=now,
                healthy_minutes=0.0,
                looked=now,
                times=standing.times + came_back,
            )
            if standing.taken_in_by is not None and self._spoke_lately(now, standing):
                # It looks back on the days of what is gone: no sign that anything is broken now.
                pass
            elif standing.taken_in_by is not None and standing.taken_in_by not in self.standings:
                # What spoke for it is gone, and it is still there: it is a cause of its own.
                by = self._explained(one)
                standing = replace(standing, taken_in_by=by, began=now)
                if by is None:
                    steps.append(Step("found", standing, one.evidence))
            elif sure_now and standing.taken_in_by is None:
                steps.append(Step("found", standing, one.evidence))
            elif came_back and standing.taken_in_by is None:
                steps.append(Step("suggested" if standing.tentative else "again", standing, one.evidence))
            self.standings[key] = standing
            return
        if standing is None:
            return
        if one.outcome != HEALTHY:
            # Not seen is not healthy: only minutes of seen health count, and they wait meanwhile.
            self.standings[key] = replace(standing, looked=now)
            return
        healthy = standing.healthy_minutes + min(now - standing.looked, LOOK_SHARE * every_minutes(one.fault))
        if healthy < clear_minutes(one.fault) or self._shows_otherwise(now, standing):
            self.standings[key] = replace(standing, healthy_minutes=max(healthy, 0.001), looked=now)
            return
        del self.standings[key]
        if standing.taken_in_by is None:
            steps.append(Step("gone", standing, {**one.evidence, "healthy_minutes": healthy}))
            for other in self._family_of(standing):
                if other.fault not in YIELDS:
                    del self.standings[other.key]
            if standing.fault in FAMILIES:
                self._lately[FAMILIES[standing.fault], standing.asset_key] = replace(standing, gone=now)

    def _spoke_lately(self, now: float, weaker: Standing) -> bool:
        """Whether what is only weaker still waits for the days of what spoke for it to pass."""
        if weaker.fault not in YIELDS:
            return False
        before = self._lately.get((FAMILIES[weaker.fault], weaker.asset_key))
        if before is None or before.gone is None or before.key != weaker.taken_in_by:
            return False
        return now - before.gone <= PAST_MINUTES

    def _family_of(self, speaker: Standing) -> list[Standing]:
        """What a standing has taken in of its own family."""
        family = FAMILIES.get(speaker.fault)
        return [
            self.standings[fault, speaker.asset_key]
            for fault, other in FAMILIES.items()
            if other == family
            and (fault, speaker.asset_key) in self.standings
            and self.standings[fault, speaker.asset_key].taken_in_by == speaker.key
        ]

    def _shows_otherwise(self, now: float, speaker: Standing) -> bool:
        """Whether another of its family showed itself just now."""
        return any(
            other.fault not in LOOK_BACK and now - other.last_fault < SHOWS_MINUTES
            for other in self._family_of(speaker)
        )

    def _stand_again(self, now: float, one: Seen, steps: list[Step]) -> None:
        """What went lately is back with another face: it stands again, and speaks for it."""
        family = FAMILIES.get(one.fault)
        if family is None:
            return
        before = self._lately.pop((family, one.asset_key), None)
        if before is None or before.gone is None or before.fault == one.fault:
            return
        within = PAST_MINUTES if one.fault in YIELDS else BACK_WITHIN_MINUTES
        if now - before.gone > within or self._explained(one) is not None:
            return
        again = replace(
            before, gone=None, last_fault=now, looked=now, healthy_minutes=0.0, times=before.times + 1
        )
        self.standings[again.key] = again
        steps.append(Step("found", again, {**one.evidence, "shows_as": one.fault}))

    def _explained(self, one: Seen) -> Key | None:
        """The standing cause that explains this, if any."""
        if one.fault in PLANT_FAULTS and ("plant_outage", PLANT_KEY) in self.standings:
            return ("plant_outage", PLANT_KEY)
        if one.gateway is not None and one.fault not in GROUPS:
            for group in (
                ("gateway_offline", f"gateway/{one.gateway}"),
                ("floor_without_power", f"floor/{one.floor}"),
            ):
                if group in self.standings:
                    return group
        if one.fault == "gateway_offline" and ("floor_without_power", f"floor/{one.floor}") in self.standings:
            return ("floor_without_power", f"floor/{one.floor}")
        family = FAMILIES.get(one.fault)
        for fault, other in FAMILIES.items():
            key = (fault, one.asset_key)
            if fault == one.fault or key not in self.standings or fault in YIELDS:
                continue
            if other == family or (other == "talking" and one.fault in SILENCED_BY_TALKING):
                return self.standings[key].taken_in_by or key
        return None

    def _weaker(self, one: Seen) -> Key | None:
        """What spoke for the same cause while it was weaker: its ticket is the one that goes on."""
        for fault in YIELDS - {one.fault}:
            weaker = self.standings.get((fault, one.asset_key))
            if (
                weaker is not None
                and weaker.taken_in_by is None
                and FAMILIES[fault] == FAMILIES.get(one.fault)
            ):
                return weaker.key
        return None

    def _take_in(self, one: Seen, cause: Standing, steps: list[Step]) -> None:
        """A wider cause was found: tickets of its single consequences are gone with it."""
        for key, standing in list(self.standings.items()):
            if standing.taken_in_by is not None or key == cause.key:
                continue
            narrow = (one.fault == "plant_outage" and standing.fault in PLANT_FAULTS) or (
                one.fault == "floor_without_power"
                and standing.fault == "gateway_offline"
                and standing.asset_key in one.evidence.get("gateways", ())
            )
            if narrow:
                self.standings[key] = replace(standing, taken_in_by=cause.key)
                steps.append(Step("gone", standing, {"part_of": cause.asset_key}))

    def _forget(self, now: float, absent: Collection[str], steps: list[Step]) -> None:
        for which, standing in list(self._lately.items()):
            if standing.gone is None or now - standing.gone > BACK_WITHIN_MINUTES:
                del self._lately[which]
        for key, standing in list(self.standings.items()):
            if standing.asset_key in absent and now - standing.last_fault > FORGOTTEN_MINUTES:
                del self.standings[key]
                if standing.taken_in_by is None:
                    steps.append(Step("gone", standing, {"not_heard_of": True}))

    @staticmethod
    def _plant(seen: Sequence[Seen], rooms_called: int) -> list[Seen]:
        """Many units at once that deliver nothing."""
        if not any(one.fault in PLANT_FAULTS for one in seen):
            return []
        rooms = {one.asset_key for one in seen if one.fault in PLANT_FAULTS and one.outcome == FAULT}
        many = len(rooms) >= max(FEWEST_PLANT_ROOMS, PLANT_SHARE * rooms_called)
        outcome = FAULT if many else HEALTHY if len(rooms) * 2 < FEWEST_PLANT_ROOMS else -1
        return [
            Seen("plant_outage", PLANT_KEY, outcome, evidence={"units": len(rooms), "called": rooms_called})
        ]


_RANK: Final[Mapping[str, int]] = {
    "plant_outage": 0,
    "floor_without_power": 0,
    "gateway_offline": 1,
    "device_offline": 3,
    "protocol_errors": 1,
    "stuck_off": 2,
    "no_capacity": 3,
    "degraded_capacity": 4,
}


def clear_minutes(fault: str) -> float:
    """So long a fault must be seen healthy before it counts as gone."""
    rule = RULES.get(fault)
    return rule.clear_minutes if rule is not None else GROUP_CLEAR_MINUTES


def every_minutes(fault: str) -> float:
    """How often a fault is looked at, at the least."""
    rule = RULES.get(fault)
    return max(ROUND_MINUTES, rule.every_minutes if rule is not None else ROUND_MINUTES)
