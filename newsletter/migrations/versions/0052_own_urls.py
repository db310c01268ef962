"""Each publication has its own public pages: the first at public_url, others at a path or host."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

NOT_FIRST = sa.text(
    "update publication set own_url = '/' || slug "
    "where id > (select min(id) from publication as first)"
)


def upgrade() -> None:
    column = sa.Column("own_url", AutoString(200), nullable=False, server_default="")
    op.add_column("publication", column)
    op.execute(NOT_FIRST)
    op.create_index(
        "uq_publication_own_url",
        "publication",
        ["own_url"],
        unique=True,
        sqlite_where=sa.text("own_url <> ''"),
        postgresql_where=sa.text("own_url <> ''"),
    )
    op.create_table(
        "formerurl",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("url", AutoString(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_formerurl"),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name="fk_formerurl_publication_id_publication"
        ),
        sa.UniqueConstraint("url", name="uq_formerurl_url"),
    )
    op.create_index("ix_formerurl_publication_id", "formerurl", ["publication_id"])


def downgrade() -> None:
    op.drop_table("formerurl")
    op.drop_index("uq_publication_own_url", "publication")
    op.drop_column("publication", "own_url")
