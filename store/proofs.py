"""Verifies a ledger: recomputes every leaf, root and link of the chain, and looks every quote up in its text.

The leaves are checked in stretches, those of a large ledger by as many processes as there are processors: the database
builds the lines. Besides, the caches are compared with what the events lead to, and SQLite looks its own pages over.
"""

import os
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, func, select, text

from store.engines import in_memory, open_engine, reading, rows_of
from store.events import Event
from store.lanes import Helper, Lanes
from store.leafchecks import Erased, Found, LeafCheck
from store.leaves import LARGE, misshapen_query
from store.merkle import GENESIS, chained, root, version_line
from store.model import Finding, VerifyReport
from store.rows import decode
from store.states import compare_caches
from store.tables import PROVEN, events, evidence, leaves, versions

FINDINGS_KEPT = 100
"""A ledger that is wholly wrong need not be listed wholly."""

LEAVES_A_STRETCH = 2_000
WORTH_HELPERS = 200_000
"""Events from which the start of another process pays."""


class Task(NamedTuple):
    """A piece of the work: the pages, the caches, or the leaves that end after one event and up to another."""

    what: str
    stretch: tuple[int, int] = (0, 0)


class Common(NamedTuple):
    """What all pieces need to know.

    Attributes:
        url: Of the database, for helpers.
        version: Number of the last version.
        bounds: Last event and number of each version, in order.
        erased: What was emptied by request.
    """

    url: str
    version: int
    bounds: tuple[tuple[int, int], ...]
    erased: Erased


def verify(engine: Engine, head: str = "") -> VerifyReport:
    """Returns what a look at everything has shown.

    Args:
        engine: The database.
        head: Digest of a version noted down earlier; that it is part of the chain is checked too.
    """
    with reading(engine) as connection:
        return verify_on(connection, head, helped=not in_memory(engine))


def verify_on(connection: Connection, head: str = "", *, helped: bool = False) -> VerifyReport:
    """Does what `verify` does on an open connection, with other processes only where they see the same."""
    chain = Chain(connection)
    url = connection.engine.url.render_as_string(hide_password=False)
    common = Common(url, chain.number, tuple(chain.bounds), _erased(connection))
    wanted = (os.cpu_count() or 1) - 1 if helped and chain.end >= WORTH_HELPERS else 0
    helpers = [Helper(_helper, common) for _ in range(wanted)]
    try:
        lanes = Lanes[Task, Found](partial(_do, connection, common), helpers)
        return chain.report(lanes.run(list(_tasks(connection, chain))), head)
    finally:
        for helper in helpers:
            helper.close()


@contextmanager
def _helper(common: Common) -> Iterator[Callable[[Task], Found] | None]:
    """Yields what does tasks in a process of its own; None when it sees another version by now."""
    with reading(open_engine(common.url)) as connection:
        seen = connection.scalar(select(func.max(versions.c.number)))
        yield partial(_do, connection, common) if seen == common.version else None


def _tasks(connection: Connection, chain: "Chain") -> Iterator[Task]:
    """Yields the work to do, the longest pieces first."""
    yield Task("caches")
    yield Task("pages")
    ends = [seq for (seq,) in rows_of(connection, select(leaves.c.seq).order_by(leaves.c.seq)) if seq < chain.end]
    for stretch in pairwise([0, *ends[LEAVES_A_STRETCH - 1 :: LEAVES_A_STRETCH], chain.end]):
        yield Task("leaves", stretch)


def _do(connection: Connection, common: Common, task: Task) -> Found:
    if task.what == "pages":
        return _pages(connection)
    if task.what == "caches":
        return _caches(connection)
    return LeafCheck(connection, common.bounds, common.erased, task.stretch).run()


def _erased(connection: Connection) -> Erased:
    numbers: set[int] = set()
    digests: set[str] = set()
    for (body,) in rows_of(connection, select(events.c.body).where(events.c.kind == Event.ERASE.value)):
        with suppress(ValueError, TypeError, LookupError):  # a forged body, which its leaf tells of
            gone, texts, _ = decode(body)
            numbers.update(gone)
            digests.update(texts)
    return Erased(frozenset(numbers), frozenset(digests))


