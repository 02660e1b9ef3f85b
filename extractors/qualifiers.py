"""Finds the conditions without which a value is not comparable: part, period, direction, benchmark, platform …

Which metric carries which is data (rules/qualifiers.toml).
"""

import re
from collections.abc import Callable
from functools import lru_cache

from extractors.benchmark_names import find_benchmark
from extractors.distances import MONEY
from extractors.flow_periods import find_period
from extractors.memory import Scene
from extractors.model import Quantity, Span
from extractors.nearest_words import in_labels, nearest_in_passage
from extractors.parts import find_part
from extractors.price_terms import find_denominator, find_direction, find_price_period
from extractors.rules import check_entries, load_rules

OF = re.compile(
    r"\s+(?:market share\s+)?(?:share\s+)?of\s+(?:the\s+|all\s+)?([^.;,|()\n]{3,60}?)"
    r"(?=[.;,|()\n]|\s+(?:was|were|is|are|on|in|by)\b|$)"
)
VIA = re.compile(r"\b(?:via|through)\s+(?:the |its )?([A-Z][\w ]{0,40}?)(?=[.;,|()\n]|\s+(?:platforms?|apps?)\b|$)")
BASES = (("yoy", "yoy"), ("qoq", "qoq"))
BASIS_REACH = 120

Finder = Callable[[Scene, Quantity], str]


@lru_cache(maxsize=1)
def load_qualifiers() -> dict[str, tuple[str, ...]]:
    """Returns the qualifiers of each metric.

    Raises:
        RuleError: An entry has an unknown key or lacks one.
    """
    entries = load_rules("qualifiers.toml")["metric"]
    check_entries(
        entries, file="rules/qualifiers.toml", required=("id", "metrics", "qualifiers", "source"), optional=()
    )
    return {metric: tuple(entry["qualifiers"]) for entry in entries for metric in entry["metrics"]}


def find_qualifiers(scene: Scene, figure: Quantity, metric: str) -> dict[str, str]:
    """Returns the qualifiers that the text gives for a figure of a metric."""
    found: dict[str, str] = {}
    for name in load_qualifiers().get(metric, ()):
        finder = find_price_period if name == "period" and metric == "price" else FINDERS[name]
        if value := finder(scene, figure):
            found[name] = value
    return found


def _basis(scene: Scene, figure: Quantity) -> str:
    return nearest_in_passage(scene, figure, BASES, BASIS_REACH) or in_labels(scene, BASES)


def _platform(scene: Scene, _figure: Quantity) -> str:
    names = [m.entity.name for m in scene.passage.mentions if m.entity.type == "platform"]
    if not names:
        names = [m.entity.name for m in scene.reading.mentions_in(scene.segment.column) if m.entity.type == "platform"]
    return " + ".join(dict.fromkeys(names))


def _region(scene: Scene, _figure: Quantity) -> str:
    for mention in scene.passage.mentions:
        before = scene.text[max(scene.passage.start, mention.start - 12) : mention.start]
        place = mention.entity.type == "place" and mention.kind != "adjective"
        if place and (
            re.search(r"\bin (?:the )?$|\bof $", before) or scene.text[mention.end : mention.end + 2] in ("’s", "'s")
        ):
            return mention.entity.name
    return ""


def _of(scene: Scene, figure: Quantity) -> str:
    match = OF.match(scene.text, figure.end, scene.passage.end)
    return match[1].strip() if match else ""


def _via(scene: Scene, figure: Quantity) -> str:
    match = VIA.search(scene.text, figure.end, min(figure.end + 80, scene.passage.end))
    return match[1].strip() if match else ""


def _item(scene: Scene, figure: Quantity) -> str:
    for mention in scene.passage.mentions:
        near = figure.start <= mention.start <= figure.end + 25
        if mention.entity.type == "hardware" and near:
            return mention.entity.name
    if figure.low is not None and figure.high is not None and figure.low < figure.high and not MONEY.match(figure.unit):
        return "size range"
    return ""


def _segment(scene: Scene, figure: Quantity) -> str:
    spots = [Span(max(scene.passage.start, figure.start - 80), figure.end), scene.segment.row, scene.segment.column]
    for spot in spots:
        if spot is not None and (match := re.search(r"\b(cloud|AI)\b", spot.of(scene.text), re.I)):
            return match[1].lower() if match[1].lower() == "cloud" else "AI"
    return ""


FINDERS: dict[str, Finder] = {
    "part": find_part,
    "period": find_period,
    "direction": find_direction,
    "per": find_denominator,
    "benchmark": find_benchmark,
    "basis": _basis,
    "platform": _platform,
    "region": _region,
    "of": _of,
    "via": _via,
    "item": _item,
    "segment": _segment,
}
