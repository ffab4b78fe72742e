"""Routes of signing in, of one's own settings, and of keeping accounts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateway.http.guard import cookie_name, tablet_cookie_name
from hotel.actor import Actor, ActorKind, Role
from hotel.clock import Clock
from hotel.database import Database
from hotel.requests import CurrentActor, SeenVersion, etag
from hotel.rooms import Property, PropertyRow, find_property
from hotel.sessions import SESSION_HOURS
from hotel.staff import LONGEST_PASSWORD, Staff, StaffWish
from hotel.staff_service import Caller, StaffService
from hotel.tablets_service import TabletService

SIGN_INS_AT_ONCE = 8

Language = Literal["en", "zh-CN"]
Text100 = Annotated[str, Field(max_length=100)]


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One account of the demo hotel, shown on the sign-in page. Never used outside the demo."""

    role: Role
    login: str
    secret: str
    name: str


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignInRequest(_Strict):
    """`login`: staff code (with the PIN), login or e-mail address (with the password)."""

    login: Annotated[str, Field(min_length=1, max_length=100)]
    secret: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_PASSWORD)]


class SignedInStaff(BaseModel):
    id: str
    code: str
    name: str
    roles: list[Role]
    language: Language | None


class PropertyFacts(BaseModel):
    id: str
    name: str
    timezone: str
    temperature_unit: str
    business_date: date


class SessionAnswer(BaseModel):
    """Who is signed in, where, and what time it is there. `speed`: hotel seconds in a real second.

    `other_sessions`: on how many other devices the same account is signed in.
    """

    staff: SignedInStaff
    property: PropertyFacts
    now: datetime
    speed: float
    demo: bool
    other_sessions: int


class PublicProperty(BaseModel):
    name: str


class PublicSignIn(BaseModel):
    role: Role
    login: str
    secret: str
    name: str


class PublicAnswer(BaseModel):
    """What the sign-in page needs before anybody is signed in."""

    property: PublicProperty
    demo: bool
    sign_ins: list[PublicSignIn]
    needs_first_administrator: bool


class MeEdit(_Strict):
    language: Language | None


class StaffAnswer(BaseModel):
    id: str
    code: str
    name: str
    login: str | None
    roles: list[Role]
    language: Language | None
    active: bool
    locked: bool
    has_pin: bool
    has_password: bool
    version: int


class StaffList(BaseModel):
    items: list[StaffAnswer]
    next: str | None = None


class StaffNew(_Strict):
    """A new account. Attendants and engineers need a `pin`, desk and managers a `password`."""

    code: Text100
    name: Text100
    roles: Annotated[list[Role], Field(min_length=1, max_length=len(Role))]
    login: Text100 | None = None
    pin: SecretStr | None = None
    password: SecretStr | None = None
    language: Language | None = None


class StaffEdit(_Strict):
    """What is left out stays as it is; an empty `login` takes it away."""

    name: Text100 | None = None
    roles: Annotated[list[Role], Field(max_length=len(Role))] | None = None
    login: Text100 | None = None
    active: bool | None = None


class SecretEdit(_Strict):
    pin: SecretStr | None = None
    password: SecretStr | None = None


def _staff_answer(staff: Staff) -> StaffAnswer:
    return StaffAnswer.model_validate(
        {name: getattr(staff, name) for name in StaffAnswer.model_fields} | {"roles": list(staff.roles)}
    )


