"""Finds what names the subjects of a table's cells — the heads of its columns or the cells of a key column —
and what the document as a whole is about."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.key_cells import names_of, new_name
from extractors.linking import is_topic
from extractors.model import Segment, SegmentKind, Span
from extractors.passages import Reading
from extractors.wording import load_wording

BENCHMARKS = re.compile(r"\b(?:benchmarks?|evaluations?|evals?|leaderboard)\b", re.I)
VERSUS = re.compile(r"\bvs\b|\bversus\b", re.I)
TITLE_LENGTH = 150
REMARK = 40  # a name that heads a row has at most a remark behind it: a cell that goes on is about its own names
TOP = 6  # blocks among which the title stands
FIELDS = 60
OPENING = 40  # code points within which a first paragraph names what it is about
OFTEN = 2
ENOUGH_NAMED = 2
STANDS_OUT = 2


@dataclass(slots=True)
class Table:
    """Which heads of a table name entities: those of its columns, or the cells of its key column.

    Attributes:
        columns: Names in the head of each column.
        rows: Names in the key cell of each line.
        told: The cell behind the date that begins each line, in a table of dates and events.
    """

    columns: dict[int, list[Mention]] = field(default_factory=dict)
    rows: dict[int, list[Mention]] = field(default_factory=dict)
    told: dict[int, Span] = field(default_factory=dict)


def find_tables(reading: Reading) -> dict[int, Table]:
    """Returns for each table whether its columns or its rows name the entities that its cells are about."""
    cells: dict[int, list[Segment]] = {}
    for segment in reading.segments:
        if segment.table is not None:
            cells.setdefault(segment.table, []).append(segment)
    tables = {number: _axes(reading, group) for number, group in cells.items()}
    for number, table in tables.items():
        _note_labels(reading, number, table, cells[number])
    return tables


def _note_labels(reading: Reading, number: int, table: Table, cells: list[Segment]) -> None:
    """Tells the reading which cells are labels besides the first column's, and whether the table lists benchmarks."""
    first = min(table.columns, default=0)
    for cell in cells:
        if cell.line and cell.position and cell.position < first:
            key = (number, cell.line)
            reading.more_labels[key] = (*reading.more_labels.get(key, ()), cell.span)
    corner = next((c.span for c in cells if c.line == 0 and c.position == 0), None)
    words = corner.of(reading.text).strip(" *_").lower() if corner else ""
    if corner is not None and " " in words:
        reading.corners[number] = (corner,)
    if words in load_wording().date_heads:
        table.told = {cell.line: cell.span for cell in cells if cell.line and cell.position == 1}
    heads = [c.span for c in cells if c.line == 0 or not c.position]
    around = [span for span in (cells[0].parent, *cells[0].headings[-1:]) if span is not None]
    named = any(m.entity.type == "benchmark" for span in heads for m in reading.mentions_in(span))
    if named or any(BENCHMARKS.search(span.of(reading.text)) for span in (*heads, *around)):
        reading.benchmark_tables.add(number)


def _axes(reading: Reading, cells: list[Segment]) -> Table:
    heads = {cell.position: cell.span for cell in cells if cell.line == 0 and cell.position}
    groups = {cell.position: cell.group for cell in cells if cell.group and cell.position}
    named = {
        at: found for at in heads if (found := topics_in(reading, heads[at]) or topics_in(reading, groups.get(at)))
    }
    if named and len(named) * 2 >= len(heads):
        return Table(columns=named)
    body = [cell for cell in cells if cell.line]
    return Table(rows=_key_column(reading, body) or _named_row(reading, body))


def _key_column(reading: Reading, body: list[Segment]) -> dict[int, list[Mention]]:
    """Returns the names in the first column of which at least half the cells begin with one, by line."""
    by_column: dict[int, dict[int, list[Mention]]] = {}
    for cell in body:
        found = names_of(reading, cell)
        if found and cell.position is not None and cell.line is not None:
            by_column.setdefault(cell.position, {})[cell.line] = found
    lines = len({cell.line for cell in body})
    key = next((p for p in sorted(by_column) if len(by_column[p]) * 2 >= lines), None)
    if key is None:
        return {}
    named = by_column[key]
    kind = Counter(found[0].entity.type for found in named.values()).most_common(1)[0][0]
    for cell in body:
        if cell.position == key and cell.line is not None and cell.line not in named:
            named[cell.line] = new_name(reading, cell, kind)
    return named


