"""The catalogue of units and currencies, and finding one at a place in a text.

Values stay in the unit that is written (2nm is 2 nanometer): only scales such as million are multiplied out. Letters
that are both a unit and a scale (m, b, t) are settled by the reader of numbers before this module is asked.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from extractors.problems import RuleError

KEYS = {"id", "symbols", "words", "dimension", "factor", "source", "example", "counterexample", "of"}
REQUIRED = {"id", "symbols", "words", "dimension", "factor", "source", "example"}
# A unit token runs to the next space, bar or punctuation that no unit contains.
TOKEN = re.compile(r"[^\s|,;:!?()\[\]{}<>\"“”*_~+=–—]{1,40}")
CASED = 3  # symbols up to this length are case-sensitive


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit or currency.

    Attributes:
        id: What quantities carry: "nanometer", "percent", "USD".
        dimension: "length", "money", "count", …; count units are nouns with a fixed id.
        factor: Leads to the base unit of the dimension, or of `of` for a minor unit of money.
        of: Currency that a minor unit belongs to, "" elsewhere.
    """

    id: str
    symbols: tuple[str, ...]
    words: tuple[str, ...]
    dimension: str
    factor: Decimal
    source: str
    example: str
    counterexample: str = ""
    of: str = ""

    @property
    def money(self) -> bool:
        """True for a currency or its minor unit."""
        return self.dimension == "money"


Entry = tuple[str, Unit]


@dataclass(frozen=True, slots=True)
class Units:
    """The catalogue with the look-ups that readers use.

    Attributes:
        by_id: Every unit.
        first: First token of a symbol or lower-case word -> the rest of the phrase and its unit, longest first.
        prefixes: Currency signs and codes that stand before a number.
    """

    by_id: Mapping[str, Unit]
    first: Mapping[str, tuple[Entry, ...]]
    prefixes: Mapping[str, Unit]

    def get(self, name: str) -> Unit | None:
        """Returns the unit with an id, symbol or word, or None."""
        if name in self.by_id:
            return self.by_id[name]
        found = unit_at(name, 0, len(name))
        return found[0] if found and found[1] == len(name) else None


@cache
def load_units() -> Units:
    """Returns the catalogue of seeds/units.toml."""
    raw = tomllib.loads((files("seeds") / "units.toml").read_text(encoding="utf-8"))
    return build_units(_unit(entry) for entry in raw["unit"])


def _unit(entry: dict[str, Any]) -> Unit:
    if not entry.keys() <= KEYS or not entry.keys() >= REQUIRED:
        raise RuleError(f"seeds/units.toml: {entry.get('id', entry)}: keys {sorted(entry.keys() ^ REQUIRED)}")
    values = {**entry, "symbols": tuple(entry["symbols"]), "words": tuple(entry["words"])}
    return Unit(**{**values, "factor": Decimal(entry["factor"])})


def build_units(units: Iterable[Unit]) -> Units:
    """Returns a catalogue of the units; an id or a spelling that stands twice is a RuleError."""
    by_id: dict[str, Unit] = {}
    spellings: dict[str, Unit] = {}
    for unit in units:
        if unit.id in by_id:
            raise RuleError(f"seeds/units.toml: {unit.id}: id stands twice")
        by_id[unit.id] = unit
        for spelling in _spellings(unit):
            if spellings.setdefault(spelling, unit) is not unit:
                raise RuleError(f"seeds/units.toml: {unit.id}: {spelling!r} belongs to {spellings[spelling].id}")
    prefixes = {s: u for u in by_id.values() if u.money and not u.of for s in u.symbols}
    return Units(by_id, _by_first_token(spellings), prefixes)


def _spellings(unit: Unit) -> set[str]:
    found = set(unit.symbols)
    for word in unit.words:
        found |= {word, plural(word)}
        head, _, tail = word.partition(" per ")
        if tail:
            found.add(f"{plural(head)} per {tail}")
        head, _, tail = word.partition(" a ")
        if tail:
            found.add(f"{plural(head)} a {tail}")
        if word.startswith("degree "):
            found |= {"degrees " + word[7:], "° " + word[7:]}
    return {s for s in found if s}


def plural(word: str) -> str:
    """Returns the regular plural of a unit's word."""
    if word.endswith(("s", "ese", "feet", "hertz", "people", "fold", "°")):
        return word
    if word.endswith(("ch", "sh", "x")):
        return word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else word + "s"


def _by_first_token(spellings: Mapping[str, Unit]) -> dict[str, tuple[Entry, ...]]:
    grouped: dict[str, list[Entry]] = {}
    for spelling, unit in spellings.items():
        first, _, rest = spelling.replace("-", " ").partition(" ") if len(spelling) > CASED else (spelling, "", "")
        grouped.setdefault(first, []).append((rest.lower(), unit))
    return {first: tuple(sorted(group, key=lambda e: -len(e[0]))) for first, group in grouped.items()}


def unit_at(text: str, start: int, end: int) -> tuple[Unit, int] | None:
    """Returns the longest unit that starts at a place and where it ends, or None.

    >>> unit_at("8 square feet each", 2, 18)[0].id
    'square foot'
    >>> unit_at("8 squares", 2, 9) is None
    True
    """
    token = TOKEN.match(text, start, end)
    if token is None:
        return None
    for length, entries in _readings(token[0]):
        at = start + length
        for rest, unit in entries:
            stop = at + 1 + len(rest) if rest else at
            if rest and (stop > end or not _says(text[at:stop], rest)):
                continue
            if stop >= end or not text[stop].isalnum():
                return unit, stop
    return None


def _says(written: str, rest: str) -> bool:
    return written.replace("-", " ").replace("\u00a0", " ").lower() == f" {rest}"


@lru_cache(maxsize=16384)
def _readings(token: str) -> tuple[tuple[int, tuple[Entry, ...]], ...]:
    """Returns the units that a token may begin, with the length of the token's part that names them."""
    first = load_units().first
    found = []
    for part in _parts(token):
        entries = first.get(part)
        if entries is None and (len(part) > CASED or part.istitle()):
            entries = first.get(part.lower())
        if entries is not None:
            found.append((len(part), entries))
    return tuple(found)


def _parts(token: str) -> Iterable[str]:
    """Yields a token and what remains of it when punctuation, a dash or a slash is taken off its end."""
    yield token
    bare = token.rstrip(".'’`")
    if bare != token:
        yield bare
    for mark in "-/'’.%¢€£°":
        at = bare.find(mark)
        if at > 0:
            yield bare[:at]
        elif at == 0 and len(bare) > 1:
            yield mark
