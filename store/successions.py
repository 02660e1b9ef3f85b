"""Rules for values that changed: a later state, a grown total, a new plan, a corrected publication."""

from decimal import Decimal

from extractors.model import Basis, Status
from store.intervals import Fit
from store.metrics import Temporality
from store.model import Relation, Statement
from store.pairs import Pair, RelationResult, known_times, larger, later, scored, spread
from store.reasons import amount, source_name
from store.times import ROOM_DAYS, Order, can_precede, longest_gap, order_of

# Figures of one state that one document sets so far apart are of different times. Chosen.
MOVED = Decimal(2)


def changed_plan(pair: Pair) -> RelationResult | None:
    """Two plans: they change, unless one document holds both."""
    a, b = pair.a.claim, pair.b.claim
    if not (a.status is b.status is Status.PLANNED) or a.document == b.document or pair.fit is not Fit.APART:
        return None
    return pair.result(Relation.SUCCESSION, "plans change, and the two were told at different times", lead=later(pair))


def succession(pair: Pair) -> RelationResult | None:
    """A value that changed over time, as far as its metric allows."""
    if pair.temporality is Temporality.STATE:
        return changed_state(pair)
    return grown(pair) if pair.temporality is Temporality.CUMULATIVE else None


def changed_state(pair: Pair) -> RelationResult | None:
    """A state that changed between two times, or whose change cannot be believed."""
    apart = pair.order in (Order.BEFORE, Order.AFTER)
    if pair.size is None and not apart:
        return None
    if pair.order is Order.UNKNOWN:
        if told_together(pair) and not narrated(pair):
            return None
        return pair.result(Relation.POSSIBLY_COMPARABLE, "no date tells whether they speak of the same time")
    room = longest_gap(*pair.times)
    if narrated(pair):
        return pair.result(Relation.POSSIBLY_COMPARABLE, "one text tells how the figure moved and leaves out when")
    if not apart and room <= ROOM_DAYS:
        return None
    if not believable(pair, room):
        why = f"a change by a factor of {amount(round(pair.factor, 1))} in that time is hard to believe"
        return pair.result(Relation.ANOMALY, why, scored(pair, 0.6), later(pair))
    why = "the value changed over time" if apart else "the value may have changed in that time"
    return pair.result(Relation.SUCCESSION, why, lead=later(pair))


def told_together(pair: Pair) -> bool:
    """Returns whether one document gives both figures for one time: neither can be the later one."""
    return pair.a.claim.document == pair.b.claim.document and pair.times[0] == pair.times[1]


def narrated(pair: Pair) -> bool:
    """Returns whether one document gives figures far apart and does not say in their sentences when each held.

    Hardly any author contradicts himself by so much; he tells how a figure grew, and the dates stand elsewhere.
    """
    a, b = pair.a.claim, pair.b.claim
    undated = Basis.STATED not in (a.as_of_basis, b.as_of_basis)
    return undated and a.document == b.document and pair.size is not None and pair.factor >= MOVED


def believable(pair: Pair, days: int) -> bool:
    """Returns whether a figure can change that much in that time, by the catalogue; words always can."""
    if pair.metric.growth is None or pair.size is None:
        return True
    years = max(days / 365, 0.25)
    return bool(float(pair.factor) <= float(pair.metric.growth) ** years)


def grown(pair: Pair) -> RelationResult | None:
    """A figure that only grows: the smaller one must be able to be the earlier one."""
    if pair.size is None:
        return None
    a, b = pair.size
    small, large = (pair.times[0], pair.times[1]) if a.core < b.core else (pair.times[1], pair.times[0])
    if pair.order is Order.UNKNOWN or small.last is None or large.last is None:
        if told_together(pair):
            return None
        return pair.result(
            Relation.SUCCESSION, "a figure that grows, and no date says which is later", lead=larger(pair)
        )
    if not can_precede(small, large) or order_of(small, large) is Order.AFTER:
        why = f"the later figure is lower, and {pair.metric.name} can only grow"
        return pair.result(Relation.CONTRADICTION, why, scored(pair, spread(pair)), later(pair))
    room = (large.last - small.first).days if small.first else 0
    if order_of(small, large) is not Order.BEFORE and room <= ROOM_DAYS:
        return None
    if not believable(pair, room):
        why = f"growth by a factor of {amount(round(pair.factor, 1))} in that time is hard to believe"
        return pair.result(Relation.ANOMALY, why, scored(pair, 0.6), larger(pair))
    return pair.result(Relation.SUCCESSION, "the figure has grown", lead=larger(pair))


def revision(pair: Pair) -> RelationResult | None:
    """One publisher or one text, one date of the figure, a later publication."""
    a, b = pair.a, pair.b
    same = pair.one_text or (a.publisher and a.publisher == b.publisher)
    if not same or a.claim.document == b.claim.document or not known_times(pair):
        return None
    if pair.order is not Order.SAME or not a.published or not b.published:
        return None
    if a.published.last < b.published.first:
        return revised(pair, b)
    return revised(pair, a) if b.published.last < a.published.first else None


def revised(pair: Pair, lead: Statement) -> RelationResult:
    """Returns the result for a figure that was given anew."""
    who = f"a later print of the text in {source_name(lead)}" if pair.one_text else lead.publisher
    return pair.result(Relation.REVISION, f"{who} gave a new figure for the same date", lead=lead)
