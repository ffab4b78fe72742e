"""Guests: who they are, what they want, and who has read of them.

Names and addresses are opened here and nowhere else, and only together with an audit row that says
which guests' records were read (their ids), by whom and for what.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from frontdesk import store
from frontdesk.changes import UNSET, Unset, given
from frontdesk.names import NameAccess, access_of, masked_family, masked_given, shown_name
from frontdesk.preferences import Preference, PreferenceKey, PreferenceSource, check_set
from frontdesk.store import GuestRow, PreferenceRow
from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Forbidden, Invalid, NotFound
from hotel.ids import new_id
from hotel.keyring import Keyring
from hotel.metadata import touch
from hotel.requests import check_version

RESEAL_BATCH = 500
_LONGEST = {"given_name": 100, "family_name": 100, "email": 200, "phone": 40, "notes": 2000, "language": 20}
_SEALED = ("given_name", "family_name", "email", "phone", "notes")
_SEARCHED = ("family_name", "email", "phone")


@dataclass(frozen=True, slots=True)
class NewGuest:
    """What is known of a guest at first. At least one name."""

    given_name: str = ""
    family_name: str = ""
    language: str | None = None
    email: str | None = None
    phone: str | None = None
    notes: str | None = None
    vip: bool = False


@dataclass(frozen=True, slots=True)
class GuestChanges:
    """What an edit changes; UNSET leaves alone."""

    given_name: str | Unset = UNSET
    family_name: str | Unset = UNSET
    language: str | Unset | None = UNSET
    email: str | Unset | None = UNSET
    phone: str | Unset | None = UNSET
    notes: str | Unset | None = UNSET
    vip: bool | Unset = UNSET


@dataclass(frozen=True, slots=True)
class GuestRecord:
    """A guest as shown to somebody; personal fields are masked or None as far as their roles go."""

    id: str
    given_name: str
    family_name: str
    language: str | None
    email: str | None
    phone: str | None
    notes: str | None
    vip: bool
    version: int


class GuestBook:
    """Reads and writes guests and preferences.

    Args:
        keyring: gives the keyring to seal and open with; asked each time, so that a rotated key file
            is taken up without a restart.
    """

    def __init__(self, database: Database, keyring: Callable[[], Keyring]) -> None:
        self._database = database
        self._keyring = keyring

    # -- writing

    def add(self, tx: Transaction, actor: Actor, new: NewGuest) -> str:
        """Write a guest down and return the id.

        Raises:
            Invalid: no name at all, or a field too long.
        """
        row = GuestRow(property_id=tx.property_id, changed_at=tx.clock.now())
        self._fill(row, {field.name: getattr(new, field.name) for field in fields(new)})
        tx.session.add(row)
        tx.session.flush()
        tx.audit(actor, "guest.create", f"guest:{row.id}")
        return row.id

    def add_all(self, tx: Transaction, new: Sequence[NewGuest | None]) -> list[str | None]:
        """Write many guests down; who has the same e-mail address and family name is one guest.

        Returns the ids in the order of `new`, None where that is None. The caller audits.

        Raises:
            Invalid: a field too long, or no name.
        """
        keyring = self._keyring()
        emails = {keyring.blind(guest.email) for guest in new if guest is not None and guest.email}
        known = {
            (row.blind_email, row.blind_family_name): row.id
            for row in store.guests_by_email(tx.session, tx.property_id, emails)
        }
        ids: list[str | None] = []
        for guest in new:
            if guest is None:
                ids.append(None)
                continue
            row = GuestRow(id=new_id(), property_id=tx.property_id, changed_at=tx.clock.now())
            self._fill(row, {field.name: getattr(guest, field.name) for field in fields(guest)})
            same = known.get((row.blind_email, row.blind_family_name)) if row.blind_email else None
            if same is None:
                tx.session.add(row)
                same = row.id
                if row.blind_email:
                    known[(row.blind_email, row.blind_family_name)] = same
            ids.append(same)
        tx.session.flush()
        return ids

    def edit(self, tx: Transaction, actor: Actor, guest_id: str, seen: int, changes: GuestChanges) -> int:
        """Change what is given and return the new version.

        Raises:
            NotFound, StaleVersion, Invalid.
        """
        row = self._for_edit(tx, guest_id)
        check_version("The guest", seen, row.version)
        changed = given(changes)
        self._fill(row, changed)
        touch(row, tx.clock.now())
        tx.session.flush()
        tx.audit(actor, "guest.edit", f"guest:{guest_id}", fields=sorted(changed))
        return row.version

    def put_preferences(
        self,
        tx: Transaction,
        actor: Actor,
        preferences: Sequence[Preference],
        *,
        guest_id: str | None = None,
        stay_id: str | None = None,
    ) -> None:
        """Make these the preferences of the profile or of the stay; the caller checks versions."""
        check_set(preferences)
        rows = self.preference_rows(tx, preferences, guest_id=guest_id, stay_id=stay_id)
        store.replace_preferences(tx.session, guest_id, stay_id, rows)
        subject = f"guest:{guest_id}" if guest_id else f"stay:{stay_id}"
        tx.audit(actor, "preferences.put", subject, keys=sorted({p.key.value for p in preferences}))

    def preference_rows(
        self, tx: Transaction, preferences: Sequence[Preference], *, guest_id: str | None, stay_id: str | None
    ) -> list[PreferenceRow]:
        """The rows that hold these preferences, wishes sealed; the caller adds them."""
        keyring = self._keyring()
        return [
            PreferenceRow(
                property_id=tx.property_id,
                guest_id=guest_id,
                stay_id=stay_id,
                position=position,
                key=wanted.key.value,
                number=wanted.value if isinstance(wanted.value, float) else None,
                text=str(wanted.value) if wanted.key is PreferenceKey.LIGHT_SCENE else None,
                sealed=keyring.seal(str(wanted.value)) if wanted.key is PreferenceKey.WISH else None,
                source=wanted.source.value,
            )
            for position, wanted in enumerate(preferences)
        ]

    def put_profile(
        self, tx: Transaction, actor: Actor, guest_id: str, seen: int, preferences: Sequence[Preference]
    ) -> int:
        """Replace the preferences of a guest's profile and return the guest's new version.

        Raises:
            NotFound, StaleVersion, Invalid.
        """
        row = self._for_edit(tx, guest_id)
        check_version("The guest", seen, row.version)
        self.put_preferences(tx, actor, preferences, guest_id=guest_id)
        touch(row, tx.clock.now())
        tx.session.flush()
        return row.version

    def reseal_all(self, tx: Transaction, keyring: Keyring) -> int:
        """Seal every personal field with the keyring's newest key, in batches; returns how many rows.

        Versions stay as they are: nobody's open edit is disturbed.
        """
        count = 0
        after = ""
        while batch := store.guests_after(tx.session, tx.property_id, after, RESEAL_BATCH):
            columns = [f"sealed_{name}" for name in _SEALED]
            guests = []
            for guest_id, *sealed in batch:
                fresh = [None if text is None else keyring.reseal(text) for text in sealed]
                guests.append({"id": guest_id, **dict(zip(columns, fresh, strict=True))})
            store.write_sealed(tx.session, guests, [])
            after = batch[-1][0]
            count += len(batch)
        after = ""
        while batch := store.wishes_after(tx.session, tx.property_id, after, RESEAL_BATCH):
            wishes = [{"id": row_id, "sealed": keyring.reseal(sealed)} for row_id, sealed in batch]
            store.write_sealed(tx.session, [], wishes)
            after = batch[-1][0]
            count += len(batch)
        return count

    # -- reading

    def show(self, actor: Actor, guest_ids: Collection[str], purpose: str) -> list[GuestRecord]:
        """The guests' records as the actor may see them; the reading is in the audit before they are.

        Raises:
            Forbidden: none of the actor's roles may see guests.
            NotFound: one of the ids is unknown.
        """
        self._may_read(actor)
        with self._database.write() as tx:
            rows = store.guests_by_id(tx.session, tx.property_id, guest_ids)
            if len(rows) < len(set(guest_ids)):
                missing = min(set(guest_ids) - {row.id for row in rows})
                raise NotFound("unknown_guest", "There is no such guest.", guest_id=missing)
            return self._show(tx, actor, rows, purpose)

    def search(
        self, actor: Actor, text: str | None, after: str | None, limit: int
    ) -> tuple[list[GuestRecord], str | None]:
        """Guests whose family name, e-mail address or phone number is `text`; all when None.

        Returns:
            The records and the cursor of the next page, None at the end.

        Raises:
            Forbidden: none of the actor's roles may see guests.
        """
        self._may_read(actor)
        blind = None
        if text:
            keyring = self._keyring()
            blind = (keyring.blind(text), keyring.blind(text), keyring.blind(_phone(text)))
        with self._database.write() as tx:
            rows = store.list_guests(tx.session, tx.property_id, blind, after, limit + 1)
            following = rows[limit - 1].id if len(rows) > limit else None
            return self._show(tx, actor, rows[:limit], "guest.search"), following

    def names(self, actor: Actor, guest_ids: Collection[str], purpose: str) -> dict[str, str | None]:
        """Names by guest id as the actor may see them. When none may be seen, nothing is read."""
        access = access_of(actor)
        if access is NameAccess.NONE or not guest_ids:
            return {}
        keyring = self._keyring()
        with self._database.write() as tx:
            rows = store.guests_by_id(tx.session, tx.property_id, guest_ids)
            self._audit_reading(tx, actor, rows, purpose)
            return {
                row.id: shown_name(
                    keyring.open(row.sealed_given_name), keyring.open(row.sealed_family_name), access
                )
                for row in rows
            }

    def profile(self, actor: Actor, guest_id: str) -> tuple[list[Preference], int]:
        """The preferences of a guest's profile and the guest's version; a reading of the record.

        Raises:
            Forbidden, NotFound.
        """
        version = self.show(actor, [guest_id], "guest.preferences")[0].version
        with self._database.read() as session:
            return self.preferences_of_guests(session, [guest_id]).get(guest_id, []), version

    def preferences_of_guests(
        self, session: Session, guest_ids: Collection[str]
    ) -> dict[str, list[Preference]]:
        """Profile preferences by guest, wishes opened."""
        return self._by(
            store.preferences_of_guests(session, self._database.property_id, guest_ids), "guest_id"
        )

    def preferences_of_stays(
        self, session: Session, stay_ids: Collection[str]
    ) -> dict[str, list[Preference]]:
        """Preferences by stay, wishes opened."""
        return self._by(store.preferences_of_stays(session, self._database.property_id, stay_ids), "stay_id")

    def blind_family_name(self, text: str) -> str:
        """What a family name is found by."""
        return self._keyring().blind(text)

    # -- inside

    def _by(self, rows: list[PreferenceRow], column: str) -> dict[str, list[Preference]]:
        keyring = self._keyring()
        found: dict[str, list[Preference]] = {}
        for row in rows:
            found.setdefault(getattr(row, column), []).append(preference_in(row, keyring))
        return found

    def _for_edit(self, tx: Transaction, guest_id: str) -> GuestRow:
        row = store.guest_for_edit(tx.session, tx.property_id, guest_id)
        if row is None:
            raise NotFound("unknown_guest", "There is no such guest.", guest_id=guest_id)
        return row

    def _fill(self, row: GuestRow, changed: dict[str, Any]) -> None:
        keyring = self._keyring()
        for name, value in changed.items():
            text = value.strip() if isinstance(value, str) else value
            if isinstance(text, str) and len(text) > _LONGEST[name]:
                raise Invalid(
                    "too_long",
                    f"{name} has at most {_LONGEST[name]} characters.",
                    field=name,
                    longest=_LONGEST[name],
                )
            if name in _SEALED:
                if name.endswith("_name"):
                    text = text or ""
                setattr(row, f"sealed_{name}", None if text is None else keyring.seal(text))
                if name in _SEARCHED:
                    key = _phone(text) if name == "phone" and text else text
                    setattr(row, f"blind_{name}", keyring.blind(key) if key else None)
            else:
                setattr(row, name, text)
        if not keyring.open(row.sealed_given_name) and not keyring.open(row.sealed_family_name):
            raise Invalid("name_needed", "A guest has a given name or a family name.", field="family_name")

    def _may_read(self, actor: Actor) -> None:
        if access_of(actor) is NameAccess.NONE:
            raise Forbidden("guests_not_for_role", "Guests' records are for the front desk and managers.")

    def _show(self, tx: Transaction, actor: Actor, rows: list[GuestRow], purpose: str) -> list[GuestRecord]:
        self._audit_reading(tx, actor, rows, purpose)
        keyring = self._keyring()
        masked = access_of(actor) is NameAccess.MASKED
        records = []
        for row in rows:
            given_name = keyring.open(row.sealed_given_name)
            family_name = keyring.open(row.sealed_family_name)
            records.append(
                GuestRecord(
                    id=row.id,
                    given_name=masked_given(given_name) if masked else given_name,
                    family_name=masked_family(family_name) if masked else family_name,
                    language=row.language,
                    email=None if masked else _opened(keyring, row.sealed_email),
                    phone=None if masked else _opened(keyring, row.sealed_phone),
                    notes=None if masked else _opened(keyring, row.sealed_notes),
                    vip=row.vip,
                    version=row.version,
                )
            )
        return records

    def _audit_reading(self, tx: Transaction, actor: Actor, rows: list[GuestRow], purpose: str) -> None:
        if rows:
            tx.audit(actor, "guest.read", "guests", purpose=purpose, guest_ids=[row.id for row in rows])


def preference_in(row: PreferenceRow, keyring: Keyring) -> Preference:
    """The preference that a row holds."""
    key = PreferenceKey(row.key)
    if key is PreferenceKey.WISH:
        value: float | str = keyring.open(row.sealed or "")
    elif key is PreferenceKey.LIGHT_SCENE:
        value = row.text or ""
    else:
        value = row.number if row.number is not None else 0.0
    return Preference(key, value, PreferenceSource(row.source))


def _opened(keyring: Keyring, sealed: str | None) -> str | None:
    return None if sealed is None else keyring.open(sealed)


def _phone(text: str) -> str:
    """A number as it is searched for: people write the same one with spaces, dots and brackets."""
    return "".join(c for c in text if c.isdigit() or c == "+")
