"""Dates on which a publication comes out with no issue."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("skipped", sa.JSON(), nullable=False, server_default="[]")
    op.add_column("publication", column)


def downgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.drop_column("skipped")
