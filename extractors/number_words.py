"""Numbers in words: `three billion`, `twenty-one`, `half a million`, `one-eighteenth`, `tens of thousands`."""

import re
from decimal import Decimal

from extractors.number_scan import alternation, trie
from extractors.numbers import RULES, SPACE, Number, with_scale
from extractors.quantity_rules import load_words

CARDINALS = {w: Decimal(v) for w, v in load_words(RULES, "cardinal").items()}
MAGNITUDES = {w: Decimal(v) for w, v in load_words(RULES, "magnitude").items()}
VAGUE = {w: v.split(" ") for w, v in load_words(RULES, "vague").items()}
DENOMINATORS = {w: Decimal(v) for w, v in load_words(RULES, "denominator").items()}
RATIOS = {w: Decimal(v) for w, v in load_words(RULES, "multiple").items()}
COMPARED = {w: Decimal(v) for w, v in load_words(RULES, "multiple_bare").items()}
ORDINALS = {w: Decimal(v) for w, v in load_words(RULES, "ordinal").items()}
IDIOMS = frozenset(load_words(RULES, "idiom"))
ATOMS = trie([*CARDINALS, *MAGNITUDES])
NEXT_WORDS = frozenset(
    [
        *CARDINALS,
        *MAGNITUDES,
        *(f"{w}s" for w in MAGNITUDES),
        *DENOMINATORS,
        *ORDINALS,
        "and",
        "point",
        "first",
        "firsts",
        *IDIOMS,
    ]
)
TENS = frozenset(w for w, v in CARDINALS.items() if 20 <= v < 100)
NOT_COUNTS = frozenset(ORDINALS) | {"first", "firsts"}

GAP = f"{SPACE}{{1,3}}"
WORD = re.compile(r"[A-Za-z]+")
LONGEST = 30
"""Words after the first of a run: more than a number of five groups has; without a limit, long lists take for ever."""
RUN = re.compile(
    rf"(?:{ATOMS})(?:(?:{GAP}|-|{GAP}and{GAP}|-and-|{SPACE}-{SPACE})(?:{ATOMS}|(?:{alternation(MAGNITUDES)})s)(?!\w))"
    rf"{{0,{LONGEST}}}(?!\w)"
)
POINT = re.compile(rf"{SPACE}point((?:{SPACE}(?:{alternation(w for w in CARDINALS)})(?!\w))+)", re.IGNORECASE)
_CARDINAL = f"(?:{alternation(CARDINALS)})"
HALF = re.compile(
    rf"(?:{SPACE}|-)and(?:{SPACE}|-)(?:(an?|{_CARDINAL}(?:-{_CARDINAL})?)(?:{SPACE}|-))?({alternation(DENOMINATORS)})(?!\w)",
    re.IGNORECASE,
)
LAST_AND = re.compile(rf"(?:{SPACE}|-)and(?:{SPACE}|-)[a-z]+(?:-[a-z]+)?$")
OF_MAGNITUDE = re.compile(rf"{SPACE}of{SPACE}a{SPACE}(million|billion|trillion)(?!\w)", re.IGNORECASE)
DENOMINATOR = re.compile(rf"{SPACE}?[ -]{SPACE}?({alternation(DENOMINATORS)})(?!\w)", re.IGNORECASE)
BEFORE = re.compile(
    rf"(?:(?<=\W)|^)(half{SPACE}an?|half|several|an?{SPACE}few|few|many"
    rf"|an?{SPACE}couple{SPACE}of|couple{SPACE}of|an?|one)[ -]$",
    re.IGNORECASE,
)
OF_VAGUE = re.compile(
    rf"(?:{SPACE}of{SPACE}|-of-)(thousands|millions|billions|trillions|lakhs|crores)(?!\w)", re.IGNORECASE
)
CONSECUTIVE = re.compile(rf"{SPACE}(?:consecutive|straight|successive)(?!\w)")
HALF_OF = re.compile(
    rf"(?:{SPACE}|-)(?:(?:an?{GAP})?({alternation(MAGNITUDES)})(?!\w)"
    rf"|(an?(?!\w)|(?=(?:{alternation(load_words(RULES, 'halved'))})(?!\w)))"
    r"|(of|the|its|their|his|her|our|all|that|as|said|say|were|was|are|have|had)(?!\w)"
    r"|(?:in|from|since|by|to|this|people)(?!\w))|[.,;)]|$",
    re.IGNORECASE,
)
HALF_LEADS = re.compile(r"(?:\b(?:by|nearly|almost|about|than|over)|(?<!and )\ban?) \Z", re.IGNORECASE)
COMPARISON = re.compile(
    r" (?:(?:the|that|those|its|as(?! (?:the|a|an|he|she|it|they|his|her|their|[A-Z]))|their|his|her|what|more|last|our"
    r"|your)\b|[A-Z]\w*['’]s\b|[$€£\d])"
)
SHARED = re.compile(
    r",? (?:of|are|were|have|more|less|lower|higher|fewer|larger|smaller|cheaper|in|to|from|since|while|as|by|this|last"
    r"|over|below|above)\b(?! century)"
    r"|[.,;)]|$"
)
# "the second half of 2019" is a period.
PERIOD_LEADS = ("first ", "second ", "latter ", "other ", "last ", "final ")
QUARTERS = re.compile(r" (?:of|million|billion|trillion|full|finished|complete)\b| an? ")
QUARTER_OF = re.compile(rf"{SPACE}(?:of{SPACE}a{SPACE})?(million|billion|trillion)(?!\w)", re.IGNORECASE)


