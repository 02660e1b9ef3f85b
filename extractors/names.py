"""Product names by their grammar: family, version, size, variant; a version no catalogue has seen is still read.

`Qwen3-Coder-480B-A35B` is the family Qwen, the version 3, the variant Coder, the sizes 480B and (active) 35B. The
words are data (rules/entities.toml). Spacing and hyphens never tell two models apart, so the id is made of the parts and
the name is rendered from them in the style of the family: two spellings are one entity.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from tomllib import loads

from extractors.model import Entity, Span

SCALES = {"K": 3, "M": 6, "B": 9, "T": 12}
MOST_PARTS = 9
GAP = "  "
HYPHEN = "-‐‑_"


@dataclass(frozen=True, slots=True)
class Family:
    """A family of models and how its members are written.

    Attributes:
        id: Id of the family.
        name: Its canonical name.
        maker: Id of the organization that makes it.
        join: Stands between family and version when nothing follows (`" "` in "Qwen 3.5", `"-"` in "GPT-5").
        tight: Stands there when a variant follows (`""` in "Qwen3-Max").
        variant: Stands before each variant (`"-"` or `" "`).
        variant_first: True where the variant stands before the version ("Claude Opus 4").
        own: Variant words that only this family has, in lower case.
        prefix: First part of the members' ids; "" for the family's own id.
    """

    id: str
    name: str
    maker: str = ""
    join: str = " "
    tight: str = " "
    variant: str = " "
    variant_first: bool = False
    own: frozenset[str] = frozenset()
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a product name: `version`, `size`, `variant` or `date`, as written."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """The grammar's words, in lower case where case does not tell."""

    variants: frozenset[str]
    own: dict[str, frozenset[str]]
    lower: frozenset[str]
    spaced_lower: frozenset[str]
    not_variant: frozenset[str]
    not_version: frozenset[str]
    not_size: frozenset[str]


VERSION = re.compile(
    rf"(?P<sep>[{GAP}{HYPHEN}]?)(?P<version>[vVrRkKmM]?\d{{1,2}}(?:\.(?:\d{{1,2}}|x(?![a-z])))*(?:[ao-wynV](?![\w]))?)(?!\w|%|,\d|\.\d)"
)
SIZE = re.compile(
    rf"(?P<sep>[{GAP}{HYPHEN}])(?P<size>[AaEe]?\d{{1,4}}(?:\.\d{{1,2}})?[BbMT]|\d{{1,2}}[xX]\d{{1,3}}(?:\.\d)?[Bb]|\d{{1,3}}E)(?!\w|\+|%)"
)
DATE = re.compile(rf"(?P<sep>[-@])(?P<date>(?:20)?\d{{2}}-\d{{2}}(?:-\d{{2}})?|20\d{{6}}|\d{{4}})(?!\w|\.\d)")
HYPHENED = re.compile(rf"(?P<sep>[{HYPHEN}])(?P<word>[A-Za-z][A-Za-z]*(?:\d[\w.]*\w|\d)?\+?)(?!\w)")
SPACED = re.compile(rf"(?P<sep>[{GAP}])(?P<word>[A-Z][A-Za-z]*\+?|[a-z]+)(?!\w)")
NEXT_WORD = re.compile(rf"[{GAP}-]?(\w+)")
NAMED_SIZE = re.compile(r"(?<![\w.])(?P<part>[AE]?)(?P<number>\d{1,4}(?:\.\d{1,2})?)(?P<scale>[BMT])(?![\w+])")
LISTED = re.compile(r"(?:\s?/\s?|,\s|\s(?:and|&|or)\s)(?P<version>\d{1,2}(?:\.\d{1,2})?)(?!\w|%|,\d|\.\d)")


@cache
def load_words() -> Words:
    """Returns the words of the grammar from rules/entities.toml."""
    table = loads(files("extractors").joinpath("rules", "entities.toml").read_text(encoding="utf-8"))

    def words(key: str) -> frozenset[str]:
        return frozenset(word.lower() for entry in table[key] for word in entry["words"])

    own: dict[str, frozenset[str]] = {}
    for entry in table["variants"]:
        for family in entry.get("families", ()):
            own[family] = own.get(family, frozenset()) | frozenset(word.lower() for word in entry["words"])
    general = (word.lower() for entry in table["variants"] if "families" not in entry for word in entry["words"])
    keys = ("lower", "spaced_lower", "not_variant", "not_version", "not_size")
    return Words(frozenset(general), own, *(words(key) for key in keys))


def find_parts(text: str, position: int, family: Family) -> tuple[int, tuple[Part, ...]]:
    """Returns where the name that goes on at `position`, right after its family's word, ends, and its parts.

    >>> find_parts("Qwen3-Max leads", 4, Family("qwen", "Qwen"))
    (9, (Part(kind='version', text='3'), Part(kind='variant', text='Max')))
    >>> find_parts("Qwen leads", 4, Family("qwen", "Qwen"))
    (4, ())
    """
    parts: list[Part] = []
    while len(parts) < MOST_PARTS:
        step = _next_part(text, position, family, parts)
        if step is None:
            break
        position, part = step
        parts.append(part)
    return position, tuple(parts)


def _next_part(text: str, position: int, family: Family, parts: list[Part]) -> tuple[int, Part] | None:
    following = text[position : position + 1]
    if not following or following in "\n.,;:'’)(/|!?":
        return None
    words = load_words()
    versioned = any(part.kind == "version" for part in parts)
    if (found := SIZE.match(text, position)) and _is_size(text, found, words):
        return found.end(), Part("size", found["size"])
    if not versioned and (found := VERSION.match(text, position)) and _is_version(text, found, words):
        return found.end(), Part("version", found["version"])
    if parts and (found := DATE.match(text, position)):
        return found.end(), Part("date", found["date"])
    if (found := HYPHENED.match(text, position)) and _is_hyphened(found["word"], words, parts):
        return found.end(), Part("variant", found["word"])
    if (found := SPACED.match(text, position)) and _is_spaced(found["word"], words, family, versioned=versioned):
        return found.end(), Part("variant", found["word"])
    return None


