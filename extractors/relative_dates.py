"""Phrases that mean a date only against another one: "two years ago", "last quarter", "the past year", "yesterday".

A phrase keeps the precision of its unit: "two years ago" is a year, "last month" a month. "Last year" is the
calendar year before; "the past year" is the twelve months up to the reference day.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from extractors.date_rules import load_date_rules
from extractors.model import DateMention, PartialDate
from extractors.periods import decade, half, interval, on, partial, quarter, season, week

_BACK_CHARACTERS = 40
_FORWARD_CHARACTERS = 40
_FEW = 3
_PERIOD_CHARACTERS = 24
_PERIOD = re.compile(r"(?:quarter|half|[QHq][1-4])(?: of)? \Z")


def find_relative(text: str, start: int, end: int, reference: date) -> list[DateMention]:
    """Returns the relative dates of a text in order.

    >>> [m.date.text for m in find_relative("grew last quarter", 0, 17, date(2026, 5, 25))]
    ['2026-Q1']
    >>> find_relative("the last of them", 0, 16, date(2026, 5, 25))
    []
    """
    rules = load_date_rules()
    found: list[DateMention] = []
    done = start
    for at in sorted(_needle_positions(text, start, end, rules.needles)):
        hit = _around(text, at, done, end) if at >= done else None
        mention = _mention(hit, text, reference) if hit else None
        if hit and mention:
            found.append(mention)
            done = hit.end()
    return found


def _around(text: str, at: int, done: int, end: int) -> re.Match[str] | None:
    """Returns the phrase that holds a needle: an "ago" ends one, any other word begins one, or "the" before it does."""
    joint = load_date_rules().joint["relative"]
    if text[at] != " ":
        word = max(text.rfind(" ", done, at), text.rfind("\n", done, at), done - 1) + 1
        if text[max(done, word - 4) : word].lower() == "the " and (hit := joint.match(text, word - 4, end)):
            return hit
        if _PERIOD.search(text, max(done, word - _PERIOD_CHARACTERS), word):
            hits = joint.finditer(text, max(done, word - _PERIOD_CHARACTERS), end)
            return next((hit for hit in hits if hit.end() > at), None)
        return joint.match(text, word, end)
    low, high = max(done, at - _BACK_CHARACTERS), min(end, at + _FORWARD_CHARACTERS)
    return next((hit for hit in joint.finditer(text, low, high) if hit.start() <= at < hit.end()), None)


def _needle_positions(text: str, start: int, end: int, needles: tuple[str, ...]) -> Iterator[int]:
    for needle in needles:
        at = text.find(needle, start, end)
        while at >= 0:
            yield at
            at = text.find(needle, at + 1, end)


def _mention(hit: re.Match[str], text: str, reference: date) -> DateMention | None:
    pattern = load_date_rules().patterns[hit.lastgroup or ""]
    groups = pattern.fields.match(text, hit.start(), hit.end())
    if groups is None:
        return None
    fields = {name.partition("_")[0]: value.lower() for name, value in groups.groupdict().items() if value}
    try:
        value, precision = _resolve(fields, reference)
    except (ValueError, OverflowError):
        return None
    return DateMention(hit.start(), hit.end(), value, precision, relative=True)


def _resolve(fields: Mapping[str, str], reference: date) -> tuple[PartialDate, str]:
    words = load_date_rules().words
    if "dayword" in fields:
        return on(reference + timedelta(days=words["days"][fields["dayword"]])), "day"
    if "roll" in fields:
        return _rolling(fields, reference)
    unit = _singular(fields.get("unit", ""))
    if "number" in fields:
        return shifted(reference, unit, -count_of(fields["number"]))
    step = int(words["directions"][fields["direction"]])
    if "q" in fields or "h" in fields:
        name = "quarter" if "q" in fields else "half"
        said = fields[name[0]]
        number = int(said) if said.isdecimal() else int(words["ordinals"][said])
        return (quarter if name == "quarter" else half)(reference.year + step, number), name
    if "m" in fields:
        return _month(reference, int(words["months"][fields["m"].rstrip(".")]), step), "month"
    if "season" in fields:
        return _season(reference, words["seasons"][fields["season"]], step), "season"
    return shifted(reference, unit, step)


def _singular(unit: str) -> str:
    return unit if unit in load_date_rules().words["units"] else unit.removesuffix("s")


def count_of(word: str) -> int:
    """Returns the number that digits or a number word stand for."""
    return int(word) if word.isdecimal() else int(load_date_rules().words["numbers"][word])


def shifted(reference: date, unit: str, steps: int) -> tuple[PartialDate, str]:
    """Returns the unit that lies some units from the one of the reference day, and the unit's name.

    >>> shifted(date(2026, 5, 25), "month", -6)[0].text
    '2025-11'
    """
    if unit == "year":
        return partial(reference.year + steps), "year"
    if unit == "decade":
        if abs(steps) == 1:
            return decade((reference.year // 10 + steps) * 10), "decade"
        return partial(reference.year + 10 * steps), "year"
    if unit == "quarter":
        index = reference.year * 4 + (reference.month - 1) // 3 + steps
        return quarter(index // 4, index % 4 + 1), "quarter"
    if unit == "month":
        index = reference.year * 12 + reference.month - 1 + steps
        return partial(index // 12, index % 12 + 1), "month"
    if unit == "week":
        year, number, _ = (reference + timedelta(weeks=steps)).isocalendar()
        return week(year, number), "week"
    return on(reference + timedelta(days=steps)), "day"


def moved(day: date, unit: str, steps: int) -> date:
    """Returns the day that lies some units away; a day that the month does not have becomes its last."""
    size = {"decade": 120, "year": 12, "quarter": 3, "month": 1}.get(unit)
    if size is None:
        return day + timedelta(days=steps * (7 if unit == "week" else 1))
    index = day.year * 12 + day.month - 1 + steps * size
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _rolling(fields: Mapping[str, str], reference: date) -> tuple[PartialDate, str]:
    unit = _singular(fields["unit"])
    plural = unit != fields["unit"]
    count = count_of(fields["number"]) if "number" in fields else _FEW if plural else 1
    if fields["roll"] in ("last", "past"):
        if fields["roll"] == "last" and not plural:
            return shifted(reference, unit, -1)
        first = moved(reference, unit, -count) + timedelta(days=1)
        return interval(on(first), on(reference)), "range"
    if not plural:
        return shifted(reference, unit, 1)
    return interval(on(reference + timedelta(days=1)), on(moved(reference, unit, count))), "range"


def _month(reference: date, month: int, step: int) -> PartialDate:
    year = reference.year
    if step < 0 and month >= reference.month:
        year -= 1
    if step > 0 and month <= reference.month:
        year += 1
    return partial(year, month)


def _season(reference: date, name: str, step: int) -> PartialDate:
    year = reference.year
    if step < 0 and season(year, name).last >= reference:
        year -= 1
    if step > 0 and season(year, name).first <= reference:
        year += 1
    return season(year, name)
