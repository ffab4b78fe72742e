"""Room status: load, decide by the tables of `status`, save, announce. Follows the stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotel.actor import SYSTEM, Actor
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.errors import NotFound
from hotel.messages import (
    AvailabilityChanged,
    CleanlinessChanged,
    Message,
    PanelChanged,
    ServiceChanged,
    StayChanged,
)
from hotel.metadata import touch
from hotel.requests import check_version
from hotel.rooms import Property, find_property, find_room, lock_room
from housekeeping import rules_store, store, watch_store
from housekeeping.ports import FrontOffice, RoomStays
from housekeeping.status import (
    NEW_ROOM,
    SELLABLE,
    Availability,
    AvailabilityState,
    Blocker,
    Cleanliness,
    DayService,
    Panel,
    Turndown,
    WorkMinutes,
    blockers,
    check_availability,
    check_can_leave_sale,
    check_cleanliness,
    check_opt_out,
    check_service,
    check_turndown,
    clean_reason,
    earliest_ready,
    turndown_on,
    used_here,
)
from housekeeping.store import CleanlinessHistoryRow, RoomStatusRow

# How far back the heartbeat looks for departures that no message told of.
MISSED_DEPARTURES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """Housekeeping's axes of a room now, and what follows from them.

    `availability` is what is written down; `availability_state` what counts now.
    """

    room: str
    cleanliness: Cleanliness
    turndown: Turndown
    service: DayService
    opted_out: bool
    availability: Availability
    availability_state: AvailabilityState
    blocked_by: list[Blocker]
    earliest_ready_at: datetime | None
    version: int

    @property
    def ready(self) -> bool:
        return not self.blocked_by


@dataclass(frozen=True, slots=True)
class StatusChanges:
    """What an edit sets; None leaves alone."""

    cleanliness: Cleanliness | None = None
    turndown: Turndown | None = None
    service: DayService | None = None
    availability: Availability | None = None
    opted_out: bool | None = None
    panel: Panel | None = None
    reason: str | None = None


class HousekeepingService:
    """The status of rooms.

    Args:
        front_office: who is in, who is promised what.
        minutes: how long work on a room takes, for the earliest ready time.
    """

    def __init__(
        self, database: Database, clock: Clock, front_office: FrontOffice, minutes: WorkMinutes | None = None
    ) -> None:
        self.database = database
        self._clock = clock
        self._front_office = front_office
        self._minutes = minutes or WorkMinutes()
        self._when_set: list[Callable[[Transaction, Actor, str, Cleanliness], None]] = []

    def when_set(self, follow: Callable[[Transaction, Actor, str, Cleanliness], None]) -> None:
        """Have `follow` called, in the transaction, when somebody sets a room's cleanliness by hand."""
        self._when_set.append(follow)

    # -- reading

    def statuses(
        self, rooms: Collection[str], stays: Mapping[str, RoomStays] | None = None
    ) -> dict[str, RoomStatus]:
        """The status of each of the rooms.

        Args:
            stays: what the front office says of them, when the caller has asked already.
        """
        known = stays if stays is not None else self._front_office.rooms(rooms)
        wanted = None if len(rooms) > 500 else rooms
        with self.database.read() as session:
            hotel = find_property(session, self.database.property_id)
            rows = store.statuses(session, self.database.property_id, wanted)
            declined = store.declined_stays(session, self.database.property_id, hotel.business_date)
            opted_out = rules_store.opted_out(session, self.database.property_id)
            kept, _ = rules_store.settings(session, self.database.property_id)
        hotel = hotel._replace(inspection_required=hotel.inspection_required and kept.inspected_used)
        now = self._clock.now()
        return {
            room: self._status(room, rows.get(room), known.get(room), declined, opted_out, hotel, now)
            for room in rooms
        }

    def room_status(self, room: str) -> RoomStatus:
        """The status of one room. Raises NotFound."""
        with self.database.read() as session:
            find_room(session, self.database.property_id, room)
        return self.statuses([room])[room]

    def blocked_by(self, rooms: Collection[str]) -> dict[str, list[str]]:
        """By room, what keeps it from being ready; empty = ready."""
        return {
            room: [blocker.value for blocker in status.blocked_by]
            for room, status in self.statuses(rooms).items()
        }

    def off_sale(self, rooms: Collection[str]) -> dict[str, Availability]:
        """By room, when it is out of order or out of service, now or later; others are left out."""
        now = self._clock.now()
        with self.database.read() as session:
            rows = store.statuses(session, self.database.property_id, None if len(rooms) > 500 else rooms)
        kept = {room: store.availability_of(row) for room, row in rows.items()}
        return {
            room: one
            for room, one in kept.items()
            if one.state != AvailabilityState.SELLABLE and (one.until is None or one.until > now)
        }

    # -- by hand

    def change(self, tx: Transaction, actor: Actor, room: str, seen: int, changes: StatusChanges) -> int:
        """Set what is given and return the new version of the room's status.

        Raises:
            NotFound: no such room.
            StaleVersion: somebody else changed it meanwhile.
            Forbidden: the table does not let the actor's roles.
            Invalid, Conflict: see `status`.
        """
        row = self._for_edit(tx, room)
        check_version(f"The status of room {room}", seen, row.version or 0)
        hotel = find_property(tx.session, tx.property_id)
        now = tx.clock.now()
        if changes.cleanliness is not None:
            kept, _ = rules_store.settings(tx.session, tx.property_id)
            after = used_here(changes.cleanliness, kept.pickup_used, kept.inspected_used)
            check_cleanliness(Cleanliness(row.cleanliness), after, actor)
            self._step(tx, row, after, actor.name, reason=clean_reason(changes.reason))
        if changes.turndown is not None:
            before = turndown_on(Turndown(row.turndown), row.turndown_date, hotel.business_date)
            check_turndown(before, changes.turndown, actor)
            row.turndown = changes.turndown.value
            row.turndown_date = hotel.business_date
            self._note(tx, room, "turndown", row.turndown, actor.name)
        if changes.service is not None:
            in_house = self._in_house(room)
            check_service(bool(in_house), actor)
            store.set_declined(
                tx.session,
                tx.property_id,
                in_house,
                hotel.business_date,
                changes.service == DayService.DECLINED,
            )
            self._note(tx, room, "service", changes.service.value, actor.name)
            tx.announce(ServiceChanged(room, changes.service.value))
        if changes.opted_out is not None:
            in_house = self._in_house(room)
            check_opt_out(bool(in_house), actor)
            rules_store.set_opted_out(
                tx.session, tx.property_id, in_house, changes.opted_out, now, actor.name
            )
            self._note(tx, room, "service", "opted_out" if changes.opted_out else "expected", actor.name)
            tx.announce(ServiceChanged(room, "opted_out" if changes.opted_out else "expected"))
        if changes.panel is not None:
            check_service(bool(self._in_house(room)), actor)
            self._note(tx, room, "panel", changes.panel.value, actor.name)
            tx.announce(PanelChanged(room, changes.panel.value))
        if changes.availability is not None:
            self._change_availability(tx, actor, row, changes.availability, now)
        self._save(tx, row, now)
        if changes.cleanliness is not None:
            for follow in self._when_set:
                follow(tx, actor, room, Cleanliness(row.cleanliness))
        tx.audit(
            actor,
            "room_status.change",
            f"room:{room}",
            cleanliness=row.cleanliness if changes.cleanliness else None,
            turndown=row.turndown if changes.turndown else None,
            service=changes.service.value if changes.service else None,
            availability=row.availability if changes.availability else None,
            panel=changes.panel.value if changes.panel else None,
        )
        return row.version

    def _change_availability(
        self, tx: Transaction, actor: Actor, row: RoomStatusRow, wanted: Availability, now: datetime
    ) -> None:
        before = store.availability_of(row)
        after = check_availability(wanted, now, actor)
        if after != SELLABLE:
            since = after.since or now
            stays = self._front_office.rooms([row.room]).get(row.room)
            check_can_leave_sale(
                occupied=stays is not None and stays.occupied,
                promised=self._front_office.promised(row.room, since, after.until),
                begins_now=since <= now,
            )
        if after == SELLABLE:
            self._back_to_sale(tx, row, before, actor.name)
        else:
            store.set_availability(row, after)
            watch_store.note_axis(
                tx.session,
                tx.property_id,
                row.room,
                "availability",
                after.state.value,
                now,
                actor.name,
                after.reason,
                after.since,
                after.until,
            )
            tx.announce(AvailabilityChanged(row.room, after.at(now).value))

    def _back_to_sale(self, tx: Transaction, row: RoomStatusRow, before: Availability, by: str) -> None:
        if before == SELLABLE:
            return
        store.set_availability(row, SELLABLE)
        self._note(tx, row.room, "availability", AvailabilityState.SELLABLE.value, by)
        tx.announce(AvailabilityChanged(row.room, AvailabilityState.SELLABLE.value))
        began = before.since is None or before.since <= tx.clock.now()
        if began and before.return_status is not None:
            self._step(tx, row, before.return_status, by)

    # -- by tasks

    def hold_room(self, tx: Transaction, room: str) -> None:
        """Hold the room's row until the transaction ends; whoever needs a task's row takes this first.

        Raises:
            NotFound: no such room.
        """
        if not lock_room(tx.session, tx.property_id, room):
            raise NotFound("unknown_room", f"There is no room {room}.", room=room)

    def set_cleanliness(
        self,
        tx: Transaction,
        room: str,
        after: Cleanliness,
        by: str,
        cause: str | None,
        reason: str | None = None,
    ) -> None:
        """What work on the room has made of it; `cause` names the step, so that it can be taken back."""
        row = self._for_edit(tx, room)
        self._step(tx, row, after, by, cause=cause, reason=reason)
        self._save(tx, row, tx.clock.now())

    def take_back(self, tx: Transaction, room: str, cause: str, by: str) -> None:
        """Make the room what it was before the steps whose cause begins with `cause`, if nobody has seen
        to it since."""
        newest = store.newest_step(tx.session, tx.property_id, room)
        if newest is None or newest.cause is None or not newest.cause.startswith(cause):
            return
        newest.taken_back = True
        row = self._for_edit(tx, room)
        self._step(tx, row, Cleanliness(newest.previous), by).taken_back = True
        self._save(tx, row, tx.clock.now())

    def set_turndown(self, tx: Transaction, room: str, turndown: Turndown, by: str) -> None:
        """What a turndown task makes of the room's turndown on this business date."""
        row = self._for_edit(tx, room)
        row.turndown = turndown.value
        row.turndown_date = find_property(tx.session, tx.property_id).business_date
        self._note(tx, room, "turndown", row.turndown, by)
        self._save(tx, row, tx.clock.now())

    # -- following the stays

    def handle(self, message: Message) -> None:
        """Follow the stays: who leaves a room leaves it dirty; taken back, it is as it was before.

        May be called twice for a message; the second time nothing happens.
        """
        if not isinstance(message, StayChanged):
            return
        if message.change == "checked_out" and message.room:
            self._vacated(message.stay_id, message.version, message.room)
        elif message.change == "moved" and message.state == "checked_in" and message.previous_room:
            self._vacated(message.stay_id, message.version, message.previous_room)
        elif message.change == "undone" and message.state == "checked_in":
            self._came_back(message.stay_id, message.version)

    def follow_missed_departures(self) -> int:
        """Make dirty what guests left without our hearing of it; returns how many rooms.

        A heartbeat: a message that was passed over costs its interval, never a guest.
        """
        left = self._front_office.vacated_since(self._clock.now() - MISSED_DEPARTURES)
        with self.database.read() as session:
            causes = [_cause(one.stay_id, one.version) for one in left]
            followed = store.causes_among(session, self.database.property_id, causes)
        return sum(
            self._vacated(one.stay_id, one.version, one.room)
            for one, cause in zip(left, causes, strict=True)
            if cause not in followed
        )

    def end_availabilities(self) -> list[str]:
        """Put rooms back on sale whose time out of it is over; returns their numbers. A heartbeat."""
        now = self._clock.now()
        with self.database.read() as session:
            rooms = store.ended_availabilities(session, self.database.property_id, now)
        ended = []
        for room in rooms:
            with self.database.write() as tx:
                row = store.status_for_edit(tx.session, tx.property_id, room)
                before = store.availability_of(row)
                if row is None or before.until is None or before.until > now:
                    continue
                self._back_to_sale(tx, row, before, SYSTEM.name)
                self._save(tx, row, now)
                tx.audit(SYSTEM, "room_status.back_to_sale", f"room:{room}")
                ended.append(room)
        return ended

    def _vacated(self, stay_id: str, version: int, room: str) -> bool:
        cause = _cause(stay_id, version)
        with self.database.read() as session:
            if store.step_with_cause(session, self.database.property_id, cause) is not None:
                return False
        with self.database.write() as tx:
            if not lock_room(tx.session, tx.property_id, room):
                return False
            if store.step_with_cause(tx.session, tx.property_id, cause) is not None:
                return False
            row = self._for_edit(tx, room)
            self._step(tx, row, Cleanliness.DIRTY, SYSTEM.name, cause=cause, stay_id=stay_id)
            self._save(tx, row, tx.clock.now())
            tx.audit(SYSTEM, "room_status.vacated", f"room:{room}", stay_id=stay_id)
        return True

    def _came_back(self, stay_id: str, version: int) -> None:
        """The guest's leaving was taken back. A room that somebody has seen to since stays as it is."""
        cause = _cause(stay_id, version)
        with self.database.write() as tx:
            if store.step_with_cause(tx.session, tx.property_id, cause) is not None:
                return
            steps = store.steps_of_stay(tx.session, tx.property_id, stay_id)
            if not steps:
                return
            left = steps[0]
            left.taken_back = True
            row = self._for_edit(tx, left.room)
            newest = store.newest_step(tx.session, tx.property_id, left.room)
            untouched = newest is not None and newest.id == left.id
            after = Cleanliness(left.previous if untouched else row.cleanliness)
            step = self._step(tx, row, after, SYSTEM.name, cause=cause, stay_id=stay_id)
            step.taken_back = True
            self._save(tx, row, tx.clock.now())
            tx.audit(SYSTEM, "room_status.came_back", f"room:{left.room}", stay_id=stay_id)

    # -- inside

    def _for_edit(self, tx: Transaction, room: str) -> RoomStatusRow:
        """The room's row, locked; a new one is not saved yet and has no version.

        Raises:
            NotFound: no such room.
        """
        if not lock_room(tx.session, tx.property_id, room):
            raise NotFound("unknown_room", f"There is no room {room}.", room=room)
        row = store.status_for_edit(tx.session, tx.property_id, room)
        if row is None:
            row = RoomStatusRow(
                property_id=tx.property_id,
                room=room,
                cleanliness=NEW_ROOM.value,
                turndown=Turndown.NOT_REQUIRED.value,
                availability=AvailabilityState.SELLABLE.value,
            )
        return row

    def _save(self, tx: Transaction, row: RoomStatusRow, now: datetime) -> None:
        touch(row, now)
        tx.session.add(row)
        tx.session.flush()

    def _step(
        self,
        tx: Transaction,
        row: RoomStatusRow,
        after: Cleanliness,
        by: str,
        cause: str | None = None,
        stay_id: str | None = None,
        reason: str | None = None,
    ) -> CleanlinessHistoryRow:
        previous = Cleanliness(row.cleanliness)
        newest = store.newest_step(tx.session, tx.property_id, row.room)
        step = CleanlinessHistoryRow(
            property_id=tx.property_id,
            room=row.room,
            number=newest.number + 1 if newest else 1,
            at=tx.clock.now(),
            previous=previous.value,
            cleanliness=after.value,
            by=by,
            cause=cause,
            stay_id=stay_id,
            reason=reason,
            taken_back=False,
        )
        tx.session.add(step)
        row.cleanliness = after.value
        if previous != after:
            tx.announce(CleanlinessChanged(row.room, after.value, previous.value))
        return step

    def _note(self, tx: Transaction, room: str, axis: str, value: str, by: str) -> None:
        watch_store.note_axis(tx.session, tx.property_id, room, axis, value, tx.clock.now(), by)

    def _in_house(self, room: str) -> Sequence[str]:
        stays = self._front_office.rooms([room]).get(room)
        return stays.in_house if stays is not None else ()

    def _status(
        self,
        room: str,
        row: RoomStatusRow | None,
        stays: RoomStays | None,
        declined: frozenset[str],
        opted_out: frozenset[str],
        hotel: Property,
        now: datetime,
    ) -> RoomStatus:
        cleanliness = Cleanliness(row.cleanliness) if row else NEW_ROOM
        availability = store.availability_of(row)
        state = availability.at(now)
        occupied = stays is not None and stays.occupied
        blocked_by = blockers(occupied, cleanliness, state, hotel.inspection_required)
        in_house = stays.in_house if stays is not None else ()
        return RoomStatus(
            room=room,
            cleanliness=cleanliness,
            turndown=turndown_on(Turndown(row.turndown), row.turndown_date, hotel.business_date)
            if row
            else Turndown.NOT_REQUIRED,
            service=DayService.DECLINED
            if any(stay_id in declined for stay_id in in_house)
            else DayService.EXPECTED,
            opted_out=any(stay_id in opted_out for stay_id in in_house),
            availability=availability,
            availability_state=state,
            blocked_by=blocked_by,
            earliest_ready_at=earliest_ready(
                blocked_by,
                cleanliness,
                now,
                stays.leaves_at if stays is not None else None,
                availability.until,
                hotel.inspection_required,
                self._minutes,
            )
            if blocked_by
            else now,
            version=row.version if row else 0,
        )


def _cause(stay_id: str, version: int) -> str:
    """Names the leaving of a stay, as the history keeps it."""
    return f"{stay_id}:{version}"
