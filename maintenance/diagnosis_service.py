"""Diagnosis at work: records the house minute by minute, lets the rules look, and keeps what they found.

The recorder and the standings live in memory; standings, findings and tickets of a round are written in
one transaction, and the memory moves on only when that is committed, so that a kill in between costs a
round and doubles nothing. The recorder's long memory is written down every hour.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from hotel.database import Database, Transaction
from maintenance import diagnosis_store, tickets_store
from maintenance.causes import LOOK_BACK, Causes, Key, Seen, Standing, Step, clear_minutes
from maintenance.diagnosis import FAULT
from maintenance.diagnosis_round import due, evaluate, forget_ramps
from maintenance.diagnosis_store import FindingRow
from maintenance.ports import RoomForecast, RoomHistory
from maintenance.recorder import Recorder
from maintenance.rules import AIR_CONDITIONER, RULES
from maintenance.sightings import Layout, sightings
from maintenance.tickets import REOPENED_STATES, Impact
from maintenance.tickets_desk import TicketDesk

log = logging.getLogger(__name__)

REMEMBER_EVERY_MINUTES = 60.0
AT_ANY_MOMENT = ("leak",)
FINDINGS_KEPT = timedelta(days=400)
# Who has just repaired something gets an hour before the house says that it still shows.
LEAST_AFTER_REPAIR_MINUTES = 60.0
_ENDED = frozenset(state.value for state in REOPENED_STATES)
# Faults of groups are nobody's rule: they go with the rule whose findings they gather.
RULE_OF: Mapping[str, str] = {
    "gateway_offline": "device_offline",
    "floor_without_power": "device_offline",
    "plant_outage": "no_capacity",
}


def rule_of(fault: str) -> str:
    """The rule that a fault is found by."""
    return RULE_OF.get(fault, fault)


class Diagnosis:
    """The rounds over one property.

    Args:
        history: what rooms and devices say. forecast: what the comfort model expects of them.
        desk: where tickets are made.
    """

    def __init__(
        self, database: Database, history: RoomHistory, forecast: RoomForecast, desk: TicketDesk
    ) -> None:
        self._database = database
        self._history = history
        self._forecast = forecast
        self._desk = desk
        self._lock = threading.Lock()
        self._recorder: Recorder | None = None
        self._layout: Layout | None = None
        self._causes = Causes()
        self._looked: float | None = None
        self._remembered: float | None = None
        self._loaded = False
        self.rounds = 0
        self.last_round_seconds = 0.0

    def look(self) -> int:
        """Take one sample and let the rules look that are due; returns how many causes came or went."""
        with self._lock:
            begun = self._database.clock.monotonic()
            now = self._database.clock.now()
            house = self._history.sample()
            recorder = self._recorder_for(house.layout)
            minute = now.timestamp() / 60.0
            before = recorder.now
            expected = self._forecast.expect(house.layout.rooms, house.rooms)
            recorder.take(minute, expected, house.devices, house.linked)
            if not house.layout.rooms or not recorder.has_sample:
                return 0
            # Between two minutes only what cannot wait for the next one is looked at.
            is_new = recorder.now != before
            codes = due(minute, self._looked) if is_new else AT_ANY_MOMENT
            moved = self._round(recorder, house.layout, codes, minute, now) if codes else 0
            if not is_new:
                return moved
            self._looked = minute
            self._remember_some_time(recorder, minute, now)
            self.rounds += 1
            self.last_round_seconds = self._database.clock.monotonic() - begun
            return moved

    def knows_unit(self, entity: str) -> bool:
        """Whether this is an air conditioner whose hours are counted."""
        with self._lock:
            return self._room_of(entity) is not None

    def clean_filter(self, entity: str) -> None:
        """The filter of a unit was cleaned: its hours begin anew. Nothing happens when it has gone."""
        with self._lock:
            room = self._room_of(entity)
            if self._recorder is not None and room is not None:
                self._recorder.fan_hours[room] = 0.0

    def filter_hours(self, entity: str) -> float | None:
        """Hours of fan since the filter of this unit was cleaned; None: no such unit is counted."""
        with self._lock:
            room = self._room_of(entity)
            if self._recorder is None or room is None:
                return None
            return float(self._recorder.fan_hours[room])

    def _room_of(self, entity: str) -> int | None:
        if self._layout is None or entity not in self._layout.devices.ids:
            return None
        place = self._layout.devices.ids.index(entity)
        room = int(self._layout.devices.room[place])
        is_unit = self._layout.devices.kind[place] == AIR_CONDITIONER
        return room if room >= 0 and is_unit else None

    def _round(
        self, recorder: Recorder, layout: Layout, codes: Sequence[str], minute: float, now: datetime
    ) -> int:
        window = recorder.window()
        seen = sightings(evaluate(window, codes), layout, self._causes.standings)
        causes = Causes(self._causes.kept())
        absent = {key[1] for key in causes.standings if not layout.has(key[1])}
        steps = causes.step(minute, seen, int(window.called.sum()), absent)
        if steps:
            with self._database.write() as tx:
                for step in steps:
                    self._write(tx, step, now)
                _write_standings(tx, self._causes.kept(), causes.kept())
        self._causes = causes
        forget_ramps(recorder.ramps, layout, steps)
        return len(steps) + self._open_again(seen, now)

    def _open_again(self, seen: Sequence[Seen], now: datetime) -> int:
        """What was called repaired and still shows itself, after as long as its health would have shown."""
        speaking = self._speaking()
        shown = {(one.fault, one.asset_key): one for one in seen if one.outcome == FAULT}
        # What judges past days still tells of those before the repair.
        shown = {key: one for key, one in shown.items() if key[0] not in LOOK_BACK and key in speaking}
        if not shown:
            return 0
        with self._database.read() as session:
            ended = diagnosis_store.ended_in_vain(session, self._database.property_id, _ENDED)
        opened = 0
        for finding in ended:
            one = shown.get((finding.fault, finding.asset_key))
            if one is None:
                continue
            with self._database.write() as tx:
                row = tx.session.get(FindingRow, finding.id, with_for_update=True)
                if row is None or row.gone_at is not None or row.ticket_id is None:
                    continue
                ticket = tickets_store.ticket_for_edit(tx.session, tx.property_id, row.ticket_id)
                waits = timedelta(minutes=max(LEAST_AFTER_REPAIR_MINUTES, clear_minutes(row.fault)))
                if (
                    ticket is None
                    or ticket.state not in _ENDED
                    or (ticket.ended_at or ticket.since) + waits > now
                ):
                    continue
                row.times += 1
                row.last_at = now
                row.evidence = dict(one.evidence)
                open_ticket(tx, self._desk, row, now)
                opened += 1
        return opened

    def _speaking(self) -> frozenset[Key]:
        """What stands and speaks for itself."""
        standings = self._causes.standings.values()
        return frozenset(standing.key for standing in standings if standing.taken_in_by is None)

    # -- what a step means

    def _write(self, tx: Transaction, step: Step, now: datetime) -> None:
        standing = step.standing
        row = diagnosis_store.newest_finding(tx.session, tx.property_id, standing.fault, standing.asset_key)
        if step.kind == "gone":
            if row is not None and row.gone_at is None:
                row.gone_at = now
                if row.ticket_id is not None:
                    self._desk.fault_gone(
                        tx,
                        fault=standing.fault,
                        asset_key=standing.asset_key,
                        evidence=[_evidence("gone", step.evidence, now)],
                        at=now,
                    )
            return
        if row is None or row.gone_at is not None:
            row = FindingRow(
                property_id=tx.property_id,
                fault=standing.fault,
                asset_key=standing.asset_key,
                room=standing.room,
                entity=standing.entity,
                evidence=dict(step.evidence),
                found_at=now,
                last_at=now,
                times=1,
                muted=self._is_muted(tx, standing, now),
            )
            tx.session.add(row)
            tx.session.flush()
        else:
            row.times += 1
            row.last_at = now
            row.evidence = dict(step.evidence)
        if step.kind == "suggested":
            return
        worse = step.evidence.get("shows_as") if step.kind == "worse" else None
        told = [standing.fault] if worse is None else [standing.fault, str(worse)]
        if not row.muted and (row.ticket_id is not None or any(self._is_trusted(tx, one) for one in told)):
            ticket_id = open_ticket(tx, self._desk, row, now)
            if worse is not None:
                self._desk.worsen(tx, ticket_id, str(worse), now)

    @staticmethod
    def _is_muted(tx: Transaction, standing: Standing, now: datetime) -> bool:
        row = tx.session.get(
            diagnosis_store.MuteRow, (tx.property_id, rule_of(standing.fault), standing.asset_key)
        )
        return row is not None and row.until > now

    @staticmethod
    def _is_trusted(tx: Transaction, fault: str) -> bool:
        rule = RULES[rule_of(fault)]
        row = tx.session.get(diagnosis_store.DiagnosisRuleRow, (tx.property_id, rule.code))
        return row.approved if row is not None else rule.at_once

    # -- memory

    def _recorder_for(self, layout: Layout) -> Recorder:
        """The recorder of these rooms and devices; a new one takes over what the old one knew."""
        if self._recorder is not None and self._layout is layout:
            return self._recorder
        made = Recorder(layout.rooms, layout.devices)
        if self._recorder is not None:
            made.carry_over(self._recorder)
        elif not self._loaded:
            self._load(made)
        self._recorder, self._layout = made, layout
        return made

    def _load(self, recorder: Recorder) -> None:
        with self._database.read() as session:
            kept = diagnosis_store.standings(session, self._database.property_id)
            memory = diagnosis_store.memory(session, self._database.property_id)
        self._causes = Causes(_standing_of(data) for data in kept)
        if memory is not None:
            try:
                with np.load(io.BytesIO(memory), allow_pickle=False) as arrays:
                    recorder.remember({name: arrays[name] for name in arrays.files})
            except (KeyError, ValueError, OSError):
                log.exception("diagnosis: its memory could not be read; rooms are learned anew")
        # Only with rooms there was something to remember for.
        self._loaded = bool(recorder.rooms)

    def _remember_some_time(self, recorder: Recorder, minute: float, now: datetime) -> None:
        if self._remembered is None:
            self._remembered = minute
        if minute - self._remembered < REMEMBER_EVERY_MINUTES:
            return
        self._remembered = minute
        data = io.BytesIO()
        arrays: dict[str, Any] = dict(recorder.memory())
        np.savez_compressed(data, **arrays)
        with self._database.write() as tx:
            diagnosis_store.put_memory(tx.session, tx.property_id, now, data.getvalue())
            diagnosis_store.forget_mutes(tx.session, tx.property_id, now)
            diagnosis_store.forget_findings(tx.session, tx.property_id, now - FINDINGS_KEPT)


def open_ticket(tx: Transaction, desk: TicketDesk, row: FindingRow, now: datetime) -> str:
    """Let a finding lead to its ticket (the open one gets the recurrence); the ticket's id."""
    rule = RULES[rule_of(row.fault)]
    being_cleaned = bool(row.evidence.get("cleaning"))
    ticket_id = row.ticket_id = desk.open_for_fault(
        tx,
        fault=row.fault,
        asset_key=row.asset_key,
        room=row.room,
        entity=row.entity,
        evidence=[_evidence("found", row.evidence, now)],
        # A mop is likelier than a burst pipe while a clean runs: still a ticket, of the usual urgency.
        safety=rule.safety and not being_cleaned,
        impact=Impact.DEGRADED if rule.safety and being_cleaned else None,
        at=now,
    )
    return ticket_id


def _evidence(kind: str, numbers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {"kind": f"diagnosis_{kind}", "at": now.astimezone(UTC).isoformat(), "values": dict(numbers)}


def _standing_of(data: Mapping[str, Any]) -> Standing:
    taken = data.get("taken_in_by")
    return Standing(**{**data, "taken_in_by": (str(taken[0]), str(taken[1])) if taken else None})


def _write_standings(tx: Transaction, was: Sequence[Standing], now: Sequence[Standing]) -> None:
    before, after = {one.key: one for one in was}, {one.key: one for one in now}
    for key in before.keys() - after.keys():
        diagnosis_store.drop_standing(tx.session, tx.property_id, *key)
    for key, standing in after.items():
        if before.get(key) != standing:
            diagnosis_store.put_standing(tx.session, tx.property_id, *key, asdict(standing))
