"""What the ramps of a house took against what its rooms' models said: the curve that corrects the next.

Two stores stand for more, units slow down before they arrive and sensors lag: a true room comes fast for its
first kelvins and creeps the rest, each house in its own way. So the time that is told is not the model's but
a regression on all the house's ramps, in logarithms, for errors of a ramp grow with it:

    log(took) = b₀ + b₁·log(model) + b₂·log(way) + b₃·way + b₄·walls + error     (minutes / 20, kelvins / 3)

`way` and `walls` are the kelvins that the air and the mass behind it still have to go.

Bayesian linear regression with a normal prior at "the model is right" (b = 0, 1, 0, 0, 0; Gelman et al.,
"Bayesian Data Analysis", 3rd ed., ch. 14), each ramp weighed by how far it went; the spread of the errors is
learned along with it. What the models themselves doubt tells nothing of how far ramps are off. Before any
ramp the model is believed, and doubted as the prior is.

A ramp that is broken off by who comes in lasted longer than what was seen of it; it counts with the mean of
what it may have taken (Buckley & James, "Linear regression with censored data", Biometrika 66, 1979).

Pure. Ramps are kept as sums (`SUMS` numbers a room), so that what is remembered does not grow. Rooms add
theirs up to the house's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from controller.outlook import Numbers

FEATURES = 5
NINE_OF_TEN = 1.2816
_UPPER = np.triu_indices(FEATURES)
# Weighted products of the features, of features and outcome, of the outcome; and how many ramps.
SUMS = len(_UPPER[0]) + FEATURES + 2
_CROSS = slice(len(_UPPER[0]), len(_UPPER[0]) + FEATURES)
_SQUARE, COUNT = SUMS - 2, SUMS - 1

_RIGHT = np.array([0.0, 1.0, 0.0, 0.0, 0.0])
# What b may be otherwise, before any ramp. A house's ramps are mostly off by one factor.
_DEVIATIONS = np.array([0.4, 0.4, 0.3, 0.3, 0.2])
# What a room's ramps are otherwise than its house's.
_ROOM_DEVIATION = 0.4
# So many ramps does "errors are as usual" weigh.
LEAST_RAMPS = 6.0
# How far off a ramp usually is, as a share of its length: near its target, per kelvin further, at the most.
NEAR_KELVIN, NEAR_SHARE, SHARE_PER_KELVIN, MOST_SHARE = 2.0, 0.3, 0.08, 0.7
SHORTEST_MINUTES, LONGEST_MINUTES = 1.0, 240.0
_SHORTEST_KELVIN, _USUAL_KELVIN = 0.1, 3.0
# Logarithms begin at a usual ramp: a prior about b₁ is then none about its length.
_USUAL_MINUTES = 20.0
# A room's ramps fade as new ones come; it is about so many that it remembers.
REMEMBERED = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What is believed of houses' ramps, an array over rooms each.

    Attributes:
        coefficients: rooms × `FEATURES`; covariance: rooms × `FEATURES` × `FEATURES`.
        room: what each room's own ramps take beside its house's, as a logarithm.
        spread: square of the errors, in squares of what ramps are usually off by.
        ramps: how many it was made of.
    """

    coefficients: Numbers
    covariance: Numbers
    room: Numbers
    spread: Numbers
    ramps: Numbers

    def told(self, model: Numbers, way_kelvin: Numbers, walls_kelvin: Numbers) -> tuple[Numbers, Numbers]:
        """(median minutes, their deviation) for what models say; all rooms × ways.

        The deviation is that of the normal whose p90 is the curve's.

        Args:
            model: minutes; `inf` stays what it is until ramps have shown better.
            way_kelvin: how far it is to the edge of the ready band; 0 and below is ready.
            walls_kelvin: how far the mass is from it.
        """
        middle, doubt = self._logarithm(model, way_kelvin, walls_kelvin)
        minutes = np.clip(_USUAL_MINUTES * np.exp(middle), 0.5 * SHORTEST_MINUTES, 2 * LONGEST_MINUTES)
        never = ~np.isfinite(model) & (self.ramps[:, None] < LEAST_RAMPS)
        minutes = np.where(never, np.inf, minutes)
        minutes = np.where((way_kelvin > 0) & (model > 0), minutes, 0.0)
        finite = np.where(np.isfinite(minutes), minutes, LONGEST_MINUTES)
        # A ramp may last longer by more than it may be shorter: the side on which a guest waits counts.
        late = np.expm1(NINE_OF_TEN * np.sqrt(doubt)) / NINE_OF_TEN
        return minutes, np.minimum(finite * late, 2 * LONGEST_MINUTES)

    def outlasting(
        self,
        model: Numbers,
        way_kelvin: Numbers,
        walls_kelvin: Numbers,
        lasted_minutes: Numbers,
    ) -> Numbers:
        """What ramps that were broken off after so long may have taken; all rooms × ways."""
        middle, doubt = self._logarithm(model, way_kelvin, walls_kelvin)
        root = np.sqrt(doubt)
        beyond = np.minimum(
            (np.log(np.maximum(lasted_minutes, SHORTEST_MINUTES) / _USUAL_MINUTES) - middle) / root, 5.0
        )
        more = np.exp(-0.5 * beyond**2) / np.sqrt(2 * np.pi) / ndtr(-beyond)
        took: Numbers = np.maximum(
            lasted_minutes, _USUAL_MINUTES * np.exp(np.minimum(middle + root * more, 3.0))
        )
        return took

    def _logarithm(
        self, model: Numbers, way_kelvin: Numbers, walls_kelvin: Numbers
    ) -> tuple[Numbers, Numbers]:
        """(mean, variance) of the logarithm of a ramp's minutes."""
        features = _features(model, way_kelvin, walls_kelvin)
        middle = np.einsum("rwf,rf->rw", features, self.coefficients) + self.room[:, None]
        doubt = np.einsum("rwf,rfg,rwg->rw", features, self.covariance, features)
        return middle, doubt + self.spread[:, None] * _doubts(model, way_kelvin) ** 2


