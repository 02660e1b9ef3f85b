"""Finds the entity that a figure, date or fact is about.

Every entity named in the sentence or cell is a candidate; its score says how a reader would link it to the value:
the holder of the brackets, the name inside the counted phrase, the name before it in the same clause. Names behind
"than", "via" or "on" are no subjects. Where the sentence names none, the row, the column, the list's head, the
sentence before, the heading or the topic of the document stands in, each with less weight.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.anaphora import find_anaphora
from extractors.catalogue import Catalogue, load_catalogue
from extractors.entities import Mention
from extractors.model import Entity, Segment, SegmentKind, Span
from extractors.passages import CLAUSE, Passage, Reading

COMPARED = re.compile(
    r"\b(?:than|versus|vs\.?|against|surpass\w*|overtak\w*|like|unlike|compared (?:with|to)|exceed\w*|rivals?|beat\w*|"
    r"trail\w*|behind|ahead of|outperform\w*|over|matche[sd]|close to|parity with|relative to|"
    r"(?:times|twice|half|double|that of|those of)(?: of)?)\s+(?:the |its |those of |that of |\w+['’]s )?$",
    re.I,
)
OBLIQUE = re.compile(
    r"\b(?:on|via|through|across|with|by|to|from|in|at|into|under|including|inside|behind|around|for|of|alongside|using|"
    r"against|after|plus|its)\s+(?:the |its |their |an? )?$",
    re.I,
)
LINKED = re.compile(r"(?:[\s-]+(?!and\b|or\b|while\b|by\b)[\w%+-]+){0,3}?\s+(?:for|of|in|from|at|on)\s+(?:the |its )?|\s+by\s+(?:the )?", re.I)
LIST_JOIN = re.compile(r"\s*(?:,|/|&|\+|,?\s+(?:and|or))\s*$", re.I)
POSSESSIVE = re.compile(r"['’]s?\s")
REPORTS = re.compile(
    r"\s+(?:\([^()]*\)\s+)?(?:now |also |then |has |had )?(?:sees|saw|told|estimates?|estimated|puts?|counts|counted|gives|gave|tracks|"
    r"calculates?|clocks|reckons|ranks|rated?|values|cites?|quotes?|measures|measured|data\b|figures\b|numbers\b|analysts?\b)"
)
LED_ROUND = re.compile(r",?(?:[^,.;]{0,60},)?\s+(?:co-)?led\s+(?:a|the)\s+(?:\S+\s+){0,3}(?:Series|round|funding|investment|financing)")
SPEAKS = re.compile(
    r"\s+(?:\([^()]*\)\s+)?(?:now |also |then )?(?:says?|said|reports?(?! (?:revenue|sales|net|a |an |record))|reported that|wrote|"
    r"found|finds|believes|notes|noted|projects|thinks|expects|assumes|claims that)"
)
HEAD = re.compile(r"(?:\s*\([^()\n]{0,60}\))?\s*(?:[—–:]|\s-\s)")
ACCORDING = re.compile(r"\b(?:according to|per|citing|told|data from|by) (?:the )?$", re.I)
BENCHMARKS = re.compile(r"\b(?:benchmarks?|evaluations?|evals?|leaderboard)\b", re.I)
OPENING = re.compile(r"\W*(?:(?:the|a|an|both|its|while|although|as|today|meanwhile|but|and|now)\s+)*", re.I)
GENERIC = re.compile(r"\b(?:an?|any|every|some|most|typical|small|larger?)\s+(?:\w+\s+)?$", re.I)
CELLS = frozenset({SegmentKind.CELL, SegmentKind.LABEL, SegmentKind.FIELD})
RANK = 1.3
PRONOUNS = frozenset({"it", "they"})


@dataclass(frozen=True, slots=True)
class Subject:
    """The entity found, the words that named it (None where it is inherited) and the step that found it."""

    entity: Entity
    mention: Mention | None
    step: str
    score: float


@dataclass(slots=True)
class Table:
    """Which heads of a table name entities: those of its columns, or the cells of its key column."""

    columns: dict[int, list[Mention]] = field(default_factory=dict)
    rows: dict[int, list[Mention]] = field(default_factory=dict)


@dataclass(slots=True)
class Memory:
    """What the document has been speaking of so far.

    Attributes:
        topics: Topics of the sentences before, latest first.
        topic: What the document as a whole is about: the entities of its title.
        period: Period that the amounts of this section are for; `usual_period` those of the whole document.
        tables: By number.
        segment: The block that was read last.
        lead: Topics before the list that is being read; each item starts with them.
        told: Rule fit and subject of the last figure in this stretch, or None.
        counts: How often each entity was the topic of a sentence.
        sized: Models whose names' sizes were already told.
    """

    topics: list[Mention] = field(default_factory=list)
    topic: tuple[Mention, ...] = ()
    tables: dict[int, Table] = field(default_factory=dict)
    segment: Segment | None = None
    lead: tuple[Mention, ...] = ()
    period: str = ""
    usual_period: str = ""
    sized: set[str] = field(default_factory=set)
    told: Any = None
    counts: Counter[str] = field(default_factory=Counter)

    def enter(self, segment: Segment) -> None:
        """Forgets the sentences before when a heading or another list begins."""
        last = self.segment
        if last is None or segment.headings != last.headings:
            self.topics.clear()
            self.period = ""
        elif segment.kind is SegmentKind.ITEM and segment.start != last.start:
            self.lead = self.lead if last.kind is SegmentKind.ITEM else tuple(self.topics)
            self.topics[:] = self.lead
        elif last.kind is SegmentKind.ITEM and segment.kind is not SegmentKind.ITEM:
            self.topics[:] = self.lead
        if self.segment is None or segment.headings != self.segment.headings or segment.kind is not self.segment.kind:
            self.told = None
        self.segment = segment

    def note(self, reading: Reading, passage: Passage) -> None:
        """Remembers what the passage was about."""
        for mention in reversed([m for m in passage.mentions if is_topic(m)][:3]):
            if not is_oblique(reading.text, passage, mention) and not is_source(reading.text, passage, mention):
                self.topics.insert(0, mention)
                self.counts[mention.entity.id] += 1
        del self.topics[8:]


TOPICAL = frozenset({"organization", "model", "family", "product", "cluster"})


def is_topic(mention: Mention) -> bool:
    """Returns whether a sentence can be about the mention."""
    return mention.entity.type in TOPICAL and mention.kind != "adjective"


def is_oblique(text: str, passage: Passage, mention: Mention) -> bool:
    """Returns whether a preposition or a comparison governs the mention or the list that it stands in."""
    first = chain(text, passage.mentions, mention)[0]
    before = text[max(passage.start, first.start - 40) : first.start]
    return before.endswith("(") or bool(OBLIQUE.search(before) or COMPARED.search(before))


def is_source(text: str, passage: Passage, mention: Mention) -> bool:
    """Returns whether a name stands for who reports a figure, not for what it is about."""
    told = bool(REPORTS.match(text, mention.end, passage.end) or LED_ROUND.match(text, mention.end, passage.end))
    return told or is_named_as_source(text, passage, mention)


def is_named_as_source(text: str, passage: Passage, mention: Mention) -> bool:
    """Returns whether the words before a name make it a source: "according to X", "told X", "@X"."""
    before = text[max(passage.start, mention.start - 24) : mention.start]
    return before.endswith("@") or bool(ACCORDING.search(before))


def chain(text: str, mentions: Sequence[Mention], mention: Mention) -> list[Mention]:
    """Returns the list of names that a mention stands in ("A, B and C"), itself alone where there is none."""
    index = next((i for i, other in enumerate(mentions) if other.start == mention.start), 0)
    first = last = index
    while first > 0 and LIST_JOIN.fullmatch(text, mentions[first - 1].end, mentions[first].start):
        first -= 1
    while last + 1 < len(mentions) and LIST_JOIN.fullmatch(text, mentions[last].end, mentions[last + 1].start):
        last += 1
    return list(mentions[first : last + 1]) or [mention]


def find_tables(reading: Reading) -> dict[int, Table]:
    """Returns for each table whether its columns or its rows name the entities that its cells are about."""
    cells: dict[int, list[Segment]] = {}
    for segment in reading.segments:
        if segment.table is not None:
            cells.setdefault(segment.table, []).append(segment)
    tables = {number: _axes(reading, group) for number, group in cells.items()}
    for number, table in tables.items():
        _note_labels(reading, number, table, cells[number])
    return tables


def _note_labels(reading: Reading, number: int, table: Table, cells: list[Segment]) -> None:
    """Tells the reading which cells are labels besides the first column's, and whether the table lists benchmarks."""
    first = min(table.columns, default=0)
    for cell in cells:
        if cell.line and cell.position and cell.position < first:
            key = (number, cell.line)
            reading.more_labels[key] = (*reading.more_labels.get(key, ()), cell.span)
    heads = [c.span for c in cells if c.line == 0 or not c.position]
    around = [span for span in (cells[0].parent, *cells[0].headings[-1:]) if span is not None]
    named = any(m.entity.type == "benchmark" for span in heads for m in reading.mentions_in(span))
    if named or any(BENCHMARKS.search(span.of(reading.text)) for span in (*heads, *around)):
        reading.benchmark_tables.add(number)


