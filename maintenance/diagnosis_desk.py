"""What engineers say of diagnosis: rules they trust, findings they judge, assets they mute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Conflict, Invalid, NotFound
from hotel.requests import check_version
from maintenance import diagnosis_store
from maintenance.causes import GROUPS
from maintenance.diagnosis_service import Diagnosis, open_ticket, rule_of
from maintenance.diagnosis_store import DiagnosisRuleRow, FindingRow, MuteRow
from maintenance.rules import RULES, Rule
from maintenance.tickets_desk import TicketDesk

Verdict = Literal["real", "false", "known"]
COUNTED = timedelta(days=30)
LONGEST_MUTE = timedelta(days=366)
LONGEST_REASON: Final = 200
MOST_OPENED: Final = 500


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with how far the property trusts it.

    `precision`: share of judged findings that were real (or known already); None before any verdict.
    `version` 0: nobody has touched it yet.
    """

    rule: Rule
    approved: bool
    by: str | None
    at: datetime | None
    version: int
    found: int
    standing: int
    waiting: int
    real: int
    false: int
    known: int

    @property
    def precision(self) -> float | None:
        judged = self.real + self.known + self.false
        return (self.real + self.known) / judged if judged else None


class DiagnosisDesk:
    """Reads and writes in its callers' transactions; the rounds themselves are `Diagnosis`."""

    def __init__(self, database: Database, desk: TicketDesk, diagnosis: Diagnosis) -> None:
        self.database = database
        self._desk = desk
        self._diagnosis = diagnosis

    # -- reading

    def rules(self) -> list[RuleView]:
        """Every rule, in the order of the table."""
        now = self.database.clock.now()
        with self.database.read() as session:
            kept = diagnosis_store.rules(session, self.database.property_id)
            counted = diagnosis_store.counts(session, self.database.property_id, now - COUNTED)
        by_rule: dict[str, dict[str, int]] = {code: {} for code in RULES}
        for fault, numbers in counted.items():
            if rule_of(fault) in by_rule:
                into = by_rule[rule_of(fault)]
                for name, count in numbers.items():
                    into[name] = into.get(name, 0) + count
        return [_view(rule, kept.get(rule.code), by_rule[rule.code]) for rule in RULES.values()]

    def rule(self, code: str) -> RuleView:
        """Raises NotFound."""
        found = next((view for view in self.rules() if view.rule.code == code), None)
        if found is None:
            raise _unknown_rule(code)
        return found

    def findings(
        self, *, fault: str | None, room: str | None, open_only: bool, waiting_only: bool, limit: int
    ) -> list[FindingRow]:
        with self.database.read() as session:
            return diagnosis_store.findings(
                session,
                self.database.property_id,
                fault=fault,
                room=room,
                open_only=open_only,
                waiting_only=waiting_only,
                limit=limit,
            )

    def finding(self, finding_id: str) -> FindingRow:
        """Raises NotFound."""
        with self.database.read() as session:
            row = diagnosis_store.finding(session, self.database.property_id, finding_id)
        if row is None:
            raise _unknown_finding(finding_id)
        return row

    def mutes(self) -> list[MuteRow]:
        with self.database.read() as session:
            return diagnosis_store.mutes(session, self.database.property_id, self.database.clock.now())

    # -- writing

    def approve(self, tx: Transaction, actor: Actor, code: str, seen: int, approved: bool) -> int:
        """Let a rule open tickets from now on, also for what it sees now; or no longer.

        Returns:
            How many tickets that opened.

        Raises:
            NotFound: no such rule.
            StaleVersion: somebody else was faster.
            Invalid: water and safety are told in any case.
        """
        if code not in RULES:
            raise _unknown_rule(code)
        if RULES[code].at_once and not approved:
            raise Invalid("rule_of_safety", "Water and safety open tickets in every hotel; mute the asset.")
        now = tx.clock.now()
        row = diagnosis_store.rule_for_edit(tx.session, tx.property_id, code)
        check_version("rule", seen, row.version if row is not None else 0)
        if row is None:
            row = DiagnosisRuleRow(property_id=tx.property_id, code=code)
            tx.session.add(row)
        row.approved, row.by_id, row.by, row.at = approved, actor.id, actor.name, now
        tx.session.flush()
        opened = self._open_waiting(tx, code, now) if approved else 0
        tx.audit(actor, "diagnosis.rule", f"rule:{code}", approved=approved, opened=opened)
        return opened

    def _open_waiting(self, tx: Transaction, code: str, now: datetime) -> int:
        opened = 0
        for fault in (code, *(group for group in sorted(GROUPS) if rule_of(group) == code)):
            for row in diagnosis_store.findings(
                tx.session,
                tx.property_id,
                fault=fault,
                room=None,
                open_only=True,
                waiting_only=True,
                limit=MOST_OPENED,
            ):
                open_ticket(tx, self._desk, row, now)
                opened += 1
        return opened

    def open_for(self, tx: Transaction, actor: Actor, finding_id: str) -> str:
        """An engineer takes a suggestion up: its ticket's id.

        Raises:
            NotFound: no such finding.
            Conflict: it has a ticket, or is gone.
        """
        row = self._for_edit(tx, finding_id)
        if row.ticket_id is not None:
            raise Conflict("has_ticket", "This finding has its ticket.", ticket=row.ticket_id)
        if row.gone_at is not None:
            raise Conflict("finding_gone", "The fault is gone meanwhile.")
        ticket_id = open_ticket(tx, self._desk, row, tx.clock.now())
        tx.audit(actor, "diagnosis.ticket", f"finding:{row.id}", ticket=ticket_id)
        return ticket_id

    def judge(self, tx: Transaction, actor: Actor, finding_id: str, verdict: Verdict) -> None:
        """Say what a finding was; a second word replaces the first.

        Raises:
            NotFound: no such finding.
        """
        row = self._for_edit(tx, finding_id)
        row.verdict, row.verdict_by, row.verdict_at = verdict, actor.name, tx.clock.now()
        tx.audit(actor, "diagnosis.verdict", f"finding:{row.id}", fault=row.fault, verdict=verdict)

    def mute(
        self, tx: Transaction, actor: Actor, fault: str, asset_key: str, until: datetime, reason: str | None
    ) -> None:
        """Let a rule say nothing of one asset until a moment. What it finds, and what it has found and nobody
        has taken up, is kept without a ticket and waits for nobody.

        Raises:
            NotFound: no such rule.
            Invalid: the moment is past or more than a year away, or there is no such asset key.
        """
        if fault not in RULES:
            raise _unknown_rule(fault)
        now = tx.clock.now()
        if not now < until <= now + LONGEST_MUTE:
            raise Invalid("bad_mute", "Mute until a moment within the next year.", field="until")
        if "/" not in asset_key:
            raise Invalid("bad_asset", "An asset is kind and id, such as device/…", field="asset_key")
        tx.session.merge(
            MuteRow(
                property_id=tx.property_id,
                fault=fault,
                asset_key=asset_key,
                until=until,
                reason=(reason or "").strip()[:LONGEST_REASON] or None,
                by_id=actor.id,
                by=actor.name,
                at=now,
            )
        )
        self._hush(tx, fault, asset_key, True)
        tx.audit(actor, "diagnosis.mute", asset_key, fault=fault, until=until.isoformat())

    def unmute(self, tx: Transaction, actor: Actor, fault: str, asset_key: str) -> None:
        """Raises NotFound."""
        row = tx.session.get(MuteRow, (tx.property_id, fault, asset_key), with_for_update=True)
        if row is None:
            raise NotFound("unknown_mute", "This is not muted.")
        tx.session.delete(row)
        self._hush(tx, fault, asset_key, False)
        tx.audit(actor, "diagnosis.unmute", asset_key, fault=fault)

    @staticmethod
    def _hush(tx: Transaction, fault: str, asset_key: str, muted: bool) -> None:
        """What a rule sees of an asset right now follows the mute."""
        for row in diagnosis_store.untaken_findings(tx.session, tx.property_id, asset_key):
            if rule_of(row.fault) == fault:
                row.muted = muted

    def clean_filter(self, tx: Transaction, actor: Actor, entity: str) -> None:
        """The filter was cleaned: its hours begin anew after the commit.

        Raises:
            NotFound: there is no such unit.
        """
        if not self._diagnosis.knows_unit(entity):
            raise NotFound("unknown_device", "There is no such air conditioner.", device=entity)
        tx.audit(actor, "diagnosis.filter_cleaned", f"device:{entity}")
        tx.after_commit(lambda: self._diagnosis.clean_filter(entity))

    def _for_edit(self, tx: Transaction, finding_id: str) -> FindingRow:
        row = tx.session.get(FindingRow, finding_id, with_for_update=True)
        if row is None or row.property_id != tx.property_id:
            raise _unknown_finding(finding_id)
        return row


def _view(rule: Rule, row: DiagnosisRuleRow | None, counted: Mapping[str, int]) -> RuleView:
    return RuleView(
        rule=rule,
        approved=row.approved if row is not None else rule.at_once,
        by=row.by if row is not None else None,
        at=row.at if row is not None else None,
        version=row.version if row is not None else 0,
        found=counted.get("found", 0),
        standing=counted.get("standing", 0),
        waiting=counted.get("waiting", 0),
        real=counted.get("real", 0),
        false=counted.get("false", 0),
        known=counted.get("known", 0),
    )


def _unknown_rule(code: str) -> NotFound:
    return NotFound("unknown_rule", "There is no such rule.", rule=code)


def _unknown_finding(finding_id: str) -> NotFound:
    return NotFound("unknown_finding", "There is no such finding.", finding=finding_id)
