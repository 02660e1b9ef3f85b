"""Whether two numbers with something between them are one range, and what they share: scale, unit, currency."""

import re
from decimal import Decimal

from extractors.number_scan import alternation
from extractors.numbers import RULES, Number, scaled_by
from extractors.quantity_rules import load_words
from extractors.units import Unit

JOINTS = load_words(RULES, "joint")
CHANGES = frozenset(load_words(RULES, "change"))
JOIN = re.compile(
    r"[*_`]{0,2}-?[ \u00a0\u202f\u2009]?(?:([-–—‒−‑~～〜]|±|\+/-)[ \u00a0\u202f\u2009]?|("
    + alternation(JOINTS)
    + r")[ \u00a0\u202f\u2009]|-(to)-)(?=[~≈]?[\w$€£¥￥₹₩½¼¾.*+−-])"
)
RANGEABLE = frozenset({"digits", "words", "fraction"})
SPREAD = ("±", "+/-")


def joins(
    text: str, number: Number, other: Number, units: tuple[Unit | None, Unit | None], joint: re.Match[str], floor: int
) -> bool:
    """Returns True when two numbers and the words between them are one range."""
    word, mark = joint[2] or joint[3], joint[1]
    first, second = units
    if number.low is None or other.low is None or other.form not in RANGEABLE:
        return False
    if first is not None and second is not None and first.id != second.id:
        return False
    if mark in SPREAD:
        return True
    if (
        mark is not None
        and mark in "~～〜"
        and text[max(floor, number.start - 1) : number.start] in ("~", "～", "〜", "+")
    ):
        return False
    lead = _words_before(text, number.start, floor)
    if word == "and":
        return "between" in lead
    opened = bool(lead) and lead[-1] in ("from", "between")
    if word == "or":
        return first is None and number.low < other.low <= number.low * 2 + 1
    if word is not None:
        if opened:
            return True
        if first is not None and second is None and not first.money:
            return False
        return not (lead and lead[-1] in CHANGES and first is not None)
    return _dashed(number, other, first, joint)


def _dashed(number: Number, other: Number, first: Unit | None, joint: re.Match[str]) -> bool:
    if number.low is None or other.low is None:
        return False
    if len(joint[0].strip("*_`")) > 1 and joint[1] in "-—" and first is not None and not first.money:
        return False
    low = number.low if number.scale or not other.scale else number.low.scaleb(other.scale)
    return low < other.low or (first is not None and number.low < other.low)


def _words_before(text: str, at: int, floor: int) -> list[str]:
    return text[max(floor, at - 24) : at].lower().rstrip("$€£¥~≈ ").split()[-3:]


def share_scale(number: Number, other: Number, unit: Unit | None, *, dashed: bool) -> Number:
    """Returns the first number of a range with the scale of the second where it has none ("$20–40B")."""
    if number.scale or not other.scale or number.low is None or other.low is None:
        return number
    if (unit is not None and not unit.money) or number.form == "fraction":
        return number
    mantissa = other.low.scaleb(-other.scale)
    return scaled_by(number, other.scale) if number.low < mantissa or (dashed and number.low < 1000) else number


def ends_of(number: Number, other: Number, joint: re.Match[str]) -> tuple[Decimal | None, Decimal | None]:
    """Returns low and high of a range; `±` makes one around the first number."""
    if number.low is None or other.high is None:
        return number.low, other.high
    if joint[1] in SPREAD:
        return number.low - other.high, number.low + other.high
    return min(number.low, other.high), max(number.low, other.high)
