"""How two statements stand to each other: `compare` walks the ladder, the first rule that fits decides.

The result does not depend on the order of the two: `lead` names the statement that the relation points from (the finer
one, the later one, the correcting one). Each rule takes a `Pair` and returns a result or None.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from extractors.model import Kind, Status
from store.intervals import Fit, Interval, fit_of, interval_of, ratio
from store.metrics import Catalogue, Members, Metric, Temporality, load_metrics
from store.model import Relation, Severity, Statement
from store.reasons import amount, both_said, qualifier_name, value_words
from store.series import Difference, difference_of, entity_of, scope_of, span_of_flow
from store.times import Knowledge, Order, When, can_precede, certainty, longest_gap, order_of, when_of
from store.value_classes import fit_words, load_classes

HIGH, MEDIUM = 0.5, 0.25
# Two sources that call a day by its date in their own time zone differ by one.
SAME_DAY = 1
# Windows that reach over two months or more leave room for a change in between.
ROOM_DAYS = 62
MANY = 1_000_000
RELATIVE_UNITS = frozenset({"percent", "ratio", "percentage point"})
# A clash within one sentence is more often a sentence read wrongly than an author at odds with himself.
IN_ONE_BREATH = 0.4
BY_THOUSAND = 900
# Above these many days a distance is told in months, then in years.
TOLD_IN_DAYS, TOLD_IN_MONTHS = 60, 730


@dataclass(frozen=True, slots=True)
class RelationResult:
    """The relation of two statements.

    Attributes:
        relation: The first that fits.
        reason: One sentence.
        why: Its last part: why the relation holds.
        severity: How much it matters; low for everything that is no conflict.
        score: The number behind the severity, 0 to 1.
        lead: Id of the claim that is finer, later or correcting, "" where there is none.
        corrected: Proposed value of a suspected slip.
    """

    relation: Relation
    reason: str
    why: str
    severity: Severity = Severity.LOW
    score: float = 0.0
    lead: str = ""
    corrected: Decimal | None = None


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
    """

    a: Statement
    b: Statement
    metric: Metric
    scope: Difference
    fit: Fit | None
    opposed: bool
    times: tuple[When, When]
    size: tuple[Interval, Interval] | None = None

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
        """Whether both wrote the same figure."""
        return self.size is not None and self.fit in (Fit.SAME, Fit.ROUNDER) and self.factor <= Decimal("1.01")

    def result(self, relation: Relation, why: str, score: float = 0.0, lead: Statement | None = None) -> RelationResult:
        """Returns the result with its sentence."""
        reason = both_said(self.a, self.b, self.metric, why)
        return RelationResult(relation, reason, why, severity_of(score), score, lead.claim.id if lead else "")


def compare(a: Statement, b: Statement, catalogue: Catalogue | None = None) -> RelationResult:
    """Returns the relation of two statements, the same for either order."""
    pair = make_pair(a, b, catalogue or load_metrics())
    for rule in LADDER:
        result = rule(pair)
        if result is not None:
            return result
    return contradiction(pair)


def make_pair(a: Statement, b: Statement, catalogue: Catalogue) -> Pair:
    """Returns two statements in a fixed order with what the rules need."""
    a, b = sorted((a, b), key=reading_order)
    metric = catalogue.get(a.claim.metric)
    fit, opposed = fit_claims(a, b, metric)
    flow = metric.temporality is Temporality.FLOW
    times = (span_of_flow(a, metric), span_of_flow(b, metric)) if flow else (when_of(a), when_of(b))
    scope = difference_of(scope_of(a, metric), scope_of(b, metric), metric)
    sizes = (interval_of(a.claim), interval_of(b.claim)) if a.claim.kind is b.claim.kind is Kind.QUANTITY else None
    return Pair(a, b, metric, scope, fit, opposed, times, sizes)


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


# Rules, in the order of the ladder.


def about_other_things(pair: Pair) -> RelationResult | None:
    """Another entity or metric, another kind of value."""
    a, b = pair.a.claim, pair.b.claim
    if entity_of(pair.a, pair.metric) != entity_of(pair.b, pair.metric):
        return pair.result(Relation.INCOMPARABLE, f"one is about {a.subject.name}, the other about {b.subject.name}")
    if a.metric != b.metric:
        return pair.result(Relation.INCOMPARABLE, "they measure different things")
    return None


