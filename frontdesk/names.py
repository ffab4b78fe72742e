"""How much of a guest's record a role may see, and how a name is then written."""

from __future__ import annotations

from enum import StrEnum

from hotel.actor import Actor, Role


class NameAccess(StrEnum):
    FULL = "full"
    MASKED = "masked"
    NONE = "none"


def access_of(actor: Actor) -> NameAccess:
    """The most that one of the actor's roles allows; machine clients by their role like people."""
    if actor.has(Role.FRONT_DESK, Role.MANAGER):
        return NameAccess.FULL
    if actor.has(Role.SUPERVISOR):
        return NameAccess.MASKED
    return NameAccess.NONE


def masked_given(given_name: str) -> str:
    """The initial: "W.", or nothing."""
    return f"{given_name[0]}." if given_name else ""


def masked_family(family_name: str) -> str:
    """The initial and always three stars, so that the length tells nothing: "C***"."""
    return f"{family_name[0]}***" if family_name else ""


def shown_name(given_name: str, family_name: str, access: NameAccess) -> str | None:
    """The name as this access shows it: "Wei Chen" or 陈伟, "W. C***" or 陈**, or None."""
    if access is NameAccess.NONE:
        return None
    is_chinese = bool(given_name and family_name) and all(_is_han(c) for c in given_name + family_name)
    if access is NameAccess.MASKED:
        if is_chinese:
            return f"{family_name[0]}**"
        return f"{masked_given(given_name)} {masked_family(family_name)}".strip()
    if is_chinese:
        return family_name + given_name
    return f"{given_name} {family_name}".strip()


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"
