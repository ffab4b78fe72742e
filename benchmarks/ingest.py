"""`bench ingest`: readings per second from Mosquitto through decode, twin and telemetry.

Beside it, in the same run and before and after, a bare paho loop that only parses JSON. Both take the
same payloads from the same broker and publisher, each in a process of its own. A message counts only
when its value stands in the twin and in the telemetry on disk; every value is different, so none can
hide another.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.processes import Processes, mosquitto
from benchmarks.report import BenchReport, Figure, Options, at_least, at_most

MESSAGES, MESSAGES_QUICK, MESSAGES_BARE = 1_000_000, 100_000, 100_000
TOPICS = 200
# How far the publisher may be ahead: enough to keep a consumer busy, less than any queue on the way.
WINDOW = 10_000
GOAL_OF_BARE = 0.3
# Python gives memory back in large pieces; a leak of 20 bytes a message would show as 16 MB.
MOST_GROWTH_MEGABYTES = 10.0


def run(options: Options) -> BenchReport:
    """Measure the bare loop, the house, and the bare loop again."""
    messages = MESSAGES_QUICK if options.quick else MESSAGES
    with tempfile.TemporaryDirectory() as name, Processes(Path(name)) as processes:
        folder = Path(name)
        broker = mosquitto(folder)
        broker.start()
        try:
            options.progress("bare loop", 0.0)
            bare = [_bare(processes, broker.url)]
            options.progress("house", 0.1)
            house = _consume(
                processes, broker.url, messages, "benchmarks.ingest_house", str(folder / "house")
            )
            options.progress("bare loop", 0.9)
            bare.append(_bare(processes, broker.url))
        finally:
            broker.stop()
    return BenchReport("ingest", options.seed, _figures(house, bare))


def _bare(processes: Processes, url: str) -> dict[str, Any]:
    return _consume(processes, url, MESSAGES_BARE, "benchmarks.ingest_bare")


def _consume(processes: Processes, url: str, messages: int, module: str, *folder: str) -> dict[str, Any]:
    """Run one consumer against the publisher; returns what it measured.

    Raises:
        RuntimeError: it did not come to its end.
    """
    topics = (str(TOPICS),) if folder else ()
    consumer = processes.start("consumer", "-m", module, *folder, url, str(messages), *topics)
    processes.wait_for_line(consumer, "ready")
    publisher = processes.start(
        "publisher", "-m", "benchmarks.ingest_publisher", url, str(messages), str(TOPICS), str(WINDOW)
    )
    said, _ = consumer.communicate()
    processes.end(publisher)
    if consumer.returncode != 0:
        raise RuntimeError(f"{module} failed\n{processes.words()}")
    measured: dict[str, Any] = json.loads(said)
    return measured


def _figures(house: dict[str, Any], bare: list[dict[str, Any]]) -> list[Figure]:
    rate = house["counted"] / house["seconds"]
    bare_rate = fmean(each["messages_per_second"] for each in bare)
    # What else a machine does slows one thread more than several; what a message costs it does not change.
    cost = 1e6 * house["processor_seconds"] / house["messages"]
    bare_cost = 1e6 * fmean(each["processor_seconds"] for each in bare) / MESSAGES_BARE
    memory = house["memory_megabytes"]
    early, late = memory[len(memory) // 5 : len(memory) // 2], memory[-(len(memory) // 5) - 1 :]
    return [
        Figure("house_messages_per_second", round(rate), "1/s"),
        Figure("bare_messages_per_second", round(bare_rate), "1/s"),
        at_least("house_to_bare", round(rate / bare_rate, 3), "×", GOAL_OF_BARE),
        at_least("messages_in_twin_and_telemetry", house["counted"], "messages", house["messages"]),
        at_most("shed_or_refused", house["lost"], "messages", 0),
        at_most("memory_growth", round(max(late) - max(early), 1), "MB", MOST_GROWTH_MEGABYTES),
        Figure("memory", max(memory), "MB"),
        Figure("house_processor_per_message", round(cost, 1), "µs"),
        Figure("bare_processor_per_message", round(bare_cost, 1), "µs"),
    ]
