"""A person may set how fast letters go to one recipient domain."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.add_column(sa.Column("domain_rates", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.drop_column("domain_rates")
