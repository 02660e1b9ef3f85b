"""What the fields of one hit say: the groups of a pattern in rules/dates.toml become a date at its precision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from extractors.date_rules import DatePattern, load_date_rules
from extractors.model import PartialDate
from extractors.periods import decade, ended, fiscal, half, interval, months, part, partial, quarter, season

_TWO_DIGIT_PIVOT = 70
_NEWS_LOOKS_AHEAD_DAYS = 90
_LONGEST_SHORT_STRETCH = 10

Fields = Mapping[str, str]
Read = tuple[PartialDate, str, bool]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the reading of a hit depends on beside its words.

    Attributes:
        reference: Day that dates without a year are read against.
        day_first: Reads 5/6/2026 as the fifth of June.
        future: True where the words before say that the date lies ahead ("by March").
        said: Year of the date before in the text, which "that year" means.
    """

    reference: date | None = None
    day_first: bool = False
    future: bool = False
    said: int | None = None


def read_date(pattern: DatePattern, text: str, start: int, end: int, setting: Setting) -> Read | None:
    """Returns date, precision and whether the reference was used; None or ValueError for no date of the calendar."""
    found = pattern.fields.match(text, start, end)
    if found is None or found.end() != end:
        found = pattern.fields.fullmatch(text, start, end)
    if found is None:
        return None
    fields = {name.partition("_")[0]: value for name, value in found.groupdict().items() if value is not None}
    for key, reader in _READERS:
        if key in fields:
            return reader(_Numbers(fields, setting))
    return None


class _Numbers:
    """The fields of one hit as numbers."""

    __slots__ = ("day_first", "fields", "future", "reference", "said")

    def __init__(self, fields: Fields, setting: Setting) -> None:
        self.fields = fields
        self.day_first, self.reference, self.future = setting.day_first, setting.reference, setting.future
        self.said = setting.said

    def year(self, key: str = "y") -> int:
        value = self.fields[key]
        if len(value) == 4:
            return int(value)
        short = int(value)
        return short + (2000 if short < _TWO_DIGIT_PIVOT else 1900)

    def month(self, key: str = "m") -> int:
        value = self.fields[key]
        return int(value) if value.isdecimal() else _months()[value.lower().rstrip(".")]

    def day(self, key: str = "d") -> int:
        return int(self.fields[key].rstrip("stndrh"))

    def ordinal(self, key: str) -> int:
        value = self.fields[key]
        return int(value) if value.isdecimal() else int(load_date_rules().words["ordinals"][value.lower()])


@cache
def _months() -> dict[str, int]:
    return load_date_rules().words["months"]


def _read_fiscal(n: _Numbers) -> Read:
    year = n.year("fy")
    if "y2" in n.fields:
        year = year // 100 * 100 + int(n.fields["y2"])
    if "h" in n.fields:
        return fiscal(year, number=n.ordinal("h"), halves=True), "half", False
    number = n.ordinal("q") if "q" in n.fields else None
    last = date(n.year(), n.month(), n.day()) if "d" in n.fields else None
    return fiscal(year, last, number), "quarter" if number else "fiscal-year", False


def _read_quarter(n: _Numbers) -> Read | None:
    """Reads a quarter or half without a year: the one under way or the last one, or the next one ahead."""
    key = next(k for k in ("bq", "bh", "mq") if k in n.fields)
    build = half if key == "bh" else quarter
    number = n.month(key) // 3 if key == "mq" else n.ordinal(key)
    name = "half" if key == "bh" else "quarter"
    if "y" in n.fields:
        return build(n.year(), number), name, False
    if n.reference is None:
        return None
    here = build(n.reference.year, number)
    if n.future and here.last < n.reference:
        here = build(n.reference.year + 1, number)
    elif not n.future and here.first > n.reference:
        here = build(n.reference.year - 1, number)
    return here, name, True


_ENDED_UNITS = {"month": 1, "quarter": 3, "half": 6, "half-year": 6, "year": 12}


def _read_ended(n: _Numbers) -> Read:
    last = _last_day(n)
    unit = n.fields["unit"].lower().removesuffix("s")
    count = _ENDED_UNITS[unit]
    said = n.fields.get("count", "").lower()
    if unit == "month":
        count = int(said) if said.isdecimal() else int(load_date_rules().words["numbers"].get(said, 1))
    value = ended(last, count)
    return value, unit if unit != "month" or count == 1 else "range", "y" not in n.fields


def _last_day(n: _Numbers) -> date:
    if "y" in n.fields:
        return date(n.year(), n.month(), n.day()) if "d" in n.fields else months(n.year(), n.month(), 1)[1]
    assert n.reference is not None
    return _nearest(n.reference, lambda year: date(year, n.month(), n.day()), n.future)


