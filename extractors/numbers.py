"""Numbers as they are written: digits, words, fractions, powers and the scale that follows them.

One expression (`SCAN`) finds where a number may start, at C speed over the whole text; everything else here reads on
from such a place and is never asked elsewhere. A number knows nothing of units, ranges and bounds.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from extractors.quantity_rules import load_words
from extractors.units import load_units

RULES = "quantities_numbers"
CARDINALS = {w: Decimal(v) for w, v in load_words(RULES, "cardinal").items()}
MAGNITUDES = {w: Decimal(v) for w, v in load_words(RULES, "magnitude").items()}
SCALES = {w: int(v) for w, v in load_words(RULES, "scale").items()}
MONEY_SCALES = {w: int(v) for w, v in load_words(RULES, "money_scale").items()}
VAGUE = {w: v.split(" ") for w, v in load_words(RULES, "vague").items()}
DENOMINATORS = {w: Decimal(v) for w, v in load_words(RULES, "denominator").items()}
MULTIPLES = {w: Decimal(v) for w, v in load_words(RULES, "multiple").items()}
BARE_MULTIPLES = {w: Decimal(v) for w, v in load_words(RULES, "multiple_bare").items()}
ORDINALS = {w: Decimal(v) for w, v in load_words(RULES, "ordinal").items()}
VULGAR = {w: Decimal(v.split("/")[0]) / Decimal(v.split("/")[1]) for w, v in load_words(RULES, "vulgar").items()}
SINGLE = "single"

SPACE = "[ \u00a0\u202f\u2009\u2007]"
NARROW = "\u00a0\u202f\u2009\u2007"
FRACTIONS = "".join(VULGAR)
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


class Number(NamedTuple):
    """A number at a place in a text.

    Attributes:
        form: `digits`, `words`, `fraction`, `vague`, `multiple`, `ordinal` or `article` ("a single").
        scale: Decimal exponent that a scale word or letter stood for.
        digits: Significant digits written.
    """

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    form: str = "digits"
    scale: int = 0
    digits: int = 1


def _alternation(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda w: (-len(w), w)))


def _by_initial(words: Iterable[str]) -> str:
    """Returns branches that look back at the initial already consumed and read the rest of a word."""
    groups: dict[str, set[str]] = {}
    for word in words:
        groups.setdefault(word[0], set()).add(word[1:])
    branches = (
        f"(?<=[{initial}{initial.upper()}])(?:{_alternation(rests)})(?!\\w)" for initial, rests in groups.items()
    )
    return "|".join(branches)


_STARTERS = {*CARDINALS, *MAGNITUDES, *VAGUE, *MULTIPLES, *BARE_MULTIPLES, *ORDINALS, SINGLE, "half", "quarter"}
_INITIALS = "".join(sorted({w[0] for w in _STARTERS} | {w[0].upper() for w in _STARTERS}))
_CODES = "|".join(sorted(c for c in load_units().prefixes if len(c) == 3 and c.isalpha() and c.isupper()))
_SHORT = "|".join(sorted(c for c in load_units().prefixes if len(c) == 2 and c.isalpha()))
# The first class is what makes the scan fast: one set test for each letter, then one look back at a word's start.
SCAN = re.compile(
    rf"[\d{FRACTIONS}{_INITIALS}]"
    rf"(?:(?<!\w.)(?:(?<=[\d{FRACTIONS}])|{_by_initial(_STARTERS)})"
    rf"|(?<=\d)(?<=(?:{_CODES}).)(?<!\w(?:{_CODES}).)|(?<=\d)(?<=(?:{_SHORT}).)(?<!\w(?:{_SHORT}).))"
)
LITERAL = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+(?![\d])"
    rf"|\d{{1,3}}(?:[{NARROW}]\d{{3}})+(?!\d)"
    r"|\d{1,3}(?: \d{3})+(?![\d,.]\d|\d)"
    r"|\d{1,3}(?: , \d{3})+(?!\d)"
    r"|\d{1,3}(?:，\d{3})+(?!\d)"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"
    r"|\d{1,3}(?:\.\d{3}){2,}(?![\d.])"
    r"|\d+)(?:[.．]\d+| \. \d+(?= (?:%|percent|million|billion|trillion)))?"
)
EXPONENT = re.compile(
    rf"(?:[eE]([+-]?\d{{1,3}})(?!\w)|{SPACE}?[x×*·⋅]{SPACE}?10(?:(?:\^|\*\*)\{{?([-−+]?\d{{1,3}})\}}?|([⁻⁺]?[⁰¹²³⁴-⁹]+)|([-−]\d{{1,2}})(?!\d)))"
)
POWER = re.compile(r"(?:\^|\*\*)\{?([-−+]?\d{1,3})\}?(?!\d)|([⁻⁺]?[⁰¹²³⁴-⁹]+)")
QUOTIENT = re.compile(rf"(?:(?:{SPACE}|-)(\d{{1,3}}))?{SPACE}?[/⁄]{SPACE}?(\d{{1,4}})(?![\w/⁄]|[.,]\d)")
PARTIAL = re.compile(rf"{SPACE}?([{FRACTIONS}])")
SCALE = re.compile(rf"({SPACE}?|-)(?:([万亿萬億])|([A-Za-z]{{1,11}})(?![^\W_]))")
RUN = re.compile(
    rf"(?:{_alternation([*CARDINALS, *MAGNITUDES])})"
    rf"(?:(?:{SPACE}|-|{SPACE}and{SPACE}|-and-)(?:{_alternation([*CARDINALS, *MAGNITUDES])})(?!\w))*(?!\w)",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z]+")
HALF = re.compile(rf"{SPACE}and{SPACE}(?:a{SPACE}|one{SPACE})?(half|quarter|third|three[ -]quarters)(?!\w)", re.IGNORECASE)
DENOMINATOR = re.compile(rf"(?:{SPACE}|-)({_alternation(DENOMINATORS)})(?!\w)", re.IGNORECASE)
BEFORE_MAGNITUDE = re.compile(
    rf"(?:^|[^\w])((a|an|one|half{SPACE}an?|half|several|a{SPACE}few|few|many|a{SPACE}couple{SPACE}of|a{SPACE}couple|couple{SPACE}of)(?:{SPACE}|-))$",
    re.IGNORECASE,
)
OF_VAGUE = re.compile(rf"{SPACE}of{SPACE}(thousands|millions|billions|trillions|lakhs|crores)(?!\w)", re.IGNORECASE)
CONSECUTIVE = re.compile(rf"(?:st|nd|rd|th)?{SPACE}(?:consecutive|straight|successive)(?!\w)", re.IGNORECASE)
HALF_OF = re.compile(
    rf"(?:{SPACE}|-)(?:(an?){SPACE}({_alternation(MAGNITUDES)})(?!\w)|({_alternation(MAGNITUDES)})(?!\w)|(an?)(?!\w)|(of|the|its|their|his|her|our|all)(?!\w))",
    re.IGNORECASE,
)


def number_at(text: str, at: int, end: int, *, money: bool = False) -> Number | None:
    """Returns the number that starts at a place that `SCAN` found, with its scale, or None.

    >>> number_at("5.2 million", 0, 11).low
    Decimal('5200000')
    >>> number_at("fourth", 0, 6) is None
    True
    """
    if text[at].isalpha():
        return _words(text, at, end)
    if text[at] in VULGAR:
        return with_scale(text, end, Number(at, at + 1, VULGAR[text[at]], VULGAR[text[at]], "fraction"), money=money)
    found = LITERAL.match(text, at, end)
    if found is None:
        return None
    number = _literal(text, at, found.end(), end)
    return with_scale(text, end, number, money=money)


def _literal(text: str, start: int, stop: int, end: int) -> Number:
    written = text[start:stop]
    value, digits = parse_digits(written)
    following = text[stop : stop + 2] if stop < end else ""
    if following and following[0] not in ",.;:)%-":
        found = EXPONENT.match(text, stop, end)
        if found:
            exponent = _exponent(found[1] or found[2] or found[3] or found[4])
            return Number(start, found.end(), value.scaleb(exponent), value.scaleb(exponent), "digits", 0, digits)
        found = POWER.match(text, stop, end)
        if found and value > 1 and (found[1] or value == 10 or len(found[2]) > 1):
            power = Decimal(value) ** _exponent(found[1] or found[2])
            return Number(start, found.end(), power, power, "digits", 0, 1)
        return _fraction(text, start, stop, end, value, digits)
    if following[:1] == "-":
        return _fraction(text, start, stop, end, value, digits)
    return Number(start, stop, value, value, "digits", 0, digits)


def _fraction(text: str, start: int, stop: int, end: int, value: Decimal, digits: int) -> Number:
    found = PARTIAL.match(text, stop, end)
    if found:
        value += VULGAR[found[1]]
        return Number(start, found.end(), value, value, "digits", 0, digits)
    found = QUOTIENT.match(text, stop, end)
    if found and Decimal(found[2]) and value == value.to_integral_value():
        top, bottom = Decimal(found[1] or 0), Decimal(found[2])
        if found[1] is None and value < bottom and value < 1000:
            return Number(start, found.end(), value / bottom, value / bottom, "fraction", 0, digits)
        if found[1] is not None and top < bottom:
            value += top / bottom
            return Number(start, found.end(), value, value, "digits", 0, digits)
    return Number(start, stop, value, value, "digits", 0, digits)


def _exponent(written: str) -> int:
    return int(written.translate(SUPERSCRIPTS).replace("−", "-"))


def parse_digits(written: str) -> tuple[Decimal, int]:
    """Returns the value of digits with any separators, and how many significant digits stand there.

    >>> parse_digits("12,34,567"), parse_digits("0.80")
    ((Decimal('1234567'), 7), (Decimal('0.80'), 2))
    """
    if written.isdecimal():
        return Decimal(written), len(written.lstrip("0")) or 1
    bare = re.sub(rf"[,，' {NARROW}]", "", written).replace("．", ".")
    if bare.count(".") > 1:
        bare = bare.replace(".", "")
    return Decimal(bare), len(bare.replace(".", "").lstrip("0")) or 1


def with_scale(text: str, end: int, number: Number, *, money: bool = False) -> Number:
    """Returns a number with the scale word or letter that follows it."""
    at = number.end
    if at >= end or text[at] in ",.;:)%\n":
        return number
    found = SCALE.match(text, at, end)
    if found is None:
        return number
    gap, sign, word = found[1], found[2], found[3]
    exponent = SCALES.get(sign or word)
    if exponent is None or not sign:
        exponent = _letter_scale(text, found, end, gap, word, money=money)
    if exponent is None:
        return number
    stop = found.start(3) + 1 if word and word[1:] in ("EUR", "USD", "GBP") else found.end()
    factor = Decimal(1).scaleb(exponent)
    scaled = number._replace(
        end=stop, low=number.low and number.low * factor, high=number.high and number.high * factor, scale=exponent
    )
    return with_scale(text, end, scaled, money=money) if exponent in (2, 3, 5) and len(word or "") > 2 else scaled


def _letter_scale(text: str, found: re.Match[str], end: int, gap: str, word: str, *, money: bool) -> int | None:
    if len(word) > 3:
        exponent = SCALES.get(word) or SCALES.get(word.lower())
        return 6 if exponent is None and word in ("MEUR", "MUSD", "MGBP") else exponent
    if gap == "-":
        return None
    if word in MONEY_SCALES:
        if money:
            return MONEY_SCALES[word]
        follows = COUNTED.match(text, found.end(), end) if not gap and word in "mb" else None
        return MONEY_SCALES[word] if follows or (word == "b" and not gap) else None
    if gap and not money and word in ("K", "T"):
        return None
    if gap and word == "k" and not money:
        return 3 if not text[found.end() : found.end() + 1].isalnum() else None
    return SCALES.get(word)


# "203m users", not "100m tall": a plural noun follows.
COUNTED = re.compile(rf"\+?{SPACE}(?:[a-z]+{SPACE}){{0,2}}?[a-z]{{3,}}(?:[^s\W]s|people)(?!\w)")


def _words(text: str, at: int, end: int) -> Number | None:
    found = WORD.match(text, at, end)
    if found is None:
        return None
    word = found[0].lower()
    if word in CARDINALS or word in MAGNITUDES:
        return _run(text, at, end)
    if word in VAGUE:
        return _vague(text, at, found.end(), end, word)
    if word in MULTIPLES:
        return Number(at, found.end(), MULTIPLES[word], MULTIPLES[word], "multiple")
    if word == "half":
        return _half(text, at, found.end(), end)
    if word == SINGLE:
        return Number(at, found.end(), Decimal(1), Decimal(1), "article")
    if word in ORDINALS and CONSECUTIVE.match(text, found.end(), end):
        stop = CONSECUTIVE.match(text, found.end(), end)
        return Number(at, stop.end() if stop else at, ORDINALS[word], ORDINALS[word], "ordinal")
    if word in BARE_MULTIPLES:
        return Number(at, found.end(), BARE_MULTIPLES[word], BARE_MULTIPLES[word], "bare multiple")
    return None


def _half(text: str, at: int, stop: int, end: int) -> Number | None:
    found = HALF_OF.match(text, stop, end)
    if found is None:
        return None
    half = Decimal("0.5")
    magnitude = found[2] or found[3]
    if magnitude:
        value = half * MAGNITUDES[magnitude.lower()]
        return Number(at, found.end(), value, value, "words", exponent_of(MAGNITUDES[magnitude.lower()]))
    if found[4]:
        return Number(at, found.end(), half, half, "half a")
    return Number(at, stop, half, half, "fraction")


def exponent_of(magnitude: Decimal) -> int:
    """Returns the decimal exponent of a scale word's value, 0 where it is no power of ten."""
    exponent = magnitude.adjusted()
    return exponent if magnitude == Decimal(1).scaleb(exponent) else 0


