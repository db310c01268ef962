"""A session knows when its password was typed last; those that go on type it again once."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("editorsession", sa.Column("proven_at", UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("editorsession", "proven_at")