def denied(pair: Pair) -> RelationResult | None:
    """One side denies what the other asserts."""
    if {pair.a.claim.status, pair.b.claim.status} != {Status.DENIED, Status.ASSERTED} or pair.scope.other:
        return None
    if pair.fit in (Fit.SAME, Fit.ROUNDER):
        return pair.result(Relation.CONTRADICTION, "one side denies what the other asserts", scored(pair, 0.6))
    return None


def other_status(pair: Pair) -> RelationResult | None:
    """A limit, a plan, an allegation or a denial against something else."""
    a, b = pair.a.claim.status, pair.b.claim.status
    if a is b:
        return None
    return pair.result(Relation.INCOMPARABLE, f"{STATUS_WORDS[a]} and {STATUS_WORDS[b]} do not conflict")


def changed_plan(pair: Pair) -> RelationResult | None:
    """Two plans: they change, unless one document holds both."""
    a, b = pair.a.claim, pair.b.claim
    if not (a.status is b.status is Status.PLANNED) or a.document == b.document or pair.fit is not Fit.APART:
        return None
    return pair.result(Relation.SUCCESSION, "plans change, and the two were told at different times", lead=later(pair))


STATUS_WORDS = {
    Status.ASSERTED: "a statement of fact",
    Status.PLANNED: "a plan",
    Status.ALLEGED: "an allegation",
    Status.DENIED: "a denial",
    Status.THRESHOLD: "a limit in a licence or a law",
}


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


def other_unit(pair: Pair) -> RelationResult | None:
    """Values that no tolerance can compare."""
    if pair.fit is not None:
        return None
    a, b = pair.a.claim.unit or pair.a.claim.kind, pair.b.claim.unit or pair.b.claim.kind
    return pair.result(Relation.INCOMPARABLE, f"one is in {a}, the other in {b}")


def says_too_little(pair: Pair) -> RelationResult | None:
    """A qualifier without which the metric means nothing is missing on a side."""
    missing = [key for key in pair.metric.needs if key in pair.scope.open]
    absent = [key for key in pair.metric.needs if all(key not in dict(s.claim.qualifiers) for s in (pair.a, pair.b))]
    if not missing and not absent:
        return None
    return pair.result(Relation.INCOMPARABLE, f"it is not said {LACKS.get((missing + absent)[0], 'of what')}")


LACKS = {"benchmark": "on which benchmark", "event": "which event is meant", "of": "of what"}


def same_figure_elsewhere(pair: Pair) -> RelationResult | None:
    """The same figure under another period, platform or part."""
    if not pair.same_figure or unsaid_here(pair):
        return None
    moved = [key for key in (*pair.scope.other, *pair.scope.within) if key in pair.metric.scopes]
    if not moved or any(key not in pair.metric.scopes for key in pair.scope.other):
        return None
    key = moved[0]
    if moved_on(pair) or not (telling(pair) or (key == "period" and is_amount(pair))):
        return None
    if key == "part" and pair.a.claim.document == pair.b.claim.document:
        return pair.result(Relation.INCOMPARABLE, "in a dense model all parameters are active")
    a, b = (dict(each.claim.qualifiers).get(key, "") for each in (pair.a, pair.b))
    why = f"the same figure under another {qualifier_name(key)}" + (f" ({a} here, {b} there)" if a and b else "")
    distance = 0.9 if a and b and key in pair.scope.other else 0.25
    return pair.result(Relation.SCOPE_MISMATCH, why, scored(pair, distance))


def unsaid_here(pair: Pair) -> bool:
    """Returns whether one document repeats a figure and leaves out the scope that it gave before."""
    said = [dict(each.claim.qualifiers) for each in (pair.a, pair.b)]
    return pair.a.claim.document == pair.b.claim.document and any(
        key not in words for key in pair.scope.other for words in said
    )


def is_amount(pair: Pair) -> bool:
    """Returns whether the figures add up over time, so that equal ones of two periods are odd at any precision."""
    return pair.a.claim.unit not in RELATIVE_UNITS


def telling(pair: Pair) -> bool:
    """Returns whether two equal figures are hardly a coincidence: two digits at least, or many people or things."""
    return pair.size is not None and telling_figure(pair.size[0].core, usage=pair.metric.family == "usage")


def telling_figure(value: Decimal, *, usage: bool) -> bool:
    """Returns whether a figure is so particular that two sources hardly come to it by chance."""
    return significant(value) >= 2 or (usage and abs(value) >= MANY)


