"""Says how far words stand from a figure, and which words another figure of the passage has taken."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from extractors.memory import Scene
from extractors.model import Quantity
from extractors.syntax import LIST_JOIN

INTERPOSED = 15
MONEY = re.compile(r"[A-Z]{3}$")

Hit = tuple[int, int]


@dataclass(slots=True)
class Sight:
    """What one figure sees of its passage, kept while its metric and its qualifiers are looked for.

    Attributes:
        start: First code point of the list of like figures that it stands in ("122B, 35B and 9B parameters").
        end: One past the last.
        starts: Starts of the passage's figures of its kind, in order; so are `ends`.
        distances: How far each of the words asked for stands.
        taken: Whether another figure counts it.
    """

    start: int
    end: int
    starts: list[int]
    ends: list[int]
    distances: dict[Hit, int]
    taken: dict[Hit, bool]


def kind_of(figure: Quantity) -> str:
    """Returns what a figure counts: its unit, "money" for every currency."""
    unit = figure.unit
    return "money" if len(unit) == 3 and MONEY.match(unit) else unit


def sight(scene: Scene, figure: Quantity) -> Sight:
    """Returns what a figure sees, found once for each figure of a passage."""
    found = scene.sights.get(figure.start)
    if found is None:
        kind = kind_of(figure)
        like = [(other.start, other.end) for other in scene.passage.quantities if kind_of(other) == kind]
        start, end = _series(scene, figure)
        found = Sight(start, end, [start for start, _ in like], [end for _, end in like], {}, {})
        scene.sights[figure.start] = found
    return found


def distance_to(scene: Scene, figure: Quantity, hit: Hit) -> int:
    """Returns how far a cue stands from a figure; another figure of the same kind in between takes the cue over."""
    seen = sight(scene, figure)
    distance = seen.distances.get(hit)
    if distance is None:
        first, last = (hit[1], seen.start) if hit[1] <= seen.start else (seen.end, hit[0])
        between = bisect_right(seen.ends, last) - bisect_left(seen.starts, first)
        distance = scene.gap(seen.start, seen.end, hit) + INTERPOSED * max(between, 0)
        seen.distances[hit] = distance
    return distance


def is_taken(scene: Scene, figure: Quantity, hit: Hit) -> bool:
    """Returns whether a cue is what another figure counts, so that this one cannot borrow it."""
    seen = sight(scene, figure)
    taken = seen.taken.get(hit)
    if taken is None:
        inside = seen.start <= hit[0] and hit[1] <= seen.end
        taken = seen.taken[hit] = not inside and _counted(scene, figure, hit)
    return taken


def _counted(scene: Scene, figure: Quantity, hit: Hit) -> bool:
    for other in scene.passage.quantities:
        if other.start > hit[0]:
            return False
        apart = other.end <= figure.start or figure.end <= other.start
        if apart and other.unit and hit[1] <= other.end + len(other.noun) + 1:
            return True
    return False


def _series(scene: Scene, figure: Quantity) -> Hit:
    start, end = figure.start, figure.end
    for other in reversed(scene.passage.quantities):
        if other.end <= start:
            if not (_of_one_list(other, figure) and LIST_JOIN.fullmatch(scene.text, other.end, start)):
                break
            start = other.start
    for other in scene.passage.quantities:
        if other.start >= end:
            if not (_of_one_list(figure, other) and LIST_JOIN.fullmatch(scene.text, end, other.start)):
                break
            end = other.end
    return start, end


def _of_one_list(earlier: Quantity, later: Quantity) -> bool:
    """Returns whether two figures count the same; the last of a list may bear the unit for all."""
    return earlier.unit == later.unit or (not earlier.unit and earlier.scale == later.scale != 0)
