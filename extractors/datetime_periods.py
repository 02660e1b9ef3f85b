"""The grammar of stretches of days: months, quarters, weeks, "the last three weeks of 2021", "later this year"."""

from datetime import date, datetime, timedelta

from extractors.datetime_days import (
    Found,
    amounts,
    day_expression,
    holiday,
    longest,
    monday,
    month_name,
    moved_by,
    plain_day,
    seconds_of,
)
from extractors.datetime_values import When, named, span
from extractors.datetime_words import Tokens, count, ordinal, year
from extractors.periods import decade, fiscal, half, partial, quarter, season

_ALIGNED = frozenset({"quarter", "decade", "century", "weekend"})
_CLOCK_UNITS = frozenset({"second", "minute", "hour"})
_MAY_BE_VERBS = frozenset({"may", "march", "mar", "sat", "sun"})
_MONTH_LEADS = frozenset(
    {
        "in",
        "of",
        "by",
        "since",
        "until",
        "till",
        "this",
        "next",
        "last",
        "from",
        "to",
        "through",
        "between",
        "after",
        "before",
        "during",
        "early",
        "mid",
        "late",
    }
)


def midnight(at: date) -> datetime:
    """Returns the first moment of a day."""
    return datetime(at.year, at.month, at.day)


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


def numeric_month(t: Tokens, i: int) -> Found:
    """Reads 2015-3, 12-2015, 2019/08."""
    a, sep, b = t.words[i : i + 3]
    if sep not in ("-", "/") or not (a.isdecimal() and b.isdecimal()) or not (t.glued(i + 1) and t.glued(i + 2)):
        return None
    if t.glued(i + 3) and (t.words[i + 3].isalnum() or (t.words[i + 3] in "-/" and t.words[i + 4].isdecimal())):
        return None
    if len(a) == 4 and len(b) <= 2:
        a, b = b, a
    if len(a) > 2 or len(b) != 4 or not 1 <= int(a) <= 12 or not 1000 <= int(b) < 2200:
        return None
    return named(partial(int(b), int(a)), "month"), i + 3


def month_year(t: Tokens, i: int) -> Found:
    """Reads "May 2026", "2017 april", "june of 1992", and a month alone in the reference year."""
    j = i + (t.words[i] == "the")
    if (told := year(t, i)) is not None:
        step = t.words[told[1]] in ("-", "/", ",")
        month = month_name(t, told[1] + step)
        return (named(partial(told[0], month[0]), "month"), month[1]) if month else None
    month = month_name(t, j)
    if month is None:
        return None
    k = t.skip(month[1], ",", "of", "in", "-", "/")
    told = year(t, k, short=t.words[k] in ("'", "’") or t.words[k - 1] == "of") if k - month[1] <= 1 else None
    if told and not (t.words[told[1]] == ":" and t.glued(told[1])):
        return named(partial(told[0], month[0]), "month"), told[1]
    if t.words[j] in _MAY_BE_VERBS and not _is_month(t, i, j, month[1]):
        return None
    return named(partial(t.now.year, month[0]), "month", yearless=True), month[1]


def _is_month(t: Tokens, i: int, j: int, end: int) -> bool:
    """Says whether "may" or "march" stands where only a month does."""
    if t.words[end] in ("to", "-", "–", "through") and month_name(t, end + 1):
        return True
    return t.words[i - 1] in _MONTH_LEADS and (t.words[i - 1] != "this" or t.text[t.starts[j]].isupper())


def _year_place(t: Tokens, i: int) -> tuple[int, int, bool] | None:
    """Returns the year of "of 2015", "this year", "the year", the index behind it, and whether it was said."""
    j = t.skip(i, "of", "in", ",", "-", "the")
    if (told := year(t, j)) is not None:
        return *told, True
    step = t.lexicon.directions.get(t.words[j])
    if step is not None and t.words[j + 1] == "year":
        return t.now.year + step, j + 2, False
    if t.words[j] == "year":
        told = year(t, j + 1)
        return (*told, True) if told else (t.now.year, j + 1, False)
    return None


def quarter_or_half(t: Tokens, i: int) -> Found:
    """Reads "q1 2019", "2019-H2", "the first quarter of this year", "next year's third quarter"."""
    j = i + (t.words[i] == "the")
    place = _leading_year(t, j)
    k = t.skip(place[1], "'s", "’s", "-") if place else j
    found = _quarter_name(t, k)
    if found is None:
        return None
    build, size, nth, end = found
    if place is None:
        place = _year_place(t, end)
        if place:
            end = place[1]
    year_ = place[0] if place else t.now.year
    value = quarter(year_, nth) if build == "q" else half(year_, nth)
    return named(value, size, relative=bool(place and not place[2]), yearless=place is None), end


