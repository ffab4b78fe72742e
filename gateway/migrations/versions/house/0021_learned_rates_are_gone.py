"""learned rates are gone.

Rooms are learned by their models (`controller_models`, since 0012). Nothing of the rates is kept: they said
how many minutes a kelvin took, which no model takes over, and a model has learned more of its room within
a day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("controller_learned_rates")


def downgrade() -> None:
    op.create_table(
        "controller_learned_rates",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fit", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "subject", "kind", name=op.f("pk_controller_learned_rates")),
    )
