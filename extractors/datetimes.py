"""Times in plain text of any domain: `find_times`, which `find_dates(…, times=True)` calls.

The text is cut into tokens; at each word that can begin an expression the grammar is tried, and the reading that
reaches furthest wins. No rule looks further than a few words ahead, so the time is linear in the text. Values follow
ISO 8601: `T15:00:00`, `2026-05-25T15:00:00`, `A/B` with `..` for an open end, `PT3H`, `R/P1W` for "every week".
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

from extractors.datetime_clock import between, clock, clock_span, day_part, moment_expression, on_day
from extractors.datetime_days import (
    Found,
    Parts,
    amounts,
    day_expression,
    day_month,
    day_number,
    longest,
    month_day,
    month_name,
    month_of,
    safe_date,
    weekday_name,
)
from extractors.datetime_periods import period
from extractors.datetime_values import Sort, When, day, in_year, mention, moment, span
from extractors.datetime_words import Tokens, count, number, year
from extractors.model import DateMention
from extractors.periods import parse_partial

_TO = frozenset({"to", "until", "till", "-", "–", "—", "~", "through", "thru", "'til"})


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
            date_range,
            end_of_day,
            present,
            moment_expression,
            day_expression,
            period,
            duration,
        ),
    )


def _single(t: Tokens, i: int) -> Found:
    """Returns one end of a stretch: a day, a period, a moment or a time of day."""
    return longest(t, i, (present, end_of_day, moment_expression, day_expression, period))


def present(t: Tokens, i: int) -> Found:
    """Reads "now", "right now", "at the moment"."""
    j = t.phrase(
        i,
        "right now",
        "just now",
        "now",
        "at the moment",
        "at the minute",
        "at present",
        "at the present time",
        "at this time",
    )
    longer = t.phrase(i, "at the present time")
    j = max(j, longer)
    return (moment(t.now), j) if j > 0 else None


def end_of_day(t: Tokens, i: int) -> Found:
    """Reads "end of tomorrow", "end of the sunday", "eod": the last second of a day."""
    j = i + (t.words[i] == "the")
    if t.words[j] == "eod":
        return _last_second(day(t.now.date(), relative=True), j + 1)
    if t.phrase(j, "end of") < 0:
        return None
    k = j + 2 + (t.words[j + 2] == "the")
    if t.words[k] == "day":
        return _last_second(day(t.now.date(), relative=True), k + 1)
    found = day_expression(t, k)
    return _last_second(*found) if found and found[0].sort is Sort.DAY else None


def _last_second(when: When, end: int) -> Found:
    assert when.high is not None
    return moment(when.high - timedelta(seconds=1), relative=when.relative), end


_BEFORE = ("before", "prior to", "no later than", "by", "earlier than", "not later than", "<", "less than or equal to")
_AFTER = ("after", "later than", "greater than", ">", "year greater than")
_SINCE = (
    "since",
    "starting on",
    "starting from",
    "starting",
    "beginning on",
    "beginning",
    "as early as",
    "any time from",
    "on or after",
    "> =",
    "no earlier than",
)
_UNTIL = ("< =", "until", "till", "as late as", "up to", "up until")


def modified(t: Tokens, i: int) -> Found:
    """Reads a bound before or behind a date: "before 2018", "since last May", "2018 or later", "= 2019"."""
    if t.words[i] == "=" and t.words[i - 1] not in "<>=":
        told = period(t, i + 1)
        return told if told and told[0].grain == "year" else None
    if (j := t.phrase(i, "more than", "less than")) > 0 and (found := _loose_offset(t, i, j)) is not None:
        return found
    for kind, phrases in (("since", _SINCE), ("until", _UNTIL), ("before", _BEFORE), ("after", _AFTER)):
        j = t.phrase(i, *phrases)
        if j > 0 and (found := _bounded(t, kind, j, t.words[i])) is not None:
            return found
    found = _single(t, i)
    if found is None or found[0].sort in (Sort.DURATION, Sort.SET):
        return None
    j = t.phrase(found[1], "or later", "and later", "or after", "and after", "and greater", "or greater", "or newer")
    if j < 0 or (t.words[j - 1] == "after" and t.words[j] and t.words[j] not in ".,?!"):
        return None
    value, end = found[0], j
    if t.words[j] == "on" and (when := day_expression(t, j + 1)) is not None and value.sort is Sort.CLOCK:
        value, end = on_day(when[0], value), when[1]
    return _limit("since", value), end


def _loose_offset(t: Tokens, i: int, j: int) -> Found:
    """Reads "more than 2 weeks before today", "less than 3 days after tomorrow"."""
    found = day_expression(t, j)
    length = amounts(t, j)
    if (
        found is None
        or length is None
        or found[0].low is None
        or t.words[length[1]] not in ("before", "after", "ago", "from")
    ):
        return None
    backward, more = t.words[length[1]] in ("before", "ago"), t.words[i] == "more"
    edge = found[0].low
    if more:
        return (
            span(None, edge, "range", relative=True) if backward else span(edge, None, "range", relative=True)
        ), found[1]
    anchor = day_expression(t, length[1] + 1)
    base = anchor[0].low if anchor and anchor[0].low else t.now
    return span(min(edge, base), max(edge, base), "range", relative=True), found[1]


def _bounded(t: Tokens, kind: str, j: int, opener: str) -> Found:
    j = t.skip(j, "around", "about") if t.words[j] in ("around", "about") else j
    if t.words[j] in t.lexicon.meals and kind in ("before", "after", "until", "since"):
        return _limit(kind, _meal(t, t.words[j])), j + 1
    found = _single(t, j)
    if found is None and (hour := clock(t, j, loose=True)) is not None and hour[0].sort is Sort.CLOCK:
        found = hour if ":" in t.words[j : hour[1]] or not t.words[j].isdecimal() else None
    if found is None:
        return None
    value = found[0]
    edge = t.words[j + (t.words[j] == "the")]
    if (kind, edge) in (("before", "end"), ("after", "beginning"), ("after", "start")) and value.sort is Sort.SPAN:
        return _limit("until" if kind == "before" else "since", value), found[1]
    if opener == "by" and value.sort in (Sort.DAY, Sort.SPAN) and value.high is not None:
        return _limit("until", value), found[1]
    return _limit(kind, value), found[1]


def _meal(t: Tokens, word: str) -> When:
    low, high = t.lexicon.day_parts[word]
    return When(Sort.CLOCK_SPAN, from_second=low * 3600, to_second=high * 3600, grain="part")


def _limit(kind: str, value: When) -> When:
    """Returns the stretch that a bound word and a value leave open on one side."""
    if value.sort in (Sort.CLOCK, Sort.CLOCK_SPAN):
        low, high = value.from_second, value.to_second if value.sort is Sort.CLOCK_SPAN else value.from_second
        sides = {
            "before": (None, low),
            "after": (high, None),
            "since": (low, None),
            "until": (None, low if value.sort is Sort.CLOCK else high),
        }[kind]
        return When(
            Sort.CLOCK_SPAN, from_second=sides[0], to_second=sides[1], half_open=value.half_open, grain="second"
        )
    grain = "second" if value.sort is Sort.MOMENT else value.grain if value.grain in ("second", "part") else "range"
    after = value.low if value.sort is Sort.DAY else value.high
    low_high = {
        "before": (None, value.low),
        "after": (after, None),
        "since": (value.low, None),
        "until": (None, value.high),
    }[kind]
    return span(*low_high, grain, relative=value.relative)


def day_with_bound(t: Tokens, i: int) -> Found:
    """Reads a day with a bounded time: "today before 4pm", "next Wednesday later than 10 in the morning"."""
    found = day_expression(t, i)
    if found is None or found[0].sort is not Sort.DAY:
        return None
    when, j = found
    for kind, phrases in (("before", _BEFORE), ("after", _AFTER), ("since", _SINCE), ("until", _UNTIL)):
        k = t.phrase(j, *phrases)
        if k < 0:
            continue
        time = moment_expression(t, k) or clock(t, k, loose=True)
        if (
            time is not None
            and time[0].sort is Sort.CLOCK
            and time[0].from_second is not None
            and not _bare(t, k, time[1])
        ):
            return on_day(when, _limit(kind, time[0])), time[1]
    return None


def _bare(t: Tokens, i: int, j: int) -> bool:
    return j == i + 1 and t.words[i].isdecimal()


def date_range(t: Tokens, i: int) -> Found:
    """Reads "from X to Y", "between X and Y", "X - Y"."""
    opened = t.words[i] in ("from", "between", "in")
    j = i + opened
    if t.words[i] == "in" and not (year(t, j) and t.words[j + 1] in _TO):
        return None
    joins = _TO | {"and"} if t.words[i] == "between" else _TO
    return longest(t, j, tuple()) or _two_days(t, j, joins, opened) or _two_ends(t, j, joins, opened)


def _two_days(t: Tokens, i: int, joins: frozenset[str], opened: bool) -> Found:
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
    k = t.skip(end, ",") if t.words[end] == "," else end
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
    found = _single(t, i)
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
    a, b = _same_year(t, a, b)
    if a.low is None or b.high is None or b.low is None:
        return None
    if Sort.MOMENT in (a.sort, b.sort):
        return _moments(t, a, b, end)
    if a.low >= b.high or "part" in (a.grain, b.grain):
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


def _same_year(t: Tokens, a: When, b: When) -> tuple[When, When]:
    """Returns both ends with the year that one of them gives the other."""
    if a.low is None or b.low is None:
        return a, b
    if a.yearless and not b.yearless and not b.relative:
        a = in_year(a, b.low.year - (a.low.month > b.low.month))
    elif b.yearless and b.low < a.low:
        b = replace(in_year(b, a.low.year + (b.low.replace(year=a.low.year) < a.low)), relative=True)
    elif a.yearless and b.relative and a.low > b.low:
        a = replace(in_year(a, b.low.year - 1), relative=True)
    elif b.relative and b.weekday >= 0 and b.low < a.low:
        weeks = (a.low - b.low).days // 7 + 1
        b = replace(b, low=b.low + timedelta(weeks=weeks), high=(b.high or b.low) + timedelta(weeks=weeks))
    return a, b


def _moments(t: Tokens, a: When, b: When, end: int) -> Found:
    assert a.low is not None and b.low is not None
    if {a.sort, b.sort} == {Sort.MOMENT, Sort.DAY} or Sort.SPAN in (a.sort, b.sort):
        now_side = t.now in (a.low, b.low)
        if not now_side:
            return None
        low, high = (
            a.low.replace(hour=0, minute=0, second=0, microsecond=0),
            b.low.replace(hour=0, minute=0, second=0, microsecond=0),
        )
        return (
            (span(low, high, "days", a.name and f"{a.name}/{high.date()}", relative=True), end) if low <= high else None
        )
    return (span(a.low, b.low, "second", relative=a.relative or b.relative), end) if a.low < b.low else None


def _named_range(a: When, b: When, end: int) -> Found:
    assert a.low is not None and b.low is not None and b.high is not None
    if a.name or b.name:
        left = a.name.partition("/")[0] or a.low.date().isoformat()
        right = b.name.rpartition("/")[2] or (b.high - timedelta(days=1)).date().isoformat()
        name = f"{left}/{right}"
        return span(a.low, b.high, "range", name if parse_partial(name) else "", relative=a.relative or b.relative), end
    return span(a.low, b.high, "range", relative=a.relative or b.relative), end


def duration(t: Tokens, i: int) -> Found:
    """Reads a length of time: "3 days", "an hour and a half", "more than 2 weeks", "all day"."""
    j = t.phrase(i, "more than", "less than")
    j = i if j < 0 else j
    if (
        t.words[j] == "all"
        and t.lexicon.units.get(t.words[j + 1]) in ("day", "week", "month", "year", "night")
        and not t.words[j + 1].endswith("s")
    ):
        return _length(((1.0, t.lexicon.units[t.words[j + 1]]),), j + 2)
    if t.words[j] in ("a", "an", "another", "some") and t.words[j + 1].startswith("second"):
        return None
    found = amounts(t, j)
    return _length(*found) if found else None


_LETTERS = {"year": "Y", "month": "M", "day": "D", "hour": "H", "minute": "M", "second": "S"}
_OTHER = {
    "decade": (10, "year"),
    "century": (100, "year"),
    "quarter": (3, "month"),
    "week": (7, "day"),
    "fortnight": (14, "day"),
    "weekend": (2, "day"),
    "workweek": (5, "day"),
}


def _length(parts: Parts, end: int) -> Found:
    return When(Sort.DURATION, length=iso_length(parts)), end


def iso_length(parts: Parts) -> str:
    """Returns counted units as an ISO 8601 duration; weeks alone keep their letter.

    >>> iso_length(((2.5, "hour"),)), iso_length(((3.0, "week"),))
    ('PT2.5H', 'P3W')
    """
    if len(parts) == 1 and parts[0][1] == "week":
        return f"P{parts[0][0]:g}W"
    sums: dict[str, float] = {}
    for value, unit in parts:
        factor, base = _OTHER.get(unit, (1, unit))
        sums[base] = sums.get(base, 0) + factor * value
    days = "".join(f"{sums[unit]:g}{_LETTERS[unit]}" for unit in ("year", "month", "day") if unit in sums)
    clock_ = "".join(f"{sums[unit]:g}{_LETTERS[unit]}" for unit in ("hour", "minute", "second") if unit in sums)
    return f"P{days}" + (f"T{clock_}" if clock_ else "")


def recurrence(t: Tokens, i: int) -> Found:
    """Reads what comes back: "every tuesday at 9am", "daily", "once a week", "mondays", "3pm each day"."""
    found = _recurring(t, i)
    if found is not None:
        j = _time_after(t, found[1])
        return When(Sort.SET, length=found[0]), j
    time = clock(t, i) if t.words[i].isdecimal() else None
    if time and (later := _recurring(t, time[1])):
        return When(Sort.SET, length=later[0]), later[1]
    nth = day_number(t, i, bare=False)
    if nth and t.words[nth[1]] == "of" and (later := _recurring(t, nth[1] + 1)):
        return When(Sort.SET, length=later[0]), later[1]
    return None


def _time_after(t: Tokens, j: int) -> int:
    time = clock(t, j)
    return time[1] if time else j


def _recurring(t: Tokens, i: int) -> tuple[str, int] | None:
    word = t.words[i]
    if word in ("bi", "semi") and t.words[i + 1] == "-" and (found := t.lexicon.recurring.get(word + t.words[i + 2])):
        return found, i + 3
    if word in t.lexicon.recurring:
        return t.lexicon.recurring[word], i + 1
    if (
        word in ("once", "twice", "one")
        and t.words[i + 1] in ("a", "an", "per")
        and (unit := t.lexicon.units.get(t.words[i + 2]))
    ):
        return iso_length(((1.0, unit),)), i + 3
    if word in ("every", "each", "any", "all"):
        return _every(t, i)
    return _plural(t, i)


def _every(t: Tokens, i: int) -> tuple[str, int] | None:
    word, j = t.words[i], i + 1
    step = 1.0
    if t.words[j] == "other":
        step, j = 2.0, j + 1
    elif word in ("every", "each") and (found := number(t, j)):
        step, j = found
    target = t.words[j]
    if word in ("any", "all"):
        return (
            ("P1W", j + 1)
            if target in ("weekend", "weekends")
            else ("P1Y", j + 1)
            if word == "any" and target == "year"
            else None
        )
    name = weekday_name(t, j)
    if name is not None or target in ("weekday", "weekdays", "weekend", "weekends"):
        end = name[1] if name else j + 1
        end += t.words[end] in t.lexicon.day_parts
        return iso_length(((step, "week"),)), end
    if target in t.lexicon.months:
        return iso_length(((step, "year"),)), j + 1
    if target in t.lexicon.day_parts:
        return iso_length(((step, "day"),)), j + 1
    unit = t.lexicon.units.get(target)
    return (iso_length(((step, unit),)), j + 1) if unit else None


def _plural(t: Tokens, i: int) -> tuple[str, int] | None:
    word = t.words[i]
    if word.endswith("s") and word[:-1] in t.lexicon.weekdays and len(word) > 5:
        return "P1W", i + 1
    if word in t.lexicon.weekdays and t.words[i + 1].endswith("s") and t.words[i + 1] in t.lexicon.day_parts:
        return "P1W", i + 2
    if word == "weekends" and t.words[i - 1] not in t.lexicon.numbers:
        return "P1W", i + 1
    if word.endswith("s") and word in t.lexicon.day_parts and t.words[i - 1] not in ("the", "in"):
        return "P1D", i + 1
    return None


__all__ = ["clock_span", "count", "day_part", "find_times", "iso_length"]