def moved_on(pair: Pair) -> bool:
    """Returns whether the two times lie apart, so that a figure may have come round by itself."""
    return pair.order in (Order.BEFORE, Order.AFTER) and longest_gap(*pair.times) > 366


def part_above_whole(pair: Pair) -> RelationResult | None:
    """A count on one platform that exceeds the count on several."""
    counts = pair.metric.kind is Kind.QUANTITY and pair.metric.family == "usage" and not pair.scope.other
    if not counts or pair.fit is not Fit.APART or "platform" not in pair.scope.within or pair.size is None:
        return None
    a, b = (len(dict(each.claim.qualifiers)["platform"]) for each in (pair.a, pair.b))
    narrow, wide = pair.size if a < b else (pair.size[1], pair.size[0])
    if narrow.core <= wide.core or pair.order in (Order.BEFORE, Order.AFTER):
        return None
    return pair.result(Relation.CONTRADICTION, "a part is larger than the whole that holds it", scored(pair, 0.5))


def other_scope(pair: Pair) -> RelationResult | None:
    """Another qualifier, or a narrower one with another figure."""
    if pair.scope.other:
        return pair.result(Relation.INCOMPARABLE, f"another {qualifier_name(pair.scope.other[0])} is meant")
    if pair.scope.within and pair.fit is Fit.APART:
        key = qualifier_name(pair.scope.within[0])
        return pair.result(Relation.POSSIBLY_COMPARABLE, f"one {key} is narrower than the other")
    return None


def other_period_of_flow(pair: Pair) -> RelationResult | None:
    """A flow over two stretches of time: the same figure for a quarter and a year, a new period, or no matter."""
    if pair.metric.temporality is not Temporality.FLOW:
        return None
    if not known_times(pair):
        return of_unknown_period(pair)
    first, second = pair.times
    if order_of(when_of(pair.a), when_of(pair.b)) in (Order.BEFORE, Order.AFTER):
        return pair.result(Relation.SUCCESSION, "they belong to different times", lead=later(pair))
    short, long = sorted((first.days, second.days))
    if long >= 2 * short and pair.order is Order.OVERLAP:
        if pair.same_figure and pair.size is not None and significant(pair.size[0].core) >= 2 and short > ROOM_DAYS:
            why = "the same figure for a short period and for a long one that holds it"
            return pair.result(Relation.SCOPE_MISMATCH, why, scored(pair, 0.9))
        return pair.result(Relation.INCOMPARABLE, "the periods are of different length")
    if pair.order is Order.SAME or overlap_days(first, second) * 10 >= 8 * short:
        return None
    return pair.result(Relation.SUCCESSION, "they belong to different periods", lead=later(pair))


def of_unknown_period(pair: Pair) -> RelationResult | None:
    """Amounts of which one is of nobody knows which period: unlike ones may belong to different periods."""
    if pair.fit is not Fit.APART or not pair.metric.single:
        return None
    if pair.scope.open or pair.scope.within:
        return pair.result(Relation.INCOMPARABLE, "it is not said which period is meant")
    return pair.result(Relation.POSSIBLY_COMPARABLE, "it is not said whether they speak of the same period")


def known_times(pair: Pair) -> bool:
    """Returns whether both documents say when their figure holds."""
    return all(when.knowledge is Knowledge.STATED for when in pair.times)


def overlap_days(a: When, b: When) -> int:
    """Returns the number of days that two times share."""
    if not (a.first and a.last and b.first and b.last):
        return 0
    return max((min(a.last, b.last) - max(a.first, b.first)).days + 1, 0)


def later(pair: Pair) -> Statement:
    """Returns the statement whose time ends later; of equal ones the second."""
    last = [when.last.toordinal() if when.last else 0 for when in pair.times]
    return pair.a if last[0] > last[1] else pair.b


def fits(pair: Pair) -> RelationResult | None:
    """Values that agree within precision, bound words and tolerance; one may say more than the other."""
    unsaid = f", taking it that both mean the same {qualifier_name(pair.scope.open[0])}" if pair.scope.open else ""
    if pair.fit is Fit.SAME:
        return pair.result(Relation.EQUIVALENT, f"they agree{unsaid}")
    if pair.fit is Fit.ROUNDER:
        why = f"one says the same in less detail{unsaid}"
        return pair.result(Relation.REFINES, why, lead=finer(pair))
    if pair.fit is Fit.LOOSE and moves(pair):
        return pair.result(Relation.SUCCESSION, "the bound still holds, the later figure says more", lead=later(pair))
    if pair.fit is Fit.LOOSE:
        loose = "the bound holds, though loosely" if pair.size else "they may be two forms of one name"
        return pair.result(Relation.REFINES, loose + unsaid, lead=finer(pair))
    return None


