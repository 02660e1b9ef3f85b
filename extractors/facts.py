"""Finds the claims whose value is no figure: dates of release and founding, licences, openness, roles, seats, makers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from extractors.catalogue import load_catalogue
from extractors.entities import Mention
from extractors.model import DateMention, Entity, SegmentKind, Span
from extractors.passages import Passage, Reading, gap
from extractors.rules import check_entries, load_rules
from extractors.subjects import CELLS, Memory, Subject, chain, find_subject, is_topic

MAKERS = ("organization",)
OPEN_TO = ("model", "family", "product", "organization")
NO_EVENT = re.compile(
    r"\b(?:ended|ending|since|by|until|before|through|as of|after|end of|beginning of|start of|for|prior to|during|early as|between)\s+(?:the )?$", re.I
)
BASED = re.compile(
    r"(?:headquarter(?:ed|s)|based|head office|HQ)\s+(?:is |are )?(?:in|at)\s+(?:the )?$|\bheadquarters\b[^.;\n]{0,12}$", re.I
)
BASED_AFTER = re.compile(r"-based\b|-headquartered\b")
OTHERS = re.compile(r"\s+(?:\w+\s+){0,2}\w{3,}(?<!us)(?<!is)(?<!ss)(?<!as)s\b")
DEVELOPED_BY = re.compile(
    r"\b(?:developed|made|built|created|owned|operated|published|released)(?: and (?:owned|operated|maintained|built))? by\s+(?:the )?$"
)
IN_LIST = re.compile(r"\s*(?:\([^()]{0,60}\)\s*)?(?:in|on|\()\s+", re.I)
PEOPLE_JOIN = re.compile(r"(?:\s*\([^()]{0,40}\))?\s*(?:,|,?\s+and|&)\s*(?:\w+\s+){0,2}")
RELEASE_LIST = re.compile(r"\b(?:releases?|release history|timeline|history|launch\w*|versions?|models?|chronology|milestones)\b", re.I)
MONTH_NAMED = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
PAST = re.compile(r"\b(?:former|formerly|ex-|departed|then-|previous|resigned as|stepped down as|left)\s*(?:\w+\s+){0,3}$", re.I)


@dataclass(frozen=True, slots=True)
class Fact:
    """A value that is no figure, with its subject; `when` is set for dates, `value` for all others."""

    metric: str
    span: Span
    subject: Subject
    rule: str
    value: str = ""
    when: DateMention | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class FactRules:
    """The compiled rules/facts.toml."""

    openness: re.Pattern[str]
    classes: dict[str, str]
    licences: tuple[tuple[re.Pattern[str], str, str], ...]
    dates: tuple[dict[str, Any], ...]
    roles: tuple[dict[str, Any], ...]


@lru_cache(maxsize=1)
def load_fact_rules() -> FactRules:
    """Returns the rules, compiled once.

    Raises:
        RuleError: An entry has an unknown key, lacks one, or stands twice.
    """
    rules = load_rules("facts.toml")
    common = ("id", "source", "example", "counterexample")
    for name, own in (
        ("openness", ("phrases",)),
        ("licence", ("pattern", "value")),
        ("date", ("metric", "cue", "reach", "types")),
        ("role", ("metric", "cue")),
    ):
        check_entries(rules[name], file=f"rules/facts.toml [{name}]", required=(*common, *own), optional=())
    classes = {phrase.casefold(): entry["id"] for entry in rules["openness"] for phrase in entry["phrases"]}
    words = "|".join(re.escape(phrase) for phrase in sorted(classes, key=len, reverse=True))
    return FactRules(
        openness=re.compile(rf"\b(?:{words})\b", re.I),
        classes=classes,
        licences=tuple((re.compile(e["pattern"]), e["value"], e["id"]) for e in rules["licence"]),
        dates=tuple(rules["date"]),
        roles=tuple(rules["role"]),
    )


def find_facts(reading: Reading, passage: Passage, memory: Memory) -> Iterator[Fact]:
    """Yields the claims of a passage whose value is a date, a name or a class."""
    if passage.segment.row is not None and passage.segment.kind is SegmentKind.LABEL:
        yield from _dated_row(reading, passage)
    if passage.dates:
        yield from _dates(reading, passage, memory)
    yield from _licences(reading, passage, memory)
    if any(m.entity.type == "person" for m in passage.mentions):
        yield from _roles(reading, passage, memory)
    if any(m.entity.type == "place" for m in passage.mentions):
        yield from _seats(reading, passage, memory)
    yield from _makers(reading, passage)
    if passage.mentions or passage.segment.kind in CELLS:
        yield from _openness(reading, passage, memory)


def _dates(reading: Reading, passage: Passage, memory: Memory) -> Iterator[Fact]:
    if passage.segment.kind is SegmentKind.FIELD:
        return
    before_this: tuple[DateMention, dict[str, Any]] | None = None
    for date in passage.dates:
        best: tuple[float, dict[str, Any]] | None = None
        if date.precision in ("range", "quarter", "half", "time"):
            continue
        if date.relative and not MONTH_NAMED.search(reading.text, date.start, date.end):
            continue
        before = reading.text[max(passage.start, date.start - 24) : date.start]
        if (fact := _next_in_list(reading, passage, date, before_this)) is not None:
            before_this = (date, before_this[1]) if before_this else None
            yield fact
            continue
        if NO_EVENT.search(before):
            continue
        for rule in load_fact_rules().dates:
            distance = _date_distance(reading, passage, date, rule)
            if distance is not None and (best is None or distance < best[0]):
                best = (distance, rule)
        found = _date_fact(reading, passage, memory, date, best[1]) if best else _beside_name(reading, passage, date)
        if found is not None:
            before_this = (date, best[1]) if best else None
            yield found


def _next_in_list(
    reading: Reading, passage: Passage, date: DateMention, before: tuple[DateMention, dict[str, Any]] | None
) -> Fact | None:
    """Returns the next of a list of events: "shipped GPT-4 in March 2023, then GPT-4 Turbo in November 2023"."""
    if before is None:
        return None
    last, rule = before
    for mention in passage.mentions:
        if mention.entity.type in rule["types"] and last.end <= mention.start and mention.end <= date.start:
            if IN_LIST.fullmatch(reading.text, mention.end, date.start):
                subject = Subject(mention.entity, mention, "next of the list", 8.0)
                return Fact(rule["metric"], Span(date.start, date.end), subject, f"date-{rule['id']}", when=date)
    return None


def _dated_row(reading: Reading, passage: Passage) -> Iterator[Fact]:
    """Yields the releases of a list whose entries begin with their date ("2023-07: Llama 2")."""
    row, segment = passage.segment.row, passage.segment
    date = next((d for d in reading.dates if row and row.start <= d.start and d.end <= row.end), None)
    if date is None or row is None or date.end - date.start < len(row.of(reading.text).strip(" *_")):
        return
    spots = (*segment.headings[-1:], *((segment.parent,) if segment.parent else ()))
    if not any(RELEASE_LIST.search(spot.of(reading.text)) for spot in spots):
        return
    made = [m for m in passage.mentions if m.entity.type in ("model", "product")]
    if made and made[0].start - passage.start <= 3:
        for mention in chain(reading.text, made, made[0]):
            subject = Subject(mention.entity, mention, "entry of a dated list", 9.0)
            yield Fact("release_date", Span(date.start, date.end), subject, "date-list", when=date)


def _date_distance(reading: Reading, passage: Passage, date: DateMention, rule: dict[str, Any]) -> float | None:
    group = rule["cue"]
    distances = [
        distance + 15 * _dates_between(passage, date, hit)
        for hit in passage.cues.get(group, ())
        if (distance := gap(reading.text, date.start, date.end, hit)) <= rule["reach"]
    ]
    segment = passage.segment
    if segment.kind in CELLS:
        for label in (segment.row, segment.column):
            if group in reading.label_cues(label) or (group == "released" and _date_column(reading, passage)):
                distances.append(2)
    fitting = [d for d in distances if d <= rule["reach"]]
    return min(fitting, default=None)


def _dates_between(passage: Passage, date: DateMention, hit: tuple[int, int]) -> int:
    first, last = (hit[1], date.start) if hit[1] <= date.start else (date.end, hit[0])
    return sum(1 for other in passage.dates if first <= other.start and other.end <= last)


def _date_column(reading: Reading, passage: Passage) -> bool:
    """Returns whether the cell stands under a head that says "Date" alone, as in a list of releases."""
    column = passage.segment.column
    return column is not None and column.of(reading.text).strip().casefold() in ("date", "when", "launch", "shipped")


def _date_fact(
    reading: Reading, passage: Passage, memory: Memory, date: DateMention, rule: dict[str, Any]
) -> Fact | None:
    subject = _founded(reading, passage, rule) or find_subject(
        reading, passage, memory, date.start, date.end, rule["types"]
    )
    if subject is None:
        return None
    return Fact(rule["metric"], Span(date.start, date.end), subject, f"date-{rule['id']}", when=date)


def _founded(reading: Reading, passage: Passage, rule: dict[str, Any]) -> Subject | None:
    """Returns what somebody founded or released: the name right behind the verb ("Meta founded FAIR in 2013")."""
    for _, last in passage.cues.get(rule["cue"], ()):
        for mention in passage.mentions:
            if 0 < mention.start - last <= 5 and mention.entity.type in rule["types"] and mention.entity.type != "hardware":
                between = reading.text[last : mention.start]
                if re.fullmatch(r"\s+(?:the |its )?", between):
                    return Subject(mention.entity, mention, "object of the verb", 9.0)
    return None


def _beside_name(reading: Reading, passage: Passage, date: DateMention) -> Fact | None:
    """Returns a release date for a product's name with nothing but a date beside it: "GPT-2 (February 2019)"."""
    text = reading.text
    leads = date.start - passage.start <= 4 and passage.segment.kind is SegmentKind.ITEM
    bracketed = text[date.end : date.end + 1] == ")"
    for mention in passage.mentions:
        if mention.entity.type not in ("model", "product"):
            continue
        held = bracketed and re.fullmatch(r"(?:\s+[\w&-]+){0,4}\s*\(", text[mention.end : date.start])
        if held or (leads and re.fullmatch(r"\*{0,2}\s*[—–:-]+\s*", text[date.end : mention.start])):
            subject = Subject(mention.entity, mention, "name beside the date", 9.0)
            return Fact("release_date", Span(date.start, date.end), subject, "date-beside-name", when=date, confidence=0.7)
    return None


