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
# "More than its June 2024 valuation" dates the other value; "the plan of February 2025" dates the plan, not who speaks.
ANOTHERS = re.compile(r"\b(?:its|their|his|her|than (?:the|a)|from (?:the|a))\s+$|['’]s\s+$", re.I)
NOUN_BEHIND = re.compile(r"\s+(?!quarter|half|year|period|month|fiscal)[a-z]")
OF_SOMETHING = re.compile(r"\b(?<!as )of\s+$", re.I)
HELD_BY_PEOPLE = frozenset({"ceo", "chairman", "leads"})


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
    stated = nearest_date(scene, value, spent, of_people=metric in HELD_BY_PEOPLE)
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


def nearest_date(
    scene: Scene, value: Span, spent: Collection[int] = (), *, of_people: bool = False
) -> DateMention | None:
    """Returns the date that stands nearest, those left out that open or close a stretch of time or are values.

    Args:
        scene: Passage and document.
        value: Stretch of the value.
        spent: Starts of dates that are values themselves.
        of_people: Whether the value is who holds an office, which no date of a plan or a deal tells.
    """
    best: DateMention | None = None
    nearest = 1000
    for date in scene.passage.dates:
        if date.start in spent or (date.start < value.end and value.start < date.end):
            continue
        if scene.follows("undated", date.start, 14):
            continue
        if _of_another(scene, value, date, of_people=of_people):
            continue
        distance = scene.gap(value.start, value.end, (date.start, date.end))
        if date.end <= value.start:
            distance += ANOTHER_CLAUSE if "," in scene.text[date.end : value.start] else BEFORE_VALUE
        if distance < nearest:
            best, nearest = date, distance
    return best


def _of_another(scene: Scene, value: Span, date: DateMention, *, of_people: bool) -> bool:
    """Returns whether a date behind a value belongs to a noun beside it."""
    before = words_before(scene.text, scene.passage, date.start, 12)
    if of_people and OF_SOMETHING.search(before):
        return True
    if date.start < value.end or not ANOTHERS.search(before):
        return False
    return NOUN_BEHIND.match(scene.text, date.end, scene.passage.end) is not None
