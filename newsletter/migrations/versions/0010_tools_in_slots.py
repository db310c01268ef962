"""Tools have a page's name, a category and a status; slots in issues; what makers send in; the disclosure label."""

import re
import unicodedata

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def _tool_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("slug", sa.String(100), nullable=True),
        sa.Column("status", sa.String(8), nullable=False, server_default="active"),
        sa.Column("is_sponsor", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("category", sa.String(60), nullable=False, server_default=""),
    )


def upgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.add_column(
            sa.Column("disclosure", sa.String(40), nullable=False, server_default="Sponsored")
        )
    with op.batch_alter_table("tool") as table:
        for column in _tool_columns():
            table.add_column(column)
    _name_pages()
    with op.batch_alter_table("tool") as table:
        table.alter_column("slug", existing_type=sa.String(100), nullable=False)
        table.create_unique_constraint(
            op.f("uq_tool_publication_id_slug"), ["publication_id", "slug"]
        )
    _make_slots()
    _make_submissions()
    with op.batch_alter_table("block") as table:
        table.add_column(sa.Column("slot_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("label", sa.String(40), nullable=False, server_default=""))
        table.create_foreign_key(op.f("fk_block_slot_id_slot"), "slot", ["slot_id"], ["id"])
        table.create_index(op.f("ix_block_slot_id"), ["slot_id"])
        table.create_index(op.f("ix_block_tool_id"), ["tool_id"])


def _make_slots() -> None:
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("tool_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_slot_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_slot_tool_id_tool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
    )
    op.create_index(op.f("ix_slot_publication_id"), "slot", ["publication_id"])
    op.create_index(op.f("ix_slot_tool_id"), "slot", ["tool_id"])


def _make_submissions() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("price", sa.String(40), nullable=False),
        sa.Column("description", sa.String(600), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("image_url", sa.String(2000), nullable=False),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("changed", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(320), nullable=False),
        sa.Column("network", sa.String(64), nullable=False),
        sa.Column("sent_at", AT(), nullable=False),
        sa.Column("verified_at", AT(), nullable=True),
        sa.Column("question", sa.String(1000), nullable=False),
        sa.Column("asked_at", AT(), nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("decided_at", AT(), nullable=True),
        sa.Column("decided_by", sa.String(320), nullable=False),
        sa.Column("tool_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_submission_publication_id_publication"),
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_submission_tool_id_tool")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    for column in ("publication_id", "status", "contact"):
        op.create_index(op.f(f"ix_submission_{column}"), "submission", [column])


def _name_pages() -> None:
    """Words of the name; a second tool of the same words gets its number."""
    tool = sa.table(
        "tool",
        sa.column("id", sa.Integer),
        sa.column("name", sa.String),
        sa.column("slug", sa.String),
    )
    connection = op.get_bind()
    taken: set[str] = set()
    for key, name in connection.execute(
        sa.select(tool.c.id, tool.c.name).order_by(tool.c.id)
    ).all():
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-") or "tool"
        slug = f"{slug}-{key}" if slug in taken else slug
        taken.add(slug)
        connection.execute(sa.update(tool).where(tool.c.id == key).values(slug=slug))


def downgrade() -> None:
    with op.batch_alter_table("block") as table:
        table.drop_index(op.f("ix_block_tool_id"))
        table.drop_index(op.f("ix_block_slot_id"))
        table.drop_constraint(op.f("fk_block_slot_id_slot"), type_="foreignkey")
        table.drop_column("label")
        table.drop_column("slot_id")
    op.drop_table("submission")
    op.drop_table("slot")
    with op.batch_alter_table("tool") as table:
        table.drop_constraint(op.f("uq_tool_publication_id_slug"), type_="unique")
        for column in _tool_columns():
            table.drop_column(column.name)
    with op.batch_alter_table("publication") as table:
        table.drop_column("disclosure")
