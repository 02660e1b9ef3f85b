"""Finds the dates that are claims themselves: released, announced, founded, listed."""

import re
from collections.abc import Iterator
from dataclasses import replace

from extractors.axes import topics_in
from extractors.fact_rules import EventRule, Fact, load_fact_rules
from extractors.linking import chain, pick
from extractors.memory import CELLS, Scene
from extractors.model import DateMention, SegmentKind, Span
from extractors.subjects import Subject, find_subject
from extractors.timelines import dated_rows, told_in_row
from extractors.wording import load_wording

MADE = ("model", "product", "family")
BRACKETED = ("model", "product")
STRETCHES = frozenset({"range", "time"})
PERIODS = frozenset({"quarter", "half"})
PERIOD_REACH = 30
IN_LABEL = 2
ANOTHER_DATE = 15
ANOTHER_VERB = 25
GOES_ON = re.compile(r"\b(?:and|but|then|while|before|after)\s")
EXCHANGE = re.compile(r"\b(?:NYSE|Nasdaq|NASDAQ|HKEX|Stock Exchange|stock exchange|stock market|bourse)\b")
OPENING = 16  # code points of a sentence within which a participle opens it
BEHIND_OPENING = 60
LONGEST_LIST = 160
LEADING_DATE = 20
ASIDE = re.compile(r",\s(?:which|who|that|an?|the)\s[^,;.]{3,80},\s|\sby\s[^;.]{3,160}?(?=\s(?:in|on)\s)")
IN_LIST = re.compile(r"\s*(?:\([^()]{0,60}\)\s*)?(?:in|on|\()\s+", re.I)
MONTH_NAMED = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)")
HOLDS_DATE = re.compile(r"(?:\s+[\w&-]+){0,4}\s*\(")
OWN_DATE = re.compile(
    r"(?:last[ _-])?(?:date|pub ?date|publish\w*|posted|created|updated|modified)(?:[ _-]?(?:date|at|on|time))?$", re.I
)
DASH = re.compile(r"\*{0,2}\s*[—–:-]+\s*")
OBJECT = re.compile(r"\s+(?:the |its |both )?(?:\w+ (?:model|family|series|assistant|chatbot) )?")
SURE = 6.0
RESPECTIVELY = "respectively"

Last = tuple[DateMention, EventRule]


def find_events(scene: Scene) -> Iterator[Fact]:
    """Yields the dates of a passage that are values of a metric."""
    if scene.segment.kind is SegmentKind.LABEL:
        yield from dated_rows(scene)
    if _is_own_date(scene):
        return
    last: Last | None = None
    for date in scene.passage.dates:
        if not _may_be_event(scene, date):
            continue
        fact = _next_in_list(scene, date, last)
        rule = last[1] if fact and last else None
        if fact is None:
            rule = _nearest_rule(scene, date)
            fact = _by_cue(scene, date, rule) if rule else _without_cue(scene, date)
        if fact is not None:
            last = (date, rule) if rule else None
            yield from _each(scene, fact)


def _is_own_date(scene: Scene) -> bool:
    """Returns whether a field or label gives the day of the document itself ("date", "Published")."""
    segment = scene.segment
    outside = segment.kind in (SegmentKind.FIELD, SegmentKind.LABEL) and segment.table is None
    return outside and segment.row is not None and bool(OWN_DATE.match(segment.row.of(scene.text).strip(" *_")))


def _may_be_event(scene: Scene, date: DateMention) -> bool:
    return date.precision not in STRETCHES and (
        not date.relative or MONTH_NAMED.search(scene.text, date.start, date.end) is not None
    )


def _each(scene: Scene, fact: Fact) -> Iterator[Fact]:
    """Yields a release once for each product that a list joins to its subject: "released A, B and C in May"."""
    mention = fact.subject.mention
    if mention is None or mention.entity.type not in MADE or mention.kind == "anaphor":
        yield fact
        return
    inside = scene.passage.start <= mention.start < scene.passage.end
    elsewhere = Span(mention.start, mention.start + LONGEST_LIST)  # in the cell that heads the row
    named = scene.passage.mentions if inside else scene.reading.mentions_in(elsewhere)
    listed = [m for m in chain(scene.text, named, mention) if m.entity.type in MADE and m.kind != "adjective"]
    if RESPECTIVELY in scene.text[fact.span.end : scene.passage.end]:
        dates = [date for date in scene.passage.dates if _may_be_event(scene, date)]
        at = next((at for at, date in enumerate(dates) if date.start == fact.span.start), 0)
        listed = listed[at : at + 1] if len(dates) == len(listed) else listed
    for other in listed or [mention]:
        same = other.start == mention.start
        subject = replace(fact.subject, entity=other.entity, mention=replace(other, kind="known"))
        yield fact if same and len(listed) < 2 else replace(fact, subject=subject)


def _fact(date: DateMention, metric: str, subject: Subject, rule: str, confidence: float = 0.9) -> Fact:
    return Fact(metric, Span(date.start, date.end), subject, rule, when=date, confidence=confidence)


def _nearest_rule(scene: Scene, date: DateMention) -> EventRule | None:
    """Returns the rule whose cue stands nearest; after "since" or "by" only one that the date itself completes."""
    bound = scene.follows("no-event", date.start, 24)
    distances = [
        (d, i, rule)
        for i, rule in enumerate(load_fact_rules().events)
        if (d := _distance(scene, date, rule)) is not None and not (bound and d > 1)
    ]
    return _on_exchange(scene, min(distances)[2]) if distances else None


def _on_exchange(scene: Scene, rule: EventRule) -> EventRule:
    """Returns the rule of listings where what appears does so on a stock exchange ("made its debut on the NYSE")."""
    if rule.cue != "released" or not EXCHANGE.search(scene.text, scene.passage.start, scene.passage.end):
        return rule
    return next(other for other in load_fact_rules().events if other.cue == "listed")


