"""Tells what each figure of a passage says, of which metric and of whom, one after the other.

A figure may lean on the one before it: lists and contrasts leave out what they share ("ChatGPT has 900 million weekly
users, Gemini 750 million"), and "the figure" stands for the last one told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.cell_units import head_unit, money_scale
from extractors.distances import MONEY
from extractors.memory import Memory, Scene
from extractors.metrics import Fit, choose_metric
from extractors.model import Bound, Quantity, SegmentKind, Span
from extractors.passages import Passage
from extractors.qualifiers import find_qualifiers
from extractors.subjects import CELLS, Subject, find_subject
from extractors.values import filled_directly

ANY_SUBJECT = ("model", "product", "family", "cluster", "organization")
WEAK = 6.0
SURE_OF_SUBJECT = 5.0
LONGEST_GAP = 140
LONGEST_NUMBER = 14
FLOWS = frozenset({"revenue", "profit"})
GROWTH_OF = {"revenue": "revenue", "revenue_growth": "revenue", "profit": "profit", "profit_growth": "profit"}
SHARED = frozenset({"per", "direction", "period", "basis", "segment"})
MEASURED = frozenset({"kilobyte", "megabyte", "gigabyte", "terabyte", "hour", "second", "gpu", "token/second", "rank"})
BYTES = {"kilobyte": 3, "megabyte": 6, "gigabyte": 9, "terabyte": 12}
CARRIES_ON = re.compile(r"^\W*$|[,;/(]|\b(?:and|or|while|against|versus|from|to|compared|than|but|with)\b", re.I)
SAME_FIGURE = re.compile(r"\b(?:the|that|this) (?:figure|number|total|count|sum|amount)\b", re.I)
LARGE = 1000
ESTIMATED = re.compile(r"\s+\(est(?:imated?|\.)?\)")
SETTING = ("=", ":")


@filled_directly
@dataclass(frozen=True, slots=True)
class Told:
    """What a figure tells.

    Attributes:
        figure: The figure in base units.
        fit: Rule of its metric, None where the catalogue has none.
        subject: Whom it is about.
        qualifiers: What the text, or the figure it leans on, says of its scope.
        elliptic: True where it carries on the list or contrast of the figure before.
    """

    figure: Quantity
    fit: Fit | None
    subject: Subject
    qualifiers: tuple[tuple[str, str], ...] = ()
    elliptic: bool = False


def tell_figures(scene: Scene) -> Iterator[Told]:
    """Yields what the figures of a passage tell, those left out that tell nothing of anybody."""
    memory = scene.memory
    if scene.segment.kind not in CELLS:
        memory.period = _period_spoken_of(scene.passage) or memory.period
    unit = _cell_unit(scene)
    before: Told | None = None
    for figure in scene.passage.quantities:
        if _belongs_to_name(scene.passage, figure):
            continue
        told = _tell(scene, _bounded(scene, _scaled(figure, unit)), before)
        if told is not None:
            before = told
            memory.told = told.fit
            yield told


def _belongs_to_name(passage: Passage, figure: Quantity) -> bool:
    """Returns whether the digits are part of a date or a name."""
    first, last = figure.number.start, figure.number.end
    dated = any(date.start < last and first < date.end for date in passage.dates)
    return dated or any(name.start <= first and last <= name.end for name in passage.mentions)


def _tell(scene: Scene, figure: Quantity, before: Told | None) -> Told | None:
    fit, elliptic = _fit(scene, figure, before)
    types = fit.rule.types if fit else ANY_SUBJECT
    if elliptic and before and fit and fit.anchor is None and not _names_between(scene, before.figure, figure, types):
        subject: Subject | None = before.subject
    else:
        subject = find_subject(scene, _with_modifiers(figure, fit), types, noun=_noun(figure, fit))
    if subject is None or (fit is None and not _counts(figure, subject)):
        return None
    fit = _by_topic(scene.memory, fit)
    qualifiers = _qualifiers(scene, figure, fit) if fit else {}
    if elliptic and before:
        qualifiers = {name: value for name, value in before.qualifiers if name in SHARED} | qualifiers
    return Told(_in_base_units(figure, fit), fit, subject, tuple(sorted(qualifiers.items())), elliptic)


def _fit(scene: Scene, figure: Quantity, before: Told | None) -> tuple[Fit | None, bool]:
    """Returns the rule that fits a figure, its own or that of the figure it leans on, and whether it is elliptic."""
    fit = choose_metric(scene, figure)
    sure = fit is not None and fit.score >= WEAK
    if before and before.fit and _continues(scene, before.figure, figure):
        if not sure:
            return replace(before.fit, score=before.fit.score - 2, anchor=None, why="as the figure before"), True
        return fit, fit is not None and fit.rule.metric == before.fit.rule.metric
    told = scene.memory.told
    if not sure and told and SAME_FIGURE.search(scene.text, scene.passage.start, figure.start):
        return replace(told, anchor=None, why="the figure spoken of before"), False
    return fit, False


def _continues(scene: Scene, before: Quantity, figure: Quantity) -> bool:
    """Returns whether a figure carries on a list or contrast."""
    between = scene.text[before.end : figure.start]
    number = figure.number.of(scene.text)
    if not _alike(before, figure) or len(between) > LONGEST_GAP or len(number) > LONGEST_NUMBER:
        return False
    setting = scene.text[figure.start - 1 : figure.start] in SETTING
    written = any(character.isdigit() for character in number)
    return written and not setting and bool(CARRIES_ON.search(between))


def _alike(before: Quantity, figure: Quantity) -> bool:
    """Returns whether two figures can be of one list: the same unit or none, of the same scale."""
    if MONEY.match(figure.unit) and MONEY.match(before.unit):
        return True
    if figure.unit == before.unit != "":
        return True
    return not figure.unit and before.unit not in MEASURED and figure.scale == before.scale


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


def _by_topic(memory: Memory, fit: Fit | None) -> Fit | None:
    """Returns plain growth as growth of what the figure before was about: "Revenue was $6B. The 34% growth …"."""
    family = GROWTH_OF.get(memory.told.rule.metric) if memory.told else None
    if fit is None or family is None or fit.rule.metric != "growth":
        return fit
    return replace(fit, rule=replace(fit.rule, metric=f"{family}_growth"), why=f"{fit.why}, of the {family} before")


def _qualifiers(scene: Scene, figure: Quantity, fit: Fit) -> dict[str, str]:
    found = find_qualifiers(scene, figure, fit.rule.metric)
    prose = scene.segment.kind not in CELLS
    period = (scene.memory.period if prose else "") or scene.memory.usual_period
    if fit.rule.metric in FLOWS and period:
        found.setdefault("period", period)
    return found


def _period_spoken_of(passage: Passage) -> str:
    """Returns the reporting period that a sentence names, for the amounts that follow."""
    if "per_quarter" in passage.cues and "annualized" not in passage.cues:
        return "quarter"
    return "year" if "per_year" in passage.cues else ""


def _cell_unit(scene: Scene) -> Quantity | None:
    """Returns the unit and scale that the heads of a cell, or its table, state for bare numbers as a figure of one."""
    segment = scene.segment
    if segment.kind not in (SegmentKind.CELL, SegmentKind.LABEL):
        return None
    stated = (head_unit(label.of(scene.text)) for label in scene.labels)
    above = (money_scale(spot.of(scene.text)) for spot in scene.above if segment.line)
    return next((unit for unit in (*stated, *above) if unit is not None), None)


def _scaled(figure: Quantity, unit: Quantity | None) -> Quantity:
    """Returns a bare number in the unit and scale that its table states."""
    if unit is None or unit.low is None or figure.unit or figure.scale:
        return figure
    low, high = (value if value is None else value * unit.low for value in (figure.low, figure.high))
    return replace(figure, low=low, high=high, unit=unit.unit, scale=unit.low.adjusted())


def _bounded(scene: Scene, figure: Quantity) -> Quantity:
    """Returns a large figure with the bound that verbs give it: "passed 1 billion", "perhaps 300 million"."""
    if figure.bound is not Bound.EXACT or (not figure.scale and (figure.low or 0) < LARGE):
        return figure
    if scene.follows("crossed", figure.start, 14):
        return replace(figure, high=None, bound=Bound.AT_LEAST)
    guessed = scene.follows("guessed", figure.start, 14) or ESTIMATED.match(scene.text, figure.end, scene.passage.end)
    return replace(figure, bound=Bound.APPROX) if guessed else figure


def _in_base_units(figure: Quantity, fit: Fit | None) -> Quantity:
    """Returns a figure in the base unit of its metric: bytes for gigabytes, the metric's unit for a bare number."""
    if fit is None:
        return figure
    exponent = BYTES.get(figure.unit, 0) if fit.rule.unit == "byte" else 0
    low, high = (value if value is None else value * Decimal(10) ** exponent for value in (figure.low, figure.high))
    keeps = bool(MONEY.match(figure.unit)) or figure.unit in ("percent", "ratio")
    unit = figure.unit if figure.unit and (keeps or not fit.rule.unit) else fit.rule.unit
    return replace(figure, low=low, high=high, unit=unit)
