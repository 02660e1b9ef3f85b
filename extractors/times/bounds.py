"""The grammar of stretches that are open on one side: "before 2018", "since last May", "3 pm or later"."""

from extractors.times.clock import clock
from extractors.times.days import Found
from extractors.times.lengths import amounts
from extractors.times.moments import moment_expression, on_day
from extractors.times.offsets import day_expression
from extractors.times.parts import period
from extractors.times.points import single
from extractors.times.values import Sort, When, span
from extractors.times.words import Tokens

_BEFORE = ("before", "prior to", "no later than", "by", "earlier than", "not later than", "<", "less than or equal to")


_AFTER = ("after", "later than", "greater than", ">", "year greater than")


_SINCE = (
    "since",
    "starting on",
    "starting from",
    "starting",
    "beginning on",
    "beginning",
    "as early as",
    "any time from",
    "on or after",
    "> =",
    "no earlier than",
)


_UNTIL = ("< =", "until", "till", "as late as", "up to", "up until")


def modified(t: Tokens, i: int) -> Found:
    """Reads a bound before or behind a date: "before 2018", "since last May", "2018 or later", "= 2019"."""
    if t.words[i] == "=" and t.words[i - 1] not in "<>=":
        told = period(t, i + 1)
        return told if told and told[0].grain == "year" else None
    if (j := t.phrase(i, "more than", "less than")) > 0 and (found := _loose_offset(t, i, j)) is not None:
        return found
    for kind, phrases in (("since", _SINCE), ("until", _UNTIL), ("before", _BEFORE), ("after", _AFTER)):
        j = t.phrase(i, *phrases)
        if t.words[i] in ("<", ">") and not t.words[j].isdecimal():
            continue
        if j > 0 and (found := _bounded(t, kind, j, t.words[i])) is not None:
            return found
    found = single(t, i)
    if found is None or found[0].sort in (Sort.DURATION, Sort.SET):
        return None
    j = t.phrase(found[1], "or later", "and later", "or after", "and after", "and greater", "or greater", "or newer")
    if j < 0 or (t.words[j - 1] == "after" and t.words[j] and t.words[j] not in ".,?!"):
        return None
    value, end = found[0], j
    if t.words[j] == "on" and (when := day_expression(t, j + 1)) is not None and value.sort is Sort.CLOCK:
        value, end = on_day(when[0], value), when[1]
    return _limit("since", value), end


def _loose_offset(t: Tokens, i: int, j: int) -> Found:
    """Reads "more than 2 weeks before today", "less than 3 days after tomorrow"."""
    found = day_expression(t, j)
    length = amounts(t, j)
    if (
        found is None
        or length is None
        or found[0].low is None
        or t.words[length[1]] not in ("before", "after", "ago", "from")
    ):
        return None
    backward, more = t.words[length[1]] in ("before", "ago"), t.words[i] == "more"
    edge = found[0].low
    if more:
        return (
            span(None, edge, "range", relative=True) if backward else span(edge, None, "range", relative=True)
        ), found[1]
    anchor = day_expression(t, length[1] + 1)
    base = anchor[0].low if anchor and anchor[0].low else t.now
    return span(min(edge, base), max(edge, base), "range", relative=True), found[1]


def _bounded(t: Tokens, kind: str, j: int, opener: str) -> Found:
    j = t.skip(j, "around", "about")
    if t.words[j] in t.lexicon.meals and kind in ("before", "after", "until", "since"):
        return _limit(kind, _meal(t, t.words[j])), j + 1
    found = single(t, j)
    if found is None and (hour := clock(t, j, loose=True)) is not None and hour[0].sort is Sort.CLOCK:
        found = hour if ":" in t.words[j : hour[1]] or not t.words[j].isdecimal() else None
    if found is None:
        return None
    value = found[0]
    edge = t.words[j + (t.words[j] == "the")]
    if (kind, edge) in (("before", "end"), ("after", "beginning"), ("after", "start")) and value.sort is Sort.SPAN:
        return _limit("until" if kind == "before" else "since", value), found[1]
    if opener == "by" and value.sort in (Sort.DAY, Sort.SPAN) and value.high is not None:
        return _limit("until", value), found[1]
    return _limit(kind, value), found[1]


def _meal(t: Tokens, word: str) -> When:
    low, high = t.lexicon.day_parts[word]
    return When(Sort.CLOCK_SPAN, from_second=low * 3600, to_second=high * 3600, grain="day-part")


def _limit(kind: str, value: When) -> When:
    """Returns the stretch that a bound word and a value leave open on one side."""
    if value.sort in (Sort.CLOCK, Sort.CLOCK_SPAN):
        begin = value.from_second
        stop = value.to_second if value.sort is Sort.CLOCK_SPAN else begin
        opens = {"after": stop, "since": begin}.get(kind)
        closes = {"before": begin, "until": stop}.get(kind)
        return When(Sort.CLOCK_SPAN, from_second=opens, to_second=closes, half_open=value.half_open, grain="second")
    grain = "second" if value.sort is Sort.MOMENT else value.grain if value.grain in ("second", "day-part") else "range"
    after = value.low if value.sort is Sort.DAY else value.high
    low = {"after": after, "since": value.low}.get(kind)
    high = {"before": value.low, "until": value.high}.get(kind)
    return span(low, high, grain, relative=value.relative)


def day_with_bound(t: Tokens, i: int) -> Found:
    """Reads a day with a bounded time: "today before 4pm", "next Wednesday later than 10 in the morning"."""
    found = day_expression(t, i)
    if found is None or found[0].sort is not Sort.DAY:
        return None
    when, j = found
    for kind, phrases in (("before", _BEFORE), ("after", _AFTER), ("since", _SINCE), ("until", _UNTIL)):
        k = t.phrase(j, *phrases)
        if k < 0:
            continue
        time = moment_expression(t, k) or clock(t, k, loose=True)
        if (
            time is not None
            and time[0].sort is Sort.CLOCK
            and time[0].from_second is not None
            and not _bare(t, k, time[1])
        ):
            return on_day(when, _limit(kind, time[0])), time[1]
    return None


def _bare(t: Tokens, i: int, j: int) -> bool:
    return j == i + 1 and t.words[i].isdecimal()
