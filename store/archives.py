"""The reading side of the ledger: every question takes a version or a moment, and gets the answer of then."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, func, select

from extractors.model import Document
from extractors.problems import Problem
from store import queries
from store.changes import find_changes
from store.engines import in_memory, masked, reading
from store.errors import UnknownError
from store.judgements import Decisions
from store.model import (
    Card,
    Change,
    Decision,
    Deed,
    DocumentEntry,
    EntityEntry,
    SimilarPair,
    Statement,
    VerifyReport,
    Version,
)
from store.proofs import verify
from store.queries import Reader
from store.rows import read_date_column, unpack
from store.tables import blobs, documents, heads, revisions, statements


class Archive:
    """Answers questions to one database; `store.ledger.Ledger` adds writing. Safe to use from several threads.

    Attributes:
        url: Where it is, with the password masked.
    """

    def __init__(self, engine: Engine) -> None:
        self.url = masked(engine.url)
        self._engine = engine
        self._reader = Reader()

    def close(self) -> None:
        """Gives the database connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def history(
        self,
        entity: str,
        metric: str | None = None,
        *,
        version: int | None = None,
        at: datetime | None = None,
        family: bool = False,
        retracted: bool = False,
        sentences: bool = False,
    ) -> list[Statement]:
        """Returns what is claimed of an entity, by metric and valid time.

        Args:
            entity: Its id, name or alias; case, spaces and hyphens do not matter.
            metric: Only this one.
            version: As of this version.
            at: As of this moment.
            family: Adds what is claimed of its members (versions, variants, sizes).
            retracted: Adds what had been claimed and was retracted by then.
            sentences: Fills `Statement.sentence`.

        Raises:
            UnknownError: Nothing has that name, or there is no such version.
        """
        with reading(self._engine, snapshot=False) as connection:
            number = self._reader.as_of(connection, version, at)
            keys = self._reader.entities(entity, number, family=family)
            asked: dict[str, Any] = {"about": keys, "retracted": retracted, "sentences": sentences}
            question = queries.OF_ENTITY
            if metric is not None:
                question, asked["metrics"] = queries.OF_ENTITY_AND_METRIC, self._reader.metrics(metric)
            found = self._reader.statements(connection, question, number, **asked)
            return queries.in_order(Decisions(self._reader.decisions(number)).ranked(found))

    def statements(
        self,
        *,
        version: int | None = None,
        at: datetime | None = None,
        document: str | None = None,
        retracted: bool = False,
        sentences: bool = False,
    ) -> Iterator[Statement]:
        """Yields all statements as of a version or moment, in the order in which they were recorded.

        Args:
            version: As of this version.
            at: As of this moment.
            document: Only those of the document with this URI.
            retracted: Adds those that had been retracted by then.
            sentences: Fills `Statement.sentence`.
        """
        options: dict[str, Any] = {"retracted": retracted, "sentences": sentences}
        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            found = self._standing(connection, number, document, options)
            if not in_memory(self._engine):
                yield from found
                return
            held = list(found)  # the one connection must be free while the caller looks at them
        yield from held

    def _standing(
        self, connection: Connection, version: int, document: str | None, asked: dict[str, Any]
    ) -> Iterator[Statement]:
        question = queries.ALL
        if document is not None:
            key = connection.execute(select(documents.c.seq).where(documents.c.uri == document)).scalar()
            question, asked["document"] = queries.OF_DOCUMENT, key or 0
        found = self._reader.statements(connection, question, version, **asked)
        return Decisions(self._reader.decisions(version)).ranked(found)

    def export(
        self, *, version: int | None = None, at: datetime | None = None, retracted: bool = False
    ) -> Iterator[dict[str, Any]]:
        """Yields all statements as records of the export, in the order in which they were recorded."""
        for statement in self.statements(version=version, at=at, retracted=retracted):
            yield statement.record()

    def entities(self, *, version: int | None = None, at: datetime | None = None) -> list[EntityEntry]:
        """Returns the entities known as of a version or moment with the number of their statements, by name."""
        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            counted = select(statements.c.entity, func.count()).where(queries.STANDING).group_by(statements.c.entity)
            counts: dict[int, int] = dict(connection.execute(counted, {"version": number}).all())
            who = self._reader.identities(number)
            whole: Counter[int] = Counter()
            for key, _ in self._reader.names.all(number):
                whole[who.whole(key)] += counts.get(key, 0)
            for key in who.divided():  # those of which a part was split off, and the parts, are counted one by one
                whole[key] = sum(
                    1 for _ in self._reader.statements(connection, queries.OF_ENTITY, number, about=(key,))
                )
            found = [EntityEntry(self._reader.entity(key, number, who), count) for key, count in whole.items()]
        return sorted(found, key=lambda entry: (entry.entity.name.casefold(), entry.entity.id))

    def similar_entities(self, *, version: int | None = None, at: datetime | None = None) -> list[SimilarPair]:
        """Returns pairs of entities that may be one by their names and were not declared distinct, nearest first."""
        from store.similar import similar

        counts = {entry.entity.id: entry for entry in self.entities(version=version, at=at)}
        with reading(self._engine, snapshot=False) as connection:
            number = self._reader.as_of(connection, version, at)
            who, names = self._reader.identities(number), self._reader.names
            standing = [(key, entity) for key, entity in names.all(number) if who.whole(key) == key]
            pairs = [pair for pair in similar(standing) if who.apart(*pair[:2]) is None]
            ids = [(names.entity(first).id, names.entity(second).id, score) for first, second, score in pairs]
        return [SimilarPair(counts[first], counts[second], score) for first, second, score in ids]

    def card(
        self, entity: str, *, version: int | None = None, at: datetime | None = None, family: bool = False
    ) -> Card:
        """Returns what is held on an entity, its statements by metric.

        Raises:
            UnknownError: Nothing has that name, or there is no such version.
        """
        with reading(self._engine, snapshot=False) as connection:
            number = self._reader.as_of(connection, version, at)
            keys = self._reader.entities(entity, number)
            who = self._reader.identities(number)
            members = self._reader.names.family(keys, number, who.whole)
            described = [self._reader.entity(key, number, who) for key in members]
        by_metric: dict[str, list[Statement]] = {}
        for statement in self.history(entity, version=number, family=family, sentences=True):
            by_metric.setdefault(statement.claim.metric, []).append(statement)
        metrics = tuple((metric, tuple(found)) for metric, found in sorted(by_metric.items()))
        return Card(described[0], tuple(described[1:]), metrics)

    def documents(self, *, version: int | None = None, at: datetime | None = None) -> list[DocumentEntry]:
        """Returns the documents read by a version or moment, removed ones too, in the order first read."""
        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            return queries.document_entries(connection, number)

    def document(self, uri: str, revision: str | None = None) -> Document:
        """Returns a document with its stored text; `segments` are not kept and stay empty.

        Args:
            uri: Its identity.
            revision: `sha256:…` of the revision; the current one by default.

        Raises:
            UnknownError: There is no such document or revision.
        """
        with reading(self._engine) as connection:
            row = self._revision(connection, uri, revision)
            text = self._reader.text(connection, row.text)
            found = tuple(queries.problems_of(connection, uri)) if revision in (None, row.revision) else ()
        return Document(
            uri=uri,
            revision=row.revision,
            text=text,
            title=row.title,
            published=read_date_column(row.published),
            published_basis=row.published_basis,
            publisher=row.publisher,
            media_type=row.media_type,
            problems=found,
        )

    def raw(self, uri: str, revision: str | None = None) -> bytes | None:
        """Returns the bytes of a document as fetched, None when they were not given to `record`.

        Raises:
            UnknownError: There is no such document or revision.
        """
        with reading(self._engine) as connection:
            row = self._revision(connection, uri, revision)
            digest = row.revision.removeprefix("sha256:")
            packed = connection.execute(select(blobs.c.bytes).where(blobs.c.digest == digest)).scalar()
        return None if packed is None else unpack(packed)

    def _revision(self, connection: Connection, uri: str, revision: str | None) -> Any:
        question = select(revisions).join(documents, documents.c.seq == revisions.c.document)
        question = question.where(documents.c.uri == uri)
        if revision is None:
            question = question.join(heads, heads.c.revision == revisions.c.seq)
        else:
            question = question.where(revisions.c.revision == revision)
        row = connection.execute(question.order_by(revisions.c.seq.desc()).limit(1)).first()
        if row is None:
            raise UnknownError(f"no document {uri}{f' with revision {revision}' if revision else ''} in {self.url}")
        return row

    def problems(self) -> list[Problem]:
        """Returns what could not be read or understood in the current revisions of the documents that stand."""
        with reading(self._engine) as connection:
            return queries.problems_of(connection)

    def decisions(
        self, *, version: int | None = None, at: datetime | None = None, undone: bool = False
    ) -> list[Decision]:
        """Returns the decisions that stand as of a version or moment, in order; undone ones too when asked."""
        with reading(self._engine, snapshot=False) as connection:
            number = self._reader.as_of(connection, version, at)
            return list(self._reader.decisions(number, undone=undone))

    def deeds(self, *, version: int | None = None, at: datetime | None = None, undone: bool = False) -> list[Deed]:
        """Returns what people said of who is who as of a version or moment, in order; undone ones too when asked."""
        with reading(self._engine, snapshot=False) as connection:
            number = self._reader.as_of(connection, version, at)
            return list(self._reader.deeds(number, undone=undone))

    def log(self) -> list[Version]:
        """Returns all versions, the first one first."""
        with reading(self._engine, snapshot=False) as connection:
            return list(queries.read_versions(connection))

    def diff(self, before: int, after: int) -> list[Change]:
        """Returns what differs between two versions, by entity and metric, each change with its cause.

        Raises:
            UnknownError: There is no such version.
            StoreError: The first is later than the second.
        """
        with reading(self._engine) as connection:
            for number in (before, after):
                self._reader.as_of(connection, number, None)
            return find_changes(connection, self._reader, before, after)

    def verify(self, *, head: str = "") -> VerifyReport:
        """Returns what a look at everything shows: every digest, root, link, quote and cache.

        Args:
            head: Digest of a version noted down earlier; a ledger that was cut off before it is found out.
        """
        return verify(self._engine, head)
