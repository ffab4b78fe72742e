"""Places in the order that people gave: what a supervisor put somewhere stays there from plan to plan. Pure.

Kept is the order among what is still on the same list: a work that keeps its place (`board.Work`) stays
behind what stood before it and before what stood behind it. What is new to the list may come anywhere,
and hard rules (queue rooms first, DND last …) go above it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from housekeeping.board import Work


class KeptPlaces:
    """The places that works have on the lists that people know.

    Args:
        works: numbered as in the problem.
        crew_of: by shift, who walks its list.
    """

    def __init__(self, works: Sequence[Work], crew_of: Mapping[str, int], crews: int) -> None:
        self._known = [
            (crew_of[work.previous], work.held_place)
            if work.previous is not None and work.previous in crew_of and work.held_place is not None
            else None
            for work in works
        ]
        self._keepers = [
            {i for i, work in enumerate(works) if work.keeps_place and self._on(k, i) is not None}
            for k in range(crews)
        ]

    def any_on(self, k: int) -> bool:
        """Whether something keeps its place on a crew's list."""
        return bool(self._keepers[k])

    def in_place(self, k: int, order: Sequence[int]) -> list[int]:
        """The same works with those that keep their place between what stood before and behind them.

        What is new to the list stays behind what it follows.
        """
        keepers = sorted(
            (place, work)
            for work in order
            if work in self._keepers[k] and (place := self._on(k, work)) is not None
        )
        stretches: list[list[int]] = [[] for _ in range(len(keepers) + 1)]
        current = 0
        for work in order:
            place = self._on(k, work)
            if place is not None and (place, work) in keepers:
                current = keepers.index((place, work)) + 1
                continue
            if place is not None:
                current = bisect_left(keepers, (place, -1))
            stretches[current].append(work)
        found = stretches[0]
        for (_, keeper), stretch in zip(keepers, stretches[1:], strict=True):
            found += [keeper, *stretch]
        return found

    def _on(self, k: int, work: int) -> int | None:
        known = self._known[work]
        return known[1] if known is not None and known[0] == k else None
