"""Which tablets belong to the house: the invitation that a camera reads, and what is kept afterwards.

A supervisor makes an invitation; the tablet that shows its token first is enrolled and gets a credential
of its own. The credential signs nobody in. It lets a session on this tablet outlive a shift without
network, and lets the tablet hand in what a person did on it who cannot sign in any more.

Only SHA-256 digests of the tokens are stored (see `hotel.sessions`). All times are wall time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotel.errors import Invalid

INVITATION_MINUTES = 10
MOST_OPEN_INVITATIONS = 50
MOST_TABLETS = 2000
LONGEST_NAME = 60
# The longest that browsers keep a cookie.
CREDENTIAL_DAYS = 400
SEEN_EVERY_SECONDS = 60
INVITATION_PREFIX = "inv_"
TABLET_PREFIX = "intab_"


@dataclass(frozen=True, slots=True)
class Tablet:
    """An enrolled tablet as others see it. Never holds its credential or a digest of it."""

    id: str
    name: str
    enrolled_by: str
    wall_enrolled_at: datetime
    wall_seen_at: datetime | None
    revoked_by: str | None
    wall_revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A token that enrols one tablet; `token` is shown this once."""

    id: str
    name: str
    token: str
    wall_ends_at: datetime


def new_invitation_token() -> str:
    """128 random bits: short enough for a code that a cheap camera reads across a desk."""
    return INVITATION_PREFIX + secrets.token_urlsafe(16)


def new_tablet_token() -> str:
    return TABLET_PREFIX + secrets.token_urlsafe(32)


def invitation_ends_at(made_at: datetime) -> datetime:
    return made_at + timedelta(minutes=INVITATION_MINUTES)


def clean_tablet_name(name: str) -> str:
    """
    Raises:
        Invalid: empty, too long, or with control characters.
    """
    cleaned = name.strip()
    if not 1 <= len(cleaned) <= LONGEST_NAME or not cleaned.isprintable():
        raise Invalid("bad_tablet_name", f"A tablet's name has 1 to {LONGEST_NAME} characters.", field="name")
    return cleaned
