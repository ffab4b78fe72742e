"""approvals that are asked again, and their history."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "controller_approvals",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "id", name=op.f("pk_controller_approvals")),
    )
    with op.batch_alter_table("controller_approvals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_approvals_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_controller_approvals_device_id"), ["device_id"], unique=False)

    with op.batch_alter_table("controller_commands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_commands_device_id"), ["device_id"], unique=False)

    with op.batch_alter_table("controller_entities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("vouched", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("controller_entities", schema=None) as batch_op:
        batch_op.drop_column("vouched")

    with op.batch_alter_table("controller_commands", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_commands_device_id"))

    with op.batch_alter_table("controller_approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_approvals_device_id"))
        batch_op.drop_index(batch_op.f("ix_controller_approvals_at"))

    op.drop_table("controller_approvals")
