"""Reads tables of pipes, and places the cells of any table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.lines import Line, LineKind
from extractors.model import Segment, SegmentKind, Span
from extractors.wording import load_wording

_CELL = re.compile(r"(?:[^|\\]|\\.)*", re.DOTALL)
_SEPARATOR_MARKS = frozenset("|:-+= \t")
_EMPHASIS = ("***", "**", "__", "*", "_", "`")
_RANK_HEADS = frozenset({"#", "rank", "no.", "no", "nr", "№", "pos", "pos."})

Row = tuple[Span | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a table.

    Attributes:
        rows: Spans of the cells, None where a cell is empty; a merged cell stands in each of its rows and columns.
        headed: True when the first row holds the heads of the columns.
        stop: Index of the first line after the table.
        facts: True for rows of a label and its value.
        doubts: Code and message of what was uncertain.
        unread: Spans of the rows that could not be split.
        groups: Heads above the heads of the columns, for each column; empty where there are none.
        lead: Number of the column that names the rows, where that is known.
    """

    rows: tuple[Row, ...]
    headed: bool
    stop: int
    facts: bool = False
    doubts: tuple[tuple[str, str], ...] = ()
    unread: tuple[Span, ...] = ()
    groups: Row = ()
    lead: int = 0


def trim_marks(text: str, start: int, end: int) -> Span | None:
    """Returns the span without blanks and without emphasis marks that stand on both sides; None when nothing is left.

    >>> trim_marks("a ** 900M** ", 1, 12)
    Span(start=5, end=9)
    >>> trim_marks("   ", 0, 3)
    """
    piece = text[start:end]
    body = piece.strip()
    if not body:
        return None
    start += 0 if piece[0] == body[0] else piece.find(body[0])
    if body[0] not in "*_`":
        return Span(start, start + len(body))
    for mark in _EMPHASIS:
        width = len(mark)
        if len(body) > 2 * width and body[:width] == mark and body[-width:] == mark and mark not in body[width:-width]:
            return trim_marks(text, start + width, start + len(body) - width)
    return Span(start, start + len(body))


def is_separator(text: str, line: Line) -> bool:
    """Returns whether a line only draws the rule under a table's head."""
    row = text[line.start : line.end]
    return row[:2000].count("-") > 1 and not set(row) - _SEPARATOR_MARKS


def read_pipes(text: str, lines: Sequence[Line], at: int) -> Table | None:
    """Returns the table of pipes that begins at a line, or None.

    A blank line between two rows does not end it.
    """
    rows: list[Row] = []
    ruled: int | None = None
    stop = at
    while stop < len(lines) and (_is_row(text, lines[stop]) or _is_gap(lines, stop)):
        line = lines[stop]
        stop += 1
        if line.kind is LineKind.BLANK:
            continue
        if is_separator(text, line):
            ruled = len(rows) if ruled is None else ruled
        else:
            rows.append(_pipe_cells(text, line))
    return finish_table(text, rows, stop, ruled)


def _is_row(text: str, line: Line) -> bool:
    return line.kind is LineKind.PIPE or (line.kind is LineKind.TEXT and text.find("|", line.start, line.end) >= 0)


def _is_gap(lines: Sequence[Line], at: int) -> bool:
    return (
        lines[at].kind is LineKind.BLANK
        and lines[at - 1].kind is LineKind.PIPE
        and at + 1 < len(lines)
        and lines[at + 1].kind is LineKind.PIPE
    )


def _pipe_cells(text: str, line: Line) -> Row:
    start = line.start + (text[line.start] == "|")
    end = line.end
    if end > start and text[end - 1] == "|" and text[end - 2] != "\\":
        end -= 1
    if text.find("\\", start, end) >= 0:
        edges = [match.span() for match in _CELL.finditer(text, start, end) if match.start() <= match.end()]
        edges = [edge for number, edge in enumerate(edges) if number == 0 or edge[0] != edges[number - 1][1]]
    else:
        edges, left = [], start
        while (right := text.find("|", left, end)) >= 0:
            edges.append((left, right))
            left = right + 1
        edges.append((left, end))
    return tuple(trim_marks(text, left, right) for left, right in edges)


def finish_table(text: str, rows: list[Row], stop: int, ruled: int | None) -> Table | None:
    """Returns rows of cells as a table, or None where they have a single column.

    Args:
        text: The document's text.
        rows: Cells by row, the head first.
        stop: Index of the first line after the table.
        ruled: Number of rows above the line that is drawn under the head; None without one.
    """
    rows = [row for row in rows if any(row)]
    if not rows or max(map(len, rows)) < 2:
        return None
    if ruled == 0:
        return Table(tuple(rows), False, stop, facts=_two(rows))
    groups = _groups(text, rows, ruled or 1)
    if groups:
        rows = rows[max(1, (ruled or 1) - 1) :]
    facts = _two(rows) and not (_heads_values(text, rows[0]) if ruled is None else not _is_fact(text, rows))
    return Table(tuple(rows), not facts, stop, facts=facts, groups=groups)


