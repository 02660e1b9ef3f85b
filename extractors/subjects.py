"""Finds the entity that a figure, date or fact is about.

Every entity named in the sentence or cell is a candidate; its score says how a reader would link it to the value:
the holder of the brackets, the name inside the counted phrase, the name before it in the same clause. Names behind
"than", "via" or "on" are no subjects. Where the sentence names none, the row, the column, the list's head, the
sentence before, the heading or the topic of the document stands in, each with less weight.

The scores were set by hand on the demonstration articles' gold claims; only their order matters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.antecedents import latest, resolve_anaphora
from extractors.axes import topics_in
from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.linking import BEFORE, chain, is_topic, pick, standing
from extractors.memory import Scene
from extractors.model import Entity, SegmentKind, Span
from extractors.syntax import link
from extractors.values import filled_directly

CELLS = frozenset({SegmentKind.CELL, SegmentKind.LABEL, SegmentKind.FIELD})

LINKED = re.compile(
    r"(?:[\s-]+(?!and\b|or\b|while\b|by\b)[\w%+-]+){0,3}?\s+(?:for|of|in|from|at|on|using)\s+(?:the |its )?"
    r"|\s+by\s+(?:the )?",
    re.I,
)
POSSESSIVE = re.compile(r"['’]s?\s")
OWNER = re.compile(r"['’]s?\s+(?:[\w.-]+\s+){0,4}")
BESIDE = re.compile(r"\s+(?:(?:has|had|with|at|is at|stood at|to)\s+)?")
OWN = re.compile(r"\s+(?:[\w.-]+\s+){0,2}")
HOLDER = re.compile(r"\s*[(–—:]\s*")
BRACKETED = re.compile(r"[\w\s%+-]{0,30}\(")
RELATIVE = re.compile(r",?\s+(?:which|who)\s+")
HEAD = re.compile(r"(?:\s*\([^()\n]{0,60}\))?\s*(?:[—–:]|\s-\s)")
OPENING = re.compile(r"\W*(?:(?:the|a|an|both|its|while|although|as|today|meanwhile|but|and|now)\s+)*")

APOSTROPHES = "'’"
BRACKETS = "(–—:"
TIES = APOSTROPHES + BRACKETS + ",w"
LONGEST_BESIDE = 16
NAMED_BEHIND = "named behind"
LINKED_BEHIND = "linked behind the value"
SURE = 11.0
NARROWER = 7.0
ENOUGH = 2.5
BEHIND_ENOUGH = 4.0
INTERVENING = 2.0
NAMED_RANK = 0.8
CONTEXT_RANK = 1.3


@filled_directly
@dataclass(frozen=True, slots=True)
class Subject:
    """The entity found, the words that named it (None where it is inherited) and the step that found it."""

    entity: Entity
    mention: Mention | None
    step: str
    score: float


def find_subject(scene: Scene, value: Span, types: tuple[str, ...], *, noun: str = "") -> Subject | None:
    """Returns the entity that a value is about, or None when nothing fits.

    Args:
        scene: The passage with its document and what was spoken of before.
        value: Stretch of the value.
        types: Types that the metric accepts, best first.
        noun: The counted phrase; a name inside it is the subject ("400 Qwen models").
    """
    best = _named(scene, value, types, noun)
    if scene.segment.kind in CELLS:
        best = _narrower(best, _from_cell(scene, types))
    if best is not None and best.score >= (BEHIND_ENOUGH if best.step == NAMED_BEHIND else ENOUGH):
        return best
    inherited = _from_context(scene, types, value.start)
    return inherited if inherited and (best is None or inherited.score > best.score) else best


def _narrower(best: Subject | None, head: Subject | None) -> Subject | None:
    """Returns the name in a cell where it is surely meant or narrows the head of row or column, else the head."""
    if best is None or head is None:
        return best or head
    doubtful = best.score < NARROWER or not _related(best.entity, head.entity)
    return head if doubtful and best.score < SURE else best


def _related(one: Entity, other: Entity) -> bool:
    return bool(_line(one) & _line(other))


def _line(entity: Entity) -> set[str]:
    catalogue = load_catalogue()
    ids = {entity.id, *(up.id for up in catalogue.ancestors(entity))}
    maker = catalogue.maker(entity)
    return ids | ({maker.id} if maker else set())


def _named(scene: Scene, value: Span, types: tuple[str, ...], noun: str) -> Subject | None:
    best: tuple[Mention, str] | None = None
    most = 0.0
    anaphors = () if scene.segment.kind in CELLS else resolve_anaphora(scene, value.start, types)
    nearest: dict[str, int] = {}
    for mention in (*scene.passage.mentions, *anaphors):
        kind = mention.entity.type
        if kind not in types or mention.kind == "adjective":
            continue
        if kind not in nearest:
            nearest[kind] = _nearest_topic(scene, value.start, kind)
        score, step = _score(scene, mention, value, noun)
        score -= types.index(kind) * NAMED_RANK
        if nearest[kind] >= mention.end:
            score -= INTERVENING
        if score > most:
            best, most = (mention, step), score
    return _whole_list(scene, Subject(best[0].entity, *best, most)) if best else None


def _nearest_topic(scene: Scene, start: int, kind: str) -> int:
    """Returns where the last topic of a type before a value begins, -1 without one: it stands between earlier names."""
    for mention in reversed(scene.passage.mentions):
        if mention.end <= start and mention.entity.type == kind:
            stands = standing(scene, mention)
            if not stands.oblique and not stands.source:
                return mention.start
    return -1


def _whole_list(scene: Scene, best: Subject) -> Subject:
    """Returns the maker where a figure is said of three or more of its products together."""
    if best.mention is None or best.mention.entity.type not in ("product", "platform"):
        return best
    members = chain(scene.text, scene.passage.mentions, best.mention)
    catalogue = load_catalogue()
    makers = {maker.id for m in members if (maker := catalogue.maker(m.entity))}
    maker = catalogue.get(next(iter(makers))) if len(members) > 2 and len(makers) == 1 else None
    return Subject(maker, None, "list of one maker", best.score) if maker else best


def _score(scene: Scene, mention: Mention, value: Span, noun: str) -> tuple[float, str]:
    near = value.start <= mention.start <= value.end + 40
    if noun and near and scene.text[mention.start : mention.end] in noun:
        return 14.0, "inside the counted phrase"
    if mention.start < value.end and value.start < mention.end:
        return -9.0, "overlaps the value"
    if mention.end <= value.start:
        return _score_before(scene, mention, value.start)
    score, step = _score_after(scene, mention, value.end)
    former = step == LINKED_BEHIND and scene.follows("former-value", value.start, 24)
    return score + (4.0 if former else 0.0), step


def _score_before(scene: Scene, mention: Mention, start: int) -> tuple[float, str]:
    text, end = scene.text, mention.end
    mark = text[end + 1] if text[end] == " " else text[end]
    if (mark in TIES or mention.kind == "anaphor") and (tied := _tied(scene, mention, start, mark)) is not None:
        return tied
    score = 9.0 - (start - end) / 40 - 3.0 * scene.breaks(end, start)
    is_head, points = _lead(scene, mention)
    if is_head:
        return max(score, 8.0), "head of the item"
    if start - end <= LONGEST_BESIDE and BESIDE.fullmatch(text, end, start):
        score += 2.0
    return score + points, "named before"


def _lead(scene: Scene, mention: Mention) -> tuple[bool, float]:
    """Returns whether a name heads its item, and what speaks for or against it before any value; found once a name."""
    found = scene.leads.get(mention.start) if mention.kind != "anaphor" else None
    if found is None:
        first = OPENING.fullmatch(scene.lower, max(scene.passage.start, mention.start - BEFORE), mention.start)
        is_head = first is not None and HEAD.match(scene.text, mention.end) is not None
        points = 1.5 if first else -4.0 if standing(scene, mention).oblique else 0.0
        found = is_head, 0.0 if is_head else points - _penalty(scene, mention)
        if mention.kind != "anaphor":
            scene.leads[mention.start] = found
    return found


def _tied(scene: Scene, mention: Mention, start: int, mark: str) -> tuple[float, str] | None:
    """Returns score and step of a name tied to the value: as its owner, by a bracket or a relative clause.

    The character behind the name says which expression can match; behind most names none can.
    """
    text, end = scene.text, mention.end
    if mention.kind == "anaphor" and scene.lower[mention.start : end] in ("its", "their"):
        owner = OWN.fullmatch(text, end, start)
    else:
        owner = OWNER.fullmatch(text, end, start) if mark in APOSTROPHES else None
    if owner and not _names_between(scene, end, start):
        return 12.0, "possessive before the value"
    if mark in BRACKETS and HOLDER.fullmatch(text, end, start):
        return 12.0, "holds the brackets"
    relative = RELATIVE.match(text, end, start) if mark in ",w" else None
    if relative and not scene.breaks(relative.end(), start):
        return 11.0 - (start - end) / 40, "head of the relative clause"
    return None


def _names_between(scene: Scene, start: int, end: int) -> bool:
    return any(start <= m.start and m.end <= end for m in scene.passage.mentions if is_topic(m))


def _penalty(scene: Scene, mention: Mention) -> float:
    """Returns what speaks against a name before the value: compared with, an owner of the next name, a source."""
    stands = standing(scene, mention)
    points = 4.0 if stands.compared else 0.0
    if scene.text[mention.end] in APOSTROPHES and POSSESSIVE.match(scene.text, mention.end):
        points += 4.0 if any(0 < m.start - mention.end <= 4 for m in scene.passage.mentions) else 1.0
    if stands.source:
        return points + 8.0
    return points + (4.0 if link("speaks").match(scene.text, mention.end, scene.passage.end) else 0.0)


def _score_after(scene: Scene, mention: Mention, end: int) -> tuple[float, str]:
    text, start = scene.text, mention.start
    if text[start - 1] == "(" and BRACKETED.fullmatch(text, end, start):
        return 11.0, "in brackets behind the value"
    stands = standing(scene, mention)
    if stands.compared:
        return -2.0, "compared with"
    if stands.linked and scene.follows("platform", start):
        return -1.0, "platform"
    if stands.linked and LINKED.fullmatch(text, end, start):
        return 8.5 - (start - end) / 20, LINKED_BEHIND
    return 4.0 - (start - end) / 15 - 3.5 * scene.breaks(end, start), NAMED_BEHIND


def _from_cell(scene: Scene, types: Sequence[str]) -> Subject | None:
    segment = scene.segment
    table = scene.memory.tables.get(segment.table) if segment.table is not None else None
    if table and segment.position is not None and (hit := pick(table.columns.get(segment.position, ()), types)):
        return Subject(hit.entity, hit, "head of the column", 10.0)
    if table and segment.line is not None and (hit := pick(table.rows.get(segment.line, ()), types)):
        return Subject(hit.entity, hit, "head of the row", 10.0)
    return None


def _from_context(scene: Scene, types: tuple[str, ...], start: int) -> Subject | None:
    figure = scene.text[start : start + 1].isdigit() or scene.text[start + 1 : start + 2].isdigit()
    if figure and scene.segment.kind not in CELLS and scene.follows("generic", start, 20):
        return None
    best: Subject | None = None
    for points, step, hit in _around(scene, types):
        if best is not None and best.score >= points:
            break  # the places that follow weigh no more
        if hit is not None:
            score = points - CONTEXT_RANK * types.index(hit.entity.type)
            if best is None or score > best.score:
                best = Subject(hit.entity, hit if step == "label" else None, step, score)
    return best


def _around(scene: Scene, types: tuple[str, ...]) -> Iterator[tuple[float, str, Mention | None]]:
    """Yields what the places around a passage name, the weightiest first."""
    segment, memory, reading = scene.segment, scene.memory, scene.reading
    if segment.row is not None:
        yield 7.0, "label", pick(topics_in(reading, segment.row), types)
    if segment.parent is not None:
        yield 6.5, "head of the list", pick(topics_in(reading, segment.parent), types)
    if segment.kind not in CELLS:
        often = memory.counts if types[0] == "organization" else None
        yield 6.0, "sentence before", latest(memory.topics, types, often)
    for heading in reversed(segment.headings):
        yield 5.0, "heading", pick(topics_in(reading, heading), types)
    if segment.kind is not SegmentKind.PARAGRAPH:
        opening = memory.opening if segment.kind in CELLS else ()
        yield 4.0, "topic of the document", pick(memory.topic or opening, types)
