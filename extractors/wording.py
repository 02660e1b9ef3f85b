"""Loads what the reader knows about the wording of headings, labels and column heads."""

import re
from dataclasses import dataclass
from functools import cache

from extractors.problems import RuleError
from extractors.rules import check_entries, load_rules

_FILE = "segments.toml"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words by use.

    Attributes:
        fact_labels: Labels of fact boxes, in lower case.
        naming_labels: Labels of the row that says what a fact table is about, in lower case.
        date_heads: Heads of a column of dates of no stated kind, in lower case.
        model_heads: Heads of a column of names of models or products, in lower case.
        sums: Labels of rows that sum up the others, in lower case.
        value_heads: Heads of the value column of a fact table, in lower case.
        verdicts: Words that pages set in a box before a paragraph, as written.
        one_word_names: Names with a capital letter inside.
        column_heads: Heads of table columns, in lower case.
        versioned_names: Names that a version number belongs to, as written.
        prose_keys: Keys of front matter whose long values are prose, in lower case.
        title_keys: Keys of front matter that hold a name, whatever their length, in lower case.
        absent_values: Words that stand in a cell for a value that nobody knows, in lower case.
        answers: Words that answer a question of yes or no in a cell, in lower case.
        boilerplate: Lines of a page's frame.
    """

    fact_labels: frozenset[str]
    naming_labels: frozenset[str]
    date_heads: frozenset[str]
    model_heads: frozenset[str]
    sums: frozenset[str]
    value_heads: frozenset[str]
    verdicts: frozenset[str]
    one_word_names: frozenset[str]
    column_heads: frozenset[str]
    versioned_names: frozenset[str]
    prose_keys: frozenset[str]
    title_keys: frozenset[str]
    absent_values: frozenset[str]
    answers: frozenset[str]
    boilerplate: re.Pattern[str]


@cache
def load_wording() -> Wording:
    """Returns the words of rules/segments.toml.

    Raises:
        RuleError: An entry has unknown parts, or a pattern does not compile.
    """
    rules = load_rules(_FILE)
    check_entries(rules["words"], file=_FILE, required=("id", "use", "source", "words"), optional=())
    check_entries(
        rules["boilerplate"], file=_FILE, required=("id", "source", "pattern", "example", "counterexample"), optional=()
    )
    try:
        frame = re.compile("|".join(f"(?:{entry['pattern']})" for entry in rules["boilerplate"]), re.IGNORECASE)
        return Wording(boilerplate=frame, **{entry["use"]: frozenset(entry["words"]) for entry in rules["words"]})
    except (re.error, TypeError) as error:
        raise RuleError(f"{_FILE}: {error}") from error
