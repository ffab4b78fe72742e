"""What Alembic runs for each command; `gateway.migrate` has put the connection and the line into it."""

from __future__ import annotations

from alembic import context

from gateway.migrate import Line, settings_for

line = context.config.attributes["line"]
assert isinstance(line, Line)
connection = context.config.attributes["connection"]

context.configure(connection=connection, **settings_for(line, connection))
with context.begin_transaction():
    context.run_migrations()
