"""Disagreements within one series: equal sayings folded, each pair related, what hangs together in one finding.

A series with more than `MOST_SAYINGS` different sayings compares neighbours in time and in size only, so that the work
grows with their number and not with its square.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from extractors.model import Kind
from store.findings import Finding
from store.intervals import interval_of, ratio
from store.metrics import Catalogue, Metric, load_metrics
from store.model import Relation, Statement
from store.pairs import RelationResult, is_implausible
from store.relations import compare
from store.sayings import Saying, fold_sayings
from store.scopes import rows_apart
from store.slips import slip_words
from store.times import when_of

MOST_SAYINGS = 48
NEIGHBOURS = 12
SAME_FIGURE = Decimal("1.01")
CLASHES = frozenset({Relation.CONTRADICTION, Relation.SUSPECTED_SLIP, Relation.ANOMALY})
AGREEING = frozenset({Relation.EQUIVALENT, Relation.REFINES})
REPORTED = (CLASHES, frozenset({Relation.SCOPE_MISMATCH}), frozenset({Relation.POSSIBLY_COMPARABLE}))


@dataclass(frozen=True, slots=True)
class Edge:
    """Two sayings, by their place in the group, and their relation."""

    a: int
    b: int
    result: RelationResult


def find_in_group(
    statements: Sequence[Statement], metric: Metric, catalogue: Catalogue, origins: Mapping[str, str]
) -> Iterator[Finding]:
    """Yields the disagreements within one entity and metric."""
    if len(statements) < 2 or not metric.known:
        return
    sayings = fold_sayings(statements, metric, by_document=True)
    if len(sayings) > MOST_SAYINGS:
        sayings = fold_sayings(statements, metric, by_document=False)
    if len(sayings) < 2:
        return
    edges = [
        Edge(a, b, compare(sayings[a].statement, sayings[b].statement, catalogue, origins))
        for a, b in pairs_of(sayings)
    ]
    edges = [edge for edge in edges if not told_apart(edge, sayings)]
    for relations in REPORTED:
        for component in components([edge for edge in edges if edge.result.relation in relations]):
            yield finding_of(component, edges, sayings, metric, origins)


def told_apart(edge: Edge, sayings: Sequence[Saying]) -> bool:
    """Returns whether two figures that clash stand elsewhere in two rows of one table."""
    if edge.result.relation not in CLASHES or edge.result.pair.size is None:
        return False
    return any(rows_apart(a, b) for a in sayings[edge.a].voices for b in sayings[edge.b].voices)


def pairs_of(sayings: Sequence[Saying]) -> Iterator[tuple[int, int]]:
    """Yields the pairs to compare: all of a small group, neighbours in time and in size of a large one."""
    if len(sayings) <= MOST_SAYINGS:
        pairs: Iterable[tuple[int, int]] = combinations(range(len(sayings)), 2)
    else:
        pairs = neighbours(sayings)
    for a, b in pairs:
        if sayings[a].among is None and sayings[b].among is None:
            yield a, b


def neighbours(sayings: Sequence[Saying]) -> list[tuple[int, int]]:
    """Returns pairs that lie near each other in time or in size."""
    pairs: set[tuple[int, int]] = set()
    for key in (time_of, value_of):
        order = sorted(range(len(sayings)), key=lambda place, key=key: (key(sayings[place]), place))  # type: ignore[misc]
        for place, a in enumerate(order):
            pairs |= {(min(a, b), max(a, b)) for b in order[place + 1 : place + 1 + NEIGHBOURS]}
    return sorted(pairs)


def time_of(saying: Saying) -> int:
    """Returns the last day of a saying as a number, 0 when unknown."""
    last = when_of(saying.statement).last
    return last.toordinal() if last else 0


def value_of(saying: Saying) -> float:
    """Returns the value of a saying as a number that sorts; 0 for words."""
    claim = saying.statement.claim
    if claim.kind is Kind.QUANTITY:
        return float(interval_of(claim).core)
    return float(claim.date.first.toordinal()) if claim.date else 0.0


def components(edges: Sequence[Edge]) -> Iterator[list[Edge]]:
    """Yields the edges that hang together."""
    home: dict[int, int] = {}

    def root(place: int) -> int:
        while home.setdefault(place, place) != place:
            home[place] = home[home[place]]
            place = home[place]
        return place

    for edge in edges:
        home[root(edge.a)] = root(edge.b)
    found: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        found[root(edge.a)].append(edge)
    yield from found.values()


def finding_of(
    component: Sequence[Edge],
    edges: Sequence[Edge],
    sayings: Sequence[Saying],
    metric: Metric,
    origins: Mapping[str, str],
) -> Finding:
    """Returns the finding for edges that hang together; sayings that agree with one of them join its side."""
    gravest = max(component, key=lambda edge: (edge.result.score, -edge.a, -edge.b))
    agreeing = [edge for edge in edges if is_same(edge, sayings)]
    sides = sides_of(component, agreeing, (gravest.a, gravest.b))
    told = tuple(tuple(voice for place in side for voice in voices(sayings[place])) for side in sides)
    why = gravest.result.why
    if gravest.result.relation is Relation.SUSPECTED_SLIP and same_unit(told[0][0], told[1][0]):
        why = slip_words(*minority_first(told, origins))
    return Finding(gravest.result.relation, metric, told, why, gravest.result.score)


def same_unit(a: Statement, b: Statement) -> bool:
    """Returns whether two figures are in one unit."""
    return a.claim.unit == b.claim.unit


def minority_first(sides: Sequence[Sequence[Statement]], origins: Mapping[str, str]) -> tuple[Statement, Statement]:
    """Returns the speakers of the first two sides, the one with fewer origins first; of equal ones the stranger."""
    documents = [{statement.claim.document for statement in side} for side in sides[:2]]
    counts = [len({origins.get(each, each) for each in side}) for side in documents]
    a, b = sides[0][0], sides[1][0]
    if counts[0] != counts[1]:
        return (a, b) if counts[0] < counts[1] else (b, a)
    entry = load_metrics().get(a.claim.metric)
    return (b, a) if is_implausible(b, entry) and not is_implausible(a, entry) else (a, b)


def is_same(edge: Edge, sayings: Sequence[Saying]) -> bool:
    """Returns whether two sayings agree to the figure, so that one stands for the other in a dispute."""
    if edge.result.relation not in AGREEING:
        return False
    a, b = (sayings[place].statement.claim for place in (edge.a, edge.b))
    if a.kind is b.kind is Kind.QUANTITY:
        return ratio(interval_of(a), interval_of(b)) <= SAME_FIGURE
    return edge.result.relation is Relation.EQUIVALENT


def sides_of(component: Sequence[Edge], agreeing: Sequence[Edge], first: tuple[int, int]) -> list[list[int]]:
    """Returns the places of sayings by side, the gravest two sides first.

    Each saying that clashes goes to the first side whose speaker it agrees with; then the sayings that agree with a
    speaker and clash with nobody join.
    """
    friends: dict[int, set[int]] = defaultdict(set)
    for edge in agreeing:
        friends[edge.a].add(edge.b)
        friends[edge.b].add(edge.a)
    clashing = dict.fromkeys([*first, *sorted({place for edge in component for place in (edge.a, edge.b)})])
    others = sorted({friend for place in clashing for friend in friends[place]} - clashing.keys())
    sides: list[list[int]] = [[first[0]], [first[1]]]
    for place in [*clashing, *others]:
        if place in first:
            continue
        home = next((side for side in sides if side[0] in friends[place]), None)
        if home is not None:
            home.append(place)
        elif place in clashing:
            sides.append([place])
    return sides


def voices(saying: Saying) -> list[Statement]:
    """Returns the statements of a saying, its speaker first."""
    return [saying.statement, *(each for each in saying.voices if each is not saying.statement)]
