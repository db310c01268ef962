"""A publication asks whether an issue was useful; readers' votes."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.add_column(sa.Column("poll", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(8), nullable=False),
        sa.Column("at", AT(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_vote_issue_id_issue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint(
            "issue_id", "subscriber_id", name=op.f("uq_vote_issue_id_subscriber_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("vote")
    with op.batch_alter_table("publication") as table:
        table.drop_column("poll")
