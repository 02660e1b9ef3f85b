"""Verifies a ledger: recomputes every digest, root and link of the chain, and looks every quote up in its text.

One pass over the events in order, beside it one ordered stream of each table: a row is taken when its event comes by,
so a row without an event, or an event without its row, shows itself. What the caches should hold is worked out on the
way (`store.states`) and compared at the end.
"""

import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, func, select

from store.engines import rows_of
from store.events import CLAIM_LINE, FIELD, INTRODUCED, WORDS, Event, event_line, evidence_line, row_line, version_line
from store.merkle import GENESIS, chained, leaf, root
from store.model import Finding, VerifyReport
from store.rows import unpack
from store.states import State, compare_caches
from store.tables import APPEND_ONLY, blobs, events, versions

TEXTS_KEPT = 512
FINDINGS_KEPT = 100
"""A ledger that is wholly wrong need not be listed wholly."""

TABLES_OF: dict[str, tuple[str, ...]] = {
    kind.value: tuple(table.name for table in tables) for kind, tables in INTRODUCED.items()
}
CONDITIONAL = {Event.REVISION.value: "revisions", Event.ASSERT.value: "claims"}
"""Rows that an event introduces only when its subject is its own number."""


class Stream:
    """The rows of one table in the order of their keys.

    Attributes:
        name: Of the table.
        left: Keys of the rows that were passed over.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self.name = table.name
        self.left: list[int] = []
        self._rows = rows_of(connection, select(table).order_by(*table.primary_key))
        self._next = next(self._rows, None)

    def peek(self, seq: int) -> tuple[Any, ...] | None:
        """Returns the row with a key, or None when there is none; keys must be asked for in order."""
        row = self._next
        while row is not None and row[0] < seq:
            self.left.append(row[0])
            row = self._next = next(self._rows, None)
        return row if row is not None and row[0] == seq else None

    def advance(self) -> None:
        """Goes on to the next row."""
        self._next = next(self._rows, None)

    def take(self, seq: int) -> tuple[Any, ...] | None:
        """Returns what `peek` does and goes on."""
        row = self.peek(seq)
        if row is not None:
            self._next = next(self._rows, None)
        return row

    def rest(self) -> Iterator[int]:
        """Yields the keys of all rows that nobody took."""
        yield from self.left
        while (row := self._next) is not None:
            yield row[0]
            self._next = next(self._rows, None)


class Verifier:
    """Checks one ledger on an open connection.

    Attributes:
        findings: What is wrong so far.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.findings: list[Finding] = []
        self._size = max(
            connection.scalar(select(func.max(versions.c.last_event))) or 0,
            connection.scalar(select(func.max(events.c.seq))) or 0,
        )
        self._state = State(self._size)
        self._quotes = self._erased = self._seen = 0
        self._digests: dict[int, str] = {}
        self._text: tuple[int, str | None] = (0, None)
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._events = Stream(connection, events)
        self._streams = {
            table.name: Stream(connection, table) for table in APPEND_ONLY if table not in (versions, events)
        }
        self._claims, self._evidence = self._streams["claims"], self._streams["evidence"]

    def run(self, head: str = "") -> VerifyReport:
        """Returns what a look at everything has shown.

        Args:
            head: Digest of a version noted down earlier; that it is part of the chain is checked too.
        """
        previous, number, seq, digests = GENESIS, 0, 0, {GENESIS}
        for row in rows_of(self.connection, select(versions).order_by(versions.c.number)):
            for lost in range(number + 1, row[0]):
                self._wrong(lost, "versions", lost, "the version is missing")
            number = row[0]
            last = self._last_event(row, previous)
            if row[8] != root(self._leaves(number, seq, last)):
                self._wrong(number, "events", None, "the Merkle root is not that of the version's events")
            seq, previous = max(seq, last), row[10]
            digests.add(previous)
        self._rest()
        if head and head not in digests:
            self._wrong(None, "versions", None, f"no version has the digest {head}")
        shown = "" if previous == GENESIS else previous
        found = tuple(self.findings[:FINDINGS_KEPT])
        return VerifyReport(number, self._seen, self._quotes, self._erased, shown, found)

    def _rest(self) -> None:
        for extra in self._events.rest():
            self._wrong(None, "events", extra, "the event belongs to no version")
        for stream in self._streams.values():
            for extra in stream.rest():
                self._wrong(None, stream.name, extra, "no event introduced the row")
        self.findings += compare_caches(self.connection, self._state)

    def _wrong(self, version: int | None, table: str, row: int | None, message: str) -> None:
        self.findings.append(Finding(version, table, row, message))

    def _last_event(self, row: Sequence[Any], previous: str) -> int:
        """Checks the row of a version and returns the number of its last event, from the events if it is forged."""
        number = row[0]
        if row[9] != previous:
            self._wrong(number, "versions", number, "the link to the version before is wrong")
        with suppress(ValueError):
            if row[10] == chained(row[9], version_line(row[:9])):
                return int(row[7])
        self._wrong(number, "versions", number, "the row is not what was recorded")
        return self.connection.scalar(select(func.max(events.c.seq)).where(events.c.version == number)) or 0

    def _leaves(self, version: int, before: int, last: int) -> list[bytes]:
        leaves = []
        for seq in range(before + 1, min(last, self._size) + 1):
            event = self._events.take(seq)
            if event is None:
                self._wrong(version, "events", seq, "the event is missing")
            else:
                leaves.append(self._standing(event, version) or self._event(event, version))
        self._seen += len(leaves)
        return leaves

    def _standing(self, event: Sequence[Any], version: int) -> bytes | None:
        """Checks an assert or move event that is sound, the commonest by far, and returns its leaf; else None."""
        seq, number, kind, subject, body, digest = event
        if kind != "assert" and kind != "move":
            return None
        claim = self._claims.peek(seq) if subject == seq else None
        row = self._evidence.peek(seq)
        if row is None:
            return None
        line = f"{seq}{FIELD}{number}{FIELD}{kind}{FIELD}{subject}{FIELD}{body}"
        line = f"{line}{CLAIM_LINE % claim if claim else ''}{evidence_line(row)}"
        found = leaf(line)
        _, _, revision, _, start, stop, _, _, _, _, _, quote, _, _, _, erased = row
        if self._text[0] != revision:
            self._text = (revision, self._text_of(revision))
        text = self._text[1]
        if found != digest or number != version or erased is not None or not text or text[start:stop] != quote:
            return None
        self._quotes += 1
        if claim:
            self._claims.advance()
            self._state.claim(claim)
        self._evidence.advance()
        self._state.stands(seq, version, subject, moved=kind == "move")
        return found

    def _event(self, event: Sequence[Any], version: int) -> bytes:
        seq, number, kind, _, _, digest = event
        line = event_line(event)
        taken: dict[str, Sequence[Any]] = {}
        for name in TABLES_OF.get(kind, ()):
            row = self._streams[name].take(seq)
            if row is not None:
                line += row_line(name, row)
                taken[name] = row
        found = leaf(line)
        if found != bytes(digest) or number != version:
            self._changed(version, event, tuple(taken))
            with suppress(LookupError, TypeError, ValueError, OverflowError):
                self._apply(event, taken)
        else:
            self._apply(event, taken)
        return found

    def _apply(self, event: Sequence[Any], taken: dict[str, Sequence[Any]]) -> None:
        seq, version, kind, subject, body, _ = event
        state = self._state
        for name, row in taken.items():
            if name == "evidence":
                self._quote(row, version)
            elif name == "claims":
                state.claim(row)
            elif name == "blobs":
                self._blob(row, version)
            elif name == "revisions":
                self._digests[seq] = row[3]
                state.revision(row)
            elif name == "terms":
                state.term(row)
        state.apply(seq, version, kind, subject, body)

    def _changed(self, version: int, event: Sequence[Any], taken: tuple[str, ...]) -> None:
        seq, _, kind, subject = event[:4]
        for name in TABLES_OF.get(kind, ()):
            if name not in taken and (name != CONDITIONAL.get(kind) or subject == seq):
                self._wrong(version, name, seq, "the row is missing")
                return
        for name in ("events", *taken):
            others = f" (or another one of event {seq})" if taken else ""
            self._wrong(version, name, seq, f"the row is not what was recorded{others}")

    def _quote(self, row: Sequence[Any], version: int) -> None:
        quote = row[WORDS]
        if quote is None:
            self._erased += 1
            return
        self._quotes += 1
        if self._text[0] != row[2]:
            self._text = (row[2], self._text_of(row[2]))
        text = self._text[1]
        if text is None:
            self._wrong(version, "evidence", row[0], "the text that the quote stood in is gone")
        elif text[row[4] : row[5]] != quote:
            self._wrong(version, "evidence", row[0], f"the quote {quote!r} does not stand at {row[4]}:{row[5]}")
        if row[WORDS + 4] is not None:
            self._wrong(version, "evidence", row[0], "the words stand although they count as erased")

    def _text_of(self, revision: int) -> str | None:
        digest = self._digests.get(revision, "")
        content = self._texts.get(digest)
        try:
            if content is None:
                packed = self.connection.execute(select(blobs.c.bytes).where(blobs.c.digest == digest)).scalar()
                content = None if packed is None else unpack(packed)
            return None if content is None else content.decode("utf-8", "surrogatepass")
        except (zlib.error, UnicodeDecodeError):
            return None

    def _blob(self, row: Sequence[Any], version: int) -> None:
        if row[2] is None:
            return
        with suppress(zlib.error):
            content = unpack(row[2])
            if sha256(content).hexdigest() == row[1] and row[3] is None:
                self._texts[row[1]] = content  # most texts are asked for right after they came
                if len(self._texts) > TEXTS_KEPT:
                    self._texts.popitem(last=False)
                return
        self._wrong(version, "blobs", row[0], "the bytes are not those of the digest")