def words_at(text: str, at: int, end: int) -> Number | None:
    """Returns the number whose words start at a place, with an article before it, or None.

    >>> words_at("twenty-one", 0, 10).low
    Decimal('21')
    >>> words_at("one-off", 0, 7) is None
    True
    """
    found = WORD.match(text, at, end)
    if found is None:
        return None
    word, stop = found[0].lower(), found.end()
    if word in CARDINALS:
        following = WORD.match(text, stop + 1, end) if stop < end and text[stop] in " -\u00a0" else None
        if (following is None and text[stop : stop + 2] not in ("  ", " -")) or (
            following and following[0].lower() not in NEXT_WORDS
        ):
            return Number(at, stop, CARDINALS[word], CARDINALS[word], "words")
        return _run(text, at, end)
    if word in MAGNITUDES:
        return _run(text, at, end)
    if word in VAGUE:
        if word in ("tens", "scores") and text[stop : stop + 3] not in (" of", "-of"):
            return None
        return _vague(text, at, stop, end, word)
    if word in RATIOS:
        return Number(at, stop, RATIOS[word], RATIOS[word], "multiple")
    if word in COMPARED:
        found = COMPARISON.match(text, stop, end)
        return Number(at, stop, COMPARED[word], COMPARED[word], "multiple") if found else None
    if word == "half":
        return _half(text, at, stop, end)
    if word == "single":
        if text[max(0, at - 2) : at].lower() != "a ":
            return None
        return Number(at - 2, stop, Decimal(1), Decimal(1), "single")
    consecutive = CONSECUTIVE.match(text, stop, end)
    if consecutive and word in ORDINALS:
        return Number(at, consecutive.end(), ORDINALS[word], ORDINALS[word], "ordinal")
    return _share(text, at, stop, end, word)


def _share(text: str, at: int, stop: int, end: int, word: str) -> Number | None:
    """Returns "a third" or "a quarter of a million", whose article stands before the place."""
    value = 1 / DENOMINATORS[word] if word in DENOMINATORS else None
    if value is None:
        return None
    start = at - 2 if at >= 2 and text[at - 2 : at].lower() == "a " else at
    found = QUARTER_OF.match(text, stop, end)
    if found:
        value *= MAGNITUDES[found[1].lower()]
        return Number(start, found.end(), value, value, "words", exponent_of(MAGNITUDES[found[1].lower()]))
    return Number(start, stop, value, value, "fraction") if start < at and SHARED.match(text, stop, end) else None


