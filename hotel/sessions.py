"""Sessions of people and tokens of machines: how long they last and what is kept of them.

Only the SHA-256 of a session's or client's token is stored: it has 256 random bits, so that a plain
digest is as good as a slow one, and who reads the database cannot sign in with what is there.
All times are wall time: a session outlives the process and is never scaled.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

SESSION_HOURS = 12
IDLE_MINUTES = 30
# A session's last use is written down at most this often; it may thus end this much too early.
SEEN_EVERY_SECONDS = 60
CLIENT_PREFIX = "ink_"


def new_session_token() -> str:
    return secrets.token_urlsafe(32)


def new_client_token() -> str:
    """A bearer token; the prefix lets secret scanners know it."""
    return CLIENT_PREFIX + secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class SessionLife:
    """When a session was made and last used (wall time).

    `on_tablet`: on a tablet of the house, which has its own lock and may be without network for a shift.
    """

    made_at: datetime
    seen_at: datetime
    on_tablet: bool = False

    def alive(self, now: datetime) -> bool:
        """Whether it may still be used: at most 12 h old and, but for tablets, used within 30 min."""
        return now < self.ends_at

    @property
    def ends_at(self) -> datetime:
        longest = self.made_at + timedelta(hours=SESSION_HOURS)
        return longest if self.on_tablet else min(longest, self.seen_at + timedelta(minutes=IDLE_MINUTES))

    def should_note_use(self, now: datetime) -> bool:
        return now - self.seen_at >= timedelta(seconds=SEEN_EVERY_SECONDS)
