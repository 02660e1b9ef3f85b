"""What two figures that stand side by side say together: a sibling's unit, one range, one amount, one share.

`2, 3 and 5 percent` lends its unit to the left, `more than 10 but fewer than 20` is one range, `3 dollars 50 cents` and
`5 ft 2 in` are one amount, `one in four borrowers` is a share.
"""

import re
from dataclasses import replace
from decimal import Decimal

from extractors.model import Bound, Quantity, Span
from extractors.numbers import RULES
from extractors.quantity_rules import load_words
from extractors.units import load_units

REACH = 20
SIBLING = re.compile(r"[*_`]{0,2}(?:,? (?:and|or|by) | ?[x×] ?)[*_`]{0,2}\Z")
LISTED = re.compile(r"[*_`]{0,2} ?, [*_`]{0,2}\Z")
OPPOSED = re.compile(r"(?:,? (?:and|but|or) |, )\Z")
TOGETHER = re.compile(r"(?:,? and |, | |-)\Z")
SHARE = re.compile(r" (?:in|out of|in every|of every|out of every) \Z")
PART_OF = re.compile(r" of (?:(?:the|these|those|all|his|her|its|their|our|my|your) )?(?:\w+['’]s )?\Z")
REPEATED = re.compile(r" ?[(\[]\Z")
SHARE_OF = frozenset(Decimal(v) for v in load_words(RULES, "share_base"))
MINORS = {(a, b): Decimal(f) for a, b, f in (v.split() for v in load_words(RULES, "minor"))}
TIMES = {unit.id: unit.factor for unit in load_units().by_id.values() if unit.dimension == "time"}
SPLIT = frozenset({"decade", "century", "quarter", "fortnight"})
TEMPERATURES = frozenset(unit.id for unit in load_units().by_id.values() if unit.dimension == "temperature")
TWO_DIGITS = frozenset(map(Decimal, range(10, 100)))
CLAUSE_END = frozenset(("", *".,;:!?)\n"))
LEFT_OPEN = frozenset({Bound.EXACT, Bound.APPROX})
OPEN_RANGES = {" to ": "from ", " and ": "between "}
Met = tuple[Quantity, Quantity | None]


def meet(text: str, first: Quantity, second: Quantity) -> Met:
    """Returns two neighbouring figures as they are read together; the second is None when both became one."""
    if second.start - first.end > REACH:
        return first, second
    between = text[first.end : second.start]
    if not first.unit and not first.noun and (met := _meet_bare(text, between, first, second)) is not None:
        return met
    if second.low is not None and TOGETHER.match(between) and (amount := _amount(text, between, first, second)):
        return amount, None
    if first.unit == "point" and between == " " and (decimal := _decimal(text, first, second)):
        return decimal, None
    if second.scale == 3 and first.unit in TEMPERATURES and text[second.end - 1] == "K" and second.low is not None:
        kelvin = second.low.scaleb(-3)
        return first, replace(second, low=kelvin, high=kelvin, unit="kelvin", scale=0)
    if second.per and not first.per and first.unit == second.unit and between.strip() == "/":
        return replace(first, per=second.per), second
    if between in OPEN_RANGES and (spanned := _span(text, between, first, second)):
        return spanned, None
    return _opposed(between, first, second)


def _meet_bare(text: str, between: str, first: Quantity, second: Quantity) -> Met | None:
    """Returns what a figure without unit and noun makes with the next one, None where they don't touch."""
    if SHARE.match(between) and _is_share(text, first, second, between):
        return _share(first, second), None
    if SIBLING.match(between) and _lends(first, second):
        return _opposed(between, replace(first, unit=second.unit, noun=second.noun), second)
    if PART_OF.match(between) and second.noun and first.low is not None and first.number.end == first.end:
        return replace(first, unit=second.unit, noun=second.noun), second
    if REPEATED.match(between) and (first.low, first.high) == (second.low, second.high) and not second.unit:
        return first, None
    joined = _sum(text, between, first, second) or _quotient(text, between, first, second)
    return (joined, None) if joined else None