def _leading_year(t: Tokens, i: int) -> tuple[int, int, bool] | None:
    if (told := year(t, i)) is not None:
        return *told, True
    step = t.lexicon.directions.get(t.words[i])
    if step is not None and t.words[i + 1] == "year" and t.words[i + 2] in ("'s", "’s"):
        return t.now.year + step, i + 2, False
    return None


def _quarter_name(t: Tokens, i: int) -> tuple[str, str, int, int] | None:
    word, digits = t.words[i], t.words[i + 1]
    if word in ("q", "h") and t.glued(i + 1) and digits.isdecimal() and 1 <= int(digits) <= (4 if word == "q" else 2):
        return word, "quarter" if word == "q" else "half", int(digits), i + 2
    found = ordinal(t, i)
    if found is None:
        return None
    nth, j = found
    j += t.words[j] == "-"
    if t.words[j] in ("quarter", "qtr") and nth <= 4:
        return "q", "quarter", nth, j + 1
    return ("h", "half", nth, j + 1) if t.words[j] == "half" and nth <= 2 else None


_COUNT_WORDS = frozenset({"pieces", "people", "users", "dollars", "coins", "students", "stars", "words", "units"})


def year_alone(t: Tokens, i: int) -> Found:
    """Reads 2018, "the year 2008", "calendar year 2008", "cy18", "fiscal year 2008", "two thousand and twenty"."""
    j = i + (t.words[i] == "the")
    if t.words[j] in ("fiscal", "school", "sy", "fy"):
        return _company_year(t, j)
    if t.words[j] in ("calendar", "cy"):
        k = j + 1 + (t.words[j + 1] == "year")
        told = year(t, k, short=True)
        return (named(partial(told[0]), "year"), told[1]) if told else None
    if t.words[j] == "year":
        told = year(t, j + 1)
        return (named(partial(told[0]), "year"), told[1]) if told else None
    told = year(t, i)
    if told is None or _is_count(t, i, told[1]):
        return None
    return named(partial(told[0]), "year"), told[1]


def _company_year(t: Tokens, j: int) -> Found:
    k = j + 1 + (t.words[j + 1] == "year")
    if t.words[j] in ("fiscal", "school") and k == j + 1:
        return None
    told = year(t, k, short=True)
    if told:
        return named(fiscal(told[0]), "fiscal-year"), told[1]
    return (named(fiscal(t.now.year), "fiscal-year", relative=True), k) if t.words[j] == "fiscal" else None


def _is_count(t: Tokens, i: int, j: int) -> bool:
    """Says whether four digits are an amount or a part of a longer number."""
    glued_before = t.glued(i) and (t.words[i - 1].isalnum() or t.words[i - 1] in "$€£#,.+:/-")
    if glued_before and not (t.words[i - 1] in "-/" and not (t.words[i - 2].isalnum() and t.glued(i - 1))):
        return True
    if t.glued(j) and (
        t.words[j].isalnum()
        or (
            t.words[j] in "-,./:"
            and t.glued(j + 1)
            and t.words[j + 1].isdecimal()
            and not (t.words[j] == "-" and year(t, j + 1))
        )
    ):
        return True
    after = t.words[j]
    return after in _COUNT_WORDS or after in ("%", "percent") or after in t.lexicon.units


def decade_or_century(t: Tokens, i: int) -> Found:
    """Reads "1990s", "the nineties", "90 s", "the 21st century"."""
    j = i + (t.words[i] == "the")
    word = t.words[j]
    if word in t.lexicon.decades:
        return _decade(1900 + t.lexicon.decades[word], j + 1)
    if word.isdecimal() and word.endswith("0") and t.words[j + 1] in ("s", "'s", "’s") and len(word) in (2, 4):
        full = int(word) if len(word) == 4 else 1900 + int(word)
        return _decade(full, j + 2)
    found = ordinal(t, j)
    if found and t.words[found[1]] == "century" and 1 < found[0] < 30:
        first = (found[0] - 1) * 100
        return span(datetime(first, 1, 1), datetime(first + 100, 1, 1), "century"), found[1] + 1
    return None


def _decade(first: int, end: int) -> Found:
    return (named(decade(first), "decade"), end) if 1000 <= first < 2200 else None


