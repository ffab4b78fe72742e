"""The axes over time, discrepancies and reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "housekeeping_discrepancies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("people_expected", sa.Integer(), nullable=True),
        sa.Column("people_found", sa.Integer(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_housekeeping_discrepancies_property_id_properties"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_housekeeping_discrepancies")),
    )
    with op.batch_alter_table("housekeeping_discrepancies", schema=None) as batch_op:
        batch_op.create_index(
            "ix_housekeeping_discrepancies_room", ["property_id", "room", "since"], unique=False
        )

    op.create_table(
        "room_axis_history",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_room_axis_history_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_axis_history")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("room_axis_history", schema=None) as batch_op:
        batch_op.create_index(
            "ix_room_axis_history_room", ["property_id", "room", "axis", "id"], unique=False
        )

    op.create_table(
        "rooms_found",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("occupied", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("occupied_then", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_rooms_found_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms_found")),
    )
    with op.batch_alter_table("rooms_found", schema=None) as batch_op:
        batch_op.create_index("ix_rooms_found_room", ["property_id", "room", "at"], unique=False)

    op.create_table(
        "housekeeping_reminders",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_reminders_property_id_properties")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["housekeeping_tasks.id"],
            name=op.f("fk_housekeeping_reminders_task_id_housekeeping_tasks"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_housekeeping_reminders")),
        sa.UniqueConstraint(
            "task_id",
            "reason",
            "level",
            "since",
            name=op.f("uq_housekeeping_reminders_task_id_reason_level_since"),
        ),
    )
    # What is out of sale now was so before: the history begins with it.
    op.execute(
        "INSERT INTO room_axis_history (property_id, room, axis, value, reason, since, until, at, by)"
        " SELECT property_id, room, 'availability', availability, availability_reason,"
        " availability_since, availability_until, changed_at, 'Innkeeper'"
        " FROM room_status WHERE availability <> 'sellable'"
    )


def downgrade() -> None:
    op.drop_table("housekeeping_reminders")
    with op.batch_alter_table("rooms_found", schema=None) as batch_op:
        batch_op.drop_index("ix_rooms_found_room")

    op.drop_table("rooms_found")
    with op.batch_alter_table("room_axis_history", schema=None) as batch_op:
        batch_op.drop_index("ix_room_axis_history_room")

    op.drop_table("room_axis_history")
    with op.batch_alter_table("housekeeping_discrepancies", schema=None) as batch_op:
        batch_op.drop_index("ix_housekeeping_discrepancies_room")

    op.drop_table("housekeeping_discrepancies")
