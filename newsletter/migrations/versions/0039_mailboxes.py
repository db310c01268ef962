"""One mailbox is one reader: rows know their mailbox, and doubles are joined (docs/adr/0044)."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

from newsletter.clock import SystemClock
from newsletter.migrations.doubles import join_doubles
from subscribers.mailboxes import mailbox_of

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

CHARS = 640
AGAIN = """
    update import set through = '', read = 0, added = 0, "left" = 0, suppressed = 0, known = 0,
        kept_out = 0, rejected = 0
    where status = 'running'"""
KEPT = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}}
# Both lower ASCII letters only, whatever the language of the machine; Python does the others.
FILL = {
    "sqlite": "update {table} set mailbox = lower(address)",
    "postgresql": """
        alter table {table} alter column mailbox type varchar(640)
        using lower(address collate "C")""",
}
OTHERS = {
    "sqlite": "length(address) <> length(cast(address as blob))",
    "postgresql": "octet_length(address) <> char_length(address)",
}
SELECT = "select id, address from {table} where {where}"
ORDER = "update {table} set mailbox = :mailbox where id = :id"


def upgrade() -> None:
    if not _is_sqlite():
        # A service of the version before waits here, and then finds other tables: it ends.
        op.execute("lock table subscriber, subscription, suppression, message, smallletter")
    _create_tables()
    for table, index in (
        ("smallletter", "ix_smallletter_mailbox"),
        ("quarantined", "ix_quarantined_mailbox"),
    ):
        _add_mailbox(table)
        op.create_index(index, table, ["mailbox"])
    op.drop_index("ix_smallletter_address", "smallletter")
    _add_mailbox("subscriber")
    _add_mailbox("suppression", nullable=True)
    join_doubles(op.get_bind(), SystemClock().now())
    _swap_keys("subscriber", nullable=False)
    _swap_keys("suppression", nullable=True)
    # What is searched is folded otherwise now; it is made again when it is wanted.
    op.execute("delete from kept_text")
    _begin_imports_again()


def _create_tables() -> None:
    for name, kept in (("subscription_merger", "subscription_id"),):
        op.create_table(
            name,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("gone_id", sa.Integer(), nullable=False),
            sa.Column(kept, sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint("gone_id", name=op.f(f"uq_{name}_gone_id")),
        )
        op.create_index(op.f(f"ix_{name}_{kept}"), name, [kept])
    op.create_table(
        "joined_double",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("gone_status", sa.String(16), nullable=False),
        sa.Column("kept_status", sa.String(16), nullable=False),
        sa.Column("won", sa.String(16), nullable=False),
        sa.Column("at", _utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joined_double")),
    )
    op.create_index(op.f("ix_joined_double_subscriber_id"), "joined_double", ["subscriber_id"])


def _utc() -> sa.types.TypeEngine:
    return sqlmodel.sql.sqltypes.UTCDateTime()


def _add_mailbox(table: str, *, nullable: bool = False) -> None:
    """Add the column, with the mailbox of each row's address in it."""
    default = None if nullable else ""
    op.add_column(
        table, sa.Column("mailbox", sa.String(CHARS), nullable=nullable, server_default=default)
    )
    dialect = op.get_bind().dialect.name
    op.execute(FILL[dialect].format(table=table))
    others = SELECT.format(table=table, where=OTHERS[dialect])
    rows = op.get_bind().execute(sa.text(others)).all()
    if rows:
        values = [{"id": key, "mailbox": mailbox_of(address)} for key, address in rows]
        op.get_bind().execute(sa.text(ORDER.format(table=table)), values)


def _swap_keys(table: str, *, nullable: bool) -> None:
    """Let the mailbox be unique in place of the address."""
    sqlite = _is_sqlite()
    is_subscriber = table == "subscriber"
    last = _last_id(table) if sqlite and is_subscriber else 0
    triggers = _triggers(table) if sqlite and is_subscriber else []
    with op.batch_alter_table(table, **(KEPT if sqlite and is_subscriber else {})) as batch:
        batch.drop_constraint(op.f(f"uq_{table}_address"), type_="unique")
        if not is_subscriber:
            batch.drop_column("address")
        batch.create_unique_constraint(op.f(f"uq_{table}_mailbox"), ["mailbox"])
        batch.alter_column(
            "mailbox",
            existing_type=sa.String(CHARS),
            existing_nullable=nullable,
            server_default=None,
        )
    if sqlite and is_subscriber:
        _after_recreating(table, last, triggers)


def _last_id(table: str) -> int:
    found = op.get_bind().scalar(
        sa.text("select seq from sqlite_sequence where name = :table"), {"table": table}
    )
    return int(found or 0)


def _triggers(table: str) -> list[str]:
    """The triggers of a table as they are: they go with the table that a batch recreates."""
    query = "select sql from sqlite_master where type = 'trigger' and tbl_name = :table"
    return list(op.get_bind().scalars(sa.text(query), {"table": table}))


def _after_recreating(table: str, last: int, triggers: list[str]) -> None:
    """Go on counting after the last id ever given, and put the triggers back."""
    names = {"table": table, "last": last}
    connection = op.get_bind()
    connection.execute(sa.text("delete from sqlite_sequence where name = :table"), names)
    if last:
        connection.execute(sa.text("insert into sqlite_sequence values (:table, :last)"), names)
    for statement in triggers:
        op.execute(statement)


def _begin_imports_again() -> None:
    """Imports are stored in the order of mailboxes now: one that was cut off starts anew.

    Who is there already is counted as known.
    """
    with op.batch_alter_table("import") as batch:
        batch.alter_column(
            "through", existing_type=sa.String(320), type_=sa.String(CHARS), existing_nullable=False
        )
    op.execute(AGAIN)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def downgrade() -> None:
    """Doubles stay joined. Suppressions keep the mailbox in place of the address."""
    with op.batch_alter_table("import") as batch:
        batch.alter_column(
            "through", existing_type=sa.String(CHARS), type_=sa.String(320), existing_nullable=False
        )
    with op.batch_alter_table("suppression") as batch:
        batch.drop_constraint(op.f("uq_suppression_mailbox"), type_="unique")
        batch.alter_column(
            "mailbox",
            new_column_name="address",
            existing_type=sa.String(CHARS),
            type_=sa.String(320),
            existing_nullable=True,
        )
    with op.batch_alter_table("suppression") as batch:
        batch.create_unique_constraint(op.f("uq_suppression_address"), ["address"])
    sqlite = _is_sqlite()
    last = _last_id("subscriber") if sqlite else 0
    triggers = _triggers("subscriber") if sqlite else []
    with op.batch_alter_table("subscriber", **(KEPT if sqlite else {})) as batch:
        batch.drop_constraint(op.f("uq_subscriber_mailbox"), type_="unique")
        batch.drop_column("mailbox")
        batch.create_unique_constraint(op.f("uq_subscriber_address"), ["address"])
    if sqlite:
        _after_recreating("subscriber", last, triggers)
    op.create_index("ix_smallletter_address", "smallletter", ["address"])
    for table in ("smallletter", "quarantined"):
        op.drop_index(op.f(f"ix_{table}_mailbox"), table)
        with op.batch_alter_table(table) as batch:
            batch.drop_column("mailbox")
    op.drop_table("joined_double")
    op.drop_table("subscription_merger")
