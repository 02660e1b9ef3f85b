"""Numbers as they are written in digits, with fraction, power and scale: `5.2 million`, `2½`, `10^25`, `1,234`.

A number knows nothing of units, ranges and bounds. Numbers in words are read by `number_words`.
"""

import re
from decimal import Decimal
from typing import NamedTuple

from extractors.number_scan import FRACTIONS
from extractors.quantity_rules import load_words

RULES = "quantities_numbers"
SCALES = {w: int(v) for w, v in load_words(RULES, "scale").items()}
MONEY_SCALES = {w: int(v) for w, v in load_words(RULES, "money_scale").items()}
DOZENS = frozenset(load_words(RULES, "dozen"))
VULGAR = {w: Decimal(v.split("/")[0]) / Decimal(v.split("/")[1]) for w, v in load_words(RULES, "vulgar").items()}
SPACES = " \u00a0\u202f\u2009\u2007"
NARROW = SPACES[1:]
SPACE = f"[{SPACES}]"
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")


class Number(NamedTuple):
    """A number at a place in a text.

    Attributes:
        form: `digits`, `words`, `fraction`, `vague`, `multiple`, `ordinal`, `single` or `half a`.
        scale: Decimal exponent that a scale word or letter stood for.
        digits: Significant digits written.
        plus: True when a `+` stands between the digits and their scale ("30+ trillion").
    """

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    form: str = "digits"
    scale: int = 0
    digits: int = 1
    plus: bool = False


LITERAL = re.compile(
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)"
    rf"|\d{{1,3}}(?:[{NARROW}]\d{{3}})+(?!\d)"
    r"|[1-9]\d{0,2}(?: \d{3})+(?![\d,:/-]|\.\d)"
    r"|\d{1,3}(?: , \d{3})+(?!\d)"
    r"|\d{1,3}(?:，\d{3})+(?!\d)"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)"
    r"|\d{1,3}(?:\.\d{3}){2,}(?![\d.])"
    r"|\d*)(?:[.．]\d+(?![.,]?\d)|[.．]\d+| \. \d+(?= (?:%|percent|million|billion|trillion)))?"
)
# Most numbers: plain digits that no separator and no further digit follows.
PLAIN = re.compile(r"\d+(?:\.\d+)?(?![.,，\s’]{0,3}\d)(?!\w\w*\d)")
EXPONENT = re.compile(
    rf"[eE]([+-]?\d{{1,3}})(?!\w)"
    rf"|{SPACE}?[x×*·⋅]{SPACE}?10(?:(?:\^|\*\*)\{{?([-−+]?\d{{1,3}})\}}?|([⁻⁺]?[⁰¹²³⁴-⁹]+)|([-−]\d{{1,2}})(?!\d))"
)
POWER = re.compile(r"(?:\^|\*\*)\{?([-−+]?\d{1,3})\}?(?!\d)|([⁻⁺]?[⁰¹²³⁴-⁹]+)")
QUOTIENT = re.compile(rf"(?:(?:{SPACE}|-)(\d{{1,3}}))?{SPACE}?[/⁄]{SPACE}?(\d{{1,4}})(?![\w/⁄%]|[.,]\d)")
PARTIAL = re.compile(rf"{SPACE}?([{FRACTIONS}])")
SCALE = re.compile(rf"([+＋]?)({SPACE}?|-)(?:([万亿萬億])|([A-Za-z]{{1,11}})(?![^\W_]))")
# "203m users", not "100m tall": a plural noun follows.
COUNTED = re.compile(rf"\+?{SPACE}(?:[a-z]+{SPACE}){{0,2}}?(?:[a-z]{{2,}}[^\Ws_]s|people)(?!\w)")
LARGEST_BASE = 1_000_000
PLAIN_TAIL = frozenset("KMBTkmbt+|–—'\"")
FRACTION_TAIL = frozenset("0123456789x×*·⋅/⁄" + FRACTIONS)
NO_TAIL = frozenset(",;:)%\n")
MONEY_LETTERS = ("EUR", "USD", "GBP")
ANY_SCALE = frozenset(SCALES) | DOZENS | frozenset(MONEY_SCALES) | {f"M{letters}" for letters in MONEY_LETTERS}


def digits_at(text: str, at: int, end: int, *, money: bool = False) -> Number | None:
    """Returns the number whose digits start at a place, with its scale, or None.

    >>> digits_at("5.2 million", 0, 11).low
    Decimal('5.2E+6')
    >>> digits_at("five", 0, 4) is None
    True
    """
    if text[at] in VULGAR:
        return with_scale(text, end, Number(at, at + 1, VULGAR[text[at]], VULGAR[text[at]], "fraction"), money=money)
    found = PLAIN.match(text, at, end) or LITERAL.match(text, at, end)
    if found is None or not found[0]:
        return None
    stop = found.end()
    value, digits = parse_digits(found[0])
    if stop >= end or text[stop] in NO_TAIL:
        return Number(at, stop, value, value, "digits", 0, digits)
    return with_scale(
        text, end, _tail(text, end, Number(at, stop, value, value, "digits", 0, digits), value), money=money
    )


