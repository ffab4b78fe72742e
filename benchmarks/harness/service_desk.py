"""The hotel's desk for simulated people in virtual time: the slices' services, called at once.

What `simulators.http_desk` does over REST, this does by calling what the routes call.
"""

from __future__ import annotations

from collections.abc import Callable

from frontdesk.eta import EtaSource
from frontdesk.guest_book import NewGuest
from frontdesk.preferences import preference
from frontdesk.service import NewStay
from frontdesk.stay_edits import StayChanges
from frontdesk.stays import BookingChannel
from gateway.house import House
from hotel.actor import Actor, ActorKind, Role
from hotel.database import Transaction
from hotel.errors import Refused
from housekeeping.service import StatusChanges
from housekeeping.status import Cleanliness
from simulators.desk import (
    BookStay,
    CancelStay,
    ChangeEta,
    CheckIn,
    CheckOut,
    DeskAct,
    DeskAnswer,
    MarkClean,
    NoShow,
    QueueUp,
)

CLERK = Actor(ActorKind.MACHINE, "clerk", "Simulated clerk", frozenset({Role.FRONT_DESK}))
ATTENDANT = Actor(ActorKind.MACHINE, "attendant", "Simulated attendant", frozenset({Role.ATTENDANT}))


class ServiceDesk:
    """Fills `simulators.desk.Desk` over a house in the same process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stays: dict[str, str] = {}
        self.refused = 0

    def submit(self, act: DeskAct, urgency: float, done: Callable[[DeskAnswer], None]) -> None:
        try:
            with self._house.database.write() as tx:
                stay_id = self._do(tx, act)
        except Refused as refused:
            self.refused += 1
            code = "unready" if refused.code == "room_not_ready" else refused.code
            done(DeskAnswer(False, code=code, detail=refused.message))
        else:
            done(DeskAnswer(True, stay_id))

    def _do(self, tx: Transaction, act: DeskAct) -> str | None:
        desk = self._house.front_desk
        match act:
            case BookStay():
                return self._book(tx, act)
            case MarkClean():
                self._mark_clean(tx, act.room)
                return None
        stay_id = self._stays[act.confirmation]
        match act:
            case ChangeEta():
                version = desk.records.stay(stay_id).version
                changes = StayChanges(eta=act.eta, eta_source=EtaSource(act.eta_source))
                desk.edit_stay(tx, CLERK, stay_id, version, changes)
            case CheckIn():
                desk.check_in(tx, CLERK, stay_id, None, act.unready_reason)
            case QueueUp():
                desk.queue(tx, CLERK, stay_id, waiting=True)
            case CheckOut():
                desk.check_out(tx, CLERK, stay_id)
            case CancelStay():
                desk.cancel(tx, CLERK, stay_id)
            case NoShow():
                desk.no_show(tx, CLERK, stay_id)
        return stay_id

    def _book(self, tx: Transaction, act: BookStay) -> str:
        guest = NewGuest(act.given_name, act.family_name, act.language, vip=act.vip)
        guest_id = self._house.front_desk.guests.add(tx, CLERK, guest)
        made = self._house.front_desk.create_stay(
            tx,
            CLERK,
            NewStay(
                act.arrival_date,
                act.departure_date,
                room_type=act.room_type,
                room=act.room,
                eta=act.eta,
                eta_source=EtaSource(act.eta_source),
                guest_ids=(guest_id,),
                adults=act.adults,
                vip=act.vip,
                confirmation=act.confirmation,
                channel=BookingChannel(act.channel) if act.channel is not None else None,
            ),
        )
        self._stays[act.confirmation] = made.id
        if act.preferences:
            wishes = [preference(key, value, "guest") for key, value in act.preferences.items()]
            self._house.front_desk.put_preferences(tx, CLERK, made.id, made.version, wishes)
        return made.id

    def _mark_clean(self, tx: Transaction, room: str) -> None:
        status = self._house.housekeeping.room_status(room)
        if status.cleanliness not in (Cleanliness.CLEAN, Cleanliness.INSPECTED):
            changes = StatusChanges(cleanliness=Cleanliness.CLEAN)
            self._house.housekeeping.change(tx, ATTENDANT, room, status.version, changes)
