"""Tells what a figure leans on that names no metric of its own.

In a sentence it carries on a list or contrast ("ChatGPT has 900 million weekly users, Gemini 750 million"). Across
sentences it goes on with what was told last ("In January it was 100 million"), or answers what was just spoken of
("How many people use ChatGPT? About 900 million a week"; "Derivatives tell more. Qwen has 113,000").
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extractors.distances import MONEY, distance_to
from extractors.figure_rules import RuleSet
from extractors.lexicon import Hits, find_cues
from extractors.memory import CELLS, Scene, Told
from extractors.metrics import Fit, fits_size, rules_for
from extractors.model import Quantity, SegmentKind
from extractors.syntax import CARRIES_ON, link

LONGEST_GAP = 140
LONGEST_NUMBER = 14
LIGHT_REACH = 40
OWN_REACH = 45
SAME_REACH = 45
OPENING = 20
RESUMED = 7.0
SAME_ORDER = Decimal(1000)
LARGE = Decimal(1000)
MEASURED = frozenset(
    {"ratio", "kilobyte", "megabyte", "gigabyte", "terabyte", "hour", "second", "gpu", "token/second", "rank"}
)
SAME_FIGURE = re.compile(r"\b(?:the|that|this) (?:figure|number|total|count|sum|amount)\b", re.I)
SETTING = ("=", ":")
QUESTION = re.compile(r"\?[*_\"”)\s]*$")
ANSWER = re.compile(
    r"[\s*_]*(?:A:|Answer:)?[\s*_]*(?:(?:yes|no|well|currently|today|now|in total|it is|it's),?\s+)?", re.I
)


def lean(scene: Scene, figure: Quantity, told: Sequence[Told]) -> Told | None:
    """Returns the figure before in the sentence that this one carries on, or None."""
    number = figure.number.of(scene.text)
    if len(number) > LONGEST_NUMBER or not (figure.scale or any(character.isdigit() for character in number)):
        return None
    if scene.text[figure.start - 1 : figure.start] in SETTING:
        return None
    for before in reversed(told):
        between = scene.text[before.figure.end : figure.start]
        if before.fit and len(between) <= LONGEST_GAP and _alike(before, figure):
            return before if CARRIES_ON.search(between) else None
    return None


def _alike(told: Told, figure: Quantity) -> bool:
    """Returns whether two figures can be of one list: the same unit or none, of the same order."""
    before = told.figure
    if told.fit and figure.unit and figure.unit in told.fit.rule.units:
        return True
    if MONEY.match(before.unit):
        return bool(MONEY.match(figure.unit))
    if figure.unit == before.unit != "":
        return True
    return not figure.unit and before.unit not in MEASURED and _same_order(before, figure)


def _same_order(one: Quantity, other: Quantity) -> bool:
    if one.scale == other.scale:
        return True
    a, b = (q.low if q.low is not None else q.high for q in (one, other))
    return bool(a and b and min(a, b) >= LARGE and max(a, b) <= SAME_ORDER * min(a, b))


def resume(scene: Scene, figure: Quantity) -> tuple[Fit, Told | None] | None:
    """Returns the rule of what was told or spoken of before, where a figure of its own sentence goes on with it."""
    rules = rules_for(figure)
    if scene.segment.kind in CELLS or rules is None or (figure.noun and not figure.unit):
        return None
    if SAME_FIGURE.search(scene.text, max(scene.passage.start, figure.start - SAME_REACH), figure.start):
        same = next((one for one in reversed(scene.memory.recent) if _alike(one, figure)), None)
        if same and same.fit:
            return replace(same.fit, anchor=None, why="the figure spoken of before"), same
    told = _last_alike(scene, figure)
    answers = _answers(scene, figure)
    if not (answers or _stands_alone(scene, figure)) or _has_own_cue(scene, figure, rules):
        return None
    if told and told.fit:
        return replace(told.fit, score=RESUMED, anchor=None, why="goes on with the figure before"), told
    rule = _spoken_of(scene, figure, rules)
    return (rule, None) if rule else None


def _has_own_cue(scene: Scene, figure: Quantity, rules: RuleSet) -> bool:
    """Returns whether a word near the figure starts some rule for it, though none fits."""
    cues = scene.passage.cues
    return any(
        distance_to(scene, figure, hit) <= OWN_REACH for group in rules.rivals & cues.keys() for hit in cues[group]
    )


def _last_alike(scene: Scene, figure: Quantity) -> Told | None:
    """Returns the first figure of the same kind in the last sentence that has one: what that sentence is about."""
    recent, end = scene.memory.recent, len(scene.memory.recent)
    for count in (end - sum(scene.memory.ages), *reversed(scene.memory.ages)):
        if (found := next((one for one in recent[end - count : end] if _alike(one, figure)), None)) is not None:
            return found
        end -= count
    return None


def _answers(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a figure opens the answer to a question."""
    last = scene.memory.passage
    return (
        last is not None
        and QUESTION.search(scene.text, last.start, last.end) is not None
        and ANSWER.fullmatch(scene.text, scene.passage.start, figure.start) is not None
    )


def _stands_alone(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a pronoun or a name with a light verb leads to the figure: "it reached", "Kimi had"."""
    start = max(scene.passage.start, figure.start - LIGHT_REACH)
    verb = link("light").search(scene.lower, start, figure.start)
    if verb is None:
        return False
    at = verb.start()
    mentions = scene.passage.mentions
    if any(at - 2 <= m.end <= at for m in mentions):
        return True
    if figure is scene.figures[0] and mentions and mentions[0].start - scene.passage.start <= OPENING:
        return True
    return link("resuming").search(scene.lower, max(scene.passage.start, at - LIGHT_REACH), at) is not None


def _spoken_of(scene: Scene, figure: Quantity, rules: RuleSet) -> Fit | None:
    """Returns the rule whose words the sentence before, or the question that is answered, speaks of."""
    cues = _cues_before(scene)
    for rule in rules.within(cues):
        if rule.topical and not cues.keys().isdisjoint(rule.needs[0]) and fits_size(rule, figure):
            return Fit(rule, RESUMED, None, "spoken of before")
    return None


def _cues_before(scene: Scene) -> Hits:
    last = scene.memory.passage
    if last is None:
        return {}
    near = last.segment is scene.segment or last.segment.kind is SegmentKind.HEADING
    if not near and not QUESTION.search(scene.text, last.start, last.end):
        return {}
    return last.cues or find_cues(scene.text, last.start, last.end)
