"""Empties the texts, bytes and quotes of a document by request; every digest stays, so the proof still holds.

What the document claimed (entity, metric, value, time) stays as well: these are the ledger's own words. A text that
another document holds word for word is kept for that one; erase both.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select, update

from store.batches import Batch
from store.events import Event
from store.rows import encode
from store.tables import blobs, claims, conflict_claims, conflicts, evidence, revisions, statements


def erase_document(batch: Batch, document: int, revision: str | None, reason: str) -> int:
    """Empties what is held of a document's revisions, one of them or all, and returns how many quotes that were."""
    connection = batch.connection
    question = select(revisions.c.seq, revisions.c.text, revisions.c.revision).where(revisions.c.document == document)
    if revision is not None:
        question = question.where(revisions.c.revision == revision)
    rows = connection.execute(question.order_by(revisions.c.seq)).all()
    numbers = [row.seq for row in rows]
    digests = sorted({digest for row in rows for digest in (row.text, row.revision.removeprefix("sha256:"))})
    gone = _unshared(connection, digests, numbers)
    held = select(func.count()).select_from(evidence).where(evidence.c.revision.in_(numbers), evidence.c.words != "")
    quotes = connection.scalar(held) or 0
    if not quotes and not gone:
        return 0
    batch.add(Event.ERASE, document, encode([numbers, gone, reason]))
    connection.execute(update(evidence).where(evidence.c.revision.in_(numbers)).values(words=""))
    emptied = update(blobs).where(blobs.c.digest.in_(bindparam("gone", expanding=True))).values(bytes=None)
    connection.execute(emptied, {"gone": gone})
    _forget_reasons(connection, document)
    return quotes


def _forget_reasons(connection: Connection, document: int) -> None:
    """Removes the conflicts kept of a document, whose reasons quote it; the next question finds them anew."""
    ids = select(claims.c.id).join(statements, statements.c.claim == claims.c.seq)
    of_document = ids.where(statements.c.document == document)
    named = select(conflict_claims.c.conflict).where(conflict_claims.c.claim.in_(of_document))
    connection.execute(conflicts.delete().where(conflicts.c.id.in_(named)))


def _unshared(connection: Connection, digests: Sequence[str], numbers: Sequence[int]) -> list[str]:
    """Returns those of some digests whose bytes are held, and that no other revision needs."""
    held = select(blobs.c.digest).where(blobs.c.digest.in_(digests), blobs.c.bytes.is_not(None))
    others = select(revisions.c.text, revisions.c.revision).where(
        revisions.c.seq.not_in(numbers),
        revisions.c.text.in_(digests) | revisions.c.revision.in_([f"sha256:{digest}" for digest in digests]),
    )
    needed = {digest.removeprefix("sha256:") for row in connection.execute(others) for digest in row}
    return sorted(set(connection.scalars(held)) - needed)
