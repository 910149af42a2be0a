"""What is wrong with resources; and results can be found by resource."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "problem_reports",
        sa.Column("report_id", sa.Text, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_problem_reports"),
    )
    op.create_index("ix_problem_reports_resource_id", "problem_reports", ["resource_id"])
    op.create_index("ix_problem_reports_asker", "problem_reports", ["asker"])
    op.create_index("ix_results_resource_id", "results", ["resource_id"])
