"""Currency signs, codes and letters before a number, and which currency a bare ¥ is."""

import re

from extractors.expressions import class_first
from extractors.numbers import RULES, SPACES
from extractors.quantity_rules import load_words
from extractors.units import Unit, load_units, unit_at

PREFIXES = load_units().prefixes
SIGNS = frozenset(s[-1] for s in PREFIXES if not s[-1].isalnum() and s[-1] != ".")
APART = frozenset(load_words(RULES, "apart"))
COUNTRIES = frozenset(s[:-1].lower() for s in PREFIXES if s[-1] == "$" and s[:-1].isalpha()) - APART
DETERMINERS = frozenset({"the", "a", "an", "one", "per", "each", "of", "and", "or", "to"})
NAMED = frozenset(load_words(RULES, "named_before"))
YEN_SIGNS = ("¥", "￥")
OPENING = "(~≈+-−*_<>≥≤/“\"'"
LONGEST = 6
MINUS = "-−"
MARKS = "*_`"


def _named(*lists: str) -> re.Pattern[str]:
    """Returns an expression for any of the words of lists, as words of their own."""
    words = [word for name in lists for word in load_words(RULES, name)]
    return re.compile(rf"{class_first(words, '(?<![A-Za-z].)')}(?![a-z])")


YUAN = _named("yuan", "yuan_makers")
YEN = _named("yen", "yen_makers")


def money_before(text: str, at: int, floor: int) -> tuple[Unit | None, int]:
    """Returns the currency whose sign or code stands right before a number, and where it begins.

    >>> money_before("for US$5", 7, 0)[0].id, money_before("for US 5", 7, 0)
    ('USD', (None, 7))
    """
    stop = at
    if stop > floor and text[stop - 1] in MARKS:
        stop = floor + len(text[floor:stop].rstrip(MARKS))
    if stop > floor and text[stop - 1] in SPACES:
        stop -= 1
    if stop <= floor:
        return None, at
    char = text[stop - 1]
    if char in MINUS and stop == at and text[max(floor, stop - 2) : stop - 1] in SIGNS:
        return money_before(text, at - 1, floor)
    if char in SIGNS:
        begin = _sign_start(text, stop, floor)
        unit = PREFIXES.get(text[begin:stop]) or PREFIXES.get(text[begin:stop].replace(" ", "").upper())
    elif char.isalpha() or char == ".":
        begin = _code_start(text, stop, floor)
        unit = PREFIXES.get(text[begin:stop]) if begin < stop else None
    else:
        return None, at
    return (unit, begin) if unit is not None else (None, at)


def _code_start(text: str, stop: int, floor: int) -> int:
    """Returns where a code such as RMB begins; the place itself where the word is too long for one."""
    begin = max(text.rfind(" ", max(floor, stop - LONGEST - 1), stop - 1) + 1, floor)
    if stop - begin > LONGEST:
        return stop
    while begin < stop and text[begin] in OPENING:
        begin += 1
    return begin


def _sign_start(text: str, stop: int, floor: int) -> int:
    """Returns where a currency sign with its country's letters begins: "$", "US$", "hk $"."""
    begin = stop - 1
    while begin > floor and begin > stop - 4 and text[begin - 1].isalpha():
        begin -= 1
    if begin == stop - 1 and begin - 2 > floor and text[begin - 1] == " ":
        word = max(text.rfind(" ", floor, begin - 1) + 1, floor)
        if 0 < begin - 1 - word <= 3 and text[word : begin - 1].lower() in COUNTRIES:
            return word
    while begin < stop - 1 and text[begin:stop] not in PREFIXES and text[begin:stop].upper() not in PREFIXES:
        begin += 1
    return begin


def yen_or_yuan(text: str) -> str:
    """Returns the ISO code of a bare ¥ in a text: CNY where it speaks more of China than of Japan, else JPY.

    >>> yen_or_yuan("¥0.8 per million tokens on Alibaba Cloud"), yen_or_yuan("¥500")
    ('CNY', 'JPY')
    """
    return "CNY" if len(YUAN.findall(text)) > len(YEN.findall(text)) else "JPY"


def named_before(text: str, at: int, floor: int) -> tuple[Unit, int] | None:
    """Returns the currency whose name stands before a number, and where it begins: "ringgit 42", not "the dollar 42".

    >>> named_before("for ringgit 42", 12, 0)[0].id, named_before("to the euro 1.2", 12, 0)
    ('MYR', None)
    """
    if at <= floor or text[at - 1] != " ":
        return None
    begin = max(text.rfind(" ", floor, at - 1) + 1, floor)
    found = unit_at(text, begin, at - 1) if text[begin : at - 1] in NAMED else None
    if found is None or found[1] != at - 1:
        return None
    lead = text[max(floor, begin - 12) : begin].lower().split()
    if lead and (longer := unit_at(text, begin - len(lead[-1]) - 1, at - 1)) is not None and longer[1] == at - 1:
        return longer[0], begin - len(lead[-1]) - 1
    return None if lead and lead[-1] in DETERMINERS else (found[0], begin)
