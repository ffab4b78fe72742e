"""Routes of enrolling tablets, and of what they hand in late."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import segno
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from gateway.http.address import house_address
from gateway.http.guard import tablet_cookie_name
from gateway.http.replay import replay
from gateway.settings import Settings
from hotel.actor import Actor
from hotel.errors import SignInRequired
from hotel.late_operations import LONGEST_AGE_SECONDS, MOST_AT_ONCE, LateOperation, LateState
from hotel.late_operations_service import HandedIn, LateOperationService
from hotel.requests import CurrentActor, UtcMoment
from hotel.staff_service import StaffService
from hotel.tablets import CREDENTIAL_DAYS, LONGEST_NAME, Tablet
from hotel.tablets_service import TabletService

MOST_ASKED_STAFF = 50
QR_PIXELS_PER_MODULE = 8


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class InvitationToMake(_Strict):
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


class InvitationAnswer(BaseModel):
    """`qr` is an image (a data URL of an SVG) that a tablet's camera reads; it leads to `url`."""

    id: str
    name: str
    url: str
    qr: str
    ends_at: datetime


class TabletToEnrol(_Strict):
    token: Annotated[SecretStr, Field(min_length=1, max_length=100)]


class TabletAnswer(BaseModel):
    id: str
    name: str
    enrolled_by: str
    enrolled_at: datetime
    seen_at: datetime | None
    revoked_by: str | None
    revoked_at: datetime | None


class TabletList(BaseModel):
    items: list[TabletAnswer]
    next: str | None = None


class ThisTablet(BaseModel):
    """What a tablet may know of itself. `left`: of the people asked for, those who no longer work here."""

    id: str
    name: str
    left: list[str]


class ThisTabletAnswer(BaseModel):
    tablet: ThisTablet | None


class LateLabel(_Strict):
    key: Annotated[str, Field(max_length=100)]
    values: dict[str, str | int | float | bool | None] = Field(default_factory=dict, max_length=20)


class LateOperationToTake(_Strict):
    """One operation of the tablet's log, as it would have been sent."""

    key: Annotated[str, Field(min_length=1, max_length=128)]
    staff_id: Annotated[str, Field(max_length=64)]
    method: Literal["POST", "PUT", "PATCH"]
    path: Annotated[str, Field(max_length=300)]
    seen_version: int | None = None
    body: dict[str, Any] | None = None
    label: LateLabel
    age_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0


class LateOperationsToTake(_Strict):
    operations: Annotated[list[LateOperationToTake], Field(min_length=1, max_length=MOST_AT_ONCE)]


class TakenOperation(BaseModel):
    key: str
    state: LateState


class TakenOperations(BaseModel):
    items: list[TakenOperation]


class LateOperationAnswer(BaseModel):
    id: str
    author_id: str
    author: str
    tablet: str | None
    method: str
    path: str
    seen_version: int | None
    body: dict[str, Any] | None
    label: LateLabel
    happened_at: UtcMoment
    received_at: UtcMoment
    state: LateState
    reviewed_by: str | None
    reviewed_at: UtcMoment | None


class LateOperationList(BaseModel):
    items: list[LateOperationAnswer]
    next: str | None = None


class Acceptance(_Strict):
    """`seen_version`: for an edit, the version that the supervisor sees now and decides over."""

    seen_version: int | None = None


