"""Where digits are no quantity: names and versions, dates, years, times of day, sections, ids, scores, numbering.

Patterns and words are data (rules/quantities_vetoes.toml). A capitalised word before a number makes it part of a name
unless a unit, a scale or, at the start of a sentence, a counted plural follows.
"""

import re
from functools import cache

from extractors.bounds import LAST_WORDS
from extractors.nouns import STOP, VERBS, counted_at
from extractors.numbers import SPACES
from extractors.quantity_rules import load_entries
from extractors.units import load_units, unit_at

RULES = "quantities_vetoes"
AT = re.compile("|".join(f"(?:{e['pattern']})" for e in load_entries(RULES, "at").values()))
LEADS = {name: frozenset(e["words"]) for name, e in load_entries(RULES, "lead").items()}
PARTS, TIMES, PLAIN, SPORT = LEADS["part"], LEADS["time"], LEADS["plain"], LEADS["sport"]
YEAR = re.compile(r"(?:1[1-9]|2[01])\d\d(?![\d%]|[,.]\d|[KkMBT]\b)(?:[-–—/](?:\d{4}|\d{2})(?!\d))?")
MONTHS, LOOSE = LEADS["month"], LEADS["loose"]
UNMEASURED = frozenset({"count", "money", "time", "ratio"})
DASHES = re.compile("[—–)]")
# "Qwen 3.5 and 3.6", "Qwen 2.5 / 2 / 1 series"
LISTED = re.compile(
    r"(?: ?/ ?\d+(?:\.\d+)?| (?:and|or) \d+\.\d+|, \d+\.\d+)(?![\d%]|[.,]\d| ?(?:million|billion|percent))"
)
GENITIVES = ("'s", "’s", "s'", "s’")
# "MMLU 88.7" is a score: versions stay low, or pad with a zero ("Ubuntu 22.04").
SCORED = re.compile(r"[2-9]\d\.[1-9]\d?(?![\w.])")
QUARTER = re.compile(r" ?[QH][1-4](?!\w)")
IN_BRACKETS = re.compile(r"(?:\d{1,2}|\d{4,6})\)")
TENS = re.compile(r"[1-9]0s(?!\w)")
MONTH_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?(?: ?(?:[-–—]|to|and) ?(?:[A-Z][a-z]+\.? )?\d{1,2}(?:st|nd|rd|th)?)?"
    r"(?:,? ?(?:19|20)\d\d)?(?![\d%])"
)
NAME = re.compile(r"\d+(?:\.\d+)*(?:[a-z]\b|(?:[-–/.]\w+)*|\+)?")
COUNTED = re.compile(
    r"\d+(?:[.,]\d+)*(?:[ -]?(?:%|percent|per cent|million|billion|trillion|thousand|crore|lakh|hundred)"
    r"|[%KMBTkmb]\b|\+|,\d{3})"
)
SCORE = re.compile(r"(\d{1,3})[-–](\d{1,3})(?:[-–]\d{1,3})?(?![\w%])(?!(?:\.\d)|,\d{3})")
# Looks like a telephone number, but "100-1000 grams".
DASHED = re.compile(r"\d+-\d+")
NAMED = re.compile(r"(?<![.!?:] )\b([A-Z][a-z]+)(?: of)? \Z")
CAPITALS = re.compile(r"[A-Z][a-z]+\b(?! [A-Z])")
SERIES = re.compile(r"(?: \(\d{1,2}(?:[-–]\d{1,2})?\)|(?:, | and |-)\d{1,3}[-–]\d{1,3}(?!\w))")
WORD_AFTER = re.compile(r" ([A-Za-z]+)")


