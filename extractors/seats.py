"""Finds where an organization has its seat, and who makes a product."""

import re
from collections.abc import Iterator
from itertools import pairwise

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.fact_rules import Fact
from extractors.linking import is_topic
from extractors.memory import CELLS, Scene
from extractors.model import Span
from extractors.subjects import Subject, find_subject
from extractors.syntax import link

SEATED = ("organization", "platform")
MADE_IN = (*SEATED, "family", "product")
BASED_AFTER = re.compile(r"[- ](?:based|headquartered)\b\s*")
OTHERS = re.compile(r"(?:[\w-]+\s+){0,2}\w{3,}(?<!us)(?<!is)(?<!ss)(?<!as)s\b")
DESCRIBED = re.compile(r"(?:(?!and\b|or\b|of\b|in\b)[\w&-]+\s+){0,5}[\"“]?")  # "Paris-based start-up Mistral"
OPENS = re.compile(r"\W*(?:based|headquartered|located)\s+in\s+(?:the\s+)?$", re.I)
KIND_OF_FIRM = re.compile(
    r"\s(?:[a-zA-Z-]+\s){0,2}(?:start-?ups?|company|firm|lab|laboratory|maker|developer|unicorn),?\s"
)
THE_NAME = re.compile(r"\s*(?:the\s+)?")
APPOSED = re.compile(r",\s+in\s+")  # "Xpeng, in Guangzhou, saw"
BRACKETED = re.compile(r"\s+\((?:based\s+in\s+)?")
REGION = re.compile(r"(?:,\s+[A-Z][\w. ]{1,20})?")
OWNER = re.compile(r"['’]s? (?:\w+ )?")


def find_seats(scene: Scene) -> Iterator[Fact]:
    """Yields where organizations have their seat, in the document's words."""
    labels = (scene.segment.row, scene.segment.column)
    labelled = scene.segment.kind in CELLS and any("headquarters" in scene.reading.label_cues(s) for s in labels)
    places = [m for m in scene.passage.mentions if m.entity.type == "place"]
    for mention in places[:1] if labelled else places:
        span = Span(mention.start, mention.end)
        subject = find_subject(scene, span, MADE_IN) or _topic(scene) if labelled else _seated(scene, mention)
        if subject is not None:
            yield Fact("headquarters", span, subject, "seat", scene.reading.written(span.start, span.end))


def _seated(scene: Scene, place: Mention) -> Subject | None:
    """Returns who has a seat at a place by the words around it, None where they say no such thing of anybody named."""
    text, passage = scene.text, scene.passage
    span = Span(place.start, place.end)
    behind = BASED_AFTER.match(text, place.end, passage.end)
    if behind is not None:
        if (named := _next_name(scene, behind.end(), DESCRIBED)) is not None:
            return Subject(named.entity, named, "name behind its seat", 10.0)
        return None if OTHERS.match(text, behind.end()) else find_subject(scene, span, SEATED) or _topic(scene)
    comma = text.find(",", place.end, passage.end) if OPENS.fullmatch(text, passage.start, place.start) else -1
    if comma > 0 and (named := _next_name(scene, comma + 1, THE_NAME)) is not None:
        return Subject(named.entity, named, "name behind its seat", 10.0)
    if place.kind != "adjective" and (named := _next_name(scene, place.end, KIND_OF_FIRM)) is not None:
        return Subject(named.entity, named, "name behind its seat", 8.0)
    if scene.follows("seated", place.start):
        return find_subject(scene, span, SEATED) or _topic(scene)
    return _beside(scene, place)


def _next_name(scene: Scene, start: int, between: re.Pattern[str]) -> Mention | None:
    """Returns the first organization behind a place of the passage where nothing but certain words stands before it."""
    named = (m for m in scene.passage.mentions if m.start >= start and m.entity.type in SEATED)
    first = next(named, None)
    return first if first is not None and between.fullmatch(scene.text, start, first.start) else None


def _beside(scene: Scene, place: Mention) -> Subject | None:
    """Returns the name right before a place that stands in commas or brackets of its own."""
    text = scene.text
    if text[place.start - 1] != "(" and not text.endswith(" in ", 0, place.start):
        return None
    before = next((m for m in reversed(scene.passage.mentions) if m.end <= place.start), None)
    region = REGION.match(text, place.end)
    behind = text[region.end() : region.end() + 1] if region else ""
    if before is None or before.kind == "adjective":
        return None
    apposed = before.entity.type in SEATED and behind == "," and APPOSED.fullmatch(text, before.end, place.start)
    bracketed = before.entity.type in MADE_IN and behind == ")" and BRACKETED.fullmatch(text, before.end, place.start)
    return Subject(before.entity, before, "name beside its seat", 9.0) if apposed or bracketed else None


def _topic(scene: Scene) -> Subject | None:
    topic = next((m for m in scene.memory.topic if m.entity.type in SEATED), None)
    return Subject(topic.entity, None, "topic of the document", 4.0) if topic else None


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
