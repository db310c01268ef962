"""A publication may show its past issues to those who have the address, or to nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    archive = sa.Column("archive", sa.String(8), nullable=False, server_default="public")
    op.add_column("publication", archive)
    noindex = sa.Column("noindex", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("publication", noindex)


def downgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.drop_column("noindex")
        table.drop_column("archive")
