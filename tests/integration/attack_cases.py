"""Templates that a device must not get away with: each is refused with its config, or stopped and shown.

`ATTACKS` are (name, template, payload). The payload is what the attacker's device says; where none is
given it is a small JSON object.
"""

from __future__ import annotations

PLAIN = b'{"a": 1, "t": "x"}'


def _loop(body: str, times: int = 99_999) -> str:
    return f"{{% for i in range({times}) %}}{body}{{% endfor %}}"


def _grows(start: str, step: str, more: str = "") -> str:
    return f"{{% set n = namespace(a={start}) %}}" + _loop(f"{{% set n.a = {step} %}}", 64) + more


TEMPLATES: dict[str, str] = {
    # no end, or none to speak of
    "loop in a loop": _loop(_loop("")),
    "loop that only continues": _loop(_loop("{% continue %}")),
    "loop over a filter's loop": "{{ (range(99999) | list) | map('string') | map('length') | sum }}" * 30,
    "loop that sorts": _loop("{{ range(9999) | map('string') | sort | first }}"),
    "loop that groups": _loop("{{ range(9999) | groupby(0) | length }}"),
    "loop over pairs": "{% for a, b in zip(range(99999), range(99999)) %}" + _loop("") + "{% endfor %}",
    "recursive loop": "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}",
    "macro that calls itself": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "macros that call each other": "{% macro a(f) %}{{ f(f) }}{% endmacro %}"
    "{% macro b(f) %}{{ a(f) }}{% endmacro %}{{ a(b) }}",
    "macro that calls its caller": "{% macro a() %}{{ caller() }}{{ a() }}{% endmacro %}"
    "{% call a() %}x{% endcall %}",
    "many turns of a cycler": "{% set c = cycler(1, 2) %}" + _loop(_loop("{{ c.next() }}")),
    "joiner without end": "{% set j = joiner(',') %}" + _loop(_loop("{{ j() }}")),
    # regular expressions
    "nested quantifiers": "{{ ('a' * 40 ~ '!') | regex_match('(a+)+$') }}",
    "alternatives that overlap": "{{ ('a' * 40 ~ '!') | regex_search('^(a|a)*$') }}",
    "alternatives with a dot": "{{ ('a' * 40 ~ '!') | regex_search('^(a|.)*b$') }}",
    "many stars": "{{ ('a' * 4000) | regex_findall('a*a*a*a*b') }}",
    "replacement that backtracks": "{{ ('x' * 30 ~ 'y') | regex_replace('(x+x+)+z', '') }}",
    "a pattern as the test": "{{ ('a' * 40 ~ '!') is match('(a*)*$') }}",
    "an index of a pattern": "{{ ('a' * 40 ~ '!') | regex_findall_index('(.*a){25}b', 0) }}",
    # long texts
    "text times millions": "{{ 'x' * 50000000 }}",
    "list times millions": "{{ ['x'] * 50000000 }}",
    "tuple times millions": "{{ (1, 2) * 50000000 }}",
    "millions times text": "{{ 50000000 * 'x' }}",
    "a repetition of a repetition": "{{ (('x' * 60000) ~ ('y' * 60000)) * 60000 }}",
    "text doubled": _grows("'x' * 1000", "n.a ~ n.a"),
    "list doubled": _grows("[1]", "n.a + n.a"),
    "list of itself": _grows("[1]", "[n.a, n.a]", "{{ n.a }}"),
    "dictionary of itself": _grows("{}", "{'a': n.a, 'b': n.a}", "{{ n.a | tojson }}"),
    "namespace of names": _loop("{% set n = namespace(**{'a' ~ i: 'x' * 60000}) %}{{ n }}", 99),
    "join of joins": _grows("'xxxxxxxx'", "[n.a, n.a, n.a] | join(n.a)"),
    "replaced by longer": "{{ 'ab'.replace('a', 'b' * 60000).replace('b', 'c' * 60000) }}",
    "replaced filter": "{{ ('a' * 60000) | replace('a', 'b' * 60000) }}",
    "printed without end": _loop("x" * 40),
    "indented": "{{ 'x' | indent(1000000000) }}",
    "indented lines": "{{ ('x\n' * 30000) | indent(60000) }}",
    "centred": "{{ 'x' | center(1000000000) }}",
    "centred method": "{{ 'x'.center(1000000000) }}",
    "left aligned": "{{ 'x'.ljust(1000000000) }}",
    "filled with zeros": "{{ '1'.zfill(1000000000) }}",
    "tabs": "{{ ('\\t' * 60000).expandtabs(60000) }}",
    "translated": "{{ ('a' * 60000).translate({97: 'b' * 60000}) }}",
    "word wrap": "{{ ('x' * 60000) | wordwrap(1, wrapstring='y' * 60000) }}",
    "json with indents": "{{ [[[[[[[[[[['x']]]]]]]]]]] | tojson(indent=9999999) }}",
    "url encoded": "{{ ('é' * 60000) | urlencode | urlencode | urlencode | urlencode }}" * 20,
    "batches": "{{ range(99999) | list | batch(1) | list | tojson | length }}" * 20,
    "slices": "{{ range(9) | slice(99999999) | list | length }}",
    "filled batches": "{{ [1] | batch(99999999, 'x') | list | length }}",
    "lorem ipsum": "{{ lipsum(1000) }}",
    "huge range": "{{ range(1000000000) }}",
    "range in a list": "{{ range(99999) | list | string | length }}" * 60,
    # formats
    "wide format": "{{ '%1000000000d' | format(1) }}",
    "wide percent": "{{ '%1000000000d' % 1 }}",
    "width as an argument": "{{ '%*d' % (999999999, 1) }}",
    "precision as an argument": "{{ '%.*f' % (999999999, 1.0) }}",
    "wide str.format": "{{ '{:>999999999}'.format(1) }}",
    "width within str.format": "{{ '{0:{1}}'.format(1, 999999999) }}",
    "format of a format": "{{ '{:{}}'.format('x', '>999999999') }}",
    # numbers
    "power tower": "{{ 9 ** (9 ** 9) }}",
    "large power": "{{ 2 ** 100000000 }}",
    "power of a text": "{{ (value | length) ** 99999999 }}",
    "products that grow": _grows("99999999999", "n.a * n.a", "{{ n.a }}"),
    "powers that grow": _grows("3", "n.a ** 9", "{{ n.a }}"),
    "long division": _grows("7", "n.a * n.a", "{{ n.a // 3 % 7 }}"),
    "a factorial": "{% set n = namespace(a=1) %}" + _loop("{% set n.a = n.a * (i + 1) %}") + "{{ n.a }}",
    "rounded to millions of places": "{{ 1.5 | round(99999999) }}",
    "a very long number": "{{ " + "9" * 5_000 + " }}",
    "not printable": _grows("99", "n.a * n.a", "{{ n.a | string }}"),
    # depth
    "deep brackets": "{{ " + "(" * 2_000 + "1" + ")" * 2_000 + " }}",
    "deep lists": "{{ " + "[" * 2_000 + "]" * 2_000 + " }}",
    "many signs": "{{ " + "-" * 4_000 + "1 }}",
    "many nots": "{{ " + "not " * 1_500 + "1 }}",
    "deep conditions": "{% if 1 %}" * 400 + "x" + "{% endif %}" * 400,
    "deep loops": "{% for i in [1] %}" * 60 + "x" + "{% endfor %}" * 60,
    "deep attributes": "{{ value_json" + ".a" * 2_500 + " }}",
    "deep calls": "{{ " + "max(" * 1_200 + "1, 2" + ")" * 1_200 + " }}",
    "long chain of filters": "{{ value " + "| string | list " * 400 + "}}",
    "a longer template than any": "{{ value }}" * 1_000,
    # ways out
    "class of a text": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "class by filter": "{{ ''|attr('__class__')|attr('__mro__')|first }}{{ ''.__class__ | float }}",
    "class by parts": "{{ ''|attr('__cl' ~ 'ass__') }}{{ 1 / 0 }}",
    "class by format": "{{ '{0.__class__.__mro__}'.format('') }}",
    "class by format_map": "{{ '{a.__class__.__mro__}'.format_map({'a': ''}) | float }}",
    "class by map": "{{ [''] | map(attribute='__class__') | list | first | attr('mro') }}{{ 1 / 0 }}",
    "globals of a namespace": "{{ namespace.__init__.__globals__ }}",
    "globals of a cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "globals of self": "{{ self.__init__.__globals__ }}",
    "the context": "{{ self._TemplateReference__context }}",
    "a macro's code": "{% macro m() %}{% endmacro %}{{ m._func.__code__ }}",
    "frame of a generator": "{{ (x for x in y) }}",
    "import": "{% import 'os' as os %}{{ os }}",
    "include": "{% include '/etc/passwd' %}",
    "extends": "{% extends value %}",
    "the entity registry": "{{ states.sensor }}{{ states('sun.sun') }}",
    "another's attributes": "{{ state_attr('lock.front', 'code') }}",
    # odd characters
    "NUL in a name": "{{ value_json.a\x00b }}",
    "half a surrogate": "{{ '\\ud800' }}{{ 1 / 0 }}",
    "letters that fold": "{{ ('ﬃ' * 60000).upper() * 60000 }}",
    "right to left": "{{ '\u202e' * 99999999 }}",
}
ATTACKS: list[tuple[str, str, bytes]] = [(name, text, PLAIN) for name, text in TEMPLATES.items()] + [
    ("a payload that is a pattern", "{{ ('a' * 40 ~ '!') | regex_match(value) }}", b"(a+)+$"),
    ("a payload that is a width", "{{ '%*d' % (value | int, 1) }}", b"999999999"),
    ("a payload that is a count", "{{ 'x' * (value | int) }}", b"999999999"),
    ("a payload that is a range", "{% for i in range(value | int) %}x{% endfor %}", b"99999999"),
    (
        "a payload of many parts",
        "{{ value.split(',') | map('regex_replace', '(,*)*x', '') | join(value) }}",
        b"," * 4_000,
    ),
    (
        "a payload of numbers",
        "{{ value_json | map('multiply', 2) | map('string') | join(value) }}",
        b"[" + b"1," * 9_000 + b"1]",
    ),
    ("a payload as a key", "{{ value_json[value_json.k] }}{{ 1 / 0 }}", b'{"k": "__class__"}'),
]
