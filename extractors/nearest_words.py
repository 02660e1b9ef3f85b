"""Finds which of several groups of words stands nearest to a figure, in its passage and then in its labels."""

from collections.abc import Sequence

from extractors.distances import Hit, distance_to
from extractors.memory import Scene
from extractors.metrics import LONGEST_LABEL
from extractors.model import Quantity

Groups = Sequence[tuple[str, str]]
"""Cue groups, each with what it says."""

AGO = (" ago", " earlier", " before", " later")


def nearest_in_passage(scene: Scene, figure: Quantity, groups: Groups, reach: float) -> str:
    """Returns what the group says whose words stand nearest within reach, or nothing."""
    best, nearest = "", reach
    cues = scene.passage.cues
    for group, value in groups:
        for hit in cues.get(group, ()):
            distance = distance_to(scene, figure, hit)
            if distance < nearest and not dates_comparison(scene, hit):
                best, nearest = value, distance
    return best


def in_labels(scene: Scene, groups: Groups) -> str:
    """Returns what the first group says that a label or heading names, or nothing."""
    for label in (*scene.labels, *scene.above):
        hits = scene.reading.label_cues(label) if label.end - label.start < LONGEST_LABEL else {}
        for group, value in groups:
            if group in hits:
                return value
    return ""


def dates_comparison(scene: Scene, hit: Hit) -> bool:
    """Returns whether a word of time dates a comparison: the "quarter" of "quarter on quarter", "a year ago"."""
    if scene.lower.startswith(AGO, hit[1]):
        return True
    spans = [span for group in ("yoy", "qoq") for span in scene.passage.cues.get(group, ())]
    return any(start <= hit[0] and hit[1] <= end and (start, end) != hit for start, end in spans)