def _half(text: str, at: int, stop: int, end: int) -> Number | None:
    found = HALF_OF.match(text, stop, end)
    if found is None or text[max(0, at - 8) : at].lower().endswith(PERIOD_LEADS):
        return None
    half = Decimal("0.5")
    if found[1]:
        magnitude = MAGNITUDES[found[1].lower()]
        return Number(at, found.end(), half * magnitude, half * magnitude, "words", exponent_of(magnitude))
    if found[2] is not None:
        return Number(at, found.end() if found[2] else stop, half, half, "half a")
    lead = None if found[3] else HALF_LEADS.search(text, max(0, at - 8), at)
    if found[3] is None and lead is None:
        return None
    return Number(lead.start() if lead and lead[0].lower() in ("a ", "an ") else at, stop, half, half, "fraction")


def exponent_of(magnitude: Decimal) -> int:
    """Returns the decimal exponent of a scale word's value, 0 where it is no power of ten."""
    exponent = magnitude.adjusted()
    return exponent if magnitude == Decimal(1).scaleb(exponent) else 0


def _vague(text: str, at: int, stop: int, end: int, word: str) -> Number:
    low, high = (Decimal(v) if v else None for v in VAGUE[word])
    while (found := OF_VAGUE.match(text, stop, end)) is not None:
        factor = Decimal(VAGUE[found[1].lower()][0])
        low, high, stop = low and low * factor, high and high * factor, found.end()
    return Number(at, stop, low, high, "vague", 0, 0)


def _run(text: str, at: int, end: int) -> Number | None:
    found = RUN.match(text, at, end)
    if found is None:
        return None
    stop = found.end()
    tail = DENOMINATOR.match(text, stop, end)
    if tail and (joint := LAST_AND.search(text, at, stop)) and part_after(text, joint.start(), end):
        stop, tail = joint.start(), None
    value, after, scale = _value_of_run(text, at, stop)
    if tail and (split := _split_fraction(text, at, after, tail)):
        return split
    start, value, high = _article(text, at, value)
    if high is not None:
        return Number(start, after, value, high, "vague", scale, 0)
    return _with_part(text, end, Number(start, after, value, value, "words", scale))


def _split_fraction(text: str, at: int, after: int, tail: re.Match[str]) -> Number | None:
    """Returns "three twenty-fifths" or "one hundred thirty-fifths", whose denominator has words of its own, or None."""
    begin = after + 1
    if tail[1].lower().startswith(("quarter", "hal")):
        return None
    if after == tail.start():
        begin = text.rfind(" ", at, after) + 1
        if text[begin:after].lower() not in TENS or " and " in text[at:after]:
            return None
    if begin <= at:
        return None
    top, stop, _ = _value_of_run(text, at, begin - 1)
    bottom, reached, _ = _value_of_run(text, begin, tail.start())
    if stop < begin - 1 or reached < tail.start() or not (top == 1 or tail[1].lower().endswith("s")):
        return None
    value = top / (bottom + DENOMINATORS[tail[1].lower()])
    return Number(at, tail.end(), value, value, "fraction")


def part_after(text: str, at: int, end: int) -> tuple[Decimal, int] | None:
    """Returns the proper fraction of "and a half" or "and fifty-four hundredths" and its end, or None."""
    tail = HALF.match(text, at, end)
    if tail is None or (tail[1] is None and tail[2].lower() not in ("half", "quarter")):
        return None
    top = Decimal(1) if tail[1] is None or tail[1].lower() in ("a", "an") else _value_of_run(text, *tail.span(1))[0]
    part = top / DENOMINATORS[tail[2].lower()]
    return (part, tail.end()) if part < 1 else None


def _with_part(text: str, end: int, number: Number) -> Number | None:
    """Returns a number with its fraction: "two and a half", "two thirds", "one-eighteenth", "five point two"."""
    value, stop = number.low or Decimal(0), number.end
    if stop >= end or text[stop] not in " -\u00a0":
        return number
    following = WORD.match(text, stop + (3 if text.startswith(" - ", stop) else 1), end)
    if following is None:
        return number
    word = following[0].lower()
    if word == "point":
        return with_scale(text, end, _decimals(text, end, number, value))
    if word == "and":
        return _and_part(text, end, number, value)
    if text[stop] == "-" and word in IDIOMS and value <= 3:
        return None
    tail = DENOMINATOR.match(text, stop, end) if word in DENOMINATORS else None
    if tail is None:
        return None if word in NOT_COUNTS and value >= 20 else number
    if value == 1 or word.endswith("s") or word == "half":
        alone = number.start == 0 and tail.end() == len(text)
        if word == "quarters" and text[stop] == " " and not alone and not QUARTERS.match(text, tail.end(), end):
            return number
        return _plus_part(text, end, number._replace(form="fraction"), value / DENOMINATORS[word], tail.end())
    return number if word in ("quarter", "second") else None


