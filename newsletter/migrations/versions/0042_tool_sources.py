"""Tools are gathered from sources: lists, feeds and pages; each waits or comes in by a rule."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "toolsource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(8), nullable=False),
        sa.Column("url", AutoString(2000), nullable=False),
        sa.Column("title", AutoString(200), nullable=False),
        sa.Column("below", AutoString(200), nullable=False),
        sa.Column("rule", AutoString(8), nullable=False),
        sa.Column("status", AutoString(8), nullable=False),
        sa.Column("etag", AutoString(300), nullable=False),
        sa.Column("last_modified", AutoString(100), nullable=False),
        sa.Column("body_hash", AutoString(64), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("looked_at", UTCDateTime(), nullable=True),
        sa.Column("succeeded_at", UTCDateTime(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("rests_until", UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", AutoString(500), nullable=False),
        sa.Column("note", AutoString(500), nullable=False),
        sa.Column("account", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_toolsource"),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name="fk_toolsource_publication_id_publication"
        ),
        sa.UniqueConstraint("publication_id", "url", name="uq_toolsource_publication_id_url"),
    )
    op.create_index("ix_toolsource_publication_id", "toolsource", ["publication_id"])
    op.create_table(
        "gatheredtool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("status", AutoString(8), nullable=False),
        sa.Column("address_key", AutoString(600), nullable=False),
        sa.Column("name_key", AutoString(600), nullable=False),
        sa.Column("name", AutoString(120), nullable=False),
        sa.Column("url", AutoString(2000), nullable=False),
        sa.Column("price", AutoString(40), nullable=False),
        sa.Column("description", AutoString(600), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("image_url", AutoString(2000), nullable=False),
        sa.Column("category", AutoString(60), nullable=False),
        sa.Column("first_seen_at", UTCDateTime(), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("missing_at", UTCDateTime(), nullable=True),
        sa.Column("tool_id", sa.Integer(), nullable=True),
        sa.Column("is_made", sa.Boolean(), nullable=False),
        sa.Column("decided", sa.JSON(), nullable=False),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", AutoString(320), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gatheredtool"),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name="fk_gatheredtool_publication_id_publication",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["toolsource.id"], name="fk_gatheredtool_source_id_toolsource"
        ),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name="fk_gatheredtool_tool_id_tool"),
        sa.UniqueConstraint(
            "publication_id", "address_key", name="uq_gatheredtool_publication_id_address_key"
        ),
    )
    for column in ("source_id", "status", "tool_id"):
        op.create_index(f"ix_gatheredtool_{column}", "gatheredtool", [column])


def downgrade() -> None:
    op.drop_table("gatheredtool")
    op.drop_table("toolsource")
