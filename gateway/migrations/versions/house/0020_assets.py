"""assets."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_assets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("maker", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("software", sa.String(), nullable=True),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("parent_id", sa.String(), nullable=True),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("apparatus", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("installed_on", sa.Date(), nullable=True),
        sa.Column("warranty_until", sa.Date(), nullable=True),
        sa.Column("life_years", sa.Double(), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("by_hand", sa.JSON(), nullable=False),
        sa.Column("gone_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["maintenance_assets.id"],
            name=op.f("fk_maintenance_assets_parent_id_maintenance_assets"),
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_assets_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_assets")),
        sa.UniqueConstraint(
            "property_id", "apparatus", name=op.f("uq_maintenance_assets_property_id_apparatus")
        ),
        sa.UniqueConstraint("property_id", "key", name=op.f("uq_maintenance_assets_property_id_key")),
    )
    with op.batch_alter_table("maintenance_assets", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_assets_name", ["property_id", "name", "id"], unique=False)
        batch_op.create_index("ix_maintenance_assets_parent", ["property_id", "parent_id"], unique=False)
        batch_op.create_index("ix_maintenance_assets_room", ["property_id", "room"], unique=False)

    op.create_table(
        "maintenance_asset_documents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("asset_id", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["maintenance_assets.id"],
            name=op.f("fk_maintenance_asset_documents_asset_id_maintenance_assets"),
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_maintenance_asset_documents_file_id_files")
        ),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_maintenance_asset_documents_property_id_properties"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_asset_documents")),
    )
    with op.batch_alter_table("maintenance_asset_documents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_asset_documents_asset", ["property_id", "asset_id"], unique=False
        )

    op.create_table(
        "maintenance_asset_keys",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("asset_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["maintenance_assets.id"],
            name=op.f("fk_maintenance_asset_keys_asset_id_maintenance_assets"),
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_asset_keys_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "key", name=op.f("pk_maintenance_asset_keys")),
    )
    with op.batch_alter_table("maintenance_asset_keys", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_asset_keys_asset", ["asset_id"], unique=False)

    op.create_table(
        "maintenance_asset_moves",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("asset_id", sa.String(), nullable=False),
        sa.Column("from_room", sa.String(), nullable=True),
        sa.Column("to_room", sa.String(), nullable=True),
        sa.Column("from_area", sa.String(), nullable=True),
        sa.Column("to_area", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["maintenance_assets.id"],
            name=op.f("fk_maintenance_asset_moves_asset_id_maintenance_assets"),
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_asset_moves_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_asset_moves")),
    )
    with op.batch_alter_table("maintenance_asset_moves", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_asset_moves_asset", ["property_id", "asset_id", "at"], unique=False
        )

    op.create_table(
        "maintenance_asset_parts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("asset_id", sa.String(), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("price_cents", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["maintenance_assets.id"],
            name=op.f("fk_maintenance_asset_parts_asset_id_maintenance_assets"),
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_asset_parts_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_asset_parts")),
    )
    with op.batch_alter_table("maintenance_asset_parts", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_asset_parts_asset", ["property_id", "asset_id"], unique=False)
        batch_op.create_index("ix_maintenance_asset_parts_model", ["property_id", "model"], unique=False)

    op.create_table(
        "maintenance_asset_steps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("asset_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["maintenance_assets.id"],
            name=op.f("fk_maintenance_asset_steps_asset_id_maintenance_assets"),
        ),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_asset_steps_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_asset_steps")),
    )
    with op.batch_alter_table("maintenance_asset_steps", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_asset_steps_asset", ["property_id", "asset_id", "at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("maintenance_asset_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_asset_steps_asset")

    op.drop_table("maintenance_asset_steps")
    with op.batch_alter_table("maintenance_asset_parts", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_asset_parts_model")
        batch_op.drop_index("ix_maintenance_asset_parts_asset")

    op.drop_table("maintenance_asset_parts")
    with op.batch_alter_table("maintenance_asset_moves", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_asset_moves_asset")

    op.drop_table("maintenance_asset_moves")
    with op.batch_alter_table("maintenance_asset_keys", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_asset_keys_asset")

    op.drop_table("maintenance_asset_keys")
    with op.batch_alter_table("maintenance_asset_documents", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_asset_documents_asset")

    op.drop_table("maintenance_asset_documents")
    with op.batch_alter_table("maintenance_assets", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_assets_room")
        batch_op.drop_index("ix_maintenance_assets_parent")
        batch_op.drop_index("ix_maintenance_assets_name")

    op.drop_table("maintenance_assets")
