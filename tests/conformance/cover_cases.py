"""cover: open, close, stop, position and tilt, whichever way round."""

from __future__ import annotations

from tests.conformance.cases import NOTHING, Config, asks, hears, refuses, rejects, shows, steps, tells

PLAIN: Config = {"command_topic": "c/set", "state_topic": "c"}
POSITION: Config = {
    "command_topic": "c/set",
    "position_topic": "c/pos",
    "set_position_topic": "c/pos/set",
}
BOTH: Config = {**POSITION, "state_topic": "c"}
INVERTED: Config = {**POSITION, "position_open": 0, "position_closed": 255}
ONE_OFF: Config = {**POSITION, "position_open": 0, "position_closed": 100}
TILT: Config = {
    **PLAIN,
    "tilt_command_topic": "c/tilt/set",
    "tilt_status_topic": "c/tilt",
    "tilt_min": 0,
    "tilt_max": 255,
}
TILT_INVERTED: Config = {**TILT, "tilt_min": 180, "tilt_max": 0}
WORDS: Config = {
    **PLAIN,
    "state_open": "up",
    "state_opening": "rising",
    "state_closed": "down",
    "state_closing": "falling",
    "state_stopped": "halt",
    "payload_open": "UP",
    "payload_close": "DOWN",
    "payload_stop": "HALT",
}
TEMPLATED: Config = {
    **BOTH,
    "state_topic": "c",
    "value_template": "{{ value_json.state | lower }}",
    "position_topic": "c",
    "position_template": "{{ value_json.pos }}",
    "set_position_template": '{"pos": {{ position }}, "raw": {{ value }}, "open": {{ position_open }}}',
}

