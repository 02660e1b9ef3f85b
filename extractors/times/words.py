"""The words of time expressions: tokens, numbers, ordinals, years, and the lists of `rules/datetimes.toml`."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

_TOKEN = re.compile(r"\d+|[A-Za-z]+|[’'](?:s|clock)?\b|[^\s\w]|\w")


_NEAR = 12
_ORDINAL_SUFFIXES = frozenset({"st", "nd", "rd", "th"})


@dataclass(frozen=True, slots=True)
class Holiday:
    """A named day: month and day, or the nth weekday of a month and an offset, or days from Easter Sunday."""

    id: str
    month: int = 0
    day: int = 0
    weekday: int = -1
    nth: int = 0
    offset: int = 0
    easter: int | None = None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The word lists, in lower case. Fields are named after the tables of the data file."""

    months: dict[str, int]
    weekdays: dict[str, int]
    seasons: dict[str, int]
    units: dict[str, str]
    glued_units: dict[str, str]
    numbers: dict[str, int]
    vague: dict[str, int]
    ordinals: dict[str, int]
    directions: dict[str, int]
    days: dict[str, int]
    day_parts: dict[str, list[int]]
    clock_words: dict[str, int]
    recurring: dict[str, str]
    decades: dict[str, int]
    near: frozenset[str]
    meals: frozenset[str]
    month_leads: frozenset[str]
    period_leads: frozenset[str]
    counted: frozenset[str]
    clock_followers: frozenset[str]
    clock_marks: frozenset[str]
    fraction_leads: frozenset[str]
    zones: frozenset[str]
    future_cues: frozenset[str]
    past_cues: frozenset[str]
    holidays: dict[tuple[str, ...], Holiday]
    starters: frozenset[str]


@cache
def load_lexicon() -> Lexicon:
    """Returns the word lists."""
    data = tomllib.loads(files("extractors").joinpath("rules/datetimes.toml").read_text(encoding="utf-8"))
    holidays: dict[tuple[str, ...], Holiday] = {}
    for entry in data["holiday"]:
        names = entry.pop("names")
        holidays |= {tuple(name.split()): Holiday(**entry) for name in names}
    tables: dict[str, Any] = {
        name: data[name]
        for name in Lexicon.__dataclass_fields__
        if name in data and not isinstance(data[name].get("words"), list)
    }
    starters = frozenset(word for name, table in tables.items() if name != "glued_units" for word in table)
    return Lexicon(
        **tables,
        near=frozenset(data["near"]["words"]),
        meals=frozenset(data["meals"]["words"]),
        month_leads=frozenset(data["month_leads"]["words"]),
        period_leads=frozenset(data["period_leads"]["words"]),
        counted=frozenset(data["counted"]["words"]),
        clock_followers=frozenset(data["clock_followers"]["words"])
        | tables["weekdays"].keys()
        | tables["months"].keys(),
        clock_marks=frozenset(data["clock_marks"]["words"]),
        zones=frozenset(data["zones"]["words"]),
        future_cues=frozenset(data["future_cues"]["words"]),
        past_cues=frozenset(data["past_cues"]["words"]),
        fraction_leads=frozenset(data["fraction_leads"]["words"]) | tables["weekdays"].keys(),
        holidays=holidays,
        starters=starters | {name[0] for name in holidays} | frozenset(data["starters"]["words"]),
    )


class Tokens:
    """The tokens of one text with their places, and the moment that relative words are read against.

    Attributes:
        words: In lower case; empty strings beyond the end, so that looking ahead needs no test.
        starts: Where each begins in the text.
        ends: Where each ends.
        now: The reference moment.
        memory: What a rule read at a token, for the rules that several others ask.
    """

    __slots__ = ("count", "ends", "lexicon", "memory", "now", "starts", "text", "words")

    def __init__(self, text: str, start: int, end: int, now: datetime) -> None:
        found = [(m.group().lower(), m.start(), m.end()) for m in _TOKEN.finditer(text, start, end)]
        self.text, self.now = text, now
        self.memory: dict[tuple[str, int], Any] = {}
        self.count = len(found)
        self.words = [f[0] for f in found] + [""] * 12
        self.starts = [f[1] for f in found] + [end] * 12
        self.ends = [f[2] for f in found] + [end] * 12
        self.lexicon = load_lexicon()

    def glued(self, i: int) -> bool:
        """Says whether a token follows the one before it without a space."""
        return 0 < i < self.count and self.starts[i] == self.ends[i - 1]

    def tense(self, i: int) -> int:
        """Returns 1 in a sentence about what lies ahead, -1 in one about the past, 0 where no word near by tells."""
        for places in (range(i - 1, max(i - _NEAR, 0) - 1, -1), range(i + 1, min(i + _NEAR, self.count))):
            for j in places:
                word = self.words[j]
                if word in self.lexicon.future_cues:
                    return 1
                if word in self.lexicon.past_cues or (len(word) > 4 and word.endswith("ed")):
                    return -1
                if word in ".?!" and not self.glued(j + 1):
                    break
        return 0

    def joined(self, i: int, *words: str) -> bool:
        """Says whether a token is one of some words and stands between tokens without spaces."""
        return self.words[i] in words and self.glued(i) and self.glued(i + 1)

    def phrase(self, i: int, *phrases: str) -> int:
        """Returns the index behind the first phrase that stands here, or -1."""
        for phrase in phrases:
            parts = phrase.split()
            if self.words[i : i + len(parts)] == parts:
                return i + len(parts)
        return -1

    def skip(self, i: int, *words: str) -> int:
        """Returns the index behind any number of the given words."""
        while self.words[i] in words and i < self.count:
            i += 1
        return i


