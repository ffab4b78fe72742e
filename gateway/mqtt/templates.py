"""Device templates without Jinja's engine: the common forms, compiled to closures without loops.

Templates come from the network, so they may neither loop nor grow. Jinja2 parses them; this module
walks the tree and knows paths, comparisons, arithmetic, conditions, dictionary look-ups and the
filters that devices use, with Home Assistant's meaning (`float`, `int` and `round` fail without a
default; `true` renders `True`; a missing key renders empty). Each evaluation costs time in proportion
to the template's length and gives at most `MOST_OUTPUT_CHARACTERS`.

All other templates are rendered by a worker process (`gateway.mqtt.renderer`). Whoever may wait for it
evaluates them within `rendering_with`; for all others they raise `MustWait`.
"""

from __future__ import annotations

import contextlib
import json
import math
import operator
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any, Final, Protocol

import orjson
from jinja2 import Environment, TemplateError, nodes

from gateway.mqtt.render_environment import Times, make_environment

MOST_TEMPLATE_CHARACTERS = 8_192
MOST_DEPTH = 40
MOST_NODES = 1_000
# How much larger than its parts a value may become: what `{% set a = [a, a] %}` doubles again and again.
MOST_WEIGHT = 1_000
MOST_OUTPUT_CHARACTERS = 65_536


class Unsupported(Exception):  # noqa: N818 - a verdict, not a defect
    """The template is beyond the compiled forms; the message says what in it is."""


class BadTemplate(Exception):  # noqa: N818
    """Not a template at all, or too long."""


class RenderFailed(Exception):  # noqa: N818
    """The template cannot be rendered with this message: a missing name, a text that is no number."""


class NotDefined(RenderFailed):
    """`is_defined` found nothing: the payload says nothing of this value, which is no fault."""


class MustWait(Exception):  # noqa: N818
    """Only the worker can render this template, and who asks may not wait for it."""


class Undefined:
    """What a missing key gives: renders empty, is false, and cannot be reached into."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "undefined"

    def __str__(self) -> str:
        return ""


UNDEFINED: Final = Undefined()
_NO_DEFAULT: Final = object()


class Scope(Protocol):
    """What a template sees. `value_json` is `UNDEFINED` when the payload is no JSON."""

    @property
    def value(self) -> object: ...

    @property
    def value_json(self) -> object: ...


class CommandScope:
    """What a command template sees: the value to be sent, and names that the component gives."""

    __slots__ = ("names", "value", "value_json")

    def __init__(self, value: object, names: Mapping[str, object] | None = None) -> None:
        self.value = value
        self.value_json: object = UNDEFINED
        self.names = names or {}


class _Frame:
    """A scope with the names that `{% set %}` made."""

    __slots__ = ("local", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.local: dict[str, object] = {}

    @property
    def value(self) -> object:
        return self.scope.value

    @property
    def value_json(self) -> object:
        return self.scope.value_json

    @property
    def names(self) -> Mapping[str, object]:
        return getattr(self.scope, "names", {})


Evaluator = Callable[[Any], object]


class Template:
    """A compiled template. `evaluate` gives a lone expression's own value (a number stays one, as a
    renderer that prints and reads it again would find); any other template's text."""

    __slots__ = ("evaluate", "source")

    def __init__(self, source: str, evaluate: Evaluator) -> None:
        self.source = source
        self.evaluate = evaluate

    def render(self, scope: Scope) -> str:
        """The text, without white space at its ends.

        Raises:
            RenderFailed: it cannot be rendered with this scope.
        """
        return text_of(self.evaluate(scope))


def text_of(value: object) -> str:
    """How a value looks when a template prints it."""
    if isinstance(value, str):
        text = value
    else:
        try:
            text = str(value)
        except (RecursionError, ValueError) as error:
            raise RenderFailed("the value cannot be printed") from error
    if len(text) > MOST_OUTPUT_CHARACTERS:
        raise RenderFailed("the text is too long")
    return text.strip()


