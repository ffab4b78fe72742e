"""hands off and compound actions."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "controller_action_parts",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("action_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("device_name", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("repaired", sa.Boolean(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "property_id", "action_id", "number", name=op.f("pk_controller_action_parts")
        ),
    )
    with op.batch_alter_table("controller_action_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_action_parts_room"), ["room"], unique=False)

    op.create_table(
        "controller_actions",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("scene", sa.String(), nullable=True),
        sa.Column("wants", sa.JSON(), nullable=False),
        sa.Column("rooms", sa.JSON(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("property_id", "id", name=op.f("pk_controller_actions")),
    )
    with op.batch_alter_table("controller_actions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_actions_ended_at"), ["ended_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_controller_actions_made_at"), ["made_at"], unique=False)

    op.create_table(
        "controller_hands_off",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "scope", name=op.f("pk_controller_hands_off")),
    )


def downgrade() -> None:
    op.drop_table("controller_hands_off")
    with op.batch_alter_table("controller_actions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_actions_made_at"))
        batch_op.drop_index(batch_op.f("ix_controller_actions_ended_at"))

    op.drop_table("controller_actions")
    with op.batch_alter_table("controller_action_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_action_parts_room"))

    op.drop_table("controller_action_parts")
