"""Claims find what is due by one index."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.drop_index("ix_message_delivery_id")
        table.drop_index("ix_message_status")
        table.create_index(
            "ix_message_delivery_id_status_due_at", ["delivery_id", "status", "due_at"]
        )


def downgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.drop_index("ix_message_delivery_id_status_due_at")
        table.create_index("ix_message_status", ["status"])
        table.create_index("ix_message_delivery_id", ["delivery_id"])
