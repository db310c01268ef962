"""Editors have a role in each publication; those there are already are owners."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

# Until now whoever could log in could do everything.
ALL_ARE_OWNERS = """
    insert into membership (editor_id, publication_id, role)
    select editor.id, publication.id, 'owner' from editor cross join publication"""


def upgrade() -> None:
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editor.id"], name=op.f("fk_membership_editor_id_editor")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_membership_publication_id_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "editor_id", "publication_id", name=op.f("uq_membership_editor_id_publication_id")
        ),
    )
    op.create_index(op.f("ix_membership_publication_id"), "membership", ["publication_id"])
    op.execute(ALL_ARE_OWNERS)


def downgrade() -> None:
    op.drop_table("membership")