Counted = tuple[float, int]


def number(t: Tokens, i: int) -> Counted | None:
    """Returns a number in digits or words and the index behind it: "3", "3.5", "twenty-one", "½"."""
    word = t.words[i]
    if word.isdecimal():
        if t.words[i + 1] == "." and t.glued(i + 1) and t.glued(i + 2) and t.words[i + 2].isdecimal():
            return float(f"{word}.{t.words[i + 2]}"), i + 3
        return float(word), i + 1
    if word == "½":
        return 0.5, i + 1
    return small_number(t, i)


def small_number(t: Tokens, i: int) -> Counted | None:
    """Returns a number word below a hundred and the index behind it."""
    numbers = t.lexicon.numbers
    value = numbers.get(t.words[i])
    if value is None:
        return None
    if value >= 20 and value % 10 == 0:
        j = i + 1 + (t.words[i + 1] in ("-", "and"))
        unit = numbers.get(t.words[j], 0)
        if 0 < unit < 10:
            return value + unit, j + 1
    return value, i + 1


def count(t: Tokens, i: int) -> Counted | None:
    """Returns how many units are meant and the index behind it: a number, "a", "a few", "one and a half"."""
    if t.words[i] in ("a", "the") and t.words[i + 1] in ("few", "couple"):
        i += 1
    if t.words[i] == "half":
        return 0.5, t.skip(i + 1, "a", "an")
    vague = t.lexicon.vague.get(t.words[i])
    if vague is not None:
        j = i + 1 + (t.words[i] == "couple" and t.words[i + 1] == "of")
        found: Counted | None = (float(vague), j)
    else:
        found = number(t, i)
    if found is None:
        return None
    value, j = found
    for phrase, more in (("and a half", 0.5), ("and half", 0.5), ("and a quarter", 0.25), ("and three quarters", 0.75)):
        if (k := t.phrase(j, phrase)) > 0:
            return value + more, k
    return found


def ordinal(t: Tokens, i: int) -> tuple[int, int] | None:
    """Returns an ordinal in digits or words and the index behind it: "1st", "twenty-first"."""
    word = t.words[i]
    if word.isdecimal():
        if t.words[i + 1] in _ORDINAL_SUFFIXES and t.glued(i + 1):
            return int(word), i + 2
        return None
    ordinals = t.lexicon.ordinals
    tens = t.lexicon.numbers.get(word, 0)
    if tens in (20, 30):
        j = i + 1 + (t.words[i + 1] == "-")
        unit = ordinals.get(t.words[j], 0)
        return (tens + unit, j + 1) if 0 < unit < 10 else None
    value = ordinals.get(word)
    return None if value is None else (value, i + 1)


def rank(t: Tokens, i: int) -> tuple[int, int] | None:
    """Returns an ordinal and the index behind it, negative where it counts from the end: "last", "second last"."""
    if t.words[i] == "last":
        return -1, i + 1
    found = ordinal(t, i)
    return (-found[0], found[1] + 1) if found and t.words[found[1]] == "last" else found


def year(t: Tokens, i: int, *, short: bool = False) -> tuple[int, int] | None:
    """Returns a year and the index behind it: four digits, two where `short`, or words."""
    word = t.words[i]
    if word.isdecimal():
        if len(word) == 4 and "1000" <= word < "2200":
            return int(word), i + 1
        if short and len(word) == 2:
            return int(word) + (2000 if int(word) < 40 else 1900), i + 1
        return None
    if word in ("'", "’") and short and len(t.words[i + 1]) == 2:
        return year(t, i + 1, short=True)
    return _year_words(t, i)


def _year_words(t: Tokens, i: int) -> tuple[int, int] | None:
    """Returns a year in words; not a part of a longer number."""
    found = _year_in_words(t, i)
    if found is None or t.words[found[1]] in ("hundred", "thousand", "million", "billion"):
        return None
    before = t.words[i - 2] if t.words[i - 1] == "and" else t.words[i - 1]
    return None if before in ("hundred", "thousand", "million") else found


def _year_in_words(t: Tokens, i: int) -> tuple[int, int] | None:
    head = small_number(t, i)
    if head is None:
        return None
    value, j = int(head[0]), head[1]
    if value == 2 and t.words[j] == "thousand":
        j += 1
        rest = small_number(t, j + (t.words[j] == "and"))
        return (2000 + int(rest[0]), rest[1]) if rest else (2000, j)
    if not 15 <= value <= 21:
        return None
    if t.words[j] == "hundred":
        j += 1
        rest = small_number(t, j + (t.words[j] == "and"))
        return (value * 100 + int(rest[0]), rest[1]) if rest else (value * 100, j)
    rest = small_number(t, j)
    return (value * 100 + int(rest[0]), rest[1]) if rest and rest[0] >= 10 else None
