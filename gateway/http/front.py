"""What surrounds every request: its log line and figures, headers of defence, a bound for its body,
and an answer when a handler breaks. Plain ASGI, because every tap goes through here.
"""

from __future__ import annotations

import logging
import time

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.http.problems import problem
from gateway.logs import places
from hotel.ids import new_id

log = logging.getLogger(__name__)
access_log = logging.getLogger("innkeeper.access")

MOST_BODY_BYTES = 6 * 1024 * 1024
# A camera's own picture is larger than anything else that people send.
LARGER_BODY_BYTES = {"/api/files": 16 * 1024 * 1024, "/api/files/documents": 11 * 1024 * 1024}

# Styles may be inline (the component library sets them on elements); scripts may not.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
STRICT_TRANSPORT = "max-age=31536000"


class HttpFigures:
    """Counts of requests by route template; a template is ours, so the table stays small."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "innkeeper_http_requests", "Requests answered", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "innkeeper_http_request_seconds",
            "Time to the first byte of the answer",
            ["route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
            registry=registry,
        )


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Front:
    """The outermost middleware.

    The log line names the route's template, not the path: neither query strings nor anything that a
    caller wrote gets into the log. An exception is logged by its type and its places in our code;
    its text may quote a guest's data and is left out.
    """

    def __init__(self, app: ASGIApp, figures: HttpFigures, *, strict_transport: bool) -> None:
        self._app = app
        self._figures = figures
        self._headers = {
            **HEADERS,
            **({"Strict-Transport-Security": STRICT_TRANSPORT} if strict_transport else {}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 0
        seconds = 0.0

        async def sending(message: Message) -> None:
            nonlocal status, seconds
            if message["type"] == "http.response.start":
                status = message["status"]
                seconds = time.perf_counter() - begun
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            fault_id = new_id()
            log.error(
                "fault %s in %s: %s\n%s",
                fault_id,
                scope.get("state", {}).get("template", "unknown"),
                type(error).__name__,
                places(error.__traceback__),
            )
            if status == 0:
                answer = problem(
                    500,
                    "fault",
                    f"Something went wrong inside Innkeeper. The log knows more under {fault_id}.",
                    {"id": fault_id},
                )
                await answer(scope, receive, sending)
        finally:
            self._note(scope, status, seconds)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        template = scope.get("state", {}).get("template", "unknown")
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        self._figures.requests.labels(method, template, str(status)).inc()
        self._figures.seconds.labels(template).observe(seconds)
        access_log.info("%s %s %d %.1f ms", method, template, status, seconds * 1000)


class BodyTooLarge(HTTPException):
    """The body is larger than what this route takes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(413, f"A request holds at most {most_bytes // (1024 * 1024)} MB.")


class BodyLimit:
    """Refuses bodies above `most_bytes`, whether or not they say their length."""

    def __init__(self, app: ASGIApp, most_bytes: int = MOST_BODY_BYTES) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most_bytes = LARGER_BODY_BYTES.get(scope["path"], self._most_bytes)
        said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        if said.isdigit() and int(said) > most_bytes:
            await problem(413, "too_large", BodyTooLarge(most_bytes).detail)(scope, receive, send)
            return
        received = 0

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most_bytes:
                raise BodyTooLarge(most_bytes)
            return message

        await self._app(scope, receiving, send)
