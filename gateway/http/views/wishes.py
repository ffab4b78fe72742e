"""The wishes of stays: free ones for those who may read them, temperatures for whoever gives rooms."""

from __future__ import annotations

from collections.abc import Sequence

from frontdesk.names import NameAccess, access_of
from frontdesk.preferences import PreferenceKey, Rank, all_wishes, resolve
from frontdesk.service import FrontDeskService
from frontdesk.stay_records import StayRecord
from hotel.actor import Actor
from hotel.database import Database


def wishes_of(
    database: Database, frontdesk: FrontDeskService, actor: Actor, stays: Sequence[StayRecord]
) -> dict[str, list[str]]:
    """Free wishes by stay, the stay's before the profile's; they can hold names, so not for all roles."""
    if access_of(actor) is NameAccess.NONE:
        return {}
    with database.read() as session:
        of_stay = frontdesk.guests.preferences_of_stays(session, [stay.id for stay in stays])
        of_guest = frontdesk.guests.preferences_of_guests(
            session, {stay.guest_ids[0] for stay in stays if stay.guest_ids}
        )
    return {
        stay.id: all_wishes(
            (
                (Rank.STAY, of_stay.get(stay.id, [])),
                (Rank.PROFILE, of_guest.get(stay.guest_ids[0], []) if stay.guest_ids else []),
            )
        )
        for stay in stays
    }


def temperatures_wished(
    database: Database, frontdesk: FrontDeskService, stay: StayRecord
) -> tuple[float | None, float | None]:
    """(°C when cooled, °C when heated) that the guest of a stay wishes; None where nobody said."""
    with database.read() as session:
        of_stay = frontdesk.guests.preferences_of_stays(session, [stay.id])
        of_guest = frontdesk.guests.preferences_of_guests(session, stay.guest_ids[:1])
    resolved = resolve(
        (
            (Rank.STAY, of_stay.get(stay.id, [])),
            (Rank.PROFILE, of_guest.get(stay.guest_ids[0], []) if stay.guest_ids else []),
        )
    )
    cooling, heating = (
        resolved.get(key, (None, None))[0]
        for key in (PreferenceKey.COOLING_CELSIUS, PreferenceKey.HEATING_CELSIUS)
    )
    return (
        float(cooling) if isinstance(cooling, (int, float)) else None,
        float(heating) if isinstance(heating, (int, float)) else None,
    )
