"""Says which metric a figure is a claim of: the rule of rules/metrics.toml that fits best.

A rule is weighed by where its anchor words stand: in the head of the row or column, next to the figure, or farther
off in the sentence. Words of another metric that stand nearer than the anchor forbid it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from extractors.conditions import CONDITIONS, SHARE, held_by_hardware, is_level
from extractors.distances import Hit, distance_to, is_bound, is_object, is_taken, kind_of, sight
from extractors.figure_rules import FigureRule, RuleSet, load_figure_rules, rules_without_unit
from extractors.lexicon import Hits
from extractors.memory import Scene
from extractors.model import Quantity, Segment, SegmentKind, Span
from extractors.passages import Reading
from extractors.syntax import CARRIES_ON
from extractors.values import filled_directly

IN_LABEL = 9.0
IN_GROUP = 5.0
IN_HEADING = 3.0
NEXT_TO = 10.0
CODE_POINTS_PER_POINT = 6
BARE_REACH = 25
LONGEST_LABEL = 160
LONGEST_TOPIC = 40
TIGHT = 3.0
IN_PHRASE = 9
SHIELD = 15
SECOND = 4
BY_CONDITION = 8.0
MOST_ROUNDS = 2
OF_ANOTHER = 25
BENCHMARKS = re.compile(r"\b(?:benchmarks?|evaluations?|evals?|performance|metric|category|task|shots?)\b", re.I)
PER_TOKENS_HEAD = re.compile(r"tokens?\b|/\s?1?M(?:tok)?\b", re.I)
NO_OTHER_METRIC = frozenset({"score", "models", "model_words", "languages", "rank", "active", "total"})

Place = tuple[float, Span, str]
"""Points of an anchor, where it stands, and the words that say so."""


@filled_directly
@dataclass(frozen=True, slots=True)
class Look:
    """A figure in its passage, the cues that compete for it, and those that it may not use."""

    scene: Scene
    figure: Quantity
    rivals: Sequence[tuple[str, Hit]]
    barred: Collection[Hit]

    def shield(self, hit: Hit, groups: Collection[str]) -> int:
        """Returns what a cue of another metric between a cue and the figure adds to its distance."""
        if not self.rivals:
            return 0
        seen = sight(self.scene, self.figure)
        first, last = (hit[1], seen.start) if hit[1] <= seen.start else (seen.end, hit[0])
        between = any(first <= a and b <= last and group not in groups for group, (a, b) in self.rivals)
        return SHIELD if between else 0


@filled_directly
@dataclass(frozen=True, slots=True)
class Fit:
    """How well a rule fits a figure, and where its anchor stands (None when the unit alone decides)."""

    rule: FigureRule
    score: float
    anchor: Span | None
    why: str


def choose_metrics(scene: Scene) -> list[Fit | None]:
    """Returns the best fitting rule of each figure of a passage, or None.

    A word says what one figure is, and those that stand in a list or contrast with it: where two others start from the
    same word, the one that it fits less looks for another.
    """
    figures = scene.figures
    fits = [choose_metric(scene, figure) for figure in figures]
    barred: dict[int, set[Hit]] = {}
    for _ in range(MOST_ROUNDS if len(figures) > 1 else 0):
        losers = dict(_losers(scene, fits))
        for index, anchor in losers.items():
            barred.setdefault(index, set()).add((anchor.start, anchor.end))
            fits[index] = choose_metric(scene, figures[index], barred[index])
        if not losers:
            break
    return fits


def _losers(scene: Scene, fits: Sequence[Fit | None]) -> Iterator[tuple[int, Span]]:
    """Yields the figures that start from a word which another figure has a better right to, and that word."""
    first: dict[Span, list[int]] = {}
    for index, fit in enumerate(fits):
        if fit and fit.anchor and scene.passage.start <= fit.anchor.start < scene.passage.end:
            first.setdefault(fit.anchor, []).append(index)
    for anchor, users in first.items():
        for earlier, later in combinations(users, 2):
            one, two = scene.figures[earlier], scene.figures[later]
            if kind_of(one) == kind_of(two) and not CARRIES_ON.search(scene.text[one.end : two.start]):
                yield min(later, earlier, key=lambda index: _score(fits[index])), anchor


def _score(fit: Fit | None) -> float:
    return fit.score if fit else 0.0


def choose_metric(scene: Scene, figure: Quantity, barred: Collection[Hit] = ()) -> Fit | None:
    """Returns the best fitting rule for a figure, or None.

    Args:
        scene: The passage.
        figure: One of its figures.
        barred: Cues that another figure has a better right to.
    """
    best: Fit | None = None
    rules = rules_for(figure)
    if rules is None:
        return None
    contest = scene.contests.get(rules)
    if contest is None:
        contest = scene.contests[rules] = rules.within(scene.groups()), _rivals(rules, scene)
    look = Look(scene, figure, contest[1], barred)
    for rule in contest[0]:
        fit = _weigh(rule, look)
        if fit is not None and (best is None or fit.score > best.score):
            best = fit
    return best


def rules_for(figure: Quantity) -> RuleSet | None:
    """Returns the rules that figures of its unit or noun may fit."""
    table = load_figure_rules()
    return table.get(kind_of(figure)) or table.get(figure.noun) or (rules_without_unit() if figure.noun else None)


def fits_size(rule: FigureRule, figure: Quantity) -> bool:
    """Returns whether a figure lies within the limits of a rule."""
    size = figure.low if figure.low is not None else figure.high
    if size is None or (rule.low is not None and 0 < size < rule.low) or (rule.high is not None and size > rule.high):
        return False
    return not rule.bare_scale or figure.scale in rule.bare_scale


def _rivals(rules: RuleSet, scene: Scene) -> list[tuple[str, Hit]]:
    """Returns the cues of the passage that any rule for figures of one unit starts from, where there are several."""
    cues = scene.passage.cues
    groups = rules.rivals & cues.keys()
    return [(group, hit) for group in groups for hit in cues[group]] if len(groups) > 1 else []


def _weigh(rule: FigureRule, look: Look) -> Fit | None:
    figure = look.figure
    if not fits_size(rule, figure):
        return None
    if not rule.needs:
        return Fit(rule, rule.base + NEXT_TO / 2, None, f"unit {figure.unit}")
    anchor = _anchor(rule.needs[0], rule, look)
    if anchor is None:
        return None
    points, where, why = anchor
    if _forbidden(rule, look.scene, figure, points) or (rule.unless and where and _of_another(rule, look.scene, where)):
        return None
    for need in rule.needs[1:]:
        other = _second(need, look)
        if other is None:
            return None
        points += other / SECOND
    return Fit(rule, rule.base + points, where, why)


def _anchor(need: tuple[str, ...], rule: FigureRule, look: Look) -> Place | None:
    """Returns the weightiest of the places where anchor words stand, the first of equals."""
    best: Place | None = None
    for group in need:
        for place in _places(group, rule, look):
            if best is None or place[0] > best[0]:
                best = place
    return best


def _places(group: str, rule: FigureRule, look: Look) -> Sequence[Place]:
    """Returns the nearest words of a group, and the labels and headings that hold some."""
    scene, figure = look.scene, look.figure
    found: list[Place] = []
    if group in CONDITIONS:
        if CONDITIONS[group](scene, figure):
            found.append((BY_CONDITION, Span(figure.start, figure.end), group))
        if group != "@per_tokens":
            return found
    hits = _hits(group, scene)
    if hits and (near := _nearest(group, hits, rule, look)) is not None:
        found.append(near)
    if not rule.labels:
        return found
    labels, headings = _around(group, scene)
    found += labels
    if headings and (figure.unit or scene.segment.kind in (SegmentKind.CELL, SegmentKind.LABEL)):
        found += headings
    return found


def _nearest(group: str, hits: Sequence[Hit], rule: FigureRule, look: Look) -> Place | None:
    """Returns the words of a group within reach of a figure that weigh most."""
    scene, figure = look.scene, look.figure
    bare = not figure.unit or ("" in rule.units and figure.unit not in rule.units)
    limit = min(rule.reach, BARE_REACH) if bare else rule.reach
    best: Place | None = None
    for hit in hits:
        inside = figure.start <= hit[0] < figure.number.start
        if inside or hit in look.barred or is_taken(scene, figure, hit) or not is_object(scene, figure, group, hit):
            continue
        distance = distance_to(scene, figure, hit)
        if distance <= limit and (distance := distance + look.shield(hit, rule.needs[0])) <= limit:
            points = NEXT_TO - distance / CODE_POINTS_PER_POINT
            if is_bound(scene, figure, hit):
                points = NEXT_TO + TIGHT - min(distance, IN_PHRASE) / CODE_POINTS_PER_POINT
            if best is None or points > best[0]:
                best = points, Span(*hit), f"{group} {distance} away"
    return best


def _around(group: str, scene: Scene) -> tuple[Sequence[Place], Sequence[Place]]:
    """Returns the labels and the headings of a passage that hold words of a group, found once for all its figures."""
    found = scene.around.get(group)
    if found is None:
        labels, headings = _labels_with(group, scene, benchmarks=True), _headings_with(group, scene)
        found = scene.around[group] = labels, headings
    return found


def _labels_with(group: str, scene: Scene, *, benchmarks: bool = False) -> list[Place]:
    """Returns the labels that hold words of a group; `benchmarks` takes names that no catalogue holds for such."""
    found: list[Place] = []
    for label, cues in zip(scene.labels, scene.label_cues(), strict=True):
        held = _is_shown(group, scene.reading, label, cues)
        if held or (benchmarks and group == "@benchmark" and lists_benchmark(scene.reading, scene.segment, label)):
            found.append((IN_GROUP if label is scene.segment.group else IN_LABEL, label, f"{group} in label"))
    return found


def _headings_with(group: str, scene: Scene) -> list[Place]:
    """Returns the headings that hold words of a group; over a paragraph only short ones name what its figures are."""
    longest = LONGEST_TOPIC if scene.segment.kind is SegmentKind.PARAGRAPH else LONGEST_LABEL
    return [
        (IN_HEADING, label, f"{group} in heading")
        for label, cues in zip(scene.above, scene.above_cues(), strict=True)
        if label.end - label.start < longest and _is_shown(group, scene.reading, label, cues)
    ]


def _hits(group: str, scene: Scene) -> Sequence[Hit]:
    if group == "@benchmark":
        return [(m.start, m.end) for m in scene.passage.mentions if m.entity.type == "benchmark"]
    return scene.passage.cues.get(group, ())


def lists_benchmark(reading: Reading, segment: Segment, label: Span) -> bool:
    """Returns whether a label of a benchmark table names a benchmark that the catalogue does not know.

    Such a label points at no other metric and is none of the table's subjects.
    """
    if segment.table not in reading.benchmark_tables or segment.kind is not SegmentKind.CELL:
        return False
    words = label.of(reading.text).strip(" *_|")
    if BENCHMARKS.search(words):
        return False
    named = any(m.entity.type not in ("benchmark", "platform") for m in reading.mentions_in(label))
    return (
        bool(re.search(r"[A-Za-z]{3}", words)) and not named and not reading.label_cues(label).keys() - NO_OTHER_METRIC
    )


def _is_shown(group: str, reading: Reading, label: Span, cues: Hits) -> bool:
    """Returns whether a label with its cue words has what a group asks for."""
    if group == "@benchmark":
        named = any(m.entity.type == "benchmark" for m in reading.mentions_in(label))
        return named or "benchmark_heads" in cues
    if group == "@per_tokens":
        return PER_TOKENS_HEAD.search(reading.text, label.start, label.end) is not None
    return group in cues


def _second(need: tuple[str, ...], look: Look) -> float | None:
    """Returns how well a further need is met, from the nearest of its words, or None where it is not."""
    scene, figure = look.scene, look.figure
    if any(_labels_with(group, scene) for group in need) or _heading_shows(need, scene):
        return IN_LABEL
    if any(group in CONDITIONS and CONDITIONS[group](scene, figure) for group in need):
        return BY_CONDITION
    far = [distance_to(scene, figure, hit) for group in need for hit in _hits(group, scene)]
    return NEXT_TO - min(far) / CODE_POINTS_PER_POINT if far else None


def _heading_shows(need: tuple[str, ...], scene: Scene) -> bool:
    """Returns whether the heading of a cell's table has what one of the groups asks for."""
    if scene.segment.kind is not SegmentKind.CELL or not scene.segment.headings:
        return False
    heading, cues = scene.segment.headings[-1], scene.above_cues()[-1]
    return any(_is_shown(group, scene.reading, heading, cues) for group in need)


def _of_another(rule: FigureRule, scene: Scene, anchor: Span) -> bool:
    """Returns whether a word before the anchor says that it is of something else: "the market would be worth"."""
    cues = scene.passage.cues
    return any(
        0 <= anchor.start - last <= OF_ANOTHER and not scene.breaks(last, anchor.start)
        for group in rule.unless & cues.keys()
        for _, last in cues[group]
    )


def _forbidden(rule: FigureRule, scene: Scene, figure: Quantity, points: float) -> bool:
    if "@bracketed_hardware" in rule.forbid and held_by_hardware(scene, figure):
        return True
    if "@share" in rule.forbid and SHARE.match(scene.text, figure.end, scene.passage.end):
        return True
    if "@level" in rule.forbid and is_level(scene, figure):
        return True
    cues = scene.passage.cues
    for group in rule.forbid & cues.keys():
        for hit in cues[group]:
            distance = distance_to(scene, figure, hit)
            if distance <= rule.forbid_reach and NEXT_TO - distance / CODE_POINTS_PER_POINT > points:
                return True
    return points < IN_LABEL and not all(rule.forbid.isdisjoint(hits) for hits in scene.label_cues())
