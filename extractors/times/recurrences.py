"""The grammar of what comes back: "every tuesday at 9am", "daily", "once a week", "mondays"."""

from extractors.times.clock import clock
from extractors.times.days import Found, day_number
from extractors.times.lengths import iso_length
from extractors.times.values import Sort, When
from extractors.times.weekdays import weekday_name
from extractors.times.words import Tokens, number


def recurrence(t: Tokens, i: int) -> Found:
    """Reads what comes back: "every tuesday at 9am", "daily", "once a week", "mondays", "3pm each day"."""
    found = _recurring(t, i)
    if found is not None:
        j = _time_after(t, found[1])
        return When(Sort.SET, length=found[0]), j
    time = clock(t, i) if t.words[i].isdecimal() else None
    if time and (later := _recurring(t, time[1])):
        return When(Sort.SET, length=later[0]), later[1]
    nth = day_number(t, i + (t.words[i] == "the"), bare=False)
    if nth and t.words[nth[1]] == "of" and (later := _recurring(t, nth[1] + 1)):
        return When(Sort.SET, length=later[0]), later[1]
    return None


def _time_after(t: Tokens, j: int) -> int:
    time = clock(t, j)
    return time[1] if time else j


def _recurring(t: Tokens, i: int) -> tuple[str, int] | None:
    word = t.words[i]
    if word in ("bi", "semi") and t.words[i + 1] == "-" and (found := t.lexicon.recurring.get(word + t.words[i + 2])):
        return found, i + 3
    if word in t.lexicon.recurring:
        return t.lexicon.recurring[word], i + 1
    if (
        word in ("once", "twice", "one")
        and t.words[i + 1] in ("a", "an", "per")
        and (unit := t.lexicon.units.get(t.words[i + 2]))
    ):
        return iso_length(((1.0, unit),)), i + 3
    if word in ("every", "each", "any", "all"):
        return _every(t, i)
    return _plural(t, i)


def _every(t: Tokens, i: int) -> tuple[str, int] | None:
    word, j = t.words[i], i + 1
    step = 1.0
    if t.words[j] == "other":
        step, j = 2.0, j + 1
    elif word in ("every", "each") and (found := number(t, j)):
        step, j = found
    target = t.words[j]
    if word in ("any", "all"):
        return (
            ("P1W", j + 1)
            if target in ("weekend", "weekends")
            else ("P1Y", j + 1)
            if word == "any" and target == "year"
            else None
        )
    name = weekday_name(t, j)
    if name is not None or target in ("weekday", "weekdays", "weekend", "weekends"):
        end = name[1] if name else j + 1
        end += t.words[end] in t.lexicon.day_parts
        return iso_length(((step, "week"),)), end
    if target in t.lexicon.months:
        return iso_length(((step, "year"),)), j + 1
    if target in t.lexicon.day_parts:
        return iso_length(((step, "day"),)), j + 1
    unit = t.lexicon.units.get(target)
    return (iso_length(((step, unit),)), j + 1) if unit else None


def _plural(t: Tokens, i: int) -> tuple[str, int] | None:
    word = t.words[i]
    if word.endswith("s") and word[:-1] in t.lexicon.weekdays and len(word) > 5:
        return "P1W", i + 1
    if word in t.lexicon.weekdays and t.words[i + 1].endswith("s") and t.words[i + 1] in t.lexicon.day_parts:
        return "P1W", i + 2
    if word in ("weekends", "weekdays") and t.words[i - 1] not in t.lexicon.numbers:
        return "P1W", i + 1
    if word.endswith("s") and word in t.lexicon.day_parts and t.words[i - 1] not in ("the", "in"):
        return "P1D", i + 1
    return None
