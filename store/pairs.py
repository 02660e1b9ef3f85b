"""Two statements with what the rules of the ladder need to know of them, and how much their clash matters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from extractors.model import Claim, Kind, Status
from store.intervals import Fit, Interval, fit_of, interval_of, ratio
from store.metrics import Catalogue, Metric, Temporality
from store.model import Relation, Severity, Statement
from store.reasons import both_said
from store.series import Difference, difference_of, scope_of, span_of_flow, temporality_of
from store.times import Knowledge, Order, When, certainty, longest_gap, order_of, when_of
from store.value_classes import fit_words, load_classes

HIGH, MEDIUM = 0.5, 0.25
# Two sources that call a day by its date in their own time zone differ by one.
SAME_DAY = 1
MANY = 1_000_000
# Figures this near are one figure, written to another digit.
SAME_FIGURE = Decimal("1.01")
# A clash within one sentence is more often a sentence read wrongly than an author at odds with himself.
IN_ONE_BREATH = 0.4
# How far apart two figures are, by the factor between them; figures within a few percent are a matter of rounding.
SPREADS = ((Decimal("1.5"), 1.0), (Decimal("1.15"), 0.7), (Decimal("1.04"), 0.4), (Decimal(0), 0.2))


@dataclass(frozen=True, slots=True)
class RelationResult:
    """The relation of two statements.

    Attributes:
        relation: The first that fits.
        why: Why it holds, without a full stop.
        pair: The statements with what the rules knew of them.
        score: How much it matters, 0 to 1; 0 for everything that is no conflict.
        lead: Id of the claim that is finer, later or correcting, "" where there is none.
        corrected: Proposed value of a suspected slip.
    """

    relation: Relation
    why: str
    pair: "Pair" = field(repr=False, compare=False)
    score: float = 0.0
    lead: str = ""
    corrected: Decimal | None = None

    @property
    def reason(self) -> str:
        """The whole sentence: who says what, and why the relation holds."""
        return both_said(self.pair.a, self.pair.b, self.pair.metric, self.why)

    @property
    def severity(self) -> Severity:
        """The name of the score."""
        return severity_of(self.score)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements with what the rules need to know of them.

    Attributes:
        a: The one that comes first in time, then by document and place.
        b: The other.
        metric: Entry of the catalogue.
        scope: How their qualifiers differ.
        fit: How their values fit, None where they cannot be compared.
        opposed: Whether their classes exclude each other ("open", "closed").
        times: When each holds; for a flow the stretch it was measured over.
        size: Intervals of quantities.
        temporality: How their values behave over time.
        one_text: Whether they stand in two prints of one text.
    """

    a: Statement
    b: Statement
    metric: Metric
    scope: Difference
    fit: Fit | None
    opposed: bool
    times: tuple[When, When]
    size: tuple[Interval, Interval] | None = None
    temporality: Temporality = Temporality.CONSTANT
    one_text: bool = False

    @property
    def order(self) -> Order:
        """How the time of `a` lies to that of `b`."""
        return order_of(*self.times)

    @property
    def factor(self) -> Decimal:
        """How many times the larger figure holds the smaller one."""
        return ratio(*self.size) if self.size else Decimal(1)

    @property
    def same_figure(self) -> bool:
        """Whether both wrote the same figure in one unit, whatever the metric's tolerance."""
        return self.size is not None and self.fit is not None and self.factor <= SAME_FIGURE

    def result(self, relation: Relation, why: str, score: float = 0.0, lead: Statement | None = None) -> RelationResult:
        """Returns the result of a rule."""
        return RelationResult(relation, why, self, score, lead.claim.id if lead else "")


def make_pair(a: Statement, b: Statement, catalogue: Catalogue, origins: Mapping[str, str]) -> Pair:
    """Returns two statements in a fixed order with what the rules need."""
    a, b = sorted((a, b), key=reading_order)
    metric = catalogue.get(a.claim.metric)
    fit, opposed = fit_claims(a, b, metric)
    scopes = scope_of(a, metric), scope_of(b, metric)
    kinds = [temporality_of(scope, metric) for scope in scopes]
    temporality = kinds[0] if kinds[0] is kinds[1] else metric.temporality
    flow = temporality is Temporality.FLOW
    times = (span_of_flow(a, metric), span_of_flow(b, metric)) if flow else (when_of(a), when_of(b))
    scope = difference_of(*scopes, metric)
    sizes = (interval_of(a.claim), interval_of(b.claim)) if a.claim.kind is b.claim.kind is Kind.QUANTITY else None
    return Pair(a, b, metric, scope, fit, opposed, times, sizes, temporality, in_one_text(a, b, origins))


def in_one_text(a: Statement, b: Statement, origins: Mapping[str, str]) -> bool:
    """Returns whether two documents are prints of one text, by the origin of each."""
    first, second = a.claim.document, b.claim.document
    return first != second and origins.get(first, first) == origins.get(second, second)


def reading_order(statement: Statement) -> tuple[str, str, int, str]:
    """Returns the key that puts statements in a fixed order: stated time, document, place."""
    claim = statement.claim
    stated = claim.as_of.first.isoformat() if claim.as_of else "9999"
    return stated, claim.document, claim.evidence.start, claim.id


