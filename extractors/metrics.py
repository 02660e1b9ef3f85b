"""Says which metric a figure is a claim of: the rule of rules/metrics.toml that fits best.

A rule is weighed by where its anchor words stand: in the head of the row or column, next to the figure, or farther
off in the sentence. Words of another metric that stand nearer than the anchor forbid it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.conditions import CONDITIONS, SHARE, held_by_hardware
from extractors.distances import distance_to, is_taken, kind_of
from extractors.figure_rules import FigureRule, load_figure_rules, rules_without_unit
from extractors.memory import Scene
from extractors.model import Quantity, Segment, SegmentKind, Span
from extractors.passages import Reading
from extractors.values import filled_directly

IN_LABEL = 9.0
IN_GROUP = 5.0
IN_HEADING = 3.0
NEXT_TO = 10.0
CODE_POINTS_PER_POINT = 6
BARE_REACH = 25
LONGEST_LABEL = 160
TIGHT = 3.0
BENCHMARKS = re.compile(r"\b(?:benchmarks?|evaluations?|evals?|performance|metric|category|task|shots?)\b", re.I)
TIGHT_LINK = re.compile(r"\s+(?:(?:of|at|was|is|were|:)\s+)?")
NO_OTHER_METRIC = frozenset({"score", "models", "model_words", "languages", "rank", "active", "total"})


@filled_directly
@dataclass(frozen=True, slots=True)
class Fit:
    """How well a rule fits a figure, and where its anchor stands (None when the unit alone decides)."""

    rule: FigureRule
    score: float
    anchor: Span | None
    why: str


def choose_metric(scene: Scene, figure: Quantity) -> Fit | None:
    """Returns the best fitting rule for a figure, or None."""
    table = load_figure_rules()
    best: Fit | None = None
    rules = table.get(kind_of(figure)) or table.get(figure.noun) or (rules_without_unit() if figure.noun else None)
    for rule in rules.within(scene.groups()) if rules else ():
        fit = _weigh(rule, scene, figure)
        if fit is not None and (best is None or fit.score > best.score):
            best = fit
    return best


def _weigh(rule: FigureRule, scene: Scene, figure: Quantity) -> Fit | None:
    size = figure.low if figure.low is not None else figure.high
    if size is None or (rule.low is not None and size < rule.low) or (rule.high is not None and size > rule.high):
        return None
    if rule.bare_scale and figure.scale not in rule.bare_scale:
        return None
    if not rule.needs:
        return Fit(rule, rule.base + NEXT_TO / 2, None, f"unit {figure.unit}")
    anchor = _anchor(rule, scene, figure)
    if anchor is None or not all(_stands(need, scene, figure) for need in rule.needs[1:]):
        return None
    points, where, why = anchor
    if _forbidden(rule, scene, figure, points):
        return None
    return Fit(rule, rule.base + points, where, why)


def _anchor(rule: FigureRule, scene: Scene, figure: Quantity) -> tuple[float, Span | None, str] | None:
    best: tuple[float, Span | None, str] | None = None
    for group in rule.needs[0]:
        for points, where, why in _places(group, rule, scene, figure):
            if best is None or points > best[0]:
                best = (points, where, why)
    return best


def _places(group: str, rule: FigureRule, scene: Scene, figure: Quantity) -> Iterator[tuple[float, Span | None, str]]:
    segment = scene.segment
    bare = ("" in rule.units and figure.unit not in rule.units) or not figure.unit
    for hit in _hits(group, scene, figure):
        if is_taken(scene, figure, hit):
            continue
        distance = distance_to(scene, figure, hit)
        limit = min(rule.reach, BARE_REACH) if bare else rule.reach
        if distance <= limit:
            beside = hit[0] - figure.end == 1 and scene.text[figure.end].isspace()
            tight = TIGHT if beside or TIGHT_LINK.fullmatch(scene.text, hit[1], figure.start) else 0.0
            yield NEXT_TO + tight - distance / CODE_POINTS_PER_POINT, Span(*hit), f"{group} {distance} away"
    for label in scene.labels:
        if _in_label(group, scene.reading, label) or (
            group == "@benchmark" and lists_benchmark(scene.reading, segment, label)
        ):
            yield (IN_GROUP if label is scene.segment.group else IN_LABEL), label, f"{group} in label"
    if figure.unit or segment.kind in (SegmentKind.CELL, SegmentKind.LABEL):
        for label in scene.above:
            if label.end - label.start < LONGEST_LABEL and _in_label(group, scene.reading, label):
                yield IN_HEADING, label, f"{group} in heading"


def _hits(group: str, scene: Scene, figure: Quantity) -> list[tuple[int, int]]:
    if not group.startswith("@"):
        return scene.passage.cues.get(group, [])
    if group == "@benchmark":
        return [(m.start, m.end) for m in scene.passage.mentions if m.entity.type == "benchmark"]
    held = CONDITIONS[group](scene, figure)
    return [(figure.start, figure.end)] if held else []


def lists_benchmark(reading: Reading, segment: Segment, label: Span) -> bool:
    """Returns whether a label of a benchmark table names a benchmark that the catalogue does not know.

    Such a label points at no other metric and is none of the table's subjects.
    """
    if segment.table not in reading.benchmark_tables or segment.kind is not SegmentKind.CELL:
        return False
    words = label.of(reading.text).strip(" *_|")
    if BENCHMARKS.search(words):
        return False
    named = any(m.entity.type not in ("benchmark", "platform") for m in reading.mentions_in(label))
    return (
        bool(re.search(r"[A-Za-z]{3}", words)) and not named and not reading.label_cues(label).keys() - NO_OTHER_METRIC
    )


def _in_label(group: str, reading: Reading, label: Span) -> bool:
    if group == "@benchmark":
        named = any(m.entity.type == "benchmark" for m in reading.mentions_in(label))
        return named or "benchmark_heads" in reading.label_cues(label)
    if group == "@per_tokens":
        return bool(re.search(r"tokens?\b|/\s?1?M(?:tok)?\b", label.of(reading.text), re.I))
    return group in reading.label_cues(label)


def _stands(need: tuple[str, ...], scene: Scene, figure: Quantity) -> bool:
    segment = scene.segment
    headings = segment.headings[-1:] if segment.kind is SegmentKind.CELL else ()
    labels = [*scene.labels, *headings]
    return any(
        _hits(group, scene, figure) or any(_in_label(group, scene.reading, label) for label in labels) for group in need
    )


def _forbidden(rule: FigureRule, scene: Scene, figure: Quantity, points: float) -> bool:
    if "@bracketed_hardware" in rule.forbid and held_by_hardware(scene, figure):
        return True
    if "@share" in rule.forbid and SHARE.match(scene.text, figure.end, scene.passage.end):
        return True
    cues = scene.passage.cues
    for group in rule.forbid & cues.keys():
        for hit in cues[group]:
            distance = distance_to(scene, figure, hit)
            if distance <= rule.forbid_reach and NEXT_TO - distance / CODE_POINTS_PER_POINT > points:
                return True
    return points < IN_LABEL and not all(rule.forbid.isdisjoint(hits) for hits in scene.label_cues())
