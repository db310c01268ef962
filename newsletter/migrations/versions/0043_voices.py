"""Whose words a source has and what it is: guessed, or as an editor says; and what is forgotten."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TEXTS = {
    "guessed_firm": 200,
    "guessed_genre": 12,
    "guessed_because": 200,
    "speaks_for": 80,
    "own_genre": 12,
}


def upgrade() -> None:
    for name, chars in TEXTS.items():
        op.add_column(
            "source", sa.Column(name, sa.String(chars), nullable=False, server_default="")
        )
    # 0 items: a source that is here already is guessed at when it shows something new.
    op.add_column(
        "source", sa.Column("guessed_from", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("source", sa.Column("learns_since", UTCDateTime(), nullable=True))


def downgrade() -> None:
    for name in (*TEXTS, "guessed_from", "learns_since"):
        op.drop_column("source", name)
