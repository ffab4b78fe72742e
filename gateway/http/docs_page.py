"""/api/docs: the API as one plain page without scripts or foreign files (the hotel may have no internet)."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
details { border: 1px solid #8884; border-radius: 6px; margin: .4rem 0; padding: .3rem .8rem }
summary { cursor: pointer } code, pre { font-family: ui-monospace, monospace }
pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: 6px }
.method { display: inline-block; min-width: 4.5rem; font-weight: 600 } .who { opacity: .75 }
"""


def docs_page(schema: dict[str, Any], access: dict[tuple[str, str], str]) -> str:
    """The page for an OpenAPI schema.

    Args:
        access: by (METHOD, path), who may call it, in words.
    """
    groups: dict[str, list[str]] = {}
    for path, operations in schema.get("paths", {}).items():
        for method, operation in operations.items():
            tag = (operation.get("tags") or ["service"])[0]
            groups.setdefault(tag, []).append(_operation(method.upper(), path, operation, access))
    sections = "".join(f"<h2>{escape(tag)}</h2>{''.join(found)}" for tag, found in sorted(groups.items()))
    models = "".join(
        f"<details id='{escape(name)}'><summary><code>{escape(name)}</code></summary>"
        f"{_model(model)}</details>"
        for name, model in sorted(schema.get("components", {}).get("schemas", {}).items())
    )
    title = escape(str(schema["info"]["title"]))
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{title} API</title>"
        f"<meta name='viewport' content='width=device-width'><style>{_STYLE}</style></head><body>"
        f"<h1>{title} API {escape(str(schema['info']['version']))}</h1>"
        "<p>Sign in with <code>POST /api/session</code>, or send <code>Authorization: Bearer …</code> with a "
        "token of <code>innkeeper token create</code>. The machine-readable form is "
        "<a href='/api/openapi.json'>openapi.json</a>.</p>"
        f"{sections}<h2>Shapes</h2>{models}</body></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any], access: dict[tuple[str, str], str]) -> str:
    who = access.get((method, path), "nobody")
    lines = [f"<p>{escape(operation.get('description') or operation.get('summary') or '')}</p>"]
    for parameter in operation.get("parameters", []):
        needed = " (required)" if parameter.get("required") else ""
        lines.append(
            f"<div><code>{escape(parameter['name'])}</code> in {escape(parameter['in'])}{needed}: "
            f"{_type(parameter.get('schema', {}))}</div>"
        )
    for media in operation.get("requestBody", {}).get("content", {}).values():
        lines.append(f"<div>body: {_type(media.get('schema', {}))}</div>")
    for status, answer in operation.get("responses", {}).items():
        kinds = ", ".join(_type(media.get("schema", {})) for media in answer.get("content", {}).values())
        lines.append(f"<div>{escape(status)}: {kinds or 'nothing'}</div>")
    return (
        f"<details><summary><span class='method'>{method}</span><code>{escape(path)}</code> "
        f"<span class='who'>{escape(who)}</span></summary>{''.join(lines)}</details>"
    )


def _model(model: dict[str, Any]) -> str:
    text = f"<p>{escape(model.get('description', ''))}</p>"
    if "enum" in model:
        return text + f"<p>{_type(model)}</p>"
    return text + "".join(
        f"<div><code>{escape(name)}</code>: {_type(field)}</div>"
        for name, field in model.get("properties", {}).items()
    )


def _type(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        name = escape(str(reference).rsplit("/", 1)[-1])
        return f"<a href='#{name}'>{name}</a>"
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " | ".join(_type(one) for one in schema[several])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kind = escape(str(schema.get("type", "any")))
    return f"{kind} ({escape(str(schema['format']))})" if "format" in schema else kind
