"""Whom a critical ticket calls when, until somebody acknowledges it. Pure.

A *wave* calls one person of the on-call list (and the webhook); the next follows when nobody has
acknowledged within `BETWEEN_WAVES` of hotel time, round the list and round again, a bounded number of
times. A notice that does not go out is tried again in transport time, a bounded number of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from hotel.errors import Invalid

BETWEEN_WAVES = timedelta(minutes=10)
MOST_WAVES = 12
MOST_ON_CALL = 20
MOST_SUBSCRIPTIONS_A_PERSON = 5
# Pauses before each further try, in seconds of real time.
PAUSES_SECONDS = (5.0, 15.0, 60.0, 180.0, 600.0)
LONGEST_ERROR = 200
LONGEST_EMAIL = 200
_NOT_IN_ADDRESS = frozenset(",;<>\"'()")


class Channel(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"
    PUSH = "push"


class NoticeState(StrEnum):
    """`dropped`: somebody acknowledged before it went out, or its target is gone."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class OnCall:
    """One on the list; `email` None: by push alone. `subscriptions`: ids of their browsers."""

    staff_id: str
    name: str
    email: str | None
    subscriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """One notice to be sent. `target`: an address, a subscription's id, or "webhook"."""

    wave: int
    channel: Channel
    target: str
    name: str | None


def waves_due(opened_at: datetime, now: datetime) -> int:
    """How many waves have begun by now; none while the house's clock stands before the opening."""
    if now < opened_at:
        return 0
    return min(int((now - opened_at) / BETWEEN_WAVES) + 1, MOST_WAVES)


def calls_of(wave: int, on_call: Sequence[OnCall], webhook: bool) -> list[Call]:
    """Who is called in a wave: the next of the list by every way there is, and the webhook."""
    calls = [Call(wave, Channel.WEBHOOK, "webhook", None)] if webhook else []
    if on_call:
        person = on_call[wave % len(on_call)]
        if person.email is not None:
            calls.append(Call(wave, Channel.EMAIL, person.email, person.name))
        calls += [Call(wave, Channel.PUSH, one, person.name) for one in person.subscriptions]
    return calls


def next_try(tries: int, wall: datetime) -> datetime | None:
    """When a notice that has failed `tries` times is tried again; None: not any more."""
    if tries > len(PAUSES_SECONDS):
        return None
    return wall + timedelta(seconds=PAUSES_SECONDS[tries - 1])


def check_email(said: str | None) -> str | None:
    """Raises Invalid: no address, or one that would write headers of its own."""
    text = (said or "").strip() or None
    if text is None:
        return None
    local, at, domain = text.rpartition("@")
    clean = all(char.isprintable() and not char.isspace() and char not in _NOT_IN_ADDRESS for char in text)
    whole = at != "" and local != "" and "." in domain.strip(".")
    if not whole or not clean or len(text) > LONGEST_EMAIL:
        raise Invalid("bad_email", "This is no e-mail address.", field="email")
    return text


def check_endpoint(url: str) -> str:
    """The address of a push service, as a browser gives it out.

    Raises:
        Invalid: not HTTPS, or a machine named by its number or inside the house: no browser says that.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ip_address(host)
        named = False
    except ValueError:
        named = "." in host.strip(".") and not host.endswith((".local", ".internal", ".localhost"))
    if parts.scheme != "https" or not named or parts.username is not None:
        raise Invalid("bad_endpoint", "A push service has a public address over HTTPS.", field="endpoint")
    return url
