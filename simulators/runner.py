"""Runs a world in real time: one thread that moves it on and speaks for all its devices."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hotel.clock import ScaledClock
from simulators.gateways import BrokerAddress, Gateways
from simulators.http_desk import HttpDesk
from simulators.http_floor import HttpFloor
from simulators.world import World, WorldOptions

log = logging.getLogger(__name__)

TICK_SECONDS = 0.1
KEEP_ALIVE_LOOK_SECONDS = 1.0
# A world that fell behind (the machine slept) catches up in pieces, so that its links stay alive.
LONGEST_LEAP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Outside:
    """What to simulate and where, as the command line says."""

    broker: BrokerAddress
    rooms: int
    seed: int
    speed: float
    epoch: datetime
    anchor: datetime
    timezone: ZoneInfo
    climate: str
    discovery_prefix: str
    http_url: str | None
    tokens: dict[str, str]
    # by "attendants" and "engineers": login and secret; without, rooms are done without tasks
    sign_ins: dict[str, dict[str, str]] = field(default_factory=dict)
    faults_a_day: float = 0.0
    people: bool = True


def read_tokens(path: Path) -> dict[str, str]:
    """Bearer tokens by role, from a JSON file.

    Raises:
        ValueError: the file is missing or is no JSON object of texts.
    """
    tokens = _read_object(path)
    if not all(isinstance(token, str) for token in tokens.values()):
        raise ValueError(f"the file {path} must hold an object of texts")
    return tokens


def _read_object(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"the file {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"the file {path} is not JSON") from error
    if not isinstance(found, dict):
        raise ValueError(f"the file {path} must hold an object")
    return found


def read_sign_ins(path: Path) -> dict[str, dict[str, str]]:
    """Secrets by login of "attendants" and "engineers", from a JSON file. Raises ValueError."""
    groups = _read_object(path)
    known = {"attendants", "engineers"}
    texts = all(
        isinstance(group, dict) and all(isinstance(secret, str) for secret in group.values())
        for group in groups.values()
    )
    if not groups.keys() <= known or not texts:
        raise ValueError(
            f"the sign-in file {path} must hold attendants and engineers, each an object of texts"
        )
    return groups


def run(outside: Outside, stop: threading.Event) -> None:
    """Simulate until `stop` is set. Whatever cannot be reached is tried again and again.

    Raises:
        ValueError: an unknown climate or too many rooms.
    """
    clock = ScaledClock(outside.epoch, outside.speed, outside.anchor)
    started = clock.now()
    # Client ids and Idempotency-Keys of this run differ from those of another on the same data.
    name = f"{outside.anchor:%Y%m%d%H%M%S}"
    desk = None
    if outside.http_url is not None:
        desk = HttpDesk(outside.http_url, outside.tokens, run=f"sim{outside.seed}-{name}", seed=outside.seed)
    floor = None
    if outside.http_url is not None and outside.sign_ins:
        run_name = f"sim{outside.seed}-{name}"
        floor = HttpFloor(outside.http_url, outside.sign_ins, outside.tokens, run=run_name)
    links: list[Gateways] = []
    world = World(
        outside.seed,
        outside.rooms,
        started,
        outside.timezone,
        outside.climate,
        _Late(links),
        desk,
        WorldOptions(
            speed=outside.speed,
            discovery_prefix=outside.discovery_prefix,
            people=outside.people,
            faults_a_day=outside.faults_a_day,
        ),
        floor,
    )
    gateways = Gateways(outside.broker, world.gateways(), world.command, world.connected, name, outside.seed)
    links.append(gateways)
    if desk is not None:
        desk.start()
    if floor is not None:
        floor.start()
    try:
        _turn(clock, world, gateways, stop)
    finally:
        gateways.close()
        if desk is not None:
            desk.stop()
        if floor is not None:
            floor.stop()


class _Late:
    """The wire of a world that is made before its links are."""

    def __init__(self, links: list[Gateways]) -> None:
        self._links = links

    def publish(self, room: str, topic: str, payload: bytes, retain: bool) -> None:
        for link in self._links:
            link.publish(room, topic, payload, retain)


def _turn(clock: ScaledClock, world: World, gateways: Gateways, stop: threading.Event) -> None:
    begin, start = clock.monotonic(), world.time
    tick_at, look_at = begin, begin
    while not stop.is_set():
        now = clock.monotonic()
        if now >= tick_at:
            behind = (clock.now() - world.time).total_seconds() / clock.speed
            until = clock.now()
            if behind > LONGEST_LEAP_SECONDS:
                until = world.time + (until - world.time) * (LONGEST_LEAP_SECONDS / behind)
            world.advance(until)
            tick_at = max(tick_at + TICK_SECONDS, clock.monotonic())
        if now >= look_at:
            gateways.keep_alive(now)
            look_at = now + KEEP_ALIVE_LOOK_SECONDS
        pause = max(0.0, min(TICK_SECONDS, tick_at - clock.monotonic()))
        gateways.turn(clock.monotonic(), pause)
        if gateways.idle:
            stop.wait(pause)
    log.info("Stopped after %.0f hotel minutes.", (world.time - start).total_seconds() / 60)
