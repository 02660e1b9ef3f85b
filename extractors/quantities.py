"""Figures in a text: numbers with their units, ranges, bounds and counted nouns, each with its exact span.

The whole text is scanned once by `number_scan.SCAN`; Python runs only at its hits. At each: veto what is a name,
version, date or time; read the number; look left for money and signs of bounds; look right for scale, range, unit,
noun and rate. Nothing reaches over a newline, a `|` or a tab. What two neighbours say together is `neighbours`' work.
"""

import re
from collections.abc import Iterator, Sequence

from extractors.amounts import (
    AND,
    LONGEST_ALONE,
    ONE,
    ONE_AND_A_HALF,
    Value,
    is_figure,
    limit,
    one_alone,
    one_of,
    whole_before,
    with_part,
)
from extractors.bounds import bound_after, bound_before, during
from extractors.measures import FEET_MARKS, FOOT, RATIO, inches_after, past_filler, unit_after, unit_near
from extractors.model import Bound, Quantity, Span
from extractors.money import MINUS, PREFIXES, SIGNS, YEN_SIGNS, money_before, named_before, yen_or_yuan
from extractors.neighbours import REACH, inherit, meet
from extractors.nouns import Phrase, counted_at
from extractors.number_scan import SCAN, SCAN_AT_START, alternation
from extractors.number_words import words_at
from extractors.numbers import RULES, Number, digits_at, with_scale
from extractors.quantity_rules import load_words
from extractors.ranges import JOINERS, range_at
from extractors.rates import per_at
from extractors.units import Unit, load_units
from extractors.vetoes import names_word, vetoed_until