@lru_cache(maxsize=8_192)
def _compile_cached(
    source: str, constants: tuple[tuple[str, object], ...], names: frozenset[str]
) -> Template:
    if len(source) > MOST_TEMPLATE_CHARACTERS:
        raise BadTemplate(f"the template is longer than {MOST_TEMPLATE_CHARACTERS} characters")
    try:
        tree = _PARSER.parse(source)
    except (TemplateError, RecursionError, OverflowError, ValueError, MemoryError) as error:
        raise BadTemplate(f"not a template: {str(error)[:200] or type(error).__name__}") from error
    try:
        return Template(source, _Compiler(dict(constants), names).template(tree))
    except Unsupported:
        _check_renderable(tree)
        return Template(source, _Waiting(source, dict(constants)))


def compile_template(
    source: str, constants: Mapping[str, object] | None = None, names: frozenset[str] = frozenset()
) -> Template:
    """Compile; equal sources share one result, so that 30 000 like devices cost one.

    Args:
        constants: names with a fixed value (`position_open`).
        names: further names that the scope will give at each rendering.

    Raises:
        Unsupported: beyond what the worker can render, too.
        BadTemplate: no template, or too long.
    """
    return _compile_cached(source, tuple(sorted((constants or {}).items())), names)


_PARSER = Environment(extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"], autoescape=False)  # noqa: S701 - nothing is rendered with it


# ---- what the worker renders

# Renders a source with these variables; the last argument: whether `value_json` is to be read.
Render = Callable[[str, dict[str, Any], bool], str]


class _Waits(threading.local):
    render: Render | None = None


_WAITS = _Waits()


@contextlib.contextmanager
def rendering_with(render: Render) -> Iterator[None]:
    """Within it, this thread waits for the worker's answers."""
    before = _WAITS.render
    _WAITS.render = render
    try:
        yield
    finally:
        _WAITS.render = before


class _Waiting:
    """The evaluator of a template that the worker renders."""

    __slots__ = ("_constants", "_source")

    def __init__(self, source: str, constants: dict[str, Any]) -> None:
        self._source = source
        self._constants = constants

    def __call__(self, scope: Any) -> object:
        render = _WAITS.render
        if render is None:
            raise MustWait
        variables = dict(self._constants)
        if isinstance(scope, CommandScope):
            variables.update(scope.names)
            if scope.value is not UNDEFINED:
                variables["value"] = scope.value
            return render(self._source, variables, False)
        variables["value"] = scope.value
        return render(self._source, variables, scope.value_json is not UNDEFINED)


_ENVIRONMENT = make_environment(Times(UTC))
# What asks about Home Assistant itself: its states, areas, devices, users.
_ABOUT_HOME = frozenset(
    {
        "states",
        "state_attr",
        "is_state",
        "is_state_attr",
        "has_value",
        "expand",
        "closest",
        "distance",
        "device_attr",
        "device_id",
        "device_entities",
        "area_id",
        "area_name",
        "area_entities",
        "floor_id",
        "label_id",
        "integration_entities",
        "config_entry_id",
        "is_device_attr",
        "state_translated",
    }
)


def _check_renderable(tree: nodes.Template) -> None:
    """Refuse what the worker does not know; a name without a meaning is merely empty in Jinja."""
    for node in tree.find_all((nodes.Filter, nodes.Test, nodes.Name, nodes.Getattr)):
        name = getattr(node, "name", "")
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            raise Unsupported(f"the attribute {node.attr}")
        if isinstance(node, nodes.Filter) and name not in _ENVIRONMENT.filters:
            raise Unsupported(f"the filter {name}")
        if isinstance(node, nodes.Test) and name not in _ENVIRONMENT.tests:
            raise Unsupported(f"the test {name}")
        if isinstance(node, nodes.Name) and name in _ABOUT_HOME:
            raise Unsupported(f"the function {name}")
    if next(tree.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)), None) is not None:
        raise Unsupported("other templates")


