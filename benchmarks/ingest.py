"""`bench ingest`: messages per second from Mosquitto through decode, twin and telemetry.

One message is a smart plug's JSON report and feeds three entities, each with a template of its own
(power, energy, current). It counts only when all three values stand in the telemetry on disk, with the
twins at their last values; every value is different in every message, so none can hide another, and
nothing may be shed.

Beside it, in the same run, a bare paho loop that only parses the JSON of the same payloads, from the
same broker and publisher; each in a process of its own. The two take turns, round by round.

Then what a hotel's size costs (`benchmarks.ingest_scale`): processor time a message and resident bytes
an entity, at 1 000, 5 000 and 30 000 entities.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.processes import Processes, mosquitto
from benchmarks.report import BenchReport, Figure, Options, at_least, at_most

ROUNDS, ROUNDS_QUICK = 5, 2
MESSAGES, MESSAGES_QUICK = 200_000, 30_000
SIZES, SIZES_QUICK = (1_000, 5_000, 30_000), (1_000, 5_000)
SCALE_MESSAGES, SCALE_MESSAGES_QUICK = 60_000, 10_000
TOPICS = 200
# How far the publisher may be ahead: enough to keep a consumer busy, less than any queue on the way.
WINDOW = 10_000
GOAL_OF_BARE, STRETCH_OF_BARE = 0.5, 0.8
# Python gives memory back in large pieces; a leak of 60 bytes a message would show as 12 MB.
MOST_GROWTH_MEGABYTES = 10.0
MOST_COST_RATIO = 1.25
MOST_BYTES_AN_ENTITY = 10_000


def run(options: Options) -> BenchReport:
    """Measure the bare loop and the house in turns, then the house at three sizes."""
    messages = MESSAGES_QUICK if options.quick else MESSAGES
    rounds = ROUNDS_QUICK if options.quick else ROUNDS
    sizes = SIZES_QUICK if options.quick else SIZES
    scale_messages = SCALE_MESSAGES_QUICK if options.quick else SCALE_MESSAGES
    bare, house, scale = [], [], []
    with tempfile.TemporaryDirectory() as name, Processes(Path(name)) as processes:
        folder = Path(name)
        for number in range(rounds):
            # A broker of its own each round: it must not remember the plugs of the last one.
            (folder / f"broker{number}").mkdir()
            broker = mosquitto(folder / f"broker{number}")
            broker.start()
            try:
                options.progress(f"bare loop, round {number + 1}", number / rounds)
                bare.append(_consume(processes, broker.url, messages, "benchmarks.ingest_bare"))
                options.progress(f"house, round {number + 1}", (number + 0.3) / rounds)
                own = str(folder / f"house{number}")
                house.append(_consume(processes, broker.url, messages, "benchmarks.ingest_house", own))
            finally:
                broker.stop()
        for entities in sizes:
            options.progress(f"{entities} entities", 1.0)
            scale.append(_scale(processes, folder / f"scale{entities}", entities, scale_messages))
    return BenchReport("ingest", options.seed, [*_figures(house, bare), *_scale_figures(scale)])


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
    return _measured(processes, consumer.returncode, module, said)


def _scale(processes: Processes, folder: Path, entities: int, messages: int) -> dict[str, Any]:
    process = processes.start(
        "scale", "-m", "benchmarks.ingest_scale", str(folder), str(entities), str(messages)
    )
    said, _ = process.communicate()
    return _measured(processes, process.returncode, "benchmarks.ingest_scale", said)


def _measured(processes: Processes, code: int | None, module: str, said: str) -> dict[str, Any]:
    if code != 0:
        raise RuntimeError(f"{module} failed\n{processes.words()}")
    measured: dict[str, Any] = json.loads(said)
    return measured


def _figures(house: list[dict[str, Any]], bare: list[dict[str, Any]]) -> list[Figure]:
    rates = [each["counted"] / each["seconds"] for each in house]
    bare_rates = [each["messages_per_second"] for each in bare]
    ratios = [ours / theirs for ours, theirs in zip(rates, bare_rates, strict=True)]
    # What else a machine does slows the one thread of the bare loop more than ours; what a message costs
    # in processor time it does not change. Both must meet the goal.
    cost = [1e6 * each["processor_seconds"] / each["messages"] for each in house]
    bare_cost = [1e6 * each["processor_seconds"] / each["messages"] for each in bare]
    growth = max(_growth(each["memory_megabytes"]) for each in house)
    messages = sum(each["messages"] for each in house)
    ratio, by_processor = round(median(ratios), 3), round(median(bare_cost) / median(cost), 3)
    return [
        at_least("house_to_bare", ratio, "×", GOAL_OF_BARE),
        at_least("house_to_bare_stretch", ratio, "×", STRETCH_OF_BARE),
        Figure("house_to_bare_lowest_round", round(min(ratios), 3), "×"),
        Figure("house_to_bare_highest_round", round(max(ratios), 3), "×"),
        at_least("bare_to_house_by_processor_time", by_processor, "×", GOAL_OF_BARE),
        at_least("messages_counted", sum(each["counted"] for each in house), "messages", messages),
        at_most("shed_or_refused", sum(each["lost"] for each in house), "messages", 0),
        at_most("memory_growth", round(growth, 1), "MB", MOST_GROWTH_MEGABYTES),
        Figure("house_messages_per_second", round(median(rates)), "1/s"),
        Figure("bare_messages_per_second", round(median(bare_rates)), "1/s"),
        Figure("house_processor_per_message", round(median(cost), 1), "µs"),
        Figure("bare_processor_per_message", round(median(bare_cost), 1), "µs"),
        Figure("memory", max(max(each["memory_megabytes"]) for each in house), "MB"),
    ]


def _growth(memory: list[float]) -> float:
    early, late = memory[len(memory) // 5 : len(memory) // 2], memory[-(len(memory) // 5) - 1 :]
    return max(late) - max(early)


def _scale_figures(scale: list[dict[str, Any]]) -> list[Figure]:
    cost = {each["entities"]: each["processor_microseconds"] for each in scale}
    smallest, largest = min(cost), max(cost)
    return [
        at_most(
            f"processor_per_message_{largest}_to_{smallest}_entities",
            round(cost[largest] / cost[smallest], 2),
            "×",
            MOST_COST_RATIO,
        ),
        *(
            Figure(f"processor_per_message_{size}_entities", round(each, 1), "µs")
            for size, each in cost.items()
        ),
        # The database's own memory does not grow with the house: in a small one it is most of it.
        *(
            Figure(f"resident_per_entity_{each['entities']}_entities", round(each["bytes_an_entity"]), "B")
            for each in scale[:-1]
        ),
        at_most(
            f"resident_per_entity_{scale[-1]['entities']}_entities",
            round(scale[-1]["bytes_an_entity"]),
            "B",
            MOST_BYTES_AN_ENTITY,
        ),
    ]
