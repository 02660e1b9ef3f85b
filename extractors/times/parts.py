"""The grammar of parts of a stretch: "end of this month", "the first week of Jan 2015", "the rest of the year"."""

from datetime import date, datetime, timedelta

from extractors.periods import part
from extractors.times.days import Found, longest, remembered
from extractors.times.holidays import holiday, holiday_date, holiday_name
from extractors.times.lengths import moved_by
from extractors.times.offsets import plain_day
from extractors.times.periods import (
    decade_or_century,
    midnight,
    month_year,
    numeric_month,
    quarter_or_half,
    season_name,
    year_alone,
)
from extractors.times.units import (
    counted_units,
    directed_unit,
    starting,
    to_date,
    unit_span,
    week_number,
    week_of,
    whole_unit,
    within,
)
from extractors.times.values import When, day, named, span
from extractors.times.weekdays import monday
from extractors.times.words import Tokens, count, rank, year


@remembered
def period(t: Tokens, i: int) -> Found:
    """Returns the stretch of days that begins at a token, and the index behind it."""
    return longest(
        t,
        i,
        (
            numeric_month,
            month_year,
            quarter_or_half,
            year_alone,
            decade_or_century,
            directed_unit,
            counted_units,
            season_name,
            week_number,
            week_of,
            nth_unit,
            weekend_of,
            part_of,
            to_date,
            within,
            starting,
        ),
    )


def nth_unit(t: Tokens, i: int) -> Found:
    """Reads "the first week of Jan 2015", "last 3 weeks of this year", "the third month of 2021"."""
    j = i + (t.words[i] == "the")
    found = rank(t, j)
    if found is None:
        return None
    nth, j = found
    many = count(t, j) if t.words[j] not in ("week", "month", "day") else None
    size = int(many[0]) if many else 1
    j = many[1] if many else j
    unit = t.lexicon.units.get(t.words[j])
    if unit not in ("week", "month", "day", "quarter", "weekend") or t.words[j + 1] not in ("of", "in"):
        return None
    inner = longest(t, j + 2, (month_year, directed_unit, year_alone, quarter_or_half))
    if inner is None or inner[0].low is None or inner[0].high is None:
        return None
    low, high = _nth(inner[0].low, inner[0].high, unit, nth, size)
    return span(low, high, "range", relative=inner[0].relative), inner[1]


def _nth(low: datetime, high: datetime, unit: str, nth: int, size: int) -> tuple[datetime, datetime]:
    """Returns some units inside a stretch; a week belongs to the stretch that holds its Thursday."""
    if unit == "week":
        first = midnight(monday(low + timedelta(days=3))) if low.weekday() > 3 else midnight(monday(low))
        last = midnight(monday(high - timedelta(days=4)))
        begin = first + timedelta(weeks=nth - 1) if nth > 0 else last + timedelta(weeks=nth + 2 - size)
        return begin, begin + timedelta(weeks=size)
    if unit == "weekend":
        first = low + timedelta(days=(5 - low.weekday()) % 7)
        last = high - timedelta(days=(high.weekday() - 5) % 7 or 7)
        begin = first + timedelta(weeks=nth - 1) if nth > 0 else last + timedelta(weeks=nth + 2 - size)
        return begin, begin + timedelta(days=2 + 7 * (size - 1))
    if nth > 0:
        begin = moved_by(low, nth - 1, unit)
        return begin, moved_by(begin, size, unit)
    end = moved_by(high, nth + 1, unit)
    return moved_by(end, -size, unit), end


def weekend_of(t: Tokens, i: int) -> Found:
    """Reads "the weekend of halloween", "labor day weekend": the nearest weekend, with a free day beside it."""
    j = i + (t.words[i] == "the")
    k = t.phrase(j, "weekend of")
    found = plain_day(t, k) if k > 0 else holiday(t, i)
    if found is None or found[0].low is None:
        return None
    end = found[1]
    if k < 0:
        if t.words[end] != "weekend":
            return None
        end += 1
        told = year(t, end)
        if told and (again := holiday(t, i)) and again[0].low:
            end = told[1]
            found = _holiday_in(t, i, told[0]) or found
    low, high = _weekend(found[0].low.date() if found[0].low else t.now.date())
    return span(midnight(low), midnight(high), "weekend", relative=found[0].relative), end


def _holiday_in(t: Tokens, i: int, year_: int) -> Found:
    found = holiday_name(t, i)
    return (day(holiday_date(found[0], year_)), found[1]) if found else None


