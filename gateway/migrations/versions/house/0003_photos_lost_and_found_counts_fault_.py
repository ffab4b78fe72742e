"""Photos, lost and found, counts, fault reports."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fault_reports",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("unsafe", sa.Boolean(), nullable=False),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_fault_reports_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_reports")),
        sa.UniqueConstraint("property_id", "number", name=op.f("uq_fault_reports_property_id_number")),
    )
    with op.batch_alter_table("fault_reports", schema=None) as batch_op:
        batch_op.create_index("ix_fault_reports_room", ["property_id", "room", "at"], unique=False)

    op.create_table(
        "files",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width_pixels", sa.Integer(), nullable=False),
        sa.Column("height_pixels", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_files_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.create_index("ix_files_property", ["property_id", "at"], unique=False)

    op.create_table(
        "lost_items",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("storage_place", sa.String(), nullable=True),
        sa.Column("dispose_on", sa.Date(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=True),
        sa.Column("sealed_handed_to", sa.String(), nullable=True),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by", sa.String(), nullable=False),
        sa.Column("found_by_name", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_lost_items_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_items")),
        sa.UniqueConstraint("property_id", "number", name=op.f("uq_lost_items_property_id_number")),
    )
    with op.batch_alter_table("lost_items", schema=None) as batch_op:
        batch_op.create_index("ix_lost_items_state", ["property_id", "state", "dispose_on"], unique=False)

    op.create_table(
        "stock_counts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stock", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_stock_counts_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_counts")),
    )
    with op.batch_alter_table("stock_counts", schema=None) as batch_op:
        batch_op.create_index("ix_stock_counts_day", ["property_id", "stock", "business_date"], unique=False)
        batch_op.create_index("ix_stock_counts_place", ["property_id", "stock", "place", "at"], unique=False)

    op.create_table(
        "stock_goods",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stock", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("par", sa.Integer(), nullable=False),
        sa.Column("price", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_stock_goods_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "stock", "code", name=op.f("pk_stock_goods")),
    )
    op.create_table(
        "lost_item_steps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("storage_place", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["lost_items.id"], name=op.f("fk_lost_item_steps_item_id_lost_items")
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_lost_item_steps_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lost_item_steps")),
    )
    with op.batch_alter_table("lost_item_steps", schema=None) as batch_op:
        batch_op.create_index("ix_lost_item_steps_item", ["item_id", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("lost_item_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_lost_item_steps_item")

    op.drop_table("lost_item_steps")
    op.drop_table("stock_goods")
    with op.batch_alter_table("stock_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_stock_counts_place")
        batch_op.drop_index("ix_stock_counts_day")

    op.drop_table("stock_counts")
    with op.batch_alter_table("lost_items", schema=None) as batch_op:
        batch_op.drop_index("ix_lost_items_state")

    op.drop_table("lost_items")
    with op.batch_alter_table("files", schema=None) as batch_op:
        batch_op.drop_index("ix_files_property")

    op.drop_table("files")
    with op.batch_alter_table("fault_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_fault_reports_room")

    op.drop_table("fault_reports")
