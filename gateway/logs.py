"""Where the house writes down what it does: a bounded file in the data directory, and the terminal.

Nothing that names a guest may be logged. An exception's text may quote one, so faults are written
as their type and the places they came through.
"""

from __future__ import annotations

import logging
import logging.handlers
import sys
import traceback
from pathlib import Path
from types import TracebackType

FILE_BYTES = 10 * 1024 * 1024
FILES_KEPT = 5
DEEPEST_TRACE = 30
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# These tell every step of theirs at INFO.
LOUD = ("apscheduler", "httpx", "httpcore", "amqtt", "transitions", "asyncio", "uvicorn.error")


def log_to(path: Path, *, terminal: bool) -> None:
    """Send everything from INFO on to `path`, and from WARNING on to the terminal if wanted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = logging.handlers.RotatingFileHandler(path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT)
    handlers: list[logging.Handler] = [file]
    if terminal:
        shown = logging.StreamHandler(sys.stderr)
        shown.setLevel(logging.WARNING)
        handlers.append(shown)
    formatter = logging.Formatter(FORMAT)
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in handlers:
        handler.setFormatter(formatter)
        root.addHandler(handler)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)


def places(trace: TracebackType | None) -> str:
    """Where an exception came through: files, lines and functions, without any values."""
    frames = traceback.extract_tb(trace)[-DEEPEST_TRACE:]
    return "\n".join(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
