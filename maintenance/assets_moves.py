"""Where assets go: moved in the registry, and their devices put in the same room with them."""

from __future__ import annotations

from typing import Any

from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict
from maintenance.assets_service import AssetService
from maintenance.ports import DevicePlaces


class AssetMoves:
    """Moves assets for people.

    Args:
        places: puts the devices of assets in their rooms.
    """

    def __init__(self, assets: AssetService, places: DevicePlaces) -> None:
        self._assets = assets
        self._places = places

    def move(
        self,
        tx: Transaction,
        actor: Actor,
        asset_id: str,
        room: str | None,
        area: str | None,
        *,
        with_device: bool = False,
    ) -> dict[str, Any]:
        """Say where it is now. Open tickets keep the room where it happened, and show the move.

        Args:
            with_device: its device is approved in that room too; outside of rooms its approval is taken back.

        Raises:
            Forbidden, NotFound, Invalid; Conflict: it is there already, its device too when that was asked;
                its device has changed how it is commanded.
        """
        self._assets.check_may(actor)
        row = self._assets.row_for_edit(tx, asset_id)
        number, where = self._assets.place_of(tx, room, area)
        there = (number, where) == (row.room, row.area)
        follows = (
            with_device
            and row.apparatus is not None
            and row.gone_since is None
            and row.device_room is not None
            and row.device_room != number
        )
        if there and not follows:
            raise Conflict("there_already", "The asset is there already.", room=number, area=where)
        if follows:
            assert row.apparatus is not None
            before = row.device_room
            self._places.place(tx, actor, row.apparatus, before, number)
            # What its device says of its place is the same from now on: it moves the asset no second time.
            row.device_room = number
            self._assets.note(tx, row, "device_moved", actor, {"from_room": before, "to_room": number})
        if not there:
            self._assets.put(tx, actor, row, number, where)
        return {"version": row.version}
