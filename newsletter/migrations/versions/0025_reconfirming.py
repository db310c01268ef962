"""People of a doubtful list are asked whether they want to stay, until a time."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEPT = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}}


def upgrade() -> None:
    with op.batch_alter_table("subscription") as table:
        table.add_column(
            sa.Column("reconfirm_by", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
        table.create_index("ix_subscription_reconfirm_by", ["reconfirm_by"])


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("subscription", **(KEPT if sqlite else {})) as table:
        table.drop_index("ix_subscription_reconfirm_by")
        table.drop_column("reconfirm_by")
