"""Reads the figures of a passage as their surroundings mean them: table scales, bounds by verbs, ends of a change."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extractors.asides import is_aside
from extractors.cell_units import head_unit, money_scale
from extractors.distances import MONEY
from extractors.figure_rules import FigureRule
from extractors.memory import Scene
from extractors.model import Bound, Quantity, SegmentKind, Span
from extractors.names import name_sizes
from extractors.quantities import find_quantities

LARGE = 1000
TOGETHER = re.compile(r"(?:\s[\w-]+){0,4},?\sand\s")
BYTES = {"kilobyte": 3, "megabyte": 6, "gigabyte": 9, "terabyte": 12}
ESTIMATED = re.compile(r"\s+\(est(?:imated?|\.)?\)")
FOR_EACH = re.compile(r"[$€£¥]\s?[\d.,]+ (?:for|per|a|each|every)(?: each| every)?\s$")
CHANGES = ("change", "moves", "price_move")
CHANGE_REACH = 80
SIZE_PAIR = re.compile(r"[\w.-]*")


def find_values(scene: Scene) -> Iterator[Quantity]:
    """Yields the figures of a passage, those left out that belong to a date or a name or to none of the metrics."""
    passage = scene.passage
    figures = passage.quantities
    unit = _cell_unit(scene) if figures and not all(figure.unit or figure.scale for figure in figures) else None
    before: Quantity | None = None
    for figure in figures:
        first, last = figure.number.start, figure.number.end
        dated = any(date.start < last and first < date.end for date in passage.dates)
        named = any(name.start <= first and last <= name.end for name in passage.mentions)
        if not (dated or named or _is_rate(scene, figure) or is_aside(scene, figure)):
            for end in (*_ends_of_change(scene, figure), *_active_size(scene, figure)):
                before = _bounded(scene, _scaled(end, unit), before)
                yield before


def in_base_units(figure: Quantity, rule: FigureRule | None) -> Quantity:
    """Returns a figure in the base unit of its metric: bytes for gigabytes, the metric's unit for a bare number."""
    if rule is None:
        return figure
    unit = rule.unit
    if unit == "byte" and figure.unit in BYTES:
        scale = Decimal(10) ** BYTES[figure.unit]
        low, high = (value if value is None else value * scale for value in (figure.low, figure.high))
        return replace(figure, low=low, high=high, unit=unit)
    keeps = figure.unit and (not unit or figure.unit in ("percent", "ratio") or MONEY.match(figure.unit))
    return figure if keeps or figure.unit == unit else replace(figure, unit=unit)


def _is_rate(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a number of tokens is what a price is for: "$0.28 for a million input tokens"."""
    return figure.unit == "token" and FOR_EACH.search(scene.text, scene.passage.start, figure.start) is not None


def _active_size(scene: Scene, figure: Quantity) -> tuple[Quantity, ...]:
    """Returns the active size that models' makers write behind the total one: the "A17B" of "397B-A17B"."""
    pair = SIZE_PAIR.match(scene.text, figure.start) if scene.text.startswith("-A", figure.end) else None
    sizes = name_sizes(pair[0]) if pair else ()
    if len(sizes) != 2:
        return ()
    where, size, _ = sizes[1]
    span = Span(figure.start + where.start, figure.start + where.end)
    number = Span(span.start + 1, span.end)
    return (replace(figure, low=size, high=size, start=span.start, end=span.end, number=number),)


def _ends_of_change(scene: Scene, figure: Quantity) -> tuple[Quantity, ...]:
    """Returns both ends of a change as figures of their own: what "grew from 30 to 45 million" tells is no range."""
    if figure.bound is not Bound.RANGE or scene.lower[figure.start - 5 : figure.start] != "from ":
        return (figure,)
    cut = scene.lower.find(" to ", figure.start, figure.end)
    if cut < 0 or not any(
        0 <= figure.start - end <= CHANGE_REACH and not scene.breaks(end, figure.start)
        for group in CHANGES
        for _, end in scene.passage.cues.get(group, ())
    ):
        return (figure,)
    last = next(iter(find_quantities(scene.text, cut + 4, figure.end)), None)
    if last is None or figure.low is None or figure.high is None:
        return (figure,)
    falls = last.low is not None and abs(last.low - figure.low) < abs(last.low - figure.high)
    one, two = (figure.high, figure.low) if falls else (figure.low, figure.high)
    start = figure.number.start
    return (
        replace(figure, low=one, high=one, bound=Bound.EXACT, end=cut, number=Span(start, cut)),
        replace(figure, low=two, high=two, bound=last.bound, start=last.start, number=last.number),
    )


def _cell_unit(scene: Scene) -> Quantity | None:
    """Returns the unit and scale that the heads of a cell, or its table, state for bare numbers as a figure of one."""
    segment = scene.segment
    if segment.kind not in (SegmentKind.CELL, SegmentKind.LABEL):
        return None
    stated = (head_unit(label.of(scene.text)) for label in scene.labels)
    above = (money_scale(spot.of(scene.text)) for spot in scene.above if segment.line)
    return next((unit for unit in (*stated, *above) if unit is not None), None)


def _scaled(figure: Quantity, unit: Quantity | None) -> Quantity:
    """Returns a bare number in the unit and scale that its table states, and cents as dollars."""
    if figure.unit == "cent":
        low, high = (value if value is None else value / 100 for value in (figure.low, figure.high))
        return replace(figure, low=low, high=high, unit="USD")
    if unit is None or unit.low is None or figure.unit or figure.scale:
        return figure
    low, high = (value if value is None else value * unit.low for value in (figure.low, figure.high))
    return replace(figure, low=low, high=high, unit=unit.unit, scale=unit.low.adjusted())


def _bounded(scene: Scene, figure: Quantity, last: Quantity | None) -> Quantity:
    """Returns a large figure with the bound that verbs give it: "passed 1 billion", "perhaps 300 million"."""
    if figure.bound is not Bound.EXACT or (not figure.scale and (figure.low or 0) < LARGE):
        return figure
    crossed = scene.follows("crossed", figure.start, 14)
    if crossed or (last is not None and _crossed_too(scene, figure, last)):
        return replace(figure, high=None, bound=Bound.AT_LEAST)
    guessed = scene.follows("guessed", figure.start, 14) or ESTIMATED.match(scene.text, figure.end, scene.passage.end)
    return replace(figure, bound=Bound.APPROX) if guessed else figure


def _crossed_too(scene: Scene, figure: Quantity, last: Quantity) -> bool:
    """Returns whether a verb of crossing governs two figures: "passing 1 billion downloads and 200,000 derivatives"."""
    joined = TOGETHER.fullmatch(scene.text, last.end, figure.start) is not None
    return joined and last.bound is Bound.AT_LEAST and scene.follows("crossed", last.start, 14)
