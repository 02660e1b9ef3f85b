"""Finds the conditions without which a value is not comparable: part, period, direction, benchmark, platform …

Which metric carries which is data (rules/qualifiers.toml).
"""

import re
from collections.abc import Callable
from functools import lru_cache

from extractors.entities import Mention
from extractors.metrics import MONEY, distance_to, lists_benchmark
from extractors.model import Quantity, Span
from extractors.passages import Passage, Reading
from extractors.rules import check_entries, load_rules

NEAR = 30
PERIODS = (("per_month", "month"), ("per_week", "week"), ("per_day", "day"), ("per_quarter", "quarter"),
           ("annualized", "year"), ("per_year", "year"), ("cumulative", "cumulative"))
PER_MILLION = re.compile(r"/\s?1?M(?:\b|tok)|\bper (?:1M|one million|million|1 million)|\bper 1,000,000", re.I)
PER_THOUSAND = re.compile(r"\bper (?:1k|1,000|thousand)\b|/\s?1?K\b", re.I)
PER_OTHER = re.compile(r"(?:\bper|\ba|\ban|/)\s?(month|year|user|seat|week|hour|day|image|minute|second|request|mo|yr)\b", re.I)
SHORT_PER = {"mo": "month", "yr": "year"}
PERIOD_WORDS = frozenset({"month", "year", "week", "day", "mo", "yr"})
OF = re.compile(r"\s+(?:market share\s+)?(?:share\s+)?of\s+(?:the\s+|all\s+)?([^.;,|()\n]{3,60}?)(?=[.;,|()\n]|\s+(?:was|were|is|are|on|in|by)\b|$)")
VIA = re.compile(r"\b(?:via|through)\s+(?:the |its )?([A-Z][\w ]{0,40}?)(?=[.;,|()\n]|\s+(?:platforms?|apps?)\b|$)")
IN_OR_OUT = re.compile(r"\s*(?:/M(?:tok)?|per (?:1M|million)(?: tokens)?)?\s*\(?(in|out|input|output)(?:put)?\b", re.I)
PAIR = re.compile(r"\s*/\s*|\s+and\s+")
FETCHED = re.compile(r"\b(?:fetched|pulled|downloaded|recorded|saw|drew)\b")
FISCAL = re.compile(r"\b(?:FY\s?\d|fiscal (?:year )?\d)", re.I)

Finder = Callable[[Reading, Passage, Quantity], str]


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


def find_qualifiers(reading: Reading, passage: Passage, figure: Quantity, metric: str) -> dict[str, str]:
    """Returns the qualifiers that the text gives for a figure of a metric."""
    found: dict[str, str] = {}
    for name in load_qualifiers().get(metric, ()):
        finder = _price_period if name == "period" and metric == "price" else FINDERS[name]
        if value := finder(reading, passage, figure):
            found[name] = value
    return found


def _nearest_group(
    reading: Reading, passage: Passage, figure: Quantity, groups: tuple[tuple[str, str], ...], reach: int = NEAR
) -> str:
    """Returns the value of the group whose words stand nearest, in the text before labels."""
    best, nearest = "", float(reach)
    for group, value in groups:
        for hit in passage.cues.get(group, ()):
            distance = distance_to(reading, passage, figure, hit)
            if distance < nearest:
                best, nearest = value, distance
    if best:
        return best
    segment = passage.segment
    for label in (*reading.labels_of(segment), segment.parent, *segment.headings[-1:]):
        hits = reading.label_cues(label) if label is not None and label.end - label.start < 160 else {}
        for group, value in groups:
            if group in hits:
                return value
    return ""


