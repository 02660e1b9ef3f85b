"""Figures in a text: numbers with their units, ranges, bounds and counted nouns, each with its exact span.

The whole text is scanned once by `number_scan.SCAN`; Python runs only at its hits. At each: veto what is a name, version,
date or time; read the number; look left for money and signs of bounds; look right for scale, range, unit, noun
and rate. Nothing reaches over a newline, a `|` or a tab.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractors.bounds import bound_after, bound_before
from extractors.model import Bound, Quantity, Span
from extractors.neighbours import REACH, inherit, meet
from extractors.nouns import Phrase, counted_at
from extractors.number_scan import SCAN, SCAN_AT_START, SECOND, alternation
from extractors.number_words import words_at
from extractors.numbers import RULES, SPACES, Number, digits_at, with_scale
from extractors.quantity_rules import load_words
from extractors.ranges import JOIN, RANGEABLE, ends_of, joins, share_scale
from extractors.rates import per_at
from extractors.units import Unit, load_units, unit_at
from extractors.vetoes import vetoed_until

UNITS = load_units()
PREFIXES = UNITS.prefixes
PERCENT, RATIO, TIME = UNITS.by_id["percent"], UNITS.by_id["ratio"], UNITS.by_id["time"]
MONEY_WORDS = {"pound": UNITS.by_id["GBP"]}
LINE_END = re.compile(r"[\n|\t\r]")
SIGNS = frozenset(s[-1] for s in PREFIXES if not s[-1].isalnum() and s[-1] != ".")
BEFORE_SECOND = SIGNS | frozenset("~≈*_` +-−")
COUNTRIES = frozenset(s[:-1].lower() for s in PREFIXES if s[-1] == "$" and s[:-1].isalpha())
JOINT_STARTS = frozenset("taou-–—‒−~±+")
FILLER_STARTS = frozenset(w[0] for w in load_words(RULES, "filler"))
JOINERS = frozenset(SPACES + "-–—‒−‑~～〜±+*_`")
YUAN = re.compile(alternation(load_words(RULES, "yuan")))
YEN = re.compile(alternation(load_words(RULES, "yen")))
PART_WORDS = frozenset(load_words(RULES, "part"))
PARTS = re.compile(rf"[ \u00a0](?:{alternation(PART_WORDS)})(?![\w-])")
OF = re.compile(r"(?: of|-of)(?=[ -])(?! (?:the|these|those|them|which|whom|its|their|his|her|our|my|your|us|it)\b)")
COMPARED = frozenset(load_words(RULES, "comparison"))
NEXT = re.compile(r"[*_`]{0,2} ([A-Za-z]+)(?:(?<=[A-Z])|[\w.-]*(['’]s)\b)?")
AGES = frozenset(load_words(RULES, "age"))
FILLER = re.compile(rf" (?:{alternation(load_words(RULES, 'filler'))})(?= )")
BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}
APART = frozenset(load_words(RULES, "apart"))
PRICES = frozenset(load_words(RULES, "price"))
PART_OF = re.compile(r" of an? ")
HALF = Decimal("0.5")
EXTENTS = frozenset(load_words(RULES, "extent"))
PRONOUN_LEADS = frozenset(load_words(RULES, "determiner"))
Value = tuple[Decimal | None, Decimal | None, Bound]


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
        begin = hit.start() if hit else 0
        while True:
            if hit is None:
                hit = search(text, self.at, end)
                if hit is None:
                    return
                begin = hit.start() + 1
            quantity = self._settle(begin, hit.end())
            hit = None
            if quantity is not None:
                self.floor = quantity.end
                yield quantity

    def _settle(self, begin: int, after: int) -> Quantity | None:
        """Reads one hit of the scan; afterwards the reader stands behind what it has settled."""
        text = self.text
        if begin >= self.line_end:
            line = LINE_END.search(text, begin, self.end)
            self.line_end = line.start() if line else self.end
            self.floor = max(
                self.floor, text.rfind("\n", self.floor, begin) + 1, text.rfind("|", self.floor, begin) + 1
            )
        at = begin
        if text[after - 1].isdigit() and text[begin].isalpha():
            if text[begin : after - 1] not in PREFIXES:
                self.at = after
                return None
            at = after - 1
        until = self._veto(at)
        if until:
            self.at = max(until - 1, after - 1)
            self.floor = max(self.floor, self.at)
            return None
        quantity, stop = self._read(at)
        self.at = max(stop - 1, after - 1, begin)
        return quantity

    def _veto(self, at: int) -> int:
        spans = self.vetoed
        while self.veto_index < len(spans) and spans[self.veto_index][1] <= at:
            self.veto_index += 1
        if self.veto_index < len(spans) and spans[self.veto_index][0] <= at:
            return spans[self.veto_index][1]
        return vetoed_until(self.text, at, self.floor, self.line_end) if self.text[at].isdigit() else 0

    def _read(self, at: int) -> tuple[Quantity | None, int]:
        text, stop = self.text, self.line_end
        money, left = self._money_before(at)
        number = words_at(text, at, stop) if text[at].isalpha() else digits_at(text, at, stop, money=money is not None)
        if number is None:
            return None, at
        unit, right = self._unit_after(number)
        if unit is None and right < stop and text[right].isalpha() and number.form == "digits":
            return None, right
        if money is not None and (unit is None or not unit.money or text[right - 1] in SIGNS):
            unit, right = money, number.end
        elif unit is not None and unit.money and not number.scale:
            scaled = with_scale(text, stop, number._replace(end=right), money=True)
            number, right = (scaled._replace(end=number.end), scaled.end) if scaled.scale else (number, right)
        left = min(left, number.start)
        if unit is not None and number.low is not None and text.startswith(" and a half", right):
            number, right = number._replace(low=number.low + HALF, high=number.low + HALF), right + len(" and a half")
        value: Value = (number.low, number.high, Bound.EXACT if number.low == number.high else Bound.RANGE)
        span, scale = Span(number.start, number.end), number.scale
        second = self._second(number, unit, right) if right < stop and text[right] in JOINERS else None
        if second is not None:
            other, unit, right, joint = second
            number = share_scale(number, other, unit if right == number.end else None, dashed=joint[2] is None)
            value, span = (*ends_of(number, other, joint), Bound.RANGE), Span(number.start, other.end)
            number, scale = number._replace(form="range", digits=max(number.digits, other.digits)), other.scale
        if value[1] is None:
            value = value[0], None, Bound.AT_LEAST
        return self._finish(number, span, value, unit, left, right, scale)

    def _finish(
        self, number: Number, span: Span, value: Value, unit: Unit | None, left: int, right: int, scale: int
    ) -> tuple[Quantity | None, int]:
        text, stop = self.text, self.line_end
        sign, left, negative = bound_before(text, left, self.floor, ranged=value[2] is Bound.RANGE)
        after, right = bound_after(text, right, stop)
        if (
            unit is None
            and right + 1 < stop
            and text[right] == " "
            and text[right + 1] in FILLER_STARTS
            and (filler := FILLER.match(text, right, stop))
        ):
            unit, right = self._unit_at(filler.end(), plain=True) or (
                None,
                filler.end() if _counted(text, filler.end(), stop) else right,
            )
        if unit is None and after is not None:
            unit, right = self._unit_at(right, plain=True) or (None, right)
        if number.plus:
            after = Bound.AT_LEAST
        if unit is TIME:
            unit = self._times(number, right)
        phrase = self._phrase(number, unit, span.end, right)
        if phrase is not None and phrase.head in PART_WORDS and not phrase.plural:
            phrase = None
        if (
            unit is not None
            and unit.dimension == "count"
            and phrase is not None
            and phrase.end > right
            and not number.scale
        ):
            unit, right = None, span.end if right <= span.end or not after else right
        if not self._counts(number, unit, phrase, left):
            return None, max(right, span.end)
        name, noun, right = self._name(number, unit, phrase, right)
        if scale and right == span.end and (part := PARTS.match(text, right, stop)):
            right = part.end()
        per, stop = per_at(text, max(right, phrase.end if phrase and noun else 0), stop)
        low, high, bound = limit(value, after or sign, negative=negative)
        if bound is Bound.RANGE and text[left : left + 5].lower() == "from ":
            left += 5
        quantity = Quantity(low, high, name, bound, left, right, noun, per, span, scale, number.digits)
        return quantity, max(right, stop if per else 0)

    def _phrase(self, number: Number, unit: Unit | None, stop: int, right: int) -> Phrase | None:
        if unit is not None and unit.dimension != "count":
            return None
        at = stop if unit is not None else right
        if number.form == "vague" or number.scale or number.low == 12:
            found = OF.match(self.text, at, self.line_end)
            at = found.end() if found else at
        one = number.low == 1 and number.high == 1
        return counted_at(self.text, at, self.line_end, one=one)

    def _name(self, number: Number, unit: Unit | None, phrase: Phrase | None, right: int) -> tuple[str, str, int]:
        """Returns unit id, noun phrase and where the span ends."""
        if unit is not None:
            noun = phrase.noun if phrase is not None and unit.dimension == "count" else ""
            return unit.id, noun, right
        if number.form in ("multiple", "fraction") and (phrase is None or number.form == "multiple"):
            return RATIO.id, "", right
        if phrase is None and self._aged(number):
            return "year", "", right
        if phrase is None:
            return ("ratio" if self._share_of(number) else ""), "", right
        known = UNITS.get(phrase.head)
        name = known.id if known is not None and known.dimension == "count" else phrase.head
        tight = phrase.adjacent and number.form != "vague"
        return name, phrase.noun, phrase.end if tight else right

    def _aged(self, number: Number) -> bool:
        lead = self.text[max(self.floor, number.start - 6) : number.start].lower().split()
        return bool(lead) and lead[-1] in AGES

    def _share_of(self, number: Number) -> bool:
        """True for 0.75 in "0.75 of a share"."""
        return number.low is not None and 0 < number.low < 1 and self.text.startswith(" of ", number.end)

    def _times(self, number: Number, right: int) -> Unit:
        found = NEXT.match(self.text, right, self.line_end)
        if found is None:
            return RATIO if right >= self.line_end and number.low is not None and number.low < 1000 else TIME
        return RATIO if found[1].lower() in COMPARED or found[2] else TIME

    def _counts(self, number: Number, unit: Unit | None, phrase: Phrase | None, left: int) -> bool:
        """True unless the words only look like a figure: "one" as a pronoun, "half" without anything halved."""
        if number.form == "half a" and unit is None:
            return False
        if unit is not None or number.form != "words" or number.low != 1:
            return number.form != "single" or phrase is not None
        if phrase is None and left < number.start:
            return True
        lead = self.text[max(self.floor, left - 10) : left].lower().split()
        return phrase is not None and not (
            lead and lead[-1] in PRONOUN_LEADS and not phrase.plural and phrase.adjacent is False
        )

    def _money_before(self, at: int) -> tuple[Unit | None, int]:
        text, floor = self.text, self.floor
        stop = at
        while stop > floor and text[stop - 1] in "*_`":
            stop -= 1
        if stop > floor and text[stop - 1] in SPACES:
            stop -= 1
        if stop <= floor:
            return None, at
        char = text[stop - 1]
        if char in SIGNS:
            begin = self._sign_start(stop)
        elif char.isalpha() or char == ".":
            begin = max(text.rfind(" ", floor, stop - 1) + 1, floor)
            if stop - begin > 6 or (char.islower() and text[begin:stop].islower() and stop - begin > 3):
                return None, at
            begin += len(text[begin:stop]) - len(text[begin:stop].lstrip("(~≈+-−*_<>≥≤/“\"'"))
        else:
            return None, at
        unit = PREFIXES.get(text[begin:stop])
        if unit is None and char in SIGNS:
            unit = PREFIXES.get(text[begin:stop].replace(" ", "").upper())
        return (self._yen(unit, text[begin:stop]), begin) if unit is not None else (None, at)

    def _sign_start(self, stop: int) -> int:
        """Returns where a currency sign with its country's letters begins: "$", "US$", "hk $"."""
        text, floor = self.text, self.floor
        begin = stop - 1
        while begin > floor and begin > stop - 4 and text[begin - 1].isalpha():
            begin -= 1
        if begin == stop - 1 and text[begin - 1 : begin] == " " and begin - 3 > floor:
            word = max(text.rfind(" ", floor, begin - 1) + 1, floor)
            if 0 < begin - 1 - word <= 3 and text[word : begin - 1].lower() in COUNTRIES - APART:
                return word
        while begin < stop - 1 and text[begin:stop] not in PREFIXES and text[begin:stop].upper() not in PREFIXES:
            begin += 1
        return begin

    def _yen(self, unit: Unit, sign: str) -> Unit:
        if sign not in ("¥", "￥"):
            return unit
        if not self.currency_hint:
            yuan, yen = len(YUAN.findall(self.text)), len(YEN.findall(self.text))
            self.currency_hint = "CNY" if yuan > yen else "JPY"
        return UNITS.by_id[self.currency_hint]

    def _unit_after(self, number: Number) -> tuple[Unit | None, int]:
        if number.form in ("vague", "multiple", "ordinal") and not self.text.startswith(" of ", number.end):
            plain = True
        else:
            plain = number.form == "words"
        found = self._unit_at(number.end, plain=plain)
        if found is None and number.form == "vague" and self.text.startswith(" of ", number.end):
            found = self._unit_at(number.end + 3, plain=True)
            if found is not None and found[0].dimension == "count":
                return found[0], number.end
        if (
            found is None
            and number.form == "fraction"
            and (part := PART_OF.match(self.text, number.end, self.line_end))
        ):
            found = unit_at(self.text, part.end(), self.line_end, UNITS)
        if found is None:
            return None, number.end
        unit, right = found
        if unit.id == "pound" and self._is_price(number, right):
            return MONEY_WORDS["pound"], right
        return unit, right

    def _is_price(self, number: Number, right: int) -> bool:
        """True for pounds that are money: millions of them, beside a £, after a word of price, "each"."""
        text = self.text
        if text.startswith(" of ", right):
            return False
        if number.scale >= 6 or "£" in text or text.startswith((" each", " apiece"), right):
            return True
        lead = text[max(self.floor, number.start - 24) : number.start].lower().split()
        return any(word in PRICES for word in lead[-3:])

    def _unit_at(self, at: int, *, plain: bool) -> tuple[Unit, int] | None:
        """Returns the unit after a number; `plain` numbers, those in words, take no symbols of one or two letters."""
        text, stop = self.text, self.line_end
        while at < stop and text[at] in "*_`":
            at += 1
        if at >= stop:
            return None
        begin = at
        if text[at] in SPACES or (text[at] in "-‑" and at + 1 < stop and text[at + 1].isalpha()):
            begin += 1
        found = unit_at(text, begin, stop, UNITS)
        if found is None:
            return _bracketed(text, begin, stop) if begin < stop and text[begin] in BRACKETS else None
        unit, right = found
        size = right - begin
        if size <= 2 and text[begin].isalpha() and (plain or not _symbol_fits(text, at, begin, right, stop)):
            return None
        return found

    def _second(
        self, number: Number, unit: Unit | None, right: int
    ) -> tuple[Number, Unit | None, int, re.Match[str]] | None:
        """Returns the other end of a range, the unit of both, where it ends and what joins them."""
        text, stop = self.text, self.line_end
        if number.form not in RANGEABLE or (text[right] in SPACES and text[right + 1 : right + 2] not in JOINT_STARTS):
            return None
        joint = JOIN.match(text, right, stop)
        if joint is None:
            return None
        at = joint.end()
        hit, begin = SECOND.match(text, at, stop), at
        while hit is None and begin < stop and begin < at + 5 and text[begin] in BEFORE_SECOND:
            begin += 1
            hit = SECOND.match(text, begin, stop)
        if hit is None:
            return None
        if text[hit.end() - 1].isdigit() and text[begin].isalpha():
            begin = hit.end() - 1
        floor, self.floor = self.floor, at
        money, left = self._money_before(begin)
        self.floor = floor
        lead = text[at:left].strip("~≈*_` +")
        if lead not in ("", "-", "−"):
            return None
        paid = money is not None or (unit is not None and unit.money)
        other = words_at(text, begin, stop) if text[begin].isalpha() else digits_at(text, begin, stop, money=paid)
        if other is None or other.low is None:
            return None
        if lead:
            other = other._replace(low=-other.low, high=-other.low)
            if number.low is not None and text[max(floor, number.start - 1) : number.start] in ("-", "−"):
                number = number._replace(low=-number.low, high=-number.low)
        found = self._unit_after(other)
        second = money if money is not None and (found[0] is None or not found[0].money) else found[0]
        if not joins(text, number, other, (unit, second), joint, floor):
            return None
        return other, second or unit, max(found[1] if second is found[0] else other.end, other.end), joint


