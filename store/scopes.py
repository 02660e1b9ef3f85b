"""Rules for statements that measure different things: another entity, status, unit, qualifier or period."""

import re

from extractors.model import Kind, Status
from store.intervals import Fit
from store.metrics import Members, Temporality
from store.model import Relation, Statement
from store.pairs import (
    Pair,
    RelationResult,
    is_in_name,
    known_times,
    later,
    moved_on,
    scored,
    significant,
    telling_figure,
)
from store.reasons import period_words, qualifier_name
from store.series import entity_of, scope_of
from store.times import ROOM_DAYS, Order, When, order_of, when_of

ALL = "all"
VARIANT = re.compile(r"[ -]([A-Z][a-z]+)(?= [a-z])")
LONGER = re.compile(r"[ -]([A-Z][a-z]+)$")
# Rows of one table stand within these many characters. Chosen: a dozen rows of four cells.
TABLE_REACH = 1200
RELATIVE_UNITS = frozenset({"percent", "ratio", "percentage point"})


def about_other_things(pair: Pair) -> RelationResult | None:
    """Another entity or metric, another kind of value."""
    a, b = pair.a.claim, pair.b.claim
    if entity_of(pair.a, pair.metric) != entity_of(pair.b, pair.metric):
        return pair.result(Relation.INCOMPARABLE, f"one is about {a.subject.name}, the other about {b.subject.name}")
    if a.metric != b.metric:
        return pair.result(Relation.INCOMPARABLE, "they measure different things")
    return None


def another_variant(pair: Pair) -> RelationResult | None:
    """Figures of which one follows a longer name: "Vega costs" and "Vega Heavy costs" are two prices."""
    if pair.size is None or pair.metric.family == "company" or pair.fit is not Fit.APART:
        return None
    a, b = variant_in_text(pair.a), variant_in_text(pair.b)
    if a == b:
        return None
    return pair.result(Relation.INCOMPARABLE, f"the text goes on to say “{a or b}” after the name")


def variant_in_text(statement: Statement) -> str:
    """Returns the capitalised word that follows the entity's name in the text, "" where none does.

    Behind the mention the next word has to be in lower case: in a heading every word is capitalised.
    """
    claim = statement.claim
    if not claim.mention:
        return ""
    longer = claim.mention.startswith(f"{claim.subject.name} ")
    rest = claim.mention.removeprefix(claim.subject.name) if longer else statement.sentence.partition(claim.mention)[2]
    match = (LONGER if longer else VARIANT).match(rest)
    return match[1] if match else ""


def denied(pair: Pair) -> RelationResult | None:
    """One side denies what the other asserts."""
    if {pair.a.claim.status, pair.b.claim.status} != {Status.DENIED, Status.ASSERTED} or pair.scope.other:
        return None
    if pair.same_figure if pair.size else pair.fit in (Fit.SAME, Fit.ROUNDER):
        return pair.result(Relation.CONTRADICTION, "one side denies what the other asserts", scored(pair, 0.6))
    return None


def other_status(pair: Pair) -> RelationResult | None:
    """A limit, a plan, an allegation or a denial against something else."""
    a, b = pair.a.claim.status, pair.b.claim.status
    if a is b:
        return None
    return pair.result(Relation.INCOMPARABLE, f"{STATUS_WORDS[a]} and {STATUS_WORDS[b]} do not conflict")


STATUS_WORDS = {
    Status.ASSERTED: "a statement of fact",
    Status.PLANNED: "a plan",
    Status.ALLEGED: "an allegation",
    Status.DENIED: "a denial",
    Status.THRESHOLD: "a limit in a licence or a law",
}


def other_unit(pair: Pair) -> RelationResult | None:
    """Values that no tolerance can compare."""
    if pair.fit is not None:
        return None
    a, b = pair.a.claim.unit or pair.a.claim.kind, pair.b.claim.unit or pair.b.claim.kind
    return pair.result(Relation.INCOMPARABLE, f"one is in {a}, the other in {b}")


def says_too_little(pair: Pair) -> RelationResult | None:
    """A qualifier without which the metric means nothing is missing on a side."""
    if not pair.metric.needs or (pair.metric.temporality is not Temporality.CONSTANT and pair.fit is not Fit.APART):
        return None
    told = [dict(each.claim.qualifiers) for each in (pair.a, pair.b)]
    missing = next((key for key in pair.metric.needs if any(key not in words for words in told)), None)
    if missing is None:
        return None
    return pair.result(Relation.INCOMPARABLE, f"it is not said {LACKS.get(missing, 'of what')}")


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
    told = f" ({period_words(a)} here, {period_words(b)} there)" if a and b else ""
    why = f"the same figure under another {qualifier_name(key)}{told}"
    distance = 0.9 if a and b and key in pair.scope.other else 0.25
    sure = 0.8 if key == "period" and is_amount(pair) else 0.0
    if key == "period" and fills_the_total(pair):
        why += ", and one period cannot make up all of them"
        return pair.result(Relation.CONTRADICTION, why, scored(pair, distance, sure))
    return pair.result(Relation.SCOPE_MISMATCH, why, scored(pair, distance, sure))


def fills_the_total(pair: Pair) -> bool:
    """Returns whether a count of one period equals the count in all, which was not taken in another time.

    Nothing would have been counted before the period. A total that was taken earlier or later says no such thing.
    """
    periods = {dict(each.claim.qualifiers).get("period") for each in (pair.a, pair.b)}
    counted = pair.metric.temporality is Temporality.CUMULATIVE and "cumulative" in periods
    return counted and pair.order in (Order.SAME, Order.OVERLAP, Order.UNKNOWN)


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


