"""Saved audiences; an issue goes to one, or to those who wish for another frequency."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "audience",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(320), nullable=False),
        sa.Column("made_at", AT(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audience")),
        sa.UniqueConstraint("publication_id", "name", name=op.f("uq_audience_publication_id_name")),
    )
    with op.batch_alter_table("issue") as table:
        table.add_column(
            sa.Column("frequency", sa.String(8), nullable=False, server_default="every")
        )
        table.add_column(sa.Column("audience", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("publication") as table:
        table.add_column(
            sa.Column("monthly", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.drop_column("monthly")
    with op.batch_alter_table("issue") as table:
        table.drop_column("audience")
        table.drop_column("frequency")
    op.drop_table("audience")
