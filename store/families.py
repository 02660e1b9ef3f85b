"""A family against its members: size ranges, listed sizes, licences and openness of all; see also `store.variants`."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from extractors.model import Kind, Status
from store.findings import Finding
from store.intervals import NUMBER, Fit, Interval, fit_of, interval_of
from store.metrics import Catalogue, Members, Metric
from store.model import Relation, Statement
from store.pairs import is_implausible
from store.reasons import amount, shortened, source_name
from store.sayings import find_lists
from store.series import scope_of
from store.value_classes import Classes, load_classes

Groups = Mapping[tuple[str, str], Sequence[Statement]]
Parents = Callable[[str], str]
DEEPEST = 6
SHORTEST_LIST = 3
# A family's list or range may have grown since it was written.
MAY_HAVE_GROWN = 0.6
# A licence said of a maker is said of its models; "open" said of a maker is a way of life.
LICENSED = frozenset({"license"})
COMPANIES = frozenset({"organization", "person", "place"})


@dataclass(frozen=True, slots=True)
class Family:
    """What is said of a family and of its members under one metric."""

    metric: Metric
    own: tuple[Statement, ...]
    members: tuple[Statement, ...]
    groups: Groups


def find_family_conflicts(groups: Groups, parent_of: Parents, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields where a family and its members disagree."""
    classes = load_classes()
    for family in families_of(groups, parent_of, catalogue):
        own, members = (tuple(believed_in(each, family.metric)) for each in (family.own, family.members))
        family = replace(family, own=own, members=members)
        yield from outside_range(family, classes)
        yield from missing_in_list(family)
    yield from find_unlike_members(groups, parent_of, catalogue)


def families_of(groups: Groups, parent_of: Parents, catalogue: Catalogue) -> Iterator[Family]:
    """Yields each family with its members, by metric."""
    members: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for (subject, metric), statements in groups.items():
        if catalogue.get(metric).members is Members.RANGE:
            for ancestor in ancestors(subject, parent_of):
                members[(ancestor, metric)].extend(asserted(statements))
    for (family, metric), statements in sorted(members.items(), key=lambda each: each[0]):
        own = asserted(groups.get((family, metric), ()))
        if own and own[0].claim.subject.type not in COMPANIES:
            yield Family(catalogue.get(metric), tuple(own), tuple(statements), groups)


def ancestors(subject: str, parent_of: Parents) -> Iterator[str]:
    """Yields parent, grandparent and so on; a circle ends after a few steps."""
    for _ in range(DEEPEST):
        subject = parent_of(subject)
        if not subject:
            return
        yield subject


def asserted(statements: Sequence[Statement]) -> list[Statement]:
    """Returns the statements of fact."""
    return [each for each in statements if each.claim.status is Status.ASSERTED]


def believed_in(statements: Sequence[Statement], metric: Metric) -> list[Statement]:
    """Returns the statements whose figure is plausible."""
    return [each for each in statements if not is_implausible(each, metric)]


def size_of(statement: Statement) -> Interval | None:
    """Returns the interval of a quantity, None for anything else."""
    return interval_of(statement.claim) if statement.claim.kind is Kind.QUANTITY else None


def is_span(statement: Statement) -> bool:
    """Returns whether a figure gives a smallest and a largest member; "hundreds of billions" is a vague size."""
    low, high = statement.claim.low, statement.claim.high
    written = len(NUMBER.findall(statement.claim.evidence.quote)) > 1
    return low is not None and high is not None and high > low * 2 and written


def in_total(statement: Statement, metric: Metric) -> bool:
    """Returns whether the figure is of the whole thing, as far as it says."""
    return scope_of(statement, metric).get("part", "total") == "total"


def outside_range(family: Family, classes: Classes) -> Iterator[Finding]:
    """Yields members whose size lies outside the range that another document gives for the family."""
    metric = family.metric
    for whole in (each for each in family.own if is_span(each)):
        outside = [
            member
            for member in family.members
            if in_total(member, metric)
            and member.claim.document != whole.claim.document
            and lies_outside(member, whole, metric)
            and is_meant(member, whole, family.groups, classes)
        ]
        if outside:
            name, size = outside[0].claim.subject.name, size_words(outside[0])
            why = f"{name} with {size} lies outside the range that is given for {whole.claim.subject.name}"
            trust = min(each.claim.confidence for each in (whole, *outside))
            yield Finding(
                Relation.CONTRADICTION, metric, ((whole,), *by_value(outside)), why, MAY_HAVE_GROWN * 0.8 * trust
            )


