"""Finds the benchmark that a score or a rank is of, among those that a sentence or the labels of a cell name.

A sentence may name it behind each score ("79.8% on AIME and 97.3% on MATH-500"), before each ("GPQA Diamond 81.1"),
or once for several ("On GPQA Diamond, Maverick scored 69.8% and Scout 57.2%"), so nearness alone cannot tell.
"""

import re

from extractors.distances import sight
from extractors.exams import find_exam
from extractors.memory import Scene
from extractors.mentions import Mention
from extractors.metrics import lists_benchmark
from extractors.model import Quantity

BEHIND = re.compile(
    r"\s*(?:points?\s+|Elo\s+)?\(?(?:on|in|for|at|of|across|against)\s+(?:the\s+|both\s+|all of\s+)?|\s*\("
)
BEFORE = re.compile(
    r"[\s:=(–-]*(?:(?:scores?|rating|Elo|accuracy|result)\s+)?(?:(?:of|at|is|was|to|with|from|by)\s+)?[~≈]?", re.I
)
MARKS = re.compile(r"\s*\([^)]*\)|[*_`]")


def find_benchmark(scene: Scene, figure: Quantity) -> str:
    """Returns the name of the benchmark as it is written, or nothing."""
    named = [m for m in scene.passage.mentions if m.entity.type == "benchmark"]
    if named:
        best = _of_sentence(scene, figure, named)
        return scene.reading.written(best.start, best.end)
    if (exam := find_exam(scene, figure)) is not None:
        return exam
    for label in (*scene.labels, *scene.above):
        for mention in scene.reading.mentions_in(label):
            if mention.entity.type == "benchmark":
                return scene.reading.written(mention.start, mention.end)
    for label in reversed(scene.labels):
        short = "benchmark_heads" in scene.reading.label_cues(label)
        if short or lists_benchmark(scene.reading, scene.segment, label):
            return MARKS.sub("", label.of(scene.text)).strip()
    return ""


def _of_sentence(scene: Scene, figure: Quantity, named: list[Mention]) -> Mention:
    seen, text = sight(scene, figure), scene.text
    before = [m for m in named if m.end <= figure.start]
    behind = [m for m in named if m.start >= figure.end]
    if behind and BEHIND.fullmatch(text, seen.end, behind[0].start):
        return behind[0]
    if before and (not behind or BEFORE.fullmatch(text, before[-1].end, seen.start)):
        return before[-1]
    if before and scene.breaks(before[-1].end, figure.start) <= scene.breaks(figure.end, behind[0].start):
        return before[-1]
    return (behind or named)[0]
