"""How the service's process runs Python: set up for many small answers, not for long sums."""

from __future__ import annotations

import gc
import sys

# A thread that was woken (a report came, a commit is done) waits at most this long for one that computes.
# `bench tap`: a tenth off a tap's median against Python's 5 ms; `bench ingest` does not notice it.
SWITCH_SECONDS = 0.001
# Python looks for garbage after 700 new objects. A hotel's devices make millions that all stay: a third of
# `bench coldstart` went into looking through them again and again.
YOUNG, MIDDLE, OLD = 20_000, 10, 50


def collect_rarely() -> None:
    """Call it before anything is loaded."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)


def keep_answers_short() -> None:
    """Call it once everything is loaded."""
    sys.setswitchinterval(SWITCH_SECONDS)
    # What is here now stays: a collection that looks through all of it again stops every thread.
    gc.collect()
    gc.freeze()