def _tail(text: str, end: int, number: Number, value: Decimal) -> Number:
    """Returns a number with the power or fraction that follows its digits."""
    char = text[number.end]
    following = text[number.end + 1] if number.end + 1 < end else ""
    if char in PLAIN_TAIL or (char in " -" and following not in FRACTION_TAIL):
        return number
    found = EXPONENT.match(text, number.end, end)
    if found:
        scaled = value.scaleb(_exponent(found[1] or found[2] or found[3] or found[4]))
        return number._replace(end=found.end(), low=scaled, high=scaled)
    found = POWER.match(text, number.end, end)
    if found and 0 < value < LARGEST_BASE and (found[1] or value == 10 or len(found[2]) > 1):
        power = value ** _exponent(found[1] or found[2])
        return number._replace(end=found.end(), low=power, high=power)
    return _fraction(text, end, number, value)


def _fraction(text: str, end: int, number: Number, value: Decimal) -> Number:
    found = PARTIAL.match(text, number.end, end)
    if found:
        value += VULGAR[found[1]]
        return number._replace(end=found.end(), low=value, high=value)
    found = QUOTIENT.match(text, number.end, end)
    if found is None or not int(found[2]) or value != value.to_integral_value():
        return number
    bottom = Decimal(found[2])
    if found[1] is None and value < bottom:
        return number._replace(end=found.end(), low=value / bottom, high=value / bottom, form="fraction")
    if found[1] is not None and Decimal(found[1]) < bottom:
        value += Decimal(found[1]) / bottom
        return number._replace(end=found.end(), low=value, high=value)
    return number


def _exponent(written: str) -> int:
    return int(written.translate(SUPERSCRIPTS))


def parse_digits(written: str) -> tuple[Decimal, int]:
    """Returns the value of digits with any separators, and how many significant digits stand there.

    >>> parse_digits("12,34,567"), parse_digits("0.80")
    ((Decimal('1234567'), 7), (Decimal('0.80'), 2))
    """
    if written.isdecimal():
        return Decimal(written), len(written.lstrip("0")) or 1
    bare = written.translate(SEPARATORS)
    if bare.count(".") > 1:
        bare = bare.replace(".", "")
    return Decimal(bare), len(bare.replace(".", "").lstrip("0")) or 1


SEPARATORS = str.maketrans({**dict.fromkeys(f",，{SPACES}"), "．": "."})


def with_scale(text: str, end: int, number: Number, *, money: bool = False) -> Number:
    """Returns a number with the scale word or letter that follows it."""
    at = number.end
    if at >= end or text[at] in NO_TAIL:
        return number
    found = SCALE.match(text, at, end)
    if found is None:
        return number
    plus, gap, sign, word = found.groups("")
    if not sign and word not in ANY_SCALE and word.lower() not in ANY_SCALE:
        return number
    if word.lower() in DOZENS:
        low, high = (value if value is None else 12 * value for value in (number.low, number.high))
        return number._replace(end=found.end(), low=low, high=high, plus=bool(plus))
    exponent = SCALES.get(sign) if sign else _exponent_of_word(text, found, end, gap, word, money=money)
    if exponent is None:
        return number
    stop = found.start(4) + 1 if word and word[1:] in MONEY_LETTERS else found.end()
    low, high = _times_ten(number, exponent)
    scaled = Number(number.start, stop, low, high, number.form, number.scale + exponent, number.digits, bool(plus))
    return with_scale(text, end, scaled, money=money) if exponent in (2, 3, 5) and len(word) > 2 else scaled


def scaled_by(number: Number, exponent: int) -> Number:
    """Returns a number multiplied by a power of ten, which becomes its scale."""
    low, high = _times_ten(number, exponent)
    return number._replace(low=low, high=high, scale=number.scale + exponent)


def _times_ten(number: Number, exponent: int) -> tuple[Decimal | None, Decimal | None]:
    low = None if number.low is None else number.low.scaleb(exponent)
    if number.high is number.low:
        return low, low
    return low, None if number.high is None else number.high.scaleb(exponent)


def _exponent_of_word(text: str, found: re.Match[str], end: int, gap: str, word: str, *, money: bool) -> int | None:
    if len(word) > 3:
        exponent = SCALES.get(word) or SCALES.get(word.lower())
        return 6 if exponent is None and word[0] == "M" and word[1:] in MONEY_LETTERS else exponent
    if gap == "-":
        return None
    if word in MONEY_SCALES:
        return MONEY_SCALES[word] if money or _is_scale(text, found.end(), end, word, gap) else None
    if gap and word in ("K", "T", "M", "B", "k") and not money:
        return SCALES[word] if word in "MBk" and not _capital_follows(text, found.end(), end) else None
    return SCALES.get(word)


def _is_scale(text: str, at: int, end: int, word: str, gap: str) -> bool:
    """True for m and b that a counted plural follows: "203m users"; a stuck b alone is a billion too."""
    if gap or word not in ("m", "b"):
        return False
    return word == "b" or COUNTED.match(text, at, end) is not None


def _capital_follows(text: str, at: int, end: int) -> bool:
    return at + 1 < end and text[at] in SPACES and text[at + 1].isupper()
