"""Compiles a template's tree to closures without loops, or says what in it is beyond that.

It knows paths, comparisons, arithmetic, conditions, assignments, dictionary look-ups and the filters of
`gateway.mqtt.template_functions`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes

from gateway.mqtt.template_functions import (
    ARITHMETIC,
    DICT_ATTRIBUTES,
    FILTERS,
    FUNCTIONS,
    METHODS,
    TESTS,
    applied,
    calculated,
    comparison,
    dictionary_of,
)
from gateway.mqtt.template_values import (
    BEFORE,
    NO_DEFAULT,
    UNDEFINED,
    RenderFailed,
    Scope,
    Unsupported,
    bounded,
    item_of,
    number_of,
    printed,
)

MOST_DEPTH = 40
MOST_NODES = 1_000
# How much larger than its parts a value may become: what `{% set a = [a, a] %}` doubles again and again.
MOST_WEIGHT = 1_000

Evaluator = Callable[[Any], object]


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


class Compiler:
    def __init__(self, constants: Mapping[str, object], names: frozenset[str]) -> None:
        self._constants = constants
        self._names = names
        self._assigned: set[str] = set()
        self._weights: dict[str, int] = {}
        self._nodes = 0
        # Whether it adds, multiplies …: what may be done with texts and lists, too.
        self.reckons = False

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
        elif name == "this":
            outer = lambda scope: BEFORE  # noqa: E731
        elif name in self._assigned:
            outer = lambda scope: UNDEFINED  # noqa: E731
        else:
            raise Unsupported(f"the name {name}")
        if name not in self._assigned:
            return outer

        def local(frame: Any) -> object:
            found = frame.local.get(name, NO_DEFAULT)
            return outer(frame) if found is NO_DEFAULT else found

        return local

    def _getattr(self, node: nodes.Getattr, depth: int) -> Evaluator:
        attribute = node.attr
        if attribute.startswith("_") or attribute in DICT_ATTRIBUTES:
            raise Unsupported(f"the attribute {attribute}")
        return self._reach(node.node, attribute, depth)

    def _getitem(self, node: nodes.Getitem, depth: int) -> Evaluator:
        if isinstance(node.arg, nodes.Const):
            return self._reach(node.node, node.arg.value, depth)
        subject = self._expression(node.node, depth)
        if isinstance(node.arg, nodes.Slice):
            return self._slice(subject, node.arg, depth)
        key = self._expression(node.arg, depth)
        return lambda scope: item_of(subject(scope), key(scope))

    def _reach(self, node: nodes.Node, key: object, depth: int) -> Evaluator:
        if isinstance(node, nodes.Name) and node.name == "value_json" and node.name not in self._assigned:
            # By far the most common form; one call less for each message.
            return _json_key(key)
        subject = self._expression(node, depth)

        def reach(scope: Any) -> object:
            holder = subject(scope)
            if type(holder) is dict:
                return holder.get(key, UNDEFINED)
            return item_of(holder, key)

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
        steps = [(comparison(step.op), self._expression(step.expr, depth)) for step in node.ops]
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
        calculate = ARITHMETIC[type(node)]
        self.reckons = True
        return lambda scope: calculated(calculate, left(scope), right(scope))

    _add = _sub = _mul = _div = _floordiv = _mod = _binary

    def _neg(self, node: nodes.Neg, depth: int) -> Evaluator:
        inner = self._expression(node.node, depth)
        return lambda scope: -number_of(inner(scope))

    def _pos(self, node: nodes.Pos, depth: int) -> Evaluator:
        inner = self._expression(node.node, depth)
        return lambda scope: +number_of(inner(scope))

    def _concat(self, node: nodes.Concat, depth: int) -> Evaluator:
        parts = [self._expression(part, depth) for part in node.nodes]
        return lambda scope: bounded("".join(printed(part(scope)) for part in parts))

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
        return lambda scope: dictionary_of([(key(scope), value(scope)) for key, value in pairs])

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
            FILTERS, f"the filter {node.name}", node.name, [node.node, *node.args], node, depth
        )

    def _test(self, node: nodes.Test, depth: int) -> Evaluator:
        return self._called(TESTS, f"the test {node.name}", node.name, [node.node, *node.args], node, depth)

    def _call(self, node: nodes.Call, depth: int) -> Evaluator:
        called = node.node
        if isinstance(called, nodes.Name):
            return self._called(
                FUNCTIONS, f"the function {called.name}", called.name, list(node.args), node, depth
            )
        if isinstance(called, nodes.Getattr):
            return self._called(
                METHODS, f"the method {called.attr}", called.attr, [called.node, *node.args], node, depth
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
            return lambda scope: applied(function, only(scope))
        if not named and all(isinstance(argument, nodes.Const) for argument in arguments[1:]):
            # `| float(0)`, `| round(2)`: nothing but the value is to be found out anew.
            first, constants = given[0], [argument(None) for argument in given[1:]]
            return lambda scope: applied(function, first(scope), *constants)
        return lambda scope: applied(
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
        return item_of(holder, key)

    return reach


def _joined(parts: list[Evaluator]) -> Evaluator:
    if len(parts) == 1:
        return parts[0]
    return lambda scope: bounded("".join([printed(part(scope)) for part in parts]))
