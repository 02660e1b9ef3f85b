"""The main path: a document's passages, and the claims that each makes.

    passage -> figures -> metric -> subject -> qualifiers, time, mood, speaker -> claim
            -> dates, names and classes (facts) -> subject -> claim

A figure without a subject is no claim. A figure with a subject and no metric is kept as `other:<noun>`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.entities import name_sizes
from extractors.facts import Fact, find_facts
from extractors.metrics import MONEY, Fit, choose_metric
from extractors.model import (
    Basis,
    Bound,
    Claim,
    Document,
    Evidence,
    Extraction,
    Kind,
    Quantity,
    Segment,
    SegmentKind,
    Span,
    qualifier_pairs,
    with_ids,
)
from extractors.moods import find_speaker, find_status
from extractors.passages import Passage, Reading, find_passages, read
from extractors.problems import ExtractorError, Problem
from extractors.qualifiers import find_qualifiers
from extractors.quantities import find_quantities
from extractors.subjects import Memory, Subject, find_subject, find_tables, find_topic
from extractors.as_of import find_as_of

VERSION = "0.1.0"
ANY_SUBJECT = ("model", "product", "family", "cluster", "organization")
OTHER_CONFIDENCE = 0.4


CARRIES_ON = re.compile(r"^\W*$|[,;/(]|\b(?:and|or|while|against|versus|from|to|compared|than|but|with)\b", re.I)
SAME_FIGURE = re.compile(r"\b(?:the|that|this) (?:figure|number|total|count|sum|amount)\b", re.I)
SHARED = frozenset({"per", "direction", "period", "basis", "segment"})
FLOWS = frozenset({"revenue", "profit"})
FAMILIES = {"revenue": "revenue_growth", "revenue_growth": "revenue_growth", "profit": "profit_growth", "profit_growth": "profit_growth"}
TABLE_SCALE = re.compile(
    r"(RMB|CNY|USD|EUR|GBP|JPY|US\$|\$|€|£|¥)[ -]?(millions?|billions?|mn|bn|m\b|b\b)"
    r"|\b(million|billion)s?,? (?:of )?(RMB|CNY|yuan|US dollars|dollars|euros|USD|EUR|pounds)\b",
    re.I,
)
SCALES = {"m": "million", "b": "billion"}
OPENING = 400
WEAK = 6.0
MEASURED = frozenset({"kilobyte", "megabyte", "gigabyte", "terabyte", "hour", "second", "gpu", "token/second"})
BYTES = {"kilobyte": Decimal(10**3), "megabyte": Decimal(10**6), "gigabyte": Decimal(10**9), "terabyte": Decimal(10**12)}


class EvidenceError(ExtractorError):
    """A claim's quote does not stand at its span; the message names document and span."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a figure tells: of which metric (None where the catalogue has none) and of whom.

    `elliptic` figures carry on the list or contrast of the one before and share its qualifiers.
    """

    figure: Quantity
    fit: Fit | None
    subject: Subject
    elliptic: bool = False


@dataclass(frozen=True, slots=True)
class RuleExtractor:
    """The extractor of this package: rules and data files, no model, no network, no clock."""

    name: str = "rules"
    version: str = VERSION

    def __call__(self, document: Document) -> Iterable[Claim]:
        """Returns the claims of a document."""
        return find_claims(document)


def extract(document: Document) -> Extraction:
    """Returns the claims of a document with the problems that stood in the way."""
    claims = tuple(find_claims(document))
    candidates = {claim.subject.id: claim.subject for claim in claims if not claim.subject.known}
    return Extraction(document, claims, (*document.problems, *_problems(claims)), tuple(candidates.values()))


def find_claims(document: Document) -> Iterator[Claim]:
    """Yields the claims of a document in the order of its text, each with evidence that stands in the text.

    Raises:
        EvidenceError: A quote does not stand at its span; a fault of the extractor, never of the document.
    """
    reading = read(document)
    memory = Memory(topic=find_topic(reading), tables=find_tables(reading), usual_period=_usual_period(reading))
    found: list[Claim] = []
    for passage in find_passages(reading):
        memory.enter(passage.segment)
        found += _passage_claims(reading, passage, memory)
        memory.note(reading, passage)
    found.sort(key=lambda claim: (claim.evidence.start, claim.evidence.end))
    for claim in with_ids(found):
        _check(document, claim)
        yield claim


def _usual_period(reading: Reading) -> str:
    """Returns the period that a report is on, from its title and first lines: "quarter", or nothing."""
    return "quarter" if re.search(r"\bquarter(?:ly)?\b|\bQ[1-4]\b", reading.text[:OPENING]) else ""


def _passage_claims(reading: Reading, passage: Passage, memory: Memory) -> Iterator[Claim]:
    facts = list(find_facts(reading, passage, memory)) if passage.mentions or passage.dates else []
    spent = {fact.span.start for fact in facts if fact.when is not None}
    for fact in facts:
        for shared in _shared(passage, fact.subject):
            yield _fact_claim(reading, passage, replace(fact, subject=shared), spent)
    yield from _name_sizes(reading, passage, memory, spent)
    memory.period = _period_spoken_of(passage) or memory.period
    scale = _table_scale(reading, passage.segment)
    before: Told | None = None
    known: dict[str, str] = {}
    for figure in passage.quantities:
        if _is_no_figure(passage, figure):
            continue
        if scale is not None and not figure.unit and not figure.scale:
            figure = _scaled(figure, *scale)
        before = _tell(reading, passage, memory, figure, before)
        if before is None or before.figure is not figure:
            continue
        claim = _figure_claim(reading, passage, memory, before, spent)
        if before.elliptic:
            shared = {name: value for name, value in known.items() if name in SHARED}
            claim = replace(claim, qualifiers=qualifier_pairs(shared | dict(claim.qualifiers)))
        known = dict(claim.qualifiers)
        memory.told = (before.fit, before.subject)
        yield claim


def _table_scale(reading: Reading, segment: Segment) -> tuple[str, int] | None:
    """Returns currency and decimal exponent that a table states for its bare numbers ("in RMB million"), or None."""
    if segment.kind is not SegmentKind.CELL or not segment.line:
        return None
    for spot in (*reading.labels_of(segment), *((segment.parent,) if segment.parent else ()), *segment.headings[-1:]):
        if (match := TABLE_SCALE.search(spot.of(reading.text))) is not None:
            found = find_quantities(f"{match[1] or match[4]} 1 {SCALES[(match[2] or match[3])[0].lower()]}")
            if found and found[0].low:
                return found[0].unit, found[0].low.adjusted()
    return None


def _scaled(figure: Quantity, unit: str, exponent: int) -> Quantity:
    low, high = (value if value is None else value.scaleb(exponent) for value in (figure.low, figure.high))
    return replace(figure, low=low, high=high, unit=unit, scale=exponent)


def _shared(passage: Passage, subject: Subject) -> Iterator[Subject]:
    """Yields the subject and the other versions of its short list ("Llama 3/4", "Qwen 3.5 / 3.6")."""
    yield subject
    if subject.mention is not None and subject.mention.kind == "listed":
        index = next(i for i, m in enumerate(passage.mentions) if m.start == subject.mention.start)
        for other in reversed(passage.mentions[:index]):
            yield replace(subject, entity=other.entity, mention=other)
            if other.kind != "listed":
                return


def _is_no_figure(passage: Passage, figure: Quantity) -> bool:
    """Returns whether the digits belong to a date or a name."""
    first, last = figure.number.start, figure.number.end
    dated = any(date.start < last and first < date.end for date in passage.dates)
    return dated or any(name.start <= first and last <= name.end for name in passage.mentions)


def _name_sizes(reading: Reading, passage: Passage, memory: Memory, spent: set[int]) -> Iterator[Claim]:
    """Yields the sizes that stand in models' names ("Qwen3-235B-A22B"), once a document: claims about that model."""
    for mention in passage.mentions:
        if mention.entity.type != "model" or mention.entity.id in memory.sized:
            continue
        memory.sized.add(mention.entity.id)
        for where, size, part in name_sizes(reading.text[mention.start : mention.end]):
            span = Span(mention.start + where.start, mention.start + where.end)
            subject = Subject(mention.entity, mention, "size in the name", 9.0)
            claim = _claim(reading, passage, subject, "parameters", Kind.QUANTITY, span, spent)
            pairs = {"part": part} if part == "active" else {}
            yield replace(
                claim, low=size, high=size, unit="parameter", qualifiers=qualifier_pairs(pairs), confidence=0.8
            )


