"""The ledger: what documents claim, in which words, since when; append-only, and every past answer reproducible.

    with Ledger.open("sqlite:///claims.db") as ledger:
        ledger.record(extractions, author="me", reason="weekly news")
        ledger.history("Qwen", metric="downloads", version=3)

Every change is a numbered version: one transaction with who, when and why. A question takes `version` or `at` (an
aware moment) and gets the answer that was given then; without either, the present one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, func, select

from extractors.model import Document, Extraction
from extractors.problems import Problem
from store import queries, states
from store.batches import Batch
from store.changes import find_changes
from store.engines import masked, open_engine, reading, writing
from store.errors import JudgementError, UnknownError
from store.events import Event
from store.judgements import Decisions, claim_key, read_decisions
from store.model import (
    Card,
    Cause,
    Change,
    ConflictSet,
    Counts,
    Decision,
    DocumentEntry,
    EntityEntry,
    Judgement,
    Receipt,
    Statement,
    VerifyReport,
    Version,
)
from store.names import Names
from store.proofs import Verifier
from store.queries import Reader
from store.recordings import Held, Recorder, chunks, held_documents, standing_claims
from store.rows import encode, microseconds, read_date_column, unpack
from store.schemas import held_revision, require_current, upgrade
from store.tables import blobs, decisions, documents, events, heads, revisions, statements

DEFAULT_URL = "sqlite:///claims.db"


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """One ledger in one database. Made by `Ledger.open`; safe to use from several threads.

    Attributes:
        url: Where it is, with the password masked.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        self.url = masked(engine.url)
        self._engine = engine
        self._clock = clock
        self._reader = Reader()
        self._names: Names | None = None

    @classmethod
    def open(cls, url: str = DEFAULT_URL, *, create: bool = True, clock: Callable[[], datetime] = _now) -> "Ledger":
        """Returns the ledger at a SQLAlchemy URL (SQLite or PostgreSQL), made where there is none.

        Args:
            url: `sqlite:///claims.db`, `postgresql://user@host/db`; a bare `sqlite://` lives in memory.
            create: False refuses a database that holds no ledger.
            clock: Gives the aware UTC time of new versions.

        Raises:
            ConnectionFailedError: The database cannot be opened.
            SchemaError: It holds no ledger, or one of another schema.
        """
        ledger = cls(open_engine(url), clock)
        with reading(ledger._engine) as connection:
            held = held_revision(connection)
        if held is None and create:
            ledger.upgrade()
        with reading(ledger._engine) as connection:
            require_current(connection, ledger.url)
        return ledger

    @staticmethod
    def upgrade_database(url: str = DEFAULT_URL) -> None:
        """Brings the ledger at a URL to the schema of this program (`claims db upgrade`)."""
        with Ledger(open_engine(url)) as ledger:
            ledger.upgrade()

    def upgrade(self) -> None:
        """Brings the schema to that of this program."""
        with writing(self._engine) as connection:
            upgrade(connection)

    def close(self) -> None:
        """Gives the database connections back."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record(
        self,
        extractions: Iterable[Extraction],
        *,
        author: str,
        reason: str,
        raw: Mapping[str, bytes] | None = None,
        ruleset: str = "",
    ) -> Receipt:
        """Records what was extracted as one version, and returns what that changed; nothing new makes no version.

        A claim that an extractor found in the last revision of a document and finds no more is retracted; one that
        stands elsewhere keeps its identity; what other extractors found is left alone.

        Args:
            extractions: Taken one after the other; a document that comes twice ends as it came last.
            author: Who.
            reason: Why.
            raw: Bytes as fetched by revision (`sha256:…`); kept for reading them anew.
            ruleset: Version of rules and catalogues, for the log.

        Raises:
            EvidenceError: A claim does not stand in its document; nothing of the batch is recorded.
        """
        with writing(self._engine) as connection:
            batch = self._batch(connection)
            recorder = Recorder(batch, raw or {})
            for chunk in chunks(extractions):
                recorder.take(chunk)
            counts = Counts(**recorder.tally)
            if batch.empty:
                return Receipt(None, counts)
            extractor = ", ".join(sorted(recorder.extractors))
            self._seal(batch, author, reason, (extractor, ruleset), counts)
        return Receipt(batch.version, counts)

    def tombstone(self, uris: str | Iterable[str], *, author: str, reason: str) -> Receipt:
        """Records that documents are gone from their source: their claims are retracted, their texts stay.

        Raises:
            UnknownError: A document was never read.
        """
        wanted = [uris] if isinstance(uris, str) else list(uris)
        with writing(self._engine) as connection:
            batch = self._batch(connection)
            held = held_documents(connection, wanted)
            if unknown := [uri for uri in wanted if uri not in held]:
                raise UnknownError(f"no document {unknown[0]} in {self.url}")
            standing = [document for document in held.values() if not document.removed]
            retracted = sum(_bury(batch, document, reason) for document in standing)
            counts = Counts(documents=len(wanted), changed=len(standing), retracted=retracted)
            if batch.empty:
                return Receipt(None, replace(counts, unchanged=len(wanted)))
            self._seal(batch, author, reason, ("", ""), counts)
        return Receipt(batch.version, counts)

    def _batch(self, connection: Connection) -> Batch:
        names = self._names or Names()
        self._names = None  # only a batch that was sealed leaves names that the database holds
        names.refresh(connection)
        return Batch(connection, names)

    def _seal(self, batch: Batch, author: str, reason: str, by: tuple[str, str], counts: Counts) -> None:
        batch.seal(microseconds(self._clock()), (author, reason, *by), counts)
        self._names = batch.names

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
        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            keys = self._reader.entities(entity, number, family=family)
            asked: dict[str, Any] = {"entities": keys}
            question = queries.OF_ENTITY
            if metric is not None:
                question, asked["metrics"] = queries.OF_ENTITY_AND_METRIC, self._reader.metrics(metric)
            found = self._reader.statements(
                connection, question, number, retracted=retracted, sentences=sentences, **asked
            )
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
        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            question, asked = queries.ALL, {}
            if document is not None:
                key = connection.execute(select(documents.c.seq).where(documents.c.uri == document)).scalar()
                question, asked = queries.OF_DOCUMENT, {"document": key or 0}
            decisions = Decisions(self._reader.decisions(number))
            found = self._reader.statements(
                connection, question, number, retracted=retracted, sentences=sentences, **asked
            )
            for statement in found:
                yield decisions.ranked([statement])[0]

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
            found = [EntityEntry(entity, counts.get(key, 0)) for key, entity in self._reader.names.all(number)]
        return sorted(found, key=lambda entry: (entry.entity.name.casefold(), entry.entity.id))

    def card(
        self, entity: str, *, version: int | None = None, at: datetime | None = None, family: bool = False
    ) -> Card:
        """Returns what is held on an entity, its statements by metric.

        Raises:
            UnknownError: Nothing has that name, or there is no such version.
        """
        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            keys = self._reader.entities(entity, number)
            members = self._reader.names.family(keys, number)
            described = [self._reader.names.entity(key, number) for key in members]
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

    def conflicts(
        self,
        *,
        status: str | None = None,
        version: int | None = None,
        at: datetime | None = None,
        entity: str | None = None,
    ) -> list[ConflictSet]:
        """Returns where statements as of a version or moment stand against each other, with what was decided by then.

        Args:
            status: Only `open`, `decided` or `reopened` ones.
            version: As of this version.
            at: As of this moment.
            entity: Only those about this entity, by id, name or alias.
        """
        from store.reconcile import find_conflicts

        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            found = self._reader.statements(connection, queries.ALL, number, sentences=True)
            decisions = Decisions(self._reader.decisions(number))
            held = decisions.ranked(found)
            wanted = None
            if entity is not None:
                keys = self._reader.entities(entity, number)
                wanted = {self._reader.names.entity(key, number).id for key in keys}
        joined = (decisions.joined(conflict) for conflict in find_conflicts(held))
        return [
            conflict
            for conflict in joined
            if (status is None or conflict.status == status) and (wanted is None or conflict.subject in wanted)
        ]

    def decide(
        self, conflict_id: str, judgement: str, *, note: str = "", author: str, claim: str | None = None
    ) -> Decision:
        """Records what a person says of a conflict, and returns the decision.

        Args:
            conflict_id: Id of a conflict as of now, or enough of its beginning.
            judgement: One of `Judgement`.
            note: Why.
            author: Who.
            claim: Id of the statement preferred, or of the one in error; needed by `prefer`.

        Raises:
            JudgementError: The judgement is none, or the claim is not part of the conflict.
            UnknownError: There is no such conflict.
        """
        if judgement not in list(Judgement):
            raise JudgementError(f"{judgement!r} is no judgement; one of {', '.join(Judgement)}")
        conflict = self._conflict(conflict_id)
        keys = {statement.claim.id: claim_key(statement.claim) for statement in conflict.claims}
        if claim is not None and claim not in keys:
            raise JudgementError(f"claim {claim} is not part of conflict {conflict.id}")
        if claim is None and judgement == Judgement.PREFER:
            raise JudgementError(f"say which claim of conflict {conflict.id} is preferred: {', '.join(keys)}")
        key = tuple(sorted(set(keys.values())))
        named = keys[claim] if claim else ""
        reason = f"{judgement}: {conflict.subject_name} {conflict.metric}"
        with writing(self._engine) as connection:
            batch = self._batch(connection)
            said = encode([key, judgement, named, author, batch.version])
            decision_id = f"d_{sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
            about = (conflict.subject, conflict.metric)
            row = (decision_id, conflict.id, *about, encode(key), str(judgement), named, note, None)
            batch.introduce(Event.JUDGE, "decisions", *row)
            self._seal(batch, author, reason, ("", ""), Counts())
            return read_decisions(connection)[-1]

    def _conflict(self, conflict_id: str) -> ConflictSet:
        found = [conflict for conflict in self.conflicts() if conflict.id.startswith(conflict_id)]
        exact = [conflict for conflict in found if conflict.id == conflict_id]
        if len(exact or found) != 1 or not conflict_id:
            raise UnknownError(f"{len(found) or 'no'} conflicts have the id {conflict_id!r}")
        return (exact or found)[0]

    def undo(self, decision_id: str, *, author: str, note: str = "") -> Decision:
        """Takes a decision back, and returns it as it is now; the conflict is open again.

        Args:
            decision_id: Id of a decision that stands, or enough of its beginning.
            author: Who.
            note: Why.

        Raises:
            UnknownError: There is no such decision.
            JudgementError: It was taken back before.
        """
        with writing(self._engine) as connection:
            batch = self._batch(connection)
            known = read_decisions(connection)
            found = [decision for decision in known if decision_id and decision.id.startswith(decision_id)]
            if len(found) != 1:
                raise UnknownError(f"{len(found) or 'no'} decisions have the id {decision_id!r}")
            if found[0].undone_in:
                raise JudgementError(f"decision {found[0].id} was taken back in version {found[0].undone_in}")
            seq = connection.scalar(select(decisions.c.seq).where(decisions.c.id == found[0].id)) or 0
            about = (found[0].subject, found[0].metric)
            row = (f"u_{found[0].id[2:]}", found[0].conflict_id, *about, "[]", "undo", "", note, seq)
            batch.introduce(Event.UNDO, "decisions", *row)
            self._seal(batch, author, f"undo {found[0].judgement}", ("", ""), Counts())
        return replace(found[0], undone_in=batch.version)

    def decisions(
        self, *, version: int | None = None, at: datetime | None = None, undone: bool = False
    ) -> list[Decision]:
        """Returns the decisions that stand as of a version or moment, in order; undone ones too when asked."""
        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            return list(self._reader.decisions(number, undone=undone))

    def log(self) -> list[Version]:
        """Returns all versions, the first one first."""
        with reading(self._engine) as connection:
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
        with reading(self._engine) as connection:
            return Verifier(connection).run(head)

    def rebuild(self) -> None:
        """Empties the caches and fills them again from the events."""
        with writing(self._engine) as connection:
            size = connection.scalar(select(func.max(events.c.seq))) or 0
            states.rebuild(connection, size)


def _bury(batch: Batch, held: Held, reason: str) -> int:
    standing = standing_claims(batch.connection, held.document)
    for old in standing.values():
        batch.close(old[0], retracted=True)
        batch.add(Event.RETRACT, old[1], Cause.SOURCE_REMOVED.value)
    seq = batch.add(Event.TOMBSTONE, held.document, reason)
    batch.head(held.head, seq, held.document, held.revision, removed=True)
    return len(standing)
