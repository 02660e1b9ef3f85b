"""Says which metric a figure is a claim of: the rule of rules/metrics.toml that fits best.

A rule is weighed by where its anchor words stand: in the head of the row or column, next to the figure, or farther
off in the sentence. Words of another metric that stand nearer than the anchor forbid it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from extractors.memory import Scene
from extractors.model import Quantity, Segment, SegmentKind, Span
from extractors.passages import Reading, gap
from extractors.rules import check_entries, load_rules
from extractors.syntax import LIST_JOIN, link

IN_LABEL = 9.0
IN_HEADING = 3.0
NEXT_TO = 10.0
CODE_POINTS_PER_POINT = 6
BARE_REACH = 25
INTERPOSED = 15
LONGEST_LABEL = 160
TIGHT = 3.0
MONEY = re.compile(r"[A-Z]{3}$")
PER_TOKENS = re.compile(
    r"\btok(?:en)?s?\b|^(?:1|one)?\s*(?:m|mtok|million|1m)(?: (?:input|output|in|out|cached.*))?$", re.I
)
BUSINESS = re.compile(r"\b(?:business|segment|division|unit|arm|cloud|group)\b", re.I)
SHARE = re.compile(r"\s+of\s")
AFTER_MODEL = re.compile(r"\s*(?:\([^()]{0,35}\))?\s*(?:[:(,–—]|in|comes in|has|with|is an?|at)\s*(?:an?\s)?")
BENCHMARKS = re.compile(r"\b(?:benchmarks?|evaluations?|evals?|performance|metric|category|task|shots?)\b", re.I)
TIGHT_LINK = re.compile(r"\s+(?:(?:of|at|was|is|were|:)\s+)?")
NO_OTHER_METRIC = frozenset({"score", "models", "model_words", "languages", "rank", "active", "total"})
ORDINAL = re.compile(r"(?:st|nd|rd|th)$|^(?:first|second|third)$")


@dataclass(frozen=True, slots=True)
class FigureRule:
    """One entry of rules/metrics.toml; that file says what the fields mean."""

    id: str
    metric: str
    units: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    types: tuple[str, ...]
    unit: str = ""
    reach: int = 60
    base: float = 0.0
    forbid: tuple[str, ...] = ()
    forbid_reach: int = 30
    low: Decimal | None = None
    high: Decimal | None = None
    bare_scale: tuple[int, ...] = ()
    modifiers: bool = True


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a rule fits a figure, and where its anchor stands (None when the unit alone decides)."""

    rule: FigureRule
    score: float
    anchor: Span | None
    why: str


@lru_cache(maxsize=1)
def load_figure_rules() -> dict[str, tuple[FigureRule, ...]]:
    """Returns the rules by unit.

    Raises:
        RuleError: An entry has an unknown key, lacks one, or stands twice.
    """
    entries = load_rules("metrics.toml")["rule"]
    check_entries(
        entries,
        file="rules/metrics.toml",
        required=("id", "metric", "units", "needs", "types", "base", "source", "example", "counterexample"),
        optional=("unit", "reach", "forbid", "forbid_reach", "min", "max", "bare_scale", "modifiers"),
    )
    table: dict[str, list[FigureRule]] = {}
    for entry in entries:
        rule = _rule(entry)
        for unit in rule.units:
            table.setdefault(unit, []).append(rule)
    return {unit: tuple(rules) for unit, rules in table.items()}


def _rule(entry: dict[str, Any]) -> FigureRule:
    return FigureRule(
        id=entry["id"],
        metric=entry["metric"],
        units=tuple(entry["units"]),
        needs=tuple(tuple(need.split("|")) for need in entry["needs"]),
        types=tuple(entry["types"]),
        unit=entry.get("unit", ""),
        reach=entry.get("reach", 60),
        base=float(entry["base"]),
        forbid=tuple(entry.get("forbid", ())),
        forbid_reach=entry.get("forbid_reach", 30),
        low=_limit(entry.get("min")),
        high=_limit(entry.get("max")),
        bare_scale=tuple(entry.get("bare_scale", ())),
        modifiers=entry.get("modifiers", True),
    )


