"""Says in which unit and scale a table gives its bare numbers: "Context (K)", "Revenue, $bn", "in RMB million"."""

import re
from functools import lru_cache

from extractors.model import Quantity
from extractors.quantities import find_quantities

_MONEY = r"RMB|CNY|USD|EUR|GBP|JPY|INR|US\$|[$€£¥₹]"
_SCALED = re.compile(
    rf"(?P<sign>{_MONEY})[ -]?(?P<scale>millions?|billions?|mn|bn|m\b|b\b)"
    r"|\b(?P<words>million|billion)s?,? (?:of )?(?P<currency>RMB|CNY|yuan|US dollars|dollars|euros|USD|EUR|pounds)\b",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"\((?:in )?(?P<bracket>[^()\d]{1,24}?)(?:(?: ?/| per\b)[^()]*)?\)"
    r"|(?:, (?:in )?| in )(?P<tail>[^\s()\d,]{1,8})$|(?:^|\s)(?P<sign>[$€£¥]) ?/"
)
_RATE = re.compile(r"\(([a-zA-Z]{1,10}/[a-zA-Z]{1,10})\)")
_SIGN = re.compile(_MONEY)
_PLURAL = re.compile(r"(?<=illion|ousand)s\b")
_LETTER = re.compile(r"[KMBTkm%](?![a-zA-Z])")


@lru_cache(maxsize=1024)
def money_scale(words: str) -> Quantity | None:
    """Returns the currency and scale that a caption or a head states, as a figure of one.

    >>> money_scale("Figures in RMB million").low
    Decimal('1E+6')
    >>> money_scale("Figures of 2026")
    """
    match = _SCALED.search(words)
    if match is None:
        return None
    scale = "million" if (match["scale"] or match["words"]).lower().startswith("m") else "billion"
    return _first(f"{match['sign'] or match['currency']} 1 {scale}")


@lru_cache(maxsize=1024)
def head_unit(words: str) -> Quantity | None:
    """Returns the unit and scale that a head states for the bare numbers below it, as a figure of one.

    >>> head_unit("Context (K)").low, head_unit("Input ($/1M tokens)").unit, head_unit("Accuracy (%)").unit
    (Decimal('1E+3'), 'USD', 'percent')
    >>> head_unit("Experts (total)")
    """
    if found := money_scale(words):
        return found
    if rate := _RATE.search(words):
        return _known(_first(f"1 {rate[1]}"))
    stated = _STATED.search(words)
    if stated is None:
        return None
    unit = _PLURAL.sub("", stated[stated.lastgroup or 0]).strip()
    if sign := _SIGN.search(unit):
        return _first(f"{sign[0]} 1")
    return _known(_first(f"1{unit}" if _LETTER.match(unit) else f"1 {unit}"))


def _first(words: str) -> Quantity | None:
    return next(iter(find_quantities(words)), None)


def _known(figure: Quantity | None) -> Quantity | None:
    """Returns a figure that has a unit or a scale; one that only counts some noun states none."""
    return figure if figure and (figure.scale or (figure.unit and figure.unit != figure.noun.lower())) else None
