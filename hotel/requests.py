"""What the routes of every slice take from a request: who asks, which version they saw, which key
makes it once. The gateway signs people in and puts the actor there; slices only read it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import AfterValidator, AwareDatetime

from hotel.actor import Actor
from hotel.clock import Clock
from hotel.csv_table import MOST_BYTES
from hotel.errors import Invalid, SignInRequired, StaleVersion, VersionRequired
from hotel.idempotency import Once, once
from hotel.taps import MOST_TAP_AGE, happened_at


# Async, though they wait for nothing: what is not goes to a thread and back for each request.
async def _actor(request: Request) -> Actor:
    actor = getattr(request.state, "actor", None)
    if not isinstance(actor, Actor):
        raise SignInRequired("sign_in_required", "Sign in first.")
    return actor


async def _once(
    request: Request,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Once | None:
    return once(idempotency_key, request.method, request.url.path, await request.body())


def _if_match(if_match: Annotated[str | None, Header(alias="If-Match")] = None) -> int:
    if if_match is None:
        raise VersionRequired("version_required", "An edit says in If-Match which version it saw.")
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise Invalid("bad_if_match", 'If-Match is a version in quotes, such as "3".')
    return int(text)


MOST_TAP_AGE_SECONDS = int(MOST_TAP_AGE.total_seconds())


def _tap_age(
    age: Annotated[
        float | None, Header(alias="Operation-Age-Seconds", description="how long ago the tap was made")
    ] = None,
) -> timedelta:
    """How long a tap waited in the tablet's log: a difference, because its clock may be hours off."""
    if age is None:
        return timedelta()
    if not 0 <= age <= MOST_TAP_AGE_SECONDS:
        raise Invalid(
            "bad_operation_age",
            f"Operation-Age-Seconds is from 0 to {MOST_TAP_AGE_SECONDS}.",
            most=MOST_TAP_AGE_SECONDS,
        )
    return timedelta(seconds=age)


def tapped_at(clock: Clock, age: timedelta, last_at: datetime | None = None) -> datetime:
    """The hotel time of a tap that was made `age` ago in real time, not before `last_at`."""
    return happened_at(clock.now(), age, clock.speed, last_at)


# A moment in a request or an answer: any offset comes in, UTC goes out.
UtcMoment = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


async def _csv_text(request: Request) -> bytes:
    """The body, never more of it than a file may have."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise Invalid(
                "file_too_large",
                f"A file has at most {MOST_BYTES // 1024 // 1024} MB.",
                most_bytes=MOST_BYTES,
            )
    return bytes(body)


# A CSV file as the body of a request, and how the interface's description tells of it.
CsvBody = Annotated[bytes, Depends(_csv_text)]
CSV_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
}
CurrentActor = Annotated[Actor, Depends(_actor)]
OnceKey = Annotated[Once | None, Depends(_once)]
TapAge = Annotated[timedelta, Depends(_tap_age)]
SeenVersion = Annotated[int, Depends(_if_match)]


def check_version(what: str, seen: int, current: int) -> None:
    """Raises StaleVersion unless the caller saw the current version."""
    if seen != current:
        raise StaleVersion(what, seen, current)


def etag(version: int) -> str:
    """The ETag of a thing with this version."""
    return f'"{version}"'