def _axes(reading: Reading, cells: list[Segment]) -> Table:
    table = Table()
    heads = [cell for cell in cells if cell.line == 0 and cell.position]
    named = {cell.position: found for cell in heads if (found := _subjects_in(reading, cell.span))}
    if named and len(named) * 2 >= len(heads):
        table.columns = {position: found for position, found in named.items() if position is not None}
        return table
    by_column: dict[int, dict[int, list[Mention]]] = {}
    body = [cell for cell in cells if cell.line]
    for cell in body:
        found = [m for m in _subjects_in(reading, cell.span) if m.start - cell.start <= 3]
        if found and cell.position is not None and cell.line is not None:
            by_column.setdefault(cell.position, {})[cell.line] = found
    lines = len({cell.line for cell in body})
    for position in sorted(by_column):
        if len(by_column[position]) * 2 >= lines:
            table.rows = by_column[position]
            break
    return table


def _subjects_in(reading: Reading, span: Span) -> list[Mention]:
    return [m for m in reading.mentions_in(span) if is_topic(m)]


def find_topic(reading: Reading) -> tuple[Mention, ...]:
    """Returns what the whole document is about: the entities of its title, where they belong to one maker."""
    document = reading.document
    titles = [s for s in reading.segments[:6] if s.kind in (SegmentKind.TITLE, SegmentKind.HEADING)]
    spans = [s.span for s in titles[:1]] or [s.span for s in reading.segments[:1] if s.end - s.start < 150]
    catalogue = load_catalogue()
    for span in spans:
        found = _subjects_in(reading, span)
        makers = {maker.id if (maker := catalogue.maker(m.entity)) else m.entity.id for m in found}
        if found and len(makers) == 1 and not re.search(r"\bvs\b|\bversus\b", span.of(reading.text), re.I):
            return tuple(found)
    return ()


