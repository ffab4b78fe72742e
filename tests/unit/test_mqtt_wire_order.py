"""Messages that come twice, in other batches, or interleaved in another order between their topics: the
twins end the same. Within one topic the order is the broker's, and it counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.entities import Value
from controller.twin import Twin
from gateway.mqtt.link import Incoming
from hotel.clock import ManualClock
from tests.unit.test_mqtt_wire import House

_START = datetime(2026, 7, 14, 7, 0, tzinfo=UTC)
CONFIGS: dict[str, dict[str, Any]] = {
    "sensor/412/power": {
        "stat_t": "plug",
        "val_tpl": "{{ value_json.power }}",
        "unit_of_meas": "W",
        "avty": [{"t": "plug/alive"}, {"t": "bridge"}],
        "avty_mode": "all",
    },
    "switch/412/plug": {
        "stat_t": "plug",
        "cmd_t": "plug/set",
        "val_tpl": "{{ value_json.state }}",
        "avty_t": "bridge",
    },
    "light/412/lamp": {"schema": "json", "stat_t": "lamp", "cmd_t": "lamp/set", "brightness": True},
    "cover/412/curtain": {"cmd_t": "c/set", "pos_t": "curtain", "set_pos_t": "c/pos", "avty_t": "bridge"},
}
_ALIVE = st.sampled_from([b"online", b"offline", b"?"])
SAID: dict[str, st.SearchStrategy[bytes]] = {
    "plug": st.builds(
        lambda power, state: orjson.dumps({"power": power, "state": state}),
        st.one_of(st.none(), st.integers(0, 3), st.just("x")),
        st.sampled_from(["ON", "OFF", "", "?"]),
    ),
    "plug/alive": _ALIVE,
    "bridge": _ALIVE,
    "lamp": st.sampled_from([b'{"state":"ON"}', b'{"state":"OFF"}', b'{"brightness":9}', b"{", b"{}"]),
    "curtain": st.sampled_from([b"0", b"40", b"100", b"nan", b"open"]),
}
topics = st.fixed_dictionaries({topic: st.lists(said, max_size=4) for topic, said in SAID.items()})


def _ends(clock: ManualClock, heard: list[tuple[str, bytes]], batches: list[int]) -> dict[str, Any]:
    """What the twins show after these messages, taken in batches of these sizes."""
    house = House(clock)
    for topic, config in CONFIGS.items():
        house.announce(topic, {**config, "uniq_id": topic})
    waiting = [Incoming(topic, payload, False, clock.monotonic()) for topic, payload in heard]
    sizes = iter(batches)
    while waiting:
        size = next(sizes, 1)
        house.wire.hear(waiting[:size])
        waiting = waiting[size:]
    twins = {key: Twin(key, known, "other") for key, known in house.book.known.items()}
    for report in house.book.reports:
        twins[report.entity_key].take(report)
    shown: dict[str, dict[str, Value]] = {
        key: {name: facet.reported for name, facet in twin.facets.items()} for key, twin in twins.items()
    }
    return shown


@settings(max_examples=120, deadline=None)
@given(topics, st.data())
def test_order_between_topics_duplicates_and_batches_make_no_difference(
    said: dict[str, list[bytes]], data: st.DataObject
) -> None:
    plain = [(topic, payload) for topic, payloads in said.items() for payload in payloads]
    turns = data.draw(st.permutations([topic for topic, _ in plain]))
    rest = {topic: iter(payloads) for topic, payloads in said.items()}
    mixed: list[tuple[str, bytes]] = []
    for topic in turns:
        # A broker that saw no acknowledgement sends the message again.
        mixed += [(topic, next(rest[topic]))] * data.draw(st.integers(1, 3))
    batches = data.draw(st.lists(st.integers(1, 5), max_size=10))
    clock = ManualClock(_START)
    assert _ends(clock, mixed, batches) == _ends(clock, plain, [])


@settings(max_examples=30, deadline=None)
@given(st.permutations(list(CONFIGS)), st.permutations([*CONFIGS, *CONFIGS]))
def test_configs_in_any_order_and_repeated_make_the_same_entities(first: list[str], again: list[str]) -> None:
    house = House(ManualClock(_START))
    house.says("lamp", b'{"state": "ON", "brightness": 51}', retain=True)
    house.says("bridge", "online", retain=True)
    for topic in [*first, *again]:
        house.announce(topic, {**CONFIGS[topic], "uniq_id": topic})
    assert set(house.book.known) == set(CONFIGS)
    assert [kind for kind, _ in house.book.events].count("discovered") == len(CONFIGS)
    assert house.book.value("light/412/lamp", "brightness_percent") == 20.0
    assert house.book.value("cover/412/curtain", "available") is True
