"""Finds places in an order: "#3", "ranked third", "first place", "32nd overall"."""

import re
from decimal import Decimal

from extractors.model import Bound, Quantity, Span
from extractors.signs import find_places
from extractors.spacing import lower_case

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
HINTS = ("#", "rank", "place", "finish", "came", "overall", "spot")
RANK = re.compile(
    r"(?<![\w&/])#\s?(?P<hash>\d{1,3})(?![\w.,-]*\w)"
    rf"|\b(?:rank(?:s|ed|ing)?|placed|finished|came)\s+(?P<verb>{ORDINAL})\b"
    r"|(?<=\s)(?P<place>place|overall|spot)\b"
)
BEFORE = re.compile(rf"\b(?P<ordinal>{ORDINAL})\s+\Z")
RANKING = re.compile(r"#\d|\b(?:rank|place|overall|spot|finish)")
REACH = 24


def find_ranks(text: str) -> list[Quantity]:
    """Returns the places in an order that a text gives, as quantities of the unit `rank`.

    >>> [(str(found.low), found.start, found.end) for found in find_ranks("It ranked third, before #4.")]
    [('3', 10, 15), ('4', 24, 26)]
    >>> find_ranks("The first model")
    []
    """
    lower, last = lower_case(text), 0
    hints = find_places(lower, HINTS)
    found: list[Quantity] = []
    for at in hints:
        match = RANK.match(lower, at)
        if match and match["place"]:
            match = BEFORE.search(lower, max(last, at - REACH), at)
        if match and match.start() >= last:
            number = Span(*match.span(match.lastgroup or 0))
            found.append(_rank(at if lower[at] == "#" else number.start, number, number.of(lower)))
            last = number.end
    # "Came second" alone is a way of speaking: some other word of the text must speak of places.
    return found if found and any(RANKING.match(text, at) for at in hints) else []


def _rank(start: int, number: Span, words: str) -> Quantity:
    value = Decimal(ORDINALS.index(words) + 1) if words in ORDINALS else Decimal(re.sub(r"\D", "", words))
    return Quantity(value, value, "rank", Bound.EXACT, start, number.end, number=number, digits=len(str(value)))
