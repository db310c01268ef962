"""When a reader was last seen to open or click, where a publication knows whose opens and clicks are whose."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KEPT = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}}
KNOWN = """
    UPDATE subscription SET seen_at = known.at
    FROM (SELECT message.subscriber_id, delivery.publication_id, max(event.at) AS at
          FROM event JOIN message ON message.id = event.message_id JOIN delivery ON delivery.id = message.delivery_id
          WHERE event.verdict = '' GROUP BY message.subscriber_id, delivery.publication_id) AS known
    WHERE known.subscriber_id = subscription.subscriber_id AND known.publication_id = subscription.publication_id
"""


def upgrade() -> None:
    op.add_column(
        "subscription", sa.Column("seen_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
    )
    op.execute(sa.text(KNOWN))


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("subscription", **(KEPT if sqlite else {})) as table:
        table.drop_column("seen_at")
