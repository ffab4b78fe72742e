"""One service on one data directory: a second start is refused instead of sharing broker and files.

The lock is the kernel's (flock): it ends with the process, however that ends. The number in the
file is only for the sentence.
"""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from types import TracebackType

from hotel.errors import Conflict, Unavailable
from hotel.ids import new_id

LOCK_NAME = "innkeeper.lock"
HOLDER_NAME = "innkeeper.holder"


class InstanceGuard:
    """Holds the data directory until `release` or the end of the block.

    Args:
        data_dir: made when it is missing, readable by its owner alone.

    Raises:
        Conflict: another process holds it; the sentence names its process id.
        Unavailable: the directory cannot be made or written.
    """

    def __init__(self, data_dir: Path) -> None:
        path = data_dir / LOCK_NAME
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(
                "data_dir_unusable",
                f"The data directory {data_dir} cannot be used: {error.strerror}. "
                "Set INNKEEPER_DATA_DIR to a directory that this account may write.",
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise Conflict(
                "already_running",
                f"Innkeeper already runs on {data_dir} (process {holder}). "
                "Stop it, or give this one another INNKEEPER_DATA_DIR.",
                pid=holder,
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let the next one start. The file stays: deleting it would let two hold different ones."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> InstanceGuard:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lease_holder(data_dir: Path) -> str:
    """By which name the service on this data directory holds its property: the same at every start.

    Whoever holds the directory's lock knows that the process before it is gone, and need not wait for
    that one's lease to run out. A copy of the directory elsewhere has another name.
    """
    path = data_dir / HOLDER_NAME
    try:
        drawn = path.read_text().strip()
    except FileNotFoundError:
        drawn = ""
    if not drawn:
        drawn = new_id()
        path.write_text(drawn + "\n")
    return f"{drawn}@{socket.gethostname()}:{data_dir.resolve()}"


def running_process(data_dir: Path) -> str | None:
    """The process id of the service that holds `data_dir`, None when nobody does."""
    try:
        descriptor = os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
    else:
        return None
    finally:
        os.close(descriptor)
