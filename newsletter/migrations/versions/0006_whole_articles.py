"""Articles have a page of their own and a body; sources a kind, a rhythm and a memory of what editors were told."""

import hashlib
import re
import unicodedata

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def _source_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("kind", sa.String(8), nullable=False, server_default="feed"),
        sa.Column("home_url", sa.String(2000), nullable=False, server_default=""),
        sa.Column("is_own", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("body_hash", sa.String(64), nullable=False, server_default=""),
        sa.Column("added_at", AT(), nullable=True),
        sa.Column("new_at", AT(), nullable=True),
        sa.Column("due_at", AT(), nullable=True),
        sa.Column("told", sa.String(12), nullable=False, server_default=""),
    )


def _article_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("slug", sa.String(100), nullable=True),
        sa.Column("image_width", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("image_height", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("language", sa.String(12), nullable=False, server_default=""),
        sa.Column("words", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("read_at", AT(), nullable=True),
    )


def upgrade() -> None:
    with op.batch_alter_table("source") as table:
        for column in _source_columns():
            table.add_column(column)
    with op.batch_alter_table("article") as table:
        for column in _article_columns():
            table.add_column(column)
    _name_pages()
    with op.batch_alter_table("article") as table:
        table.alter_column("slug", existing_type=sa.String(100), nullable=False)
        table.create_unique_constraint(op.f("uq_article_slug"), ["slug"])
    op.create_table(
        "body",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("markdown", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_body_article_id_article")
        ),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_body")),
    )


def _slug_of(title: str, url: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].rstrip("-")
    return "-".join(filter(None, (words, hashlib.sha256(url.encode()).hexdigest()[:8])))


def _name_pages() -> None:
    article = sa.table(
        "article",
        sa.column("id", sa.Integer),
        sa.column("url", sa.String),
        sa.column("title", sa.String),
        sa.column("slug", sa.String),
    )
    connection = op.get_bind()
    for key, url, title in connection.execute(
        sa.select(article.c.id, article.c.url, article.c.title)
    ).all():
        connection.execute(
            sa.update(article).where(article.c.id == key).values(slug=_slug_of(title, url))
        )


def downgrade() -> None:
    op.drop_table("body")
    with op.batch_alter_table("article") as table:
        table.drop_constraint(op.f("uq_article_slug"), type_="unique")
        for column in _article_columns():
            table.drop_column(column.name)
    with op.batch_alter_table("source") as table:
        for column in _source_columns():
            table.drop_column(column.name)
