"""Reads tables whose columns are parted by tabs or by runs of blanks.

Where the columns are aligned, a cell belongs to the column under or over which it stands; so a head whose first column
has no name, and rows with empty cells, fall into their places.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from extractors.lines import Line, LineKind
from extractors.model import Span
from extractors.tables import Row, Table, finish_table, trim_marks

_GAP = re.compile(r"\t+|[ \u00a0]{2,}")
_SENTENCE_ENDS = ".!?"
_LEAST_ROWS = 3  # the head included; two where tabs part them
Edges = tuple[int, int]


def read_columns(text: str, lines: Sequence[Line], at: int, stop: int) -> Table | None:
    """Returns the table of tabs or wide blanks that begins at a line of text, or None."""
    gap = _GAP.search(text, lines[at].start, lines[at].end)
    if gap is None:
        return None
    return (_read_tabs if "\t" in gap[0] else _read_blanks)(text, lines, at, stop)


def _read_tabs(text: str, lines: Sequence[Line], at: int, stop: int) -> Table | None:
    rows: list[Row] = []
    while at < stop and _GAP.search(text, lines[at].start, lines[at].end):
        row = _tab_cells(text, lines[at])
        if rows and len(row) > len(rows[0]):
            break
        rows.append(row)
        at += 1
    return finish_table(text, rows, at, None) if len(rows) >= _LEAST_ROWS - 1 else None


def _tab_cells(text: str, line: Line) -> Row:
    cells: list[Span | None] = []
    left = line.start
    for gap in _GAP.finditer(text, line.start, line.end):
        for _ in range(max(1, gap[0].count("\t"))):
            cells.append(trim_marks(text, left, gap.start()))
            left = gap.start()
        left = gap.end()
    return (*cells, trim_marks(text, left, line.end))


def _read_blanks(text: str, lines: Sequence[Line], at: int, stop: int) -> Table | None:
    pieces: list[list[Span]] = []
    margins: list[int] = []
    ruled: int | None = None
    while at < len(lines):
        line = lines[at]
        if line.kind is LineKind.RULE and len(pieces) == 1 and ruled is None:
            ruled, stop = 1, _run_end(lines, at + 1)
        elif at < stop and (cells := _blank_cells(text, line)):
            pieces.append(cells)
            margins.append(text.rfind("\n", 0, line.start) + 1)
        else:
            break
        at += 1
    if len(pieces) < _LEAST_ROWS or _is_prose(text, pieces):
        return None
    rows = _place(pieces, margins)
    dropped = len(pieces) - len(rows)
    if len(rows) < _LEAST_ROWS:
        return None
    if rows[0][0] is None:
        ruled = 1
    return finish_table(text, [tuple(_trimmed(text, cell) for cell in row) for row in rows], at - dropped, ruled)


def _run_end(lines: Sequence[Line], at: int) -> int:
    while at < len(lines) and lines[at].kind is LineKind.TEXT:
        at += 1
    return at


def _trimmed(text: str, cell: Span | None) -> Span | None:
    return trim_marks(text, cell.start, cell.end) if cell else None


def _blank_cells(text: str, line: Line) -> list[Span]:
    """Returns the cells of a line that wide blanks part; none where it has no such blanks."""
    cells: list[Span] = []
    left = line.start
    for gap in _GAP.finditer(text, line.start, line.end):
        cells.append(Span(left, gap.start()))
        left = gap.end()
    return [*cells, Span(left, line.end)] if cells else []


def _is_prose(text: str, rows: list[list[Span]]) -> bool:
    """Returns whether most of the wide blanks stand behind a stop, as in typewritten sentences."""
    ends = [text[cell.end - 1] in _SENTENCE_ENDS for row in rows for cell in row[:-1]]
    return sum(ends) * 2 > len(ends)


def _place(pieces: list[list[Span]], margins: list[int]) -> list[Row]:
    """Returns the rows with each cell in its column, up to the first row that does not fit."""
    width, columns = _widest(pieces, margins)
    rows: list[Row] = []
    for row, margin in zip(pieces, margins, strict=True):
        placed: Row | None
        if columns and len(row) < width:
            placed = _assign(row, margin, columns)
            if placed and rows and placed[0] is None:
                break
        else:
            placed = tuple(row) if len(row) == width else None
        if placed is None:
            break
        rows.append(placed)
    return rows


def _widest(pieces: list[list[Span]], margins: list[int]) -> tuple[int, list[Edges]]:
    """Returns the number of columns and, where they are aligned, their edges."""
    counts = Counter(map(len, pieces))
    for width in sorted((width for width, count in counts.items() if count > 1), reverse=True):
        columns = _columns(pieces, margins, width)
        if columns:
            return width, columns
    return counts.most_common(1)[0][0], []


def _columns(pieces: list[list[Span]], margins: list[int], width: int) -> list[Edges]:
    """Returns where each column begins and ends in the full rows, counted from the margin; none where they overlap."""
    full = [(row, margin) for row, margin in zip(pieces, margins, strict=True) if len(row) == width]
    edges = [
        (min(row[at].start - margin for row, margin in full), max(row[at].end - margin for row, margin in full))
        for at in range(width)
    ]
    return edges if all(left[1] < right[0] for left, right in itertools.pairwise(edges)) else []


def _assign(row: list[Span], margin: int, columns: list[Edges]) -> Row | None:
    """Returns the cells of a row that has too few of them in the columns that they stand in; None where two meet."""
    cells: list[Span | None] = [None] * len(columns)
    for cell in row:
        left, right = cell.start - margin, cell.end - margin
        nearest = min(range(len(columns)), key=lambda at: max(columns[at][0] - right, left - columns[at][1]))
        if cells[nearest] is not None:
            return None
        cells[nearest] = cell
    return tuple(cells)
