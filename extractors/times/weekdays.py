"""The grammar of days that are named from the reference day: "next friday", "tomorrow", "the day before"."""

from datetime import date, datetime, timedelta

from extractors.times.days import (
    Found,
    day_month,
    day_number,
    digits,
    longest,
    mixed,
    month_day,
    month_name,
    nth_of_month,
    numeric,
    safe_date,
    year_first,
)
from extractors.times.values import When, day
from extractors.times.words import Tokens, ordinal, rank, year


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
    if (found := _weekday_and_date(t, j)) is not None:
        return found
    if (found := _weekday_of_month(t, weekday, j)) is not None:
        return found
    if (found := _weekday_of_week(t, weekday, j)) is not None:
        return found
    ahead = (weekday - t.now.weekday()) % 7
    if t.tense(i) < 0 and ahead:
        ahead -= 7
    return day(t.now.date() + timedelta(days=ahead), relative=True, weekday=weekday), j


def _weekday_and_date(t: Tokens, j: int) -> Found:
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


def in_week(when: When, weekday: int) -> When:
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
    if (found := _weekday_and_date(t, name[1])) is not None:
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
        return None
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
    found = rank(t, j)
    if found is None:
        return None
    nth, j = found
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
    """Returns year and month of "october 2014" or "next month", the index behind, and whether a year was said."""
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


def day_of_month(t: Tokens, i: int) -> Found:
    """Reads "the 18th", "on 29th", "the 21st of this month": a day of the reference month."""
    the = t.words[i] == "the"
    found = ordinal(t, i + the)
    if found is None or not 1 <= found[0] <= 31 or not t.words[i + the].isdecimal():
        plain = digits(t, i + 1, 2) if the and t.words[i - 1] == "on" else -1
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
