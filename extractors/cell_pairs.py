"""Takes cells apart that hold one value for each part of their head: "128 / 8" under "Experts (total / active)"."""

import re
from dataclasses import replace

from extractors.model import Segment, SegmentKind, Span

_WIDE = re.compile(r"\s+[/|]\s+")
_TIGHT = re.compile(r"\s?/\s?")
_BRACKETS = re.compile(r"\(([^()]*/[^()]*)\)")
_WORD = re.compile(r"[A-Za-z]{2,}")
_LONGEST = 80


def split_pairs(text: str, segments: list[Segment]) -> list[Segment]:
    """Returns the segments; a cell with a value for each part of its head becomes one for each value.

    The part heads the value, the whole head stands over it as the head of a group.
    """
    if "/" not in text:
        return segments
    found: list[Segment] = []
    for segment in segments:
        if (segment.column or segment.row) and _may_hold(text, segment):
            found += _split(text, segment)
        else:
            found.append(segment)
    return found


def _may_hold(text: str, segment: Segment) -> bool:
    """Returns whether a segment is a short cell with a slash."""
    start, end = segment.start, segment.end
    held = segment.kind in (SegmentKind.CELL, SegmentKind.LABEL) and end - start <= _LONGEST
    return held and text.find("/", start, end) >= 0


def _split(text: str, segment: Segment) -> list[Segment]:
    """Returns the pieces of a cell whose column or row has as many parts; the cell itself where neither has."""
    for head in (segment.column, segment.row):
        parts = _head_parts(text, head) if head else []
        values = _pieces(text, segment.span, _WIDE) or _pieces(text, segment.span, _TIGHT) if parts else []
        if len(values) == len(parts) > 1:
            return [_piece(segment, head, *pair) for pair in zip(parts, values, strict=True)]
    return [segment]


def _piece(segment: Segment, head: Span | None, part: Span, value: Span) -> Segment:
    piece = replace(segment, start=value.start, end=value.end, group=head)
    return replace(piece, column=part) if head is segment.column else replace(piece, row=part)


def _head_parts(text: str, head: Span) -> list[Span]:
    """Returns the parts of a head, those in its brackets first; none where a slash parts no words ("$/1M")."""
    if text.find("/", head.start, head.end) < 0 or head.end - head.start > _LONGEST:
        return []
    inside = _BRACKETS.search(text, head.start, head.end)
    span = Span(*inside.span(1)) if inside else head
    parts = _pieces(text, span, _WIDE) or _pieces(text, span, _TIGHT)
    return parts if all(_WORD.search(part.of(text)) for part in parts) else []


def _pieces(text: str, span: Span, mark: re.Pattern[str]) -> list[Span]:
    """Returns what a mark parts, None of it empty; nothing where the mark does not stand inside."""
    edges = [span.start]
    for found in mark.finditer(text, span.start, span.end):
        edges += found.span()
    edges.append(span.end)
    pieces = [Span(left, right) for left, right in zip(edges[::2], edges[1::2], strict=True)]
    return pieces if len(pieces) > 1 and all(piece.start < piece.end for piece in pieces) else []