def _clear(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


def session_routes(
    staff: StaffService,
    database: Database,
    clock: Clock,
    *,
    property_name: str,
    cookie_secure: bool,
    tablets: TabletService,
    demo_sign_ins: Sequence[DemoSignIn] | None,
) -> APIRouter:
    """Signing in and out, and what is public before it.

    Args:
        property_name: shown until the property's own row is there.
        cookie_secure: people come over HTTPS only.
        tablets: a session on one of them outlives a shift without network.
        demo_sign_ins: None outside the demo.
    """
    router = APIRouter(tags=["session"])
    cookie = cookie_name(cookie_secure)

    def answer(caller: Caller) -> SessionAnswer:
        actor = caller.actor
        with database.read() as session:
            row = find_property(session, database.property_id)
        return SessionAnswer(
            staff=_who(actor, staff),
            property=_property_facts(row),
            now=clock.now(),
            speed=clock.speed,
            demo=demo_sign_ins is not None,
            other_sessions=staff.other_sessions(caller),
        )

    @router.get("/api/public")
    def public() -> PublicAnswer:
        """The hotel's name, and in the demo its sign-ins."""
        with database.read() as session:
            row = session.get(PropertyRow, database.property_id)
        return PublicAnswer(
            property=PublicProperty(name=row.name if row is not None else property_name),
            demo=demo_sign_ins is not None,
            sign_ins=[
                PublicSignIn(role=one.role, login=one.login, secret=one.secret, name=one.name)
                for one in demo_sign_ins or ()
            ],
            needs_first_administrator=staff.needs_first_administrator(),
        )

    # A shift that signs in all at once waits here, and not in the threads of everybody's requests.
    counters = ThreadPoolExecutor(SIGN_INS_AT_ONCE, "sign-in")

    tablet_cookie = tablet_cookie_name(cookie_secure)

    def signed_in(
        wanted: SignInRequest, address: str, previous: Caller | None, credential: str | None
    ) -> tuple[str, SessionAnswer]:
        tablet = tablets.tablet_of(credential)
        token, caller = staff.sign_in(
            wanted.login, wanted.secret.get_secret_value(), address, tablet.id if tablet else None
        )
        if previous is not None:
            staff.sign_out(previous)
        return token, answer(caller)

    @router.post("/api/session")
    async def sign_in(request: Request, response: Response, wanted: SignInRequest) -> SessionAnswer:
        """Sign in; the session is in the cookie alone, for at most 12 h, and 30 min without use
        (but on a tablet of the house)."""
        previous: Caller | None = getattr(request.state, "caller", None)
        address = request.client.host if request.client else "unknown"
        loop = asyncio.get_running_loop()
        credential = request.cookies.get(tablet_cookie)
        token, made = await loop.run_in_executor(counters, signed_in, wanted, address, previous, credential)
        response.set_cookie(
            cookie,
            token,
            max_age=SESSION_HOURS * 3600,
            path="/",
            secure=cookie_secure,
            httponly=True,
            samesite="lax",
        )
        return made

    @router.get("/api/session")
    def session(request: Request) -> SessionAnswer:
        """Who is signed in."""
        return answer(request.state.caller)

    @router.delete("/api/session", status_code=204)
    def sign_out(request: Request, response: Response) -> None:
        """Sign out on this device. Without a session nothing happens."""
        caller: Caller | None = getattr(request.state, "caller", None)
        if caller is not None:
            staff.sign_out(caller)
        response.delete_cookie(cookie, path="/", secure=cookie_secure, httponly=True, samesite="lax")

    @router.patch("/api/me")
    def edit_me(request: Request, actor: CurrentActor, wanted: MeEdit) -> SessionAnswer:
        """Choose one's own language; null follows the browser."""
        staff.set_language(actor, wanted.language)
        return answer(request.state.caller)

    return router


def staff_routes(staff: StaffService) -> APIRouter:
    """Keeping accounts. No Idempotency-Key here: its fingerprint would be a digest of a PIN."""
    router = APIRouter(tags=["staff"])

    @router.get("/api/staff")
    def list_staff() -> StaffList:
        """Every account, by staff code."""
        return StaffList(items=[_staff_answer(one) for one in staff.staff()])

    @router.post("/api/staff", status_code=201)
    def add_staff(actor: CurrentActor, response: Response, wanted: StaffNew) -> StaffAnswer:
        """Make an account."""
        wish = StaffWish(
            code=wanted.code,
            name=wanted.name,
            roles=tuple(wanted.roles),
            login=wanted.login,
            pin=_clear(wanted.pin),
            password=_clear(wanted.password),
            language=wanted.language,
        )
        return _with_etag(response, staff.add(actor, wish))

    @router.patch("/api/staff/{staff_id}")
    def edit_staff(
        staff_id: str, actor: CurrentActor, seen: SeenVersion, response: Response, wanted: StaffEdit
    ) -> StaffAnswer:
        """Change an account; with `active` false its sessions end."""
        edited = staff.edit(
            actor,
            staff_id,
            seen,
            name=wanted.name,
            roles=tuple(wanted.roles) if wanted.roles is not None else None,
            login=wanted.login,
            active=wanted.active,
        )
        return _with_etag(response, edited)

    @router.put("/api/staff/{staff_id}/secret")
    def set_secret(staff_id: str, actor: CurrentActor, response: Response, wanted: SecretEdit) -> StaffAnswer:
        """Give a new PIN or password; the account is unlocked and signed out everywhere."""
        changed = staff.set_secret(actor, staff_id, pin=_clear(wanted.pin), password=_clear(wanted.password))
        return _with_etag(response, changed)

    @router.post("/api/staff/{staff_id}/unlock")
    def unlock(staff_id: str, actor: CurrentActor, response: Response) -> StaffAnswer:
        """Let an account try again after five failures."""
        return _with_etag(response, staff.unlock(actor, staff_id))

    return router


def _with_etag(response: Response, staff: Staff) -> StaffAnswer:
    response.headers["ETag"] = etag(staff.version)
    return _staff_answer(staff)


def _who(actor: Actor, staff: StaffService) -> SignedInStaff:
    """The person with the roles of this session; a machine client has its name for a code."""
    if actor.kind is not ActorKind.STAFF:
        code, language = actor.name, None
    else:
        account = staff.find_staff(actor.id)
        code, language = account.code, account.language
    return SignedInStaff.model_validate(
        {
            "id": actor.id,
            "code": code,
            "name": actor.name,
            "roles": [role for role in Role if role in actor.roles],
            "language": language,
        }
    )


def _property_facts(row: Property) -> PropertyFacts:
    return PropertyFacts(
        id=row.id,
        name=row.name,
        timezone=row.timezone,
        temperature_unit=row.temperature_unit,
        business_date=row.business_date,
    )
