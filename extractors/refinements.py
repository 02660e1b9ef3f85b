"""Makes the metric of a figure more exact by the words around it: users by month, growth of what, falls and losses."""

import re
from dataclasses import replace

from extractors.distances import MONEY, Hit, distance_to, sight
from extractors.memory import CELLS, Scene, Told
from extractors.metrics import Fit
from extractors.model import Quantity
from extractors.syntax import load_amount_to_change

PERIOD_REACH = 60
OPENING = 3
PERIOD_WORDS = (("monthly", "month"), ("weekly", "week"), ("daily", "day"))
GROWTH_OF = {"revenue": "revenue", "revenue_growth": "revenue", "profit": "profit", "profit_growth": "profit"}
GROWTHS = frozenset({"growth", "revenue_growth", "profit_growth"})
THAT = re.compile(
    r"\W*(?:the|that|this|it|its|an?) (?:[\d.,]+(?:%| per ?cent)|growth|rate|pace|was|is|rose|grew|fell|compares)\b"
)
BESIDE = 4
CHANGES = frozenset({"growth", "revenue_growth", "profit_growth", "price_change"})
OUT_OF_REACH = 60


def refine(scene: Scene, figure: Quantity, fit: Fit) -> Fit:
    """Returns the rule with the metric that the period of a count, or the topic of a change, makes of it."""
    metric = _by_topic(scene, figure, fit)
    if metric:
        return replace(fit, rule=replace(fit.rule, metric=metric), why=f"{fit.why}, of the figure before")
    metrics = dict(fit.rule.by_period)
    period = counted_by(scene, figure) if metrics else ""
    if not period:
        return fit
    return replace(fit, rule=replace(fit.rule, metric=metrics[period]), why=f"{fit.why}, by the {period}")


def _by_topic(scene: Scene, figure: Quantity, fit: Fit) -> str:
    """Returns the metric that the figure before makes of a change, or of an amount that a change leads to."""
    told = scene.memory.told
    family = GROWTH_OF.get(told.fit.rule.metric) if told and told.fit else None
    if told is None or family is None:
        return ""
    if fit.rule.needs and "@grown_to" in fit.rule.needs[0]:
        return family
    if fit.rule.metric not in GROWTHS:
        return ""
    if respective := _respective(scene, figure):
        return respective
    gap = scene.text[told.figure.end : figure.start] if told.figure.end <= figure.start else ""
    beside = MONEY.match(told.figure.unit) and load_amount_to_change().fullmatch(gap)
    if beside or (
        fit.rule.metric == "growth" and (told.figure.start >= scene.passage.start or _speaks_back(scene, fit))
    ):
        return f"{family}_growth"
    return ""


def _respective(scene: Scene, figure: Quantity) -> str:
    """Returns the growth in "profit of $11 billion, revenue of $36 billion, up 38% and 14%, respectively"."""
    if scene.lower.find("respectively", figure.end, scene.passage.end) < 0:
        return ""
    start, end = sight(scene, figure).start, sight(scene, figure).end
    rates = [q.start for q in scene.figures if start <= q.start and q.end <= end]
    amounts = [
        GROWTH_OF[told.fit.rule.metric]
        for told in scene.memory.recent
        if scene.passage.start <= told.figure.start < start and told.fit and told.fit.rule.metric in GROWTH_OF
    ]
    if len(rates) < 2 or len(amounts) < len(rates):
        return ""
    return f"{amounts[-len(rates) :][rates.index(figure.start)]}_growth"


def _speaks_back(scene: Scene, fit: Fit) -> bool:
    """Returns whether a change in a new sentence is still that of the figure before: "The 34% growth", "it rose 5%"."""
    if scene.segment.kind in CELLS:
        return True
    if fit.anchor is None:
        return False
    opens = THAT.match(scene.lower, scene.passage.start) is not None
    named = any(0 <= fit.anchor.start - m.end <= BESIDE for m in scene.passage.mentions)
    return opens or named


def counted_by(scene: Scene, figure: Quantity) -> str:
    """Returns the period that a count is per, as the nearest words say that no other figure stands nearer to."""
    best, nearest = "", PERIOD_REACH + 1
    for group, period in PERIOD_WORDS:
        for hit in scene.passage.cues.get(group, ()):
            distance = distance_to(scene, figure, hit)
            if distance < nearest and _speaks_of(scene, figure, hit) and is_nearest(scene, figure, hit):
                best, nearest = period, distance
    return best


def _speaks_of(scene: Scene, figure: Quantity, hit: Hit) -> bool:
    """Returns False for a word before the figure that closes another phrase: "150 million are made daily, and 9 …"."""
    opens = hit[0] - scene.passage.start <= OPENING
    return hit[0] >= figure.start or opens or "," not in scene.text[hit[1] : figure.start]


def is_nearest(scene: Scene, figure: Quantity, hit: Hit) -> bool:
    """Returns whether no other figure of the passage stands nearer to a word."""
    seen = sight(scene, figure)
    apart = max(hit[0] - seen.end, seen.start - hit[1])
    return all(
        max(hit[0] - other.end, other.start - hit[1]) >= apart
        for other in scene.figures
        if other.end <= seen.start or seen.end <= other.start
    )


def signed(scene: Scene, figure: Quantity, fit: Fit, before: Told | None) -> Quantity:
    """Returns the figure below zero where its words tell a fall or a loss ("fell 18%", "a net loss of $3 billion").

    The bound says how the words limit the size of the fall: "cut by up to 55%" is at most 55, so -55 or above.
    """
    size = figure.low if figure.low is not None else figure.high
    metric = fit.rule.metric
    if size is None or size < 0 or scene.text[figure.start] in "+-−":
        return figure
    if not (_is_loss(scene, fit, before) if metric == "profit" else metric in CHANGES and _falls(scene, figure, fit)):
        return figure
    low, high = (None if end is None else -end for end in (figure.high, figure.low))
    return replace(figure, low=low, high=high)


def _is_loss(scene: Scene, fit: Fit, before: Told | None) -> bool:
    if fit.anchor is None:
        return before is not None and (before.figure.high or 0) < 0
    return (fit.anchor.start, fit.anchor.end) in scene.passage.cues.get("loss", ())


def _falls(scene: Scene, figure: Quantity, fit: Fit) -> bool:
    """Returns whether the anchor, or else the nearest word of a change, speaks of a fall."""
    cues = scene.passage.cues
    falls, rises = (cues.get(group, ()) for group in ("decline", "rise"))
    if fit.anchor and (fit.anchor.start, fit.anchor.end) in (*falls, *rises):
        return (fit.anchor.start, fit.anchor.end) in falls
    far = [
        min(
            (distance_to(scene, figure, hit) for hit in hits if hit[1] <= figure.start or figure.end <= hit[0]),
            default=OUT_OF_REACH,
        )
        for hits in (falls, rises)
    ]
    return far[0] < min(far[1], OUT_OF_REACH)
