"""Finds the conditions without which a value is not comparable: part, period, direction, benchmark, platform …

Which metric carries which is data (rules/qualifiers.toml).
"""

import re
from collections.abc import Callable
from functools import lru_cache

from extractors.distances import MONEY, distance_to
from extractors.entities import Mention
from extractors.linking import words_before
from extractors.memory import Scene
from extractors.metrics import LONGEST_LABEL, lists_benchmark
from extractors.model import Quantity, Span
from extractors.rules import check_entries, load_rules

NEAR = 30
PERIODS = (
    ("per_month", "month"),
    ("per_week", "week"),
    ("per_day", "day"),
    ("per_quarter", "quarter"),
    ("annualized", "year"),
    ("per_year", "year"),
    ("cumulative", "cumulative"),
)
DIRECTIONS = (("cached", "cached"), ("input", "input"), ("output", "output"))
SIZE = r"[\s\-]*(?:billion|trillion|million)?[\s\-]*(?:parameters?|params?)?[\s\-]*"
PART_BEHIND = re.compile(
    rf"{SIZE}(?:(?P<active>(?:of (?:them|which|these|those))?(?: (?:are|is))? ?\(?activ(?:e|ated))|(?:in )?total\b)",
    re.I,
)
PART_BEFORE = re.compile(
    r"\b(?:(?P<active>activat\w+|active)|total)(?: parameters?| params?)?[\s:~≈(]+"
    r"(?:(?:roughly|about|only|around|just)\s+){0,2}$",
    re.I,
)
SLASH = re.compile(r"\s*/\s*")
ACTIVE_NEXT = re.compile(r"\s*(?:/|,|\()\s*[~≈]?[\d.]+\s?[BMT]?\w*\s+activ(?:e|ated)")
PER_MILLION = re.compile(r"/\s?1?M(?:\b|tok)|\bper (?:1M|one million|million|1 million)|\bper 1,000,000", re.I)
PER_THOUSAND = re.compile(r"\bper (?:1k|1,000|thousand)\b|/\s?1?K\b", re.I)
PER_OTHER = re.compile(
    r"(?:\bper|\ba|\ban|/)\s?(month|year|user|seat|week|hour|day|image|minute|second|request|mo|yr)\b", re.I
)
SHORT_PER = {"mo": "month", "yr": "year"}
PERIOD_WORDS = frozenset({"month", "year", "week", "day", "mo", "yr"})
OF = re.compile(
    r"\s+(?:market share\s+)?(?:share\s+)?of\s+(?:the\s+|all\s+)?([^.;,|()\n]{3,60}?)"
    r"(?=[.;,|()\n]|\s+(?:was|were|is|are|on|in|by)\b|$)"
)
VIA = re.compile(r"\b(?:via|through)\s+(?:the |its )?([A-Z][\w ]{0,40}?)(?=[.;,|()\n]|\s+(?:platforms?|apps?)\b|$)")
IN_OR_OUT = re.compile(r"\s*(?:/M(?:tok)?|per (?:1M|million)(?: tokens)?)?\s*\(?(in|out|input|output)(?:put)?\b", re.I)
PAIR = re.compile(r"\s*/\s*|\s+and\s+")
FISCAL = re.compile(r"\b(?:FY\s?\d|fiscal (?:year )?\d)", re.I)

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
        finder = _price_period if name == "period" and metric == "price" else FINDERS[name]
        if value := finder(scene, figure):
            found[name] = value
    return found


def _nearest_group(scene: Scene, figure: Quantity, groups: tuple[tuple[str, str], ...], reach: int = NEAR) -> str:
    """Returns the value of the group whose words stand nearest, in the text before labels."""
    best, nearest = "", float(reach)
    for group, value in groups:
        for hit in scene.passage.cues.get(group, ()):
            distance = distance_to(scene, figure, hit)
            if distance < nearest and not _compares(scene, hit):
                best, nearest = value, distance
    if best:
        return best
    for label in (*scene.labels, *scene.above):
        hits = scene.reading.label_cues(label) if label.end - label.start < LONGEST_LABEL else {}
        for group, value in groups:
            if group in hits:
                return value
    return ""


def _compares(scene: Scene, hit: tuple[int, int]) -> bool:
    """Returns whether a word of time is part of a comparison: the "quarter" of "quarter on quarter"."""
    spans = [span for group in ("yoy", "qoq") for span in scene.passage.cues.get(group, ())]
    return any(start <= hit[0] and hit[1] <= end and (start, end) != hit for start, end in spans)


def _part(scene: Scene, figure: Quantity) -> str:
    """Returns `total` or `active`: the words behind the figure, then those before it, then labels and neighbours."""
    behind = scene.text[figure.number.end : min(figure.end + 24, scene.passage.end)]
    if (match := PART_BEHIND.match(behind)) is not None:
        return "active" if match["active"] else "total"
    if (match := PART_BEFORE.search(words_before(scene.text, scene.passage, figure.start, 34))) is not None:
        return "active" if match["active"] else "total"
    for hits in scene.label_cues():
        if found := next((part for part in ("active", "total") if part in hits), ""):
            return found
    return _part_by_contrast(scene, figure)


