"""the terms of repair or replace."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_replacement_terms",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("cents_an_hour", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_maintenance_replacement_terms_property_id_properties"),
        ),
        sa.PrimaryKeyConstraint("property_id", name=op.f("pk_maintenance_replacement_terms")),
    )


def downgrade() -> None:
    op.drop_table("maintenance_replacement_terms")
