"""Tickets of maintenance."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "maintenance_tickets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("title_code", sa.String(), nullable=False),
        sa.Column("title_params", sa.JSON(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("room", sa.String(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("asset_key", sa.String(), nullable=True),
        sa.Column("entity", sa.String(), nullable=True),
        sa.Column("fault", sa.String(), nullable=True),
        sa.Column("open_key", sa.String(), nullable=True),
        sa.Column("impact", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("priority_by_hand", sa.Boolean(), nullable=False),
        sa.Column("reported_by_id", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("ask", sa.String(), nullable=True),
        sa.Column("assigned_to_id", sa.String(), nullable=True),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_response_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_repair_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holds", sa.JSON(), nullable=False),
        sa.Column("hold_reason", sa.String(), nullable=True),
        sa.Column("resolved_by_id", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duplicate_of", sa.String(), nullable=True),
        sa.Column("reopened_from", sa.String(), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("evidence_dropped", sa.Integer(), nullable=False),
        sa.Column("recurrences", sa.Integer(), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("photos", sa.JSON(), nullable=False),
        sa.Column("checklist", sa.JSON(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_action", sa.String(), nullable=False),
        sa.Column("last_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["properties.id"], name=op.f("fk_maintenance_tickets_property_id_properties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_tickets")),
        sa.UniqueConstraint("property_id", "number", name=op.f("uq_maintenance_tickets_property_id_number")),
        sa.UniqueConstraint(
            "property_id", "open_key", name=op.f("uq_maintenance_tickets_property_id_open_key")
        ),
    )
    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_tickets_fault", ["property_id", "asset_key", "fault"], unique=False
        )
        batch_op.create_index(
            "ix_maintenance_tickets_holder", ["property_id", "assigned_to_id", "state"], unique=False
        )
        batch_op.create_index(
            "ix_maintenance_tickets_room", ["property_id", "room", "opened_at"], unique=False
        )
        batch_op.create_index("ix_maintenance_tickets_state", ["property_id", "state"], unique=False)

    op.create_table(
        "maintenance_ticket_costs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=True),
        sa.Column("quantity", sa.Double(), nullable=False),
        sa.Column("cost_cents", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("taken_back", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_maintenance_ticket_costs_property_id_properties"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["maintenance_tickets.id"],
            name=op.f("fk_maintenance_ticket_costs_ticket_id_maintenance_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_ticket_costs")),
    )
    with op.batch_alter_table("maintenance_ticket_costs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_maintenance_ticket_costs_ticket", ["property_id", "ticket_id"], unique=False
        )

    op.create_table(
        "maintenance_ticket_steps",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("property_id", sa.String(), nullable=False),
        sa.Column("ticket_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"],
            ["properties.id"],
            name=op.f("fk_maintenance_ticket_steps_property_id_properties"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["maintenance_tickets.id"],
            name=op.f("fk_maintenance_ticket_steps_ticket_id_maintenance_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_ticket_steps")),
        sa.UniqueConstraint("ticket_id", "number", name=op.f("uq_maintenance_ticket_steps_ticket_id_number")),
    )
    with op.batch_alter_table("maintenance_ticket_steps", schema=None) as batch_op:
        batch_op.create_index("ix_maintenance_ticket_steps_at", ["property_id", "at"], unique=False)

    with op.batch_alter_table("fault_reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_id", sa.String(), nullable=True))
    _a_ticket_for_each_report()
    with op.batch_alter_table("fault_reports", schema=None) as batch_op:
        batch_op.alter_column("ticket_id", existing_type=sa.String(), nullable=False)
        batch_op.create_index("ix_fault_reports_ticket", ["property_id", "ticket_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_fault_reports_ticket_id_maintenance_tickets"),
            "maintenance_tickets",
            ["ticket_id"],
            ["id"],
        )


# What the kinds of reports were worth when tickets began: (impact, priority) with nobody to meet soon.
IMPACTS = {
    "air_conditioning": ("outage", "normal"),
    "light": ("degraded", "normal"),
    "water": ("outage", "normal"),
    "bathroom": ("degraded", "normal"),
    "electricity": ("outage", "normal"),
    "door_or_lock": ("outage", "normal"),
    "window_or_curtain": ("degraded", "normal"),
    "television": ("degraded", "normal"),
    "network": ("degraded", "normal"),
}


def _a_ticket_for_each_report() -> None:
    """A report from before tickets waits to be sorted; its ticket has its id and its number."""
    moment = sa.DateTime(timezone=True)
    reports = sa.table(
        "fault_reports",
        *(sa.column(name, sa.String()) for name in ("id", "property_id", "kind", "room", "area", "text")),
        *(sa.column(name, sa.String()) for name in ("by", "by_name", "ticket_id")),
        sa.column("number", sa.Integer()),
        sa.column("unsafe", sa.Boolean()),
        sa.column("photos", sa.JSON()),
        sa.column("at", moment),
    )
    metadata = sa.MetaData()
    tickets = sa.Table("maintenance_tickets", metadata, autoload_with=op.get_bind())
    steps = sa.Table("maintenance_ticket_steps", metadata, autoload_with=op.get_bind())
    for report in op.get_bind().execute(sa.select(reports).order_by(reports.c.number)).all():
        impact, priority = IMPACTS.get(report.kind, ("minor", "low"))
        if report.unsafe:
            impact, priority = "safety", "critical"
        at, who = report.at, report.by_name
        op.get_bind().execute(
            tickets.insert().values(
                id=report.id,
                property_id=report.property_id,
                number=report.number,
                state="reported",
                since=at,
                source="person",
                title_code=f"report.{report.kind}",
                title_params={},
                text=report.text,
                room=report.room,
                area=report.area,
                impact=impact,
                urgency="later",
                priority=priority,
                priority_by_hand=False,
                reported_by_id=report.by,
                reported_by=who,
                opened_at=at,
                clock_from=at,
                holds=[],
                reopened=0,
                evidence=[],
                evidence_dropped=0,
                recurrences=0,
                photos=report.photos,
                checklist=[],
                steps=1,
                last_at=at,
                last_action="report",
                last_by=who,
                changed_at=at,
                version=1,
            )
        )
        op.get_bind().execute(
            steps.insert().values(
                id=report.id,
                property_id=report.property_id,
                ticket_id=report.id,
                number=1,
                action="report",
                at=at,
                received_at=at,
                by_id=report.by,
                by=who,
                state="reported",
                detail={},
            )
        )
    op.execute("UPDATE fault_reports SET ticket_id = id")


def downgrade() -> None:
    with op.batch_alter_table("fault_reports", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_fault_reports_ticket_id_maintenance_tickets"), type_="foreignkey"
        )
        batch_op.drop_index("ix_fault_reports_ticket")
        batch_op.drop_column("ticket_id")

    with op.batch_alter_table("maintenance_ticket_steps", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_ticket_steps_at")

    op.drop_table("maintenance_ticket_steps")
    with op.batch_alter_table("maintenance_ticket_costs", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_ticket_costs_ticket")

    op.drop_table("maintenance_ticket_costs")
    with op.batch_alter_table("maintenance_tickets", schema=None) as batch_op:
        batch_op.drop_index("ix_maintenance_tickets_state")
        batch_op.drop_index("ix_maintenance_tickets_room")
        batch_op.drop_index("ix_maintenance_tickets_holder")
        batch_op.drop_index("ix_maintenance_tickets_fault")

    op.drop_table("maintenance_tickets")
