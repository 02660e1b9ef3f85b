"""The ledger: versions, leaves, events and what they introduce, caches, and the triggers that guard the past.

The first schema that was given out. New databases are made by `store.schemas.create` from the tables as they are; this
step stands here as the ground that later ones start from, and a test compares the two.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = None
branch_labels = None
depends_on = None

NUMBER = sa.Integer()
TEXT = sa.Text()
BINARY = sa.LargeBinary()

# Column names; a trailing "?" lets it be empty, ":" gives a type other than a number, "*" marks the primary key.
TABLES = {
    "versions": "number* recorded_at:l author:t reason:t extractor:t ruleset:t counts:t last_event root:t previous:t"
    " digest:t",
    "leaves": "seq* first words:t checks:b digest:b",
    "events": "seq* version kind:t subject body:t",
    "terms": "seq* text:t",
    "entities": "seq* entity id:t body:t",
    "documents": "seq* uri:t",
    "blobs": "seq* digest:t packed:t bytes:b?",
    "revisions": "seq* document revision:t text:t title:t published:t published_basis:t publisher:t media_type:t",
    "claims": "seq* id:t document entity metric extractor frame body:t",
    "evidence": "seq* version claim revision extractor_version cause place:t words:t",
    "decisions": "seq* id:t conflict:t subject:t metric:t claim_keys:t judgement:t claim_key:t note:t undoes",
    "identities": "seq* id:t deed:t entity other parts:t note:t undoes",
    "statements": "seq* claim entity metric document asserted_in since until? retracted_in?",
    "heads": "seq* document revision removed since until?",
    "extracts": "document* extractor* seq version:t digest:t",
}
CACHES = ("statements", "heads", "extracts")
INDEXES = (
    ("ux_documents_uri", "documents", ["uri"], True),
    ("ux_blobs_digest", "blobs", ["digest"], True),
    ("ix_revisions_document", "revisions", ["document"], False),
    ("ux_claims_id", "claims", ["id"], True),
    ("ix_statements_entity", "statements", ["entity", "metric"], False),
    ("ix_statements_document", "statements", ["document"], False),
    ("ix_heads_document", "heads", ["document"], False),
)
TYPES: dict[str, Any] = {"": NUMBER, "t": TEXT, "b": BINARY, "l": sa.BigInteger()}

ERASABLE = {"evidence": ("words", "words = ''"), "blobs": ("bytes", "bytes IS NULL")}

REFUSE = """
CREATE FUNCTION claims_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END $$
"""


def upgrade() -> None:
    """Makes the tables, their indexes and the triggers of the append-only ones."""
    for name, words in TABLES.items():
        op.create_table(name, *map(_column, words.split()))
    for name, table, columns, unique in INDEXES:
        op.create_index(name, table, columns, unique=unique)
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(REFUSE)
    for table, words in TABLES.items():
        if table not in CACHES:
            _protect(table, [_column(word).name for word in words.split()], dialect)


def _column(word: str) -> "sa.Column[Any]":
    name, _, kind = word.rstrip("?*").partition(":")
    return sa.Column(
        name, TYPES[kind], primary_key=word.endswith("*"), nullable=word.endswith("?"), autoincrement=False
    )


def _protect(table: str, columns: list[str], dialect: str) -> None:
    emptied, state = ERASABLE.get(table, ("", ""))
    same = " AND ".join([f"NEW.{state}", *(f"NEW.{name} = OLD.{name}" for name in columns if name != emptied)])
    if dialect == "postgresql":
        whole = "DELETE OR TRUNCATE" if emptied else "UPDATE OR DELETE OR TRUNCATE"
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {whole} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION claims_refuse()"
        )
        if emptied:
            op.execute(
                f"CREATE TRIGGER {table}_only_erased BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT ({same}))"
                " EXECUTE FUNCTION claims_refuse()"
            )
        return
    for action in ("UPDATE", "DELETE"):
        when = f" WHEN NOT ({same})" if emptied and action == "UPDATE" else ""
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table}{when}"
            f" BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {action} on {table} is refused'); END"
        )
