"""RFC 9457 problem details: the one shape of every error that leaves over HTTP."""

from __future__ import annotations

import http
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import BaseModel, Field
from starlette.responses import Response

from hotel.errors import Refused

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 100
RETRY_AFTER_SECONDS = {429: "30", 503: "5"}


class FieldProblem(BaseModel):
    """One fault of a request; `field` is a path such as `guest.family_name`."""

    line: int | None = None
    field: str | None = None
    code: str
    message: str
    values: dict[str, Any] = Field(default_factory=dict)


class Problem(BaseModel):
    """What went wrong. `code` is stable and what a screen translates; `detail` is one English sentence."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    values: dict[str, Any] = Field(default_factory=dict)
    errors: list[FieldProblem] | None = None


def problem(
    status: int,
    code: str,
    detail: str,
    values: dict[str, Any] | None = None,
    errors: Sequence[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The response that tells it."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "values": values or {},
    }
    if errors is not None:
        body["errors"] = list(errors[:MOST_ERRORS])
    sent = dict(headers or {})
    if status in RETRY_AFTER_SECONDS:
        sent.setdefault("Retry-After", RETRY_AFTER_SECONDS[status])
    if status == 401:
        # A scheme of our own: "Basic" would make browsers open their own dialogue.
        sent.setdefault("WWW-Authenticate", 'Bearer realm="innkeeper"')
    content = orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS)
    return Response(content, status, sent, MEDIA_TYPE)


def problem_of(refused: Refused) -> Response:
    """A refusal as a response. A refusal with a list `errors` (lines of a file, say) tells them too."""
    errors = getattr(refused, "errors", None)
    return problem(
        refused.status,
        refused.code,
        refused.message,
        refused.values,
        errors if isinstance(errors, list) else None,
    )
