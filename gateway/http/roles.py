"""Which role may call which route. What is not in this table is denied.

The guard decides by this table alone, before a handler runs; handlers may be stricter (whose task,
which fields). A test walks the application and holds both against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotel.actor import Actor, Role

DESK, ATTENDANT, SUPERVISOR = Role.FRONT_DESK, Role.ATTENDANT, Role.SUPERVISOR
ENGINEER, MANAGER, ADMINISTRATOR = Role.ENGINEER, Role.MANAGER, Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Access:
    """Who may: everybody when `public`, else whoever has one of `roles`."""

    roles: frozenset[Role] = frozenset()
    public: bool = False

    def allows(self, actor: Actor | None) -> bool:
        return self.public or (actor is not None and actor.has(*self.roles))


PUBLIC = Access(public=True)
SIGNED_IN = Access(frozenset(Role))


def only(*roles: Role) -> Access:
    return Access(frozenset(roles))


# Guests' records: administrators keep machines, not guests, and see none.
GUESTS = only(DESK, MANAGER)
ROOM_CONTROL = only(DESK, ENGINEER, MANAGER, ADMINISTRATOR)
ROOM_PAST = only(DESK, SUPERVISOR, ENGINEER, MANAGER, ADMINISTRATOR)
HOUSEKEEPING = only(DESK, ATTENDANT, SUPERVISOR, ENGINEER, MANAGER)
COMFORT = only(DESK, ENGINEER, MANAGER)
DEVICES = only(ENGINEER, MANAGER, ADMINISTRATOR)
TRIALS = only(ENGINEER, ADMINISTRATOR)
STAFF_VIEW = only(SUPERVISOR, MANAGER, ADMINISTRATOR)
REVIEW = only(SUPERVISOR, MANAGER)
STAFF_KEEPING = only(MANAGER, ADMINISTRATOR)

# Whoever works in the rooms, and those who lead them.
FLOOR = only(DESK, ATTENDANT, SUPERVISOR, ENGINEER, MANAGER)
TICKETS = only(ENGINEER, MANAGER)
# How well the house is kept, and what that costs.
UPKEEP = only(SUPERVISOR, ENGINEER, MANAGER)
ASSETS = only(DESK, SUPERVISOR, ENGINEER, MANAGER)
LEADERS = only(SUPERVISOR, MANAGER)

Route = tuple[str, str]

SERVICE_ROUTES: dict[Route, Access] = {
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): PUBLIC,
    ("GET", "/metrics"): PUBLIC,
    ("GET", "/api/openapi.json"): PUBLIC,
    ("GET", "/api/docs"): PUBLIC,
    ("GET", "/api/public"): PUBLIC,
    ("POST", "/api/session"): PUBLIC,
    ("GET", "/api/session"): SIGNED_IN,
    # Signing out of a session that has ended already is no error.
    ("DELETE", "/api/session"): PUBLIC,
    ("PATCH", "/api/me"): SIGNED_IN,
    ("GET", "/api/staff"): STAFF_VIEW,
    ("POST", "/api/staff"): STAFF_KEEPING,
    ("PATCH", "/api/staff/{staff_id}"): STAFF_KEEPING,
    ("PUT", "/api/staff/{staff_id}/secret"): STAFF_KEEPING,
    ("POST", "/api/staff/{staff_id}/unlock"): STAFF_VIEW,
    ("GET", "/api/events"): SIGNED_IN,
    # A certificate is no secret, and who fetches it has no account on that tablet yet.
    ("GET", "/api/tls/authority"): PUBLIC,
    ("GET", "/api/tls"): STAFF_VIEW,
    ("GET", "/api/tablets"): STAFF_VIEW,
    ("POST", "/api/tablets/invitations"): STAFF_VIEW,
    ("POST", "/api/tablets/{tablet_id}/revoke"): STAFF_VIEW,
    # The invitation's token opens this one, once; the tablet's own credential the next two.
    ("POST", "/api/tablets"): PUBLIC,
    ("GET", "/api/tablets/this"): PUBLIC,
    ("POST", "/api/late-operations"): PUBLIC,
    ("GET", "/api/late-operations"): REVIEW,
    ("POST", "/api/late-operations/{operation_id}/accept"): REVIEW,
    ("POST", "/api/late-operations/{operation_id}/dismiss"): REVIEW,
    # The web app's own files; no route of the API can end here.
    ("GET", "/{path:path}"): PUBLIC,
}

HOUSE_ROUTES: dict[Route, Access] = {
    ("GET", "/api/rooms"): SIGNED_IN,
    ("GET", "/api/rooms/{number}"): SIGNED_IN,
    ("POST", "/api/rooms/import"): only(MANAGER, ADMINISTRATOR),
    ("POST", "/api/rooms/{number}/commands"): ROOM_CONTROL,
    ("POST", "/api/rooms/{number}/release"): ROOM_CONTROL,
    ("POST", "/api/rooms/{number}/precondition"): only(DESK, SUPERVISOR, ENGINEER, MANAGER),
    ("GET", "/api/rooms/{number}/history"): ROOM_PAST,
    ("GET", "/api/comfort/arrivals"): COMFORT,
    ("GET", "/api/comfort/figures"): COMFORT,
    ("GET", "/api/comfort/habits"): COMFORT,
    ("GET", "/api/comfort/models"): COMFORT,
    ("GET", "/api/comfort/weather"): only(DESK, ENGINEER, MANAGER, ADMINISTRATOR),
    ("GET", "/api/rooms/{number}/model"): ROOM_PAST,
    ("GET", "/api/rooms/{number}/comfort"): ROOM_PAST,
    ("GET", "/api/rooms/{number}/timeline"): FLOOR,
    ("GET", "/api/rooms/{number}/status"): SIGNED_IN,
    ("PATCH", "/api/rooms/{number}/status"): only(DESK, ATTENDANT, SUPERVISOR, ENGINEER, MANAGER),
    ("GET", "/api/tasks"): HOUSEKEEPING,
    ("POST", "/api/tasks"): only(DESK, ATTENDANT, SUPERVISOR, MANAGER),
    ("GET", "/api/tasks/{task_id}"): HOUSEKEEPING,
    ("PATCH", "/api/tasks/{task_id}"): only(SUPERVISOR, MANAGER),
    ("POST", "/api/tasks/{task_id}/actions"): only(DESK, ATTENDANT, SUPERVISOR, MANAGER),
    ("GET", "/api/tasks/{task_id}/history"): HOUSEKEEPING,
    ("GET", "/api/shifts"): HOUSEKEEPING,
    ("POST", "/api/shifts"): LEADERS,
    ("GET", "/api/shifts/{shift_id}"): HOUSEKEEPING,
    ("PATCH", "/api/shifts/{shift_id}"): LEADERS,
    ("DELETE", "/api/shifts/{shift_id}"): LEADERS,
    ("POST", "/api/shifts/{shift_id}/sick"): LEADERS,
    ("GET", "/api/board"): only(DESK, SUPERVISOR, MANAGER),
    ("POST", "/api/board/plan"): LEADERS,
    ("POST", "/api/board/replan"): LEADERS,
    ("POST", "/api/board/move"): LEADERS,
    ("POST", "/api/board/lock"): LEADERS,
    ("POST", "/api/board/merge"): LEADERS,
    ("GET", "/api/housekeeping/status"): HOUSEKEEPING,
    ("POST", "/api/rooms/{number}/found"): only(DESK, ATTENDANT, SUPERVISOR, ENGINEER, MANAGER),
    ("GET", "/api/discrepancies"): HOUSEKEEPING,
    ("POST", "/api/discrepancies/{discrepancy_id}/resolve"): only(DESK, SUPERVISOR, MANAGER),
    ("GET", "/api/housekeeping/reminders"): HOUSEKEEPING,
    ("GET", "/api/housekeeping/durations"): HOUSEKEEPING,
    ("GET", "/api/housekeeping/durations/attendants"): only(SUPERVISOR, MANAGER),
    ("GET", "/api/housekeeping/rules"): HOUSEKEEPING,
    ("GET", "/api/housekeeping/rules/{rule_id}"): HOUSEKEEPING,
    ("PUT", "/api/housekeeping/rules/{rule_id}"): only(SUPERVISOR, MANAGER),
    ("GET", "/api/housekeeping/settings"): HOUSEKEEPING,
    ("PUT", "/api/housekeeping/settings"): only(SUPERVISOR, MANAGER),
    ("GET", "/api/checklists"): HOUSEKEEPING,
    ("GET", "/api/checklists/{kind}"): HOUSEKEEPING,
    ("PUT", "/api/checklists/{kind}"): only(SUPERVISOR, MANAGER),
    ("GET", "/api/commands/{command_id}"): ROOM_PAST,
    ("POST", "/api/actions"): ROOM_CONTROL,
    ("GET", "/api/actions"): ROOM_PAST,
    ("GET", "/api/actions/{action_id}"): ROOM_PAST,
    ("GET", "/api/hands-off"): ROOM_PAST,
    ("PUT", "/api/hands-off/{scope}"): DEVICES,
    ("DELETE", "/api/hands-off/{scope}"): DEVICES,
    ("GET", "/api/equipment"): DEVICES,
    ("PUT", "/api/equipment/{scope}"): DEVICES,
    ("DELETE", "/api/equipment/{scope}"): DEVICES,
    ("GET", "/api/devices"): DEVICES,
    ("GET", "/api/devices/refused"): DEVICES,
    ("GET", "/api/devices/retained-commands"): DEVICES,
    ("POST", "/api/devices/retained-commands/clear"): DEVICES,
    ("GET", "/api/devices/export"): DEVICES,
    ("POST", "/api/devices/import"): DEVICES,
    ("POST", "/api/devices/approve"): DEVICES,
    ("GET", "/api/devices/{device_id}"): DEVICES,
    ("GET", "/api/devices/{device_id}/commands"): DEVICES,
    ("POST", "/api/devices/{device_id}/approve"): DEVICES,
    ("POST", "/api/devices/{device_id}/withdraw-approval"): DEVICES,
    ("POST", "/api/devices/{device_id}/try"): TRIALS,
    ("GET", "/api/stays"): GUESTS,
    ("POST", "/api/stays"): GUESTS,
    ("POST", "/api/stays/import"): GUESTS,
    ("GET", "/api/stays/{stay_id}"): GUESTS,
    ("PATCH", "/api/stays/{stay_id}"): GUESTS,
    ("GET", "/api/stays/{stay_id}/eta-history"): GUESTS,
    ("GET", "/api/stays/{stay_id}/room-suggestions"): GUESTS,
    ("POST", "/api/stays/{stay_id}/sign"): GUESTS,
    ("POST", "/api/stays/{stay_id}/queue"): GUESTS,
    ("DELETE", "/api/stays/{stay_id}/queue"): GUESTS,
    ("POST", "/api/stays/{stay_id}/check-in"): GUESTS,
    ("POST", "/api/stays/{stay_id}/check-out"): GUESTS,
    ("POST", "/api/stays/{stay_id}/move"): GUESTS,
    ("POST", "/api/stays/{stay_id}/cancel"): GUESTS,
    ("POST", "/api/stays/{stay_id}/no-show"): GUESTS,
    ("POST", "/api/stays/{stay_id}/undo"): GUESTS,
    ("GET", "/api/stays/{stay_id}/preferences"): GUESTS,
    ("PUT", "/api/stays/{stay_id}/preferences"): GUESTS,
    ("GET", "/api/guests"): GUESTS,
    ("POST", "/api/guests"): GUESTS,
    ("GET", "/api/guests/{guest_id}"): GUESTS,
    ("PATCH", "/api/guests/{guest_id}"): GUESTS,
    ("GET", "/api/guests/{guest_id}/preferences"): GUESTS,
    ("PUT", "/api/guests/{guest_id}/preferences"): GUESTS,
    ("GET", "/api/arrivals"): only(DESK, SUPERVISOR, MANAGER),
    ("POST", "/api/files"): FLOOR,
    ("GET", "/api/files/{file_id}"): FLOOR,
    ("POST", "/api/files/documents"): TICKETS,
    ("GET", "/api/assets"): ASSETS,
    ("GET", "/api/assets/models"): ASSETS,
    ("POST", "/api/assets"): TICKETS,
    ("POST", "/api/assets/import"): TICKETS,
    ("GET", "/api/assets/{asset_id}"): ASSETS,
    ("PATCH", "/api/assets/{asset_id}"): TICKETS,
    ("DELETE", "/api/assets/{asset_id}"): TICKETS,
    ("POST", "/api/assets/{asset_id}/move"): TICKETS,
    ("POST", "/api/assets/{asset_id}/lock-out"): TICKETS,
    ("DELETE", "/api/assets/{asset_id}/lock-out"): TICKETS,
    ("GET", "/api/assets/{asset_id}/timeline"): ASSETS,
    ("POST", "/api/assets/{asset_id}/documents"): TICKETS,
    ("DELETE", "/api/assets/{asset_id}/documents/{document_id}"): TICKETS,
    ("POST", "/api/assets/{asset_id}/parts"): TICKETS,
    ("DELETE", "/api/assets/{asset_id}/parts/{part_id}"): TICKETS,
    ("GET", "/api/lost-and-found"): FLOOR,
    ("POST", "/api/lost-and-found"): FLOOR,
    ("GET", "/api/lost-and-found/{item_id}"): FLOOR,
    ("PATCH", "/api/lost-and-found/{item_id}"): only(DESK, SUPERVISOR, MANAGER),
    ("POST", "/api/lost-and-found/{item_id}/actions"): FLOOR,
    ("GET", "/api/stock/{stock}/goods"): FLOOR,
    ("PUT", "/api/stock/{stock}/goods"): LEADERS,
    ("GET", "/api/stock/{stock}/counts"): FLOOR,
    ("POST", "/api/stock/{stock}/counts"): FLOOR,
    ("DELETE", "/api/stock/counts/{count_id}"): FLOOR,
    ("POST", "/api/fault-reports"): FLOOR,
    ("GET", "/api/fault-reports"): FLOOR,
    ("GET", "/api/tickets"): FLOOR,
    ("GET", "/api/tickets/{ticket_id}"): FLOOR,
    ("GET", "/api/tickets/{ticket_id}/history"): FLOOR,
    ("POST", "/api/tickets/{ticket_id}/actions"): only(DESK, SUPERVISOR, ENGINEER, MANAGER),
    ("POST", "/api/tickets/{ticket_id}/comments"): FLOOR,
    ("PATCH", "/api/tickets/{ticket_id}"): TICKETS,
    ("POST", "/api/tickets/{ticket_id}/ticks"): TICKETS,
    ("POST", "/api/tickets/{ticket_id}/lock-out"): TICKETS,
    ("DELETE", "/api/tickets/{ticket_id}/lock-out"): TICKETS,
    ("GET", "/api/tickets/{ticket_id}/self-test"): TICKETS,
    ("POST", "/api/tickets/{ticket_id}/self-test"): TICKETS,
    ("GET", "/api/lock-outs"): ROOM_PAST,
    ("GET", "/api/maintenance/on-call"): only(SUPERVISOR, ENGINEER, MANAGER),
    ("PUT", "/api/maintenance/on-call"): only(MANAGER),
    ("POST", "/api/tickets/{ticket_id}/acknowledge"): only(DESK, SUPERVISOR, ENGINEER, MANAGER),
    ("GET", "/api/tickets/{ticket_id}/notices"): only(SUPERVISOR, ENGINEER, MANAGER),
    ("GET", "/api/push/key"): SIGNED_IN,
    ("POST", "/api/push/subscriptions"): SIGNED_IN,
    ("DELETE", "/api/push/subscriptions/{subscription_id}"): SIGNED_IN,
    ("POST", "/api/tickets/{ticket_id}/off-sale"): TICKETS,
    ("POST", "/api/tickets/{ticket_id}/off-sale/decision"): only(DESK, MANAGER),
    ("DELETE", "/api/tickets/{ticket_id}/off-sale"): only(DESK, ENGINEER, MANAGER),
    ("POST", "/api/tickets/{ticket_id}/costs"): TICKETS,
    ("DELETE", "/api/tickets/{ticket_id}/costs/{cost_id}"): TICKETS,
    ("GET", "/api/maintenance/engineers"): TICKETS,
    ("GET", "/api/maintenance/levels"): FLOOR,
    ("GET", "/api/diagnosis/rules"): TICKETS,
    ("POST", "/api/demo/faults"): TICKETS,
    ("PUT", "/api/diagnosis/rules/{code}"): TICKETS,
    ("GET", "/api/diagnosis/findings"): TICKETS,
    ("POST", "/api/diagnosis/findings/{finding_id}/ticket"): TICKETS,
    ("POST", "/api/diagnosis/findings/{finding_id}/verdict"): TICKETS,
    ("GET", "/api/diagnosis/mutes"): TICKETS,
    ("POST", "/api/diagnosis/mutes"): TICKETS,
    ("DELETE", "/api/diagnosis/mutes"): TICKETS,
    ("POST", "/api/diagnosis/filters"): TICKETS,
    ("GET", "/api/qr/rooms"): only(SUPERVISOR, ENGINEER, MANAGER),
    ("GET", "/api/qr/assets"): TICKETS,
    ("GET", "/api/scan/{kind}/{key}"): FLOOR,
    ("PUT", "/api/maintenance/levels"): only(MANAGER),
    ("GET", "/api/preventive/plans"): UPKEEP,
    ("POST", "/api/preventive/plans"): TICKETS,
    ("GET", "/api/preventive/plans/{plan_id}"): UPKEEP,
    ("PUT", "/api/preventive/plans/{plan_id}"): TICKETS,
    ("GET", "/api/preventive/work"): UPKEEP,
    ("GET", "/api/preventive/compliance"): UPKEEP,
    ("GET", "/api/preventive/export/{table}"): UPKEEP,
    ("GET", "/api/reliability"): UPKEEP,
    ("GET", "/api/assets/{asset_id}/reliability"): UPKEEP,
    ("GET", "/api/replacements"): UPKEEP,
    ("GET", "/api/maintenance/replacement-terms"): UPKEEP,
    ("PUT", "/api/maintenance/replacement-terms"): only(MANAGER),
    ("GET", "/api/exports/{table}"): only(DESK, SUPERVISOR, ENGINEER, MANAGER),
}

ROUTES: dict[Route, Access] = {**SERVICE_ROUTES, **HOUSE_ROUTES}


@dataclass(frozen=True, slots=True)
class _Entry:
    method: str
    template: str
    pattern: re.Pattern[str]
    access: Access


@dataclass(frozen=True, slots=True)
class Match:
    """What the table says of a request. `template` is safe to log: it holds nothing of the caller's."""

    template: str
    access: Access | None
    allowed_methods: tuple[str, ...] = ()