def _vague(text: str, at: int, stop: int, end: int, word: str) -> Number:
    low, high = (Decimal(v) if v else None for v in VAGUE[word])
    found = OF_VAGUE.match(text, stop, end)
    if found:
        factor = Decimal(VAGUE[found[1].lower()][0])
        low, high = low and low * factor, high and high * factor
        stop = found.end()
        found = OF_VAGUE.match(text, stop, end)
        if found:
            factor = Decimal(VAGUE[found[1].lower()][0])
            low, high, stop = low and low * factor, high and high * factor, found.end()
    return Number(at, stop, low, high, "vague", 0, 0)


def _run(text: str, at: int, end: int) -> Number | None:
    found = RUN.match(text, at, end)
    if found is None:
        return None
    parts = _parts(text, at, found.end())
    if parts is None:
        return None
    value, stop, scale = parts
    start, value, form, high = _article(text, at, value)
    tail = HALF.match(text, stop, end)
    if tail:
        return _halves(text, end, start, tail, value)
    tail = DENOMINATOR.match(text, stop, end)
    if tail and form == "words" and value < 1000:
        name = tail[1].lower()
        if value == 1 or name.endswith("s") or name == "half":
            return _over(text, end, start, tail, value)
        return None if name not in ("quarter", "second") else Number(start, stop, value, value, form, scale)
    return Number(start, stop, value, high if high is not None else value, form, scale)


