"""records of arrivals, signs and habits."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "controller_arrival_habits",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("learned", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "subject", name=op.f("pk_controller_arrival_habits")),
    )
    op.create_table(
        "controller_signs",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eta", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "stay_id", name=op.f("pk_controller_signs")),
    )
    with op.batch_alter_table("controller_signs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_signs_at"), ["at"], unique=False)

    with op.batch_alter_table("controller_arrivals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("begun_celsius", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("promised_ready_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("promised_early", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("promised_late", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("begun_code", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("begun_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("begun_values", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("weak_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("vacant_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("vacant_watt_hours", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("season", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("saved_always_on_watt_hours", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("saved_always_on_deviation", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("saved_fixed_watt_hours", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("saved_fixed_deviation", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("controller_arrivals", schema=None) as batch_op:
        batch_op.drop_column("compared_at")
        batch_op.drop_column("saved_fixed_deviation")
        batch_op.drop_column("saved_fixed_watt_hours")
        batch_op.drop_column("saved_always_on_deviation")
        batch_op.drop_column("saved_always_on_watt_hours")
        batch_op.drop_column("season")
        batch_op.drop_column("vacant_watt_hours")
        batch_op.drop_column("vacant_since")
        batch_op.drop_column("weak_reason")
        batch_op.drop_column("begun_values")
        batch_op.drop_column("begun_reason")
        batch_op.drop_column("begun_code")
        batch_op.drop_column("promised_late")
        batch_op.drop_column("promised_early")
        batch_op.drop_column("promised_ready_at")
        batch_op.drop_column("begun_celsius")
        batch_op.drop_column("begun_at")

    with op.batch_alter_table("controller_signs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_signs_at"))

    op.drop_table("controller_signs")
    op.drop_table("controller_arrival_habits")
