"""What the plain-text grammar reads: a day, a moment, a stretch, a time of day, a length of time, a recurrence."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from extractors.model import DateMention, PartialDate
from extractors.periods import covering, interval, on


class Sort(StrEnum):
    """Kind of a value."""

    DAY = "day"
    MOMENT = "moment"
    SPAN = "span"
    CLOCK = "clock"
    CLOCK_SPAN = "clock-span"
    DURATION = "duration"
    SET = "set"


@dataclass(frozen=True, slots=True)
class When:
    """One value of the grammar.

    Attributes:
        sort: Which fields count.
        low: First moment of a day, a moment or a span; None for an open beginning.
        high: First moment after it; None for an open end.
        grain: Smallest unit that was said (`day`, `month`, `second` …).
        name: Text of a period with a name of its own (`2016-Q1`).
        yearless: True where the year was not said.
        relative: True where the reference moment was used.
        from_second: Start as seconds of the day, of a clock or a clock span; None for an open beginning.
        to_second: End of a clock span in seconds of the day; None for an open end.
        half_open: True for a clock hour of which am or pm was not said.
        length: Length of a duration in ISO 8601, or the interval of a recurrence.
        weekday: Weekday that was said, to be moved into the week beside it; -1 without.
    """

    sort: Sort
    low: datetime | None = None
    high: datetime | None = None
    grain: str = ""
    name: str = ""
    yearless: bool = False
    relative: bool = False
    from_second: int | None = None
    to_second: int | None = None
    half_open: bool = False
    length: str = ""
    weekday: int = -1

    @property
    def dated(self) -> bool:
        """Says whether it is a day or a stretch of days and no time of day."""
        return self.sort is Sort.DAY or (self.sort is Sort.SPAN and self.grain not in _CLOCK_GRAINS)


_CLOCK_GRAINS = frozenset({"second", "minute", "hour", "day-part"})


def day(at: date, *, relative: bool = False, yearless: bool = False, weekday: int = -1) -> When:
    """Returns one day."""
    low = datetime(at.year, at.month, at.day)
    return When(
        Sort.DAY, low, low + timedelta(days=1), "day", relative=relative or yearless, yearless=yearless, weekday=weekday
    )


def moment(at: datetime, *, relative: bool = True) -> When:
    """Returns a moment to the second."""
    return When(Sort.MOMENT, at, at, "second", relative=relative)


def span(
    low: datetime | None,
    high: datetime | None,
    grain: str,
    name: str = "",
    *,
    relative: bool = False,
    yearless: bool = False,
) -> When:
    """Returns a stretch of time that ends before `high`."""
    return When(Sort.SPAN, low, high, grain, name, relative=relative or yearless, yearless=yearless)


def named(period: PartialDate, grain: str, *, relative: bool = False, yearless: bool = False) -> When:
    """Returns a stretch of days that has a name."""
    low = datetime(period.first.year, period.first.month, period.first.day)
    high = datetime(period.last.year, period.last.month, period.last.day) + timedelta(days=1)
    return span(low, high, grain, period.text, relative=relative, yearless=yearless)


def in_year(when: When, year: int) -> When:
    """Returns a value moved to another year, the name dropped for a plain one."""
    if when.low is None or when.high is None:
        return when
    shift = year - when.low.year
    return replace(
        when,
        low=moved_year(when.low, shift),
        high=moved_year(when.high, shift),
        name=f"{year:04d}{when.name[4:]}" if when.name else "",
        yearless=False,
        relative=False,
    )


def moved_year(at: datetime, shift: int) -> datetime:
    """Returns the same day some years away; 29 February becomes 28 where there is none."""
    try:
        return at.replace(year=at.year + shift)
    except ValueError:
        return at.replace(year=at.year + shift, day=28)


def mention(when: When, start: int, end: int, today: date) -> DateMention:
    """Returns a value as a mention; raises ValueError or OverflowError for one that no calendar holds."""
    value, precision = _written(when, today)
    return DateMention(start, end, value, precision, when.relative)


def _written(when: When, today: date) -> tuple[PartialDate, str]:
    if when.sort is Sort.DAY and when.low:
        return on(when.low.date()), "day"
    if when.sort is Sort.MOMENT and when.low:
        return PartialDate(when.low.isoformat(timespec="seconds"), when.low.date(), when.low.date()), "time"
    if when.sort is Sort.SPAN:
        return _span(when)
    if when.sort is Sort.CLOCK:
        return PartialDate(clock_text(when.from_second or 0), today, today), "time"
    if when.sort is Sort.CLOCK_SPAN:
        sides = (when.from_second, when.to_second)
        return PartialDate("/".join(".." if s is None else clock_text(s) for s in sides), today, today), "time-range"
    prefix, precision = ("R/", "set") if when.sort is Sort.SET else ("", "duration")
    return PartialDate(prefix + when.length, date.min, date.max), precision


def clock_text(seconds: int) -> str:
    """Returns a time of day in ISO 8601; one after midnight is of the next day."""
    seconds %= 24 * 3600
    return f"T{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def _span(when: When) -> tuple[PartialDate, str]:
    first = when.low.date() if when.low else None
    last = (when.high - timedelta(seconds=1)).date() if when.high else None
    if when.grain in _CLOCK_GRAINS:
        text = "/".join(".." if side is None else side.isoformat(timespec="seconds") for side in (when.low, when.high))
        return PartialDate(text, first or date.min, max(first or date.min, last or date.max)), "time-range"
    if when.name and first and last:
        return PartialDate(when.name, first, last), when.grain
    if first is None or last is None:
        return interval(on(first) if first else None, on(last) if last else None), "range"
    return covering(first, last), "range"
