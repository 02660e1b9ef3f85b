"""The main path: a document's passages, and the claims that each makes.

    passage -> figures -> metric -> subject -> qualifiers, time, mood, speaker -> claim
            -> dates, names and classes (facts) -> subject -> claim

A figure without a subject is no claim. A figure with a subject and no metric is kept as `other:<noun>`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from extractors.as_of import find_as_of
from extractors.axes import find_main, find_opening, find_shares, find_tables, find_topic
from extractors.collecting import collector_paused
from extractors.entities import Mention, name_sizes
from extractors.fact_rules import Fact, load_fact_rules
from extractors.facts import find_facts
from extractors.figures import tell_figures
from extractors.memory import CELLS, Memory, Scene, Told
from extractors.model import Basis, Claim, Document, Evidence, Extraction, Kind, Span, with_ids
from extractors.moods import find_speaker, find_status
from extractors.passages import Reading, find_passages, read
from extractors.phrases import find_phrases
from extractors.problems import EvidenceError, Problem
from extractors.subjects import Subject

VERSION = "0.2.0"
OTHER_CONFIDENCE = 0.4
NAME_CONFIDENCE = 0.8
FIRST_LINES = 400
QUARTERLY = re.compile(r"(?<!-on-)(?<!over-)(?<!on )(?<!over )\bquarter(?:ly)?\b(?![- ](?:on|over)[- ])|\bQ[1-4]\b")


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
    with collector_paused():
        claims = tuple(find_claims(document))
    first: dict[str, Claim] = {}
    for claim in claims:
        if not claim.subject.known:
            first.setdefault(claim.subject.id, claim)
    problems = (*document.problems, *map(_new_name, first.values()))
    return Extraction(document, claims, problems, tuple(claim.subject for claim in first.values()))


def find_claims(document: Document) -> Iterator[Claim]:
    """Yields the claims of a document in the order of its text, each with evidence that stands in the text.

    Raises:
        EvidenceError: A quote does not stand at its span; a fault of the extractor, never of the document.
    """
    reading = read(document)
    topic = find_topic(reading)
    memory = Memory(
        topic=topic,
        opening=() if topic else find_opening(reading),
        tables=find_tables(reading),
        usual_period=_usual_period(reading),
        openness=find_phrases(reading.lower, load_fact_rules().classes),
        shares=find_shares(reading),
        main=find_main(reading),
    )
    found: list[Claim] = []
    for passage in find_passages(reading):
        memory.enter(passage.segment)
        if passage.mentions or passage.quantities or passage.dates or passage.segment.kind in CELLS:
            found += _passage_claims(Scene(reading, passage, memory))
        memory.leave(passage)
    found.sort(key=lambda claim: (claim.evidence.start, claim.evidence.end))
    for claim in with_ids(found):
        _check(document, claim)
        yield claim


def _usual_period(reading: Reading) -> str:
    """Returns the period that a report is on, from its title and first lines: "quarter", or nothing."""
    return "quarter" if QUARTERLY.search(reading.text, 0, FIRST_LINES) else ""


def _passage_claims(scene: Scene) -> Iterator[Claim]:
    facts = list(find_facts(scene))
    spent = {fact.span.start for fact in facts if fact.when is not None}
    for fact in facts:
        yield _fact_claim(scene, fact, fact.subject, spent)
        if fact.subject.mention is not None and fact.subject.mention.kind == "listed":
            for shared in _shared(scene, fact.subject, fact.subject.mention):
                yield _fact_claim(scene, fact, shared, spent)
    if "model" in scene.kinds:
        yield from _name_sizes(scene, spent)
    for told in tell_figures(scene):
        yield _figure_claim(scene, told, spent)
    scene.memory.note(scene)


def _shared(scene: Scene, subject: Subject, last: Mention) -> Iterator[Subject]:
    """Yields the other versions of the short list that a subject closes ("Llama 3/4", "Qwen 3.5 / 3.6")."""
    for other in reversed([m for m in scene.passage.mentions if m.start < last.start]):
        yield replace(subject, entity=other.entity, mention=other)
        if other.kind != "listed":
            return


def _name_sizes(scene: Scene, spent: set[int]) -> Iterator[Claim]:
    """Yields the sizes that stand in models' names ("Qwen3-235B-A22B"), once a document: claims about that model."""
    for mention in scene.passage.mentions:
        if mention.entity.type != "model" or mention.entity.id in scene.memory.sized:
            continue
        scene.memory.sized.add(mention.entity.id)
        for where, size, part in name_sizes(scene.text[mention.start : mention.end]):
            span = Span(mention.start + where.start, mention.start + where.end)
            subject = Subject(mention.entity, mention, "size in the name", 9.0)
            yield _claim(
                scene,
                subject,
                "parameters",
                span,
                spent,
                low=size,
                high=size,
                unit="parameter",
                qualifiers=(("part", part),) if part == "active" else (),
                confidence=NAME_CONFIDENCE,
                trail=(_step(subject),),
            )


