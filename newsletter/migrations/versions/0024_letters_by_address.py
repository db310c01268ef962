"""Small letters are found by their address: to count them, to tell of them, to forget them."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_smallletter_address", "smallletter", ["address"])


def downgrade() -> None:
    op.drop_index("ix_smallletter_address", "smallletter")
