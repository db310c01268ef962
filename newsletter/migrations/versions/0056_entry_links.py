"""Links in letters by which somebody comes in: an invitation, another password."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entrylink",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("made_by", sa.String(320), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_entrylink_publication_id_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entrylink")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_entrylink_publication_id"), "entrylink", ["publication_id"])


def downgrade() -> None:
    op.drop_table("entrylink")