def _licences(reading: Reading, passage: Passage, memory: Memory) -> Iterator[Fact]:
    spans: list[tuple[Span, str, str]] = [
        (Span(m.start, m.end), _licence_name(reading.text[m.start : m.end], m.entity, reading.text[max(0, m.start - 10) : m.start]), "licence-name")
        for m in passage.mentions
        if m.entity.type in ("licence", "license")
    ]
    if "license" in passage.cues or "icens" in reading.text[passage.start : passage.end]:
        for pattern, value, name in load_fact_rules().licences:
            for match in pattern.finditer(reading.text, passage.start, passage.end):
                span = Span(*match.span())
                if not any(s.start < span.end and span.start < s.end for s, _, _ in spans):
                    spans.append((span, value.format(**match.groupdict()), f"licence-{name}"))
    for span, value, rule in spans:
        subject = _inside(reading, span) or find_subject(reading, passage, memory, span.start, span.end, OPEN_TO)
        if subject is not None:
            yield Fact("license", span, subject, rule, value)


def _licence_name(words: str, licence: Entity, before: str) -> str:
    """Returns the licence's canonical name; an acronym stays as it is written, without the word "license"."""
    if before.casefold().rstrip().endswith("modified"):
        return f"Modified {words}"
    short = re.sub(r"\s*licen[cs]e.*$", "", words, flags=re.I).strip()
    return short if short.isupper() and len(short) <= 5 else licence.name


