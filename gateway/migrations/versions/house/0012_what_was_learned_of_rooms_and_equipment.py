"""what was learned of rooms and equipment."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "controller_equipment",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("equipment", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "scope", name=op.f("pk_controller_equipment")),
    )
    op.create_table(
        "controller_models",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("model", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "subject", name=op.f("pk_controller_models")),
    )


def downgrade() -> None:
    op.drop_table("controller_models")
    op.drop_table("controller_equipment")
