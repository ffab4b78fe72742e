"""Who may work in the house, by what they sign in, and when an account is locked. Decisions only.

Rows are in `hotel.staff_store`, the doing in `hotel.staff_service`; sessions and tokens in
`hotel.sessions`.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from enum import StrEnum

from hotel.actor import Actor, ActorKind, Role
from hotel.errors import Forbidden, Invalid

MOST_FAILURES = 5
LANGUAGES = ("en", "zh-CN")
LONGEST_NAME = 100
SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128

# What a six-digit PIN is good for: people who sign in on a tablet in a corridor. Guests' data and
# staff accounts need a password.
PIN_ROLES = frozenset({Role.ATTENDANT, Role.ENGINEER, Role.SUPERVISOR})


# Who types at the machine itself owns it: the command line acts with this.
CONSOLE = Actor(ActorKind.SYSTEM, "console", "Command line", frozenset({Role.ADMINISTRATOR}))


class SignInBy(StrEnum):
    PIN = "pin"
    PASSWORD = "password"  # noqa: S105 - the kind, not a secret


@dataclass(frozen=True, slots=True)
class Staff:
    """An account as others see it. Never holds a secret or its hash."""

    id: str
    code: str
    name: str
    login: str | None
    roles: tuple[Role, ...]
    language: str | None
    active: bool
    failures: int
    has_pin: bool
    has_password: bool
    version: int

    @property
    def locked(self) -> bool:
        """Locked after five failures in a row, until a supervisor unlocks it."""
        return is_locked(self.failures)


@dataclass(frozen=True, slots=True)
class StaffWish:
    """What an account is to be. `pin` and `password` are clear text and live only in this call."""

    code: str
    name: str
    roles: tuple[Role, ...]
    login: str | None = None
    pin: str | None = None
    password: str | None = None
    language: str | None = None


def is_locked(failures: int) -> bool:
    return failures >= MOST_FAILURES


def session_roles(roles: tuple[Role, ...], by: SignInBy) -> frozenset[Role]:
    """The roles that a session has: a PIN opens less than a password."""
    return frozenset(roles) & PIN_ROLES if by is SignInBy.PIN else frozenset(roles)


def secret_kind(secret: str) -> SignInBy:
    """What a person typed: six digits are a PIN, all else is a password."""
    return SignInBy.PIN if re.fullmatch(r"[0-9]{6}", secret) else SignInBy.PASSWORD


def clean_code(code: str) -> str:
    """A staff code as it is stored: upper case.

    Raises:
        Invalid: not 1 to 20 letters, digits, hyphens.
    """
    cleaned = code.strip().upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{0,19}", cleaned):
        raise Invalid("bad_staff_code", "A staff code has 1 to 20 letters, digits or hyphens.", field="code")
    return cleaned


def clean_login(login: str | None) -> str | None:
    """A login or e-mail address as it is stored: lower case; None when there is none.

    Raises:
        Invalid: blanks inside, or too long.
    """
    if login is None or not login.strip():
        return None
    cleaned = login.strip().casefold()
    if not re.fullmatch(r"[^\s\x00-\x1f]{3,100}", cleaned):
        raise Invalid("bad_login", "A login has 3 to 100 characters and no blanks.", field="login")
    return cleaned


def clean_name(name: str) -> str:
    """
    Raises:
        Invalid: empty, too long, or with control characters.
    """
    cleaned = name.strip()
    if not 1 <= len(cleaned) <= LONGEST_NAME or not cleaned.isprintable():
        raise Invalid("bad_staff_name", f"A name has 1 to {LONGEST_NAME} characters.", field="name")
    return cleaned


def clean_roles(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """The roles without doubles, in the order of `Role`.

    Raises:
        Invalid: none at all.
    """
    if not roles:
        raise Invalid("no_role", "An account has at least one role.", field="roles")
    return tuple(role for role in Role if role in roles)


def clean_language(language: str | None) -> str | None:
    if language is not None and language not in LANGUAGES:
        raise Invalid("unknown_language", f"The language is one of {', '.join(LANGUAGES)}.", field="language")
    return language


def check_pin(pin: str) -> None:
    """
    Raises:
        Invalid: not six digits, or one that everybody tries first (111111, 123456, 654321).
    """
    if not re.fullmatch(r"[0-9]{6}", pin):
        raise Invalid("bad_pin", "A PIN has exactly 6 digits.", field="pin")
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise Invalid("easy_pin", "This PIN is too easy to guess.", field="pin")


def check_password(password: str, *, code: str, login: str | None, name: str) -> None:
    """
    Raises:
        Invalid: too short, too long, six digits (that would be a PIN), or the person's own name.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(
            "bad_password",
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            field="password",
        )
    if len(set(password)) < 3 or password.casefold() in {
        code.casefold(),
        (login or "").casefold(),
        name.casefold(),
    }:
        raise Invalid("easy_password", "This password is too easy to guess.", field="password")


def check_ways_in(staff: Staff) -> None:
    """An account must be able to sign in to each of its roles.

    Raises:
        Invalid: it has no secret at all, or roles that need a password and none.
    """
    if not staff.has_pin and not staff.has_password:
        raise Invalid("no_secret", "An account needs a PIN or a password.", field="pin")
    if staff.has_password:
        return
    beyond = [role.value for role in staff.roles if role not in PIN_ROLES]
    if beyond:
        raise Invalid(
            "password_needed",
            f"The role {beyond[0]} signs in with a password; a PIN is not enough.",
            field="password",
            role=beyond[0],
        )


def check_may_manage(actor: Actor, before: tuple[Role, ...], after: tuple[Role, ...]) -> None:
    """Managers keep the staff, but only an administrator makes or touches an administrator.

    Raises:
        Forbidden: the actor may not.
    """
    if actor.has(Role.ADMINISTRATOR) or actor.kind is ActorKind.SYSTEM:
        return
    if Role.ADMINISTRATOR in before or Role.ADMINISTRATOR in after:
        raise Forbidden("administrators_only", "Only an administrator changes an administrator's account.")
    if not actor.has(Role.MANAGER):
        raise Forbidden("forbidden", "Your role does not allow this.")