def _period_spoken_of(passage: Passage) -> str:
    """Returns the reporting period that a sentence names, for the amounts that follow."""
    if "per_quarter" in passage.cues and "annualized" not in passage.cues:
        return "quarter"
    return "year" if "per_year" in passage.cues else ""


def _tell(
    reading: Reading, passage: Passage, memory: Memory, figure: Quantity, before: Told | None
) -> Told | None:
    """Returns what a figure tells of whom; where it tells nothing, what the figure before told, for the next one."""
    fit = choose_metric(reading, passage, figure)
    elliptic = before is not None and before.fit is not None and _continues(reading, passage, before.figure, figure)
    if elliptic and fit and before and before.fit and fit.score >= WEAK:
        elliptic = fit.rule.metric == before.fit.rule.metric
    elif elliptic and before is not None and before.fit is not None and (fit is None or fit.score < WEAK):
        fit = replace(before.fit, score=before.fit.score - 2, anchor=None, why="as the figure before")
    else:
        elliptic = False
        if (fit is None or fit.score < WEAK) and memory.told and SAME_FIGURE.search(reading.text, passage.start, figure.start):
            fit = memory.told[0] and replace(memory.told[0], anchor=None, why="the figure spoken of before")
    types = fit.rule.types if fit else ANY_SUBJECT
    start, end = figure.start, figure.end
    if fit and not fit.rule.modifiers and fit.anchor and fit.anchor.start >= end:
        end = fit.anchor.end
    noun = figure.noun if fit is None or fit.rule.modifiers else ""
    if elliptic and before is not None and fit and "as the" in fit.why and not _names_between(passage, before.figure, figure, types):
        subject: Subject | None = before.subject
    else:
        subject = find_subject(reading, passage, memory, start, end, types, noun=noun)
    if subject is None or (fit is None and not _counts(figure, subject)):
        return before
    return Told(figure, _by_topic(memory, fit), subject, elliptic)


