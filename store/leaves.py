"""Leaves: stretches of events with the rows that they introduced, each covered by one digest.

A leaf's content is text that anybody can recompute: for each table with rows in the stretch its name and then the rows,
each a JSON array on a line of its own in the order of their numbers; after that the digest of the words and a checksum
of each row. Words (quotes, heads, mentions) may be erased by request, so only their digest enters; it is keyed by the
text that they stand in, so that what was erased cannot be found out by trying short quotes. The checksums prove
nothing, they name the row when the digest is wrong.

Databases build the lines of the large tables themselves: three quarters of the work of `verify` is done there, outside
of Python. JSON inside JSON is put in as it is, and names that hold no quotation mark need no escaping.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any
from zlib import crc32

from sqlalchemy import Integer, Table

from store.rows import encode
from store.tables import PROVEN, blobs, claims, events, evidence

LARGE = (events, claims, evidence)
"""Tables whose lines the database builds."""
RAW = frozenset({events.c.body, claims.c.body, evidence.c.place})
"""Columns of these that hold JSON."""
NAMES = (events.c.kind, claims.c.id)
"""Columns of these that hold names without a quotation mark."""

WORDS = len(evidence.columns) - 1
"""Position of the column of `evidence` that may be erased."""

Row = tuple[Any, ...]
Liner = Callable[[Row], str]


def _marks(table: Table) -> list[str]:
    columns = [column for column in table.columns if column is not evidence.c.words]
    return ["%s" if column in RAW else "%d" if isinstance(column.type, Integer) else '"%s"' for column in columns]


EVENT_LINE = f"[{','.join(_marks(events))}]"
CLAIM_LINE = f"[{','.join(_marks(claims))}]"
EVIDENCE_LINE = f"[{','.join(_marks(evidence))}]"


def _blob_line(row: Row) -> str:
    return encode(row[:3])


LINERS: dict[str, Liner] = {table.name: encode for table in PROVEN} | {
    "events": EVENT_LINE.__mod__,
    "claims": CLAIM_LINE.__mod__,
    "evidence": lambda row: EVIDENCE_LINE % row[:WORDS],
    blobs.name: _blob_line,
}
"""What writes a row of a table as its line; the line of a row does not hold what may be erased."""


def section(table: str, lines: Sequence[str]) -> bytes:
    """Returns the part of a leaf's content that the rows of one table make."""
    return encoded("\n".join((table, *lines)))


def words_digest(text: bytes, words: str) -> str:
    """Returns the digest of a leaf's words, keyed by the text that they stand in.

    Args:
        text: The stored text in UTF-8.
        words: Column `words` of the leaf's rows of `evidence`, one a line.
    """
    return sha256(sha256(b"\x03" + text).digest() + encoded(words)).hexdigest()


def leaf_digest(sections: Sequence[bytes], words: str, checks: bytes) -> bytes:
    """Returns the digest of a leaf; its first byte keeps it apart from inner nodes of the tree."""
    return sha256(b"\x00" + b"\n".join((*sections, words.encode(), checks))).digest()


def whole_line(line: str, words: str) -> str:
    """Returns the line of a row of `evidence` with its words as one more element, if it has them still."""
    return f"{line[:-1]},{words}]" if words else line


def checksums(tables: Iterable[Sequence[str]]) -> bytes:
    """Returns four bytes for each row of a leaf, given its lines table by table, those of evidence whole."""
    found = array("I")
    for lines in tables:
        found.extend(map(crc32, encoded("\n".join(lines)).split(b"\n")))
    return found.tobytes()


def encoded(text: str) -> bytes:
    """Returns text in UTF-8; half characters, which bad input holds, are kept."""
    return text.encode("utf-8", "surrogatepass")


def lines_query(table: Table, dialect: str) -> str:
    """Returns SQL for the lines of a large table by leaf: number of the leaf, lines, words; `?` twice for its range."""
    line = _line_sql(table, dialect)
    words = "t.words" if table is evidence else "''"
    if dialect == "sqlite":
        return (
            f"SELECT l.seq, group_concat({line}, char(10)), group_concat({words}, char(10)) FROM leaves l"
            f" CROSS JOIN {table.name} t WHERE t.seq BETWEEN l.first AND l.seq AND l.seq > ? AND l.seq <= ?"
            " GROUP BY l.seq ORDER BY l.seq"
        )
    return (
        f"SELECT l.seq, a.lines, a.words FROM leaves l CROSS JOIN LATERAL (SELECT string_agg({line}, chr(10)"
        f" ORDER BY t.seq) AS lines, string_agg({words}, chr(10) ORDER BY t.seq) AS words FROM {table.name} t"
        " WHERE t.seq BETWEEN l.first AND l.seq) a WHERE l.seq > %s AND l.seq <= %s AND a.lines IS NOT NULL"
        " ORDER BY l.seq"
    )


def misshapen_query(table: Table, dialect: str) -> str:
    """Returns SQL for the rows of a large table whose values only look like what was recorded.

    SQLite keeps values of any type in any column; names with a quotation mark would let one column pass for two.
    """
    names = [column.name for column in table.columns if column in NAMES]
    if dialect == "sqlite":
        kinds = [(c.name, "integer" if isinstance(c.type, Integer) else "text") for c in table.columns]
        doubts = [f"typeof({name}) <> '{kind}'" for name, kind in kinds]
        doubts += [f"{name} LIKE '%\"%' OR instr({name}, char(0))" for name in names]
    else:
        doubts = [f"strpos({name}, '\"') > 0" for name in names]
    return f"SELECT seq FROM {table.name} WHERE {' OR '.join(doubts) or '1 = 0'}"


def _line_sql(table: Table, dialect: str) -> str:
    """Returns the SQL expression of a row's line; the last column is JSON and put behind the others."""
    *columns, last = [column for column in table.columns if column is not evidence.c.words]
    pattern = "[" + "".join(f"{mark}," for mark in _marks(table)[:-1])
    if dialect == "sqlite":
        head = f"printf('{pattern}', {', '.join(f't.{column.name}' for column in columns)})"
    else:
        pieces = pattern.replace("%s", "%d").split("%d")
        inside = " || ".join(f"'{piece}' || t.{column.name}" for piece, column in zip(pieces, columns, strict=False))
        head = f"{inside} || '{pieces[-1]}'"
    return f"{head} || t.{last.name} || ']'"
