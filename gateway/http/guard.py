"""The door of the API: who is it, did our own page send it, may this role do that. Before any handler."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.http.problems import problem, problem_of
from gateway.http.roles import Match, RouteTable
from gateway.http.same_site import is_forged
from hotel.errors import Refused
from hotel.staff_service import Caller, StaffService

log = logging.getLogger(__name__)

COOKIE = "innkeeper_session"
TABLET_COOKIE = "innkeeper_tablet"
# In a request's state: whose late operation this is. Only this process can put it there.
ON_BEHALF_OF = "on_behalf_of"


def cookie_name(secure: bool) -> str:
    """`__Host-` makes browsers insist on Secure, the path / and no Domain."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def tablet_cookie_name(secure: bool) -> str:
    """The cookie with a tablet's credential; it signs nobody in."""
    return f"__Host-{TABLET_COOKIE}" if secure else TABLET_COOKIE


class Guard:
    """ASGI middleware. Puts `caller` and `actor` into the request's state, or refuses.

    Args:
        app: what it guards.
        staff: knows sessions and tokens.
        table: who may call what.
        cookie: the name of the session's cookie.
    """

    def __init__(self, app: ASGIApp, staff: StaffService, table: RouteTable, cookie: str) -> None:
        self._app = app
        self._staff = staff
        self._table = table
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        match = self._table.find(scope["method"], scope["path"])
        state = scope.setdefault("state", {})
        state["template"] = match.template
        try:
            refused = await self._refusal(scope, match)
        except Refused as error:
            await problem_of(error)(scope, receive, send)
            return
        except SQLAlchemyError as error:
            log.warning("guard: a caller could not be looked up (%s)", type(error).__name__)
            away = problem(503, "database_unavailable", "The database does not answer just now.")
            await away(scope, receive, send)
            return
        if refused is None:
            await self._app(scope, receive, send)
        else:
            status, code, detail = refused
            headers = {"Allow": ", ".join(match.allowed_methods)} if status == 405 else None
            await problem(status, code, detail, headers=headers)(scope, receive, send)

    async def _refusal(self, scope: Scope, match: Match) -> tuple[int, str, str] | None:
        if match.access is None:
            if match.allowed_methods:
                return 405, "method_not_allowed", "This cannot be done here."
            return 404, "unknown_route", "There is nothing at this address."
        if not scope["path"].startswith("/api/"):
            return None
        headers = Headers(scope=scope)
        token = _cookie_value(headers, self._cookie)
        bearer = _bearer(headers)
        if bearer is None and is_forged(scope["method"], headers, has_cookie=token is not None):
            return 403, "foreign_site", "This request came from another site."
        caller = await self._caller(bearer, token)
        if bearer is not None and caller is None:
            return 401, "bad_token", "This token is not valid (any more)."
        if caller is not None:
            author: str | None = scope["state"].get(ON_BEHALF_OF)
            scope["state"]["caller"] = caller
            scope["state"]["actor"] = caller.actor.acting_for(author) if author else caller.actor
        if match.access.allows(caller.actor if caller else None):
            return None
        if caller is None:
            return 401, "sign_in_required", "Sign in first."
        return 403, "forbidden", "Your role does not allow this."

    async def _caller(self, bearer: str | None, cookie: str | None) -> Caller | None:
        token = bearer or cookie
        if not token:
            return None
        known = self._staff.known_caller(token)
        if known is not None:
            return known if known.is_session == (bearer is None) else None
        look_up = self._staff.session_caller if bearer is None else self._staff.client_caller
        return await anyio.to_thread.run_sync(look_up, token)


def _bearer(headers: Mapping[str, str]) -> str | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.casefold() == "bearer" and token.strip() else None


def _cookie_value(headers: Mapping[str, str], name: str) -> str | None:
    text = headers.get("cookie")
    return (cookie_parser(text).get(name) or None) if text else None
