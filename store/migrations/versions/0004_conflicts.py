"""Where statements disagree, kept from one question to the next, with what brings it up to date."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Column names; "#" marks a number, "*" a part of the primary key.
TABLES = {
    "reconciled": "#version* rules",
    "conflicts": "place* id* subject metric relation severity body",
    "conflict_claims": "place* conflict* claim*",
    "distinctions": "claim* place",
    "conversions": "document* #position* first second #day rate",
}
INDEXES = (
    ("ix_conflicts_id", "conflicts", ["id"]),
    ("ix_conflicts_subject", "conflicts", ["subject", "metric"]),
    ("ix_conflict_claims_claim", "conflict_claims", ["claim"]),
    ("ix_distinctions_place", "distinctions", ["place"]),
    ("ix_conversions_pair", "conversions", ["first", "second", "day"]),
)


def upgrade() -> None:
    """Makes the tables, empty, and their indexes."""
    for name, words in TABLES.items():
        op.create_table(name, *map(_column, words.split()))
    for index, table, columns in INDEXES:
        op.create_index(index, table, columns)


def _column(word: str) -> "sa.Column[int] | sa.Column[str]":
    name, key = word.strip("#*"), word.endswith("*")
    if word.startswith("#"):
        return sa.Column(name, sa.Integer(), primary_key=key, nullable=False, autoincrement=False)
    return sa.Column(name, sa.Text(), primary_key=key, nullable=False)