class _Compiler:
    def __init__(self, constants: Mapping[str, object], names: frozenset[str]) -> None:
        self._constants = constants
        self._names = names
        self._assigned: set[str] = set()
        self._weights: dict[str, int] = {}
        self._nodes = 0

    # ---- statements

    def template(self, tree: nodes.Template) -> Evaluator:
        body = self._body(tree.body, 0)
        run = body[0] if len(body) == 1 else _joined(body)
        if not self._assigned:
            return run
        return lambda scope: run(_Frame(scope))

    def _body(self, statements: list[nodes.Node], depth: int) -> list[Evaluator]:
        parts: list[Evaluator] = []
        for statement in statements:
            parts.extend(self._statement(statement, depth + 1))
        # White space around a lone expression is stripped when it is printed.
        solid = [part for part in parts if not (isinstance(part, _Literal) and not part.text.strip())]
        lone = len(solid) == 1 and depth == 0
        return solid if lone else parts

    def _statement(self, node: nodes.Node, depth: int) -> list[Evaluator]:
        self._count(depth)
        if isinstance(node, nodes.Output):
            return [
                _Literal(part.data) if isinstance(part, nodes.TemplateData) else self._expression(part, depth)
                for part in node.nodes
            ]
        if isinstance(node, nodes.If):
            return [self._if(node, depth)]
        if isinstance(node, nodes.Assign):
            return [self._assign(node, depth)]
        raise Unsupported(f"{{% {type(node).__name__.lower()} %}}")

    def _if(self, node: nodes.If, depth: int) -> Evaluator:
        branches = [(self._expression(node.test, depth), _joined(self._body(node.body, depth)))]
        for other in node.elif_:
            self._count(depth)
            branches.append((self._expression(other.test, depth), _joined(self._body(other.body, depth))))
        otherwise = _joined(self._body(node.else_, depth))

        def choose(scope: Any) -> object:
            for test, body in branches:
                if test(scope):
                    return body(scope)
            return otherwise(scope)

        return choose

    def _assign(self, node: nodes.Assign, depth: int) -> Evaluator:
        if not isinstance(node.target, nodes.Name):
            raise Unsupported("set of several names")
        name = node.target.name
        value = self._expression(node.node, depth)
        # No loops: the heaviest that the name can be is known here, whichever branch is taken.
        self._weights[name] = max(self._weights.get(name, 1), self._weigh(node.node))
        self._assigned.add(name)

        def assign(frame: Any) -> object:
            frame.local[name] = value(frame)
            return ""

        return assign

    def _weigh(self, node: nodes.Node) -> int:
        if isinstance(node, nodes.Name):
            return self._weights.get(node.name, 1)
        weight = 1 + sum(self._weigh(part) for part in node.iter_child_nodes())
        if weight > MOST_WEIGHT:
            raise Unsupported("a value that grows")
        return weight

    # ---- expressions

    def _count(self, depth: int) -> None:
        self._nodes += 1
        if depth > MOST_DEPTH or self._nodes > MOST_NODES:
            raise Unsupported("a template this deep or large")

    def _expression(self, node: nodes.Node, depth: int) -> Evaluator:
        self._count(depth)
        compile_node = getattr(self, f"_{type(node).__name__.lower()}", None)
        if compile_node is None:
            raise Unsupported(type(node).__name__.lower())
        compiled: Evaluator = compile_node(node, depth + 1)
        return compiled

    def _const(self, node: nodes.Const, depth: int) -> Evaluator:
        value = node.value
        return lambda scope: value

    def _name(self, node: nodes.Name, depth: int) -> Evaluator:
        name = node.name
        outer: Evaluator
        if name in self._constants:
            constant = self._constants[name]
            outer = lambda scope: constant  # noqa: E731
        elif name in self._names:
            outer = lambda scope: scope.names.get(name, UNDEFINED)  # noqa: E731
        elif name == "value":
            outer = operator.attrgetter("value")
        elif name == "value_json":
            outer = operator.attrgetter("value_json")
        elif name in self._assigned:
            outer = lambda scope: UNDEFINED  # noqa: E731
        else:
            raise Unsupported(f"the name {name}")
        if name not in self._assigned:
            return outer

        def local(frame: Any) -> object:
            found = frame.local.get(name, _NO_DEFAULT)
            return outer(frame) if found is _NO_DEFAULT else found

        return local

    def _getattr(self, node: nodes.Getattr, depth: int) -> Evaluator:
        attribute = node.attr
        if attribute.startswith("_") or attribute in _DICT_ATTRIBUTES:
            raise Unsupported(f"the attribute {attribute}")
        return self._reach(node.node, attribute, depth)

    def _getitem(self, node: nodes.Getitem, depth: int) -> Evaluator:
        if isinstance(node.arg, nodes.Const):
            return self._reach(node.node, node.arg.value, depth)
        subject = self._expression(node.node, depth)
        if isinstance(node.arg, nodes.Slice):
            return self._slice(subject, node.arg, depth)
        key = self._expression(node.arg, depth)
        return lambda scope: _item(subject(scope), key(scope))

    def _reach(self, node: nodes.Node, key: object, depth: int) -> Evaluator:
        if isinstance(node, nodes.Name) and node.name == "value_json" and node.name not in self._assigned:
            # By far the most common form; one call less for each message.
            return _json_key(key)
        subject = self._expression(node, depth)

        def reach(scope: Any) -> object:
            holder = subject(scope)
            if type(holder) is dict:
                return holder.get(key, UNDEFINED)
            return _item(holder, key)

        return reach

    def _slice(self, subject: Evaluator, node: nodes.Slice, depth: int) -> Evaluator:
        bounds = [
            self._expression(bound, depth) if bound is not None else None
            for bound in (node.start, node.stop, node.step)
        ]

        def cut(scope: Any) -> object:
            holder = subject(scope)
            if not isinstance(holder, str | list | tuple):
                raise RenderFailed("only a text or a list can be cut")
            try:
                return holder[slice(*[bound and bound(scope) for bound in bounds])]  # type: ignore[arg-type]
            except (TypeError, ValueError) as error:
                raise RenderFailed(f"cannot cut: {error}") from error

        return cut

    def _compare(self, node: nodes.Compare, depth: int) -> Evaluator:
        first = self._expression(node.expr, depth)
        steps = [(_comparison(step.op), self._expression(step.expr, depth)) for step in node.ops]
        if len(steps) == 1:
            compare, second = steps[0]
            return lambda scope: compare(first(scope), second(scope))

        def chain(scope: Any) -> object:
            left = first(scope)
            for compare, other in steps:
                right = other(scope)
                if not compare(left, right):
                    return False
                left = right
            return True

        return chain

    def _and(self, node: nodes.And, depth: int) -> Evaluator:
        left, right = self._expression(node.left, depth), self._expression(node.right, depth)
        return lambda scope: left(scope) and right(scope)

    def _or(self, node: nodes.Or, depth: int) -> Evaluator:
        left, right = self._expression(node.left, depth), self._expression(node.right, depth)
        return lambda scope: left(scope) or right(scope)

    def _not(self, node: nodes.Not, depth: int) -> Evaluator:
        inner = self._expression(node.node, depth)
        return lambda scope: not inner(scope)

    def _condexpr(self, node: nodes.CondExpr, depth: int) -> Evaluator:
        test = self._expression(node.test, depth)
        then = self._expression(node.expr1, depth)
        otherwise = self._expression(node.expr2, depth) if node.expr2 is not None else lambda scope: UNDEFINED
        return lambda scope: then(scope) if test(scope) else otherwise(scope)

    def _binary(self, node: nodes.BinExpr, depth: int) -> Evaluator:
        left, right = self._expression(node.left, depth), self._expression(node.right, depth)
        calculate = _ARITHMETIC[type(node)]
        return lambda scope: _calculated(calculate, left(scope), right(scope))

    _add = _sub = _mul = _div = _floordiv = _mod = _binary

    def _neg(self, node: nodes.Neg, depth: int) -> Evaluator:
        inner = self._expression(node.node, depth)
        return lambda scope: -_number(inner(scope))

    def _pos(self, node: nodes.Pos, depth: int) -> Evaluator:
        inner = self._expression(node.node, depth)
        return lambda scope: +_number(inner(scope))

    def _concat(self, node: nodes.Concat, depth: int) -> Evaluator:
        parts = [self._expression(part, depth) for part in node.nodes]
        return lambda scope: _bounded("".join(_printed(part(scope)) for part in parts))

    def _dict(self, node: nodes.Dict, depth: int) -> Evaluator:
        if all(
            isinstance(pair.key, nodes.Const) and isinstance(pair.value, nodes.Const) for pair in node.items
        ):
            self._nodes += len(node.items)
            fixed = {pair.key.value: pair.value.value for pair in node.items}  # type: ignore[attr-defined]
            return lambda scope: fixed
        pairs = [
            (self._expression(pair.key, depth), self._expression(pair.value, depth)) for pair in node.items
        ]
        return lambda scope: _dictionary([(key(scope), value(scope)) for key, value in pairs])

    def _list(self, node: nodes.List, depth: int) -> Evaluator:
        items = [self._expression(item, depth) for item in node.items]
        return lambda scope: [item(scope) for item in items]

    def _tuple(self, node: nodes.Tuple, depth: int) -> Evaluator:
        items = [self._expression(item, depth) for item in node.items]
        return lambda scope: tuple(item(scope) for item in items)

    def _filter(self, node: nodes.Filter, depth: int) -> Evaluator:
        if node.node is None:
            raise Unsupported("a filter block")
        return self._called(
            _FILTERS, f"the filter {node.name}", node.name, [node.node, *node.args], node, depth
        )

    def _test(self, node: nodes.Test, depth: int) -> Evaluator:
        return self._called(_TESTS, f"the test {node.name}", node.name, [node.node, *node.args], node, depth)

    def _call(self, node: nodes.Call, depth: int) -> Evaluator:
        called = node.node
        if isinstance(called, nodes.Name):
            return self._called(
                _FUNCTIONS, f"the function {called.name}", called.name, list(node.args), node, depth
            )
        if isinstance(called, nodes.Getattr):
            return self._called(
                _METHODS, f"the method {called.attr}", called.attr, [called.node, *node.args], node, depth
            )
        raise Unsupported("this call")

    def _called(
        self,
        known: Mapping[str, Callable[..., object]],
        what: str,
        name: str,
        arguments: list[nodes.Expr],
        node: Any,
        depth: int,
    ) -> Evaluator:
        function = known.get(name)
        if function is None or node.dyn_args is not None or node.dyn_kwargs is not None:
            raise Unsupported(what)
        given = [self._expression(argument, depth) for argument in arguments]
        named = {pair.key: self._expression(pair.value, depth) for pair in node.kwargs}
        if len(given) == 1 and not named:
            only = given[0]
            return lambda scope: _applied(function, only(scope))
        return lambda scope: _applied(
            function,
            *(argument(scope) for argument in given),
            **{key: argument(scope) for key, argument in named.items()},
        )


