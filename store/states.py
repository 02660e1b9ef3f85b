"""What the caches follow from: the events applied in order, in arrays by number rather than in objects.

The same state rebuilds the caches and tells `verify` what they should hold. Four bytes a column and event keep ten
million events within memory.
"""

from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from store.engines import insert_rows, rows_of
from store.events import Event
from store.model import Finding
from store.rows import decode
from store.tables import CACHES, claims, events, revisions, terms


class State:
    """The statements, heads and extracts that events lead to.

    In the arrays 0 stands for a version that has not come.

    Args:
        size: Highest event number that will come.
    """

    def __init__(self, size: int) -> None:
        empty = array("i", bytes(4 * (size + 1)))
        self._entity, self._metric, self._document, self._open = empty[:], empty[:], empty[:], empty[:]
        self._claim, self._asserted, self._since = empty[:], empty[:], empty[:]
        self._until, self._retracted = empty[:], empty[:]
        self._revisions: dict[int, int] = {}
        self._terms: dict[str, int] = {}
        self._heads: dict[int, list[int]] = {}
        self._head_of: dict[int, int] = {}
        self._extracts: dict[tuple[int, int], tuple[int, str, str]] = {}

    def claim(self, row: Sequence[Any]) -> None:
        """Takes in a row of `claims`."""
        seq = row[0]
        self._document[seq], self._entity[seq], self._metric[seq] = row[2], row[3], row[4]

    def revision(self, row: Sequence[Any]) -> None:
        """Takes in a row of `revisions`."""
        self._revisions[row[0]] = row[1]

    def term(self, row: Sequence[Any]) -> None:
        """Takes in a row of `terms`."""
        self._terms[row[1]] = row[0]

    def stands(self, seq: int, version: int, claim: int, *, moved: bool) -> None:
        """Opens the statement of a claim at an evidence; a claim that moves keeps the version that asserted it."""
        before = self._open[claim]
        if before:
            self._until[before] = version
        self._asserted[seq] = self._asserted[before] if moved and before else version
        self._claim[seq], self._since[seq], self._open[claim] = claim, version, seq

    def retracted(self, version: int, claim: int) -> None:
        """Ends the statement of a claim."""
        seq = self._open[claim]
        self._until[seq] = self._retracted[seq] = version
        self._open[claim] = 0

    def apply(self, seq: int, version: int, kind: str, subject: int, body: str) -> None:
        """Takes in one event, its rows before it."""
        if kind == Event.ASSERT or kind == Event.MOVE:
            self.stands(seq, version, subject, moved=kind == Event.MOVE)
        elif kind == Event.RETRACT:
            self.retracted(version, subject)
        elif kind == Event.REVISION:
            self._head(seq, version, self._revisions.get(subject, 0), subject)
        elif kind == Event.EXTRACT:
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

    def rows(self, cache: str) -> Iterator[tuple[Any, ...]]:
        """Yields the rows that a cache should hold, by key."""
        if cache == "statements":
            yield from self._statements()
        elif cache == "heads":
            yield from ((seq, *values, until or None) for seq, (*values, until) in sorted(self._heads.items()))
        else:
            yield from ((*key, *value) for key, value in sorted(self._extracts.items()))

    def _statements(self) -> Iterator[tuple[Any, ...]]:
        entity, metric, document = self._entity, self._metric, self._document
        columns = zip(self._claim, self._asserted, self._since, self._until, self._retracted, strict=True)
        for seq, (claim, asserted, since, until, gone) in enumerate(columns):
            if claim:
                about = entity[claim], metric[claim], document[claim]
                yield seq, claim, *about, asserted, since, until or None, gone or None


def replayed(connection: Connection, size: int) -> State:
    """Returns the state that the events of a ledger lead to."""
    state = State(size)
    for row in rows_of(connection, select(claims)):
        state.claim(row)
    for row in rows_of(connection, select(revisions)):
        state.revision(row)
    for row in rows_of(connection, select(terms)):
        state.term(row)
    for row in rows_of(connection, select(*list(events.c)[:5]).order_by(events.c.seq)):
        state.apply(*row)
    return state


def rebuild(connection: Connection, size: int) -> None:
    """Empties the caches and fills them from the events, in the connection's transaction."""
    state = replayed(connection, size)
    for table in CACHES:
        connection.execute(table.delete())
        insert_rows(connection, table, list(state.rows(table.name)))


def compare_caches(connection: Connection, state: State) -> Iterator[Finding]:
    """Yields where the caches differ from what the events lead to."""
    for table in CACHES:
        held = rows_of(connection, select(table).order_by(*table.primary_key))
        expected = state.rows(table.name)
        row, should = next(held, None), next(expected, None)
        keys = len(table.primary_key)
        while row is not None or should is not None:
            if row is not None and tuple(row) == should:
                row, should = next(held, None), next(expected, None)
                continue
            ahead = should is None or (row is not None and tuple(row[:keys]) < should[:keys])
            behind = row is None or (should is not None and tuple(row[:keys]) > should[:keys])
            key = row[0] if ahead and row is not None else should[0] if should is not None else None
            word = "was inserted" if ahead else "is missing" if behind else "is not what the events lead to"
            yield Finding(None, table.name, key, f"the cached row {word}; `rebuild` sets it right")
            row = row if behind else next(held, None)
            should = should if ahead else next(expected, None)
