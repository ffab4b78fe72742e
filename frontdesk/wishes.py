"""Guests' free wishes for those who meet them: without names, each under a name of its own.

A wish is kept sealed, for it may hold a name. Here it is opened for the staff who carry it out, the
names of the stay's own guests taken out of it, and it is never written down elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import select

from frontdesk import store
from frontdesk.preferences import PreferenceKey
from frontdesk.store import PreferenceRow, StayGuestRow
from hotel.database import Database
from hotel.keyring import Keyring

# Wishes are opened once a minute for the whole house: what was opened is remembered by its row.
MOST_REMEMBERED = 5000
GUEST = "…"


class StayWishes:
    """The free wishes of stays and of their primary guests' profiles."""

    def __init__(self, database: Database, keyring: Callable[[], Keyring]) -> None:
        self._database = database
        self._keyring = keyring
        self._names: dict[str, str] = {}

    def names_of_wishes(self, stay_ids: Collection[str]) -> dict[str, list[str]]:
        """By stay, a name for each wish: the same as long as somebody wishes the same."""
        found: dict[str, list[str]] = {}
        keyring: Keyring | None = None
        for stay_id, row_id, sealed in self._rows(stay_ids):
            name = self._names.get(row_id)
            if name is None:
                keyring = keyring or self._keyring()
                name = _name(keyring, keyring.open(sealed))
                if len(self._names) >= MOST_REMEMBERED:
                    self._names.clear()
                self._names[row_id] = name
            if name not in found.setdefault(stay_id, []):
                found[stay_id].append(name)
        return found

    def texts(self, stay_ids: Collection[str]) -> dict[tuple[str, str], str]:
        """By stay and name of the wish, its text without the guests' names."""
        rows = self._rows(stay_ids)
        if not rows:
            return {}
        keyring = self._keyring()
        with self._database.read() as session:
            guests = session.execute(
                select(StayGuestRow.stay_id, StayGuestRow.guest_id).where(
                    StayGuestRow.property_id == self._database.property_id,
                    StayGuestRow.stay_id.in_({stay_id for stay_id, _, _ in rows}),
                )
            ).all()
            people = {
                row.id: [keyring.open(row.sealed_given_name), keyring.open(row.sealed_family_name)]
                for row in store.guests_by_id(
                    session, self._database.property_id, {guest_id for _, guest_id in guests}
                )
            }
        names: dict[str, list[str]] = {}
        for stay_id, guest_id in guests:
            names.setdefault(stay_id, []).extend(people.get(guest_id, ()))
        found = {}
        for stay_id, _, sealed in rows:
            text = keyring.open(sealed)
            found[(stay_id, _name(keyring, text))] = without_names(text, names.get(stay_id, ()))
        return found

    def _rows(self, stay_ids: Collection[str]) -> list[tuple[str, str, str]]:
        """(stay id, row id, sealed wish), those of the stay before those of the profile."""
        wish = PreferenceRow.key == PreferenceKey.WISH.value
        found: list[tuple[str, str, str]] = []
        wanted = sorted(stay_ids)
        with self._database.read() as session:
            for start in range(0, len(wanted), 500):
                part = wanted[start : start + 500]
                of_stay = select(PreferenceRow.stay_id, PreferenceRow.id, PreferenceRow.sealed).where(
                    PreferenceRow.property_id == self._database.property_id,
                    PreferenceRow.stay_id.in_(part),
                    wish,
                )
                of_profile = (
                    select(StayGuestRow.stay_id, PreferenceRow.id, PreferenceRow.sealed)
                    .join(PreferenceRow, PreferenceRow.guest_id == StayGuestRow.guest_id)
                    .where(
                        StayGuestRow.property_id == self._database.property_id,
                        StayGuestRow.stay_id.in_(part),
                        StayGuestRow.position == 0,
                        wish,
                    )
                )
                for query in (of_stay, of_profile):
                    rows = session.execute(query.order_by(PreferenceRow.position, PreferenceRow.id))
                    found.extend((str(stay), row_id, sealed or "") for stay, row_id, sealed in rows)
        return found


def without_names(text: str, names: Sequence[str]) -> str:
    """The text with every one of the names taken out, whole or in its parts of two letters or more."""
    parts = {part for name in names for part in (name, *name.split()) if len(part) > 1}
    for part in sorted(parts, key=len, reverse=True):
        # Chinese is written without blanks: there a name is one wherever it stands.
        bounded = rf"\b{re.escape(part)}\b" if part.isascii() else re.escape(part)
        text = re.sub(bounded, GUEST, text, flags=re.IGNORECASE)
    return text


def _name(keyring: Keyring, text: str) -> str:
    return keyring.blind(" ".join(text.split()).casefold())[:24]
