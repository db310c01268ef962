"""Sources note what they said of each article, when they began, and items at one address."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    digest = sa.Column("digest", AutoString(16), nullable=False, server_default="")
    op.add_column("sighting", digest)
    op.add_column("source", sa.Column("begun_at", UTCDateTime(), nullable=True))
    shared = sa.Column("at_one_address", sa.Integer(), nullable=False, server_default="0")
    op.add_column("source", shared)


def downgrade() -> None:
    op.drop_column("source", "at_one_address")
    op.drop_column("source", "begun_at")
    op.drop_column("sighting", "digest")