def fit_claims(a: Statement, b: Statement, metric: Metric) -> tuple[Fit | None, bool]:
    """Returns how two values fit, None for other kinds or units; and whether their classes exclude each other."""
    first, second = a.claim, b.claim
    if first.metric != second.metric or (first.kind is not second.kind and Kind.QUANTITY in (first.kind, second.kind)):
        return None, False
    if first.kind is Kind.QUANTITY:
        same_unit = first.unit == second.unit
        return (fit_of(interval_of(first), interval_of(second), metric.tolerance) if same_unit else None), False
    if first.kind is Kind.DATE or second.kind is Kind.DATE:
        return fit_dates(a, b), False
    return fit_words(metric.id, first.value, second.value, load_classes())


def fit_dates(a: Statement, b: Statement) -> Fit | None:
    """Returns how two dates fit: equal or a day apart, one within the other, or apart."""
    first, second = a.claim.date, b.claim.date
    if first is None or second is None:
        return None
    days = first.first == first.last and second.first == second.last
    if (first.first, first.last) == (second.first, second.last) or (days and days_apart(a, b) == SAME_DAY):
        return Fit.SAME
    return Fit.APART if days_apart(a, b) > 0 else Fit.ROUNDER


def days_apart(a: Statement, b: Statement) -> int:
    """Returns the days between the nearest ends of two dates, 0 where they meet."""
    first, second = a.claim.date, b.claim.date
    if first is None or second is None:
        return 0
    return max((second.first - first.last).days, (first.first - second.last).days, 0)


def severity_of(score: float) -> Severity:
    """Returns the name of a score."""
    if score >= HIGH:
        return Severity.HIGH
    return Severity.MEDIUM if score >= MEDIUM else Severity.LOW


def known_times(pair: Pair) -> bool:
    """Returns whether both documents say when their figure holds."""
    return all(when.knowledge is Knowledge.STATED for when in pair.times)


def moved_on(pair: Pair) -> bool:
    """Returns whether the two times lie apart, so that a figure may have come round by itself."""
    return pair.order in (Order.BEFORE, Order.AFTER) and longest_gap(*pair.times) > 366


def later(pair: Pair) -> Statement:
    """Returns the statement whose time ends later; of equal ones the second."""
    last = [when.last.toordinal() if when.last else 0 for when in pair.times]
    return pair.a if last[0] > last[1] else pair.b


def finer(pair: Pair) -> Statement:
    """Returns the statement that says more."""
    if pair.size is not None:
        a, b = ((not each.closed, each.width) for each in pair.size)
        return pair.a if a < b else pair.b
    first, second = pair.a.claim, pair.b.claim
    if first.date and second.date:
        return pair.a if (first.date.last - first.date.first) < (second.date.last - second.date.first) else pair.b
    return pair.a if len(first.value) > len(second.value) else pair.b


def larger(pair: Pair) -> Statement:
    """Returns the statement with the larger figure."""
    return pair.a if pair.size and pair.size[0].core > pair.size[1].core else pair.b


def significant(value: Decimal) -> int:
    """Returns the number of digits of a figure without zeros at its end."""
    return len(value.normalize().as_tuple().digits)


def telling_figure(value: Decimal, *, usage: bool) -> bool:
    """Returns whether a figure is so particular that two sources hardly come to it by chance."""
    return significant(value) >= 2 or (usage and abs(value) >= MANY)


def is_implausible(statement: Statement, metric: Metric) -> bool:
    """Returns whether a figure lies outside of what the catalogue believes."""
    if statement.claim.kind is not Kind.QUANTITY or not metric.plausible:
        return False
    return not metric.plausible[0] <= interval_of(statement.claim).core <= metric.plausible[1]


def is_in_name(claim: Claim) -> bool:
    """Returns whether a figure is a part of the entity's name."""
    return bool(claim.evidence.quote) and claim.evidence.quote.casefold() in claim.subject.name.casefold()


def spread(pair: Pair) -> float:
    """Returns how far apart two values are, from 0 to 1."""
    if pair.size is not None:
        return next(distance for least, distance in SPREADS if pair.factor >= least)
    if pair.a.claim.date and pair.b.claim.date:
        days = days_apart(pair.a, pair.b)
        return 1.0 if days >= 60 else 0.7 if days >= 20 else 0.4
    return 1.0 if pair.opposed else 0.7


def one_breath(a: Statement, b: Statement) -> bool:
    """Returns whether two figures stand in one sentence or cell; hardly anybody contradicts himself there."""
    first, second = a.claim.evidence.context, b.claim.evidence.context
    return a.claim.document == b.claim.document and first.start < second.end and second.start < first.end


def scored(pair: Pair, distance: float, sure: float = 0.0) -> float:
    """Returns how much a conflict matters: distance, overlap in time, trust in the reading, weight of the metric.

    Args:
        pair: The statements.
        distance: How far apart they are, from 0 to 1.
        sure: How sure it is at least that they clash, where time says little.
    """
    constant = pair.temporality is Temporality.CONSTANT
    sure = 1.0 if constant else max(sure, certainty(pair.a, pair.b))
    trust = min(pair.a.claim.confidence, pair.b.claim.confidence)
    trust *= IN_ONE_BREATH if one_breath(pair.a, pair.b) else 1
    hedged = 1.0 if pair.a.claim.status is Status.ASSERTED or pair.b.claim.status is Status.ASSERTED else 0.5
    return float(pair.metric.weight) * distance * sure * trust * hedged
