"""What can happen to a ledger: the kinds of events, and the rows that each introduces."""

from enum import StrEnum

from store.model import Cause
from store.tables import blobs, decisions, documents, entities, identities, revisions, terms


class Event(StrEnum):
    """Kinds of rows of `events`; `subject` is the number of the row that it is about.

    term, entity, document, blob: introduces that row.
    revision: the revision `subject` becomes the document's current one; introduces it unless it is an old one again.
    extract: an extractor has read the revision `subject`; the body says which, its version, the digest of what
        came out, and how many of the events right before are its problems.
    problem: what could not be read or understood in the revision `subject`.
    retract: the claim `subject` does not stand any more; the body is the cause's number.
    tombstone: the document `subject` is gone; the body says why.
    erase: texts, bytes and quotes of the document `subject` were emptied by request; the body says of which
        revisions, and why.
    judge, undo: a person decided, or took a decision back; introduces the row that says so.
    identity: a person said what an entity is, or took that back; introduces the row that says so.

    That a claim stands somewhere is a row of `evidence` and has no row here: the first such row of a claim, or the
    first after a retraction, asserts it (and the very first introduces the row of `claims`), any other moves it.
    """

    TERM = "term"
    ENTITY = "entity"
    DOCUMENT = "document"
    BLOB = "blob"
    REVISION = "revision"
    EXTRACT = "extract"
    PROBLEM = "problem"
    RETRACT = "retract"
    TOMBSTONE = "tombstone"
    ERASE = "erase"
    JUDGE = "judge"
    UNDO = "undo"
    IDENTITY = "identity"


INTRODUCED = {
    Event.TERM: terms,
    Event.ENTITY: entities,
    Event.DOCUMENT: documents,
    Event.BLOB: blobs,
    Event.REVISION: revisions,
    Event.JUDGE: decisions,
    Event.UNDO: decisions,
    Event.IDENTITY: identities,
}
"""Table in which an event of a kind introduces a row (a revision only when the event is about itself)."""

NOTHING = "null"
"""Body of an event that says no more than its kind."""

CAUSES = (Cause.SOURCE_ADDED, Cause.SOURCE_EDITED, Cause.SOURCE_REMOVED, Cause.EXTRACTOR_CHANGED)
"""Causes by the number that rows hold; new ones are added at the end."""
NUMBERS = {cause: number for number, cause in enumerate(CAUSES)}
