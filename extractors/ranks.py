"""Finds places in an order: "#3", "No. 3", "ranked third", "first place", "32nd overall", "in the top ten"."""

import re
from decimal import Decimal

from extractors.model import Bound, Quantity, Span
from extractors.phrases import find_places
from extractors.spacing import lower_case

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th))"
HINTS = ("#", "no.", "rank", "place", "finish", "came", "overall", "spot", "top ")
TENS = {"three": 3, "five": 5, "ten": 10, "twenty": 20, "hundred": 100}
RANK = re.compile(
    r"(?<![\w&/])(?:#|no\.)\s?(?P<hash>\d{1,3})(?![\w.,-]*\w)"
    rf"|top (?P<top>{'|'.join(TENS)}|\d{{1,3}})\b(?! (?:rounds?|deals?|funding|stories|news|tips|reasons|picks))"
    rf"|\b(?:rank(?:s|ed|ing)?|placed|finished|came)\s+(?P<verb>{ORDINAL})\b"
    r"|(?<=\s)(?P<place>place|overall|spot)\b"
    r"|(?<=-)(?P<ranked>ranked)\b"
)
BEFORE = re.compile(rf"\b(?P<ordinal>{ORDINAL})[\s-]+\Z")
# Once one place is told, ordinals that go on with it are places too: "11th overall, 3rd on coding and 4th on math".
GOES_ON = re.compile(
    rf"(?:[^.;|\n#]{{0,60}}?(?:,|\band))\s+(?P<next>{ORDINAL})(?= (?:on|in|at|for|among|overall|of)\b)"
)
INTO = re.compile(r"\b(?:in|into|within|among|inside) (?:the |its )?(?:global |world'?s |overall )?\Z")
RANKING = re.compile(r"#\d|no\.|top |\b(?:rank|place|overall|spot|finish)")
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
        if match and (match["place"] or match["ranked"]):
            match = BEFORE.search(lower, max(last, at - REACH), at)
        if match and match.start() >= last and (match.lastgroup != "top" or INTO.search(lower, max(0, at - REACH), at)):
            found.append(_rank(lower, at, match))
            last = found[-1].end
            while (more := GOES_ON.match(lower, last)) is not None:
                found.append(_rank(lower, more.start("next"), more))
                last = found[-1].end
    # "Came second" alone is a way of speaking: some other word of the text must speak of places.
    return found if found and any(RANKING.match(lower, at) for at in hints) else []


def _rank(lower: str, at: int, match: re.Match[str]) -> Quantity:
    name = match.lastgroup or ""
    number = Span(*match.span(name))
    words = number.of(lower)
    if words in ORDINALS:
        value = Decimal(ORDINALS.index(words) + 1)
    else:
        value = Decimal(TENS.get(words) or re.sub(r"\D", "", words))
    start = at if name in ("hash", "top") else number.start
    low, bound = (None, Bound.AT_MOST) if name == "top" else (value, Bound.EXACT)
    return Quantity(low, value, "rank", bound, start, number.end, number=number, digits=len(str(value)))
