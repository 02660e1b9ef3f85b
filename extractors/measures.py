"""The unit that stands after a number: symbols only where they are no English words, pounds as money or weight."""

import re
from decimal import Decimal

from extractors.number_scan import alternation
from extractors.numbers import RULES, SPACES, Number
from extractors.quantity_rules import load_words
from extractors.units import Unit, load_units, unit_at

UNITS = load_units()
POUND, STERLING, RATIO, TIME, INCH, FOOT = (UNITS.by_id[i] for i in ("pound", "GBP", "ratio", "time", "inch", "foot"))
INCH_MARKS = '"”'
PRICES = frozenset(load_words(RULES, "price"))
EXTENTS = frozenset(load_words(RULES, "extent"))
COMPARED = frozenset(load_words(RULES, "comparison"))
WEATHER = frozenset(load_words(RULES, "weather"))
FILLER = re.compile(rf" (?:{alternation(load_words(RULES, 'filler'))})(?= )")
FILLER_STARTS = frozenset(w[0] for w in load_words(RULES, "filler"))
NEXT = re.compile(r"[*_`]{0,2} ([A-Za-z]+)(?:(?<=[A-Z])|[\w.-]*(['’]s)\b)?")
PART_OF = re.compile(r" of (?:an? )?")
INCHES = re.compile(r"-(\d{1,2})(?![\w-])")
FEET_MARKS = ("'", "’", "′")
FEET_AND_INCHES = re.compile(r"['’′](1?\d)(?:[\"″”]|'')")
BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}
MARKS = "*_`"
HYPHENS = "-‑"
ENGLISH = frozenset({"in", "x", "X", "h", "A", "c"})
Found = tuple[Unit, int]


def unit_after(text: str, number: Number, floor: int, end: int) -> Found | None:
    """Returns the unit of a number and where it ends, or None.

    >>> from extractors.numbers import digits_at
    >>> unit_after("5 km", digits_at("5 km", 0, 4), 0, 4)[0].id
    'kilometer'
    >>> unit_after("5 of", digits_at("5 of", 0, 4), 0, 4) is None
    True
    """
    at, form = number.end, number.form
    if at >= end:
        return None
    found = unit_near(text, at, end, plain=form != "digits" and form != "fraction")
    if found is None:
        return _unit_of(text, number, end) if text.startswith(" of ", at) else None
    if found[0] is POUND and _is_price(text, number, found[1], floor):
        return STERLING, found[1]
    if found[0] is TIME:
        return _occasions(text, number, found[1], end), found[1]
    return found


def _unit_of(text: str, number: Number, end: int) -> Found | None:
    """Returns the unit in "hundreds of miles" and "a tenth of a second"; a counted noun stays out of the span."""
    at = number.end
    if number.form == "vague":
        found = unit_near(text, at + 3, end, plain=True)
        return (found[0], at) if found is not None and found[0].dimension == "count" else found
    part = PART_OF.match(text, at, end)
    whole = number.low is None or number.low == number.low.to_integral_value()
    if part is None or number.form not in ("fraction", "words") or (number.form == "words" and whole):
        return None
    found = unit_at(text, part.end(), end)
    return found if found is None or part[0] != " of " or found[0].dimension == "time" else None


def unit_near(text: str, at: int, end: int, *, plain: bool) -> Found | None:
    """Returns the unit at a place, a space or hyphen before it; `plain` numbers, in words, take no short symbols."""
    while at < end and text[at] in MARKS:
        at += 1
    if at >= end:
        return None
    begin = at
    if text[at] in INCH_MARKS and _closes_nothing(text, at, text[at]):
        return INCH, at + 1
    if text[at] in SPACES or (text[at] in HYPHENS and at + 1 < end and text[at + 1].isalpha()):
        begin += 1
    found = unit_at(text, begin, end)
    if begin > at and found is None and text[begin : begin + 1] in INCH_MARKS and _is_extent(text, begin + 1, end):
        return INCH, begin + 1
    if found is None:
        return _bracketed(text, begin, end) if begin < end and text[begin] in BRACKETS else None
    if found[1] - begin <= 2 and text[begin].isalpha() and (plain or not _fits(text, at, begin, found[1], end)):
        return None
    return found


def _closes_nothing(text: str, at: int, mark: str) -> bool:
    """Returns True for a quotation mark that no earlier one of its line opened, so that it stands for inches."""
    begin = text.rfind("\n", 0, at) + 1
    if mark == '"':
        return text.count(mark, begin, at) % 2 == 0
    return text.count("“", begin, at) <= text.count(mark, begin, at)


def inches_after(text: str, at: int, end: int, *, marked: bool = False) -> tuple[Decimal, int]:
    """Returns the part of a foot that the inches of "6-foot-4" or, `marked`, 6'4" are, and where they end, or 0."""
    found = (FEET_AND_INCHES if marked else INCHES).match(text, at, end)
    return (Decimal(found[1]) / 12, found.end()) if found else (Decimal(0), at)


def past_filler(text: str, at: int, end: int) -> int:
    """Returns where "more" or "full" between a number and its noun ends, or the place itself."""
    if at + 1 >= end or text[at] != " " or text[at + 1] not in FILLER_STARTS:
        return at
    found = FILLER.match(text, at, end)
    return found.end() if found else at


def _bracketed(text: str, at: int, end: int) -> Found | None:
    """Returns the unit of "20 (kg)"."""
    found = unit_at(text, at + 1, end)
    if found is None or found[0].dimension == "count" or found[1] >= end or text[found[1]] != BRACKETS[text[at]]:
        return None
    return found[0], found[1] + 1


def _fits(text: str, at: int, begin: int, right: int, end: int) -> bool:
    """Returns False where a short symbol is a word or a name here: "5 in ten", "20 F Block"."""
    if begin == at and text[begin:right] in "CF":
        return _is_degree(text, right, end)
    if begin == at or text[at] in HYPHENS:
        return True
    if right < end and text[right] == "-":
        return False
    symbol = text[begin:right]
    if symbol == "in" and NEXT.match(text, right, end):
        return _is_extent(text, right, end)
    if symbol in "CF":
        return _is_degree(text, right, end)
    return symbol not in ENGLISH or right + 1 >= end or text[right] != " " or not text[right + 1].isalnum()


def _is_extent(text: str, right: int, end: int) -> bool:
    found = NEXT.match(text, right, end)
    return found is not None and found[1].lower() in EXTENTS


def _is_degree(text: str, right: int, end: int) -> bool:
    """Returns True for C and F as degrees: nothing, punctuation or a word of weather follows ("38C in the south")."""
    if right >= end or text[right] in ".,;)!?\n" or text.startswith(" (", right):
        return True
    found = NEXT.match(text, right, end)
    return found is not None and found[1] in WEATHER


def _is_price(text: str, number: Number, right: int, floor: int) -> bool:
    """Returns True for pounds that are money: millions of them, after a word of price, each."""
    if text.startswith(" of ", right):
        return False
    if number.scale >= 6 or text.startswith((" each", " apiece"), right):
        return True
    lead = text[max(floor, number.start - 40) : number.start].lower()
    return "£" in lead or any(word in PRICES for word in lead.split()[-3:])


def _occasions(text: str, number: Number, right: int, end: int) -> Unit:
    """Settles "times": a ratio before what is compared ("four times the price"), else a count of occasions."""
    found = NEXT.match(text, right, end)
    if found is None:
        return RATIO if right >= end and number.low is not None and number.low < 1000 else TIME
    acronym = len(found[1]) > 2 and found[1].isupper()
    return RATIO if found[1].lower() in COMPARED or found[2] or acronym else TIME
