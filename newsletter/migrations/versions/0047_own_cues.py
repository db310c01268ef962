"""A publication may have a cue file of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publication", sa.Column("cues", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("publication", "cues")
