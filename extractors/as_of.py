"""Finds when a value holds: a date in the sentence or cell, in a label or heading, or the day of publication."""

import re
from collections.abc import Collection
from functools import cache

from extractors.linking import words_before
from extractors.memory import Scene
from extractors.model import Basis, DateMention, PartialDate, Span
from extractors.rules import load_rules

TIMELESS = "constant"
ANOTHER_CLAUSE = 20
BEFORE_VALUE = 6
AS_OF = re.compile(r"\bas of\s+$", re.I)


@cache
def load_temporality() -> dict[str, str]:
    """Returns the temporality of each metric (constant, state, cumulative, flow), as seeds/metrics.toml says."""
    return {m["id"]: m.get("temporality", "state") for m in load_rules("metrics.toml", package="seeds")["metric"]}


def find_as_of(scene: Scene, value: Span, metric: str, spent: set[int]) -> tuple[PartialDate | None, Basis]:
    """Returns when a value holds, and where that was taken from.

    Args:
        scene: Passage and document.
        value: Stretch of the value.
        metric: Id; what is constant holds at any time unless "as of" says otherwise.
        spent: Starts of dates that are values themselves.
    """
    constant = load_temporality().get(metric, "state") == TIMELESS
    stated = nearest_date(scene, value, spent)
    if stated is not None and (not constant or AS_OF.search(words_before(scene.text, scene.passage, stated.start, 8))):
        return stated.date, Basis.STATED
    if constant:
        return None, Basis.NONE
    segment, reading = scene.segment, scene.reading
    for label in (*reversed(scene.labels), segment.parent, *reversed(segment.headings)):
        if found := reading.dates_in(label):
            return found[0].date, Basis.CONTEXT
    published = scene.reading.document.published
    return (published, Basis.PUBLISHED) if published else (None, Basis.NONE)


def nearest_date(scene: Scene, value: Span, spent: Collection[int] = ()) -> DateMention | None:
    """Returns the date that stands nearest, those left out that open or close a stretch of time or are values."""
    best: DateMention | None = None
    nearest = 1000
    for date in scene.passage.dates:
        if date.start in spent or (date.start < value.end and value.start < date.end):
            continue
        if scene.follows("undated", date.start, 14):
            continue
        distance = scene.gap(value.start, value.end, (date.start, date.end))
        if date.end <= value.start:
            distance += ANOTHER_CLAUSE if "," in scene.text[date.end : value.start] else BEFORE_VALUE
        if distance < nearest:
            best, nearest = date, distance
    return best
