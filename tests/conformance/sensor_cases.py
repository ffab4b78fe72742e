"""sensor, binary_sensor and switch."""

from __future__ import annotations

from tests.conformance.cases import NOTHING, Config, asks, hears, refuses, rejects, shows, steps, tells

TEMPERATURE: Config = {"state_topic": "s", "unit_of_measurement": "°C", "device_class": "temperature"}
JSON: Config = {"state_topic": "s", "unit_of_measurement": "W", "value_template": "{{ value_json.power }}"}
TEXT: Config = {"state_topic": "s"}
ENUM: Config = {"state_topic": "s", "device_class": "enum", "options": ["idle", "busy"]}
CONTACT: Config = {"state_topic": "b", "device_class": "door"}
Z2M_CONTACT: Config = {
    **CONTACT,
    "value_template": "{{ value_json.contact }}",
    "payload_on": False,
    "payload_off": True,
}
SWITCH: Config = {"command_topic": "w/set", "state_topic": "w"}

CASES = [
    *tells(
        TEMPERATURE,
        "sensor",
        ("a number", "s", "21.5", {"value": 21.5}),
        ("a whole number", "s", "21", {"value": 21.0}),
        ("a negative number", "s", "-3.25", {"value": -3.25}),
        ("scientific", "s", "2.1e1", {"value": 21.0}),
        ("None is unknown", "s", "None", {"value": None}),
        ("an empty payload says nothing", "s", "", {"value": NOTHING}),
        ("no number", "s", "unavailable", {"value": NOTHING}),
        ("infinity", "s", "inf", {"value": NOTHING}),
        ("nan", "s", "nan", {"value": NOTHING}),
        ("bytes that are no text", "s", b"\xff\xfe", {"value": NOTHING}),
    ),
    hears(
        "Fahrenheit becomes Celsius",
        "sensor",
        {**TEMPERATURE, "unit_of_measurement": "°F"},
        ("s", "212"),
        value=100.0,
    ),
    hears(
        "kelvin becomes Celsius",
        "sensor",
        {**TEMPERATURE, "unit_of_measurement": "K"},
        ("s", "300.15"),
        value=27.0,
    ),
    shows("Fahrenheit shows as Celsius", "sensor", {**TEMPERATURE, "unit_of_measurement": "°F"}, unit="°C"),
    *tells(
        JSON,
        "sensor",
        ("JSON", "s", {"power": 12.5}, {"value": 12.5}),
        ("JSON text", "s", {"power": "12.5"}, {"value": 12.5}),
        ("JSON null", "s", {"power": None}, {"value": None}),
        ("JSON without the key", "s", {"energy": 4}, {"value": NOTHING}),
        ("JSON that is none", "s", "power=4", {"value": NOTHING}),
        ("JSON true is no number", "s", {"power": True}, {"value": NOTHING}),
    ),
    *tells(
        TEXT,
        "sensor",
        ("text", "s", "idle", {"value": "idle"}),
        ("text None", "s", "None", {"value": None}),
        ("digits stay text without a unit", "s", "12", {"value": "12"}),
        ("text in Chinese", "s", "空闲", {"value": "空闲"}),
    ),
    hears(
        "true prints True",
        "sensor",
        {**TEXT, "value_template": "{{ value_json.x }}"},
        ("s", {"x": True}),
        value="True",
    ),
    hears(
        "a state class makes it a number",
        "sensor",
        {**TEXT, "state_class": "measurement"},
        ("s", "7"),
        value=7.0,
    ),
    hears("a listed word", "sensor", ENUM, ("s", "busy"), value="busy"),
    hears("an unlisted word", "sensor", ENUM, ("s", "asleep"), value=NOTHING),
    shows(
        "says what it is",
        "sensor",
        TEMPERATURE,
        reports={"value"},
        accepts=set(),
        unit="°C",
        device_class="temperature",
    ),
    shows("says its words", "sensor", ENUM, options={"value": ("idle", "busy")}),
    refuses("anything", "sensor", TEMPERATURE, value=1),
    rejects("no state topic", "sensor", {"unit_of_measurement": "W"}, "state_topic is missing"),
    rejects("a negative expiry", "sensor", {**TEMPERATURE, "expire_after": -1}, "must not be negative"),
    rejects(
        "a template that is none", "sensor", {**TEMPERATURE, "value_template": "{{ value"}, "not a template"
    ),
    *tells(
        CONTACT,
        "binary_sensor",
        ("on", "b", "ON", {"on": True}),
        ("off", "b", "OFF", {"on": False}),
        ("None is unknown", "b", "None", {"on": None}),
        ("unlisted", "b", "on", {"on": NOTHING}),
        ("empty", "b", "", {"on": NOTHING}),
    ),
    *tells(
        Z2M_CONTACT,
        "binary_sensor",
        ("payload false is the word False", "b", {"contact": False}, {"on": True}),
        ("payload true is the word True", "b", {"contact": True}, {"on": False}),
        ("contact null", "b", {"contact": None}, {"on": None}),
        ("contact missing", "b", {"battery": 90}, {"on": NOTHING}),
    ),
    hears(
        "numbers as payloads",
        "binary_sensor",
        {**CONTACT, "payload_on": 1, "payload_off": 0},
        ("b", "1"),
        on=True,
    ),
    shows("says what it is", "binary_sensor", CONTACT, reports={"on"}, accepts=set(), device_class="door"),
    rejects("no state topic", "binary_sensor", {"device_class": "door"}, "state_topic is missing"),
    rejects("a negative delay", "binary_sensor", {**CONTACT, "off_delay": -1}, "must not be negative"),
    *tells(
        SWITCH,
        "switch",
        ("on", "w", "ON", {"on": True}),
        ("off", "w", "OFF", {"on": False}),
        ("None is unknown", "w", "None", {"on": None}),
        ("unlisted", "w", "1", {"on": NOTHING}),
    ),
    *steps(
        SWITCH,
        "switch",
        ("switches on", {"on": True}, (("w/set", "ON"),)),
        ("switches off", {"on": False}, (("w/set", "OFF"),)),
    ),
    hears(
        "states that differ from commands",
        "switch",
        {**SWITCH, "state_on": "1", "state_off": "0"},
        ("w", "1"),
        on=True,
    ),
    asks(
        "commands that differ from states",
        "switch",
        {**SWITCH, "payload_on": "go", "state_on": "1"},
        {"on": True},
        ("w/set", "go"),
    ),
    asks(
        "command template",
        "switch",
        {**SWITCH, "command_template": '{"on": "{{ value }}"}'},
        {"on": True},
        ("w/set", '{"on": "ON"}'),
    ),
    hears(
        "value template",
        "switch",
        {**SWITCH, "value_template": "{{ value_json.state_l1 }}"},
        ("w", {"state_l1": "ON"}),
        on=True,
    ),
    shows(
        "tells nothing without a state topic", "switch", {"command_topic": "w"}, reports=set(), accepts={"on"}
    ),
    refuses("a text", "switch", SWITCH, on="ON"),
    refuses("what it has not", "switch", SWITCH, brightness_percent=3),
    rejects("no command topic", "switch", {"state_topic": "w"}, "command_topic is missing"),
]