CASES = [
    *tells(
        PLAIN,
        "cover",
        ("open", "c", "open", {"motion": "open"}),
        ("opening", "c", "opening", {"motion": "opening"}),
        ("closed", "c", "closed", {"motion": "closed"}),
        ("closing", "c", "closing", {"motion": "closing"}),
        ("stopped without a past is open", "c", "stopped", {"motion": "open"}),
        ("None is unknown", "c", "None", {"motion": None}),
        ("unlisted state", "c", "ajar", {"motion": NOTHING}),
        ("empty state", "c", "", {"motion": NOTHING}),
    ),
    hears(
        "stopped after closing is closed", "cover", PLAIN, ("c", "closing"), ("c", "stopped"), motion="closed"
    ),
    hears("stopped after opening is open", "cover", PLAIN, ("c", "opening"), ("c", "stopped"), motion="open"),
    *steps(
        PLAIN,
        "cover",
        ("opens", {"action": "open"}, (("c/set", "OPEN"),)),
        ("closes", {"action": "close"}, (("c/set", "CLOSE"),)),
        ("stops", {"action": "stop"}, (("c/set", "STOP"),)),
    ),
    *tells(
        POSITION,
        "cover",
        ("position", "c/pos", "40", {"position_percent": 40.0, "motion": "open"}),
        ("position 0 is closed", "c/pos", "0", {"position_percent": 0.0, "motion": "closed"}),
        ("position 100", "c/pos", "100", {"position_percent": 100.0, "motion": "open"}),
        ("position beyond the range", "c/pos", "104", {"position_percent": 100.0}),
        ("position as a float", "c/pos", "12.0", {"position_percent": 12.0}),
        ("position None", "c/pos", "None", {"position_percent": None}),
        ("position in words", "c/pos", "half", {"position_percent": NOTHING}),
        ("position in JSON", "c/pos", {"position": 30}, {"position_percent": 30.0}),
        (
            "position in JSON with tilt",
            "c/pos",
            {"position": 30, "tilt_position": 70},
            {"position_percent": 30.0, "tilt_percent": 70.0},
        ),
        ("JSON without a position", "c/pos", {"tilt_position": 70}, {"position_percent": NOTHING}),
        ("empty position", "c/pos", "", {"position_percent": NOTHING}),
    ),
    *steps(
        POSITION,
        "cover",
        ("goes to a position", {"position_percent": 35}, (("c/pos/set", "35"),)),
        ("goes to a whole position", {"position_percent": 35.4}, (("c/pos/set", "35"),)),
    ),
    refuses("a position beyond the range", "cover", POSITION, position_percent=120),
    refuses("tilt without slats", "cover", POSITION, tilt_percent=20),
    hears(
        "both: position and state",
        "cover",
        BOTH,
        ("c", "opening"),
        ("c/pos", "10"),
        motion="opening",
        position_percent=10.0,
    ),
    hears("stopped at 0 is closed", "cover", BOTH, ("c/pos", "0"), ("c", "stopped"), motion="closed"),
    hears("stopped half way is open", "cover", BOTH, ("c/pos", "50"), ("c", "stopped"), motion="open"),
    hears(
        "closing that stopped half way is open",
        "cover",
        BOTH,
        ("c", "closing"),
        ("c/pos", "50"),
        ("c", "stopped"),
        motion="open",
    ),
    *tells(
        INVERTED,
        "cover",
        ("inverted: closed", "c/pos", "255", {"position_percent": 0.0, "motion": "closed"}),
        ("inverted: open", "c/pos", "0", {"position_percent": 100.0, "motion": "open"}),
        ("inverted: beyond", "c/pos", "300", {"position_percent": 0.0}),
        ("inverted: middle", "c/pos", "127.5", {"position_percent": 50.0}),
    ),
    *steps(
        INVERTED,
        "cover",
        ("inverted: closes", {"position_percent": 0}, (("c/pos/set", "255"),)),
        ("inverted: opens", {"position_percent": 100}, (("c/pos/set", "0"),)),
        ("inverted: a fifth", {"position_percent": 20}, (("c/pos/set", "204"),)),
    ),
    hears(
        "inverted 101 is closed", "cover", ONE_OFF, ("c/pos", "101"), motion="closed", position_percent=0.0
    ),
    *tells(
        TILT,
        "cover",
        ("tilt", "c/tilt", "51", {"tilt_percent": 20.0}),
        ("tilt beyond the range", "c/tilt", "300", {"tilt_percent": NOTHING}),
        ("tilt in words", "c/tilt", "flat", {"tilt_percent": NOTHING}),
    ),
    asks("tilts", "cover", TILT, {"tilt_percent": 40}, ("c/tilt/set", "102")),
    asks("inverted slats tilt", "cover", TILT_INVERTED, {"tilt_percent": 25}, ("c/tilt/set", "135")),
    hears("inverted slats tell", "cover", TILT_INVERTED, ("c/tilt", "45"), tilt_percent=75.0),
    asks(
        "tilts with a template",
        "cover",
        {**TILT, "tilt_command_template": "{{ tilt_position }}/{{ value }}/{{ tilt_max }}"},
        {"tilt_percent": 40},
        ("c/tilt/set", "40/102/255"),
    ),
    hears(
        "tilt template",
        "cover",
        {**TILT, "tilt_status_template": "{{ value_json.a }}"},
        ("c/tilt", {"a": 255}),
        tilt_percent=100.0,
    ),
    *tells(
        WORDS,
        "cover",
        ("its own word for open", "c", "up", {"motion": "open"}),
        ("its own word for closing", "c", "falling", {"motion": "closing"}),
        ("the common word is not its own", "c", "open", {"motion": NOTHING}),
    ),
    *steps(
        WORDS,
        "cover",
        ("its own word to open", {"action": "open"}, (("c/set", "UP"),)),
        ("its own word to stop", {"action": "stop"}, (("c/set", "HALT"),)),
    ),
    shows(
        "a null payload takes an ability away",
        "cover",
        {**PLAIN, "payload_stop": None},
        options={"action": ("open", "close")},
    ),
    refuses("to stop without the ability", "cover", {**PLAIN, "payload_stop": None}, action="stop"),
    hears(
        "templates",
        "cover",
        TEMPLATED,
        ("c", {"state": "OPENING", "pos": 7}),
        motion="opening",
        position_percent=7.0,
    ),
    asks(
        "position template",
        "cover",
        TEMPLATED,
        {"position_percent": 70},
        ("c/pos/set", '{"pos": 70, "raw": 70, "open": 100}'),
    ),
    shows(
        "says what it can do",
        "cover",
        {**BOTH, **TILT, "device_class": "blind"},
        accepts={"action", "position_percent", "tilt_percent"},
        reports={"motion", "position_percent", "tilt_percent"},
        device_class="blind",
    ),
    rejects(
        "a position to set without one to read",
        "cover",
        {**POSITION, "position_topic": None},
        "needs position_topic",
    ),
    rejects("a range without a length", "cover", {**POSITION, "position_open": 0}, "must differ"),
    rejects("slats without a range", "cover", {**TILT, "tilt_max": 0}, "must differ"),
]
