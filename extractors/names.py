"""Product names by their grammar: family, version, size, variant; a version no catalogue has seen is still read.

`Qwen3-Coder-480B-A35B` is the family Qwen, the version 3, the variant Coder, the sizes 480B and (active) 35B. The
words are data (rules/entities.toml). Spacing and hyphens never tell two models apart, so the id is made of the parts
and the name is rendered from them in the style of the family: two spellings are one entity.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from tomllib import loads
from typing import Any

from extractors.model import Entity, Span
from extractors.problems import RuleError

SCALES = {"K": 3, "M": 6, "B": 9, "T": 12}
MOST_PARTS = 9
STOPS = "\n,;:'’)(/|!?%+*"
GAP = " \u00a0\u2009\u202f"
HYPHEN = r"\-‐‑_"


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
    lower_families: tuple[str, ...]
    labels: frozenset[str]


VERSION = re.compile(
    rf"(?P<sep>[{GAP}{HYPHEN}]?)(?P<version>[vVrRkKmM]?\d{{1,2}}(?:\.(?:\d{{1,2}}|x(?![a-z])))*(?:[ao-wynV](?![\w]))?)(?!\w|%|,\d|\.\d)"
)
MORE = re.compile(rf"[{GAP}{HYPHEN}.]?[A-Za-z]?\d|\.x|[{HYPHEN}][A-Za-z]|[{GAP}][A-Z]")
API_VERSION = re.compile(r"-(\d)-(\d)(?![\w.])")
DOTTED = re.compile(r"(?P<sep>\.)(?P<version>\d{1,2}(?:\.\d)?)(?!\w|\.\d)")
SIZE = re.compile(
    rf"(?P<sep>[{GAP}{HYPHEN}])(?P<size>[AaEe]?\d{{1,4}}(?:\.\d{{1,2}})?[BbMT]|\d{{1,2}}[xX]\d{{1,3}}(?:\.\d)?[Bb]|\d{{1,3}}E)(?!\w|\+|%)"
)
DATE = re.compile(
    r"(?P<sep>[-@])(?P<date>(?:20)?\d{2}-\d{2}(?:-\d{2})?|20\d{6}|\d{4})(?!\w|\.\d)"
    r"|(?P<gap> )(?P<month>2[3-9](?:0[1-9]|1[0-2]))(?![\w%]|[.,]\d| (?:\w+ )?(?:million|billion|users|tokens))"
)
HYPHENED = re.compile(rf"(?P<sep>[{HYPHEN}])(?P<word>[A-Za-z][A-Za-z]*(?:\d[\w.]*\w|\d)?\+?)(?!\w)")
NEW_VARIANT = re.compile(rf"(?P<sep>[{GAP}])(?P<word>[A-Z][a-z]{{2,12}})(?=[{GAP}]\d{{1,2}}(?:\.\d)?(?!\w|%|[.,]\d))")
SIZE_ENDS = re.compile(r"$|[.,;:)|/\n]| (?:model|and|or)\b")
SPACED = re.compile(rf"(?P<sep>[{GAP}])(?P<word>[A-Z][A-Za-z]*\+?|[a-z]+)(?!\w)")
LARGE = re.compile(r"\d\d(?!\.0\d)")
NEXT_WORD = re.compile(rf"[{GAP}-]?(\w+)")
NAMED_SIZE = re.compile(r"(?<![\w.])(?P<part>[AE]?)(?P<number>\d{1,4}(?:\.\d{1,2})?)(?P<scale>[BMT])(?![\w+])")
LISTED = re.compile(r"(?:\s?/\s?|,\s|\s(?:and|&|or)\s)(?P<version>\d{1,2}(?:\.\d{1,2})?)(?!\w|%|,\d|\.\d)")


def load_rules(name: str, keys: set[str]) -> dict[str, Any]:
    """Returns the tables of rules/<name>.toml.

    Raises:
        RuleError: An entry has a key that is not among `keys`, or lacks its source, example or counterexample.
    """
    table = loads(files("extractors").joinpath("rules", f"{name}.toml").read_text(encoding="utf-8"))
    for section, entries in table.items():
        for entry in entries if isinstance(entries, list) else [entries]:
            missing = {"source", "example", "counterexample"} - set(entry)
            if missing or set(entry) - keys:
                raise RuleError(
                    f"{name}.toml: {section}: missing {sorted(missing)}, unknown {sorted(set(entry) - keys)}"
                )
    return table


@cache
def load_words() -> Words:
    """Returns the words of the grammar from rules/entities.toml."""
    table = load_rules("entities", {"id", "source", "example", "counterexample", "words", "families", "finds"})

    def words(key: str) -> frozenset[str]:
        return frozenset(word.lower() for entry in table[key] for word in entry["words"])

    own: dict[str, frozenset[str]] = {}
    for entry in table["variants"]:
        for family in entry.get("families", ()):
            own[family] = own.get(family, frozenset()) | frozenset(word.lower() for word in entry["words"])
    general = (word.lower() for entry in table["variants"] if "families" not in entry for word in entry["words"])
    return Words(
        variants=frozenset(general),
        own=own,
        lower=words("lower"),
        spaced_lower=words("spaced_lower"),
        not_variant=words("not_variant"),
        not_version=words("not_version"),
        not_size=words("not_size"),
        lower_families=tuple(sorted(words("lower_families"))),
        labels=frozenset(word for entry in table["labels"] for word in entry["words"]),
    )


def find_parts(text: str, position: int, family: Family, start: tuple[Part, ...] = ()) -> tuple[int, tuple[Part, ...]]:
    """Returns where the name that goes on at `position`, right after its family's word, ends, and its parts.

    `start` holds parts that the word itself stood for ("Opus" is the family Claude and the variant Opus).

    >>> find_parts("Qwen3-Max leads", 4, Family("qwen", "Qwen"))
    (9, (Part(kind='version', text='3'), Part(kind='variant', text='Max')))
    >>> find_parts("Qwen leads", 4, Family("qwen", "Qwen"))
    (4, ())
    """
    parts = list(start)
    if not MORE.match(text, position):
        return position, start
    while len(parts) < MOST_PARTS:
        step = _next_part(text, position, family, parts)
        if step is None:
            break
        position, part = step
        parts.append(part)
    return position, tuple(parts)


def _next_part(text: str, position: int, family: Family, parts: list[Part]) -> tuple[int, Part] | None:
    following = text[position : position + 1]
    if not following or following in STOPS:
        return None
    words = load_words()
    versioned = any(part.kind == "version" for part in parts)
    if (found := SIZE.match(text, position)) and _is_size(text, found, words):
        return found.end(), Part("size", found["size"])
    if not versioned and (step := _find_version(text, position, family)) is not None:
        return step
    if (found := DATE.match(text, position)) and (parts or found["month"]):
        return found.end(), Part("date", found["date"] or found["month"])
    if (found := HYPHENED.match(text, position)) and _is_hyphened(text, found, family, parts):
        return found.end(), Part("variant", found["word"])
    if family.variant_first and not parts and (found := NEW_VARIANT.match(text, position)):
        return found.end(), Part("variant", found["word"])
    if (found := SPACED.match(text, position)) and _is_spaced(found["word"], words, family, versioned=versioned):
        return found.end(), Part("variant", found["word"])
    return None


def _is_size(text: str, found: re.Match[str], words: Words) -> bool:
    if found["sep"] in HYPHEN or "x" in found["size"].lower():
        return True
    if found["size"][-1] == "M":
        return SIZE_ENDS.match(text, found.end()) is not None
    following = NEXT_WORD.match(text, found.end())
    return found["size"][-1] in "Bb" and not (following and following[1].lower() in words.not_size)


def _find_version(text: str, position: int, family: Family) -> tuple[int, Part] | None:
    found = API_VERSION.match(text, position)
    if found and text[position - 1].islower():
        return found.end(), Part("version", f"{found[1]}.{found[2]}")
    found = DOTTED.match(text, position) if family.join == "." else None
    found = found or VERSION.match(text, position)
    if found and _is_version(text, found):
        return found.end(), Part("version", found["version"])
    return None


def _is_version(text: str, found: re.Match[str]) -> bool:
    if found["sep"] not in GAP:
        return True
    if found["version"][0] in "23456789" and LARGE.match(found["version"]):
        return False
    return not is_figure(text, found.end())


def _is_hyphened(text: str, found: re.Match[str], family: Family, parts: list[Part]) -> bool:
    words, word = load_words(), found["word"]
    if word[0].islower() and not word.islower():
        return bool(parts)
    if word[0].islower():
        camel = bool(parts) and word.isalpha() and not word.islower()  # "Seed-OSS-36B-Base-woSyn"
        known = word in words.lower and (bool(parts) or text[found.end() : found.end() + 1] == "-")
        return camel or known or word in family.own
    return word.lower() not in words.not_variant and not (word.isalpha() and word.islower())


def _is_spaced(word: str, words: Words, family: Family, *, versioned: bool) -> bool:
    if word[0].islower():
        return versioned and word in words.spaced_lower
    lower = word.lower()
    return lower in words.variants or lower in family.own


def is_figure(text: str, end: int) -> bool:
    """Returns whether the number before `end` counts the word behind it ("Gemini 3 million users").

    >>> is_figure("Gemini 3 million users", 8), is_figure("Gemini 3 leads", 8)
    (True, False)
    """
    if text[end : end + 1] in ("%", "+"):
        return True
    following = NEXT_WORD.match(text, end)
    return following is not None and following[1] in load_words().not_version


def slug(name: str) -> str:
    """Returns a name as an id: lower case, hyphens for gaps, dots kept.

    >>> slug("Qwen 3.5"), slug("Command R+")
    ('qwen-3.5', 'command-r-plus')
    """
    name = name.casefold().replace("+", " plus ").replace("&", " and ")
    return re.sub(r"[^\w.]+", "-", name.replace("_", "-")).strip("-.")


@lru_cache(maxsize=8192)
def build_entity(family: Family, parts: tuple[Part, ...]) -> Entity:
    """Returns the member of a family that the parts name; the same parts give the same entity.

    >>> qwen = Family("qwen", "Qwen", "alibaba", tight="", variant="-")
    >>> entity = build_entity(qwen, (Part("version", "9"), Part("variant", "Max")))
    >>> entity.id, entity.name, entity.aliases, entity.parent
    ('qwen-9-max', 'Qwen9-Max', ('Qwen 9 Max',), 'qwen-9')
    """
    ordered = _ordered(family, list(parts))
    brief = _without_active(ordered)
    return Entity(
        id=_identity(family, brief),
        name=_render(family, ordered),
        type="model",
        aliases=_spellings(family, brief),
        parent=_parent(family, brief),
        maker=family.maker,
    )


def _without_active(parts: list[Part]) -> list[Part]:
    total = any(part.kind == "size" and part.text[0].isdigit() for part in parts)
    return [part for part in parts if not (total and part.kind == "size" and part.text[0] in "Aa")]


def _ordered(family: Family, parts: list[Part]) -> list[Part]:
    """Returns the parts in the order of the name: as written, or the variant first where the family has it so."""
    if family.variant_first and len(parts) > 1 and parts[0].kind == "version" and parts[1].kind == "variant":
        return [parts[1], parts[0], *parts[2:]]
    return parts


def _identity(family: Family, parts: list[Part]) -> str:
    return slug(" ".join((family.prefix or family.id, *(part.text for part in parts))))


def _render(family: Family, parts: list[Part]) -> str:
    words, name = [part.text for part in parts], family.name
    for number, (part, word) in enumerate(zip(parts, words, strict=True)):
        name += _joint(family, part, first=number == 0, last=number == len(parts) - 1) + word
    return name


def _joint(family: Family, part: Part, *, first: bool, last: bool) -> str:
    if part.kind == "size" and part.text[0] in "Aa":
        return "-"
    if part.kind != "version":
        return family.variant
    if not first:
        return " " if family.variant == " " else "-"
    join = family.join if last else family.tight
    return join or ("-" if part.text[:1].isalpha() else "")


def _spellings(family: Family, parts: list[Part]) -> tuple[str, ...]:
    spaced = " ".join((family.name, *(part.text for part in parts)))
    return (spaced,) if spaced != _render(family, parts) else ()


def _parent(family: Family, parts: list[Part]) -> str:
    if len(parts) > 1 and parts[0].kind == "version":
        return _identity(family, parts[:1])
    return family.id


def find_listed(text: str, position: int) -> Iterator[tuple[Span, str]]:
    """Yields the further versions of a list whose first version ends at `position`.

    >>> [version for _, version in find_listed("Qwen 3.5 / 3.6 models", 8)]
    ['3.6']
    >>> list(find_listed("Qwen 3 and 4 others", 6))
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
