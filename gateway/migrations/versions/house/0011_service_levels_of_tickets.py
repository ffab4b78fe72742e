"""Service levels of tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_service_levels",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("week", sa.JSON(), nullable=False),
        sa.Column("policies", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_maintenance_service_levels_property_id_properties"),
        ),
        sa.PrimaryKeyConstraint("property_id", name=op.f("pk_maintenance_service_levels")),
    )
    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("repair_left_seconds", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("escalated", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("started_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.alter_column(
            "escalated", existing_type=sa.JSON(), existing_nullable=False, server_default=None
        )


def downgrade() -> None:
    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.drop_column("started_at")
        batch_op.drop_column("escalated")
        batch_op.drop_column("repair_left_seconds")

    op.drop_table("maintenance_service_levels")
