"""Which start is the cheapest, for one room against one arrival.

Of all starts within the outlook's eight hours the one is taken whose expected cost is least:

    E[electricity until the guest comes] + price of lateness · E[minutes that the guest waits]

over the distribution of the arrival (`eta`) and the doubt of the ramp (`outlook`), with the room as it will
be *at that start*. The mean of a normal doubt beyond a moment is the newsvendor's loss function (Arrow,
Harris and Marschak, "Optimal Inventory Policy", Econometrica 19, 1951); to weigh expected energy against
expected discomfort is Mozer's Neurothermostat (NIPS 9, 1997).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from controller.eta import SHARES, ArrivalTime
from controller.outlook import DEPTH_STEP_KELVIN, DEPTHS, Numbers, Outlook
from controller.plans import Expected, RoomNow, Shown, distance_kelvin, minutes_between
from controller.policy import ClimatePolicy

NINE_OF_TEN = 1.2816
# A start that cannot be ready in eight hours counts as this late.
NEVER_MINUTES = 600.0
_TWO_PI_ROOT = math.sqrt(2 * math.pi)
# Where costs cannot be weighed, nearly all guests are waited for.
_FIRST_GUESTS = 0.03
# Costs no further apart than this are the same: no model knows a room to half a minute of holding it.
SAME_WATT_HOURS = 3.0
# As near to its target nobody starts a unit for a room.
SETTLED_KELVIN = 0.3
# Deviations within which nearly all are.
_FEW = 1.9
# A learned time to be ready is sure when its deviation is at most this share of it.
_SURE_SHARE = 0.15
# The second stage is tried at each of these many steps.
_COARSE = 3
_SHARES = np.array(SHARES)
_DEPTHS = np.arange(DEPTHS) * DEPTH_STEP_KELVIN
_MOST_RECOVER_MINUTES = 480.0


@dataclass(frozen=True, slots=True)
class Choice:
    """The cheapest start: minutes from now; `finish` is later where the room goes in two stages.

    `cost` is watt-hours with lateness priced in; `cost_now` that of starting at once.
    """

    start: float
    finish: float
    cost: float
    cost_now: float
    ready: float
    ready_deviation: float
    chance: float
    # From the hold to the target, when there are two stages.
    last: float = 0.0
    # It would have been earlier, by a model that is too unsure to be followed so far.
    held_back: bool = False


def cheapest_start(
    expected: Expected, room: RoomNow, policy: ClimatePolicy, *, in_two_stages: bool = False
) -> Choice:
    """The cheapest start of a room for an arrival.

    Args:
        in_two_stages: it was to go in two until now; it goes on so unless that has become dearer.
    """
    outlook = room.outlook
    earliest = 0.0
    if expected.blocked and expected.blocked_until is not None:
        earliest = max(0.0, minutes_between(room.now, expected.blocked_until))
    if outlook is None or room.lost is not None:
        return _by_lead(expected, room, policy, earliest)
    due = minutes_between(room.now, expected.arrival.quantile(_FIRST_GUESTS))
    not_before, not_after = _unsure_between(expected, room, outlook, due, policy)
    if distance_kelvin(expected, outlook.drift_at(max(0.0, due) + room.outlook_minutes)) > SETTLED_KELVIN:
        not_after = min(not_after, due - policy.settle_minutes)
    if expected.arrival.source == "default":
        not_after = math.inf  # nobody gave a word that first guests could keep
    earliest = max(earliest, not_before)
    ahead = OpenStarts(outlook, room.now, earliest, policy)
    choice = ahead.one_stage(expected.arrival)
    near = outlook.step_minutes
    start = max(earliest, min(choice.start, not_after))
    is_first = earliest == max(0.0, not_before) and start <= earliest + near / 2
    choice = replace(choice, start=start, finish=start, held_back=is_first and not_before > -near)
    unsure = expected.arrival.deviation_minutes >= policy.two_stage_deviation_minutes
    if unsure and expected.sign is None and not expected.checked_in:
        two = ahead.two_stages(expected.arrival)
        margin = 0.0 if in_two_stages else policy.least_saving_watt_hours
        if two is not None and two.cost < choice.cost - margin:
            return two
    return choice


def _by_lead(expected: Expected, room: RoomNow, policy: ClimatePolicy, earliest: float) -> Choice:
    """Without the means to weigh: the lead that nine of ten ramps keep, before nine of ten guests."""
    outlook = room.outlook
    lead = room.lead_p90_minutes or policy.fallback_lead_minutes
    ready, deviation = lead / 1.3, lead * 0.3 / 1.3 / NINE_OF_TEN
    due = minutes_between(room.now, expected.arrival.quantile(_FIRST_GUESTS))
    if outlook is not None:
        middle = outlook.ready_after(max(0.0, due - lead))
        if math.isfinite(middle):
            ready = middle
            deviation = outlook.ready_deviation_after(max(0.0, due - lead))
            lead = min(policy.longest_lead_minutes, ready + NINE_OF_TEN * deviation)
    start = max(earliest, due - lead)
    chance = float(ndtr((due - start - ready) / max(1.0, deviation)))
    return Choice(start, start, 0.0, 0.0, ready, deviation, chance)


def shown_start(expected: Expected, room: RoomNow, shown: Shown, policy: ClimatePolicy) -> Choice:
    """The start by what the room has just shown: its walls are nearer to the target than they were then."""
    due = minutes_between(room.now, expected.arrival.quantile(_FIRST_GUESTS))
    far = shown.kelvin
    if room.outlook is not None:
        far = _farthest_kelvin(expected, room.outlook, due + room.outlook_minutes)
    ready = _from(far, shown, policy)
    lead = policy.shown_margin * ready + policy.shown_margin_minutes
    start = max(0.0, due - lead)
    deviation = (lead - ready) / _FEW
    return Choice(start, start, 0.0, 0.0, ready, deviation, float(ndtr((due - start - ready) / deviation)))


def _from(far_kelvin: float, way: Shown, policy: ClimatePolicy) -> float:
    """Minutes of the same way from so far off."""
    return way.minutes * max(policy.shown_least_share, far_kelvin / way.kelvin)


def _farthest_kelvin(expected: Expected, outlook: Outlook, until: float) -> float:
    """How far off its target the room drifts until so many minutes after the outlook was made."""
    drift = outlook.drift_celsius[: 1 + int(max(0.0, until) // outlook.step_minutes)]
    return distance_kelvin(expected, float(drift.min() if expected.season == "heating" else drift.max()))


def _unsure_between(
    expected: Expected, room: RoomNow, outlook: Outlook, due: float, policy: ClimatePolicy
) -> tuple[float, float]:
    """(before when nothing starts, after when it does not wait on), minutes from now; (−∞, ∞): any time.

    A model that is unsure is believed no further than the lead that would be taken without any: by the room's
    own last ways, else a fixed one. Nor is it believed that a room far off comes back in no time, or that it
    had better wait because it is late already.

    Args:
        due: when the first guests come, minutes from now.
    """
    heating = expected.season == "heating"
    ways = [way for way in room.ways if way.heating == heating]
    far = _farthest_kelvin(expected, outlook, due + room.outlook_minutes)
    if ways:
        margin = policy.shown_margin if len(ways) > 1 else policy.shown_once_margin
        longest = max(_from(far, way, policy) for way in ways)
        lead = margin * longest + policy.shown_margin_minutes
        pace = sum(way.minutes / way.kelvin for way in ways) / len(ways)
    else:
        lead = max(policy.fallback_lead_minutes, room.lead_p90_minutes or 0.0)
        pace = policy.usual_minutes_per_kelvin
    at = max(0.0, due - lead) + room.outlook_minutes
    ready, deviation = outlook.ready_after(at), outlook.ready_deviation_after(at)
    if outlook.source == "learned" and deviation <= _SURE_SHARE * ready < math.inf:
        return -math.inf, math.inf
    lead = max(lead, _told_lead(outlook, room.outlook_minutes, due, policy))
    return due - lead, due - policy.shown_floor * pace * far if far >= policy.shown_least_kelvin else math.inf


def _told_lead(outlook: Outlook, age_minutes: float, due: float, policy: ClimatePolicy) -> float:
    """The lead that nine of ten ramps of the house keep, as far as a lead without any model.

    What the house's ramps tell, with their doubt, counts as much as a room's own few ways: in the day's worst
    heat a room may take an hour where it took ten minutes in the evening.
    """
    longest = policy.fallback_lead_minutes
    starts = [max(0.0, due - lead) + age_minutes for lead in (longest, longest / 2, longest / 4)]
    leads = [outlook.ready_after(at) + NINE_OF_TEN * outlook.ready_deviation_after(at) for at in starts]
    return min(longest, max((lead for lead in leads if math.isfinite(lead)), default=0.0))


def late_prices(arrival: ArrivalTime, policy: ClimatePolicy, hold_watts: float) -> Numbers:
    """Watt-hours that a minute of each comer's waiting may cost.

    Less where nobody said a time or may not come at all, and for who comes before the time that was said;
    more in a room that takes more to hold, so that as many find theirs ready.

    Args:
        hold_watts: what holding the room at its target takes.
    """
    price = policy.late_watt_hours_per_minute
    dear = max(1.0, policy.late_holds * hold_watts / 60 / price)
    early = policy.early_guest_share
    if arrival.source == "default":
        price, early = policy.unsaid_late_watt_hours_per_minute, 1.0
    price *= dear
    said = minutes_between(arrival.now, arrival.said)
    share = np.where(np.asarray(arrival.minutes) < said, early, 1.0)
    prices: Numbers = price * arrival.show_chance * share
    return prices


class OpenStarts:
    """The starts that are open, one row each, and what they cost against an arrival."""

    def __init__(self, outlook: Outlook, now: datetime, earliest: float, policy: ClimatePolicy) -> None:
        step = outlook.step_minutes
        age = max(0.0, minutes_between(outlook.made_at, now))
        first = min(int(age // step), len(outlook.ready_minutes) - 2)
        starts = np.arange(first, len(outlook.ready_minutes)) * step - age
        starts[0] = 0.0
        self.starts = starts
        self.never = ~np.isfinite(outlook.ready_minutes[first:])
        self.ready = np.where(self.never, NEVER_MINUTES, outlook.ready_minutes[first:])
        self.told_doubt = np.maximum(1.0, outlook.ready_deviation_minutes[first:])
        self.doubt = policy.ramp_tail * self.told_doubt
        # How long who comes before the start waits: without its doubt, starting would seem to make late.
        self.unstarted = _expected_excess(self.ready, self.doubt)
        self.energy = outlook.energy_watt_hours[first:]
        self.hold_watts = outlook.hold_watts[first:]
        self.wall_watts = outlook.wall_watts[first:]
        # Of holding for good, from now to each start.
        middles = (self.hold_watts[1:] + self.hold_watts[:-1]) / 120 * np.diff(starts)
        self.held_watt_hours = np.concatenate([[0.0], np.cumsum(middles)])
        self.usual_hold_watts = float((self.hold_watts + np.maximum(0.0, self.wall_watts)).mean())
        self.earliest = earliest
        self.policy = policy
        self.outlook = outlook
        self.first = first

    def one_stage(self, arrival: ArrivalTime) -> Choice:
        """Straight to the target and held there."""
        comes = np.asarray(arrival.minutes)
        # Nobody starts after the last guest has come; and the rows are what costs time.
        rows = min(len(self.starts), int(np.searchsorted(self.starts, comes[-1])) + 2)
        starts, doubt, told = self.starts[:rows, None], self.doubt[:rows, None], self.told_doubt[:rows, None]
        beyond = self.starts[:rows, None] + self.ready[:rows, None] - comes  # ready after the guest, min
        late, chance = _expected_excess(beyond, doubt), ndtr(-beyond / told)
        energy = self.energy[:rows, None] + self._holding(np.arange(rows), beyond, late - beyond)
        # Who comes before the start finds the room as it is; it starts with them.
        before = comes < starts
        late = np.where(before, np.interp(comes, self.starts, self.unstarted), late)
        energy = np.where(before, np.interp(comes, self.starts, self.energy), energy)
        price = late_prices(arrival, self.policy, self.usual_hold_watts)
        costs = (energy + price * late) @ _SHARES
        if starts[-1, 0] + self.ready[rows - 1] <= comes[0]:
            # Nobody comes before the latest of these starts is ready: the hours beyond are not looked at yet.
            costs[:-1] += NEVER_MINUTES * float(price.max())
        return self._best(costs, np.where(before, 0.0, chance) @ _SHARES)

    def _holding(self, rows: NDArray[np.intp], beyond: Numbers, held: Numbers) -> Numbers:
        """Watt-hours of holding the target for `held` expected minutes; rows × comers.

        Args:
            beyond: minutes by which the room is ready after who comes; below zero it is held.
        """
        ready_at = (self.starts[rows] + self.ready[rows])[:, None].astype(np.float64)
        until = np.maximum(-beyond, 0.0)
        at_ready = self._for_good(ready_at)
        lasting = np.where(
            until > 1.0,
            (self._for_good(ready_at + until) - at_ready) / np.maximum(until, 1.0),
            self.hold_watts[rows, None] / 60,
        )
        fading = self.outlook.wall_minutes
        walls = self.wall_watts[rows, None] / 60 * fading * -np.expm1(-held / fading)
        watt_hours: Numbers = np.maximum(0.0, lasting * held + walls)
        return watt_hours

    def _for_good(self, minutes: Numbers) -> Numbers:
        """Watt-hours of holding the target from now on for so long; the last hours' go on."""
        beyond = np.maximum(0.0, minutes - self.starts[-1])
        within = np.interp(minutes, self.starts, self.held_watt_hours)
        whole: Numbers = within + beyond * float(self.hold_watts[-1]) / 60
        return whole

    def _best(self, costs: Numbers, chances: Numbers) -> Choice:
        allowed = np.where(self.starts[: len(costs)] < self.earliest, np.inf, costs)
        least = best = int(np.argmin(allowed))
        if not math.isfinite(allowed[best]):
            least = best = len(costs) - 1
        # Of starts that cost the same the last: until then more is heard, of the guest and of the room. A
        # room that is warm enough when its guest leaves is not held so for hours on the model's word.
        while best + 1 < len(costs) and allowed[best + 1] <= allowed[least] + SAME_WATT_HOURS:
            best += 1
        between = self._between(costs, best) if best == least else 0.0
        start = max(self.earliest, float(self.starts[best]) + between)
        return Choice(
            start,
            start,
            float(costs[best]),
            float(costs[0]),
            float(self.ready[best]),
            float(self.told_doubt[best]),
            float(chances[best]),
        )

    def _between(self, costs: Numbers, best: int) -> float:
        """Minutes by which the bottom of the parabola through three rows lies beside the middle one."""
        if not 0 < best < len(costs) - 1:
            return 0.0
        left, middle, right = (float(cost) for cost in costs[best - 1 : best + 2])
        bend = left - 2 * middle + right
        if bend <= 0:
            return 0.0
        return max(-0.5, min(0.5, 0.5 * (left - right) / bend)) * self.outlook.step_minutes

    def two_stages(self, arrival: ArrivalTime) -> Choice | None:
        """Held off the target from the early quantile on, finished later; None where that is no use.

        The early quantile is the one at which holding longer costs more than who comes before it. When the
        hold begins does not depend on when it is finished, so that each is searched for by itself.
        """
        policy, outlook = self.policy, self.outlook
        comes = np.asarray(arrival.minutes)
        price = late_prices(arrival, policy, self.usual_hold_watts)
        far = np.abs(outlook.drift_celsius[self.first :] - outlook.target_celsius)
        last = self.ready * self._last_shares(far)
        held_at = self.starts + self.ready - last
        warned = np.maximum(0.0, last - policy.sign_ahead_minutes)
        # Some send a sign ahead; the others find the room a little off, not hot: that counts as much less.
        surprised = (1 - arrival.sign_chance) * last + arrival.sign_chance * warned
        surprised = surprised * policy.hold_kelvin / np.maximum(policy.hold_kelvin, far)
        off = 1.0 - policy.hold_kelvin / max(3.0, float(far.max()))
        everywhere = np.arange(len(self.starts))

        unheld = comes < self.starts[:, None]
        late = surprised[:, None] + np.maximum(0.0, held_at[:, None] - comes)
        late = np.where(unheld, np.interp(comes, self.starts, self.unstarted), late)
        waits = np.maximum(0.0, comes - held_at[:, None])
        energy = self.energy[:, None] + off * self._holding(everywhere, -waits, waits)
        energy = np.where(unheld, np.interp(comes, self.starts, self.energy), energy)
        costs = (energy + price * late) @ _SHARES
        hold = int(np.argmin(np.where(self.starts < self.earliest, np.inf, costs)))
        finishes = self.starts[hold::_COARSE, None]
        finishes = finishes[finishes[:, 0] >= held_at[hold]]
        if not len(finishes) or far[hold] < policy.hold_kelvin + 0.5 or self.never[hold]:
            return None

        doubt = max(1.0, float(self.doubt[hold] * math.sqrt(last[hold] / max(1.0, float(self.ready[hold])))))
        beyond = finishes + last[hold] - comes
        finished_late = _expected_excess(beyond, np.full_like(finishes, doubt))
        off_target = finishes - held_at[hold]
        rows = np.full(len(finishes), hold)
        finished_energy = (
            self.energy[hold]
            + off * self._holding(rows, -off_target, off_target)
            + float(self.hold_watts[hold] + max(0.0, self.wall_watts[hold])) / 60 * (finished_late - beyond)
        )
        before = comes < finishes
        whole = np.where(before, energy[hold] + price * late[hold], finished_energy + price * finished_late)
        costs = whole @ _SHARES
        best = int(np.argmin(costs))
        start = max(self.earliest, float(self.starts[hold]))
        return Choice(
            start,
            max(start, float(finishes[best, 0])),
            float(costs[best]),
            float(costs[0]),
            float(self.ready[hold]),
            float(self.told_doubt[hold]),
            float(np.where(before[best], 0.0, ndtr(-beyond[best] * policy.ramp_tail / doubt)) @ _SHARES),
            float(last[hold]),
        )

    def _last_shares(self, far_kelvin: Numbers) -> Numbers:
        """The part of the way's minutes that lies behind the hold, for rooms this far off."""
        recover = np.minimum(self.outlook.recover_minutes, _MOST_RECOVER_MINUTES)
        rest = float(np.interp(self.policy.hold_kelvin, _DEPTHS, recover))
        whole = np.interp(far_kelvin, _DEPTHS, recover)
        return np.where(whole > rest, rest / np.maximum(whole, 1e-9), 1.0)

    def last_minutes(self, step: int) -> float:
        """Minutes from the hold to the target, of a room that leaves its drift at this step."""
        far = np.abs(self.outlook.drift_celsius[self.first + step] - self.outlook.target_celsius)
        return float(self.ready[step] * self._last_shares(np.array([far]))[0])

    def finish(self, arrival: ArrivalTime) -> float:
        """For a room that is held off its target: when it goes on to it without a sign, minutes from now."""
        policy = self.policy
        comes = np.asarray(arrival.minutes)
        last, doubt = self.last_minutes(0), float(self.doubt[0])
        watts = float(self.hold_watts[0] + max(0.0, self.wall_watts[0]))
        finishes = self.starts[:, None]
        beyond = finishes + last - comes
        late = _expected_excess(beyond, np.full_like(finishes, doubt))
        off = 1.0 - policy.hold_kelvin / max(3.0, policy.hold_kelvin + 3.0)
        energy = watts * off / 60 * finishes + watts / 60 * (late - beyond)
        warned = max(0.0, last - policy.sign_ahead_minutes)
        surprised = ((1 - arrival.sign_chance) * last + arrival.sign_chance * warned) * (1 - off)
        before = comes < finishes
        late = np.where(before, surprised, late)
        energy = np.where(before, watts * off / 60 * comes, energy)
        price = late_prices(arrival, policy, self.usual_hold_watts)
        return float(self.starts[int(np.argmin((energy + price * late) @ _SHARES))])


def _expected_excess(beyond: Numbers, doubt: Numbers) -> Numbers:
    """E[max(0, X)] of normals X with these means and deviations."""
    z = beyond / doubt
    excess: Numbers = doubt * (np.exp(-0.5 * z * z) / _TWO_PI_ROOT + z * ndtr(z))
    return excess
