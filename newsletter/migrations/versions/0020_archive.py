"""Past issues can be imported, their old addresses lead on, and the archive can be searched."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "redirect",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(1000), nullable=False),
        sa.Column("target", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name="fk_redirect_publication_id_publication"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_redirect"),
        sa.UniqueConstraint("publication_id", "path", name="uq_redirect_publication_id_path"),
    )
    op.create_index("ix_redirect_publication_id", "redirect", ["publication_id"])
    op.create_table(
        "pastissue",
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("address", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_pastissue_issue_id_issue"),
        sa.PrimaryKeyConstraint("issue_id", name="pk_pastissue"),
    )
    op.create_table(
        "indexed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_indexed_article_id_article"
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name="fk_indexed_issue_id_issue"),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name="fk_indexed_publication_id_publication"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_indexed"),
        sa.UniqueConstraint("article_id", name="uq_indexed_article_id"),
        sa.UniqueConstraint("issue_id", name="uq_indexed_issue_id"),
    )
    op.create_index("ix_indexed_publication_id", "indexed", ["publication_id"])
    op.create_table(
        "posting",
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("indexed_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indexed_id"], ["indexed.id"], name="fk_posting_indexed_id_indexed"
        ),
        sa.PrimaryKeyConstraint("word", "indexed_id", name="pk_posting"),
    )
    op.create_index("ix_posting_indexed_id", "posting", ["indexed_id"])


def downgrade() -> None:
    for table in ("posting", "indexed", "pastissue", "redirect"):
        op.drop_table(table)
