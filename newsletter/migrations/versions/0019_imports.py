"""An import is a row: where its people come from and what became of each; a subscriber has attributes."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEPT = {"recreate": "always", "table_kwargs": {"sqlite_autoincrement": True}}
COUNTS = ("read", "added", "left", "suppressed", "known", "kept_out", "rejected")


def upgrade() -> None:
    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("preset", sa.String(20), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(320), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("started_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("finished_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
        sa.Column("through", sa.String(320), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.PrimaryKeyConstraint("id", name="pk_import"),
    )
    op.create_index("ix_import_publication_id", "import", ["publication_id"])
    with op.batch_alter_table("subscriber") as table:
        table.add_column(sa.Column("attributes", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("subscription") as table:
        table.add_column(sa.Column("import_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("subscription", **(KEPT if sqlite else {})) as table:
        table.drop_column("import_id")
    with op.batch_alter_table("subscriber", **(KEPT if sqlite else {})) as table:
        table.drop_column("attributes")
    op.drop_table("import")