class _Literal:
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, scope: Any) -> object:
        return self.text


def _json_key(key: object) -> Evaluator:
    def reach(scope: Any) -> object:
        holder = scope.value_json
        if type(holder) is dict:
            return holder.get(key, UNDEFINED)
        return _item(holder, key)

    return reach


def _joined(parts: list[Evaluator]) -> Evaluator:
    if len(parts) == 1:
        return parts[0]
    return lambda scope: _bounded("".join([_printed(part(scope)) for part in parts]))


def _printed(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def _bounded(text: str) -> str:
    if len(text) > MOST_OUTPUT_CHARACTERS:
        raise RenderFailed("the text is too long")
    return text


def _applied(function: Callable[..., object], *arguments: object, **named: object) -> object:
    try:
        return function(*arguments, **named)
    except RenderFailed:
        raise
    except (TypeError, ValueError, OverflowError, ArithmeticError, RecursionError, LookupError) as error:
        raise RenderFailed(str(error)[:200]) from error


def _item(holder: object, key: object) -> object:
    if holder is UNDEFINED:
        raise RenderFailed(f"there is nothing to take {str(key)[:40]!r} from")
    try:
        if isinstance(holder, dict):
            return holder.get(key, UNDEFINED)
        if isinstance(holder, str | list | tuple) and isinstance(key, int):
            return holder[key]
    except (TypeError, IndexError):
        return UNDEFINED
    return UNDEFINED


def _dictionary(pairs: list[tuple[object, object]]) -> object:
    try:
        return dict(pairs)
    except TypeError as error:
        raise RenderFailed("a list cannot be a key") from error


def _number(value: object) -> Any:
    if not isinstance(value, int | float):
        raise RenderFailed(f"{text_of(value)[:40]!r} is no number")
    return value


def _calculated(calculate: Callable[[Any, Any], object], left: object, right: object) -> object:
    if isinstance(left, int | float) and isinstance(right, int | float):
        try:
            return calculate(left, right)
        except (ArithmeticError, ValueError) as error:
            raise RenderFailed(str(error)) from error
    if calculate is operator.add and isinstance(left, str) and isinstance(right, str):
        return _bounded(left + right)
    raise RenderFailed("only numbers can be reckoned with")


_ARITHMETIC: Mapping[type[nodes.BinExpr], Callable[[Any, Any], object]] = {
    nodes.Add: operator.add,
    nodes.Sub: operator.sub,
    nodes.Mul: operator.mul,
    nodes.Div: operator.truediv,
    nodes.FloorDiv: operator.floordiv,
    nodes.Mod: operator.mod,
}


def _ordered(compare: Callable[[Any, Any], object]) -> Callable[[object, object], bool]:
    def ordered(left: object, right: object) -> bool:
        try:
            if left is UNDEFINED or right is UNDEFINED:
                raise TypeError("what is missing cannot be compared")
            return bool(compare(left, right))
        except TypeError as error:
            raise RenderFailed(str(error)) from error

    return ordered


def _contained(item: object, holder: object) -> bool:
    if holder is UNDEFINED:
        return False
    try:
        return item in holder  # type: ignore[operator]
    except TypeError as error:
        raise RenderFailed(str(error)) from error


_COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "in": _contained,
    "notin": lambda item, holder: not _contained(item, holder),
}


