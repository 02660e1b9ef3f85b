"""The grammar of stretches with two ends: "from March to May", "between 2 and 4:30pm tomorrow", "Nov 18-19"."""

from dataclasses import replace
from datetime import timedelta

from extractors.periods import parse_partial
from extractors.times.clock import TO
from extractors.times.days import Found, day_month, day_number, month_day, month_name, safe_date
from extractors.times.lengths import duration
from extractors.times.moments import between, on_day
from extractors.times.parts import period
from extractors.times.points import single
from extractors.times.values import Sort, When, day, in_year, moved_year, span
from extractors.times.weekdays import month_of
from extractors.times.words import Tokens, year


def date_range(t: Tokens, i: int) -> Found:
    """Reads "from X to Y", "between X and Y", "X - Y"."""
    opened = t.words[i] in ("from", "between", "in")
    j = i + opened
    if t.words[i] == "in" and not (year(t, j) and t.words[j + 1] in TO):
        return None
    joins = TO | {"and"} if t.words[i] == "between" else TO
    return _two_days(t, j, joins) or _two_ends(t, j, joins, opened)


def _two_days(t: Tokens, i: int, joins: frozenset[str]) -> Found:
    """Reads two days of one month: "3 to 12 of Sept", "april 9th through 17th", "4-23 in next month"."""
    first = day_number(t, i + (t.words[i] == "the"))
    if first is not None and t.words[first[1]] in joins:
        j = first[1] + 1
        second = day_month(t, j)
        if second is not None:
            return _ordered(first[0], second)
        number_ = day_number(t, j + (t.words[j] == "the"))
        if number_ and t.words[number_[1]] in ("in", "of") and (place := month_of(t, number_[1] + 1)) is not None:
            a, b = safe_date(place[0], place[1], first[0]), safe_date(place[0], place[1], number_[0])
            return (span(day(a).low, day(b).high, "range", relative=True), place[2]) if a and b and a < b else None
    head = month_day(t, i)
    if head is None or head[0].low is None or t.words[head[1]] not in joins:
        return None
    j = head[1] + 1
    j += t.words[j] == "the"
    tail = day_number(t, j)
    if tail is None or _not_day(t, tail[1]) or (year(t, j) and len(t.words[j]) == 4):
        return None
    return _tail(t, head[0], tail)


def _not_day(t: Tokens, j: int) -> bool:
    word = t.words[j]
    return word in ("/", ":", "am", "pm", "of", "st") or word in t.lexicon.months or (word == "-" and t.glued(j))


def _ordered(first: int, second: tuple[When, int]) -> Found:
    value, end = second
    assert value.low is not None
    month, year_ = value.low.month, value.low.year
    a = safe_date(year_, month, first)
    if a is None or a > value.low.date():
        a = safe_date(year_ - (month == 1), (month - 2) % 12 + 1, first)
    return (span(day(a).low, value.high, "range", relative=value.yearless), end) if a else None


def _tail(t: Tokens, head: When, tail: tuple[int, int]) -> Found:
    assert head.low is not None
    low, end = head.low, tail[1]
    k = t.skip(end, ",")
    told = year(t, k)
    if told and head.yearless:
        low, end = low.replace(year=told[0]), told[1]
    month, year_ = low.month, low.year
    if tail[0] <= low.day:
        month, year_ = month % 12 + 1, year_ + (month == 12)
    b = safe_date(year_, month, tail[0])
    return (span(low, day(b).high, "range", relative=head.yearless and not told), end) if b else None


def _two_ends(t: Tokens, i: int, joins: frozenset[str], opened: bool) -> Found:
    first = _end(t, i, opened)
    if first is None or t.words[first[1]] not in joins:
        return None
    j = first[1] + 1
    if t.words[j] == "from":
        return None
    second = _end(t, j, True)
    if second is None and (k := t.phrase(j, "date")) > 0 and t.words[first[1]] == "to":
        second = day(t.now.date(), relative=True), k
    if second is None:
        return None
    return _joined(t, first[0], second[0], second[1], opened)


