"""Checks the leaves of one stretch: their digests, the texts and the quotes; and names the row when one is wrong."""

import re
import zlib
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from store.engines import rows_of, stream
from store.events import INTRODUCED, Event
from store.leaves import LARGE, LINERS, WORDS, checksums, leaf_digest, lines_query, section, whole_line, words_digest
from store.model import Finding
from store.rows import decode, unpack
from store.tables import PROVEN, blobs, leaves, revisions, statements

TEXTS_KEPT = 256
LEAVES_FETCHED = 200
"""Leaves whose lines are in memory at a time."""
SMALL = tuple(table for table in PROVEN if table not in (*LARGE, blobs))
ORDER = tuple(table.name for table in PROVEN)

PLACE = re.compile(r"(?m)^\[(?:\d+,){6}\[(\d+),(\d+),")
"""Start and end of the quote in a line of `evidence`."""

INTRODUCES = {kind.value: table.name for kind, table in INTRODUCED.items()}


class Erased(NamedTuple):
    """What was emptied by request.

    Attributes:
        revisions: Numbers of the revisions whose words are gone.
        blobs: Digests of the texts and bytes that are gone.
    """

    revisions: frozenset[int]
    blobs: frozenset[str]


@dataclass(slots=True)
class Found:
    """What one job found out.

    Attributes:
        findings: What is wrong.
        digests: Recomputed digests of leaves with the number of their last event, in order.
        quotes: Number of quotes that stand in their text.
        erased: Number of quotes whose text was erased by request.
    """

    findings: list[Finding] = field(default_factory=list)
    digests: list[tuple[int, bytes]] = field(default_factory=list)
    quotes: int = 0
    erased: int = 0


