"""Rules, settings and opt-outs of housekeeping."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "housekeeping_rules",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_rules_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "id", name=op.f("pk_housekeeping_rules")),
    )
    op.create_table(
        "housekeeping_settings",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_settings_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", name=op.f("pk_housekeeping_settings")),
    )
    op.create_table(
        "service_opt_outs",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_service_opt_outs_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "stay_id", name=op.f("pk_service_opt_outs")),
    )
    with op.batch_alter_table("housekeeping_tasks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nights", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("by_hand", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("housekeeping_tasks", schema=None) as batch_op:
        batch_op.drop_column("by_hand")
        batch_op.drop_column("nights")

    op.drop_table("service_opt_outs")
    op.drop_table("housekeeping_settings")
    op.drop_table("housekeeping_rules")
