"""Times in plain text of any domain: `find_times`, which `find_dates(…, times=True)` calls.

The text is cut into tokens; at each word that can begin an expression the grammar is tried, and the reading that
reaches furthest wins. No rule looks further than a few words ahead, so the time is linear in the text. Values follow
ISO 8601: `T15:00:00`, `2026-05-25T15:00:00`, `A/B` with `..` for an open end, `PT3H`, `R/P1W` for "every week".
"""

from datetime import date, datetime

from extractors.model import DateMention
from extractors.times.bounds import day_with_bound, modified
from extractors.times.days import Found, longest
from extractors.times.lengths import duration
from extractors.times.moments import moment_expression
from extractors.times.offsets import day_expression
from extractors.times.parts import period
from extractors.times.points import end_of_day, present
from extractors.times.ranges import date_range
from extractors.times.recurrences import recurrence
from extractors.times.values import mention
from extractors.times.words import Tokens


def find_times(text: str, start: int, end: int, reference: date | None) -> list[DateMention]:
    """Returns every date, time, duration and recurrence of a text in order.

    Without a reference day, what only one could tell is left out.

    >>> [m.date.text for m in find_times("tomorrow at 8:45am", 0, 18, date(2026, 5, 25))]
    ['2026-05-26T08:45:00']
    >>> find_times("no time at all", 0, 14, date(2026, 5, 25))
    []
    """
    now = _now(reference)
    t = Tokens(text, start, end, now)
    found: list[DateMention] = []
    i = 0
    while i < t.count:
        read = expression(t, i) if _may_begin(t, i) else None
        if read is None or read[1] <= i or _cut_off(t, i, read[1]):
            i += 1
            continue
        when, j = read
        if reference is not None or not when.relative:
            try:
                found.append(mention(when, t.starts[i], t.ends[j - 1], now.date()))
            except (ValueError, OverflowError):
                j = i + 1
        i = j
    return found


def _now(reference: date | None) -> datetime:
    if isinstance(reference, datetime):
        return reference.replace(tzinfo=None)
    if reference is None:
        return datetime(2000, 1, 1)
    return datetime(reference.year, reference.month, reference.day)


def _may_begin(t: Tokens, i: int) -> bool:
    word = t.words[i]
    if t.glued(i) and t.words[i - 1].isalnum() and not word.isdecimal():
        return False
    if word.isdecimal():
        if t.glued(i) and t.words[i - 1] == "-" and t.glued(i - 1) and t.words[i - 2].isdecimal():
            return False
        return not (t.glued(i) and (t.words[i - 1].isalpha() or t.words[i - 1] in "$€£¥#@_"))
    return word in t.lexicon.starters or word in "=><½'’"


def _cut_off(t: Tokens, i: int, j: int) -> bool:
    """Says whether an expression stops inside a longer number or word: "4:3", "37.1", "138-2010-2015"."""
    if (
        t.words[i].isdecimal()
        and t.glued(i)
        and t.words[i - 1] in ".,:"
        and i > 1
        and t.words[i - 2].isdecimal()
        and t.glued(i - 1)
    ):
        return True
    if t.words[j - 1].isdecimal() and t.glued(j) and (t.words[j].isalnum() or t.words[j] in "%_"):
        return True
    if t.glued(j) and t.words[j].isalnum() and t.words[j - 1].isalnum():
        return True
    return (
        t.words[j - 1].isdecimal()
        and t.glued(j)
        and t.words[j] in ".,:/-"
        and t.glued(j + 1)
        and t.words[j + 1].isdecimal()
    )


def expression(t: Tokens, i: int) -> Found:
    """Returns what begins at a token and reaches furthest, and the index behind it."""
    return longest(
        t,
        i,
        (
            recurrence,
            modified,
            day_with_bound,
            end_of_day,
            present,
            moment_expression,
            date_range,
            day_expression,
            period,
            duration,
        ),
    )