def _limit(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _kind(figure: Quantity) -> str:
    """Returns what a figure counts: its unit, "money" for every currency."""
    return "money" if MONEY.match(figure.unit) else figure.unit


def choose_metric(scene: Scene, figure: Quantity) -> Fit | None:
    """Returns the best fitting rule for a figure, or None."""
    table = load_figure_rules()
    best: Fit | None = None
    rules = table.get(_kind(figure)) or table.get(figure.noun) or (_without_unit() if figure.noun else ())
    view = scene.groups()
    for rule in rules:
        if rule.needs and not any(group in view or group[0] == "@" for group in rule.needs[0]):
            continue
        fit = _weigh(rule, scene, figure)
        if fit is not None and (best is None or fit.score > best.score):
            best = fit
    return best


@lru_cache(maxsize=1)
def _without_unit() -> tuple[FigureRule, ...]:
    """Returns the rules for bare numbers that a number of something unknown may fit too; a score is never such."""
    return tuple(rule for rule in load_figure_rules()[""] if rule.needs[0] != ("@benchmark",))


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
        if _taken(scene, figure, hit):
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
            yield IN_LABEL, label, f"{group} in label"
    if figure.unit or segment.kind in (SegmentKind.CELL, SegmentKind.LABEL):
        for label in scene.above:
            if label.end - label.start < LONGEST_LABEL and _in_label(group, scene.reading, label):
                yield IN_HEADING, label, f"{group} in heading"


def _hits(group: str, scene: Scene, figure: Quantity) -> list[tuple[int, int]]:
    if not group.startswith("@"):
        return scene.passage.cues.get(group, [])
    if group == "@benchmark":
        return [(m.start, m.end) for m in scene.passage.mentions if m.entity.type == "benchmark"]
    held = _CONDITIONS[group](scene, figure)
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


def _hardware(scene: Scene, figure: Quantity) -> bool:
    return any(
        m.entity.type == "hardware" and figure.start <= m.start <= figure.end + 30 for m in scene.passage.mentions
    )


def _held_by_hardware(scene: Scene, figure: Quantity) -> bool:
    """Returns whether the figure is the memory of a card: "RTX 4090 (24 GB)", "a 24 GB RTX 4090"."""
    return any(
        m.entity.type == "hardware" and (0 <= figure.start - m.end <= 3 or 0 <= m.start - figure.end <= 2)
        for m in scene.passage.mentions
    )


def _after_model(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a size follows a model's name: "Llama 3.1 (2024): 8B, 70B and 405B", "Qwen 3.5 (9B to 397B)"."""
    start, _ = series(scene, figure)
    lettered = scene.text[figure.number.end - 1] in "BT"
    return lettered and any(
        m.entity.type in ("model", "family")
        and 0 <= start - m.end <= 45
        and AFTER_MODEL.fullmatch(scene.text, m.end, start)
        for m in scene.passage.mentions
    )


def _per_tokens(_scene: Scene, figure: Quantity) -> bool:
    return bool(figure.per and PER_TOKENS.search(figure.per))


def _signed(scene: Scene, figure: Quantity) -> bool:
    return scene.text[figure.start] in "+-−–"


def _business(scene: Scene, figure: Quantity) -> bool:
    return bool(BUSINESS.search(scene.text, max(scene.passage.start, figure.start - 60), figure.start))


def _ordinal(scene: Scene, figure: Quantity) -> bool:
    return bool(ORDINAL.search(figure.number.of(scene.text).casefold()))


def _grows_to(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a rate leads to an amount: "grew 28% to $37.6 billion"."""
    return any(
        MONEY.match(other.unit)
        and re.fullmatch(
            r"(?: year[- ]on[- ]year| year[- ]over[- ]year| YoY)?,? to ", scene.text[figure.end : other.start]
        )
        for other in scene.passage.quantities
    )


def _grown_to(scene: Scene, figure: Quantity) -> bool:
    """Returns whether an amount follows a rate of growth."""
    return any(
        other.unit == "percent"
        and other.end < figure.start
        and _grows_to(scene, other)
        and figure.start - other.end < 25
        for other in scene.passage.quantities
    )


def _of_usage(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a share is one of usage: "3.4% of chatbot traffic", "30% of global AI-model downloads"."""
    return bool(link("share-of-usage").match(scene.text, figure.end, scene.passage.end))


def _of_market(scene: Scene, figure: Quantity) -> bool:
    return bool(link("share-of-market").match(scene.text, figure.end, scene.passage.end))


# What a rule may need besides cue words: the "@" groups of rules/metrics.toml.
_CONDITIONS = {
    "@of_usage": _of_usage,
    "@grows_to": _grows_to,
    "@grown_to": _grown_to,
    "@of_market": _of_market,
    "@hardware": _hardware,
    "@after_model": _after_model,
    "@per_tokens": _per_tokens,
    "@signed": _signed,
    "@business": _business,
    "@ordinal": _ordinal,
}


def distance_to(scene: Scene, figure: Quantity, hit: tuple[int, int]) -> int:
    """Returns how far a cue stands from a figure; another figure of the same kind in between takes the cue over."""
    start, end = series(scene, figure)
    distance = gap(scene.text, start, end, hit)
    first, last = (hit[1], start) if hit[1] <= start else (end, hit[0])
    kind = _kind(figure)
    for other in scene.passage.quantities:
        if first <= other.start and other.end <= last and _kind(other) == kind:
            distance += INTERPOSED
    return distance


def series(scene: Scene, figure: Quantity) -> tuple[int, int]:
    """Returns the stretch of the list of like figures that a figure stands in ("122B, 35B and 9B parameters")."""
    start, end = figure.start, figure.end
    for other in reversed(scene.passage.quantities):
        if other.end <= start and _of_one_list(other, figure) and LIST_JOIN.fullmatch(scene.text, other.end, start):
            start = other.start
    for other in scene.passage.quantities:
        if other.start >= end and _of_one_list(figure, other) and LIST_JOIN.fullmatch(scene.text, end, other.start):
            end = other.end
    return start, end


def _of_one_list(earlier: Quantity, later: Quantity) -> bool:
    """Returns whether two figures count the same; the last of a list may bear the unit for all."""
    return earlier.unit == later.unit or (not earlier.unit and earlier.scale == later.scale != 0)


def _taken(scene: Scene, figure: Quantity, hit: tuple[int, int]) -> bool:
    """Returns whether a cue is what another figure counts, so that this one cannot borrow it."""
    start, end = series(scene, figure)
    if start <= hit[0] and hit[1] <= end:
        return False
    return any(
        other.start <= hit[0] and hit[1] <= other.end + len(other.noun) + 1 and other.unit
        for other in scene.passage.quantities
        if other is not figure and not (other.start < figure.end and figure.start < other.end)
    )


def _stands(need: tuple[str, ...], scene: Scene, figure: Quantity) -> bool:
    segment = scene.segment
    headings = segment.headings[-1:] if segment.kind is SegmentKind.CELL else ()
    labels = [*scene.labels, *headings]
    return any(
        _hits(group, scene, figure) or any(_in_label(group, scene.reading, label) for label in labels) for group in need
    )


def _forbidden(rule: FigureRule, scene: Scene, figure: Quantity, points: float) -> bool:
    for group in rule.forbid:
        if group == "@bracketed_hardware" and _held_by_hardware(scene, figure):
            return True
        if group == "@share" and SHARE.match(scene.text, figure.end, scene.passage.end):
            return True
        for hit in scene.passage.cues.get(group, ()):
            distance = distance_to(scene, figure, hit)
            if distance <= rule.forbid_reach and NEXT_TO - distance / CODE_POINTS_PER_POINT > points:
                return True
        if points < IN_LABEL and any(group in hits for hits in scene.label_cues()):
            return True
    return False
