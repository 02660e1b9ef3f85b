"""Rules for slips of the pen: another currency, a thousand or ten times as much, a figure nobody believes."""

from dataclasses import replace
from decimal import Decimal

from store.intervals import interval_of
from store.model import Relation, Statement
from store.pairs import MANY, Pair, RelationResult, is_implausible, moved_on, reading_order, scored, significant
from store.reasons import value_words

BY_THOUSAND = 900


def other_currency(pair: Pair) -> RelationResult | None:
    """The same digits in two currencies: one of them was copied without its sign."""
    a, b = pair.a.claim, pair.b.claim
    if pair.fit is not None or not pair.size or "currency" not in pair.metric.units or pair.scope.other:
        return None
    same = pair.factor <= Decimal("1.001") and (significant(pair.size[0].core) >= 3 or pair.size[0].core >= MANY)
    if not same or moved_on(pair):
        return None
    why = f"the same digits in {a.unit} and in {b.unit}, one of the two currencies is probably a slip"
    return pair.result(Relation.SUSPECTED_SLIP, why, scored(pair, 0.8))


def implausible(pair: Pair) -> RelationResult | None:
    """A figure that nobody would believe was probably read wrongly; it says nothing about the other one."""
    if not any(is_implausible(each, pair.metric) for each in (pair.a, pair.b)):
        return None
    return pair.result(Relation.INCOMPARABLE, "one of the figures is not plausible for the metric")


def large_slip(pair: Pair) -> RelationResult | None:
    """The same digits thousand times as large or more: no change over time does that."""
    return slip(pair) if pair.factor >= BY_THOUSAND else None


def slip(pair: Pair) -> RelationResult | None:
    """The same digits at another scale: thousand or ten times as much."""
    if pair.size is None or pair.scope.open or not pair.size[0].core or not pair.size[1].core:
        return None
    a, b = pair.size[0].core, pair.size[1].core
    if (
        significant(a) < 2 and pair.factor < BY_THOUSAND
    ) or a.normalize().as_tuple().digits != b.normalize().as_tuple().digits:
        return None
    power = round(abs((a / b).adjusted()))
    if power not in (1, 3, 6):
        return None
    wrong, right = implausible_first(pair)
    why = slip_words(wrong, right)
    result = pair.result(Relation.SUSPECTED_SLIP, why, scored(pair, 0.9, sure=0.9), wrong)
    return replace(result, corrected=interval_of(right.claim).core)


def slip_words(wrong: Statement, right: Statement) -> str:
    """Returns why one of two figures is taken for a slip."""
    a, b = interval_of(wrong.claim).core, interval_of(right.claim).core
    factor = 10 ** round(abs((a / b).adjusted()))
    return (
        f"the same digits {factor:,} times as large; {value_words(wrong.claim)} is probably {value_words(right.claim)}"
    )


def implausible_first(pair: Pair) -> tuple[Statement, Statement]:
    """Returns the statement that is less believable, then the other: outside the plausible range, else less certain."""
    less, more = sorted(
        (pair.a, pair.b),
        key=lambda each: (not is_implausible(each, pair.metric), each.claim.confidence, reading_order(each)),
    )
    return less, more
