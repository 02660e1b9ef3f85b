"""The grammar of any single day, and of days some units away from another: "in 3 days", "two weeks after Easter"."""

from datetime import date, datetime

from extractors.times.days import (
    Found,
    day_month,
    longest,
    mixed,
    month_day,
    numeric,
    remembered,
    safe_date,
    year_first,
)
from extractors.times.holidays import holiday
from extractors.times.lengths import Parts, amounts, has_clock, shift
from extractors.times.values import Sort, day
from extractors.times.weekdays import (
    day_of_month,
    directed_weekday,
    in_week,
    nth_weekday,
    relative_day,
    weekday_day,
    weekday_name,
)
from extractors.times.words import Tokens, year


@remembered
def day_expression(t: Tokens, i: int) -> Found:
    """Returns the day that begins at a token, and the index behind it."""
    return longest(t, i, (offset_day, plain_day, weekday_then_offset))


@remembered
def plain_day(t: Tokens, i: int) -> Found:
    """Returns a day without an offset before it."""
    return longest(
        t,
        i,
        (
            numeric,
            year_first,
            mixed,
            month_day,
            day_month,
            weekday_day,
            relative_day,
            directed_weekday,
            nth_weekday,
            holiday,
            day_of_month,
        ),
    )


def offset_day(t: Tokens, i: int) -> Found:
    """Reads a day some units from another one, and the weekday behind it that moves it within its week."""
    found = _offset(t, i)
    if found is None or found[0].sort is not Sort.DAY or t.words[found[1]] != "on":
        return found
    name = weekday_name(t, found[1] + 1)
    return (in_week(found[0], name[0]), name[1]) if name else found


def weekday_then_offset(t: Tokens, i: int) -> Found:
    """Reads "Monday two weeks from now": the weekday of the week that the offset reaches."""
    name = weekday_name(t, i)
    if name is None or t.words[name[1]] == "in":
        return None
    found = offset_day(t, t.skip(name[1], ","))
    return (in_week(found[0], name[0]), found[1]) if found and found[0].sort is Sort.DAY else None


def _offset(t: Tokens, i: int) -> Found:
    """Reads "in 3 days", "two weeks ago", "three weeks from tomorrow", "2 weeks before Christmas"."""
    inside = t.words[i] == "in"
    amount = amounts(t, t.skip(i + 1, "about", "around") if inside else i)
    if amount is None:
        return None
    parts, j = amount
    word = t.words[j]
    if inside:
        return _in_offset(t, parts, j)
    if word in ("ago", "earlier", "back") and (word == "ago" or t.words[j + 1] not in ("this", "in", "today")):
        return shift(t.now, parts, -1), j + 1
    if word in ("later", "hence") and t.words[j + 1] not in ("this", "in", "today"):
        return shift(t.now, parts, 1), j + 1
    if (k := t.phrase(j, "from now", "from right now")) > 0:
        return shift(t.now, parts, 1), k
    if word in ("from", "after", "before", "since"):
        return _anchored(t, parts, j)
    return None


def _in_offset(t: Tokens, parts: Parts, j: int) -> Found:
    if t.words[j] in ("from", "since", "after"):
        return _anchored(t, parts, j) or (shift(t.now, parts, 1), j)
    return shift(t.now, parts, 1), j


def _anchored(t: Tokens, parts: Parts, j: int) -> Found:
    anchor = plain_day(t, j + 1)
    if anchor is None and t.words[j] == "since":
        told = year(t, t.phrase(j + 1, "the year") if t.phrase(j + 1, "the year") > 0 else j + 1)
        anchor = (day(date(told[0], 1, 1)), told[1]) if told else None
    if anchor is None or anchor[0].low is None or has_clock(parts):
        return None
    sign = -1 if t.words[j] == "before" else 1
    low = anchor[0].low
    if anchor[0].yearless and low.date() < t.now.date() and (later := safe_date(low.year + 1, low.month, low.day)):
        low = datetime(later.year, later.month, later.day)
    moved = shift(low, parts, sign)
    assert moved.low is not None
    return day(moved.low.date(), relative=anchor[0].relative), anchor[1]
