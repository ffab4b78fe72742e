"""Templates with the convention's meaning, through a text sensor; loop-free and with the worker."""

from __future__ import annotations

from typing import Any

from tests.conformance.cases import NOTHING, Case, hears

Z2M_EVENT = """\
{% set patterns = [
{"pattern": '^(?P<button>(?:button_)?[a-z0-9]+)_(?P<action>press|hold)$', "groups": ["button", "action"]},
{"pattern": '^(?P<action>rotate)_(?P<direction>left|right)$', "groups": ["action", "direction"]}
] %}
{% set said = value_json.action | default('') %}
{% set ns = namespace(r=[('action', said)]) %}
{% for p in patterns %}
  {% set m = said | regex_findall(p.pattern) %}
  {% if m[0] is undefined %}{% continue %}{% endif %}
  {% for key, word in zip(p.groups, m[0]) %}
    {% set ns.r = ns.r | rejectattr(0, 'eq', key) | list + [(key, word)] %}
  {% endfor %}
{% endfor %}
{% set ns.r = ns.r + [('event_type', ns.r | selectattr(0, 'eq', 'action') | map(attribute=1) | first)] %}
{{ dict.from_keys(ns.r | rejectattr(0, 'eq', 'action') | list) | to_json }}"""

_TEXTS: list[tuple[str, Any, Any]] = [
    ("{{ value }}", "idle", "idle"),
    ("{{ value_json.a.b }}", {"a": {"b": "x"}}, "x"),
    ("{{ value_json['a b'] }}", {"a b": "x"}, "x"),
    ("{{ value_json[0].n }}", [{"n": "x"}], "x"),
    ("{{ value_json.x }}", {"x": False}, "False"),
    ("{{ value_json.x }}", {}, NOTHING),
    ("{{ value_json.x.y }}", {}, NOTHING),
    ("{{ value_json.x }}", "no json", NOTHING),
    ("{{ value_json.x | default('none here') }}", {}, "none here"),
    ("{{ value_json.x | default('d', true) }}", {"x": None}, "d"),
    ("{{ value_json.x | is_defined }}", {"x": 5}, "5"),
    ("{{ value_json.x | is_defined }}", {}, NOTHING),
    ("{{ value_json.t | float | round(1) }}", {"t": "21.55"}, "21.6"),
    ("{{ value_json.t | round(0) }}", {"t": 21.5}, "22"),
    ("{{ value_json.t | round(1, 'floor') }}", {"t": 21.59}, "21.5"),
    ("{{ value_json.t | round(1, 'half') }}", {"t": 21.3}, "21.5"),
    ("{{ value_json.t | int }}", {"t": "7.9"}, "7"),
    ("{{ value_json.t | int(base=16) }}", {"t": "1f"}, "31"),
    ("{{ value_json.t | float(-1) }}", {"t": "warm"}, "-1"),
    ("{{ value_json.t | float }}", {"t": "warm"}, NOTHING),
    ("{{ float(value) * 2 }}", "1.5", "3.0"),
    ("{{ value | multiply(2) }}", "1.5", "3.0"),
    ("{{ value_json.on | iif('yes', 'no') }}", {"on": 1}, "yes"),
    ("{{ iif(value_json.x, 'a', 'b', 'c') }}", {"x": None}, "c"),
    ("{{ value_json | to_json }}", {"a": [1, 2]}, '{"a":[1,2]}'),
    ("{{ (value_json.s | from_json).a }}", {"s": '{"a": 1}'}, "1"),
    ("{{ value_json.a | bool }}", {"a": "off"}, "False"),
    ("{% if value_json.a > 3 %}high{% else %}low{% endif %}", {"a": 4}, "high"),
    ("{% set m = {'0': 'off', '1': 'on'} %}{{ m[value] if value in m else 'odd' }}", "1", "on"),
    ("{{ ['low', 'mid', 'high'][value | int] }}", "2", "high"),
    ("{{ value_json.a is none }}", {"a": None}, "True"),
    ("{{ value[0:4] }}", "coolest", "cool"),
    ("{{ value | lower | replace('_', ' ') | title }}", "FAN_ONLY", "Fan Only"),
    ("{{ value_json.name | truncate(5, true, '') }}", {"name": "abcdefghijkl"}, "abcde"),
    ("{{ value_json.get('x', 'y') }}", {}, "y"),
    ("{{ value_json.l | join('/') }}", {"l": ["a", "b"]}, "a/b"),
    ("{{ value is search('err') }}", "an error", "True"),
    ("{{ value | regex_replace('[^0-9]', '') }}", "21 C", "21"),
    ("{{ value | regex_findall_index('t=([0-9.]+)') }}", "t=21.5;h=40", "21.5"),
    ("{{ value | int | timestamp_custom('%Y-%m-%d %H:%M') }}", "0", "1970-01-01 08:00"),
    ("{{ now().strftime('%H:%M') }}", "x", "12:00"),
    ("{{ (as_timestamp(now()) - value | int) | int }}", "1795320000", "0"),
    (
        "{% for p in value_json %}{{ p.n }}{% if not loop.last %},{% endif %}{% endfor %}",
        [{"n": 1}, {"n": 2}],
        "1,2",
    ),
    (
        "{% set ns = namespace(n=0) %}{% for v in value_json %}{% if v < 0 %}{% break %}{% endif %}"
        "{% set ns.n = ns.n + v %}{% endfor %}{{ ns.n }}",
        [1, 2, -1, 9],
        "3",
    ),
    ("{{ value_json.values() | list | max }}", {"a": 3, "b": 9}, "9"),
    ("{{ value_json.a | string | reverse }}", {"a": "abc"}, "cba"),
    ("{{ value_json.items() | map('first') | sort | join }}", {"b": 1, "a": 2}, "ab"),
    ("{{ value_json.hex | int(base=16) | bitwise_and(15) }}", {"hex": "3a"}, "10"),
    ("{{ '%02d:%02d' | format(value | int // 60, value | int % 60) }}", "75", "01:15"),
    ("{{ value_json.uptime | timestamp_utc }}", {"uptime": 60}, "1970-01-01T00:01:00+00:00"),
    ("{{ this.state }}", "x", NOTHING),
]

CASES: list[Case] = [
    hears(
        f"template {number}: {template[:60]!r} of {str(payload)[:30]!r}",
        "sensor",
        {"state_topic": "s", "value_template": template},
        ("s", payload),
        value=expected,
    )
    for number, (template, payload, expected) in enumerate(_TEXTS, start=1)
]
CASES += [
    hears(
        f"an event by zigbee2mqtt's kind of template: {action}",
        "event",
        {"state_topic": "e", "event_types": ["press", "hold", "rotate"], "value_template": Z2M_EVENT},
        ("e", {"action": action}),
        event=kind,
    )
    for action, kind in (
        ("button_1_press", "press"),
        ("2_hold", "hold"),
        ("rotate_left", "rotate"),
        ("", NOTHING),
    )
]
