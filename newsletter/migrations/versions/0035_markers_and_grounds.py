"""Codes of markers; why a reader gets a message; the network of an event."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

COLUMNS = (
    ("edition", sa.Column("marker_code", sa.String(32), nullable=False, server_default="")),
    ("subscription", sa.Column("agreed_by", sa.String(8), nullable=False, server_default="")),
    ("message", sa.Column("agreed_by", sa.String(8), nullable=False, server_default="confirm")),
    ("message", sa.Column("import_id", sa.Integer(), nullable=True)),
    ("event", sa.Column("network", sa.BigInteger(), nullable=False, server_default="0")),
)
# The last act of consent is the one that counts. Who has none came with a list.
FILL_SUBSCRIPTIONS = """
    update subscription set agreed_by = coalesce((
        select case act when 'vouch' then 'vouch' else 'confirm' end
        from consentrecord
        where subscription_id = subscription.id and act in ('confirm', 'vouch', 'reconfirm')
        order by consentrecord.id desc limit 1
    ), '')"""
# Letters that are still to go tell the truth as well.
FILL_MESSAGES = """
    update message set
        agreed_by = case when theirs.agreed_by = '' then 'import' else theirs.agreed_by end,
        import_id = theirs.import_id,
        confirmed_at = coalesce(theirs.confirmed_at, theirs.joined_at)
    from subscription as theirs, delivery
    where message.status in ('planned', 'deferred')
        and delivery.id = message.delivery_id
        and theirs.subscriber_id = message.subscriber_id
        and theirs.publication_id = delivery.publication_id
        and (theirs.agreed_by = 'vouch'
            or theirs.agreed_by = '' and theirs.import_id is not null)"""


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)
    op.execute(FILL_SUBSCRIPTIONS)
    op.execute(FILL_MESSAGES)


def downgrade() -> None:
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)  # not by a copy of the table, which its triggers forbid
