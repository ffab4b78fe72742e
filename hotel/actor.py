"""Who does something: a member of staff, a machine client, the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class Role(StrEnum):
    """What an account may be; one account can have several."""

    FRONT_DESK = "front_desk"
    ATTENDANT = "attendant"
    SUPERVISOR = "supervisor"
    ENGINEER = "engineer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class ActorKind(StrEnum):
    STAFF = "staff"
    MACHINE = "machine"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `name` is what a history shows; it is never a guest's name.

    `on_behalf_of`: whose late operation a supervisor does; it stands in `name` and in the audit too.
    """

    kind: ActorKind
    id: str
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    on_behalf_of: str | None = None

    def has(self, *roles: Role) -> bool:
        """Whether the actor has at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    def acting_for(self, author: str) -> Actor:
        """The same person, doing now what `author` did and could no longer send."""
        return replace(self, name=f"{self.name} ({author})", on_behalf_of=author)


SYSTEM = Actor(ActorKind.SYSTEM, "system", "Innkeeper", frozenset())
