"""Rebuilds tables whose cells ran together without any separator, as saved pages have them.

`DimensionAlpha OneBeta` over `Parameters70B total13B` is a table of three columns. The head tells how many columns
there are; a head may also lack a name for its first column. Of the cheapest ways to cut a row the one is taken whose
cells are most alike, along the row or down the columns. A row that cannot be cut is reported.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from extractors.cell_shapes import Shape, disagreement, malformation, shape_of, unlikeness
from extractors.glued_places import find_boundaries
from extractors.lines import Line, LineKind
from extractors.model import Span
from extractors.splits import Boundary, CellCost, Split, cheapest_split, cheapest_splits
from extractors.tables import Row, Table
from extractors.wording import load_wording

_HEAD_LENGTH = 240
_ROW_LENGTH = 800
_SEAM = re.compile(r"[a-z)\]\d%+](?=[A-Z~])|[a-z](?=(?:19|20)\d\d)")
_NUMBERED = re.compile(r"[A-Za-z][ -]?\d")
_UNUSED = 0.7  # what a boundary that is not used costs, against what it would cost to use it
_SURE = 1.0  # cost from which nobody misses a boundary in a row that does not use it
_DEAREST_UNUSED = 1.4  # the same in a head
_DEAREST_MEAN = 1.7  # cost of a boundary, on average, above which a row counts as unreadable
_ENOUGH = 0.6  # share of the rows that must be readable
_NAMELESS = 0.2  # what it costs to believe that the head of the first column is missing
_ALIKE = -0.1  # the same where all heads have one form, such as a name with a bracket
_MOST_STACKED = 6
_TRIALS = 16  # ways to cut a row that are compared by the likeness of their cells
_ROUNDS = 2


class _Head(NamedTuple):
    """A way to read a head: its cells, and what speaks against it."""

    cells: Row
    cost: float


def read_glued_table(text: str, lines: Sequence[Line], at: int) -> Table | None:
    """Returns the table whose head is the line at an index, its cells run together, or None."""
    head = lines[at]
    if at + 1 == len(lines) or lines[at + 1].kind is not LineKind.TEXT:
        return None
    if stacked := _stacked_head(text, lines, at):
        found = _read_rows(text, lines, at + len(stacked) - 1, _Head(stacked, 0.0), {})
        return found[1] if found else None
    if head.end - head.start > _HEAD_LENGTH or not _SEAM.search(text, head.start, head.end):
        return None
    if text[head.end - 1] in ".:;,!" or ". " in text[head.start : head.end]:
        return None
    best: tuple[float, Table] | None = None
    known: dict[int, list[Boundary]] = {}
    for reading in _read_heads(text, head):
        found = _read_rows(text, lines, at, reading, known)
        if found and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else None


def _stacked_head(text: str, lines: Sequence[Line], at: int) -> Row:
    """Returns the heads that stand on lines of their own, most of them known; none where there are no such lines."""
    known = load_wording().column_heads
    heads: list[Span] = []
    while at < len(lines) and lines[at].kind is LineKind.TEXT and len(heads) <= _MOST_STACKED:
        line = lines[at]
        if not _reads_as_head(text, line.start, line.end) or not text[line.end - 1].isalpha():
            break
        if _SEAM.search(text, line.start, line.end) and text[line.start : line.end].lower() not in known:
            break
        heads.append(Span(line.start, line.end))
        at += 1
    familiar = sum(head.of(text).lower() in known for head in heads)
    return tuple(heads) if 2 <= len(heads) <= _MOST_STACKED and familiar * 2 >= len(heads) else ()


def _read_heads(text: str, head: Line) -> list[_Head]:
    """Returns the ways to read a head, by how sure its boundaries must be, with and without a first cell."""
    places = find_boundaries(text, head.start, head.end, head=True)
    found: list[_Head] = []
    for dearest in sorted({place.cost for place in places if place.cost <= 1.0}):
        sure = [place for place in places if place.cost <= dearest]
        spare = sum(max(0.0, _DEAREST_UNUSED - place.cost) for place in places if place.cost > dearest)
        split = cheapest_split(sure, head.start, head.end, len(sure) + 1, lambda *_: 0.0)
        if split is None or not all(_reads_as_head(text, start, end) for start, end in split[1]):
            continue
        cells: Row = tuple(Span(start, end) for start, end in split[1])
        found.append(_Head(cells, spare))
        if cells[0] and cells[0].of(text).lower() not in load_wording().column_heads:
            found.append(_Head((None, *cells), spare + (_ALIKE if _are_alike(text, cells) else _NAMELESS)))
    return found


def _are_alike(text: str, cells: Row) -> bool:
    """Returns whether every head has a bracket, or every head a number: then the first one names no column of names."""
    words = [cell.of(text) for cell in cells if cell]
    return all(word[-1] == ")" for word in words) or all(_NUMBERED.search(word) for word in words)


def _reads_as_head(text: str, start: int, end: int) -> bool:
    words = text[start:end]
    return end - start <= 40 and not words[0].islower() and not words[0].isspace() and words.count(" ") < 6


def _read_rows(
    text: str, lines: Sequence[Line], at: int, head: _Head, known: dict[int, list[Boundary]]
) -> tuple[float, Table] | None:
    columns = len(head.cells)
    rows: list[tuple[Line, list[Split]]] = []
    fewer: list[list[Split]] = []
    below = at + 1
    while below < len(lines) and lines[below].kind is LineKind.TEXT:
        line = lines[below]
        if line.end - line.start > _ROW_LENGTH or (
            len(rows) > 1 and not any(row for _, row in rows[-2:]) and not any(fewer[-2:])
        ):
            break
        rows.append((line, _split_row(text, line, columns, known)))
        fewer.append(_split_row(text, line, columns - 1, known) if columns > 3 and not rows[-1][1] else [])
        below += 1
    missing = sum(map(bool, fewer))
    short = columns > 3 and head.cells[0] is not None and missing > 0
    if short:
        rows = [(line, row or less) for (line, row), less in zip(rows, fewer, strict=True)]
    while rows and not rows[-1][1]:
        rows.pop()
    read = [row for _, row in rows if row]
    if len(read) < (3 if columns == 2 else 2) or len(read) < _ENOUGH * len(rows):
        return None
    doubts = (("uncertain-table", f"cells of the last of {columns} columns are missing"),) if short else ()
    unread = tuple(Span(line.start, line.end) for line, row in rows if not row)
    chosen = _most_alike(text, read)
    cost = sum(paid for paid, _ in chosen) / len(read) / (columns - 1) + len(unread) / len(rows) + head.cost
    cells = (head.cells, *(tuple(Span(*cell) for cell in row) for _, row in chosen))
    return cost, Table(cells, True, at + 1 + len(rows), doubts=doubts, unread=unread)


def _split_row(text: str, line: Line, columns: int, known: dict[int, list[Boundary]]) -> list[Split]:
    """Returns the cheapest ways to cut a row, none where even the first is too dear."""
    places = known.get(line.start)
    if places is None:
        places = known[line.start] = find_boundaries(text, line.start, line.end)
    splits = cheapest_splits(places, line.start, line.end, columns, _pricing(text, places), _TRIALS)
    dearest = _DEAREST_MEAN * (columns - 1)
    return splits if splits and splits[0][0] <= dearest else []


def _pricing(text: str, places: list[Boundary]) -> CellCost:
    """Returns what a cell costs by its form and by the boundaries that it leaves unused."""
    weights = [max(0.0, _SURE - place.cost) * _UNUSED for place in places]
    sums = [0.0, *accumulate(weights)]
    order = {place.left: at for at, place in enumerate(places)}
    prices: dict[tuple[int, int, bool], float] = {}

    def price(start: int, end: int, column: int) -> float:
        key = start, end, column == 0
        if key not in prices:
            first = order[start] + 1 if start in order else 0
            stop = order.get(end, len(places))
            prices[key] = malformation(text[start:end], head=column == 0) + sums[stop] - sums[first]
        return prices[key]

    return price


def _most_alike(text: str, rows: list[list[Split]]) -> list[Split]:
    """Returns for each row the split that is cheapest when the likeness of its cells is counted."""
    chosen = [options[0] for options in rows]
    priced: list[tuple[float, Split]] = []
    for _ in range(_ROUNDS):
        whole = [cells for _, cells in chosen if len(cells) == len(chosen[0][1])]
        columns = [Counter(shape_of(text[start:end]) for start, end in column) for column in zip(*whole, strict=True)]
        priced = [_best_option(text, options, columns) for options in rows]
        if chosen == [option for _, option in priced]:
            break
        chosen = [option for _, option in priced]
    return [(cost, cells) for cost, (_, cells) in priced]


def _best_option(text: str, options: list[Split], columns: list[Counter[Shape]]) -> tuple[float, Split]:
    best = _unlike(text, options[0], columns), options[0]
    for option in options[1:]:
        if option[0] >= best[0]:
            break  # the likeness of its cells only adds to what it costs already
        best = min(best, (_unlike(text, option, columns), option))
    return best


def _unlike(text: str, option: Split, columns: list[Counter[Shape]]) -> float:
    """Returns the cost of a split and of the difference among its cells, along the row or from the columns."""
    paid, cells = option
    shapes = [shape_of(text[start:end]) for start, end in cells[1:]]
    along = sum(disagreement(shape, shapes[:at] + shapes[at + 1 :]) for at, shape in enumerate(shapes))
    down = sum(_apart(shape, column) for shape, column in zip(shapes, columns[1:], strict=False))
    return paid + min(along, down)


def _apart(shape: Shape, column: Counter[Shape]) -> float:
    """Returns how different a cell is from the cells of a column, on average."""
    return sum(unlikeness(shape, other) * count for other, count in column.items()) / column.total()