def _groups(text: str, rows: list[Row], heads: int) -> Row:
    """Returns the heads that stand over several columns each, where the first row holds such and the next the heads."""
    top, below = rows[0], rows[1] if len(rows) > 2 else ()
    if heads == 1 and not (None in top[1:] and len(below) == len(top) > 2 and _are_heads(text, below, rows[2:])):
        return ()
    if heads > 1 and (len(rows) <= heads or len(rows[heads - 1]) < 2):
        return ()
    groups: list[Span | None] = []
    for at, (cell, head) in enumerate(zip(top, rows[max(1, heads - 1)], strict=False)):
        groups.append(None if cell is not None and cell == head else cell or (groups[-1] if at > 1 else None))
    return tuple(groups)


def _are_heads(text: str, row: Row, body: list[Row]) -> bool:
    """Returns whether a row without a line under it heads the figures below: words in all its cells but the first."""
    return all(cell and not _is_figure(text, cell) for cell in row[1:]) and any(
        _is_figure(text, cell) for cell in body[0][1:]
    )


def _is_figure(text: str, cell: Span | None) -> bool:
    return cell is not None and (text[cell.start].isdigit() or text[cell.start] in "~≈<>$€£¥+-−–—")


def _two(rows: list[Row]) -> bool:
    return max(map(len, rows)) == 2


def _words(text: str, cell: Span | None) -> str:
    return " ".join(cell.of(text).lower().split()).rstrip(":") if cell else ""


def _heads_values(text: str, row: Row) -> bool:
    return _words(text, row[-1]) in load_wording().value_heads


def _is_fact(text: str, rows: list[Row]) -> bool:
    """Tells whether the first row is a label and its value, like those below it."""
    wording = load_wording()
    head, value = _words(text, rows[0][0]), _words(text, rows[0][-1])
    if head not in wording.fact_labels or value in wording.value_heads | wording.column_heads:
        return False
    # "Model" heads a column of names as often as it labels one: the rows below tell.
    return head not in wording.column_heads or any(_words(text, row[0]) in wording.fact_labels for row in rows[1:])


def place_cells(
    text: str, table: Table, number: int, headings: tuple[Span, ...], caption: Span | None
) -> Iterator[Segment]:
    """Yields the cells of a table as segments, each with the heads of its row and column.

    A row whose only cell is the first one names the rows below it and becomes their parent.
    """
    heads: Row = table.rows[0] if table.headed else ()
    lead, grouped = _head_column(text, table)
    kind = SegmentKind.LABEL if table.facts else SegmentKind.CELL
    last = -1
    for cell, place in _head_cells(heads, table.groups):
        last = cell.start
        yield Segment(SegmentKind.CELL, cell.start, cell.end, headings, caption, table=number, line=0, position=place)
    row_head: Span | None = None
    parent = caption
    for line, row in enumerate(table.rows[table.headed :], start=1):
        row_head = (row[lead] if lead < len(row) else None) or row_head
        if row[0] and (grouped or (len(heads) > 2 and _stands_alone(row))):
            parent = row[0]
        for position, part in enumerate(row):
            if part is None or part.start <= last:
                continue  # a merged cell is said once, in its first place
            last = part.start
            own = position == lead
            yield Segment(
                SegmentKind.CELL if own else kind,
                part.start,
                part.end,
                headings,
                caption if part is parent else parent,
                None if own else row_head,
                heads[position] if position < len(heads) else None,
                number,
                line,
                position,
                group=table.groups[position] if position < len(table.groups) else None,
            )


def _head_cells(heads: Row, groups: Row) -> list[tuple[Span, int | None]]:
    """Returns the cells of a head in the order of the text, each with its column, None for a head of several."""
    places: dict[Span, int | None] = {cell: at for at, cell in reversed(list(enumerate(heads))) if cell}
    places |= {cell: None for cell in groups if cell and cell not in places}
    return sorted(places.items(), key=lambda cell: cell[0].start)


def _head_column(text: str, table: Table) -> tuple[int, bool]:
    """Returns which column names the rows, and whether the one before it names groups of them.

    It is the second one where the first only counts the rows, or is merged or left empty down several of them.
    """
    if table.lead or max(map(len, table.rows)) < 3:
        return table.lead, False
    body = table.rows[table.headed :]
    firsts = [_words(text, row[0]).rstrip(".") for row in body]
    if table.headed and _words(text, table.rows[0][0]) in _RANK_HEADS:
        return 1, False
    if len(firsts) > 1 and all(first == str(at) for at, first in enumerate(firsts, start=1)):
        return 1, False
    grouped = _are_groups(text, [row for row in body if not _stands_alone(row)])
    return int(grouped), grouped


def _are_groups(text: str, rows: list[Row]) -> bool:
    firsts = [row[0] for row in rows]
    merged = len({first for first in firsts if first}) < len(firsts)
    return (
        merged
        and firsts[0] is not None
        and all(len(row) > 2 and row[1] and not _is_figure(text, row[1]) for row in rows)
    )


def _stands_alone(row: Row) -> bool:
    """Returns whether a row holds its first cell only."""
    return row[0] is not None and not any(row[1:])
