"""Compiles the words that link a name to its surroundings (rules/syntax.toml)."""

import re
from functools import cache, lru_cache
from typing import Any

from extractors.rules import check_entries, load_rules

CONTRAST = r"(?:while(?! [a-z]\w*ing\b)|whereas|but|although|though|whilst)\s"
CLAUSE = re.compile(
    rf"[;—|.,\s](?:(?<=[;—|])|(?<=\.)(?<!vs\.)\s|(?<=,)\s{CONTRAST}|(?<=\s)(?:[—–]\s|{CONTRAST}))",
)
"""Where one clause ends and another begins; it opens with a class of characters, so that most places fail at once."""

CARRIES_ON = re.compile(r"^\W*$|[,;/(]|\b(?:and|or|while|against|versus|from|to|compared|than|but|with)\b", re.I)
"""What stands between two figures of a list or contrast; searched in the words between them alone."""

LIST_JOIN = re.compile(r"\s*(?:,|/|&|\+|,?\s+(?:and|or))\s*", re.I)
"""What stands between the members of a list."""

GOVERNING = ("oblique", "compared", "according", "platform")
"""The links that every name is asked for."""


@cache
def link(id: str) -> re.Pattern[str]:
    """Returns the expression of a link: searched in the words before a name, or matched at its end.

    What stands before is searched in lower case, which runs at twice the speed of an expression that ignores case.

    >>> bool(link("according").search("according to the "))
    True
    >>> bool(link("reports").match(" has 5"))
    False
    """
    entry = _entries()[id]
    if entry["place"] == "after":
        return re.compile(rf",?\s+{entry['between']}(?:{'|'.join(entry['words'])})\b")
    between = rf"(?:(?:{'|'.join(entry['between'])})\s+){{0,{entry.get('most', 1)}}}" if entry["between"] else ""
    return re.compile(rf"(?:{_by_first_letter(entry['words'])})\s+{between}$")


def _by_first_letter(words: list[str]) -> str:
    """Returns an expression that opens with the first letters of the words, so that most places fail at once."""
    by_letter: dict[str, list[str]] = {}
    for word in words:
        letter, rest = (word[0], word[1:]) if word[0].isalpha() else ("", word)
        by_letter.setdefault(letter, []).append(rest)
    opens = {letter: rf"{letter}(?<!\w.)" if letter else r"(?<!\w)" for letter in by_letter}
    return "|".join(f"{opens[letter]}(?:{'|'.join(rest)})" for letter, rest in by_letter.items())


@lru_cache(maxsize=4096)
def may_govern(word: str) -> bool:
    """Returns whether a link of `GOVERNING` can end with a word in lower case; most words before names end none.

    >>> may_govern("of"), may_govern("the"), may_govern("launched")
    (True, True, False)
    """
    return _last_words().match(word) is not None


@cache
def _last_words() -> re.Pattern[str]:
    entries = [_entries()[id] for id in GOVERNING]
    last = {words.split()[-1] for entry in entries for words in (*entry["words"], *entry["between"])}
    return re.compile(rf"(?:.*\W)?(?:{'|'.join(sorted(last))})$")


@cache
def load_bonds() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Returns what stands between a figure and a word that governs it, and one that belongs to the phrase behind it."""
    plain = rf"(?!(?:{_bond('breaks')})\b)[\w'’&%+.-]+[\s-]+"
    before = re.compile(rf"[\s:=]*(?:(?:{_bond('governs')})\s+)?(?:(?:{_bond('filler')})\s+)*", re.I)
    behind = re.compile(rf"[\s-]+(?:(?:{_bond('joins')})\s+)?(?:{plain}){{0,3}}", re.I)
    return before, behind


@cache
def load_amount_to_change() -> re.Pattern[str]:
    """Returns what stands between an amount and the rate of change that led to it."""
    return re.compile(rf"\)?,? (?:(?:{_bond('amount-to-change')}) ){{1,6}}", re.I)


@cache
def _bond(id: str) -> str:
    """Returns the words of a bond as alternatives of an expression.

    Raises:
        RuleError: rules/syntax.toml has an unknown key or lacks one.
    """
    entries = load_rules("syntax.toml")["bond"]
    check_entries(entries, file="rules/syntax.toml", required=("id", "words", "source"), optional=())
    return next("|".join(entry["words"]) for entry in entries if entry["id"] == id)


@cache
def _entries() -> dict[str, dict[str, Any]]:
    entries = load_rules("syntax.toml")["link"]
    required = ("id", "place", "between", "words", "source", "example", "counterexample")
    check_entries(entries, file="rules/syntax.toml", required=required, optional=("most",))
    return {entry["id"]: entry for entry in entries}
