"""What people decided, and which conflicts and statements it concerns now.

A decision is kept for the statements it judged by what they say, not by row or claim id: entity, series, value
interval, time and origin. So it survives re-ingest and re-extraction, and is outgrown only when what it judged has
changed. Rejected: keys with the quote or the span, which every edit of the article would reopen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from sqlalchemy import Connection, select

from extractors.model import plain
from store.model import ConflictSet, Decision, Judgement, Rank, Statement
from store.rows import decode, encode, moment_of
from store.tables import decisions, events, versions

RANKS = {
    Judgement.PREFER: Rank.PREFERRED,
    Judgement.EXTRACTION_ERROR: Rank.DEPRECATED,
    Judgement.SOURCE_ERROR: Rank.DEPRECATED,
}
"""Rank that a judgement gives to the statement it names."""


def claim_key(statement: Statement) -> str:
    """Returns the key by which judgements know a claim: entity, series, value interval, time and origin.

    The entity is the one under which the claim was recorded: a merge does not make people judge anew.
    """
    claim = statement.claim
    said = [
        claim.document,
        statement.recorded_subject or claim.subject.id,
        claim.metric,
        claim.qualifiers,
        claim.kind,
        plain(claim.low),
        plain(claim.high),
        claim.unit,
        claim.date and claim.date.text,
        claim.value,
        claim.as_of and claim.as_of.text,
        claim.status,
    ]
    return f"k_{sha256(encode(said).encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions that stand at a version.

    Attributes:
        standing: In the order in which they were made; undone ones left out.
    """

    standing: tuple[Decision, ...]

    def ranked(self, statements: Iterable[Statement]) -> Iterator[Statement]:
        """Yields statements with the ranks that decisions give them."""
        ranking = [decision for decision in self.standing if decision.claim_key and decision.judgement in RANKS]
        ranks = {decision.claim_key: RANKS[decision.judgement] for decision in ranking}
        subjects = {(decision.subject, decision.metric) for decision in ranking}
        for statement in statements:
            claim = statement.claim
            named = statement.recorded_subject or claim.subject.id
            if (named, claim.metric) in subjects and (rank := ranks.get(claim_key(statement))):
                yield replace(statement, rank=rank)
            else:
                yield statement

    def joined(self, conflict: ConflictSet) -> ConflictSet:
        """Returns a conflict with its status: decided when all its statements were judged together.

        It is reopened when a decision judged at least two of its statements, but not all.
        """
        key = {claim_key(statement) for statement in conflict.claims}
        best = None
        for decision in reversed(self.standing):
            if key <= set(decision.key):
                return replace(conflict, status="decided", decision=decision)
            if best is None and len(key & set(decision.key)) > 1:
                best = decision
        return replace(conflict, status="reopened", decision=best) if best else conflict


def as_of(known: Iterable[Decision], version: int, *, undone: bool = False) -> tuple[Decision, ...]:
    """Returns those of all decisions that stood at a version, as they were then; undone ones too when asked."""
    then = (
        replace(decision, undone_in=None)
        if decision.undone_in is not None and decision.undone_in > version
        else decision
        for decision in known
        if decision.version <= version
    )
    return tuple(decision for decision in then if undone or decision.undone_in is None)


def read_decisions(connection: Connection) -> tuple[Decision, ...]:
    """Returns all decisions ever made, in order."""
    if connection.execute(select(decisions.c.seq).limit(1)).first() is None:
        return ()
    rows = connection.execute(
        select(decisions, events.c.version, versions.c.recorded_at, versions.c.author)
        .join(events, events.c.seq == decisions.c.seq)
        .join(versions, versions.c.number == events.c.version)
        .order_by(decisions.c.seq)
    ).all()
    back = {row.undoes: row.version for row in rows if row.undoes}
    return tuple(
        Decision(
            id=row.id,
            key=tuple(decode(row.claim_keys)),
            judgement=Judgement(row.judgement),
            claim_key=row.claim_key,
            note=row.note,
            author=row.author,
            recorded_at=moment_of(row.recorded_at),
            version=row.version,
            conflict_id=row.conflict,
            subject=row.subject,
            metric=row.metric,
            undone_in=back.get(row.seq),
        )
        for row in rows
        if not row.undoes
    )
