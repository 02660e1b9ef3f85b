"""Sums that the documents themselves allow: a stated share against two stated amounts, a conversion against others."""

import re
from calendar import isleap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from extractors.model import Kind
from store.families import Groups, asserted
from store.findings import Finding
from store.intervals import interval_of
from store.metrics import GROWTH, Catalogue, Metric
from store.model import Relation, Statement
from store.pairs import is_implausible, one_breath
from store.reasons import amount, figure_words, said, source_name
from store.series import entity_of, scope_of, span_of_flow
from store.times import Knowledge, when_of
from store.value_classes import WORDS, fold

OF_WHAT = re.compile(r"\s*of (?:(?:its|the|their|all|total|that|his) )*([\w&'’-]+(?: [\w&'’-]+){0,3})")
# A share that is off by this many points, and by this part of itself, is more than rounding. Chosen.
POINTS, PART = Decimal(3), Decimal("0.1")
# Rates of a year move by a few percent; further off than this from the others, one of two amounts is wrong. Chosen.
RATE_DRIFT, RATE_DAYS = Decimal("1.08"), 200
FEWEST_RATES = 3
CODE = len("USD")
MOST_AMOUNTS = 200
Rates = Mapping[tuple[str, str], tuple[tuple[int, Decimal], ...]]


def find_wrong_sums(statements: Sequence[Statement], rates: Rates, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields shares and conversions of one document that the amounts beside them do not bear out.

    Args:
        statements: All of the document.
        rates: What the corpus takes currencies for.
        catalogue: The metrics.
    """
    figures = single_figures(statements)
    yield from wrong_shares(figures, catalogue)
    yield from wrong_conversions(figures, rates, catalogue)


def single_figures(statements: Iterable[Statement]) -> list[Statement]:
    """Returns the statements of fact with one figure, in the order of the text."""
    figures = [each for each in asserted(list(statements)) if each.claim.kind is Kind.QUANTITY]
    single = [each for each in figures if each.claim.low == each.claim.high]
    return sorted(single, key=lambda each: (each.claim.evidence.start, each.claim.id))


def wrong_shares(statements: Sequence[Statement], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields percentages of a document that differ from the quotient of the two amounts that they relate."""
    amounts = [each for each in statements if is_amount(each, catalogue)][:MOST_AMOUNTS]
    for share in statements:
        phrase = whole_named(share)
        if not phrase:
            continue
        for part in (each for each in amounts if one_breath(each, share)):
            metric = catalogue.get(part.claim.metric)
            whole = next((each for each in amounts if is_whole(each, part, phrase, metric)), None)
            if whole is not None:
                quotient = 100 * interval_of(part.claim).core / interval_of(whole.claim).core
                if is_off(share, quotient):
                    yield share_finding(share, part, whole, quotient, metric)
                break


def is_amount(statement: Statement, catalogue: Catalogue) -> bool:
    """Returns whether a figure is an amount that shares can be taken of."""
    metric = catalogue.get(statement.claim.metric)
    unit = statement.claim.unit
    return metric.known and unit not in ("percent", "ratio") and not is_implausible(statement, metric)


def whole_named(statement: Statement) -> frozenset[str]:
    """Returns the words that name what a percentage is a share of, none where nothing is named."""
    claim = statement.claim
    if claim.unit != "percent":
        return frozenset()
    named = dict(claim.qualifiers).get("of", "")
    if not named:
        start = claim.evidence.end - claim.evidence.context.start
        match = OF_WHAT.match(fold(statement.sentence), start) if statement.sentence else None
        named = match[1] if match else ""
    return frozenset(WORDS.findall(fold(named)))


def is_whole(statement: Statement, part: Statement, phrase: frozenset[str], metric: Metric) -> bool:
    """Returns whether an amount is the one that the words name, in the unit and for the period of the part."""
    claim = statement.claim
    if claim.metric != part.claim.metric or claim.unit != part.claim.unit or statement is part:
        return False
    if entity_of(statement, metric) != entity_of(part, metric) or not phrase & set(metric.name.split()):
        return False
    scope, other = scope_of(statement, metric), scope_of(part, metric)
    segment = frozenset(WORDS.findall(fold(scope.get("segment", ""))))
    named = segment <= phrase if scope.get("segment", "all") != "all" else phrase == set(metric.name.split())
    return named and segment != frozenset(WORDS.findall(fold(other.get("segment", "")))) and same_period(scope, other)


def same_period(scope: dict[str, str], other: dict[str, str]) -> bool:
    """Returns whether two amounts may be of one period."""
    return scope.get("period") == other.get("period")


def is_off(share: Statement, quotient: Decimal) -> bool:
    """Returns whether a stated share is further from the quotient than rounding explains."""
    stated = interval_of(share.claim)
    if stated.low is None or stated.high is None:
        return False
    distance = max(stated.low - quotient, quotient - stated.high, Decimal(0))
    return distance > 0 and abs(stated.core - quotient) > max(POINTS, PART * stated.core)


def share_finding(share: Statement, part: Statement, whole: Statement, quotient: Decimal, metric: Metric) -> Finding:
    """Returns the finding for a share that does not follow from the two amounts."""
    why = f"{figure_words(part.claim)} is {quotient:.1f}% of {figure_words(whole.claim)}"
    scope = scope_of(whole, metric).get("segment", "")
    of_what = f"{scope} {metric.name}" if scope not in ("", "all") else metric.name
    told = (
        f"{source_name(share)} calls {figure_words(part.claim)} {figure_words(share.claim)} of {of_what}, "
        f"which it gives as {figure_words(whole.claim)}: that is {quotient:.1f}%."
    )
    trust = min(each.claim.confidence for each in (part, whole))
    return Finding(Relation.CONTRADICTION, metric, ((share,), (part,), (whole,)), why, 0.5 * trust, told)


def implied_rates(statements: Iterable[Statement], catalogue: Catalogue) -> Rates:
    """Returns what the documents take currencies for: by pair of currencies, the rates of amounts given in both."""
    rates: dict[tuple[str, str], list[tuple[int, Decimal]]] = defaultdict(list)
    for told in rates_by_document(statements, catalogue).values():
        for each in told:
            rates[each.pair].append((each.day, each.rate))
    return {key: tuple(sorted(found)) for key, found in rates.items()}


class Conversion(NamedTuple):
    """What a document takes a currency for: how much of the first makes one of the second, on which day."""

    pair: tuple[str, str]
    day: int
    rate: Decimal


def rates_by_document(statements: Iterable[Statement], catalogue: Catalogue) -> dict[str, list[Conversion]]:
    """Returns by document the conversions that it gives; documents without any are left out."""
    documents: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if len(statement.claim.unit) == CODE:
            documents[statement.claim.document].append(statement)
    found = {
        document: [
            Conversion((a.claim.unit, b.claim.unit), day_of(a), rate_of(a, b))
            for a, b in conversions(single_figures(told), catalogue)
        ]
        for document, told in sorted(documents.items())
    }
    return {document: rates for document, rates in found.items() if rates}


def rate_of(a: Statement, b: Statement) -> Decimal:
    """Returns how much of the first currency makes one of the second."""
    return interval_of(a.claim).core / interval_of(b.claim).core


def usual_rate(a: Statement, b: Statement, rates: Rates) -> Decimal | None:
    """Returns the rate that others use at about the same time, None where too few do."""
    return rate_at((a.claim.unit, b.claim.unit), day_of(a), rates)


def rate_at(pair: tuple[str, str], day: int, rates: Rates) -> Decimal | None:
    """Returns the middle one of the rates around a day, None where there are too few."""
    near = [rate for when, rate in rates.get(pair, ()) if abs(when - day) <= RATE_DAYS]
    return median(near) if len(near) >= FEWEST_RATES else None


def is_strange(rate: Decimal, usual: Decimal | None) -> bool:
    """Returns whether a rate is further from the usual one than rates of a time are from each other."""
    return usual is not None and max(rate, usual) > RATE_DRIFT * min(rate, usual)


def day_of(statement: Statement) -> int:
    """Returns the number of the last day that an amount is of, 0 when unknown."""
    when = statement.claim.as_of or statement.published
    return when.last.toordinal() if when else 0


def wrong_conversions(statements: Sequence[Statement], rates: Rates, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields amounts given in two currencies at a rate that is far from the other rates of their time."""
    for a, b in conversions(statements, catalogue):
        rate, usual = rate_of(a, b), usual_rate(a, b, rates)
        if usual is None or not is_strange(rate, usual) or by_rounding(a, b, usual):
            continue
        yield conversion_finding(a, b, rate, usual, catalogue.get(a.claim.metric), (a.claim.unit, b.claim.unit))


def conversions(statements: Sequence[Statement], catalogue: Catalogue) -> Iterator[tuple[Statement, Statement]]:
    """Yields an amount and its conversion: neighbours in one sentence, alike but for the currency."""
    ordered = sorted(statements, key=lambda each: each.claim.evidence.start)
    for a, b in pairwise(ordered):
        metric = catalogue.get(a.claim.metric)
        same = a.claim.metric == b.claim.metric and a.claim.subject.id == b.claim.subject.id
        alike = same and "currency" in metric.units and scope_of(a, metric) == scope_of(b, metric)
        if alike and a.claim.unit != b.claim.unit and one_breath(a, b) and a.claim.low and b.claim.low:
            yield (a, b) if a.claim.unit < b.claim.unit else (b, a)


def find_wrong_growth(groups: Groups, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields a growth over the year before that differs from what the two amounts of both years give."""
    for (entity, id), rises in groups.items():
        levels = groups.get((entity, id.removesuffix(GROWTH)), ()) if id.endswith(GROWTH) else ()
        if levels:
            yield from growth_against_levels(rises, levels, catalogue.get(id), catalogue.get(id.removesuffix(GROWTH)))


def growth_against_levels(
    rises: Sequence[Statement], levels: Sequence[Statement], growth: Metric, level: Metric
) -> Iterator[Finding]:
    """Yields growth figures that the levels of one entity do not bear out."""
    at: dict[tuple[object, ...], Statement] = {}
    for each in reversed([each for each in asserted(levels) if is_dated(each)]):
        at[level_key(each, level, each.claim.unit, span_of_flow(each, level).last)] = each
    units = sorted({each.claim.unit for each in at.values()})
    for rise in (each for each in asserted(rises) if is_dated(each) and each.claim.unit == "percent"):
        last = span_of_flow(rise, growth).last
        if last is None or scope_of(rise, growth).get("basis") != "yoy":
            continue
        for unit in units:
            now = at.get(level_key(rise, growth, unit, last))
            before = at.get(level_key(rise, growth, unit, last - timedelta(days=365 + is_leap(last))))
            if now and before and interval_of(before.claim).core > 0:
                actual = 100 * (interval_of(now.claim).core / interval_of(before.claim).core - 1)
                if is_off(rise, actual):
                    yield growth_finding(rise, now, before, actual, (growth, level))


def is_dated(statement: Statement) -> bool:
    """Returns whether a document states the time of a single figure."""
    claim = statement.claim
    return when_of(statement).knowledge is Knowledge.STATED and claim.low is not None and claim.low == claim.high


def level_key(statement: Statement, metric: Metric, unit: str, last: date | None) -> tuple[object, ...]:
    """Returns what the level and the growth of one quarter or year have in common."""
    scope = scope_of(statement, metric)
    rest = tuple(sorted((key, value) for key, value in scope.items() if key != "basis"))
    return unit, rest, last


def is_leap(day: date) -> bool:
    """Returns whether the year up to a day holds a 29 February."""
    year = day.year if (day.month, day.day) > (2, 28) else day.year - 1
    return isleap(year)


def growth_finding(
    rise: Statement, now: Statement, before: Statement, actual: Decimal, metrics: tuple[Metric, Metric]
) -> Finding:
    """Returns the finding for a growth that does not follow from two levels."""
    why = f"from {figure_words(before.claim)} to {figure_words(now.claim)} it is {actual:.0f}%"
    told = f"{source_name(rise)} gives {said(rise, metrics[0])}: {why}."
    trust = min(each.claim.confidence for each in (rise, now, before))
    return Finding(Relation.CONTRADICTION, metrics[0], ((rise,), (now, before)), why, 0.5 * trust, told)


def by_rounding(a: Statement, b: Statement, usual: Decimal) -> bool:
    """Returns whether the usual rate lies within what the written precision of both amounts allows."""
    first, second = interval_of(a.claim), interval_of(b.claim)
    if first.low is None or first.high is None or not second.low or not second.high:
        return True
    return first.low / second.high <= usual * RATE_DRIFT and first.high / second.low >= usual / RATE_DRIFT


def conversion_finding(
    a: Statement, b: Statement, rate: Decimal, usual: Decimal, metric: Metric, units: tuple[str, str]
) -> Finding:
    """Returns the finding for a conversion at a strange rate."""
    why = (
        f"that makes {amount(round(rate, 2))} {units[0]} for one {units[1]}, elsewhere it is {amount(round(usual, 2))}"
    )
    told = f"{source_name(a)} gives {figure_words(a.claim)} as {figure_words(b.claim)}: {why}."
    score = 0.6 if max(rate, usual) > 2 * min(rate, usual) else 0.35
    return Finding(Relation.CONTRADICTION, metric, ((a,), (b,)), why, score * a.claim.confidence, told)
