"""An issue knows the deadline that it stands for, and whether it is filled by what is gathered."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# Until now each issue for all readers stood for the deadline at which it went out.
STANDS = "update issue set deadline_at = due_at where frequency = 'every'"


def upgrade() -> None:
    op.add_column("issue", sa.Column("deadline_at", UTCDateTime(), nullable=True))
    op.add_column(
        "issue", sa.Column("refills", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.execute(STANDS)


def downgrade() -> None:
    with op.batch_alter_table("issue") as table:
        table.drop_column("refills")
        table.drop_column("deadline_at")
