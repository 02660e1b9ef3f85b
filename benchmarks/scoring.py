"""Precision, recall and F1 of predicted figures against gold figures of several data formats."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from extractors.model import Quantity
from extractors.units import Unit, load_units

TOLERANCE = 0.005


@dataclass(frozen=True, slots=True)
class Gold:
    """A figure that a data set expects.

    Attributes:
        low: Lower end, None where the set leaves it open.
        high: Upper end, None where the set leaves it open.
        unit: As the data set names it, None where it names none.
        start: First code point, None where the set gives no span.
        end: One past the last.
    """

    low: float | None
    high: float | None
    unit: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over one data set."""

    right: int = 0
    predicted: int = 0
    expected: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.predicted + other.predicted, self.expected + other.expected)

    @property
    def precision(self) -> float:
        """Share of the predictions that are right."""
        return self.right / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold that was found."""
        return self.right / self.expected if self.expected else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.predicted + self.expected
        return 2 * self.right / total if total else 1.0

    def __str__(self) -> str:
        return f"P {self.precision:6.1%}  R {self.recall:6.1%}  F1 {self.f1:6.1%}"


def pair(gold: Sequence[Gold], found: Sequence[Quantity], *, unit: bool) -> list[tuple[Gold, Quantity]]:
    """Returns one-to-one pairs of gold and found figures with equal values, and equal units when asked."""
    left = list(found)
    pairs: list[tuple[Gold, Quantity]] = []
    for one in gold:
        ranked = sorted(left, key=lambda q, one=one: -same_unit(one, q))  # type: ignore[misc]
        hit = next(
            (q for q in ranked if overlaps(one, q) and same_value(one, q) and (not unit or same_unit(one, q))), None
        )
        if hit is not None:
            left.remove(hit)
            pairs.append((one, hit))
    return pairs


def touching(gold: Sequence[Gold], found: Sequence[Quantity]) -> int:
    """Returns how many gold spans have a found span of their own that shares a character with them."""
    left = list(found)
    for one in gold:
        hit = next((q for q in left if overlaps(one, q)), None)
        if hit is not None:
            left.remove(hit)
    return len(found) - len(left)


def overlaps(gold: Gold, found: Quantity) -> bool:
    """True when the spans share a character, or the gold gives no span."""
    return gold.start is None or gold.end is None or (found.start < gold.end and gold.start < found.end)


def same_value(gold: Gold, found: Quantity) -> bool:
    """True when both ends agree within the tolerance; a bound's open end stands for its closed one."""
    factor = _ratio(gold, found)
    low, high = _ends(found.low, found.high, factor)
    expected_low = gold.low if gold.low is not None else gold.high
    expected_high = gold.high if gold.high is not None else gold.low
    return _close(expected_low, low) and _close(expected_high, high)


def _ends(low: Decimal | None, high: Decimal | None, factor: float) -> tuple[float | None, float | None]:
    first = low if low is not None else high
    last = high if high is not None else low
    return (None if first is None else float(first) * factor), (None if last is None else float(last) * factor)


def _ratio(gold: Gold, found: Quantity) -> float:
    """Returns what leads from the found unit to the gold unit where both measure one dimension (kilogram to gram)."""
    for ours, theirs in _converted(gold, found):
        if _close(gold.low, float(found.low or found.high or 0)):
            return 1.0
        return float(ours.factor / theirs.factor)
    return 1.0


def _converted(gold: Gold, found: Quantity) -> Iterator[tuple[Unit, Unit]]:
    """Yields the found unit with each other unit that the gold may mean and that it can be converted to."""
    units = load_units().by_id
    ours = units.get(found.unit)
    for name in canonical(gold.unit or "") if ours else ():
        top, _, bottom = name.partition("/")
        theirs = units.get(name) or (units.get(top) if bottom in canonical(found.per) else None)
        if ours and theirs and ours.id != theirs.id and _convertible(ours, theirs):
            yield ours, theirs


def _convertible(ours: Unit, theirs: Unit) -> bool:
    """True for two units of one dimension, and for a minor unit of money and its currency."""
    if ours.money:
        return ours.of == theirs.id
    return ours.dimension == theirs.dimension not in ("count", "temperature", "ratio")


def _close(expected: float | None, got: float | None) -> bool:
    if expected is None or got is None:
        return expected is got
    return abs(expected - got) <= TOLERANCE * max(abs(expected), 1e-12)


def same_unit(gold: Gold, found: Quantity) -> bool:
    """True when the units are one, in name, alias or dimension with a converted value."""
    if gold.unit is None:
        return True
    wanted = canonical(gold.unit)
    names = {found.unit, _rate(found)}
    if found.noun:
        names |= {found.noun.lower(), found.noun.lower().rpartition(" ")[2]}
    known = load_units().by_id.get(found.unit)
    if known is None or known.dimension == "count":
        names.add("")
    if names & wanted:
        return True
    ratio = _ratio(gold, found)
    return any(ratio != 1.0 or ours.factor == theirs.factor for ours, theirs in _converted(gold, found))


def _rate(found: Quantity) -> str:
    if not found.per:
        return found.unit
    return f"{found.unit}/{next(iter(sorted(canonical(found.per))))}"


@cache
def _aliases() -> dict[str, list[str]]:
    path = Path(__file__).with_name("unit_aliases.toml")
    aliases: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))["aliases"]
    return aliases


@cache
def canonical(name: str) -> frozenset[str]:
    """Returns the catalogue ids that a unit's name in any data set may stand for."""
    name = name.strip().lower()
    if name in _aliases():
        return frozenset(_aliases()[name])
    unit = load_units().get(name) or load_units().get(name.upper()) or load_units().get(name.replace("-", " "))
    if unit is not None:
        return frozenset({unit.id})
    top, per, bottom = name.partition(" per ")
    if per:
        return frozenset(f"{a}/{b}" for a in canonical(top) for b in canonical(bottom))
    return frozenset({name})


def total(scores: Iterable[Score]) -> Score:
    """Returns the sum of counts."""
    return sum(scores, Score())
