"""What can happen to a ledger, and the line of bytes by which each event and its rows enter the proof."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from store.tables import blobs, claims, decisions, documents, entities, evidence, revisions, terms

FIELD = "\x1f"
ROW = "\x1e"


class Event(StrEnum):
    """Kinds of events; `subject` is the number of the row that it is about.

    term, entity, document, blob: introduces that row.
    revision: the revision `subject` becomes the document's current one; introduces it unless it is an old one again.
    extract: an extractor has read the revision `subject`; the body says which, its version, the digest of what
        came out, and how many of the events right before are its problems.
    problem: what could not be read or understood in the revision `subject`.
    assert: the claim `subject` stands at the evidence introduced; introduces the claim unless it was known.
    move: the claim `subject` stands elsewhere now, at the evidence introduced.
    retract: the claim `subject` does not stand any more; the body says why.
    tombstone: the document `subject` is gone; the body says why.
    judge, undo: a person decided, or took a decision back; introduces the row that says so.
    """

    TERM = "term"
    ENTITY = "entity"
    DOCUMENT = "document"
    BLOB = "blob"
    REVISION = "revision"
    EXTRACT = "extract"
    PROBLEM = "problem"
    ASSERT = "assert"
    MOVE = "move"
    RETRACT = "retract"
    TOMBSTONE = "tombstone"
    JUDGE = "judge"
    UNDO = "undo"


INTRODUCED = {
    Event.TERM: (terms,),
    Event.ENTITY: (entities,),
    Event.DOCUMENT: (documents,),
    Event.BLOB: (blobs,),
    Event.REVISION: (revisions,),
    Event.ASSERT: (claims, evidence),
    Event.MOVE: (evidence,),
    Event.JUDGE: (decisions,),
    Event.UNDO: (decisions,),
}
"""Tables in which an event of a kind may introduce a row, in the order of its line."""

PLACES = 7
"""How many columns from `start` on say where a claim stands, before those with its words."""

WORDS = 11
"""Position of the first column of `evidence` that erasure may empty; `erased` follows the four of them."""


EVENT_LINE = FIELD.join(["%s"] * 5)
CLAIM_LINE = ROW + FIELD.join(["claims", *["%s"] * len(claims.columns)])
EVIDENCE = f"{ROW}evidence{FIELD}"


def event_line(row: Sequence[Any]) -> str:
    """Returns the event's own part of its line: number, version, kind, subject, body."""
    return EVENT_LINE % tuple(row[:5])


def row_line(name: str, row: Sequence[Any]) -> str:
    """Returns the part of the line that a row of a table adds; what may be erased enters by its digest."""
    if name == "evidence":
        return evidence_line(row)
    if name == "claims":
        return CLAIM_LINE % tuple(row)
    if name == "blobs":
        return f"{ROW}blobs{FIELD}{row[0]}{FIELD}{row[1]}{FIELD}{bytes_digest(row[2], row[3])}"
    return f"{ROW}{name}{FIELD}{FIELD.join(map(str, row))}"


def evidence_line(row: Sequence[Any]) -> str:
    """Returns what a row of `evidence` adds to the line; `lined` prepares all but the first four columns."""
    seq, claim, revision, version, start, stop, context_start, context_stop, block, basis, confidence = row[:WORDS]
    return (
        f"{EVIDENCE}{seq}{FIELD}{claim}{FIELD}{revision}{FIELD}{version}{FIELD}{start}{FIELD}{stop}{FIELD}"
        f"{context_start}{FIELD}{context_stop}{FIELD}{block}{FIELD}{basis}{FIELD}{confidence}{FIELD}"
        f"{words_digest(row[WORDS:])}"
    )


def lined(columns: tuple[Any, ...]) -> tuple[tuple[Any, ...], str]:
    """Returns columns of `evidence` from `start` to `mention` with what they add to the row's line."""
    start, stop, context_start, context_stop, block, basis, confidence = columns[:PLACES]
    return columns, (
        f"{start}{FIELD}{stop}{FIELD}{context_start}{FIELD}{context_stop}{FIELD}{block}{FIELD}{basis}{FIELD}"
        f"{confidence}{FIELD}{words_digest(columns[PLACES:])}"
    )


def words_digest(words: Sequence[str | None]) -> str:
    """Returns the digest of quote, row head, column head and mention; the one kept in their place when erased."""
    if words[0] is None:
        return str(words[4])
    quote, row_head, column_head, mention = words[:4]
    joined = f"{quote}{FIELD}{row_head}{FIELD}{column_head}{FIELD}{mention}"
    return sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


def bytes_digest(content: bytes | None, erased: str | None) -> str:
    """Returns the digest of the compressed bytes; the one kept in their place when erased."""
    return str(erased) if content is None else sha256(content).hexdigest()


def version_line(fields: Iterable[Any]) -> str:
    """Returns the line of a version: number, time, author, reason, extractor, ruleset, counts, last event, root."""
    return FIELD.join(map(str, fields))