def _part_by_contrast(scene: Scene, figure: Quantity) -> str:
    """Returns the part that the neighbour tells: "675B / 41B active", or the customary pair "400B/17B"."""
    for other in scene.figures:
        if other.scale and other.unit == figure.unit == "" and other.low and figure.low:
            if SLASH.fullmatch(scene.text, figure.end, other.start) and other.low < figure.low:
                return "total"
            if SLASH.fullmatch(scene.text, other.end, figure.start) and figure.low < other.low:
                return "active"
    return "total" if ACTIVE_NEXT.match(scene.text, figure.end, min(figure.end + 40, scene.passage.end)) else ""


def _period(scene: Scene, figure: Quantity) -> str:
    if found := _nearest_group(scene, figure, PERIODS, 45):
        return found
    fetched = scene.follows("fetched", figure.start, 60)
    if fetched and _in_one_month(scene, figure):
        return "month"
    spots = [Span(scene.passage.start, scene.passage.end), *scene.labels]
    if "annualized" in scene.passage.cues or any(FISCAL.search(scene.text, s.start, s.end) for s in spots):
        return "year"
    return ""


def _in_one_month(scene: Scene, figure: Quantity) -> bool:
    """Returns whether the sentence dates a number of downloads to one month: "was fetched 22 million times in May"."""
    if re.search(
        r"\bin (?:its|the|a) (?:first|single|one|last) month\b", scene.text[scene.passage.start : scene.passage.end]
    ):
        return True
    return any(
        date.precision == "month"
        and re.search(r"\bin $|\bduring $", scene.text[max(0, date.start - 8) : date.start], re.I)
        for date in scene.passage.dates
        if abs(date.start - figure.end) < 40 or abs(figure.start - date.end) < 40
    )


def _words_of_rate(scene: Scene, figure: Quantity, reach: int) -> str:
    """Returns what a figure is said to be per, and the words up to `reach` code points behind it."""
    words = scene.text[figure.start : min(figure.end + reach, scene.passage.end)]
    return f"{figure.per and 'per ' + figure.per} {words}"


def _price_period(scene: Scene, figure: Quantity) -> str:
    """Returns the period that a subscription's price is for."""
    for spot in (_words_of_rate(scene, figure, 20), *(label.of(scene.text) for label in scene.labels)):
        if (match := PER_OTHER.search(spot)) and match[1].lower() in PERIOD_WORDS:
            return SHORT_PER.get(match[1].lower(), match[1].lower())
    return ""


def _direction(scene: Scene, figure: Quantity) -> str:
    if "cached" in figure.per or "cache" in figure.per:
        return "cached"
    for word in ("input", "output"):
        if word in figure.per:
            return word
    if (match := IN_OR_OUT.match(scene.text, figure.end, scene.passage.end)) is not None:
        return "input" if match[1].lower().startswith("in") else "output"
    if side := _side_of_slash(scene, figure):
        return side
    return _nearest_group(scene, figure, DIRECTIONS, 25)


def _side_of_slash(scene: Scene, figure: Quantity) -> str:
    """Returns the direction in the customary pair "$3 / $15" or "$3 and $15": input first, output second."""
    for other in scene.figures:
        if MONEY.match(other.unit) and other.unit == figure.unit:
            if PAIR.fullmatch(scene.text, figure.end, other.start):
                return "input"
            if PAIR.fullmatch(scene.text, other.end, figure.start):
                return "output"
    return ""


def _per(scene: Scene, figure: Quantity) -> str:
    labels = (*scene.labels, *scene.above)
    for spot in (_words_of_rate(scene, figure, 45), *(label.of(scene.text) for label in labels)):
        if PER_MILLION.search(spot):
            return "1M tokens"
        if PER_THOUSAND.search(spot):
            return "1K tokens"
        if (match := PER_OTHER.search(spot)) and match[1].lower() not in PERIOD_WORDS:
            return SHORT_PER.get(match[1].lower(), match[1].lower())
    return ""


def _benchmark(scene: Scene, figure: Quantity) -> str:
    best: Mention | None = None
    nearest = 1000.0
    for mention in scene.passage.mentions:
        if mention.entity.type != "benchmark":
            continue
        hit = (mention.start, mention.end)
        distance = distance_to(scene, figure, hit)
        distance += 0 if mention.start >= figure.end else 1
        if distance < nearest:
            best, nearest = mention, distance
    if best is not None:
        return scene.reading.written(best.start, best.end)
    segment = scene.segment
    for label in (*scene.labels, *scene.above):
        for mention in scene.reading.mentions_in(label):
            if mention.entity.type == "benchmark":
                return scene.reading.written(mention.start, mention.end)
    for label in reversed(scene.labels):
        short = "benchmark_heads" in scene.reading.label_cues(label)
        if short or lists_benchmark(scene.reading, segment, label):
            return re.sub(r"\s*\([^)]*\)|[*_`]", "", label.of(scene.text)).strip()
    return ""


def _basis(scene: Scene, figure: Quantity) -> str:
    return _nearest_group(scene, figure, (("yoy", "yoy"), ("qoq", "qoq")), 60)


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
    "part": _part,
    "period": _period,
    "direction": _direction,
    "per": _per,
    "benchmark": _benchmark,
    "basis": _basis,
    "platform": _platform,
    "region": _region,
    "of": _of,
    "via": _via,
    "item": _item,
    "segment": _segment,
}
