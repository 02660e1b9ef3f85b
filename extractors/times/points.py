"""What may stand at one end of a stretch: a day, a period, a moment, a time of day, or now."""

from datetime import timedelta

from extractors.times.days import Found, longest, remembered
from extractors.times.moments import moment_expression
from extractors.times.offsets import day_expression
from extractors.times.parts import period
from extractors.times.values import Sort, When, day, moment
from extractors.times.words import Tokens


@remembered
def single(t: Tokens, i: int) -> Found:
    """Returns one end of a stretch: a day, a period, a moment or a time of day."""
    return longest(t, i, (present, end_of_day, moment_expression, day_expression, period))


def present(t: Tokens, i: int) -> Found:
    """Reads "now", "right now", "at the moment"."""
    j = t.phrase(
        i,
        "right now",
        "just now",
        "now",
        "at the moment",
        "at the minute",
        "at present",
        "at the present time",
        "at this time",
    )
    return (moment(t.now), j) if j > 0 else None


def end_of_day(t: Tokens, i: int) -> Found:
    """Reads "end of tomorrow", "end of the sunday", "eod": the last second of a day."""
    j = i + (t.words[i] == "the")
    if t.words[j] == "eod":
        return _last_second(day(t.now.date(), relative=True), j + 1)
    if t.phrase(j, "end of") < 0:
        return None
    k = j + 2 + (t.words[j + 2] == "the")
    if t.words[k] == "day":
        return _last_second(day(t.now.date(), relative=True), k + 1)
    found = day_expression(t, k)
    return _last_second(*found) if found and found[0].sort is Sort.DAY else None


def _last_second(when: When, end: int) -> Found:
    assert when.high is not None
    return moment(when.high - timedelta(seconds=1), relative=when.relative), end
