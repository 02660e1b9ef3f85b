"""Statements in words: "Weekly Review gives ~700M downloads in all (March 2026)"."""

import calendar
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import PurePosixPath

from extractors.model import Basis, Bound, Claim, Kind, PartialDate
from store.metrics import Metric, Temporality
from store.model import Statement
from store.series import entity_of

MONTHS = tuple(calendar.month_name)[1:]
BOUND_WORDS = {Bound.APPROX: "~", Bound.AT_LEAST: "over ", Bound.AT_MOST: "up to "}
AMOUNT = re.compile(
    r"(?:(?:US\$|RMB|CNY|USD|EUR|[$€£¥])[  ]?)?\d[\d,]*(?:\.\d+)?(?:[–-]\d[\d,]*(?:\.\d+)?)?"
    r"(?:[  -]?(?:thousand|million|billion|trillion|bn|mn|[KMBTkm])\b)?(?:\+|%|[  ]?percent\b)?"
)
LONGEST_QUOTE = 40
LONGEST_NAME = 48
NAMED = 3
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CNY": "RMB "}
PERIOD_WORDS = {
    "day": "in one day",
    "week": "in one week",
    "month": "in one month",
    "quarter": "in one quarter",
    "year": "in one year",
    "cumulative": "in all",
}
QUALIFIER_NAMES = {"via": "channel", "of": "base", "per": "unit", "item": "thing", "basis": "base of comparison"}
QUALIFIER_WORDS = {
    "platform": "on {}",
    "region": "in {}",
    "via": "via {}",
    "benchmark": "on {}",
    "segment": "for {}",
    "of": "of {}",
    "direction": "for {}",
    "per": "per {}",
    "basis": "{}",
}


def period_words(value: str) -> str:
    """Returns a period in words, anything else as it is: "in one month", "in all"."""
    return PERIOD_WORDS.get(value, value)


def qualifier_name(key: str) -> str:
    """Returns what a reader calls a qualifier."""
    return QUALIFIER_NAMES.get(key, key)


def source_name(statement: Statement) -> str:
    """Returns what a reader calls the source: the publisher, else the title, else the file, cut to a few words."""
    name = statement.publisher or statement.document_title or PurePosixPath(statement.claim.document).name
    return shortened(name or statement.claim.document)


def document_name(statement: Statement) -> str:
    """Returns a name that tells two documents of one publisher apart."""
    title = statement.document_title or PurePosixPath(statement.claim.document).name
    return f"“{shortened(title)}”"


def shortened(name: str) -> str:
    """Returns a name of at most a few words, cut at a space."""
    name = " ".join(name.split())
    if len(name) <= LONGEST_NAME:
        return name
    return name[:LONGEST_NAME].rpartition(" ")[0].rstrip(" ,;:–-") + " …"


def value_words(claim: Claim) -> str:
    """Returns a value as a person writes it."""
    if claim.kind is Kind.QUANTITY:
        return figure_words(claim)
    if claim.kind is Kind.DATE:
        return date_words(claim.date) if claim.date else "no date"
    return claim.value


def figure_words(claim: Claim) -> str:
    """Returns a figure as it was written, without its noun; from the numbers where it was written in words."""
    quote = claim.evidence.quote
    amounts = list(AMOUNT.finditer(quote))
    if not amounts or len(quote) > LONGEST_QUOTE or len(amounts) > 2:
        return plain_figure(claim)
    words = " ".join(quote[amounts[0].start() : amounts[-1].end()].split())
    return ("" if words.endswith("+") else BOUND_WORDS.get(claim.bound, "")) + words


def plain_figure(claim: Claim) -> str:
    """Returns a figure from its numbers: "over 1B", "~700M", "$20B to $40B"."""
    low, high = claim.low, claim.high
    if low is None or high is None:
        word = "up to " if low is None else "over "
        return word + amount(high if low is None else low, claim.unit)
    if low != high:
        return f"{amount(low, claim.unit)} to {amount(high, claim.unit)}"
    return ("~" if claim.bound is Bound.APPROX else "") + amount(low, claim.unit)


def amount(value: Decimal | None, unit: str = "") -> str:
    """Returns a number with its scale, written shortly.

    >>> amount(Decimal("1E9"), "user"), amount(Decimal("41626000000"), "CNY"), amount(Decimal("80.6"), "percent")
    ('1B', 'RMB 41.626B', '80.6%')
    """
    if value is None:
        return "an unknown figure"
    sign = SIGNS.get(unit, f"{unit} " if len(unit) == 3 and unit.isupper() else "")
    for scale, letter in ((12, "T"), (9, "B"), (6, "M")):
        if abs(value) >= Decimal(10) ** scale:
            return f"{sign}{digits(value.scaleb(-scale))}{letter}"
    return f"{sign}{digits(value)}" + ("%" if unit == "percent" else "")


