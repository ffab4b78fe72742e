"""The convention itself: names, shared options, identity, updates, availability."""

from __future__ import annotations

from typing import Any

from tests.conformance.cases import NOTHING, Case, Config

KEY = "sensor/room/thing"
PLAIN: Config = {"state_topic": "s"}
SHORT: Config = {
    "~": "base/412",
    "name": "Short",
    "stat_t": "~/state",
    "val_tpl": "{{ value_json.v }}",
    "unit_of_meas": "W",
    "dev_cla": "power",
    "uniq_id": "u1",
    "exp_aft": 60,
    "avty": [{"t": "~/lwt", "pl_avail": "up", "pl_not_avail": "down", "val_tpl": "{{ value_json.s }}"}],
    "avty_mode": "all",
    "dev": {
        "ids": ["d1"],
        "cns": [["mac", "02:00"]],
        "mf": "Maker",
        "mdl": "Model",
        "sw": "1.2",
        "hw": "A",
        "sn": "42",
        "sa": "Room 412",
        "cu": "http://x",
        "name": "Device",
    },
    "o": {"name": "bridge", "sw": "3.1", "url": "https://x"},
}
DEVICE: Config = {
    "dev": {"ids": "ac-412", "name": "AC 412"},
    "o": {"name": "bridge"},
    "~": "ac/412",
    "avty_t": "~/lwt",
    "stat_t": "~/state",
    "qos": 1,
    "cmps": {
        "temperature": {
            "p": "sensor",
            "uniq_id": "t1",
            "val_tpl": "{{ value_json.t }}",
            "unit_of_meas": "°C",
        },
        "fan": {"p": "fan", "uniq_id": "f1", "cmd_t": "~/fan/set", "val_tpl": "{{ value_json.f }}"},
        "reset": {"p": "button", "uniq_id": "r1", "cmd_t": "~/reset"},
    },
}


def case(name: str, *configs: tuple[str, Any], key: str = KEY, **more: Any) -> Case:
    return Case(f"discovery: {name}", key, configs, **more)


def available(name: str, config: Config, *says: Any, told: Any) -> Case:
    return case(f"available: {name}", (KEY, {**PLAIN, **config}), says=says, values={"available": told})


TWO = {"availability": [{"topic": "a"}, {"topic": "b"}]}


