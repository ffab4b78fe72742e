"""light: colours in the three schemas."""

from __future__ import annotations

from tests.conformance.cases import NOTHING, Config, asks, hears, refuses, shows, steps, tells

TOPICS: Config = {
    "command_topic": "c/set",
    "state_topic": "c",
    "brightness_command_topic": "c/bri/set",
    "brightness_state_topic": "c/bri",
    "color_mode_state_topic": "c/mode",
    **{f"{mode}_state_topic": f"c/{mode}" for mode in ("hs", "rgb", "rgbw", "rgbww", "xy")},
    **{f"{mode}_command_topic": f"c/{mode}/set" for mode in ("hs", "rgb", "rgbw", "rgbww", "xy")},
    "white_command_topic": "c/white/set",
    "white_scale": 100,
}
SHORT: Config = {
    "cmd_t": "c/set",
    "rgb_cmd_t": "c/rgb/set",
    "rgb_cmd_tpl": "{{ '#%02x%02x%02x' | format(red, green, blue) }}",
    "rgb_stat_t": "c/rgb",
    "rgb_val_tpl": "{{ value_json.rgb | join(',') }}",
    "hs_cmd_t": "c/hs/set",
    "hs_cmd_tpl": '{"h": {{ hue }}, "s": {{ sat }}}',
    "rgbww_cmd_t": "c/ww/set",
    "rgbww_cmd_tpl": "{{ red }}/{{ green }}/{{ blue }}/{{ cold_white }}/{{ warm_white }} {{ value }}",
}
JSON: Config = {
    "schema": "json",
    "command_topic": "j/set",
    "state_topic": "j",
    "supported_color_modes": ["color_temp", "xy", "hs", "rgb", "rgbw", "rgbww", "white"],
    "brightness": True,
    "brightness_scale": 254,
}
OLD_JSON: Config = {"schema": "json", "command_topic": "j/set", "state_topic": "j", "rgb": True}
TEMPLATE: Config = {
    "schema": "template",
    "command_topic": "t/set",
    "state_topic": "t",
    "command_on_template": "on,{{ red | d('-') }}-"
    "{{ green | d('-') }}-{{ blue | d('-') }},{{ hue | d('-') }},"
    "{{ sat | d('-') }}",
    "command_off_template": "off",
    "state_template": "{{ value.split(',')[0] }}",
    "red_template": "{{ value.split(',')[1].split('-')[0] }}",
    "green_template": "{{ value.split(',')[1].split('-')[1] }}",
    "blue_template": "{{ value.split(',')[1].split('-')[2] }}",
}
EVERY_COLOR = {"hs_color", "rgb_color", "rgbw_color", "rgbww_color", "xy_color"}

