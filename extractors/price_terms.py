"""Finds what a price is for: input, output or cached tokens, how many of them, or a period of a subscription."""

import re

from extractors.conditions import IN_OR_OUT
from extractors.distances import MONEY
from extractors.memory import Scene
from extractors.model import Quantity
from extractors.nearest_words import in_labels

DIRECTIONS = (("cached", "cached"), ("input", "input"), ("output", "output"))
PER_MILLION = re.compile(
    r"/\s?1?M(?:\b|tok)|\b(?:per|for|an?|each|every) (?:1M|one million|a million|million|1 million)|\bper 1,000,000",
    re.I,
)
PER_THOUSAND = re.compile(r"\b(?:per|for) (?:1k|1,000|thousand|a thousand|one thousand)\b|/\s?1?K\b", re.I)
PER_OTHER = re.compile(
    r"(?:\bper|\ba|\ban|/)\s?(month|year|user|seat|week|hour|day|image|minute|second|request|mo|yr)\b", re.I
)
SHORT_PER = {"mo": "month", "yr": "year"}
PERIOD_WORDS = frozenset({"month", "year", "week", "day", "mo", "yr"})
PAIR = re.compile(r"\s*/\s*|\s+and\s+")
PERIOD_REACH, TOKENS_REACH, BEHIND_REACH = 28, 45, 45
BESIDE = 14


def find_price_period(scene: Scene, figure: Quantity) -> str:
    """Returns the period that a subscription's price is for."""
    for spot in (_words_of_rate(scene, figure, PERIOD_REACH), *(label.of(scene.text) for label in scene.labels)):
        for match in PER_OTHER.finditer(spot):
            if (word := match[1].lower()) in PERIOD_WORDS:
                return SHORT_PER.get(word, word)
    return ""


def find_denominator(scene: Scene, figure: Quantity) -> str:
    """Returns what a price is per, periods left out: "1M tokens", "image", "seat"."""
    labels = (*scene.labels, *scene.above)
    for spot in (_words_of_rate(scene, figure, TOKENS_REACH), *(label.of(scene.text) for label in labels)):
        if PER_MILLION.search(spot):
            return "1M tokens"
        if PER_THOUSAND.search(spot):
            return "1K tokens"
        if (match := PER_OTHER.search(spot)) and match[1].lower() not in PERIOD_WORDS:
            return SHORT_PER.get(match[1].lower(), match[1].lower())
    return ""


def find_direction(scene: Scene, figure: Quantity) -> str:
    """Returns `input`, `output` or `cached`, or nothing."""
    for word, direction in (("cache", "cached"), ("input", "input"), ("output", "output")):
        if word in figure.per:
            return direction
    if (match := IN_OR_OUT.match(scene.text, figure.end, scene.passage.end)) is not None:
        return "input" if (match[1] or match[2]).lower().startswith("in") else "output"
    return _side_of_pair(scene, figure) or _by_order(scene, figure) or in_labels(scene, DIRECTIONS)


def _words_of_rate(scene: Scene, figure: Quantity, reach: int) -> str:
    """Returns what a figure is said to be per, and the words up to `reach` code points behind it."""
    words = scene.text[figure.start : min(figure.end + reach, scene.passage.end)]
    return f"{figure.per and 'per ' + figure.per} {words}"


def _side_of_pair(scene: Scene, figure: Quantity) -> str:
    """Returns the direction in the customary pair "$3 / $15" or "$3 and $15": input first, output second."""
    for other in scene.figures:
        if MONEY.match(other.unit) and other.unit == figure.unit:
            if PAIR.fullmatch(scene.text, figure.end, other.start):
                return "input"
            if PAIR.fullmatch(scene.text, other.end, figure.start):
                return "output"
    return ""


def _by_order(scene: Scene, figure: Quantity) -> str:
    """Returns the direction named between this price and its neighbours.

    A sentence names it before each price ("input costs $3, output $15") or behind each ("$3 for input, $15 for
    output"); what stands before the first price tells which.
    """
    prices = [q for q in scene.figures if MONEY.match(q.unit)]
    ends = [scene.passage.start, *(q.end for q in prices)]
    starts = [*(q.start for q in prices), scene.passage.end]
    at = next((i for i, q in enumerate(prices) if q.start == figure.start), None)
    if at is None:
        return ""
    if _named(scene, ends[0], starts[0]):
        return _named(scene, ends[at], starts[at])
    return _named(scene, figure.end, min(starts[at + 1], figure.end + BEHIND_REACH), first=True)


def _named(scene: Scene, start: int, end: int, *, first: bool = False) -> str:
    """Returns the direction that a stretch names last, or first; cached input is cached."""
    hits = sorted(
        (hit, value)
        for group, value in DIRECTIONS
        for hit in scene.passage.cues.get(group, ())
        if start <= hit[0] and hit[1] <= end
    )
    if not hits:
        return ""
    (at, _), value = hits[0 if first else -1]
    beside = any(value == "cached" and abs(hit[0] - at) <= BESIDE for hit, value in hits)
    return "cached" if beside else value
