"""How many readers a publication had when an issue was proposed, for what its letter says in public."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issue", sa.Column("readers", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("issue") as table:
        table.drop_column("readers")
