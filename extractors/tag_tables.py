"""Reads tables of HTML elements that stand inside a text, as model cards have them; the spans point into that text."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extractors.lines import Line
from extractors.model import Span
from extractors.tables import Row, Table, finish_table, trim_marks

_TAG = re.compile(r"<(?P<close>/?)(?P<name>table|thead|tbody|tfoot|tr|th|td|caption)\b(?P<more>[^<>]*)>", re.IGNORECASE)
_MERGED = re.compile(r"\b(?P<axis>row|col)span\s*=\s*[\"']?(?P<count>\d{1,2})", re.IGNORECASE)
_EDGE = re.compile(r"(?:\s|</?[a-zA-Z!][^<>]*>|&nbsp;)+")
_END = re.compile(r"</table\s*>", re.IGNORECASE)
_LONGEST_TAG = 1000
_WIDEST = 50


class _Cell(NamedTuple):
    """A cell as its tags give it; `words` is None where it is empty."""

    words: Span | None
    head: bool
    width: int
    height: int


def table_end(text: str, start: int) -> int:
    """Returns where the table of elements that begins at a place ends, -1 where it is never closed."""
    closing = _END.search(text, start)
    return closing.end() if closing else -1


def read_tags(text: str, lines: Sequence[Line], at: int, end: int) -> Table | None:
    """Returns the table of elements that begins in a line and ends at a place, or None where it holds no values."""
    rows = list(_rows(text, lines[at].start, end))
    heads = next((at for at, row in enumerate(rows) if not all(cell.head for cell in row)), len(rows))
    stop = at + 1
    while stop < len(lines) and lines[stop].start < end:
        stop += 1
    placed = list(_spread(rows))
    ruled = sum(any(row) for row in placed[:heads])
    return finish_table(text, placed, stop, ruled or None)


def _rows(text: str, start: int, end: int) -> Iterator[list[_Cell]]:
    """Yields the cells of each row; a cell ends where the next one begins, closed or not."""
    row: list[_Cell] = []
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text, start, end):
        if opened is not None:
            row.append(_cell(text, opened, tag.start()))
            opened = None
        name = tag["name"].lower()
        if name in ("td", "th") and not tag["close"]:
            opened = tag
        elif row and name in ("tr", "table", "thead", "tbody", "tfoot"):
            yield row
            row = []


def _cell(text: str, tag: re.Match[str], end: int) -> _Cell:
    merged = {found["axis"].lower(): int(found["count"]) for found in _MERGED.finditer(tag["more"])}
    words = _trimmed(text, tag.end(), end)
    return _Cell(words, tag["name"].lower() == "th", max(1, merged.get("col", 1)), max(1, merged.get("row", 1)))


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Returns the words of a cell without the elements and blanks at its edges."""
    if edge := _EDGE.match(text, start, end):
        start = edge.end()
    while start < end and (text[end - 1].isspace() or text[end - 1] == ">"):
        end = end - 1 if text[end - 1] != ">" else max(start, text.rfind("<", end - _LONGEST_TAG, end))
    return trim_marks(text, start, end)


def _spread(rows: Sequence[Sequence[_Cell]]) -> Iterator[Row]:
    """Yields the rows with each merged cell in all its columns and rows; one that fills its row stands once."""
    waiting: dict[int, tuple[Span | None, int]] = {}
    for row in rows:
        placed: list[Span | None] = []
        cells = list(reversed(row))
        while cells or len(placed) in waiting:
            column = len(placed)
            if column in waiting:
                words, left = waiting.pop(column)
                if left > 1:
                    waiting[column] = (words, left - 1)
                placed.append(words)
                continue
            cell = cells.pop()
            across = cell.width > 1 and len(row) == 1
            for offset in range(min(cell.width, _WIDEST)):
                placed.append(None if across and offset else cell.words)
                if cell.height > 1:
                    waiting[column + offset] = (cell.words, cell.height - 1)
        yield tuple(placed)
