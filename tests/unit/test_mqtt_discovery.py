"""Discovery configs as devices send them: what they become, and what is refused with which reason."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.entities import Component
from gateway.mqtt.binding import Binding
from gateway.mqtt.decode import Message
from gateway.mqtt.discovery import (
    ConfigTopic,
    Finding,
    Migrating,
    Removed,
    SeenNotSupported,
    Usable,
    Wrong,
    parse_config_topic,
    read_config,
    restore_binding,
)


def read(topic: str, config: object) -> list[Finding]:
    parsed = parse_config_topic("homeassistant", f"homeassistant/{topic}/config")
    assert parsed is not None
    return read_config(parsed, config if isinstance(config, bytes) else orjson.dumps(config))


def usable(topic: str, config: object) -> Binding:
    (finding,) = read(topic, config)
    assert isinstance(finding, Usable), finding
    return finding.binding


def wrong(topic: str, config: object) -> str:
    (finding,) = read(topic, config)
    assert isinstance(finding, Wrong), finding
    return finding.reason


SENSOR = {"name": "Temperature", "state_topic": "room/412/t", "unit_of_measurement": "°C"}


@pytest.mark.parametrize(
    ("topic", "parts"),
    [
        ("homeassistant/light/412/bedside/config", ConfigTopic("light", "412", "bedside")),
        ("homeassistant/light/bedside/config", ConfigTopic("light", None, "bedside")),
        ("homeassistant/device/ac-412/config", ConfigTopic("device", None, "ac-412")),
        ("homeassistant/light/config", None),
        ("homeassistant/light/a/b/c/config", None),
        ("homeassistant/light/4 12/bed/config", None),
        ("homeassistant/light/bett€/config", None),
        ("other/light/412/bedside/config", None),
        ("homeassistant/light/412/bedside/state", None),
    ],
)
def test_config_topics(topic: str, parts: ConfigTopic | None) -> None:
    assert parse_config_topic("homeassistant", topic) == parts


def test_a_prefix_may_have_levels() -> None:
    assert parse_config_topic("hotel/ha", "hotel/ha/light/a/config") == ConfigTopic("light", None, "a")


def test_identity_is_component_node_object() -> None:
    assert usable("sensor/412/temperature", SENSOR).entity.key == "sensor/412/temperature"
    assert usable("sensor/temperature", SENSOR).entity.key == "sensor/temperature"


def test_short_names_and_base_topic_mean_the_same_as_long_ones() -> None:
    short = {
        "~": "zigbee2mqtt/lamp",
        "name": None,
        "schema": "json",
        "cmd_t": "~/set",
        "stat_t": "~",
        "bri_scl": 254,
        "brightness": True,
        "uniq_id": "0x1",
        "avty": [{"t": "~/availability", "pl_avail": "yes", "val_tpl": "{{ value_json.state }}"}],
        "avty_mode": "all",
        "dev": {"ids": ["0x1"], "mf": "IKEA", "mdl": "E27", "sw": "2.3", "sa": "412", "name": "Bedside"},
        "o": {"name": "zigbee2mqtt", "sw": "2.0"},
    }
    binding = usable("light/0x1/light", short)
    assert {reader.topic for reader in binding.readers} == {"zigbee2mqtt/lamp"}
    assert [source.topic for source in binding.availability] == ["zigbee2mqtt/lamp/availability"]
    assert binding.availability[0].read(Message(b'{"state": "yes"}')) is True
    assert binding.availability_mode == "all"
    assert binding.unique_id == "0x1"
    assert binding.encode({"on": True})[0].topic == "zigbee2mqtt/lamp/set"
    device = binding.entity.device
    assert (device.key, device.name, device.maker, device.model) == ("0x1", "Bedside", "IKEA", "E27")
    assert (device.software, device.suggested_area) == ("2.3", "412")
    assert binding.entity.name == "Bedside"


def test_the_base_topic_may_stand_at_the_end() -> None:
    binding = usable("sensor/a", {"~": "room/412", "state_topic": "stat/~"})
    assert binding.readers[0].topic == "stat/room/412"


def test_a_device_may_be_known_by_its_connections_or_one_identifier() -> None:
    by_mac = usable("sensor/a", {**SENSOR, "device": {"connections": [["mac", "aa:bb"]], "name": "ESP"}})
    assert by_mac.entity.device.key == "mac:aa:bb"
    by_text = usable("sensor/a", {**SENSOR, "device": {"identifiers": "esp-1", "name": "ESP"}})
    assert by_text.entity.device.key == "esp-1"
    without = usable("sensor/412/t", SENSOR)
    assert (without.entity.device.key, without.entity.device.name) == ("sensor/412/t", "Temperature")


def test_what_an_air_conditioner_can_do_is_told_in_house_words() -> None:
    entity = usable(
        "climate/412/ac",
        {
            "name": "AC",
            "modes": ["off", "cool", "heat", "turbo"],
            "mode_state_topic": "ac/mode",
            "mode_command_topic": "ac/mode/set",
            "temperature_state_topic": "ac/t",
            "temperature_command_topic": "ac/t/set",
            "current_temperature_topic": "ac/now",
            "fan_mode_state_topic": "ac/fan",
            "fan_mode_command_topic": "ac/fan/set",
            "fan_modes": ["low", "high"],
            "action_topic": "ac/action",
            "min_temp": 61,
            "max_temp": "86",
            "temp_step": 1,
            "temperature_unit": "F",
        },
    ).entity
    assert entity.component is Component.CLIMATE
    assert entity.reports == {"mode", "setpoint_celsius", "current_celsius", "fan_mode", "action"}
    assert entity.accepts == {"mode", "setpoint_celsius", "fan_mode"}
    assert entity.options == {"mode": ("off", "cool", "heat"), "fan_mode": ("low", "high")}
    limits = entity.limits["setpoint_celsius"]
    assert (limits.low, limits.high) == pytest.approx((16.1111, 30.0), abs=1e-3)
    assert limits.step == pytest.approx(5 / 9, abs=1e-3)


def test_a_null_payload_takes_the_ability_away() -> None:
    binding = usable("cover/a", {"command_topic": "c/set", "payload_stop": None, "state_topic": "c/state"})
    assert binding.entity.options["action"] == ("open", "close")


@pytest.mark.parametrize(
    ("topic", "config", "reason"),
    [
        ("sensor/a", b"{", "no JSON object"),
        ("sensor/a", b"[1]", "no JSON object"),
        ("sensor/a", b'{"state_topic": "a" \xff}', "no JSON object"),
        ("sensor/a", b"[" * 500 + b"]" * 500, "nested deeper"),
        ("sensor/a", b'{"x": "' + b"y" * 300_000 + b'"}', "larger than"),
        ("sensor/a", {}, "state_topic is missing"),
        ("sensor/a", {"state_topic": "room/t+/x"}, "wildcards in their places"),
        ("sensor/a", {"state_topic": "+/#"}, "wildcards alone"),
        ("switch/a", {"command_topic": "room/+/t"}, "without wildcards"),
        ("sensor/a", {"state_topic": ""}, "must be a topic"),
        ("sensor/a", {"state_topic": 5}, "must be a topic"),
        ("sensor/a", {"state_topic": "a", "qos": 3}, "qos must be a whole number"),
        ("sensor/a", {"state_topic": "a", "value_template": "{{ oops"}, "not a template"),
        ("sensor/a", {"state_topic": "a", "value_template": 5}, "must be a template"),
        ("sensor/a", {"state_topic": "a", "expire_after": -1}, "must not be negative"),
        ("sensor/a", {"state_topic": "a", "device": {"name": "x"}}, "neither identifiers nor connections"),
        ("sensor/a", {"state_topic": "a", "device": "x"}, "device must be an object"),
        (
            "sensor/a",
            {"state_topic": "a", "availability_topic": "b", "availability": [{"topic": "c"}]},
            "exclude each other",
        ),
        ("sensor/a", {"state_topic": "a", "availability": [{}]}, "must be a topic"),
        ("sensor/a", {"state_topic": "a", "availability_mode": "some"}, "all, any or latest"),
        ("switch/a", {"state_topic": "a"}, "command_topic is missing"),
        ("light/a", {"command_topic": "a", "schema": "rgb"}, "no light schema"),
        ("light/a", {"command_topic": "a", "brightness_scale": 0}, "brightness_scale"),
        ("cover/a", {"command_topic": "a", "position_open": 0, "position_closed": 0}, "must differ"),
        ("climate/a", {"min_temp": 30, "max_temp": 16, "temperature_command_topic": "a"}, "below max_temp"),
        ("climate/a", {"temp_step": "NaN", "temperature_command_topic": "a"}, "must be a number"),
        ("climate/a", {"temperature_unit": "X"}, "C or F"),
        ("device/a", {"device": {"ids": ["a"]}, "components": {}}, "origin"),
    ],
)
def test_wrong_configs_are_refused_with_a_reason(topic: str, config: object, reason: str) -> None:
    assert reason in wrong(topic, config)


@pytest.mark.parametrize(
    ("topic", "config", "reason"),
    [
        ("vacuum/a", {"command_topic": "a"}, "does not use vacuum"),
        ("lock/a", {"command_topic": "a", "code_format": "^[0-9]{4}$"}, "needs a code"),
        ("sensor/a", {"state_topic": "a", "encoding": "utf-16"}, "encoding"),
        (
            "sensor/a",
            {"state_topic": "a", "value_template": "{{ states('sensor.x') }}"},
            "unsupported template: the function states",
        ),
    ],
)
def test_what_is_not_for_us_is_seen_all_the_same(topic: str, config: dict[str, Any], reason: str) -> None:
    (finding,) = read(topic, config)
    assert isinstance(finding, SeenNotSupported)
    assert reason in finding.reason


def test_an_empty_payload_removes() -> None:
    assert read("sensor/412/t", b"") == [Removed("sensor/412/t")]
    assert read("device/412", b"") == [Removed("device/412")]


DEVICE: dict[str, Any] = {
    "dev": {"ids": "ac-412", "name": "AC 412", "mf": "Gree"},
    "o": {"name": "bridge"},
    "~": "ac/412",
    "avty_t": "~/online",
    "cmps": {
        "temp": {"p": "sensor", "stat_t": "~/t", "unit_of_meas": "°C", "uniq_id": "412t"},
        "power": {"p": "switch", "cmd_t": "~/p/set", "stat_t": "~/p", "uniq_id": "412p", "avty_t": "own"},
        "old": {"p": "sensor"},
        "siren": {"p": "siren", "cmd_t": "x", "uniq_id": "s"},
        "broken": {"p": "sensor", "stat_t": "x"},
    },
}


def test_one_config_may_announce_a_whole_device() -> None:
    found = {finding.key: finding for finding in read("device/ac-412", DEVICE)}
    temp, power = found["sensor/ac-412/temp"], found["switch/ac-412/power"]
    assert isinstance(temp, Usable)
    assert isinstance(power, Usable)
    assert temp.binding.readers[0].topic == "ac/412/t"
    assert [source.topic for source in temp.binding.availability] == ["ac/412/online"]
    assert [source.topic for source in power.binding.availability] == ["own"]
    assert temp.binding.entity.device == power.binding.entity.device
    assert found["sensor/ac-412/old"] == Removed("sensor/ac-412/old")
    assert isinstance(found["siren/ac-412/siren"], SeenNotSupported)
    assert isinstance(found["sensor/ac-412/broken"], Wrong)


def test_a_component_of_a_device_keeps_the_identity_of_its_single_form() -> None:
    single = usable("sensor/ac-412/temp", SENSOR)
    found = {finding.key for finding in read("device/ac-412", DEVICE)}
    assert single.entity.key in found


def test_a_device_announces_that_it_will_migrate() -> None:
    assert read("sensor/412/t", {"migrate_discovery": True}) == [Migrating("sensor/412/t")]
    assert read("sensor/412/t", {"migr_discvry": True}) == [Migrating("sensor/412/t")]


def test_a_kept_config_gives_the_same_binding_again() -> None:
    found = {finding.key: finding for finding in read("device/ac-412", DEVICE)}
    temp = found["sensor/ac-412/temp"]
    assert isinstance(temp, Usable)
    again = restore_binding(temp.key, temp.binding.config)
    assert again is not None
    assert again.entity == temp.binding.entity
    assert again.topics == temp.binding.topics
    assert restore_binding("sensor/x", "{}") is None
    assert restore_binding("vacuum/x", "{}") is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.integers(-(2**62), 2**62)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
SHARED_KEYS = ["~", "state_topic", "stat_t", "cmd_t", "dev", "avty", "avty_t", "val_tpl", "qos", "name"]
OTHER_KEYS = [
    "uniq_id",
    "e",
    "o",
    "cmps",
    "exp_aft",
    "options",
    "schema",
    "bri_scl",
    "brightness",
    "sup_clrm",
]
DRIVEN_KEYS = [
    "on_cmd_type",
    "pl_on",
    "pos_open",
    "pos_t",
    "set_pos_t",
    "min_temp",
    "temp_unit",
    "temp_cmd_t",
]
keys = st.sampled_from([*SHARED_KEYS, *OTHER_KEYS, *DRIVEN_KEYS, "modes", "mode_cmd_t"])
configs = st.dictionaries(
    keys, json_values | st.sampled_from(["a/b", "{{ value_json.x }}", "json"]), max_size=8
)
components = st.sampled_from(
    ["sensor", "switch", "light", "cover", "climate", "binary_sensor", "device", "fan"]
)


@settings(max_examples=300, deadline=None)
@given(component=components, config=configs)
def test_no_config_raises(component: str, config: dict[str, Any]) -> None:
    for finding in read_config(
        ConfigTopic(component, "n", "o"), orjson.dumps(config, option=orjson.OPT_NON_STR_KEYS)
    ):
        if isinstance(finding, Wrong | SeenNotSupported):
            assert finding.reason
