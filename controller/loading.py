"""What was on disk, brought back into memory: devices, rooms with what they remember, commands under way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from controller import arrivals_store, store
from controller.arbitration import Claim
from controller.dispatch import LiveCommand
from controller.ends import ENDS
from controller.eta import Sign, errors_from_json, habit_from_json
from controller.flight import CommandsInFlight
from controller.house import House
from controller.purpose import purpose_of
from controller.register import Register
from controller.room import Manual
from controller.rows import plan_from_json
from controller.twin import Twin


def twins(
    register: Register, entities: list[store.EntityRow], checkpoints: list[store.CheckpointRow]
) -> None:
    """Fill the register with every known entity and what its twin held."""
    kept = {row.entity_id: row for row in checkpoints}
    monotonic, started = register.clock.monotonic(), int(register.clock.wall().timestamp())
    for row in entities:
        description = store.description_from_json(row.description)
        purpose: Any = row.purpose or purpose_of(description)
        twin = Twin(row.id, description, purpose)
        twin.room, twin.approved, twin.withdrawn = row.room, row.approved, row.withdrawn
        twin.suggested_room, twin.vouched = row.suggested_room, row.vouched
        twin.met_monotonic = monotonic
        # Of a revision that was never written down nothing is known but that it is less than the time:
        # no property changes its desire every second for long.
        twin.first_revision = started
        register.by_key[twin.key] = register.by_id[twin.id] = twin
        register.configs[twin.id] = row.config
        register.note_via(twin)
        checkpoint = kept.get(row.id)
        if checkpoint is None:
            continue
        twin.last_seen = checkpoint.last_seen
        for name, (reported, reported_at, desired, revision) in checkpoint.facets.items():
            facet = twin.facet(name)
            facet.reported = reported
            facet.reported_at = datetime.fromisoformat(reported_at) if reported_at else None
            facet.desired, facet.revision = desired, max(revision + 1, twin.first_revision)
        # Who is reachable is asked anew.
        twin.forget_availability()


def rooms(
    house: House,
    claims: list[store.ClaimRow],
    panels: list[store.PanelRow],
    memories: list[store.RoomMemoryRow],
    plans: list[store.PlanRow],
    manuals: list[store.ManualRow],
) -> None:
    """Give the rooms back what they remember, who has a say in them, and their plans."""
    rooms = house.register.rooms
    for memory in memories:
        if memory.room in rooms:
            rooms[memory.room].restore(memory.memory)
    for row in claims:
        if row.room in rooms:
            level: Any = row.level
            rooms[row.room].claims.claim(
                Claim(
                    row.device_id,
                    row.name,
                    level,
                    row.value,
                    row.since,
                    row.by,
                    row.cause,
                    row.stay_id,
                    row.until,
                )
            )
    for panel in panels:
        if panel.room in rooms:
            shown: Any = panel.panel
            rooms[panel.room].panel, rooms[panel.room].panel_since = shown, panel.since
    for plan in plans:
        if plan.room in rooms:
            rooms[plan.room].plan = plan_from_json(plan.plan)
    for manual in manuals:
        if manual.room in rooms:
            rooms[manual.room].manual = Manual(manual.celsius, manual.ready_by, manual.made_at, manual.by)


def arrivals(
    house: House, habits: list[arrivals_store.HabitRow], signs: list[arrivals_store.SignRow]
) -> None:
    """When guests come, as it was learned; and the signs that those who are expected gave."""
    for row in habits:
        if row.subject == "errors":
            house.errors = errors_from_json(row.learned)
        elif row.subject == "habit":
            house.habit = habit_from_json(row.learned)
    for sign in signs:
        kind: Any = sign.kind
        house.tenancies.signs[sign.stay_id] = Sign(kind, sign.at, sign.eta)


def commands(flight: CommandsInFlight, register: Register, rows: list[store.CommandRow]) -> None:
    """What was under way: expired ones end, of each property the newest goes on."""
    wall, monotonic, now = register.clock.wall(), register.clock.monotonic(), register.clock.now()
    for row in rows:
        twin = register.by_id.get(row.device_id)
        level: Any = row.level
        state: Any = row.state
        left = (row.wall_expires_at - wall).total_seconds()
        live = LiveCommand(
            id=row.id,
            room=row.room,
            device_id=row.device_id,
            entity_key=twin.key if twin is not None else "",
            device_name=row.device_name,
            property=row.name,
            value=row.value,
            state=state,
            level=level,
            cause=row.cause,
            by=row.by,
            made_at=row.made_at,
            expires_at=row.expires_at,
            wall_expires_at=row.wall_expires_at,
            # never longer than any command lives, should the machine's clock have jumped back
            expires_monotonic=monotonic + min(left, register.policies.commands.expire_transport_seconds),
            sent_at=row.sent_at,
            sent_monotonic=monotonic if row.state == "sent" else None,
            detail=row.detail,
            saved=True,
            reloaded=row.state == "sent",
        )
        flight.enqueue(live)
        if twin is None:
            flight.dispatch.end(live, "reject", now, ENDS["device_gone"])
            register.write_command(live)
        elif left <= 0:
            event: Any = "expire" if row.state == "queued" else "time_out"
            flight.dispatch.end(live, event, now, ENDS["not_running"])
            register.write_command(live)
        elif live.state == "sent":
            twin.facet("motion" if live.property == "action" else live.property).watched = True
