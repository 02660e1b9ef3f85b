"""The grammar of single days: "14 nov 2023", "next friday", "the first Monday of October", "two days after Christmas"."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta

from extractors.datetime_values import Sort, When, day, moment
from extractors.datetime_words import Holiday, Tokens, count, number, ordinal, year

Found = tuple[When, int] | None
Rule = Callable[[Tokens, int], Found]

_SEPARATORS = frozenset("-/.")
_BARE_PAIR = frozenset({"on", "this", "next", "friday", "from"})


def longest(t: Tokens, i: int, rules: tuple[Rule, ...]) -> Found:
    """Returns what the rule reads that reaches furthest; the first of those that tie."""
    best: Found = None
    for rule in rules:
        found = rule(t, i)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    return best


def day_expression(t: Tokens, i: int) -> Found:
    """Returns the day that begins at a token, and the index behind it."""
    return longest(t, i, (offset_day, plain_day))


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


def safe_date(year_: int, month: int, day_: int) -> date | None:
    """Returns a date, or None where the calendar has none."""
    if not 1 <= month <= 12 or not 1 <= day_ <= monthrange(year_, month)[1]:
        return None
    return date(year_, month, day_)


def of_year(t: Tokens, month: int, day_: int) -> When | None:
    """Returns a day without a year in the reference year, 29 February in the next leap year."""
    for this in range(t.now.year, t.now.year + 8):
        found = safe_date(this, month, day_)
        if found is not None:
            return day(found, yearless=True)
        if (month, day_) != (2, 29):
            return None
    return None


def _digits(t: Tokens, i: int, most: int) -> int:
    word = t.words[i]
    return int(word) if word.isdecimal() and len(word) <= most else -1


def numeric(t: Tokens, i: int) -> Found:
    """Reads 5/20/2026, 20.5.2026, 2/29, and 7.6 after a weekday or "on"."""
    first, sep, second = _digits(t, i, 2), t.words[i + 1], _digits(t, i + 2, 2)
    if first < 0 or second < 0 or sep not in _SEPARATORS or not 1 <= max(first, second) <= 31:
        return None
    month, day_ = (second, first) if first > 12 else (first, second)
    if t.words[i + 3] == sep and t.words[i + 4].isdecimal() and len(t.words[i + 4]) in (2, 4):
        return _with_year(t, i + 4, month, day_, i + 5)
    if sep == "-" and (t.words[i + 3] in ("am", "pm") or not _agrees(t, i, month, day_)):
        return None
    tight = t.glued(i + 1) and t.glued(i + 2)
    pair = sep == "/" or (i > 0 and (t.words[i - 1] in _BARE_PAIR or t.words[i - 1] in t.lexicon.weekdays))
    if (
        not pair
        or not tight
        or (t.glued(i + 3) and t.words[i + 3] in _SEPARATORS and t.words[i + 4].isdecimal() and sep != "/")
    ):
        return None
    comma = i + 3 + (t.words[i + 3] == ",")
    if comma > i + 3 and (found := year(t, comma)):
        return _with_year(t, comma, month, day_, found[1])
    value = of_year(t, month, day_)
    return (value, i + 3) if value else None


def _agrees(t: Tokens, i: int, month: int, day_: int) -> bool:
    """Says whether a pair with a dash is a date of the reference year that falls on the weekday before it."""
    name = t.lexicon.weekdays.get(t.words[i - 1])
    value = safe_date(t.now.year, month, day_)
    return value is not None and (name is None or value.weekday() == name)


def _with_year(t: Tokens, at: int, month: int, day_: int, end: int) -> Found:
    found = year(t, at, short=True)
    value = safe_date(found[0], month, day_) if found else None
    return (day(value), end) if value else None


def year_first(t: Tokens, i: int) -> Found:
    """Reads 2026-05-20, 2026/5/20, 2026 05 20 and 20260520."""
    word = t.words[i]
    if len(word) == 8 and word.isdecimal() and word[:2] in ("19", "20"):
        value = safe_date(int(word[:4]), int(word[4:6]), int(word[6:]))
        return (day(value), i + 1) if value else None
    if len(word) != 4 or not word.isdecimal() or not "1000" <= word < "2200":
        return None
    step = 1 + (t.words[i + 1] in _SEPARATORS)
    same = step == 1 or t.words[i + 1] == t.words[i + 3]
    month, day_ = _digits(t, i + step, 2), _digits(t, i + 2 * step, 2)
    if not same or month < 0 or day_ < 0 or (step == 1 and (len(t.words[i + 1]) < 2 or len(t.words[i + 2]) < 2)):
        return None
    value = safe_date(int(word), month, day_)
    return (day(value), i + 2 * step + 1) if value else None


def mixed(t: Tokens, i: int) -> Found:
    """Reads year, month name and day with a dash or slash between, in any order: 2019-aug-01, 22/Jan/2019, May/22."""
    parts = [t.words[i]]
    j = i + 1
    while len(parts) < 3 and t.words[j] in ("-", "/") and t.words[j + 1]:
        parts.append(t.words[j + 1])
        j += 2
    months = [part for part in parts if part in t.lexicon.months]
    if len(months) != 1 or len(parts) < 2:
        return None
    month = t.lexicon.months[months[0]]
    digits = [part for part in parts if part.isdecimal()]
    if len(parts) == 3 and len(digits) == 2:
        digits.sort(key=len)
        if len(digits[0]) <= 2 and len(digits[1]) in (2, 4):
            full = int(digits[1]) if len(digits[1]) == 4 else 2000 + int(digits[1]) % 100
            value = safe_date(full, month, int(digits[0]))
            if value:
                return day(value), j
    if len(parts[1]) <= 2 and parts[1].isdecimal() and parts[0] in t.lexicon.months:
        value = of_year(t, month, int(parts[1]))
        return (value, i + 3) if value else None
    return None


def month_name(t: Tokens, i: int) -> tuple[int, int] | None:
    """Returns the number of the month that is named here and the index behind it and its dot."""
    month = t.lexicon.months.get(t.words[i])
    if month is None or (i > 0 and t.glued(i) and t.words[i - 1] in "$#@_"):
        return None
    dot = t.words[i + 1] == "." and t.glued(i + 1) and len(t.words[i]) <= 4 and t.words[i] != "may"
    return month, i + 1 + dot


def day_number(t: Tokens, i: int, *, bare: bool = True) -> tuple[int, int] | None:
    """Returns a day of the month, an ordinal or a bare number up to 31, and the index behind it."""
    found = ordinal(t, i)
    if found is None and bare:
        plain = number(t, i)
        if plain is None or plain[0] != int(plain[0]):
            return None
        if t.words[plain[1]] in ("am", "pm", "a", "p", "%") or (t.words[plain[1]] == ":" and t.glued(plain[1])):
            return None
        if t.words[i].isdecimal() and len(t.words[i]) > 2:
            return None
        found = int(plain[0]), plain[1]
    return found if found and 1 <= found[0] <= 31 else None


def month_day(t: Tokens, i: int) -> Found:
    """Reads "May 20, 2026", "june the 28th", "february twenty second"."""
    month = month_name(t, i)
    if month is None:
        return None
    j = t.skip(month[1], ",", "-", "the") if t.words[month[1]] in (",", "-", "the") else month[1]
    found = day_number(t, j)
    if found is None:
        return None
    return _dated(t, month[0], *found)


def day_month(t: Tokens, i: int) -> Found:
    """Reads "20 May 2026", "the 20th of May", "the thirty-first day of January"."""
    j = i + (t.words[i] == "the")
    found = day_number(t, j)
    if found is None:
        return None
    j = found[1] + (t.words[found[1]] == "day")
    j += t.words[j] in ("of", "-")
    month = month_name(t, j)
    if month and month[0] == 5 and t.words[i].isalpha() and ordinal(t, i + (t.words[i] == "the")) is None:
        return None
    return _dated(t, month[0], found[0], month[1]) if month else None


def _dated(t: Tokens, month: int, day_: int, j: int) -> Found:
    """Returns a day with the year that follows, or without one."""
    k = t.skip(j, ",", "of", "in", "-")
    found = year(t, k, short=t.words[k] in ("'", "’") or t.words[k - 1] == "of") if k - j <= 2 else None
    if found and not (t.words[found[1]] == ":" and t.glued(found[1])):
        value = safe_date(found[0], month, day_)
        return (day(value), found[1]) if value else None
    open_day = of_year(t, month, day_)
    return (open_day, j) if open_day else None


def weekday_name(t: Tokens, i: int) -> tuple[int, int] | None:
    """Returns the weekday that is named here and the index behind it and its dot."""
    value = t.lexicon.weekdays.get(t.words[i])
    if value is None or (t.words[i] in ("sun", "sat") and not _is_weekday(t, i)):
        return None
    return value, i + 1 + (
        t.words[i + 1] == "." and t.glued(i + 1) and len(t.words[i]) < 6 and t.words[i + 2].isalnum()
    )


def _is_weekday(t: Tokens, i: int) -> bool:
    """Says whether "sun" or "sat" stands where a weekday does: with a capital, or beside a time or a direction."""
    return (
        t.text[t.starts[i]].isupper()
        or t.words[i - 1] in (*t.lexicon.directions, "on", "week", "or", "")
        or t.words[i + 1] in ("at", ".", "")
    )


def weekday_day(t: Tokens, i: int) -> Found:
    """Reads a weekday with the date that follows it, or alone: the next one from the reference day on."""
    name = weekday_name(t, i)
    if name is None:
        return None
    weekday, j = name
    if (found := _weekday_and_date(t, i, j)) is not None:
        return found
    if (found := _weekday_of_month(t, weekday, j)) is not None:
        return found
    if (found := _weekday_of_week(t, weekday, j)) is not None:
        return found
    if (found := offset_day(t, t.skip(j, ","))) is not None and found[0].sort is Sort.DAY and t.words[j] != "in":
        return _in_week(found[0], weekday), found[1]
    ahead = (weekday - t.now.weekday()) % 7
    return day(t.now.date() + timedelta(days=ahead), relative=True, weekday=weekday), j


def _weekday_and_date(t: Tokens, i: int, j: int) -> Found:
    k = t.skip(j, ",", "-", "(")
    for rule in (numeric, year_first, mixed, month_day, day_month):
        if k - j <= 1 and (found := rule(t, k)):
            return found[0], found[1] + (t.words[k - 1] == "(" and t.words[found[1]] == ")")
    return None


def _weekday_of_month(t: Tokens, weekday: int, j: int) -> Found:
    """Reads the day of the month after a weekday: the nearest month ahead in which both agree."""
    the = t.words[j] == "the"
    found = day_number(t, j + the)
    if found is None or _is_hour(t, found[1]) or (not the and ordinal(t, j) is None and found[0] < 13):
        return None
    for ahead in (0, 1, -1, *range(2, 24)):
        index = t.now.year * 12 + t.now.month - 1 + ahead
        value = safe_date(index // 12, index % 12 + 1, found[0])
        if value and value.weekday() == weekday and (the or ahead <= 0 or value >= t.now.date()):
            return day(value, relative=True), found[1]
    return None


def _is_hour(t: Tokens, j: int) -> bool:
    """Says whether what follows a number after a weekday makes it an hour: "Monday 8-9am"."""
    word = t.words[j]
    return word in ("-", "to", ":", "o", "oclock", "in") or (
        word == "." and t.glued(j + 1) and t.words[j + 1].isdecimal()
    )


def _weekday_of_week(t: Tokens, weekday: int, j: int) -> Found:
    """Reads "tuesday of next week", "wednesday next week"."""
    k = t.skip(j, "of", "from", "in", "the", "-")
    step = t.lexicon.directions.get(t.words[k])
    if step is None or t.words[k + 1] != "week":
        return None
    return day(monday(t.now) + timedelta(days=7 * step + weekday), relative=True), k + 2


def _in_week(when: When, weekday: int) -> When:
    """Returns a weekday of the week that a day lies in."""
    assert when.low is not None
    return day(monday(when.low) + timedelta(days=weekday), relative=when.relative)


def monday(at: datetime) -> date:
    """Returns the first day of the week of a moment."""
    return at.date() - timedelta(days=at.weekday())


def relative_day(t: Tokens, i: int) -> Found:
    """Reads today, tomorrow, "the day after tomorrow", "the day before", "the day"."""
    today = t.now.date()
    step = t.lexicon.days.get(t.words[i])
    if step is not None:
        return day(today + timedelta(days=step), relative=True), i + 1
    j = i + (t.words[i] == "the")
    for phrase, days in (("day after tomorrow", 2), ("day before yesterday", -2)):
        if (k := t.phrase(j, phrase)) > 0:
            return day(today + timedelta(days=days), relative=True), k
    if j > i and t.words[j] in ("next", "following", "previous") and t.words[j + 1] == "day":
        return day(today + timedelta(days=t.lexicon.directions[t.words[j]]), relative=True), j + 2
    if j > i and t.words[j] == "day":
        return _the_day(t, j)
    if t.words[i] in t.lexicon.directions and t.words[i + 1] == "day" and t.words[i] not in ("that", "past", "last"):
        return day(today + timedelta(days=t.lexicon.directions[t.words[i]]), relative=True), i + 2
    k = t.phrase(i, "current date")
    return (day(today, relative=True), k) if k > 0 else None


def _the_day(t: Tokens, j: int) -> Found:
    today = t.now.date()
    after = {"before": -1, "after": 1}.get(t.words[j + 1])
    if after is not None and (not t.words[j + 2] or t.words[j + 2] in ".?!,"):
        return day(today + timedelta(days=after), relative=True), j + 2
    if t.words[j - 2] in ("for", "of") and (not t.words[j + 1] or t.words[j + 1] in ".?!,"):
        return day(today, relative=True), j + 1
    return None


def directed_weekday(t: Tokens, i: int) -> Found:
    """Reads "next friday", "this past wednesday", "next week mon", "next 6th of april"."""
    step = t.lexicon.directions.get(t.words[i])
    if step is None:
        return None
    near = t.words[i] in t.lexicon.near
    j = i + 1
    if t.words[i] == "this" and t.words[j] in t.lexicon.near:
        step, near, j = t.lexicon.directions[t.words[j]], True, j + 1
    if t.words[j] == "week":
        return _week_then_weekday(t, step, j + 1)
    name = weekday_name(t, j)
    if name is None:
        return _directed_date(t, i, j, step)
    if (found := _weekday_and_date(t, j, name[1])) is not None:
        return found
    return day(_directed(t, step, near, name[0]), relative=True), name[1]


def _directed(t: Tokens, step: int, near: bool, weekday: int) -> date:
    if not near or step == 0:
        return monday(t.now) + timedelta(days=7 * step + weekday)
    distance = (weekday - t.now.weekday()) % 7 if step > 0 else -((t.now.weekday() - weekday) % 7)
    return t.now.date() + timedelta(days=distance or 7 * step)


def _week_then_weekday(t: Tokens, step: int, j: int) -> Found:
    name = weekday_name(t, t.skip(j, "on", "-", "'s", "’s", ","))
    if name is None:
        return None
    return day(monday(t.now) + timedelta(days=7 * step + name[0]), relative=True), name[1]


def _directed_date(t: Tokens, i: int, j: int, step: int) -> Found:
    if t.words[i] not in ("this", "next"):
        return None
    found = longest(t, j, (numeric, mixed, month_day, day_month))
    if found is None:
        pair = _digits(t, j, 2), _digits(t, j + 2, 2)
        return None if min(pair) < 0 else None
    value, end = found
    if value.yearless and value.low:
        low = value.low.date()
        if step > 0 and low <= t.now.date():
            moved = safe_date(low.year + 1, low.month, low.day)
            return (day(moved, relative=True), end) if moved else None
        return day(low, relative=True), end
    return found


def nth_weekday(t: Tokens, i: int) -> Found:
    """Reads "the first monday of next month", "last friday in october", "15th day of next month"."""
    j = i + (t.words[i] == "the")
    last = t.words[j] == "last"
    found = (-1, j + 1) if last else ordinal(t, j)
    if found is None:
        return None
    nth, j = found
    if not last and t.words[j] == "last":
        nth, j = -nth, j + 1
    name = weekday_name(t, j)
    is_day = name is None and t.words[j] == "day"
    if name is None and not is_day and not (nth > 0 and t.words[j] == "of"):
        return None
    j = name[1] if name else j + is_day
    if t.words[j] not in ("of", "in"):
        return None
    place = month_of(t, j + 1)
    if place is None:
        return None
    year_, month, end, told = place
    value = nth_of_month(year_, month, name[0] if name else -1, nth)
    return (day(value, relative=not told, yearless=not told), end) if value else None


def month_of(t: Tokens, i: int) -> tuple[int, int, int, bool] | None:
    """Returns year and month of "october 2014", "next month", "the month", the index behind, and whether a year was said."""
    j = i + (t.words[i] == "the")
    step = t.lexicon.directions.get(t.words[j])
    if t.words[j] == "month":
        return t.now.year, t.now.month, j + 1, False
    if step is not None and t.words[j + 1] == "month":
        index = t.now.year * 12 + t.now.month - 1 + step
        return index // 12, index % 12 + 1, j + 2, False
    month = month_name(t, j)
    if month is None:
        return None
    k = t.skip(month[1], ",", "of", "in")
    found = year(t, k)
    return (found[0], month[0], found[1], True) if found else (t.now.year, month[0], month[1], False)


def nth_of_month(year_: int, month: int, weekday: int, nth: int) -> date | None:
    """Returns the nth weekday, or the nth day where weekday is -1, counted from the end for a negative nth."""
    days = range(1, monthrange(year_, month)[1] + 1)
    fitting = [d for d in days if weekday < 0 or date(year_, month, d).weekday() == weekday]
    index = nth - 1 if nth > 0 else nth
    return date(year_, month, fitting[index]) if -len(fitting) <= index < len(fitting) else None


def holiday(t: Tokens, i: int) -> Found:
    """Reads a holiday with the year beside it: "christmas 2017", "next easter", "independence day of this year"."""
    step = t.lexicon.directions.get(t.words[i])
    j = i + 1 if step is not None else i + (t.words[i] == "the")
    named = _holiday_name(t, j)
    if named is None:
        return None
    which, k = named
    if step:
        return day(_directed_holiday(t, which, step), relative=True), k
    m = t.skip(k, "of", "in", ",")
    if (found := year(t, m)) is not None:
        return day(holiday_date(which, found[0])), found[1]
    shift = t.lexicon.directions.get(t.words[m])
    if shift is not None and t.words[m + 1] == "year":
        return day(holiday_date(which, t.now.year + shift), relative=True), m + 2
    return day(holiday_date(which, t.now.year), yearless=True), k


def _holiday_name(t: Tokens, i: int) -> tuple[Holiday, int] | None:
    words: list[str] = []
    best: tuple[Holiday, int] | None = None
    j = i
    while len(words) < 5 and j < t.count:
        if t.words[j] in ("'s", "’s") and words:
            words[-1] += "s"
        elif t.words[j].isalpha():
            words.append(t.words[j])
        elif t.words[j] not in ("'", "’", ".", "-"):
            break
        j += 1
        found = t.lexicon.holidays.get(tuple(words))
        if found is not None:
            best = (found, j)
    return best


def _directed_holiday(t: Tokens, which: Holiday, step: int) -> date:
    today = t.now.date()
    here = holiday_date(which, today.year)
    if step > 0:
        return here if here > today else holiday_date(which, today.year + 1)
    return here if here < today else holiday_date(which, today.year - 1)


def holiday_date(which: Holiday, year_: int) -> date:
    """Returns the day of a holiday in one year."""
    if which.easter is not None:
        return easter(year_) + timedelta(days=which.easter)
    if which.day:
        return date(year_, which.month, which.day)
    base = nth_of_month(year_, which.month, which.weekday, which.nth)
    assert base is not None
    return base + timedelta(days=which.offset)


def easter(year_: int) -> date:
    """Returns Easter Sunday of the Gregorian calendar.

    Source: the anonymous Gregorian computus (Meeus, Jones, Butcher).
    """
    a, b, c = year_ % 19, year_ // 100, year_ % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, rest = divmod(h + k - 7 * m + 114, 31)
    return date(year_, month, rest + 1)


def day_of_month(t: Tokens, i: int) -> Found:
    """Reads "the 18th", "on 29th", "the 21st of this month": a day of the reference month."""
    the = t.words[i] == "the"
    found = ordinal(t, i + the)
    if found is None or not 1 <= found[0] <= 31 or not t.words[i + the].isdecimal():
        plain = _digits(t, i + 1, 2) if the and t.words[i - 1] == "on" else -1
        if plain < 1 or plain > 31:
            return None
        found = plain, i + 2
    place = month_of(t, found[1] + (t.words[found[1]] == "of"))
    if place and not place[3] and place[2] > found[1] and t.words[place[2] - 1] == "month":
        value = safe_date(place[0], place[1], found[0])
        return (day(value, relative=True), place[2]) if value else None
    if i == 0 or t.words[i - 1] not in ("on", "of"):
        return None
    value = safe_date(t.now.year, t.now.month, found[0])
    return (day(value, relative=True), found[1]) if value else None


def offset_day(t: Tokens, i: int) -> Found:
    """Reads a day some units from another one, and the weekday behind it that moves it within its week."""
    found = _offset(t, i)
    if found is None or found[0].sort is not Sort.DAY or t.words[found[1]] != "on":
        return found
    name = weekday_name(t, found[1] + 1)
    return (_in_week(found[0], name[0]), name[1]) if name else found


def _offset(t: Tokens, i: int) -> Found:
    """Reads "in 3 days", "two weeks ago", "three weeks from tomorrow", "2 weeks before Christmas"."""
    inside = t.words[i] == "in"
    amount = amounts(t, i + inside)
    if amount is None:
        return None
    parts, j = amount
    word = t.words[j]
    if inside:
        return _in_offset(t, parts, j)
    if word in ("ago", "earlier", "back"):
        return shift(t.now, parts, -1), j + 1
    if word in ("later", "hence") and t.words[j + 1] not in ("this", "in", "today"):
        return shift(t.now, parts, 1), j + 1
    if (k := t.phrase(j, "from now", "from right now")) > 0:
        return shift(t.now, parts, 1), k
    if word in ("from", "after", "before", "since"):
        return _anchored(t, parts, j)
    return None


def _in_offset(t: Tokens, parts: "Parts", j: int) -> Found:
    if t.words[j] in ("from", "since", "after"):
        return _anchored(t, parts, j) or (shift(t.now, parts, 1), j)
    return shift(t.now, parts, 1), j


def _anchored(t: Tokens, parts: "Parts", j: int) -> Found:
    anchor = plain_day(t, j + 1)
    if anchor is None and t.words[j] == "since":
        told = year(t, t.phrase(j + 1, "the year") if t.phrase(j + 1, "the year") > 0 else j + 1)
        anchor = (day(date(told[0], 1, 1)), told[1]) if told else None
    if anchor is None or anchor[0].low is None or _has_clock(parts):
        return None
    sign = -1 if t.words[j] == "before" else 1
    low = anchor[0].low
    if anchor[0].yearless and low.date() < t.now.date() and (later := safe_date(low.year + 1, low.month, low.day)):
        low = datetime(later.year, later.month, later.day)
    moved = shift(low, parts, sign)
    assert moved.low is not None
    return day(moved.low.date(), relative=anchor[0].relative), anchor[1]


Parts = tuple[tuple[float, str], ...]


def amounts(t: Tokens, i: int) -> tuple[Parts, int] | None:
    """Returns counted units and the index behind them: "2 years 1 month and 3 days", "half an hour"."""
    parts: list[tuple[float, str]] = []
    j = i
    while True:
        one = _amount(t, t.skip(j, "and", ",") if parts else j)
        if one is None:
            break
        parts.append(one[0])
        j = one[1]
    return (tuple(parts), j) if parts else None


def _amount(t: Tokens, i: int) -> tuple[tuple[float, str], int] | None:
    found = count(t, i)
    if found is None:
        return None
    value, j = found
    if t.words[j] == "-" and t.glued(j):
        j += 1
    j = t.skip(j, "more", "other", "additional", "extra")
    unit = t.lexicon.units.get(t.words[j])
    if unit is None and t.glued(j) and t.words[i].isdecimal() and t.text[t.starts[j]].isupper():
        unit = t.lexicon.glued_units.get(t.words[j])
    if unit is None:
        return None
    j += 1
    for phrase, more in (("and a half", 0.5), ("and half", 0.5), ("and a quarter", 0.25)):
        if (k := t.phrase(j, phrase)) > 0 and t.words[k] not in t.lexicon.units:
            return (value + more, unit), k
    return (value, unit), j


_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "week": 604800,
    "fortnight": 1209600,
    "weekend": 172800,
    "workweek": 604800,
}
_CLOCK_UNITS = frozenset({"second", "minute", "hour"})


def _has_clock(parts: Parts) -> bool:
    return any(unit in _CLOCK_UNITS for _, unit in parts)


def shift(at: datetime, parts: Parts, sign: int) -> When:
    """Returns the day, or the moment where hours were counted, that lies some units away."""
    moved = at
    for value, unit in parts:
        moved = moved_by(moved, sign * value, unit)
    return moment(moved) if _has_clock(parts) else day(moved.date(), relative=True)


def moved_by(at: datetime, value: float, unit: str) -> datetime:
    """Returns a moment some units away; a day that its month does not have becomes the last one."""
    if unit in _MONTHS:
        index = at.year * 12 + at.month - 1 + int(value * _MONTHS[unit])
        year_, month = index // 12, index % 12 + 1
        return at.replace(year=year_, month=month, day=min(at.day, monthrange(year_, month)[1]))
    return at + timedelta(seconds=value * _SECONDS[unit])


def seconds_of(parts: Parts) -> float:
    """Returns the length of counted units in seconds; a month has 30 days, a year 365."""
    return sum(
        value * (_SECONDS.get(unit) or {"month": 30, "quarter": 90}.get(unit, 365 * _MONTHS[unit] // 12) * 86400)
        for value, unit in parts
    )
