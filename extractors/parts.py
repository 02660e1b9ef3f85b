"""Tells whether a size or a number of experts is the total or the active part of a model."""

import re
from itertools import pairwise

from extractors.linking import words_before
from extractors.memory import Scene
from extractors.model import Quantity

SIZE = r"[\s\-]*(?:billion|trillion|million)?[\s\-]*(?:parameters?|params?|experts?)?[\s\-]*"
EACH_TOKEN = r"\(?(?:\w+ )?(?:per|for (?:each|every|any)(?: single)?) (?:token|forward pass)"
BEHIND = re.compile(
    rf"{SIZE}(?:(?P<active>(?:of (?:them|which|these|those|the parameters))?(?: (?:are|is|being))? ?"
    rf"\(?(?:only )?(?:activ(?:e|ated)|used|in use|switched on)\b|{EACH_TOKEN})|\(?(?:in )?(?:total|all|overall)\b)",
    re.I,
)
BEFORE = re.compile(
    r"\b(?:(?P<active>activat\w+|active|wakes|routes each token to)|total)(?: parameters?| params?| experts?)?[\s:~≈(]+"
    r"(?:(?:roughly|about|only|around|just|some)\s+){0,2}$",
    re.I,
)
BRACKET = re.compile(r"\([^)]*$")
SLASH = re.compile(r"\s*/\s*")
PAIR = re.compile(r"\s*(?:/|,|\(|and)\s*(?:with )?\Z")
OUT_OF = re.compile(r"(?:\s+experts?|\s+parameters?|\s+params?)?,?\s+(?:out )?of (?:its |the |a total of )?\Z")
ACTIVE_NEXT = re.compile(r"\s*(?:/|,|\()\s*[~≈]?[\d.]+\s?[BMT]?\w*\s+activ(?:e|ated)")
BEHIND_REACH, BEFORE_REACH, NEXT_REACH = 34, 38, 40
SMALLER = 2


def find_part(scene: Scene, figure: Quantity) -> str:
    """Returns `total` or `active`: the words behind the figure, then those before it, then labels and neighbours."""
    if scene.text.startswith("A", figure.start):
        return "active"
    if scene.text.startswith("-A", figure.end):
        return "total"
    if found := _out_of(scene, figure):
        return found
    stop = min(figure.end + BEHIND_REACH, scene.passage.end)
    if (match := BEHIND.match(scene.text, figure.number.end, stop)) is not None:
        return "active" if match["active"] else "total"
    if (match := BEFORE.search(words_before(scene.text, scene.passage, figure.start, BEFORE_REACH))) is not None:
        return "active" if match["active"] else "total"
    if found := _by_contrast(scene, figure):
        return found
    for label, hits in zip(scene.labels, scene.label_cues(), strict=True):
        if any(BRACKET.search(scene.text[label.start : first]) for first, _ in hits.get("active", ())):
            continue
        if len(parts := [part for part in ("active", "total") if part in hits]) == 1:
            return parts[0]
    return ""


def _out_of(scene: Scene, figure: Quantity) -> str:
    """Returns the part in "12 billion of its 46 billion parameters" and "8 of 256 experts"."""
    for first, second in pairwise(scene.figures):
        if figure.start not in (first.start, second.start) or not (first.low and second.low):
            continue
        if first.low < second.low and OUT_OF.match(scene.text[first.end : second.start]):
            return "active" if figure.start == first.start else "total"
    return ""


def _by_contrast(scene: Scene, figure: Quantity) -> str:
    """Returns the part that the neighbour tells: "675B / 41B active", "400B/17B"."""
    if figure.low is None:
        return ""
    spoken = "active" in scene.passage.cues
    for other in scene.figures:
        if other.low is None or (other.unit not in ("", figure.unit) and figure.unit):
            continue
        behind = other.start >= figure.end
        first, second = (figure, other) if behind else (other, figure)
        between = scene.text[first.end : second.start]
        if not first.low or not second.low or len(between) > BEHIND_REACH:
            continue
        pair = SLASH.fullmatch(between) or (spoken and figure.scale and PAIR.match(between))
        if pair and second.low * SMALLER < first.low:
            return "total" if behind else "active"
    return "total" if ACTIVE_NEXT.match(scene.text, figure.end, min(figure.end + NEXT_REACH, scene.passage.end)) else ""