def _part(reading: Reading, passage: Passage, figure: Quantity) -> str:
    text = reading.text
    after = text[figure.number.end : min(figure.end + 18, passage.end)]
    before = text[max(passage.start, figure.start - 22) : figure.start]
    if re.match(r"[\s\-]*(?:billion|trillion|million)?[\s\-]*(?:parameters?|params?)?[\s\-]*(?:of (?:them|which|these|those))?(?: (?:are|is))? ?\(?(?:active|activated)", after, re.I):
        return "active"
    if re.match(r"[\s\-]*(?:billion|trillion|million)?[\s\-]*(?:parameters?|params?)?[\s\-]*(?:in )?total\b", after, re.I):
        return "total"
    if re.search(r"\b(?:activat\w+|active(?: parameters?| params?)?)[\s:~≈(]+(?:(?:roughly|about|only|around|just|nearly)\s+){0,2}$", before, re.I):
        return "active"
    if re.search(r"\btotal(?: parameters?| params?)?[\s:~≈(]+$", before, re.I):
        return "total"
    for label in reading.labels_of(passage.segment):
        hits = reading.label_cues(label)
        if "active" in hits:
            return "active"
        if "total" in hits:
            return "total"
    return _part_by_contrast(passage, text, figure)


def _part_by_contrast(passage: Passage, text: str, figure: Quantity) -> str:
    """Returns the part that the neighbour tells: "675B / 41B active", or the customary pair "400B/17B"."""
    for other in passage.quantities:
        if other.scale and other.unit == figure.unit == "" and other.low and figure.low:
            if re.fullmatch(r"\s*/\s*", text[figure.end : other.start]) and other.low < figure.low:
                return "total"
            if re.fullmatch(r"\s*/\s*", text[other.end : figure.start]) and figure.low < other.low:
                return "active"
    after = text[figure.end : min(figure.end + 40, passage.end)]
    return "total" if re.match(r"\s*(?:/|,|\()\s*[~≈]?[\d.]+\s?[BMT]?\w*\s+(?:active|activated)", after) else ""


def _period(reading: Reading, passage: Passage, figure: Quantity) -> str:
    if found := _nearest_group(reading, passage, figure, PERIODS, 45):
        return found
    if FETCHED.search(reading.text, max(passage.start, figure.start - 60), figure.start) and _in_one_month(reading, passage, figure):
        return "month"
    if "annualized" in passage.cues or FISCAL.search(reading.text, passage.start, passage.end):
        return "year"
    return ""


def _in_one_month(reading: Reading, passage: Passage, figure: Quantity) -> bool:
    """Returns whether the sentence dates a number of downloads to one month: "was fetched 22 million times in May"."""
    if re.search(r"\bin (?:its|the|a) (?:first|single|one|last) month\b", reading.text[passage.start : passage.end]):
        return True
    return any(
        date.precision == "month" and re.search(r"\bin $|\bduring $", reading.text[max(0, date.start - 8) : date.start], re.I)
        for date in passage.dates
        if abs(date.start - figure.end) < 40 or abs(figure.start - date.end) < 40
    )


def _price_period(reading: Reading, passage: Passage, figure: Quantity) -> str:
    """Returns the period that a subscription's price is for."""
    near = f"{figure.per and 'per ' + figure.per} {reading.text[figure.start : min(figure.end + 20, passage.end)]}"
    labels = [label.of(reading.text) for label in reading.labels_of(passage.segment)]
    for spot in (near, *labels):
        if (match := PER_OTHER.search(spot)) and match[1].lower() in PERIOD_WORDS:
            return SHORT_PER.get(match[1].lower(), match[1].lower())
    return ""


def _direction(reading: Reading, passage: Passage, figure: Quantity) -> str:
    if "cached" in figure.per or "cache" in figure.per:
        return "cached"
    for word in ("input", "output"):
        if word in figure.per:
            return word
    if (match := IN_OR_OUT.match(reading.text, figure.end, passage.end)) is not None:
        return "input" if match[1].lower().startswith("in") else "output"
    if side := _side_of_slash(reading, passage, figure):
        return side
    return _nearest_group(
        reading, passage, figure, (("cached", "cached"), ("input", "input"), ("output", "output")), 25
    )


def _side_of_slash(reading: Reading, passage: Passage, figure: Quantity) -> str:
    """Returns the direction in the customary pair "$3 / $15" or "$3 and $15": input first, output second."""
    for other in passage.quantities:
        if MONEY.match(other.unit) and other.unit == figure.unit:
            if PAIR.fullmatch(reading.text, figure.end, other.start):
                return "input"
            if PAIR.fullmatch(reading.text, other.end, figure.start):
                return "output"
    return ""


