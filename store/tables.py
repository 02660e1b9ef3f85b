"""The tables. Append-only ones hold what happened, caches what follows from it.

One number, `seq`, counts what happens; a row of an append-only table has the number of the event that introduced it as
its key, so a row needs no counter of its own. That a claim stands somewhere, the commonest event by far, is a row of
`evidence` alone; all others are rows of `events`. A row of `leaves` covers the rows of a stretch of events, as a rule
those of one document's extraction, by one digest (`store.leaves`). Texts are kept once per content in `blobs`. What a
request for erasure may empty (`blobs.bytes`, `evidence.words`) enters the proof by digests of its own.

Rejected: one wide event row with JSON inside (three times the size, and nothing to query by); a digest for each event
(a third of the time of recording and half of that of verifying, and 43 bytes a statement; a checksum of four bytes
names the row as well); hashes as keys between tables (32 bytes where 4 do).
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

REVISION = "0004"
"""Alembic revision that this code works with."""

metadata = MetaData()


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=null, autoincrement=False)


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


versions = Table(
    "versions",
    metadata,
    _number("number", key=True),
    Column(
        "recorded_at", BigInteger, nullable=False
    ),  # microseconds since 1970 in UTC: exact, sortable, the same on every engine
    _text("author"),
    _text("reason"),
    _text("extractor"),
    _text("ruleset"),
    _text("counts"),
    _number("last_event"),
    _text("root"),
    _text("previous"),
    _text("digest"),
)
events = Table(
    "events",
    metadata,
    _number("seq", key=True),
    _number("version"),
    _text("kind"),
    _number("subject"),
    _text("body"),  # JSON
)
leaves = Table(
    "leaves",
    metadata,
    _number("seq", key=True),  # of its last event
    _number("first"),
    _text("words"),  # digest of its words, "" when it has none
    Column("checks", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
)
terms = Table("terms", metadata, _number("seq", key=True), _text("text"))
entities = Table(
    "entities",
    metadata,
    _number("seq", key=True),
    _number("entity"),  # seq of the first row of this id: the key that claims use
    _text("id"),
    _text("body"),
)
documents = Table("documents", metadata, _number("seq", key=True), _text("uri"))
Index("ux_documents_uri", documents.c.uri, unique=True)
blobs = Table(
    "blobs",
    metadata,
    _number("seq", key=True),
    _text("digest"),
    _text("packed"),  # digest of the compressed bytes
    Column("bytes", LargeBinary, nullable=True),  # None once erased
)
Index("ux_blobs_digest", blobs.c.digest, unique=True)
revisions = Table(
    "revisions",
    metadata,
    _number("seq", key=True),
    _number("document"),
    _text("revision"),
    _text("text"),  # digest of the stored text, a key of blobs
    _text("title"),
    _text("published"),
    _text("published_basis"),
    _text("publisher"),
    _text("media_type"),
    Index("ix_revisions_document", "document"),
)
claims = Table(
    "claims",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _number("document"),
    _number("entity"),
    _number("metric"),
    _number("extractor"),
    _number("frame"),  # the term that holds what many claims share, see `store.rows.frame_text`
    _text("body"),
)
Index("ux_claims_id", claims.c.id, unique=True)
evidence = Table(
    "evidence",
    metadata,
    _number("seq", key=True),
    _number("version"),
    _number("claim"),
    _number("revision"),
    _number("extractor_version"),
    _number("cause"),  # position in `store.events.CAUSES`
    _text("place"),  # JSON, see `store.rows.place_text`
    _text("words"),  # JSON, see `store.rows.words_text`; "" once erased
)
decisions = Table(
    "decisions",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("conflict"),
    _text("subject"),
    _text("metric"),
    _text("claim_keys"),
    _text("judgement"),
    _text("claim_key"),
    _text("note"),
    _number("undoes"),  # 0 for none
)
identities = Table(
    "identities",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("deed"),
    _number("entity"),
    _number("other"),
    _text("parts"),  # JSON: names by which the split-off part of an entity is known, and ids of its claims
    _text("note"),
    _number("undoes"),  # 0 for none
)

statements = Table(
    "statements",
    metadata,
    _number("seq", key=True),  # of the evidence that holds from `since` until before `until`
    _number("claim"),
    _number("entity"),
    _number("metric"),
    _number("document"),
    _number("asserted_in"),
    _number("since"),
    _number("until", null=True),
    _number("retracted_in", null=True),
    Index("ix_statements_entity", "entity", "metric"),
    Index("ix_statements_document", "document"),
)
heads = Table(
    "heads",
    metadata,
    _number("seq", key=True),  # of the event that made the revision the current one, or removed the document
    _number("document"),
    _number("revision"),
    _number("removed"),
    _number("since"),
    _number("until", null=True),
    Index("ix_heads_document", "document"),
)
extracts = Table(
    "extracts",
    metadata,
    _number("document", key=True),
    _number("extractor", key=True),
    _number("seq"),
    _text("version"),
    _text("digest"),
)

fetches = Table(
    "fetches",
    metadata,
    Column("place", Text, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("file", Text, nullable=False, index=True),
    _text("digest"),
    _text("etag"),
    _text("last_modified"),
    Column("size", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    _text("stamp"),
    Column("canonical", Text, nullable=False, index=True),
    _text("copy_of"),
    _text("media_type"),
    _text("published"),
    _text("publisher"),
    _text("modified"),
    _text("modified_basis"),
    _number("misses"),
    _number("gone"),
    Column("checked_at", BigInteger, nullable=True),  # microseconds, as in `versions`
    Column("fetched_at", BigInteger, nullable=True),
    Column("failing_since", BigInteger, nullable=True),
    _text("problem"),
    _text("body"),
)
runs = Table(
    "runs",
    metadata,
    _number("number", key=True),
    Column("started_at", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=False),
    _text("report"),  # JSON
)

reconciled = Table(
    "reconciled",
    metadata,
    _number("version", key=True),  # up to which the tables below answer; one row, none before the first question
    _text("rules"),  # digest of the rules that they follow from besides the statements
)
conflicts = Table(
    "conflicts",
    metadata,
    Column("place", Text, primary_key=True),  # the neighbourhood in which it was found, as JSON
    Column("id", Text, primary_key=True),
    _text("subject"),
    _text("metric"),
    _text("relation"),
    _text("severity"),
    _text("body"),  # JSON: name of the subject, reason, ids of the claims
    Index("ix_conflicts_id", "id"),
    Index("ix_conflicts_subject", "subject", "metric"),
)
conflict_claims = Table(
    "conflict_claims",
    metadata,
    Column("place", Text, primary_key=True),
    Column("conflict", Text, primary_key=True),
    Column("claim", Text, primary_key=True),  # its id
    Index("ix_conflict_claims_claim", "claim"),
)
distinctions = Table(
    "distinctions",
    metadata,
    Column("claim", Text, primary_key=True),  # its id
    _text("place"),
    Index("ix_distinctions_place", "place"),
)
conversions = Table(
    "conversions",
    metadata,
    Column("document", Text, primary_key=True),  # its URI
    _number("position", key=True),
    _text("first"),
    _text("second"),
    _number("day"),
    _text("rate"),
    Index("ix_conversions_pair", "first", "second", "day"),
)

PROVEN = (events, terms, entities, documents, blobs, revisions, claims, evidence, decisions, identities)
"""Tables whose rows the leaves cover, in the order in which they enter."""
APPEND_ONLY = (versions, leaves, *PROVEN)
CACHES = (statements, heads, extracts)
MEMORY = (fetches, runs)
"""What runs of ingestion remember; overwritten, no part of the proof, and nothing else follows from it."""
RECONCILED = (reconciled, conflicts, conflict_claims, distinctions, conversions)
"""What statements add up to where they disagree, with what is needed to bring it up to date; see `store.conflict_rows`.

They follow from the statements and from the rules of this program, not from the events alone, so `verify` leaves them
out, and they are emptied rather than filled by a rebuild: the next question fills them.
"""
