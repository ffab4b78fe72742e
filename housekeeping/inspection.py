"""Which finished cleans somebody looks at: rules as data. Pure, and the same answer for the same clean."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from hotel.errors import Invalid
from housekeeping.tasks import CLEANS, TaskKind


@dataclass(frozen=True, slots=True)
class InspectionRules:
    """Attributes:
    always: every clean of a vacant room.
    sample_percent: so many of a hundred cleans.
    vip: whatever is cleaned for a VIP.
    new_attendant_cleans: the first so many cleans of an attendant.
    stayovers: whether stayovers are looked at too; else only rooms that are given away.
    """

    always: bool = False
    sample_percent: float = 0.0
    vip: bool = False
    new_attendant_cleans: int = 0
    stayovers: bool = False

    @property
    def any(self) -> bool:
        return self.always or self.vip or self.sample_percent > 0 or self.new_attendant_cleans > 0


def check_inspection_rules(rules: InspectionRules) -> InspectionRules:
    """Raises Invalid for numbers out of range."""
    for name, high in (("sample_percent", 100), ("new_attendant_cleans", 1000)):
        if not 0 <= getattr(rules, name) <= high:
            raise Invalid("rule_out_of_range", f"{name} is from 0 to {high}.", field=name, low=0, high=high)
    return rules


def demanded_by(
    rules: InspectionRules,
    kind: TaskKind,
    *,
    task_id: str,
    vip: bool,
    re_clean: bool,
    cleans_done: int,
) -> str | None:
    """The name of the rule that wants this clean inspected: re_clean, always, vip, new_attendant or
    sample; None when nobody looks at it.

    Args:
        cleans_done: cleans that the attendant has finished before this one.
    """
    if kind not in CLEANS or not (rules.any or re_clean):
        return None
    if re_clean:
        return "re_clean"
    if kind == TaskKind.STAYOVER and not rules.stayovers:
        return None
    if rules.always:
        return "always"
    if rules.vip and vip:
        return "vip"
    if cleans_done < rules.new_attendant_cleans:
        return "new_attendant"
    if _percentile(task_id) < rules.sample_percent:
        return "sample"
    return None


def _percentile(task_id: str) -> float:
    """A number from 0 to 100 that nobody can foresee from the room and that stays the same."""
    digest = hashlib.sha256(task_id.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 * 100
