"""Says how far words stand from a figure, and which words another figure of the passage has taken."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from extractors.lexicon import load_verbs
from extractors.memory import Scene
from extractors.model import Quantity
from extractors.syntax import LIST_JOIN, load_bonds

INTERPOSED = 15
COMMA = 6
ADJACENT = 3
LONGEST_BOND = 45
MONEY = re.compile(r"[A-Z]{3}$")

PASSIVE = re.compile(r"\b(?:was|were|been|being|be|is|are|it|they|has|have|had|he|she|we|that|which|who)\b", re.I)
DETERMINED = re.compile(r"\b(?:an?|the|its|their|this|that|his|her|our|new|\w+['’]s)\s$")
AGENT = re.compile(
    r"\s*(?:[,.;:)]|$|(?:by|in|from|on|at|to|for|so|since|over|during|this|last|and|with|through|across)\b)"
)

Hit = tuple[int, int]


@dataclass(slots=True)
class Sight:
    """What one figure sees of its passage, kept while its metric and its qualifiers are looked for.

    Attributes:
        start: First code point of the list of like figures that it stands in ("122B, 35B and 9B parameters").
        end: One past the last.
        starts: Starts of the passage's figures of its kind, in order; so are `ends`.
        distances: How far each of the words asked for stands.
        bonds: Whether it belongs to the figure's own phrase.
        taken: Whether another figure counts it.
    """

    start: int
    end: int
    starts: list[int]
    ends: list[int]
    distances: dict[Hit, int]
    bonds: dict[Hit, bool]
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
        like = [(other.start, other.end) for other in scene.figures if kind_of(other) == kind]
        start, end = _series(scene, figure)
        found = Sight(start, end, [start for start, _ in like], [end for _, end in like], {}, {}, {})
        scene.sights[figure.start] = found
    return found


def distance_to(scene: Scene, figure: Quantity, hit: Hit) -> int:
    """Returns how far a cue stands from a figure in code points.

    Another figure of the same kind in between takes the cue over; a comma and another clause add to the distance.
    """
    seen = sight(scene, figure)
    distance = seen.distances.get(hit)
    if distance is None:
        first, last = (hit[1], seen.start) if hit[1] <= seen.start else (seen.end, hit[0])
        between = bisect_right(seen.ends, last) - bisect_left(seen.starts, first)
        distance = scene.gap(seen.start, seen.end, hit) + INTERPOSED * max(between, 0)
        if last - first > ADJACENT:
            distance += COMMA * scene.text.count(",", first, last)
        seen.distances[hit] = distance
    return distance


def is_bound(scene: Scene, figure: Quantity, hit: Hit) -> bool:
    """Returns whether a cue belongs to the figure's own phrase or governs it.

    "$2 billion Series C", "$5 million in revenue", "a valuation of $9 billion", "sales rose to $3 billion".
    """
    seen = sight(scene, figure)
    bound = seen.bonds.get(hit)
    if bound is None:
        before, behind = load_bonds()
        apart = max(hit[0] - seen.end, seen.start - hit[1])
        if apart <= 1 or apart > LONGEST_BOND:
            bound = apart <= 1
        elif hit[1] <= seen.start:
            bound = before.fullmatch(scene.text, hit[1], seen.start) is not None
        else:
            bound = behind.fullmatch(scene.text, seen.end, hit[0]) is not None
        seen.bonds[hit] = bound
    return bound


def is_object(scene: Scene, figure: Quantity, group: str, hit: Hit) -> bool:
    """Returns False where a verb behind the figure has an object of its own: "a round of $3 billion valued it at …"."""
    verbs = load_verbs().get(group)
    text = scene.text
    if verbs is None or hit[0] < figure.end or text[hit[0] : hit[1]].lower() not in verbs:
        return True
    if hit[0] - figure.end <= 1:
        noun = DETERMINED.search(scene.lower, max(scene.passage.start, figure.start - 15), figure.start)
        return noun is not None or AGENT.match(text, hit[1], scene.passage.end) is not None
    return PASSIVE.search(text, figure.end, hit[0]) is not None


def is_taken(scene: Scene, figure: Quantity, hit: Hit) -> bool:
    """Returns whether a cue is what another figure counts, so that this one cannot borrow it."""
    seen = sight(scene, figure)
    taken = seen.taken.get(hit)
    if taken is None:
        inside = seen.start <= hit[0] and hit[1] <= seen.end
        taken = seen.taken[hit] = not inside and _counted(scene, figure, hit)
    return taken


def _counted(scene: Scene, figure: Quantity, hit: Hit) -> bool:
    for other in scene.figures:
        if other.start > hit[0]:
            return False
        apart = other.end <= figure.start or figure.end <= other.start
        if apart and other.unit and hit[1] <= other.end + len(other.noun) + 1:
            return True
    return False


def _series(scene: Scene, figure: Quantity) -> Hit:
    start, end = figure.start, figure.end
    for other in reversed(scene.figures):
        if other.end <= start:
            if not (_of_one_list(other, figure) and LIST_JOIN.fullmatch(scene.text, other.end, start)):
                break
            start = other.start
    for other in scene.figures:
        if other.start >= end:
            if not (_of_one_list(figure, other) and LIST_JOIN.fullmatch(scene.text, end, other.start)):
                break
            end = other.end
    return start, end


def _of_one_list(earlier: Quantity, later: Quantity) -> bool:
    """Returns whether two figures count the same; the last of a list may bear the unit for all."""
    return earlier.unit == later.unit or (not earlier.unit and earlier.scale == later.scale != 0)