def _pages(connection: Connection) -> Found:
    """Lets SQLite look its pages over."""
    found = Found()
    if connection.dialect.name == "sqlite":
        for (message,) in connection.execute(text(f"PRAGMA quick_check({FINDINGS_KEPT})")):
            if message != "ok":
                found.findings.append(Finding(None, "sqlite_schema", None, f"SQLite finds: {message}"))
    return found


def _caches(connection: Connection) -> Found:
    """Compares the caches with what the events lead to, and looks for values that only seem to be what they were."""
    found = Found()
    for table in LARGE:
        for (seq,) in connection.execute(text(misshapen_query(table, connection.dialect.name))).all():
            found.findings.append(Finding(None, table.name, seq, "a value of the row has another type or form"))
    found.findings += compare_caches(connection)
    return found


class Chain:
    """The versions and their links.

    Attributes:
        bounds: Last event and number of each version, in order.
        end: Number of the last event of all versions.
        number: Number of the last version.
        findings: What is wrong with the rows of versions.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.findings: list[Finding] = []
        self.bounds: list[tuple[int, int]] = []
        self._roots: list[str] = []
        self._digests = {GENESIS}
        self._head = GENESIS
        number = 0
        for row in rows_of(connection, select(versions).order_by(versions.c.number)):
            for lost in range(number + 1, row[0]):
                self._wrong(lost, "versions", lost, "the row is missing")
            number = row[0]
            self._version(row)
        self.end, self.number = self.bounds[-1] if self.bounds else (0, 0)
        self._beyond()

    def _version(self, row: Sequence[Any]) -> None:
        number, last = row[0], row[7]
        if row[9] != self._head:
            self._wrong(number, "versions", number, "the link to the version before is wrong")
        sound = False
        with suppress(ValueError, TypeError):
            sound = row[10] == chained(row[9], version_line(row[:9]))
        if not sound:
            self._wrong(number, "versions", number, "the row is not what was recorded")
            last = self._last_event(number)
        self.bounds.append((last, number))
        self._roots.append(row[8])
        self._head = row[10]
        self._digests.add(row[10])

    def _last_event(self, number: int) -> int:
        """Returns the last event of a version whose own row cannot be trusted."""
        ends = (
            self._connection.scalar(select(func.max(table.c.seq)).where(table.c.version == number)) or 0
            for table in (events, evidence)
        )
        return max(ends)

    def _beyond(self) -> None:
        for table in (leaves, *PROVEN):
            outside = select(table.c.seq).where((table.c.seq > self.end) | (table.c.seq < 1)).limit(FINDINGS_KEPT)
            for (seq,) in self._connection.execute(outside):
                self._wrong(None, table.name, seq, "the row belongs to no version")

    def _wrong(self, version: int | None, table: str, row: int | None, message: str) -> None:
        self.findings.append(Finding(version, table, row, message))

    def report(self, results: Sequence[Found], head: str) -> VerifyReport:
        """Returns the whole result, given those of the jobs."""
        self.findings += [finding for result in results for finding in result.findings]
        self._compare_roots([pair for result in results for pair in result.digests])
        if head and head not in self._digests:
            self._wrong(None, "versions", None, f"no version has the digest {head}")
        quotes, erased = sum(result.quotes for result in results), sum(result.erased for result in results)
        shown = "" if self._head == GENESIS else self._head
        return VerifyReport(self.number, self.end, quotes, erased, shown, tuple(self.findings[:FINDINGS_KEPT]))

    def _compare_roots(self, digests: Sequence[tuple[int, bytes]]) -> None:
        """Looks for versions that are wrong although each leaf seems sound: somebody forged the digests too."""
        named = {finding.version for finding in self.findings}
        before = 0
        for (last, number), recorded in zip(self.bounds, self._roots, strict=True):
            first, stop = bisect_right(digests, (before, b"\xff" * 33)), bisect_left(digests, (last, b"\xff" * 33))
            if number not in named and root([digest for _, digest in digests[first:stop]]) != recorded:
                self._wrong(number, "leaves", None, "the Merkle root is not that of the version's leaves")
            before = max(before, last)
