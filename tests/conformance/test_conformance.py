"""Plays every case of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import orjson
import pytest

from benchmarks.harness.memory_link import MemoryBroker, MemoryLink
from controller.entities import EntityDescription, Limits, Order, Report
from gateway.mqtt.renderer import TemplateRenderer
from gateway.mqtt.wire import MqttWire
from hotel.clock import ManualClock
from tests.conformance import (
    climate_cases,
    color_cases,
    cover_cases,
    discovery_cases,
    field_cases,
    firmware_cases,
    light_cases,
    sensor_cases,
    small_cases,
    template_cases,
)
from tests.conformance.cases import NOTHING, Case

MODULES = (
    climate_cases,
    color_cases,
    cover_cases,
    discovery_cases,
    field_cases,
    firmware_cases,
    light_cases,
    sensor_cases,
    small_cases,
    template_cases,
)
CASES: list[Case] = list(chain.from_iterable(module.CASES for module in MODULES))
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


class _Listener:
    def __init__(self) -> None:
        self.known: dict[str, EntityDescription] = {}
        self.values: dict[tuple[str, str], Any] = {}

    def discovered(self, entity: EntityDescription, config: str) -> None:
        self.known[entity.key] = entity

    def withdrawn(self, entity_key: str) -> None:
        del self.known[entity_key]

    def reported(self, reports: list[Report]) -> None:
        self.values.update(((report.entity_key, report.property), report.value) for report in reports)

    def link_changed(self, connected: bool) -> None: ...


class _Stage:
    def __init__(self, renderer: TemplateRenderer) -> None:
        self.clock = ManualClock(NOON)
        self.broker = MemoryBroker(self.clock)
        link = MemoryLink(self.broker)
        self.listener = _Listener()
        self.wire = MqttWire(link, self.clock, "homeassistant", "grand", renderer=renderer)
        self.wire.listener = self.listener
        self.sent: list[tuple[str, str]] = []
        self.retained_orders: list[str] = []
        link.start()
        self.settle()

    def settle(self) -> None:
        self.broker.pump()
        assert self.wire.settle(20.0)
        self.broker.pump()

    def says(self, topic: str, payload: Any, retained: bool = False) -> None:
        if isinstance(payload, str):
            payload = payload.encode()
        raw = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        self.broker.publish(topic, raw, retain=retained)
        self.settle()

    def order(self, key: str, values: dict[str, Any]) -> list[tuple[str, str]] | None:
        heard: list[tuple[str, str]] = []
        ear = self.broker.listen(
            "#",
            lambda topic, payload, retained: None if retained else heard.append((topic, payload.decode())),
        )
        self.settle()
        order = Order("c", key, tuple(values.items()), self.clock.monotonic() + 10.0)
        taken = self.wire.refusal(order) is None and self.wire.send(order)
        self.settle()
        ear.stop()
        return heard if taken else None


@pytest.fixture(scope="module")
def renderer() -> Iterator[TemplateRenderer]:
    found = TemplateRenderer(ManualClock(NOON), "Asia/Shanghai")
    yield found
    found.close()


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len(CASES) >= 250
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_conformance(case: Case, renderer: TemplateRenderer) -> None:
    stage = _Stage(renderer)
    for topic, config in case.configs:
        stage.says(f"homeassistant/{topic}/config", config, retained=True)
    if case.entities is not None:
        assert set(stage.listener.known) == set(case.entities)
    if case.wrong is not None:
        reasons = {wrong.key: wrong.reason for wrong in stage.wire.wrong_configs()}
        assert case.wrong in reasons.get(case.key, ""), reasons
        return
    if case.unsupported is not None:
        reasons = {seen.key: seen.reason for seen in stage.wire.not_supported()}
        assert case.unsupported in reasons.get(case.key, ""), reasons
        return
    if case.entities is None:
        assert case.key in stage.listener.known, stage.wire.wrong_configs() + stage.wire.not_supported()
    _check_entity(stage.listener.known.get(case.key), case.entity)
    for said in case.says:
        stage.says(*said)
    for name, expected in case.values.items():
        found = stage.listener.values.get((case.key, name), NOTHING)
        if isinstance(expected, float):
            assert found == pytest.approx(expected, abs=0.01), name
        else:
            assert found is expected if expected is NOTHING or expected is None else found == expected, name
    for asked, sent in case.orders:
        heard = stage.order(case.key, asked)
        assert heard == (None if sent is None else list(sent))


def _check_entity(entity: EntityDescription | None, expected: dict[str, Any]) -> None:
    for name, wanted in expected.items():
        assert entity is not None
        if name == "device":
            for part, text in wanted.items():
                assert getattr(entity.device, part) == text
        elif name == "limits":
            for which, (low, high, step) in wanted.items():
                limits = entity.limits[which]
                assert isinstance(limits, Limits)
                assert (limits.low, limits.high, limits.step) == pytest.approx((low, high, step), abs=0.01)
        elif name in ("accepts", "reports"):
            assert getattr(entity, name) == frozenset(wanted)
        else:
            assert getattr(entity, name) == wanted
