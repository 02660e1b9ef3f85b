"""Reads the fields between the two fences at the top of a document.

A value that goes over several indented lines, and a long one under a key such as `description`, is prose: it becomes
one paragraph whose row is the key, so that its sentences are read across its lines. Everything else is a field.
"""

import re
from collections.abc import Iterator, Sequence

from extractors.lines import Line, LineKind
from extractors.model import Segment, SegmentKind, Span
from extractors.wording import load_wording

BLANK, ITEM = LineKind.BLANK, LineKind.ITEM

_FIELD = re.compile(r"""["']?([A-Za-z_][\w .-]{0,60}?)["']?[ \t]*[:=](?:[ \t]+|$)""")
_BLOCK_MARK = re.compile(r"[|>][+-]?\d?[+-]?[ \t]*(?:\#[^\n]{0,200})?$")
_FENCES = ("---", "+++")
_MOST_LINES = 400
_LONG = 40  # code points from which a value on one line can be prose


def find_fields(text: str, lines: Sequence[Line]) -> tuple[list[Segment], int]:
    """Returns the segments of the front matter and the index of the line after it; 0 where there is none.

    >>> from extractors.lines import find_lines
    >>> text = "---\\ntags: chips\\nsummary: >-\\n  Sales of the chip rose,\\n  prices did not.\\n---\\n"
    >>> segments, stop = find_fields(text, find_lines(text))
    >>> [(segment.kind.value, segment.span.of(text)) for segment in segments], stop
    ([('field', 'chips'), ('paragraph', 'Sales of the chip rose,\\n  prices did not.')], 6)
    >>> find_fields("No fence", find_lines("No fence"))
    ([], 0)
    """
    stop = _closing_line(text, lines)
    return (list(_fields(text, lines, stop)), stop + 1) if stop else ([], 0)


def _closing_line(text: str, lines: Sequence[Line]) -> int:
    fence = text[lines[0].start : lines[0].end].lstrip("\ufeff")
    if fence not in _FENCES:
        return 0
    for at, line in enumerate(lines[1:_MOST_LINES], start=1):
        if text[line.start : line.end] in (fence, "...") and not line.indent:
            return at if at > 1 else 0
        if at == 1 and not _FIELD.match(text, line.start, line.end):
            return 0
    return 0


def _fields(text: str, lines: Sequence[Line], stop: int) -> Iterator[Segment]:
    key: Span | None = None
    at = 1
    while at < stop:
        line = lines[at]
        at += 1
        if line.kind is BLANK:
            continue
        name = _FIELD.match(text, line.start, line.end) if line.kind is not ITEM else None
        if name is None:
            yield from _value(text, key, line.start, line.end)
            continue
        key = Span(*name.span(1))
        below = _block_end(text, lines, at, stop, line, name.end())
        if below == at:
            yield from _value(text, key, name.end(), line.end)
        else:
            yield from _block(text, lines[at:below], key, name.end(), line.end)
            at = below


def _value(text: str, key: Span | None, start: int, end: int) -> Iterator[Segment]:
    value = trim_quotes(text, start, end)
    if value:
        prose = key is not None and value.end - value.start >= _LONG and _is_prose_key(text, key)
        yield Segment(SegmentKind.PARAGRAPH if prose else SegmentKind.FIELD, value.start, value.end, row=key)


def _is_prose_key(text: str, key: Span) -> bool:
    return key.of(text).lower().replace("-", "_").rpartition(".")[2] in load_wording().prose_keys


def _block_end(text: str, lines: Sequence[Line], at: int, stop: int, line: Line, value: int) -> int:
    """Returns the index of the line after a value that goes on over indented lines; `at` where it does not go on."""
    marked = _BLOCK_MARK.match(text, value, line.end) is not None
    if not marked and text[value : value + 1] in ("[", "{", "&", "*", "!"):
        return at
    below = last = at
    while below < stop and (lines[below].kind is BLANK or lines[below].indent > line.indent):
        if not marked and value == line.end and below == at and _is_nested(text, lines[below]):
            return at
        below += 1
        last = below if lines[below - 1].kind is not BLANK else last
    return last


def _is_nested(text: str, line: Line) -> bool:
    """Returns whether the line below a bare key begins a list or a mapping rather than a text."""
    return line.kind is not LineKind.TEXT or text[line.start] in "[{" or bool(_FIELD.match(text, line.start, line.end))


def _block(text: str, lines: Sequence[Line], key: Span, start: int, end: int) -> Iterator[Segment]:
    """Yields the text of a value that goes over several lines; one segment for each entry where it is a list."""
    inside = [line for line in lines if line.kind is not BLANK]
    if all(line.kind is ITEM for line in inside):
        for line in inside:
            yield from _value(text, key, line.start, line.end)
        return
    if start == end or _BLOCK_MARK.match(text, start, end):
        start = _first_character(text, inside[0])
    value = trim_quotes(text, start, inside[-1].end)
    if value:
        title = key.of(text).lower() in load_wording().title_keys
        yield Segment(SegmentKind.FIELD if title else SegmentKind.PARAGRAPH, value.start, value.end, row=key)


def _first_character(text: str, line: Line) -> int:
    """Returns where a line begins, a mark such as `- ` included."""
    start = text.rfind("\n", 0, line.start) + 1
    return line.end - len(text[start : line.end].lstrip())


def trim_quotes(text: str, start: int, end: int) -> Span | None:
    """Returns the span of a field's value without blanks and quotation marks; None when nothing is left.

    >>> trim_quotes("a: 'b'", 2, 6)
    Span(start=4, end=5)
    """
    while start < end and text[start] in " \t\"'[":
        start += 1
    while start < end and text[end - 1] in " \t\"',]":
        end -= 1
    return Span(start, end) if start < end else None
