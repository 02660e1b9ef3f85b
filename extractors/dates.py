"""Dates and periods: `find_dates` in a text, `parse_date` for a whole string.

One compiled expression (rules/dates.toml) runs over the text; Python reads only its hits. A bare year, a month
alone or a day without a year counts only where the words around it say so.
"""

import re
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from extractors.date_readers import Setting, read_date
from extractors.date_rules import SPACE, DateRules, load_date_rules
from extractors.model import DateMention, PartialDate
from extractors.periods import covers, fiscal, half, interval, overlap, part, partial, quarter
from extractors.relative_dates import find_relative
from extractors.times.expressions import find_times

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

__all__ = [
    "add_relative",
    "covers",
    "date_record",
    "find_dates",
    "find_undated",
    "fiscal",
    "half",
    "overlap",
    "parse_date",
    "parse_reference",
    "part",
    "partial",
    "quarter",
]

_BEFORE_CHARACTERS = 16
_LAST_WORD = re.compile(r"(\S+?)(?:(?:[ \t\u00a0\u2009\u202f]+|\r?\n)[(\"'“‘]?|-)\Z")
_LEAD_WORD = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)?)(?:\r?[ \t\u00a0\u2009\u202f\n]['’]?|-)\Z")
_COMPANY_PERIODS = frozenset({"quarter", "half", "year", "fiscal-year", "range"})
_SAME_PASSAGE = 300
_LEAD_CHARACTERS = 48
_LEAD_ENDS = " \r\n\t\u00a0\u2009\u202f-'’"
_NEXT_WORD = re.compile(rf"{SPACE}*([A-Za-z×][\w-]*|%)")
_ENDING = re.compile(r"(?:[T ]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST_STAMP = 60
_NUMBER = re.compile(r"\d+")
_JOINT = re.compile(r"(?: \([^()\n]{1,24}\))?(?:,|,?[ ](?:and|or|to|vs\.?|versus|through)|[ ]?[/–-])[ ]?\Z")
_FOLLOWED = re.compile(r"(?:,|,?[ ](?:and|or|to|vs\.?|versus|through))[ ](?:1[5-9]|20|21)\d\d\b(?![.,]\d)")


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
        day_first: Reads 5/6/2026 as the fifth of June; without `times` only.

    Example:
        >>> [m.date.text for m in find_dates("released 16 Feb 2026, up from Q3 2025")]
        ['2026-02-16', '2025-Q3']
        >>> find_dates("Qwen 3.5 has 2000 users and scores 81 on AIME 2025")
        []
    """
    low, high = max(start, 0), len(text) if end is None else min(end, len(text))
    if times:
        periods = [m for m in _Reader(text, low, high, Setting()).read() if m.precision in _COMPANY_PERIODS]
        return _merged(periods, find_times(text, low, high, reference))
    if isinstance(reference, datetime):
        reference = reference.date()
    reader = _Reader(text, low, high, Setting(reference, day_first))
    found = reader.read()
    return found if reference is None else _merged(found, find_relative(text, low, high, reference))


def find_undated(text: str) -> tuple[list[DateMention], bool]:
    """Returns the dates of a text without a reference day, and whether one would let more of its words be dates.

    Relative phrases are not counted: `add_relative` adds them.

    >>> find_undated("since 2023")[1], find_undated("In March it rained")[1]
    (False, True)
    """
    reader = _Reader(text, 0, len(text), Setting())
    return reader.read(), reader.open


def add_relative(text: str, found: list[DateMention], reference: date) -> list[DateMention]:
    """Returns the dates of a text with its relative phrases, read against a day."""
    return _merged(found, find_relative(text, 0, len(text), reference))


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


_YEARS_AGO = re.compile(r"\s?[;(]\s?\d{1,3} years? ago")


class _Reader:
    """Reads the hits of one text, each in the light of those before it."""

    __slots__ = ("end", "found", "open", "rules", "setting", "start", "text")

    def __init__(self, text: str, start: int, end: int, setting: Setting) -> None:
        self.text, self.start, self.end, self.setting = text, start, end, setting
        self.rules: DateRules = load_date_rules()
        self.found: list[DateMention] = []
        self.open = False

    def read(self) -> list[DateMention]:
        """Returns the dates of the whole stretch."""
        done = self.start
        for gate in self.rules.start.finditer(self.text, self.start, self.end):
            at = gate.start()
            if at >= done:
                hit = self._longest(gate.lastgroup or "", at, done)
                if hit is not None and self._take(hit.lastgroup or "", hit.start(), hit.end()):
                    done = hit.end()
        return self.found

    def _longest(self, kind: str, at: int, done: int) -> re.Match[str] | None:
        """Returns the hit that a start belongs to: one that a word before begins, or the one that begins here."""
        if self._is_led(max(done, at - _BEFORE_CHARACTERS), at):
            for lead in self.rules.lead.finditer(self.text, max(done, at - _LEAD_CHARACTERS), at):
                hit = self.rules.joint["lead"].match(self.text, lead.start(), self.end)
                if hit is not None and hit.end() > at:
                    return hit
        return self.rules.joint[kind].match(self.text, at, self.end)

    def _is_led(self, start: int, at: int) -> bool:
        """Says whether the last word before a place may begin a longer date; most words end otherwise."""
        if start == at or self.text[at - 1] not in _LEAD_ENDS:
            return False
        if not self.text[start:at].rstrip(_LEAD_ENDS).lower().endswith(self.rules.leads):
            return False
        before = _LEAD_WORD.search(self.text, start, at)
        return before is not None and before[1].lower().rpartition("-")[2] in self.rules.leads

    def _take(self, name: str, start: int, end: int) -> bool:
        """Says whether a hit counts, and keeps it when it does."""
        pattern = self.rules.patterns[name]
        if pattern.needs == "context" and not self._is_year(start, end):
            return False
        if pattern.needs in ("reference", "cue") and not self._is_anchored(pattern.needs, start, end):
            return False
        setting = self.setting
        if pattern.needs in ("reference", "cue") and self._word_before(start) in self.rules.year["ahead"]:
            setting = replace(setting, future=True)
        if pattern.needs == "reference" and self.found and start - self.found[-1].end <= _SAME_PASSAGE:
            setting = replace(setting, said=self.found[-1].date.first.year)
        try:
            read = read_date(pattern, self.text, start, end, setting)
        except ValueError:
            return False
        if read is None:
            self.open = self.open or self.setting.reference is None
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

    def _word_before(self, start: int) -> str:
        before = self.text[max(self.start, start - _BEFORE_CHARACTERS) : start]
        found = _LAST_WORD.search(before)
        return found[1].lower().strip("(\"'“‘*_:") if found else ""

    def _is_anchored(self, needs: str, start: int, end: int) -> bool:
        if self.setting.reference is None:
            self.open = True
            return False
        if needs == "reference":
            return not self._counted(end)
        return self.text[start].isupper() and self._word_before(start) in self.rules.year["month"]

    def _is_year(self, start: int, end: int) -> bool:
        """Says whether four digits are a year, by the words on either side."""
        text, lists = self.text, self.rules.year
        if end < len(text) and ((text[end] in "-–" and text[end + 1 : end + 2].isdigit()) or text[end].isalpha()):
            return False
        if self._alone(start, end) or (text.startswith(("'s ", "’s "), end) and self._plausible(start, end)):
            return True
        word = self._word_before(start)
        if word in lists["before"]:
            weak = word in lists["weak"]
            prefixed = text[start - 1] == "-"
            return (prefixed or not self._counted(end)) and (not weak or self._plausible(start, end))
        if self._coordinated(start, end):
            return True
        return word.endswith(tuple(lists["attributive"])) and self._attribute(start, end)

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
        if before in "|\n" and _YEARS_AGO.match(text, end, self.end):
            return self._plausible(start, end)
        if before in "|\n" and (after in "|\n,;" and (after in "|\n" or before == "|")):
            return self._plausible(start, end)
        return before in "([," and after in ")];" and self._plausible(start, end) and (before != "," or after == ")")

    def _plausible(self, start: int, end: int) -> bool:
        return 1900 <= int(self.text[start:end]) <= 2049

    def _counted(self, end: int) -> bool:
        """Says whether what follows makes the digits a count."""
        found = _NEXT_WORD.match(self.text, end, self.end)
        if not found:
            return False
        word = found[1].lower()
        return word in self.rules.year["counted"] or word == "%"

    def _coordinated(self, start: int, end: int) -> bool:
        """Says whether the digits stand beside another year: "2024 and 2025"."""
        if self.found and self.found[-1].precision == "year" and 0 <= start - self.found[-1].end <= 36:
            return bool(_JOINT.fullmatch(self.text, self.found[-1].end, start))
        return bool(
            self._plausible(start, end) and _FOLLOWED.match(self.text, end, self.end)
        ) and not self._word_before(start)

    def _attribute(self, start: int, end: int) -> bool:
        found = _NEXT_WORD.match(self.text, end, self.end)
        if not found or not self._plausible(start, end):
            return False
        following = found[1].lower()
        return following not in self.rules.year["counted"]


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


def parse_date(text: str, *, reference: date | None = None, day_first: bool = False) -> PartialDate | None:
    """Returns the date that a whole string says, or None; a time of day behind it is left out.

    What the patterns do not know is given to dateparser, which is imported only then: 0.2 s the first time and
    0.3 ms a string, so it reads the dates of metadata and never a text.

    >>> parse_date("16 February 2026").text, parse_date("Mon, 02 Mar 2026 10:00:00 GMT").text
    ('2026-02-16', '2026-03-02')
    >>> parse_date("soon") is None
    True
    """
    clean = text.strip()
    found = find_dates(clean, reference=reference, day_first=day_first)
    if len(found) == 1 and (found[0].start == 0 and _ENDING.fullmatch(clean, found[0].end)):
        return found[0].date
    return _foreign(clean, day_first=day_first)


def _foreign(text: str, *, day_first: bool) -> PartialDate | None:
    """Returns the date of a short string with a year in a form that only dateparser knows."""
    if len(text) > _LONGEST_STAMP or not _YEAR.search(text) or len(_NUMBER.findall(text)) < 2:
        return None
    data = _parser(day_first=day_first).get_date_data(text)
    at = data.date_obj
    if at is None or data.period not in ("day", "time"):
        return None
    return partial(at.year, at.month, at.day)


@cache
def _parser(*, day_first: bool) -> "DateDataParser":
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["en"],
        settings={
            "PREFER_DAY_OF_MONTH": "first",
            "PREFER_MONTH_OF_YEAR": "first",
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["year"],
            "DATE_ORDER": "DMY" if day_first else "MDY",
        },
    )


def parse_reference(text: str) -> date | None:
    """Returns the day or moment that relative words are read against, or None for no ISO 8601 date.

    >>> parse_reference("2026-05-25T10:20:00"), parse_reference("2026-05-25"), parse_reference("May")
    (datetime.datetime(2026, 5, 25, 10, 20), datetime.date(2026, 5, 25), None)
    """
    try:
        return date.fromisoformat(text) if len(text) == len("2026-05-25") else datetime.fromisoformat(text)
    except ValueError:
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
