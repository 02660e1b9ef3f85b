"""How two statements stand to each other: `compare` walks the ladder, the first rule that fits decides.

The result does not depend on the order of the two: `lead` names the statement that the relation points from (the finer
one, the later one, the correcting one). Each rule takes a `Pair` and returns a result or None.
"""

from collections.abc import Callable, Mapping

from extractors.model import Kind
from store.intervals import Fit
from store.metrics import Catalogue, Temporality, load_metrics
from store.model import Relation, Statement
from store.origins import is_copy
from store.pairs import SAME_DAY, Pair, RelationResult, days_apart, finer, known_times, later, make_pair, scored, spread
from store.reasons import qualifier_name
from store.scopes import (
    about_other_things,
    another_row,
    another_variant,
    denied,
    other_period_of_flow,
    other_scope,
    other_status,
    other_unit,
    part_above_whole,
    possibly_comparable,
    same_figure_elsewhere,
    says_too_little,
    several_at_once,
    several_members,
    size_in_name,
)
from store.slips import implausible, large_slip, other_currency, slip
from store.successions import changed_plan, revision, succession
from store.times import Order

# Above these many days a distance is told in months, then in years.
TOLD_IN_DAYS, TOLD_IN_MONTHS = 60, 730


def compare(
    a: Statement, b: Statement, catalogue: Catalogue | None = None, origins: Mapping[str, str] | None = None
) -> RelationResult:
    """Returns the relation of two statements, the same for either order.

    Args:
        a: The one.
        b: The other.
        catalogue: The metrics; the shipped ones by default.
        origins: By document the one that it is a print of, from `reprints.origins_of_documents`.
    """
    pair = make_pair(a, b, catalogue or load_metrics(), origins or {})
    for rule in LADDER:
        result = rule(pair)
        if result is not None:
            return softened(pair, result) or result
    return contradiction(pair)


def softened(pair: Pair, result: RelationResult) -> RelationResult | None:
    """Returns what is left of a clash of figures when one side leaves a qualifier open, None for no such clash."""
    clash = pair.fit is Fit.APART and result.relation in (Relation.CONTRADICTION, Relation.ANOMALY)
    return possibly_comparable(pair) if clash and pair.scope.open else None


def copied(pair: Pair) -> RelationResult | None:
    """One sentence, printed twice: one vote."""
    if pair.fit not in (Fit.SAME, Fit.ROUNDER) or not (pair.one_text or is_copy(pair.a, pair.b)):
        return None
    return pair.result(Relation.SAME_ORIGIN, "both stand in copies of one text and count once")


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
    changing = pair.temporality in (Temporality.STATE, Temporality.CUMULATIVE)
    return changing and pair.size is not None and pair.order is not Order.SAME and known_times(pair)


def contradiction(pair: Pair) -> RelationResult:
    """What is left: one series, one time, values apart."""
    return pair.result(Relation.CONTRADICTION, clash_words(pair), scored(pair, spread(pair)))


def clash_words(pair: Pair) -> str:
    """Returns why both cannot hold."""
    if pair.a.claim.kind is Kind.DATE and pair.b.claim.kind is Kind.DATE:
        return date_clash_words(pair)
    if pair.opposed:
        return "the one excludes the other"
    if pair.size is None:
        return f"both cannot be the {pair.metric.name} at one time"
    if pair.temporality is Temporality.CONSTANT:
        return "the figure does not change over time, so both cannot hold"
    return "the figures are apart and speak of the same time"


def date_clash_words(pair: Pair) -> str:
    """Returns how far two dates lie apart, or that neighbouring months or years differ."""
    days = days_apart(pair.a, pair.b)
    return f"the dates lie {distance_words(days)} apart" if days > SAME_DAY else "the dates differ"


def distance_words(days: int) -> str:
    """Returns a number of days in words.

    >>> distance_words(2), distance_words(92), distance_words(916)
    ('2 days', '3 months', '3 years')
    """
    if days < TOLD_IN_DAYS:
        return f"{days} days"
    return f"{round(days / 30.4)} months" if days < TOLD_IN_MONTHS else f"{round(days / 365.25)} years"


LADDER: tuple[Callable[[Pair], RelationResult | None], ...] = (
    about_other_things,
    denied,
    other_status,
    another_variant,
    other_currency,
    other_unit,
    says_too_little,
    same_figure_elsewhere,
    part_above_whole,
    other_scope,
    another_row,
    copied,
    other_period_of_flow,
    large_slip,
    fits,
    several_at_once,
    several_members,
    size_in_name,
    changed_plan,
    implausible,
    succession,
    revision,
    slip,
    possibly_comparable,
    contradiction,
)
