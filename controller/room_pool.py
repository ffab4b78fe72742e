"""What the rooms of one house have taught is told to those that could hardly be learned from.

Each room's corrections are a posterior around nothing; together they show where the house really lies. The
middle that all are drawn to is moved there: an empirical Bayes estimate of a random-effects mean (Robinson,
"That BLUP is a good thing", Statistical Science 6, 1991). A room that speaks for itself stays what it is, one
of which nothing is known becomes what the house's rooms are. Without it a whole house of heaters that are
stronger than usual would be met one by one.

Pure; all rooms of a house in one call.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from controller.room_beliefs import DEVIATIONS, FACTORS, FIRST_PARAMETER, SIZE, SUMS, RoomStates, bounded
from controller.room_model import RoomParameters

POOL_HOURS = 6.0
# So many well-known rooms does the usual room weigh against the house's own.
USUAL_ROOMS = 1.5
# A correction of which the filter has learned less than this share tells nothing.
LEAST_SHARE = 0.05


def pooled(states: RoomStates) -> RoomStates:
    """The same beliefs, drawn to the middle of the house instead of to the usual room."""
    if len(states) < 2:
        return states
    corrections = np.arange(FIRST_PARAMETER, SIZE)
    doubts = states.covariance[:, corrections, corrections] / DEVIATIONS**2
    share = np.clip(1.0 - doubts, 0.0, 1.0)
    share = np.where((share >= LEAST_SHARE) & states.heard[:, None], share, 0.0)
    middle = np.sum(np.where(share > 0, states.mean[:, FIRST_PARAMETER:], 0.0), axis=0)
    middle = middle / (np.sum(share, axis=0) + USUAL_ROOMS)
    base = {name: getattr(states.base, name) for name in states.base.__dataclass_fields__}
    for place, (names, _) in enumerate(FACTORS):
        for name in names:
            base[name] = base[name] * np.exp(middle[place])
    for place, (name, _) in enumerate(SUMS, len(FACTORS)):
        base[name] = base[name] + middle[place]
    mean = states.mean.copy()
    mean[:, FIRST_PARAMETER:] -= share * middle
    return bounded(replace(states, base=RoomParameters(**base), mean=mean))
