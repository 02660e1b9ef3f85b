"""What a written figure covers, and how two figures fit: written precision, bound words, tolerance."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache

from extractors.model import Bound, Claim

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SCALES = (0, 3, 6, 9, 12, 15)
# Half a unit of the last digit is cut to these shares of the figure: "1 billion" does not reach down to 500 million.
# Chosen so that "~700M" covers 650M to 750M and "~30%" covers 27 to 33.
EXACT_CAP = Decimal("0.02")
APPROX_CAP = Decimal("0.1")
# "Over 100M" is a natural way to say anything up to about one and a half times as much; 900M is a loose fit.
LOOSE_FACTOR = Decimal("1.5")


class Fit(IntEnum):
    """How two figures fit, best first."""

    SAME = 0
    ROUNDER = 1
    LOOSE = 2
    APART = 3


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that a figure allows.

    Attributes:
        low: Lowest, None when open below.
        high: Highest, None when open above.
        core: The written figure, or the middle of a range.
    """

    low: Decimal | None
    high: Decimal | None
    core: Decimal

    @property
    def closed(self) -> bool:
        """Whether both ends are known."""
        return self.low is not None and self.high is not None

    @property
    def width(self) -> Decimal:
        """Distance of the ends; 0 for an open interval, which has none."""
        return self.high - self.low if self.low is not None and self.high is not None else Decimal(0)


def interval_of(claim: Claim) -> Interval:
    """Returns what the figure of a quantity claim covers.

    Raises:
        ValueError: The claim holds no figure.
    """
    low, high = claim.low, claim.high
    if low is None or high is None:
        end = low if low is not None else high
        if end is None:
            raise ValueError(f"claim {claim.id} holds no figure")
        return Interval(low, high, end)
    if low != high:
        return Interval(min(low, high), max(low, high), (low + high) / 2)
    half = half_width(low, claim.evidence.quote, approximate=claim.bound is Bound.APPROX)
    return Interval(low - half, low + half, low)


@lru_cache(8192)
def half_width(value: Decimal, quote: str, *, approximate: bool) -> Decimal:
    """Returns half a unit of the last digit that was written, or of the last one that is not zero after "about".

    >>> half_width(Decimal("700000000"), "~700M", approximate=True)
    Decimal('5E+7')
    >>> half_width(Decimal("201"), "201 languages", approximate=False)
    Decimal('0')
    """
    if not value:
        return Decimal(0)
    if approximate:
        return min(last_digit(value) / 2, abs(value) * APPROX_CAP)
    unit = written_unit(value, quote)
    if unit == 1 and value == value.to_integral_value():
        return Decimal(0)
    return min(unit / 2, abs(value) * EXACT_CAP)


def last_digit(value: Decimal) -> Decimal:
    """Returns the worth of the last digit that is not zero.

    >>> last_digit(Decimal("41626000000"))
    Decimal('1E+6')
    """
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def written_unit(value: Decimal, quote: str) -> Decimal:
    """Returns the worth of the last written digit: `1.02 trillion` was written to ten billion.

    >>> written_unit(Decimal("1.02E12"), "1.02 trillion")
    Decimal('1E+10')
    """
    for match in NUMBER.finditer(quote):
        digits = match.group().replace(",", "")
        places = len(digits.partition(".")[2])
        for scale in SCALES:
            if Decimal(digits).scaleb(scale) == abs(value):
                return Decimal(1).scaleb(scale - places)
    return last_digit(value)


def fit_of(a: Interval, b: Interval, tolerance: Decimal = Decimal(0)) -> Fit:
    """Returns how well two figures fit; the order of the two does not matter."""
    if gap(a, b) > tolerance * max(abs(a.core), abs(b.core)):
        return Fit.APART
    if a.closed and b.closed:
        return Fit.SAME if overlap_is_tight(a, b) else Fit.ROUNDER
    return Fit.LOOSE if is_loose(a, b) else Fit.SAME


def gap(a: Interval, b: Interval) -> Decimal:
    """Returns the distance between the nearest ends, 0 where the intervals meet."""
    below = a.low - b.high if a.low is not None and b.high is not None else Decimal(0)
    above = b.low - a.high if b.low is not None and a.high is not None else Decimal(0)
    return max(below, above, Decimal(0))


def overlap_is_tight(a: Interval, b: Interval) -> bool:
    """Returns whether both wrote the same figure, or neither interval is much wider than the other."""
    narrow, wide = sorted((a, b), key=lambda each: each.width)
    return a.core == b.core or wide.width <= 3 * narrow.width


def is_loose(a: Interval, b: Interval) -> bool:
    """Returns whether an open bound is kept by a figure far from it."""
    small, large = sorted((abs(a.core), abs(b.core)))
    return large > small * LOOSE_FACTOR


def ratio(a: Interval, b: Interval) -> Decimal:
    """Returns how many times the larger figure holds the smaller one; a large number where one is zero."""
    small, large = sorted((abs(a.core), abs(b.core)))
    return large / small if small else Decimal(1000)
