"""When a reader's letters moved to the address of now: the foot does not date another one's."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

# The evidence of each move is kept with the reader's subscriptions.
FROM_EVIDENCE = """
    update subscriber set moved_at = (
        select max(consentrecord.at) from consentrecord
        join subscription on subscription.id = consentrecord.subscription_id
        where subscription.subscriber_id = subscriber.id and consentrecord.act = 'address')
    where id in (
        select subscription.subscriber_id from subscription
        join consentrecord on consentrecord.subscription_id = subscription.id
        where consentrecord.act = 'address')"""


def upgrade() -> None:
    op.add_column("subscriber", sa.Column("moved_at", UTCDateTime(), nullable=True))
    op.execute(FROM_EVIDENCE)


def downgrade() -> None:
    op.drop_column("subscriber", "moved_at")
