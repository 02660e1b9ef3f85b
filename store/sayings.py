"""Statements of one entity and metric, folded: what is said in the same way counts as one saying with many voices."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from extractors.model import Bound, Kind
from store.intervals import Fit
from store.metrics import Metric
from store.model import Statement
from store.pairs import fit_claims, reading_order
from store.series import scope_of
from store.times import when_of

PAST = re.compile(
    r"\b(?:up|down|risen|rose|grew|grown|fell|fallen|dropped) from (?:about |around |just |some )?$", re.I
)
PAST_REACH = 24


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that is said, by one or more statements.

    Attributes:
        statement: The one that speaks for it: read with the highest confidence, then the first.
        voices: All of them.
        among: Number of the list that it is an item of ("122B, 35B and 9B"), or None.
    """

    statement: Statement
    voices: tuple[Statement, ...]
    among: int | None = None


def fold_sayings(statements: Iterable[Statement], metric: Metric, *, by_document: bool) -> tuple[Saying, ...]:
    """Returns what is said, each thing once, in reading order.

    Args:
        statements: Of one entity and metric.
        metric: Its entry.
        by_document: Keep what two documents say apart.
    """
    lists = find_lists(statements, metric)
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for statement in sorted(statements, key=reading_order):
        document = statement.claim.document if by_document else ""
        groups[(document, lists.get(statement.claim.id), *saying_key(statement, metric))].append(statement)
    return tuple(
        Saying(max(voices, key=lambda each: each.claim.confidence), tuple(voices), key[1])  # type: ignore[arg-type]
        for key, voices in groups.items()
    )


def saying_key(statement: Statement, metric: Metric) -> tuple[object, ...]:
    """Returns what is said, in which scope, for which time."""
    claim, when = statement.claim, when_of(statement)
    bound = claim.bound if claim.kind is Kind.QUANTITY else Bound.EXACT
    value = (claim.kind, claim.low, claim.high, claim.unit, bound, claim.date and claim.date.text, claim.value)
    return (*value, tuple(sorted(scope_of(statement, metric).items())), claim.status, when.first, when.last)


def find_lists(statements: Iterable[Statement], metric: Metric) -> dict[str, int]:
    """Returns the number of the list for each claim that is an item of one: different figures in one sentence or cell.

    A sentence that gives one entity two sizes speaks of several things under one name, or of two times; its figures do
    not contradict each other. "Up from 20" is the figure of another time, and leaves what it is up to comparable.
    """
    places: dict[tuple[str, int, str, str], list[Statement]] = defaultdict(list)
    past: list[Statement] = []
    for statement in sorted(statements, key=reading_order):
        claim = statement.claim
        if is_past(statement):
            past.append(statement)
        elif claim.evidence.context.end > 0:
            part = scope_of(statement, metric).get("part", "")
            places[(claim.document, claim.evidence.context.start, part, claim.unit)].append(statement)
    found: dict[str, int] = {}
    for number, group in enumerate([*([each] for each in past), *(g for g in places.values() if is_list(g, metric))]):
        found |= {statement.claim.id: number for statement in group}
    return found


def is_past(statement: Statement) -> bool:
    """Returns whether a figure is what another one was before, and nothing says when: "up from 20 million"."""
    claim = statement.claim
    start = claim.evidence.start - claim.evidence.context.start
    if claim.kind is not Kind.QUANTITY or not 0 < start <= len(statement.sentence):
        return False
    return PAST.search(statement.sentence, max(start - PAST_REACH, 0), start) is not None


def is_list(statements: Sequence[Statement], metric: Metric) -> bool:
    """Returns whether some neighbours differ in value, at any tolerance, and in nothing else that splits the metric."""
    if len(statements) < 2:
        return False
    strict = replace(metric, tolerance=Decimal(0))
    return any(
        fit_claims(a, b, strict)[0] is Fit.APART and same_but_item(a, b, metric) for a, b in pairwise(statements)
    )


def same_but_item(a: Statement, b: Statement, metric: Metric) -> bool:
    """Returns whether two statements have the same scope and time, apart from the item that is named."""
    scopes = [{key: value for key, value in scope_of(each, metric).items() if key != "item"} for each in (a, b)]
    return scopes[0] == scopes[1] and when_of(a) == when_of(b)
