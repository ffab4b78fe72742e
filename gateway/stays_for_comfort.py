"""Hands the front desk's stays to the controller, which knows no front desk."""

from __future__ import annotations

from controller.ports import StayForComfort
from frontdesk.front_office import FrontOffice


class FrontDeskStays:
    """Fills `controller.ports.StaysForComfort` from the front office."""

    def __init__(self, front_office: FrontOffice) -> None:
        self._front_office = front_office

    def comfort_stays(self, rooms: frozenset[str] | None = None) -> list[StayForComfort]:
        """Checked-in stays, and reserved ones with a room whose ETA is within 48 h; all rooms if None."""
        return [
            StayForComfort(
                stay_id=stay.stay_id,
                room=stay.room,
                state="checked_in" if stay.state == "checked_in" else "reserved",
                eta=stay.eta,
                eta_source=stay.eta_source.value,
                checked_in_at=stay.checked_in_at,
                departure=stay.departure,
                cooling_celsius=stay.cooling_celsius,
                heating_celsius=stay.heating_celsius,
                light_scene=stay.light_scene,
                light_percent=stay.light_percent,
                curtain_percent=stay.curtain_percent,
                queue_since=stay.queue_since,
                booked=stay.booked,
                usual_at=stay.usual_at,
            )
            for stay in self._front_office.comfort_stays(rooms)
        ]