def _end(t: Tokens, i: int, opened: bool) -> Found:
    found = single(t, i)
    if found is None and opened:
        month = month_name(t, i)
        if month:
            found = period(t, i)
        later = duration(t, i)
        if later and t.words[later[1]] == "later":
            found = None
    return found if found and found[0].sort not in (Sort.DURATION, Sort.SET) else None


def _joined(t: Tokens, a: When, b: When, end: int, opened: bool) -> Found:
    clocks = (Sort.CLOCK, Sort.CLOCK_SPAN)
    if a.sort in clocks and b.sort in clocks:
        return (between(a, b), end) if a.sort is Sort.CLOCK and b.sort is Sort.CLOCK and opened else None
    if a.sort in clocks or b.sort in clocks:
        return _half_clock(t, a, b, end)
    a, b = _same_year(a, b)
    if a.low is None or b.high is None or b.low is None:
        return None
    if Sort.MOMENT in (a.sort, b.sort):
        return _moments(t, a, b, end)
    if a.low >= b.high or "day-part" in (a.grain, b.grain):
        return None
    return _named_range(a, b, end)


def _half_clock(t: Tokens, a: When, b: When, end: int) -> Found:
    if Sort.CLOCK_SPAN in (a.sort, b.sort):
        return None
    if a.sort is Sort.CLOCK:
        if b.sort is not Sort.MOMENT or b.low is None:
            return None
        base = b.low if (b.low.hour, b.low.minute) == (t.now.hour, t.now.minute) else t.now
        low = on_day(day(base.date()), a).low
        return (span(low, b.low, "second", relative=True), end) if low and low < b.low else None
    if a.sort is not Sort.MOMENT or a.low is None or b.from_second is None:
        return None
    clock_time = b
    if b.half_open and (a.low.hour * 3600 + a.low.minute * 60) >= b.from_second:
        clock_time = replace(b, from_second=b.from_second + 12 * 3600)
    high = on_day(day(a.low.date()), clock_time).low
    return (span(a.low, high, "second", relative=True), end) if high and high > a.low else None


def _same_year(a: When, b: When) -> tuple[When, When]:
    """Returns both ends with the year, or the week, that one of them gives the other."""
    low, end = a.low, b.low
    if low is None or end is None:
        return a, b
    if a.yearless and not b.yearless and not b.relative:
        return in_year(a, end.year - (low.month > end.month)), b
    if b.yearless and end < low:
        return a, replace(in_year(b, low.year + (moved_year(end, low.year - end.year) < low)), relative=True)
    if a.yearless and b.relative and low > end:
        return replace(in_year(a, end.year - 1), relative=True), b
    if b.relative and b.weekday >= 0 and end < low:
        ahead = timedelta(weeks=(low - end).days // 7 + 1)
        return a, replace(b, low=end + ahead, high=(b.high or end) + ahead)
    return a, b


def _moments(t: Tokens, a: When, b: When, end: int) -> Found:
    assert a.low is not None and b.low is not None
    if {a.sort, b.sort} == {Sort.MOMENT, Sort.DAY} or Sort.SPAN in (a.sort, b.sort):
        if t.now not in (a.low, b.low):
            return None
        low, high = day(a.low.date()).low, day(b.low.date()).high
        return (span(low, high, "range", relative=True), end) if a.low <= b.low else None
    return (span(a.low, b.low, "second", relative=a.relative or b.relative), end) if a.low < b.low else None


def _named_range(a: When, b: When, end: int) -> Found:
    assert a.low is not None and b.low is not None and b.high is not None
    if a.name or b.name:
        left = a.name.partition("/")[0] or a.low.date().isoformat()
        right = b.name.rpartition("/")[2] or (b.high - timedelta(days=1)).date().isoformat()
        name = f"{left}/{right}"
        return span(a.low, b.high, "range", name if parse_partial(name) else "", relative=a.relative or b.relative), end
    return span(a.low, b.high, "range", relative=a.relative or b.relative), end