class RouteTable:
    """The table, ready to be asked.

    Args:
        routes: access by (method, path template as FastAPI writes it).
    """

    def __init__(self, routes: Mapping[Route, Access] = ROUTES) -> None:
        entries = [
            _Entry(method, template, re.compile(_pattern(template)), access)
            for (method, template), access in routes.items()
        ]
        # A path as written goes before one with a parameter: "/api/stays/import" is no stay.
        self._entries = sorted(entries, key=lambda entry: _specificity(entry.template))

    def find(self, method: str, path: str) -> Match:
        """The entry for a request; `access` is None when there is none (or none for this method)."""
        method = "GET" if method == "HEAD" else method
        if not path.isprintable():
            return Match("unknown", None)
        others: list[_Entry] = []
        for entry in self._entries:
            if not entry.pattern.fullmatch(path) or (_is_api(path) and not _is_api(entry.template)):
                continue
            if entry.method == method:
                return Match(entry.template, entry.access)
            others.append(entry)
        if not others:
            return Match("unknown", None)
        return Match(others[0].template, None, tuple(sorted({entry.method for entry in others})))


def _is_api(path: str) -> bool:
    return path == "/api" or path.startswith("/api/")


def _pattern(template: str) -> str:
    parts = re.split(r"(\{[^}]+\})", template)
    return "".join(
        (".*" if part.endswith(":path}") else "[^/]+") if part.startswith("{") else re.escape(part)
        for part in parts
    )


def _specificity(template: str) -> tuple[bool, int, str]:
    return (":path}" in template, template.count("{"), template)


def example_path(template: str) -> str:
    """A path that the template matches, for tests that walk the application."""
    return re.sub(r"\{[^}]+\}", "x", template)


def table_faults(served: Iterable[Route], routes: Mapping[Route, Access] = ROUTES) -> list[str]:
    """What differs between the routes that an application serves and the table; empty when nothing does."""
    have = {(method, _unnamed(template)) for method, template in served if method != "HEAD"}
    named = {(method, _unnamed(template)) for method, template in routes}
    return sorted(
        [f"{method} {template} is served but not in the table" for method, template in have - named]
        + [f"{method} {template} is in the table but not served" for method, template in named - have]
    )


def _unnamed(template: str) -> str:
    """Parameters' names do not matter to who may call."""
    return re.sub(r"\{[^}:]+", "{", template)