def whole_unit(t: Tokens, at: datetime, unit: str, step: int) -> tuple[datetime, datetime] | None:
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
    """Reads "this week", "next month", "last quarter", "this september", "the following week", "the week after next"."""
    the = t.words[i] == "the"
    j = i + the
    unit = t.lexicon.units.get(t.words[j], "")
    if (k := t.phrase(j + 1, "after next")) > 0 and unit:
        return _unit_span(t, unit, 2, k)
    if the and unit in ("week", "weekend", "month", "year", "fortnight", "quarter") and _period_end(t, j):
        return _unit_span(t, unit, 0, j + 1)
    if t.words[j] == "weekend" and t.words[i - 1] not in t.lexicon.vague:
        return _unit_span(t, "weekend", 0, j + 1)
    step = t.lexicon.directions.get(t.words[j])
    if step is None:
        return None
    k = j + 1
    if t.words[j] == "this" and t.words[k] in t.lexicon.near:
        step, k = t.lexicon.directions[t.words[k]], k + 1
    if t.words[k] in ("fiscal", "school") and t.words[k + 1] == "year":
        return named(fiscal(t.now.year + step), "fiscal-year", relative=True), k + 2
    k += t.words[k] == "calendar"
    if t.words[k] in ("working", "work", "business") and t.words[k + 1] == "week":
        return _unit_span(t, "workweek", step, k + 2)
    month = month_name(t, k)
    if (
        month is not None
        and t.words[k] == "may"
        and t.words[j] not in ("next", "last")
        and t.text[t.starts[k]].islower()
    ):
        return None
    if month is not None:
        return _directed_month(t, step, *month)
    unit = t.lexicon.units.get(t.words[k], "")
    if not unit or t.words[k].endswith("s") or t.words[k] == "night":
        return None
    if unit in _CLOCK_UNITS:
        return _clock_unit(t, unit, step, k + 1)
    begin = i if the and unit in ("decade", "century") else j
    return _unit_span(t, unit, step, k + 1) if begin == i or not the else None


def _period_end(t: Tokens, j: int) -> bool:
    return t.words[j - 2] in (
        "in",
        "for",
        "of",
        "over",
        "with",
        "was",
        "happened",
        "unavailable",
        "during",
        "during",
        "",
    ) and t.words[j + 1] not in ("of", "beginning", "starting", "commencing", "to")


def _unit_span(t: Tokens, unit: str, step: int, end: int) -> Found:
    if unit == "day":
        return None
    bounds = whole_unit(t, t.now, unit, step)
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
    j = i + (t.words[i] == "the" and t.words[i + 1] not in ("few", "couple"))
    step = t.lexicon.directions.get(t.words[j])
    if step is not None and step != 0:
        found = amounts(t, j + 1 + (t.words[j + 1] == "the"))
        if found is None:
            return _business_days(t, j + 1, step)
        return _stretch(t, found[0], step, found[1]) if t.words[found[1]] not in ("ago",) else _first_only(t, j, step)
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


def _stretch(t: Tokens, parts: tuple[tuple[float, str], ...], step: int, end: int) -> Found:
    units = {unit for _, unit in parts}
    value, unit = parts[0]
    if units & _CLOCK_UNITS:
        edge = t.now
        for amount, each in parts:
            edge = moved_by(edge, step * amount, each)
        return span(min(edge, t.now), max(edge, t.now), "second", relative=True), end
    today = midnight(t.now.date())
    if len(parts) == 1 and unit in _ALIGNED:
        bounds = whole_unit(t, t.now, unit, 1 if step > 0 else -int(value))
        assert bounds is not None
        return span(bounds[0], moved_by(bounds[0], value, unit), "range", relative=True), end
    base = today + timedelta(days=1) if step > 0 else today
    edge = base
    for amount, each in parts:
        edge = moved_by(edge, step * amount, each)
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


def season_name(t: Tokens, i: int) -> Found:
    """Reads "summer 2018", "this summer", "next spring"."""
    step = t.lexicon.directions.get(t.words[i])
    j = i + (step is not None or t.words[i] == "the")
    word = "autumn" if t.words[j] == "fall" else t.words[j]
    if word not in t.lexicon.seasons:
        return None
    told = _year_place(t, j + 1)
    if told:
        return named(season(told[0], word), "season", relative=not told[2]), told[1]
    if step is None and t.words[j] in ("fall", "spring") and t.words[i - 1] not in ("in", "the"):
        return None
    return named(season(t.now.year + (step or 0), word), "season", yearless=True), j + 1


def week_number(t: Tokens, i: int) -> Found:
    """Reads "week 31", "week 3 of 2027", "W08"."""
    if t.words[i] == "the":
        i += 1
    if t.words[i] != "week" or not t.words[i + 1].isdecimal() or not 1 <= int(t.words[i + 1]) <= 53:
        return None
    place = _year_place(t, i + 2) if t.words[i + 2] in ("of", "in") else None
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


