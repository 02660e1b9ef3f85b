"""What one document sets beside each other: multiples of two amounts, shares of one whole, a lead over all others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from extractors.model import Kind
from store.families import asserted
from store.findings import Finding
from store.intervals import Interval, interval_of
from store.metrics import Catalogue, Metric
from store.model import Relation, Statement
from store.pairs import is_implausible, one_breath, reading_order
from store.reasons import amount, digits, figure_words, said, shortened, source_name
from store.series import scope_of
from store.value_classes import WORDS, fold

LEAD = "other:lead"
SHARES = ("market_share", "usage_share")
# What rounding of several shares leaves above the whole, and how far a multiple may be off. Chosen.
WHOLE, OFF = Decimal(103), Decimal("1.25")
HALF = Decimal(50)
SHORTEST_WORD = 4
SCORE, WEAK = 0.45, 0.2
MOST_RATIOS = 100


def find_comparisons(statements: Sequence[Statement], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields what the figures beside it in one document do not bear out.

    Args:
        statements: All of the document.
        catalogue: The metrics.
    """
    told = sorted(asserted(statements), key=reading_order)
    yield from full_shares(told, catalogue)
    yield from wrong_multiples(told, catalogue)
    yield from small_leads(told, catalogue)


def full_shares(statements: Sequence[Statement], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields shares that several hold of one whole at one time and that make more than all of it."""
    wholes: dict[tuple[object, ...], dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for each in statements:
        claim = each.claim
        scope = scope_of(each, catalogue.get(claim.metric))
        if claim.metric in SHARES and claim.unit == "percent" and claim.low == claim.high and "of" in scope:
            when = claim.as_of.text if claim.as_of else ""
            wholes[(claim.metric, when, tuple(sorted(scope.items())))][claim.subject.id].append(each)
    for (metric, *_), holders in sorted(wholes.items(), key=lambda each: str(each[0])):
        smallest = [min(own, key=lambda each: interval_of(each.claim).core) for own in holders.values()]
        total = sum((interval_of(each.claim).low or Decimal(0) for each in smallest), Decimal(0))
        if len(smallest) > 1 and total > WHOLE and not kin(smallest):
            yield share_finding(smallest, tuple(map(tuple, holders.values())), total, catalogue.get(str(metric)))


def kin(statements: Sequence[Statement]) -> bool:
    """Returns whether one of some holders belongs to another, so that their shares are counted twice."""
    ids = {each.claim.subject.id for each in statements}
    return any({each.claim.subject.parent, each.claim.subject.maker} & ids for each in statements)


def share_finding(
    smallest: Sequence[Statement], sides: tuple[tuple[Statement, ...], ...], total: Decimal, metric: Metric
) -> Finding:
    """Returns the finding for shares that make more than the whole."""
    of_what = dict(smallest[0].claim.qualifiers)["of"]
    each_has = ", ".join(f"{figure_words(each.claim)} for {each.claim.subject.name}" for each in smallest)
    why = f"together that makes {digits(total)}% of {of_what}"
    trust = min(each.claim.confidence for each in smallest)
    told = f"{source_name(smallest[0])} gives {each_has}: {why}."
    return Finding(Relation.CONTRADICTION, metric, sides, why, SCORE * trust, told)


def wrong_multiples(statements: Sequence[Statement], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields multiples ("a tenth of Rigel") that differ from the quotient of the two amounts."""
    ratios = [each for each in statements if is_ratio(each)][:MOST_RATIOS]
    amounts = [each for each in statements if is_amount(each, catalogue)]
    for ratio in ratios:
        beside = [
            each
            for each in amounts
            if one_breath(each, ratio) and each.claim.evidence.end <= ratio.claim.evidence.start
        ]
        behind = fold(ratio.sentence[ratio.claim.evidence.end - ratio.claim.evidence.context.start :])
        for one in beside[-1:]:
            metric = catalogue.get(one.claim.metric)
            others = [each for each in amounts if is_other(each, one, behind, metric)]
            if others and all(is_off(ratio, one, other) for other in others):
                yield multiple_finding(ratio, one, others[0], metric)


def is_ratio(statement: Statement) -> bool:
    """Returns whether a figure says how many times something is something else."""
    claim = statement.claim
    return claim.unit == "ratio" and claim.low == claim.high and bool(claim.low) and bool(statement.sentence)


def is_amount(statement: Statement, catalogue: Catalogue) -> bool:
    """Returns whether a figure is one that multiples are taken of."""
    claim, metric = statement.claim, catalogue.get(statement.claim.metric)
    if claim.kind is not Kind.QUANTITY or claim.low != claim.high or not claim.low or not metric.known:
        return False
    return claim.unit not in ("percent", "ratio") and not is_implausible(statement, metric)


def is_other(statement: Statement, one: Statement, behind: str, metric: Metric) -> bool:
    """Returns whether an amount is that of the entity that the words behind a multiple begin with."""
    claim = statement.claim
    same = claim.metric == one.claim.metric and claim.unit == one.claim.unit
    if not same or claim.subject.id == one.claim.subject.id or scope_of(statement, metric) != scope_of(one, metric):
        return False
    names = (claim.subject.name, *claim.subject.aliases)
    return any(
        behind.startswith(start + fold(name))
        for name in names
        for start in (" of ", " of the ", " that of ", " of that of ")
    )


def is_off(ratio: Statement, one: Statement, other: Statement) -> bool:
    """Returns whether a multiple is further from the quotient of two amounts than rounding explains."""
    stated, quotient = interval_of(ratio.claim), quotient_of(one, other)
    if inside(quotient, stated):
        return False
    small, large = sorted((abs(stated.core), quotient))
    return large > OFF * small


def quotient_of(one: Statement, other: Statement) -> Decimal:
    """Returns how many times the first amount holds the second."""
    return abs(interval_of(one.claim).core / interval_of(other.claim).core)


def inside(value: Decimal, interval: Interval) -> bool:
    """Returns whether a value lies in an interval."""
    return (interval.low is None or value >= interval.low) and (interval.high is None or value <= interval.high)


def multiple_finding(ratio: Statement, one: Statement, other: Statement, metric: Metric) -> Finding:
    """Returns the finding for a multiple that does not follow from two amounts."""
    quotient = round(quotient_of(one, other), 2)
    why = f"{figure_words(one.claim)} is {amount(quotient)} times {figure_words(other.claim)}"
    told = (
        f"{source_name(ratio)} calls {figure_words(one.claim)} for {one.claim.subject.name} "
        f"“{shortened(ratio.claim.evidence.quote)}” of {other.claim.subject.name}, "
        f"for which it gives {figure_words(other.claim)}: that is {amount(quotient)} times as much."
    )
    trust = min(one.claim.confidence, other.claim.confidence)
    return Finding(Relation.CONTRADICTION, metric, ((ratio,), (one,), (other,)), why, SCORE * trust, told)


def small_leads(statements: Sequence[Statement], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields a lead over many others together and, in another sentence, a share of less than half of the same thing.

    Whoever says both in one breath means them to go together, and they may: the rest is then with many small ones.
    """
    leads = [each for each in statements if each.claim.metric == LEAD]
    for share in (each for each in statements if each.claim.metric in SHARES and is_small(each)):
        what = words_of(dict(share.claim.qualifiers).get("of", ""))
        elsewhere = [each for each in leads if not one_breath(each, share) and related(each, share)]
        beside = [each for each in elsewhere if what & words_of(each.sentence)]
        if beside:
            metric = catalogue.get(share.claim.metric)
            lead = beside[0]
            why = "a lead over so many together and so small a share are hardly counted in the same way"
            told = (
                f"{source_name(share)} gives {said(share, metric)} for {share.claim.subject.name}, and "
                f"“{' '.join(lead.claim.evidence.quote.split())}” for {lead.claim.subject.name}: {why}."
            )
            yield Finding(Relation.SCOPE_MISMATCH, metric, ((share,), tuple(beside)), why, WEAK, told)


def is_small(share: Statement) -> bool:
    """Returns whether a share is less than half."""
    high = interval_of(share.claim).high if share.claim.kind is Kind.QUANTITY else None
    return share.claim.unit == "percent" and high is not None and high < HALF


def related(a: Statement, b: Statement) -> bool:
    """Returns whether two statements are about one entity, or one's family or maker."""
    first, second = a.claim.subject, b.claim.subject
    return bool({first.id, first.parent, first.maker} & {second.id, second.parent, second.maker} - {""})


def words_of(text: str) -> frozenset[str]:
    """Returns the words of a text that say something, without the ending of the plural."""
    return frozenset(word.removesuffix("s") for word in WORDS.findall(fold(text)) if len(word) >= SHORTEST_WORD)
