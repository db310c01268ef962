"""Sources have a category: the folder that they were in, where they came from another reader."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("source") as table:
        table.add_column(sa.Column("category", sa.String(80), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("source") as table:
        table.drop_column("category")
