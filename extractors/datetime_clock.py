"""The grammar of times of day: "half past seven", "between 3 and 5pm", "tomorrow at 8:45a", "this evening from 7 to 9"."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from extractors.datetime_days import Found, amounts, day_expression, monday, seconds_of
from extractors.datetime_values import Sort, When, day, moment, span
from extractors.datetime_words import Tokens, small_number, year

_LAST_SECOND = 24 * 3600 - 1
_TO = frozenset({"to", "until", "till", "-", "–", "—", "~", "through", "'til"})
_NOON = 12 * 3600


def clock(t: Tokens, i: int, *, loose: bool = False) -> Found:
    """Returns a time of day and the index behind it.

    Args:
        t: The tokens.
        i: Where it begins.
        loose: Also reads bare hours, number words and 0730, which are times only beside a day, "at" or "from".
    """
    if t.words[i] in ("at", "around", "about", "@", "circa"):
        found = clock(t, i + 1, loose=True)
        return found if found else None
    found = _named_time(t, i) or _past_or_to(t, i) or _digital(t, i, loose) or _spoken(t, i, loose)
    if found is None:
        return None
    value, j = found
    return value, _zone(t, j)


def _zone(t: Tokens, j: int) -> int:
    if t.words[j] in ("mountain", "pacific", "eastern", "central") and t.words[j + 1] == "timezone":
        return j + 2
    return j


def at_clock(seconds: int, *, half_open: bool = False) -> When:
    """Returns a time of day."""
    return When(Sort.CLOCK, from_second=seconds, half_open=half_open, grain="second")


def _named_time(t: Tokens, i: int) -> Found:
    if t.words[i] == "12" and t.words[i + 1] in ("noon", "midnight", "midday"):
        i += 1
    if t.words[i] == "mid" and t.words[i + 1] == "night":
        return at_clock(0), i + 2
    hour = t.lexicon.clock_words.get(t.words[i])
    return (at_clock(hour * 3600), i + 1) if hour is not None else None


def _past_or_to(t: Tokens, i: int) -> Found:
    """Reads "half past seven", "a quarter to 8", "20 min past eight"."""
    j = i + (t.words[i] == "a")
    minutes: int | None = {"half": 30, "quarter": 15}.get(t.words[j])
    if minutes is not None:
        j += 1
    else:
        found = _integer(t, j)
        if found is None or found[0] > 59:
            return None
        minutes, j = found
        unit = t.words[j] in ("min", "mins", "minute", "minutes")
        j += unit
        if not unit and t.words[j] not in ("past",):
            return None
    if t.words[j] not in ("past", "after", "to", "before"):
        return None
    sign = 1 if t.words[j] in ("past", "after") else -1
    hour = _named_time(t, j + 1) or _digital(t, j + 1, True) or _spoken(t, j + 1, True)
    if hour is None or hour[0].from_second is None:
        return None
    second = (hour[0].from_second + sign * minutes * 60) % (24 * 3600)
    return replace(hour[0], from_second=second), hour[1]


def _integer(t: Tokens, i: int) -> tuple[int, int] | None:
    word = t.words[i]
    if word.isdecimal():
        return int(word), i + 1
    found = small_number(t, i)
    return (int(found[0]), found[1]) if found else None


def _half_of_day(t: Tokens, j: int, *, glued: bool) -> tuple[str, int] | None:
    """Returns am or pm and the index behind it: "am", "p.m.", "a m", "p" straight after digits."""
    k = j + (t.words[j] == "." and t.words[j + 1] in ("am", "pm"))
    if t.words[k] in ("am", "pm"):
        return t.words[k], k + 1
    if t.words[j] == "ampm":
        return "", j + 1
    if t.words[j] not in ("a", "p"):
        return None
    k = t.skip(j + 1, ".")
    if t.words[k] == "m" and (k > j + 1 or t.words[j + 1] == "m"):
        end = k + 1
        if t.words[end] == "." and k > j + 1:
            end += 1
        return t.words[j] + "m", end
    return (
        (t.words[j] + "m", j + 1)
        if glued and t.glued(j) and not (t.words[j + 1].isalnum() and t.glued(j + 1))
        else None
    )


def _made(hour: int, minute: int, second: int, half: str, j: int) -> Found:
    if hour > 24 or minute > 59 or second > 59 or (half and hour > 12 and half == "am"):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    seconds = min((hour * 60 + minute) * 60 + second, _LAST_SECOND + 1)
    return at_clock(seconds % (24 * 3600), half_open=not half and 1 <= hour <= 12), j


def _digital(t: Tokens, i: int, loose: bool) -> Found:
    word = t.words[i]
    if not word.isdecimal() or len(word) > 4 or (t.glued(i) and t.words[i - 1] in ".,:$€£"):
        return None
    if (
        len(word) <= 2
        and t.words[i + 1] in (":", ".", "h")
        and t.glued(i + 1)
        and t.glued(i + 2)
        and len(t.words[i + 2]) == 2
        and t.words[i + 2].isdecimal()
    ):
        return _with_minutes(t, i, loose)
    hour, minute = (int(word), 0) if len(word) <= 2 else divmod(int(word), 100)
    half = _half_of_day(t, i + 1, glued=True)
    if half:
        return _made(hour, minute, 0, *half)
    j = _oclock(t, i + 1)
    if j > 0 and hour <= 24:
        after = _half_of_day(t, j, glued=False)
        return _made(hour, minute, 0, *(after or ("", j)))
    if t.words[i + 1] == "ish" and t.glued(i + 1):
        return _made(hour, minute, 0, "", i + 2)
    if (
        not loose
        or hour > 24
        or len(word) == 3
        or (len(word) == 4 and word[0] != "0" and not (t.words[i - 1] in _TO and t.words[i - 2].startswith("0")))
    ):
        return None
    if _not_a_time(t, i + 1):
        return None
    return _made(hour, minute, 0, "", i + 1)


def _not_a_time(t: Tokens, j: int) -> bool:
    """Says whether what follows a bare number makes it something else than an hour."""
    word = t.words[j]
    if t.glued(j) and (
        word in ("%", "/", "°")
        or (word.isalnum() and not word.isdecimal())
        or (word in ".," and t.glued(j + 1) and t.words[j + 1].isdecimal())
    ):
        return True
    if word == "-" and t.glued(j) and t.words[j + 1].isdecimal() and t.words[j + 2] in ("-", "/") and t.glued(j + 2):
        return True
    return (
        word in ("%", "percent", "st", "nd", "rd", "th", "of")
        or word in t.lexicon.units
        or word in t.lexicon.months
        or (word == "-" and t.words[j + 1] in t.lexicon.units)
    )


def _with_minutes(t: Tokens, i: int, loose: bool) -> Found:
    colon = t.words[i + 1] != "."
    hour, minute, j, second = int(t.words[i]), int(t.words[i + 2]), i + 3, 0
    if colon and t.words[j] == ":" and t.glued(j) and t.words[j + 1].isdecimal() and len(t.words[j + 1]) == 2:
        second, j = int(t.words[j + 1]), j + 2
    half = _half_of_day(t, j, glued=True)
    if (
        half is None
        and not colon
        and (not loose or t.words[j] in ("%", "percent") or (t.glued(j) and t.words[j].isalnum()))
    ):
        return None
    if (
        half is None
        and t.glued(j)
        and (t.words[j].isdecimal() or (t.words[j] == ":" and t.glued(j + 1) and t.words[j + 1].isdecimal()))
    ):
        return None
    oclock = _oclock(t, j)
    return _made(hour, minute, second, *(half or ("", oclock if oclock > 0 else j)))


def _oclock(t: Tokens, j: int) -> int:
    if t.words[j] == "oclock":
        return j + 1
    return j + 2 if t.words[j] == "o" and t.words[j + 1] in ("'clock", "’clock") else -1


def _spoken(t: Tokens, i: int, loose: bool) -> Found:
    """Reads "seven p.m.", "nine thirty", "five-thirty", "eight o'clock"."""
    if t.words[i].isdecimal():
        return None
    found = small_number(t, i)
    if found is None or not 1 <= found[0] <= 12:
        return None
    hour, j = int(found[0]), found[1]
    minute = 0
    k = j + (t.words[j] == "-")
    rest = small_number(t, k)
    if rest and 10 <= rest[0] <= 59:
        minute, j = int(rest[0]), rest[1]
        j += t.words[j] in ("minutes", "minute")
    elif t.words[k] in ("oh", "o", "zero") and (tail := small_number(t, k + 1)) and 1 <= tail[0] <= 9:
        minute, j = int(tail[0]), tail[1]
    half = _half_of_day(t, j, glued=False)
    if half:
        return _made(hour, minute, 0, *half)
    if (end := _oclock(t, j)) > 0:
        return _made(hour, minute, 0, "", end)
    if not loose or (not minute and _not_a_time(t, j)):
        return None
    return _made(hour, minute, 0, "", j)


def day_part(t: Tokens, i: int, *, bare: bool = True) -> tuple[When, int] | None:
    """Returns a part of the day: "in the morning", "late afternoon", "early in the evening"."""
    j = i
    third = ""
    if t.words[j] in ("early", "late", "later", "earlier", "mid"):
        third, j = t.words[j], j + 1
    inside = t.words[j] in ("in", "during", "at")
    j += inside
    the = t.words[j] == "the"
    j += the
    if t.words[j] in ("early", "late") and not third:
        third, j = t.words[j], j + 1
    end = j + 1
    if t.words[j] in ("am", "pm") and bare:
        hours: list[int] | None = [8, 12] if t.words[j] == "am" else [12, 16]
    elif (
        t.words[j] in ("night", "day", "lunch", "dinner")
        and t.words[j + 1] in ("-", "time")
        and (k := t.phrase(j + 1, "- time", "time")) > 0
    ):
        hours, end = t.lexicon.day_parts.get(t.words[j] + "time"), k
    else:
        hours = t.lexicon.day_parts.get(t.words[j])
        if hours and t.words[j] in t.lexicon.meals and not inside and t.words[i - 1] != "around":
            return None
        if t.words[i - 1] == "good":
            return None
        if hours and t.words[j].endswith("s") and not (inside and the):
            return None
    if hours is None or (not bare and not inside and not third):
        return None
    low, high = hours[0] * 3600, min(hours[1] * 3600, _LAST_SECOND)
    middle = (hours[0] + hours[1]) * 1800
    if third in ("early", "earlier"):
        high = middle
    elif third in ("late", "later"):
        low = middle
    return When(Sort.CLOCK_SPAN, from_second=low, to_second=high, grain="part"), end


def clock_span(t: Tokens, i: int, *, loose: bool = False) -> Found:
    """Returns a stretch between two times of day: "from 5 to 6pm", "9-10 am", "between 7 and 9:30"."""
    if t.words[i] == "for" or t.words[i].isdecimal():
        found = _length_from(t, i)
        if found is not None:
            return found
    opened = t.words[i] in ("from", "between")
    j = i + opened
    if t.words[i] == "at":
        j, opened = i + 1, False
    first = clock(t, j, loose=True)
    if first is None:
        return None
    a, j = first
    part = day_part(t, j, bare=False)
    if part:
        a, j = in_part(a, part[0]), part[1]
    if (opened and t.words[j] == "for") or (not opened and t.words[j] == "for" and not a.half_open):
        return _for_length(t, a, j)
    joined = t.words[j] in _TO or (opened and t.words[i] == "between" and t.words[j] == "and")
    if not joined:
        return None
    j += 1
    if t.words[j] == "the" or t.words[j] in ("at",):
        j += 1
    second = clock(t, j, loose=True)
    if second is None:
        return None
    b, j = second
    part = day_part(t, j, bare=False)
    if part:
        b, j = in_part(b, part[0]), part[1]
        if a.half_open:
            a = in_part(a, part[0])
    definite = not (a.half_open and b.half_open) or ":" in t.words[i:j] or "." in t.words[i:j]
    if not definite and not opened and not loose and not _spoken_times(t, i, j):
        return None
    return between(a, b), j


def _spoken_times(t: Tokens, i: int, j: int) -> bool:
    return any(word in ("oclock", "'clock", "’clock") for word in t.words[i:j])


def _for_length(t: Tokens, a: When, j: int) -> Found:
    length = amounts(t, j + 1)
    if length is None or a.from_second is None:
        return None
    return When(
        Sort.CLOCK_SPAN,
        from_second=a.from_second,
        to_second=a.from_second + int(seconds_of(length[0])),
        half_open=a.half_open,
        grain="second",
    ), length[1]


def _length_from(t: Tokens, i: int) -> Found:
    """Reads "for 3 hours from 10 am"."""
    length = amounts(t, i + (t.words[i] == "for"))
    if length is None or t.words[length[1]] != "from" or t.words[i] != "for":
        return None
    start = clock(t, length[1] + 1, loose=True)
    if start is None or start[0].from_second is None:
        return None
    low = start[0].from_second
    return When(
        Sort.CLOCK_SPAN,
        from_second=low,
        to_second=low + int(seconds_of(length[0])),
        half_open=start[0].half_open,
        grain="second",
    ), start[1]


def between(a: When, b: When) -> When:
    """Returns the stretch between two times; an hour without am or pm takes the half that the other one gives it."""
    low, high = a.from_second or 0, b.from_second or 0
    if a.half_open and not b.half_open:
        afternoon = low % _NOON + _NOON
        if high > _NOON and afternoon < high and low < _NOON:
            low = afternoon
        elif low >= _NOON and high < _NOON:
            low -= _NOON
    if b.half_open and high <= low:
        high = high % _NOON + (_NOON if high % _NOON + _NOON > low else 2 * _NOON)
    elif high <= low:
        high += 2 * _NOON
    return When(Sort.CLOCK_SPAN, from_second=low, to_second=high, half_open=a.half_open and b.half_open, grain="second")


def in_part(value: When, part: When) -> When:
    """Returns a time or a stretch without am or pm in the half of the day that a part of the day names."""
    if not value.half_open or part.from_second is None or value.from_second is None:
        return value
    low, high = value.from_second, value.to_second
    if part.from_second >= _NOON and low < _NOON and not (part.from_second >= 20 * 3600 and low < 5 * 3600):
        low += _NOON
        high = high + _NOON if high is not None and high <= _NOON else high
    elif part.from_second < _NOON and low >= _NOON:
        low -= _NOON
    return replace(value, from_second=low, to_second=high, half_open=False)


@dataclass(slots=True)
class _Parts:
    """What was found side by side: at most one of each."""

    day: When | None = None
    part: When | None = None
    time: When | None = None


_LINKS = frozenset({"at", "@", ",", "on", "for", "in", "of", "-"})


def moment_expression(t: Tokens, i: int) -> Found:
    """Returns a day with a time, a part of a day, or a time of day alone, and the index behind it."""
    parts = _Parts()
    j, best = i, -1
    while True:
        k = j if j == i else _past_links(t, j, parts)
        found = _component(t, k, parts) or (_component(t, j, parts) if k != j else None)
        if found is None:
            break
        kind, value, j = found
        setattr(parts, kind, value)
        best = j
    if best < 0:
        return None
    moved = _week_behind(t, best, parts)
    if moved:
        parts.day, best = moved
    combined = _combine(t, parts)
    return (combined, best) if combined else None


def _week_behind(t: Tokens, j: int, parts: _Parts) -> tuple[When, int] | None:
    """Reads the week behind a weekday with its time: "Wednesday evening next week"."""
    if parts.day is None or parts.day.weekday < 0:
        return None
    k = t.skip(j, "of")
    step = t.lexicon.directions.get(t.words[k])
    if step is None or t.words[k + 1] != "week":
        return None
    at = monday(t.now) + timedelta(days=7 * step + parts.day.weekday)
    return day(at, relative=True), k + 2


def _past_links(t: Tokens, j: int, parts: _Parts) -> int:
    k = j
    while t.words[k] in _LINKS and k - j < 2:
        k += 1
    if k < t.count and k > j and t.words[k - 1] == "in" and t.words[k] not in ("the",):
        return j
    return k


def _component(t: Tokens, i: int, parts: _Parts) -> tuple[str, When, int] | None:
    beside = parts.day is not None or parts.part is not None
    if parts.day is None and (found := relative_part(t, i)) is not None:
        parts.day = found[0]
        return "part", found[1], found[2]
    if parts.time is None and (clocks := clock_span(t, i, loose=True) or clock(t, i, loose=True)) is not None:
        value, j = clocks
        if beside or _definite(t, i, value) or (not _lone_number(t, i, j) and _day_follows(t, j, parts)):
            dayish = parts.day is None and day_expression(t, i)
            if not dayish or dayish[1] <= j:
                return "time", value, j
    if parts.day is None and (found2 := day_expression(t, i)) is not None and found2[0].sort is Sort.DAY:
        return "day", found2[0], found2[1]
    if parts.part is None and (found3 := day_part(t, i)) is not None:
        return "part", found3[0], found3[1]
    return None


def _lone_number(t: Tokens, i: int, j: int) -> bool:
    """Says whether a reading is a number alone without a comma or "at" that would make it an hour."""
    return j == i + 1 and t.words[j] != "," and t.words[i - 1] not in ("at", "around", "by")


def _definite(t: Tokens, i: int, value: When) -> bool:
    strict = clock_span(t, i) if value.sort is Sort.CLOCK_SPAN else clock(t, i)
    return strict is not None


def _day_follows(t: Tokens, j: int, parts: _Parts) -> bool:
    if parts.day is not None:
        return False
    k = t.skip(j, ",", "on") if t.words[j] in (",", "on") else j
    if relative_part(t, k) or day_part(t, k, bare=False):
        return True
    found = day_expression(t, k)
    return found is not None and t.words[k] not in ("in", "may") and not t.words[k].isdecimal()


def relative_part(t: Tokens, i: int) -> tuple[When, When, int] | None:
    """Returns day and part of day of "this morning", "tonight", "last night", "late this afternoon", "next evening"."""
    third = t.words[i] if t.words[i] in ("early", "late", "later", "earlier") else ""
    j = i + bool(third)
    if t.words[j] in ("tonight", "tonite"):
        return (
            day(t.now.date(), relative=True),
            When(Sort.CLOCK_SPAN, from_second=20 * 3600, to_second=_LAST_SECOND, grain="part"),
            j + 1,
        )
    step = t.lexicon.directions.get(t.words[j])
    if (
        step is None
        or t.words[j + 1] not in t.lexicon.day_parts
        or t.words[j + 1].endswith("s")
        or t.words[j + 1] in t.lexicon.meals
    ):
        return None
    hours = t.lexicon.day_parts[t.words[j + 1]]
    low, high = hours[0] * 3600, min(hours[1] * 3600, _LAST_SECOND)
    if third:
        low, high = (
            (low, (hours[0] + hours[1]) * 1800) if third.startswith("ear") else ((hours[0] + hours[1]) * 1800, high)
        )
    when = day(t.now.date() + timedelta(days=step), relative=True)
    return when, When(Sort.CLOCK_SPAN, from_second=low, to_second=high, grain="part"), j + 2


def _combine(t: Tokens, parts: _Parts) -> When | None:
    time = parts.time
    if time and parts.part:
        time = in_part(time, parts.part)
    if parts.day is None:
        return time or parts.part
    if time is None and parts.part is None:
        return None
    return on_day(parts.day, time or parts.part)


def on_day(when: When, time: When | None) -> When:
    """Returns a time of day, or a stretch of them, on a day."""
    assert when.low is not None and time is not None
    if time.sort is Sort.CLOCK:
        return moment(when.low + timedelta(seconds=time.from_second or 0), relative=when.relative)
    low: datetime | None = None if time.from_second is None else when.low + timedelta(seconds=time.from_second)
    high: datetime | None = None if time.to_second is None else when.low + timedelta(seconds=time.to_second)
    return span(low, high, "part" if time.grain == "part" else "second", relative=when.relative)


def year_after(t: Tokens, j: int) -> tuple[int, int] | None:
    """Returns the year that stands behind a time: "Wed Oct 26 15:50:06 2016"."""
    return year(t, j)