def moves(pair: Pair) -> bool:
    """Returns whether a figure has had time to move between two stated times."""
    changing = pair.metric.temporality in (Temporality.STATE, Temporality.CUMULATIVE)
    return changing and pair.size is not None and pair.order is not Order.SAME and known_times(pair)


def finer(pair: Pair) -> Statement:
    """Returns the statement that says more."""
    if pair.size is not None:
        a, b = ((not each.closed, each.width) for each in pair.size)
        return pair.a if a < b else pair.b
    first, second = pair.a.claim, pair.b.claim
    if first.date and second.date:
        return pair.a if (first.date.last - first.date.first) < (second.date.last - second.date.first) else pair.b
    return pair.a if len(first.value) > len(second.value) else pair.b


def implausible(pair: Pair) -> RelationResult | None:
    """A figure that nobody would believe was probably read wrongly; it says nothing about the other one."""
    if not any(is_implausible(each, pair.metric) for each in (pair.a, pair.b)):
        return None
    return pair.result(Relation.INCOMPARABLE, "one of the figures is not plausible for the metric")


def is_implausible(statement: Statement, metric: Metric) -> bool:
    """Returns whether a figure lies outside of what the catalogue believes."""
    if statement.claim.kind is not Kind.QUANTITY or not metric.plausible:
        return False
    return not metric.plausible[0] <= interval_of(statement.claim).core <= metric.plausible[1]


def several_members(pair: Pair) -> RelationResult | None:
    """Values of a family or a maker, each of which belongs to one of its members."""
    kinds = {pair.a.claim.subject.type, pair.b.claim.subject.type}
    if pair.metric.members is Members.NONE or not kinds & GATHERED:
        return None
    why = f"{pair.a.claim.subject.name} has several members, each with its own {pair.metric.name}"
    return pair.result(Relation.INCOMPARABLE, why)


GATHERED = frozenset({"family", "organization"})


def several_at_once(pair: Pair) -> RelationResult | None:
    """Metrics of which several values hold at a time."""
    if pair.metric.single:
        return None
    known = "several may hold at once" if pair.metric.known else "nobody said what exactly is counted"
    return pair.result(Relation.INCOMPARABLE, known)


def succession(pair: Pair) -> RelationResult | None:
    """A value that changed over time, as far as its metric allows."""
    rules: dict[Temporality, Callable[[Pair], RelationResult | None]] = {
        Temporality.STATE: changed_state,
        Temporality.CUMULATIVE: grown,
    }
    rule = rules.get(pair.metric.temporality)
    return rule(pair) if rule else None


def changed_state(pair: Pair) -> RelationResult | None:
    """A state that changed between two times, or whose change cannot be believed."""
    apart = pair.order in (Order.BEFORE, Order.AFTER)
    if pair.size is None and not apart:
        return None
    if pair.order is Order.UNKNOWN:
        if pair.a.claim.document == pair.b.claim.document and pair.times[0] == pair.times[1]:
            return None
        return pair.result(Relation.POSSIBLY_COMPARABLE, "no date tells whether they speak of the same time")
    room = longest_gap(*pair.times)
    if not apart and room <= ROOM_DAYS:
        return None
    if not believable(pair, room):
        why = f"a change by a factor of {amount(round(pair.factor, 1))} in that time is hard to believe"
        return pair.result(Relation.ANOMALY, why, scored(pair, 0.6), later(pair))
    why = "the value changed over time" if apart else "the value may have changed in that time"
    return pair.result(Relation.SUCCESSION, why, lead=later(pair))


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
        if pair.a.claim.document == pair.b.claim.document and pair.times[0] == pair.times[1]:
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


def larger(pair: Pair) -> Statement:
    """Returns the statement with the larger figure."""
    return pair.a if pair.size and pair.size[0].core > pair.size[1].core else pair.b


