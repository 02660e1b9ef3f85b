"""Finds when a value holds: a date in the sentence or cell, in a label or heading, or the day of publication."""

import re
from functools import lru_cache

from extractors.model import Basis, DateMention, PartialDate, Span
from extractors.passages import Passage, Reading, gap
from extractors.rules import load_rules

TIMELESS = frozenset({"constant"})
NOT_WHEN = re.compile(r"\b(?:since|founded in|founded|until|before|from)\s+$", re.I)


@lru_cache(maxsize=1)
def load_temporality() -> dict[str, str]:
    """Returns the temporality of each metric (constant, state, cumulative, flow), as seeds/metrics.toml says."""
    return {entry["id"]: entry.get("temporality", "state") for entry in load_rules("metrics.toml", package="seeds")["metric"]}


def find_as_of(
    reading: Reading, passage: Passage, start: int, end: int, metric: str, spent: set[int]
) -> tuple[PartialDate | None, Basis]:
    """Returns when the value at `[start, end)` holds, and where that was taken from.

    Args:
        reading: The document.
        passage: Sentence or cell of the value.
        start: First code point of the value.
        end: One past its last.
        metric: Id; what is constant holds at any time unless "as of" says otherwise.
        spent: Starts of dates that are values themselves.
    """
    constant = load_temporality().get(metric, "state") in TIMELESS
    stated = _nearest(reading, passage, start, end, spent)
    if stated is not None and (not constant or _as_of(reading, stated)):
        return stated.date, Basis.STATED
    if constant:
        return None, Basis.NONE
    segment = passage.segment
    for label in (segment.column, segment.row, segment.parent, *reversed(segment.headings)):
        if (found := _dated(reading, label)) is not None:
            return found, Basis.CONTEXT
    published = reading.document.published
    return (published, Basis.PUBLISHED) if published else (None, Basis.NONE)


def _nearest(reading: Reading, passage: Passage, start: int, end: int, spent: set[int]) -> DateMention | None:
    best: DateMention | None = None
    nearest = 1000
    for date in passage.dates:
        if date.start in spent or (date.start < end and start < date.end):
            continue
        distance = gap(reading.text, start, end, (date.start, date.end))
        if NOT_WHEN.search(reading.text, max(passage.start, date.start - 14), date.start):
            continue
        if date.end <= start and "," in reading.text[date.end : start]:
            distance += 20
        if distance < nearest:
            best, nearest = date, distance
    return best


def _as_of(reading: Reading, date: DateMention) -> bool:
    return bool(re.search(r"\bas of\s+$", reading.text[max(0, date.start - 8) : date.start], re.I))


def _dated(reading: Reading, label: Span | None) -> PartialDate | None:
    if label is None:
        return None
    return next((d.date for d in reading.dates if label.start <= d.start and d.end <= label.end), None)
