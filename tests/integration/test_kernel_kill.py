"""A kill at any moment loses nothing that was acknowledged (DESIGN §5): SIGKILL in a loop of commits."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from hotel.clock import ManualClock
from hotel.database import Database
from hotel.outbox import messages_after

KILLS = 10
SEED = 412

# Each commit is two messages and an audit row; it is acknowledged, on a line, only when it is done.
COMMITTER = """
import sys
from hotel.actor import SYSTEM
from hotel.clock import SystemClock
from hotel.database import Database
from hotel import audit, outbox  # their tables
from hotel.messages import CleanlinessChanged

database = Database(sys.argv[1], SystemClock())
database.create_all()
print("ready", flush=True)
number = int(sys.argv[2])
while True:
    with database.write() as tx:
        tx.announce(CleanlinessChanged(str(number), "clean", "dirty"))
        tx.announce(CleanlinessChanged(str(number), "inspected", "clean"))
        tx.audit(SYSTEM, "room.cleaned", f"room/{number}")
    print(number, flush=True)
    number += 1
"""


def test_no_acknowledged_commit_is_lost_to_kill_9_and_none_is_half(
    tmp_path: Path, clock: ManualClock
) -> None:
    draw = random.Random(SEED)
    path = tmp_path / "innkeeper.db"
    url = f"sqlite:///{path}"
    acknowledged: set[int] = set()
    for kill in range(KILLS):
        start = kill * 1_000_000
        process = subprocess.Popen(
            [sys.executable, "-c", COMMITTER, url, str(start)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        # By count, then at any instant of what comes after: the kill falls anywhere in a commit.
        for _ in range(draw.randrange(1, 40)):
            acknowledged.add(int(process.stdout.readline()))
        os.kill(process.pid, signal.SIGKILL)
        acknowledged.update(int(line) for line in process.stdout.read().splitlines() if line)
        process.wait(10)
        process.stdout.close()

        with sqlite3.connect(path) as plain:
            assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            audited = {int(row[0].split("/")[1]) for row in plain.execute("SELECT subject FROM audit")}
        plain.close()
        database = Database(url, clock)
        with database.read() as session:
            told = [int(row.body["room"]) for row in messages_after(session, "main", 0, 1_000_000)]
        database.close()
        assert acknowledged <= audited, f"seed {SEED}, kill {kill}"
        # All of a transaction or nothing of it.
        assert sorted(told) == sorted(list(audited) * 2), f"seed {SEED}, kill {kill}"
        # At most the one commit that nobody was told about.
        assert len(audited - acknowledged) <= kill + 1
    assert len(acknowledged) >= KILLS
