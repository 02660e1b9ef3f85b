"""Finds words that stand for something named before: "the company", "its", "the model"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from extractors.names import load_rules
from extractors.values import filled_directly


@filled_directly
@dataclass(frozen=True, slots=True)
class Anaphor:
    """A stretch that stands for an entity named elsewhere.

    Attributes:
        start: First code point, the determiner included.
        end: One past the last.
        id: Rule that found it (`company`, `model`, `it` …).
        types: Types of entity that it can stand for, the likeliest first.
        plural: True for "they", "both", "these models".
    """

    start: int
    end: int
    id: str
    types: tuple[str, ...]
    plural: bool = False


@dataclass(frozen=True, slots=True)
class _Rules:
    pattern: re.Pattern[str]
    nouns: dict[str, tuple[str, tuple[str, ...]]]
    pronouns: dict[str, tuple[str, tuple[str, ...], bool]]


KEYS = {"id", "source", "example", "counterexample", "types", "nouns", "words", "plural", "between"}
PLURAL_DETERMINERS = frozenset(("these", "those", "both"))


def find_anaphora(text: str, start: int = 0, end: int | None = None) -> list[Anaphor]:
    """Returns the words in `text[start:end]` that stand for something named before, in order.

    >>> [(text.id, text.types[0]) for text in find_anaphora("The company says its model leads.")]
    [('company', 'organization'), ('it', 'organization')]
    >>> find_anaphora("A company says so.")
    []
    """
    rules = _load()
    end = len(text) if end is None else end
    return [_anaphor(match, rules) for match in rules.pattern.finditer(text, start, end)]


def _anaphor(match: re.Match[str], rules: _Rules) -> Anaphor:
    if noun := match["noun"]:
        id_, types = rules.nouns[_singular(noun, rules)]
        plural = noun.lower() not in rules.nouns or match[0].split()[0].lower() in PLURAL_DETERMINERS
        return Anaphor(match.start(), match.end(), id_, types, plural)
    id_, types, plural = rules.pronouns[match[0].lower()]
    return Anaphor(match.start(), match.end(), id_, types, plural)


def _singular(noun: str, rules: _Rules) -> str:
    lower = noun.lower()
    return lower if lower in rules.nouns else lower.removesuffix("s")


@cache
def _load() -> _Rules:
    table = load_rules("entities_anaphora", KEYS)
    nouns: dict[str, tuple[str, tuple[str, ...]]] = {}
    for rule in table["anaphors"]:
        for noun in rule["nouns"]:
            id_, types = nouns.get(noun.lower(), (rule["id"], ()))
            nouns[noun.lower()] = (id_, tuple(dict.fromkeys((*types, *rule["types"]))))
    pronouns = {
        word: (rule["id"], tuple(rule["types"]), rule.get("plural", False))
        for rule in table["pronouns"]
        for word in rule["words"]
    }
    return _Rules(_pattern(table["determiners"], nouns, pronouns), nouns, pronouns)


def _pattern(determiners: dict[str, Any], nouns: Iterable[str], pronouns: Iterable[str]) -> re.Pattern[str]:
    """Returns one expression; it opens with a letter class, so that most words fail at once."""
    words = [*determiners["words"], *pronouns]
    firsts = "".join(sorted({letter for word in words for letter in (word[0], word[0].upper())}))
    between = rf"(?: (?:{_either(determiners['between'])})){{0,2}}"
    phrase = rf"{_rest(determiners['words'])}{between} (?P<noun>{_either_case(nouns)}s?)\b"
    return re.compile(rf"[{firsts}](?<!\w.)(?:{phrase}|(?P<pronoun>{_rest(pronouns)})\b)")


def _either_case(words: Iterable[str]) -> str:
    """Returns an expression for words in either case, by first letters: most of a hundred are ruled out at once."""
    by_letter: dict[str, list[str]] = {}
    for word in words:
        by_letter.setdefault(word[0].lower(), []).append(word[1:])
    branches = (rf"[{first}{first.upper()}](?i:{_either(tails)})" for first, tails in by_letter.items())
    return f"(?:{'|'.join(branches)})"


def _rest(words: Iterable[str]) -> str:
    """Returns an expression for words whose first letter has been read."""
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(word[1:])
    branches = (f"(?<=[{first}{first.upper()}])(?:{_either(tails)})" for first, tails in rests.items())
    return f"(?:{'|'.join(branches)})"


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
