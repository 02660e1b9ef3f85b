"""The grammar of calendar units from the reference day: "next month", "the last 3 weeks", "within 5 days"."""

from datetime import datetime, timedelta

from extractors.periods import fiscal, partial
from extractors.times.days import Found, month_name
from extractors.times.lengths import CLOCK_UNITS, Parts, amounts, has_clock, moved_by, moved_by_all, seconds_of
from extractors.times.offsets import day_expression, plain_day
from extractors.times.periods import midnight, year_place
from extractors.times.values import named, span
from extractors.times.weekdays import monday
from extractors.times.words import Tokens, count, year

_ALIGNED = frozenset({"quarter", "decade", "century", "weekend"})


def whole_unit(at: datetime, unit: str, step: int) -> tuple[datetime, datetime] | None:
    """Returns begin and end of the calendar unit that holds a moment, or of one some steps away."""
    today = midnight(at.date())
    if unit in ("week", "weekend", "workweek", "fortnight"):
        return _weeks(midnight(monday(at)), unit, step)
    if unit == "day":
        low = today + timedelta(days=step)
        return low, low + timedelta(days=1)
    if unit == "month":
        low = today.replace(day=1)
    elif unit == "quarter":
        low = today.replace(day=1, month=(at.month - 1) // 3 * 3 + 1)
    elif unit == "decade":
        low = datetime(at.year // 10 * 10, 1, 1)
    elif unit == "century":
        low = datetime(at.year // 100 * 100, 1, 1)
    else:
        low = datetime(at.year, 1, 1)
    low = moved_by(low, step, unit)
    return low, moved_by(low, 1, unit)


def _weeks(first: datetime, unit: str, step: int) -> tuple[datetime, datetime]:
    if unit == "weekend":
        low = first + timedelta(days=5 + 7 * step)
        return low, low + timedelta(days=2)
    if unit == "workweek":
        low = first + timedelta(days=7 * step)
        return low, low + timedelta(days=5)
    if unit == "fortnight":
        low = first + timedelta(days=14 * step)
        return low, low + timedelta(days=14)
    low = first + timedelta(days=7 * step)
    return low, low + timedelta(days=7)


def directed_unit(t: Tokens, i: int) -> Found:
    """Reads "this week", "next month", "last quarter", "this september", "the week after next"."""
    the = t.words[i] == "the"
    j = i + the
    if (found := _present_unit(t, j, the)) is not None:
        return found
    step = t.lexicon.directions.get(t.words[j])
    if step is None:
        return None
    k = j + 1
    if t.words[j] == "this" and t.words[k] in t.lexicon.near:
        step, k = t.lexicon.directions[t.words[k]], k + 1
    if (found := _kind_of_year(t, k, step)) is not None:
        return found
    k += t.words[k] == "calendar"
    month = month_name(t, k)
    if month is not None:
        verb = t.words[k] == "may" and t.words[j] not in ("next", "last") and t.text[t.starts[k]].islower()
        return None if verb else _directed_month(t, step, *month)
    unit = t.lexicon.units.get(t.words[k], "")
    if not unit or t.words[k].endswith("s") or t.words[k] == "night":
        return None
    if unit in CLOCK_UNITS:
        return _clock_unit(t, unit, step, k + 1)
    return unit_span(t, unit, step, k + 1) if unit in ("decade", "century") or not the else None


def _present_unit(t: Tokens, j: int, the: bool) -> Found:
    """Reads "the week after next", "the month", "weekend"."""
    unit = t.lexicon.units.get(t.words[j], "")
    if (k := t.phrase(j + 1, "after next")) > 0 and unit:
        return unit_span(t, unit, 2, k)
    if the and unit in ("week", "weekend", "month", "year", "fortnight") and _period_end(t, j):
        return unit_span(t, unit, 0, j + 1)
    if t.words[j] == "weekend" and t.words[j - 1 - the] not in t.lexicon.vague:
        return unit_span(t, "weekend", 0, j + 1)
    return None


def _kind_of_year(t: Tokens, k: int, step: int) -> Found:
    """Reads "fiscal year" and "working week" behind a direction."""
    if t.words[k] in ("fiscal", "school") and t.words[k + 1] == "year":
        return named(fiscal(t.now.year + step), "fiscal-year", relative=True), k + 2
    if t.words[k] in ("working", "work", "business") and t.words[k + 1] == "week":
        return unit_span(t, "workweek", step, k + 2)
    return None


def _period_end(t: Tokens, j: int) -> bool:
    """Says whether "the week" means the one of the reference day."""
    behind = t.words[j + 1] not in ("of", "beginning", "starting", "commencing", "to", "ended", "ending")
    return behind and (j < 2 or t.words[j - 2] in t.lexicon.period_leads)


def unit_span(t: Tokens, unit: str, step: int, end: int) -> Found:
    """Returns the calendar unit some steps from the one of the reference moment; days have rules of their own."""
    if unit == "day":
        return None
    bounds = whole_unit(t.now, unit, step)
    return (span(*bounds, unit, relative=True), end) if bounds else None


def _clock_unit(t: Tokens, unit: str, step: int, end: int) -> Found:
    if step == 0:
        return None
    low, high = (t.now, moved_by(t.now, 1, unit)) if step > 0 else (moved_by(t.now, -1, unit), t.now)
    return span(low, high, "second", relative=True), end


def _directed_month(t: Tokens, step: int, month: int, end: int) -> Found:
    told = year(t, end)
    if told:
        return named(partial(told[0], month), "month"), told[1]
    year_ = t.now.year
    if step > 0 and month <= t.now.month:
        year_ += 1
    elif step < 0 and month >= t.now.month:
        year_ -= 1
    return named(partial(year_, month), "month", relative=True), end


def counted_units(t: Tokens, i: int) -> Found:
    """Reads "the next 3 days", "past two quarters", "the 5 upcoming years", "the next couple weeks"."""
    j = i + (t.words[i] == "the" and t.lexicon.units.get(t.words[i + 3]) in ("decade", "century"))
    step = t.lexicon.directions.get(t.words[j])
    if step is not None and step != 0:
        found = amounts(t, j + 1 + (t.words[j + 1] == "the"))
        if found is None:
            return _business_days(t, j + 1, step)
        return _stretch(t, found[0], step, found[1]) if t.words[found[1]] != "ago" else _first_only(t, j, step)
    found_count = count(t, j)
    if found_count is None:
        return None
    step = t.lexicon.directions.get(t.words[found_count[1]])
    unit = t.lexicon.units.get(t.words[found_count[1] + 1])
    if not step or unit is None or (found_count[0] != 1) != t.words[found_count[1] + 1].endswith("s"):
        return None
    return _stretch(t, ((found_count[0], unit),), step, found_count[1] + 2)


def _first_only(t: Tokens, j: int, step: int) -> Found:
    """Reads the first amount alone where the last of several belongs to an "ago"."""
    found = count(t, j + 1)
    unit = t.lexicon.units.get(t.words[found[1]]) if found else None
    return _stretch(t, ((found[0], unit),), step, found[1] + 1) if found and unit else None


def _stretch(t: Tokens, parts: Parts, step: int, end: int) -> Found:
    if has_clock(parts):
        edge = moved_by_all(t.now, parts, step)
        return span(min(edge, t.now), max(edge, t.now), "second", relative=True), end
    today = midnight(t.now.date())
    value, unit = parts[0]
    if len(parts) == 1 and unit in _ALIGNED:
        bounds = whole_unit(t.now, unit, 1 if step > 0 else -int(value))
        assert bounds is not None
        return span(bounds[0], moved_by(bounds[0], value, unit), "range", relative=True), end
    base = today + timedelta(days=1) if step > 0 else today
    edge = moved_by_all(base, parts, step)
    return span(min(edge, base), max(edge, base), "range", relative=True), end


def _business_days(t: Tokens, i: int, step: int) -> Found:
    found = count(t, i)
    if (
        found is None
        or t.words[found[1]] not in ("business", "working")
        or t.words[found[1] + 1] not in ("days", "day")
    ):
        return None
    at, left = t.now.date(), int(found[0])
    edge = at
    while left:
        edge += timedelta(days=step)
        left -= edge.weekday() < 5
    low, high = (at + timedelta(days=1), edge + timedelta(days=1)) if step > 0 else (edge, at)
    return span(midnight(low), midnight(high), "range", relative=True), found[1] + 2


def week_number(t: Tokens, i: int) -> Found:
    """Reads "week 31", "week 3 of 2027", "W08"."""
    if t.words[i] == "the":
        i += 1
    if t.words[i] != "week" or not t.words[i + 1].isdecimal() or not 1 <= int(t.words[i + 1]) <= 53:
        return None
    place = year_place(t, i + 2) if t.words[i + 2] in ("of", "in") else None
    year_, end = (place[0], place[1]) if place else (t.now.year, i + 2)
    low = datetime.fromisocalendar(year_, 1, 1) + timedelta(weeks=int(t.words[i + 1]) - 1)
    return span(low, low + timedelta(days=7), "week", relative=place is None), end


def week_of(t: Tokens, i: int) -> Found:
    """Reads "the week of april 10th", "week beginning February 4", "w/c Feb 4"."""
    j = i + (t.words[i] == "the")
    k = t.phrase(
        j,
        "w / c",
        "week of",
        "week beginning on",
        "week beginning",
        "week starting on",
        "week starting",
        "week commencing",
    )
    found = plain_day(t, k) if k > 0 else None
    if found is None or found[0].low is None:
        return None
    low = midnight(monday(found[0].low))
    return span(low, low + timedelta(days=7), "week", relative=found[0].relative), found[1]


def to_date(t: Tokens, i: int) -> Found:
    """Reads "year to date" and "to date"."""
    j = i + (t.words[i] == "the")
    today = midnight(t.now.date())
    unit = t.lexicon.units.get(t.words[j])
    if unit in ("year", "month", "quarter", "week") and t.phrase(j + 1, "to date") > 0:
        bounds = whole_unit(t.now, unit, 0)
        assert bounds is not None
        return span(bounds[0], max(today, bounds[0] + timedelta(days=1)), "range", relative=True), j + 3
    if (
        t.phrase(i, "to date", "till date") > 0
        and t.words[i - 1] not in ("-", "up", "equals")
        and t.words[i + 2] not in ("from", "1")
        and t.words[i + 2] != "-"
    ):
        return span(None, today, "range", relative=True), i + 2
    return None


def within(t: Tokens, i: int) -> Found:
    """Reads "within 5 days", "within the next 10 months": from the reference moment on."""
    if t.words[i] != "within":
        return None
    j = t.skip(i + 1, "the", "next", "a") if t.words[i + 1] in ("the", "next") else i + 1
    found = amounts(t, j)
    if found is None and t.words[j] == "day":
        rest = amounts(t, j + 1 + (t.words[j + 1] == "and"))
        found = (((1.0, "day"), *rest[0]), rest[1]) if rest else None
    if found is None:
        return None
    exact = has_clock(found[0])
    low = t.now if exact else midnight(t.now.date())
    edge = moved_by_all(low, found[0])
    return span(low, edge, "second" if exact else "range", relative=True), found[1]


def starting(t: Tokens, i: int) -> Found:
    """Reads "3 days starting from next Monday", "for 1 week, from 20th dec"."""
    j = i + (t.words[i] == "for")
    found = amounts(t, j)
    if found is None or seconds_of(found[0]) <= 0:
        return None
    k = t.skip(found[1], ",")
    if j > i and t.words[k] == "from":
        k += 1
    else:
        k = t.phrase(k, "starting from", "starting on", "starting", "beginning on", "beginning")
    if k < 0:
        return None
    start = day_expression(t, k)
    if start is None or start[0].low is None:
        return None
    edge = moved_by_all(start[0].low, found[0])
    return span(start[0].low, edge, "range", relative=start[0].relative), start[1]
