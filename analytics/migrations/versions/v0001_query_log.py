"""Questions, the results shown, openings and ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("query_id", sa.Text, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("channel_kind", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("top_score", sa.Double, nullable=False),
        sa.Column("took_ms", sa.Double, nullable=False),
        sa.Column("snapshot_id", sa.Text, nullable=False),
        sa.Column("reply_key", sa.Text),
        sa.PrimaryKeyConstraint("query_id", name="pk_questions"),
    )
    op.create_index("ix_questions_asked_at", "questions", ["asked_at", "query_id"])
    op.create_index("ix_questions_reply_key", "questions", ["reply_key"])
    op.create_table(
        "results",
        sa.Column("query_id", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("dense_score", sa.Double, nullable=False),
        sa.Column("lexical_score", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("query_id", "rank", name="pk_results"),
        sa.ForeignKeyConstraint(
            ["query_id"], ["questions.query_id"], name="fk_results_query_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "openings",
        sa.Column("query_id", sa.Text, nullable=False),
        sa.Column("rank", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("query_id", "rank", "opened_at", name="pk_openings"),
    )
    op.create_table(
        "ratings",
        sa.Column("rating_id", sa.Integer, nullable=False),
        sa.Column("query_id", sa.Text),
        sa.Column("reply_key", sa.Text),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("rating_id", name="pk_ratings"),
        sa.CheckConstraint(
            "query_id IS NOT NULL OR reply_key IS NOT NULL",
            name=op.f("ck_ratings_names_an_answer"),
        ),
        sa.UniqueConstraint("query_id", "asker", "source", name="uq_ratings_query_id"),
    )
    op.create_index(
        "uq_ratings_reply_key",
        "ratings",
        ["reply_key", "asker", "source"],
        unique=True,
        sqlite_where=sa.text("query_id IS NULL"),
        postgresql_where=sa.text("query_id IS NULL"),
    )
