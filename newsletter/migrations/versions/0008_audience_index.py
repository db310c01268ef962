"""Planning: an audience is read by one index that has all it needs, and messages are written without looking keys up."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OTHERS = ("delivery", "issue")
NEEDLESS = ("publication_id", "status", "subscriber_id")
ONE = ["publication_id", "subscriber_id", "status", "confirmed_at"]


def upgrade() -> None:
    with op.batch_alter_table("subscription") as table:
        for column in NEEDLESS:
            table.drop_index(f"ix_subscription_{column}")
        table.create_index("ix_subscription_audience", ONE)
    with op.batch_alter_table("message") as table:
        for other in OTHERS:
            table.drop_constraint(f"fk_message_{other}_id_{other}", type_="foreignkey")


def downgrade() -> None:
    with op.batch_alter_table("message") as table:
        for other in OTHERS:
            table.create_foreign_key(
                f"fk_message_{other}_id_{other}", other, [f"{other}_id"], ["id"]
            )
    with op.batch_alter_table("subscription") as table:
        table.drop_index("ix_subscription_audience")
        for column in NEEDLESS:
            table.create_index(f"ix_subscription_{column}", [column])
