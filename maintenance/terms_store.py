"""The row of the property's terms of repair or replace: the limits, and what an hour of work is worth."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.metadata import Base
from maintenance.replacement import FIRST_TERMS, LIMITS, Terms


class ReplacementTermsRow(Base):
    """`limits`: by name. No row: the first numbers, and work is not valued."""

    __tablename__ = "maintenance_replacement_terms"

    property_id: Mapped[str] = mapped_column(ForeignKey("properties.id"), primary_key=True)
    limits: Mapped[dict[str, Any]]
    cents_an_hour: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


def terms(session: Session, property_id: str) -> tuple[Terms, int]:
    """The terms, and their version; 0 while nobody has set any."""
    row = session.get(ReplacementTermsRow, property_id)
    if row is None:
        return FIRST_TERMS, 0
    # A limit that came with a newer release has its first number.
    limits = {name: float(row.limits.get(name, limit.value)) for name, limit in LIMITS.items()}
    return Terms(limits, row.cents_an_hour), row.version


def put_terms(session: Session, property_id: str, wanted: Terms) -> int:
    """Keep them; returns their new version."""
    row = session.get(ReplacementTermsRow, property_id)
    if row is None:
        row = ReplacementTermsRow(property_id=property_id)
        session.add(row)
    row.limits = dict(wanted.limits)
    row.cents_an_hour = wanted.cents_an_hour
    session.flush()
    return row.version
