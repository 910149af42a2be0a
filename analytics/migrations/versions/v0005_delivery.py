"""What became of a question: delivered, or not, and why. Rows so far were delivered."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("questions", "sensitive_topics"):
        op.add_column(
            table, sa.Column("delivery", sa.Text, nullable=False, server_default="delivered")
        )
