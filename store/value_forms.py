"""Values in the form in which they are compared: numbers with their written precision, names, paths of places, words.

`form_of` reads a value by the kind that the values of its property have (`kind_of`). Two forms are the same value, or
one is the other told more coarsely: "30.1" of "30.06", "Hawaii" of "Honolulu, Hawaii", "A. Wu" of "A. Wu; B. Jones".
Nothing is pooled into bins: a number keeps its place, and tolerance is a matter of distance, not of classes.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.fuzz import ratio

NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$")
WORD = re.compile(r"[^\W_]+")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
STRONG_JOINT = re.compile(r"\s*[;&|]\s*|\s+and\s+|\s+with\s+", re.IGNORECASE)
LIST_MARK = re.compile(r"[;&]")
PATH_JOINT = re.compile(r"\s*[,/>|]\s*")
TITLES = frozenset({"jr", "sr", "dr", "prof", "phd", "md", "ed", "eds", "editor", "by"})
PEOPLE = re.compile(r"author|writer|editor|director|actor|artist|founder|name", re.IGNORECASE)
# A family is numeric when nearly all of its values are, and holds lists when a share of them has a joint of lists.
NUMERIC_SHARE = 0.95
LIST_SHARE = 0.05
# Zeros at the end of a whole number are taken for rounding from here on: 1,200,000 is; 1,240 may be exact.
ROUND_ZEROS = 3
# Surnames this near are one: one letter in six is another. Chosen on invented misspellings.
NEAR_NAME = 83


class ValueKind(StrEnum):
    """What the values of a property are."""

    NUMBER = "number"
    NAMES = "names"
    PATH = "path"


@dataclass(frozen=True, slots=True)
class Form:
    """A value as it is compared.

    Attributes:
        text: Folded: lower case, without accents and punctuation.
        number: The figure of a number, else None.
        step: Written precision of a number: 0.1 for "30.1", 1000 for "12,000"; 0 for everything else.
        parts: Names of a list, or the parts of a path from the narrowest; words for neither.
    """

    text: str
    number: float | None = None
    step: float = 0.0
    parts: tuple[tuple[str, ...], ...] = ()


def kind_of(family: str, values: Mapping[str, int]) -> ValueKind:
    """Returns what the values of a property are, judged by how often each is told and by the property's name."""
    total = sum(values.values())
    if sum(count for value, count in values.items() if NUMBER.match(value)) > NUMERIC_SHARE * total:
        return ValueKind.NUMBER
    lists = sum(count for value, count in values.items() if LIST_MARK.search(value))
    return ValueKind.NAMES if PEOPLE.search(family) or lists >= LIST_SHARE * total else ValueKind.PATH


def form_of(value: str, kind: ValueKind) -> Form:
    """Returns a value in the form in which it is compared.

    >>> form_of("1,200,000", ValueKind.NUMBER).step
    100000.0
    >>> form_of("Jones, Ann; B. Smith", ValueKind.NAMES).parts
    (('ann', 'jones'), ('b', 'smith'))
    """
    text = value.strip()
    if NUMBER.match(text):
        return Form(text, float(text.replace(",", "")), step_of(text))
    if kind is ValueKind.NAMES:
        return Form(folded(text), parts=tuple(sorted(set(names_of(text)))))
    return Form(folded(text), parts=tuple(words for part in PATH_JOINT.split(text) if (words := words_of(part))))


def step_of(text: str) -> float:
    """Returns the written precision of a number."""
    digits = text.replace(",", "")
    if "." in digits:
        return float(10.0 ** -len(digits.partition(".")[2]))
    zeros = len(digits) - len(digits.rstrip("0"))
    return float(10.0**zeros) if zeros >= ROUND_ZEROS else 1.0


def folded(text: str) -> str:
    """Returns a text as words in lower case without accents; the text itself where it has no word."""
    return " ".join(words_of(text)) or text


def words_of(text: str) -> tuple[str, ...]:
    """Returns the words of a text in lower case without accents."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return tuple(WORD.findall("".join(sign for sign in bare if not unicodedata.combining(sign))))


def names_of(text: str) -> list[tuple[str, ...]]:
    """Returns the people of a list, each as given names and surname.

    >>> names_of("Smith, Ann, Jones, Bob")
    [('ann', 'smith'), ('bob', 'jones')]
    >>> names_of("Ann Smith, Bob Jones and C. Wu")
    [('ann', 'smith'), ('bob', 'jones'), ('c', 'wu')]
    """
    found: list[tuple[str, ...]] = []
    for group in STRONG_JOINT.split(BRACKETS.sub(" ", text)):
        pieces = [words for piece in group.split(",") if (words := name_words(piece))]
        if len(pieces) % 2 == 0 and all(len(piece) == 1 for piece in pieces[::2]):
            found += [(*given, *surname) for surname, given in zip(pieces[::2], pieces[1::2], strict=True)]
        else:
            found += pieces
    return found


def name_words(piece: str) -> tuple[str, ...]:
    """Returns the words of a name without titles."""
    return tuple(word for word in words_of(piece) if word not in TITLES)


@lru_cache(65536)
def same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Returns whether two names can be one person's: a surname in common, given names that do not clash.

    >>> same_person(("a", "smith"), ("ann", "smith"))
    True
    >>> same_person(("bob", "smith"), ("ann", "smith"))
    False
    """
    if a == b or sorted(a) == sorted(b):
        return True
    if a[-1] != b[-1] and (min(len(a[-1]), len(b[-1])) < 5 or ratio(a[-1], b[-1]) < NEAR_NAME):
        return False
    if len(a) == 1 or len(b) == 1:
        return True
    first, second = a[0], b[0]
    return first.startswith(second) or second.startswith(first) or ratio(first, second) >= NEAR_NAME


def is_same(a: Form, b: Form, kind: ValueKind) -> bool:
    """Returns whether two forms are one value in other spelling."""
    if a.number is not None or b.number is not None:
        return a.number == b.number
    if a.text == b.text:
        return True
    if kind is ValueKind.NAMES:
        return len(a.parts) == len(b.parts) and covers(a, b) and covers(b, a)
    return kind is ValueKind.PATH and len(a.parts) > 1 and sorted(a.parts) == sorted(b.parts)


def covers(a: Form, b: Form) -> bool:
    """Returns whether each name of the first stands in the second."""
    return all(any(same_person(name, other) for other in b.parts) for name in a.parts)


def is_coarser(a: Form, b: Form, kind: ValueKind) -> bool:
    """Returns whether the first is the second told with less detail: rounder, wider, or a list with names left out.

    >>> is_coarser(form_of("30.1", ValueKind.NUMBER), form_of("30.06", ValueKind.NUMBER), ValueKind.NUMBER)
    True
    """
    if a.number is not None and b.number is not None:
        return a.step > b.step and a.number != b.number and abs(a.number - b.number) <= a.step / 2 * 1.000001
    if a.number is not None or b.number is not None or not a.parts or len(a.parts) >= len(b.parts):
        return False
    return covers(a, b) if kind is ValueKind.NAMES else set(a.parts) <= set(b.parts)
