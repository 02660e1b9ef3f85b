"""Finds the dates that are claims themselves: released, announced, founded, listed."""

import re
from collections.abc import Iterator

from extractors.fact_rules import EventRule, Fact, load_fact_rules
from extractors.linking import chain
from extractors.memory import Scene
from extractors.model import DateMention, SegmentKind, Span
from extractors.subjects import CELLS, Subject, find_subject

MADE = ("model", "product")
PERIODS = frozenset({"range", "quarter", "half", "time"})
DATE_HEADS = frozenset({"date", "when", "launch", "shipped"})
IN_LABEL = 2
ANOTHER_DATE = 15
IN_LIST = re.compile(r"\s*(?:\([^()]{0,60}\)\s*)?(?:in|on|\()\s+", re.I)
RELEASE_LIST = re.compile(r"\b(?:releases?|timeline|history|launch\w*|versions?|models?|chronology|milestones)\b", re.I)
MONTH_NAMED = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
HOLDS_DATE = re.compile(r"(?:\s+[\w&-]+){0,4}\s*\(")
OWN_DATE = re.compile(
    r"(?:last[ _-])?(?:date|pub ?date|publish\w*|posted|created|updated|modified)(?:[ _-]?(?:date|at|on|time))?$", re.I
)
DASH = re.compile(r"\*{0,2}\s*[—–:-]+\s*")
OBJECT = re.compile(r"\s+(?:the |its )?")

Last = tuple[DateMention, EventRule]


def find_events(scene: Scene) -> Iterator[Fact]:
    """Yields the dates of a passage that are values of a metric."""
    if scene.segment.kind is SegmentKind.LABEL:
        yield from _dated_row(scene)
    if _is_own_date(scene):
        return
    last: Last | None = None
    for date in scene.passage.dates:
        if not _may_be_event(scene, date):
            continue
        fact = _next_in_list(scene, date, last)
        rule = last[1] if fact and last else None
        if fact is None and not scene.follows("no-event", date.start, 24):
            rule = _nearest_rule(scene, date)
            fact = _by_cue(scene, date, rule) if rule else _beside_name(scene, date)
        if fact is not None:
            last = (date, rule) if rule else None
            yield fact


def _is_own_date(scene: Scene) -> bool:
    """Returns whether a field or label gives the day of the document itself ("date", "Published")."""
    segment = scene.segment
    outside = segment.kind in (SegmentKind.FIELD, SegmentKind.LABEL) and segment.table is None
    return outside and segment.row is not None and bool(OWN_DATE.match(segment.row.of(scene.text).strip(" *_")))


def _may_be_event(scene: Scene, date: DateMention) -> bool:
    named = not date.relative or bool(MONTH_NAMED.search(scene.text, date.start, date.end))
    return named and date.precision not in PERIODS


def _fact(date: DateMention, metric: str, subject: Subject, rule: str, confidence: float = 0.9) -> Fact:
    return Fact(metric, Span(date.start, date.end), subject, rule, when=date, confidence=confidence)


def _nearest_rule(scene: Scene, date: DateMention) -> EventRule | None:
    distances = [
        (d, i, rule)
        for i, rule in enumerate(load_fact_rules().events)
        if (d := _distance(scene, date, rule)) is not None
    ]
    return min(distances)[2] if distances else None


def _distance(scene: Scene, date: DateMention, rule: EventRule) -> int | None:
    """Returns how far the cue of a rule stands from a date, None where it is out of reach."""
    distances = [
        scene.gap(date.start, date.end, hit) + ANOTHER_DATE * _dates_between(scene, date, hit)
        for hit in scene.passage.cues.get(rule.cue, ())
    ]
    segment = scene.segment
    if segment.kind in CELLS:
        for label in (segment.row, segment.column):
            if rule.cue in scene.reading.label_cues(label) or (rule.cue == "released" and _date_column(scene)):
                distances.append(IN_LABEL)
    return min((d for d in distances if d <= rule.reach), default=None)


def _dates_between(scene: Scene, date: DateMention, hit: tuple[int, int]) -> int:
    first, last = (hit[1], date.start) if hit[1] <= date.start else (date.end, hit[0])
    return sum(1 for other in scene.passage.dates if first <= other.start and other.end <= last)


def _date_column(scene: Scene) -> bool:
    """Returns whether the cell stands under a head that says "Date" alone, as in a list of releases."""
    column = scene.segment.column
    return column is not None and column.of(scene.text).strip().casefold() in DATE_HEADS


def _by_cue(scene: Scene, date: DateMention, rule: EventRule) -> Fact | None:
    subject = _object(scene, rule) or find_subject(scene, Span(date.start, date.end), rule.types)
    return _fact(date, rule.metric, subject, f"date-{rule.id}") if subject else None


def _object(scene: Scene, rule: EventRule) -> Subject | None:
    """Returns what somebody founded or released: the name right behind the verb ("Meta founded FAIR in 2013")."""
    for _, last in scene.passage.cues.get(rule.cue, ()):
        for mention in scene.passage.mentions:
            fits = mention.entity.type in rule.types and mention.entity.type != "hardware"
            if fits and mention.start > last and OBJECT.fullmatch(scene.text, last, mention.start):
                return Subject(mention.entity, mention, "object of the verb", 9.0)
    return None


def _next_in_list(scene: Scene, date: DateMention, last: Last | None) -> Fact | None:
    """Returns the next of a list of events: "shipped GPT-4 in March 2023, then GPT-4 Turbo in November 2023"."""
    if last is None:
        return None
    before, rule = last
    for mention in scene.passage.mentions:
        inside = before.end <= mention.start and mention.end <= date.start
        if mention.entity.type in rule.types and inside and IN_LIST.fullmatch(scene.text, mention.end, date.start):
            subject = Subject(mention.entity, mention, "next of the list", 8.0)
            return _fact(date, rule.metric, subject, f"date-{rule.id}")
    return None


def _dated_row(scene: Scene) -> Iterator[Fact]:
    """Yields the releases of a list whose entries begin with their date ("2023-07: Llama 2")."""
    row = scene.segment.row
    date = next(iter(scene.reading.dates_in(row)), None)
    if date is None or row is None or date.end - date.start < len(row.of(scene.text).strip(" *_")):
        return
    made = [m for m in scene.passage.mentions if m.entity.type in MADE]
    listed = any(RELEASE_LIST.search(spot.of(scene.text)) for spot in scene.above)
    if listed and made and made[0].start - scene.passage.start <= 3:
        for mention in chain(scene.text, made, made[0]):
            yield _fact(
                date, "release_date", Subject(mention.entity, mention, "entry of a dated list", 9.0), "date-list"
            )


def _beside_name(scene: Scene, date: DateMention) -> Fact | None:
    """Returns a release date for a product's name with nothing but a date beside it: "GPT-2 (February 2019)"."""
    text = scene.text
    leads = date.start - scene.passage.start <= 4 and scene.segment.kind is SegmentKind.ITEM
    bracketed = text[date.end : date.end + 1] == ")"
    for mention in scene.passage.mentions:
        if mention.entity.type not in MADE:
            continue
        held = bracketed and HOLDS_DATE.fullmatch(text, mention.end, date.start)
        if held or (leads and DASH.fullmatch(text, date.end, mention.start)):
            subject = Subject(mention.entity, mention, "name beside the date", 9.0)
            return _fact(date, "release_date", subject, "date-beside-name", 0.7)
    return None
