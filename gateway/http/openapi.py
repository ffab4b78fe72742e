"""The API's description as a file, from which the web app's client is typed.

`python -m gateway.http.openapi --write FILE` writes it, `--check FILE` fails when it is out of step.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from fastapi import FastAPI

from gateway.main import Service
from gateway.settings import load_settings
from hotel.clock import SystemClock


def schema_text(app: FastAPI) -> str:
    """The schema with sorted keys, so that a change shows as what it is."""
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def whole_app(data_dir: Path) -> FastAPI:
    """The application with every slice's routes, composed but not started."""
    # Any free port, and a broker that is not asked: nothing here meets what runs on this machine.
    environ = {
        "INNKEEPER_DATA_DIR": str(data_dir),
        "INNKEEPER_HTTP_PORT": "0",
        "INNKEEPER_MQTT_URL": "mqtt://127.0.0.1:1",
    }
    settings = load_settings(environ, data_dir)
    service = Service(settings, SystemClock())
    service.prepare()
    service.stop()
    return service.app


def main(arguments: list[str] | None = None) -> int:
    """Write or check; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gateway.http.openapi")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--write", type=Path, metavar="FILE")
    wanted.add_argument("--check", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        text = schema_text(whole_app(Path(folder)))
    if given.write is not None:
        given.write.write_text(text, encoding="utf-8")
        return 0
    if given.check.is_file() and given.check.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{given.check} is out of step with the API: run `make types`.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
