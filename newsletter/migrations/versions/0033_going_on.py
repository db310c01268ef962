"""Since when a delivery and a host go on; and who two subscribers are that became one."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.add_column("delivery", sa.Column("resumed_at", AT(), nullable=True))
    op.add_column("host", sa.Column("alive_since", AT(), nullable=True))
    op.create_table(
        "merger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gone_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merger")),
        sa.UniqueConstraint("gone_id", name=op.f("uq_merger_gone_id")),
    )
    op.create_index(op.f("ix_merger_subscriber_id"), "merger", ["subscriber_id"])


def downgrade() -> None:
    op.drop_table("merger")
    with op.batch_alter_table("host") as table:
        table.drop_column("alive_since")
    with op.batch_alter_table("delivery") as table:
        table.drop_column("resumed_at")