def digits(value: Decimal) -> str:
    """Returns a number with thousands separated and at most four decimals, without trailing zeros."""
    text = f"{round(value, 4):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def date_words(date: PartialDate) -> str:
    """Returns a partial date in words: "16 February 2026", "March 2026", "Q1 2026", "early 2026"."""
    first, slash, last = date.text.partition("/")
    if slash:
        return f"{part_words(first)} to {part_words(last)}"
    return part_words(first)


def part_words(text: str) -> str:
    """Returns one end of a partial date in words.

    >>> part_words("2026-03-31"), part_words("2026-03"), part_words("2026-Q1"), part_words("2025-late")
    ('31 March 2026', 'March 2026', 'Q1 2026', 'late 2025')
    """
    year, *rest = text.split("-")
    if not rest:
        return text
    if rest[0].isdigit() and 1 <= int(rest[0]) <= 12:
        month = f"{MONTHS[int(rest[0]) - 1]} {year}"
        return f"{int(rest[1])} {month}" if len(rest) > 1 and rest[1].isdigit() else month
    return f"{rest[0]} {year}"


def said(statement: Statement, metric: Metric, *, noun: bool = True) -> str:
    """Returns what a statement says, with its scope and time: "~700M downloads in all (2026)".

    Args:
        statement: The statement.
        metric: Entry of the catalogue.
        noun: Whether to name what is counted; the second of two figures goes without: "~700M in all (2026)".
    """
    claim = statement.claim
    counted = metric.phrase.startswith("{value} ") and claim.kind is Kind.QUANTITY
    phrase = metric.phrase if noun or not counted else "{value}"
    words = phrase.replace("{value}", value_words(claim)).replace(" tokens tokens", " tokens")
    return f"{words}{scope_words(claim, metric)}{time_words(statement, metric)}"


def scope_words(claim: Claim, metric: Metric) -> str:
    """Returns the qualifiers in words, with a space in front; the ones that go without saying are left out."""
    out = []
    for key, value in claim.qualifiers:
        if metric.defaults.get(key) == value and key != "part":
            continue
        if key == "period":
            out.append(PERIOD_WORDS.get(value, value))
        else:
            out.append(QUALIFIER_WORDS.get(key, "({})").format(value))
    return "".join(f" {words}" for words in out)


def time_words(statement: Statement, metric: Metric) -> str:
    """Returns the stated time in brackets, with a space in front.

    Where none is stated, a figure that changes tells when its document was published; "" where nobody knows.
    """
    claim = statement.claim
    if claim.as_of is not None and claim.as_of_basis in (Basis.STATED, Basis.CONTEXT):
        return f" ({date_words(claim.as_of)})"
    if statement.published is not None and metric.temporality is not Temporality.CONSTANT:
        return f" (published {date_words(statement.published)})"
    return ""


def both_said(a: Statement, b: Statement, metric: Metric, why: str) -> str:
    """Returns the sentence that sets two statements against each other."""
    return sides_said(((a,), (b,)), metric, why)


def sides_said(sides: Sequence[Sequence[Statement]], metric: Metric, why: str) -> str:
    """Returns the sentence that sets groups of agreeing statements against each other.

    Args:
        sides: Groups; the first statement of each speaks for it.
        metric: Entry of the catalogue.
        why: The reason, without a full stop.
    """
    documents = {statement.claim.document for side in sides for statement in side}
    several = len({entity_of(side[0], metric) for side in sides}) > 1
    says = [
        said(side[0], metric, noun=several or place == 0) + (f" for {side[0].claim.subject.name}" if several else "")
        for place, side in enumerate(sides)
    ]
    if len(documents) == 1:
        return f"{source_name(sides[0][0])} gives {', and elsewhere '.join(dict.fromkeys(says))}: {why}."
    clear = len({source_name(side[0]) for side in sides}) == len(sides)
    told = [f"{sources(side, clear=clear)} {words}" for side, words in zip(sides, says, strict=True)]
    return f"{'; '.join(dict.fromkeys(told))}: {why}."


def sources(side: Iterable[Statement], *, clear: bool) -> str:
    """Returns the names of a side's sources with the verb: "A and B give"."""
    name = source_name if clear else document_name
    names = list(dict.fromkeys(name(statement) for statement in side))
    if len(names) == 1:
        return f"{names[0]} gives"
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more give"
    return f"{', '.join(names[:-1])} and {names[-1]} give"
