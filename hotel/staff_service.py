"""Signing in and out, keeping accounts and machine clients.

Hashing is slow on purpose, so it happens before or after a transaction, never inside one.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from hotel.actor import SYSTEM, Actor, ActorKind, Role
from hotel.attempts import AddressLimit, UnknownLogins
from hotel.clock import Clock
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Forbidden, Invalid, NotFound, Refused, SignInRequired, TooMany
from hotel.ids import new_id
from hotel.messages import StaffChanged
from hotel.requests import check_version
from hotel.sessions import (
    IDLE_MINUTES,
    SEEN_EVERY_SECONDS,
    SESSION_HOURS,
    SessionLife,
    new_client_token,
    new_session_token,
    token_digest,
)
from hotel.staff import (
    LONGEST_PASSWORD,
    MOST_FAILURES,
    SignInBy,
    Staff,
    StaffWish,
    check_may_manage,
    check_password,
    check_pin,
    check_ways_in,
    clean_code,
    clean_language,
    clean_login,
    clean_name,
    clean_roles,
    is_locked,
    secret_kind,
    session_roles,
)
from hotel.staff_store import (
    ClientRow,
    SessionRow,
    StaffRow,
    administrators,
    all_clients,
    all_staff,
    client_by_digest,
    count_sessions,
    end_session,
    end_sessions_of,
    forget_sessions,
    note_client_use,
    note_session_use,
    session_with_staff,
    sessions_of,
    set_failures,
    staff_by_code,
    staff_by_sign_in,
    staff_from,
    staff_row,
)

# How long a request may still act on what was true of its session.
CACHE_SECONDS = 2.0
MOST_CACHED = 4096


class SecretHasher(Protocol):
    """Argon2id, somewhere where it does not hold up the service."""

    def hash(self, secret: str) -> str: ...

    def verify(self, secret: str, hashed: str) -> bool: ...

    @property
    def decoy(self) -> str:
        """A hash that no secret matches and that costs as much to check as a real one."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who stands behind a request. `digest` is that of the session's or client's token."""

    actor: Actor
    digest: str
    is_session: bool


@dataclass(frozen=True, slots=True)
class Client:
    """A machine client as others see it."""

    id: str
    name: str
    role: Role
    revoked: bool