def _sum(text: str, between: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Returns "3 hundred and 21" or "4 thousand 3 hundred" as one number, None for two."""
    scale, part = first.scale, second.low
    if not scale or between not in (" ", " and ") or first.low is None or part is None or first.bound is Bound.RANGE:
        return None
    spelled = text[first.number.end - 4 : first.number.end].isalpha() and second.start == second.number.start
    alike = scale == 2 or (second.scale if between == " " or second.unit or second.noun else True)
    if not spelled or not alike or not 0 < part < Decimal(1).scaleb(scale) or text.startswith("-", second.number.end):
        return None
    low, high = first.low + part, None if first.high is None else first.high + part
    return replace(second, low=low, high=high, bound=first.bound, start=first.start, number=_both(first, second))


def _quotient(text: str, between: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Returns "one over three" at the end of a clause, None where `over` limits the second number."""
    if between != " " or text[second.start : second.number.start].lower() != "over " or second.unit or second.noun:
        return None
    if not first.low or not second.low or text[second.end : second.end + 1] not in CLAUSE_END:
        return None
    value = first.low / second.low
    return replace(first, low=value, high=value, end=second.end, unit="ratio", number=_both(first, second))


def _lends(first: Quantity, second: Quantity) -> bool:
    """True when the second figure's unit is the first one's too: not for "17B and 16 experts"."""
    if not second.unit or second.unit in ("ratio", "time") or second.bound is Bound.RANGE:
        return False
    return not first.scale or bool(second.scale)


def inherit(text: str, found: list[Quantity]) -> list[Quantity]:
    """Returns figures with a unit lent further to the left: "2, 3 and 5 percent"."""
    for at in range(len(found) - 2, 0, -1):
        first, second = found[at - 1], found[at]
        if first.unit or not second.unit or second.start - first.end > 5:
            continue
        listed = LISTED.match(text[first.end : second.start]) and SIBLING.match(text[second.end : found[at + 1].start])
        if listed and _lends(first, second):
            found[at - 1] = replace(first, unit=second.unit, noun=second.noun)
    return found


def _is_share(text: str, first: Quantity, second: Quantity, between: str) -> bool:
    if first.low is None or second.low is None or second.bound not in LEFT_OPEN or not 0 < first.low < second.low:
        return False
    if second.unit not in ("", "ratio") and not second.noun:
        return False
    if "of" in between or "every" in between:
        return True
    opens = first.start == 0 or text[first.start : first.number.start] != "" or text[first.start].isupper()
    return first.low == 1 or (second.low in SHARE_OF and opens)


def _share(first: Quantity, second: Quantity) -> Quantity:
    assert first.low is not None and second.low is not None
    value = first.low / second.low
    low = value if first.bound is not Bound.AT_MOST else None
    high = value if first.bound is not Bound.AT_LEAST else None
    return replace(
        first,
        low=low,
        high=high,
        unit="ratio",
        end=second.number.end,
        noun="",
        number=_both(first, second),
    )


def _amount(text: str, between: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Returns "3 dollars 50 cents", "2 hours and 10 minutes" or "15 dollars 50" as one amount, None for two figures."""
    whole, part = first.low if first.low is not None else first.high, second.low
    if whole is None or part is None or first.scale or second.bound is not Bound.EXACT or first.bound is Bound.RANGE:
        return None
    factor = _minor(text, between, first, second)
    whole_number = first.unit in TIMES or whole == whole.to_integral_value()
    if factor is None or not whole_number or part < 0 or part * factor >= 1:
        return None
    low = first.low if first.low is None else first.low + part * factor
    high = first.high if first.high is None else first.high + part * factor
    return replace(first, low=low, high=high, end=second.end, per=second.per or first.per)


def _decimal(text: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Returns "1 point 5" as 1.5, None for points and another figure."""
    written = text[second.number.start : second.number.end]
    if first.low is None or second.start != second.number.start or not (written.isascii() and written.isdecimal()):
        return None
    value = first.low + Decimal(f"0.{written}")
    return replace(second, low=value, high=value, bound=first.bound, start=first.start, number=_both(first, second))


def _minor(text: str, between: str, first: Quantity, second: Quantity) -> Decimal | None:
    """Returns what one of the second figure's unit is of the first one's where they may be parts of one amount."""
    if first.unit in TIMES and second.unit in TIMES:
        if {first.unit, second.unit} & SPLIT or second.per or "," in between:
            return None
        return TIMES[second.unit] / TIMES[first.unit]
    if (first.unit, second.unit) in MINORS:
        return None if "," in between and _is_money(first) else MINORS[first.unit, second.unit]
    bare = not second.unit and not second.noun and "," not in between and second.start == second.number.start
    if bare and second.low in TWO_DIGITS and text[second.end : second.end + 1] in CLAUSE_END:
        return Decimal("0.01") if _is_money(first) else 1 / Decimal(60) if first.unit == "hour" else None
    return None


def _is_money(quantity: Quantity) -> bool:
    unit = load_units().by_id.get(quantity.unit)
    return unit is not None and unit.money and not unit.of


def _both(first: Quantity, second: Quantity) -> Span:
    return Span(first.number.start, second.number.end)


def _span(text: str, between: str, first: Quantity, second: Quantity) -> Quantity | None:
    """Returns "between 2 g and about 7 g" as one range, None for two figures."""
    lead = OPEN_RANGES[between]
    if text[max(0, first.start - len(lead)) : first.start].lower() != lead:
        return None
    if first.low is None or second.low is None or {first.bound, second.bound} - LEFT_OPEN or first.low == second.low:
        return None
    if first.unit != second.unit and first.unit and second.unit:
        return None
    low, high = sorted((first.low, second.low))
    number = _both(first, second)
    return replace(second, low=low, high=high, bound=Bound.RANGE, start=first.start, number=number)


def _opposed(between: str, first: Quantity, second: Quantity) -> tuple[Quantity, Quantity | None]:
    """Joins an open lower and an open upper bound of one thing to a range."""
    if {first.bound, second.bound} != {Bound.AT_LEAST, Bound.AT_MOST} or not OPPOSED.match(between):
        return first, second
    if between == ", " and second.start == second.number.start - 1:
        return first, second
    low = first.low if first.low is not None else second.low
    high = first.high if first.high is not None else second.high
    if low is None or high is None or low >= high or (first.unit not in ("", second.unit) and second.unit):
        return first, second
    unit, noun = (second.unit, second.noun) if second.unit else (first.unit, first.noun)
    number = _both(first, second)
    return replace(
        first, low=low, high=high, bound=Bound.RANGE, unit=unit, noun=noun, end=second.end, number=number
    ), None
