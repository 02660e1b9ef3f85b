"""The denominator of a rate after a value: `per million input tokens`, `/1M tokens`, `a barrel`, `each year`."""

import re

from extractors.nouns import STOP, counted_at
from extractors.number_scan import SCAN_AT_START
from extractors.numbers import RULES
from extractors.quantity_rules import load_words
from extractors.units import unit_at

PIECES = frozenset(load_words(RULES, "piece"))
OPENING = re.compile(r"[*_`]{0,2}(?:[ \u00a0]?(/)[ \u00a0]?|[ \u00a0-](?:(per|each|every)|(an?))[ \u00a0-])")
COUNT = re.compile(
    r"(?:(?:[\d.,]*\d[KMBkmb]?|[KMBkmb]\b)(?!\w)|an?\b)?[ \u00a0]?"
    r"(?:(?:thousand|million|billion|trillion|hundred)\b[ \u00a0]?)?",
    re.IGNORECASE,
)
ROUND = re.compile(r"1(?:0{1,2}|[.,]?000)?(?:[kmb]|mtok)?\b(?!$)|1[kmb]")
ALONE = re.compile(r"1?[KMBkmb]\Z|(?:thousand|million|billion)\Z")
PAST = re.compile(r" (?:ago|earlier|later|before|after|old|previously)\b")
WORD = re.compile(r"[A-Za-z][\w-]*")


def per_at(text: str, at: int, end: int) -> tuple[str, int]:
    """Returns the denominator that starts at a place in lower case and its end, or an empty string and the place.

    >>> per_at("$0.8 per million input tokens in China", 4, 38)
    ('million input tokens', 29)
    >>> per_at("$0.8 in total", 4, 13)
    ('', 4)
    """
    if at >= end or text[at] not in " /-*\u00a0":
        return "", at
    if text[at] == " " and at + 1 < end and text[at + 1] not in "pea/":
        return "", at
    opening = OPENING.match(text, at, end)
    if opening is None:
        return "", at
    begin = opening.end()
    if opening[3]:
        return _piece(text, at, begin, end)
    if opening[2] in ("each", "every") and (SCAN_AT_START.match(text, begin, end) or text.startswith("in ", begin)):
        return "", at
    count = COUNT.match(text, begin, end)
    after = count.end() if count else begin
    stop = _noun_end(text, after, end)
    if stop == after and after > begin:
        stop = begin + len(text[begin:after].rstrip())
        if opening[1] and not ALONE.match(text, begin, stop):
            return "", at
    written = text[begin:stop].lower()
    if opening[1] and written[:1].isdecimal() and not ROUND.match(written):
        return "", at
    return (written, stop) if written else ("", at)


def _piece(text: str, at: int, begin: int, end: int) -> tuple[str, int]:
    """Settles "a barrel", "an ounce", "a share": only units and the usual pieces of trade."""
    found = unit_at(text, begin, end)
    if found is not None and not found[0].money:
        return ("", at) if PAST.match(text, found[1], end) else (text[begin : found[1]].lower(), found[1])
    word = WORD.match(text, begin, end)
    return (word[0].lower(), word.end()) if word and word[0].lower() in PIECES else ("", at)


def _noun_end(text: str, at: int, end: int) -> int:
    """Returns where the noun phrase of a denominator ends: up to its first plural or four words."""
    found = unit_at(text, at, end)
    if found is not None and found[0].dimension != "count":
        return found[1]
    phrase = counted_at(f" {text[at : min(end, at + 60)]}", 0, min(end, at + 60) - at + 1, one=False)
    if phrase is not None and (phrase.plural or phrase.adjacent):
        return at + phrase.end - 1
    word = WORD.match(text, at, end)
    return word.end() if word and word[0].lower() not in STOP else at
