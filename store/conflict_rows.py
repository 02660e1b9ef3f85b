"""The conflicts kept in the database: written as renewals say, and read with the statements as they stand now.

A row holds what was found of a conflict set (relation, severity, reason, ids of its claims); the statements, what was
decided, and which sets repeat a graver one are looked up when it is read.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from store import queries
from store.engines import insert_rows
from store.exchange_rates import conversion_rows
from store.judgements import Decisions
from store.model import ConflictSet, Relation, Severity, Statement
from store.queries import Reader
from store.reconcile import in_order
from store.renewals import Kept, Renewal
from store.rows import decode, encode
from store.tables import (
    RECONCILED,
    claims,
    conflict_claims,
    conflicts,
    conversions,
    distinctions,
    reconciled,
    statements,
)
from store.touches import parts_of

Held = Row[Any]


def kept_in(connection: Connection) -> Kept | None:
    """Returns what the conflicts kept answer for, None for nothing."""
    row = connection.execute(select(reconciled)).first()
    return Kept(row.version, row.rules) if row else None


def write(connection: Connection, renewal: Renewal) -> bool:
    """Writes a renewal, unless other conflicts are kept by now than those that it was worked out from.

    Args:
        connection: In the write transaction.
        renewal: What to write.
    """
    if kept_in(connection) != renewal.before:
        return False
    if renewal.whole:
        empty(connection)
    else:
        places = [place.text for place in renewal.found]
        _remove(connection, conflicts, "place", places)
        _remove(connection, conflict_claims, "place", places)
        _remove(connection, distinctions, "claim", renewal.kinds)
        _remove(connection, conversions, "document", renewal.rates)
        connection.execute(reconciled.delete())
    found = [(place.text, each) for place, sets in renewal.found.items() for each in sets]
    insert_rows(connection, conflicts, [_row(place, each) for place, each in found])
    of_claims = [(place, each.id, claim) for place, each in found for claim in _claims(each)]
    insert_rows(connection, conflict_claims, of_claims)
    insert_rows(connection, distinctions, [(claim, place) for claim, place in renewal.kinds.items() if place])
    insert_rows(connection, conversions, list(conversion_rows(renewal.rates)))
    insert_rows(connection, reconciled, [(renewal.after.version, renewal.after.rules)])
    return True


def empty(connection: Connection) -> None:
    """Forgets all conflicts kept; the next question finds them anew."""
    for table in RECONCILED:
        connection.execute(table.delete())


def _remove(connection: Connection, table: Table, column: str, values: Collection[str]) -> None:
    for part in parts_of(values):
        connection.execute(table.delete().where(table.c[column].in_(part)))


def _claims(conflict: ConflictSet) -> list[str]:
    return [statement.claim.id for statement in conflict.claims]


def _row(place: str, each: ConflictSet) -> tuple[str, ...]:
    body = encode([each.subject_name, each.reason, _claims(each)])
    return place, each.id, each.subject, each.metric, each.relation.value, each.severity.value, body


def all_rows(connection: Connection) -> list[Held]:
    """Returns all rows."""
    return _each_once(connection.execute(select(conflicts)).all())


def rows_called(connection: Connection, start: str) -> list[Held]:
    """Returns the row with an id, or those whose ids begin so, with all of the same entity and metric."""
    found = connection.execute(select(conflicts).where(conflicts.c.id == start)).all()
    if not found:
        begins = conflicts.c.id.startswith(start, autoescape=True)
        found = connection.execute(select(conflicts).where(begins)).all()
    return _with_companions(connection, found)


def rows_about(connection: Connection, entities: Iterable[int]) -> list[Held]:
    """Returns the rows with a claim recorded under one of some entities, with all of the same entity and metric."""
    ids = select(claims.c.id).join(statements, statements.c.claim == claims.c.seq)
    found: list[Held] = []
    for part in parts_of(entities):
        standing = ids.where(statements.c.entity.in_(part), statements.c.until.is_(None))
        named = select(conflict_claims.c.conflict).where(conflict_claims.c.claim.in_(standing))
        found += connection.execute(select(conflicts).where(conflicts.c.id.in_(named))).all()
    return _with_companions(connection, found)


def _with_companions(connection: Connection, found: Sequence[Held]) -> list[Held]:
    """Returns all rows of the entities and metrics of some, which may show that one repeats another."""
    found = _each_once(_of_ids(connection, {row.id for row in found}))
    groups = {(row.subject, row.metric) for row in found}
    ids: set[str] = set()
    for part in parts_of({subject for subject, _ in groups}):
        of_subjects = select(conflicts.c.id, conflicts.c.subject, conflicts.c.metric)
        for row in connection.execute(of_subjects.where(conflicts.c.subject.in_(part))):
            if (row.subject, row.metric) in groups:
                ids.add(row.id)
    rows = _each_once(_of_ids(connection, ids))
    return [row for row in rows if (row.subject, row.metric) in groups]


def _of_ids(connection: Connection, ids: Collection[str]) -> Iterator[Held]:
    for part in parts_of(ids):
        yield from connection.execute(select(conflicts).where(conflicts.c.id.in_(part)))


def _each_once(rows: Iterable[Held]) -> list[Held]:
    """Returns rows, of those with one id the one of the last neighbourhood."""
    return list({row.id: row for row in sorted(rows, key=lambda row: decode(row.place))}.values())


def read_sets(connection: Connection, reader: Reader, rows: Sequence[Held], version: int) -> tuple[ConflictSet, ...]:
    """Returns the sets that rows hold as they are shown, with their statements as of the last version."""
    bodies = [decode(row.body) for row in rows]
    held = _statements(connection, reader, {claim for *_, ids in bodies for claim in ids}, version)
    return in_order(
        ConflictSet(
            row.id,
            Relation(row.relation),
            Severity(row.severity),
            row.subject,
            name,
            row.metric,
            reason,
            tuple(held[claim] for claim in ids),
        )
        for row, (name, reason, ids) in zip(rows, bodies, strict=True)
    )


def _statements(connection: Connection, reader: Reader, ids: Collection[str], version: int) -> dict[str, Statement]:
    decided = Decisions(reader.decisions(version))
    found: dict[str, Statement] = {}
    for part in parts_of(ids):
        read = reader.statements(connection, queries.OF_IDS, version, ids=part, sentences=True)
        found.update((statement.claim.id, statement) for statement in decided.ranked(read))
    return found
