"""The grammar of times beside a day: "tomorrow at 8:45a", "this evening from 7 to 9", "late afternoon"."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from extractors.times.clock import LAST_SECOND, NOON, TO, clock
from extractors.times.days import Found, remembered
from extractors.times.lengths import Parts, amounts, seconds_of
from extractors.times.offsets import day_expression
from extractors.times.values import Sort, When, day, moment, span
from extractors.times.weekdays import monday
from extractors.times.words import Tokens


def day_part(t: Tokens, i: int, *, bare: bool = True) -> tuple[When, int] | None:
    """Returns a part of the day: "in the morning", "late afternoon", "early in the evening"."""
    third, j = (t.words[i], i + 1) if t.words[i] in ("early", "late", "later", "earlier", "mid") else ("", i)
    inside = t.words[j] in ("in", "during", "at")
    j += inside
    the = t.words[j] == "the"
    j += the
    if t.words[j] in ("early", "late") and not third:
        third, j = t.words[j], j + 1
    if t.words[i - 1] == "good" or (not bare and not inside and not third):
        return None
    named_ = _named_hours(t, j, bare=bare)
    if named_ is None:
        return None
    hours, end = named_
    if t.words[j] in t.lexicon.meals and not inside and t.words[i - 1] != "around":
        return None
    if t.words[j].endswith("s") and not (inside and the):
        return None
    return part_between(hours, third), end


def _named_hours(t: Tokens, j: int, *, bare: bool) -> tuple[list[int], int] | None:
    """Returns first and last hour of a part of the day that is named here, and the index behind it."""
    word = t.words[j]
    if word in ("am", "pm"):
        return (t.lexicon.day_parts["morning" if word == "am" else "afternoon"], j + 1) if bare else None
    if (k := t.phrase(j + 1, "- time", "time")) > 0 and word + "time" in t.lexicon.day_parts:
        return t.lexicon.day_parts[word + "time"], k
    hours = t.lexicon.day_parts.get(word)
    return (hours, j + 1) if hours else None


def part_between(hours: list[int], third: str = "") -> When:
    """Returns a part of the day, or its first or second half."""
    low, high = hours[0] * 3600, min(hours[1] * 3600, LAST_SECOND)
    middle = (hours[0] + hours[1]) * 1800
    if third in ("early", "earlier"):
        high = middle
    elif third in ("late", "later"):
        low = middle
    return When(Sort.CLOCK_SPAN, from_second=low, to_second=high, grain="day-part")


def clock_span(t: Tokens, i: int, *, loose: bool = False) -> Found:
    """Returns a stretch between two times of day: "from 5 to 6pm", "9-10 am", "between 7 and 9:30"."""
    if t.words[i] == "for":
        return _length_from(t, i)
    opener = t.words[i] if t.words[i] in ("from", "between") else ""
    first = _time_in_part(t, i + (bool(opener) or t.words[i] == "at"))
    if first is None:
        return None
    a, _, j = first
    if t.words[j] == "for" and (opener or not a.half_open):
        return _for_length(t, a, j)
    if t.words[j] not in TO and not (opener == "between" and t.words[j] == "and"):
        return None
    second = _time_in_part(t, t.skip(j + 1, "the", "at"))
    if second is None:
        return None
    b, part, j = second
    if part is not None:
        a = in_part(a, part)
    definite = any(word in t.lexicon.clock_marks for word in t.words[i:j])
    if not (definite or opener or loose or _spoken_times(t, i, j)):
        return None
    return between(a, b), j


def _time_in_part(t: Tokens, i: int) -> tuple[When, When | None, int] | None:
    """Returns a time of day, the part of the day said behind it, and the index behind both."""
    found = clock(t, i, loose=True)
    if found is None:
        return None
    part = day_part(t, found[1], bare=False)
    return (in_part(found[0], part[0]), part[0], part[1]) if part else (found[0], None, found[1])


def _spoken_times(t: Tokens, i: int, j: int) -> bool:
    return any(word in ("oclock", "'clock", "’clock") for word in t.words[i:j])


def _for_length(t: Tokens, a: When, j: int) -> Found:
    length = amounts(t, j + 1)
    if length is None or a.from_second is None:
        return None
    return _lasting(a, a.from_second, length[0]), length[1]


def _length_from(t: Tokens, i: int) -> Found:
    """Reads "for 3 hours from 10 am"."""
    length = amounts(t, i + 1)
    if length is None or t.words[length[1]] != "from":
        return None
    start = clock(t, length[1] + 1, loose=True)
    if start is None or start[0].from_second is None:
        return None
    return _lasting(start[0], start[0].from_second, length[0]), start[1]


def _lasting(time: When, low: int, length: Parts) -> When:
    """Returns the stretch of some length that begins at a time of day."""
    high = low + int(seconds_of(length))
    return When(Sort.CLOCK_SPAN, from_second=low, to_second=high, half_open=time.half_open, grain="second")


def between(a: When, b: When) -> When:
    """Returns the stretch between two times; an hour without am or pm takes the half that the other one gives it."""
    low, high = a.from_second or 0, b.from_second or 0
    if a.half_open and not b.half_open:
        afternoon = low % NOON + NOON
        if high > NOON and afternoon < high and low < NOON:
            low = afternoon
        elif low >= NOON and high < NOON:
            low -= NOON
    if b.half_open and high <= low:
        high = high % NOON + (NOON if high % NOON + NOON > low else 2 * NOON)
    elif high <= low:
        high += 2 * NOON
    return When(Sort.CLOCK_SPAN, from_second=low, to_second=high, half_open=a.half_open and b.half_open, grain="second")


def in_part(value: When, part: When) -> When:
    """Returns a time or a stretch without am or pm in the half of the day that a part of the day names."""
    if not value.half_open or part.from_second is None or value.from_second is None:
        return value
    low, high = value.from_second, value.to_second
    if part.from_second >= NOON and low < NOON and not (part.from_second >= 20 * 3600 and low < 5 * 3600):
        low += NOON
        high = high + NOON if high is not None and high <= NOON else high
    elif part.from_second < NOON and low >= NOON:
        low -= NOON
    return replace(value, from_second=low, to_second=high, half_open=False)


@dataclass(slots=True)
class _Parts:
    """What was found side by side: at most one of each."""

    day: When | None = None
    part: When | None = None
    time: When | None = None


_LINKS = frozenset({"at", "@", ",", "on", "for", "in", "of", "-"})


@remembered
def moment_expression(t: Tokens, i: int) -> Found:
    """Returns a day with a time, a part of a day, or a time of day alone, and the index behind it."""
    parts = _Parts()
    j, best = i, -1
    while True:
        k = j if j == i else _past_links(t, j)
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
    combined = _combine(parts)
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


def _past_links(t: Tokens, j: int) -> int:
    k = j + (t.words[j] in t.lexicon.zones and t.words[j + 1] in _LINKS)
    while t.words[k] in _LINKS and k - j < 2:
        k += 1
    if k > j and t.words[k - 1] == "-" and t.words[k].isdecimal() and clock(t, k) is None and clock_span(t, k) is None:
        return j
    if k < t.count and k > j and t.words[k - 1] == "in" and t.words[k] != "the":
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
    k = t.skip(j, ",", "on")
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
            When(Sort.CLOCK_SPAN, from_second=20 * 3600, to_second=LAST_SECOND, grain="day-part"),
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
    when = day(t.now.date() + timedelta(days=step), relative=True)
    return when, part_between(t.lexicon.day_parts[t.words[j + 1]], third), j + 2


def _combine(parts: _Parts) -> When | None:
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
    return span(low, high, "day-part" if time.grain == "day-part" else "second", relative=when.relative)
