"""What licences, degrees of openness, places and names mean to each other, from seeds/value_classes.toml."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

from store.intervals import Fit
from store.metrics import CatalogueError, build, unique

WORDS = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
JOINTS = re.compile(r"\s*(?:[,;/&+]|\band\b)\s*")
BRACKETS = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Class:
    """A meaning that values of a metric may have; the head of the seed file explains each field."""

    id: str
    metric: str
    names: tuple[str, ...]
    source: str
    example: str
    counterexample: str
    broader: str = ""
    opposes: tuple[str, ...] = ()
    vague: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """Words that say of how many members a statement about a family holds."""

    id: str
    names: tuple[str, ...]
    source: str
    example: str
    counterexample: str


@dataclass(frozen=True, slots=True)
class Universal(Reach):
    """Words that make a statement about a family hold for every member."""


@dataclass(frozen=True, slots=True)
class Partial(Reach):
    """Words that limit a statement about a family to some members."""


@dataclass(frozen=True, slots=True)
class Classes:
    """All classes by id, and the patterns that find their names."""

    by_id: Mapping[str, Class]
    patterns: Mapping[str, tuple[re.Pattern[str], Mapping[str, str]]]
    universal: re.Pattern[str]
    partial: re.Pattern[str]
    lines: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def find(self, metric: str, value: str) -> str:
        """Returns the id of the class of a value, "" where no class fits; the narrowest named one wins."""
        entry = self.patterns.get(metric)
        if entry is None:
            return ""
        pattern, names = entry
        found = [names[match.group()] for match in pattern.finditer(fold(value))]
        narrow = [each for each in found if not any(each in self.line(other) - {other} for other in found)]
        return narrow[0] if narrow else ""

    def line(self, id: str) -> frozenset[str]:
        """Returns a class and everything broader."""
        return self.lines.get(id, frozenset())

    def opposed(self, a: str, b: str) -> bool:
        """Returns whether two classes cannot hold of one thing."""
        return any(up in self.by_id[low].opposes for low in self.line(a) for up in self.line(b)) or any(
            up in self.by_id[low].opposes for low in self.line(b) for up in self.line(a)
        )

    def is_universal(self, text: str) -> bool:
        """Returns whether the words leave no member of a family out."""
        return self.universal.search(fold(text)) is not None

    def is_partial(self, text: str) -> bool:
        """Returns whether the words say that it does not hold of all."""
        return self.partial.search(fold(text)) is not None


@cache
def load_classes() -> Classes:
    """Returns the classes of seeds/value_classes.toml, checked."""
    return parse_classes(
        files("seeds").joinpath("value_classes.toml").read_text(encoding="utf-8"), "value_classes.toml"
    )


def parse_classes(text: str, name: str) -> Classes:
    """Returns classes from TOML.

    Raises:
        CatalogueError: An unknown or missing key, or a reference to a class that is not there.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}: {error}") from error
    if unknown := data.keys() - {"class", "universal", "partial"}:
        raise CatalogueError(f"{name}: unknown table {min(unknown)!r}")
    classes: dict[str, Class] = unique((build(Class, entry, name) for entry in data.get("class", ())), name)
    for each in classes.values():
        if missing := {*each.opposes, *filter(None, [each.broader])} - classes.keys():
            raise CatalogueError(f"{name}: class {each.id!r} names the unknown class {min(missing)!r}")
    return Classes(
        classes,
        {metric: pattern_of(classes.values(), metric) for metric in {each.metric for each in classes.values()}},
        words_of(build(Universal, entry, name) for entry in data.get("universal", ())),
        words_of(build(Partial, entry, name) for entry in data.get("partial", ())),
        {id: line_of(id, classes) for id in classes},
    )


def pattern_of(classes: Iterable[Class], metric: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Returns the pattern of all names of a metric's classes, and the class of each name."""
    names = {name: each.id for each in classes if each.metric == metric for name in each.names}
    return alternation(names), names


def words_of(entries: Iterable[Reach]) -> re.Pattern[str]:
    """Returns the pattern of all names of some entries."""
    return alternation({name for entry in entries for name in entry.names})


def alternation(names: Iterable[str]) -> re.Pattern[str]:
    """Returns a pattern that finds whole names, the longest first; one that finds nothing for no names."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})(?![\w-])" if ordered else r"(?!)")


def line_of(id: str, classes: Mapping[str, Class]) -> frozenset[str]:
    """Returns a class and everything broader; a circle ends where it began."""
    line: list[str] = []
    while id and id not in line:
        line.append(id)
        id = classes[id].broader
    return frozenset(line)


def fold(text: str) -> str:
    """Returns a text in lower case with plain hyphens and apostrophes."""
    return text.casefold().replace("‑", "-").replace("–", "-").replace("’", "'")


def names_in(value: str) -> tuple[frozenset[str], ...]:
    """Returns the words of a name and of the other names that stand behind it in brackets.

    >>> [sorted(each) for each in names_in("Eddie Wu (Wu Yongming)")]
    [['eddie', 'wu'], ['wu', 'yongming']]
    """
    folded = fold(value)
    parts = [BRACKETS.sub(" ", folded), *BRACKETS.findall(folded)]
    return tuple(words for part in parts if (words := frozenset(WORDS.findall(part))))


def fit_names(a: str, b: str) -> Fit:
    """Returns how two names fit: equal, one shortened, sharing a word (it may be one person), or apart."""
    pairs = [(x, y) for x in names_in(a) for y in names_in(b)]
    if any(x == y for x, y in pairs):
        return Fit.SAME
    if any(x <= y or y <= x for x, y in pairs):
        return Fit.ROUNDER
    return Fit.LOOSE if any(x & y for x, y in pairs) else Fit.APART


def fit_words(metric: str, a: str, b: str, classes: Classes) -> tuple[Fit, bool]:
    """Returns how two text values of a metric fit, and whether their classes oppose each other."""
    first, second = classes.find(metric, a), classes.find(metric, b)
    named = fit_names(a, b)
    if not first or not second:
        return named, False
    if classes.opposed(first, second):
        return Fit.APART, True
    if classes.by_id[first].vague or classes.by_id[second].vague:
        return min(named, Fit.LOOSE), False
    if first == second:
        return (named if classes.by_id[first].several else Fit.SAME), False
    if first in classes.line(second) or second in classes.line(first):
        return Fit.ROUNDER, False
    return (named if named < Fit.LOOSE else Fit.APART), False


@lru_cache(4096)
def parts_of(value: str) -> frozenset[str]:
    """Returns the parts of a listed value, folded: "X and Grok apps" are two.

    >>> sorted(parts_of("Hugging Face + ModelScope"))
    ['hugging face', 'modelscope']
    """
    pieces = (piece.strip(" .") for piece in JOINTS.split(fold(value)))
    return frozenset(piece.removeprefix("the ").removesuffix(" apps").removesuffix(" app") for piece in pieces if piece)