def vetoed_until(text: str, at: int, floor: int, end: int) -> int:
    """Returns where a figure that is no quantity ends, or 0 when a quantity may start at this digit.

    >>> vetoed_until("in 2023 alone", 3, 0, 13), vetoed_until("by 23 points", 3, 0, 12)
    (7, 0)
    """
    if _may_be_format(text, at, end):
        found = AT.match(text, at, end)
        if found:
            stop = found.end()
            measured = DASHED.fullmatch(text, at, stop) and _measured(text, stop, end)
            return 0 if measured or text.startswith("%", stop, end) else stop
    before = text[at - 1] if at > floor else "\n"
    if before in "#@" or (before == "+" and at - 1 > floor and text[at - 2].isalnum()):
        return _token_end(text, at, end)
    if before in "/=&?_-:%" and _in_address(text, at, floor):
        return _token_end(text, at, end)
    if before not in SPACES:
        return _alone(text, at, floor, end, before)
    begin = max(text.rfind(" ", floor, at - 1), text.rfind("\n", floor, at - 1), floor - 1) + 1
    word = DASHES.split(text[begin : at - 1])[-1].lstrip("(“\"'‘[*_|")
    if not word:
        return _alone(text, at, floor, end, before)
    lower = word.lower()
    if lower in MONTHS and (lower != "may" or word == "May") and (found := MONTH_DAY.match(text, at, end)):
        return found.end()
    if text[at] in "12" and (found := YEAR.match(text, at, end)) and _is_year(text, found, lower, end):
        return found.end()
    if lower in TIMES and (decade := TENS.match(text, at, end)):
        return decade.end()
    if lower in PARTS and not COUNTED.match(text, at, end):
        return _part_end(text, at, end)
    if lower != word and lower not in PLAIN and (stop := _name_end(text, at, end, word)):
        return stop
    return _score_end(text, at, end, lower)


def names_part(text: str, at: int, floor: int) -> bool:
    """Returns True where a word such as "phase" or "gate" makes the number words at a place its name.

    >>> names_part("in phase two", 9, 0), names_part("these two", 6, 0)
    (True, False)
    """
    lead = text[max(floor, at - 12) : at].lower().split(" ")
    return len(lead) > 1 and lead[-1] == "" and lead[-2] in PARTS and lead[-2] != "no"


def names_word(text: str, at: int, end: int, floor: int) -> int:
    """Returns where a number word ends that a name before it takes in ("Group of Seven", "Formula One"), or 0.

    >>> names_word("the Big Four firms", 8, 18, 0), names_word("they said. Four firms", 11, 21, 0)
    (12, 0)
    """
    found = NAMED.search(text, max(floor, at - 24), at)
    word = CAPITALS.match(text, at, end)
    return word.end() if found and word and _name_lead(found[1]) else 0


def _may_be_format(text: str, at: int, end: int) -> bool:
    """True when what follows the digits could make one of the patterns: says no to most numbers at once."""
    found = DIGITS.match(text, at, end)
    stop = found.end() if found else at + 1
    if stop >= end:
        return found is not None and found[0].count(".") > 1
    char, after = text[stop], text[stop + 1 : min(stop + 2, end)]
    if char == " ":
        return after != "" and after in FORMAT_STARTS
    if found is not None and found[0].count(".") > 1:
        return True
    return after.isalnum() if char == "," or char in SCALES else char not in "%\n|;$€~.)"


def _alone(text: str, at: int, floor: int, end: int, before: str) -> int:
    """Settles a number without a word before it: a year, list numbering."""
    found = YEAR.match(text, at, end)
    if found and before not in MONEY and _is_year(text, found, "", end):
        return found.end()
    if before == "(" and (found := IN_BRACKETS.match(text, at, end)):
        return found.end()
    if before in "\n|" or at == floor:
        found = NUMBERING.match(text, at, end)
        return found.end() if found else _score_end(text, at, end, "")
    return 0


MONEY = frozenset("$€£¥￥₹")
DIGITS = re.compile(r"\d[\d.]*\d|\d")
SCALES = frozenset("BMTkb")
FORMAT_STARTS = frozenset("JFMASONDapPGUCEBonx×-–/")
NUMBERING = re.compile(r"\d{1,3}[.)](?=\s+\S)")


