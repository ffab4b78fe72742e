"""The front office's axis of the rooms at a moment of the past: who was in, since when, and by whose doing.

Told from the actions of the stays; one that was taken back later still counts for the time before. Names no
guest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from frontdesk.stays import StayAction, StayState, state_after
from frontdesk.store import StayActionRow, StayRow
from hotel.audit import AuditRow

# Who left a vacant room longer ago than this is not told any more; an action is taken back within its day.
LOOK_BACK = timedelta(hours=48)
_PART = 500
# An action and its entry in the audit are of one transaction.
_TOGETHER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FrontOfficeThen:
    """`reason`: checked_in, moved_in, checked_out or moved_out; None with `since` and `by` when nothing is
    known of it."""

    occupied: bool
    since: datetime | None
    by: str | None
    reason: str | None


def front_office_at(
    session: Session, property_id: str, at: datetime, rooms: Collection[str] | None = None
) -> dict[str, FrontOfficeThen]:
    """By room (only `rooms`, if given); rooms of which nothing is told are left out: they were vacant."""
    found: dict[str, FrontOfficeThen] = {}
    for action in _valid(_left(session, property_id, at), at):
        if action.before["state"] == StayState.CHECKED_IN.value and action.before["room"]:
            moved = action.action == StayAction.MOVE.value
            found[str(action.before["room"])] = FrontOfficeThen(
                False, action.at, action.by, "moved_out" if moved else "checked_out"
            )
    for room, action in _in_house(session, property_id, at):
        known = found.get(room)
        # Of two who share a room, the first made it occupied.
        if known is None or not known.occupied or (known.since is not None and action.at < known.since):
            moved = action.action == StayAction.MOVE.value
            found[room] = FrontOfficeThen(True, action.at, action.by, "moved_in" if moved else "checked_in")
    return {room: then for room, then in found.items() if rooms is None or room in rooms}


def _left(session: Session, property_id: str, at: datetime) -> list[StayActionRow]:
    return list(
        session.scalars(
            select(StayActionRow)
            .where(
                StayActionRow.property_id == property_id,
                StayActionRow.at <= at,
                StayActionRow.at >= at - LOOK_BACK,
                StayActionRow.action.in_((StayAction.CHECK_OUT.value, StayAction.MOVE.value)),
            )
            .order_by(StayActionRow.at, StayActionRow.id)
        )
    )


def _in_house(session: Session, property_id: str, at: datetime) -> list[tuple[str, StayActionRow]]:
    """(room, the action that brought the stay there) of every stay that was in the house."""
    taken_back = select(StayActionRow.stay_id).where(
        StayActionRow.property_id == property_id,
        StayActionRow.action == StayAction.CHECK_IN.value,
        StayActionRow.at <= at,
        StayActionRow.at >= at - LOOK_BACK,
        StayActionRow.undone_at > at,
    )
    stays = {
        row.id: row
        for row in session.scalars(
            select(StayRow).where(
                StayRow.property_id == property_id,
                or_(
                    (StayRow.checked_in_at <= at)
                    & or_(StayRow.checked_out_at.is_(None), StayRow.checked_out_at > at),
                    StayRow.id.in_(taken_back),
                ),
            )
        )
    }
    by_stay: dict[str, list[StayActionRow]] = {}
    ids = sorted(stays)
    for start in range(0, len(ids), _PART):
        rows = session.scalars(
            select(StayActionRow)
            .where(StayActionRow.stay_id.in_(ids[start : start + _PART]))
            .order_by(StayActionRow.number)
        )
        for row in rows:
            by_stay.setdefault(row.stay_id, []).append(row)
    found = []
    for stay_id, actions in by_stay.items():
        valid = _valid(actions, at)
        if not valid:
            continue
        newest = valid[-1]
        if newest.undone_at is None:
            # What the action made of the stay is what the next one found.
            following = next((one for one in actions if one.number > newest.number), None)
            stay = stays[stay_id]
            state = following.before["state"] if following else stay.state
            room = following.before["room"] if following else stay.room
        else:
            state = state_after(StayState(newest.before["state"]), StayAction(newest.action)).value
            room = _room_then(session, newest)
        if state == StayState.CHECKED_IN.value and room:
            found.append((str(room), newest))
    return found


def _room_then(session: Session, action: StayActionRow) -> str | None:
    """Into which room an action led that was taken back since: only the audit has kept that."""
    details = session.scalars(
        select(AuditRow.detail)
        .where(
            AuditRow.property_id == action.property_id,
            AuditRow.subject == f"stay:{action.stay_id}",
            AuditRow.action == f"stay.{action.action}",
            AuditRow.at >= action.at,
            AuditRow.at <= action.at + _TOGETHER,
        )
        .order_by(AuditRow.id)
        .limit(1)
    )
    return next((detail.get("room") for detail in details), None)


def _valid(actions: Collection[StayActionRow], at: datetime) -> list[StayActionRow]:
    """Those that had been done and not been taken back."""
    return [one for one in actions if one.at <= at and (one.undone_at is None or one.undone_at > at)]
