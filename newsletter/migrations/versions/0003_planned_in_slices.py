"""A delivery is planned in slices and looked at after its first letters; a publication has a speed; a message is found by its issue and subscriber."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("delivery") as table:
        table.add_column(
            sa.Column("plan_through", sa.Integer(), nullable=False, server_default="0")
        )
        table.add_column(
            sa.Column("planned_through", sa.Integer(), nullable=False, server_default="0")
        )
        table.add_column(sa.Column("looked_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True))
    with op.batch_alter_table("message") as table:
        table.drop_index("ix_message_subscriber_id")
    with op.batch_alter_table("publication") as table:
        table.add_column(sa.Column("letters_per_s", sa.Float(), nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.drop_column("letters_per_s")
    with op.batch_alter_table("message") as table:
        table.create_index("ix_message_subscriber_id", ["subscriber_id"])
    with op.batch_alter_table("delivery") as table:
        table.drop_column("looked_at")
        table.drop_column("planned_through")
        table.drop_column("plan_through")
