"""What people report as broken: the words of a report, and what is asked of it. Pure.

A report is what somebody saw; what becomes of it is a ticket's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotel.errors import Invalid

LONGEST_TEXT = 500
LONGEST_AREA = 100


class FaultKind(StrEnum):
    """What is broken, in the words that attendants pick from."""

    AIR_CONDITIONING = "air_conditioning"
    LIGHT = "light"
    WATER = "water"
    BATHROOM = "bathroom"
    ELECTRICITY = "electricity"
    DOOR_OR_LOCK = "door_or_lock"
    WINDOW_OR_CURTAIN = "window_or_curtain"
    FURNITURE = "furniture"
    TELEVISION = "television"
    NETWORK = "network"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Report:
    """A fault as somebody saw it: in a room, or in a public place in words, or of an asset, wherever it is.

    `unsafe`: somebody could be hurt (water on a floor, a bare wire).
    """

    kind: FaultKind
    room: str | None
    area: str | None
    text: str | None
    unsafe: bool = False
    photos: tuple[str, ...] = ()
    asset_id: str | None = None


def check_report(
    kind: FaultKind,
    room: str | None,
    area: str | None,
    text: str | None,
    unsafe: bool,
    photos: Sequence[str],
    asset_id: str | None = None,
) -> Report:
    """The report as it is kept.

    Raises:
        Invalid: neither a room nor a place (nor an asset), both, or "other" without a word about it.
    """
    said = (text or "").strip() or None
    where = (area or "").strip() or None
    if (room is not None and where is not None) or (room is None and where is None and asset_id is None):
        raise Invalid("where_needed", "Say where: either a room or a public place.", field="room")
    if where is not None and len(where) > LONGEST_AREA:
        raise Invalid("area_too_long", f"A place has at most {LONGEST_AREA} characters.", field="area")
    if said is not None and len(said) > LONGEST_TEXT:
        raise Invalid("text_too_long", f"A report has at most {LONGEST_TEXT} characters.", field="text")
    if kind is FaultKind.OTHER and said is None and not photos:
        raise Invalid("what_needed", "Say in a few words what is broken, or take a photo.", field="text")
    return Report(kind, room, where, said, unsafe, tuple(photos), asset_id)
