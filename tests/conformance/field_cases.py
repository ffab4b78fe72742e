"""What devices in the field do beyond the plain forms: wildcards, moments, `this`, bytes, odd names."""

from __future__ import annotations

from tests.conformance.cases import NOTHING, Case, Config, asks, hears, passes_over, rejects, shows, tells

BEACON: Config = {
    "state_topic": "+/+/radio/A4C138AA0001",
    "value_template": "{{ value_json.tempc | is_defined }}",
    "unit_of_measurement": "°C",
    "device_class": "temperature",
    "availability_topic": "home/+/LWT",
}
MOMENT: Config = {"state_topic": "m", "device_class": "timestamp"}
DAY: Config = {"state_topic": "m", "device_class": "date"}
KEEPS: Config = {
    "state_topic": "k",
    "value_template": "{{ value_json.mode if 'mode' in value_json else this.state }}",
}
LOOPS: Config = {
    "state_topic": "k",
    "value_template": "{% for x in [1] %}{{ value_json.v | d(this.attributes['v']) }}{% endfor %}",
}
ACID: Config = {"state_topic": "s", "device_class": "ph"}
CODED: Config = {"command_topic": "l", "code_format": "^[0-9]{4}$"}
BLIND: Config = {"tilt_command_topic": "b/tilt", "command_topic": "b/set"}
PARTS: Config = {
    "dev": {"ids": ["hub"]},
    "o": {"name": "hub"},
    "cmps": {
        "CO₂ (room 2).raw": {"p": "sensor", "uniq_id": "a", "stat_t": "co2"},
        "a/b": {"p": "sensor", "uniq_id": "b", "stat_t": "b"},
    },
}

