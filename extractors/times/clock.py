"""The grammar of times of day: "half past seven", "8:45a", "five-thirty", "noon"."""

from dataclasses import replace

from extractors.times.days import Found
from extractors.times.values import Sort, When
from extractors.times.words import Tokens, small_number

LAST_SECOND = 24 * 3600 - 1


TO = frozenset({"to", "until", "till", "-", "–", "—", "~", "through", "'til"})


NOON = 12 * 3600


def clock(t: Tokens, i: int, *, loose: bool = False) -> Found:
    """Returns a time of day and the index behind it.

    Args:
        t: The tokens.
        i: Where it begins.
        loose: Also reads bare hours, number words and 0730, which are times only beside a day, "at" or "from".
    """
    if t.words[i] in ("at", "@"):
        found = clock(t, i + 1, loose=True)
        return found if found and (clock(t, i + 1) or _ends_clause(t, found[1])) else None
    if t.words[i] in ("around", "about", "circa"):
        return clock(t, i + 1, loose=loose)
    found = _named_time(t, i) or _past_or_to(t, i) or _digital(t, i, loose) or _spoken(t, i, loose)
    if found is None:
        return None
    value, j = found
    return value, _zone(t, j)


def _ends_clause(t: Tokens, j: int) -> bool:
    """Says whether what stands behind "at 6" leaves it an hour: no noun, but a name may ("at 17.30 Beijing time")."""
    return t.words[j] in t.lexicon.clock_followers or t.text[t.starts[j] : t.starts[j] + 1].isupper()


def _zone(t: Tokens, j: int) -> int:
    if t.words[j] in ("mountain", "pacific", "eastern", "central") and t.words[j + 1] == "timezone":
        return j + 2
    return j


def at_clock(seconds: int, *, half_open: bool = False) -> When:
    """Returns a time of day."""
    return When(Sort.CLOCK, from_second=seconds, half_open=half_open, grain="second")


def _named_time(t: Tokens, i: int) -> Found:
    if t.words[i] == "12" and t.words[i + 1] in ("noon", "midnight", "midday"):
        i += 1
    if t.words[i] == "mid" and t.words[i + 1] == "night":
        return at_clock(0), i + 2
    hour = t.lexicon.clock_words.get(t.words[i])
    return (at_clock(hour * 3600), i + 1) if hour is not None else None


def _past_or_to(t: Tokens, i: int) -> Found:
    """Reads "half past seven", "a quarter to 8", "20 min past eight"."""
    j = i + (t.words[i] == "a")
    minutes: int | None = {"half": 30, "quarter": 15}.get(t.words[j])
    if minutes is not None:
        j += 1
    else:
        found = _integer(t, j)
        if found is None or found[0] > 59:
            return None
        minutes, j = found
        unit = t.words[j] in ("min", "mins", "minute", "minutes")
        j += unit
        if not unit and t.words[j] != "past":
            return None
    if t.words[j] not in ("past", "after", "to", "before"):
        return None
    sign = 1 if t.words[j] in ("past", "after") else -1
    hour = _named_time(t, j + 1) or _digital(t, j + 1, True) or _spoken(t, j + 1, True)
    if hour is None or hour[0].from_second is None:
        return None
    second = (hour[0].from_second + sign * minutes * 60) % (24 * 3600)
    return replace(hour[0], from_second=second), hour[1]


def _integer(t: Tokens, i: int) -> tuple[int, int] | None:
    word = t.words[i]
    if word.isdecimal():
        return int(word), i + 1
    found = small_number(t, i)
    return (int(found[0]), found[1]) if found else None


def _half_of_day(t: Tokens, j: int, *, glued: bool) -> tuple[str, int] | None:
    """Returns am or pm and the index behind it: "am", "p.m.", "a m", "p" straight after digits."""
    k = j + (t.words[j] == "." and t.words[j + 1] in ("am", "pm"))
    if t.words[k] in ("am", "pm"):
        return t.words[k], k + 1
    if t.words[j] == "ampm":
        return "", j + 1
    if t.words[j] not in ("a", "p"):
        return None
    k = t.skip(j + 1, ".")
    if t.words[k] == "m" and (k > j + 1 or t.words[j + 1] == "m"):
        end = k + 1
        if t.words[end] == "." and k > j + 1:
            end += 1
        return t.words[j] + "m", end
    return (
        (t.words[j] + "m", j + 1)
        if glued and t.glued(j) and len(t.words[j - 1]) <= 2 and not (t.words[j + 1].isalnum() and t.glued(j + 1))
        else None
    )


def _made(hour: int, minute: int, second: int, half: str, j: int) -> Found:
    if hour > 24 or minute > 59 or second > 59 or (half == "am" and hour > 12):
        return None
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    seconds = min((hour * 60 + minute) * 60 + second, LAST_SECOND + 1)
    return at_clock(seconds % (24 * 3600), half_open=not half and 1 <= hour <= 12), j


