"""Lock-out: an asset that is isolated for work, to which nothing is sent whoever asks. Pure.

Unlike hands off it belongs to the person who set it: only they, or a manager, release it. It keeps
Innkeeper's commands away and nothing else: it never replaces the electrical isolation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from hotel.actor import Actor, Role
from hotel.errors import Conflict, Forbidden, Invalid

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class LockOut:
    """An asset that is isolated: "device/<id>", "gateway/<name>", "room/412" or "floor/4".

    A device is its whole apparatus, a gateway everything that hangs on it. `since` is hotel time.
    """

    asset_key: str
    reason: str
    by_id: str
    by: str
    since: datetime
    ticket_id: str | None = None


def parse_asset(asset_key: str) -> tuple[str, str]:
    """Kind and name of an asset that can be locked out.

    Raises:
        Invalid: it is none of the four forms.
    """
    kind, _, name = asset_key.partition("/")
    if kind not in ("device", "gateway", "room", "floor") or not name:
        raise Invalid(
            "not_lockable",
            'A device, a gateway, a room or a floor can be locked out, such as "room/412".',
            asset=asset_key,
        )
    return kind, name


def over_device(
    locks: Iterable[LockOut],
    parts: Collection[str],
    hangs_on: Collection[str],
    room: str | None,
    floor: str | None,
) -> LockOut | None:
    """The oldest lock-out over a device, by its apparatus, its gateways, its room or its floor.

    Args:
        parts: the ids of all entities of its apparatus, its own among them.
        hangs_on: what its apparatus calls itself, and whatever that hangs on.
    """
    names = {f"device/{part}" for part in parts} | {f"gateway/{name}" for name in hangs_on}
    if room is not None:
        names |= {f"room/{room}", f"floor/{floor}"}
    return min((lock for lock in locks if lock.asset_key in names), key=lambda lock: lock.since, default=None)


def check_lock_out(lock: LockOut | None) -> None:
    """Raises Conflict where an asset is isolated for work."""
    if lock is not None:
        raise Conflict(
            "locked_out",
            f"Locked out for work by {lock.by}: {lock.reason}",
            by=lock.by,
            reason=lock.reason,
            since=lock.since.isoformat(),
            asset=lock.asset_key,
        )


def check_may_release(lock: LockOut, actor: Actor) -> None:
    """Raises Forbidden: somebody else may have their hands in it."""
    if actor.id != lock.by_id and not actor.has(Role.MANAGER):
        raise Forbidden(
            "not_your_lock", f"{lock.by} has locked this out, and releases it, or a manager.", by=lock.by
        )
