"""Reads tables whose cells stand on lines of their own: the heads, then row by row, the label first or in the middle.

"Northwind / Contoso / 2015 / Founded / 2021 / Delft / Seat / Lagos": known labels that recur at one distance tell how
many cells make a row.
"""

from collections.abc import Sequence
from typing import NamedTuple

from extractors.lines import Line, LineKind
from extractors.model import Span
from extractors.tables import Row, Table
from extractors.wording import load_wording

_LONGEST_CELL = 80
_MOST_CELLS = 400
_LEAST_ROWS = 3


class _Shape(NamedTuple):
    """How many heads there are, how many cells a row has, and which of them is the label."""

    heads: int
    width: int
    label: int


_SHAPES = (_Shape(2, 3, 1), _Shape(3, 3, 0), _Shape(2, 3, 0), _Shape(4, 4, 0), _Shape(3, 4, 0))


def read_stacked_table(text: str, lines: Sequence[Line], at: int) -> Table | None:
    """Returns the table whose first head is the line at an index and whose cells stand below each other, or None."""
    cornered = _is_label(text, lines[at])
    for shape in _SHAPES:
        if cornered is not (shape.heads == shape.width):
            continue
        first = _after(lines, at, shape.heads + shape.label + 1)
        if first is None or not _is_label(text, first):
            continue
        cells = _cells(lines, at)
        if table := _read(text, lines, cells, shape):
            return table
    return None


def _after(lines: Sequence[Line], at: int, count: int) -> Line | None:
    """Returns the line that is a number of cells into a stack, or None where the stack ends before."""
    while at < len(lines) and count:
        if lines[at].kind is LineKind.TEXT and lines[at].end - lines[at].start <= _LONGEST_CELL:
            count -= 1
            if not count:
                return lines[at]
        elif lines[at].kind is not LineKind.BLANK:
            return None
        at += 1
    return None


def _cells(lines: Sequence[Line], at: int) -> list[int]:
    """Returns the indices of the short lines of a stack, blank lines between them left out."""
    found: list[int] = []
    while at < len(lines) and len(found) < _MOST_CELLS:
        line = lines[at]
        if line.kind is LineKind.TEXT and line.end - line.start <= _LONGEST_CELL:
            found.append(at)
        elif line.kind is not LineKind.BLANK:
            break
        at += 1
    return found


def _read(text: str, lines: Sequence[Line], cells: Sequence[int], shape: _Shape) -> Table | None:
    rows: list[Row] = []
    at = shape.heads
    while at + shape.width <= len(cells) and _is_row(
        text, [lines[cell] for cell in cells[at : at + shape.width]], shape
    ):
        rows.append(tuple(Span(lines[cell].start, lines[cell].end) for cell in cells[at : at + shape.width]))
        at += shape.width
    if len(rows) < _LEAST_ROWS:
        return None
    spans = [Span(lines[cell].start, lines[cell].end) for cell in cells[: shape.heads]]
    if any(span.of(text).lower() in load_wording().fact_labels for span in spans[-shape.width + 1 :]):
        return None
    head: list[Span | None] = list(spans)
    if shape.heads < shape.width:
        head.insert(shape.label, None)
    return Table((tuple(head), *rows), True, cells[at - 1] + 1, lead=shape.label)


def _is_row(text: str, row: Sequence[Line], shape: _Shape) -> bool:
    return all(_is_label(text, cell) is (place == shape.label) for place, cell in enumerate(row))


def _is_label(text: str, line: Line) -> bool:
    wording = load_wording()
    words = text[line.start : line.end].strip("*_: ").lower()
    return words in wording.fact_labels or words in wording.column_heads
