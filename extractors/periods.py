"""Dates at the precision that was written: how they are built, written, read back and compared.

A `PartialDate` names a stretch of days. Beside the forms that its own docstring lists, these are written:
`2026-spring` (seasons), `2026-05-early` (a third of a month), `2026-W08` (an ISO week), `2020s`, `FY2026` and
`FY2026-Q1` (the company's own calendar, so the days are the widest that the name allows unless the text says when
the year ended), and `A/B`, `A/..`, `../B` for stretches.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from extractors.model import PartialDate

OPEN_PAST, OPEN_FUTURE = date.min, date.max

_THIRDS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_DAY_THIRDS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}

_FORM = re.compile(
    r"(?P<fy>FY)?(?P<y>\d{4})(?:"
    r"(?P<decade>s)|-Q(?P<q>[1-4])|-H(?P<h>[12])|-W(?P<w>\d\d)|-(?P<season>spring|summer|autumn|winter)|"
    r"-(?P<part>early|mid|late)|-(?P<m>\d\d)(?:-(?:(?P<d>\d\d)|(?P<third>early|mid|late)))?)?"
)


def partial(year: int, month: int | None = None, day: int | None = None) -> PartialDate:
    """Returns a year, a month or a day; raises ValueError where the calendar has no such date.

    >>> partial(2026, 2).last
    datetime.date(2026, 2, 28)
    """
    if month is None:
        return PartialDate(f"{year:04d}", date(year, 1, 1), date(year, 12, 31))
    if day is None:
        _among(month, 12)
        first, last = months(year, month, 1)
        return PartialDate(f"{year:04d}-{month:02d}", first, last)
    exact = date(year, month, day)
    return PartialDate(exact.isoformat(), exact, exact)


def on(day: date) -> PartialDate:
    """Returns one day of the calendar."""
    return PartialDate(day.isoformat(), day, day)


def months(year: int, month: int, count: int) -> tuple[date, date]:
    """Returns the first and last day of `count` months from one on; months beyond 12 run into later years."""
    index = year * 12 + month - 1
    end = index + count - 1
    last_year, last_month = end // 12, end % 12 + 1
    return date(index // 12, index % 12 + 1, 1), date(last_year, last_month, monthrange(last_year, last_month)[1])


def quarter(year: int, number: int) -> PartialDate:
    """Returns a quarter of a calendar year, `2026-Q1`."""
    _among(number, 4)
    return PartialDate(f"{year:04d}-Q{number}", *months(year, number * 3 - 2, 3))


def half(year: int, number: int) -> PartialDate:
    """Returns a half of a calendar year, `2026-H1`."""
    _among(number, 2)
    return PartialDate(f"{year:04d}-H{number}", *months(year, number * 6 - 5, 6))


def part(year: int, name: str, month: int | None = None) -> PartialDate:
    """Returns the early, mid or late third of a year or of a month: four months, or ten days."""
    if month is None:
        low, high = _THIRDS[name]
        return PartialDate(f"{year:04d}-{name}", *months(year, low, high - low + 1))
    low, high = _DAY_THIRDS[name]
    last = min(high, monthrange(year, month)[1])
    return PartialDate(f"{year:04d}-{month:02d}-{name}", date(year, month, low), date(year, month, last))


def season(year: int, name: str) -> PartialDate:
    """Returns three months of the northern calendar; the winter of a year runs into the next."""
    return PartialDate(f"{year:04d}-{name}", *months(year, _SEASONS[name], 3))


def week(year: int, number: int) -> PartialDate:
    """Returns an ISO week, Monday to Sunday, `2026-W08`."""
    monday = date.fromisocalendar(year, number, 1)
    return PartialDate(f"{year:04d}-W{number:02d}", monday, monday + timedelta(days=6))


def decade(year: int) -> PartialDate:
    """Returns ten years from one that ends in 0, `2020s`."""
    if year % 10:
        raise ValueError(f"{year} begins no decade")
    return PartialDate(f"{year:04d}s", date(year, 1, 1), date(year + 9, 12, 31))


def fiscal(year: int, ended: date | None = None, number: int | None = None, *, halves: bool = False) -> PartialDate:
    """Returns a fiscal year, or one of its quarters or halves.

    Without its last day the company's calendar is unknown, and the days are the widest that such a year can cover:
    from February of the year before (a year that ended in January) to December.
    """
    first, last = ending(ended, 12) if ended else (date(year - 1, 2, 1), date(year, 12, 31))
    if number is None:
        return PartialDate(f"FY{year:04d}", first, last)
    _among(number, 2 if halves else 4)
    if ended is not None:
        size = 6 if halves else 3
        first, last = months(first.year, first.month + size * (number - 1), size)
    return PartialDate(f"FY{year:04d}-{'H' if halves else 'Q'}{number}", first, last)


def ending(last: date, count: int) -> tuple[date, date]:
    """Returns the first and last day of the `count` months that ended on a day."""
    if (last + timedelta(days=1)).day == 1:
        index = last.year * 12 + last.month - count
        return date(index // 12, index % 12 + 1, 1), last
    index = last.year * 12 + last.month - 1 - count
    year, month = index // 12, index % 12 + 1
    start = date(year, month, min(last.day, monthrange(year, month)[1]))
    return start + timedelta(days=1), last


def ended(last: date, count: int) -> PartialDate:
    """Returns the `count` months that ended on a day, by their calendar name where they have one.

    >>> ended(date(2026, 3, 31), 3).text, ended(date(2026, 3, 31), 12).text
    ('2026-Q1', '2025-04/2026-03')
    """
    return covering(*ending(last, count))


def covering(first: date, last: date) -> PartialDate:
    """Returns the shortest name of a stretch of days: a day, month, quarter, half, year, or an interval."""
    if first == last:
        return on(first)
    whole = first.day == 1 and (last == date.max or (last + timedelta(days=1)).day == 1)
    if not whole:
        return interval(on(first), on(last))
    for named in _calendar_names(first):
        if named.last == last:
            return named
    return interval(partial(first.year, first.month), partial(last.year, last.month))


def _calendar_names(first: date) -> list[PartialDate]:
    year, month = first.year, first.month
    names = [partial(year, month)]
    if month % 3 == 1:
        names.append(quarter(year, month // 3 + 1))
    if month in (1, 7):
        names.append(half(year, 1 if month == 1 else 2))
    if month == 1:
        names.append(partial(year))
    return names


def interval(first: PartialDate | None, last: PartialDate | None) -> PartialDate:
    """Returns the stretch from one date to another; None leaves that end open."""
    if first and last and first.first > last.last:
        raise ValueError(f"{first.text} is after {last.text}")
    text = f"{_start(first)}/{_stop(last)}"
    return PartialDate(text, first.first if first else OPEN_PAST, last.last if last else OPEN_FUTURE)


def _start(side: PartialDate | None) -> str:
    return side.text.partition("/")[0] if side else ".."


def _stop(side: PartialDate | None) -> str:
    return side.text.rpartition("/")[2] if side else ".."


def parse_partial(text: str) -> PartialDate | None:
    """Returns the date that a `PartialDate.text` stands for, or None when it is no such form.

    The days of `FY2026` are the widest possible again: the text does not hold when the year ended.

    >>> parse_partial("2026-Q1").last
    datetime.date(2026, 3, 31)
    >>> parse_partial("2026-13") is None
    True
    """
    try:
        if "/" in text:
            return _parse_interval(*text.split("/", 1))
        found = _FORM.fullmatch(text)
        return _from_form(found) if found else None
    except ValueError:
        return None


def _parse_interval(left: str, right: str) -> PartialDate | None:
    first = None if left == ".." else parse_partial(left)
    last = None if right == ".." else parse_partial(right)
    if (first is None and left != "..") or (last is None and right != ".."):
        return None
    return interval(first, last)


def _from_form(found: re.Match[str]) -> PartialDate | None:
    year = int(found["y"])
    if found["fy"]:
        return _fiscal(found)
    builders: tuple[tuple[str, Callable[[str], PartialDate]], ...] = (
        ("decade", lambda _: decade(year)),
        ("q", lambda q: quarter(year, int(q))),
        ("h", lambda h: half(year, int(h))),
        ("w", lambda w: week(year, int(w))),
        ("season", lambda name: season(year, name)),
        ("part", lambda name: part(year, name)),
        ("third", lambda name: part(year, name, int(found["m"]))),
        ("d", lambda d: partial(year, int(found["m"]), int(d))),
        ("m", lambda m: partial(year, int(m))),
    )
    for group, build in builders:
        if value := found[group]:
            return build(value)
    return partial(year)


def _fiscal(found: re.Match[str]) -> PartialDate | None:
    if any(found[group] for group in ("decade", "w", "season", "part", "m")):
        return None
    number = found["q"] or found["h"]
    return fiscal(int(found["y"]), number=int(number) if number else None, halves=bool(found["h"]))


def overlap(a: PartialDate, b: PartialDate) -> bool:
    """Says whether two dates share at least one day.

    >>> overlap(partial(2026), quarter(2026, 2)), overlap(partial(2025), partial(2026))
    (True, False)
    """
    return a.first <= b.last and b.first <= a.last


def covers(a: PartialDate, b: PartialDate) -> bool:
    """Says whether every day of `b` is a day of `a`: a year covers its months.

    >>> covers(partial(2026), partial(2026, 2)), covers(partial(2026, 2), partial(2026))
    (True, False)
    """
    return a.first <= b.first and b.last <= a.last


def _among(number: int, most: int) -> None:
    if not 1 <= number <= most:
        raise ValueError(f"{number} is not from 1 to {most}")
