"""Loads rules/facts.toml: the words that are values themselves, and those that make a date or a name a value."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractors.model import DateMention, Span
from extractors.rules import check_entries, load_rules
from extractors.subjects import Subject
from extractors.values import filled_directly


@filled_directly
@dataclass(frozen=True, slots=True)
class Fact:
    """A value that is no figure, with its subject; `when` is set for dates, `value` for all others."""

    metric: str
    span: Span
    subject: Subject
    rule: str
    value: str = ""
    when: DateMention | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class EventRule:
    """Which cue makes a date the value of a metric, and what its subject may be."""

    id: str
    metric: str
    cue: str
    reach: int
    types: tuple[str, ...]


@filled_directly
@dataclass(frozen=True, slots=True)
class FactRules:
    """The compiled rules.

    Attributes:
        classes: Class of each word of openness, in lower case.
        licences: Expression, value and id of licences that are described but not named.
        events: Rules for dates.
        roles: Metric and cue group of each role.
    """

    classes: dict[str, str]
    licences: tuple[tuple[re.Pattern[str], str, str], ...]
    events: tuple[EventRule, ...]
    roles: tuple[tuple[str, str], ...]


@cache
def load_fact_rules() -> FactRules:
    """Returns the rules, compiled once.

    Raises:
        RuleError: An entry has an unknown key, lacks one, or stands twice.
    """
    rules = load_rules("facts.toml")
    _check(rules)
    classes = {phrase.casefold(): entry["id"] for entry in rules["openness"] for phrase in entry["phrases"]}
    return FactRules(
        classes=classes,
        licences=tuple((re.compile(e["pattern"]), e["value"], e["id"]) for e in rules["licence"]),
        events=tuple(EventRule(e["id"], e["metric"], e["cue"], e["reach"], tuple(e["types"])) for e in rules["date"]),
        roles=tuple((entry["metric"], entry["cue"]) for entry in rules["role"]),
    )


def _check(rules: dict[str, Any]) -> None:
    common = ("id", "source", "example", "counterexample")
    own = {
        "openness": ("phrases",),
        "licence": ("pattern", "value"),
        "date": ("metric", "cue", "reach", "types"),
        "role": ("metric", "cue"),
    }
    for name, keys in own.items():
        check_entries(rules[name], file=f"rules/facts.toml [{name}]", required=(*common, *keys), optional=())
