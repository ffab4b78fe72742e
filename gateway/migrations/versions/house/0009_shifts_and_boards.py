"""Shifts and boards."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "housekeeping_boards",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("solver", sa.String(), nullable=False),
        sa.Column("fallback", sa.String(), nullable=True),
        sa.Column("quality", sa.JSON(), nullable=False),
        sa.Column("seen", sa.JSON(), nullable=False),
        sa.Column("troubles", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_boards_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_housekeeping_boards")),
        sa.UniqueConstraint(
            "property_id",
            "business_date",
            "number",
            name=op.f("uq_housekeeping_boards_property_id_business_date_number"),
        ),
    )
    op.create_table(
        "housekeeping_shifts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("breaks", sa.JSON(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("floors", sa.JSON(), nullable=False),
        sa.Column("pair_with", sa.String(), nullable=True),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("max_credits", sa.Double(), nullable=True),
        sa.Column("max_area_square_metres", sa.Double(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_housekeeping_shifts_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_housekeeping_shifts")),
    )
    with op.batch_alter_table("housekeeping_shifts", schema=None) as batch_op:
        batch_op.create_index("ix_housekeeping_shifts_date", ["property_id", "business_date"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("housekeeping_shifts", schema=None) as batch_op:
        batch_op.drop_index("ix_housekeeping_shifts_date")

    op.drop_table("housekeeping_shifts")
    op.drop_table("housekeeping_boards")
