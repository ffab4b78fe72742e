"""The routes of tickets.

An action that does not fit any more is answered 409 `impossible_now` with who made the last step, when,
and the ticket as it is, so that a tablet can show both sides.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from hotel.actor import Actor
from hotel.idempotency import act_once
from hotel.requests import CurrentActor, OnceKey, SeenVersion, TapAge, etag
from maintenance.off_sale_service import OffSaleService
from maintenance.tickets import OPEN_STATES, ImpossibleNow, Priority, TicketKind, TicketSource, TicketState
from maintenance.tickets_schemas import (
    Engineer,
    EngineerList,
    MaintenanceLevels,
    OffSaleDecision,
    OffSaleToPropose,
    Ticket,
    TicketActionToDo,
    TicketComment,
    TicketCostToAdd,
    TicketEdit,
    TicketHistory,
    TicketList,
    TicketLockList,
    TicketLockToSet,
    TicketTicks,
    levels_shape,
    lock_shape,
    step_shape,
    ticket_shape,
)
from maintenance.tickets_service import TicketService
from maintenance.tickets_store import TicketFilter

DEFAULT_PAGE = 200
LARGEST_PAGE = 500

Short = Annotated[str | None, Query(max_length=64)]


def routes(service: TicketService, off_sale: OffSaleService) -> APIRouter:
    """Every route of tickets, with full paths."""
    router = APIRouter(tags=["maintenance"])
    database = service.database

    def shown(ticket_id: str, actor: Actor, response: Response | None = None) -> Ticket:
        view = service.show(ticket_id)
        if response is not None:
            response.headers["ETag"] = etag(view.row.version)
        return ticket_shape(view, actor, database.clock.now())

    @router.get("/api/tickets")
    def list_tickets(
        actor: CurrentActor,
        state: Annotated[list[TicketState] | None, Query()] = None,
        open_only: Annotated[bool, Query(alias="open")] = False,
        room: Short = None,
        assigned_to: Short = None,
        priority: Annotated[list[Priority] | None, Query()] = None,
        source: TicketSource | None = None,
        kind: TicketKind | None = None,
        fault: Short = None,
        asset_id: Short = None,
        below: Annotated[int | None, Query(ge=1)] = None,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = DEFAULT_PAGE,
    ) -> TicketList:
        """Tickets, newest first; `assigned_to` is an id, `me` or `none` (nobody's). Reports, costs and
        evidence are with the single ticket only."""
        holder = {"me": actor.id, "none": "", None: None}.get(assigned_to, assigned_to)
        states = state or (sorted(OPEN_STATES) if open_only else None)
        wanted = TicketFilter(
            states=tuple(one.value for one in states) if states else None,
            room=room,
            assigned_to_id=holder,
            priorities=tuple(one.value for one in priority) if priority else None,
            source=source.value if source else None,
            kind=kind.value if kind else None,
            fault=fault,
            asset_key=asset_id,
            below=below,
        )
        views, following = service.page(wanted, limit)
        now = database.clock.now()
        return TicketList(
            items=[ticket_shape(view, actor, now) for view in views],
            next=str(following) if following else None,
        )

    @router.get("/api/tickets/{ticket_id}")
    def show_ticket(ticket_id: str, actor: CurrentActor, response: Response) -> Ticket:
        return shown(ticket_id, actor, response)

    @router.get("/api/tickets/{ticket_id}/history")
    def ticket_history(ticket_id: str, actor: CurrentActor) -> TicketHistory:
        return TicketHistory(items=[step_shape(step) for step in service.history(ticket_id)])

    @router.post("/api/tickets/{ticket_id}/actions")
    def act_on_ticket(
        ticket_id: str,
        actor: CurrentActor,
        body: TicketActionToDo,
        key: OnceKey,
        age: TapAge,
        response: Response,
    ) -> Ticket:
        """Triage, accept, hold, resolve … `Operation-Age-Seconds` says how old the tap is."""
        try:
            act_once(database, actor, key, lambda tx: service.act(tx, actor, ticket_id, body.tap(age)))
        except ImpossibleNow as refused:
            now = shown(ticket_id, actor)
            refused.values |= _both_sides(now)
            raise
        return shown(ticket_id, actor, response)

    @router.post("/api/tickets/{ticket_id}/comments", status_code=201)
    def comment_on_ticket(
        ticket_id: str,
        actor: CurrentActor,
        body: TicketComment,
        key: OnceKey,
        age: TapAge,
        response: Response,
    ) -> Ticket:
        act_once(
            database,
            actor,
            key,
            lambda tx: service.comment(tx, actor, ticket_id, body.text, body.photos, age),
        )
        return shown(ticket_id, actor, response)

    @router.patch("/api/tickets/{ticket_id}")
    def edit_ticket(
        ticket_id: str,
        actor: CurrentActor,
        body: TicketEdit,
        seen: SeenVersion,
        key: OnceKey,
        response: Response,
    ) -> Ticket:
        act_once(database, actor, key, lambda tx: service.edit(tx, actor, ticket_id, seen, body.changes()))
        return shown(ticket_id, actor, response)

    @router.post("/api/tickets/{ticket_id}/ticks")
    def tick_ticket(
        ticket_id: str,
        actor: CurrentActor,
        body: TicketTicks,
        key: OnceKey,
        age: TapAge,
        response: Response,
    ) -> Ticket:
        """Tick lines of the checklist, by their keys."""
        act_once(database, actor, key, lambda tx: service.tick(tx, actor, ticket_id, body.ticks, age))
        return shown(ticket_id, actor, response)

    @router.post("/api/tickets/{ticket_id}/costs", status_code=201)
    def add_ticket_cost(
        ticket_id: str,
        actor: CurrentActor,
        body: TicketCostToAdd,
        key: OnceKey,
        age: TapAge,
        response: Response,
    ) -> Ticket:
        """Minutes of work, parts, other expenses; never below zero."""
        cost = body.cost()
        act_once(database, actor, key, lambda tx: service.add_cost(tx, actor, ticket_id, cost, age))
        return shown(ticket_id, actor, response)

    @router.delete("/api/tickets/{ticket_id}/costs/{cost_id}")
    def take_back_ticket_cost(
        ticket_id: str, cost_id: str, actor: CurrentActor, key: OnceKey, response: Response
    ) -> Ticket:
        act_once(database, actor, key, lambda tx: service.take_back_cost(tx, actor, ticket_id, cost_id))
        return shown(ticket_id, actor, response)

    @router.post("/api/tickets/{ticket_id}/lock-out")
    def lock_out(
        ticket_id: str, actor: CurrentActor, body: TicketLockToSet, key: OnceKey, response: Response
    ) -> Ticket:
        """Isolate the asset: no command from any source reaches it. It never replaces the electrical
        isolation."""
        act_once(
            database,
            actor,
            key,
            lambda tx: service.lock_out(tx, actor, ticket_id, body.asset_id, body.reason),
        )
        return shown(ticket_id, actor, response)

    @router.delete("/api/tickets/{ticket_id}/lock-out")
    def release_lock_out(ticket_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Ticket:
        """Only who has set it, or a manager."""
        act_once(database, actor, key, lambda tx: service.release_lock_out(tx, actor, ticket_id))
        return shown(ticket_id, actor, response)

    @router.post("/api/tickets/{ticket_id}/off-sale")
    def propose_off_sale(
        ticket_id: str, actor: CurrentActor, body: OffSaleToPropose, key: OnceKey, response: Response
    ) -> Ticket:
        """Propose to the front desk that the room leaves the sale."""
        act_once(
            database,
            actor,
            key,
            lambda tx: off_sale.propose(
                tx,
                actor,
                ticket_id,
                out_of_service=body.out_of_service,
                since=body.since,
                until=body.until,
                reason=body.reason,
            ),
        )
        return shown(ticket_id, actor, response)

    @router.post("/api/tickets/{ticket_id}/off-sale/decision")
    def decide_off_sale(
        ticket_id: str, actor: CurrentActor, body: OffSaleDecision, key: OnceKey, response: Response
    ) -> Ticket:
        """Agree, and the room leaves the sale at once or on its date; or decline."""
        act_once(database, actor, key, lambda tx: off_sale.decide(tx, actor, ticket_id, body.agree))
        return shown(ticket_id, actor, response)

    @router.delete("/api/tickets/{ticket_id}/off-sale")
    def give_back_off_sale(ticket_id: str, actor: CurrentActor, key: OnceKey, response: Response) -> Ticket:
        """Withdraw the proposal, or give the room back."""
        act_once(database, actor, key, lambda tx: off_sale.give_back(tx, actor, ticket_id))
        return shown(ticket_id, actor, response)

    @router.get("/api/lock-outs")
    def list_lock_outs(actor: CurrentActor) -> TicketLockList:
        """All that is isolated for work now."""
        return TicketLockList(items=[lock_shape(lock) for lock in service.lock_outs()])

    @router.get("/api/maintenance/engineers")
    def list_engineers(actor: CurrentActor) -> EngineerList:
        """Who can be given a ticket."""
        return EngineerList(items=[Engineer(id=one, name=name) for one, name in service.engineers()])

    @router.get("/api/maintenance/levels")
    def show_levels(actor: CurrentActor, response: Response) -> MaintenanceLevels:
        """What each priority is owed, and the working hours."""
        levels, version = service.levels()
        response.headers["ETag"] = etag(version)
        return levels_shape(levels)

    @router.put("/api/maintenance/levels")
    def put_levels(
        actor: CurrentActor, body: MaintenanceLevels, seen: SeenVersion, response: Response
    ) -> MaintenanceLevels:
        """If-Match "0" makes the first. The clocks of open tickets follow."""
        with database.write() as tx:
            version = service.put_levels(tx, actor, seen, body.levels(service.levels()[0]))
        response.headers["ETag"] = etag(version)
        return levels_shape(service.levels()[0])

    return router


def _both_sides(ticket: Ticket) -> dict[str, Any]:
    return {
        "by": ticket.last_by,
        "at": ticket.last_at.isoformat(),
        "ticket": ticket.model_dump(mode="json", by_alias=True),
    }
