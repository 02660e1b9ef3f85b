"""What a statement measures: the series that it belongs to, and how the qualifiers of two statements differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from extractors.model import Basis, Entity, Kind
from store.metrics import Metric, Temporality, load_metrics
from store.model import Statement
from store.times import When, when_of
from store.value_classes import parts_of

# Days of a period, from the shortest to the longest that is still called so.
PERIODS: Mapping[str, tuple[int, int]] = {"week": (7, 7), "month": (28, 31), "quarter": (89, 92), "year": (364, 371)}

# An organization inside another one is a segment of it: the figures of "alibaba-cloud" are Alibaba's for "cloud".
SEGMENTED = "segment"

SeriesKey = tuple[str, str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """How the qualifiers of two statements differ.

    Attributes:
        other: Qualifiers that both sides state, differently.
        within: Qualifiers that both sides state where one is a part or a narrower name of the other.
        open: Qualifiers that only one side states.
    """

    other: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def scope_of(statement: Statement, metric: Metric) -> dict[str, str]:
    """Returns the qualifiers of a statement with what goes without saying: the usual part, the period of a flow."""
    usual = dict(metric.defaults)
    if (segment := segment_of(statement.claim.subject)) and SEGMENTED in usual:
        usual[SEGMENTED] = segment
    scope = {**usual, **dict(statement.claim.qualifiers)}
    if metric.temporality is Temporality.FLOW and "period" in metric.splits and "period" not in scope:
        period = implied_period(statement)
        if period:
            scope["period"] = period
    return scope


def segment_of(entity: Entity) -> str:
    """Returns the segment of its parent that an organization is, by its id; "" for one that stands alone.

    >>> segment_of(Entity("acme-cloud", "Acme Cloud", "organization", parent="acme"))
    'cloud'
    """
    if entity.type != "organization" or not entity.parent or not entity.id.startswith(f"{entity.parent}-"):
        return ""
    return entity.id.removeprefix(f"{entity.parent}-").replace("-", " ")


def entity_of(statement: Statement, metric: Metric) -> str:
    """Returns the id of the entity that a statement is compared under: of a segment the whole."""
    entity = statement.claim.subject
    return entity.parent if SEGMENTED in metric.defaults and segment_of(entity) else entity.id


def temporality_of(scope: Mapping[str, str], metric: Metric) -> Temporality:
    """Returns how a value behaves over time: what grows in all is a flow when it is counted by the month."""
    if metric.temporality is Temporality.CUMULATIVE and scope.get("period") in {*PERIODS, "day"}:
        return Temporality.FLOW
    return metric.temporality


def implied_period(statement: Statement) -> str:
    """Returns the period that a stated stretch of time amounts to, "" where none is stated."""
    claim = statement.claim
    if claim.as_of is None or claim.as_of_basis is not Basis.STATED:
        return ""
    days = (claim.as_of.last - claim.as_of.first).days + 1
    if days < PERIODS["quarter"][0]:
        return ""
    return next((name for name, (least, most) in PERIODS.items() if least <= days <= most), "")


def span_of_flow(statement: Statement, metric: Metric) -> When:
    """Returns the stretch that a flow was measured over; "the quarter ended 31 March" reaches back from that day."""
    when = when_of(statement)
    period = scope_of(statement, metric).get("period", "")
    if when.last and when.first and period in PERIODS and when.days < PERIODS[period][0]:
        return When(when.last - timedelta(days=PERIODS[period][1] - 1), when.last, when.knowledge)
    return when


def claim_key(statement: Statement) -> SeriesKey:
    """Returns the series of a statement: entity, metric, unit, and the qualifiers that split the metric."""
    claim = statement.claim
    metric = load_metrics().get(claim.metric)
    scope = scope_of(statement, metric)
    unit = claim.unit if claim.kind is Kind.QUANTITY else claim.kind.value
    return (
        entity_of(statement, metric),
        claim.metric,
        unit,
        tuple(sorted((key, listed(value)) for key, value in scope.items())),
    )


@lru_cache(4096)
def listed(value: str) -> str:
    """Returns a qualifier in one spelling.

    >>> listed("ModelScope and Hugging Face") == listed("Hugging Face + ModelScope")
    True
    """
    return "+".join(sorted(parts_of(value)))


def difference_of(a: Mapping[str, str], b: Mapping[str, str], metric: Metric) -> Difference:
    """Returns how the qualifiers of two statements differ; one left open counts only where it splits the metric."""
    other: list[str] = []
    within: list[str] = []
    unsaid: list[str] = []
    for key in sorted({*a, *b}):
        if key not in a or key not in b:
            if key in metric.splits:
                unsaid.append(key)
        elif listed(a[key]) != listed(b[key]):
            (within if is_within(a[key], b[key]) else other).append(key)
    return Difference(tuple(other), tuple(within), tuple(unsaid))


def is_within(a: str, b: str) -> bool:
    """Returns whether one list holds the other, or one name begins with the other.

    >>> is_within("X", "X and Grok apps"), is_within("AIME", "AIME 2025"), is_within("input", "output")
    (True, True, False)
    """
    first, second = parts_of(a), parts_of(b)
    if first <= second or second <= first:
        return True
    if len(first) > 1 or len(second) > 1:
        return False
    short, long = sorted((min(first), min(second)), key=len)
    return long.startswith(short + " ")