def _figure_claim(scene: Scene, told: Told, spent: set[int]) -> Claim:
    figure, fit, subject = told.figure, told.fit, told.subject
    metric = fit.rule.metric if fit else f"other:{figure.noun or figure.unit}"
    return _claim(
        scene,
        subject,
        metric,
        Span(figure.start, figure.end),
        spent,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
        bound=figure.bound,
        qualifiers=told.qualifiers,
        confidence=_confidence(fit.score, subject.score) if fit else OTHER_CONFIDENCE,
        trail=(f"rule {fit.rule.id}: {fit.why}, score {fit.score:.1f}" if fit else "no rule", _step(subject)),
    )


def _fact_claim(scene: Scene, fact: Fact, subject: Subject, spent: set[int]) -> Claim:
    words = fact.metric in ("openness", "license") or fact.metric.startswith("other:")
    kind = Kind.DATE if fact.when else Kind.TEXT if words else Kind.ENTITY
    return _claim(
        scene,
        subject,
        fact.metric,
        fact.span,
        spent,
        kind=kind,
        date=fact.when.date if fact.when else None,
        value=fact.value,
        qualifiers=fact.qualifiers,
        confidence=fact.confidence,
        trail=(f"rule {fact.rule}", _step(subject)),
    )


def _claim(
    scene: Scene,
    subject: Subject,
    metric: str,
    span: Span,
    spent: set[int],
    *,
    kind: Kind = Kind.QUANTITY,
    **value: Any,
) -> Claim:
    """Returns a claim with the fields of its value and all that the text says around it."""
    reading = scene.reading
    scene.subjects.append(subject.entity)
    as_of, basis = (None, Basis.NONE) if kind is Kind.DATE else find_as_of(scene, span, metric, spent)
    return Claim(
        id="",
        document=reading.document.uri,
        revision=reading.document.revision,
        subject=subject.entity,
        mention=reading.written(subject.mention.start, subject.mention.end) if subject.mention else "",
        metric=metric,
        kind=kind,
        evidence=_evidence(scene, span),
        as_of=as_of,
        as_of_basis=basis,
        attributed_to=find_speaker(scene, span),
        status=find_status(scene, span, metric),
        extractor_version=VERSION,
        **value,
    )


def _step(subject: Subject) -> str:
    """Returns the line of the trail that says how the subject was found."""
    return f"subject {subject.entity.id}: {subject.step}, score {subject.score:.1f}"


def _evidence(scene: Scene, span: Span) -> Evidence:
    reading, segment = scene.reading, scene.segment
    stored = reading.spacing.stored_span(span)
    return Evidence(
        start=stored.start,
        end=stored.end,
        quote=stored.of(reading.document.text),
        block=segment.kind.value,
        row=_head(reading, segment.row),
        column=_head(reading, segment.column),
        context=scene.context(),
    )


def _head(reading: Reading, span: Span | None) -> str:
    return reading.written(span.start, span.end).strip() if span is not None else ""


def _confidence(metric: float, subject: float) -> float:
    """Returns a rough confidence from the scores of rule and subject; tuned on nothing yet."""
    return round(min(0.5 + min(metric, 15.0) / 60 + max(min(subject, 6.0), 0.0) / 25, 0.98), 2)


def _check(document: Document, claim: Claim) -> None:
    evidence = claim.evidence
    if not evidence.quote or document.text[evidence.start : evidence.end] != evidence.quote:
        raise EvidenceError(f"{document.uri}: no quote {evidence.quote!r} at {evidence.start}–{evidence.end}")


def _new_name(claim: Claim) -> Problem:
    """Returns the problem of a name that no catalogue holds: a person confirms, merges or drops it."""
    evidence = claim.evidence
    message = f"“{claim.subject.name}” is not in the catalogue"
    return Problem(claim.document, "new-entity", message, evidence.start, evidence.end)
