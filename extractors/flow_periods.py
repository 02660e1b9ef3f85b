"""Finds the period that downloads, revenue, profit and their growth are counted over."""

import re

from extractors.as_of import nearest_date
from extractors.memory import CELLS, Scene
from extractors.model import Quantity, Span
from extractors.nearest_words import dates_comparison, in_labels, nearest_in_passage

PERIODS = (
    ("per_month", "month"),
    ("per_week", "week"),
    ("per_day", "day"),
    ("per_quarter", "quarter"),
    ("annualized", "year"),
    ("per_year", "year"),
    ("cumulative", "cumulative"),
)
LENGTHS = {"quarter": "quarter", "year": "year"}
FLOWS = frozenset({"revenue", "profit", "revenue_growth", "profit_growth"})
AMOUNTS = frozenset({"revenue", "profit"})
NEAR = 45
LEAD = 20
IN_MONTH = re.compile(r"\bin $|\bduring $", re.I)
ONE_MONTH = re.compile(r"\bin (?:its|the|a) (?:first|single|one|last) (month|week)\b")
FISCAL = re.compile(r"\b(?:FY\s?\d|fiscal (?:year )?\d)", re.I)
DATE_REACH = 40


def find_period(scene: Scene, figure: Quantity) -> str:
    """Returns the period that the words around a figure, its labels or its time give."""
    if _leads_to(scene, figure, "annualized"):
        return "year"
    if found := nearest_in_passage(scene, figure, PERIODS, NEAR) or in_labels(scene, PERIODS):
        return found
    if (one := ONE_MONTH.search(scene.lower, scene.passage.start, scene.passage.end)) is not None:
        return one[1]
    if scene.follows("fetched", figure.start, 60) and _in_one_month(scene, figure):
        return "month"
    spots = [Span(scene.passage.start, scene.passage.end), *scene.labels]
    if "annualized" in scene.passage.cues or any(FISCAL.search(scene.text, s.start, s.end) for s in spots):
        return "year"
    return ""


def _leads_to(scene: Scene, figure: Quantity, group: str) -> bool:
    """Returns whether a word of a group stands right before a figure: "run-rate revenue crossed $47 billion"."""
    return any(0 <= figure.start - end <= LEAD for _, end in scene.passage.cues.get(group, ()))


def usual_period(scene: Scene, figure: Quantity, metric: str) -> str:
    """Returns the period of a company's figure that says none: that of its date, of its section or of the report."""
    if metric not in FLOWS:
        return ""
    prose = scene.segment.kind not in CELLS
    date = nearest_date(scene, Span(figure.start, figure.end)) if prose and metric in AMOUNTS else None
    stated = LENGTHS.get(date.precision, "") if date and not date.relative else ""
    return stated or (scene.memory.period if prose else "") or scene.memory.usual_period


def period_spoken_of(scene: Scene) -> str:
    """Returns the reporting period that a sentence names, for the amounts that follow."""
    cues = scene.passage.cues
    for group, period in (("per_quarter", "quarter"), ("per_year", "year")):
        said = any(not dates_comparison(scene, hit) for hit in cues.get(group, ()))
        if said and not (period == "quarter" and "annualized" in cues):
            return period
    return ""


def _in_one_month(scene: Scene, figure: Quantity) -> bool:
    """Returns whether the sentence dates a number of downloads to one month: "was fetched 22 million times in May"."""
    return any(
        date.precision == "month" and IN_MONTH.search(scene.text[max(0, date.start - 8) : date.start])
        for date in scene.passage.dates
        if abs(date.start - figure.end) < DATE_REACH or abs(figure.start - date.end) < DATE_REACH
    )
