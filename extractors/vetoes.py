"""Where digits are no quantity: names and versions, dates, times of day, sections, ids, list numbering."""

import re

YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?![\d%,.]\d|\d|%|[KkMBT+]|[ -](?:people|users|models|tokens|years|days|miles|units|jobs))(?:s\b|[-–—/](?:\d{2}|\d{4})(?!\d))?")
TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?|\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.m\.?|[AaPp][Mm]\b|o['’]clock)")
DATE = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?(?:[-–]\d{1,2}(?:st|nd|rd|th)?)?[ -](?:of )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?(?![a-z])(?:,? ?\d{4})?"
    r"|\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{2}:\d{2}\S*)?(?!\d)|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}-\d{1,2}-\d{4}|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d"
)
VERSION = re.compile(r"\d+(?:\.\d+){2,}[\w+.-]*|\d+(?:st|nd|rd|th)(?!\w)")
STUCK = re.compile(r"\d[\d.,]*(?:st|nd|rd|th|p|i|D|G)(?![\w])")
MONTH_BEFORE = re.compile(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.? $")
MONTH_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)?(?:\s?[-–—]\s?(?:[A-Z][a-z]+\.? )?\d{1,2})?(?:,? (?:19|20)\d\d(?!\d))?(?![\d%])")
NAME_BEFORE = re.compile(r"(?:(?<![\w.])|^)(?:[A-Z][\w-]*[A-Za-z-]|[A-Z]|v|version|No\.|no\.|#|§|chapter|section|article|page|figure|table|step|phase|level|type|grade|tier|part|day|week|season|episode|round|stage|group|category|class) $")
NUMBERING = re.compile(r"\d{1,3}[.)](?=\s)")


def vetoed_until(text: str, at: int, floor: int, end: int) -> int:
    """Returns where a figure that is no quantity ends, or 0 when a quantity may start here."""
    char = text[at]
    if not char.isdigit():
        return 0
    before = text[max(floor, at - 20) : at]
    if before[-1:] in ("-", ".", "#", "/", "_", ":", "‑", "@") and _tied(before):
        return _token_end(text, at, end)
    for pattern in (TIME, DATE, VERSION, STUCK):
        found = pattern.match(text, at, end)
        if found:
            return found.end()
    found = YEAR.match(text, at, end)
    if found and before[-1:] not in ("$", "€", "£", "¥"):
        return found.end()
    if before[-1:] == " ":
        if MONTH_BEFORE.search(before):
            found = MONTH_DAY.match(text, at, end)
            if found:
                return found.end()
        if NAME_BEFORE.search(before) and not _sentence_start(text, at, floor):
            return _version_end(text, at, end)
    found = NUMBERING.match(text, at, end)
    if found and (at == floor or text[at - 1] == "\n"):
        return found.end()
    return 0


def _tied(before: str) -> bool:
    if before[-1] in "#_@":
        return True
    return len(before) > 1 and (before[-2].isalnum() or before[-2] == ")")


TOKEN_END = re.compile(r"[\w.+/-]*\w")


def _token_end(text: str, at: int, end: int) -> int:
    found = TOKEN_END.match(text, at, end)
    return found.end() if found else at + 1


VERSION_END = re.compile(r"\d+(?:\.\d+)*(?![\d,]|%|[KMBT](?!\w))")
CURRENCY_WORDS = frozenset({"USD", "EUR", "GBP", "CNY", "RMB", "JPY", "INR", "CHF", "AUD", "CAD", "Rs", "KRW", "HKD", "SGD"})


def _version_end(text: str, at: int, end: int) -> int:
    found = VERSION_END.match(text, at, end)
    if found is None:
        return 0
    word = text[max(0, at - 20) : at - 1].rsplit(None, 1)[-1:] or [""]
    if word[0] in CURRENCY_WORDS or word[0].lower() in LEAD_WORDS:
        return 0
    return found.end()


LEAD_WORDS = frozenset({"over", "about", "around", "nearly", "some", "under", "than", "to", "least", "up"})


def _sentence_start(text: str, at: int, floor: int) -> bool:
    return False
