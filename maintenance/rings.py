"""Arrays that remember: the last rows of something, and what of an older array a newer one takes over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]


class Ring:
    """The last rows of an array, readable as one piece: each row stands twice, half a buffer apart."""

    def __init__(self, rows: int, width: int, dtype: type, empty: float) -> None:
        self._rows = rows
        self._at = 0
        self._kept: NDArray[np.generic] = np.full((2 * rows, width), empty, dtype=dtype)

    def put(self, row: NDArray[np.generic]) -> None:
        self._kept[self._at] = row
        self._kept[self._at + self._rows] = row
        self._at = (self._at + 1) % self._rows

    def take_over(self, before: Ring, pairs: Pairs) -> None:
        """The rows of another ring of the same length, for the columns that are in both."""
        self._at = before._at
        take_over(self._kept, before._kept, pairs)

    def all(self) -> NDArray[np.generic]:
        """Every row, oldest first; a view."""
        return self._kept[self._at : self._at + self._rows]


def same_places(before: Sequence[str], now: Sequence[str]) -> Pairs:
    """Places of those who are in both: before and now."""
    places = {name: place for place, name in enumerate(before)}
    both = [(places[name], place) for place, name in enumerate(now) if name in places]
    old, new = zip(*both, strict=True) if both else ((), ())
    return np.array(old, dtype=np.intp), np.array(new, dtype=np.intp)


def take_over(into: NDArray[np.generic] | None, kept: NDArray[np.generic], pairs: Pairs) -> None:
    if into is not None:
        into[..., pairs[1]] = kept[..., pairs[0]]
