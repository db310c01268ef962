"""An issue remembers what was weighed for it and what hands chose; a publication sets the weights; subjects to pick from."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT = sqlmodel.sql.sqltypes.UTCDateTime


def _issue_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("hand_version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("subjects", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("preheaders", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("worded_by", sa.String(320), nullable=False, server_default=""),
        sa.Column("worded_version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("wording_note", sa.String(500), nullable=False, server_default=""),
    )


def upgrade() -> None:
    with op.batch_alter_table("issue") as table:
        for column in _issue_columns():
            table.add_column(column)
    op.execute("update issue set hand_version = version")
    op.create_table(
        "weight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_weight_publication_id_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight")),
        sa.UniqueConstraint("publication_id", "name", name=op.f("uq_weight_publication_id_name")),
    )
    op.create_index(op.f("ix_weight_publication_id"), "weight", ["publication_id"])
    op.create_table(
        "weighed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("verdict", sa.String(300), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("folded", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_weighed_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_weighed_article_id_article")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighed")),
        sa.UniqueConstraint("issue_id", "article_id", name=op.f("uq_weighed_issue_id_article_id")),
    )
    op.create_index(op.f("ix_weighed_issue_id"), "weighed", ["issue_id"])
    op.create_table(
        "choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("by", sa.String(320), nullable=False),
        sa.Column("at", AT(), nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("text", sa.String(2000), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_choice_issue_id_issue")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_choice_article_id_article")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
        sa.UniqueConstraint(
            "issue_id", "article_id", "kind", name=op.f("uq_choice_issue_id_article_id_kind")
        ),
    )
    op.create_index(op.f("ix_choice_issue_id"), "choice", ["issue_id"])
    op.create_index(op.f("ix_choice_article_id"), "choice", ["article_id"])


def downgrade() -> None:
    for name in ("choice", "weighed", "weight"):
        op.drop_table(name)
    with op.batch_alter_table("issue") as table:
        for column in _issue_columns():
            table.drop_column(column.name)