def part_above_whole(pair: Pair) -> RelationResult | None:
    """A count of one platform, segment or region that exceeds the count of all."""
    if pair.fit is not Fit.APART or pair.size is None or not adds_up(pair):
        return None
    first_is_part = whole_and_part(pair)
    if first_is_part is None or pair.scope.open or pair.order in (Order.BEFORE, Order.AFTER):
        return None
    part, whole = pair.size if first_is_part else (pair.size[1], pair.size[0])
    if part.core <= whole.core or (pair.metric.family == "company" and pair.order is not Order.SAME):
        return None
    return pair.result(Relation.CONTRADICTION, "a part is larger than the whole that holds it", scored(pair, 0.5))


def adds_up(pair: Pair) -> bool:
    """Returns whether the figures of parts add up to that of the whole: counts and sales, no losses and no shares."""
    lowest = pair.metric.plausible[0] if pair.metric.plausible else -1
    return pair.metric.kind is Kind.QUANTITY and lowest >= 0 and is_amount(pair)


def whole_and_part(pair: Pair) -> bool | None:
    """Returns whether the first of two is the part and the second the whole, None where neither holds the other."""
    first, second = (scope_of(each, pair.metric) for each in (pair.a, pair.b))
    if not pair.scope.other and pair.scope.within == ("platform",):
        return len(first["platform"]) < len(second["platform"])
    if pair.scope.within or len(pair.scope.other) != 1 or pair.metric.defaults.get(pair.scope.other[0]) != ALL:
        return None
    key = pair.scope.other[0]
    return second[key] == ALL if ALL in (first[key], second[key]) else None


def another_row(pair: Pair) -> RelationResult | None:
    """Figures of two rows that stand near each other under one head of a table: their author tells them apart."""
    if pair.fit is not Fit.APART or pair.size is None or not rows_apart(pair.a, pair.b):
        return None
    first, second = (each.claim.evidence.row for each in (pair.a, pair.b))
    return pair.result(Relation.INCOMPARABLE, f"the table tells “{first}” from “{second}”")


def rows_apart(a: Statement, b: Statement) -> bool:
    """Returns whether two statements stand in different rows of one column of one table."""
    first, second = a.claim.evidence, b.claim.evidence
    if a.claim.document != b.claim.document or not first.row or not second.row or first.column != second.column:
        return False
    return first.row.casefold() != second.row.casefold() and abs(first.start - second.start) <= TABLE_REACH


def other_scope(pair: Pair) -> RelationResult | None:
    """Another qualifier, or a narrower one with another figure."""
    if pair.scope.other:
        return pair.result(Relation.INCOMPARABLE, f"another {qualifier_name(pair.scope.other[0])} is meant")
    if pair.scope.within and pair.fit is Fit.APART:
        key = qualifier_name(pair.scope.within[0])
        if "platform" in pair.scope.within:
            return pair.result(Relation.INCOMPARABLE, "one counts a part of what the other counts")
        return pair.result(Relation.POSSIBLY_COMPARABLE, f"one {key} is narrower than the other")
    return None


def other_period_of_flow(pair: Pair) -> RelationResult | None:
    """A flow over two stretches of time: the same figure for a quarter and a year, a new period, or no matter."""
    if pair.temporality is not Temporality.FLOW:
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


def overlap_days(a: When, b: When) -> int:
    """Returns the number of days that two times share."""
    if not (a.first and a.last and b.first and b.last):
        return 0
    return max((min(a.last, b.last) - max(a.first, b.first)).days + 1, 0)


def several_at_once(pair: Pair) -> RelationResult | None:
    """Metrics of which several values hold at a time."""
    if pair.metric.single:
        return None
    known = "several may hold at once" if pair.metric.known else "nobody said what exactly is counted"
    return pair.result(Relation.INCOMPARABLE, known)


def several_members(pair: Pair) -> RelationResult | None:
    """Values of a family or a maker, each of which belongs to one of its members."""
    kinds = {pair.a.claim.subject.type, pair.b.claim.subject.type}
    if pair.metric.members is Members.NONE or not kinds & GATHERED:
        return None
    why = f"{pair.a.claim.subject.name} has several members, each with its own {pair.metric.name}"
    return pair.result(Relation.INCOMPARABLE, why)


GATHERED = frozenset({"family", "organization"})


def size_in_name(pair: Pair) -> RelationResult | None:
    """A size in a model's name is a label, rounded or counted per expert: "8x7B", "120b" for 117 billion."""
    if pair.fit is not Fit.APART or not any(is_in_name(each.claim) for each in (pair.a, pair.b)):
        return None
    return pair.result(Relation.INCOMPARABLE, "the size in a name is only a label")


def possibly_comparable(pair: Pair) -> RelationResult | None:
    """Values apart where one side leaves a qualifier open."""
    unsaid = [qualifier_name(key) for key in pair.scope.open]
    if not unsaid:
        return None
    if len(unsaid) > 1:
        return pair.result(Relation.INCOMPARABLE, "too much is left open on either side")
    key = unsaid[0]
    why = f"only one of them says which {key} is meant, so they may not speak of the same thing"
    return pair.result(Relation.POSSIBLY_COMPARABLE, why)
