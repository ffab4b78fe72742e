"""The HTTP application, made of parts. `gateway/main.py` gives the parts; nothing here is global."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import iter_route_contexts
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from gateway.http import events, health, site, tablets_api, tls_api
from gateway.http.docs_page import docs_page
from gateway.http.events import LiveFeed
from gateway.http.figures import Source, make_registry
from gateway.http.front import BodyLimit, BodyTooLarge, Front, HttpFigures
from gateway.http.guard import Guard, cookie_name
from gateway.http.problems import Problem, problem, problem_of
from gateway.http.roles import ROUTES, Access, Route, RouteTable
from gateway.http.staff_api import DemoSignIn, session_routes, staff_routes
from gateway.settings import Settings
from hotel.clock import Clock
from hotel.database import Database
from hotel.errors import Refused
from hotel.late_operations_service import LateOperationService
from hotel.staff_service import StaffService
from hotel.tablets_service import TabletService

log = logging.getLogger(__name__)

SMALLEST_GZIPPED_BYTES = 1024


@dataclass(frozen=True, slots=True)
class AppParts:
    """What the application is made of.

    `routers`: the slices' and views' routes. `metrics`: figures by part. `checks`: readiness by name,
    besides the database's (broker, controller lease …). `static_dir`: the built web app.
    `demo_sign_ins`: None outside the demo. `routes`: the role table.
    """

    database: Database
    clock: Clock
    settings: Settings
    staff: StaffService
    feed: LiveFeed
    routers: Sequence[APIRouter] = ()
    metrics: Mapping[str, Source] = field(default_factory=dict)
    checks: Mapping[str, health.Check] = field(default_factory=dict)
    static_dir: Path | None = None
    demo_sign_ins: Sequence[DemoSignIn] | None = None
    routes: Mapping[Route, Access] = field(default_factory=lambda: ROUTES)


def create_app(parts: AppParts) -> FastAPI:
    """The application. Its lifespan starts and stops the live feed; everything else is started by main."""
    registry = make_registry({"staff": parts.staff.figures, "live": parts.feed.figures, **parts.metrics})
    secure = parts.settings.cookies_are_secure

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        parts.feed.start(asyncio.get_running_loop())
        try:
            yield
        finally:
            parts.feed.stop()
            await asyncio.to_thread(parts.feed.join)

    app = FastAPI(
        title="Innkeeper",
        version="1",
        description="Runs the rooms of a hotel. Errors are RFC 9457 problem details.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        middleware=[
            Middleware(
                Front,
                figures=HttpFigures(registry),
                # Not by ourselves: with it, a certificate that ends would lock every tablet out for good.
                strict_transport=parts.settings.cookie_secure,
            ),
            Middleware(GZipMiddleware, minimum_size=SMALLEST_GZIPPED_BYTES, compresslevel=5),
            Middleware(BodyLimit),
            Middleware(Guard, staff=parts.staff, table=RouteTable(parts.routes), cookie=cookie_name(secure)),
        ],
    )
    _tell_problems(app)
    tablets = TabletService(parts.database, parts.clock, parts.staff)
    checks = {"database": health.database_check(parts.database), **parts.checks}
    app.include_router(health.routes(checks))
    app.include_router(
        session_routes(
            parts.staff,
            parts.database,
            parts.clock,
            property_name=parts.settings.property_name,
            cookie_secure=secure,
            tablets=tablets,
            demo_sign_ins=parts.demo_sign_ins,
        )
    )
    app.include_router(staff_routes(parts.staff))
    app.include_router(tls_api.routes(parts.settings))
    late = LateOperationService(parts.database)
    app.include_router(tablets_api.routes(parts.settings, parts.staff, tablets, late))
    app.include_router(events.routes(parts.feed, parts.staff))
    for router in parts.routers:
        app.include_router(router)

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/api/openapi.json", include_in_schema=False)
    def openapi() -> dict[str, Any]:
        return app.openapi()

    @app.get("/api/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        access = {route: _in_words(who) for route, who in parts.routes.items()}
        return HTMLResponse(docs_page(app.openapi(), access))

    app.include_router(site.routes(parts.static_dir))
    app.openapi = _with_problems(app.openapi)  # type: ignore[method-assign]
    return app


def served_routes(app: FastAPI) -> list[Route]:
    """(method, path template) of everything that the application serves."""
    return [
        (method, context.path or "")
        for context in iter_route_contexts(app.routes)
        for method in context.methods or ()
    ]


def _in_words(access: Access) -> str:
    return "everybody" if access.public else ", ".join(sorted(role.value for role in access.roles))


def _tell_problems(app: FastAPI) -> None:
    """Every error leaves as a problem; none quotes what the caller sent."""

    @app.exception_handler(Refused)
    async def _refused(_request: Request, refused: Refused) -> Response:
        return problem_of(refused)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> Response:
        errors = [
            {
                "field": ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0]),
                "code": fault["type"],
                "message": fault["msg"],
                "values": {
                    name: value
                    for name, value in fault.get("ctx", {}).items()
                    if isinstance(value, str | int | float) and name != "input"
                },
            }
            for fault in error.errors()
        ]
        first = errors[0]
        detail = f"{first['field']}: {first['message']}."
        return problem(422, "invalid_request", detail, {"field": first["field"]}, errors)

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        code = "too_large" if isinstance(error, BodyTooLarge) else f"http_{error.status_code}"
        return problem(error.status_code, code, str(error.detail), headers=dict(error.headers or {}))

    @app.exception_handler(StaleDataError)
    async def _stale(_request: Request, _error: StaleDataError) -> Response:
        return problem(412, "stale_version", "Somebody else changed this at the same moment. Look again.")

    @app.exception_handler(IntegrityError)
    async def _taken(_request: Request, _error: IntegrityError) -> Response:
        return problem(409, "conflict", "Somebody else did the same at the same moment. Look again.")

    async def _away(_request: Request, error: Exception) -> Response:
        log.warning("http: the database does not answer (%s)", type(error).__name__)
        return problem(503, "database_unavailable", "The database does not answer just now.")

    for kind in (OperationalError, PoolTimeoutError):
        app.add_exception_handler(kind, _away)

    @app.exception_handler(DataError)
    async def _unfit(_request: Request, _error: DataError) -> Response:
        return problem(422, "unfit_value", "A value has a size or characters that cannot be stored.")

    @app.exception_handler(DBAPIError)
    async def _database(request: Request, error: DBAPIError) -> Response:
        if error.connection_invalidated:
            return await _away(request, error)
        raise error


def _with_problems(openapi: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """The schema says what errors really look like: FastAPI's own 422 shape never leaves this house."""
    made: dict[str, Any] = {}

    def described() -> dict[str, Any]:
        if made:
            return made
        schema = openapi()
        shapes = schema.setdefault("components", {}).setdefault("schemas", {})
        shapes.pop("HTTPValidationError", None)
        shapes.pop("ValidationError", None)
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes.update(own.pop("$defs", {}))
        shapes["Problem"] = own
        answer = {
            "description": "What went wrong",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for path, operations in schema["paths"].items():
            if not path.startswith("/api/"):
                continue
            for operation in operations.values():
                operation["responses"].pop("422", None)
                operation["responses"]["default"] = answer
        made.update(schema)
        return made

    return described
