"""Finds events in lists and tables whose entries begin with their date: "2023-07: Llama 2"."""

import re
from collections.abc import Iterator

from extractors.fact_rules import EventRule, Fact, load_fact_rules
from extractors.linking import chain
from extractors.memory import Scene
from extractors.model import DateMention, Span
from extractors.subjects import Subject, find_subject

MADE = ("model", "product", "family")
ENTRY = 3  # code points before the name with which an entry begins
RELEASE_LIST = re.compile(r"\b(?:releases?|timeline|history|launch\w*|versions?|models?|chronology|milestones)\b", re.I)


def dated_rows(scene: Scene) -> Iterator[Fact]:
    """Yields the releases of a list whose entries begin with their date ("2023-07: Llama 2")."""
    row = scene.segment.row
    date = next(iter(scene.reading.dates_in(row)), None)
    if date is None or row is None or date.end - date.start < len(row.of(scene.text).strip(" *_")):
        return
    made = [m for m in scene.passage.mentions if m.entity.type in MADE]
    listed = any(RELEASE_LIST.search(spot.of(scene.text)) for spot in scene.above)
    if listed and made and made[0].start - scene.passage.start <= ENTRY:
        for mention in chain(scene.text, made, made[0]):
            subject = Subject(mention.entity, mention, "entry of a dated list", 9.0)
            yield Fact("release_date", Span(date.start, date.end), subject, "date-list", when=date)


def told_in_row(scene: Scene, date: DateMention) -> Fact | None:
    """Returns the event that the cell behind a date at the start of a table's row tells ("founded by A and B")."""
    segment = scene.segment
    if segment.position != 0 or segment.table is None or segment.line is None:
        return None
    table = scene.memory.tables.get(segment.table)
    told = table.told.get(segment.line) if table else None
    rule = _first_rule(scene, told) if told else None
    if rule is None:
        return None
    named = [m for m in scene.reading.mentions_in(told) if m.entity.type in rule.types]
    subject = Subject(named[0].entity, named[0], "told in the row", 8.0) if named else None
    subject = subject or find_subject(scene, Span(date.start, date.end), rule.types)
    return Fact(rule.metric, Span(date.start, date.end), subject, f"date-{rule.id}", when=date) if subject else None


def _first_rule(scene: Scene, span: Span) -> EventRule | None:
    hits = scene.reading.label_cues(span)
    firsts = [(hits[rule.cue][0], at, rule) for at, rule in enumerate(load_fact_rules().events) if hits.get(rule.cue)]
    return min(firsts)[2] if firsts else None
