"""Finds places in an order: "#3", "ranked third", "first place", "32nd overall"."""

import re
from decimal import Decimal

from extractors.model import Bound, Quantity, Span

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
SUSPECT = re.compile(r"#\d|\b(?:rank|place|overall|spot|finish)")
RANK = re.compile(
    rf"(?<![\w&/])#\s?(?P<hash>\d{{1,3}})(?![\w.,-]*\w)"
    rf"|\b(?P<place>{ORDINAL})(?=\s+(?:place|overall|spot)\b)"
    rf"|\b(?:rank(?:s|ed|ing)?|placed|finished|came)\s+(?P<verb>{ORDINAL})\b",
    re.I,
)


def find_ranks(text: str) -> list[Quantity]:
    """Returns the places in an order that a text gives, as quantities of the unit `rank`.

    >>> [(str(found.low), found.start, found.end) for found in find_ranks("It ranked third, before #4.")]
    [('3', 10, 15), ('4', 24, 26)]
    >>> find_ranks("The first model")
    []
    """
    if not SUSPECT.search(text):
        return []
    return [_rank(match) for match in RANK.finditer(text)]


def _rank(match: re.Match[str]) -> Quantity:
    name = match.lastgroup or "hash"
    start, end = match.span(name)
    value = _number(match[name].casefold())
    begin = match.start() if name == "hash" else start
    return Quantity(value, value, "rank", Bound.EXACT, begin, end, number=Span(start, end), digits=len(str(value)))


def _number(words: str) -> Decimal:
    return Decimal(ORDINALS.index(words) + 1) if words in ORDINALS else Decimal(re.sub(r"\D", "", words))