def _inside(reading: Reading, span: Span) -> Subject | None:
    """Returns the family whose possessive opens the licence's own words ("Llama's community license")."""
    words = span.of(reading.text)
    owner = re.match(r"([\w .-]{2,30})['’]s ", words)
    entity = load_catalogue().find(owner[1]) if owner else None
    return Subject(entity, None, "inside the licence's name", 9.0) if entity else None


def _openness(reading: Reading, passage: Passage, memory: Memory) -> Iterator[Fact]:
    rules = load_fact_rules()
    for match in rules.openness.finditer(reading.text, passage.start, passage.end):
        subject = find_subject(reading, passage, memory, *match.span(), OPEN_TO)
        if subject is not None and subject.score >= 6:
            value = rules.classes[match[0].casefold()]
            yield Fact("openness", Span(*match.span()), subject, "openness", value, confidence=0.7)


def _roles(reading: Reading, passage: Passage, memory: Memory) -> Iterator[Fact]:
    people = [m for m in passage.mentions if m.entity.type == "person"]
    for person in people:
        for rule in load_fact_rules().roles:
            leader = _first_of_list(reading, people, person) if rule["id"] == "founder" else person
            cue = _role_cue(reading, passage, leader, people, rule["cue"])
            if cue is None:
                continue
            span = Span(person.start, person.end)
            if PAST.search(reading.text[max(passage.start, cue.start - 24) : cue.start]):
                continue
            subject = _employer(reading, passage, memory, person, cue)
            if subject is not None:
                role = cue.of(reading.text) if rule["id"] == "leads" else ""
                yield Fact(
                    rule["metric"], span, subject, f"role-{rule['id']}", person.entity.name,
                    qualifiers=(("role", role),) if role else (),
                )


