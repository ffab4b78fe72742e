"""Lost and found: load, decide by the table of `lost_and_found`, save, announce."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Invalid, NotFound
from hotel.files import check_photos
from hotel.ids import new_id
from hotel.keyring import Keyring
from hotel.messages import LostItemChanged
from hotel.requests import check_version
from hotel.rooms import find_property, find_room
from housekeeping import lost_and_found_store as store
from housekeeping.lost_and_found import (
    KEEP_DAYS,
    LONGEST_TEXT,
    Category,
    ItemAction,
    ItemState,
    Wish,
    after,
    dispose_on,
)
from housekeeping.lost_and_found_store import ItemFilter, LostItemRow, LostItemStepRow
from housekeeping.ports import FrontOffice

MOST_STEPS = 200
# A thing found in an empty room is most likely its last guest's.
_REMEMBERS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Found:
    """What a finder reports: in a room or, for public areas, a place in words."""

    what: str
    category: Category = Category.OTHER
    room: str | None = None
    area: str | None = None
    storage_place: str | None = None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemEdit:
    """What an edit sets; None leaves alone."""

    what: str | None = None
    category: Category | None = None
    storage_place: str | None = None
    dispose_on: date | None = None


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """A found thing as it is shown. `handed_to` is a person's name: only for those who keep the things."""

    row: LostItemRow
    handed_to: str | None


