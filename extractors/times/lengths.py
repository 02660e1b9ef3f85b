"""The grammar of lengths of time: "3 days", "an hour and a half", and moving a moment by one."""

from calendar import monthrange
from datetime import datetime, timedelta

from extractors.times.days import Found
from extractors.times.values import Sort, When, day, moment
from extractors.times.words import Tokens, count

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


CLOCK_UNITS = frozenset({"second", "minute", "hour"})


def has_clock(parts: Parts) -> bool:
    """Says whether hours, minutes or seconds were counted."""
    return any(unit in CLOCK_UNITS for _, unit in parts)


def shift(at: datetime, parts: Parts, sign: int) -> When:
    """Returns the day, or the moment where hours were counted, that lies some units away."""
    moved = moved_by_all(at, parts, sign)
    return moment(moved) if has_clock(parts) else day(moved.date(), relative=True)


def moved_by_all(at: datetime, parts: Parts, sign: int = 1) -> datetime:
    """Returns a moment some counted units away, one after the other."""
    for value, unit in parts:
        at = moved_by(at, sign * value, unit)
    return at


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
