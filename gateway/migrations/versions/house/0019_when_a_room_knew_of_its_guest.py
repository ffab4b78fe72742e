"""when a room knew of its guest."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("controller_arrivals", schema=None) as batch_op:
        batch_op.add_column(sa.Column("known_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("controller_arrivals", schema=None) as batch_op:
        batch_op.drop_column("known_at")
