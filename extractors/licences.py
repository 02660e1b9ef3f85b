"""Finds under which licence something stands: a licence named, described, given in a cell, or "used by" something."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.antecedents import find_references
from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.fact_rules import Fact, load_fact_rules
from extractors.linking import chain
from extractors.memory import CELLS, Scene
from extractors.model import Entity, SegmentKind, Span
from extractors.names import slug
from extractors.subjects import Subject, find_subject
from extractors.wording import load_wording

OPEN_TO = ("model", "family", "product", "organization")
LICENSE_WORD = re.compile(r"\s*licen[cs]e.*$", re.I)
OF_THE_TOPIC = re.compile(
    r"\W*(?:(?:the|its|model|open|both|all)\s+)*(?:weights|licen[cs]ed?|released|available|checkpoints)\b", re.I
)
SAID_OF_IT = re.compile(r"\s+(?:licen[cs]e\s+)?(?:is|are|was|allows?|permits?|means|requires?|lets?|has|does)\b", re.I)
OF_CODE = re.compile(
    r"\b(?:code(?:base)?|repository|repo|library|sdk|cli|data ?sets?|documentation|docs|scripts?|framework|plugins?)\b"
    r"(?:\s+(?:is|are|was|were|has|comes?|itself|in|this|that|here|available|released|licen[cs]ed|under|the|an?|its|on"
    r"|GitHub|repository)){0,8}\s*$",
    re.I,
)
CELL_VALUE = re.compile(r"(?:[^\w\n]|:\w+:)*([\w][^\"'(,;/\n]{1,59}?)\s*(?:[\"'(,;/\n]|$)")
UNKNOWN = re.compile(r"[A-Z][\w.+-]*(?: [\w.+-]+){0,4}$")
ACRONYM = re.compile(r"[A-Z]{2}")
OWNER = re.compile(r"([\w .-]{2,30})['’]s ")
USED_BY = re.compile(r"[\s:*–—-]{1,6}used by\s+(?:the )?", re.I)
COMMUNITY = re.compile(r"community licen[cs]e\b", re.I)
USED = "used by "
USER = re.compile(r"[A-Z][\w.+-]*(?<!\.)(?: [A-Z\d][\w.+-]*(?<!\.))*")
USER_JOIN = re.compile(r"(?: (?:models?|family|series))?(?:, (?:and )?| and | & |/)")
LABEL_BEFORE = re.compile(r"[\s*]*([A-Z][\w.+-]*(?: [\w.+-]+){0,4}?)[\s*]*:")


def find_licences(scene: Scene) -> Iterator[Fact]:
    """Yields the licences of a passage, each with what stands under it; a question says nothing of any."""
    if scene.text[scene.passage.end - 1] == "?":
        return
    used = list(_used_by(scene))
    yield from used
    taken = [fact.span for fact in used]
    for span, value, rule in _licence_words(scene):
        if any(span.start < other.end and other.start < span.end for other in taken):
            continue
        subject = _inside(scene, span) or find_subject(scene, span, OPEN_TO)
        if subject is not None and not _said_in_passing(scene, subject, span) and not _of_code(scene, span):
            yield from _each(scene, Fact("license", span, subject, rule, _of_family(value, subject)))


def _each(scene: Scene, fact: Fact) -> Iterator[Fact]:
    """Yields a licence once for each of the models that a sentence joins: "A and B are released under"."""
    mention = fact.subject.mention
    if mention is None or scene.segment.kind in CELLS or mention.kind == "anaphor" or mention.entity.type != "model":
        yield fact
        return
    listed = [m for m in chain(scene.text, scene.passage.mentions, mention) if m.entity.type == "model"]
    whole = listed and not scene.follows("exemplified", listed[0].start) and mention.end <= fact.span.start
    for other in listed if whole else [mention]:
        subject = replace(fact.subject, entity=other.entity, mention=other)
        yield fact if other.start == mention.start else replace(fact, subject=subject)


def _of_family(value: str, subject: Subject) -> str:
    """Returns the name of a "community licence" with the family that it is of."""
    if not COMMUNITY.match(value):
        return value
    line = (subject.entity, *load_catalogue().ancestors(subject.entity))
    family = next((entity.name for entity in line if entity.type == "family"), "")
    return f"{family} Community License".strip()


def speaks_of_licences(scene: Scene) -> bool:
    """Returns whether a passage holds a word of licences, or tells who uses something."""
    start, end = scene.passage.start, scene.passage.end
    return (
        "license" in scene.passage.cues
        or scene.text.find("icens", start, end) >= 0
        or scene.lower.find(USED, start, end) >= 0
    )


def _said_in_passing(scene: Scene, subject: Subject, span: Span) -> bool:
    """Returns whether a sentence speaks of a licence without saying whose: the topic before is only a guess."""
    told_before = subject.mention is None and subject.step.startswith("named")
    inherited = told_before and scene.segment.kind is SegmentKind.PARAGRAPH
    text, start, end = scene.text, scene.passage.start, scene.passage.end
    opens = not text[start : span.start].strip(" *")
    if not inherited or OF_THE_TOPIC.match(text, start, end) or (opens and not SAID_OF_IT.match(text, span.end, end)):
        return False
    return not any(one.anaphor.start < span.start for one in find_references(scene))


def _of_code(scene: Scene, span: Span) -> bool:
    """Returns whether only code, data or tools are said to stand under a licence, not what the passage is about."""
    clause = scene.text[max(scene.passage.start, span.start - 80) : span.start]
    return scene.segment.kind not in CELLS and OF_CODE.search(clause.rpartition(",")[2]) is not None


def _used_by(scene: Scene) -> Iterator[Fact]:
    """Yields a licence for each name in "Apache 2.0: Used by A, B and C"."""
    text, passage = scene.text, scene.passage
    if scene.lower.find(USED, passage.start, passage.end) < 0:
        return
    for span, value in _before_users(scene):
        verb = USED_BY.match(text, span.end, passage.end)
        users = list(_users(scene, verb.end())) if verb else []
        for user in users:
            yield Fact("license", span, Subject(user.entity, user, "user of the licence", 9.0), "licence-used", value)
        if users:
            return


def _users(scene: Scene, at: int) -> Iterator[Mention]:
    """Yields the names of a list that begins at a place, unknown ones as new models."""
    text, end = scene.text, scene.passage.end
    while (name := USER.match(text, at, end)) is not None:
        known = next((m for m in scene.passage.mentions if m.start == at and m.entity.type in OPEN_TO), None)
        entity = known.entity if known else load_catalogue().find(name[0])
        if entity is None or entity.type not in OPEN_TO:
            entity = Entity(slug(name[0]), name[0], "model", known=False)
        yield known or Mention(at, name.end(), entity, "introduced")
        join = USER_JOIN.match(text, name.end(), end)
        at = join.end() if join else end


def _before_users(scene: Scene) -> Iterator[tuple[Span, str]]:
    """Yields the licences that may stand before "used by": those named, and the label that opens the passage."""
    text, passage = scene.text, scene.passage
    for mention in passage.mentions:
        if mention.entity.type == "licence":
            yield Span(mention.start, mention.end), _licence_name(text, mention)
    label = LABEL_BEFORE.match(text, passage.start, passage.end)
    if label and (named := _named(label[1])) is not None:
        yield Span(*label.span(1)), named
    row = scene.segment.row
    if row is not None and (named := _named(row.of(text))) is not None:
        yield row, named


def _named(words: str) -> str | None:
    """Returns the name of the licence that words name, with or without the word "license"; None for other words."""
    for name in (words, f"{words} License"):
        entity = load_catalogue().find(name)
        if entity is not None and entity.type == "licence":
            return _written_name(words, entity)
    return words if LICENSE_WORD.search(words) else None


def _licence_words(scene: Scene) -> Iterator[tuple[Span, str, str]]:
    """Yields stretch, value and rule of each licence that is named or described."""
    passage, text = scene.passage, scene.text
    named = [m for m in passage.mentions if m.entity.type == "licence"]
    if scene.segment.kind in CELLS and not named:
        yield from _licence_cell(scene)
    for mention in named:
        yield Span(mention.start, mention.end), _licence_name(text, mention), "licence-name"
    if speaks_of_licences(scene):
        yield from _described(scene, [Span(m.start, m.end) for m in named])


def _described(scene: Scene, named: Sequence[Span]) -> Iterator[tuple[Span, str, str]]:
    """Yields the licences that expressions describe, where no other stands."""
    taken = list(named)
    for pattern, value, name in load_fact_rules().licences:
        for match in pattern.finditer(scene.text, scene.passage.start, scene.passage.end):
            span = Span(*match.span())
            if not any(span.start < other.end and other.start < span.end for other in taken):
                taken.append(span)
                yield span, value.format(**match.groupdict()), f"licence-{name}"


def _licence_cell(scene: Scene) -> Iterator[tuple[Span, str, str]]:
    """Yields the licence of a cell, label row or field such as `license: apache-2.0` or "✅ MIT" under "License"."""
    segment, text = scene.segment, scene.text
    if not any("license" in scene.reading.label_cues(label) for label in (segment.row, segment.column)):
        return
    value = CELL_VALUE.match(text, segment.start, segment.end)
    words = value[1] if value else ""
    if value and (name := _named(words) or _unknown(words)) is not None:
        yield Span(*value.span(1)), name, "licence-cell"


def _unknown(words: str) -> str | None:
    """Returns words that can be a licence's name and are no answer of another kind ("Yes", "Proprietary", "n/a")."""
    other = load_wording().absent_values | load_wording().answers | load_fact_rules().classes.keys()
    return words if UNKNOWN.match(words) and words.casefold() not in other else None


def _licence_name(text: str, mention: Mention) -> str:
    """Returns the licence's canonical name, or how the text says that it was modified."""
    words = text[mention.start : mention.end]
    if text[max(0, mention.start - 10) : mention.start].casefold().rstrip().endswith("modified"):
        return f"Modified {words}"
    return _written_name(words, mention.entity)


def _written_name(words: str, entity: Entity) -> str:
    """Returns the canonical name; an acronym, or a name that says "license" itself, stays as it is written."""
    short = LICENSE_WORD.sub("", words).strip()
    if short.isupper() and len(short) <= 5:
        return short
    own = short != words and not LICENSE_WORD.search(entity.name) and not words.startswith(entity.name)
    return words if own else entity.name


def _inside(scene: Scene, span: Span) -> Subject | None:
    """Returns the family whose possessive opens the licence's own words ("Llama's community license")."""
    owner = OWNER.match(span.of(scene.text))
    entity = load_catalogue().find(owner[1]) if owner else None
    return Subject(entity, None, "inside the licence's name", 9.0) if entity else None