def routes(
    settings: Settings, staff: StaffService, tablets: TabletService, late: LateOperationService
) -> APIRouter:
    """Every route of tablets and of late operations."""
    router = APIRouter(tags=["tablets"])
    cookie = tablet_cookie_name(settings.cookies_are_secure)

    def tablet_of(request: Request) -> Tablet | None:
        return tablets.tablet_of(request.cookies.get(cookie))

    @router.post("/api/tablets/invitations", status_code=201)
    def invite(request: Request, actor: CurrentActor, wanted: InvitationToMake) -> InvitationAnswer:
        """Show a code that enrols one tablet within ten minutes."""
        made = tablets.invite(actor, wanted.name)
        # After the '#', so that no server and no log sees the token.
        url = f"{house_address(request, settings)}/enrol#{made.token}"
        qr = segno.make(url, error="m", micro=False).svg_data_uri(
            scale=QR_PIXELS_PER_MODULE, border=4, dark="#000000", light="#ffffff"
        )
        return InvitationAnswer(id=made.id, name=made.name, url=url, qr=qr, ends_at=made.wall_ends_at)

    @router.post("/api/tablets", status_code=201)
    def enrol(request: Request, response: Response, wanted: TabletToEnrol) -> TabletAnswer:
        """Make the browser that asks a tablet of the house; its credential is in a cookie alone."""
        address = request.client.host if request.client else "unknown"
        credential, tablet = tablets.enrol(wanted.token.get_secret_value(), address)
        response.set_cookie(
            cookie,
            credential,
            max_age=CREDENTIAL_DAYS * 86_400,
            path="/",
            secure=settings.cookies_are_secure,
            httponly=True,
            samesite="strict",
        )
        return _tablet_answer(tablet)

    @router.get("/api/tablets")
    def listed() -> TabletList:
        """Every tablet, the newest first."""
        return TabletList(items=[_tablet_answer(tablet) for tablet in tablets.tablets()])

    @router.get("/api/tablets/this")
    def this_tablet(
        request: Request, staff_id: Annotated[list[str] | None, Query(max_length=MOST_ASKED_STAFF)] = None
    ) -> ThisTabletAnswer:
        """Whether this browser is a tablet of the house, and which of these people have left it."""
        tablet = tablet_of(request)
        if tablet is None:
            return ThisTabletAnswer(tablet=None)
        working = {one.id for one in staff.staff() if one.active}
        left = [asked for asked in staff_id or () if asked not in working]
        return ThisTabletAnswer(tablet=ThisTablet(id=tablet.id, name=tablet.name, left=left))

    @router.post("/api/tablets/{tablet_id}/revoke")
    def revoke(tablet_id: str, actor: CurrentActor) -> TabletAnswer:
        """Take a tablet out of the house; the sessions on it end."""
        return _tablet_answer(tablets.revoke(actor, tablet_id))

    @router.post("/api/late-operations")
    def take_in(request: Request, wanted: LateOperationsToTake) -> TakenOperations:
        """Hand in what its author can no longer send. Handing in twice is handing in once."""
        tablet = tablet_of(request)
        actor: Actor | None = getattr(request.state, "actor", None)
        if tablet is None and actor is None:
            raise SignInRequired("unknown_tablet", "Only a tablet of this house hands in late operations.")
        taken = late.take_in(tablet, actor, [_handed_in(one) for one in wanted.operations])
        return TakenOperations(items=[TakenOperation(key=key, state=state) for key, state in taken])

    @router.get("/api/late-operations")
    def list_late(
        state: Literal["waiting", "all"] = "waiting",
        after: Annotated[str | None, Query(max_length=64)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> LateOperationList:
        """What waits for a supervisor, in the order of its arrival."""
        found = late.listed(waiting=state == "waiting", after=after, limit=limit + 1)
        items = [_late_answer(operation) for operation in found[:limit]]
        return LateOperationList(items=items, next=items[-1].id if len(found) > limit else None)

    @router.post("/api/late-operations/{operation_id}/accept")
    async def accept(
        operation_id: str, request: Request, actor: CurrentActor, wanted: Acceptance
    ) -> Response:
        """Do it now, in the supervisor's name with the author noted; answers what the operation answers.

        A refusal of the operation is the answer, and it goes on waiting.
        """
        return await replay(request, late, actor, operation_id, wanted.seen_version)

    @router.post("/api/late-operations/{operation_id}/dismiss")
    def dismiss(operation_id: str, actor: CurrentActor) -> LateOperationAnswer:
        """Decide that it is not done."""
        return _late_answer(late.dismiss(actor, operation_id))

    return router


def _handed_in(one: LateOperationToTake) -> HandedIn:
    return HandedIn(
        key=one.key,
        staff_id=one.staff_id,
        method=one.method,
        path=one.path,
        seen_version=one.seen_version,
        body=one.body,
        label_key=one.label.key,
        label_values=dict(one.label.values),
        age_seconds=min(one.age_seconds, LONGEST_AGE_SECONDS),
    )


def _tablet_answer(tablet: Tablet) -> TabletAnswer:
    return TabletAnswer(
        id=tablet.id,
        name=tablet.name,
        enrolled_by=tablet.enrolled_by,
        enrolled_at=tablet.wall_enrolled_at,
        seen_at=tablet.wall_seen_at,
        revoked_by=tablet.revoked_by,
        revoked_at=tablet.wall_revoked_at,
    )


def _late_answer(operation: LateOperation) -> LateOperationAnswer:
    return LateOperationAnswer(
        id=operation.id,
        author_id=operation.staff_id,
        author=operation.staff_name,
        tablet=operation.tablet_name,
        method=operation.method,
        path=operation.path,
        seen_version=operation.seen_version,
        body=operation.body,
        label=LateLabel(key=operation.label_key, values=operation.label_values),
        happened_at=operation.happened_at,
        received_at=operation.received_at,
        state=operation.state,
        reviewed_by=operation.reviewed_by,
        reviewed_at=operation.reviewed_at,
    )
