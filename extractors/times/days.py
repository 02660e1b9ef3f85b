"""The grammar of days that are written out: "14 nov 2023", "5/20/2026", "the 20th of May", 2026-05-20."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import wraps

from extractors.times.values import When, day
from extractors.times.words import Tokens, number, ordinal, year

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


def remembered(rule: Rule) -> Rule:
    """Returns a rule that reads each token once; the others that ask it get the same answer."""
    name = rule.__qualname__

    @wraps(rule)
    def reading(t: Tokens, i: int) -> Found:
        key = (name, i)
        if key not in t.memory:
            t.memory[key] = rule(t, i)
        found: Found = t.memory[key]
        return found

    return reading


def safe_date(year_: int, month: int, day_: int) -> date | None:
    """Returns a date, or None where the calendar has none."""
    if not 1 <= month <= 12 or not 1 <= day_ <= monthrange(year_, month)[1]:
        return None
    return date(year_, month, day_)


def likely_year(t: Tokens, i: int, month: int, day_: int = 0) -> int:
    """Returns the year that a month (day 0) or a day without a year means.

    It is the reference year, or the one before where that lies ahead and the sentence speaks of the past.
    """
    today = t.now.date() if day_ else t.now.date().replace(day=1)
    ahead = date(today.year, month, min(day_ or 1, 28)) > today
    return today.year - (ahead and t.tense(i) < 0)


def of_year(t: Tokens, i: int, month: int, day_: int) -> When | None:
    """Returns a day without a year in its likely year, 29 February in the next leap year."""
    first = likely_year(t, i, month, day_)
    for this in range(first, first + 8):
        found = safe_date(this, month, day_)
        if found is not None:
            return day(found, yearless=True)
        if (month, day_) != (2, 29):
            return None
    return None


def digits(t: Tokens, i: int, most: int) -> int:
    """Returns a number of at most so many digits, or -1."""
    word = t.words[i]
    return int(word) if word.isdecimal() and len(word) <= most else -1


def numeric(t: Tokens, i: int) -> Found:
    """Reads 5/20/2026, 20.5.2026, 2/29, and 7.6 after a weekday or "on"."""
    first, sep, second = digits(t, i, 2), t.words[i + 1], digits(t, i + 2, 2)
    if first < 0 or second < 0 or sep not in _SEPARATORS or not 1 <= max(first, second) <= 31:
        return None
    month, day_ = (second, first) if first > 12 else (first, second)
    if not 1 <= month <= 12:
        return None
    if t.words[i + 3] == sep and t.words[i + 4].isdecimal() and len(t.words[i + 4]) in (2, 4):
        return _with_year(t, i + 4, month, day_, i + 5)
    if sep == "-" and (t.words[i + 3] in ("am", "pm") or not _agrees(t, i, month, day_)):
        return None
    tight = t.glued(i + 1) and t.glued(i + 2)
    if sep == "/" and _is_fraction(t, i, first, second):
        return None
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
    value = of_year(t, i, month, day_)
    return (value, i + 3) if value else None


_DENOMINATORS = frozenset({2, 3, 4, 5, 6, 8, 10, 16})


def _is_fraction(t: Tokens, i: int, first: int, second: int) -> bool:
    """Says whether a pair with a slash is a number: "1/2 cup", "10 1/2 miles", "-4/5"."""
    before = t.words[i - 1]
    if before.isdecimal() or (before == "-" and t.glued(i) and not t.words[i - 2].isdecimal()):
        return True
    simple = first < second and second in _DENOMINATORS
    return simple and before not in t.lexicon.fraction_leads and t.words[i + 3] not in ("-", "between", "at")


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
    month, day_ = digits(t, i + step, 2), digits(t, i + 2 * step, 2)
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
    numbers = sorted((part for part in parts if part.isdecimal()), key=len)
    if len(parts) == 3 and len(numbers) == 2 and len(numbers[0]) <= 2 and len(numbers[1]) in (2, 4):
        full = int(numbers[1]) if len(numbers[1]) == 4 else 2000 + int(numbers[1]) % 100
        if exact := safe_date(full, month, int(numbers[0])):
            return day(exact), j
    if len(parts[1]) <= 2 and parts[1].isdecimal() and parts[0] in t.lexicon.months:
        value = of_year(t, i, month, int(parts[1]))
        return (value, i + 3) if value else None
    return None


def month_name(t: Tokens, i: int) -> tuple[int, int] | None:
    """Returns the number of the month that is named here and the index behind it and its dot."""
    month = t.lexicon.months.get(t.words[i])
    if month is None or (i > 0 and t.glued(i) and t.words[i - 1] in "$#@_"):
        return None
    dot = t.words[i + 1] == "." and len(t.words[i]) <= 4 and t.words[i] != "may"
    dot = dot and (t.glued(i + 1) or t.words[i + 2].isdecimal())
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
    j = t.skip(month[1], ",", "-", "the")
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
    step = t.lexicon.directions.get(t.words[k]) if t.words[k + 1] == "year" else None
    if step is not None:
        value = safe_date(t.now.year + step, month, day_)
        return (day(value, relative=True), k + 2) if value else None
    open_day = of_year(t, j, month, day_)
    return (open_day, j) if open_day else None


def nth_of_month(year_: int, month: int, weekday: int, nth: int) -> date | None:
    """Returns the nth weekday, or the nth day where weekday is -1, counted from the end for a negative nth."""
    days = range(1, monthrange(year_, month)[1] + 1)
    fitting = [d for d in days if weekday < 0 or date(year_, month, d).weekday() == weekday]
    index = nth - 1 if nth > 0 else nth
    return date(year_, month, fitting[index]) if -len(fitting) <= index < len(fitting) else None
