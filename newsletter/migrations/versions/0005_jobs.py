"""The tables of the queue, on PostgreSQL: Procrastinate's own schema."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

DROP = """
do $$ declare one record; begin
  for one in select tablename as name from pg_tables where schemaname = current_schema() and tablename like 'procrastinate\\_%' loop
    execute format('drop table %I cascade', one.name); end loop;
  for one in select p.oid::regprocedure as name from pg_proc p where p.pronamespace = current_schema()::regnamespace
      and p.proname like 'procrastinate\\_%' loop
    execute format('drop function %s cascade', one.name); end loop;
  for one in select typname as name from pg_type t where t.typnamespace = current_schema()::regnamespace
      and t.typname like 'procrastinate\\_%' and t.typtype in ('e', 'c') loop
    execute format('drop type %I cascade', one.name); end loop;
end $$
"""


def _run(statements: str) -> None:
    """On the driver's own cursor: the text has percent signs and many statements."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(statements)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(SchemaManager.get_schema())


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(DROP)
