"""Tasks, their steps and checklists."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "housekeeping_checklists",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_checklists_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "id", "version", name=op.f("pk_housekeeping_checklists")),
    )
    op.create_table(
        "housekeeping_tasks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("floor", sa.String(), nullable=True),
        sa.Column("room_type", sa.String(), nullable=True),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("attendant_id", sa.String(), nullable=True),
        sa.Column("attendant", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("credits", sa.Double(), nullable=False),
        sa.Column("earliest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("why_code", sa.String(), nullable=False),
        sa.Column("why_params", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("working_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worked_seconds", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_by", sa.String(), nullable=True),
        sa.Column("not_serviced_reason", sa.String(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("checklist_version", sa.Integer(), nullable=True),
        sa.Column("ticks", sa.JSON(), nullable=False),
        sa.Column("supplies", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("wish_ref", sa.String(), nullable=True),
        sa.Column("stay_id", sa.String(), nullable=True),
        sa.Column("re_clean_of", sa.String(), nullable=True),
        sa.Column("inspection_of", sa.String(), nullable=True),
        sa.Column("inspection", sa.String(), nullable=True),
        sa.Column("inspection_rule", sa.String(), nullable=True),
        sa.Column("inspected_by", sa.String(), nullable=True),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_action", sa.String(), nullable=False),
        sa.Column("last_by_id", sa.String(), nullable=False),
        sa.Column("last_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_tasks_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_housekeeping_tasks")),
        sa.UniqueConstraint("property_id", "origin", name=op.f("uq_housekeeping_tasks_property_id_origin")),
    )
    with op.batch_alter_table("housekeeping_tasks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_housekeeping_tasks_attendant", ["property_id", "attendant_id", "business_date"], unique=False
        )
        batch_op.create_index(
            "ix_housekeeping_tasks_date", ["property_id", "business_date", "id"], unique=False
        )
        batch_op.create_index(
            "ix_housekeeping_tasks_room", ["property_id", "room", "business_date"], unique=False
        )
        batch_op.create_index("ix_housekeeping_tasks_state", ["property_id", "state"], unique=False)

    op.create_table(
        "housekeeping_task_steps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attendant_id", sa.String(), nullable=True),
        sa.Column("attendant", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_task_steps_property_id_properties")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["housekeeping_tasks.id"],
            name=op.f("fk_housekeeping_task_steps_task_id_housekeeping_tasks"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_housekeeping_task_steps")),
        sa.UniqueConstraint("task_id", "number", name=op.f("uq_housekeeping_task_steps_task_id_number")),
    )
    with op.batch_alter_table("housekeeping_task_steps", schema=None) as batch_op:
        batch_op.create_index("ix_housekeeping_task_steps_at", ["property_id", "at"], unique=False)

    with op.batch_alter_table("cleanliness_history", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("cleanliness_history", schema=None) as batch_op:
        batch_op.drop_column("reason")

    with op.batch_alter_table("housekeeping_task_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_housekeeping_task_steps_at")

    op.drop_table("housekeeping_task_steps")
    with op.batch_alter_table("housekeeping_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_housekeeping_tasks_state")
        batch_op.drop_index("ix_housekeeping_tasks_room")
        batch_op.drop_index("ix_housekeeping_tasks_date")
        batch_op.drop_index("ix_housekeeping_tasks_attendant")

    op.drop_table("housekeeping_tasks")
    op.drop_table("housekeeping_checklists")
