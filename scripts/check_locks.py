"""Holds the Python locks against pyproject.toml: `--write` renews them, without it a difference fails.

An existing lock is the starting point, so pins move only when pyproject.toml asks for it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

LOCKS: dict[str, list[str]] = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-dev.lock": ["pyproject.toml", "--group", "dev", "-c", "requirements.lock"],
    "requirements-build.lock": ["--group", "build", "-c", "requirements-dev.lock"],
    "requirements-node.lock": ["--group", "node"],
}


def compile_lock(sources: list[str], output: Path) -> None:
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "compile", *sources, "--generate-hashes", "--no-header", "--no-annotate"]
    subprocess.run([*command, "--universal", "--quiet", "--output-file", str(output)], check=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    stale = []
    with tempfile.TemporaryDirectory() as folder:
        for name, sources in LOCKS.items():
            lock = Path(name)
            fresh = Path(folder) / name
            if lock.exists():
                shutil.copy(lock, fresh)
            compile_lock(sources, fresh)
            if "://" in fresh.read_text():
                print(f"{name} would name a host.")
                return 1
            if not lock.exists() or lock.read_text() != fresh.read_text():
                stale.append(name)
                if write:
                    shutil.copy(fresh, lock)
    if stale and not write:
        print(f"Out of step with pyproject.toml: {', '.join(stale)}. Run `make locks`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
