"""Enrolling tablets and taking them away again."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from hotel.actor import SYSTEM, Actor
from hotel.attempts import AddressLimit
from hotel.clock import Clock
from hotel.database import Database
from hotel.errors import Conflict, NotFound, Refused, TooMany
from hotel.ids import new_id
from hotel.messages import TabletChanged
from hotel.sessions import token_digest
from hotel.staff_service import StaffService
from hotel.staff_store import end_sessions_on
from hotel.tablets import (
    MOST_OPEN_INVITATIONS,
    MOST_TABLETS,
    SEEN_EVERY_SECONDS,
    Invitation,
    Tablet,
    clean_tablet_name,
    invitation_ends_at,
    new_invitation_token,
    new_tablet_token,
)
from hotel.tablets_store import (
    TabletInvitationRow,
    TabletRow,
    all_tablets,
    count_tablets,
    forget_invitations,
    note_tablet_seen,
    open_invitations,
    tablet_by_digest,
    tablet_from,
    tablet_row,
    take_invitation,
)


class TabletService:
    """The tablets of one property. Every method may be called from any thread.

    Args:
        staff: its sessions on a revoked tablet end.
        addresses: how often one address may show a token.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        staff: StaffService,
        addresses: AddressLimit | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._staff = staff
        self._addresses = addresses or AddressLimit(burst=20, per_second=0.2)

    def invite(self, actor: Actor, name: str) -> Invitation:
        """Make a token that enrols one tablet under this name within ten minutes.

        Raises:
            Invalid: the name.
            TooMany: too many invitations are open.
        """
        cleaned, token = clean_tablet_name(name), new_invitation_token()
        with self._database.write() as tx:
            now = tx.clock.wall()
            forget_invitations(tx.session, tx.property_id, now)
            if open_invitations(tx.session, tx.property_id, now) >= MOST_OPEN_INVITATIONS:
                raise TooMany("too_many_invitations", "Too many tablets are waiting to be enrolled.")
            made = Invitation(new_id(), cleaned, token, invitation_ends_at(now))
            tx.session.add(
                TabletInvitationRow(
                    id=made.id,
                    property_id=tx.property_id,
                    name=cleaned,
                    digest=token_digest(token),
                    made_by_id=actor.id,
                    made_by=actor.name,
                    wall_ends_at=made.wall_ends_at,
                )
            )
            tx.audit(actor, "tablet.invited", f"invitation:{made.id}", name=cleaned)
        return made

    def enrol(self, token: str, address: str) -> tuple[str, Tablet]:
        """Enrol the tablet that shows this token; returns its credential, shown this once, and the tablet.

        Raises:
            TooMany: too many tries from this address.
            NotFound: the token is unknown, used, or over.
            Conflict: the house has too many tablets.
        """
        if not self._addresses.take(address, self._clock.monotonic()):
            raise TooMany("too_many_tries", "Too many tries from this place. Wait half a minute.")
        credential = new_tablet_token()
        with self._database.write() as tx:
            now = tx.clock.wall()
            invitation = take_invitation(tx.session, tx.property_id, token_digest(token), now)
            if invitation is None:
                raise NotFound("invitation_over", "This code is used or over. Have a new one shown.")
            if count_tablets(tx.session, tx.property_id) >= MOST_TABLETS:
                raise Conflict("too_many_tablets", "Too many tablets are enrolled. Take old ones away first.")
            row = TabletRow(
                id=new_id(),
                property_id=tx.property_id,
                name=invitation.name,
                digest=token_digest(credential),
                enrolled_by_id=invitation.made_by_id,
                enrolled_by=invitation.made_by,
                wall_enrolled_at=now,
                wall_seen_at=now,
            )
            tx.session.add(row)
            tx.audit(SYSTEM, "tablet.enrolled", f"tablet:{row.id}", invited_by=invitation.made_by_id)
            tx.announce(TabletChanged(row.id))
            return credential, tablet_from(row)

    def tablet_of(self, credential: str | None) -> Tablet | None:
        """The tablet with this credential, None when there is none (any more). Notes that it was seen."""
        if not credential:
            return None
        with self._database.read() as session:
            row = tablet_by_digest(session, self._database.property_id, token_digest(credential))
            if row is None:
                return None
            tablet = tablet_from(row)
        now = self._clock.wall()
        seen = tablet.wall_seen_at
        if seen is None or now - seen >= timedelta(seconds=SEEN_EVERY_SECONDS):
            # A full disk must not keep people from signing in.
            with suppress(Refused), self._database.write() as tx:
                note_tablet_seen(tx.session, tablet.id, now)
        return tablet

    def tablets(self) -> list[Tablet]:
        """Every tablet, the newest first, revoked ones too."""
        with self._database.read() as session:
            return all_tablets(session, self._database.property_id)

    def revoke(self, actor: Actor, tablet_id: str) -> Tablet:
        """Make a tablet's credential worthless and end the sessions on it. Once more changes nothing.

        Raises:
            NotFound: there is no such tablet.
        """
        with self._database.write() as tx:
            row = tablet_row(tx.session, tx.property_id, tablet_id, lock=True)
            if row.wall_revoked_at is None:
                row.wall_revoked_at = tx.clock.wall()
                row.revoked_by = actor.name
                end_sessions_on(tx.session, tablet_id)
                tx.audit(actor, "tablet.revoked", f"tablet:{tablet_id}")
                tx.announce(TabletChanged(tablet_id))
            revoked = tablet_from(row)
        self._staff.forget_callers()
        return revoked
