"""An approval keeps the letterhead that was approved: a sender changed later is not that one."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # {}: of approvals that are there nobody knows it; they go out as the publication is then
    op.add_column(
        "approval", sa.Column("letterhead", sa.JSON(), nullable=False, server_default="{}")
    )


def downgrade() -> None:
    with op.batch_alter_table("approval") as table:
        table.drop_column("letterhead")
