"""On call, browsers and notices."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_on_call",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_on_call_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "position", name=op.f("pk_maintenance_on_call")),
    )
    op.create_table(
        "maintenance_push_subscriptions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_maintenance_push_subscriptions_property_id_properties"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_push_subscriptions")),
        sa.UniqueConstraint(
            "property_id", "endpoint", name=op.f("uq_maintenance_push_subscriptions_property_id_endpoint")
        ),
    )
    with op.batch_alter_table("maintenance_push_subscriptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_maintenance_push_subscriptions_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "maintenance_notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("wave_key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_wall_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_notices_property_id_properties")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["maintenance_tickets.id"],
            name=op.f("fk_maintenance_notices_ticket_id_maintenance_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_notices")),
        sa.UniqueConstraint(
            "property_id",
            "ticket_id",
            "wave_key",
            "channel",
            "target",
            name=op.f("uq_maintenance_notices_property_id_ticket_id_wave_key_channel_target"),
        ),
    )
    with op.batch_alter_table("maintenance_notices", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_notices_due", ["property_id", "state", "next_try_wall_at"], unique=False
        )

    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_by", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.drop_column("acknowledged_by")
        batch_op.drop_column("acknowledged_at")

    with op.batch_alter_table("maintenance_notices", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_notices_due")

    op.drop_table("maintenance_notices")
    with op.batch_alter_table("maintenance_push_subscriptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_maintenance_push_subscriptions_staff_id"))

    op.drop_table("maintenance_push_subscriptions")
    op.drop_table("maintenance_on_call")