CASES = [
    hears(
        "a topic with wildcards",
        "sensor",
        BEACON,
        ("home/north/LWT", "online"),
        ("home/north/radio/A4C138AA0001", {"tempc": 21.4}),
        value=21.4,
        available=True,
    ),
    hears(
        "two gateways that hear it",
        "sensor",
        BEACON,
        ("home/north/radio/A4C138AA0001", {"tempc": 21.4}),
        ("home/south/radio/A4C138AA0001", {"tempc": 21.6}),
        value=21.6,
    ),
    hears("another beacon", "sensor", BEACON, ("home/north/radio/FFFF", {"tempc": 9}), value=NOTHING),
    hears(
        "a wildcard that covers configs hides none",
        "sensor",
        {"state_topic": "homeassistant/#"},
        ("homeassistant/notes", "hello"),
        value="hello",
    ),
    Case(
        "sensor says: a config under somebody's wildcard is still a config",
        "sensor/other",
        (
            ("sensor/room/thing", {"state_topic": "homeassistant/#"}),
            ("sensor/other", {"state_topic": "o"}),
        ),
        says=(("o", "x"),),
        values={"value": "x"},
        entities=("sensor/room/thing", "sensor/other"),
    ),
    rejects("wildcards alone", "sensor", {"state_topic": "+/+"}, "wildcards alone"),
    rejects("a wildcard within a level", "sensor", {"state_topic": "a/b+/c"}, "wildcards in their places"),
    rejects("a wildcard for orders", "switch", {"command_topic": "a/+/set"}, "without wildcards"),
    rejects(
        "listening where devices are announced",
        "sensor",
        {"state_topic": "homeassistant/climate/412/config"},
        "where devices are announced",
    ),
    *tells(
        MOMENT,
        "sensor",
        ("a moment", "m", "2026-11-22T12:00:00+08:00", {"value": "2026-11-22T04:00:00+00:00"}),
        ("a moment in UTC", "m", "2026-11-22T04:00:00Z", {"value": "2026-11-22T04:00:00+00:00"}),
        ("a moment with a space", "m", "2026-11-22 04:00:00+00:00", {"value": "2026-11-22T04:00:00+00:00"}),
        ("a moment without a zone", "m", "2026-11-22T04:00:00", {"value": NOTHING}),
        ("seconds since 1970 are no moment", "m", "1795320000", {"value": NOTHING}),
        ("no moment", "m", "None", {"value": None}),
        ("words for a moment", "m", "yesterday", {"value": NOTHING}),
        ("an empty moment", "m", "", {"value": NOTHING}),
    ),
    *tells(
        DAY,
        "sensor",
        ("a day", "m", "2026-11-22", {"value": "2026-11-22"}),
        ("the day of a moment", "m", "2026-11-22T23:30:00+08:00", {"value": "2026-11-22"}),
        ("no day", "m", "22.11.2026", {"value": NOTHING}),
    ),
    hears(
        "a class of figures without a unit",
        "sensor",
        {"state_topic": "s", "device_class": "ph"},
        ("s", "7.2"),
        value=7.2,
    ),
    hears("this keeps what was", "sensor", KEEPS, ("k", {"mode": "dry"}), ("k", {"fan": 1}), value="dry"),
    hears("this of nothing", "sensor", KEEPS, ("k", {"fan": 1}), value=NOTHING),
    hears(
        "this in a loop",
        "sensor",
        {
            "state_topic": "k",
            "value_template": "{% for x in [1] %}{{ value_json.v | d(this.attributes['v']) }}{% endfor %}",
        },
        ("k", {"v": 3}),
        ("k", {}),
        value="3",
    ),
    passes_over(
        "a template that asks for other entities",
        "sensor",
        {"state_topic": "s", "value_template": "{{ states('sensor.outside') }}"},
        "the function states",
    ),
    passes_over("a lock with a code", "lock", CODED, "needs a code"),
    shows("stops its slats", "cover", BLIND, options={"action": ("open", "close", "stop", "stop_tilt")}),
    asks("stops its slats", "cover", BLIND, {"action": "stop_tilt"}, ("b/tilt", "STOP")),
    asks(
        "stops its slats in its own words",
        "cover",
        {**BLIND, "pl_stop_tilt": "halt"},
        {"action": "stop_tilt"},
        ("b/tilt", "halt"),
    ),
    shows(
        "slats that cannot be stopped",
        "cover",
        {**BLIND, "payload_stop_tilt": None},
        options={"action": ("open", "close", "stop")},
    ),
    asks(
        "bytes from a template",
        "number",
        {"command_topic": "n", "command_template": "{{ pack(value, '>H') }}"},
        {"value": 33},
        ("n", "\x00!"),
    ),
    Case(
        "discovery: components with odd names",
        "sensor/hub/CO₂ (room 2).raw",
        (("device/hub", PARTS),),
        says=(("co2", "612"),),
        values={"value": "612"},
        entities=("sensor/hub/CO₂ (room 2).raw",),
    ),
    hears(
        "a text formatted with per cent",
        "sensor",
        {
            "state_topic": "s",
            "unit_of_measurement": "W",
            "value_template": "{{ '%.1f' % (value_json.p | float) }}",
        },
        ("s", {"p": "12.34"}),
        value=12.3,
    ),
    hears(
        "lists put together",
        "sensor",
        {"state_topic": "s", "value_template": "{{ (value_json.a + value_json.b) | join('-') }}"},
        ("s", {"a": [1], "b": [2]}),
        value="1-2",
    ),
    hears(
        "a bar of stars",
        "sensor",
        {"state_topic": "s", "value_template": "{{ '*' * value_json.bars }}"},
        ("s", {"bars": 3}),
        value="***",
    ),
    hears(
        "digits within words",
        "sensor",
        {
            "state_topic": "s",
            "unit_of_measurement": "%",
            "value_template": "{{ value | regex_findall_index('([0-9]+)%') }}",
        },
        ("s", "humid 45% ok"),
        value=45.0,
    ),
    hears(
        "milliseconds since 1970 as a moment",
        "sensor",
        {**MOMENT, "value_template": "{{ (value_json.t / 1000) | timestamp_local }}"},
        ("m", {"t": 1795320000000}),
        value="2026-11-22T04:00:00+00:00",
    ),
    asks(
        "a number that has one value",
        "number",
        {"command_topic": "n", "min": 5, "max": 5},
        {"value": 5},
        ("n", "5"),
    ),
    hears(
        "an action as an event made by a template",
        "event",
        {
            "state_topic": "e",
            "event_types": ["single", "double"],
            "value_template": "{{ {'event_type': value_json.action} | to_json }}",
        },
        ("e", {"action": "double"}),
        event="double",
    ),
    Case(
        "climate takes: a thermostat in Fahrenheit with numbers for its modes",
        "climate/th",
        (
            (
                "climate/th",
                {
                    "temperature_unit": "F",
                    "min_temp": 50,
                    "max_temp": 85,
                    "temp_step": 0.5,
                    "modes": ["off", "heat", "cool"],
                    "mode_state_topic": "th/mode",
                    "mode_state_template": "{{ {0: 'off', 1: 'heat'}[value_json.value] | d('off') }}",
                    "mode_command_topic": "th/mode/set",
                    "mode_command_template": "{{ {'off': 0, 'heat': 1, 'cool': 2}[value] | d('0') }}",
                    "temperature_state_topic": "th/set",
                    "temperature_state_template": "{{ value_json.value }}",
                    "temperature_command_topic": "th/set/set",
                },
            ),
        ),
        says=(("th/mode", {"value": 1}), ("th/set", {"value": 68})),
        values={"mode": "heat", "setpoint_celsius": 20.0},
        orders=(
            ({"mode": "cool", "setpoint_celsius": 21.0}, (("th/mode/set", "2"), ("th/set/set", "70.0"))),
        ),
    ),
    Case(
        "light takes: a dimmer with templates that count to 99",
        "light/dimmer",
        (
            (
                "light/dimmer",
                {
                    "schema": "template",
                    "state_topic": "dim",
                    "state_template": "{{ 'off' if value_json.value == 0 else 'on' }}",
                    "brightness_template": "{{ (value_json.value / 99 * 255) | round(0) }}",
                    "command_topic": "dim/set",
                    "command_off_template": "0",
                    "command_on_template": "{{ ((brightness / 255 * 99) | round(0)) "
                    "if brightness is defined else 255 }}",
                },
            ),
        ),
        says=(("dim", {"value": 99}),),
        values={"on": True, "brightness_percent": 100.0},
        orders=(
            ({"on": True}, (("dim/set", "255"),)),
            ({"brightness_percent": 50}, (("dim/set", "50"),)),
            ({"on": False}, (("dim/set", "0"),)),
        ),
    ),
    hears(
        "an object with an empty position",
        "cover",
        {"command_topic": "c", "position_topic": "p", "tilt_command_topic": "t"},
        ("p", {"position": "", "tilt_position": 20}),
        position_percent=NOTHING,
        tilt_percent=20.0,
    ),
    hears(
        "an object with an empty tilt",
        "cover",
        {"command_topic": "c", "position_topic": "p", "tilt_command_topic": "t"},
        ("p", {"position": 40, "tilt_position": ""}),
        position_percent=40.0,
        tilt_percent=NOTHING,
    ),
]
