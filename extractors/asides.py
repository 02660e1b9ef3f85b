"""Tells which figures of a passage belong to no metric: per share, forecast by others, added (rules/asides.toml).

They stand among figures of a company and with the same words: "net income of $4.5 billion, or 54 cents per share, above
the estimate of $4.2 billion"; "revenue increased $8.2 billion or 22%".
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from extractors.distances import kind_of
from extractors.memory import Scene
from extractors.model import Quantity
from extractors.rules import check_entries, load_rules

LEAD = 60


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands before or behind a figure that belongs to no metric, and how large it is at most."""

    behind: re.Pattern[str] | None
    before: re.Pattern[str] | None
    limit: Decimal | None


@cache
def load_asides() -> dict[str, tuple[Aside, ...]]:
    """Returns the asides by unit; "money" stands for every currency.

    Raises:
        RuleError: An entry has an unknown key, lacks one, or stands twice.
    """
    entries = load_rules("asides.toml")["aside"]
    required = ("id", "units", "source", "example", "counterexample")
    check_entries(entries, file="rules/asides.toml", required=required, optional=("behind", "before", "max"))
    found: dict[str, list[Aside]] = {}
    for entry in entries:
        behind, before = (re.compile(entry[key]) if key in entry else None for key in ("behind", "before"))
        limit = Decimal(entry["max"]) if "max" in entry else None
        for unit in entry["units"]:
            found.setdefault(unit, []).append(Aside(behind, before, limit))
    return {unit: tuple(asides) for unit, asides in found.items()}


def is_aside(scene: Scene, figure: Quantity) -> bool:
    """Returns whether a figure belongs to none of the metrics, whatever words stand around it."""
    return any(_holds(scene, figure, aside) for aside in load_asides().get(kind_of(figure), ()))


def _holds(scene: Scene, figure: Quantity, aside: Aside) -> bool:
    passage, size = scene.passage, figure.low if figure.low is not None else figure.high
    if aside.limit is not None and (figure.scale or size is None or size >= aside.limit):
        return False
    if aside.behind is not None and aside.behind.match(scene.lower, figure.end, passage.end) is None:
        return False
    start = max(passage.start, figure.start - LEAD)
    return aside.before is None or aside.before.search(scene.lower, start, figure.start) is not None
