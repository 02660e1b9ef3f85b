"""Finds the claims whose value is no figure: dates, licences, openness, roles, seats, makers."""

import re
from collections.abc import Iterator

from extractors.antecedents import find_references
from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.events import find_events
from extractors.fact_rules import Fact, load_fact_rules
from extractors.memory import CELLS, Scene
from extractors.model import Entity, SegmentKind, Span
from extractors.roles import find_roles
from extractors.seats import find_makers, find_seats
from extractors.subjects import Subject, find_subject

OPEN_TO = ("model", "family", "product", "organization")
ROLES = frozenset({"ceo", "chairman", "founder", "leads"})
SURE_OF_OPENNESS = 2.0
LICENSE_WORD = re.compile(r"\s*licen[cs]e.*$", re.I)
OF_THE_TOPIC = re.compile(
    r"\W*(?:(?:the|its|model|open|both|all)\s+)*(?:weights|licen[cs]ed?|released|available|code|checkpoints)\b", re.I
)
CELL_VALUE = re.compile(r"[\"'\s]*([^\"'(,;/\n]{2,60}?)\s*(?:[\"'(,;/\n]|$)")
CLOSED_DEAL = re.compile(r"\s+(?:an?|the|its|at|out|down|up|on|higher|lower|[\d$€£])")
OWNER = re.compile(r"([\w .-]{2,30})['’]s ")


def find_facts(scene: Scene) -> Iterator[Fact]:
    """Yields the claims of a passage whose value is a date, a name or a class."""
    passage = scene.passage
    kinds = scene.kinds
    asked = {group for hits in scene.label_cues() for group in hits} if scene.segment.kind in CELLS else frozenset()
    if passage.dates or scene.segment.kind is SegmentKind.LABEL:
        yield from find_events(scene)
    if "licence" in kinds or "license" in asked or _speaks_of_licences(scene):
        yield from _licences(scene)
    if "person" in kinds or not asked.isdisjoint(ROLES):
        yield from find_roles(scene)
    if "place" in kinds:
        yield from find_seats(scene)
    if len(passage.mentions) > 1:
        yield from find_makers(scene)
    if kinds or scene.segment.kind in CELLS:
        yield from _openness(scene)


def _licences(scene: Scene) -> Iterator[Fact]:
    for span, value, rule in _licence_words(scene):
        subject = _inside(scene, span) or find_subject(scene, span, OPEN_TO)
        if subject is not None and not _said_in_passing(scene, subject, span):
            yield Fact("license", span, subject, rule, value)


def _said_in_passing(scene: Scene, subject: Subject, span: Span) -> bool:
    """Returns whether a sentence speaks of a licence without saying whose: the topic before is only a guess."""
    inherited = (
        subject.mention is None and subject.step.startswith("named") and scene.segment.kind is SegmentKind.PARAGRAPH
    )
    if not inherited or OF_THE_TOPIC.match(scene.text, scene.passage.start, scene.passage.end):
        return False
    return not any(one.anaphor.start < span.start for one in find_references(scene))


def _licence_words(scene: Scene) -> Iterator[tuple[Span, str, str]]:
    """Yields stretch, value and rule of each licence that is named or described."""
    passage, text = scene.passage, scene.text
    named = [m for m in passage.mentions if m.entity.type == "licence"]
    if scene.segment.kind in CELLS and not named:
        yield from _licence_cell(scene)
    for mention in named:
        yield Span(mention.start, mention.end), _licence_name(text, mention), "licence-name"
    if not _speaks_of_licences(scene):
        return
    taken = [(m.start, m.end) for m in named]
    for pattern, value, name in load_fact_rules().licences:
        for match in pattern.finditer(text, passage.start, passage.end):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                yield Span(*match.span()), value.format(**match.groupdict()), f"licence-{name}"


def _speaks_of_licences(scene: Scene) -> bool:
    passage = scene.passage
    return "license" in passage.cues or scene.text.find("icens", passage.start, passage.end) >= 0


def _licence_cell(scene: Scene) -> Iterator[tuple[Span, str, str]]:
    """Yields the licence of a cell, label row or field such as `license: apache-2.0` or "MIT" under "License"."""
    segment, text = scene.segment, scene.text
    if not any("license" in scene.reading.label_cues(label) for label in (segment.row, segment.column)):
        return
    value = CELL_VALUE.match(text, segment.start, segment.end)
    words = value[1] if value else ""
    catalogue = load_catalogue()
    for name in (words, f"{words} License"):
        entity = catalogue.find(name)
        if value and entity is not None and entity.type == "licence":
            yield Span(*value.span(1)), _written_name(words, entity), "licence-cell"
            return


def _licence_name(text: str, mention: Mention) -> str:
    """Returns the licence's canonical name, or how the text says that it was modified."""
    words = text[mention.start : mention.end]
    if text[max(0, mention.start - 10) : mention.start].casefold().rstrip().endswith("modified"):
        return f"Modified {words}"
    return _written_name(words, mention.entity)


def _written_name(words: str, entity: Entity) -> str:
    """Returns the canonical name; an acronym stays as it is written, without the word "license"."""
    short = LICENSE_WORD.sub("", words).strip()
    return short if short.isupper() and len(short) <= 5 else entity.name


def _inside(scene: Scene, span: Span) -> Subject | None:
    """Returns the family whose possessive opens the licence's own words ("Llama's community license")."""
    owner = OWNER.match(span.of(scene.text))
    entity = load_catalogue().find(owner[1]) if owner else None
    return Subject(entity, None, "inside the licence's name", 9.0) if entity else None


def _openness(scene: Scene) -> Iterator[Fact]:
    for start, end in scene.memory.signs.open_within(scene.passage.start, scene.passage.end):
        span, words = Span(start, end), scene.lower[start:end]
        if words == "closed" and CLOSED_DEAL.match(scene.text, end):
            continue
        subject = find_subject(scene, span, OPEN_TO)
        if subject is not None and subject.score >= SURE_OF_OPENNESS:
            yield Fact("openness", span, subject, "openness", load_fact_rules().classes[words], confidence=0.7)
