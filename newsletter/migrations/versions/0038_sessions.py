"""Sessions of editors are rows; the id of an editor who was removed is never given again."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _recreate_editor(autoincrement=True)
    op.create_table(
        "editorsession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        sa.Column("browser", sa.String(120), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editor.id"], name=op.f("fk_editorsession_editor_id_editor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editorsession")),
        sa.UniqueConstraint("digest", name=op.f("uq_editorsession_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_editorsession_editor_id"), "editorsession", ["editor_id"])


def downgrade() -> None:
    op.drop_table("editorsession")
    _recreate_editor(autoincrement=False)


def _recreate_editor(*, autoincrement: bool) -> None:
    """SQLite gives the ids of removed rows again unless the table is made so."""
    if op.get_bind().dialect.name == "sqlite":
        kept = {"sqlite_autoincrement": autoincrement}
        with op.batch_alter_table("editor", recreate="always", table_kwargs=kept):
            pass
