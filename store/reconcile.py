"""Where statements disagree: `find_conflicts` turns what cannot hold together into sets, gravest first.

Pure functions on values. Statements are looked at by neighbourhood (`store.neighbourhoods`): those of one series by
the ladder of relations, and beyond pairs those of one house, of one document and of one kind. `find_in` finds anew what
a change can have touched; the ledger keeps the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from store.arithmetic import Rates, find_wrong_growth, find_wrong_sums, implied_rates
from store.beyond import find_beyond_pairs, find_unlike_rows
from store.comparisons import find_comparisons
from store.disputes import AGREEING, CLASHES, find_in_group, pairs_of
from store.families import find_family_conflicts
from store.findings import Finding, conflict_set, gravest_first
from store.metrics import Catalogue, load_metrics
from store.model import ConflictSet, Rank, Relation, Statement
from store.neighbourhoods import (
    DOCUMENT,
    HOUSE,
    SERIES,
    Kin,
    Neighbourhood,
    kin_of,
    neighbourhoods_of,
    series_of,
)
from store.pairs import reading_order
from store.relations import compare
from store.sayings import fold_sayings
from store.uniqueness import find_doubles
from store.variants import find_stand_ins

Groups = dict[tuple[str, str], list[Statement]]
Found = dict[Neighbourhood, tuple[ConflictSet, ...]]


@dataclass(frozen=True, slots=True)
class Agreements:
    """How many statements agree with another source, stand alone, or are disputed.

    Attributes:
        agreed: Statements that another document says too.
        single: Statements that no other document touches.
        disputed: Statements in a contradiction, a suspected slip or an anomaly.
        mismatched: Statements in a scope mismatch alone.
    """

    agreed: int
    single: int
    disputed: int
    mismatched: int


def find_conflicts(
    statements: Iterable[Statement],
    catalogue: Catalogue | None = None,
    kin: Kin | None = None,
    origins: Mapping[str, str] | None = None,
) -> tuple[ConflictSet, ...]:
    """Returns the sets of statements that do not go together, gravest first, whatever the order of the statements.

    Args:
        statements: Of the whole ledger, or of the entities that matter with their families.
        catalogue: The metrics; the shipped ones by default.
        kin: Who belongs to whom; by default what the statements' own subjects and the entity catalogue say.
        origins: By document the one that it is a print of, from `reprints.origins_of_documents`.
    """
    found = find_in(statements, None, catalogue=catalogue, kin=kin, origins=origins)
    return in_order(each for sets in found.values() for each in sets)


def find_in(
    statements: Iterable[Statement],
    touched: Collection[Neighbourhood] | None,
    *,
    catalogue: Catalogue | None = None,
    kin: Kin | None = None,
    rates: Rates | None = None,
    origins: Mapping[str, str] | None = None,
) -> Found:
    """Returns the conflict sets of some neighbourhoods, those without any with an empty tuple.

    What it returns for a neighbourhood replaces all sets that were found there before, and `in_order` of the sets of
    all neighbourhoods is what `find_conflicts` returns for the whole ledger.

    Args:
        statements: At least every statement of the ledger that lies in one of `touched`, by `neighbourhoods_of`.
        touched: The neighbourhoods to look at; None for all. Those of every statement that was added, retracted, ranked
            or moved to another entity, as it lies before the change and after it.
        catalogue: The metrics; the shipped ones by default.
        kin: Who belongs to whom, the same for every call on a ledger; needed unless all statements are given.
        rates: What currencies are worth to the whole ledger, by `arithmetic.implied_rates`; those of the given
            statements by default. Conversions are judged by the rates as they were when their document was touched.
        origins: By document the one that it is a print of. A document whose origin changes is touched as a whole.
    """
    catalogue = catalogue or load_metrics()
    standing = [each for each in statements if each.retracted_in is None and each.rank is not Rank.DEPRECATED]
    kin = kin or kin_of({each.claim.subject.id: each.claim.subject for each in sorted(standing, key=reading_order)})
    lying: dict[Neighbourhood, list[Statement]] = defaultdict(list)
    for statement in standing:
        for each in neighbourhoods_of(statement, kin, catalogue):
            if touched is None or each in touched:
                lying[each].append(statement)
    if rates is None:
        rates = implied_rates(standing, catalogue)
    found: Found = dict.fromkeys(touched or (), ())
    for place, group in sorted(lying.items()):
        findings = list(look_at(place, sorted(group, key=reading_order), Aids(catalogue, kin, rates, origins or {})))
        if findings or touched is not None:
            sets = {each.id: each for each in map(conflict_set, findings)}
            found[place] = tuple(sorted(sets.values(), key=gravest_first))
    return found


@dataclass(frozen=True, slots=True)
class Aids:
    """What a look at a neighbourhood needs besides its statements."""

    catalogue: Catalogue
    kin: Kin
    rates: Rates
    origins: Mapping[str, str]


def look_at(place: Neighbourhood, statements: Sequence[Statement], aids: Aids) -> Iterator[Finding]:
    """Yields what does not go together in a neighbourhood, whose statements come in reading order."""
    catalogue, parent_of = aids.catalogue, aids.kin.parent_of
    if place.kind == SERIES:
        yield from find_in_group(statements, catalogue.get(place.metric), catalogue, aids.origins)
    elif place.kind == HOUSE:
        groups = group_statements(statements)
        yield from find_family_conflicts(groups, parent_of, catalogue)
        yield from find_stand_ins(groups, parent_of, catalogue)
        yield from find_beyond_pairs(groups, catalogue)
        yield from find_wrong_growth(groups, catalogue)
    elif place.kind == DOCUMENT:
        yield from find_wrong_sums(statements, aids.rates, catalogue)
        yield from find_unlike_rows(statements, catalogue)
        yield from find_comparisons(statements, catalogue)
    else:
        yield from find_doubles(statements, parent_of, catalogue.get(place.metric))


def in_order(sets: Iterable[ConflictSet]) -> tuple[ConflictSet, ...]:
    """Returns the sets of all neighbourhoods as they are shown: each once, gravest first, no part of a graver one."""
    each_once = {each.id: each for each in sets}
    return tuple(sorted(without_repeats(each_once.values()), key=gravest_first))


def group_statements(statements: Iterable[Statement]) -> Groups:
    """Returns the statements that stand, by entity and metric, each group in reading order."""
    groups: Groups = defaultdict(list)
    for statement in statements:
        if statement.retracted_in is None and statement.rank is not Rank.DEPRECATED:
            groups[series_of(statement, load_metrics())].append(statement)
    return {key: sorted(group, key=reading_order) for key, group in sorted(groups.items())}


def without_repeats(sets: Iterable[ConflictSet]) -> Iterator[ConflictSet]:
    """Yields the sets whose statements do not all stand in a graver set of the same entity and metric."""
    kept: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for each in sorted(sets, key=lambda each: (gravest_first(each)[:2], -len(each.claims), each.id)):
        claims = frozenset(statement.claim.id for statement in each.claims)
        if not any(claims <= other for other in kept[(each.subject, each.metric)]):
            kept[(each.subject, each.metric)].append(claims)
            yield each


def count_agreements(statements: Iterable[Statement], conflicts: Iterable[ConflictSet]) -> Agreements:
    """Returns how many statements agree, stand alone or are disputed, for the summary of a run."""
    groups = group_statements(statements)
    standing = {each.claim.id for group in groups.values() for each in group}
    disputed, mismatched = set(), set()
    for conflict in conflicts:
        ids = {statement.claim.id for statement in conflict.claims}
        if conflict.relation in CLASHES:
            disputed |= ids
        elif conflict.relation is Relation.SCOPE_MISMATCH:
            mismatched |= ids
    agreed = agreeing_ids(groups) - disputed
    alone = len(standing - agreed - disputed - mismatched)
    return Agreements(len(agreed), alone, len(disputed), len(mismatched - disputed - agreed))


def agreeing_ids(groups: Groups) -> set[str]:
    """Returns the claims that a statement of another document agrees with.

    Two that agree with others already need not be compared: most figures that many documents give are alike.
    """
    out: set[str] = set()
    catalogue = load_metrics()
    for (_, metric), group in groups.items():
        sayings = fold_sayings(group, catalogue.get(metric), by_document=True)
        agreeing: set[int] = set()
        for a, b in pairs_of(sayings) if len({each.claim.document for each in group}) > 1 else ():
            first, second = sayings[a], sayings[b]
            if agreeing.issuperset((a, b)) or first.statement.claim.document == second.statement.claim.document:
                continue
            if compare(first.statement, second.statement, catalogue).relation in AGREEING:
                agreeing |= {a, b}
                out |= {each.claim.id for each in (*first.voices, *second.voices)}
    return out