class LostAndFoundService:
    """Found things of the property.

    Args:
        front_office: who lives in a room, to say whose a thing may be.
        keyring: seals the receivers' names; asked each time, so that a rotation takes effect.
    """

    def __init__(self, database: Database, front_office: FrontOffice, keyring: Callable[[], Keyring]) -> None:
        self.database = database
        self._front_office = front_office
        self._keyring = keyring

    def find(self, tx: Transaction, actor: Actor, found: Found, at: datetime | None = None) -> str:
        """Write a found thing down and return its id.

        Args:
            at: when it was found, for a report that was made offline; now when left out.

        Raises:
            NotFound: no such room.
            Invalid: nothing said of what or where, or a photo that has not arrived.
        """
        what = _line(found.what, "what", "Say what was found.")
        if (found.room is None) == (found.area is None):
            raise Invalid("where_needed", "Say where: either a room or a public place.", field="room")
        stay_id = None
        if found.room is not None:
            find_room(tx.session, tx.property_id, found.room)
            stay_id = self._whose(found.room)
        now = tx.clock.now()
        stored = found.storage_place is not None
        row = LostItemRow(
            id=new_id(),
            property_id=tx.property_id,
            number=store.next_number(tx.session, tx.property_id),
            room=found.room,
            area=_line(found.area, "area", "Say where it was.") if found.area is not None else None,
            category=found.category.value,
            what=what,
            state=(ItemState.STORED if stored else ItemState.FOUND).value,
            storage_place=_line(found.storage_place, "storage_place", "Say where it is kept.")
            if found.storage_place is not None
            else None,
            dispose_on=dispose_on(found.category, find_property(tx.session, tx.property_id).business_date),
            stay_id=stay_id,
            photos=check_photos(tx.session, tx.property_id, found.photos),
            found_at=min(at or now, now),
            found_by=actor.id,
            found_by_name=actor.name,
            changed_at=now,
        )
        tx.session.add(row)
        tx.session.flush()
        self._step(tx, actor, row, "find", None)
        return row.id

    def act(self, tx: Transaction, actor: Actor, item_id: str, wish: Wish) -> int:
        """Do with the thing what the wish says; returns its new version.

        Raises:
            NotFound, Conflict, Forbidden, Invalid: see `lost_and_found.after`.
        """
        row = self._for_edit(tx, item_id)
        today = find_property(tx.session, tx.property_id).business_date
        row.state = after(ItemState(row.state), wish, actor, today, row.dispose_on).value
        if wish.action is ItemAction.STORE and wish.storage_place is not None:
            row.storage_place = wish.storage_place.strip()
        if wish.action in (ItemAction.HAND_OVER, ItemAction.SEND) and wish.handed_to is not None:
            row.sealed_handed_to = self._keyring().seal(wish.handed_to.strip())
        if wish.action is ItemAction.REOPEN:
            row.sealed_handed_to = None
        row.changed_at = tx.clock.now()
        tx.session.flush()
        self._step(tx, actor, row, wish.action.value, wish.reason)
        return row.version

    def edit(self, tx: Transaction, actor: Actor, item_id: str, seen: int, changes: ItemEdit) -> int:
        """Correct what is written down; returns the new version.

        Raises:
            NotFound: no such thing.
            StaleVersion: somebody else changed it meanwhile.
            Invalid: an empty text.
        """
        row = self._for_edit(tx, item_id)
        check_version(f"Found thing {row.number}", seen, row.version)
        if changes.what is not None:
            row.what = _line(changes.what, "what", "Say what was found.")
        if changes.category is not None and changes.category.value != row.category:
            # Another kind of thing is kept for another time, counted from the same day.
            longer = KEEP_DAYS[changes.category] - KEEP_DAYS[Category(row.category)]
            row.dispose_on += timedelta(days=longer)
            row.category = changes.category.value
        if changes.storage_place is not None:
            row.storage_place = _line(changes.storage_place, "storage_place", "Say where it is kept.")
        if changes.dispose_on is not None:
            row.dispose_on = changes.dispose_on
        row.changed_at = tx.clock.now()
        tx.session.flush()
        self._step(tx, actor, row, "edit", None)
        return row.version

    def items(
        self, wanted: ItemFilter, below: int | None, limit: int, *, names: bool
    ) -> tuple[list[ItemRecord], int | None]:
        """A page of things, newest first, and the number that the next page begins below."""
        with self.database.read() as session:
            rows = store.items(session, self.database.property_id, wanted, below, limit + 1)
        page = rows[:limit]
        return [self._record(row, names=names) for row in page], page[-1].number if len(
            rows
        ) > limit else None

    def item(self, item_id: str, *, names: bool) -> tuple[ItemRecord, Sequence[LostItemStepRow]]:
        """One thing and what was done with it. Raises NotFound."""
        with self.database.read() as session:
            row = store.item(session, self.database.property_id, item_id)
            if row is None:
                raise _unknown()
            return self._record(row, names=names), store.steps(session, item_id)

    def read_names(self, actor: Actor, record: ItemRecord) -> None:
        """Note in the audit that somebody saw who a thing was given to."""
        if record.handed_to is not None:
            with self.database.write() as tx:
                tx.audit(actor, "lost_item.read_receiver", f"lost_item:{record.row.id}")

    # -- inside

    def _record(self, row: LostItemRow, *, names: bool) -> ItemRecord:
        sealed = row.sealed_handed_to if names else None
        return ItemRecord(row, self._keyring().open(sealed) if sealed else None)

    def _whose(self, room: str) -> str | None:
        stays = self._front_office.rooms([room]).get(room)
        if stays is not None and stays.in_house:
            return stays.in_house[0]
        since = self.database.clock.now() - _REMEMBERS
        left = [one for one in self._front_office.vacated_since(since) if one.room == room]
        return left[-1].stay_id if left else None

    def _for_edit(self, tx: Transaction, item_id: str) -> LostItemRow:
        row = store.item(tx.session, tx.property_id, item_id, for_edit=True)
        if row is None:
            raise _unknown()
        return row

    def _step(self, tx: Transaction, actor: Actor, row: LostItemRow, action: str, reason: str | None) -> None:
        number = store.number_of_steps(tx.session, row.id) + 1
        if number > MOST_STEPS:
            raise Invalid("too_many_steps", f"A found thing has at most {MOST_STEPS} steps.", most=MOST_STEPS)
        tx.session.add(
            LostItemStepRow(
                id=new_id(),
                property_id=tx.property_id,
                item_id=row.id,
                number=number,
                at=tx.clock.now(),
                action=action,
                state=row.state,
                by=actor.id,
                by_name=actor.name,
                storage_place=row.storage_place,
                reason=(reason or "").strip()[:LONGEST_TEXT] or None,
            )
        )
        tx.audit(actor, f"lost_item.{action}", f"lost_item:{row.id}", number=row.number, state=row.state)
        tx.announce(LostItemChanged(row.id, row.state, row.room))


def _unknown() -> NotFound:
    return NotFound("unknown_item", "There is no such found thing.")


def _line(value: str | None, field: str, sentence: str) -> str:
    text = (value or "").strip()
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise Invalid(f"{field}_needed", sentence, field=field, longest=LONGEST_TEXT)
    return text