def revision(pair: Pair) -> RelationResult | None:
    """One publisher, one date of the figure, a later publication."""
    a, b = pair.a, pair.b
    if not a.publisher or a.publisher != b.publisher or a.claim.document == b.claim.document or not known_times(pair):
        return None
    if pair.order is not Order.SAME or not a.published or not b.published:
        return None
    if a.published.last < b.published.first:
        return pair.result(Relation.REVISION, f"{b.publisher} gave a new figure for the same date", lead=b)
    if b.published.last < a.published.first:
        return pair.result(Relation.REVISION, f"{a.publisher} gave a new figure for the same date", lead=a)
    return None


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
    meant = f"{value_words(wrong.claim)} is probably {value_words(right.claim)}"
    why = f"the same digits {10**power:,} times as large; {meant}"
    result = pair.result(Relation.SUSPECTED_SLIP, why, scored(pair, 0.9), wrong)
    return RelationResult(
        result.relation, result.reason, why, result.severity, result.score, result.lead, interval_of(right.claim).core
    )


def implausible_first(pair: Pair) -> tuple[Statement, Statement]:
    """Returns the statement that is less believable, then the other: outside the plausible range, else less certain."""
    out = []
    for statement in (pair.a, pair.b):
        out.append(
            (
                not is_implausible(statement, pair.metric),
                statement.claim.confidence,
                reading_order(statement),
                statement,
            )
        )
    out.sort(key=lambda each: each[:3])
    return out[0][3], out[1][3]


def significant(value: Decimal) -> int:
    """Returns the number of digits of a figure without zeros at its end."""
    return len(value.normalize().as_tuple().digits)


def possibly_comparable(pair: Pair) -> RelationResult | None:
    """Values apart where one side leaves a qualifier open."""
    if not pair.scope.open:
        return None
    if len(pair.scope.open) > 1:
        return pair.result(Relation.INCOMPARABLE, "too much is left open on either side")
    why = f"only one of them says which {qualifier_name(pair.scope.open[0])} is meant, so they may not speak of the same thing"
    return pair.result(Relation.POSSIBLY_COMPARABLE, why)


def contradiction(pair: Pair) -> RelationResult:
    """What is left: one series, one time, values apart."""
    return pair.result(Relation.CONTRADICTION, clash_words(pair), scored(pair, spread(pair)))


def clash_words(pair: Pair) -> str:
    """Returns why both cannot hold."""
    if pair.a.claim.kind is Kind.DATE and pair.b.claim.kind is Kind.DATE:
        return f"the dates lie {distance_words(days_apart(pair.a, pair.b))} apart"
    if pair.opposed:
        return "the one excludes the other"
    if pair.size is None:
        return f"both cannot be the {pair.metric.name} at one time"
    if pair.metric.temporality is Temporality.CONSTANT:
        return "the figure does not change over time, so both cannot hold"
    return "the figures are apart and speak of the same time"


def distance_words(days: int) -> str:
    """Returns a number of days in words.

    >>> distance_words(2), distance_words(92), distance_words(916)
    ('2 days', '3 months', '3 years')
    """
    if days < TOLD_IN_DAYS:
        return f"{days} days"
    return f"{round(days / 30.4)} months" if days < TOLD_IN_MONTHS else f"{round(days / 365.25)} years"


# How far apart two figures are, by the factor between them; figures within a few percent are a matter of rounding.
SPREADS = ((Decimal("1.5"), 1.0), (Decimal("1.15"), 0.7), (Decimal("1.04"), 0.4), (Decimal(0), 0.2))


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


def scored(pair: Pair, distance: float) -> float:
    """Returns how much a conflict matters: distance, overlap in time, trust in the reading, weight of the metric."""
    constant = pair.metric.temporality is Temporality.CONSTANT
    sure = 1.0 if constant else certainty(pair.a, pair.b)
    trust = min(pair.a.claim.confidence, pair.b.claim.confidence)
    trust *= IN_ONE_BREATH if one_breath(pair.a, pair.b) else 1
    hedged = 1.0 if pair.a.claim.status is Status.ASSERTED or pair.b.claim.status is Status.ASSERTED else 0.5
    return float(pair.metric.weight) * distance * sure * trust * hedged


LADDER: tuple[Callable[[Pair], RelationResult | None], ...] = (
    about_other_things,
    denied,
    other_status,
    other_currency,
    other_unit,
    says_too_little,
    same_figure_elsewhere,
    part_above_whole,
    other_scope,
    other_period_of_flow,
    large_slip,
    fits,
    several_at_once,
    several_members,
    changed_plan,
    implausible,
    succession,
    revision,
    slip,
    possibly_comparable,
    contradiction,
)
