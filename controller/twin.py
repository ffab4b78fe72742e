"""The twin of one entity: what it was asked to be and what it says it is.

Reports are ordered by receipt, never by a device's clock; one that was received earlier than what
the twin already holds changes nothing, nor does a duplicate. Unknown (None) is a value: a property
never heard and one that became unknown look alike, but only the second has a `reported_at`.

`revision` counts changes of what is *desired*: who edits says which revision they saw.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from controller.entities import AVAILABLE, EntityDescription, Report, Value
from controller.readings import Purpose
from controller.ways import Ways


class Change(NamedTuple):
    """What a report did to a property. `changed` is False for a value that was reported before."""

    twin: Twin
    property: str
    previous: Value
    value: Value
    at: datetime
    monotonic: float
    retained: bool
    changed: bool
    # False: the first word on this property since the twin was made.
    heard_before: bool


class Facet:
    """One property of a twin."""

    __slots__ = (
        "assumed",
        "changed_at",
        "desired",
        "monotonic",
        "reported",
        "reported_at",
        "revision",
        "watched",
    )

    def __init__(self, revision: int = 0) -> None:
        self.reported: Value = None
        self.reported_at: datetime | None = None
        self.changed_at: datetime | None = None
        self.monotonic = float("-inf")
        self.desired: Value = None
        self.revision = revision
        # What was sent to a property that has no way to report.
        self.assumed: Value = None
        # Somebody waits for a report here, even for one that repeats the old value.
        self.watched = False

    @property
    def heard(self) -> bool:
        return self.reported_at is not None

    def desire(self, value: Value) -> bool:
        """Take a new desired value; returns whether it is another one."""
        if value == self.desired and type(value) is type(self.desired):
            return False
        self.desired = value
        self.revision += 1
        return True


class Twin:
    """One entity: description, place in the house, and its properties."""

    __slots__ = (
        "acts",
        "approved",
        "born_monotonic",
        "description",
        "facets",
        "first_revision",
        "id",
        "key",
        "last_seen",
        "met_monotonic",
        "purpose",
        "room",
        "suggested_room",
        "vouched",
        "withdrawn",
    )

    def __init__(self, entity_id: str, description: EntityDescription, purpose: Purpose) -> None:
        self.id = entity_id
        self.key = description.key
        self.description = description
        self.purpose: Purpose = purpose
        self.room: str | None = None
        self.suggested_room: str | None = None
        self.approved = False
        # What was approved, while the device wants to be commanded otherwise and waits again.
        self.vouched: Ways | None = None
        self.withdrawn = False
        self.last_seen: datetime | None = None
        # Transport time at which it introduced itself to this process.
        self.met_monotonic = float("-inf")
        # Transport time at which the device came back after it was known to be away.
        self.born_monotonic = float("-inf")
        self.facets: dict[str, Facet] = {}
        # Where its properties begin to count their revisions. A restart begins higher than any before
        # it, so that a revision seen before a crash can never name something else after it.
        self.first_revision = 0
        self.acts = frozenset(description.accepts)

    @property
    def waits(self) -> bool:
        """Nobody has agreed to how it is commanded: nothing is sent to it but an engineer's trial."""
        return not self.approved or self.vouched is not None

    def describe(self, description: EntityDescription) -> None:
        """The device introduced itself anew: what it said so far stays."""
        self.description = description
        self.acts = frozenset(description.accepts)

    def facet(self, name: str) -> Facet:
        found = self.facets.get(name)
        if found is None:
            found = self.facets[name] = Facet(self.first_revision)
        return found

    def value(self, name: str) -> Value:
        """What the property was last reported to be; None when unknown."""
        found = self.facets.get(name)
        return None if found is None else found.reported

    def number(self, name: str) -> float | None:
        """The property as a number, or None when unknown or no number."""
        value = self.value(name)
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def flag(self, name: str) -> bool | None:
        """The property as yes or no, or None when unknown."""
        value = self.value(name)
        return value if isinstance(value, bool) else None

    @property
    def available(self) -> bool | None:
        found = self.facets.get(AVAILABLE)
        value = None if found is None else found.reported
        return value if isinstance(value, bool) else None

    def take(self, report: Report) -> Change | None:
        """Let a report speak. None: it was late, or told nothing new to anybody."""
        name = report.property
        facet = self.facet(name)
        previous, heard_before = facet.reported, facet.heard
        if not self.hear(name, report.value, report.at, report.monotonic):
            return None
        value = facet.reported
        changed = previous != value or type(previous) is not type(value)
        if changed and name == AVAILABLE and value is True and previous is False:
            self.born_monotonic = report.monotonic
        return Change(
            self,
            name,
            previous,
            value,
            report.at,
            report.monotonic,
            report.retained,
            changed,
            heard_before,
        )

    def hear(self, name: str, value: Value, at: datetime, monotonic: float) -> bool:
        """Let a report speak that has no consequences but its value, as what is measured.

        False: it was late, or told nothing new to anybody.
        """
        facet = self.facets.get(name)
        if facet is None:
            facet = self.facets[name] = Facet(self.first_revision)
        elif monotonic < facet.monotonic:
            return False
        if value != value:  # NaN: the device says that it does not know
            value = None
        facet.monotonic = monotonic
        facet.reported_at = self.last_seen = at
        previous = facet.reported
        if previous != value or type(previous) is not type(value):
            facet.reported = value
            facet.changed_at = at
            return True
        return facet.watched

    def forget_availability(self) -> None:
        """Our own link is down: nothing is known about who is reachable."""
        facet = self.facets.get(AVAILABLE)
        if facet is not None:
            facet.reported = None
