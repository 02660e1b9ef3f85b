"""The grammar of months, quarters, halves, years, decades and seasons."""

from datetime import date, datetime

from extractors.nouns import STOP, is_plural
from extractors.periods import decade, fiscal, half, partial, quarter, season
from extractors.times.days import Found, likely_year, month_name
from extractors.times.values import named, span
from extractors.times.words import Tokens, ordinal, year

SENTENCE_ENDS = frozenset(".!?:;|")

_MAY_BE_VERBS = frozenset({"may", "march", "mar", "sat", "sun"})


def midnight(at: date) -> datetime:
    """Returns the first moment of a day."""
    return datetime(at.year, at.month, at.day)


def numeric_month(t: Tokens, i: int) -> Found:
    """Reads 2015-3, 12-2015, 2019/08."""
    a, sep, b = t.words[i : i + 3]
    if sep not in ("-", "/") or not (a.isdecimal() and b.isdecimal()) or not (t.glued(i + 1) and t.glued(i + 2)):
        return None
    if t.glued(i + 3) and (t.words[i + 3].isalnum() or (t.words[i + 3] in "-/" and t.words[i + 4].isdecimal())):
        return None
    if len(a) == 4 and len(b) <= 2:
        a, b = b, a
    if len(a) > 2 or len(b) != 4 or not 1 <= int(a) <= 12 or not 1000 <= int(b) < 2200:
        return None
    return named(partial(int(b), int(a)), "month"), i + 3


def month_year(t: Tokens, i: int) -> Found:
    """Reads "May 2026", "2017 april", "june of 1992", and a month alone in the reference year."""
    if (told := year(t, i)) is not None:
        step = t.words[told[1]] in ("-", "/", ",")
        month = month_name(t, told[1] + step)
        return (named(partial(told[0], month[0]), "month"), month[1]) if month else None
    month = month_name(t, i)
    if month is None:
        return None
    k = t.skip(month[1], ",", "of", "in", "-", "/")
    told = year(t, k, short=t.words[k] in ("'", "’") or t.words[k - 1] == "of") if k - month[1] <= 1 else None
    if told and not (t.words[told[1]] == ":" and t.glued(told[1])):
        return named(partial(told[0], month[0]), "month"), told[1]
    if t.words[i] in _MAY_BE_VERBS and not _is_month(t, i, month[1]):
        return None
    return named(partial(likely_year(t, i, month[0]), month[0]), "month", yearless=True), month[1]


def _is_month(t: Tokens, i: int, end: int) -> bool:
    """Says whether "may" or "march" stands where only a month does."""
    if t.words[end] in ("to", "-", "–", "through") and month_name(t, end + 1):
        return True
    return t.words[i - 1] in t.lexicon.month_leads and (t.words[i - 1] != "this" or t.text[t.starts[i]].isupper())


def year_place(t: Tokens, i: int) -> tuple[int, int, bool] | None:
    """Returns the year of "of 2015", "this year", "the year", the index behind it, and whether it was said."""
    j = t.skip(i, "of", "in", ",", "-", "the")
    if (told := year(t, j)) is not None:
        return *told, True
    step = t.lexicon.directions.get(t.words[j])
    if step is not None and t.words[j + 1] == "year":
        return t.now.year + step, j + 2, False
    if t.words[j] == "year":
        told = year(t, j + 1)
        return (*told, True) if told else (t.now.year, j + 1, False)
    return None


def quarter_or_half(t: Tokens, i: int) -> Found:
    """Reads "q1 2019", "2019-H2", "the first quarter of this year", "next year's third quarter"."""
    j = i + (t.words[i] == "the")
    place = _leading_year(t, j)
    k = t.skip(place[1], "'s", "’s", "-") if place else j
    found = _quarter_name(t, k)
    if found is None:
        return None
    build, size, nth, end = found
    if place is None:
        place = year_place(t, end)
        if place:
            end = place[1]
    year_ = place[0] if place else likely_year(t, i, nth * 3 - 2 if build == "q" else nth * 6 - 5)
    value = quarter(year_, nth) if build == "q" else half(year_, nth)
    return named(value, size, relative=bool(place and not place[2]), yearless=place is None), end


def _leading_year(t: Tokens, i: int) -> tuple[int, int, bool] | None:
    if (told := year(t, i)) is not None:
        return *told, True
    step = t.lexicon.directions.get(t.words[i])
    if step is not None and t.words[i + 1] == "year" and t.words[i + 2] in ("'s", "’s"):
        return t.now.year + step, i + 2, False
    return None


def _quarter_name(t: Tokens, i: int) -> tuple[str, str, int, int] | None:
    word, digits = t.words[i], t.words[i + 1]
    most = {"q": 4, "h": 2}.get(word, 0) if t.words[i - 1] not in ("<", "/") else 0
    if t.glued(i + 1) and digits.isdecimal() and 1 <= int(digits) <= most:
        return word, "quarter" if word == "q" else "half", int(digits), i + 2
    found = ordinal(t, i)
    if found is None:
        return None
    nth, j = found
    j += t.words[j] == "-"
    if t.words[j] in ("quarter", "qtr") and nth <= 4:
        return "q", "quarter", nth, j + 1
    return ("h", "half", nth, j + 1) if t.words[j] == "half" and nth <= 2 else None