def _digital(t: Tokens, i: int, loose: bool) -> Found:
    word = t.words[i]
    if not word.isdecimal() or len(word) > 4 or (t.glued(i) and t.words[i - 1] in ".,:$€£"):
        return None
    behind = t.words[i + 2]
    if len(word) <= 2 and t.joined(i + 1, ":", ".", "h") and t.glued(i + 2) and len(behind) == 2 and behind.isdecimal():
        return _with_minutes(t, i, loose)
    hour, minute = (int(word), 0) if len(word) <= 2 else divmod(int(word), 100)
    if (half := _half_of_day(t, i + 1, glued=True)) is not None:
        return _made(hour, minute, 0, *half)
    if (j := _oclock(t, i + 1)) > 0 and hour <= 24:
        return _made(hour, minute, 0, *(_half_of_day(t, j, glued=False) or ("", j)))
    if t.words[i + 1] == "ish" and t.glued(i + 1):
        return _made(hour, minute, 0, "", i + 2)
    if not loose or hour > 24 or not _hour_digits(t, i) or _not_a_time(t, i + 1):
        return None
    return _made(hour, minute, 0, "", i + 1)


def _hour_digits(t: Tokens, i: int) -> bool:
    """Says whether bare digits can be an hour, or hour and minute as in 0730 and the other end of its stretch."""
    word = t.words[i]
    return len(word) <= 2 or (
        len(word) == 4 and (word[0] == "0" or (t.words[i - 1] in TO and t.words[i - 2].startswith("0")))
    )


def _not_a_time(t: Tokens, j: int) -> bool:
    """Says whether what follows a bare number makes it something else than an hour."""
    word = t.words[j]
    if t.glued(j) and (
        word in ("%", "/", "°")
        or (word.isalnum() and not word.isdecimal())
        or (word in ".," and t.glued(j + 1) and t.words[j + 1].isdecimal())
    ):
        return True
    if word == "-" and t.glued(j) and t.words[j + 1].isdecimal() and t.words[j + 2] in ("-", "/") and t.glued(j + 2):
        return True
    return (
        word in ("%", "percent", "st", "nd", "rd", "th", "of")
        or word in t.lexicon.units
        or word in t.lexicon.months
        or (word == "-" and t.words[j + 1] in t.lexicon.units)
    )


def _with_minutes(t: Tokens, i: int, loose: bool) -> Found:
    colon = t.words[i + 1] != "."
    hour, minute, j, second = int(t.words[i]), int(t.words[i + 2]), i + 3, 0
    if colon and t.words[j] == ":" and t.glued(j) and t.words[j + 1].isdecimal() and len(t.words[j + 1]) == 2:
        second, j = int(t.words[j + 1]), j + 2
    half = _half_of_day(t, j, glued=True)
    if (
        half is None
        and not colon
        and (not loose or t.words[j] in ("%", "percent") or (t.glued(j) and t.words[j].isalnum()))
    ):
        return None
    if (
        half is None
        and t.glued(j)
        and (t.words[j].isdecimal() or (t.words[j] == ":" and t.glued(j + 1) and t.words[j + 1].isdecimal()))
    ):
        return None
    oclock = _oclock(t, j)
    return _made(hour, minute, second, *(half or ("", oclock if oclock > 0 else j)))


def _oclock(t: Tokens, j: int) -> int:
    if t.words[j] == "oclock":
        return j + 1
    return j + 2 if t.words[j] == "o" and t.words[j + 1] in ("'clock", "’clock") else -1


def _spoken(t: Tokens, i: int, loose: bool) -> Found:
    """Reads "seven p.m.", "nine thirty", "five-thirty", "eight o'clock"."""
    if t.words[i].isdecimal():
        return None
    found = small_number(t, i)
    if found is None or not 1 <= found[0] <= 12:
        return None
    hour, j = int(found[0]), found[1]
    minute = 0
    k = j + (t.words[j] == "-")
    rest = small_number(t, k)
    if rest and 10 <= rest[0] <= 59:
        minute, j = int(rest[0]), rest[1]
        j += t.words[j] in ("minutes", "minute")
    elif t.words[k] in ("oh", "o", "zero") and (tail := small_number(t, k + 1)) and 1 <= tail[0] <= 9:
        minute, j = int(tail[0]), tail[1]
    half = _half_of_day(t, j, glued=False)
    if half:
        return _made(hour, minute, 0, *half)
    if (end := _oclock(t, j)) > 0:
        return _made(hour, minute, 0, "", end)
    hyphenated = minute in (15, 30, 45) and t.words[found[1]] == "-"
    if not (loose or hyphenated) or (not minute and _not_a_time(t, j)):
        return None
    return _made(hour, minute, 0, "", j)
