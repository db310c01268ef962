"""The desk reads what is kept: accounts of finished deliveries, counts of readers, text to search."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

# A kept text has the readers of 1000 subscription ids (subscribers/kept/pages.py).
SQLITE = (
    """
    create trigger kept_count_changed after update of status on subscription
    when old.status <> new.status and old.id <= (
        select subscription_id from kept_through where publication_id = old.publication_id)
    begin
        insert into kept_count (publication_id, status, readers)
        values (old.publication_id, old.status, -1), (old.publication_id, new.status, 1);
    end""",
    """
    create trigger kept_count_gone after delete on subscription
    when old.id <= (
        select subscription_id from kept_through where publication_id = old.publication_id)
    begin
        insert into kept_count (publication_id, status, readers)
        values (old.publication_id, old.status, -1);
    end""",
    """
    create trigger kept_text_gone after delete on subscription
    begin
        delete from kept_text
        where publication_id = old.publication_id and number = (old.id - 1) / 1000;
    end""",
    """
    create trigger kept_text_moved after update of subscriber_id on subscription
    begin
        delete from kept_text
        where publication_id = old.publication_id and number = (old.id - 1) / 1000;
    end""",
    """
    create trigger kept_text_changed after update of address, name on subscriber
    begin
        delete from kept_text where (publication_id, number) in (
            select publication_id, (id - 1) / 1000 from subscription
            where subscriber_id = old.id);
    end""",
    """
    create trigger kept_text_lost after delete on subscriber
    begin
        delete from kept_text where (publication_id, number) in (
            select publication_id, (id - 1) / 1000 from subscription
            where subscriber_id = old.id);
    end""",
)
# Each function ends in "return null": they run after the row, or before the statement.
POSTGRESQL = (
    """
    create function kept_wait() returns trigger language plpgsql as $$
    begin
        lock table kept_count in row exclusive mode;
        return null;
    end $$""",
    """
    create function kept_count_change() returns trigger language plpgsql as $$
    begin
        if old.id <= (
            select subscription_id from kept_through where publication_id = old.publication_id)
        then
            insert into kept_count (publication_id, status, readers)
            values (old.publication_id, old.status, -1);
            if tg_op = 'UPDATE' then
                insert into kept_count (publication_id, status, readers)
                values (old.publication_id, new.status, 1);
            end if;
        end if;
        return null;
    end $$""",
    """
    create function kept_text_drop() returns trigger language plpgsql as $$
    begin
        delete from kept_text
        where publication_id = old.publication_id and number = (old.id - 1) / 1000;
        return null;
    end $$""",
    """
    create function kept_text_drop_of_subscriber() returns trigger language plpgsql as $$
    begin
        delete from kept_text where (publication_id, number) in (
            select publication_id, (id - 1) / 1000 from subscription
            where subscriber_id = old.id);
        return null;
    end $$""",
    """
    create trigger kept_wait before insert or delete or update of status, subscriber_id
    on subscription for each statement execute function kept_wait()""",
    """
    create trigger kept_wait before delete or update of address, name
    on subscriber for each statement execute function kept_wait()""",
    """
    create trigger kept_count_changed after update of status on subscription
    for each row when (old.status <> new.status) execute function kept_count_change()""",
    """
    create trigger kept_count_gone after delete on subscription
    for each row execute function kept_count_change()""",
    """
    create trigger kept_text_gone after delete or update of subscriber_id on subscription
    for each row execute function kept_text_drop()""",
    """
    create trigger kept_text_changed after delete or update of address, name on subscriber
    for each row execute function kept_text_drop_of_subscriber()""",
)
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
# On SQLite a trigger goes with its table, or by name; on PostgreSQL it goes with its function.
UNDO = {
    "sqlite": [
        f"drop trigger kept_{name}"
        for name in (
            "count_changed", "count_gone", "text_gone", "text_moved", "text_changed", "text_lost",
        )
    ],
    "postgresql": [
        f"drop function kept_{name}() cascade"
        for name in ("wait", "count_change", "text_drop", "text_drop_of_subscriber")
    ],
}  # fmt: skip
PARTS = ("excluded", "messages")
COUNTED = {  # how each part of an account is counted
    "excluded": "select reason, count(*) from exclusion where delivery_id = :id group by reason",
    "messages": "select status, count(*) from message where delivery_id = :id group by status",
}


def upgrade() -> None:
    op.add_column("delivery", sa.Column("account", sa.JSON(), nullable=True))
    _keep_accounts()
    op.create_index("ix_subscription_list", "subscription", ["publication_id", "status", "id"])
    _create_tables()
    _execute(STATEMENTS)


def _create_tables() -> None:
    op.create_table(
        "kept_through",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_kept_through")),
    )
    op.create_table(
        "kept_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_count")),
    )
    op.create_index(op.f("ix_kept_count_publication_id"), "kept_count", ["publication_id"])
    op.create_table(
        "kept_text",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", "number", name=op.f("pk_kept_text")),
    )


def _execute(statements: Mapping[str, Sequence[str]]) -> None:
    """Execute the statements of this database."""
    for statement in statements[op.get_bind().dialect.name]:
        op.execute(statement)


def _keep_accounts() -> None:
    """Keep the accounts of the deliveries that are finished."""
    delivery = sa.table(
        "delivery", sa.column("id"), sa.column("status"), sa.column("account", sa.JSON())
    )
    connection = op.get_bind()
    finished = sa.select(delivery.c.id).where(delivery.c.status == "finished")
    for key in connection.scalars(finished).all():
        account = {part: _count(part, key) for part in PARTS}
        theirs = sa.update(delivery).where(delivery.c.id == key)
        connection.execute(theirs.values(account=account))


def _count(part: str, key: int) -> dict[str, int]:
    rows = op.get_bind().execute(sa.text(COUNTED[part]), {"id": key})
    return dict(rows.all())


def downgrade() -> None:
    _execute(UNDO)
    for table in ("kept_text", "kept_count", "kept_through"):
        op.drop_table(table)
    op.drop_index("ix_subscription_list", "subscription")
    with op.batch_alter_table("delivery") as table:
        table.drop_column("account")