def year_alone(t: Tokens, i: int) -> Found:
    """Reads 2018, "the year 2008", "calendar year 2008", "cy18", "fiscal year 2008", "two thousand and twenty"."""
    j = i + (t.words[i] == "the")
    if t.words[j] in ("fiscal", "school", "sy", "fy"):
        return _company_year(t, j)
    if t.words[j] in ("calendar", "cy"):
        k = j + 1 + (t.words[j + 1] == "year")
        told = year(t, k, short=True)
        return (named(partial(told[0]), "year"), told[1]) if told else None
    if t.words[j] == "year":
        told = year(t, j + 1)
        return (named(partial(told[0]), "year"), told[1]) if told else None
    told = year(t, i)
    if told is None or _is_count(t, i, told[1]) or not _stands_alone(t, i, told[0]):
        return None
    return named(partial(told[0]), "year"), told[1]


def _stands_alone(t: Tokens, i: int, year_: int) -> bool:
    """Says whether four digits are a year by themselves: in a likely century, no part of a name, and no count."""
    before = t.words[i - 1] if i else ""
    if not 1700 <= year_ < 2200 and before not in t.lexicon.month_leads:
        return False
    if not before.isalpha() or before in t.lexicon.starters or before in t.lexicon.month_leads:
        return True
    written = t.text[t.starts[i - 1] : t.ends[i - 1]]
    opens = i == 1 or t.words[i - 2] in SENTENCE_ENDS
    if len(written) > 2 and (written.isupper() or (written[0].isupper() and not opens)):
        return False
    after = t.text[t.starts[i + 1] : t.ends[i + 1]]
    return before in STOP or not (after.islower() and is_plural(after))


def _company_year(t: Tokens, j: int) -> Found:
    k = j + 1 + (t.words[j + 1] == "year")
    if t.words[j] in ("fiscal", "school") and k == j + 1:
        return None
    told = year(t, k, short=True)
    if told:
        return named(fiscal(told[0]), "fiscal-year"), told[1]
    return (named(fiscal(t.now.year), "fiscal-year", relative=True), k) if t.words[j] == "fiscal" else None


def _is_count(t: Tokens, i: int, j: int) -> bool:
    """Says whether four digits are an amount or a part of a longer number."""
    glued_before = t.glued(i) and (t.words[i - 1].isalnum() or t.words[i - 1] in "$€£#,.+:/-")
    if glued_before and not _after_dash(t, i):
        return True
    if t.glued(j) and (
        t.words[j].isalnum()
        or (
            t.words[j] in "-,./:"
            and t.glued(j + 1)
            and t.words[j + 1].isdecimal()
            and not (t.words[j] == "-" and year(t, j + 1))
        )
    ):
        return True
    after = t.words[j]
    return after in t.lexicon.counted or after in ("%", "percent") or after in t.lexicon.units


def _after_dash(t: Tokens, i: int) -> bool:
    """Says whether the dash before four digits is a sign of punctuation or joins them to another year."""
    return t.words[i - 1] in "-/" and (
        t.words[i - 2] in ("mid", "early", "late", "pre", "post")
        or not (t.words[i - 2].isalnum() and t.glued(i - 1))
        or (len(t.words[i - 2]) == 4 and year(t, i - 2) is not None)
    )


def decade_or_century(t: Tokens, i: int) -> Found:
    """Reads "1990s", "the nineties", "90 s", "the 21st century"."""
    j = i + (t.words[i] == "the")
    word = t.words[j]
    if word in t.lexicon.decades:
        return _decade(1900 + t.lexicon.decades[word], j + 1)
    if word.isdecimal() and word.endswith("0") and t.words[j + 1] in ("s", "'s", "’s") and len(word) in (2, 4):
        full = int(word) if len(word) == 4 else 1900 + int(word)
        spoken = len(word) == 4 or (int(word) >= 50 and t.words[j - 1] in ("in", "the", "'", "’"))
        return _decade(full, j + 2) if spoken else None
    found = ordinal(t, j)
    if found and t.words[found[1]] == "century" and 1 < found[0] < 30:
        first = (found[0] - 1) * 100
        return span(datetime(first, 1, 1), datetime(first + 100, 1, 1), "century"), found[1] + 1
    return None


def _decade(first: int, end: int) -> Found:
    return (named(decade(first), "decade"), end) if 1000 <= first < 2200 else None


def season_name(t: Tokens, i: int) -> Found:
    """Reads "summer 2018", "this summer", "next spring"."""
    step = t.lexicon.directions.get(t.words[i])
    j = i + (step is not None or t.words[i] == "the")
    word = "autumn" if t.words[j] == "fall" else t.words[j]
    if word not in t.lexicon.seasons:
        return None
    told = year_place(t, j + 1)
    if told:
        return named(season(told[0], word), "season", relative=not told[2]), told[1]
    if step is None and t.words[j] in ("fall", "spring") and t.words[i - 1] not in ("in", "the"):
        return None
    return named(season(t.now.year + (step or 0), word), "season", yearless=True), j + 1
