"""The log of the desk; no entry of it is ever changed."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

REFUSAL = "the log is only added to"
SQLITE = f"""
    create trigger log_is_kept before update on logentry
    begin select raise(abort, '{REFUSAL}'); end"""
POSTGRESQL = (
    f"""
    create function refuse_change_of_log() returns trigger language plpgsql as
    $$ begin raise exception '{REFUSAL}'; end $$""",
    """
    create trigger log_is_kept before update on logentry
    for each row execute function refuse_change_of_log()""",
)


def upgrade() -> None:
    op.add_column(
        "publication", sa.Column("log_days", sa.Integer(), nullable=False, server_default="400")
    )
    op.create_table(
        "logentry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("by", sa.String(320), nullable=False),
        sa.Column("network", sa.String(50), nullable=False),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("deed", sa.String(200), nullable=False),
        sa.Column("thing", sa.String(40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("issue_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_logentry_publication_id_publication"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logentry")),
    )
    op.create_index(op.f("ix_logentry_publication_id"), "logentry", ["publication_id"])
    op.create_index(op.f("ix_logentry_issue_id"), "logentry", ["issue_id"])
    for statement in (SQLITE,) if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("logentry")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("drop function refuse_change_of_log()")
    op.drop_column("publication", "log_days")
