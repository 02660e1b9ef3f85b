"""Compiles the words that link a name to its surroundings (rules/syntax.toml)."""

import re
from functools import cache

from extractors.rules import check_entries, load_rules

CLAUSE = re.compile(
    r";|\s[—–]\s|—|(?<!vs)\.\s|,?\s(?:while(?! \w+ing\b)|whereas|but|although|though|whilst)\s|\|",
)
"""Where one clause ends and another begins."""

LIST_JOIN = re.compile(r"\s*(?:,|/|&|\+|,?\s+(?:and|or))\s*", re.I)
"""What stands between the members of a list."""


@cache
def link(id: str) -> re.Pattern[str]:
    """Returns the expression of a link: searched in the words before a name, or matched at its end.

    >>> bool(link("according").search("according to the "))
    True
    >>> bool(link("reports").match(" has 5"))
    False
    """
    entry = _entries()[id]
    words, between = "|".join(entry["words"]), entry["between"]
    if entry["place"] == "before":
        return re.compile(rf"\b(?:{words})\s+{between}$", re.I)
    return re.compile(rf",?\s+{between}(?:{words})\b")


@cache
def _entries() -> dict[str, dict[str, list[str] | str]]:
    entries = load_rules("syntax.toml")["link"]
    required = ("id", "place", "between", "words", "source", "example", "counterexample")
    check_entries(entries, file="rules/syntax.toml", required=required, optional=())
    return {entry["id"]: entry for entry in entries}