def _read_other_year(n: _Numbers) -> Read | None:
    """Reads a month of "that year", the one of the date before, or of last, this or next year."""
    if "anaphor" in n.fields:
        return (partial(n.said, n.month()), "month", True) if n.said else None
    assert n.reference is not None
    step = int(load_date_rules().words["directions"][n.fields["direction"].lower()])
    if "d" in n.fields:
        return partial(n.reference.year + step, n.month(), n.day()), "day", True
    return partial(n.reference.year + step, n.month()), "month", True


def _read_part(n: _Numbers) -> Read:
    name = load_date_rules().words["parts"][" ".join(n.fields["part"].lower().split())]
    return part(n.year(), name, n.month() if "m" in n.fields else None), "part", False


def _read_season(n: _Numbers) -> Read:
    return season(n.year(), load_date_rules().words["seasons"][n.fields["season"].lower()]), "season", False


def _read_numeric(n: _Numbers) -> Read:
    first, second = int(n.fields["a"]), int(n.fields["b"])
    if first > 12 or (n.day_first and second <= 12):
        first, second = second, first
    return partial(n.year(), first, second), "day", False


def _read_days(n: _Numbers) -> Read:
    last_month, last_day, near = n.month("m2") if "m2" in n.fields else n.month(), n.day("d2"), None
    if "y" not in n.fields:
        assert n.reference is not None
        near = _nearest(n.reference, lambda year: date(year, last_month, last_day), n.future)
    year = near.year if near else n.year()
    last = partial(year, last_month, last_day)
    if "d" not in n.fields:
        return last, "day", near is not None
    first = partial(year - (n.month() > last_month), n.month(), n.day())
    return interval(first, last), "range", near is not None


def _read_months(n: _Numbers) -> Read:
    first, last = n.month(), n.month("m2")
    return interval(partial(n.year() - (first > last), first), partial(n.year(), last)), "range", False


def _read_years(n: _Numbers) -> Read | None:
    first, last = n.year(), int(n.fields["y2"])
    if len(n.fields["y2"]) == 2:
        last += first // 100 * 100
        if last - first > _LONGEST_SHORT_STRETCH:
            return None
    return (interval(partial(first), partial(last)), "range", False) if first < last else None


def _read_day(n: _Numbers) -> Read:
    if "y" in n.fields:
        return partial(n.year(), n.month(), n.day()), "day", False
    assert n.reference is not None
    near = _nearest(n.reference, lambda year: date(year, n.month(), n.day()), n.future)
    return partial(near.year, near.month, near.day), "day", True


def _read_month(n: _Numbers) -> Read:
    if "y" in n.fields:
        return partial(n.year(), n.month()), "month", False
    assert n.reference is not None
    near = _nearest(n.reference.replace(day=1), lambda year: date(year, n.month(), 1), n.future)
    return partial(near.year, near.month), "month", True


def _nearest(reference: date, on: Callable[[int], date], future: bool) -> date:
    """Returns the date without a year that a text of the reference day means: the last one, or one shortly ahead."""
    here = on(reference.year)
    if future:
        return here if here >= reference else on(reference.year + 1)
    if (here - reference).days > _NEWS_LOOKS_AHEAD_DAYS:
        return on(reference.year - 1)
    return here


_READERS: tuple[tuple[str, Callable[[_Numbers], Read | None]], ...] = (
    ("fy", _read_fiscal),
    ("anaphor", _read_other_year),
    ("direction", _read_other_year),
    ("open", lambda n: (interval(partial(n.year(), n.month() if "m" in n.fields else None), None), "range", False)),
    ("bq", _read_quarter),
    ("bh", _read_quarter),
    ("mq", _read_quarter),
    ("unit", _read_ended),
    ("q2", lambda n: (interval(quarter(n.year(), n.ordinal("q")), quarter(n.year(), n.ordinal("q2"))), "range", False)),
    ("q", lambda n: (quarter(n.year(), n.ordinal("q")), "quarter", False)),
    ("h", lambda n: (half(n.year(), n.ordinal("h")), "half", False)),
    ("season", _read_season),
    ("part", _read_part),
    ("decade", lambda n: (decade(int(n.fields["decade"])), "decade", False)),
    ("a", _read_numeric),
    ("d2", _read_days),
    ("m2", _read_months),
    ("y2", _read_years),
    ("d", _read_day),
    ("m", _read_month),
    ("y", lambda n: (partial(n.year()), "year", False)),
)