def _and_part(text: str, end: int, number: Number, value: Decimal) -> Number:
    """Returns "two and a half" or, of a scale, "two million and a half"."""
    found = part_after(text, number.end, end)
    if found is None:
        return number
    part, stop = found
    if number.scale >= 6:
        smaller = QUARTER_OF.match(text, stop, end)
        if smaller and (magnitude := MAGNITUDES[smaller[1].lower()]).adjusted() < number.scale:
            total = value + part * magnitude
            return number._replace(end=smaller.end(), low=total, high=total)
        part = part.scaleb(number.scale)
    return _plus_part(text, end, number, value + part, stop)


def _plus_part(text: str, end: int, number: Number, value: Decimal, stop: int) -> Number:
    found = OF_MAGNITUDE.match(text, stop, end) if number.form == "fraction" else None
    if found:
        value, stop = value * MAGNITUDES[found[1].lower()], found.end()
        return number._replace(end=stop, low=value, high=value, form="words", scale=6)
    scaled = with_scale(text, end, number._replace(end=stop, low=value, high=value, digits=2))
    return scaled._replace(form="words") if scaled.end > stop else scaled


def _decimals(text: str, end: int, number: Number, value: Decimal) -> Number:
    found = POINT.match(text, number.end, end)
    if found is None:
        return number
    digits = "".join(str(CARDINALS[w.lower()]) for w in WORD.findall(found[1]))
    value += Decimal(f"0.{digits}")
    return number._replace(end=found.end(), low=value, high=value, digits=number.digits + len(digits))


def _value_of_run(text: str, at: int, stop: int) -> tuple[Decimal, int, int]:
    """Returns the value of number words, where those that make one number end, and the scale."""
    total = current = Decimal(0)
    last_end, scale, joined = at, 0, False
    previous: Decimal | None = None
    for found in WORD.finditer(text, at, stop):
        word = found[0].lower()
        if word == "and":
            joined = True
            continue
        magnitude = word not in CARDINALS
        value = MAGNITUDES[word.removesuffix("s")] if magnitude else CARDINALS[word]
        if previous is not None and not _continues(previous, value, joined=joined, magnitude=magnitude):
            break
        total, current = _accumulate(total, current, value, magnitude=magnitude)
        scale = exponent_of(value) if magnitude else scale
        previous, joined, last_end = value, False, found.end()
    return total + current, last_end, scale


def _accumulate(total: Decimal, current: Decimal, value: Decimal, *, magnitude: bool) -> tuple[Decimal, Decimal]:
    if not magnitude:
        return total, current + value
    if value <= 100:
        return total, (current or Decimal(1)) * value
    if total and value > total:
        return (total + current) * value, Decimal(0)
    return total + (current or Decimal(1)) * value, Decimal(0)


def _continues(previous: Decimal, value: Decimal, *, joined: bool, magnitude: bool) -> bool:
    if magnitude:
        return not joined or (previous >= 100 and value == 100)
    if previous >= 100:
        return True
    return not joined and 20 <= previous < 100 and 0 < value < 10


def _article(text: str, at: int, value: Decimal) -> tuple[int, Decimal, Decimal | None]:
    """Returns start, value and high end when "a", "half a" or "several" stands before a scale word."""
    first = WORD.match(text, at)
    if value < 12 or first is None or first[0].lower() not in MAGNITUDES:
        return at, value, None
    floor = max(0, at - 12)
    found = BEFORE.search(text[floor:at])
    if found is None:
        return at, value, None
    start, lead = floor + found.start(1), " ".join(found[1].lower().split())
    if lead in ("several", "a few", "few", "many"):
        return start, value, value * 10
    if "couple" in lead:
        return start, value * 2, None
    return start, value / 2 if lead.startswith("half") else value, None