def _is_size(text: str, found: re.Match[str], words: Words) -> bool:
    if found["sep"] in HYPHEN:
        return True
    following = NEXT_WORD.match(text, found.end())
    return found["size"][-1] in "Bb" and not (following and following[1].lower() in words.not_size)


def _is_version(text: str, found: re.Match[str], words: Words) -> bool:
    if found["sep"] not in GAP:
        return True
    following = NEXT_WORD.match(text, found.end())
    return not (following and following[1] in words.not_version)


def _is_hyphened(word: str, words: Words, parts: list[Part]) -> bool:
    if word[0].islower():
        return word in words.lower and (bool(parts) or word in ("oss",))
    return word.lower() not in words.not_variant and not (word.isalpha() and word.islower())


def _is_spaced(word: str, words: Words, family: Family, *, versioned: bool) -> bool:
    if word[0].islower():
        return versioned and word in words.spaced_lower
    lower = word.lower()
    return lower in words.variants or lower in family.own


def slug(name: str) -> str:
    """Returns a name as an id: lower case, hyphens for gaps, dots kept.

    >>> slug("Qwen 3.5"), slug("Command R+")
    ('qwen-3.5', 'command-r-plus')
    """
    name = name.casefold().replace("+", " plus ").replace("&", " and ")
    return re.sub(r"[^\w.]+", "-", name.replace("_", "-")).strip("-.")


@cache
def build_entity(family: Family, parts: tuple[Part, ...]) -> Entity:
    """Returns the member of a family that the parts name; the same parts give the same entity.

    >>> build_entity(Family("qwen", "Qwen", "alibaba", tight="", variant="-"), (Part("version", "9"), Part("variant", "Max")))
    Entity(id='qwen-9-max', name='Qwen9-Max', type='model', aliases=('Qwen 9 Max',), parent='qwen-9', maker='alibaba', known=True)
    """
    versions = [part.text for part in parts if part.kind == "version"]
    rest = _without_active([part for part in parts if part.kind != "version"])
    version = versions[0] if versions else ""
    return Entity(
        id=_identity(family, version, [part.text for part in rest]),
        name=_render(family, version, [part.text for part in parts if part.kind != "version"]),
        type="model",
        aliases=_spellings(family, version, [part.text for part in rest]),
        parent=_parent(family, version, rest),
        maker=family.maker,
    )


def _without_active(parts: list[Part]) -> list[Part]:
    total = any(part.kind == "size" and part.text[0].isdigit() for part in parts)
    return [part for part in parts if not (total and part.kind == "size" and part.text[0] in "Aa")]


def _identity(family: Family, version: str, rest: list[str]) -> str:
    version = version.removeprefix("v").removeprefix("V") if version[1:2].isdigit() else version
    prefix = family.prefix or family.id
    if family.variant_first and rest:
        return slug(" ".join((prefix, rest[0], version, *rest[1:])))
    return slug(" ".join((prefix, version, *rest)))


def _render(family: Family, version: str, rest: list[str]) -> str:
    if family.variant_first and rest:
        return " ".join(filter(None, (family.name, rest[0], version, *rest[1:])))
    join = family.tight if rest else family.join
    if version[:1].isalpha():
        join = join or "-"
    head = f"{family.name}{join}{version}" if version else family.name
    return "".join((head, *(f"{family.variant}{word}" for word in rest)))


def _spellings(family: Family, version: str, rest: list[str]) -> tuple[str, ...]:
    spaced = " ".join(filter(None, (family.name, version, *rest)))
    return (spaced,) if spaced != _render(family, version, rest) else ()


def _parent(family: Family, version: str, rest: list[Part]) -> str:
    if version and rest:
        return _identity(family, version, [])
    return family.id


def find_listed(text: str, position: int, version: str) -> Iterator[tuple[Span, str]]:
    """Yields the further versions of a list that starts with a version ending at `position`.

    >>> [version for _, version in find_listed("Qwen 3.5 / 3.6 models", 8, "3.5")]
    ['3.6']
    >>> list(find_listed("Qwen 3 and 4 others", 6, "3"))
    []
    """
    while found := LISTED.match(text, position):
        if not found[0].lstrip().startswith("/") and "." not in found["version"]:
            return
        yield Span(found.start("version"), found.end("version")), found["version"]
        position = found.end()


def name_sizes(name: str) -> tuple[tuple[Span, Decimal, str], ...]:
    """Returns the sizes inside a model's name: where, how many parameters, and `total`, `active`, or "" alone.

    A product of experts (`8x22B`) says no total and is left out.

    >>> [(span.of("Qwen3-235B-A22B"), f"{value:f}", part) for span, value, part in name_sizes("Qwen3-235B-A22B")]
    [('235B', '235000000000', 'total'), ('A22B', '22000000000', 'active')]
    >>> name_sizes("Qwen 3.5")
    ()
    """
    found = list(NAMED_SIZE.finditer(name))
    active = any(match["part"] == "A" for match in found)
    return tuple((Span(*match.span()), _size(match), _size_part(match, active=active)) for match in found)


def _size(match: re.Match[str]) -> Decimal:
    return Decimal(match["number"]).scaleb(SCALES[match["scale"]])


def _size_part(match: re.Match[str], *, active: bool) -> str:
    if match["part"] == "A":
        return "active"
    return "effective" if match["part"] == "E" else "total" if active else ""
