"""Pages of tools, and the links of those that came from lists, are looked at one by one."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watchedpage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("url", AutoString(2000), nullable=False),
        sa.Column("gathered_id", sa.Integer(), nullable=True),
        sa.Column("looked_at", UTCDateTime(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", AutoString(500), nullable=False),
        sa.Column("trouble", AutoString(300), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watchedpage"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["toolsource.id"], name="fk_watchedpage_source_id_toolsource"
        ),
        sa.ForeignKeyConstraint(
            ["gathered_id"], ["gatheredtool.id"], name="fk_watchedpage_gathered_id_gatheredtool"
        ),
        sa.UniqueConstraint("source_id", "url", name="uq_watchedpage_source_id_url"),
    )
    op.create_index("ix_watchedpage_gathered_id", "watchedpage", ["gathered_id"])


def downgrade() -> None:
    op.drop_table("watchedpage")
