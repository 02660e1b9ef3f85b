"""Closes up runs of spaces, so that patterns and tokens meet single spaces, and keeps the way back to the stored text.

Masked markup leaves gaps ("**900 million** weekly" becomes "  900 million   weekly"); phrases would fall apart on them.
One space is kept between words, none before a comma or colon or inside a bracket ("**Founded**: 2019", "(**Qwen**)").
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from extractors.model import Segment, Span

RUN = re.compile(r" +(?=[,;:](?!\S)|\))|(?<=\() +|(?P<between>  +)")


@dataclass(frozen=True, slots=True)
class Spacing:
    """Where spaces were taken out of a text.

    Attributes:
        cuts: Offsets in the stored text at which a removed stretch begins, ascending.
        ends: Offsets at which it ends.
        places: Offsets in the closed text at which it was.
        removed: Number of code points removed up to its end.
    """

    cuts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()

    def closed(self, offset: int) -> int:
        """Returns the offset in the closed text for one in the stored text."""
        index = bisect_right(self.cuts, offset) - 1
        if index < 0:
            return offset
        return self.places[index] if offset < self.ends[index] else offset - self.removed[index]

    def stored(self, offset: int) -> int:
        """Returns the offset in the stored text for one in the closed text."""
        index = bisect_right(self.places, offset) - 1
        return offset if index < 0 else offset + self.removed[index]

    def stored_span(self, span: Span) -> Span:
        """Returns a span of the closed text as the stretch of stored text that it stands for."""
        if not self.cuts or span.end <= span.start:
            return span
        return Span(self.stored(span.start), self.stored(span.end - 1) + 1)

    def closed_span(self, span: Span | None) -> Span | None:
        """Returns a span of the stored text as one of the closed text."""
        return span and Span(self.closed(span.start), self.closed(span.end))

    def closed_segments(self, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
        """Returns segments with all their spans in the closed text."""
        return tuple(self._closed_segments(segments)) if self.cuts else segments

    def _closed_segments(self, segments: tuple[Segment, ...]) -> Iterator[Segment]:
        written: tuple[Span, ...] = ()
        headings: tuple[Span, ...] = ()
        closed, closed_span = self.closed, self.closed_span
        for segment in segments:
            if segment.headings is not written:
                written = segment.headings
                headings = tuple(Span(closed(heading.start), closed(heading.end)) for heading in written)
            yield Segment(
                segment.kind,
                closed(segment.start),
                closed(segment.end),
                headings,
                closed_span(segment.parent),
                closed_span(segment.row),
                closed_span(segment.column),
                segment.table,
                segment.line,
                segment.position,
                segment.depth,
                closed_span(segment.group),
            )


def close_spaces(text: str) -> tuple[str, Spacing]:
    """Returns the text with runs of spaces closed up to one, and the way back.

    >>> text, spacing = close_spaces("about   900  users")
    >>> text, spacing.stored_span(Span(6, 9)), spacing.closed(13)
    ('about 900 users', Span(start=8, end=11), 10)
    >>> close_spaces("  Founded  : 2019 (  late  )")[0]
    ' Founded: 2019 (late)'
    >>> close_spaces("no runs")[0]
    'no runs'
    """
    if "  " not in text:
        return text, Spacing()
    spans = [(match.start() + (match["between"] is not None), match.end()) for match in RUN.finditer(text)]
    removed = tuple(accumulate(end - cut for cut, end in spans))
    cuts, ends = zip(*spans, strict=True)
    places = tuple(end - gone for end, gone in zip(ends, removed, strict=True))
    kept = (text[end:cut] for end, cut in zip((0, *ends), (*cuts, len(text)), strict=True))
    return "".join(kept), Spacing(cuts, ends, places, removed)


def lower_case(text: str) -> str:
    """Returns the text in lower case at the same length: every offset still holds.

    >>> lower_case("In İzmir")
    'in İzmir'
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
