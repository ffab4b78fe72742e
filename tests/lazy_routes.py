"""An application that makes of its many routes only those that a test asks for.

To make a route takes FastAPI and Pydantic three milliseconds, and a test's own house has more than a hundred:
most of what a test over HTTP would cost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

# The paths of each router by its name, as they were when it was first made in this process.
_paths: dict[str, list[re.Pattern[str]]] = {}


class LazyRoutes:
    """The application of these routers, in their order; `bare` makes one without any."""

    def __init__(self, bare: Callable[[], FastAPI], routers: Mapping[str, Callable[[], APIRouter]]) -> None:
        self._bare = bare
        self._makers = dict(routers)
        self._made: dict[str, APIRouter] = {}
        self._apps: dict[tuple[str, ...], FastAPI] = {}

    def include_router(self, router: APIRouter) -> None:
        """One more, for this application alone."""
        name = f"one more of {id(self)}: {len(self._makers)}"
        self._makers[name] = lambda: router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        asked = tuple(name for name in self._makers if any(each.match(path) for each in self._paths_of(name)))
        if asked not in self._apps:
            app = self._apps[asked] = self._bare()
            for name in asked:
                app.include_router(self._router(name))
        await self._apps[asked](scope, receive, send)

    def _paths_of(self, name: str) -> list[re.Pattern[str]]:
        if name not in _paths:
            _paths[name] = [
                route.path_regex for route in self._router(name).routes if isinstance(route, APIRoute)
            ]
        return _paths[name]

    def _router(self, name: str) -> APIRouter:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]
