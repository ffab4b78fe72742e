"""How a fault is written down: as its type and the places it came through.

Nothing that names a guest may be logged, and an exception's text may quote one.
"""

from __future__ import annotations

import traceback
from types import TracebackType

DEEPEST_TRACE = 30


def places(trace: TracebackType | None) -> str:
    """Where an exception came through: files, lines and functions, without any values."""
    frames = traceback.extract_tb(trace)[-DEEPEST_TRACE:]
    return "\n".join(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
