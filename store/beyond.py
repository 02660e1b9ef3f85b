"""What no pair of one series shows: implications between metrics, licence against openness, unlike things compared."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from itertools import product as product_of

from extractors.model import Kind
from store.families import Groups, asserted, by_value
from store.findings import Finding
from store.intervals import gap, interval_of
from store.metrics import Catalogue, Implication, Members, Metric, Temporality
from store.model import Relation, Statement
from store.pairs import IN_ONE_BREATH, days_apart, is_implausible, is_in_name, one_breath, reading_order, telling_figure
from store.reasons import said, source_name
from store.sayings import find_lists
from store.scopes import GATHERED
from store.series import difference_of, is_within, listed, scope_of
from store.times import ROOM_DAYS, Knowledge, Order, certainty, longest_gap, order_of, when_of
from store.value_classes import Classes, fold, load_classes, parts_of

MOST_OF_A_KIND = 24


def find_beyond_pairs(groups: Groups, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields disagreements between metrics of one entity, and comparisons of unlike things."""
    subjects: dict[str, dict[str, Sequence[Statement]]] = defaultdict(dict)
    for (subject, metric), statements in groups.items():
        subjects[subject][metric] = statements
    for _, metrics in sorted(subjects.items()):
        for rule in catalogue.implications:
            if rule.less in metrics and rule.more in metrics:
                yield from broken_implications(rule, metrics, catalogue)
        if "license" in metrics and "openness" in metrics and metrics["license"][0].claim.subject.type not in GATHERED:
            yield from licence_against_openness(metrics, catalogue)
    yield from maker_for_product(groups, catalogue)


def broken_implications(
    rule: Implication, metrics: Mapping[str, Sequence[Statement]], catalogue: Catalogue
) -> Iterator[Finding]:
    """Yields pairs in which the figure that must be the smaller one is larger, equal, or too large a part."""
    less, more = catalogue.get(rule.less), catalogue.get(rule.more)
    small = [each for each in one_thing(metrics[rule.less], less) if holds(each, less, rule.less_when)]
    large = [each for each in one_thing(metrics[rule.more], more) if holds(each, more, rule.more_when)]
    all_pairs = list(product_of(small[:MOST_OF_A_KIND], large[:MOST_OF_A_KIND]))
    pairs = [pair for pair in all_pairs if may_be_compared(*pair, rule, (less, more))]
    above = [(a, b) for a, b in pairs if exceeds(a, b, less)]
    if above:
        far = rule.room_days is not None and all(days_apart(a, b) > rule.room_days for a, b in above)
        yield implied(above, Relation.CONTRADICTION, (less, more), f"but {rule.reason}", 0.2 if far else 0.9)
    equal = [(a, b) for a, b in all_pairs if rule.less != rule.more and same_figure(a, b) and same_time(a, b)]
    if equal:
        yield implied(equal, Relation.SCOPE_MISMATCH, (less, more), "the same figure under another period", 0.9)
    if rule.most is not None and (
        most := [(a, b) for a, b in pairs if rule.most < share_of(a, b) <= 1 and not same_figure(a, b)]
    ):
        why = f"a single period would make up {share_of(*most[0]):.0%} of the whole"
        yield implied(most, Relation.SCOPE_MISMATCH, (less, more), why, 0.5)


def implied(
    pairs: Sequence[tuple[Statement, Statement]],
    relation: Relation,
    metrics: tuple[Metric, Metric],
    why: str,
    distance: float,
) -> Finding:
    """Returns the finding for pairs that a rule speaks against; the surest pair is told."""
    lows = tuple(dict.fromkeys(a for a, _ in pairs))
    highs = tuple(dict.fromkeys(b for _, b in pairs))
    a, b = max(pairs, key=lambda pair: (certainty(*pair), pair[0].claim.id, pair[1].claim.id))
    told = f"{source_name(a)} gives {said(a, metrics[0])}; {source_name(b)} gives {said(b, metrics[1])}: {why}."
    sure = 1.0 if metrics[0].temporality is Temporality.CONSTANT else certainty(a, b)
    trust = min(a.claim.confidence, b.claim.confidence) * (IN_ONE_BREATH if one_breath(a, b) else 1.0)
    score = float(metrics[0].weight) * sure * trust * distance
    return Finding(relation, metrics[0], (*by_value(lows), *by_value(highs)), why, score, told)


def same_time(a: Statement, b: Statement) -> bool:
    """Returns whether two statements may be of about the same time."""
    order = order_of(when_of(a), when_of(b))
    return order in (Order.SAME, Order.OVERLAP, Order.UNKNOWN) or longest_gap(when_of(a), when_of(b)) <= ROOM_DAYS


