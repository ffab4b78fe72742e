"""What a person or a machine is told when something cannot be done.

Every refusal has a `code` (stable, what a screen translates), a sentence in English and the values
the sentence speaks of. `gateway.http` turns them into RFC 9457 problem details; the command line
prints the sentence.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refused(Exception):  # noqa: N818 - a refusal, not a defect
    """The base of all refusals. `status` is the HTTP status it becomes."""

    status: ClassVar[int] = 409

    def __init__(self, code: str, message: str, **values: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """A refusal of a worker process arrives as itself, whatever its own constructor takes."""
        return _made_again, (type(self), self.code, self.message, self.values)


def _made_again(kind: type[Refused], code: str, message: str, values: dict[str, Any]) -> Refused:
    made = kind.__new__(kind)
    Refused.__init__(made, code, message, **values)
    return made


class Invalid(Refused):
    """The request itself is wrong: a value out of range, a field missing."""

    status = 422


class NotFound(Refused):
    status = 404


class Forbidden(Refused):
    status = 403


class SignInRequired(Refused):
    status = 401


class Conflict(Refused):
    """The request is fine, but not in the state that the thing is in."""

    status = 409


class StaleVersion(Refused):
    """Somebody else was faster: the version that the caller saw is no longer the current one."""

    status = 412

    def __init__(self, what: str, seen: int, current: int) -> None:
        super().__init__(
            "stale_version",
            f"{what} was changed meanwhile: you saw version {seen}, it is now {current}.",
            what=what,
            seen=seen,
            current=current,
        )


class VersionRequired(Refused):
    """An edit without If-Match."""

    status = 428


class TooMany(Refused):
    """A bound is reached; try later."""

    status = 429


class Unavailable(Refused):
    """Something we need (database, broker) does not answer just now."""

    status = 503