def find_subject(
    reading: Reading, passage: Passage, memory: Memory, start: int, end: int, types: Sequence[str], *, noun: str = ""
) -> Subject | None:
    """Returns the entity that the value at `[start, end)` is about, or None when nothing fits.

    Args:
        reading: The document.
        passage: Sentence or cell that holds the value.
        memory: What was spoken of before.
        start: First code point of the value.
        end: One past its last.
        types: Types that the metric accepts, best first.
        noun: The counted phrase; a name inside it is the subject ("400 Qwen models").
    """
    candidates = (*passage.mentions, *_resolve_anaphora(reading, passage, memory, start, types))
    best = _named(reading, passage, candidates, start, end, types, noun)
    if passage.segment.kind in CELLS:
        inherited = _from_cell(reading, passage, memory, types)
        if inherited and best and (best.score < 7 or not _related(best.entity, inherited.entity)):
            best = inherited if best.score < 11 else best
        best = best or inherited
    if best is not None and best.score >= 2.5:
        return best
    inherited = _from_context(reading, passage, memory, types, start)
    return inherited if inherited and (best is None or inherited.score > best.score) else best


def _related(one: Entity, other: Entity) -> bool:
    catalogue = load_catalogue()
    return _line(catalogue, one) & _line(catalogue, other) != set()


def _line(catalogue: Catalogue, entity: Entity) -> set[str]:
    ids = {entity.id, *(up.id for up in catalogue.ancestors(entity))}
    maker = catalogue.maker(entity)
    return ids | ({maker.id} if maker else set())


