"""Cuts a document into passages: the sentence or the cell within which a figure, its metric and its subject stand.

Each pass over the text runs once for the whole document, at the speed of compiled expressions; a passage then gets
what stands inside it. Cue words are looked for only in passages that hold a figure, a date or a name. All passages are
made before the first claim is: work of one kind in a row is 2 % faster than by turns.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, TypeVar

from extractors.dates import add_relative, find_dates, find_undated
from extractors.entities import Mention, find_mentions, introduced_names
from extractors.lexicon import Hits, find_cues
from extractors.masks import mask_markup
from extractors.model import DateMention, Document, PartialDate, Quantity, Segment, SegmentKind, Span
from extractors.narrated_dates import add_narrated
from extractors.quantities import find_quantities
from extractors.ranks import find_ranks
from extractors.scores import find_scores
from extractors.sentences import find_sentences
from extractors.spacing import Spacing, close_spaces, lower_case
from extractors.variants import find_variants

PROSE = frozenset(
    {SegmentKind.PARAGRAPH, SegmentKind.ITEM, SegmentKind.CAPTION, SegmentKind.TITLE, SegmentKind.HEADING}
)

NUMBERED = frozenset({"model", "family", "product", "benchmark", "licence", "platform"})
DIGIT = re.compile(r"\d")
BETWEEN_CELLS = re.compile(r" +(?:/ *)?|/ *")

Placed = TypeVar("Placed", bound=Quantity | DateMention | Mention)


@dataclass(slots=True)
class Passage:
    """What stands in one sentence or cell.

    Attributes:
        segment: The block that it is part of.
        start: First code point.
        end: One past the last.
        quantities: Figures inside, in order; so are `dates` and `mentions`.
        cues: Where cue words stand inside, by group; empty where nothing of the above stands inside.
        first: True for the first sentence of its segment.
    """

    segment: Segment
    start: int
    end: int
    quantities: Sequence[Quantity]
    dates: Sequence[DateMention]
    mentions: Sequence[Mention]
    cues: Hits = field(default_factory=dict)
    first: bool = True


class Track(Generic[Placed]):
    """What one pass found in a text, in order, to be asked for by place."""

    __slots__ = ("items", "starts")

    def __init__(self, items: list[Placed]) -> None:
        self.items, self.starts = items, [item.start for item in items]

    def inside(self, start: int, end: int) -> list[Placed]:
        """Returns what stands inside a stretch of the text."""
        first = last = bisect_left(self.starts, start)
        items, count = self.items, len(self.items)
        while last < count and items[last].end <= end:
            last += 1
        return items[first:last]


@dataclass(slots=True)
class Reading:
    """A document with everything that the passes found in it.

    Attributes:
        document: The document itself.
        text: Its text without markup, with single spaces; every offset below points into it.
        spacing: The way back to the stored text.
        segments: The document's segments.
        quantities: Every figure, in order; so are `dates` and `mentions`.
        labels: Cue words of row heads, column heads and headings that were asked for, by span.
        more_labels: Label cells of a table row besides its first, by table and line.
        corners: Head of a table's first column where it says more than one word ("Prices per 1M tokens").
        benchmark_tables: Numbers of the tables whose rows or columns are benchmarks.
        lower: The text in lower case, letter for letter.
    """

    document: Document
    text: str
    spacing: Spacing
    segments: tuple[Segment, ...]
    quantities: Track[Quantity]
    dates: Track[DateMention]
    mentions: Track[Mention]
    labels: dict[Span, Hits] = field(default_factory=dict)
    more_labels: dict[tuple[int, int], tuple[Span, ...]] = field(default_factory=dict)
    corners: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    benchmark_tables: set[int] = field(default_factory=set)
    lower: str = field(init=False)

    def __post_init__(self) -> None:
        self.lower = lower_case(self.text)

    def written(self, start: int, end: int) -> str:
        """Returns the words of the stored text that a stretch of this text stands for."""
        if self.spacing.cuts and start < end:
            start, end = self.spacing.stored(start), self.spacing.stored(end - 1) + 1
        return self.document.text[start:end]

    def labels_of(self, segment: Segment) -> list[Span]:
        """Returns the heads of a cell's row and column, or the label of a label row."""
        found = [label for label in (segment.row, segment.column, segment.group) if label is not None]
        if segment.table is not None and segment.line:
            found += self.more_labels.get((segment.table, segment.line), ())
            found += self.corners.get(segment.table, ())
        return found

    def label_cues(self, span: Span | None) -> Hits:
        """Returns the cue words of a label, found once."""
        if span is None:
            return {}
        hits = self.labels.get(span)
        if hits is None:
            hits = self.labels[span] = find_cues(self.text, span.start, span.end, label=True)
        return hits

    def dates_in(self, span: Span | None) -> list[DateMention]:
        """Returns the dates inside a stretch of the text."""
        return [] if span is None else self.dates.inside(span.start, span.end)

    def mentions_in(self, span: Span | None) -> list[Mention]:
        """Returns the entities named inside a stretch of the text."""
        return [] if span is None else self.mentions.inside(span.start, span.end)


