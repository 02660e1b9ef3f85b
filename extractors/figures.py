"""Tells what each figure of a passage says, of which metric and of whom, one after the other.

A figure may lean on the one before it: lists and contrasts leave out what they share ("ChatGPT has 900 million weekly
users, Gemini 750 million"), and "the figure" stands for the last one told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractors.conditions import is_part, whole_of
from extractors.distances import MONEY
from extractors.ellipsis import lean, resume
from extractors.figure_values import find_values, in_base_units
from extractors.flow_periods import period_spoken_of, usual_period
from extractors.linking import words_before
from extractors.memory import CELLS, Scene, Told
from extractors.metrics import Fit, choose_metrics
from extractors.model import Quantity, Span
from extractors.placing import Carried
from extractors.qualifiers import find_qualifiers
from extractors.refinements import refine, signed
from extractors.subjects import Subject, find_subject

ANY = re.compile(r"\b(?:an?|any|another|every)\s+$", re.I)
ARTICLE_REACH = 9
ANY_SUBJECT = ("model", "product", "family", "cluster", "organization")
WEAK = 6.0
SURE_OF_SUBJECT = 3.0
LESS_SURE = 2.0
SHARED = frozenset({"per", "direction", "period", "basis", "segment"})
RESUMED = frozenset({"per", "period", "basis", "segment", "benchmark"})


def tell_figures(scene: Scene) -> Iterator[Told]:
    """Yields what the figures of a passage tell, those left out that tell nothing of anybody."""
    memory = scene.memory
    if scene.segment.kind not in CELLS:
        memory.period = period_spoken_of(scene) or memory.period
    if not scene.passage.quantities:
        return
    here: list[Told] = []
    scene.figures = tuple(find_values(scene))
    for figure, fit in zip(scene.figures, choose_metrics(scene), strict=True):
        told = _tell(scene, figure, fit, here)
        if told is not None:
            here.append(told)
            memory.tell(told)
            yield told


def _tell(scene: Scene, figure: Quantity, fit: Fit | None, here: Sequence[Told]) -> Told | None:
    fit, before, shared = _leaning(scene, figure, fit, here)
    types = fit.rule.types if fit else ANY_SUBJECT
    metric = fit.rule.metric if fit else ""
    last = (here[-1].subject, Carried(here[-1].figure.end, before is here[-1])) if here else None
    value = _with_modifiers(figure, fit)
    subject = find_subject(scene, value, types, noun=_noun(figure, fit), metric=metric, before=last)
    qualifiers: dict[str, str] = {}
    if fit is None and here and (whole := whole_of(scene, figure, here[-1].figure)):
        subject, qualifiers = here[-1].subject, {"of": whole}
    elif subject is None or _tells_nothing(scene, figure, fit, subject):
        return None
    if fit:
        fit = refine(scene, figure, fit)
        figure = signed(scene, figure, fit, before)
        qualifiers = _qualifiers(scene, figure, fit)
    if before:
        qualifiers = {name: value for name, value in before.qualifiers if name in shared} | qualifiers
    return Told(in_base_units(figure, fit.rule if fit else None), fit, subject, tuple(sorted(qualifiers.items())))


def _leaning(
    scene: Scene, figure: Quantity, fit: Fit | None, here: Sequence[Told]
) -> tuple[Fit | None, Told | None, frozenset[str]]:
    """Returns the rule that fits a figure, the figure that it leans on, and the qualifiers that it takes from there."""
    sure = fit is not None and fit.score >= WEAK
    before = lean(scene, figure, here)
    if before and before.fit and not is_part(scene, figure):
        if not sure:
            fit = replace(before.fit, score=before.fit.score - LESS_SURE, anchor=None, why="as the figure before")
        same = fit is not None and fit.rule.metric == before.fit.rule.metric
        return fit, before if same else None, SHARED
    if not sure and (resumed := resume(scene, figure)) is not None:
        return *resumed, RESUMED
    return fit, None, SHARED


def _names_between(scene: Scene, before: Quantity, figure: Quantity, types: Sequence[str]) -> bool:
    """Returns whether a name of an accepted type stands between two figures or right behind the second."""
    behind = figure.end + 25
    return any(before.end <= m.start < behind and m.entity.type in types for m in scene.passage.mentions)


def _with_modifiers(figure: Quantity, fit: Fit | None) -> Span:
    """Returns the figure's stretch, up to its noun where names in between are no subjects ("$200M Pentagon deal")."""
    if fit and not fit.rule.modifiers and fit.anchor and fit.anchor.start >= figure.end:
        return Span(figure.start, fit.anchor.end)
    return Span(figure.start, figure.end)


def _noun(figure: Quantity, fit: Fit | None) -> str:
    return figure.noun if fit is None or fit.rule.modifiers else ""


def _counts(figure: Quantity, subject: Subject) -> bool:
    """Returns whether a figure of no metric is worth keeping: it counts something and its subject is near."""
    noun = figure.noun or ("" if MONEY.match(figure.unit) else figure.unit)
    return bool(noun) and subject.score >= SURE_OF_SUBJECT


def _tells_nothing(scene: Scene, figure: Quantity, fit: Fit | None, subject: Subject) -> bool:
    """Returns whether a figure says nothing of its subject."""
    if fit is None:
        return not _counts(figure, subject)
    return fit.rule.metric == "parameters" and _any_of_a_size(scene, figure, subject)


def _any_of_a_size(scene: Scene, figure: Quantity, subject: Subject) -> bool:
    """Returns whether a size is that of any model: "a 7B model runs on a laptop", where no name leads to it."""
    if not ANY.search(words_before(scene.text, scene.passage, figure.start, ARTICLE_REACH)):
        return False
    mention = subject.mention
    return mention is None or not scene.passage.start <= mention.start < figure.start


def _qualifiers(scene: Scene, figure: Quantity, fit: Fit) -> dict[str, str]:
    found = find_qualifiers(scene, figure, fit.rule.metric)
    if "period" not in found and (period := usual_period(scene, figure, fit.rule.metric)):
        found["period"] = period
    return found