def _comparison(name: str) -> Callable[[object, object], bool]:
    return _COMPARISONS[name]


# ---- filters, tests, functions and methods


def _must_be_defined(value: object) -> None:
    """In Jinja a missing value makes `float` and its like fail even with a default."""
    if value is UNDEFINED:
        raise RenderFailed("the value is missing")


def _float(value: object, default: object = _NO_DEFAULT) -> object:
    _must_be_defined(value)
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        if default is _NO_DEFAULT:
            raise RenderFailed(f"{text_of(value)[:40]!r} is no number") from None
        return default


def _int(value: object, default: object = _NO_DEFAULT, base: object = 10) -> object:
    _must_be_defined(value)
    try:
        if isinstance(value, str):
            return int(value, base)  # type: ignore[call-overload]
        return int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError):
        try:
            return int(float(value))  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            if default is _NO_DEFAULT:
                raise RenderFailed(f"{text_of(value)[:40]!r} is no whole number") from None
            return default


def _round(
    value: object, precision: object = 0, method: object = "common", default: object = _NO_DEFAULT
) -> object:
    _must_be_defined(value)
    try:
        number = float(value)  # type: ignore[arg-type]
        places = int(precision)  # type: ignore[call-overload]
        if not -20 <= places <= 20:
            raise RenderFailed("that precision is out of range")
        factor = float(10**places)
        if method == "ceil":
            number = math.ceil(number * factor) / factor
        elif method == "floor":
            number = math.floor(number * factor) / factor
        elif method == "half":
            number = round(number * 2) / 2
        else:
            number = round(number, places)
        return int(number) if places == 0 else number
    except (TypeError, ValueError, OverflowError):
        if default is _NO_DEFAULT:
            raise RenderFailed(f"{text_of(value)[:40]!r} cannot be rounded") from None
        return default


