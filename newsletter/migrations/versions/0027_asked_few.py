"""The index of who was asked to stay holds only them: in one of everybody, each import would write a million empty entries."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ASKED = sa.text("reconfirm_by IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_subscription_reconfirm_by", "subscription")
    op.create_index(
        "ix_subscription_reconfirm_by",
        "subscription",
        ["reconfirm_by"],
        sqlite_where=ASKED,
        postgresql_where=ASKED,
    )


def downgrade() -> None:
    op.drop_index("ix_subscription_reconfirm_by", "subscription")
    op.create_index("ix_subscription_reconfirm_by", "subscription", ["reconfirm_by"])
