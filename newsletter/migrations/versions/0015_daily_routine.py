"""Each publication knows the last day whose routine was carried out."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.add_column(sa.Column("daily_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.drop_column("daily_on")
