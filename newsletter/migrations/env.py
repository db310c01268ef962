"""Alembic's entry: runs the history on the connection that running.py hands over."""

from alembic import context

from newsletter.migrations.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    include_name=lambda name, kind, _: (
        not (kind == "table" and str(name).startswith("procrastinate_"))
    ),  # its own schema
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,  # Alembic does not expect it of SQLite
)
with context.begin_transaction():
    context.run_migrations()
