"""Finds dates told against the one before: "a month later", "the following year", "the 20th of that month".

They need no reference day. Only "the 20th of that month" is as good as a written date; the others are relative.
"""

import re
from collections.abc import Iterator

from extractors.model import DateMention
from extractors.periods import partial
from extractors.relative_dates import count_of, shifted

_NEEDLES = (" later", " following ", " that month", " same month")
_BACK = 40
_REACH = 400  # code points between a date and one that is told against it
COARSER = {"day": (), "month": ("day", "week"), "year": ("day", "week", "month")}
_PHRASE = re.compile(
    r"\b(?:(?P<number>an?|[a-z]+|\d{1,2}) (?P<unit>day|week|month|year)s? later"
    r"|(?:the |in )the following (?P<next>month|year)|the following (?P<next_>month|year)"
    r"|(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)? (?:day )?of (?:that|the same) month)\b",
    re.IGNORECASE,
)


def add_narrated(text: str, dates: list[DateMention]) -> list[DateMention]:
    """Returns the dates of a text in order with those that are told against the one before.

    >>> from extractors.dates import find_dates
    >>> text = "It came in December 2024. A month later the next one did, on the 20th of that month."
    >>> [(text[m.start : m.end], m.date.text) for m in add_narrated(text, find_dates(text))][1:]
    [('A month later', '2025-01'), ('the 20th of that month', '2025-01-20')]
    """
    merged: list[DateMention] = []
    at = 0
    for hit in sorted(_phrases(text), key=lambda hit: hit.start()) if dates else ():
        while at < len(dates) and dates[at].start < hit.end():
            merged.append(dates[at])
            at += 1
        told = _told(hit, merged[-1]) if merged and _is_near(merged[-1], hit.start()) else None
        if told is not None:
            merged.append(told)
    return [*merged, *dates[at:]] if merged else dates


def _phrases(text: str) -> Iterator[re.Match[str]]:
    last = -1
    for needle in _NEEDLES:
        at = text.find(needle)
        while at >= 0:
            hits = _PHRASE.finditer(text, max(0, at - _BACK), at + _BACK)
            hit = next((hit for hit in hits if hit.start() <= at < hit.end()), None)
            if hit and hit.start() != last:
                last = hit.start()
                yield hit
            at = text.find(needle, at + 1)


def _is_near(before: DateMention, start: int) -> bool:
    """Returns whether a date ends before a place, near enough, and is no whole stretch of time."""
    return 0 <= start - before.end <= _REACH and before.precision in ("day", "month", "year")


def _told(hit: re.Match[str], before: DateMention) -> DateMention | None:
    first = before.date.first
    try:
        if hit["day"]:
            if before.precision == "year":
                return None
            return DateMention(*hit.span(), partial(first.year, first.month, int(hit["day"])), "day")
        number, unit = hit["number"] or "a", hit["unit"] or hit["next"] or hit["next_"]
        steps = 1 if number.lower() in ("a", "an") else count_of(number.lower())
        coarse = unit in COARSER[before.precision]
        value, precision = shifted(first, unit, steps)
    except (KeyError, ValueError, OverflowError):
        return None
    return None if coarse else DateMention(*hit.span(), value, precision, relative=True)
