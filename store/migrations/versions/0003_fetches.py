"""What runs of ingestion remember: places with their validators, and what each run reported."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TEXTS = (
    *("source", "file", "digest", "etag", "last_modified", "stamp", "canonical", "copy_of", "media_type"),
    *("published", "publisher", "modified", "modified_basis", "problem", "body"),
)
NUMBERS = ("misses", "gone")
LONG = ("size", "modified_ns")
MOMENTS = ("checked_at", "fetched_at", "failing_since")
INDEXED = ("source", "file", "canonical")


def upgrade() -> None:
    """Makes the tables and their indexes."""
    op.create_table(
        "fetches",
        sa.Column("place", sa.Text(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in LONG),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in MOMENTS),
    )
    for name in INDEXED:
        op.create_index(f"ix_fetches_{name}", "fetches", [name])
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
    )
