"""Rules and settings of housekeeping, edited by a supervisor who says which version was seen."""

from __future__ import annotations

import re
from dataclasses import replace

from hotel.actor import Actor
from hotel.database import Database, Transaction
from hotel.errors import Forbidden, Invalid, NotFound
from hotel.messages import RoomsChanged
from hotel.requests import check_version
from hotel.rooms import find_property, room_types
from housekeeping import rules_store
from housekeeping.rules import DEFAULT_RULES, MOST_RULES, Rule, check_rule
from housekeeping.rules_store import HousekeepingSettingsRow, RuleRow
from housekeeping.settings import HousekeepingSettings, check_settings, settings_to_json
from housekeeping.tasks import LEADS

_DEFAULT_KINDS = {rule.id: rule.kind for rule in DEFAULT_RULES}


class RuleService:
    """Reads and edits rules and settings."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def rules(self) -> list[Rule]:
        with self.database.read() as session:
            return rules_store.rules(session, self.database.property_id)

    def rule(self, rule_id: str) -> Rule:
        """Raises NotFound."""
        found = next((rule for rule in self.rules() if rule.id == rule_id), None)
        if found is None:
            raise NotFound("unknown_rule", "There is no such rule.", rule_id=rule_id)
        return found

    def put_rule(self, tx: Transaction, actor: Actor, rule: Rule, seen: int) -> Rule:
        """Set a rule, or add one (`seen` 0); what follows from it is made at the next look at the day.

        Raises:
            StaleVersion: somebody else edited it meanwhile.
            Invalid: see `rules.check_rule`; an unknown room type, a kind that a default rule does not have.
            Forbidden: not a supervisor.
        """
        _check_lead(actor)
        check_rule(rule)
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", rule.id):
            raise Invalid("bad_rule_id", "A rule's id has 1 to 40 of a-z, 0-9, - and _.", field="id")
        if _DEFAULT_KINDS.get(rule.id, rule.kind) != rule.kind:
            raise Invalid("rule_kind_fixed", "The kind of this rule does not change.", field="kind")
        known_types = {code for code, _ in room_types(tx.session, tx.property_id)}
        unknown = sorted(set(rule.room_types) - known_types)
        if unknown:
            raise Invalid(
                "unknown_room_type", f"There is no room type {unknown[0]}.", field="room_types", types=unknown
            )
        row = tx.session.get(RuleRow, (tx.property_id, rule.id), with_for_update=True)
        check_version(f"The rule {rule.id}", seen, row.version if row else 0)
        if row is None:
            if len(rules_store.rules(tx.session, tx.property_id)) >= MOST_RULES:
                raise Invalid("too_many_rules", f"At most {MOST_RULES} rules are kept.", most=MOST_RULES)
            row = RuleRow(property_id=tx.property_id, id=rule.id)
        elif row.kind != rule.kind.value:
            raise Invalid("rule_kind_fixed", "The kind of this rule does not change.", field="kind")
        if rule.starts_on is None and rule.every_days is not None:
            # Days without a stay are counted from the day on which somebody made the rule.
            rule = replace(rule, starts_on=find_property(tx.session, tx.property_id).business_date)
        row.kind = rule.kind.value
        row.values = rules_store.rule_values(rule)
        row.changed_at = tx.clock.now()
        row.by = actor.name
        tx.session.add(row)
        tx.session.flush()
        tx.audit(actor, "rule.put", f"rule:{rule.id}", version=row.version)
        tx.announce(RoomsChanged())
        return replace(rule, version=row.version)

    def settings(self) -> tuple[HousekeepingSettings, int]:
        """The settings and their version (0 = nobody has set any)."""
        with self.database.read() as session:
            return rules_store.settings(session, self.database.property_id)

    def put_settings(
        self, tx: Transaction, actor: Actor, wanted: HousekeepingSettings, seen: int
    ) -> tuple[HousekeepingSettings, int]:
        """
        Raises:
            StaleVersion, Forbidden.
            Invalid: see `settings.check_settings`.
        """
        _check_lead(actor)
        check_settings(wanted)
        row = tx.session.get(HousekeepingSettingsRow, tx.property_id, with_for_update=True)
        check_version("The settings of housekeeping", seen, row.version if row else 0)
        if row is None:
            row = HousekeepingSettingsRow(property_id=tx.property_id)
        row.values = settings_to_json(wanted)
        row.changed_at = tx.clock.now()
        row.by = actor.name
        tx.session.add(row)
        tx.session.flush()
        tx.audit(actor, "housekeeping_settings.put", "housekeeping", version=row.version)
        tx.announce(RoomsChanged())
        return wanted, row.version


def _check_lead(actor: Actor) -> None:
    if not actor.has(*LEADS):
        raise Forbidden("not_for_role", "Only a supervisor changes the rules of housekeeping.")