def _first_of_list(reading: Reading, people: Sequence[Mention], person: Mention) -> Mention:
    """Returns the first of a list of people, whose roles may stand in brackets: "A (CEO), B (CTO) and C"."""
    first = index = people.index(person)
    while index > 0 and PEOPLE_JOIN.fullmatch(reading.text, people[index - 1].end, people[index].start):
        index -= 1
        first = index
    return people[first]


def _role_cue(
    reading: Reading, passage: Passage, person: Mention, people: Sequence[Mention], group: str
) -> Span | None:
    """Returns the role word that belongs to a person: in the label, or in the same clause with nobody in between."""
    for label in (passage.segment.row, passage.segment.column):
        if group in reading.label_cues(label) and person is people[0]:
            return label
    best: tuple[int, tuple[int, int]] | None = None
    for hit in passage.cues.get(group, ()):
        first, last = (hit[1], person.start) if hit[1] <= person.start else (person.end, hit[0])
        if any(first <= other.start < last for other in people if other is not person):
            continue
        if hit[0] < person.start and reading.text[hit[0] : hit[1]].casefold().endswith(("s", "of")) and group == "leads":
            continue
        distance = gap(reading.text, person.start, person.end, hit)
        if distance <= 45 and (best is None or distance < best[0]):
            best = (distance, hit)
    return Span(*best[1]) if best else None


def _employer(reading: Reading, passage: Passage, memory: Memory, person: Mention, cue: Span) -> Subject | None:
    inside = passage.start <= cue.start < passage.end
    where = (min(person.start, cue.start), max(person.end, cue.end)) if inside else (person.start, person.end)
    near = [
        m
        for m in passage.mentions
        if m.entity.type == "organization" and (m.end == where[0] - 1 or where[0] <= m.start <= where[1] + 8)
    ]
    if near:
        return Subject(near[-1].entity, near[-1], "organization beside the role", 10.0)
    subject = find_subject(reading, passage, memory, *where, (*MAKERS, "product", "family"))
    return subject or _topic_subject(memory, MAKERS)


def _seats(reading: Reading, passage: Passage, memory: Memory) -> Iterator[Fact]:
    segment = passage.segment
    labelled = segment.kind in CELLS and any(
        "headquarters" in reading.label_cues(label) for label in (segment.row, segment.column)
    )
    done = False
    for mention in passage.mentions:
        if mention.entity.type != "place" or (labelled and done):
            continue
        behind = BASED_AFTER.match(reading.text, mention.end)
        if behind and OTHERS.match(reading.text, behind.end()):
            continue
        if not labelled and not behind and not BASED.search(reading.text[max(passage.start, mention.start - 40) : mention.start]):
            continue
        subject = find_subject(reading, passage, memory, mention.start, mention.end, MAKERS)
        subject = subject or _topic_subject(memory, MAKERS)
        if subject is not None:
            done = True
            span = Span(mention.start, mention.end)
            yield Fact("headquarters", span, subject, "seat", reading.written(span.start, span.end))


def _topic_subject(memory: Memory, types: Sequence[str]) -> Subject | None:
    topic = next((m for m in memory.topic if m.entity.type in types), None)
    return Subject(topic.entity, None, "topic of the document", 4.0) if topic else None


def _makers(reading: Reading, passage: Passage) -> Iterator[Fact]:
    """Yields who makes a product, from "made by X" and from "X's Y" where the catalogue does not say otherwise."""
    topics = [m for m in passage.mentions if is_topic(m) or m.entity.type == "person"]
    for left, right in zip(topics, topics[1:], strict=False):
        between = reading.text[left.end : right.start]
        if right.entity.type == "organization" and DEVELOPED_BY.search(between) and left.entity.type != "person":
            yield _maker(right, left, "made-by")
        elif left.entity.type == "organization" and re.fullmatch(r"['’]s? (?:\w+ )?", between) and _made(left.entity, right.entity):
            yield _maker(left, right, "possessive")


def _maker(maker: Mention, made: Mention, rule: str) -> Fact:
    subject = Subject(made.entity, made, rule, 9.0)
    return Fact("developer", Span(maker.start, maker.end), subject, f"developer-{rule}", maker.entity.name)


def _made(maker: Entity, made: Entity) -> bool:
    known = load_catalogue().maker(made)
    return made.type in ("model", "family", "product", "cluster") and (known is None or known.id == maker.id)
