"""A subscription is written without looking its subscriber up: whoever adds one holds the subscriber's row."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KEY = "fk_subscription_subscriber_id_subscriber"


def upgrade() -> None:
    with op.batch_alter_table("subscription", **_kept()) as table:
        table.drop_constraint(KEY, type_="foreignkey")


def downgrade() -> None:
    with op.batch_alter_table("subscription", **_kept()) as table:
        table.create_foreign_key(KEY, "subscriber", ["subscriber_id"], ["id"])


def _kept() -> dict[str, dict[str, bool]]:
    """SQLite makes the table anew; that ids are given once only has to be said again."""
    return (
        {"table_kwargs": {"sqlite_autoincrement": True}}
        if op.get_bind().dialect.name == "sqlite"
        else {}
    )
