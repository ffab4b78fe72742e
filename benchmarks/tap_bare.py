"""The yardstick of `bench tap`: a FastAPI application whose one POST commits one row and no more.

`python -m benchmarks.tap_bare DATABASE PORT`
"""

from __future__ import annotations

import sqlite3
import sys
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Tap(BaseModel):
    property: str
    value: bool


def application(path: Path) -> FastAPI:
    """The application; its database is as durable as the house's."""
    # The pragmas of hotel.database: WAL, and an fsync for each commit.
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("PRAGMA foreign_keys=ON")
    database.execute("PRAGMA wal_autocheckpoint=16000")
    database.execute("CREATE TABLE taps (id INTEGER PRIMARY KEY, property TEXT, value INTEGER)")
    one_writer = threading.Lock()
    app = FastAPI()

    @app.post("/taps", status_code=202)
    def tap(body: Tap) -> dict[str, int | None]:
        with one_writer:
            database.execute("BEGIN IMMEDIATE")
            made = database.execute(
                "INSERT INTO taps (property, value) VALUES (?, ?)", (body.property, body.value)
            )
            database.execute("COMMIT")
        return {"id": made.lastrowid}

    return app


if __name__ == "__main__":
    uvicorn.run(application(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
