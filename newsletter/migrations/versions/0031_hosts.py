"""What the database knows of its hosts, and the letters that only a host remembered."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "host",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("beat_at", AT(), nullable=False),
        sa.Column("disagrees", sa.String(10), nullable=False),
        sa.Column("remembered", sa.Integer(), nullable=False),
        sa.Column("adopted_at", AT(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
        sa.UniqueConstraint("name", name=op.f("uq_host_name")),
    )
    op.create_table(
        "sent_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_letter")),
        sa.UniqueConstraint(
            "issue_id",
            "subscriber_id",
            name=op.f("uq_sent_letter_issue_id_subscriber_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("sent_letter")
    op.drop_table("host")