def _by_topic(memory: Memory, fit: Fit | None) -> Fit | None:
    """Returns plain growth as growth of what the figure before was about: "Revenue was $6B. The 34% growth …"."""
    told = memory.told[0] if memory.told else None
    family = FAMILIES.get(told.rule.metric) if told else None
    if fit is None or family is None or fit.rule.metric != "growth":
        return fit
    return replace(fit, rule=replace(fit.rule, metric=family), why=f"{fit.why}, of the {family} before")


def _continues(reading: Reading, passage: Passage, before: Quantity, figure: Quantity) -> bool:
    """Returns whether a figure carries on a list or contrast: "ChatGPT has 900 million users, Gemini 750 million"."""
    between = reading.text[before.end : figure.start]
    alike = figure.unit in ("", before.unit) or (MONEY.match(figure.unit) and MONEY.match(before.unit))
    if reading.text[figure.start - 1 : figure.start] in ("=", ":") or (not figure.unit and before.unit in MEASURED):
        return False
    if not alike or len(between) > 140 or figure.number.end - figure.number.start > 14:
        return False
    sized = figure.scale == before.scale or figure.unit == before.unit != ""
    written = any(character.isdigit() for character in figure.number.of(reading.text))
    return sized and written and bool(CARRIES_ON.search(between))


def _names_between(passage: Passage, before: Quantity, figure: Quantity, types: Sequence[str]) -> bool:
    behind = figure.end + 25
    return any(before.end <= m.start < behind and m.entity.type in types for m in passage.mentions)


def _counts(figure: Quantity, subject: Subject) -> bool:
    """Returns whether a figure of no metric is worth keeping: it counts something and its subject is near."""
    noun = figure.noun or ("" if MONEY.match(figure.unit) else figure.unit)
    return bool(noun) and subject.score >= 5


def _figure_claim(reading: Reading, passage: Passage, memory: Memory, told: Told, spent: set[int]) -> Claim:
    figure, fit, subject = told.figure, told.fit, told.subject
    span = Span(figure.start, figure.end)
    if fit is None:
        claim = _claim(reading, passage, subject, f"other:{figure.noun or figure.unit}", Kind.QUANTITY, span, spent)
        return replace(
            claim, low=figure.low, high=figure.high, unit=figure.unit, bound=figure.bound, confidence=OTHER_CONFIDENCE
        )
    metric = fit.rule.metric
    qualifiers = find_qualifiers(reading, passage, figure, metric)
    if metric in FLOWS and (period := memory.period or memory.usual_period):
        qualifiers.setdefault("period", period)
    claim = _claim(reading, passage, subject, metric, Kind.QUANTITY, span, spent)
    factor = _factor(figure, fit)
    return replace(
        claim,
        low=figure.low if figure.low is None else figure.low * factor,
        high=figure.high if figure.high is None else figure.high * factor,
        unit=_unit(figure, fit),
        bound=figure.bound,
        qualifiers=qualifier_pairs(qualifiers),
        confidence=_confidence(fit.score, subject.score),
        trail=(f"rule {fit.rule.id}: {fit.why}, score {fit.score:.1f}", *claim.trail),
    )


