"""What the versions between two touched: the neighbourhoods that may show other conflicts than before.

Everything is looked up by an index: the events since, the claims that they name, the statements of entities of which
something else is known. Each statement concerned counts where it lay before and where it lies now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from extractors.model import Entity
from store import queries
from store.events import Event
from store.houses import Houses, kin_as_of
from store.metrics import Catalogue
from store.model import Statement
from store.neighbourhoods import Neighbourhood, neighbourhoods_of
from store.queries import Reader
from store.tables import decisions, events, evidence, identities, versions

AT_ONCE = 2_000


@dataclass(slots=True)
class Concerned:
    """What events name, by number.

    Attributes:
        claims: That came, went or moved.
        documents: Whose words were erased.
        entities: Of which something else is known, or said.
        series: Entity and metric of statements whose rank may be another one.
    """

    claims: set[int] = field(default_factory=set)
    documents: set[int] = field(default_factory=set)
    entities: set[int] = field(default_factory=set)
    series: set[tuple[int, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Touched:
    """Neighbourhoods, with the statements for which they were touched as they were and as they are."""

    places: frozenset[Neighbourhood]
    before: tuple[Statement, ...]
    after: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The versions after one and up to another, the last one, and what is needed to look at them.

    Attributes:
        connection: In a transaction whose last version is `until`.
        reader: Caught up with it, and so are `houses`.
        first_event: Number of the first event of the span.
    """

    connection: Connection
    reader: Reader
    houses: Houses
    since: int
    until: int
    first_event: int


def event_after(connection: Connection, version: int) -> int:
    """Returns the number of the first event after a version."""
    last = connection.scalar(select(versions.c.last_event).where(versions.c.number == version))
    return (last or 0) + 1


def find_touched(span: Span, catalogue: Catalogue) -> Touched:
    """Returns what the versions of a span touched."""
    concerned = find_concerned(span)
    before, after = (tuple(_statements(span, concerned, version)) for version in (span.since, span.until))
    places: set[Neighbourhood] = set()
    for version, found in ((span.since, before), (span.until, after)):
        kin = kin_as_of(span.reader.names, version)
        for statement in found:
            for each in _readings(span, statement, version) if concerned.documents else (statement,):
                places |= neighbourhoods_of(each, kin, catalogue)
    return Touched(frozenset(places), before, after)


def find_concerned(span: Span) -> Concerned:
    """Returns what the events of a span name."""
    found = Concerned()
    connection, first = span.connection, span.first_event
    found.claims.update(connection.scalars(select(evidence.c.claim).where(evidence.c.seq >= first)))
    kinds = events.c.kind.in_([Event.RETRACT.value, Event.ERASE.value])
    for kind, subject in connection.execute(
        select(events.c.kind, events.c.subject).where(events.c.seq >= first, kinds)
    ):
        (found.claims if kind == Event.RETRACT else found.documents).add(subject)
    for row in connection.execute(select(decisions).where(decisions.c.seq >= first)):
        metric = span.reader.names.terms.get(row.metric)
        if (row.claim_key or row.undoes) and metric and row.subject in span.reader.names.keys:
            found.series.add((span.reader.names.keys[row.subject], metric))
    said = set(_said(connection, first))
    for version in (span.since, span.until) if said else ():
        found.entities.update(said, span.reader.identities(version).parts(said))
    described = set(_described(span))
    for version in (span.since, span.until) if described else ():
        found.entities.update(described, span.reader.identities(version).parts(described))
    return found


def _said(connection: Connection, first: int) -> Iterator[int]:
    """Yields the keys of entities of which people said who they are, or took that back."""
    for row in connection.execute(select(identities).where(identities.c.seq >= first)).all():
        deed = row
        if row.undoes:
            deed = connection.execute(select(identities).where(identities.c.seq == row.undoes)).one()
        yield from (deed.entity, deed.other)


def _described(span: Span) -> Iterator[int]:
    """Yields the keys of entities that are described in another way, or belong to another whole."""
    names = span.reader.names
    before, after = (kin_as_of(names, version) for version in (span.since, span.until))
    for key in _described_in(span):
        now = names.entity(key, span.until)
        then = names.known(now.id, span.since)
        if then is not None and then != now:
            yield key
        whole = [(kin.parent_of(now.id), kin.maker_of(now.id)) for kin in (before, after)]
        if whole[0] != whole[1]:
            yield from span.houses.below(now.id)


def _described_in(span: Span) -> set[int]:
    found = set()
    for version, key in reversed(span.reader.names.descriptions):
        if version <= span.since:
            break
        if version <= span.until:
            found.add(key)
    return found


def _statements(span: Span, concerned: Concerned, version: int) -> Iterator[Statement]:
    by_id: dict[str, Statement] = {}
    questions: list[tuple[Any, dict[str, Any]]] = [
        *((queries.OF_CLAIMS, {"claims": part}) for part in parts_of(concerned.claims)),
        *((queries.OF_ENTITY, {"entities": part}) for part in parts_of(concerned.entities)),
        *((queries.OF_DOCUMENT, {"document": number}) for number in sorted(concerned.documents)),
        *((queries.OF_SERIES, {"entities": [key], "metrics": [metric]}) for key, metric in sorted(concerned.series)),
    ]
    for question, asked in questions:
        read = span.reader.statements(span.connection, question, version, **asked)
        by_id.update((statement.claim.id, statement) for statement in read)
    yield from by_id.values()


def _readings(span: Span, statement: Statement, version: int) -> Iterator[Statement]:
    """Yields a statement as it is about each entity that it may have been about before its mention was erased."""
    who, names = span.reader.identities(version), span.reader.names
    yield statement
    for key in who.candidates(names.keys[statement.recorded_subject]):
        about: Entity = span.reader.entity(key, version, who)
        yield replace(statement, claim=replace(statement.claim, subject=about))


def parts_of(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yields values in sorted lists that fit into one question."""
    held = sorted(values)
    for first in range(0, len(held), AT_ONCE):
        yield held[first : first + AT_ONCE]
