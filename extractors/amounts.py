"""An amount before the words around it are asked: its parts, whether it is one at all, and what a sign makes of it.

`3 million and a half` and `an hour and a half` have a part of their own; "one" is often a pronoun.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from extractors.model import Bound, Quantity, Span
from extractors.nouns import Phrase
from extractors.number_scan import trie
from extractors.number_words import CARDINALS, part_after
from extractors.numbers import RULES, Number
from extractors.quantity_rules import load_words
from extractors.units import Unit, unit_at
from extractors.vetoes import names_part

HALF = Decimal("0.5")
ONE = Decimal(1)
ONE_AND_A_HALF = ONE + HALF
AND = " and "
SHARE_AHEAD = re.compile(
    rf" (?:(?:in|out of|over) (?:every )?(?:\d|{trie(CARDINALS)}\b))"
    r"(?![\w,.]* (?:second|minute|hour|day|week|month|year|decade)s?\b)"
)
PRONOUN_LEADS = frozenset(load_words(RULES, "determiner"))
ARTICLE = re.compile(r"(?<![\w-])an? ((?:[a-z]+ )?[a-z]+) and (?:a )?\Z", re.IGNORECASE)
ALONE = re.compile(r"an? ([A-Za-z]{1,20})", re.IGNORECASE)
LONGEST_ALONE = 24
REACH = 32


class Value(NamedTuple):
    """A number or range with its unit, before the words around it are asked.

    Attributes:
        left: Where the number with its currency sign begins.
        right: Where it ends with its unit.
        number: Span of digits and scale.
    """

    low: Decimal | None
    high: Decimal | None
    bound: Bound
    unit: Unit | None
    left: int
    right: int
    number: Span
    form: str
    scale: int
    digits: int


class Whole(NamedTuple):
    """One of a unit that an article stands for, with a part still to come: "an hour and …".

    Attributes:
        unit: Of what.
        start: Where the article begins.
        end: Where the unit ends.
    """

    unit: Unit
    start: int
    end: int


def with_part(text: str, number: Number, unit: Unit | None, right: int, end: int) -> tuple[Number, int]:
    """Returns a number with the half or quarter that follows it or its unit at `right`, and where that ends.

    Only halves and quarters are parts: "two miles and a half", not "over 50 and a fifth were hired".
    """
    found = part_after(text, right, end)
    if found is None or number.low is None or text.startswith(" of ", found[1]):
        return number, right
    part, stop = found
    if part not in (HALF, HALF / 2, HALF * 3 / 2):
        return number, right
    value = number.low + (part if unit is not None else part.scaleb(number.scale))
    return number._replace(low=value, high=value, end=number.end if unit is not None else stop), stop


def whole_before(text: str, at: int, floor: int) -> Whole | None:
    """Returns the unit with an article that stands before a place, or None.

    >>> whole_before("wait an hour and a half", 19, 0).unit.id
    'hour'
    >>> whole_before("two hours and a half", 16, 0) is None
    True
    """
    found = ARTICLE.search(text, max(floor, at - REACH), at)
    unit = unit_at(text, found.start(1), found.end(1)) if found else None
    if found is None or unit is None or unit[1] != found.end(1) or unit[0].dimension == "count":
        return None
    return Whole(unit[0], found.start(), unit[1])


def one_alone(text: str) -> Whole | None:
    """Returns the one unit that is the whole of a text, None for any other text.

    >>> one_alone("a kilogram").unit.id, one_alone("a kilogram of it")
    ('kilogram', None)
    """
    found = ALONE.fullmatch(text)
    unit = unit_at(text, found.start(1), found.end(1)) if found else None
    if found is None or unit is None or unit[1] != found.end(1) or unit[0].dimension == "count":
        return None
    return Whole(unit[0], 0, unit[1])


def one_of(whole: Whole, start: int, sign: Bound | None) -> Quantity:
    """Returns one of a unit as a figure that begins at a place, under a sign before it."""
    low, high = None if sign is Bound.AT_MOST else ONE, None if sign is Bound.AT_LEAST else ONE
    number = Span(whole.start, whole.start + 1)
    return Quantity(low, high, whole.unit.id, sign or Bound.EXACT, start, whole.end, number=number, digits=1)


def is_figure(text: str, value: Value, unit: Unit | None, phrase: Phrase | None, left: int, floor: int) -> bool:
    """Returns False for words that only look like a figure: "one" as a pronoun, "half" without anything halved."""
    if unit is not None:
        return True
    if value.form == "half a":
        return False
    if phrase is None and text[max(floor, left - 4) : left].lower() == "top ":
        return False
    if value.form == "words" and left == value.number.start and names_part(text, left, floor):
        return False
    if value.form != "words" or value.low != 1:
        return value.form != "single" or phrase is not None
    if phrase is None:
        first, last = value.number.start, value.number.end
        alone = (first == 0 or text[first - 1] == "\n") and (last == len(text) or text[last] == "\n")
        return alone or left < value.number.start or SHARE_AHEAD.match(text, value.number.end) is not None
    if phrase.plural or phrase.adjacent:
        return True
    lead = text[max(floor, left - 10) : left].lower().split()
    return not lead or lead[-1] not in PRONOUN_LEADS


def limit(value: Value, sign: Bound | None, *, negative: bool) -> tuple[Decimal | None, Decimal | None, Bound]:
    """Returns a value's ends and bound under the sign that stands before or after it."""
    low, high, bound = value.low, value.high, value.bound
    if negative and low is not None and bound is Bound.EXACT:
        low = high = -low
    if bound is Bound.AT_LEAST:
        return low, None, bound
    if sign is None or bound is Bound.RANGE or sign is Bound.RANGE:
        return low, high, bound
    if sign is Bound.AT_LEAST:
        return low, None, sign
    if sign is Bound.AT_MOST:
        return None, high, sign
    return low, high, sign if bound is Bound.EXACT else bound
