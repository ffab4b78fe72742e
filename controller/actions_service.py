"""Compound actions at work: written with all their parts, then driven part by part, each to its end.

Parts begin in the order of their rooms, so many at a time; their commands go the way of every automatic
one, so that compressors rest and starts are staggered. What has not begun when its time is over is
stale and ends as expired: a controller that was dead for an hour does not do the hour's wishes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from controller import actions_store, store
from controller.actions import OPEN, SCENES, Action, Candidate, Part, Seen, Want, expand, judge
from controller.arbitration import level_for
from controller.asked import check_hands_off, check_rank, claims_asked
from controller.core import Core
from controller.dispatch import LiveCommand
from controller.ends import ENDS
from controller.lock_out import check_lock_out
from controller.readings import Action as ActionReading
from controller.readings import ActionDetail, CommandState, Level, OutcomeState
from controller.reconcile import matches
from controller.room import RoomState
from controller.shown import action_detail, action_reading
from controller.situation import Ask, Situation
from controller.twin import Twin
from controller.values import check_vouched, valid_value
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Conflict, Invalid, NotFound, Refused, TooMany
from hotel.ids import new_id
from hotel.rooms import room_order

MOST_OPEN = 20
MOST_UNDER_WAY = 200
MOST_REMEMBERED = 20
MOST_LISTED = 100
EXPIRE_TRANSPORT_SECONDS = 1800.0

Key = tuple[str, int]


@dataclass(slots=True)
class _Watched:
    """The newest command of a part; `live` None: it ended before a restart."""

    live: LiveCommand | None
    state: CommandState
    detail: str | None
    confirmed_monotonic: float | None = None

    def look(self, monotonic: float) -> None:
        if self.live is not None:
            self.state, self.detail = self.live.state, self.live.detail
        if self.state == "confirmed" and self.confirmed_monotonic is None:
            self.confirmed_monotonic = monotonic


class Actions:
    """Takes compound actions and brings every part of them to an end."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register
        self._flight = core.flight
        self._open: dict[str, Action] = {}
        self._ended: OrderedDict[str, Action] = OrderedDict()
        self._watched: dict[Key, _Watched] = {}
        self._loaded = False

    # Asked

    def start(
        self,
        tx: Transaction,
        actor: Actor,
        *,
        rooms: Sequence[str] = (),
        floors: Sequence[str] = (),
        scene: str | None = None,
        wants: Sequence[Want] = (),
        level: Level | None = None,
        reason: str | None = None,
    ) -> ActionReading:
        """Ask many devices at once, in the caller's transaction; they are asked after its commit.

        A device that does not take it, that is offline, out of hands or held by somebody higher ends as
        refused, and says so in the answer already.

        Raises:
            Invalid: nothing or too much is wanted, or the selection is empty.
            NotFound: no such room, floor or scene.
            Forbidden: the actor may not speak at this level.
            TooMany: too many actions are under way.
        """
        self.load()
        level = level_for(actor, level)
        if scene is not None and scene not in SCENES:
            raise NotFound("unknown_scene", f"There is no scene {scene}.", scenes=sorted(SCENES))
        if scene is not None and wants:
            raise Invalid("scene_or_wants", "Say either a scene or wants, not both.")
        clock = self._core.clock
        meant = tuple(SCENES[scene]) if scene is not None else tuple(wants)
        with self._core.lock:
            if len(self._open) >= MOST_OPEN:
                raise TooMany("too_many_actions", "Wait until one of the actions under way has ended.")
            chosen = self._rooms(rooms, floors)
            action = Action(
                new_id(),
                scene,
                meant,
                tuple(room.number for room in chosen),
                level,
                reason or "action",
                actor.name,
                clock.now(),
                clock.wall() + timedelta(seconds=EXPIRE_TRANSPORT_SECONDS),
                expand(meant, [(room.number, _stay(room), _candidates(room)) for room in chosen]),
            )
            for part in action.parts:
                self._refuse(action, part)
            self._note_end(action)
        row = {"property_id": tx.property_id, "id": action.id, **actions_store.action_values(action)}
        store.insert_all(tx.session, actions_store.ActionRow, [row])
        store.insert_all(
            tx.session,
            actions_store.ActionPartRow,
            [
                {
                    "property_id": tx.property_id,
                    "action_id": action.id,
                    "number": part.number,
                    **actions_store.part_values(part),
                }
                for part in action.parts
            ],
        )
        tx.audit(
            actor,
            "action.requested",
            action.id,
            rooms=list(action.rooms),
            scene=scene,
            devices=len(action.parts),
            level=level,
        )
        reading = action_reading(action)
        tx.after_commit(lambda: self._begin(action))
        return reading

    def _begin(self, action: Action) -> None:
        with self._core.lock:
            self._keep(action)
        self._core.wake.set()

    def _rooms(self, rooms: Sequence[str], floors: Sequence[str]) -> list[RoomState]:
        chosen = {number: self._core.room(number) for number in rooms}
        for floor in floors:
            there = [room for room in self._register.rooms.values() if room.floor == floor]
            if not there:
                raise NotFound("unknown_floor", f"There is no room on a floor {floor}.", floor=floor)
            chosen.update({room.number: room for room in there})
        if not chosen:
            raise Invalid("no_rooms", "Choose at least one room or floor.")
        return [chosen[number] for number in sorted(chosen, key=room_order)]

    # Read

    def read(self, action_id: str) -> ActionDetail:
        """An action with the outcome of each device.

        Raises:
            NotFound: no such action.
        """
        self.load()
        with self._core.lock:
            action = self._open.get(action_id) or self._ended.get(action_id)
            if action is not None:
                return action_detail(action)
        with self._core.database.read() as session:
            action = actions_store.action_of(session, self._core.database.property_id, action_id)
        if action is None:
            raise NotFound("unknown_action", "There is no such action.", action=action_id)
        return action_detail(action)

    def newest(self, room: str | None = None, limit: int = MOST_LISTED) -> list[ActionReading]:
        """The newest actions, of the property or that reach a room, newest first."""
        self.load()
        with self._core.database.read() as session:
            found = actions_store.newest_actions(
                session, self._core.database.property_id, room, min(limit, MOST_LISTED)
            )
        with self._core.lock:
            return [
                action_reading(self._open.get(action.id) or self._ended.get(action.id) or action)
                for action in found
            ]

    # Driven

    def load(self) -> None:
        """Take up what was under way before a restart. Once."""
        self._core.load()
        # Asked first without the lock, like the core: a request must never wait for a round.
        if not self._loaded:
            with self._core.pumping:
                self._load_once()

    def _load_once(self) -> None:
        if self._loaded:
            return
        property_id = self._core.database.property_id
        with self._core.database.read() as session:
            found = actions_store.open_actions(session, property_id)
            asked = [part.command_id for action in found for part in action.parts if part.command_id]
            ends = actions_store.command_ends(session, property_id, asked)
        with self._core.lock:
            for action in found:
                for part in action.parts:
                    self._take_up(action, part, ends)
                self._keep(action)
            self._loaded = True

    def _take_up(self, action: Action, part: Part, ends: dict[str, tuple[str, str | None]]) -> None:
        if part.state != "under_way" or part.command_id is None:
            return
        live = self._flight.dispatch.find(part.command_id)
        state, detail = ends.get(part.command_id, ("expired", None))
        pending = self._core.journal.pending(store.CommandRow, id=part.command_id)
        if pending is not None:  # it ended since, and its row is still to be written
            state, detail = pending["state"], pending["detail"]
        told: CommandState = state  # type: ignore[assignment]  # the column holds nothing else
        self._watched[action.id, part.number] = _Watched(live, told, detail)

    def advance(self) -> None:
        """Move every part that can move. Called once a round; cheap when nothing is under way."""
        self.load()
        with self._core.lock:
            if not self._open:
                return
            at = self._core.house.situation()
            wall = self._core.clock.wall()
            for action in list(self._open.values()):
                is_stale = wall >= action.wall_expires_at
                for part in [part for part in action.parts if part.state == "under_way"]:
                    self._follow(action, part, at, is_stale=is_stale)
            free = MOST_UNDER_WAY - sum(
                part.state == "under_way" for action in self._open.values() for part in action.parts
            )
            for action in list(self._open.values()):
                is_stale = wall >= action.wall_expires_at
                for part in [part for part in action.parts if part.state == "waiting"]:
                    if is_stale:
                        part.end("expired", at.now, ENDS["not_begun_in_time"])
                        self._write(action, part)
                    elif free > 0 and at.linked:
                        self._ask(action, part, at)
                        free -= 1
                self._note_end(action)
                if action.ended_at is not None:
                    self._core.journal.put(
                        actions_store.ActionRow, actions_store.action_values(action), id=action.id
                    )
                    self._keep(action)

    def _follow(self, action: Action, part: Part, at: Situation, *, is_stale: bool) -> None:
        """A part under way: what became of its command, and what comes next."""
        room, twin = self._found(part)
        watched = self._watched.get((action.id, part.number))
        if room is None or twin is None or watched is None:
            part.end("refused", at.now, ENDS["device_gone"])
            self._write(action, part)
            return
        watched.look(at.monotonic)
        if watched.state == "timed_out":
            self._adopt(action, part, watched)
        step = part.steps[part.at]
        effort = room.efforts.get((twin.id, step.property))
        confirmed = watched.confirmed_monotonic
        seen = Seen(
            watched.state,
            settled=confirmed is not None
            and at.monotonic - confirmed >= at.commands.settle_transport_seconds,
            given_up=is_stale or (effort is not None and effort.gave_up),
            reports_so=tuple(_reports_so(twin, step.property, step.value) for step in part.steps),
        )
        verdict, state = judge(part, seen)
        if verdict == "wait":
            return
        if verdict == "next":
            part.at += 1
            self._ask(action, part, at)
        elif verdict == "repair":
            part.repaired = True
            part.at = next(n for n, so in enumerate(seen.reports_so) if so is False)
            self._ask(action, part, at)
        else:
            detail = watched.detail
            if verdict == "over" and watched.state == "confirmed":
                detail = ENDS["went_back"]
            part.end(state, at.now, detail)
            self._write(action, part)
            if state == "expired":
                self._let_go(action, part, room)

    def _let_go(self, action: Action, part: Part, room: RoomState) -> None:
        """What ran out unsent is not wanted later either: its say must not do it by itself then."""
        for step in part.steps:
            claim = room.claims.at(str(part.device_id), step.property, action.level)
            if claim is not None and (claim.by, claim.value) == (action.by, step.value):
                for gone in room.claims.release(claim.device_id, claim.property, frozenset({claim.level})):
                    self._register.drop_claim(gone)
        self._register.dirty.add(room.number)

    def _adopt(self, action: Action, part: Part, watched: _Watched) -> None:
        """The house asked once more by itself, after a pause: that command is the part's now."""
        step = part.steps[part.at]
        assert part.device_id is not None
        newer = self._flight.dispatch.under_way(part.device_id, step.property)
        if newer is not None and newer.value == step.value:
            watched.live, part.command_id = newer, newer.id
            watched.look(float("-inf"))
            self._write(action, part)

    def _ask(self, action: Action, part: Part, at: Situation) -> None:
        """Ask for the step that is due, unless the device is so already; then for the one after it."""
        while True:
            if self._refuse(action, part):
                self._write(action, part)
                return
            room, twin = self._found(part)
            assert room is not None
            assert twin is not None
            step = part.steps[part.at]
            now = at.now
            for claim in claims_asked(
                room, twin, step.property, step.value, action.level, action.by, now, at.commands
            ):
                self._register.put_claim(room, claim)
                twin.facet(claim.property).desire(claim.value)
            outstanding = self._flight.dispatch.under_way(twin.id, step.property)
            if outstanding is None and _reports_so(twin, step.property, step.value):
                if part.at + 1 < len(part.steps):
                    part.at += 1
                    continue
                part.end("done", now, ENDS["nothing_to_do"] if part.command_id is None else None)
                self._write(action, part)
                return
            ask = Ask(twin, step.property, step.value, action.level, action.cause, action.by)
            live = self._core.house.command(room, ask, at)
            part.state, part.command_id = "under_way", live.id
            self._watched[action.id, part.number] = _Watched(live, live.state, None)
            self._write(action, part)
            return

    def _refuse(self, action: Action, part: Part) -> bool:
        """End a part whose next step may not be asked just now; returns whether it ended."""
        if part.state not in OPEN:
            return False
        state: OutcomeState = "refused"
        room, twin = self._found(part)
        try:
            if room is None or twin is None or twin not in room.twins:
                raise NotFound("unknown_device", ENDS["device_gone"])
            if part.stay_id is not None and part.stay_id != _stay(room):
                state = "superseded"
                raise Conflict("stay_over", "The stay that this was asked for is over.")
            check_hands_off(room.hands_off)
            check_lock_out(self._register.lock_over(twin))
            check_vouched(twin)
            if twin.available is False:
                raise Conflict("device_offline", "The device is offline.")
            for step in part.steps[part.at :]:
                valid_value(twin, step.property, step.value)
                check_rank(room, twin, step.property, action.level, self._core.clock.now())
        except Refused as refused:
            part.end(state, self._core.clock.now(), refused.message)
            return True
        return False

    def _found(self, part: Part) -> tuple[RoomState | None, Twin | None]:
        twin = self._register.by_id.get(part.device_id) if part.device_id is not None else None
        return self._register.rooms.get(part.room), twin

    def _note_end(self, action: Action) -> None:
        if action.ended_at is None and not action.is_open:
            action.ended_at = self._core.clock.now()

    def _keep(self, action: Action) -> None:
        if action.is_open:
            self._open[action.id] = action
            return
        self._open.pop(action.id, None)
        for part in action.parts:
            self._watched.pop((action.id, part.number), None)
        self._ended[action.id] = action
        while len(self._ended) > MOST_REMEMBERED:
            self._ended.popitem(last=False)

    def _write(self, action: Action, part: Part) -> None:
        self._core.journal.put(
            actions_store.ActionPartRow,
            actions_store.part_values(part),
            action_id=action.id,
            number=part.number,
        )


def _stay(room: RoomState) -> str | None:
    return room.stay.stay_id if room.stay is not None else None


def _candidates(room: RoomState) -> list[Candidate]:
    return [
        Candidate(twin.id, twin.description.name, twin.purpose)
        for twin in sorted(room.twins, key=lambda twin: twin.key)
        if twin.acts and twin.approved
    ]


def _reports_so(twin: Twin, name: str, value: bool | float | str | None) -> bool | None:
    """Whether the device reports this value now; None when it has no way to."""
    if name not in twin.description.reports:
        return None
    return matches(twin.description, name, value, twin.value(name))
