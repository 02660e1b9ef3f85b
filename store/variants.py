"""One member's figure given for the whole: a size said of a family, a variant's window in the column of its maker."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.catalogue import load_catalogue as load_entities
from extractors.model import Bound, Kind
from store.families import (
    COMPANIES,
    Groups,
    Parents,
    ancestors,
    asserted,
    believed_in,
    by_value,
    in_total,
    is_span,
    near,
    size_of,
    size_words,
)
from store.findings import Finding
from store.intervals import ratio
from store.metrics import Catalogue, Members, Metric, Temporality
from store.model import Relation, Statement
from store.pairs import is_in_name
from store.reasons import figure_words, source_name
from store.sayings import find_lists
from store.series import scope_of
from store.value_classes import WORDS, fold

# Which member is meant is a question for a reader, no alarm.
SCORE = 0.2
MOST_TOLD = 3
WHOLES = frozenset({"family", "organization"})


@dataclass(frozen=True, slots=True)
class Whole:
    """A family or a maker with what is said of it and of what belongs to it, under one metric.

    Attributes:
        id: Id of the entity.
        metric: Entry of the catalogue.
        own: What is said of it.
        members: What is said of what belongs to it, ranges left out.
        makers: What is said of its maker, who speaks of what he makes.
    """

    id: str
    metric: Metric
    own: tuple[Statement, ...]
    members: tuple[Statement, ...]
    makers: tuple[Statement, ...]


def find_stand_ins(groups: Groups, parent_of: Parents, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields figures of one member that stand for a family or for all that a maker makes."""
    for whole in wholes_of(groups, parent_of, catalogue):
        yield from one_figure_for_all(whole)
        yield from member_in_column(whole, words_in(name_of(whole.id)))


def wholes_of(groups: Groups, parent_of: Parents, catalogue: Catalogue) -> Iterator[Whole]:
    """Yields each family and each maker with the figures of its members, by metric."""
    members: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for (subject, id), statements in groups.items():
        if each_has_its_own(catalogue.get(id)) and statements[0].claim.subject.type not in COMPANIES:
            for above in dict.fromkeys([*ancestors(subject, parent_of), statements[0].claim.subject.maker]):
                if above:
                    members[(above, id)] += statements
    for (above, id), statements in sorted(members.items(), key=lambda each: each[0]):
        metric = catalogue.get(id)
        own = believed_in(asserted(groups.get((above, id), ())), metric)
        told = [each for each in believed_in(asserted(statements), metric) if not is_span(each)]
        maker = own[0].claim.subject.maker if own else ""
        makers = asserted(groups.get((maker, id), ())) if maker != above else []
        yield Whole(above, metric, tuple(own), tuple(told), tuple(makers))


def each_has_its_own(metric: Metric) -> bool:
    """Returns whether a figure of the metric belongs to one thing for good, and means something by itself."""
    gathered = metric.members in (Members.RANGE, Members.EACH)
    return gathered and metric.kind is Kind.QUANTITY and metric.temporality is Temporality.CONSTANT and not metric.needs


def one_figure_for_all(whole: Whole) -> Iterator[Finding]:
    """Yields a single figure given for a family or by a maker none of whose members has it."""
    metric = whole.metric
    if not whole.own or whole.own[0].claim.subject.type not in WHOLES:
        return
    listed = find_lists(whole.own, metric)
    single = [each for each in whole.own if in_total(each, metric) and is_one(each) and each.claim.id not in listed]
    others = [each for each in whole.members if not is_in_name(each.claim)]
    strange = [each for each in single if others and not any(near(each, other, metric) for other in whole.members)]
    if not strange:
        return
    name, member = strange[0].claim.subject.name, others[0].claim.subject.name
    why = f"{a_figure(metric)} belongs to one model, and {name} holds several, {member} among them"
    rest = [each for each in (*whole.own, *whole.makers) if each not in strange]
    agreeing = [each for each in rest if any(near(each, other, metric) for other in others)]
    sides = (*by_value(strange), *by_value(others), *by_value(agreeing))
    yield Finding(Relation.SCOPE_MISMATCH, metric, sides, why, SCORE)


def a_figure(metric: Metric) -> str:
    """Returns what a figure of a metric is called."""
    return "a size" if metric.members is Members.RANGE else f"such a {metric.name}"


def is_one(statement: Statement) -> bool:
    """Returns whether a figure is one size and no range."""
    return statement.claim.bound is not Bound.RANGE and not is_span(statement)


def member_in_column(whole: Whole, words: frozenset[str]) -> Iterator[Finding]:
    """Yields a member's figure in the column that a table gives to the whole, while other members have another one.

    Sizes are left out: that each member has its own goes without saying.

    Args:
        whole: The family or maker.
        words: Those of its name.
    """
    metric = whole.metric
    if metric.members is Members.RANGE or not words:
        return
    narrow = [each for each in whole.members if each.claim.subject.type not in WHOLES]
    columns: dict[str, list[Statement]] = defaultdict(list)
    for each in narrow:
        if each.claim.evidence.row and words <= words_in(each.claim.evidence.column):
            columns[each.claim.document].append(each)
    for _, told in sorted(columns.items()):
        first = told[0]
        rest = [each for each in narrow if each.claim.subject.id != first.claim.subject.id]
        others = [each for each in rest if same_part(each, first, metric) and not same_size(each, first, metric)]
        if len({each.claim.subject.id for each in told}) == 1 and others:
            yield column_finding(told, rest, others, metric)


def column_finding(
    told: Sequence[Statement], rest: Sequence[Statement], others: Sequence[Statement], metric: Metric
) -> Finding:
    """Returns the finding for a member's figure in the column of the whole."""
    first, odd = told[0], by_value(others)
    column = first.claim.evidence.column
    why = f"one member's {metric.name} stands for all of “{column}”"
    unlike = ", ".join(f"{side[0].claim.subject.name} has {size_words(side[0])}" for side in odd[:MOST_TOLD])
    where = f"{source_name(first)} sets {figure_words(first.claim)} of {first.claim.subject.name} under “{column}”"
    same = [each for each in rest if same_size(each, first, metric)]
    sides = (tuple(told), *odd, *by_value(same))
    return Finding(Relation.SCOPE_MISMATCH, metric, sides, why, SCORE, f"{where}; {unlike}: {why}.")


def same_size(a: Statement, b: Statement, metric: Metric) -> bool:
    """Returns whether two figures are the same; one that merely keeps the bound of the other is not."""
    first, second = size_of(a), size_of(b)
    return first is not None and second is not None and ratio(first, second) <= 1 + metric.tolerance


def same_part(a: Statement, b: Statement, metric: Metric) -> bool:
    """Returns whether two statements count the same part."""
    return scope_of(a, metric).get("part", "total") == scope_of(b, metric).get("part", "total")


def name_of(entity: str) -> str:
    """Returns the name of an entity, or its id in words where the entity catalogue does not hold it."""
    known = load_entities().get(entity)
    return known.name if known else entity.replace("-", " ")


def words_in(text: str) -> frozenset[str]:
    """Returns the words of a text, folded."""
    return frozenset(WORDS.findall(fold(text)))
