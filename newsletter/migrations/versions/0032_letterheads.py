"""A delivery keeps its letterhead: who its letters are from, whatever becomes of the publication."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None
FIELDS = ("slug", "name", "sender_name", "sender_address", "reply_to")


def upgrade() -> None:
    op.add_column(
        "delivery", sa.Column("letterhead", sa.JSON(), nullable=False, server_default="{}")
    )
    _fill()


def _fill() -> None:
    """Give the deliveries that are there the letterhead that their publication has now."""
    delivery = sa.table("delivery", sa.column("publication_id"), sa.column("letterhead", sa.JSON()))
    publication = sa.table("publication", sa.column("id"), *map(sa.column, FIELDS))
    connection = op.get_bind()
    for row in connection.execute(sa.select(publication)).mappings().all():
        letterhead = {name: row[name] for name in FIELDS}
        theirs = sa.update(delivery).where(delivery.c.publication_id == row["id"])
        connection.execute(theirs.values(letterhead=letterhead))


def downgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.drop_column("letterhead")
