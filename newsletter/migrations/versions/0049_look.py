"""A publication has a look of its own; pictures of logos are kept for ever."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publication", sa.Column("look", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "brandpicture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brandpicture"),
        sa.UniqueConstraint("digest", name="uq_brandpicture_digest"),
    )


def downgrade() -> None:
    op.drop_table("brandpicture")
    op.drop_column("publication", "look")