UNITS = load_units()
LINE_END = re.compile(r"[\n|\t\r]")
AGES = frozenset(load_words(RULES, "age"))
PART_WORDS = frozenset(load_words(RULES, "part"))
PARTS = re.compile(rf"[ \u00a0](?:{alternation(PART_WORDS)})(?![\w-])")
OF = re.compile(
    r"(?: of|-of)(?=[ -])(?! (?:the|all|these|those|them|which|whom|its|their|his|her|our|my|your|us|it)\b)"
)
AND_A_HALF = " and a half"
PERCENT_OF = re.compile(r"\W*per ?cents? of ", re.IGNORECASE)


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
        currency_hint: ISO code that a bare ¥ stands for; "" lets the text decide: CNY where it speaks of yuan or China
            more than of yen or Japan, else JPY.

    >>> [(str(q.low), q.unit, q.bound.value) for q in find_quantities("over 3 million users")]
    [('3E+6', 'user', 'at_least')]
    >>> find_quantities("Qwen 3.5 and GPT-5 in 2025")
    []
    """
    found: list[Quantity] = []
    if len(text) <= LONGEST_ALONE and (whole := one_alone(text)) is not None:
        return [one_of(whole, whole.start, None)]
    for quantity in Reader(text, start, len(text) if end is None else end, vetoed, currency_hint):
        if found and quantity.start - found[-1].end <= REACH:
            found[-1], second = meet(text, found[-1], quantity)
            if second is not None:
                found.append(second)
        else:
            found.append(quantity)
    return inherit(text, found)


class Reader:
    """Reads one text from left to right and yields its quantities."""

    __slots__ = ("at", "currency_hint", "end", "floor", "line_end", "text", "veto_index", "vetoed")

    def __init__(self, text: str, start: int, end: int, vetoed: Sequence[tuple[int, int]], currency_hint: str) -> None:
        self.text, self.at, self.floor, self.end = text, start, start, end
        self.line_end = -1
        self.vetoed, self.veto_index = vetoed, 0
        self.currency_hint = currency_hint

    def __iter__(self) -> Iterator[Quantity]:
        text, end, search = self.text, self.end, SCAN.search
        hit = SCAN_AT_START.match(text, self.at, end)
        lead = 0
        while True:
            if hit is None:
                hit, lead = search(text, self.at, end), 1
                if hit is None:
                    return
            quantity = self._settle(hit.start() + lead, hit.end())
            hit = None
            if quantity is not None:
                if text.startswith(AND, quantity.start - 5) and (whole := self._whole(quantity)):
                    yield whole
                self.floor = quantity.end
                yield quantity

    def _settle(self, begin: int, after: int) -> Quantity | None:
        """Reads one hit of the scan; afterwards the reader stands behind what it has settled."""
        text = self.text
        if begin >= self.line_end:
            self._enter_line(begin)
        at, is_word = begin, text[begin].isalpha()
        if is_word and text[after - 1].isdigit():
            if text[begin : after - 1] not in PREFIXES:
                self.at = after
                return None
            at, is_word = after - 1, False
        until = self._veto(at, is_word=is_word)
        if until:
            self.at = max(until - 1, after - 1)
            self.floor = max(self.floor, self.at)
            return None
        value = self._value(at, is_word=is_word)
        if value is None:
            self.at = after - 1
            return None
        quantity, stop = self._figure(value)
        self.at = max(stop - 1, after - 1)
        return quantity

    def _enter_line(self, at: int) -> None:
        line = LINE_END.search(self.text, at, self.end)
        self.line_end = line.start() if line else self.end
        self.floor = max(self.floor, self.text.rfind("\n", self.floor, at) + 1)
        self.floor = max(self.floor, self.text.rfind("|", self.floor, at) + 1)
        self.floor = max(self.floor, self.text.rfind("\t", self.floor, at) + 1)

    def _veto(self, at: int, *, is_word: bool) -> int:
        spans = self.vetoed
        if spans:
            while self.veto_index < len(spans) and spans[self.veto_index][1] <= at:
                self.veto_index += 1
            if self.veto_index < len(spans) and spans[self.veto_index][0] <= at:
                return spans[self.veto_index][1]
        if is_word:
            return names_word(self.text, at, self.line_end, self.floor) if self.text[at].isupper() else 0
        return vetoed_until(self.text, at, self.floor, self.line_end)

    def _value(self, at: int, *, is_word: bool) -> Value | None:
        """Returns the number at a place with its currency, unit and the other end of its range, or None."""
        text, floor, stop = self.text, self.floor, self.line_end
        if is_word and text.startswith(AND_A_HALF, at - 7) and (whole := whole_before(text, at, floor)):
            span = Span(whole.start, at + 4)
            return Value(
                ONE_AND_A_HALF, ONE_AND_A_HALF, Bound.EXACT, whole.unit, span.start, span.end, span, "words", 0, 2
            )
        money, left = (None, at) if is_word and text[at - 1 : at] == " " else money_before(text, at, floor)
        if money is not None and text[left:at].strip() in YEN_SIGNS:
            money = self._yen()
        number = words_at(text, at, stop) if is_word else digits_at(text, at, stop, money=money is not None)
        if number is None:
            return None
        if money is not None and number.low is not None and text[at - 1] in MINUS:
            number = number._replace(low=-number.low, high=-number.low)
        found = unit_after(text, number, floor, stop)
        unit, right = found or (None, number.end)
        if unit is None and right < stop and number.form == "digits" and text[right].isalpha():
            return None
        if money is not None and (
            unit is None or not unit.money or text[right - 1] in SIGNS or text[right + 1 : right + 2].isdecimal()
        ):
            unit, right = money, number.end
        elif unit is not None and unit.money and not number.scale:
            number, right = self._scale_after(number, right)
        if text.startswith(AND, right):
            number, right = with_part(text, number, unit, right, stop)
            if unit is None:
                unit, right = unit_after(text, number, floor, stop) or (None, right)
        marked = unit is None and text.startswith(FEET_MARKS, right, stop)
        if (marked or unit is FOOT) and number.low is not None:
            part, after = inches_after(text, right, stop, marked=marked)
            number = number._replace(low=number.low + part, high=number.low + part)
            unit, right = FOOT if after > right else unit, after
        return self._ranged(number, unit, min(left, number.start), right)

    def _whole(self, part: Quantity) -> Quantity | None:
        """Returns the "an hour" of "an hour and 20 minutes", None where the part is of another kind."""
        whole, unit = whole_before(self.text, part.start, self.floor), UNITS.by_id.get(part.unit)
        if whole is None or unit is None or unit.dimension != whole.unit.dimension:
            return None
        sign, left, _ = bound_before(self.text, whole.start, self.floor)
        return one_of(whole, left, sign)

    def _scale_after(self, number: Number, right: int) -> tuple[Number, int]:
        """Returns a number with a scale that stands behind its currency: "75 USD million"."""
        scaled = with_scale(self.text, self.line_end, number._replace(end=right), money=True)
        return (scaled._replace(end=number.end), scaled.end) if scaled.scale else (number, right)

    def _ranged(self, number: Number, unit: Unit | None, left: int, right: int) -> Value:
        start, stop, low, high, form, scale, digits, plus = number
        if right < self.line_end and self.text[right] in JOINERS:
            found = range_at(self.text, number, unit, right, self.floor, self.line_end)
            if found is not None:
                span = Span(start, found.number_end)
                ends = (found.low, found.high, Bound.RANGE, found.unit, left, found.end)
                return Value(*ends, span, "range", found.scale, found.digits)
        bound = Bound.EXACT
        if plus or high is None:
            bound = Bound.AT_LEAST
        elif low is not high and low != high:
            bound = Bound.RANGE
        return Value(low, high, bound, unit, left, right, Span(start, stop), form, scale, digits)

    def _yen(self) -> Unit:
        if not self.currency_hint:
            self.currency_hint = yen_or_yuan(self.text)
        return UNITS.by_id[self.currency_hint]

    def _figure(self, value: Value) -> tuple[Quantity | None, int]:
        """Returns the figure that a value and the words around it make, and where the reader goes on."""
        text, stop = self.text, self.line_end
        sign, left, negative = bound_before(text, value.left, self.floor, ranged=value.bound is Bound.RANGE)
        after, right = bound_after(text, value.right, stop)
        unit = value.unit
        if unit is None:
            unit, right = self._late_unit(right, signed=after is not None)
        phrase = self._phrase(value, unit, right) if unit is None or unit.dimension == "count" else None
        if unit is not None and phrase is not None and phrase.end > right and not value.scale:
            unit, right = None, value.number.end if after is None else right
        if unit is None and phrase is None and (named := named_before(text, left, self.floor)) is not None:
            unit, left = named
        if not is_figure(text, value, unit, phrase, left, self.floor):
            return None, max(right, value.number.end)
        name, noun, right = self._name(value, unit, phrase, left, right)
        if value.scale and right == value.number.end and (part := PARTS.match(text, right, stop)):
            right = part.end()
        per, per_end = per_at(text, max(right, phrase.end if phrase and noun else 0), stop)
        if sign is Bound.AT_LEAST and unit is not None and unit.dimension == "time" and during(text, left, self.floor):
            sign, left = None, value.left
        low, high, bound = limit(value, after or sign, negative=negative)
        if bound is Bound.RANGE and text[left : left + 5].lower() == "from ":
            left += 5
        span, scale, digits = value.number, value.scale, value.digits
        quantity = Quantity(low, high, name, bound, left, right, noun, per, span, scale, digits)
        return quantity, max(right, per_end) if per else right

    def _late_unit(self, right: int, *, signed: bool) -> tuple[Unit | None, int]:
        """Returns the unit behind a sign or a filler: "30+ miles", "2 more minutes"."""
        text, stop = self.text, self.line_end
        at = past_filler(text, right, stop)
        if at == right and not signed:
            return None, right
        found = unit_near(text, at, stop, plain=True)
        if found is not None:
            return found
        phrase = counted_at(text, at, stop) if at > right else None
        return None, at if phrase is not None and phrase.plural else right

    def _phrase(self, value: Value, unit: Unit | None, right: int) -> Phrase | None:
        at = value.number.end if unit is not None else right
        if value.form in ("vague", "fraction") or value.scale or value.low == 12:
            found = OF.match(self.text, at, self.line_end)
            at = found.end() if found else at
        phrase = counted_at(self.text, at, self.line_end, one=value.form == "ordinal" or value.low == value.high == ONE)
        return None if phrase is not None and phrase.head in PART_WORDS and not phrase.plural else phrase

    def _name(
        self, value: Value, unit: Unit | None, phrase: Phrase | None, left: int, right: int
    ) -> tuple[str, str, int]:
        """Returns unit id, noun phrase and where the span ends."""
        if unit is not None:
            return unit.id, phrase.noun if phrase is not None else "", right
        shared = value.form == "fraction" and (phrase is None or OF.match(self.text, value.number.end))
        if value.form == "multiple" or shared:
            return RATIO.id, phrase.noun if phrase else "", right
        if phrase is None:
            return self._bare(value, left), "", right
        known = UNITS.get(phrase.head)
        name = known.id if known is not None and known.dimension == "count" else phrase.head
        return name, phrase.noun, phrase.end if phrase.adjacent and value.form != "vague" else right

    def _bare(self, value: Value, left: int) -> str:
        """Returns the unit of a number without unit and noun: years after "aged", a share before "of"."""
        stop = value.number.end
        lead = self.text[max(self.floor, left - 6) : left].lower().split()
        if lead and lead[-1] in AGES:
            return "year"
        if lead and lead[-1] == "of" and PERCENT_OF.fullmatch(self.text, self.floor, left):
            return "percent"
        shared = value.low is not None and 0 < value.low < 1 and self.text.startswith(" of ", stop)
        return RATIO.id if shared else ""
