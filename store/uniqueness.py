"""What only one thing can be, said of two: "the first online bank", "the world's largest cluster"."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from store.families import Parents, ancestors, asserted
from store.findings import Finding
from store.metrics import Metric
from store.model import Relation, Statement
from store.pairs import reading_order
from store.reasons import shortened, source_name, time_words
from store.times import Order, order_of, when_of

FIRST, LARGEST = "other:first", "other:largest"
DISTINCTIONS = (FIRST, LARGEST)
OWN = ("of", "own")
# The words of the kind may leave out what makes the two differ, so no such set is grave. Chosen.
SCORES = {FIRST: 0.3, LARGEST: 0.2}
MOST_TOLD = 24


def find_doubles(statements: Sequence[Statement], parent_of: Parents, metric: Metric) -> Iterator[Finding]:
    """Yields the finding for those who clash, of statements that all say the same of somebody."""
    told_of = sorted(asserted(statements), key=reading_order)[:MOST_TOLD]
    clashing = [pair for pair in combinations(told_of, 2) if clash(*pair, parent_of)]
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