def curve(sums: Numbers, own: Numbers) -> Curve:
    """The curve of these sums, rooms × `SUMS`: of the house, and each room's own.

    A room's own ramps move its curve as a whole, shrunk to the house's as a random effect is (Robinson,
    "That BLUP is a good thing", Statistical Science 6, 1991).
    """
    rooms = len(sums)
    products = np.zeros((rooms, FEATURES, FEATURES))
    products[:, _UPPER[0], _UPPER[1]] = sums[:, : len(_UPPER[0])]
    products[:, _UPPER[1], _UPPER[0]] = sums[:, : len(_UPPER[0])]
    cross, square, count = sums[:, _CROSS], sums[:, _SQUARE], sums[:, COUNT]
    prior = np.diag(_DEVIATIONS**-2.0)
    spread = np.ones(rooms)
    for _ in range(3):
        information = prior + products / spread[:, None, None]
        covariance: Numbers = np.linalg.inv(information).astype(np.float64)
        coefficients = np.einsum("rfg,rg->rf", covariance, prior @ _RIGHT + cross / spread[:, None])
        errors = square - 2 * np.einsum("rf,rf->r", coefficients, cross)
        errors = errors + np.einsum("rf,rfg,rg->r", coefficients, products, coefficients)
        spread = (np.maximum(errors, 0.0) + LEAST_RAMPS) / (count + LEAST_RAMPS)
    # The first row of the products is that of the constant: its features' weighted sums.
    left = own[:, _CROSS.start] - np.einsum("rf,rf->r", own[:, :FEATURES], coefficients)
    room = left / (own[:, 0] + spread / _ROOM_DEVIATION**2)
    return Curve(coefficients, covariance, room, spread, count)


def seen(model: Numbers, way_kelvin: Numbers, walls_kelvin: Numbers, took_minutes: Numbers) -> Numbers:
    """The sums of one ramp a room, rooms × `SUMS`."""
    features = _features(model[:, None], way_kelvin[:, None], walls_kelvin[:, None])[:, 0]
    outcome = np.log(np.maximum(took_minutes, SHORTEST_MINUTES) / _USUAL_MINUTES)
    weight = _doubts(model, way_kelvin) ** -2.0
    found = np.empty((len(model), SUMS))
    found[:, : len(_UPPER[0])] = features[:, _UPPER[0]] * features[:, _UPPER[1]] * weight[:, None]
    found[:, _CROSS] = features * (outcome * weight)[:, None]
    found[:, _SQUARE] = outcome**2 * weight
    found[:, COUNT] = 1.0
    return found


def added(sums: Numbers, more: Numbers, counts: Numbers) -> Numbers:
    """`sums` with one ramp more in the rooms that `counts` is 1 of; the older ones fade a little."""
    kept: Numbers = sums * np.where(counts > 0, 1 - 1 / REMEMBERED, 1.0)[:, None]
    return kept + np.where(counts[:, None] > 0, more, 0.0)


def no_later(minutes: Numbers, deviation: Numbers, step_minutes: float) -> tuple[Numbers, Numbers]:
    """What is told, so that who starts earlier is ready no later, as sure as 9 of 10.

    A model that says "never" in the afternoon's sun and "soon" in the evening would be waited for, step after
    step, until the guest is there.

    Args:
        minutes: to be ready from each start, rooms × steps; deviation: of them.
    """
    minutes, deviation = minutes.copy(), deviation.copy()
    for step in range(minutes.shape[1] - 2, -1, -1):
        waited = minutes[:, step + 1] + step_minutes
        better = (
            waited + NINE_OF_TEN * deviation[:, step + 1]
            < minutes[:, step] + NINE_OF_TEN * deviation[:, step]
        )
        minutes[:, step] = np.where(better, waited, minutes[:, step])
        deviation[:, step] = np.where(better, deviation[:, step + 1], deviation[:, step])
    return minutes, deviation


def _features(model: Numbers, way_kelvin: Numbers, walls_kelvin: Numbers) -> Numbers:
    minutes = np.log(np.clip(model, SHORTEST_MINUTES, LONGEST_MINUTES) / _USUAL_MINUTES)
    way = np.maximum(way_kelvin, _SHORTEST_KELVIN)
    bent = np.log(way / _USUAL_KELVIN)
    straight, walls = way / _USUAL_KELVIN - 1.0, walls_kelvin / _USUAL_KELVIN - 1.0
    return np.stack([np.ones_like(minutes), minutes, bent, straight, walls], axis=-1)


def _doubts(model: Numbers, way_kelvin: Numbers) -> Numbers:
    """What a ramp's logarithm is usually off by: full power moves the air by some kelvins at once, the others
    it creeps, and then a tenth of the power is half of the time."""
    share = np.clip(NEAR_SHARE + SHARE_PER_KELVIN * (way_kelvin - NEAR_KELVIN), NEAR_SHARE, MOST_SHARE)
    doubts: Numbers = np.where(model < LONGEST_MINUTES, share, MOST_SHARE)
    return doubts
