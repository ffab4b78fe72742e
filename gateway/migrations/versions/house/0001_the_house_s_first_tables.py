"""The house's first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_subject"), ["subject"], unique=False)

    op.create_table(
        "clients",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("wall_made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wall_revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clients")),
        sa.UniqueConstraint("digest", name=op.f("uq_clients_digest")),
    )
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clients_property_id"), ["property_id"], unique=False)

    op.create_table(
        "controller_arrivals",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eta", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eta_source", sa.String(), nullable=False),
        sa.Column("predicted_ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_celsius", sa.Double(), nullable=False),
        sa.Column("temperature_celsius", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("property_id", "stay_id", name=op.f("pk_controller_arrivals")),
    )
    with op.batch_alter_table("controller_arrivals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_arrivals_at"), ["at"], unique=False)

    op.create_table(
        "controller_commands",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("device_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("property_id", "id", name=op.f("pk_controller_commands")),
    )
    with op.batch_alter_table("controller_commands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_commands_made_at"), ["made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_controller_commands_room"), ["room"], unique=False)
        batch_op.create_index(batch_op.f("ix_controller_commands_state"), ["state"], unique=False)

    op.create_table(
        "controller_entities",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("config", sa.String(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=True),
        sa.Column("suggested_room", sa.String(), nullable=True),
        sa.Column("described_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "id", name=op.f("pk_controller_entities")),
    )
    with op.batch_alter_table("controller_entities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_entities_key"), ["key"], unique=False)
        batch_op.create_index(batch_op.f("ix_controller_entities_room"), ["room"], unique=False)

    op.create_table(
        "controller_holds",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "property_id", "device_id", "name", "level", name=op.f("pk_controller_holds")
        ),
    )
    with op.batch_alter_table("controller_holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_holds_room"), ["room"], unique=False)

    op.create_table(
        "controller_learned_rates",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("fit", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "subject", "kind", name=op.f("pk_controller_learned_rates")),
    )
    op.create_table(
        "controller_manual_plans",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("celsius", sa.Double(), nullable=True),
        sa.Column("ready_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "room", name=op.f("pk_controller_manual_plans")),
    )
    op.create_table(
        "controller_panel_requests",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("panel", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("property_id", "room", name=op.f("pk_controller_panel_requests")),
    )
    op.create_table(
        "controller_plans",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "room", name=op.f("pk_controller_plans")),
    )
    op.create_table(
        "controller_room_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controller_room_events")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("controller_room_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_controller_room_events_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_controller_room_events_property_id"), ["property_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_controller_room_events_room"), ["room"], unique=False)

    op.create_table(
        "controller_room_memories",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "room", name=op.f("pk_controller_room_memories")),
    )
    op.create_table(
        "controller_twin_checkpoints",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("entity_id", sa.String(), nullable=False),
        sa.Column("facets", sa.JSON(), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("property_id", "entity_id", name=op.f("pk_controller_twin_checkpoints")),
    )
    op.create_table(
        "due_jobs",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "name", name=op.f("pk_due_jobs")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("wall_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "actor_id", "key", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_keys_wall_at"), ["wall_at"], unique=False)

    op.create_table(
        "leases",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("wall_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "name", name=op.f("pk_leases")),
    )
    op.create_table(
        "message_followers",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("property_id", "name", name=op.f("pk_message_followers")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_wall_at"), ["wall_at"], unique=False)

    op.create_table(
        "properties",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("temperature_unit", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("audit_hour", sa.Integer(), nullable=False),
        sa.Column("inspection_required", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_properties")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("login", sa.String(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("pin_hash", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("property_id", "code", name=op.f("uq_staff_property_id_code")),
        sa.UniqueConstraint("property_id", "login", name=op.f("uq_staff_property_id_login")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_property_id"), ["property_id"], unique=False)

    op.create_table(
        "cleanliness_history",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("cleanliness", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=True),
        sa.Column("stay_id", sa.String(), nullable=True),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_cleanliness_history_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleanliness_history")),
        sa.UniqueConstraint("property_id", "cause", name=op.f("uq_cleanliness_history_property_id_cause")),
    )
    with op.batch_alter_table("cleanliness_history", schema=None) as batch_op:
        batch_op.create_index("ix_cleanliness_history_room", ["property_id", "room", "number"], unique=False)
        batch_op.create_index("ix_cleanliness_history_stay", ["property_id", "stay_id"], unique=False)

    op.create_table(
        "connecting_rooms",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_connecting_rooms_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "room", "other", name=op.f("pk_connecting_rooms")),
    )
    op.create_table(
        "guests",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("sealed_given_name", sa.String(), nullable=False),
        sa.Column("sealed_family_name", sa.String(), nullable=False),
        sa.Column("sealed_email", sa.String(), nullable=True),
        sa.Column("sealed_phone", sa.String(), nullable=True),
        sa.Column("sealed_notes", sa.String(), nullable=True),
        sa.Column("blind_family_name", sa.String(), nullable=True),
        sa.Column("blind_email", sa.String(), nullable=True),
        sa.Column("blind_phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_guests_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guests")),
    )
    with op.batch_alter_table("guests", schema=None) as batch_op:
        batch_op.create_index("ix_guests_email", ["property_id", "blind_email"], unique=False)
        batch_op.create_index("ix_guests_family_name", ["property_id", "blind_family_name"], unique=False)
        batch_op.create_index("ix_guests_phone", ["property_id", "blind_phone"], unique=False)

    op.create_table(
        "room_status",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("cleanliness", sa.String(), nullable=False),
        sa.Column("turndown", sa.String(), nullable=False),
        sa.Column("turndown_date", sa.Date(), nullable=True),
        sa.Column("availability", sa.String(), nullable=False),
        sa.Column("availability_reason", sa.String(), nullable=True),
        sa.Column("availability_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("availability_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_status", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_room_status_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "room", name=op.f("pk_room_status")),
    )
    op.create_table(
        "room_types",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_room_types_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_types")),
        sa.UniqueConstraint("property_id", "code", name=op.f("uq_room_types_property_id_code")),
    )
    with op.batch_alter_table("room_types", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_types_property_id"), ["property_id"], unique=False)

    op.create_table(
        "service_declines",
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_service_declines_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("property_id", "stay_id", "business_date", name=op.f("pk_service_declines")),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("staff_id", sa.String(), nullable=False),
        sa.Column("signed_in_by", sa.String(), nullable=False),
        sa.Column("wall_made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wall_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_sessions_staff_id_staff")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_property_id"), ["property_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_staff_id"), ["staff_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_wall_seen_at"), ["wall_seen_at"], unique=False)

    op.create_table(
        "stays",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("confirmation", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("room_type", sa.String(), nullable=False),
        sa.Column("arrival_date", sa.Date(), nullable=False),
        sa.Column("departure_date", sa.Date(), nullable=False),
        sa.Column("day_use", sa.Boolean(), nullable=False),
        sa.Column("eta", sa.DateTime(timezone=True), nullable=True),
        sa.Column("eta_source", sa.String(), nullable=False),
        sa.Column("etd", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("vip", sa.Boolean(), nullable=False),
        sa.Column("sharing_id", sa.String(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_date", sa.Date(), nullable=True),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_out_date", sa.Date(), nullable=True),
        sa.Column("queue_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unready_reason", sa.String(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_stays_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stays")),
        sa.UniqueConstraint("property_id", "confirmation", name=op.f("uq_stays_property_id_confirmation")),
    )
    with op.batch_alter_table("stays", schema=None) as batch_op:
        batch_op.create_index("ix_stays_arrival", ["property_id", "arrival_date", "id"], unique=False)
        batch_op.create_index("ix_stays_checked_out", ["property_id", "checked_out_date"], unique=False)
        batch_op.create_index("ix_stays_room", ["property_id", "room", "state"], unique=False)
        batch_op.create_index("ix_stays_sharing", ["property_id", "sharing_id"], unique=False)
        batch_op.create_index(
            "ix_stays_state_arrival", ["property_id", "state", "arrival_date"], unique=False
        )

    op.create_table(
        "eta_history",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("eta", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_eta_history_property_id_properties")
        ),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_eta_history_stay_id_stays")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eta_history")),
    )
    with op.batch_alter_table("eta_history", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eta_history_stay_id"), ["stay_id"], unique=False)

    op.create_table(
        "preferences",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("guest_id", sa.String(), nullable=True),
        sa.Column("stay_id", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["guest_id"], ["guests.id"], name=op.f("fk_preferences_guest_id_guests")),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_preferences_property_id_properties")
        ),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_preferences_stay_id_stays")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preferences")),
    )
    with op.batch_alter_table("preferences", schema=None) as batch_op:
        batch_op.create_index("ix_preferences_guest", ["property_id", "guest_id"], unique=False)
        batch_op.create_index("ix_preferences_stay", ["property_id", "stay_id"], unique=False)

    op.create_table(
        "rooms",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("floor", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=True),
        sa.Column("area_square_metres", sa.Double(), nullable=True),
        sa.Column("room_type_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_rooms_property_id_properties")
        ),
        sa.ForeignKeyConstraint(
            ["room_type_id"], ["room_types.id"], name=op.f("fk_rooms_room_type_id_room_types")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("property_id", "number", name=op.f("uq_rooms_property_id_number")),
    )
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rooms_property_id"), ["property_id"], unique=False)

    op.create_table(
        "stay_actions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("stay_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("stay_version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_stay_actions_property_id_properties")
        ),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_stay_actions_stay_id_stays")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_actions")),
        sa.UniqueConstraint("stay_id", "number", name=op.f("uq_stay_actions_stay_id_number")),
    )
    with op.batch_alter_table("stay_actions", schema=None) as batch_op:
        batch_op.create_index("ix_stay_actions_at", ["property_id", "at"], unique=False)

    op.create_table(
        "stay_guests",
        sa.Column("stay_id", sa.String(), nullable=False),
        sa.Column("guest_id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["guest_id"], ["guests.id"], name=op.f("fk_stay_guests_guest_id_guests")),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_stay_guests_property_id_properties")
        ),
        sa.ForeignKeyConstraint(["stay_id"], ["stays.id"], name=op.f("fk_stay_guests_stay_id_stays")),
        sa.PrimaryKeyConstraint("stay_id", "guest_id", name=op.f("pk_stay_guests")),
    )
    with op.batch_alter_table("stay_guests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stay_guests_guest_id"), ["guest_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("stay_guests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stay_guests_guest_id"))

    op.drop_table("stay_guests")
    with op.batch_alter_table("stay_actions", schema=None) as batch_op:
        batch_op.drop_index("ix_stay_actions_at")

    op.drop_table("stay_actions")
    with op.batch_alter_table("rooms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rooms_property_id"))

    op.drop_table("rooms")
    with op.batch_alter_table("preferences", schema=None) as batch_op:
        batch_op.drop_index("ix_preferences_stay")
        batch_op.drop_index("ix_preferences_guest")

    op.drop_table("preferences")
    with op.batch_alter_table("eta_history", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_eta_history_stay_id"))

    op.drop_table("eta_history")
    with op.batch_alter_table("stays", schema=None) as batch_op:
        batch_op.drop_index("ix_stays_state_arrival")
        batch_op.drop_index("ix_stays_sharing")
        batch_op.drop_index("ix_stays_room")
        batch_op.drop_index("ix_stays_checked_out")
        batch_op.drop_index("ix_stays_arrival")

    op.drop_table("stays")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_wall_seen_at"))
        batch_op.drop_index(batch_op.f("ix_sessions_staff_id"))
        batch_op.drop_index(batch_op.f("ix_sessions_property_id"))

    op.drop_table("sessions")
    op.drop_table("service_declines")
    with op.batch_alter_table("room_types", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_types_property_id"))

    op.drop_table("room_types")
    op.drop_table("room_status")
    with op.batch_alter_table("guests", schema=None) as batch_op:
        batch_op.drop_index("ix_guests_phone")
        batch_op.drop_index("ix_guests_family_name")
        batch_op.drop_index("ix_guests_email")

    op.drop_table("guests")
    op.drop_table("connecting_rooms")
    with op.batch_alter_table("cleanliness_history", schema=None) as batch_op:
        batch_op.drop_index("ix_cleanliness_history_stay")
        batch_op.drop_index("ix_cleanliness_history_room")

    op.drop_table("cleanliness_history")
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_property_id"))

    op.drop_table("staff")
    op.drop_table("properties")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_wall_at"))
        batch_op.drop_index(batch_op.f("ix_messages_property_id"))

    op.drop_table("messages")
    op.drop_table("message_followers")
    op.drop_table("leases")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_wall_at"))

    op.drop_table("idempotency_keys")
    op.drop_table("due_jobs")
    op.drop_table("controller_twin_checkpoints")
    op.drop_table("controller_room_memories")
    with op.batch_alter_table("controller_room_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_room_events_room"))
        batch_op.drop_index(batch_op.f("ix_controller_room_events_property_id"))
        batch_op.drop_index(batch_op.f("ix_controller_room_events_at"))

    op.drop_table("controller_room_events")
    op.drop_table("controller_plans")
    op.drop_table("controller_panel_requests")
    op.drop_table("controller_manual_plans")
    op.drop_table("controller_learned_rates")
    with op.batch_alter_table("controller_holds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_holds_room"))

    op.drop_table("controller_holds")
    with op.batch_alter_table("controller_entities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_entities_room"))
        batch_op.drop_index(batch_op.f("ix_controller_entities_key"))

    op.drop_table("controller_entities")
    with op.batch_alter_table("controller_commands", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_commands_state"))
        batch_op.drop_index(batch_op.f("ix_controller_commands_room"))
        batch_op.drop_index(batch_op.f("ix_controller_commands_made_at"))

    op.drop_table("controller_commands")
    with op.batch_alter_table("controller_arrivals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_controller_arrivals_at"))

    op.drop_table("controller_arrivals")
    with op.batch_alter_table("clients", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clients_property_id"))

    op.drop_table("clients")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_property_id"))
        batch_op.drop_index(batch_op.f("ix_audit_at"))

    op.drop_table("audit")
