"""/healthz: the process lives. /readyz: it can do its work, check by check."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Response
from pydantic import BaseModel
from sqlalchemy import text

from hotel.database import Database
from hotel.errors import Refused

log = logging.getLogger(__name__)

# What is wrong, in one sentence, or None. It is shown to everybody: no addresses, no secrets.
Check = Callable[[], str | None]


class Health(BaseModel):
    alive: bool = True


class CheckAnswer(BaseModel):
    name: str
    ok: bool
    detail: str | None


class Readiness(BaseModel):
    ready: bool
    checks: list[CheckAnswer]


def database_check(database: Database) -> Check:
    def check() -> str | None:
        with database.read() as session:
            session.execute(text("SELECT 1"))
        return None

    return check


def routes(checks: Mapping[str, Check]) -> APIRouter:
    """
    Args:
        checks: by name; each may block for a moment.
    """
    router = APIRouter(tags=["service"])

    @router.get("/healthz")
    def healthz() -> Health:
        """The process answers."""
        return Health()

    @router.get("/readyz", responses={503: {"model": Readiness, "description": "A check fails"}})
    def readyz(response: Response) -> Readiness:
        """Whether everything that the service needs answers; 503 when something does not."""
        answers = [_ask(name, check) for name, check in checks.items()]
        ready = all(answer.ok for answer in answers)
        response.status_code = 200 if ready else 503
        return Readiness(ready=ready, checks=answers)

    return router


def _ask(name: str, check: Check) -> CheckAnswer:
    try:
        detail = check()
    except Refused as refused:
        detail = refused.message
    except Exception as error:
        log.warning("readiness: the check of %s failed (%s)", name, type(error).__name__)
        detail = f"The {name} does not answer."
    return CheckAnswer(name=name, ok=detail is None, detail=detail)
