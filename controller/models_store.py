"""What was learned of rooms and what equipment they have: rows, and all SQL on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from hotel.metadata import Base


class ModelRow(Base):
    """Something learned. `subject`: "room:412", or "outdoors" for the last day's weather."""

    __tablename__ = "controller_models"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class EquipmentRow(Base):
    """What cools and heats: `scope` is "property", "type:DLX" or "room:412"; the nearest one holds."""

    __tablename__ = "controller_equipment"

    property_id: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    equipment: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - the shape SQLAlchemy asks for


def equipment_row(session: Session, property_id: str, scope: str) -> EquipmentRow | None:
    return session.get(EquipmentRow, (property_id, scope))


def equipment_rows(session: Session, property_id: str) -> list[EquipmentRow]:
    """All that was said, in the order of scopes."""
    return list(
        session.scalars(
            select(EquipmentRow).where(EquipmentRow.property_id == property_id).order_by(EquipmentRow.scope)
        )
    )
