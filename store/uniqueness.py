"""What only one thing can be, said of two: "the first online bank", "the world's largest cluster"."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from store.families import Groups, Parents, ancestors, asserted
from store.findings import Finding
from store.metrics import Catalogue, Metric
from store.model import Relation, Statement
from store.reasons import shortened, source_name, time_words
from store.times import Order, order_of, when_of

FIRST, LARGEST = "other:first", "other:largest"
DISTINCTIONS = (FIRST, LARGEST)
OWN = ("of", "own")
# The words of the kind may leave out what makes the two differ, so no such set is grave. Chosen.
SCORES = {FIRST: 0.3, LARGEST: 0.2}
MOST_TOLD = 24


def find_doubles(groups: Groups, parent_of: Parents, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields what is said of two things and can hold of one."""
    said: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for (_, metric), statements in groups.items():
        if metric in DISTINCTIONS:
            for each in asserted(statements):
                said[(metric, each.claim.value)].append(each)
    for (metric, _), statements in sorted(said.items(), key=lambda each: each[0]):
        yield from doubles(statements[:MOST_TOLD], parent_of, catalogue.get(metric))


def doubles(statements: Sequence[Statement], parent_of: Parents, metric: Metric) -> Iterator[Finding]:
    """Yields the finding for the first of those of whom the same is said and everybody who clashes with it."""
    clashing = [pair for pair in combinations(statements, 2) if clash(*pair, parent_of)]
    if not clashing:
        return
    sides: dict[str, list[Statement]] = defaultdict(list)
    for each in dict.fromkeys(one for pair in clashing for one in pair):
        sides[each.claim.subject.id].append(each)
    told = "; ".join(
        f"{source_name(side[0])} says of {side[0].claim.subject.name}{time_words(side[0], metric)}: "
        f"“{shortened(side[0].claim.evidence.quote)}”"
        for side in sides.values()
    )
    why = "only one of them can be it"
    groups = tuple(tuple(side) for side in sides.values())
    yield Finding(Relation.CONTRADICTION, metric, groups, why, SCORES[metric.id], f"{told}: {why}.")


def clash(a: Statement, b: Statement, parent_of: Parents) -> bool:
    """Returns whether two of whom the same is said cannot both be it.

    What is the first of somebody's own says nothing of what others make; a family is what its member is.
    """
    first, second = a.claim.subject, b.claim.subject
    lines = [frozenset((each.id, each.maker, *ancestors(each.id, parent_of))) - {""} for each in (first, second)]
    if first.id in lines[1] or second.id in lines[0]:
        return False
    own = OWN in a.claim.qualifiers or OWN in b.claim.qualifiers
    if own and not lines[0] & lines[1]:
        return False
    return a.claim.metric == FIRST or order_of(when_of(a), when_of(b)) not in (Order.BEFORE, Order.AFTER)
