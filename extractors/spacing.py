"""Closes up runs of spaces, so that patterns and tokens meet single spaces, and keeps the way back to the stored text.

Masked markup leaves gaps ("**900 million** weekly" becomes "  900 million   weekly"); phrases would fall apart on them.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from extractors.model import Segment, Span

RUN = re.compile(r"(?<= ) +")


@dataclass(frozen=True, slots=True)
class Spacing:
    """Where spaces were taken out of a text.

    Attributes:
        cuts: Offsets in the stored text at which a removed stretch begins, ascending.
        ends: Offsets at which it ends.
        before: Number of code points removed before each stretch.
        closed_cuts: Offsets in the closed text at which a removed stretch stood, ascending.
    """

    cuts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    closed_cuts: tuple[int, ...] = ()

    def closed(self, offset: int) -> int:
        """Returns the offset in the closed text for one in the stored text."""
        index = bisect_right(self.cuts, offset) - 1
        if index < 0:
            return offset
        return offset - self.before[index] - min(offset, self.ends[index]) + self.cuts[index]

    def stored(self, offset: int) -> int:
        """Returns the offset in the stored text for one in the closed text."""
        index = bisect_right(self.closed_cuts, offset) - 1
        if index < 0:
            return offset
        return offset + self.before[index] + self.ends[index] - self.cuts[index]

    def stored_span(self, span: Span) -> Span:
        """Returns a span of the closed text as the stretch of stored text that it stands for."""
        if not self.cuts:
            return span
        return Span(self.stored(span.start), self.stored(span.end - 1) + 1) if span.end > span.start else span

    def closed_span(self, span: Span | None) -> Span | None:
        """Returns a span of the stored text as one of the closed text."""
        return span and Span(self.closed(span.start), self.closed(span.end))

    def closed_segment(self, segment: Segment) -> Segment:
        """Returns a segment with all its spans in the closed text."""
        return replace(
            segment,
            start=self.closed(segment.start),
            end=self.closed(segment.end),
            headings=tuple(Span(self.closed(h.start), self.closed(h.end)) for h in segment.headings),
            parent=self.closed_span(segment.parent),
            row=self.closed_span(segment.row),
            column=self.closed_span(segment.column),
        )


def close_spaces(text: str) -> tuple[str, Spacing]:
    """Returns the text with runs of spaces closed up to one, and the way back.

    >>> text, spacing = close_spaces("about   900  users")
    >>> text, spacing.stored_span(Span(6, 9)), spacing.closed(13)
    ('about 900 users', Span(start=8, end=11), 10)
    >>> close_spaces("no runs")[0]
    'no runs'
    """
    runs = [match.span() for match in RUN.finditer(text)]
    if not runs:
        return text, Spacing()
    before: list[int] = []
    closed_cuts: list[int] = []
    removed = 0
    for start, end in runs:
        before.append(removed)
        closed_cuts.append(start - removed)
        removed += end - start
    cuts, ends = zip(*runs, strict=True)
    return RUN.sub("", text), Spacing(cuts, ends, tuple(before), tuple(closed_cuts))


def lower_case(text: str) -> str:
    """Returns the text in lower case at the same length: every offset still holds.

    >>> lower_case("In İzmir")
    'in İzmir'
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
