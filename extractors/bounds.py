"""Words and signs around a number that limit it: "over", "up to", "~", "+", "or more"."""

from collections.abc import Iterable, Mapping

from extractors.model import Bound
from extractors.quantity_rules import load_entries

SPACES = " \u00a0\u202f\u2009"


def _phrases(identifier: str) -> dict[str, Bound]:
    table: Mapping[str, Iterable[str]] = load_entries("quantities_signs", "sign")[identifier]["phrases"]
    return {phrase: Bound(name) for name, phrases in table.items() for phrase in phrases}


BEFORE = _phrases("before")
AFTER = _phrases("after")
MARKS = _phrases("mark")
MARK_CHARS = frozenset("~≈∼～≃≅±>≥⩾＞<≤⩽＜=+-−;")
LAST_WORDS = {p.rpartition(" ")[2] for p in BEFORE}
MAX_WORDS = max(p.count(" ") + 1 for p in BEFORE)
FIRST_AFTER = frozenset(p[0] for p in AFTER) | frozenset(SPACES)
AFTER_LONGEST = sorted(AFTER, key=len, reverse=True)


def bound_before(text: str, at: int, floor: int, *, ranged: bool = False) -> tuple[Bound | None, int]:
    """Returns the bound that signs and words before a place set, and where they begin.

    >>> bound_before("up to 5", 6, 0)
    (<Bound.AT_MOST: 'at_most'>, 0)
    >>> bound_before("we saw 5", 7, 0)
    (None, 7)
    """
    bound, at = _mark(text, at, floor)
    while True:
        found = _phrase(text, at, floor, ranged=ranged)
        if found is None:
            return bound, at
        name, at = found
        bound = name if bound in (None, Bound.EXACT, Bound.APPROX) and name is not Bound.EXACT else bound or name


def _mark(text: str, at: int, floor: int) -> tuple[Bound | None, int]:
    stop = at
    if stop > floor and text[stop - 1] in SPACES and text[stop - 2 : stop - 1] in MARK_CHARS:
        stop -= 1
    if stop <= floor or text[stop - 1] not in MARK_CHARS:
        return None, at
    for size in (4, 2, 1):
        if stop - size >= floor and text[stop - size : stop] in MARKS:
            return MARKS[text[stop - size : stop]], stop - size
    if text[stop - 1] in "+-−" and (stop - 1 == floor or not text[stop - 2].isalnum()) and text[stop - 2 : stop - 1] not in ("-", "+"):
        if stop != at and text[stop - 1] != "−":
            return None, at
        inner, begin = _mark(text, stop - 1, floor)
        return inner, begin
    return None, at


def _phrase(text: str, at: int, floor: int, *, ranged: bool) -> tuple[Bound, int] | None:
    if at <= floor + 1 or text[at - 1] not in SPACES:
        return None
    stop = at - 1
    begin = stop
    best: tuple[Bound, int] | None = None
    for count in range(MAX_WORDS):
        begin = max(text.rfind(" ", floor, begin) + 1, floor)
        phrase = text[begin:stop].lower()
        if not count:
            if phrase.strip("(“\"'") not in LAST_WORDS and not (ranged and phrase in ("from", "between")):
                return None
            if ranged and phrase in ("from", "between"):
                return Bound.RANGE, begin
        bare = phrase.lstrip("(“\"'‘[*_—–")
        if bare in BEFORE:
            best = BEFORE[bare], begin + len(phrase) - len(bare)
        if begin <= floor:
            break
        begin -= 1
    return best


def bound_after(text: str, at: int, end: int) -> tuple[Bound | None, int]:
    """Returns the bound that signs and words after a place set, and where they end.

    >>> bound_after("5 or more", 1, 9)
    (<Bound.AT_LEAST: 'at_least'>, 9)
    >>> bound_after("5 of more", 1, 9)
    (None, 1)
    """
    if at >= end or text[at] not in FIRST_AFTER:
        return None, at
    begin = at + 1 if text[at] in SPACES else at
    if begin == at and text[at] in "+＋":
        return (None, at) if text[at + 1 : at + 2].isdigit() else (Bound.AT_LEAST, at + 1)
    if text[begin : begin + 1] not in AFTER_INITIALS:
        return None, at
    for phrase in AFTER_LONGEST:
        if len(phrase) > 1 and text.startswith(phrase, begin, end) and not text[begin + len(phrase) : begin + len(phrase) + 1].isalnum():
            return AFTER[phrase], begin + len(phrase)
    return None, at


AFTER_INITIALS = frozenset(p[0] for p in AFTER)