def _is_year(text: str, found: re.Match[str], lead: str, end: int) -> bool:
    year, stop = found[0][:4], found.end()
    if lead in TIMES:
        return not _measured(text, stop, end) and not (lead in LOOSE and _is_count(text, int(year), lead, stop, end))
    if not "1900" <= year <= "2099" or lead in LAST_WORDS:
        return False
    if stop >= end or text[stop] not in " -" or QUARTER.match(text, stop, end):
        return True
    if unit_at(text, stop + 1, end) is not None and text[stop + 1 : stop + 4] != "in ":
        return False
    if lead[:1] and lead not in STOP and lead not in VERBS:
        return True
    phrase = counted_at(text, stop, end)
    return phrase is None or not phrase.plural


def _measured(text: str, at: int, end: int) -> bool:
    """True where a unit of measure follows: "of 1500 MW", not "in 1995 dollars"."""
    unit = unit_at(text, at + 1, end) if at < end and text[at] == " " else None
    return (
        unit is not None and unit[1] - at > 2 and unit[0].dimension not in UNMEASURED and text[at + 1 : at + 3] != "in"
    )


def _is_count(text: str, year: int, lead: str, at: int, end: int) -> bool:
    """True for a round number, or one that no recent year has, right before what it counts: "about 2000 people"."""
    if 1900 <= year <= 2050 and (year % 50 or lead in ("and", "to")):
        return False
    phrase = counted_at(text, at, end)
    return phrase is not None and phrase.plural


def _part_end(text: str, at: int, end: int) -> int:
    found = NAME.match(text, at, end)
    stop = found.end() if found else at + 1
    more = re.compile(r"(?:,? (?:and|or|to|through) |, ?|[-–])\d+(?:\.\d+)*(?![\w%])").match(text, stop, end)
    return more.end() if more else stop


@cache
def _name_lead(word: str) -> bool:
    lower = word.lower().rstrip(".,:")
    if lower in STOP or lower in VERBS or lower in LAST_WORDS or lower in PLAIN:
        return False
    return word.rstrip(".") not in load_units().prefixes


def _name_end(text: str, at: int, end: int, word: str) -> int:
    """Returns the end of a name such as "Qwen 3.5" or "Boeing 737-800", or 0."""
    if word[-1] in ',;:!?)”"' and not (word[-1] == ":" and word[:-1].isupper() and len(word) < 8):
        return 0
    if SCORED.match(text, at, end) or word.endswith(GENITIVES) or not _name_lead(word) or COUNTED.match(text, at, end):
        return 0
    found = NAME.match(text, at, end)
    if found is None:
        return 0
    stop = found.end()
    if stop < end and text[stop].isalpha() and (unit := unit_at(text, stop, end)) is not None and unit[1] - stop > 1:
        return 0
    follows = stop + 1 < end and text[stop] in " -"
    if follows:
        unit = unit_at(text, stop + 1, end)
        if unit is not None and unit[0].dimension != "count" and text[stop + 1 : unit[1]] not in ("in", "x"):
            return 0
    while (more := LISTED.match(text, stop, end)) is not None:
        stop = more.end()
    return stop


def _score_end(text: str, at: int, end: int, lead: str) -> int:
    """Returns the end of a score ("won 3-2", "a 4-3 victory", "6-4, 6-3"), or 0."""
    found = SCORE.match(text, at, end)
    if found is None:
        return 0
    stop = found.end()
    while (more := SERIES.match(text, stop, end)) is not None:
        stop = more.end()
    after = WORD_AFTER.match(text, stop, end)
    word = after[1].lower() if after else ""
    if int(found[1]) >= int(found[2]) or stop > found.end() or lead in SPORT or word in SPORT:
        return stop
    return 0


def _in_address(text: str, at: int, floor: int) -> bool:
    """True inside a link or a path, whose numbers are ids."""
    begin = max(text.rfind(" ", floor, at), text.rfind("\n", floor, at), floor - 1) + 1
    token = text[begin:at]
    return "://" in token or "www." in token or token.count("/") > 2


def _token_end(text: str, at: int, end: int) -> int:
    while at < end and not text[at].isspace():
        at += 1
    return at
