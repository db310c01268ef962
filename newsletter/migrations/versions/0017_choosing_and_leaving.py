"""Choosing and leaving: frequency, snooze and topics; leaves with their ways; changes of address; suppression by hash."""

import sqlalchemy as sa
import sqlmodel
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AUDIENCE = ["publication_id", "subscriber_id", "status", "confirmed_at"]
KEPT = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}}
UTC = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("subscriber", **(KEPT if sqlite else {})) as table:
        table.add_column(sa.Column("time_zone", sa.String(64), nullable=False, server_default=""))
    with op.batch_alter_table("subscription", **(KEPT if sqlite else {})) as table:
        table.add_column(
            sa.Column("frequency", sa.String(8), nullable=False, server_default="every")
        )
        table.add_column(sa.Column("snoozed_until", UTC(), nullable=True))
        table.add_column(sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
        table.drop_index("ix_subscription_audience")
        table.create_index("ix_subscription_audience", [*AUDIENCE, "frequency", "snoozed_until"])
    with op.batch_alter_table("suppression") as table:
        table.alter_column("address", existing_type=sa.String(320), nullable=True)
        table.add_column(sa.Column("hashed", sa.String(64), nullable=True))
        table.create_unique_constraint("uq_suppression_hashed", ["hashed"])
    with op.batch_alter_table("publication") as table:
        table.add_column(sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(
            sa.Column("goodbye", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(
            sa.Column("forget_leavers_days", sa.Integer(), nullable=False, server_default="365")
        )
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("at", UTC(), nullable=False),
        sa.Column("after_s", sa.Integer(), nullable=True),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_leave_publication_id_issue_id", "leave", ["publication_id", "issue_id"])
    op.create_index("ix_leave_subscription_id", "leave", ["subscription_id"])
    op.create_index("ix_leave_at", "leave", ["at"])
    op.create_table(
        "addresschange",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("former", sa.String(320), nullable=False),
        sa.Column("asked_at", UTC(), nullable=False),
        sa.Column("changed_at", UTC(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_addresschange_subscriber_id", "addresschange", ["subscriber_id"])


def downgrade() -> None:
    op.drop_table("addresschange")
    op.drop_table("leave")
    with op.batch_alter_table("publication") as table:
        for column in ("forget_leavers_days", "goodbye", "topics"):
            table.drop_column(column)
    op.execute("delete from suppression where address is null")
    with op.batch_alter_table("suppression") as table:
        table.drop_constraint("uq_suppression_hashed", type_="unique")
        table.drop_column("hashed")
        table.alter_column("address", existing_type=sa.String(320), nullable=False)
    with op.batch_alter_table("subscription") as table:
        table.drop_index("ix_subscription_audience")
        for column in ("topics", "snoozed_until", "frequency"):
            table.drop_column(column)
        table.create_index("ix_subscription_audience", AUDIENCE)
    with op.batch_alter_table("subscriber") as table:
        table.drop_column("time_zone")
