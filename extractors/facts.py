"""Finds the claims whose value is no figure: dates, licences, openness, roles, seats, makers."""

import re
from collections.abc import Iterator

from extractors.distinctions import find_distinctions
from extractors.events import find_events
from extractors.fact_rules import Fact, load_fact_rules
from extractors.licences import OPEN_TO, find_licences, speaks_of_licences
from extractors.memory import CELLS, Scene
from extractors.model import SegmentKind, Span
from extractors.phrases import within
from extractors.roles import find_roles
from extractors.seats import find_makers, find_seats
from extractors.subjects import find_subject

ROLES = frozenset({"ceo", "chairman", "founder", "leads"})
SURE_OF_OPENNESS = 2.0
CLOSED_DEAL = re.compile(r"\s+(?:an?|the|its|at|out|down|up|on|higher|lower|[\d$€£])")


def find_facts(scene: Scene) -> Iterator[Fact]:
    """Yields the claims of a passage whose value is a date, a name or a class."""
    passage = scene.passage
    kinds = scene.kinds
    asked = {group for hits in scene.label_cues() for group in hits} if scene.segment.kind in CELLS else frozenset()
    if passage.dates or scene.segment.kind is SegmentKind.LABEL:
        yield from find_events(scene)
    if "licence" in kinds or "license" in asked or speaks_of_licences(scene):
        yield from find_licences(scene)
    if "person" in kinds or not asked.isdisjoint(ROLES):
        yield from find_roles(scene)
    if "place" in kinds:
        yield from find_seats(scene)
    if len(passage.mentions) > 1:
        yield from find_makers(scene)
    if kinds or scene.segment.kind in CELLS:
        yield from _openness(scene)
        yield from find_distinctions(scene)


def _openness(scene: Scene) -> Iterator[Fact]:
    for start, end in within(scene.memory.openness, scene.passage.start, scene.passage.end):
        span, words = Span(start, end), scene.lower[start:end]
        if words == "closed" and CLOSED_DEAL.match(scene.text, end):
            continue
        subject = find_subject(scene, span, OPEN_TO)
        if subject is not None and subject.score >= SURE_OF_OPENNESS:
            yield Fact("openness", span, subject, "openness", load_fact_rules().classes[words], confidence=0.7)