CASES = [
    shows(
        "colours are properties",
        "light",
        TOPICS,
        accepts={"on", "brightness_percent", "white_percent", *EVERY_COLOR},
        reports={"on", "brightness_percent", "color_mode", *EVERY_COLOR},
        limits={"white_percent": (0, 100, 1)},
    ),
    *tells(
        TOPICS,
        "light",
        ("hue and saturation", "c/hs", "359.5,80", {"hs_color": "359.5,80.0"}),
        ("red, green and blue", "c/rgb", "255, 80,0", {"rgb_color": "255,80,0"}),
        ("white beside red, green and blue", "c/rgbw", "1,2,3,4", {"rgbw_color": "1,2,3,4"}),
        ("two whites", "c/rgbww", "1,2,3,4,5", {"rgbww_color": "1,2,3,4,5"}),
        ("x and y", "c/xy", "0.4448,0.4066", {"xy_color": "0.4448,0.4066"}),
        ("two numbers for three", "c/rgb", "255,80", {"rgb_color": NOTHING}),
        ("more than 255", "c/rgb", "256,0,0", {"rgb_color": NOTHING}),
        ("words for a colour", "c/rgb", "red,green,blue", {"rgb_color": NOTHING}),
        ("an empty colour", "c/rgb", "", {"rgb_color": NOTHING}),
        ("no colour", "c/hs", "None", {"hs_color": None}),
        ("colour mode", "c/mode", "rgbw", {"color_mode": "rgbw"}),
        ("colour mode that nobody knows", "c/mode", "cmyk", {"color_mode": NOTHING}),
    ),
    *steps(
        TOPICS,
        "light",
        ("hue and saturation", {"hs_color": "30,100"}, (("c/hs/set", "30.0,100.0"), ("c/set", "ON"))),
        (
            "red, green and blue with brightness",
            {"rgb_color": "255,80,0", "brightness_percent": 20},
            (("c/rgb/set", "255,80,0"), ("c/bri/set", "51"), ("c/set", "ON")),
        ),
        ("white beside colours", {"rgbw_color": "0,0,0,255"}, (("c/rgbw/set", "0,0,0,255"), ("c/set", "ON"))),
        ("two whites", {"rgbww_color": "0,0,0,9,8"}, (("c/rgbww/set", "0,0,0,9,8"), ("c/set", "ON"))),
        ("x and y", {"xy_color": "0.3,0.25"}, (("c/xy/set", "0.3,0.25"), ("c/set", "ON"))),
        ("white", {"white_percent": 40}, (("c/white/set", "40"), ("c/set", "ON"))),
        ("off beats a colour", {"on": False, "rgb_color": "1,2,3"}, (("c/set", "OFF"),)),
    ),
    asks(
        "first: on, then the colour",
        "light",
        {**TOPICS, "on_command_type": "first"},
        {"xy_color": "0.3,0.3"},
        ("c/set", "ON"),
        ("c/xy/set", "0.3,0.3"),
    ),
    hears("a colour template", "light", SHORT, ("c/rgb", {"rgb": [9, 8, 7]}), rgb_color="9,8,7"),
    *steps(
        SHORT,
        "light",
        ("a colour template in hex", {"rgb_color": "255,80,0"}, (("c/rgb/set", "#ff5000"), ("c/set", "ON"))),
        (
            "hue and saturation in an object",
            {"hs_color": "30,50.5"},
            (("c/hs/set", '{"h": 30.0, "s": 50.5}'), ("c/set", "ON")),
        ),
        (
            "names for both whites",
            {"rgbww_color": "1,2,3,4,5"},
            (("c/ww/set", "1/2/3/4/5 1,2,3,4,5"), ("c/set", "ON")),
        ),
    ),
    refuses("a colour of two numbers", "light", TOPICS, rgb_color="255,80"),
    refuses("a colour beyond its range", "light", TOPICS, xy_color="1.5,0"),
    refuses("a number for a colour", "light", TOPICS, hs_color=30.0),
    refuses("a colour it has no topic for", "light", SHORT, xy_color="0.3,0.3"),
    *tells(
        JSON,
        "light",
        (
            "json: x and y, with the hue beside",
            "j",
            {
                "state": "ON",
                "brightness": 127,
                "color_mode": "xy",
                "color": {"x": 0.3, "y": 0.4, "h": 120, "s": 9},
            },
            {"on": True, "xy_color": "0.3,0.4", "hs_color": NOTHING, "color_mode": "xy"},
        ),
        (
            "json: hue and saturation",
            "j",
            {"color_mode": "hs", "color": {"h": 24, "s": 100.0}},
            {"hs_color": "24.0,100.0"},
        ),
        ("json: rgb", "j", {"color_mode": "rgb", "color": {"r": 1, "g": 2, "b": 3}}, {"rgb_color": "1,2,3"}),
        (
            "json: rgbw",
            "j",
            {"color_mode": "rgbw", "color": {"r": 1, "g": 2, "b": 3, "w": 4}},
            {"rgbw_color": "1,2,3,4"},
        ),
        (
            "json: rgbww",
            "j",
            {"color_mode": "rgbww", "color": {"r": 1, "g": 2, "b": 3, "c": 4, "w": 5}},
            {"rgbww_color": "1,2,3,4,5"},
        ),
        (
            "json: a missing member costs the colour alone",
            "j",
            {"state": "OFF", "color_mode": "rgb", "color": {"r": 1, "g": 2}},
            {"on": False, "rgb_color": NOTHING, "color_mode": "rgb"},
        ),
        (
            "json: a colour that is no object",
            "j",
            {"color_mode": "rgb", "color": "red"},
            {"rgb_color": NOTHING},
        ),
        (
            "json: a colour while it is white",
            "j",
            {"color_mode": "color_temp", "color_temp": 250, "color": {"x": 0.3, "y": 0.4}},
            {"xy_color": NOTHING, "color_temperature_kelvin": 4000.0},
        ),
        ("json: brightness as a text", "j", {"brightness": "254"}, {"brightness_percent": 100.0}),
    ),
    *steps(
        JSON,
        "light",
        ("json: x and y", {"xy_color": "0.3,0.4"}, (("j/set", '{"state":"ON","color":{"x":0.3,"y":0.4}}'),)),
        ("json: hue", {"hs_color": "24,100"}, (("j/set", '{"state":"ON","color":{"h":24.0,"s":100.0}}'),)),
        (
            "json: rgb, dimmed",
            {"rgb_color": "1,2,3", "brightness_percent": 50},
            (("j/set", '{"state":"ON","color":{"r":1,"g":2,"b":3},"brightness":127}'),),
        ),
        (
            "json: rgbww",
            {"rgbww_color": "1,2,3,4,5"},
            (("j/set", '{"state":"ON","color":{"r":1,"g":2,"b":3,"c":4,"w":5}}'),),
        ),
        ("json: white", {"white_percent": 100}, (("j/set", '{"state":"ON","white":255}'),)),
    ),
    hears(
        "json: old firmware", "light", OLD_JSON, ("j", {"color": {"r": 5, "g": 6, "b": 7}}), rgb_color="5,6,7"
    ),
    hears(
        "json: old firmware, another colour",
        "light",
        OLD_JSON,
        ("j", {"color": {"x": 0.1}}),
        rgb_color=NOTHING,
    ),
    hears("template: a colour", "light", TEMPLATE, ("t", "on,255-80-0"), on=True, rgb_color="255,80,0"),
    hears("template: no colour", "light", TEMPLATE, ("t", "on,--"), on=True, rgb_color=NOTHING),
    asks(
        "template: a colour by every name",
        "light",
        TEMPLATE,
        {"rgb_color": "255,0,0"},
        ("t/set", "on,255-0-0,0.0,100.0"),
    ),
    asks("template: no colour", "light", TEMPLATE, {"on": True}, ("t/set", "on,-----,-,-")),
    shows(
        "template: two of three colours are none",
        "light",
        {**TEMPLATE, "blue_template": None},
        accepts={"on"},
    ),
    shows(
        "flash and transition are taken note of",
        "light",
        {
            **JSON,
            "flash": True,
            "flash_time_short": 2,
            "flash_time_long": 10,
            "transition": True,
            "effect": False,
        },
        accepts={"on", "brightness_percent", "color_temperature_kelvin", "white_percent", *EVERY_COLOR},
    ),
]
