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

REACH = 14
SIBLING = re.compile(r"[*_`]{0,2}(?:,? (?:and|or|by) | ?[x×] ?)[*_`]{0,2}\Z")
LISTED = re.compile(r"[*_`]{0,2} ?, [*_`]{0,2}\Z")
OPPOSED = re.compile(r"(?:,? (?:and|but|or) |, )\Z")
TOGETHER = re.compile(r"(?:,? and |, | |-)\Z")
SHARE = re.compile(r" (?:in|out of|in every|of every|out of every) \Z")
SHARE_OF = frozenset(Decimal(v) for v in load_words(RULES, "share_base"))
MINORS = {(a, b): Decimal(f) for a, b, f in (v.split() for v in load_words(RULES, "minor"))}
LEFT_OPEN = frozenset({Bound.EXACT, Bound.APPROX})


def meet(text: str, first: Quantity, second: Quantity) -> tuple[Quantity, Quantity | None]:
    """Returns two neighbouring figures as they are read together; the second is None when both became one."""
    if second.start - first.end > REACH:
        return first, second
    between = text[first.end : second.start]
    if not first.unit and not first.noun:
        if SHARE.match(between) and _is_share(text, first, second, between):
            return _share(first, second), None
        if SIBLING.match(between) and _lends(first, second):
            return _opposed(between, replace(first, unit=second.unit, noun=second.noun), second)
    if (first.unit, second.unit) in MINORS and TOGETHER.match(between) and first.scale == 0:
        return _amount(first, second)
    if second.per and not first.per and first.unit == second.unit and between.strip() == "/":
        return replace(first, per=second.per), second
    return _opposed(between, first, second)


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
    if "of" in between or "every" in between:
        return second.unit in ("", "ratio") or bool(second.noun)
    opens = first.start == 0 or text[first.start : first.number.start] != "" or text[first.start].isupper()
    return second.low in SHARE_OF and (first.low == 1 or opens)


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
        number=Span(first.number.start, second.number.end),
    )


def _amount(first: Quantity, second: Quantity) -> tuple[Quantity, Quantity | None]:
    part = second.low
    if part is None or second.bound is not Bound.EXACT or first.low != first.high or first.low is None:
        return first, second
    value = first.low + part * MINORS[first.unit, second.unit]
    return replace(first, low=value, high=value, end=second.end, per=second.per or first.per), None


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
    number = Span(first.number.start, second.number.end)
    return replace(
        first, low=low, high=high, bound=Bound.RANGE, unit=unit, noun=noun, end=second.end, number=number
    ), None