def _default(value: object, default_value: object = "", boolean: object = False) -> object:
    return default_value if value is UNDEFINED or (boolean and not value) else value


def _is_defined(value: object) -> object:
    if value is UNDEFINED:
        raise NotDefined("the value is not defined")
    return value


def _iif(
    value: object, if_true: object = True, if_false: object = False, if_none: object = _NO_DEFAULT
) -> object:
    if value is None and if_none is not _NO_DEFAULT:
        return if_none
    return if_true if value else if_false


def _bool(value: object, default: object = _NO_DEFAULT) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return bool(value)
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in ("1", "true", "yes", "on", "enable"):
        return True
    if word in ("0", "false", "no", "off", "disable"):
        return False
    if default is _NO_DEFAULT:
        raise RenderFailed(f"{text_of(value)[:40]!r} is neither true nor false")
    return default


def _replace(value: object, old: object, new: object, count: object = -1) -> object:
    text, before, after = _printed(value), _printed(old), _printed(new)
    times = text.count(before) if before else len(text) + 1
    if len(text) + times * len(after) > MOST_OUTPUT_CHARACTERS:
        raise RenderFailed("the text is too long")
    return text.replace(before, after, int(count) if isinstance(count, int) else -1)


def _join(value: object, between: object = "") -> object:
    if value is UNDEFINED:
        return ""
    if not isinstance(value, list | tuple | str):
        raise RenderFailed("only a list can be joined")
    if (
        sum(len(_printed(item)) for item in value) + len(value) * len(_printed(between))
        > MOST_OUTPUT_CHARACTERS
    ):
        raise RenderFailed("the text is too long")
    return _printed(between).join(_printed(item) for item in value)


