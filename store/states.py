"""What the caches follow from: the events applied in order. The same rules rebuild the caches and check them.

Statements, by far the most, are worked out by the database itself: a claim stands from each row of `evidence` until the
next row of evidence or retraction of the same claim. Heads and extracts, a few for each document, are worked out here.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Table, select, text

from store.engines import insert_rows, rows_of
from store.events import Event
from store.model import Finding
from store.rows import decode
from store.tables import CACHES, RECONCILED, events, extracts, heads, revisions, statements, terms

ABOUT_DOCUMENTS = (Event.REVISION, Event.TOMBSTONE, Event.EXTRACT)

TOUCHED = "SELECT claim FROM evidence WHERE seq <> claim UNION SELECT subject FROM events WHERE kind = 'retract'"
"""Claims of which more is known than that they were asserted once."""

LOG = """
log AS (
    SELECT seq, version, claim, 0 AS gone FROM evidence
    UNION ALL SELECT seq, version, subject, 1 FROM events WHERE kind = 'retract'
),
steps AS (
    SELECT seq, version, claim, gone, coalesce(LAG(gone) OVER steps, 1) AS absent, LEAD(version) OVER steps AS until,
        LEAD(gone) OVER steps AS ends
    FROM log {only} WINDOW steps AS (PARTITION BY claim ORDER BY seq)
),
spans AS (
    SELECT seq, version, claim, gone, until, ends,
        MAX(CASE WHEN absent = 1 THEN version END) OVER (PARTITION BY claim ORDER BY seq) AS asserted_in
    FROM steps
),
expected AS (
    SELECT spans.seq, spans.claim, c.entity, c.metric, c.document, asserted_in, version AS since, until,
        CASE WHEN ends = 1 THEN until END AS retracted_in
    FROM spans JOIN claims c ON c.seq = spans.claim WHERE gone = 0
)
"""
FILL = (
    f"INSERT INTO statements ({', '.join(column.name for column in statements.columns)})"
    f" WITH {LOG.format(only='')} SELECT * FROM expected"
)
DIFFERS = " OR ".join(
    f"coalesce(s.{column.name}, 0) <> coalesce(x.{column.name}, 0)" for column in list(statements.columns)[1:]
)
WRONG = (
    # Claims that were asserted once and nothing else: looked up without sorting anything.
    f"WITH touched AS ({TOUCHED}) SELECT x.seq, s.seq FROM ("
    " SELECT e.seq, e.claim, c.entity, c.metric, c.document, e.version AS asserted_in, e.version AS since,"
    " 0 AS until, 0 AS retracted_in FROM evidence e JOIN claims c ON c.seq = e.claim"
    " WHERE e.seq = e.claim AND e.claim NOT IN (SELECT claim FROM touched)) x"
    f" LEFT JOIN statements s ON s.seq = x.seq WHERE s.seq IS NULL OR {DIFFERS}",
    f"WITH touched AS ({TOUCHED}), {LOG.format(only='WHERE claim IN (SELECT claim FROM touched)')}"
    f" SELECT x.seq, s.seq FROM expected x LEFT JOIN statements s ON s.seq = x.seq WHERE s.seq IS NULL OR {DIFFERS}",
)
"""Statements that are missing, or not what they should be: number, number again unless it is missing."""
EXTRA = "SELECT s.seq FROM statements s LEFT JOIN evidence e ON e.seq = s.seq WHERE e.seq IS NULL"


class State:
    """The heads and extracts that events lead to."""

    def __init__(self) -> None:
        self._revisions: dict[int, int] = {}
        self._terms: dict[str, int] = {}
        self._heads: dict[int, list[int]] = {}
        self._head_of: dict[int, int] = {}
        self._extracts: dict[tuple[int, int], tuple[int, str, str]] = {}

    @classmethod
    def of(cls, connection: Connection) -> "State":
        """Returns the state that the events of a ledger lead to."""
        state = cls()
        state._revisions.update(rows_of(connection, select(revisions.c.seq, revisions.c.document)))
        state._terms.update((word, seq) for seq, word in rows_of(connection, select(terms)))
        wanted = events.c.kind.in_([kind.value for kind in ABOUT_DOCUMENTS])
        for row in rows_of(connection, select(events).where(wanted).order_by(events.c.seq)):
            state.apply(*row)
        return state

    def apply(self, seq: int, version: int, kind: str, subject: int, body: str) -> None:
        """Takes in one event."""
        if kind == Event.REVISION:
            self._head(seq, version, self._revisions.get(subject, 0), subject)
        elif kind == Event.EXTRACT:
            with suppress(ValueError, TypeError):  # a forged body, which the leaf tells of
                name, held, digest, _ = decode(body)
                key = self._revisions.get(subject, 0), self._terms.get(name, 0)
                self._extracts[key] = (seq, held, digest)
        elif kind == Event.TOMBSTONE:
            self._head(seq, version, subject, 0)

    def _head(self, seq: int, version: int, document: int, revision: int) -> None:
        before = self._heads.get(self._head_of.get(document, 0))
        if before:
            before[4] = version
        self._head_of[document] = seq
        removed = not revision and before is not None
        self._heads[seq] = [document, before[1] if before and removed else revision, int(removed), version, 0]

    def rows(self, cache: Table) -> Iterator[tuple[Any, ...]]:
        """Yields the rows that a cache should hold, by key."""
        if cache is heads:
            yield from ((seq, *values, until or None) for seq, (*values, until) in sorted(self._heads.items()))
        else:
            yield from ((*key, *value) for key, value in sorted(self._extracts.items()))


def rebuild(connection: Connection) -> None:
    """Empties the caches and fills them from the events, in the connection's transaction."""
    for table in (*CACHES, *RECONCILED):
        connection.execute(table.delete())
    connection.execute(text(FILL))
    state = State.of(connection)
    for table in (heads, extracts):
        insert_rows(connection, table, list(state.rows(table)))


def compare_caches(connection: Connection) -> Iterator[Finding]:
    """Yields where the caches differ from what the events lead to."""
    for question in WRONG:
        for seq, held in connection.execute(text(question)).all():
            yield _finding(statements, seq, "is missing" if held is None else "is not what the events lead to")
    for (seq,) in connection.execute(text(EXTRA)).all():
        yield _finding(statements, seq, "was inserted")
    state = State.of(connection)
    for table in (heads, extracts):
        yield from _compared(connection, table, state.rows(table))


def _compared(connection: Connection, table: Table, expected: Iterator[Sequence[Any]]) -> Iterator[Finding]:
    keys = len(table.primary_key)
    held = {tuple(row[:keys]): tuple(row) for row in rows_of(connection, select(table))}
    for should in expected:
        row = held.pop(tuple(should[:keys]), None)
        if row != tuple(should):
            yield _finding(table, should[0], "is missing" if row is None else "is not what the events lead to")
    for key in held:
        yield _finding(table, key[0], "was inserted")


def _finding(table: Table, row: int, what: str) -> Finding:
    return Finding(None, table.name, row, f"the cached row {what}; `claims db rebuild` sets it right")