def lies_outside(member: Statement, whole: Statement, metric: Metric) -> bool:
    """Returns whether a member's size is above or below the family's range."""
    size, span = size_of(member), size_of(whole)
    if size is None or span is None:
        return False
    if is_span(member) and size.high is not None and span.high is not None and size.low is not None:
        return size.high > span.high * (1 + metric.tolerance) or size.low * (1 + metric.tolerance) < (span.low or 0)
    return fit_of(size, span, metric.tolerance) is Fit.APART


def is_meant(member: Statement, whole: Statement, groups: Groups, classes: Classes) -> bool:
    """Returns whether a member belongs to what the range is about: "the open models" leaves closed ones out."""
    told = f"{dict(whole.claim.qualifiers).get('item', '')} {whole.claim.evidence.row} {whole.sentence}"
    found = {
        classes.find(metric, statement.claim.value)
        for metric in ("openness", "license")
        for statement in groups.get((member.claim.subject.id, metric), ())
    }
    if "closed" in found or "proprietary-licence" in found:
        return False
    return bool(found - {"", "mixed"}) or classes.find("openness", told) == ""


def size_words(statement: Statement) -> str:
    """Returns the size of a statement in words."""
    claim = statement.claim
    if is_span(statement):
        return f"{amount(claim.low)} to {amount(claim.high)}"
    return amount(claim.low if claim.low is not None else claim.high)