def _length(value: object) -> object:
    if value is UNDEFINED:
        return 0
    return len(value)  # type: ignore[arg-type]


def _first(value: object) -> object:
    if value is UNDEFINED:
        return UNDEFINED
    if not isinstance(value, list | tuple | str | dict):
        raise RenderFailed("only a list has a first item")
    return next(iter(value), UNDEFINED)


def _last(value: object) -> object:
    if value is UNDEFINED:
        return UNDEFINED
    if not isinstance(value, list | tuple | str | dict):
        raise RenderFailed("only a list has a last item")
    return next(reversed(value), UNDEFINED)


def _to_json(value: object) -> object:
    if value is UNDEFINED:
        raise RenderFailed("what is missing is no JSON")
    return _bounded(orjson.dumps(value).decode())


def _tojson(value: object) -> object:
    if value is UNDEFINED:
        raise RenderFailed("what is missing is no JSON")
    text = json.dumps(value, sort_keys=True)
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return _bounded(text)


def _from_json(value: object) -> object:
    if not isinstance(value, str):
        raise RenderFailed("only a text can be read as JSON")
    return orjson.loads(value)


def _is_number(value: object) -> object:
    _must_be_defined(value)
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False


def _extreme(choose: Callable[..., object]) -> Callable[..., object]:
    def extreme(*values: object) -> object:
        items = values[0] if len(values) == 1 else values
        if items is UNDEFINED:
            return UNDEFINED
        if not isinstance(items, list | tuple):
            raise RenderFailed("only of a list there is a greatest and a least")
        return choose(_number(item) for item in items) if items else UNDEFINED

    return extreme


