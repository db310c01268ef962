"""Own articles say what they draw on, know their version, and can be withdrawn."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _body_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("source_line", sa.String(500), nullable=False, server_default=""),
        sa.Column("source_date", sa.String(80), nullable=False, server_default=""),
        sa.Column("image_alt", sa.String(300), nullable=False, server_default=""),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    )


def upgrade() -> None:
    with op.batch_alter_table("article") as table:
        table.add_column(
            sa.Column("withdrawn_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
    with op.batch_alter_table("body") as table:
        for column in _body_columns():
            table.add_column(column)


def downgrade() -> None:
    with op.batch_alter_table("body") as table:
        for column in reversed(_body_columns()):
            table.drop_column(column.name)
    with op.batch_alter_table("article") as table:
        table.drop_column("withdrawn_at")
