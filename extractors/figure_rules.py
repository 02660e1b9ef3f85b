"""Loads rules/metrics.toml: which figure is a claim of which metric, and the index by the words that a rule needs."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from extractors.rules import check_entries, load_rules

REQUIRED = ("id", "metric", "units", "needs", "types", "base", "source", "example", "counterexample")
LIMITS = ("reach", "forbid", "forbid_reach", "min", "max", "bare_scale")
OPTIONAL = ("unit", *LIMITS, "modifiers", "topical", "by_period", "labels", "unless")
OF_ANY = frozenset({"change", "before", "use", "moves", "paid", "cost_verbs", "user_words", "share_words"})
"""Cue groups that go with the words of several metrics and so point at none."""


@dataclass(frozen=True, slots=True)
class FigureRule:
    """One entry of rules/metrics.toml; that file says what the fields mean."""

    id: str
    metric: str
    units: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    types: tuple[str, ...]
    unit: str = ""
    reach: int = 60
    base: float = 0.0
    forbid: frozenset[str] = frozenset()
    forbid_reach: int = 30
    low: Decimal | None = None
    high: Decimal | None = None
    bare_scale: tuple[int, ...] = ()
    modifiers: bool = True
    topical: bool = False
    labels: bool = True
    unless: frozenset[str] = frozenset()
    by_period: tuple[tuple[str, str], ...] = ()


class RuleSet:
    """The rules that figures of one unit may fit, in the order of the file.

    Attributes:
        rules: The rules.
        rivals: Cue groups that any of them starts from; they compete for a figure.
    """

    def __init__(self, rules: Iterable[FigureRule]) -> None:
        self.rules = tuple(rules)
        self._by_group: dict[str, list[int]] = {}
        self._always: list[int] = []
        self._further = [
            tuple(frozenset(need) for need in rule.needs[1:] if not any(group[0] == "@" for group in need))
            for rule in self.rules
        ]
        self.rivals = frozenset(
            group for rule in self.rules for group in (rule.needs[0] if rule.needs else ()) if group not in OF_ANY
        )
        for index, rule in enumerate(self.rules):
            if not rule.needs or any(group.startswith("@") for group in rule.needs[0]):
                self._always.append(index)
            else:
                for group in rule.needs[0]:
                    self._by_group.setdefault(group, []).append(index)

    def within(self, groups: Collection[str]) -> Sequence[FigureRule]:
        """Returns the rules all of whose words are in view, or that need none; few of dozens are."""
        found = set(self._always)
        for group in self._by_group.keys() & groups:
            found.update(self._by_group[group])
        return [
            self.rules[index]
            for index in sorted(found)
            if not any(need.isdisjoint(groups) for need in self._further[index])
        ]


@cache
def load_figure_rules() -> dict[str, RuleSet]:
    """Returns the rules by unit.

    Raises:
        RuleError: An entry has an unknown key, lacks one, or stands twice.
    """
    entries = load_rules("metrics.toml")["rule"]
    check_entries(
        entries,
        file="rules/metrics.toml",
        required=REQUIRED,
        optional=OPTIONAL,
    )
    table: dict[str, list[FigureRule]] = {}
    for entry in entries:
        rule = _rule(entry)
        for unit in rule.units:
            table.setdefault(unit, []).append(rule)
    return {unit: RuleSet(rules) for unit, rules in table.items()}


@cache
def rules_without_unit() -> RuleSet:
    """Returns the rules for bare numbers that a number of something unknown may fit too.

    A score is never such; and what has a noun of its own ("a billion queries") counts no people.
    """
    rules = load_figure_rules()[""].rules
    return RuleSet([rule for rule in rules if rule.needs[0] != ("@benchmark",) and rule.unit != "user"])


def _rule(entry: dict[str, Any]) -> FigureRule:
    return FigureRule(
        id=entry["id"],
        metric=entry["metric"],
        units=tuple(entry["units"]),
        needs=tuple(tuple(need.split("|")) for need in entry["needs"]),
        types=tuple(entry["types"]),
        unit=entry.get("unit", ""),
        reach=entry.get("reach", 60),
        base=float(entry["base"]),
        forbid=frozenset(entry.get("forbid", ())),
        forbid_reach=entry.get("forbid_reach", 30),
        low=_limit(entry.get("min")),
        high=_limit(entry.get("max")),
        bare_scale=tuple(entry.get("bare_scale", ())),
        modifiers=entry.get("modifiers", True),
        topical=entry.get("topical", False),
        labels=entry.get("labels", True),
        unless=frozenset(entry.get("unless", ())),
        by_period=tuple(entry.get("by_period", {}).items()),
    )


def _limit(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