def are_figures(a: Statement, b: Statement) -> bool:
    """Returns whether both values are figures in one unit."""
    return a.claim.kind is b.claim.kind is Kind.QUANTITY and a.claim.unit == b.claim.unit


def same_figure(a: Statement, b: Statement) -> bool:
    """Returns whether two figures are the same and hardly by chance."""
    if not are_figures(a, b):
        return False
    x, y = interval_of(a.claim), interval_of(b.claim)
    return abs(x.core - y.core) * 100 <= abs(x.core) and telling_figure(x.core, usage=True)


def share_of(a: Statement, b: Statement) -> Decimal:
    """Returns the part that the first figure makes up of the second, 0 where that means nothing."""
    if not are_figures(a, b):
        return Decimal(0)
    whole = interval_of(b.claim).core
    return interval_of(a.claim).core / whole if whole else Decimal(0)


def one_thing(statements: Sequence[Statement], metric: Metric) -> list[Statement]:
    """Returns the statements of fact that are no item of a list."""
    if metric.members is not Members.NONE and statements[0].claim.subject.type in GATHERED:
        return []
    lists = find_lists(statements, metric)
    return [each for each in asserted(statements) if each.claim.id not in lists and usable(each, metric)]


def usable(statement: Statement, metric: Metric) -> bool:
    """Returns whether a figure is plausible and more than a label in a name."""
    return not is_implausible(statement, metric) and not is_in_name(statement.claim)


def holds(statement: Statement, metric: Metric, when: Mapping[str, str]) -> bool:
    """Returns whether a statement has the qualifiers that a rule asks for."""
    scope = scope_of(statement, metric)
    return all(scope.get(key) == value for key, value in when.items())


def exceeds(a: Statement, b: Statement, metric: Metric) -> bool:
    """Returns whether the first value is certainly above (a date: after) the second."""
    first, second = a.claim, b.claim
    if first.date and second.date:
        return first.date.first > second.date.last
    if not are_figures(a, b):
        return False
    x, y = interval_of(first), interval_of(second)
    return x.core > y.core and gap(x, y) > metric.tolerance * max(abs(x.core), abs(y.core))


def may_be_compared(a: Statement, b: Statement, rule: Implication, metrics: tuple[Metric, Metric]) -> bool:
    """Returns whether scope and time of two statements let the rule speak."""
    ruled = {*rule.less_when, *rule.more_when, "period"}
    scopes = [
        {key: value for key, value in scope_of(each, metric).items() if key not in ruled}
        for each, metric in zip((a, b), metrics, strict=True)
    ]
    difference = difference_of(scopes[0], scopes[1], metrics[0])
    if difference.other or difference.within or difference.open or scopes[0].get("item") != scopes[1].get("item"):
        return False
    if metrics[0].temporality is Temporality.CONSTANT:
        return True
    first, second = when_of(a), when_of(b)
    order = order_of(first, second)
    if metrics[1].temporality is Temporality.CUMULATIVE:
        return order is not Order.AFTER
    near = order is Order.SAME or (order is Order.OVERLAP and longest_gap(first, second) <= ROOM_DAYS)
    undated = first.knowledge is second.knowledge is Knowledge.NONE
    return near or (undated and a.claim.document == b.claim.document)