class StaffService:
    """Accounts, sessions and machine clients of one property. Every method may be called from any thread."""

    def __init__(
        self, database: Database, clock: Clock, secrets: SecretHasher, addresses: AddressLimit | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._secrets = secrets
        self._addresses = addresses or AddressLimit()
        self._unknown = UnknownLogins()
        self._cache: dict[str, tuple[Caller, float]] = {}
        # Counts forgettings, so that a look-up that began before one is not kept after it.
        self._forgotten = 0
        self._lock = threading.Lock()
        self.refused_sign_ins = 0

    # Signing in

    def sign_in(
        self, login: str, secret: str, address: str, tablet_id: str | None = None
    ) -> tuple[str, Caller]:
        """Sign a person in; returns the new session's token and who it is.

        Every try counts as a failure until it has succeeded, so that parallel guesses cannot get
        more than five. An unknown login costs as much and locks as soon as a known one.

        Args:
            login: staff code, login or e-mail address.
            secret: six-digit PIN (with the staff code) or password.
            address: where the request came from.
            tablet_id: the tablet of the house that the person stands at, if any.

        Raises:
            TooMany: too many tries from this address.
            SignInRequired: `wrong_sign_in`, or `account_locked` after five failures.
        """
        if not self._addresses.take(address, self._clock.monotonic()):
            self.refused_sign_ins += 1
            raise TooMany(
                "too_many_tries", "Too many sign-ins from this place. Wait half a minute and try again."
            )
        by = secret_kind(secret)
        # Nobody's login has control characters, and PostgreSQL takes no NUL even to look for it.
        typed = login.strip() if login.isprintable() else ""
        code, name = typed.upper(), typed.casefold()
        staff_id, failures, hashed = self._begin_try(code, name, by)
        try:
            # A locked or unknown account is checked all the same: the answer takes as long.
            matches = self._secrets.verify(secret[:LONGEST_PASSWORD], hashed or self._secrets.decoy)
        except Refused:
            if staff_id is not None and not is_locked(failures):
                with self._database.write() as tx:
                    set_failures(tx.session, staff_id, failures)
            raise
        locked = is_locked(failures) if staff_id is not None else self._unknown.fail(token_digest(name))
        if locked:
            self.refused_sign_ins += 1
            raise SignInRequired(
                "account_locked", "This account is locked after five failures. A supervisor can unlock it."
            )
        if staff_id is None or hashed is None or not matches:
            self.refused_sign_ins += 1
            raise SignInRequired("wrong_sign_in", "This sign-in is not right.")
        return self._make_session(staff_id, by, tablet_id)

    def _begin_try(self, code: str, login: str, by: SignInBy) -> tuple[str | None, int, str | None]:
        """Count the try; (account, failures before it, hash to check against)."""
        with self._database.write() as tx:
            row = staff_by_sign_in(tx.session, tx.property_id, code, login)
            # Written for the unknown too: a commit that writes takes longer than one that does not.
            tx.audit(SYSTEM, "session.tried", f"staff:{row.id}" if row else "staff:unknown", by=by.value)
            if row is None:
                return None, 0, None
            failures = row.failures
            if not is_locked(failures):
                set_failures(tx.session, row.id, failures + 1)
                if failures + 1 == MOST_FAILURES:
                    tx.audit(SYSTEM, "staff.locked", f"staff:{row.id}")
                    tx.announce(StaffChanged(row.id))
            if by is SignInBy.PASSWORD:
                return row.id, failures, row.password_hash
            roles = session_roles(staff_from(row).roles, by)
            return row.id, failures, row.pin_hash if roles and row.code == code else None

    def _make_session(self, staff_id: str, by: SignInBy, tablet_id: str | None) -> tuple[str, Caller]:
        token = new_session_token()
        digest = token_digest(token)
        with self._database.write() as tx:
            row = staff_row(tx.session, tx.property_id, staff_id, lock=True)
            if not row.active:
                raise SignInRequired("wrong_sign_in", "This sign-in is not right.")
            set_failures(tx.session, staff_id, 0)
            now = tx.clock.wall()
            tx.session.add(
                SessionRow(
                    digest=digest,
                    property_id=tx.property_id,
                    staff_id=staff_id,
                    tablet_id=tablet_id,
                    signed_in_by=by.value,
                    wall_made_at=now,
                    wall_seen_at=now,
                )
            )
            caller = Caller(_staff_actor(row, by), digest, is_session=True)
            tx.audit(caller.actor, "session.made", f"staff:{staff_id}", by=by.value)
        return token, caller

    def sign_out(self, caller: Caller) -> None:
        """End this session; of a machine client, nothing."""
        if not caller.is_session:
            return
        with self._database.write() as tx:
            end_session(tx.session, caller.digest)
            tx.audit(caller.actor, "session.ended", f"staff:{caller.actor.id}")
        self.forget_callers()

    # Who is it?

    def known_caller(self, token: str) -> Caller | None:
        """Who this token belongs to, if that was looked up in the last 2 s. Never blocks."""
        entry = self._cache.get(token_digest(token))
        return entry[0] if entry is not None and entry[1] > self._clock.monotonic() else None

    def session_caller(self, token: str) -> Caller | None:
        """Who is signed in with this session token, None when nobody is (any more). Notes the use."""
        return self._look_up_session(token_digest(token), note_use=True)

    def client_caller(self, token: str) -> Caller | None:
        """The machine client with this bearer token, None when there is none or it was revoked."""
        return self._look_up_client(token_digest(token))

    def still_valid(self, caller: Caller) -> bool:
        """Whether the session or client is still good. Does not count as a use of the session."""
        if caller.is_session:
            return self._look_up_session(caller.digest, note_use=False) is not None
        return self._look_up_client(caller.digest) is not None

    def _look_up_session(self, digest: str, *, note_use: bool) -> Caller | None:
        begun = self._forgotten
        now = self._clock.wall()
        with self._database.read() as session:
            found = session_with_staff(session, self._database.property_id, digest)
            if found is None:
                return None
            row, staff = found
            life = SessionLife(row.wall_made_at, row.wall_seen_at, row.tablet_id is not None)
            if not life.alive(now):
                return None
            caller = Caller(_staff_actor(staff, SignInBy(row.signed_in_by)), digest, is_session=True)
        if not note_use:
            return caller
        if life.should_note_use(now):
            # A full disk must not keep people from reading.
            with suppress(Refused), self._database.write() as tx:
                note_session_use(tx.session, digest, now)
        self._remember(caller, begun)
        return caller

    def _look_up_client(self, digest: str) -> Caller | None:
        begun = self._forgotten
        now = self._clock.wall()
        with self._database.read() as session:
            row = client_by_digest(session, self._database.property_id, digest)
            if row is None:
                return None
            actor = Actor(ActorKind.MACHINE, row.id, row.name, frozenset({Role(row.role)}))
            caller = Caller(actor, digest, is_session=False)
        if row.wall_used_at is None or now - row.wall_used_at >= timedelta(seconds=SEEN_EVERY_SECONDS):
            with suppress(Refused), self._database.write() as tx:
                note_client_use(tx.session, row.id, now)
        self._remember(caller, begun)
        return caller

    def _remember(self, caller: Caller, begun: int) -> None:
        with self._lock:
            if begun != self._forgotten:
                return
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            self._cache[caller.digest] = (caller, self._clock.monotonic() + CACHE_SECONDS)

    def other_sessions(self, caller: Caller) -> int:
        """On how many other devices this account is signed in now; of a machine client, 0."""
        if not caller.is_session:
            return 0
        now = self._clock.wall()
        with self._database.read() as session:
            return sum(
                SessionLife(row.wall_made_at, row.wall_seen_at, row.tablet_id is not None).alive(now)
                for row in sessions_of(session, self._database.property_id, caller.actor.id)
                if row.digest != caller.digest
            )

    def forget_callers(self) -> None:
        """Look every caller up anew: an account, a session or a tablet has changed."""
        with self._lock:
            self._forgotten += 1
            self._cache.clear()

    # Accounts

    def needs_first_administrator(self) -> bool:
        """Whether nobody can keep the house yet: then one is made at the machine itself."""
        with self._database.read() as session:
            return not administrators(session, self._database.property_id)

    def staff(self) -> list[Staff]:
        """Every account, by staff code."""
        with self._database.read() as session:
            return all_staff(session, self._database.property_id)

    def find_staff(self, staff_id: str) -> Staff:
        """
        Raises:
            NotFound: there is no such account.
        """
        with self._database.read() as session:
            return staff_from(staff_row(session, self._database.property_id, staff_id))

    def find_staff_by_code(self, code: str) -> Staff:
        """
        Raises:
            NotFound: nobody has this staff code.
        """
        with self._database.read() as session:
            row = staff_by_code(session, self._database.property_id, clean_code(code))
            if row is None:
                raise NotFound("unknown_staff", f"Nobody has the staff code {clean_code(code)}.")
            return staff_from(row)

    def add(self, actor: Actor, wish: StaffWish) -> Staff:
        """Make an account.

        Raises:
            Invalid: a field is wrong, or the roles need another kind of secret.
            Conflict: the staff code or login is taken.
            Forbidden: the actor may not make such an account.
        """
        roles = clean_roles(wish.roles)
        check_may_manage(actor, (), roles)
        code, name, login = clean_code(wish.code), clean_name(wish.name), clean_login(wish.login)
        staff = Staff(
            id=new_id(),
            code=code,
            name=name,
            login=login,
            roles=roles,
            language=clean_language(wish.language),
            active=True,
            failures=0,
            has_pin=wish.pin is not None,
            has_password=wish.password is not None,
            version=1,
        )
        check_ways_in(staff)
        pin_hash, password_hash = self._hash_secrets(staff, wish.pin, wish.password)
        with self._database.write() as tx:
            _check_free(tx, code, login, except_id=None)
            tx.session.add(
                StaffRow(
                    id=staff.id,
                    property_id=tx.property_id,
                    code=code,
                    name=name,
                    login=login,
                    roles=[role.value for role in roles],
                    language=staff.language,
                    pin_hash=pin_hash,
                    password_hash=password_hash,
                )
            )
            tx.audit(actor, "staff.added", f"staff:{staff.id}", roles=[role.value for role in roles])
            tx.announce(StaffChanged(staff.id))
        self.forget_callers()
        return staff

    def edit(
        self,
        actor: Actor,
        staff_id: str,
        seen_version: int,
        *,
        name: str | None = None,
        roles: tuple[Role, ...] | None = None,
        login: str | None = None,
        active: bool | None = None,
    ) -> Staff:
        """Change what is given of an account; an empty `login` takes it away.

        Raises:
            NotFound, StaleVersion, Forbidden, Invalid, Conflict.
        """
        with self._database.write() as tx:
            row = staff_row(tx.session, tx.property_id, staff_id, lock=True)
            before = staff_from(row)
            after_roles = clean_roles(roles) if roles is not None else before.roles
            check_may_manage(actor, before.roles, after_roles)
            check_version("This account", seen_version, row.version)
            changed: list[str] = []
            if name is not None and clean_name(name) != row.name:
                row.name = clean_name(name)
                changed.append("name")
            if login is not None and clean_login(login) != row.login:
                _check_free(tx, None, clean_login(login), except_id=staff_id)
                row.login = clean_login(login)
                changed.append("login")
            if after_roles != before.roles:
                row.roles = [role.value for role in after_roles]
                changed.append("roles")
            if active is not None and active != row.active:
                row.active = active
                changed.append("active")
            check_ways_in(staff_from(row))
            tx.session.flush()
            if Role.ADMINISTRATOR in before.roles and not administrators(tx.session, tx.property_id):
                raise Conflict("last_administrator", "The last administrator cannot be taken away.")
            if not row.active:
                end_sessions_of(tx.session, staff_id)
            if changed:
                tx.audit(
                    actor,
                    "staff.edited",
                    f"staff:{staff_id}",
                    changed=changed,
                    roles=row.roles,
                    active=row.active,
                )
                tx.announce(StaffChanged(staff_id))
            edited = staff_from(row)
        self.forget_callers()
        return edited

    def set_secret(
        self, actor: Actor, staff_id: str, *, pin: str | None = None, password: str | None = None
    ) -> Staff:
        """Give an account a new PIN, a new password or both; it is unlocked and signed out everywhere.

        Raises:
            NotFound, Forbidden, Invalid.
        """
        if pin is None and password is None:
            raise Invalid("no_secret", "Give a PIN, a password or both.", field="pin")
        staff = self.find_staff(staff_id)
        check_may_manage(actor, staff.roles, staff.roles)
        pin_hash, password_hash = self._hash_secrets(staff, pin, password)
        with self._database.write() as tx:
            row = staff_row(tx.session, tx.property_id, staff_id, lock=True)
            check_may_manage(actor, staff_from(row).roles, ())
            row.pin_hash = pin_hash or row.pin_hash
            row.password_hash = password_hash or row.password_hash
            row.failures = 0
            end_sessions_of(tx.session, staff_id)
            kinds = [kind for kind, given in (("pin", pin), ("password", password)) if given is not None]
            tx.audit(actor, "staff.secret_set", f"staff:{staff_id}", kinds=kinds)
            tx.announce(StaffChanged(staff_id))
            tx.session.flush()
            changed = staff_from(row)
        self.forget_callers()
        return changed

    def unlock(self, actor: Actor, staff_id: str) -> Staff:
        """Let an account try again after five failures. Unlocking an open one changes nothing.

        Raises:
            NotFound: there is no such account.
            Forbidden: neither supervisor nor manager nor administrator.
        """
        if not actor.has(Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR):
            raise Forbidden("forbidden", "Your role does not allow this.")
        with self._database.write() as tx:
            row = staff_row(tx.session, tx.property_id, staff_id, lock=True)
            if is_locked(row.failures):
                set_failures(tx.session, staff_id, 0)
                tx.audit(actor, "staff.unlocked", f"staff:{staff_id}")
                tx.announce(StaffChanged(staff_id))
            tx.session.refresh(row)
            return staff_from(row)

    def set_language(self, actor: Actor, language: str | None) -> Staff:
        """Choose one's own language.

        Raises:
            Forbidden: a machine has none.
            Invalid: we do not speak it.
        """
        if actor.kind is not ActorKind.STAFF:
            raise Forbidden("no_account", "Only a member of staff has a language.")
        with self._database.write() as tx:
            row = staff_row(tx.session, tx.property_id, actor.id, lock=True)
            if row.language != clean_language(language):
                row.language = language
                tx.audit(actor, "staff.language_set", f"staff:{actor.id}", language=language)
                tx.session.flush()
            return staff_from(row)

    def _hash_secrets(
        self, staff: Staff, pin: str | None, password: str | None
    ) -> tuple[str | None, str | None]:
        if pin is not None:
            check_pin(pin)
        if password is not None:
            check_password(password, code=staff.code, login=staff.login, name=staff.name)
        return (
            self._secrets.hash(pin) if pin is not None else None,
            self._secrets.hash(password) if password is not None else None,
        )

    # Machine clients

    def make_client(self, actor: Actor, role: Role, name: str) -> tuple[Client, str]:
        """Make a machine client; returns it and its bearer token, which is shown this once.

        Raises:
            Forbidden: not an administrator.
            Invalid: the name.
        """
        _check_administrator(actor)
        token = new_client_token()
        with self._database.write() as tx:
            row = ClientRow(
                id=new_id(),
                property_id=tx.property_id,
                name=clean_name(name),
                role=role.value,
                digest=token_digest(token),
                wall_made_at=tx.clock.wall(),
            )
            tx.session.add(row)
            tx.audit(actor, "client.made", f"client:{row.id}", role=role.value)
            return _client(row), token

    def clients(self) -> list[Client]:
        """Every machine client, oldest first, revoked ones too."""
        with self._database.read() as session:
            return [_client(row) for row in all_clients(session, self._database.property_id)]

    def revoke_client(self, actor: Actor, client_id: str) -> None:
        """Make a client's token worthless, in this process at once and in others within 2 s.

        Raises:
            Forbidden, NotFound.
        """
        _check_administrator(actor)
        with self._database.write() as tx:
            row = tx.session.get(ClientRow, client_id)
            if row is None or row.property_id != tx.property_id:
                raise NotFound("unknown_client", "There is no such machine client.")
            if row.wall_revoked_at is None:
                row.wall_revoked_at = tx.clock.wall()
                tx.audit(actor, "client.revoked", f"client:{client_id}")
        self.forget_callers()

    # Heartbeat and figures

    def forget_old_sessions(self) -> int:
        """Delete sessions that have ended by age or idleness; returns how many. For a heartbeat."""
        with self._database.write() as tx:
            now = tx.clock.wall()
            return forget_sessions(
                tx.session,
                tx.property_id,
                made_before=now - timedelta(hours=SESSION_HOURS),
                seen_before=now - timedelta(minutes=IDLE_MINUTES),
            )

    def figures(self) -> dict[str, float]:
        """For /metrics."""
        with self._database.read() as session:
            sessions = count_sessions(session, self._database.property_id)
        return {
            "innkeeper_sessions": float(sessions),
            "innkeeper_sign_ins_refused_total": float(self.refused_sign_ins),
        }


def _staff_actor(row: StaffRow, by: SignInBy) -> Actor:
    return Actor(ActorKind.STAFF, row.id, row.name, session_roles(staff_from(row).roles, by))


def _client(row: ClientRow) -> Client:
    return Client(row.id, row.name, Role(row.role), row.wall_revoked_at is not None)


def _check_administrator(actor: Actor) -> None:
    if not actor.has(Role.ADMINISTRATOR) and actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("forbidden", "Only an administrator keeps machine clients.")


def _check_free(tx: Transaction, code: str | None, login: str | None, except_id: str | None) -> None:
    others = [staff for staff in all_staff(tx.session, tx.property_id) if staff.id != except_id]
    if code is not None and any(staff.code == code for staff in others):
        raise Conflict("code_taken", f"The staff code {code} is taken.", field="code")
    if login is not None and any(staff.login == login for staff in others):
        raise Conflict("login_taken", f"The login {login} is taken.", field="login")
