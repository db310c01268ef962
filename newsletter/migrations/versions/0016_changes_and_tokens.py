"""Changes of subscriptions are noted where somebody listens; tokens of the API."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("at", AT(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_table(
        "listening",
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_listening")),
    )
    op.create_table(
        "apitoken",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("hint", sa.String(12), nullable=False),
        sa.Column("may_vouch", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.String(320), nullable=False),
        sa.Column("made_at", AT(), nullable=False),
        sa.Column("used_at", AT(), nullable=True),
        sa.Column("revoked_at", AT(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_apitoken_publication_id_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_apitoken")),
        sa.UniqueConstraint("digest", name=op.f("uq_apitoken_digest")),
    )
    op.create_index(op.f("ix_apitoken_publication_id"), "apitoken", ["publication_id"])


def downgrade() -> None:
    op.drop_table("apitoken")
    op.drop_table("listening")
    op.drop_table("change")
