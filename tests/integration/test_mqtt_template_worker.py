"""Templates that may loop, rendered by the worker process: what they give, and that attacks end."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from gateway.mqtt.renderer import MOST_STOPS_IN_A_ROW, REST_SECONDS, TemplateRenderer
from gateway.mqtt.template_values import NotDefined, RenderFailed
from hotel.clock import ManualClock

# Alone a template gets 100 ms; a machine that does other things besides may stretch that.


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 22, 6, 30, tzinfo=UTC))


@pytest.fixture(scope="module")
def render(clock: ManualClock) -> Iterator[TemplateRenderer]:
    renderer = TemplateRenderer(clock, "Asia/Shanghai")
    renderer("{% for i in range(2) %}{% endfor %}", {"value": ""}, False)
    yield renderer
    renderer.close()


@pytest.mark.parametrize(
    ("template", "payload", "text"),
    [
        ("{% for i in range(3) %}{{ i }}{% endfor %}", "", "012"),
        ("{% for i in [1, 2, 3] %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "", "13"),
        ("{% for i in [1, 2, 3] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "", "1"),
        (
            "{% set n = namespace(s=0) %}{% for v in value_json %}{% set n.s = n.s + v %}{% endfor %}"
            "{{ n.s }}",
            "[1, 2]",
            "3",
        ),
        ("{% for k, v in zip(['a', 'b'], [1, 2]) %}{{ k }}{{ v }}{% endfor %}", "", "a1b2"),
        ("{{ value | regex_replace('[^0-9.]', '') }}", "21.5 °C", "21.5"),
        ("{{ value | regex_findall_index('([0-9]+)', 1) }}", "a1b22", "22"),
        ("{{ value | regex_match('a[0-9]') }}", "a1", "True"),
        ("{{ value | regex_search('A1', ignorecase=True) }}", "xa1", "True"),
        ("{{ now().isoformat() }}", "", "2026-11-22T14:30:00+08:00"),
        ("{{ utcnow().hour }}", "", "6"),
        ("{{ value | int | timestamp_custom('%H:%M', true) }}", "0", "08:00"),
        ("{{ value | int | timestamp_utc }}", "0", "1970-01-01T00:00:00+00:00"),
        ("{{ value | int | timestamp_local }}", "0", "1970-01-01T08:00:00+08:00"),
        ("{{ as_timestamp('1970-01-02T00:00:00+00:00') }}", "", "86400.0"),
        ("{{ (now() - timedelta(hours=2)).hour }}", "", "12"),
        ("{{ strptime(value, '%d.%m.%Y').year }}", "03.02.2026", "2026"),
        ("{{ (as_datetime(value) | as_local).hour }}", "2026-01-01T00:00:00+00:00", "8"),
        ("{{ value_json | map(attribute='t') | max }}", '[{"t": 1}, {"t": 3}]', "3"),
        (
            "{{ value_json | selectattr('on') | map(attribute='id') | join(',') }}",
            '[{"on": 1, "id": "a"}]',
            "a",
        ),
        ("{{ value_json.values() | sum }}", '{"a": 1, "b": 2}', "3"),
        ("{{ [1, 5] | average | round(1) }}", "", "3.0"),
        ("{{ value | base64_decode }}", "aGk=", "hi"),
        ("{{ value_json.flags | bitwise_and(4) }}", '{"flags": 6}', "4"),
        ("{{ value | slugify }}", "Café 4", "cafe_4"),
        ("{{ 22 | ordinal }}", "", "22nd"),
        ("{{ value_json | to_json(sort_keys=true) }}", '{"b": 1, "a": 2}', '{"a":2,"b":1}'),
        ("{{ ((value | from_json).a) ~ range(1)[0] }}", '{"a": 2}', "20"),
        ("{{ dict.from_keys([('a', 1)]) | to_json }}", "", '{"a":1}'),
        ("{{ '%.1f' | format(value | float) }}", "21.55", "21.6"),
        ("{{ value_json.x }}{% for i in [] %}{% endfor %}", '{"x": true}', "True"),
        ("{{ value_json.y }}{% for i in [] %}{% endfor %}", '{"x": true}', ""),
        ("{{ value_json is defined }}{% for i in [] %}{% endfor %}", "no json", "False"),
        ("{{ time_since(now() - timedelta(minutes=5)) }}", "", "5 minutes"),
        ("{{ today_at('10:00').hour }}", "", "10"),
        ("{% macro twice(x) %}{{ x * 2 }}{% endmacro %}{{ twice(value | int) }}", "4", "8"),
    ],
)
def test_what_devices_use(render: TemplateRenderer, template: str, payload: str, text: str) -> None:
    assert render(template, {"value": payload}, True) == text


def test_is_defined_is_no_fault(render: TemplateRenderer) -> None:
    with pytest.raises(NotDefined):
        render("{{ value_json.t | is_defined }}{% for i in [] %}{% endfor %}", {"value": "{}"}, True)


ATTACKS = [
    # endless and nearly endless
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{{ (range(99999) | list) | map('string') | map('length') | sum }}" * 30,
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{{ ('a' * 40 ~ '!') | regex_match('(a+)+$') }}",
    "{{ ('a' * 4000) | regex_findall('a*a*a*a*b') }}",
    # bombs
    "{{ 'x' * 50000000 }}",
    "{{ ['x'] * 50000000 }}",
    "{{ (1, 2) * 50000000 }}",
    "{% set n = namespace(a='x' * 1000) %}{% for i in range(60) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
    "{% set n = namespace(a=[1]) %}{% for i in range(60) %}{% set n.a = n.a + n.a %}{% endfor %}",
    "{% set n = namespace(a=[1]) %}{% for i in range(60) %}{% set n.a = [n.a, n.a] %}{% endfor %}{{ n.a }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ '{:>999999999}'.format(1) }}",
    "{{ '{0:{1}}'.format(1, 999999999) }}",
    "{{ 'x'.center(1000000000) }}",
    "{{ 'x' | center(1000000000) }}",
    "{{ 'x' | indent(1000000000) }}",
    "{{ 'ab'.replace('a', 'b' * 60000).replace('b', 'c' * 60000) }}",
    "{{ 9 ** 9 ** 999 }}",
    "{{ 2 ** 100000000 }}",
    "{% for i in range(99999) %}xxxxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}",
    "{{ range(1000000000) }}",
    "{{ range(99999) | list | batch(1) | list | tojson | length }}" * 20,
    "{{ lipsum(1000) }}",
]

# What the sandbox does not give is either refused or empty.
WAYS_OUT = [
    "{{ ''['__class__'] }}{{ ''|attr('__class__') }}{{ ().__class__.__bases__ }}",
    "{{ [].append.__self__ }}",
    "{{ ''|attr('__cl' ~ 'ass__')|attr('__mro__') }}",
    "{{ '{0.__class__.__mro__}'.format('') }}",
    "{{ '{0.__class__}'.format_map({'0': ''}) }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ (1).__class__.__base__.__subclasses__() }}",
    "{{ [1].__reduce_ex__(2) }}",
    "{{ now.__func__.__globals__ }}",
    "{{ timedelta.__subclasses__() }}",
    "{{ zip.__self__ }}",
    "{% set x = value_json %}{{ x.update({'a': 1}) }}",
    "{{ value_json.pop('a') }}",
]


@pytest.mark.parametrize("template", ATTACKS)
def test_attacks_are_stopped_and_the_next_template_renders(render: TemplateRenderer, template: str) -> None:
    with pytest.raises(RenderFailed):
        render(template, {"value": '{"a": 1}'}, True)
    assert render("{% for i in range(2) %}{{ i }}{% endfor %}", {"value": ""}, False) == "01"


@pytest.mark.parametrize("template", WAYS_OUT)
def test_there_is_no_way_out_of_the_sandbox(render: TemplateRenderer, template: str) -> None:
    try:
        text = render(template, {"value": '{"a": 1}'}, True)
    except RenderFailed:
        return
    assert text == ""


def test_a_template_that_is_stopped_again_and_again_rests(
    render: TemplateRenderer, clock: ManualClock
) -> None:
    endless = "{% for a in range(99999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}{{ 'rest' }}"
    for _ in range(MOST_STOPS_IN_A_ROW):
        with pytest.raises(RenderFailed):
            render(endless, {"value": ""}, False)
    before = render.counts["resting"]
    with pytest.raises(RenderFailed, match="rests"):
        render(endless, {"value": ""}, False)
    assert render.counts["resting"] == before + 1
    clock.advance(REST_SECONDS + 1)
    with pytest.raises(RenderFailed, match="too long"):
        render(endless, {"value": ""}, False)


def test_a_killed_worker_is_replaced(render: TemplateRenderer) -> None:
    for process in list(render._processes):
        process._process.kill()
        process._process.wait()
    with contextlib.suppress(RenderFailed):  # the one that stood by was dead, too
        render("{{ now() }}{{ 1 }}", {"value": ""}, False)
    assert render("{% for i in range(2) %}{{ i }}{% endfor %}", {"value": ""}, False) == "01"


def test_a_worker_that_gets_no_processor_costs_the_template_nothing(render: TemplateRenderer) -> None:
    source = "{% for i in range(2) %}{{ value }}{% endfor %}"
    render(source, {"value": "x"}, False)
    starved = render.counts["starved"]
    render._processes[0]._process.send_signal(signal.SIGSTOP)
    assert render(source, {"value": "y"}, False) == "yy"
    assert render.counts["starved"] == starved + 1