class Lines:
    """The lines of one table by leaf, asked for in the order of the leaves."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def take(self, leaf: int) -> tuple[str, str]:
        """Returns lines and words of a leaf, "" when it has none."""
        row = self._next
        if row is None or row[0] != leaf:
            return "", ""
        self._next = next(self._rows, None)
        return row[1], row[2]


class LeafCheck:
    """Checks the leaves that end after one event and up to another.

    Args:
        connection: In a transaction of its own.
        bounds: Last event and number of each version, in order.
        erased: What was emptied by request.
        stretch: The two events.
    """

    def __init__(
        self, connection: Connection, bounds: Sequence[tuple[int, int]], erased: Erased, stretch: tuple[int, int]
    ) -> None:
        self.found = Found()
        self._connection, self._bounds, self._erased = connection, bounds, erased
        self._after, self._last = stretch
        self._digests: dict[int, str] = {}
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._leaves = list(self._select(leaves))
        dialect = connection.dialect.name
        self._lines = {
            table.name: Lines(stream(connection, lines_query(table, dialect), stretch, LEAVES_FETCHED))
            for table in LARGE
        }
        self._small = self._small_lines()
        self._blobs = self._select(blobs)
        self._blob = next(self._blobs, None)

    def _select(self, table: Table) -> Iterator[tuple[Any, ...]]:
        key = table.c.seq
        reach = select(table).where(key > self._after, key <= self._last)
        return rows_of(self._connection, reach.order_by(key))

    def _small_lines(self) -> dict[int, dict[str, list[str]]]:
        """Returns the lines of the small tables by leaf; those of blobs are made while they are looked at."""
        ends = [leaf[0] for leaf in self._leaves]
        found: dict[int, dict[str, list[str]]] = {}
        for table in SMALL:
            line, position = LINERS[table.name], 0
            for row in self._select(table):
                position = bisect_left(ends, row[0], position)
                if position < len(ends) and row[0] >= self._leaves[position][1]:
                    found.setdefault(ends[position], {}).setdefault(table.name, []).append(line(row))
                if table is revisions:
                    self._digests[row[0]] = row[3]
        return found

    def run(self) -> Found:
        """Returns what the check of all leaves of the stretch has shown."""
        before = self._after
        for leaf in self._leaves:
            self._leaf(leaf, before)
            before = leaf[0]
        if before < self._last:
            self._wrong("leaves", self._last, "the row is missing")
        return self.found

    def _wrong(self, table: str, row: int, message: str) -> None:
        position = bisect_left(self._bounds, (row, 0))
        version = self._bounds[position][1] if position < len(self._bounds) else None
        self.found.findings.append(Finding(version, table, row, message))

    def _leaf(self, leaf: Sequence[Any], before: int) -> None:
        seq, first, kept, checks, digest = leaf
        lines = self._small.pop(seq, {})
        self._look_at_blobs(first, seq, lines)
        found = words = ""
        for name, stored in self._lines.items():
            found, words = stored.take(seq)
            if found:
                lines[name] = [found]
        said = self._words(found, words, kept) if found else ""  # evidence is the last of the large tables
        sections = [section(name, lines[name]) for name in ORDER if name in lines]
        computed = leaf_digest(sections, said, checks)
        self.found.digests.append((seq, computed))
        if first != before + 1 or said != kept or computed != bytes(digest):
            self._locate(leaf, before)

    def _look_at_blobs(self, first: int, last: int, lines: dict[str, list[str]]) -> None:
        while (row := self._blob) is not None and row[0] <= last:
            if row[0] >= first:
                lines.setdefault("blobs", []).append(LINERS["blobs"](row))
            self._blob = next(self._blobs, None)
            self._look_at(row)

    def _look_at(self, row: Sequence[Any]) -> None:
        seq, digest, packed, content = row
        if content is None:
            if digest not in self._erased.blobs:
                self._wrong("blobs", seq, "the bytes are gone, and nobody asked for their erasure")
            return
        with suppress(zlib.error):
            whole = unpack(content)
            if sha256(content).hexdigest() == packed and sha256(whole).hexdigest() == digest:
                self._keep(digest, whole)  # most texts are asked for right after they came
                return
        self._wrong("blobs", seq, "the bytes are not those of the digest")

    def _keep(self, digest: str, content: bytes) -> None:
        self._texts[digest] = content
        if len(self._texts) > TEXTS_KEPT:
            self._texts.popitem(last=False)

    def _words(self, lines: str, words: str, kept: str) -> str:
        """Looks the quotes of a leaf up, and returns the digest of its words."""
        with suppress(ValueError, LookupError):  # what was never written so: the digest is wrong as well
            revision = int(lines.split(",", 4)[3])
            if revision in self._erased.revisions and not words.strip("\n"):
                self.found.erased += lines.count("\n") + 1
                return kept
            text = self._text(revision)
            if text is not None:
                self._quotes(lines, words, text.decode("utf-8", "surrogatepass"))
                return words_digest(text, words)
            for row in lines.split("\n"):
                self._wrong("evidence", decode(row)[0], "the text that the quote stood in is gone")
        return ""

    def _quotes(self, lines: str, words: str, text: str) -> None:
        spans = PLACE.findall(lines)
        self.found.quotes += len(spans)
        if "\\" not in words:
            quotes = [said[2 : said.index('","')] for said in words.split("\n")]
            places = zip(spans, quotes, strict=True)
            if all(text[int(start) : int(stop)] == quote for (start, stop), quote in places):
                return
        for row, said in zip(lines.split("\n"), words.split("\n"), strict=True):
            seq, place, quote = decode(row)[0], decode(row)[6], decode(said)[0]
            if text[place[0] : place[1]] != quote:
                self._wrong("evidence", seq, f"the quote {quote!r} does not stand at {place[0]}:{place[1]}")

    def _text(self, revision: int) -> bytes | None:
        digest = self._digests.get(revision)
        if digest is None:
            known = select(revisions.c.text).where(revisions.c.seq == revision)
            digest = self._digests[revision] = self._connection.execute(known).scalar() or ""
        content = self._texts.get(digest)
        if content is None:
            packed = self._connection.execute(select(blobs.c.bytes).where(blobs.c.digest == digest)).scalar()
            with suppress(zlib.error):
                content = None if packed is None else unpack(packed)
            if content is not None:
                self._keep(digest, content)
        return content

    def _locate(self, leaf: Sequence[Any], before: int) -> None:
        """Names what is wrong with a leaf: its own row, or rows that it covers."""
        seq, first, kept, checks, digest = leaf
        if before + 1 < first <= seq and self.found.digests[-1][1] == bytes(digest):
            self._wrong("leaves", first - 1, "the row is missing")
            return
        covered = Covered(self._connection, (before + 1, seq))
        erased = covered.revision in self._erased.revisions
        text = None if erased else self._text(covered.revision)
        said = kept if erased or not covered.words else words_digest(text or b"", "\n".join(covered.words))
        if leaf_digest(covered.sections, said, covered.checks) == bytes(digest):
            self._wrong("leaves", seq, "the row is not what was recorded")
            return
        named = False
        for table, row, message in covered.differences(bytes(checks)):
            self._wrong(table, row, message)
            named = True
        if not named:
            self._wrong("leaves", seq, "the row, or one that it covers, is not what was recorded")


class Covered:
    """The rows between two events, of all tables, in the order in which they enter the leaf."""

    def __init__(self, connection: Connection, reach: tuple[int, int]) -> None:
        self._connection = connection
        self._reach = reach
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        for table in PROVEN:
            between = select(table).where(table.c.seq.between(*reach)).order_by(table.c.seq)
            self._rows[table.name] = [tuple(row) for row in connection.execute(between)]
        lines = {name: [_line(name, row) for row in rows] for name, rows in self._rows.items() if rows}
        self.sections = [section(name, found) for name, found in lines.items()]
        self.words = [str(row[WORDS]) for row in self._rows["evidence"]]
        if self.words:
            lines["evidence"] = list(map(whole_line, lines["evidence"], self.words))
        self.checks = checksums(lines.values())
        self.revision: int = next((row[3] for row in self._rows["evidence"]), 0)

    def differences(self, checks: bytes) -> Iterator[tuple[str, int, str]]:
        """Yields table, number and message of what does not fit the checksums of the leaf."""
        keys = [(name, row[0]) for name, rows in self._rows.items() for row in rows]
        held, recorded = _numbers(self.checks), _numbers(checks)
        matcher = SequenceMatcher(None, recorded, held, autojunk=False)
        missing = list(self._missing())
        for what, start, stop, first, last in matcher.get_opcodes():
            same = what == "replace" and stop - start == last - first
            for table, row in keys[first:last] if what in ("insert", "replace") else ():
                word = "the row is not what was recorded" if same or missing else "the row was inserted, or changed"
                yield table, row, word
        for table, row in missing:
            yield table, row, "the row is missing"

    def _missing(self) -> Iterator[tuple[str, int]]:
        """Yields table and number of rows that others show to be missing."""
        numbers = {name: {row[0] for row in rows} for name, rows in self._rows.items()}
        for seq in range(self._reach[0], self._reach[1] + 1):
            if seq not in numbers["events"] and seq not in numbers["evidence"]:
                stood = select(statements.c.seq).where(statements.c.seq == seq)
                known = seq in numbers["claims"] or self._connection.execute(stood).first()
                yield "evidence" if known else "events", seq
        for row in self._rows["evidence"]:
            if row[2] == row[0] and row[0] not in numbers["claims"]:
                yield "claims", row[0]
        for seq, _, kind, subject, _ in self._rows["events"]:
            table = INTRODUCES.get(kind, "")
            if table and seq not in numbers[table] and (kind != Event.REVISION or subject == seq):
                yield table, seq


def _line(name: str, row: tuple[Any, ...]) -> str:
    with suppress(TypeError, ValueError):  # a forged value of another type has no line, and fits no checksum
        return LINERS[name](row)
    return repr(row)


def _numbers(checks: bytes) -> list[int]:
    whole = array("I")
    whole.frombytes(checks[: len(checks) // 4 * 4])
    return list(whole)
