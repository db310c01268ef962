"""A publication's own name for a reader, and what it knows of them: no other one learns it."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

# Who has a name or attributes. Where nobody agreed yet, only the publication that came first keeps
# them: a program of the other one may have named an address that it knew nothing of.
TO_SUBSCRIPTIONS = """
    update subscription set
        name = (select name from subscriber where subscriber.id = subscription.subscriber_id),
        attributes = (
            select attributes from subscriber where subscriber.id = subscription.subscriber_id)
    where exists (
            select 1 from subscriber where subscriber.id = subscription.subscriber_id
            and (subscriber.name <> '' or cast(subscriber.attributes as text) <> '{}'))
        and (status <> 'unconfirmed' or id = (
            select min(first.id) from subscription as first
            where first.subscriber_id = subscription.subscriber_id))"""
TO_SUBSCRIBERS = """
    update subscriber set (name, attributes) = (
        select name, attributes from subscription
        where subscription.subscriber_id = subscriber.id order by id limit 1)
    where exists (select 1 from subscription where subscription.subscriber_id = subscriber.id)"""
# The kept text of a page has names: migration 0034 dropped it when a subscriber's name changed.
SQLITE_CHANGED = """
    create trigger kept_text_changed after update of {columns} on subscriber
    begin
        delete from kept_text where (publication_id, number) in (
            select publication_id, (id - 1) / 1000 from subscription
            where subscriber_id = old.id);
    end"""
SQLITE_MOVED = """
    create trigger kept_text_moved after update of {columns} on subscription
    begin
        delete from kept_text
        where publication_id = old.publication_id and number = (old.id - 1) / 1000;
    end"""
POSTGRESQL_CHANGED = """
    create trigger kept_wait before delete or update of {columns}
    on subscriber for each statement execute function kept_wait();
    create trigger kept_text_changed after delete or update of {columns} on subscriber
    for each row execute function kept_text_drop_of_subscriber()"""
POSTGRESQL_MOVED = """
    create trigger kept_wait before insert or delete or update of status, {columns}
    on subscription for each statement execute function kept_wait();
    create trigger kept_text_gone after delete or update of {columns} on subscription
    for each row execute function kept_text_drop()"""
HAS_OWN_ID = sa.text("own_id IS NOT NULL")


def upgrade() -> None:
    _drop_triggers()
    _add_columns("subscription")
    op.add_column("subscription", sa.Column("own_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_subscription_own_id",
        "subscription",
        ["own_id"],
        unique=True,
        sqlite_where=HAS_OWN_ID,
        postgresql_where=HAS_OWN_ID,
    )
    op.execute(TO_SUBSCRIPTIONS)
    _drop_columns("subscriber")
    _create_triggers("address", "subscriber_id, name")


def downgrade() -> None:
    _drop_triggers()
    _add_columns("subscriber")
    op.execute(TO_SUBSCRIBERS)
    op.drop_index("ix_subscription_own_id", "subscription")
    op.drop_column("subscription", "own_id")
    _drop_columns("subscription")
    _create_triggers("address, name", "subscriber_id")


def _add_columns(table: str) -> None:
    name = sa.Column("name", sa.String(200), nullable=False, server_default="")
    op.add_column(table, name)
    op.add_column(table, sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}"))


def _drop_columns(table: str) -> None:
    op.drop_column(table, "name")
    op.drop_column(table, "attributes")


def _drop_triggers() -> None:
    if _is_sqlite():
        op.execute("drop trigger kept_text_changed")
        op.execute("drop trigger kept_text_moved")
        return
    for name, table in (
        ("kept_wait", "subscriber"),
        ("kept_text_changed", "subscriber"),
        ("kept_wait", "subscription"),
        ("kept_text_gone", "subscription"),
    ):
        op.execute(f"drop trigger {name} on {table}")


def _create_triggers(of_subscriber: str, of_subscription: str) -> None:
    changed = SQLITE_CHANGED if _is_sqlite() else POSTGRESQL_CHANGED
    moved = SQLITE_MOVED if _is_sqlite() else POSTGRESQL_MOVED
    op.execute(changed.format(columns=of_subscriber))
    op.execute(moved.format(columns=of_subscription))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
