"""Timelines: the statements of a series as points over time, for a template to draw.

Scales and ticks are reckoned here; a point's shape tells its source, a ring says that it is disputed, a whisker shows a
range or an open bound, and a step line follows what most say.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from extractors.model import Bound
from review.evidence import spot
from review.wording import number_words, qualifier_words, short_name, value_words
from store.model import Rank, Statement

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 14, 14, 26
WHISKER = 16
LOGARITHMIC_FROM = 30
SHAPES = (
    "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
    "M-4 -4h8v8h-8z",
    "M0 -5.5L5 4H-5z",
    "M0 -5.5L5.5 0L0 5.5L-5.5 0z",
    "M0 5.5L5 -4H-5z",
    "M-1.7 -5h3.4v3.3H5v3.4H1.7V5h-3.4V1.7H-5v-3.4h3.3z",
)
_MONTHS_APART = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)


@dataclass(frozen=True, slots=True)
class Point:
    """One statement. `low` and `high` are the ends of its whisker, equal to `y` where it has none."""

    x: float
    y: float
    low: float
    high: float
    shape: str
    label: str
    link: str
    disputed: bool
    aside: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A timeline as the template draws it.

    Attributes:
        title: What it shows, in words.
        points: Statements; those of another scope are `aside`.
        line: SVG path of the step line, "" for less than two times.
        xs: Ticks of the time.
        ys: Ticks of the value.
        sources: Shape and name of each source.
        width: In pixels, as the height.
        height: In pixels.
        undated: Number of statements left out for want of a time.
    """

    title: str
    points: tuple[Point, ...]
    line: str
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]
    sources: tuple[tuple[str, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    undated: int = 0


@dataclass(frozen=True, slots=True)
class _Scale:
    """Maps values to pixels, by their logarithms where they are far apart."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = (math.log10(v) if self.logarithmic else v for v in (self.low, self.high, value))
        return round(self.start + (at - low) / (high - low) * (self.end - self.start), 1)


def timeline(statements: Iterable[Statement], disputed: Collection[str] = (), title: str = "") -> Chart | None:
    """Returns the timeline of a series, or None where there are no two figures of one unit with a time.

    Args:
        statements: Of one entity and metric; the most common unit and scope are drawn, other scopes fainter.
        disputed: Ids of claims to ring.
        title: For those who hear the page.
    """
    figures = [held for held in statements if _middle(held) is not None and held.rank is not Rank.DEPRECATED]
    unit = _commonest([held for held in figures if held.claim.id in disputed] or figures)
    figures = [held for held in figures if held.claim.unit == unit]
    dated = sorted((held for held in figures if _day(held) is not None), key=lambda held: _day(held) or 0)
    if len(dated) < 2:
        return None
    across, up = _time_scale(dated), _value_scale(dated)
    shapes = _shapes(dated)
    main = _scope([held for held in dated if held.claim.id in disputed] or dated)
    points = tuple(_point(held, across, up, shapes, disputed, main) for held in dated)
    return Chart(
        title,
        points,
        _steps([held for held in dated if held.claim.qualifiers == main], across, up),
        _time_ticks(across),
        _value_ticks(up),
        tuple((shape, short_name(document)) for document, shape in shapes.items()),
        undated=len(figures) - len(dated),
    )


def _commonest(statements: Sequence[Statement]) -> str:
    counts = Counter(held.claim.unit for held in statements)
    return counts.most_common(1)[0][0] if counts else ""


def _scope(statements: Sequence[Statement]) -> tuple[tuple[str, str], ...]:
    return Counter(held.claim.qualifiers for held in statements).most_common(1)[0][0]


def _shapes(statements: Sequence[Statement]) -> dict[str, str]:
    documents = dict.fromkeys(held.claim.document for held in statements)
    return {document: SHAPES[number % len(SHAPES)] for number, document in enumerate(documents)}


def _middle(statement: Statement) -> Decimal | None:
    low, high = statement.claim.low, statement.claim.high
    if low is None or high is None:
        return high if low is None else low
    return (low + high) / 2


def _value(statement: Statement) -> float:
    return float(_middle(statement) or 0)


def _day(statement: Statement) -> float | None:
    when = statement.claim.as_of or statement.published
    return None if when is None else (when.first.toordinal() + when.last.toordinal()) / 2


def _time_scale(dated: Sequence[Statement]) -> _Scale:
    days = [_day(held) or 0 for held in dated]
    pad = max(20.0, (max(days) - min(days)) * 0.05)
    return _Scale(max(1, min(days) - pad), min(date.max.toordinal(), max(days) + pad), LEFT, WIDTH - RIGHT)


def _value_scale(dated: Sequence[Statement]) -> _Scale:
    values = [float(end) for held in dated for end in (held.claim.low, held.claim.high) if end is not None]
    low, high = min(values), max(values)
    if low > 0 and high / low >= LOGARITHMIC_FROM:
        return _Scale(low / 1.6, high * 1.6, HEIGHT - BOTTOM, TOP, logarithmic=True)
    pad = (high - low) * 0.15 or abs(high) * 0.2 or 1
    return _Scale(max(0, low - pad) if low >= 0 else low - pad, high + pad, HEIGHT - BOTTOM, TOP)


def _point(
    held: Statement,
    across: _Scale,
    up: _Scale,
    shapes: dict[str, str],
    disputed: Collection[str],
    main: tuple[tuple[str, str], ...],
) -> Point:
    claim = held.claim
    y = up(_value(held))
    low = up(float(claim.low)) if claim.low is not None else y
    high = up(float(claim.high)) if claim.high is not None else y
    if claim.bound is Bound.AT_LEAST:
        high = y - WHISKER
    elif claim.bound is Bound.AT_MOST:
        low = y + WHISKER
    when = claim.as_of or held.published
    words = [
        value_words(claim),
        qualifier_words(claim.qualifiers),
        when.text if when else "",
        short_name(claim.document),
    ]
    return Point(
        across(_day(held) or 0),
        y,
        low,
        max(2, high),
        shapes[claim.document],
        ", ".join(filter(None, words)),
        spot(held),
        claim.id in disputed,
        claim.qualifiers != main,
    )


def _steps(held: Sequence[Statement], across: _Scale, up: _Scale) -> str:
    """Returns a path that keeps what most say at a time until the next time."""
    by_day: dict[float, list[float]] = {}
    for statement in held:
        by_day.setdefault(_day(statement) or 0, []).append(_value(statement))
    if len(by_day) < 2:
        return ""
    stops = [(across(day), up(Counter(values).most_common(1)[0][0])) for day, values in by_day.items()]
    first, *rest = stops
    return f"M{first[0]} {first[1]}" + "".join(f"H{x}V{y}" for x, y in rest)


def _time_ticks(scale: _Scale) -> tuple[Tick, ...]:
    first, last = date.fromordinal(int(scale.low) + 1), date.fromordinal(int(scale.high))
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    apart = next((step for step in _MONTHS_APART if len(months) / step <= 6), _MONTHS_APART[-1])
    starts = [date(month // 12, month % 12 + 1, 1) for month in months if month % apart == 0]
    form = "%Y" if apart >= 12 else "%b %Y"
    return tuple(Tick(scale(day.toordinal()), day.strftime(form)) for day in starts)


def _value_ticks(scale: _Scale) -> tuple[Tick, ...]:
    if scale.logarithmic:
        powers = range(math.ceil(math.log10(scale.low)), math.floor(math.log10(scale.high)) + 1)
        every = max(1, -(-len(powers) // 5))
        return tuple(_tick(scale, Decimal(10) ** power) for power in powers[::every])
    rough = (scale.high - scale.low) / 4
    power = Decimal(10) ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if float(power * factor) >= rough)
    first = math.ceil(scale.low / float(step))
    last = math.floor(scale.high / float(step))
    return tuple(_tick(scale, step * number) for number in range(first, last + 1))


def _tick(scale: _Scale, value: Decimal) -> Tick:
    return Tick(scale(float(value)), number_words(value))
