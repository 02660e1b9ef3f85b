"""Finds tests that no catalogue holds, by the form of their names: "on the Uniform Bar Exam"."""

import re

from extractors.memory import Scene
from extractors.model import Quantity

EXAM = re.compile(
    r"\b(?:on|in|at|aces|aced|passed|passes)\s(?:the\s|its\s)?(?P<name>(?=[^.;,]*[A-Z])(?:(?:[A-Z0-9][\w.&'’-]*|of|for)\s){1,6}"
    r"(?:[Ee]xam(?:ination)?|Test|Olympiad|[Bb]enchmark|Challenge|Evaluation|Eval|Index|Contest)s?)\b"
)
EXAM_REACH = 100


def find_exam(scene: Scene, figure: Quantity) -> str | None:
    """Returns the name of a test in the figure's sentence that no catalogue holds, or None."""
    start = max(scene.passage.start, figure.start - EXAM_REACH)
    match = EXAM.search(scene.text, start, min(scene.passage.end, figure.end + EXAM_REACH))
    return scene.reading.written(*match.span("name")) if match else None
