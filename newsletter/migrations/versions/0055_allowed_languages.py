"""Languages, other than the publication's, in which a source may bring news."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("languages", sa.String(80), nullable=False, server_default="")
    op.add_column("source", column)


def downgrade() -> None:
    with op.batch_alter_table("source") as table:
        table.drop_column("languages")
