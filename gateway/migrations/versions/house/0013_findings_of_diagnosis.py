"""findings of diagnosis."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "diagnosis_memory",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_diagnosis_memory_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", name=op.f("pk_diagnosis_memory")),
    )
    op.create_table(
        "diagnosis_mutes",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("asset_key", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_diagnosis_mutes_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "fault", "asset_key", name=op.f("pk_diagnosis_mutes")),
    )
    op.create_table(
        "diagnosis_rules",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_diagnosis_rules_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "code", name=op.f("pk_diagnosis_rules")),
    )
    op.create_table(
        "diagnosis_standings",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("asset_key", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_diagnosis_standings_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "fault", "asset_key", name=op.f("pk_diagnosis_standings")),
    )
    op.create_table(
        "diagnosis_findings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("asset_key", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("entity", sa.String(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("verdict_by", sa.String(), nullable=True),
        sa.Column("verdict_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_diagnosis_findings_property_id_properties")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["maintenance_tickets.id"],
            name=op.f("fk_diagnosis_findings_ticket_id_maintenance_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diagnosis_findings")),
    )
    with op.batch_alter_table("diagnosis_findings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_diagnosis_findings_asset", ["property_id", "asset_key", "fault"], unique=False
        )
        batch_op.create_index(
            "ix_diagnosis_findings_fault", ["property_id", "fault", "found_at"], unique=False
        )
        batch_op.create_index("ix_diagnosis_findings_open", ["property_id", "gone_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("diagnosis_findings", schema=None) as batch_op:
        batch_op.drop_index("ix_diagnosis_findings_open")
        batch_op.drop_index("ix_diagnosis_findings_fault")
        batch_op.drop_index("ix_diagnosis_findings_asset")

    op.drop_table("diagnosis_findings")
    op.drop_table("diagnosis_standings")
    op.drop_table("diagnosis_rules")
    op.drop_table("diagnosis_mutes")
    op.drop_table("diagnosis_memory")