def _weekend(at: date) -> tuple[date, date]:
    weekday = at.weekday()
    if weekday in (3, 4):
        return at, at + timedelta(days=7 - weekday)
    if weekday == 0:
        return at - timedelta(days=2), at + timedelta(days=1)
    saturday = at - timedelta(days=weekday - 5) if weekday >= 5 else at + timedelta(days=5 - weekday)
    return saturday, saturday + timedelta(days=2)


_NAMES = ("early", "mid", "late")
_PARTS = {"early": 0, "beginning": 0, "start": 0, "earlier": 0, "mid": 1, "middle": 1, "late": 2, "end": 2, "later": 2}


def part_of(t: Tokens, i: int) -> Found:
    """Reads "end of this month", "mid-November", "early 2016", "later this week", "rest of the week"."""
    j = i + (
        t.words[i] == "the"
        and t.words[i + 1] in ("end", "beginning", "start", "middle", "rest", "remainder", "remaining")
    )
    if t.words[j] in ("eoy", "eom"):
        return _abbreviated(t, j)
    if t.words[j] in ("rest", "remaining", "remainder"):
        return _rest(t, j)
    which = _PARTS.get(t.words[j])
    if which is None:
        return None
    comparative = t.words[j] in ("earlier", "later")
    k = t.skip(j + 1, "of", "-", "the") if not comparative else t.skip(j + 1, "in", "the")
    named_end = t.words[j] == "end" and t.words[j + 1] in t.lexicon.directions
    if t.words[j] in ("end", "beginning", "start", "middle") and t.words[j + 1] not in ("of", "-") and not named_end:
        return None
    inner = _inner(t, k)
    if inner is None or inner[0].low is None or inner[0].high is None:
        return None
    if inner[0].grain == "year" and not inner[0].relative:
        return named(part(inner[0].low.year, _NAMES[which]), "part"), inner[1]
    bounds = _third(t, inner[0], which, comparative)
    grain = "day-part" if (inner[0].high - inner[0].low) <= timedelta(days=1) else "range"
    return (span(*bounds, grain, relative=inner[0].relative), inner[1]) if bounds else None


def _inner(t: Tokens, k: int) -> Found:
    unit = t.lexicon.units.get(t.words[k], "")
    if unit in ("week", "month", "year", "quarter") and not t.words[k].endswith("s") and not t.words[k + 1].isdecimal():
        return unit_span(t, unit, 0, k + 1)
    return longest(t, k, (month_year, directed_unit, year_alone, quarter_or_half, season_name, decade_or_century))


def _third(t: Tokens, inner: When, which: int, comparative: bool) -> tuple[datetime, datetime] | None:
    low, high = inner.low, inner.high
    assert low is not None and high is not None
    days = (high - low).days
    if inner.grain == "month":
        edges = (
            (low, low + timedelta(days=15)),
            (low + timedelta(days=9), low + timedelta(days=20)),
            (low + timedelta(days=15), high),
        )
    elif 300 < days < 400:
        middle = moved_by(low, 6, "month")
        edges = ((low, middle), (moved_by(low, 3, "month"), moved_by(low, 9, "month")), (middle, high))
    elif days == 7:
        edges = (
            (low, low + timedelta(days=3)),
            (low + timedelta(days=2), low + timedelta(days=5)),
            (low + timedelta(days=3), high),
        )
    else:
        third = (high - low) / 3
        edges = ((low, low + third), (low + third, high - third), (high - third, high))
    first, last = edges[which]
    if low <= t.now < high and comparative:
        today = midnight(t.now.date())
        first, last = (first, min(last, today) if today > low else last) if which == 0 else (max(first, today), last)
    elif low <= t.now < high and days == 7 and which == 2:
        first = max(first, midnight(t.now.date()))
    return (first, last) if first < last else None


def _abbreviated(t: Tokens, j: int) -> Found:
    found = unit_span(t, "year" if t.words[j] == "eoy" else "month", 0, j + 1)
    bounds = _third(t, found[0], 2, False) if found else None
    return (span(*bounds, "range", relative=True), j + 1) if bounds else None


def _rest(t: Tokens, j: int) -> Found:
    k = t.skip(j + 1, "of", "the", "this", "my", "current")
    unit = t.lexicon.units.get(t.words[k])
    bounds = whole_unit(t.now, unit, 0) if unit in ("week", "month", "year", "quarter", "decade") else None
    if bounds is None:
        return None
    high = bounds[1] - timedelta(days=1) if unit == "week" else bounds[1]
    return span(midnight(t.now.date()), high, "range", relative=True), k + 1