def _factor(figure: Quantity, fit: Fit) -> Decimal:
    """Returns what turns the figure into the base unit of its metric: 1e9 for gigabytes."""
    return BYTES.get(figure.unit, Decimal(1)) if fit.rule.unit == "byte" else Decimal(1)


def _unit(figure: Quantity, fit: Fit) -> str:
    keeps = MONEY.match(figure.unit) or figure.unit in ("percent", "ratio")
    return figure.unit if figure.unit and (keeps or not fit.rule.unit) else fit.rule.unit


def _fact_claim(reading: Reading, passage: Passage, fact: Fact, spent: set[int]) -> Claim:
    kind = Kind.DATE if fact.when else Kind.TEXT if fact.metric in ("openness", "license") else Kind.ENTITY
    claim = _claim(reading, passage, fact.subject, fact.metric, kind, fact.span, spent)
    return replace(
        claim,
        date=fact.when.date if fact.when else None,
        as_of=None if fact.when else claim.as_of,
        as_of_basis=Basis.NONE if fact.when else claim.as_of_basis,
        value=fact.value,
        qualifiers=fact.qualifiers,
        confidence=fact.confidence,
        trail=(f"rule {fact.rule}", *claim.trail),
    )


def _claim(
    reading: Reading, passage: Passage, subject: Subject, metric: str, kind: Kind, span: Span, spent: set[int]
) -> Claim:
    """Returns a claim with everything but its value."""
    document, segment = reading.document, passage.segment
    as_of, basis = find_as_of(reading, passage, span.start, span.end, metric, spent)
    row, column = segment.row, segment.column
    stored = reading.spacing.stored_span(span)
    return Claim(
        id="",
        document=document.uri,
        revision=document.revision,
        subject=subject.entity,
        mention=reading.written(subject.mention.start, subject.mention.end) if subject.mention else "",
        metric=metric,
        kind=kind,
        evidence=Evidence(
            start=stored.start,
            end=stored.end,
            quote=stored.of(document.text),
            block=segment.kind.value,
            row=reading.written(row.start, row.end).strip() if row else "",
            column=reading.written(column.start, column.end).strip() if column else "",
            context=reading.spacing.stored_span(Span(passage.start, passage.end)),
        ),
        bound=Bound.EXACT,
        as_of=as_of,
        as_of_basis=basis,
        attributed_to=find_speaker(reading, passage, span.start, span.end),
        status=find_status(reading, passage, span.start, span.end, metric),
        extractor_version=VERSION,
        trail=(f"subject {subject.entity.id}: {subject.step}, score {subject.score:.1f}",),
    )


def _confidence(metric: float, subject: float) -> float:
    """Returns a rough confidence from the scores of rule and subject; tuned on nothing yet."""
    value = Decimal("0.5") + Decimal(min(metric, 15)) / 60 + Decimal(max(min(subject, 12), 0)) / 50
    return float(round(min(value, Decimal("0.98")), 2))


def _check(document: Document, claim: Claim) -> None:
    evidence = claim.evidence
    if not evidence.quote or document.text[evidence.start : evidence.end] != evidence.quote:
        raise EvidenceError(f"{document.uri}: no quote {evidence.quote!r} at {evidence.start}–{evidence.end}")


def _problems(claims: Iterable[Claim]) -> Iterator[Problem]:
    """Yields a problem for each new name, once a document: a person confirms, merges or drops it."""
    seen: set[str] = set()
    for claim in claims:
        if not claim.subject.known and claim.subject.id not in seen:
            seen.add(claim.subject.id)
            evidence = claim.evidence
            message = f"“{claim.subject.name}” is not in the catalogue"
            yield Problem(claim.document, "new-entity", message, evidence.start, evidence.end)