def _bracketed(text: str, at: int, stop: int) -> tuple[Unit, int] | None:
    """Returns the unit of "20 (kg)"."""
    found = unit_at(text, at + 1, stop, UNITS)
    if found is None or found[0].dimension == "count" or found[1] >= stop or text[found[1]] != BRACKETS[text[at]]:
        return None
    return found[0], found[1] + 1


def _counted(text: str, at: int, end: int) -> bool:
    phrase = counted_at(text, at, end)
    return phrase is not None and phrase.plural


def _symbol_fits(text: str, at: int, begin: int, right: int, stop: int) -> bool:
    """True unless a symbol is an English word here: "in" needs to be stuck to its number or to end the phrase."""
    if begin == at or text[at] in "-‑":
        return True
    if right < stop and text[right] == "-":
        return False
    if text[begin:right] == "in" and (found := NEXT.match(text, right, stop)):
        return found[1].lower() in EXTENTS
    if text[begin:right] in "CF":
        return right >= stop or not text[right : right + 2].strip()[:1].isupper()
    if text[begin:right] in ("in", "x", "X", "h", "A", "c"):
        return right >= stop or not (text[right] == " " and right + 1 < stop and text[right + 1].isalnum())
    return True


def limit(value: Value, sign: Bound | None, *, negative: bool) -> Value:
    """Returns a value's ends and bound under the sign that stands before or after it."""
    low, high, bound = value
    if negative and low is not None:
        low, high = (-low, -low) if low == high else (-low, high)
    if sign is None or bound is Bound.RANGE or sign is Bound.RANGE:
        return low, high, bound
    if sign is Bound.AT_LEAST:
        return low, None, sign
    if sign is Bound.AT_MOST:
        return None, high, sign
    return low, high, sign if bound is Bound.EXACT else bound


__all__ = ["find_quantities", "load_units", "with_scale"]
