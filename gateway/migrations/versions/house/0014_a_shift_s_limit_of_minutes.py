"""A shift's limit of minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("housekeeping_shifts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("max_minutes", sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("housekeeping_shifts", schema=None) as batch_op:
        batch_op.drop_column("max_minutes")
