"""self tests of devices."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_self_tests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("drive", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_self_tests_property_id_properties")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["maintenance_tickets.id"],
            name=op.f("fk_maintenance_self_tests_ticket_id_maintenance_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_self_tests")),
    )
    with op.batch_alter_table("maintenance_self_tests", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_self_tests_state", ["property_id", "state"], unique=False)
        batch_op.create_index(
            "ix_maintenance_self_tests_ticket", ["property_id", "ticket_id", "started_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("maintenance_self_tests", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_self_tests_ticket")
        batch_op.drop_index("ix_maintenance_self_tests_state")

    op.drop_table("maintenance_self_tests")
