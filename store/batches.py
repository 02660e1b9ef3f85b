"""Collects the events of one version with their rows, writes them in bulk, and seals the version."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from extractors.model import Entity
from store.engines import Writer, gather_statistics, insert_lines, insert_rows, update_rows
from store.events import NOTHING, NUMBERS, Event
from store.leaves import LINERS, WORDS, checksums, encoded, leaf_digest, section, whole_line, words_digest
from store.merkle import GENESIS, chained, root, version_line
from store.model import Cause, Counts
from store.names import Names
from store.rows import counts_text, entity_body
from store.tables import PROVEN, claims, evidence, extracts, heads, leaves, statements, versions

INSERTED = (*PROVEN, leaves, statements, heads)
"""Tables that a batch adds rows to, in the order of writing."""

WORTH_STATISTICS = 100_000
"""Rows after which the planner of a server should look at the tables anew."""

LARGEST = (claims, evidence)
"""Tables whose rows may be written by their lines."""

STAND = (
    "INSERT INTO statements SELECT e.seq, e.seq, c.entity, c.metric, c.document, e.version, e.version, NULL, NULL"
    " FROM evidence e JOIN claims c ON c.seq = e.seq WHERE e.seq > ? AND e.seq <= ? AND e.claim = e.seq"
)
"""Makes the statements of claims asserted for the first time."""

Row = tuple[Any, ...]


class Batch:
    """The events of the version being made.

    Attributes:
        version: Its number.
        rows: Rows waiting to be written, by table name; those of the leaf being made are not yet among them.
        names: Entities and words; taught what the batch adds.
    """

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection = connection
        self._writer = Writer(connection)
        self.names = names
        last = connection.execute(
            select(versions.c.number, versions.c.last_event, versions.c.digest, versions.c.recorded_at)
            .order_by(versions.c.number.desc())
            .limit(1)
        ).first()
        self._seq: int = last.last_event if last else 0
        self._previous: str = last.digest if last else GENESIS
        self._last_stamp: int = last.recorded_at if last else 0
        self.version: int = last.number + 1 if last else 1
        self.rows: dict[str, list[Row]] = {table.name: [] for table in INSERTED}
        self._open: dict[str, list[Row]] = {table.name: [] for table in PROVEN}
        self._covered = self._seq
        self._lines: dict[str, list[str]] = {table.name: [] for table in LARGEST} if self._writer.by_lines else {}
        self._flushed = self._seq
        self._extracts: list[tuple[Row, bool]] = []
        self._written = 0
        self._closed: list[Row] = []
        self._passed: list[Row] = []
        self._leaves: list[bytes] = []
        self._seen: dict[str, Entity] = {}

    @property
    def empty(self) -> bool:
        """True while nothing has happened."""
        return not self._leaves and self._seq == self._covered

    @property
    def next_seq(self) -> int:
        """Number that the next event will have."""
        return self._seq + 1

    def add(self, kind: Event, subject: int, body: str = NOTHING) -> int:
        """Adds an event that introduces no row and returns its number; the body is JSON."""
        self._seq = seq = self._seq + 1
        self._open["events"].append((seq, self.version, kind.value, subject, body))
        return seq

    def introduce(self, kind: Event, table: str, *values: Any) -> int:
        """Adds an event that introduces one row, its own number first, and returns that number."""
        seq = self.add(kind, self.next_seq)
        self._open[table].append((seq, *values))
        return seq

    def stand(self, claim: int, said: tuple[Any, ...]) -> int:
        """Lets a known claim stand somewhere, and returns the number of that; `said` is `evidence` after the claim."""
        self._seq = seq = self._seq + 1
        self._open["evidence"].append((seq, self.version, claim, *said))
        return seq

    def stand_all(self, fresh: list[Row], stands: list[Row]) -> None:
        """Asserts new claims: rows of `claims` and of `evidence`, numbered on from `next_seq`."""
        self._open["claims"] += fresh
        self._open["evidence"] += stands
        if not self._writer.by_lines:  # else the database makes them of the other two
            version = self.version
            self.rows["statements"] += [
                (row[0], row[0], row[3], row[4], row[2], version, version, None, None) for row in fresh
            ]
        self._seq += len(fresh)

    def close_leaf(self, text: str = "") -> None:
        """Covers the rows added since the last leaf by one; nothing happens when there are none.

        Args:
            text: Stored text that its quotes stand in.
        """
        if self._seq == self._covered:
            return
        words = [row[WORDS] for row in self._open["evidence"]]
        sections, whole = [], []
        for name, rows in self._open.items():
            if rows:
                lines = list(map(LINERS[name], rows))
                sections.append(section(name, lines))
                if name == "evidence":
                    lines = list(map(whole_line, lines, words))
                whole.append(lines)
                if name in self._lines:
                    self._lines[name] += lines
                else:
                    self.rows[name] += rows
        said = words_digest(encoded(text), "\n".join(words)) if words else ""
        checks = checksums(whole)
        digest = leaf_digest(sections, said, checks)
        self.rows["leaves"].append((self._seq, self._covered + 1, said, checks, digest))
        self._leaves.append(digest)
        self._covered = self._seq
        for rows in self._open.values():
            rows.clear()

    def term(self, text: str) -> int:
        """Returns the number of an interned word, introducing it where it is new."""
        known = self.names.terms.get(text)
        if known is not None:
            return known
        seq = self.introduce(Event.TERM, "terms", text)
        self.names.add_term(seq, text)
        return seq

    def entities(self, found: Iterable[Entity]) -> None:
        """Records the descriptions of entities where they are new."""
        seen = self._seen
        for entity in [entity for entity in found if seen.get(entity.id) is not entity]:
            self.entity(entity)

    def entity(self, entity: Entity) -> int:
        """Returns the key of an entity, recording its description where that is new."""
        self._seen[entity.id] = entity
        description = self.names.described(entity)
        if description is None:
            return self.names.keys[entity.id]
        key = self.names.keys.get(entity.id, self.next_seq)
        seq = self.introduce(Event.ENTITY, "entities", key, entity.id, entity_body(description))
        self.names.add_entity(seq, key, description, self.version)
        return key

    def hold(self, seq: int, claim: int, where: tuple[int, int, int], asserted_in: int) -> None:
        """Opens the statement of a claim at the evidence `seq`; `where` is entity, metric, document."""
        self.rows["statements"].append((seq, claim, *where, asserted_in, self.version, None, None))

    def end(self, seq: int, *, retracted: bool) -> None:
        """Ends the statement that stood at the evidence `seq` with this version."""
        self._closed.append((self.version, self.version if retracted else None, seq))

    def head(self, before: int, seq: int, document: int, revision: int, *, removed: bool = False) -> None:
        """Makes a revision a document's current one, or removes the document; `before` is the head until now or 0."""
        self.rows["heads"].append((seq, document, revision, int(removed), self.version, None))
        if before:
            self._passed.append((self.version, before))

    @property
    def connection(self) -> Connection:
        """The connection, once nothing is being written on it."""
        self._writer.settle()
        return self._connection

    @property
    def writes_beside(self) -> bool:
        """True when `flush` returns before the rows are written: what the next rows need should be asked before."""
        return self._writer.beside

    def flush(self) -> None:
        """Writes what has been collected, so that questions to the database see it."""
        self.close_leaf()
        rows, self.rows = self.rows, {table.name: [] for table in INSERTED}
        closed, self._closed = self._closed, []
        passed, self._passed = self._passed, []
        found, self._extracts = self._extracts, []
        lines, self._lines = self._lines, {name: [] for name in self._lines}
        reach, self._flushed = (self._flushed, self._seq), self._seq
        connection = self._connection

        def work() -> None:
            # What needs no lock of Python's comes first: the rest, row by row, is held up while the caller works.
            for table in LARGEST if lines else ():
                insert_lines(connection, table, lines[table.name])
            if lines:
                connection.exec_driver_sql(STAND, reach)
            for table in INSERTED:
                insert_rows(connection, table, rows[table.name])
            update_rows(connection, "statements", ("until", "retracted_in", "seq"), closed)
            update_rows(connection, "heads", ("until", "seq"), passed)
            self._replace_extracts(found)

        self._written += sum(map(len, rows.values())) + sum(map(len, lines.values()))
        self._writer.write(work)

    def _replace_extracts(self, found: list[tuple[Row, bool]]) -> None:
        old = [row[:2] for row, known in found if known]
        if old:
            mark = "?" if self._connection.dialect.name == "sqlite" else "%s"
            sql = f"DELETE FROM extracts WHERE document = {mark} AND extractor = {mark}"
            self._connection.exec_driver_sql(sql, old)
        insert_rows(self._connection, extracts, list({row[:2]: row for row, _ in found}.values()))

    def extracted(self, row: Row, *, known: bool) -> None:
        """Puts a row of `extracts` in the place of the one of the same document and extractor, if that is `known`."""
        self._extracts.append((row, known))

    def close(self) -> None:
        """Waits until nothing is being written any more; the transaction can end then."""
        self._writer.close()

    def seal(self, stamp: int, by: tuple[str, str, str, str], counts: Counts) -> str:
        """Writes the rest and the version's own row; returns the version's digest.

        Args:
            stamp: Time of the version in microseconds since 1970; never earlier than that of the version before.
            by: Author, reason, extractors and ruleset.
            counts: What was met and done.
        """
        self.flush()
        if self._written > WORTH_STATISTICS:
            gather_statistics(self.connection, [*INSERTED, extracts])
        time = max(stamp, self._last_stamp)
        fields = (self.version, time, *by, counts_text(counts), self._seq, root(self._leaves))
        digest = chained(self._previous, version_line(fields))
        insert_rows(self.connection, versions, [(*fields, self._previous, digest)])
        return digest


def cause_body(cause: Cause) -> str:
    """Returns the body of a retract event."""
    return str(NUMBERS[cause])