def licence_against_openness(metrics: Mapping[str, Sequence[Statement]], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields a thing whose licence is open while it is called closed, or the other way round."""
    classes = load_classes()
    clashing = []
    of_whom = [*asserted(metrics["license"]), *asserted(metrics["openness"])]
    clear = {each.claim.id for each in of_whom} - both_at_once(of_whom, classes)
    licences, grades = ([each for each in metrics[id] if each.claim.id in clear] for id in ("license", "openness"))
    for a, b in product_of(licences[:MOST_OF_A_KIND], grades[:MOST_OF_A_KIND]):
        first, second = classes.find("license", a.claim.value), classes.find("openness", b.claim.value)
        if first and second and classes.opposed(first, second):
            clashing.append((a, b))
    if not clashing:
        return
    a, b = clashing[0]
    name, licence = a.claim.subject.name, catalogue.get("license")
    told = (
        f"{source_name(a)} gives {said(a, licence)} for {name}; {source_name(b)} calls it “{b.claim.value}”: "
        "the one excludes the other."
    )
    trust = min(a.claim.confidence, b.claim.confidence)
    score = float(licence.weight) * trust * 0.7
    sides = (tuple(dict.fromkeys(a for a, _ in clashing)), tuple(dict.fromkeys(b for _, b in clashing)))
    yield Finding(Relation.CONTRADICTION, licence, sides, "the one excludes the other", score, told)


def both_at_once(statements: Sequence[Statement], classes: Classes) -> set[str]:
    """Returns the claims beside which their own sentence or cell says the opposite: it speaks of several things."""
    places: dict[tuple[str, int], list[Statement]] = defaultdict(list)
    for each in statements:
        places[(each.claim.document, each.claim.evidence.context.start)].append(each)
    return {
        each.claim.id
        for group in places.values()
        for a, b in combinations(group, 2)
        if classes.opposed(*(classes.find(one.claim.metric, one.claim.value) for one in (a, b)))
        for each in (a, b)
    }


def find_unlike_rows(statements: Sequence[Statement], catalogue: Catalogue) -> Iterator[Finding]:
    """Yields figures of two entities that one table row of a document sets beside each other, measured differently."""
    rows: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in sorted(asserted(statements), key=lambda each: (each.claim.subject.id, reading_order(each))):
        claim = statement.claim
        if claim.evidence.row and "benchmark" in catalogue.get(claim.metric).needs:
            rows[(claim.metric, claim.evidence.row)].append(statement)
    for (metric, _row), told in sorted(rows.items()):
        for a, b in combinations(told[:MOST_OF_A_KIND], 2):
            first, second = (dict(each.claim.qualifiers).get("benchmark", "") for each in (a, b))
            if a.claim.subject.id != b.claim.subject.id and alike(first, second):
                yield unlike(a, b, catalogue.get(metric), f"{first} and {second} are not the same test")


def maker_for_product(groups: Groups, catalogue: Catalogue) -> Iterator[Finding]:
    """Yields users counted for a maker over several channels beside users of the one product among them."""
    for (product, id), own in groups.items():
        maker, metric = own[0].claim.subject.maker, catalogue.get(id)
        if metric.family != "usage" or not maker or maker == product or (maker, id) not in groups:
            continue
        name = own[0].claim.subject.name
        wide = [each for each in one_thing(groups[(maker, id)], metric) if counts_channels(each)][:MOST_OF_A_KIND]
        narrow = [each for each in one_thing(own, metric) if not counts_over(each, name)][:MOST_OF_A_KIND]
        pairs = [(a, b) for a, b in product_of(narrow, wide) if same_time(a, b)]
        people = "user" in metric.units
        pairs = [(a, b) for a, b in pairs if counts_over(b, name) or (people and exceeds(b, a, metric))]
        if not pairs:
            continue
        a, b = pairs[0]
        why = f"one figure is of {name} alone, the other of everything that {b.claim.subject.name} counts"
        told = f"{source_name(a)} gives {said(a, metric)} for {name}; {source_name(b)} gives {said(b, metric)}: {why}."
        apart = any(exceeds(b, a, metric) for a, b in pairs)
        sides = (tuple(dict.fromkeys(a for a, _ in pairs)), tuple(dict.fromkeys(b for _, b in pairs)))
        trust = min(a.claim.confidence, b.claim.confidence)
        yield Finding(Relation.SCOPE_MISMATCH, metric, sides, why, (0.35 if apart else 0.2) * trust, told)


def counts_over(statement: Statement, name: str) -> bool:
    """Returns whether a count names several channels with the product among them."""
    scope = dict(statement.claim.qualifiers)
    listed_in = [parts_of(scope[key]) for key in ("via", "platform") if key in scope]
    return any(len(parts) > 1 and any(fold(name) in part for part in parts) for parts in listed_in)


def counts_channels(statement: Statement) -> bool:
    """Returns whether a count says over which channels or platforms it goes."""
    return not {"via", "platform"}.isdisjoint(dict(statement.claim.qualifiers))


def alike(a: str, b: str) -> bool:
    """Returns whether two names of tests are near enough to be taken for each other."""
    return bool(a and b) and listed(a) != listed(b) and is_within(a, b)


def unlike(a: Statement, b: Statement, metric: Metric, why: str) -> Finding:
    """Returns the finding for two figures that are set beside each other."""
    told = (
        f"{source_name(a)} sets {said(a, metric)} of {a.claim.subject.name} beside "
        f"{said(b, metric)} of {b.claim.subject.name}: {why}."
    )
    trust = min(a.claim.confidence, b.claim.confidence)
    return Finding(Relation.SCOPE_MISMATCH, metric, ((a,), (b,)), why, 0.35 * trust, told)