def _resolve_anaphora(
    reading: Reading, passage: Passage, memory: Memory, start: int, types: Sequence[str]
) -> list[Mention]:
    """Returns "it", "the model" and their like before a value as mentions of what they stand for."""
    found: list[Mention] = []
    if passage.segment.kind in CELLS:
        return found
    for anaphor in find_anaphora(reading.text, passage.start, start):
        allowed = [kind for kind in types if kind in anaphor.types] or (list(types) if anaphor.id in PRONOUNS else [])
        often = memory.counts if anaphor.id not in PRONOUNS else None
        if allowed and (entity := _antecedent(reading, passage, memory, anaphor.start, allowed, often)) is not None:
            found.append(Mention(anaphor.start, anaphor.end, entity, "anaphor"))
    return found


def _antecedent(
    reading: Reading,
    passage: Passage,
    memory: Memory,
    start: int,
    types: Sequence[str],
    often: Mapping[str, int] | None,
) -> Entity | None:
    """Returns what a pronoun or "the model" stands for: the topic of its sentence, of the one before, of the section."""
    here = [m for m in passage.mentions if m.end <= start and m.entity.type in types and m.kind != "adjective"]
    here = [m for m in here if not is_named_as_source(reading.text, passage, m) and not _reports_it(reading.text, m, start)]
    topical = [m for m in here if not is_oblique(reading.text, passage, m)]
    clause = max((found.end() for found in CLAUSE.finditer(reading.text, passage.start, max(start - 1, passage.start))), default=0)
    before = [m for m in topical if m.end <= clause] or topical
    if before:
        breaks = [found.end() for found in CLAUSE.finditer(reading.text, passage.start, clause)][:-1]
        last = [m for m in before if m.start >= max(breaks, default=0)] or before
        return last[0].entity
    if (hit := _latest(memory.topics, types, often)) is not None:
        return hit.entity
    if here:
        return here[-1].entity
    for heading in reversed(passage.segment.headings):
        if (hit := _pick([m for m in reading.mentions_in(heading) if is_topic(m)], types)) is not None:
            return hit.entity
    topic = _pick(memory.topic, types)
    return topic.entity if topic else None


def _reports_it(text: str, mention: Mention, pronoun: int) -> bool:
    """Returns whether a pronoun is the object of a name's report: "QuestMobile puts it at"."""
    verb = REPORTS.match(text, mention.end, pronoun)
    return verb is not None and not text[verb.end() : pronoun].strip()


def _latest(topics: Sequence[Mention], types: Sequence[str], counts: Mapping[str, int] | None = None) -> Mention | None:
    """Returns the latest topic of an accepted type; a better type, or a name often told of, makes up for distance."""
    fitting = [
        (index + 1.2 * types.index(m.entity.type) - (min(counts[m.entity.id], 4) if counts else 0), m)
        for index, m in enumerate(topics)
        if m.entity.type in types
    ]
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _named(
    reading: Reading,
    passage: Passage,
    candidates: Sequence[Mention],
    start: int,
    end: int,
    types: Sequence[str],
    noun: str,
) -> Subject | None:
    best: Subject | None = None
    for mention in candidates:
        kind = mention.entity.type
        if kind not in types or mention.kind == "adjective":
            continue
        score, step = _score(reading, passage, mention, start, end, noun)
        score -= types.index(kind) * 0.8
        if best is None or score > best.score:
            best = Subject(mention.entity, mention, step, score)
    return _whole_list(reading, passage, best, start) if best and best.score > 0 else None


def _whole_list(reading: Reading, passage: Passage, best: Subject, start: int) -> Subject:
    """Returns the maker where a figure is said of three or more of its products together."""
    if best.mention is None or best.mention.entity.type not in ("product", "platform"):
        return best
    members = chain(reading.text, passage.mentions, best.mention)
    catalogue = load_catalogue()
    makers = {maker.id for m in members if (maker := catalogue.maker(m.entity))}
    maker = catalogue.get(next(iter(makers))) if len(members) > 2 and len(makers) == 1 else None
    return Subject(maker, None, "list of one maker", best.score) if maker else best


def _score(
    reading: Reading, passage: Passage, mention: Mention, start: int, end: int, noun: str
) -> tuple[float, str]:
    text = reading.text
    if noun and start <= mention.start <= end + 40 and text[mention.start : mention.end] in noun:
        return 14.0, "inside the counted phrase"
    if mention.start < end and start < mention.end:
        return -9.0, "overlaps the value"
    if mention.end <= start:
        return _score_before(text, passage, mention, start)
    return _score_after(text, passage, mention, end)


