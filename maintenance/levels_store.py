"""The row of the property's service levels: what each priority is owed, and the working hours."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.metadata import Base
from hotel.rooms import find_property
from maintenance.sla import OFFICE_HOURS, POLICIES, Policy, ServiceLevels, Window
from maintenance.tickets import HoldReason, Priority


class ServiceLevelsRow(Base):
    """`week`: [[weekday, from minute, to minute]]; `policies`: by priority. No row: the first numbers."""

    __tablename__ = "maintenance_service_levels"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    week: Mapped[list[Any]]
    policies: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


def levels(session: Session, property_id: str) -> tuple[ServiceLevels, int]:
    """The service levels, and their version; 0 while nobody has set any."""
    zone = ZoneInfo(find_property(session, property_id).timezone)
    row = session.get(ServiceLevelsRow, property_id)
    if row is None:
        return ServiceLevels(zone), 0
    week = tuple(Window(*window) for window in row.week)
    policies = {
        Priority(name): Policy(
            kept["response_minutes"],
            kept["repair_minutes"],
            kept["around_the_clock"],
            frozenset(HoldReason(reason) for reason in kept["stops"]),
        )
        for name, kept in row.policies.items()
    }
    return ServiceLevels(zone, week or OFFICE_HOURS, {**POLICIES, **policies}), row.version


def put_levels(session: Session, property_id: str, wanted: ServiceLevels) -> int:
    """Keep them; returns their new version."""
    row = session.get(ServiceLevelsRow, property_id)
    if row is None:
        row = ServiceLevelsRow(property_id=property_id)
        session.add(row)
    row.week = [[one.weekday, one.from_minute, one.to_minute] for one in wanted.week]
    row.policies = {
        priority.value: {
            "response_minutes": policy.response_minutes,
            "repair_minutes": policy.repair_minutes,
            "around_the_clock": policy.around_the_clock,
            "stops": sorted(reason.value for reason in policy.stops),
        }
        for priority, policy in wanted.policies.items()
    }
    session.flush()
    return row.version
