"""Finds who founded, heads and chairs an organization, where it has its seat, and who makes a product."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.fact_rules import Fact, load_fact_rules
from extractors.linking import chain, is_topic, words_before
from extractors.memory import Scene
from extractors.model import Span
from extractors.subjects import CELLS, Subject, find_subject
from extractors.syntax import link

EMPLOYERS = ("organization", "product", "family")
SEATED = ("organization",)
ROLE_REACH = 45
BASED_AFTER = re.compile(r"-based\b|-headquartered\b")
OTHERS = re.compile(r"\s+(?:\w+\s+){0,2}\w{3,}(?<!us)(?<!is)(?<!ss)(?<!as)s\b")
# "A (chief executive), B, and his brother C"
PEOPLE_JOIN = re.compile(r"(?:\s*\([^()]{0,40}\))?\s*(?:,|,?\s+and|&)\s*(?:\w+\s+){0,2}")
OWNER = re.compile(r"['’]s? (?:\w+ )?")


def find_roles(scene: Scene) -> Iterator[Fact]:
    """Yields founders, chief executives, chairs and other heads that a passage names."""
    people = [m for m in scene.passage.mentions if m.entity.type == "person"]
    for person in people:
        for metric, group in load_fact_rules().roles:
            holder = chain(scene.text, people, person, PEOPLE_JOIN)[0] if metric == "founder" else person
            cue = _role_cue(scene, holder, people, group)
            if cue is None or link("past").search(words_before(scene.lower, scene.passage, cue.start, 24) + " "):
                continue
            subject = _employer(scene, person, cue)
            if subject is not None:
                qualifiers = (("role", cue.of(scene.text)),) if metric == "leads" else ()
                span = Span(person.start, person.end)
                yield Fact(metric, span, subject, f"role-{group}", person.entity.name, qualifiers=qualifiers)


def _role_cue(scene: Scene, person: Mention, people: Sequence[Mention], group: str) -> Span | None:
    """Returns the role word that belongs to a person: in the label, or in the same clause with nobody in between."""
    for label in (scene.segment.row, scene.segment.column):
        if label is not None and group in scene.reading.label_cues(label) and person is people[0]:
            return label
    best: tuple[int, tuple[int, int]] | None = None
    for hit in scene.passage.cues.get(group, ()):
        distance = scene.gap(person.start, person.end, hit)
        free = not (
            _somebody_between(people, person, hit)
            or _verb_of_another(scene, person, hit, group)
            or _follows_another(people, person, hit)
        )
        if free and distance <= ROLE_REACH and (best is None or distance < best[0]):
            best = (distance, hit)
    return Span(*best[1]) if best else None


def _somebody_between(people: Sequence[Mention], person: Mention, hit: tuple[int, int]) -> bool:
    first, last = (hit[1], person.start) if hit[1] <= person.start else (person.end, hit[0])
    return any(first <= other.start < last for other in people if other is not person)


def _follows_another(people: Sequence[Mention], person: Mention, hit: tuple[int, int]) -> bool:
    """Returns whether a role stands right behind somebody else ("A, chief executive, B")."""
    return hit[0] < person.start and any(0 < hit[0] - other.end <= 2 for other in people if other is not person)


def _verb_of_another(scene: Scene, person: Mention, hit: tuple[int, int], group: str) -> bool:
    """Returns whether "leads" or "head of" stands before a person and so belongs to somebody else."""
    word = scene.text[hit[0] : hit[1]].casefold()
    return group == "leads" and hit[0] < person.start and word.endswith(("s", "of"))


def _employer(scene: Scene, person: Mention, cue: Span) -> Subject | None:
    """Returns the organization beside person and role, else what the sentence or the document is about."""
    inside = scene.passage.start <= cue.start < scene.passage.end
    start, end = (min(person.start, cue.start), max(person.end, cue.end)) if inside else (person.start, person.end)
    beside = [
        m
        for m in scene.passage.mentions
        if m.entity.type == "organization"
        and m.kind != "introduced"
        and (m.end == start - 1 or start <= m.start <= end + 8)
    ]
    if beside:
        return Subject(beside[-1].entity, beside[-1], "organization beside the role", 10.0)
    return find_subject(scene, Span(start, end), EMPLOYERS) or _topic(scene)


def _topic(scene: Scene) -> Subject | None:
    topic = next((m for m in scene.memory.topic if m.entity.type in SEATED), None)
    return Subject(topic.entity, None, "topic of the document", 4.0) if topic else None


def find_seats(scene: Scene) -> Iterator[Fact]:
    """Yields where organizations have their seat, in the document's words."""
    labels = [label for label in (scene.segment.row, scene.segment.column) if label is not None]
    labelled = scene.segment.kind in CELLS and any("headquarters" in scene.reading.label_cues(s) for s in labels)
    places = [m for m in scene.passage.mentions if m.entity.type == "place"]
    for mention in places[:1] if labelled else places:
        if not labelled and not _seated(scene, mention):
            continue
        span = Span(mention.start, mention.end)
        subject = find_subject(scene, span, SEATED) or _topic(scene)
        if subject is not None:
            yield Fact("headquarters", span, subject, "seat", scene.reading.written(span.start, span.end))


def _seated(scene: Scene, place: Mention) -> bool:
    """Returns whether the words say that somebody named has a seat there ("US-based providers" are not named)."""
    behind = BASED_AFTER.match(scene.text, place.end)
    if behind is not None:
        named = any(m.start == behind.end() + 1 for m in scene.passage.mentions if is_topic(m))
        return named or OTHERS.match(scene.text, behind.end()) is None
    return scene.follows("seated", place.start)


def find_makers(scene: Scene) -> Iterator[Fact]:
    """Yields who makes a product, from "made by X" and from "X's Y" where the catalogue does not say otherwise."""
    topics = [m for m in scene.passage.mentions if is_topic(m) or m.entity.type == "person"]
    for left, right in pairwise(topics):
        start, end = left.end, right.start
        made_by = right.entity.type == "organization" and left.entity.type != "person"
        if made_by and link("made-by").search(scene.lower, start, end):
            yield _maker(right, left, "made-by")
        elif left.entity.type == "organization" and OWNER.fullmatch(scene.text, start, end) and _made(left, right):
            yield _maker(left, right, "possessive")


def _maker(maker: Mention, made: Mention, rule: str) -> Fact:
    subject = Subject(made.entity, made, rule, 9.0)
    return Fact("developer", Span(maker.start, maker.end), subject, f"developer-{rule}", maker.entity.name)


def _made(left: Mention, right: Mention) -> bool:
    maker, made = left.entity, right.entity
    known = load_catalogue().maker(made)
    return made.type in ("model", "family", "product", "cluster") and (known is None or known.id == maker.id)