def _distance(scene: Scene, date: DateMention, rule: EventRule) -> int | None:
    """Returns how far the cue of a rule stands from a date, None where it is out of reach."""
    distances = [_between(scene, date, hit) for hit in scene.passage.cues.get(rule.cue, ())]
    segment = scene.segment
    if segment.kind in CELLS:
        for label in (segment.row, segment.column):
            if rule.cue in scene.reading.label_cues(label) or (rule.cue == "released" and _dates_products(scene)):
                distances.append(IN_LABEL)
    reach = min(rule.reach, PERIOD_REACH) if date.precision in PERIODS else rule.reach
    return min((d for d in distances if d <= reach), default=None)


def _between(scene: Scene, date: DateMention, hit: tuple[int, int]) -> int:
    """Returns how far a cue stands from a date, asides left out ("founded by A, B and C in May")."""
    distance = scene.gap(date.start, date.end, hit) + ANOTHER_DATE * _dates_between(scene, date, hit)
    if hit[0] >= date.end and GOES_ON.search(scene.text, date.end, hit[0]):
        distance += ANOTHER_VERB
    aside = ASIDE.search(scene.text, hit[1], date.start) if distance > PERIOD_REACH else None
    return distance - (aside.end() - aside.start()) if aside else distance


def _dates_between(scene: Scene, date: DateMention, hit: tuple[int, int]) -> int:
    first, last = (hit[1], date.start) if hit[1] <= date.start else (date.end, hit[0])
    return sum(1 for other in scene.passage.dates if first <= other.start and other.end <= last)


def _dates_products(scene: Scene) -> bool:
    """Returns whether the cell stands under a head that says "Date" alone, in a row that names a product."""
    segment = scene.segment
    if segment.column is None or segment.column.of(scene.text).strip(" *").casefold() not in load_wording().date_heads:
        return False
    table = scene.memory.tables.get(segment.table) if segment.table is not None else None
    rows = table.rows.get(segment.line or 0, []) if table else []
    return pick([*rows, *topics_in(scene.reading, segment.row)], MADE) is not None


def _by_cue(scene: Scene, date: DateMention, rule: EventRule) -> Fact | None:
    types = (*rule.types, "platform") if scene.segment.kind in CELLS else rule.types
    subject = (
        _object(scene, date, rule)
        or _behind_opening(scene, date, rule)
        or find_subject(scene, Span(date.start, date.end), types)
    )
    if subject is None or (date.precision in PERIODS and subject.entity.type not in MADE):
        return None
    return _fact(date, rule.metric, subject, f"date-{rule.id}")


def _without_cue(scene: Scene, date: DateMention) -> Fact | None:
    return _beside_name(scene, date) or _due(scene, date) or told_in_row(scene, date)


def _due(scene: Scene, date: DateMention) -> Fact | None:
    """Returns when a product is due: "Avocado, a new model, is planned for the first half of 2026"."""
    if not scene.follows("due", date.start, 30):
        return None
    subject = find_subject(scene, Span(date.start, date.end), BRACKETED)
    return _fact(date, "release_date", subject, "date-due", 0.7) if subject and subject.score >= SURE else None


def _object(scene: Scene, date: DateMention, rule: EventRule) -> Subject | None:
    """Returns what somebody founded or released: the name right behind the verb ("Meta founded FAIR in 2013")."""
    hits = scene.passage.cues.get(rule.cue, ())
    for _, last in sorted(hits, key=lambda hit: scene.gap(date.start, date.end, hit))[:2]:
        for mention in scene.passage.mentions:
            fits = mention.entity.type in rule.types and mention.entity.type != "hardware"
            if fits and mention.start > last and OBJECT.fullmatch(scene.text, last, mention.start):
                return Subject(mention.entity, mention, "object of the verb", 9.0)
    return None


def _behind_opening(scene: Scene, date: DateMention, rule: EventRule) -> Subject | None:
    """Returns what a participle that opens the sentence is said of: "Founded in 2023, Moonshot AI makes Kimi"."""
    start = scene.passage.start
    if date.end - start <= LEADING_DATE and date.start - start <= OPENING // 4:
        behind = pick([m for m in scene.passage.mentions if m.start >= date.end], rule.types)
        return Subject(behind.entity, behind, "behind the date that leads", 8.0) if behind else None
    if not any(first - start <= OPENING and last <= date.start for first, last in scene.passage.cues.get(rule.cue, ())):
        return None
    comma = scene.text.find(",", date.end, min(date.end + BEHIND_OPENING, scene.passage.end))
    named = [m for m in scene.passage.mentions if m.entity.type in rule.types]
    if comma < 0 or not named or named[0].start < comma:
        return None
    return Subject(named[0].entity, named[0], "behind the opening of the sentence", 9.0)


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


def _beside_name(scene: Scene, date: DateMention) -> Fact | None:
    """Returns a release date for a product's name with nothing but a date beside it: "GPT-2 (February 2019)"."""
    text = scene.text
    leads = date.start - scene.passage.start <= 4 and scene.segment.kind is SegmentKind.ITEM
    bracketed = text[date.end : date.end + 1] == ")"
    for mention in scene.passage.mentions:
        if mention.entity.type not in BRACKETED:
            continue
        held = bracketed and HOLDS_DATE.fullmatch(text, mention.end, date.start)
        if held or (leads and DASH.fullmatch(text, date.end, mention.start)):
            subject = Subject(mention.entity, mention, "name beside the date", 9.0)
            return _fact(date, "release_date", subject, "date-beside-name", 0.7)
    return None
