"""A change of address needs the present mailbox; and what links name has an id of its own for ever."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime
TIMES = ("confirmed_at", "ended_at", "refused_at")
LINKED = ("addresschange", "submission", "leave")
GAP = 1_000_000  # more than ever were given


def upgrade() -> None:
    with op.batch_alter_table("addresschange", **_recreated(autoincrement=True)) as table:
        for name in TIMES:
            table.add_column(sa.Column(name, AT(), nullable=True))
        table.add_column(sa.Column("former_hash", sa.String(64), nullable=False, server_default=""))
        table.add_column(sa.Column("publications", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("addresschange", **_recreated(autoincrement=True)) as table:
        table.alter_column("former_hash", existing_type=sa.String(64), server_default=None)
    # Who asked before this version knows no present address yet; what changed was confirmed.
    op.execute(
        "update addresschange set former = (select address from subscriber "
        "where subscriber.id = addresschange.subscriber_id) "
        "where changed_at is null and subscriber_id in (select id from subscriber)"
    )
    op.execute("update addresschange set confirmed_at = changed_at where changed_at is not null")
    for name in ("submission", "leave"):
        with op.batch_alter_table(name, **_recreated(autoincrement=True)):
            pass
    if op.get_bind().dialect.name == "sqlite" and not _is_new():
        _go_on_above()


def _is_new() -> bool:
    """True for a database without publication and reader: it never gave an id that is in a link."""
    count = "select (select count(*) from publication) + (select count(*) from subscriber)"
    return op.get_bind().scalar(sa.text(count)) == 0


def _go_on_above() -> None:
    """Begin far above the ids that were given: links of rows that are gone may still have them."""
    connection = op.get_bind()
    for name in LINKED:
        table = sa.table(name, sa.column("id"))
        last = connection.scalar(sa.select(sa.func.max(table.c.id))) or 0
        values = {"name": name, "seq": last + GAP}
        connection.execute(sa.text("delete from sqlite_sequence where name = :name"), values)
        connection.execute(
            sa.text("insert into sqlite_sequence (name, seq) values (:name, :seq)"), values
        )


def downgrade() -> None:
    for name in ("leave", "submission"):
        with op.batch_alter_table(name, **_recreated(autoincrement=False)):
            pass
    op.execute("delete from addresschange where address = ''")
    with op.batch_alter_table("addresschange", **_recreated(autoincrement=False)) as table:
        table.drop_column("publications")
        table.drop_column("former_hash")
        for name in reversed(TIMES):
            table.drop_column(name)


def _recreated(*, autoincrement: bool) -> dict[str, object]:
    """SQLite makes the table again, with ids that are given once; PostgreSQL's sequences do so."""
    if op.get_bind().dialect.name != "sqlite":
        return {}
    return {
        "recreate": "always",
        "table_kwargs": {"sqlite_autoincrement": autoincrement},
    }
