"""where devices of assets were approved."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("maintenance_assets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device_room", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("maintenance_assets", schema=None) as batch_op:
        batch_op.drop_column("device_room")
