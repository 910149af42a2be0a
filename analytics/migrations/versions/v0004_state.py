"""What outlives a process: values that expire, and claims."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "state",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("mark", sa.LargeBinary, nullable=False),
        sa.Column("holder", sa.Text),
        sa.Column("value", sa.LargeBinary),
        sa.Column("expires_s", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_state"),
    )
    op.create_index("ix_state_expires_s", "state", ["expires_s"])
    op.create_index("ix_state_owner", "state", ["owner"])
