"""Second factors of editors, their recovery codes, and whether a publication requires one."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "publication",
        sa.Column("require_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "secondfactor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("counts_from", UTCDateTime(), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editor.id"], name=op.f("fk_secondfactor_editor_id_editor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secondfactor")),
        sa.UniqueConstraint("editor_id", name=op.f("uq_secondfactor_editor_id")),
    )
    op.create_table(
        "recoverycode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("editor_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["editor_id"], ["editor.id"], name=op.f("fk_recoverycode_editor_id_editor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoverycode")),
    )
    op.create_index(op.f("ix_recoverycode_editor_id"), "recoverycode", ["editor_id"])


def downgrade() -> None:
    op.drop_table("recoverycode")
    op.drop_table("secondfactor")
    op.drop_column("publication", "require_factor")