def nth_unit(t: Tokens, i: int) -> Found:
    """Reads "the first week of Jan 2015", "last 3 weeks of this year", "the third month of 2021"."""
    j = i + (t.words[i] == "the")
    last = t.words[j] == "last"
    found = (-1, j + 1) if last else ordinal(t, j)
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
    if nth > 0:
        begin = moved_by(low, nth - 1, unit)
        return begin, moved_by(begin, size, unit)
    return moved_by(high, -size, unit), high


def weekend_of(t: Tokens, i: int) -> Found:
    """Reads "the weekend of halloween", "labor day weekend": the weekend nearest to the day, with a free day beside it."""
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
            found = _in_year(t, i, told[0]) or found
    low, high = _weekend(found[0].low.date() if found[0].low else t.now.date())
    return span(midnight(low), midnight(high), "weekend", relative=found[0].relative), end


def _in_year(t: Tokens, i: int, year_: int) -> Found:
    from extractors.datetime_days import _holiday_name, holiday_date
    from extractors.datetime_values import day

    found = _holiday_name(t, i)
    return (day(holiday_date(found[0], year_)), found[1]) if found else None


def _weekend(at: date) -> tuple[date, date]:
    weekday = at.weekday()
    if weekday in (3, 4):
        return at, at + timedelta(days=7 - weekday)
    if weekday == 0:
        return at - timedelta(days=2), at + timedelta(days=1)
    saturday = at - timedelta(days=weekday - 5) if weekday >= 5 else at + timedelta(days=5 - weekday)
    return saturday, saturday + timedelta(days=2)


_PARTS = {"early": 0, "beginning": 0, "start": 0, "earlier": 0, "mid": 1, "middle": 1, "late": 2, "end": 2, "later": 2}


def part_of(t: Tokens, i: int) -> Found:
    """Reads "end of this month", "mid-November", "early 2016", "later this week", "earlier in the year", "rest of the week"."""
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
    if t.words[j] in ("end", "beginning", "start", "middle") and k == j + 1:
        if not (t.words[k] in t.lexicon.directions and t.words[j] == "end"):
            return None
    inner = _inner(t, k)
    if inner is None or inner[0].low is None or inner[0].high is None:
        return None
    bounds = _third(t, inner[0], which, comparative)
    grain = "part" if (inner[0].high - inner[0].low) <= timedelta(days=1) else "range"
    return (span(*bounds, grain, relative=inner[0].relative), inner[1]) if bounds else None


def _inner(t: Tokens, k: int) -> Found:
    unit = t.lexicon.units.get(t.words[k], "")
    if unit in ("week", "month", "year", "quarter") and not t.words[k].endswith("s") and not t.words[k + 1].isdecimal():
        return _unit_span(t, unit, 0, k + 1)
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
    elif days > 300 and not inner.relative:
        edges = tuple((moved_by(low, 4 * n, "month"), moved_by(low, 4 * n + 4, "month")) for n in range(3))  # type: ignore[assignment]
    elif days > 300:
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
    found = _unit_span(t, "year" if t.words[j] == "eoy" else "month", 0, j + 1)
    bounds = _third(t, found[0], 2, False) if found else None
    return (span(*bounds, "range", relative=True), j + 1) if bounds else None


def _rest(t: Tokens, j: int) -> Found:
    k = t.skip(j + 1, "of", "the", "this", "my", "current")
    unit = t.lexicon.units.get(t.words[k])
    bounds = whole_unit(t, t.now, unit, 0) if unit in ("week", "month", "year", "quarter", "decade") else None
    if bounds is None:
        return None
    high = bounds[1] - timedelta(days=1) if unit == "week" else bounds[1]
    return span(midnight(t.now.date()), high, "range", relative=True), k + 1


def to_date(t: Tokens, i: int) -> Found:
    """Reads "year to date" and "to date"."""
    j = i + (t.words[i] == "the")
    today = midnight(t.now.date())
    unit = t.lexicon.units.get(t.words[j])
    if unit in ("year", "month", "quarter", "week") and t.phrase(j + 1, "to date") > 0:
        bounds = whole_unit(t, t.now, unit, 0)
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
    exact = any(unit in _CLOCK_UNITS for _, unit in found[0])
    low = t.now if exact else midnight(t.now.date())
    edge = low
    for amount, unit in found[0]:
        edge = moved_by(edge, amount, unit)
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
    edge = start[0].low
    for amount, unit in found[0]:
        edge = moved_by(edge, amount, unit)
    return span(start[0].low, edge, "range", relative=start[0].relative), start[1]
