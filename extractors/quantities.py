"""Figures in a text: numbers with their units, ranges, bounds and counted nouns, each with its exact span.

The whole text is scanned once by `numbers.SCAN`; Python runs only at its hits. At each: veto what is a name, version,
date or time; read the number; look left for money and signs of bounds; look right for scale, range, unit, noun
and rate. Nothing reaches over a newline, a `|` or a tab.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractors.bounds import bound_after, bound_before
from extractors.model import Bound, Quantity, Span
from extractors.nouns import Phrase, counted_at
from extractors.numbers import SCAN, Number, number_at, with_scale
from extractors.units import Unit, Units, load_units, unit_at
from extractors.vetoes import vetoed_until

UNITS = load_units()
LINE_END = re.compile(r"[\n|\t\r]")
SPACES = " \u00a0\u202f\u2009"
JOIN = re.compile(r"[ \u00a0\u202f\u2009]?(?:[-–—‒−~～〜]|to|and|or|till|through)[ \u00a0\u202f\u2009]?(?=[\d$€£¥₹~A-Za-z½¼¾+<>-])")
PER = re.compile(
    r"(?:[ \u00a0]?/[ \u00a0]?|[ \u00a0-](?:per|an?|each|every)[ \u00a0-])"
    r"((?:[\d.,]+[ \u00a0]?)?(?:[A-Za-z]+(?:[ -](?:of|input|output|cached|tokens?|square|cubic|\w+)){0,3}))"
)


def find_quantities(
    text: str,
    start: int = 0,
    end: int | None = None,
    *,
    vetoed: Sequence[tuple[int, int]] = (),
    currency_hint: str = "",
) -> list[Quantity]:
    """Returns the quantities of a text in their order; they never overlap.

    Args:
        text: Any text; offsets of the result point into it.
        start: Where to begin.
        end: Where to stop, None for the end of the text.
        vetoed: Sorted spans that hold no quantity (names, dates, links), found by other means.
        currency_hint: ISO code that a bare ¥ stands for; "" lets the text decide (CNY where it speaks of yuan, RMB or
            China, else JPY).

    >>> [(q.low, q.unit, q.bound.value) for q in find_quantities("over 3 million users")]
    [(Decimal('3000000'), 'user', 'at_least')]
    >>> find_quantities("Qwen 3.5 and GPT-5 in 2025")
    []
    """
    return list(Reader(text, start, len(text) if end is None else end, vetoed, currency_hint))


YUAN = re.compile(r"RMB|Rmb|rmb|CNY|[Yy]uan|[Rr]enminbi|Chin(?:a|ese)|Beijing|Shanghai|Alibaba|Tencent|Baidu|Hong Kong")


class Reader:
    """Reads one text from left to right."""

    __slots__ = ("at", "currency_hint", "end", "floor", "line_end", "text", "units", "vetoed", "veto_index")

    def __init__(self, text: str, start: int, end: int, vetoed: Sequence[tuple[int, int]], currency_hint: str) -> None:
        self.text = text
        self.floor = start
        self.end = end
        self.at = start
        self.line_end = -1
        self.units: Units = UNITS
        self.vetoed = vetoed
        self.veto_index = 0
        self.currency_hint = currency_hint

    def __iter__(self) -> Iterator[Quantity]:
        text, end = self.text, self.end
        search = SCAN.search
        while (hit := search(text, self.at, end)) is not None:
            at = hit.start()
            if at < self.at:
                at = self.at
            if at >= self.line_end:
                found = LINE_END.search(text, at, end)
                self.line_end = found.start() if found else end
            until = self._veto(at)
            if until:
                self.at = self.floor = max(until, at + 1)
                continue
            number, quantity = self._read(at)
            self.at = max(hit.end(), number.end if number else 0, quantity.end if quantity else 0)
            if quantity is not None:
                self.floor = quantity.end
                yield quantity

    def _veto(self, at: int) -> int:
        spans = self.vetoed
        while self.veto_index < len(spans) and spans[self.veto_index][1] <= at:
            self.veto_index += 1
        if self.veto_index < len(spans) and spans[self.veto_index][0] <= at:
            return spans[self.veto_index][1]
        return vetoed_until(self.text, at, self.floor, self.line_end)

    def _read(self, at: int) -> tuple[Number | None, Quantity | None]:
        text, stop = self.text, self.line_end
        money, left = self._money_before(at)
        number = number_at(text, at, stop, money=money is not None)
        if number is None:
            return None, None
        left = min(left, number.start)
        unit, right = self._unit_after(number, money)
        second = self._second(number, unit or money, right)
        low, high, bound = number.low, number.high, Bound.EXACT
        scale, digits, number_end = number.scale, number.digits, number.end
        if second is not None:
            other, other_unit, other_right = second
            number = self._share(number, other, unit)
            low, high = _ordered(number.low, other.high)
            bound, number_end, right = Bound.RANGE, other.end, other_right
            unit, scale, digits = other_unit or unit, other.scale, max(digits, other.digits)
        if money is not None and (unit is None or not unit.money):
            unit = money
        elif low != high:
            bound = Bound.RANGE if high is not None else Bound.AT_LEAST
        return number, self._finish(number, Span(number.start, number_end), (low, high, bound), unit, (left, right), scale, digits)

    def _finish(self, number: Number, span: Span, value: tuple[Decimal | None, Decimal | None, Bound], unit: Unit | None, reach: tuple[int, int], scale: int, digits: int) -> Quantity | None:
        text, stop = self.text, self.line_end
        low, high, bound = value
        left, right = reach
        sign, left = bound_before(text, left, self.floor, ranged=bound is Bound.RANGE)
        after, right = bound_after(text, right, stop)
        if unit is None and after is not None:
            found = self._unit_at(right, None)
            if found is not None:
                unit, right = found
        noun, phrase = "", None
        if unit is None or unit.dimension == "count":
            phrase = counted_at(text, span.end if unit else right, stop, one=low == high == 1)
        if unit is not None and unit.dimension == "count" and phrase is not None:
            noun = phrase.noun
        per, right = self._per(right)
        name, noun, right = self._name(number, unit, phrase, noun, right)
        if name is None or not _counts(number, unit, phrase, sign, bound, text, left):
            return None
        low, high, bound = _limit(low, high, bound, after or sign, text[left:span.start])
        return Quantity(low, high, name, bound, left, right, noun, per, Span(number.start, span.end), scale, digits)

    def _name(self, number: Number, unit: Unit | None, phrase: Phrase | None, noun: str, right: int) -> tuple[str | None, str, int]:
        if unit is not None:
            return unit.id, noun, right
        if number.form in ("multiple", "bare multiple", "fraction"):
            return "ratio", noun, right
        if phrase is None:
            return ("", "", right) if number.form != "article" else (None, "", right)
        known = self.units.get(phrase.head)
        name = known.id if known is not None and not known.money else phrase.head
        return name, phrase.noun, phrase.end if phrase.adjacent and right <= phrase.end else right

    def _money_before(self, at: int) -> tuple[Unit | None, int]:
        text = self.text
        stop = at
        if stop > self.floor and text[stop - 1] in SPACES:
            stop -= 1
        first = max(self.floor, stop - 4)
        char = text[stop - 1 : stop]
        if stop <= self.floor or not (char in SIGNS or char.isalpha() or char == "."):
            return None, at
        for begin in range(first, stop):
            unit = self.units.prefixes.get(text[begin:stop])
            if unit is not None and not text[max(self.floor, begin - 1) : begin].isalnum():
                return self._yen(unit, text[begin:stop]), begin
        return None, at

    def _yen(self, unit: Unit, sign: str) -> Unit:
        return self.units.by_id[self.yen] if sign in ("¥", "￥") else unit

    @property
    def yen(self) -> str:
        """ISO code of a bare ¥ in this text."""
        if not self.currency_hint:
            self.currency_hint = "CNY" if YUAN.search(self.text) else "JPY"
        return self.currency_hint

    def _unit_at(self, at: int, money: Unit | None) -> tuple[Unit, int] | None:
        text, stop = self.text, self.line_end
        if at >= stop:
            return None
        if text[at] in SPACES or (text[at] == "-" and text[at + 1 : at + 2].isalpha()):
            at += 1
        found = unit_at(text, at, stop, self.units)
        if found is None or text[found[1] : found[1] + 1].isalnum():
            return None
        return found

    def _unit_after(self, number: Number, money: Unit | None) -> tuple[Unit | None, int]:
        found = self._unit_at(number.end, money)
        return found or (None, number.end)

    def _second(self, number: Number, unit: Unit | None, right: int) -> tuple[Number, Unit | None, int] | None:
        text, stop = self.text, self.line_end
        if right >= stop or text[right] not in JOINERS or number.form not in ("digits", "words", "fraction"):
            return None
        joint = JOIN.match(text, right, stop)
        if joint is None:
            return None
        word = joint[0].strip()
        at = joint.end()
        hit = SCAN.search(text, at, min(stop, at + 6))
        if hit is None:
            return None
        floor, self.floor = self.floor, at
        money, begin = self._money_before(hit.start())
        self.floor = floor
        if begin != at:
            return None
        other = number_at(text, hit.start(), stop, money=unit is not None and unit.money)
        if other is None or other.low is None or other.form not in ("digits", "words", "fraction"):
            return None
        if word in ("and", "or") and not self._between(number.start, word):
            return None
        found = self._unit_at(other.end, None)
        other_unit = found[0] if found else money
        if not _joins(number, other, unit, other_unit, word, gap=len(joint[0]) > len(word)):
            return None
        return other, other_unit, found[1] if found else other.end

    def _between(self, start: int, word: str) -> bool:
        before = self.text[max(self.floor, start - 24) : start].lower()
        return "between" in before or (word == "or" and self.text[start].isalpha())

    def _share(self, number: Number, other: Number, unit: Unit | None) -> Number:
        if number.scale or not other.scale or number.low is None or other.low is None:
            return number
        factor = Decimal(1).scaleb(other.scale)
        if unit is not None and not unit.money:
            return number
        if number.low < other.low / factor:
            return number._replace(low=number.low * factor, high=number.low * factor)
        return number

    def _per(self, right: int) -> tuple[str, int]:
        if right >= self.line_end or self.text[right] not in " /\u00a0-":
            return "", right
        found = PER.match(self.text, right, self.line_end)
        return (found[1].lower().strip(), right) if found else ("", right)


SIGNS = frozenset("$€£¥￥₹₩₽₴₺₪₦₱₫฿₾₸₡₲₵₮₼₭៛₿＄￡￦")
JOINERS = frozenset(" \u00a0\u202f\u2009-–—‒−~～〜t")


def _ordered(low: Decimal | None, high: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if low is not None and high is not None and low > high:
        return high, low
    return low, high


def _joins(number: Number, other: Number, unit: Unit | None, other_unit: Unit | None, word: str, *, gap: bool) -> bool:
    if number.low is None or other.low is None:
        return False
    if unit is not None and other_unit is not None and unit.dimension != other_unit.dimension:
        return False
    if word in ("to", "and", "till", "through"):
        return True
    if word == "or":
        return other.low > number.low
    return other.low * (1 if other.scale == number.scale else Decimal(1)) > (number.low if number.scale or not other.scale else 0)


def _limit(low: Decimal | None, high: Decimal | None, bound: Bound, sign: Bound | None, lead: str) -> tuple[Decimal | None, Decimal | None, Bound]:
    if lead[-1:] in "-−" and lead and low is not None and low == high:
        low = high = -low
    if sign is None or bound is Bound.RANGE:
        return low, high, bound
    if sign is Bound.AT_LEAST:
        return low, None, sign
    if sign is Bound.AT_MOST:
        return None, high, sign
    return low, high, sign if bound is Bound.EXACT else bound


def _counts(number: Number, unit: Unit | None, phrase: Phrase | None, sign: Bound | None, bound: Bound, text: str, left: int) -> bool:
    """True unless the words only look like a figure: "one" as a pronoun, a bare magnitude, an ordinal."""
    if unit is not None:
        return True
    if number.form == "words" and number.low == 1:
        return phrase is not None
    return True
