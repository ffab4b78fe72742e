"""Device templates without Jinja's engine: the common forms, compiled to closures without loops.

Templates come from the network, so they may neither loop nor grow. Jinja2 parses them;
`gateway.mqtt.template_compiler` walks the tree, with Home Assistant's meaning (`float`, `int` and `round`
fail without a default; `true` renders `True`; a missing key renders empty). Each evaluation costs time in
proportion to the template's length and gives at most `MOST_OUTPUT_CHARACTERS`.

All other templates are rendered by a worker process (`gateway.mqtt.renderer`). Whoever may wait for it
evaluates them within `rendering_with`; for all others they raise `MustWait`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateError, nodes

from gateway.mqtt.render_environment import make_environment
from gateway.mqtt.render_times import Times
from gateway.mqtt.template_compiler import Compiler, Evaluator
from gateway.mqtt.template_values import (
    UNDEFINED,
    BadTemplate,
    Beyond,
    CommandScope,
    MustWait,
    Scope,
    Unsupported,
    text_of,
)

MOST_TEMPLATE_CHARACTERS = 8_192
# What the worker's own compiler takes without trouble.
MOST_RENDERED_DEPTH = 200


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
    waiting = _Waiting(source, dict(constants))
    try:
        try:
            compiler = Compiler(dict(constants), names)
            compiled = compiler.template(tree)
            return Template(source, _or_else(compiled, waiting) if compiler.reckons else compiled)
        except Unsupported:
            _check_renderable(tree)
            return Template(source, waiting)
    except RecursionError as error:
        raise BadTemplate("not a template: it is nested too deeply") from error


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


def _or_else(compiled: Evaluator, waiting: Evaluator) -> Evaluator:
    """For templates that reckon with what may turn out to be texts or lists."""

    def evaluate(scope: Any) -> object:
        try:
            return compiled(scope)
        except Beyond:
            return waiting(scope)

    return evaluate


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
    for node in _every_node(tree):
        name = getattr(node, "name", "")
        if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
            raise Unsupported(f"the attribute {node.attr}")
        if isinstance(node, nodes.Filter) and name not in _ENVIRONMENT.filters:
            raise Unsupported(f"the filter {name}")
        if isinstance(node, nodes.Test) and name not in _ENVIRONMENT.tests:
            raise Unsupported(f"the test {name}")
        if isinstance(node, nodes.Name) and name in _ABOUT_HOME:
            raise Unsupported(f"the function {name}")
        if isinstance(node, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends):
            raise Unsupported("other templates")


def _every_node(tree: nodes.Template) -> Iterator[nodes.Node]:
    """All nodes, without recursion: the tree may be as deep as the template is long."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MOST_RENDERED_DEPTH:
            raise Unsupported("a template this deep")
        yield node
        waiting.extend((child, depth + 1) for child in node.iter_child_nodes())
