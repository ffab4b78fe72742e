"""Preventive plans, their work and meters."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_asset_meters",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("asset_id", sa.String(), nullable=False),
        sa.Column("meter", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("known_hours", sa.Double(), nullable=False),
        sa.Column("unknown_hours", sa.Double(), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_to", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Double(), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_maintenance_asset_meters_property_id_properties"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_asset_meters")),
        sa.UniqueConstraint(
            "property_id",
            "asset_id",
            "meter",
            "device_id",
            name=op.f("uq_maintenance_asset_meters_property_id_asset_id_meter_device_id"),
        ),
    )
    with op.batch_alter_table("maintenance_asset_meters", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_asset_meters_counted", ["property_id", "ended_at", "counted_to"], unique=False
        )

    op.create_table(
        "maintenance_plans",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("work_class", sa.String(), nullable=False),
        sa.Column("trigger", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("asset_id", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("from_completion", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("needs_vacant", sa.Boolean(), nullable=False),
        sa.Column("blocks_sale", sa.Boolean(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("includes", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_plans_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_plans")),
    )
    with op.batch_alter_table("maintenance_plans", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_plans_name", ["property_id", "name"], unique=False)

    op.create_table(
        "maintenance_plan_works",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("asset_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("work_class", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("passed_over", sa.Integer(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("covered_by", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_late", sa.Boolean(), nullable=False),
        sa.Column("no_window", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("meter_id", sa.String(), nullable=True),
        sa.Column("meter_value", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["maintenance_plans.id"],
            name=op.f("fk_maintenance_plan_works_plan_id_maintenance_plans"),
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_plan_works_property_id_properties")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["maintenance_tickets.id"],
            name=op.f("fk_maintenance_plan_works_ticket_id_maintenance_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_plan_works")),
        sa.UniqueConstraint(
            "property_id", "open_key", name=op.f("uq_maintenance_plan_works_property_id_open_key")
        ),
    )
    with op.batch_alter_table("maintenance_plan_works", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_plan_works_due", ["property_id", "due_on"], unique=False)
        batch_op.create_index(
            "ix_maintenance_plan_works_ended",
            ["property_id", "plan_id", "asset_id", "ended_at"],
            unique=False,
        )
        batch_op.create_index("ix_maintenance_plan_works_ticket", ["ticket_id"], unique=False)
        batch_op.create_index(
            "ix_maintenance_plan_works_asset", ["property_id", "asset_id", "due_on"], unique=False
        )

    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        # Every ticket so far was of a fault.
        batch_op.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="fault"))
        batch_op.add_column(sa.Column("due_by", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.alter_column("kind", existing_type=sa.String(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.drop_column("due_by")
        batch_op.drop_column("kind")

    with op.batch_alter_table("maintenance_plan_works", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_plan_works_asset")
        batch_op.drop_index("ix_maintenance_plan_works_ticket")
        batch_op.drop_index("ix_maintenance_plan_works_ended")
        batch_op.drop_index("ix_maintenance_plan_works_due")

    op.drop_table("maintenance_plan_works")
    with op.batch_alter_table("maintenance_plans", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_plans_name")

    op.drop_table("maintenance_plans")
    with op.batch_alter_table("maintenance_asset_meters", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_asset_meters_counted")

    op.drop_table("maintenance_asset_meters")
