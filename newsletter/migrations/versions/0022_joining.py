"""Sign-ups are counted, may wait in quarantine, and know the link that led to them; other sites may have the form."""

import sqlalchemy as sa
from alembic import op
from sqlmodel import AutoString

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
TAGGED = ("subscription", "consentrecord")


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("key", AutoString(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_tally")),
    )
    op.create_index(op.f("ix_tally_until"), "tally", ["until"])
    op.create_table(
        "quarantined",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(length=10), nullable=False),
        sa.Column("address", AutoString(length=320), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("network", AutoString(length=64), nullable=False),
        sa.Column("status", AutoString(length=10), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", AutoString(length=320), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_quarantined_publication_id_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined")),
    )
    op.create_index(
        op.f("ix_quarantined_publication_id_status"), "quarantined", ["publication_id", "status"]
    )
    for name in TAGGED:
        op.add_column(name, sa.Column("source", sa.String(40), nullable=False, server_default=""))
    op.add_column(
        "publication", sa.Column("readers_step", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "publication", sa.Column("allowed_origins", sa.JSON(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.drop_column("allowed_origins")
        table.drop_column("readers_step")
    for name in TAGGED:
        with op.batch_alter_table(name) as table:
            table.drop_column("source")
    op.drop_table("quarantined")
    op.drop_table("tally")
