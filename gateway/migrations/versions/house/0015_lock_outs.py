"""Lock-outs."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "controller_lock_outs",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("asset_key", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("property_id", "asset_key", name=op.f("pk_controller_lock_outs")),
    )


def downgrade() -> None:
    op.drop_table("controller_lock_outs")