def read(document: Document) -> Reading:
    """Runs every pass over a document's text once."""
    text, spacing = close_spaces(_unwrap(mask_markup(document.text), document.segments))
    segments = spacing.closed_segments(document.segments)
    glued = [segment for segment in segments if _is_glued(text, segment)]
    apart = _blank(text, glued)
    quantities, mentions = _figures_and_names(apart)
    dates, reference = _dates(apart, document.published)
    dates = add_narrated(apart, dates)
    for segment in glued:
        at, inside = segment.start, text[segment.start : segment.end]
        figures, names = _figures_and_names(inside)
        quantities += [_moved(figure, at) for figure in figures]
        dates += [
            DateMention(found.start + at, found.end + at, found.date, found.precision, found.relative)
            for found in find_dates(inside, reference=reference)
        ]
        mentions += [Mention(name.start + at, name.end + at, name.entity, name.kind) for name in names]
    if variants := find_variants(text, mentions, segments):
        mentions = sorted([*mentions, *variants], key=_start)
    if glued:
        quantities.sort(key=_start)
        dates.sort(key=_start)
        mentions.sort(key=_start)
    return Reading(document, text, spacing, segments, Track(quantities), Track(dates), Track(mentions))


def _figures_and_names(text: str) -> tuple[list[Quantity], list[Mention]]:
    mentions = find_mentions(text)
    if introduced := introduced_names(text, mentions):
        mentions = sorted([*mentions, *introduced], key=_start)
    numbered = [(m.start, m.end) for m in mentions if m.entity.type in NUMBERED and DIGIT.search(text, m.start, m.end)]
    quantities = find_quantities(text, vetoed=numbered)
    if scores := find_scores(text, mentions, quantities):
        quantities = sorted([*quantities, *scores], key=_start)
    ranks = find_ranks(text)
    return _with_ranks(quantities, ranks) if ranks else quantities, mentions


def _dates(text: str, published: PartialDate | None) -> tuple[list[DateMention], date | None]:
    """Returns the dates of a text and the day that they are read against.

    In an undated text that is the last day of the year that it speaks of most, so that "April 20" has a year.
    """
    if published:
        return find_dates(text, reference=published.last), published.last
    dates, is_open = find_undated(text)
    years = Counter(found.date.first.year for found in dates if found.date.first.year == found.date.last.year)
    if not years:
        return dates, None
    reference = date(years.most_common(1)[0][0], 12, 31)
    return find_dates(text, reference=reference) if is_open else add_relative(text, dates, reference), reference


def _with_ranks(quantities: list[Quantity], ranks: list[Quantity]) -> list[Quantity]:
    """Returns both in order; a figure that overlaps a rank gives way to it."""
    starts = [rank.start for rank in ranks]
    kept = list(ranks)
    for figure in quantities:
        before = bisect_left(starts, figure.end) - 1
        if before < 0 or ranks[before].end <= figure.start:
            kept.append(figure)
    return sorted(kept, key=_start)


def _is_glued(text: str, segment: Segment) -> bool:
    """Returns whether a segment touches its neighbour, as the cells of a table that lost its separators do."""
    start, end = segment.start, segment.end
    return start < end and (
        (start > 0 and text[start - 1].isalnum() and text[start].isalnum())
        or (end < len(text) and text[end - 1 : end + 1].isalnum())
        or (start > 0 and text[start - 1] in ")+%" and segment.kind in (SegmentKind.CELL, SegmentKind.PARAGRAPH))
        or (end < len(text) and text[end] in "~$€£¥" and segment.kind is SegmentKind.CELL)
    )


def _blank(text: str, segments: Sequence[Segment]) -> str:
    parts: list[str] = []
    last = 0
    for segment in segments:
        parts += (text[last : segment.start], " " * (segment.end - segment.start))
        last = segment.end
    return "".join(parts) + text[last:] if parts else text


def _moved(figure: Quantity, by: int) -> Quantity:
    """Returns a figure found in a slice at its place in the whole text."""
    number = Span(figure.number.start + by, figure.number.end + by)
    return replace(figure, start=figure.start + by, end=figure.end + by, number=number)


def _unwrap(text: str, segments: Sequence[Segment]) -> str:
    """Returns the text with the line breaks inside paragraphs as spaces: hard-wrapped lines are one sentence.

    Cells that only blanks or a slash part are put on lines of their own: what stands in one goes on in no other.
    """
    parts: list[str] = []
    last = end = 0
    for segment in segments:
        if segment.kind in PROSE:
            if "\n" in (inside := text[segment.start : segment.end]):
                parts += (text[last : segment.start], inside.replace("\n", " ").replace("\r", " "))
                last = segment.end
        elif segment.kind is SegmentKind.FIELD:
            row = segment.row
            if row and row.start >= last and "_" in (key := text[row.start : row.end]):
                parts += (text[last : row.start], key.replace("_", " "))
                last = row.end
        elif (segment.position or segment.group) and BETWEEN_CELLS.fullmatch(text, end, segment.start):
            parts += (text[last:end], "\n".rjust(segment.start - end))
            last = segment.start
        end = segment.end
    return "".join(parts) + text[last:] if parts else text


def find_passages(reading: Reading) -> list[Passage]:
    """Returns the passages of a document in the order of the text, code left out."""
    found: list[Passage] = []
    text = reading.text
    for segment in reading.segments:
        if segment.kind is SegmentKind.CODE:
            continue
        first = True
        for stretch in find_sentences(text, segment.start, segment.end) if segment.kind in PROSE else (segment,):
            start, end = stretch.start, stretch.end
            quantities = reading.quantities.inside(start, end)
            dates = reading.dates.inside(start, end)
            mentions = reading.mentions.inside(start, end)
            cues = find_cues(text, start, end) if quantities or dates or mentions else {}
            found.append(Passage(segment, start, end, quantities, dates, mentions, cues, first))
            first = False
    return found


def _start(item: Quantity | DateMention | Mention) -> int:
    return item.start
