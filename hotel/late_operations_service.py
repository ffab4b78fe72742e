"""Taking in late operations and deciding on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotel.actor import SYSTEM, Actor
from hotel.database import Database
from hotel.errors import NotFound, TooMany
from hotel.idempotency import was_done
from hotel.ids import new_id
from hotel.late_operations import (
    LONGEST_AGE_SECONDS,
    MOST_WAITING,
    LateOperation,
    LateState,
    check_replayable,
    next_state,
)
from hotel.late_operations_store import (
    LateOperationRow,
    by_key,
    count_waiting,
    late_operation_from,
    late_operation_row,
    page,
)
from hotel.messages import LateOperationChanged
from hotel.staff_store import staff_row
from hotel.tablets import Tablet


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An operation as a tablet hands it in. `age_seconds`: how long ago, by its difference of times."""

    key: str
    staff_id: str
    method: str
    path: str
    seen_version: int | None
    body: Any
    label_key: str
    label_values: dict[str, Any]
    age_seconds: float


class LateOperationService:
    """The late operations of one property."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(
        self, tablet: Tablet | None, actor: Actor | None, operations: Sequence[HandedIn]
    ) -> list[tuple[str, LateState]]:
        """Keep the operations, all or none; (key, state) of each. What is there already stays as it is.

        Args:
            tablet: which one hands them in; None when a person does it for themselves from another device.
            actor: who is signed in there, if anybody.

        Raises:
            NotFound: an author whom this house never had.
            Invalid: no operation that can be handed in.
            TooMany: too many wait for a supervisor.
        """
        for operation in operations:
            check_replayable(operation.method, operation.path)
        states: list[tuple[str, LateState]] = []
        with self._database.write() as tx:
            session = tx.session
            room = MOST_WAITING - count_waiting(session, tx.property_id)
            for operation in operations:
                known = by_key(session, tx.property_id, operation.staff_id, operation.key)
                if known is not None:
                    states.append((operation.key, LateState(known.state)))
                    continue
                if tablet is None and (actor is None or actor.id != operation.staff_id):
                    raise NotFound("unknown_tablet", "This tablet may hand in nobody else's work.")
                author = staff_row(session, tx.property_id, operation.staff_id)
                done = was_done(session, tx.property_id, operation.staff_id, operation.key)
                state = LateState.APPLIED if done else LateState.WAITING
                room -= state is LateState.WAITING
                if room < 0:
                    raise TooMany("too_many_late", "Too many late operations wait for a supervisor.")
                now = tx.clock.now()
                row = LateOperationRow(
                    id=new_id(),
                    property_id=tx.property_id,
                    key=operation.key,
                    staff_id=operation.staff_id,
                    staff_name=author.name,
                    tablet_name=tablet.name if tablet is not None else None,
                    method=operation.method,
                    path=operation.path,
                    seen_version=operation.seen_version,
                    request={"body": operation.body},
                    label_key=operation.label_key,
                    label_values=operation.label_values,
                    happened_at=now - timedelta(seconds=operation.age_seconds * tx.clock.speed),
                    received_at=now,
                    state=state.value,
                )
                session.add(row)
                session.flush()
                states.append((operation.key, state))
                tx.audit(
                    actor or SYSTEM,
                    "late_operation.handed_in",
                    f"late_operation:{row.id}",
                    author=operation.staff_id,
                    tablet=tablet.id if tablet is not None else None,
                )
                tx.announce(LateOperationChanged(row.id, state.value))
        return states

    def listed(self, *, waiting: bool, after: str | None, limit: int) -> list[LateOperation]:
        """In the order of their arrival."""
        with self._database.read() as session:
            return page(session, self._database.property_id, waiting=waiting, after=after, limit=limit)

    def age_seconds(self, operation: LateOperation) -> float:
        """How long ago it happened by now, in transport seconds, as a tablet would say."""
        clock = self._database.clock
        hotel_seconds = (clock.now() - operation.happened_at).total_seconds()
        return min(max(hotel_seconds / clock.speed, 0.0), LONGEST_AGE_SECONDS)

    def begin(self, actor: Actor, operation_id: str) -> LateOperation:
        """Take it to be done now. Raises NotFound, Conflict."""
        return self._step(actor, operation_id, "begin")

    def end(self, actor: Actor, operation_id: str, *, done: bool) -> LateOperation:
        """It was done, or refused and waits again. Raises NotFound, Conflict."""
        return self._step(actor, operation_id, "done" if done else "refused")

    def dismiss(self, actor: Actor, operation_id: str) -> LateOperation:
        """Decide that it is not done. Raises NotFound, Conflict."""
        return self._step(actor, operation_id, "dismiss")

    def _step(self, actor: Actor, operation_id: str, step: str) -> LateOperation:
        with self._database.write() as tx:
            row = late_operation_row(tx.session, tx.property_id, operation_id)
            after = next_state(late_operation_from(row), step, actor)
            row.state = after.value
            row.reviewed_by_id, row.reviewed_by = actor.id, actor.name
            row.reviewed_at = tx.clock.now()
            if after in (LateState.ACCEPTED, LateState.DISMISSED):
                tx.audit(
                    actor,
                    f"late_operation.{after.value}",
                    f"late_operation:{row.id}",
                    author=row.staff_id,
                    path=row.path,
                )
                tx.announce(LateOperationChanged(row.id, after.value))
            return late_operation_from(row)
