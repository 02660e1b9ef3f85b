"""The statements that lie in some neighbourhoods, read by indexes: those of the entities that may belong there.

More may be read than lies there; `reconcile.find_in` leaves the rest aside.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from store import queries
from store.judgements import Decisions
from store.metrics import Catalogue
from store.model import Statement
from store.neighbourhoods import DOCUMENT, HOUSE, KIND, SERIES, Neighbourhood
from store.series import SEGMENTED, segment_of
from store.tables import distinctions
from store.touches import Span, parts_of


def statements_around(
    span: Span, places: Collection[Neighbourhood], catalogue: Catalogue, kinds: Mapping[str, str]
) -> list[Statement]:
    """Returns at least all statements that lie in some neighbourhoods, as they stand at the last version.

    Args:
        span: The versions looked at.
        places: The neighbourhoods.
        catalogue: The metrics.
        kinds: Place of each claim by id that came or moved into a neighbourhood of the kind `KIND`.
    """
    found: dict[str, Statement] = {}
    decided = Decisions(span.reader.decisions(span.until))
    for question, asked in _questions(span, places, catalogue, kinds):
        read = span.reader.statements(span.connection, question, span.until, sentences=True, **asked)
        found.update((statement.claim.id, statement) for statement in decided.ranked(read))
    return list(found.values())


def _questions(
    span: Span, places: Collection[Neighbourhood], catalogue: Catalogue, kinds: Mapping[str, str]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    for metrics, keys in _series(span, places, catalogue):
        for part in parts_of(keys):
            yield queries.OF_SERIES, {"entities": part, "metrics": metrics}
    for part in parts_of(place.of for place in places if place.kind == DOCUMENT):
        yield queries.OF_DOCUMENTS, {"documents": part}
    wanted = {place.text for place in places if place.kind == KIND}
    ids = {claim for claim, place in kinds.items() if place in wanted}
    for part in parts_of(wanted):
        ids.update(span.connection.scalars(select(distinctions.c.claim).where(distinctions.c.place.in_(part))))
    for part in parts_of(ids):
        yield queries.OF_IDS, {"ids": part}


def _series(
    span: Span, places: Iterable[Neighbourhood], catalogue: Catalogue
) -> Iterator[tuple[list[int], frozenset[int]]]:
    """Yields metrics with the keys under which claims of the series and houses wanted are recorded."""
    by_metrics: dict[tuple[str, ...], set[int]] = defaultdict(set)
    clusters: dict[str, list[str]] = defaultdict(list)
    for metric, cluster in catalogue.clusters.items():
        clusters[cluster].append(metric)
    for place in places:
        if place.kind == SERIES:
            by_metrics[(place.metric,)].update(_of_entity(span, place.of, [place.metric], catalogue))
        elif place.kind == HOUSE and place.metric in catalogue.passed_on:
            by_metrics[tuple(clusters[place.metric])].update(span.houses.members(place.of))
        elif place.kind == HOUSE:
            metrics = clusters[place.metric]
            by_metrics[tuple(metrics)].update(_of_entity(span, place.of, metrics, catalogue))
    who, terms = span.reader.identities(span.until), span.reader.names.terms
    by_metric: dict[str, set[int]] = defaultdict(set)
    for together, keys in by_metrics.items():
        recorded = who.parts(keys) if who.standing else keys
        for metric in together:
            by_metric[metric].update(recorded)
    by_keys: dict[frozenset[int], list[int]] = defaultdict(list)
    for metric, keys in by_metric.items():
        if metric in terms:
            by_keys[frozenset(keys)].append(terms[metric])
    for concerned, numbers in by_keys.items():
        yield numbers, concerned


def _of_entity(span: Span, entity_id: str, metrics: Iterable[str], catalogue: Catalogue) -> Iterator[int]:
    """Yields the keys of an entity and, where they are counted with the whole, of its segments."""
    names = span.reader.names
    if entity_id in names.keys:
        yield names.keys[entity_id]
    if any(SEGMENTED in catalogue.get(metric).defaults for metric in metrics):
        below = span.houses.below(entity_id)
        yield from (key for key in below if segment_of(names.entity(key, span.until)))