def _named_row(reading: Reading, body: list[Segment]) -> dict[int, list[Mention]]:
    """Returns what a table of facts is about where one of its rows says so ("Model | Qwen 3"), for each line."""
    naming = load_wording().naming_labels
    for cell in body:
        if cell.row is not None and cell.row.of(reading.text).strip(" *:").lower() in naming:
            found = topics_in(reading, cell.span)
            return {line: found for line in {cell.line for cell in body} if line is not None} if found else {}
    return {}


def topics_in(reading: Reading, span: Span | None) -> list[Mention]:
    """Returns the names inside a stretch that a sentence can be about."""
    return [m for m in reading.mentions_in(span) if is_topic(m)]


def find_topic(reading: Reading) -> tuple[Mention, ...]:
    """Returns what the whole document is about: the entities of its title, where they belong to one maker."""
    for span in _titles(reading):
        found = topics_in(reading, span)
        if found and len(_makers(found)) == 1 and not VERSUS.search(span.of(reading.text)):
            return tuple(found)
    return ()


def find_opening(reading: Reading) -> tuple[Mention, ...]:
    """Returns the name that a text opens with, or else the one that it names most: its labels may leave it out."""
    return _opening_name(reading) or _most_named(reading)


def _titles(reading: Reading) -> list[Span]:
    """Returns the stretches that may hold the title: fields that name the document, its first heading or short line."""
    wording = load_wording()
    fields = [s for s in reading.segments[:FIELDS] if s.kind is SegmentKind.FIELD and s.row is not None]
    naming = [
        s.span for s in fields if s.row and s.row.of(reading.text).lower().replace("_", " ") in wording.naming_labels
    ]
    body = [s for s in reading.segments[len(fields) : len(fields) + TOP] if s.kind is not SegmentKind.FIELD]
    heads = [s.span for s in body if s.kind in (SegmentKind.TITLE, SegmentKind.HEADING)][:1]
    return [*naming, *heads] or [s.span for s in body[:1] if s.end - s.start < TITLE_LENGTH]


def _makers(found: Sequence[Mention]) -> set[str]:
    catalogue = load_catalogue()
    return {maker.id if (maker := catalogue.maker(m.entity)) else m.entity.id for m in found}


def _opening_name(reading: Reading) -> tuple[Mention, ...]:
    """Returns the name with which the first paragraph begins."""
    first = next((s for s in reading.segments[: 2 * TOP] if s.kind is SegmentKind.PARAGRAPH and s.row is None), None)
    found = topics_in(reading, Span(first.start, min(first.end, first.start + OPENING))) if first else []
    return tuple(found[:1])


def _most_named(reading: Reading) -> tuple[Mention, ...]:
    """Returns the name that a text names at least twice as often as any other."""
    counts = Counter(m.entity.id for m in reading.mentions.items if is_topic(m)).most_common(2)
    if not counts or counts[0][1] < OFTEN or (len(counts) > 1 and counts[0][1] < 2 * counts[1][1]):
        return ()
    return (next(m for m in reading.mentions.items if m.entity.id == counts[0][0]),)


def find_shares(reading: Reading) -> dict[str, float]:
    """Returns which part of the mentions of its type each entity has, by id."""
    counts = Counter((m.entity.type, m.entity.id) for m in reading.mentions.items if is_topic(m))
    totals = Counter[str]()
    for (kind, _), count in counts.items():
        totals[kind] += count
    return {id_: count / totals[kind] for (kind, id_), count in counts.items()}


def find_main(reading: Reading) -> tuple[Mention, bool] | None:
    """Returns what a document names most, and whether by far; None where it names nothing often."""
    named = [m for m in reading.mentions.items if is_topic(m)]
    counts = Counter(m.entity.id for m in named).most_common(2)
    if not counts or counts[0][1] < ENOUGH_NAMED:
        return None
    first = next(m for m in named if m.entity.id == counts[0][0])
    return first, len(counts) == 1 or counts[0][1] >= STANDS_OUT * counts[1][1]