def _score_before(text: str, passage: Passage, mention: Mention, start: int) -> tuple[float, str]:
    between = text[mention.end : start]
    own = mention.kind == "anaphor" and text[mention.start : mention.end].casefold() in ("its", "their")
    if re.fullmatch(r"\s+(?:[\w.-]+\s+){0,2}" if own else r"['’]s?\s+(?:[\w.-]+\s+){0,2}", between):
        return 12.0, "possessive before the value"
    if re.fullmatch(r"\s*[(–—:]\s*", between):
        return 12.0, "holds the brackets"
    score = 9.0 - len(between) / 40 - 3.0 * len(CLAUSE.findall(between))
    before = text[max(passage.start, mention.start - 40) : mention.start]
    first = bool(OPENING.fullmatch(before))
    if first and HEAD.match(text, mention.end):
        return max(score, 8.0), "head of the item"
    if is_oblique(text, passage, mention):
        score -= 4
    elif first:
        score += 1.5
    if COMPARED.search(before):
        score -= 4
    if POSSESSIVE.match(between):
        score -= 4.0 if any(0 < m.start - mention.end <= 4 for m in passage.mentions) else 1.0
    if is_source(text, passage, mention):
        score -= 8.0
    elif SPEAKS.match(between):
        score -= 4.0
    return score, "named before"


def _score_after(text: str, passage: Passage, mention: Mention, end: int) -> tuple[float, str]:
    between = text[end : mention.start]
    if re.fullmatch(r"[\w\s%+-]{0,30}\(", between):
        return 11.0, "in brackets behind the value"
    before = text[max(passage.start, mention.start - 40) : mention.start]
    if COMPARED.search(before):
        return -2.0, "compared with"
    if re.search(r"\b(?:via|through|across|on)\s+(?:the )?$", before):
        return -1.0, "platform"
    if LINKED.fullmatch(between):
        return 8.5 - len(between) / 20, "linked behind the value"
    return 4.0 - len(between) / 15 - 3.5 * len(CLAUSE.findall(between)), "named behind"


def _pick(mentions: Sequence[Mention], types: Sequence[str]) -> Mention | None:
    fitting = [m for m in mentions if m.entity.type in types and m.kind != "adjective"]
    return min(fitting, key=lambda m: types.index(m.entity.type), default=None)


def _from_cell(reading: Reading, passage: Passage, memory: Memory, types: Sequence[str]) -> Subject | None:
    segment = passage.segment
    table = memory.tables.get(segment.table) if segment.table is not None else None
    if table and segment.position is not None and (hit := _pick(table.columns.get(segment.position, ()), types)):
        return Subject(hit.entity, hit, "head of the column", 10.0)
    if table and segment.line is not None and (hit := _pick(table.rows.get(segment.line, ()), types)):
        return Subject(hit.entity, hit, "head of the row", 10.0)
    return None


def _from_context(
    reading: Reading, passage: Passage, memory: Memory, types: Sequence[str], start: int
) -> Subject | None:
    segment, text = passage.segment, reading.text
    if segment.kind not in CELLS and GENERIC.search(text, max(passage.start, start - 20), start):
        return None
    places: list[tuple[float, str, Mention | None]] = [
        (7.0, "label", _pick(_named_by(reading, segment.row), types)),
        (6.5, "head of the list", _pick(_named_by(reading, segment.parent), types)),
    ]
    if segment.kind not in CELLS:
        often = memory.counts if types[0] == "organization" else None
        places.append((6.0, "sentence before", _latest(memory.topics, types, often)))
    for heading in reversed(segment.headings):
        places.append((5.0, "heading", _pick(_named_by(reading, heading), types)))
    if segment.kind is not SegmentKind.PARAGRAPH:
        places.append((4.0, "topic of the document", _pick(memory.topic, types)))
    found = [(score - RANK * types.index(m.entity.type), step, m) for score, step, m in places if m is not None]
    score, step, hit = max(found, key=lambda place: place[0], default=(0.0, "", None))
    return Subject(hit.entity, hit if step == "label" else None, step, score) if hit is not None else None


def _named_by(reading: Reading, span: Span | None) -> list[Mention]:
    return [m for m in reading.mentions_in(span) if is_topic(m)]
