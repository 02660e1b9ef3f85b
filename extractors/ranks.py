"""Finds places in an order: "#3", "ranked third", "first place", "32nd overall"."""

import re
from decimal import Decimal

from extractors.model import Bound, Quantity, Span

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
# One class of characters first, so that the search runs at the speed of a character scan; a place whose word follows
# its ordinal ("third overall") is hit at that word.
RANK = re.compile(
    r"[#RrPpFfCcOoSs](?i:(?<=#)(?<![\w&/].)\s?(?P<hash>\d{1,3})(?![\w.,-]*\w)"
    rf"|(?<=\b[rpfc])(?:(?<=r)ank(?:s|ed|ing)?|(?<=p)laced|(?<=f)inished|(?<=c)ame)\s+(?P<verb>{ORDINAL})\b"
    r"|(?<=\s[pos])(?P<place>(?<=p)lace|(?<=o)verall|(?<=s)pot)\b)"
)
PLACE = re.compile(rf"\b({ORDINAL})\s+\Z", re.IGNORECASE)
RANKING = re.compile(r"#\d|\b(?:rank|place|overall|spot|finish)")
REACH = 24


def find_ranks(text: str) -> list[Quantity]:
    """Returns the places in an order that a text gives, as quantities of the unit `rank`.

    >>> [(str(found.low), found.start, found.end) for found in find_ranks("It ranked third, before #4.")]
    [('3', 10, 15), ('4', 24, 26)]
    >>> find_ranks("The first model")
    []
    """
    found: list[Quantity] = []
    last = 0
    for match in RANK.finditer(text):
        name = match.lastgroup or "hash"
        number: re.Match[str] | None = match
        if name == "place":
            number = PLACE.search(text, max(last, match.start() - REACH), match.start())
        if number is not None:
            span = Span(*number.span(1 if name == "place" else name))
            found.append(_rank(match.start() if name == "hash" else span.start, span, span.of(text).casefold()))
            last = span.end
    # "Came second" alone is a way of speaking: some other word of the text must speak of places.
    return found if found and RANKING.search(text) else []


def _rank(start: int, number: Span, words: str) -> Quantity:
    value = Decimal(ORDINALS.index(words) + 1) if words in ORDINALS else Decimal(re.sub(r"\D", "", words))
    return Quantity(value, value, "rank", Bound.EXACT, start, number.end, number=number, digits=len(str(value)))
