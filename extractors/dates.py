"""Dates and periods: `find_dates` in a text, `parse_date` for a whole string.

One compiled expression (rules/dates.toml) runs over the text; Python reads only its hits. A bare year, a month
alone or a day without a year counts only where the words around it say so.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from extractors.date_rules import SPACE, DatePattern, load_date_rules
from extractors.datetimes import find_times
from extractors.model import DateMention, PartialDate
from extractors.periods import covers, ended, fiscal, half, interval, months, overlap, part, partial, quarter, season
from extractors.periods import decade as decade_of
from extractors.relative_dates import find_relative

__all__ = [
    "covers",
    "date_record",
    "find_dates",
    "fiscal",
    "half",
    "overlap",
    "parse_date",
    "part",
    "partial",
    "quarter",
]

_TWO_DIGIT_PIVOT = 70
_BEFORE_CHARACTERS = 16
_LAST_WORD = re.compile(r"(\S+)[ \t\u00a0\u2009\u202f]+[(\"'“‘]?\Z")
_LEAD_WORD = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)?)(?:[ \t\u00a0\u2009\u202f]['’]?|-)\Z")
_LEAD_CHARACTERS = 48
_NEXT_WORD = re.compile(rf"{SPACE}*([A-Za-z×][\w-]*|%)")
_JOINT = re.compile(r"(?:,|,?[ ](?:and|or|to|vs\.?|versus|through)|[ ]?[/–-])[ ]?\Z")
_FOLLOWED = re.compile(r"(?:,|,?[ ](?:and|or|to|vs\.?|versus|through))[ ](?:1[5-9]|20|21)\d\d\b(?![.,]\d)")
_FUTURE_CUES = frozenset({"by", "until", "till", "next", "coming", "before", "upcoming"})
_MONTH_CUES = frozenset(
    {"in", "since", "by", "until", "till", "during", "through", "of", "last", "this", "next", "before", "after"}
)

Fields = Mapping[str, str]


def find_dates(
    text: str,
    start: int = 0,
    end: int | None = None,
    *,
    reference: date | None = None,
    times: bool = False,
    day_first: bool = False,
) -> list[DateMention]:
    """Returns the dates of a text in order; spans do not overlap.

    Args:
        text: Any text; offsets in the result count from its beginning.
        start: Where to begin.
        end: Where to stop, the end of the text when None.
        reference: Day that words such as "last month" and dates without a year are read against.
        times: Reads times of day, weekdays, durations and recurrences as well.
        day_first: Reads 5/6/2026 as the fifth of June.

    Example:
        >>> [m.date.text for m in find_dates("released 16 Feb 2026, up from Q3 2025")]
        ['2026-02-16', '2025-Q3']
        >>> find_dates("Qwen 3.5 has 2000 users and scores 81 on AIME 2025")
        []
    """
    if times:
        return find_times(text, max(start, 0), len(text) if end is None else min(end, len(text)), reference)
    if isinstance(reference, datetime):
        reference = reference.date()
    rules = load_date_rules()
    stop = len(text) if end is None else min(end, len(text))
    reader = _Reader(text, start, stop, reference, day_first)
    done = start = max(start, 0)
    for gate in rules.start.finditer(text, start, stop):
        at = gate.start()
        if at < done:
            continue
        hit = reader.longest(gate.lastgroup or "", at, done)
        if hit is not None and reader.take(hit.lastgroup or "", hit.start(), hit.end()):
            done = hit.end()
    if reference is None:
        return reader.found
    return _merged(reader.found, find_relative(text, start, stop, reference))


def _merged(absolute: list[DateMention], relative: list[DateMention]) -> list[DateMention]:
    """Returns both lists in the order of the text, the longer of two that overlap."""
    if not relative:
        return absolute
    kept: list[DateMention] = []
    for mention in sorted((*absolute, *relative), key=lambda m: (m.start, -m.end)):
        if not kept or kept[-1].end <= mention.start:
            kept.append(mention)
        elif mention.end - mention.start > kept[-1].end - kept[-1].start:
            kept[-1] = mention
    return kept


class _Reader:
    """Reads the hits of one text, each in the light of those before it."""

    __slots__ = ("day_first", "end", "found", "reference", "start", "text")

    def __init__(self, text: str, start: int, end: int, reference: date | None, day_first: bool) -> None:
        self.text, self.start, self.end = text, start, end
        self.reference, self.day_first = reference, day_first
        self.found: list[DateMention] = []

    def longest(self, kind: str, at: int, done: int) -> re.Match[str] | None:
        """Returns the hit that a start belongs to: one that a word before begins, or the one that begins here."""
        rules = load_date_rules()
        before = _LEAD_WORD.search(self.text, max(done, at - _BEFORE_CHARACTERS), at)
        if before and before[1].lower() in rules.leads:
            for lead in rules.lead.finditer(self.text, max(done, at - _LEAD_CHARACTERS), at):
                hit = rules.joint["lead"].match(self.text, lead.start(), self.end)
                if hit is not None and hit.end() > at:
                    return hit
        return rules.joint[kind].match(self.text, at, self.end)

    def take(self, name: str, start: int, end: int) -> bool:
        """Says whether a hit counts, and keeps it when it does."""
        pattern = load_date_rules().patterns[name]
        if pattern.needs == "context" and not self._is_year(start, end):
            return False
        if pattern.needs in ("reference", "cue") and not self._is_anchored(pattern.needs, start, end):
            return False
        fields = _fields(pattern, self.text, start, end)
        try:
            read = _read(fields, self.reference, self.day_first, self._future(start))
        except ValueError:
            return False
        if read is None:
            return False
        value, precision, relative = read
        self._add(DateMention(start, end, value, precision, relative))
        return True

    def _add(self, mention: DateMention) -> None:
        """Keeps a mention, joined to the one before where both are the ends of one stretch."""
        if self.found:
            last = self.found[-1]
            start = _stretch(self.text, last, mention)
            if start is not None and last.date.first <= mention.date.last:
                joined = interval(last.date, mention.date)
                self.found[-1] = DateMention(start, mention.end, joined, "range", last.relative or mention.relative)
                return
        self.found.append(mention)

    def _future(self, start: int) -> bool:
        return self._word_before(start) in _FUTURE_CUES

    def _word_before(self, start: int) -> str:
        before = self.text[max(self.start, start - _BEFORE_CHARACTERS) : start]
        found = _LAST_WORD.search(before)
        return found[1].lower().strip("(\"'“‘*_:") if found else ""

    def _is_anchored(self, needs: str, start: int, end: int) -> bool:
        if self.reference is None:
            return False
        if needs == "reference":
            return not self._counted(end, weak=True)
        return self.text[start].isupper() and self._word_before(start) in _MONTH_CUES

    def _is_year(self, start: int, end: int) -> bool:
        """Says whether four digits are a year, by the words on either side."""
        text, lists = self.text, load_date_rules().year
        if end < len(text) and ((text[end] in "-–" and text[end + 1 : end + 2].isdigit()) or text[end].isalpha()):
            return False
        if self._alone(start, end):
            return True
        word = self._word_before(start)
        if word in lists["before"]:
            weak = word in lists["weak"]
            return not self._counted(end, weak=weak) and (not weak or self._plausible(start, end))
        if self._coordinated(start, end):
            return True
        return word.endswith(tuple(lists["attributive"])) and self._attribute(word, start, end)

    def _alone(self, start: int, end: int) -> bool:
        """Says whether the digits fill a cell, a line or brackets."""
        text = self.text
        left = start - 1
        while left >= self.start and text[left] in " \t*_":
            left -= 1
        right = end
        while right < self.end and text[right] in " \t*_":
            right += 1
        before = text[left] if left >= self.start else "\n"
        after = text[right] if right < self.end else "\n"
        if before in "|\n" and after in "|\n":
            return self._plausible(start, end)
        return before in "([," and after in ")];" and self._plausible(start, end) and (before != "," or after == ")")

    def _plausible(self, start: int, end: int) -> bool:
        return 1900 <= int(self.text[start:end]) <= 2049

    def _counted(self, end: int, *, weak: bool) -> bool:
        """Says whether what follows makes the digits a count."""
        found = _NEXT_WORD.match(self.text, end, self.end)
        if not found:
            return False
        word = found[1].lower()
        return word in load_date_rules().year["counted"] or word == "%"

    def _coordinated(self, start: int, end: int) -> bool:
        """Says whether the digits stand beside another year: "2024 and 2025"."""
        if self.found and self.found[-1].precision == "year" and 0 <= start - self.found[-1].end <= 9:
            return bool(_JOINT.fullmatch(self.text, self.found[-1].end, start))
        return bool(
            self._plausible(start, end) and _FOLLOWED.match(self.text, end, self.end)
        ) and not self._word_before(start)

    def _attribute(self, word: str, start: int, end: int) -> bool:
        found = _NEXT_WORD.match(self.text, end, self.end)
        if not found or not self._plausible(start, end):
            return False
        following = found[1].lower()
        return following not in load_date_rules().year["counted"]


def _stretch(text: str, last: DateMention, mention: DateMention) -> int | None:
    """Returns where a stretch of two mentions begins, or None when they are two dates."""
    gap = text[last.end : mention.start]
    if len(gap) > 10 or last.precision == "range" or mention.precision == "range":
        return None
    link = gap.strip(" \t\u00a0\u2009\u202f").lower()
    if link in ("–", "—", "-") and "\n" not in gap:
        return last.start
    before = text[max(0, last.start - 9) : last.start].lower()
    for opening, links in (("from ", ("to", "until", "through", "till")), ("between ", ("and",))):
        if link in links and before.endswith(opening):
            return last.start - len(opening)
    return last.start if link == "through" or (link == "to" and last.precision == mention.precision) else None


def _fields(pattern: DatePattern, text: str, start: int, end: int) -> dict[str, str]:
    found = pattern.fields.match(text, start, end)
    if found is None or found.end() != end:
        found = pattern.fields.fullmatch(text, start, end)
    groups = found.groupdict() if found else {}
    return {name.partition("_")[0]: value for name, value in groups.items() if value is not None}


Read = tuple[PartialDate, str, bool]


def _read(fields: dict[str, str], reference: date | None, day_first: bool, future: bool) -> Read | None:
    """Returns date, precision and whether it is relative; None or ValueError when the fields are no date."""
    for key, reader in _READERS:
        if key in fields:
            return reader(_Numbers(fields, day_first, reference, future))
    return None


class _Numbers:
    """The fields of one hit as numbers."""

    __slots__ = ("day_first", "fields", "future", "reference")

    def __init__(self, fields: Fields, day_first: bool, reference: date | None, future: bool) -> None:
        self.fields, self.day_first, self.reference, self.future = fields, day_first, reference, future

    def year(self, key: str = "y") -> int:
        value = self.fields[key]
        if len(value) == 4:
            return int(value)
        short = int(value)
        return short + (2000 if short < _TWO_DIGIT_PIVOT else 1900)

    def month(self, key: str = "m") -> int:
        value = self.fields[key]
        return int(value) if value.isdecimal() else int(_months()[value.lower().rstrip(".")])

    def day(self, key: str = "d") -> int:
        return int(self.fields[key].rstrip("stndrh"))

    def ordinal(self, key: str) -> int:
        value = self.fields[key]
        return int(value) if value.isdecimal() else int(load_date_rules().words["ordinals"][value.lower()])


@cache
def _months() -> dict[str, int]:
    return load_date_rules().words["months"]


def _read_fiscal(n: _Numbers) -> Read:
    number = n.ordinal("q") if "q" in n.fields else None
    year = n.year("fy")
    if "y2" in n.fields:
        year = year // 100 * 100 + int(n.fields["y2"])
    last = date(n.year(), n.month(), n.day()) if "d" in n.fields else None
    return fiscal(year, last, number), "quarter" if number else "fiscal-year", False


_ENDED_UNITS = {"month": 1, "quarter": 3, "half": 6, "half-year": 6, "year": 12}


def _read_ended(n: _Numbers) -> Read:
    last = date(n.year(), n.month(), n.day()) if "d" in n.fields else months(n.year(), n.month(), 1)[1]
    unit = n.fields["unit"].removesuffix("s")
    count = _ENDED_UNITS[unit]
    said = n.fields.get("count", "").lower()
    if unit == "month":
        count = int(said) if said.isdecimal() else int(load_date_rules().words["numbers"].get(said, 1))
    value = ended(last, count)
    return value, unit if unit != "month" or count == 1 else "range", False


def _read_part(n: _Numbers) -> Read:
    name = load_date_rules().words["parts"][" ".join(n.fields["part"].lower().split())]
    return part(n.year(), name, n.month() if "m" in n.fields else None), "part", False


def _read_numeric(n: _Numbers) -> Read:
    first, second = int(n.fields["a"]), int(n.fields["b"])
    if first > 12 or (n.day_first and second <= 12):
        first, second = second, first
    return partial(n.year(), first, second), "day", False


def _read_days(n: _Numbers) -> Read:
    last_month = n.month("m2") if "m2" in n.fields else n.month()
    last = partial(n.year(), last_month, n.day("d2"))
    if "d" not in n.fields:
        return last, "day", False
    return interval(partial(n.year(), n.month(), n.day()), last), "range", False


def _read_months(n: _Numbers) -> Read:
    first, last = n.month(), n.month("m2")
    return interval(partial(n.year() - (first > last), first), partial(n.year(), last)), "range", False


def _read_years(n: _Numbers) -> Read | None:
    first, last = n.year(), int(n.fields["y2"])
    if len(n.fields["y2"]) == 2:
        last += first // 100 * 100
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


_NEWS_LOOKS_AHEAD_DAYS = 90


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
    ("unit", _read_ended),
    ("q2", lambda n: (interval(quarter(n.year(), n.ordinal("q")), quarter(n.year(), n.ordinal("q2"))), "range", False)),
    ("mq", lambda n: (quarter(n.year(), n.month("mq") // 3), "quarter", False)),
    ("q", lambda n: (quarter(n.year(), n.ordinal("q")), "quarter", False)),
    ("h", lambda n: (half(n.year(), n.ordinal("h")), "half", False)),
    (
        "season",
        lambda n: (season(n.year(), load_date_rules().words["seasons"][n.fields["season"].lower()]), "season", False),
    ),
    ("part", _read_part),
    ("decade", lambda n: (decade_of(int(n.fields["decade"])), "decade", False)),
    ("a", _read_numeric),
    ("d2", _read_days),
    ("m2", _read_months),
    ("y2", _read_years),
    ("d", _read_day),
    ("m", _read_month),
    ("y", lambda n: (partial(n.year()), "year", False)),
)


def parse_date(text: str, *, reference: date | None = None, day_first: bool = False) -> PartialDate | None:
    """Returns the date that a whole string says, or None.

    >>> parse_date("16 February 2026").text
    '2026-02-16'
    >>> parse_date("soon") is None
    True
    """
    clean = text.strip()
    found = find_dates(f"{clean}", reference=reference, day_first=day_first)
    if len(found) == 1 and (found[0].start, found[0].end) == (0, len(clean)):
        return found[0].date
    return None


def date_record(mention: DateMention) -> dict[str, Any]:
    """Returns a mention as the command line writes it: offsets, date, precision, first and last day."""
    value = mention.date
    return {
        "start": mention.start,
        "end": mention.end,
        "date": value.text,
        "precision": mention.precision,
        "first": None if value.first == date.min else value.first.isoformat(),
        "last": None if value.last == date.max else value.last.isoformat(),
    }
