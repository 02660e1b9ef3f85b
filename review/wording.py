"""Says values, places and relations in words for people; the command line and the web page share it."""

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Protocol
from urllib.parse import unquote, urlsplit

from extractors.model import Bound, PartialDate, plain
from store.model import Relation, Statement

LONGEST_FIGURE = 15
_SCALES = ((12, "T"), (9, "B"), (6, "M"), (3, "K"))
_CURRENCY_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥", "INR": "₹", "KRW": "₩"}
_SPEAKING = ("part", "period", "direction", "benchmark", "platform", "segment", "region", "basis")
_MARKS = {Bound.APPROX: "~", Bound.AT_LEAST: "≥", Bound.AT_MOST: "≤"}


class Valued(Protocol):
    """Whatever holds a value the way a claim does."""

    @property
    def low(self) -> Decimal | None:
        """Lower end."""
        ...

    @property
    def high(self) -> Decimal | None:
        """Upper end."""
        ...

    @property
    def unit(self) -> str:
        """Unit id."""
        ...

    @property
    def bound(self) -> Bound:
        """How the figure limits the value."""
        ...

    @property
    def date(self) -> PartialDate | None:
        """The date, for a claim of kind date."""
        ...

    @property
    def value(self) -> str:
        """The name or text, for the other kinds."""
        ...

    @property
    def qualifiers(self) -> tuple[tuple[str, str], ...]:
        """What changes WHAT is measured."""
        ...


def value_words(claim: Valued) -> str:
    """Returns a claim's value for a reader: `~600M users`, `¥0.8 per 1M tokens`, `2026-02-16`, `Apache 2.0`."""
    if claim.date is not None:
        return claim.date.text
    if claim.low is None and claim.high is None:
        return claim.value
    figure = figure_words(claim.low, claim.high, claim.unit, claim.bound)
    per = dict(claim.qualifiers).get("per")
    return f"{figure} per {per}" if per else figure


def figure_words(low: Decimal | None, high: Decimal | None, unit: str, bound: Bound) -> str:
    """Returns a figure with its unit and bound.

    >>> figure_words(Decimal(600_000_000), Decimal(600_000_000), "user", Bound.APPROX)
    '~600M users'
    >>> figure_words(Decimal("2e10"), Decimal("4e10"), "USD", Bound.RANGE)
    '$20B–40B'
    >>> figure_words(Decimal("80.6"), Decimal("80.6"), "percent", Bound.EXACT)
    '80.6%'
    """
    ends = [number_words(end) for end in (low, high) if end is not None]
    digits = "–".join(dict.fromkeys(ends))
    mark = _MARKS.get(bound, "")
    if unit in _CURRENCY_SIGNS:
        sign = "-" if digits.startswith("-") else ""
        return f"{mark}{sign}{_CURRENCY_SIGNS[unit]}{digits.removeprefix('-')}"
    if unit == "percent":
        return f"{mark}{digits}%"
    if unit == "ratio":
        return f"{mark}{digits}×"
    if unit == "rank":
        return f"{mark}#{digits}"
    return f"{mark}{digits} {_plural(unit, low, high)}".rstrip()


def number_words(value: Decimal) -> str:
    """Returns a number as people write it; only an endless fraction is cut, to four digits.

    >>> [number_words(Decimal(n)) for n in ("41626000000", "262144", "128000", "2026", "0.80", "-1500000")]
    ['41.626B', '262,144', '128K', '2,026', '0.8', '-1.5M']
    >>> number_words(Decimal(1) / 18)
    '0.05556'
    """
    for exponent, letter in _SCALES:
        short = value.scaleb(-exponent)
        if abs(short) >= 1 and len(short.normalize().as_tuple().digits) <= (6 if exponent > 3 else 3):
            if exponent == 3 and abs(value) < 10_000:
                break
            return f"{plain(short)}{letter}"
    if len(value.as_tuple().digits) > LONGEST_FIGURE:
        value = Context(4).create_decimal(value)
    text = plain(value) or ""
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}" if abs(value) >= 1 else text


def _plural(unit: str, low: Decimal | None, high: Decimal | None) -> str:
    one = low == high == 1
    if not unit or one or unit.isupper() or unit.endswith("s"):
        return unit
    noun, slash, per = unit.partition("/")
    noun = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"
    return f"{noun}{slash}{per}"


def short_name(uri: str) -> str:
    """Returns the last part of a URI, which is how outputs name a source.

    >>> short_name("file:///home/me/articles/qwen%20report.md"), short_name("https://example.org/news/")
    ('qwen report.md', 'example.org/news')
    """
    parts = urlsplit(uri)
    if parts.scheme in ("http", "https"):
        return f"{parts.netloc}{parts.path}".rstrip("/")
    return unquote(parts.path.rsplit("/", 1)[-1]) or uri


def highlighted(text: str, start: int, end: int, around: tuple[int, int]) -> tuple[str, str, str]:
    """Returns what stands before, in and after a quote within the sentence or cell around it, on one line each.

    >>> highlighted("Qwen has 203M users. It grows.", 9, 19, (0, 20))
    ('Qwen has ', '203M users', '.')
    """
    first, last = around if around[0] <= start and around[1] >= end else (start, end)
    return _line(text[first:start]), _line(text[start:end]), _line(text[end:last])


def _line(text: str) -> str:
    """Returns a text on one line, the space at its ends kept as one blank."""
    middle = " ".join(text.split())
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() else ""
    return f"{left}{middle}{right}" if middle else left


def quote_in_sentence(statement: Statement) -> tuple[str, str, str]:
    """Returns what stands before, in and after a statement's quote in its sentence or cell."""
    evidence = statement.claim.evidence
    offset = evidence.start - evidence.context.start
    if not statement.sentence.startswith(evidence.quote, offset) or offset < 0:
        return "", _line(evidence.quote), ""
    return highlighted(statement.sentence, offset, offset + len(evidence.quote), (0, len(statement.sentence)))


def relation_words(relation: Relation) -> str:
    """Returns a relation for a reader: `scope mismatch`."""
    return relation.value.replace("_", " ")


def qualifier_words(qualifiers: Iterable[tuple[str, str]]) -> str:
    """Returns qualifiers for a reader; a denominator is left to the value.

    >>> qualifier_words([("of", "revenue"), ("part", "total"), ("per", "1M tokens"), ("platform", "Hugging Face")])
    'of revenue, total, Hugging Face'
    """
    return ", ".join(value if key in _SPEAKING else f"{key} {value}" for key, value in qualifiers if key != "per")