def by_value(statements: Sequence[Statement]) -> tuple[tuple[Statement, ...], ...]:
    """Returns statements grouped by entity and figure."""
    groups: dict[tuple[str, Decimal | None, Decimal | None], list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[(statement.claim.subject.id, statement.claim.low, statement.claim.high)].append(statement)
    return tuple(tuple(group) for group in groups.values())


def missing_in_list(family: Family) -> Iterator[Finding]:
    """Yields members whose size is not among the sizes that another document lists for the family."""
    metric = family.metric
    sized = [each for each in (*family.own, *family.members) if in_total(each, metric) and not is_span(each)]
    for document, listed in sorted(listed_sizes(family).items()):
        others = [each for each in family.members if each in sized and each.claim.document != document]
        missing = [each for each in others if not any(near(each, item, metric) for item in listed)]
        if not missing:
            continue
        sizes = ", ".join(dict.fromkeys(size_words(each) for each in listed))
        name = listed[0].claim.subject.name
        told = f"{source_name(listed[0])} lists the sizes of {name} as {sizes}"
        odd = "; ".join(
            f"{source_name(side[0])} gives {size_words(side[0])} for {side[0].claim.subject.name}"
            for side in by_value(missing)[:2]
        )
        trust = min(each.claim.confidence for each in (*listed, *missing))
        agreeing = [each for each in sized if each not in missing and each not in listed]
        score = MAY_HAVE_GROWN * 0.8 * trust
        sides = (tuple(listed), *by_value(missing), *by_value(agreeing))
        why = "the size is not among those listed"
        yield Finding(Relation.CONTRADICTION, metric, sides, why, score, f"{told}; {odd}, which is not among them.")


def listed_sizes(family: Family) -> dict[str, list[Statement]]:
    """Returns by document the sizes that one sentence lists for the family."""
    own = [each for each in family.own if in_total(each, family.metric) and not is_span(each)]
    found: dict[str, list[Statement]] = defaultdict(list)
    lists = find_lists(own, family.metric)
    for statement in own:
        if statement.claim.id in lists:
            found[statement.claim.document].append(statement)
    return {key: each for key, each in found.items() if len({item.claim.low for item in each}) >= SHORTEST_LIST}


def near(a: Statement, b: Statement, metric: Metric) -> bool:
    """Returns whether two sizes agree."""
    first, second = size_of(a), size_of(b)
    return first is not None and second is not None and fit_of(first, second, metric.tolerance) is not Fit.APART


def find_unlike_members(groups: Groups, parent_of: Parents, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields families called open of which a member is closed, or the other way round; licences count as well."""
    classes = load_classes()
    members: dict[str, list[Statement]] = defaultdict(list)
    for (subject, metric), statements in groups.items():
        if catalogue.get(metric).members is Members.SAME:
            maker = statements[0].claim.subject.maker if metric in LICENSED else ""
            for ancestor in {*ancestors(subject, parent_of), maker} - {""}:
                members[ancestor].extend(classed(statements, classes))
    topics = [metric for metric, entry in catalogue.metrics.items() if entry.members is Members.SAME]
    for family, of_members in sorted(members.items()):
        own = [each for metric in topics for each in classed(groups.get((family, metric), ()), classes)]
        own = [each for each in own if each.claim.metric in LICENSED or each.claim.subject.type not in COMPANIES]
        if own:
            yield from unlike_members(own, of_members, catalogue, classes)


def classed(statements: Sequence[Statement], classes: Classes) -> list[Statement]:
    """Returns the statements of fact whose value has a class that can clash."""
    return [
        each
        for each in asserted(statements)
        if (id := classes.find(each.claim.metric, each.claim.value)) and not classes.by_id[id].vague
    ]


def unlike_members(
    own: Sequence[Statement], members: Sequence[Statement], catalogue: Catalogue, classes: Classes
) -> Iterator[Finding]:
    """Yields what is said of a whole family and does not hold for a member; graver where all members were meant."""

    def clash(a: Statement, b: Statement) -> bool:
        first, second = (classes.find(each.claim.metric, each.claim.value) for each in (a, b))
        return classes.opposed(first, second)

    whole = [each for each in own if not classes.is_partial(words_around(each))]
    maker = own[0].claim.subject.type in COMPANIES
    universal = [each for each in whole if not maker and classes.is_universal(words_around(each))]
    against = [member for member in members if any(clash(each, member) for each in universal)]
    universal = [each for each in universal if any(clash(each, member) for member in against)]
    if universal and against:
        metric = catalogue.get(universal[0].claim.metric)
        name, member = universal[0].claim.subject.name, by_voices(against)[0][0].claim.subject.name
        why = f"what is said of all of {name} does not hold for {member}"
        sides = (tuple(universal), *by_voices(against))
        score = float(metric.weight) * best_trust(universal) * best_trust(against)
        yield Finding(Relation.CONTRADICTION, metric, sides, why, score, told_of(sides, why))
        return
    aware = {a.claim.document for a in (*own, *members) for b in own if clash(a, b) and together(a, b)}
    simple = [each for each in whole if each.claim.document not in aware and any(clash(each, m) for m in members)]
    simple = simple or in_part(own, members, clash)
    against = [member for member in members if any(clash(each, member) for each in simple)]
    if simple and against:
        name, member = simple[0].claim.subject.name, against[0].claim.subject.name
        why = f"what is said of {name} as a whole does not hold for {member}"
        sides = (tuple(simple), *by_voices(against))
        yield Finding(
            Relation.SCOPE_MISMATCH, catalogue.get(simple[0].claim.metric), sides, why, 0.2, told_of(sides, why)
        )


def in_part(
    own: Sequence[Statement], members: Sequence[Statement], clash: Callable[[Statement, Statement], bool]
) -> list[Statement]:
    """Returns the licences of a whole that a cell limits to a part, where the document gives a member the opposite."""
    licences = [each for each in own if each.claim.metric in LICENSED and each.claim.evidence.column]
    return [each for each in licences if any(clash(each, member) and together(each, member) for member in members)]


def together(a: Statement, b: Statement) -> bool:
    """Returns whether two statements stand in one document."""
    return a.claim.document == b.claim.document


def best_trust(statements: Sequence[Statement]) -> float:
    """Returns how surely at least one of some statements was read as it was written."""
    doubt = 1.0
    for statement in statements[:8]:
        doubt *= 1 - statement.claim.confidence
    return 1 - doubt


def by_voices(statements: Sequence[Statement]) -> tuple[tuple[Statement, ...], ...]:
    """Returns statements grouped by entity, the most often named first."""
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[statement.claim.subject.id].append(statement)
    return tuple(tuple(group) for group in sorted(groups.values(), key=lambda group: -len(group)))


def words_around(statement: Statement) -> str:
    """Returns the words in which a value stands."""
    claim = statement.claim
    return f"{claim.value} | {claim.evidence.quote} | {statement.sentence}"


def told_of(sides: Sequence[Sequence[Statement]], why: str) -> str:
    """Returns the sentence for values of different entities."""
    told = "; ".join(
        f"{source_name(side[0])} calls {side[0].claim.subject.name} “{shortened(side[0].claim.evidence.quote)}”"
        for side in sides[:3]
    )
    return f"{told}: {why}."
