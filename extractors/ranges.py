"""Two numbers with something between them as one range, and what they share: scale, unit, currency."""

import re
from decimal import Decimal
from typing import NamedTuple

from extractors.measures import unit_after
from extractors.money import SIGNS, money_before
from extractors.number_scan import SECOND, alternation
from extractors.number_words import words_at
from extractors.numbers import RULES, SPACES, Number, digits_at, scaled_by
from extractors.quantity_rules import load_words
from extractors.units import Unit

CHANGES = frozenset(load_words(RULES, "change"))
JOIN = re.compile(
    r"[*_`]{0,2}-?[ \u00a0\u202f\u2009]?(?:([-–—‒−‑~～〜]|±|\+/-)[ \u00a0\u202f\u2009]?"
    rf"|({alternation(load_words(RULES, 'joint'))})[ \u00a0\u202f\u2009]|-(to)-)(?=[~≈]?[\w$€£¥￥₹₩½¼¾.*+−-])"
)
JOINERS = frozenset(SPACES + "-–—‒−‑~～〜±+*_`")
JOINT_STARTS = frozenset("taou-–—‒−~±+")
BEFORE_SECOND = SIGNS | frozenset("~≈*_` +-−")
RANGEABLE = frozenset({"digits", "words", "fraction"})
SPREAD = ("±", "+/-")
MINUS = ("-", "−")
NEGATIVE = tuple(f"{word} " for word in load_words(RULES, "negative"))


class Range(NamedTuple):
    """A number that runs to a second one.

    Attributes:
        low: Lower end.
        high: Upper end.
        unit: Unit of both.
        number_end: End of the second number with its scale.
        end: End of the second number's unit.
        scale: Scale of the second number.
        digits: Significant digits of the longer number.
    """

    low: Decimal | None
    high: Decimal | None
    unit: Unit | None
    number_end: int
    end: int
    scale: int
    digits: int


def range_at(text: str, number: Number, unit: Unit | None, right: int, floor: int, end: int) -> Range | None:
    """Returns the range that begins with a number whose unit ends at `right`, or None."""
    if number.form not in RANGEABLE or (text[right] in SPACES and text[right + 1 : right + 2] not in JOINT_STARTS):
        return None
    joint = JOIN.match(text, right, end)
    second = _second(text, joint.end(), unit, end) if joint else None
    if joint is None or second is None:
        return None
    other, money = second
    found = unit_after(text, other, joint.end(), end)
    theirs = money if money is not None and (found is None or not found[0].money) else found and found[0]
    if _minus_before(text, number.start, floor):
        number = _negated(number)
    if not _joins(text, number, other, (unit, theirs), joint, floor):
        return None
    number = _share_scale(number, other, unit if right != number.end else None, dashed=joint[1] is not None)
    low, high = _ends(number, other, joint)
    stop = found[1] if found is not None and theirs is found[0] else other.end
    return Range(low, high, theirs or unit, other.end, stop, other.scale, max(number.digits, other.digits))


def _second(text: str, at: int, unit: Unit | None, end: int) -> tuple[Number, Unit | None] | None:
    """Returns the second number, its sign and currency taken in."""
    hit, begin = SECOND.match(text, at, end), at
    while hit is None and begin < end and begin < at + 5 and text[begin] in BEFORE_SECOND:
        begin += 1
        hit = SECOND.match(text, begin, end)
    if hit is None:
        return None
    if text[hit.end() - 1].isdigit() and text[begin].isalpha():
        begin = hit.end() - 1
    money, left = money_before(text, begin, at)
    lead = text[at:left].strip("~≈*_` +")
    if lead and lead not in MINUS:
        return None
    paid = money is not None or (unit is not None and unit.money)
    other = words_at(text, begin, end) if text[begin].isalpha() else digits_at(text, begin, end, money=paid)
    if other is None or other.low is None or other.form not in RANGEABLE:
        return None
    return _negated(other) if lead else other, money


def _minus_before(text: str, at: int, floor: int) -> bool:
    """Returns True for a word or a sign before a number that joins it to no word: "minus 5 to 10", "-5 to 10"."""
    if text[max(floor, at - 9) : at].lower().endswith(NEGATIVE):
        return True
    return at > floor and text[at - 1] in MINUS and (at - 1 == floor or not text[at - 2].isalnum())


def _negated(number: Number) -> Number:
    return number if number.low is None else number._replace(low=-number.low, high=-number.low)


def _joins(
    text: str, number: Number, other: Number, units: tuple[Unit | None, Unit | None], joint: re.Match[str], floor: int
) -> bool:
    """Returns True when two numbers and what stands between them are one range."""
    mark, word = joint[1], joint[2] or joint[3]
    first, second = units
    if number.low is None or other.low is None or (first and second and first.id != second.id):
        return False
    if mark in SPREAD:
        return True
    if mark is not None:
        return not _marked_before(text, number, mark, floor) and _dashed(number, other, first, joint)
    lead = text[max(floor, number.start - 24) : number.start].lower().rstrip("$€£¥~≈ ").split()[-3:]
    if word == "and":
        return "between" in lead
    if word == "or":
        return first is None and number.low < other.low <= number.low * 2 + 1
    if lead and lead[-1] in ("from", "between"):
        return True
    if first is not None and second is None and not first.money:
        return False
    if first is None and second is None and number.low > other.low and not other.scale:
        return False
    return first is None or not lead or lead[-1] not in CHANGES


def _marked_before(text: str, number: Number, mark: str, floor: int) -> bool:
    """Returns True when a tilde before the first number says that the one between is no dash: "~15~20"."""
    return mark in "~～〜" and text[max(floor, number.start - 1) : number.start] in ("~", "～", "〜", "+")


def _dashed(number: Number, other: Number, first: Unit | None, joint: re.Match[str]) -> bool:
    if number.low is None or other.low is None:
        return False
    spaced = len(joint[0].strip("*_`")) > 1
    if spaced and joint[1] in "-—" and first is not None and not first.money:
        return False
    low = number.low if number.scale or not other.scale else number.low.scaleb(other.scale)
    return low < other.low or (first is not None and number.low < other.low)


def _share_scale(number: Number, other: Number, unit: Unit | None, *, dashed: bool) -> Number:
    """Returns the first number with the scale of the second where it has none ("$20–40B")."""
    if number.scale or not other.scale or number.low is None or other.low is None or number.form == "fraction":
        return number
    if unit is not None and not unit.money:
        return number
    mantissa = other.low.scaleb(-other.scale)
    return scaled_by(number, other.scale) if number.low < mantissa or (dashed and number.low < 1000) else number


def _ends(number: Number, other: Number, joint: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
    """Returns low and high of a range; `±` makes one around the first number."""
    if number.low is None or other.high is None:
        return number.low, other.high
    if joint[1] in SPREAD:
        return number.low - other.high, number.low + other.high
    return min(number.low, other.high), max(number.low, other.high)
