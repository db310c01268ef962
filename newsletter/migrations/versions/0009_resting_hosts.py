"""A host that asks for it is left alone until then; an article may have other addresses than its canonical one."""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("source") as table:
        table.add_column(
            sa.Column("rests_until", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True)
        )
    op.create_table(
        "alias",
        sa.Column("url", sa.String(2000), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_alias_article_id_article")
        ),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_alias")),
    )
    with op.batch_alter_table("alias") as table:
        table.create_index(op.f("ix_alias_article_id"), ["article_id"])


def downgrade() -> None:
    op.drop_table("alias")
    with op.batch_alter_table("source") as table:
        table.drop_column("rests_until")
