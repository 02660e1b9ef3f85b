"""The noun phrase that a number counts, found without a tagger: from the number to the first plural head.

A counted phrase ends at a function word, a verb, punctuation or the fifth word. Its head is the first plural (the last
of several in a row), after one the last word before the end. Rejected: a part-of-speech tagger, which needs a model
and is a hundred times too slow for the hot path.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from extractors.quantity_rules import load_words

RULES = "quantities_nouns"
STOP = frozenset(load_words(RULES, "stop"))
VERBS = frozenset(load_words(RULES, "verb"))
MODIFIERS = frozenset(load_words(RULES, "modifier"))
IRREGULAR: dict[str, str] = dict(load_words(RULES, "irregular"))
REACH = 5
STEP = re.compile(r"(?:[ \u00a0\u202f\u2009]|-)((?:[A-Za-zÀ-ɏ][\w’'./&-]*[\w])|[A-Za-z])")
SINGULAR_ENDINGS = ("ss", "us", "is", "ous", "'s", "’s")


class Phrase(NamedTuple):
    """A counted noun phrase.

    Attributes:
        head: Singular head noun in lower case.
        noun: Singular phrase; names keep their case.
        first_end: End of the first word, which the span of a value takes in when it is the head.
        end: End of the head.
        adjacent: True when the head directly follows the number.
    """

    head: str
    noun: str
    end: int
    adjacent: bool


def counted_at(text: str, at: int, end: int, *, one: bool = False) -> Phrase | None:
    """Returns the noun phrase that starts right after a number, or None.

    >>> counted_at("400+ open-weight Qwen models on the hub", 4, 39).noun
    'open-weight Qwen model'
    >>> counted_at("400 of them", 3, 11) is None
    True
    """
    words: list[str] = []
    ends: list[int] = []
    head = -1
    position = at
    while len(words) < REACH:
        step = STEP.match(text, position, end)
        if step is None:
            break
        word = step[1]
        lower = word.lower()
        if lower in STOP and not word.isupper():
            break
        if words and ends_phrase(lower, words):
            break
        if not words and (lower in VERBS) and not one:
            break
        plural_here = is_plural(word)
        if head >= 0 and not plural_here:
            break
        words.append(word)
        ends.append(step.end())
        position = step.end()
        if plural_here:
            head = len(words) - 1
            if one:
                break
    if not words:
        return None
    if head < 0:
        head = len(words) - 1
    words[head], possessive = strip_possessive(words[head])
    singular = singular_of(words[head])
    noun = " ".join([*(keep_case(w) for w in words[:head]), singular])
    return Phrase(singular.lower(), noun, ends[head] - possessive, head == 0)


def strip_possessive(word: str) -> tuple[str, int]:
    """Returns a word without its possessive ending, and how many characters that was."""
    for ending in ("'s", "’s", "'", "’"):
        if word.endswith(ending):
            return word[: -len(ending)], len(ending)
    return word, 0


def ends_phrase(lower: str, words: list[str]) -> bool:
    """True for a word that cannot stand inside a counted phrase after its first word."""
    return lower in VERBS or (lower.endswith("ly") and len(lower) > 4 and lower not in ("family", "supply", "assembly"))


@lru_cache(maxsize=4096)
def is_plural(word: str) -> bool:
    """True for a word with a plural's form: "jobs", "people", "GPUs"; not "business", "US"."""
    lower = word.lower()
    if lower in IRREGULAR:
        return True
    if lower in MODIFIERS or len(lower) < 3:
        return False
    if lower.endswith("s"):
        return not lower.endswith(SINGULAR_ENDINGS) and not (word.isupper() and len(word) < 5)
    return lower.endswith(("men", "people", "children"))


@lru_cache(maxsize=4096)
def singular_of(word: str) -> str:
    """Returns the singular of a noun, names and capitals kept.

    >>> singular_of("batteries"), singular_of("women"), singular_of("boxes"), singular_of("GPUs")
    ('battery', 'woman', 'box', 'GPU')
    """
    lower = word.lower()
    stem, dash, last = word.rpartition("-")
    if dash and stem:
        return f"{stem}-{singular_of(last)}" if last else word
    if lower in IRREGULAR:
        return IRREGULAR[lower]
    if not is_plural(word):
        return keep_case(word)
    if lower.endswith("ies") and len(lower) > 4:
        return keep_case(word[:-3]) + "y"
    if lower.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return keep_case(word[:-2])
    if lower.endswith("men"):
        return keep_case(word[:-3]) + "man"
    return keep_case(word[:-1]) if lower.endswith("s") else keep_case(word)


def keep_case(word: str) -> str:
    """Returns a word in lower case unless it is a name or an abbreviation."""
    return word if word[:1].isupper() else word.lower()