CASES = [
    case(
        "all short names at once",
        (KEY, SHORT),
        says=(("base/412/state", {"v": 7}), ("base/412/lwt", {"s": "up"})),
        values={"value": 7.0, "available": True},
        entity={
            "name": "Short",
            "unit": "W",
            "device_class": "power",
            "device": {
                "key": "d1",
                "name": "Device",
                "maker": "Maker",
                "model": "Model",
                "software": "1.2",
                "suggested_area": "Room 412",
            },
        },
    ),
    case(
        "short names of availability: gone",
        (KEY, SHORT),
        says=(("base/412/lwt", {"s": "down"}),),
        values={"available": False},
    ),
    case(
        "the base topic at the end",
        (KEY, {"~": "412", "stat_t": "state/~"}),
        says=(("state/412", "x"),),
        values={"value": "x"},
    ),
    case(
        "the base topic alone",
        (KEY, {"~": "412", "stat_t": "~"}),
        says=(("412", "x"),),
        values={"value": "x"},
    ),
    case(
        "a long name beats its short one",
        (KEY, {"stat_t": "short", "state_topic": "long"}),
        says=(("long", "x"),),
        values={"value": "x"},
    ),
    case("an unknown option is passed over", (KEY, {**PLAIN, "sparkles": 3}), entities=(KEY,)),
    case("without a node", ("sensor/thing", PLAIN), key="sensor/thing", entities=("sensor/thing",)),
    case(
        "the same object in two nodes",
        ("sensor/a/t", PLAIN),
        ("sensor/b/t", PLAIN),
        entities=("sensor/a/t", "sensor/b/t"),
    ),
    case(
        "the same object of two components",
        ("sensor/a/t", PLAIN),
        ("binary_sensor/a/t", PLAIN),
        entities=("sensor/a/t", "binary_sensor/a/t"),
    ),
    case("a topic with a bad id is none", ("sensor/ro om/thing", PLAIN), entities=()),
    case(
        "null name takes the device's",
        (KEY, {**PLAIN, "name": None, "device": {"identifiers": "d", "name": "Lamp"}}),
        entity={"name": "Lamp"},
    ),
    case(
        "known by its connections",
        (KEY, {**PLAIN, "device": {"connections": [["mac", "02:ab"]]}}),
        entity={"device": {"key": "mac:02:ab"}},
    ),
    case(
        "a device without any identity",
        (KEY, {**PLAIN, "device": {"name": "x"}}),
        wrong="neither identifiers nor connections",
    ),
    case("no JSON", (KEY, b"{oops"), wrong="no JSON object"),
    case("no object", (KEY, [1, 2]), wrong="no JSON object"),
    case("a quality of service that is none", (KEY, {**PLAIN, "qos": 3}), wrong="qos"),
    case("an encoding of its own", (KEY, {**PLAIN, "encoding": "utf-16"}), unsupported="encoding"),
    *(
        case(
            f"{component} is seen and not supported",
            (f"{component}/room/x", {"command_topic": "x"}),
            key=f"{component}/room/x",
            unsupported=component,
        )
        for component in (
            "vacuum",
            "alarm_control_panel",
            "camera",
            "siren",
            "humidifier",
            "water_heater",
            "text",
            "scene",
            "valve",
            "update",
            "device_automation",
            "tag",
        )
    ),
    # updates
    case(
        "an update",
        (KEY, PLAIN),
        (KEY, {"state_topic": "other"}),
        says=(("other", "x"),),
        values={"value": "x"},
    ),
    case(
        "after an update the old topic is not heard",
        (KEY, PLAIN),
        (KEY, {"state_topic": "other"}),
        says=(("s", "x"),),
        values={"value": NOTHING},
    ),
    case(
        "an invalid update leaves the old one working",
        (KEY, PLAIN),
        (KEY, {"state_topic": "+"}),
        says=(("s", "x"),),
        values={"value": "x"},
    ),
    case("an invalid update is shown", (KEY, PLAIN), (KEY, {"state_topic": "+"}), wrong="wildcards"),
    case(
        "a bad config, then a good one", (KEY, b"{"), (KEY, PLAIN), says=(("s", "x"),), values={"value": "x"}
    ),
    case("removed", (KEY, PLAIN), (KEY, b""), entities=()),
    case("removed and announced again", (KEY, PLAIN), (KEY, b""), (KEY, PLAIN), entities=(KEY,)),
    case(
        "a storm of removing and announcing",
        *((KEY, PLAIN if turn % 2 else b"") for turn in range(40)),
        entities=(KEY,),
    ),
    case("the same config again is one entity", (KEY, PLAIN), (KEY, PLAIN), (KEY, PLAIN), entities=(KEY,)),
    case(
        "a duplicate unique_id is refused",
        (KEY, {**PLAIN, "unique_id": "u"}),
        ("sensor/room/other", {**PLAIN, "unique_id": "u"}),
        key="sensor/room/other",
        wrong="belongs to",
    ),
    case(
        "a duplicate unique_id is one entity",
        (KEY, {**PLAIN, "unique_id": "u"}),
        ("sensor/room/other", {**PLAIN, "unique_id": "u"}),
        entities=(KEY,),
    ),
    case(
        "a renamed device that announces first and removes later",
        (KEY, {**PLAIN, "unique_id": "u"}),
        ("sensor/room/new", {**PLAIN, "unique_id": "u"}),
        (KEY, b""),
        key="sensor/room/new",
        entities=("sensor/room/new",),
    ),
    case(
        "the same unique_id of two components is fine",
        (KEY, {**PLAIN, "unique_id": "u"}),
        ("binary_sensor/room/b", {**PLAIN, "unique_id": "u"}),
        entities=(KEY, "binary_sensor/room/b"),
    ),
    # the device-based form
    case(
        "a device",
        ("device/ac-412", DEVICE),
        key="sensor/ac-412/temperature",
        entities=("sensor/ac-412/temperature", "fan/ac-412/fan", "button/ac-412/reset"),
    ),
    case(
        "a device: shared topic and base",
        ("device/ac-412", DEVICE),
        key="sensor/ac-412/temperature",
        says=(("ac/412/state", {"t": 21, "f": "ON"}), ("ac/412/lwt", "online")),
        values={"value": 21.0, "available": True},
    ),
    case(
        "a device: another component of the same topic",
        ("device/ac-412", DEVICE),
        key="fan/ac-412/fan",
        says=(("ac/412/state", {"t": 21, "f": "ON"}),),
        values={"on": True},
    ),
    case(
        "a device: its own option beats the shared one",
        ("device/ac-412", {**DEVICE, "cmps": {"t": {"p": "sensor", "uniq_id": "x", "stat_t": "~/own"}}}),
        key="sensor/ac-412/t",
        says=(("ac/412/own", "hi"),),
        values={"value": "hi"},
    ),
    case(
        "a device: its own availability beats the shared one",
        ("device/ac-412", {**DEVICE, "cmps": {"t": {"p": "sensor", "uniq_id": "x", "avty": [{"t": "own"}]}}}),
        key="sensor/ac-412/t",
        says=(("own", "offline"), ("ac/412/lwt", "online")),
        values={"available": False},
    ),
    case("a device: removed whole", ("device/ac-412", DEVICE), ("device/ac-412", b""), entities=()),
    case(
        "a device: one component removed",
        ("device/ac-412", DEVICE),
        ("device/ac-412", {**DEVICE, "cmps": {**DEVICE["cmps"], "reset": {"p": "button"}}}),
        entities=("sensor/ac-412/temperature", "fan/ac-412/fan"),
    ),
    case(
        "a device: a component that cannot be used is seen",
        ("device/ac-412", {**DEVICE, "cmps": {**DEVICE["cmps"], "v": {"p": "vacuum", "uniq_id": "v"}}}),
        key="vacuum/ac-412/v",
        unsupported="vacuum",
    ),
    case(
        "a device: a broken component does not break the others",
        ("device/ac-412", {**DEVICE, "cmps": {**DEVICE["cmps"], "bad": {"p": "switch", "uniq_id": "b"}}}),
        entities=("sensor/ac-412/temperature", "fan/ac-412/fan", "button/ac-412/reset"),
    ),
    case(
        "a device: a component without unique_id",
        ("device/ac-412", {**DEVICE, "cmps": {"t": {"p": "sensor"}, "u": {"p": "sensor", "val_tpl": "x"}}}),
        key="sensor/ac-412/u",
        wrong="unique_id",
    ),
    case(
        "a device without its origin",
        ("device/ac-412", {"dev": DEVICE["dev"], "cmps": DEVICE["cmps"]}),
        key="device/ac-412",
        wrong="origin",
    ),
    case(
        "a device without components",
        ("device/ac-412", {"dev": DEVICE["dev"], "o": DEVICE["o"]}),
        key="device/ac-412",
        wrong="components",
    ),
    case(
        "migration from the single form to the device",
        ("sensor/ac-412/temperature", {**PLAIN, "unique_id": "t1"}),
        ("sensor/ac-412/temperature", {"migrate_discovery": True}),
        ("device/ac-412", DEVICE),
        ("sensor/ac-412/temperature", b""),
        entities=("sensor/ac-412/temperature", "fan/ac-412/fan", "button/ac-412/reset"),
    ),
    case(
        "a device that is announced twice, without migrating",
        ("sensor/ac-412/temperature", {**PLAIN, "unique_id": "t1"}),
        ("device/ac-412", DEVICE),
        key="sensor/ac-412/temperature",
        wrong="announced at",
    ),
    # availability
    available("without topics", {}, told=True),
    available("unknown until heard", {"availability_topic": "a"}, told=NOTHING),
    available("online", {"availability_topic": "a"}, ("a", "online"), told=True),
    available("offline", {"availability_topic": "a"}, ("a", "online"), ("a", "offline"), told=False),
    available(
        "another word says nothing", {"availability_topic": "a"}, ("a", "online"), ("a", "dying"), told=True
    ),
    available(
        "its own words",
        {"availability_topic": "a", "payload_available": "1", "payload_not_available": "0"},
        ("a", "1"),
        told=True,
    ),
    available(
        "template",
        {"availability_topic": "a", "availability_template": "{{ value_json.state }}"},
        ("a", {"state": "online"}),
        told=True,
    ),
    available(
        "template that loops",
        {
            "availability_topic": "a",
            "availability_template": "{% for v in value_json %}{{ v if loop.first }}{% endfor %}",
        },
        ("a", ["offline", "x"]),
        told=False,
    ),
    available(
        "template with is_defined",
        {"availability_topic": "a", "availability_template": "{{ value_json.state | is_defined }}"},
        ("a", {"other": 1}),
        told=NOTHING,
    ),
    available("latest is the default", TWO, ("a", "online"), ("b", "offline"), ("a", "online"), told=True),
    available(
        "latest: the last word",
        {**TWO, "availability_mode": "latest"},
        ("a", "online"),
        ("b", "offline"),
        told=False,
    ),
    available("all: one is not enough", {**TWO, "availability_mode": "all"}, ("a", "online"), told=NOTHING),
    available("all: both", {**TWO, "availability_mode": "all"}, ("a", "online"), ("b", "online"), told=True),
    available(
        "all: one gone",
        {**TWO, "availability_mode": "all"},
        ("a", "online"),
        ("b", "online"),
        ("b", "offline"),
        told=False,
    ),
    available(
        "any: one is enough",
        {**TWO, "availability_mode": "any"},
        ("a", "online"),
        ("b", "offline"),
        told=True,
    ),
    available(
        "any: none left", {**TWO, "availability_mode": "any"}, ("a", "offline"), ("b", "offline"), told=False
    ),
    available("one item without a list", {"availability": {"topic": "a"}}, ("a", "online"), told=True),
    available("what expires is unknown until heard", {"expire_after": 30}, told=None),
    available("what expires is there once heard", {"expire_after": 30}, ("s", "x"), told=True),
    case(
        "availability twice", (KEY, {**PLAIN, **TWO, "availability_topic": "c"}), wrong="exclude each other"
    ),
    case(
        "an availability mode that nobody knows",
        (KEY, {**PLAIN, **TWO, "availability_mode": "most"}),
        wrong="all, any or latest",
    ),
    case(
        "an availability without a topic",
        (KEY, {**PLAIN, "availability": [{"value_template": "x"}]}),
        wrong="topic",
    ),
]
