"""tablets and late operations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tablet_invitations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("wall_ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablet_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_tablet_invitations_digest")),
    )
    with op.batch_alter_table("tablet_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tablet_invitations_property_id"), ["property_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_tablet_invitations_wall_ends_at"), ["wall_ends_at"], unique=False
        )

    op.create_table(
        "tablets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("enrolled_by_id", sa.String(), nullable=False),
        sa.Column("enrolled_by", sa.String(), nullable=False),
        sa.Column("wall_enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("wall_revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablets")),
        sa.UniqueConstraint("digest", name=op.f("uq_tablets_digest")),
    )
    with op.batch_alter_table("tablets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tablets_property_id"), ["property_id"], unique=False)

    op.create_table(
        "late_operations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("staff_name", sa.String(), nullable=False),
        sa.Column("tablet_name", sa.String(), nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("seen_version", sa.Integer(), nullable=True),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("label_key", sa.String(), nullable=False),
        sa.Column("label_values", sa.JSON(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reviewed_by_id", sa.String(), nullable=True),
        sa.Column("reviewed_by", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_late_operations_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_operations")),
        sa.UniqueConstraint(
            "property_id", "staff_id", "key", name=op.f("uq_late_operations_property_id_staff_id_key")
        ),
    )
    with op.batch_alter_table("late_operations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_late_operations_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_late_operations_state"), ["state"], unique=False)

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tablet_id", sa.String(), nullable=True))
        batch_op.create_index(batch_op.f("ix_sessions_tablet_id"), ["tablet_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_sessions_tablet_id_tablets"), "tablets", ["tablet_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_sessions_tablet_id_tablets"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_sessions_tablet_id"))
        batch_op.drop_column("tablet_id")

    with op.batch_alter_table("late_operations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_late_operations_state"))
        batch_op.drop_index(batch_op.f("ix_late_operations_property_id"))

    op.drop_table("late_operations")
    with op.batch_alter_table("tablets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tablets_property_id"))

    op.drop_table("tablets")
    with op.batch_alter_table("tablet_invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tablet_invitations_wall_ends_at"))
        batch_op.drop_index(batch_op.f("ix_tablet_invitations_property_id"))

    op.drop_table("tablet_invitations")
