"""Opens and clicks: events, their sums, links pointed elsewhere; and how a publication and its deliveries are tracked."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime as AT

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.add_column(
            sa.Column("tracking", sa.String(10), nullable=False, server_default="anonymous")
        )
        table.add_column(
            sa.Column("tracking_days", sa.Integer(), nullable=False, server_default="90")
        )
    with op.batch_alter_table("delivery") as table:
        table.add_column(sa.Column("tracking", sa.String(10), nullable=False, server_default="off"))
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("visitor", sa.BigInteger(), nullable=False),
        sa.Column("sign", sa.String(12), nullable=False),
        sa.Column("at", AT(), nullable=False),
        sa.Column("verdict", sa.String(12), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"])
    op.create_index(op.f("ix_event_verdict_at"), "event", ["verdict", "at"])
    op.create_index(op.f("ix_event_message_id_at"), "event", ["message_id", "at"])
    op.create_table(
        "eventcount",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eventcount")),
        sa.UniqueConstraint(
            "edition_id", "link", "verdict", name=op.f("uq_eventcount_edition_id_link_verdict")
        ),
    )
    op.create_table(
        "repointing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.Integer(), nullable=False),
        sa.Column("url_from", sa.String(2000), nullable=False),
        sa.Column("url_to", sa.String(2000), nullable=False),
        sa.Column("by", sa.String(320), nullable=False),
        sa.Column("at", AT(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_repointing_edition_id_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repointing")),
    )
    op.create_index(op.f("ix_repointing_edition_id"), "repointing", ["edition_id"])


def downgrade() -> None:
    for name in ("repointing", "eventcount", "event"):
        op.drop_table(name)
    with op.batch_alter_table("delivery") as table:
        table.drop_column("tracking")
    with op.batch_alter_table("publication") as table:
        table.drop_column("tracking_days")
        table.drop_column("tracking")
