"""The ledger: what documents claim, in which words, since when; append-only, and every past answer reproducible.

    with Ledger.open("sqlite:///claims.db") as ledger:
        ledger.record(extractions, author="me", reason="weekly news")
        ledger.history("Qwen", metric="downloads", version=3)

Every change is a numbered version: one transaction with who, when and why. A question takes `version` or `at` (an
aware moment) and gets the answer that was given then; without either, the present one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from extractors.model import Extraction
from store import states
from store.batches import Batch, cause_body
from store.deciding import Deciding
from store.engines import in_memory, missing_file, open_engine, reading, scrub, writing
from store.erasures import erase_document
from store.errors import SchemaError, TransferError, UnknownError
from store.events import Event
from store.model import Cause, Counts, Erasure, Receipt, VerifyReport
from store.proofs import verify_on
from store.recordings import Held, Recorder, chunks, held_documents, standing_claims
from store.rows import encode
from store.schemas import held_revision, no_ledger, require_current, upgrade
from store.tables import documents, versions
from store.transfers import read_into, written
from store.weighing import Weighing

DEFAULT_URL = "sqlite:///claims.db"


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger(Deciding, Weighing):
    """One ledger in one database. Made by `Ledger.open`; safe to use from several threads.

    Attributes:
        url: Where it is, with the password masked.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        super().__init__(engine, clock)

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
        if not create and missing_file(ledger._engine):
            raise SchemaError(no_ledger(ledger.url))
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
        with writing(self._engine) as connection, closing(self._batch(connection)) as batch:
            recorder = Recorder(batch, raw or {})
            for chunk in chunks(extractions):
                recorder.take(chunk)
            counts = Counts(**recorder.tally)
            if batch.empty:
                return Receipt(None, counts)
            extractor = ", ".join(sorted(recorder.extractors))
            self._seal(batch, author, reason, (extractor, ruleset), counts)
        self._names = batch.names
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
        self._names = batch.names
        return Receipt(batch.version, counts)

    def erase(self, uri: str, *, author: str, reason: str, revision: str | None = None) -> Erasure:
        """Empties texts, bytes and quotes of a document for good; its claims stay, without their words.

        The same text is not recorded again. Past answers keep everything but the words.

        Args:
            uri: Identity of the document.
            author: Who.
            reason: Why, such as the number of the request.
            revision: Only this one, `sha256:…`; all by default.

        Raises:
            UnknownError: There is no such document or revision.
        """
        with writing(self._engine) as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            self._revision(connection, uri, revision)
            batch = self._batch(connection)
            document = connection.scalar(select(documents.c.seq).where(documents.c.uri == uri)) or 0
            quotes = erase_document(batch, document, revision, reason)
            if batch.empty:
                return Erasure(uri, None, 0)
            self._seal(batch, author, f"erase {uri}: {reason}", ("", ""), Counts(documents=1, changed=1))
        self._names = batch.names
        self._reader.forget_texts()
        scrub(self._engine)
        return Erasure(uri, batch.version, quotes)

    def backup(self) -> Iterator[str]:
        """Yields the whole ledger as JSON Lines, of one moment; `restore` makes the same ledger of them elsewhere."""
        with reading(self._engine) as connection:
            if not in_memory(self._engine):
                yield from written(connection)
                return
            held = list(written(connection))
        yield from held

    @classmethod
    def restore(cls, url: str, lines: Iterable[str]) -> VerifyReport:
        """Makes a ledger from a backup in a database that holds none, or an empty one, and returns what verify says.

        Raises:
            TransferError: The database holds a ledger already, or the backup is not sound; nothing is kept then.
        """
        ledger = cls(open_engine(url))
        with ledger, _left_as_it_was(ledger._engine), writing(ledger._engine) as connection:
            if held_revision(connection) is not None:
                require_current(connection, ledger.url)
                if connection.scalar(select(func.count()).select_from(versions)):
                    raise TransferError(f"{ledger.url} holds a ledger already: restore into an empty database")
            else:
                upgrade(connection)
            read_into(connection, lines)
            report = verify_on(connection)
            if not report.ok:
                wrong = report.findings[0]
                where = f"{wrong.table} {wrong.row or ''}".strip()
                raise TransferError(f"the backup is not sound, nothing was restored: {where}: {wrong.message}")
        return report

    def rebuild(self) -> None:
        """Empties the caches and fills them again from the events."""
        with writing(self._engine) as connection:
            states.rebuild(connection)


@contextmanager
def _left_as_it_was(engine: Engine) -> Iterator[None]:
    """Removes the file that SQLite has made for a database that nothing came of."""
    new = missing_file(engine)
    try:
        yield
    except BaseException:
        if new:
            engine.dispose()
            for end in ("", "-wal", "-shm"):
                Path(f"{engine.url.database}{end}").unlink(missing_ok=True)
        raise


def _bury(batch: Batch, held: Held, reason: str) -> int:
    standing = standing_claims(batch.connection, held.document)
    for old in standing.values():
        batch.end(old[0], retracted=True)
        batch.add(Event.RETRACT, old[1], cause_body(Cause.SOURCE_REMOVED))
    seq = batch.add(Event.TOMBSTONE, held.document, encode(reason))
    batch.head(held.head, seq, held.document, held.revision, removed=True)
    return len(standing)
