"""A session of an editor ends when nobody uses it for a while."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KEPT = {"sqlite_autoincrement": True}  # a session's id is given once


def upgrade() -> None:
    op.add_column("editorsession", sa.Column("idle_at", UTCDateTime(), nullable=True))
    # Who is logged in stays so. From the next use on it is counted.
    op.execute("update editorsession set idle_at = expires_at")
    with op.batch_alter_table("editorsession", table_kwargs=KEPT) as table:
        table.alter_column("idle_at", existing_type=UTCDateTime(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("editorsession", table_kwargs=KEPT) as table:
        table.drop_column("idle_at")