def _halves(text: str, end: int, start: int, tail: re.Match[str], value: Decimal) -> Number:
    part = {"half": "0.5", "quarter": "0.25"}.get(tail[1].lower())
    value += Decimal(part) if part else (Decimal(1) / 3 if tail[1].lower() == "third" else Decimal("0.75"))
    return with_scale(text, end, Number(start, tail.end(), value, value, "words", 0, 2))


def _over(text: str, end: int, start: int, tail: re.Match[str], value: Decimal) -> Number:
    share = value / DENOMINATORS[tail[1].lower()]
    number = Number(start, tail.end(), share, share, "fraction")
    return with_scale(text, end, number)


def _parts(text: str, at: int, stop: int) -> tuple[Decimal, int, int] | None:
    """Returns the value of a run of number words, where the run that makes one number ends, and its scale."""
    total = current = Decimal(0)
    last_end, previous, scale = at, None, 0
    for found in WORD.finditer(text, at, stop):
        word = found[0].lower()
        if word == "and":
            continue
        if word in CARDINALS:
            value = CARDINALS[word]
            if previous is not None and not _continues(previous, value):
                break
            current += value
            previous = value
        else:
            value = MAGNITUDES[word]
            if value <= 100:
                current = (current or Decimal(1)) * value
            else:
                if total and value >= total:
                    current, total = total + current, Decimal(0)
                total += (current or Decimal(1)) * value
                current = Decimal(0)
            scale = exponent_of(value)
            previous = value
        last_end = found.end()
    return total + current, last_end, scale


def _continues(previous: Decimal, value: Decimal) -> bool:
    return previous >= 100 or (20 <= previous < 100 and 0 < value < 10)


def _article(text: str, at: int, value: Decimal) -> tuple[int, Decimal, str, Decimal | None]:
    """Returns start, value, form and high end when "a", "half a" or "several" stands before a magnitude."""
    if value < 12 or not text[at : at + 1].lower() in "hdtmblc":
        return at, value, "words", None
    found = BEFORE_MAGNITUDE.search(text[max(0, at - 14) : at])
    if found is None:
        return at, value, "words", None
    first = WORD.match(text, at)
    if first is None or first[0].lower() not in MAGNITUDES:
        return at, value, "words", None
    start = at - len(found[1])
    lead = " ".join(found[2].lower().split())
    if lead in ("several", "a few", "few", "many"):
        return start, value, "vague", value * 10
    if lead.startswith(("a couple", "couple")):
        return start, value * 2, "words", None
    return start, value / 2 if lead.startswith("half") else value, "words", None
