"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "telemetry_progress",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("quarters_until_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", name=op.f("pk_telemetry_progress")),
    )
    op.create_table(
        "telemetry_quarter",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("mean", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("last", sa.Float(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series_id", "start_ms", name=op.f("pk_telemetry_quarter")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "telemetry_raw",
        sa.Column("room_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("room_id", "at_ms", "series_id", name=op.f("pk_telemetry_raw")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "telemetry_rooms",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telemetry_rooms")),
        sa.UniqueConstraint("property_id", "room", name=op.f("uq_telemetry_rooms_property_id_room")),
    )
    op.create_table(
        "telemetry_series",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("device_key", sa.String(), nullable=False),
        sa.Column("property", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["telemetry_rooms.id"], name=op.f("fk_telemetry_series_room_id_telemetry_rooms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telemetry_series")),
        sa.UniqueConstraint(
            "room_id", "device_key", "property", name=op.f("uq_telemetry_series_room_id_device_key_property")
        ),
    )


def downgrade() -> None:
    op.drop_table("telemetry_series")
    op.drop_table("telemetry_rooms")
    op.drop_table("telemetry_raw")
    op.drop_table("telemetry_quarter")
    op.drop_table("telemetry_progress")
