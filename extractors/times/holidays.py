"""Holidays and the days that they fall on."""

from datetime import date, timedelta

from extractors.times.days import Found, likely_year, nth_of_month
from extractors.times.values import day
from extractors.times.words import Holiday, Tokens, year


def holiday(t: Tokens, i: int) -> Found:
    """Reads a holiday with the year beside it: "christmas 2017", "next easter", "independence day of this year"."""
    step = t.lexicon.directions.get(t.words[i])
    j = i + 1 if step is not None else i + (t.words[i] == "the")
    named = holiday_name(t, j)
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
    here = holiday_date(which, t.now.year)
    return day(holiday_date(which, likely_year(t, i, here.month, here.day)), yearless=True), k


def holiday_name(t: Tokens, i: int) -> tuple[Holiday, int] | None:
    """Returns the longest holiday name that begins at a token, and the index behind it."""
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
