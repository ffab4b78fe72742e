"""Doing a late operation through the application's own door, as the supervisor who accepts it.

The recorded request goes through the guard and the routes like any other: the role table, the versions
and the Idempotency-Key decide, and no second way of doing things can drift from the first.
"""

from __future__ import annotations

import asyncio

import orjson
from fastapi import Request
from starlette.responses import Response
from starlette.types import Message, Scope

from gateway.http.guard import ON_BEHALF_OF
from hotel.actor import Actor
from hotel.late_operations import LateOperation
from hotel.late_operations_service import LateOperationService

CREDENTIALS = (b"cookie", b"authorization", b"host", b"origin", b"sec-fetch-site")


async def replay(
    request: Request, late: LateOperationService, actor: Actor, operation_id: str, seen_version: int | None
) -> Response:
    """Do the operation; the answer is the operation's own.

    Args:
        request: the supervisor's, whose sign-in the operation rides on.
        seen_version: instead of the version that the operation was made over.

    Raises:
        NotFound, Conflict: there is none, or it is decided already.
    """
    operation = await asyncio.to_thread(late.begin, actor, operation_id)
    done = False
    try:
        answer = await _send(request, operation, late.age_seconds(operation), seen_version)
        done = answer.status_code < 300
    finally:
        await asyncio.to_thread(late.end, actor, operation_id, done=done)
    return answer


async def _send(
    request: Request, operation: LateOperation, age_seconds: float, seen_version: int | None
) -> Response:
    body = orjson.dumps(operation.body) if operation.body is not None else b""
    version = seen_version if seen_version is not None else operation.seen_version
    headers = [(name, value) for name, value in request.scope["headers"] if name in CREDENTIALS]
    headers += [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"idempotency-key", operation.key.encode()),
        (b"operation-age-seconds", f"{age_seconds:.0f}".encode()),
    ]
    if version is not None:
        headers.append((b"if-match", f'"{version}"'.encode()))
    scope: Scope = {
        "type": "http",
        "asgi": request.scope.get("asgi", {"version": "3.0"}),
        "http_version": "1.1",
        "method": operation.method,
        "scheme": request.scope["scheme"],
        "path": operation.path,
        "raw_path": operation.path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": request.scope.get("client"),
        "server": request.scope.get("server"),
        "state": {ON_BEHALF_OF: operation.staff_name},
    }
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    status, sent_headers, parts = 500, [], bytearray()

    async def receive() -> Message:
        if waiting:
            return waiting.pop()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal status, sent_headers
        if message["type"] == "http.response.start":
            status, sent_headers = message["status"], message["headers"]
        else:
            parts.extend(message.get("body", b""))

    await request.app(scope, receive, send)
    kept = {
        name.decode(): value.decode() for name, value in sent_headers if name in (b"content-type", b"etag")
    }
    return Response(bytes(parts), status, kept)
