"""Words and signs around a number that limit it: "over", "up to", "~", "+", "or more"."""

import re
from collections.abc import Iterable, Mapping

from extractors.model import Bound
from extractors.numbers import RULES, SPACES
from extractors.quantity_rules import load_entries, load_words


def _phrases(identifier: str) -> dict[str, Bound]:
    table: Mapping[str, Iterable[str]] = load_entries("quantities_signs", "sign")[identifier]["phrases"]
    return {phrase: Bound(name) for name, phrases in table.items() for phrase in phrases}


BEFORE = _phrases("before")
AFTER = _phrases("after")
MARKS = _phrases("mark")
MARK_CHARS = frozenset("~≈∼～≃≅±>≥⩾＞<≤⩽＜=+-−;")
LAST_WORDS = {p.rpartition(" ")[2] for p in BEFORE}
MAX_WORDS = max(p.count(" ") + 1 for p in BEFORE)
OPENING = "(“\"'‘[*_—–`"
OVER_TIME = frozenset(load_words("quantities_signs", "over_time"))
DASHES = re.compile("[—–]")
LINE_END = re.compile(r"[\n\r|\t]")
REACH = 40
SIGNED = (" to", " convert", " of", " is", "=", " between", " from")
PLUS = "+＋"
NEGATIVE = frozenset(load_words(RULES, "negative"))
FIRST_AFTER = frozenset(SPACES + PLUS + "-")
TAIL = re.compile(
    r"[ \u00a0]?-?("
    + "|".join(sorted((re.escape(p.lstrip("-")) for p in AFTER if p not in PLUS), key=len, reverse=True))
    + r")(?!\w)(?! (?:than|from|a|the|\d))"
)


def bound_before(text: str, at: int, floor: int, *, ranged: bool = False) -> tuple[Bound | None, int, bool]:
    """Returns the bound that signs and words before a place set, where they begin, and whether a minus stands there.

    >>> bound_before("up to 5", 6, 0)
    (<Bound.AT_MOST: 'at_most'>, 0, False)
    >>> bound_before("we saw 5", 7, 0)
    (None, 7, False)
    """
    bound, negative = None, False
    if at > floor and (text[at - 1] not in SPACES or (at > floor + 1 and text[at - 2] in MARK_CHARS)):
        bound, at, negative = _mark(text, at, floor)
    if bound is None and at > floor + 1 and text[at - 1] in SPACES:
        begin = max(text.rfind(" ", floor, at - 1) + 1, floor)
        if (
            at - begin in (6, 9)
            and text[begin : at - 1].lower() in NEGATIVE
            and text[max(floor, begin - 3) : begin] != "or "
        ):
            at, negative = begin, True
    while at > floor + 1 and text[at - 1] in SPACES:
        found = _phrase(text, at, floor, ranged=ranged)
        if found is None:
            break
        name, at = found
        if name is Bound.EXACT or (bound is not None and bound is not Bound.APPROX):
            bound = bound or name
        else:
            bound = name if bound is None or name is not Bound.APPROX else bound
    return bound, at, negative


def _mark(text: str, at: int, floor: int) -> tuple[Bound | None, int, bool]:
    stop = at
    while stop > floor and text[stop - 1] in "*_`":
        stop -= 1
    if stop > floor and text[stop - 1] in SPACES and text[stop - 2 : stop - 1] in MARK_CHARS:
        stop -= 1
    if stop <= floor or text[stop - 1] not in MARK_CHARS:
        return None, at, False
    for size in (4, 2, 1):
        if stop - size >= floor and text[stop - size : stop] in MARKS:
            return MARKS[text[stop - size : stop]], stop - size, False
    char, before = text[stop - 1], text[stop - 2] if stop - 1 > floor else " "
    if char not in "+-−" or before.isalnum() or before in "+-)%" or (stop != at and char == "+"):
        return None, at, False
    if stop != at and char == "-" and not _stands_apart(text, stop - 1):
        return None, at, False
    bound, begin, _ = _mark(text, stop - 1, floor)
    return bound, begin, char != "+"


def _stands_apart(text: str, at: int) -> bool:
    """True for a minus with a space after it that no word could be joined to ("to - 20 degrees", not "May - 20").

    At the start of a line it is the mark of a list item.
    """
    lead = LINE_END.split(text[max(0, at - REACH) : at])[-1]
    if lead.strip():
        return lead.rstrip().endswith(SIGNED)
    return text[max(0, at - len(lead) - 1) : at - len(lead)] in ("|", "\t")


def _phrase(text: str, at: int, floor: int, *, ranged: bool) -> tuple[Bound, int] | None:
    """Returns the bound of the longest phrase that ends right before a place, and where it begins."""
    stop = at - 1
    last = text[max(text.rfind(" ", floor, stop) + 1, floor) : stop].lower()
    if not last.isalpha():
        last = DASHES.split(last)[-1].lstrip(OPENING)
        floor = stop - len(last)
    if ranged and last in ("from", "between"):
        return Bound.RANGE, stop - len(last)
    if last not in LAST_WORDS:
        return None
    best = None
    begin = stop - len(last)
    for _ in range(MAX_WORDS):
        phrase = text[begin:stop].lower()
        bare = phrase.lstrip(OPENING)
        if bare in BEFORE:
            best = BEFORE[bare], stop - len(bare)
        if begin <= floor or bare != phrase:
            break
        begin = max(text.rfind(" ", floor, begin - 1) + 1, floor)
    return best


def during(text: str, at: int, floor: int) -> bool:
    """Returns True for "over" that says during ("pay $3 over ten years"), not more than ("lasted over ten years").

    >>> during("pay $3 over ten years", 7, 0), during("lasted over ten years", 7, 0)
    (True, False)
    """
    if text[at : at + 5].lower() != "over " or at <= floor:
        return False
    before = text[max(floor, at - 16) : at].lower().split()
    return before[-1] not in OVER_TIME if before else text[floor - 1 : floor].isalnum()


def bound_after(text: str, at: int, end: int) -> tuple[Bound | None, int]:
    """Returns the bound that signs and words after a place set, and where they end.

    >>> bound_after("5 or more", 1, 9)
    (<Bound.AT_LEAST: 'at_least'>, 9)
    >>> bound_after("5 of more", 1, 9)
    (None, 1)
    """
    if at >= end or text[at] not in FIRST_AFTER:
        return None, at
    if text[at] in PLUS:
        return (None, at) if text[at + 1 : at + 2].isdigit() else (Bound.AT_LEAST, at + 1)
    found = TAIL.match(text, at, end)
    return (AFTER[found[1]], found.end()) if found and found[1] in AFTER else (None, at)