def _text_filter(change: Callable[[str], object]) -> Callable[..., object]:
    return lambda value: change(_printed(value))


_FILTERS: Mapping[str, Callable[..., object]] = {
    "float": _float,
    "int": _int,
    "round": _round,
    "default": _default,
    "d": _default,
    "is_defined": _is_defined,
    "iif": _iif,
    "bool": _bool,
    "abs": lambda value: abs(_number(value)),
    "lower": _text_filter(str.lower),
    "upper": _text_filter(str.upper),
    "capitalize": _text_filter(str.capitalize),
    "trim": _text_filter(str.strip),
    "string": _printed,
    "replace": _replace,
    "join": _join,
    "length": _length,
    "count": _length,
    "first": _first,
    "last": _last,
    "max": _extreme(max),
    "min": _extreme(min),
    "to_json": _to_json,
    "tojson": _tojson,
    "from_json": _from_json,
    "is_number": _is_number,
    "multiply": lambda value, by: _number(_float(value)) * _number(by),
    "add": lambda value, more: _number(_float(value)) + _number(more),
}

_TESTS: Mapping[str, Callable[..., object]] = {
    "defined": lambda value: value is not UNDEFINED,
    "undefined": lambda value: value is UNDEFINED,
    "none": lambda value: value is None,
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "boolean": lambda value: value is True or value is False,
    "number": lambda value: isinstance(value, int | float),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, float),
    "string": lambda value: isinstance(value, str),
    "mapping": lambda value: isinstance(value, dict),
    "is_number": _is_number,
    "odd": lambda value: _number(value) % 2 == 1,
    "even": lambda value: _number(value) % 2 == 0,
    "eq": _COMPARISONS["eq"],
    "equalto": _COMPARISONS["eq"],
    "==": _COMPARISONS["eq"],
    "ne": _COMPARISONS["ne"],
    "!=": _COMPARISONS["ne"],
    "gt": _COMPARISONS["gt"],
    "greaterthan": _COMPARISONS["gt"],
    "ge": _COMPARISONS["gteq"],
    "lt": _COMPARISONS["lt"],
    "lessthan": _COMPARISONS["lt"],
    "le": _COMPARISONS["lteq"],
    "in": _contained,
}

_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "float": _float,
    "int": _int,
    "bool": _bool,
    "iif": _iif,
    "is_number": _is_number,
    "max": _extreme(max),
    "min": _extreme(min),
}


def _dict_get(holder: object, key: object, default: object = None) -> object:
    if not isinstance(holder, dict):
        raise RenderFailed("only an object has .get()")
    return holder.get(key, default)


def _text_method(name: str) -> Callable[..., object]:
    method = getattr(str, name)

    def call(holder: object, *arguments: object) -> object:
        if not isinstance(holder, str):
            raise RenderFailed(f"only a text has .{name}()")
        return method(holder, *arguments)

    return call


def _replace_method(holder: object, old: object, new: object, count: object = -1) -> object:
    if not isinstance(holder, str) or not isinstance(old, str) or not isinstance(new, str):
        raise RenderFailed("only a text has .replace()")
    return _replace(holder, old, new, count)


_METHODS: Mapping[str, Callable[..., object]] = {
    "get": _dict_get,
    "replace": _replace_method,
    **{
        name: _text_method(name)
        for name in (
            "lower",
            "upper",
            "strip",
            "lstrip",
            "rstrip",
            "split",
            "startswith",
            "endswith",
            "capitalize",
            "title",
        )
    },
}

# In Jinja these give the dictionary's method, not the key of that name.
_DICT_ATTRIBUTES = frozenset(name for name in dir(dict) if not name.startswith("_"))
