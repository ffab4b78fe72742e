"""Arrivals as people and other systems deal with them: signs of a guest on the way, records, figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from controller import store
from controller.arrivals_store import SignRow
from controller.core import Core
from controller.eta import Sign, SignKind
from controller.habits import Habits, habits
from controller.plans import LivePlan
from controller.records import ArrivalRecord, ComfortFigures, Saving, figures, is_walk_in
from hotel.actor import Actor
from hotel.database import Transaction
from hotel.errors import Invalid, NotFound
from hotel.messages import PlanChanged

# A sign tells of the next hours; what it says further ahead is an ETA.
LONGEST_SIGN_AHEAD = timedelta(hours=12)
SIGN_PAST_ALLOWANCE = timedelta(minutes=10)
LONGEST_FIGURES = timedelta(days=100)


class Arrivals:
    """Takes signs in, tells what arrivals came to."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._register = core.register

    def sign(self, tx: Transaction, actor: Actor, stay_id: str, kind: SignKind, eta: datetime | None) -> Sign:
        """A guest who is expected is on the way; a room that waits for a sign goes on to its target.

        Raises:
            NotFound: nobody with this stay is expected in a room within two days.
            Invalid: `eta` is past or too far ahead for a sign.
        """
        self._core.load()
        now = self._core.clock.now()
        if eta is not None and not now - SIGN_PAST_ALLOWANCE <= eta <= now + LONGEST_SIGN_AHEAD:
            raise Invalid(
                "sign_eta_out_of_range",
                "A sign tells of the next 12 hours; an earlier or later time is an ETA.",
                field="eta",
                allowed_from=(now - SIGN_PAST_ALLOWANCE).isoformat(),
                allowed_until=(now + LONGEST_SIGN_AHEAD).isoformat(),
            )
        with self._core.lock:
            room = next((room for room in self._register.rooms.values() if room.said_of == stay_id), None)
            if room is None or room.expected is None or room.expected.stay_id != stay_id:
                raise NotFound(
                    "stay_not_expected",
                    "Nobody with this stay is expected in a room within two days.",
                    stay=stay_id,
                )
            number = room.number
        sign = Sign(kind, now, eta)
        row = {
            "property_id": tx.property_id,
            "stay_id": stay_id,
            "kind": kind,
            "at": now,
            "eta": eta,
            "by": actor.name,
        }
        store.upsert(tx.session, SignRow, [row])
        tx.audit(actor, "stay.signed", f"stay:{stay_id}", room=number, kind=kind)
        tx.announce(PlanChanged(number, stay_id))

        def take_effect() -> None:
            with self._core.lock:
                self._core.house.tenancies.signed(stay_id, sign)
                self._register.event(number, now, "plan", f"sign.{kind}", by=actor.name)
            self._core.wake.set()

        tx.after_commit(take_effect)
        return sign

    def records(self, start: datetime, end: datetime, room: str | None = None) -> list[ArrivalRecord]:
        """Arrivals seen in [start, end], oldest first: what was promised and what was found.

        Raises:
            Invalid: the end is before the start, or too far from it.
        """
        if not timedelta() <= end - start <= LONGEST_FIGURES:
            raise Invalid(
                "span_out_of_range",
                f"Arrivals can be told of at most {LONGEST_FIGURES.days} days, the start first.",
                most_days=LONGEST_FIGURES.days,
            )
        with self._core.database.read() as session:
            rows = store.arrivals_between(session, self._core.database.property_id, start, end)
            return [record_of(row) for row in rows if room in (None, row.room)]

    def figures(self, start: datetime, end: datetime) -> ComfortFigures:
        """What the arrivals in [start, end] say together."""
        return figures(self.records(start, end))

    def habits(self) -> Habits:
        """When guests come, by how they booked, as far as the house has learned it."""
        self._core.load()
        with self._core.lock:
            return habits(self._core.house.habit)

    def plans(self) -> list[LivePlan]:
        """The plans that are not over."""
        self._core.load()
        with self._core.lock:
            plans = [room.plan for room in self._register.rooms.values() if room.plan is not None]
        return [plan for plan in plans if plan.state not in ("done", "dropped")]


def record_of(row: store.ArrivalRow) -> ArrivalRecord:
    return ArrivalRecord(
        stay_id=row.stay_id,
        room=row.room,
        at=row.at,
        eta=row.eta,
        eta_source=row.eta_source,
        wanted_celsius=row.wanted_celsius,
        known_at=row.known_at,
        walk_in=is_walk_in(row.known_at, row.at),
        temperature_celsius=row.temperature_celsius,
        predicted_ready_at=row.predicted_ready_at,
        ready_at=row.ready_at,
        begun_at=row.begun_at,
        begun_celsius=row.begun_celsius,
        promised_ready_at=row.promised_ready_at,
        promised_early=row.promised_early,
        promised_late=row.promised_late,
        begun_code=row.begun_code,
        begun_reason=row.begun_reason,
        begun_values=row.begun_values,
        weak_reason=row.weak_reason,
        vacant_watt_hours=row.vacant_watt_hours,
        always_on=_saving(row.saved_always_on_watt_hours, row.saved_always_on_deviation),
        fixed=_saving(row.saved_fixed_watt_hours, row.saved_fixed_deviation),
    )


def _saving(watt_hours: float | None, deviation: float | None) -> Saving | None:
    return None if watt_hours is None or deviation is None else Saving(watt_hours, deviation)