def _per(reading: Reading, passage: Passage, figure: Quantity) -> str:
    text = reading.text
    near = f"{figure.per and 'per ' + figure.per} {text[figure.start : min(figure.end + 45, passage.end)]}"
    segment = passage.segment
    around = (*reading.labels_of(segment), *((segment.parent,) if segment.parent else ()), *segment.headings[-1:])
    spots = [near, *(span.of(text) for span in around)]
    for spot in spots:
        if PER_MILLION.search(spot):
            return "1M tokens"
        if PER_THOUSAND.search(spot):
            return "1K tokens"
        if (match := PER_OTHER.search(spot)) and match[1].lower() not in PERIOD_WORDS:
            return SHORT_PER.get(match[1].lower(), match[1].lower())
    return ""


def _benchmark(reading: Reading, passage: Passage, figure: Quantity) -> str:
    best: Mention | None = None
    nearest = 1000.0
    for mention in passage.mentions:
        if mention.entity.type != "benchmark":
            continue
        hit = (mention.start, mention.end)
        distance = distance_to(reading, passage, figure, hit)
        distance += 0 if mention.start >= figure.end else 1
        if distance < nearest:
            best, nearest = mention, distance
    if best is not None:
        return reading.written(best.start, best.end)
    segment = passage.segment
    for label in (*reading.labels_of(segment), segment.parent, *segment.headings[-1:]):
        for mention in reading.mentions_in(label):
            if mention.entity.type == "benchmark":
                return reading.written(mention.start, mention.end)
    for label in reversed(reading.labels_of(segment)):
        if lists_benchmark(reading, segment, label):
            return re.sub(r"\s*\([^)]*\)|[*_`]", "", label.of(reading.text)).strip()
    return ""


def _basis(reading: Reading, passage: Passage, figure: Quantity) -> str:
    return _nearest_group(reading, passage, figure, (("yoy", "yoy"), ("qoq", "qoq")), 60)


def _platform(reading: Reading, passage: Passage, figure: Quantity) -> str:
    names = [m.entity.name for m in passage.mentions if m.entity.type == "platform"]
    if not names:
        names = [m.entity.name for m in reading.mentions_in(passage.segment.column) if m.entity.type == "platform"]
    return " + ".join(dict.fromkeys(names))


def _region(reading: Reading, passage: Passage, figure: Quantity) -> str:
    for mention in passage.mentions:
        before = reading.text[max(passage.start, mention.start - 12) : mention.start]
        place = mention.entity.type == "place" and mention.kind != "adjective"
        if place and (re.search(r"\bin (?:the )?$|\bof $", before) or reading.text[mention.end : mention.end + 2] in ("’s", "'s")):
            return mention.entity.name
    return ""


def _of(reading: Reading, passage: Passage, figure: Quantity) -> str:
    match = OF.match(reading.text, figure.end, passage.end)
    return match[1].strip() if match else ""


def _via(reading: Reading, passage: Passage, figure: Quantity) -> str:
    match = VIA.search(reading.text, figure.end, min(figure.end + 80, passage.end))
    return match[1].strip() if match else ""


def _item(reading: Reading, passage: Passage, figure: Quantity) -> str:
    for mention in passage.mentions:
        near = figure.start <= mention.start <= figure.end + 25
        if mention.entity.type == "hardware" and near:
            return mention.entity.name
    if figure.low is not None and figure.high is not None and figure.low < figure.high and not MONEY.match(figure.unit):
        return "size range"
    return ""


def _segment(reading: Reading, passage: Passage, figure: Quantity) -> str:
    spots = [Span(max(passage.start, figure.start - 80), figure.end), passage.segment.row, passage.segment.column]
    for spot in spots:
        if spot is not None and (match := re.search(r"\b(cloud|AI)\b", spot.of(reading.text), re.I)):
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
