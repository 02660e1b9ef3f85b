"""The ledger: what documents claim, in which words, since when; append-only, and every past answer reproducible.

    with Ledger.open("sqlite:///claims.db") as ledger:
        ledger.record(extractions, author="me", reason="weekly news")
        ledger.history("Qwen", metric="downloads", version=3)

Every change is a numbered version: one transaction with who, when and why. A question takes `version` or `at` (an
aware moment) and gets the answer that was given then; without either, the present one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, select

from extractors.model import Extraction
from store import states
from store.archives import Archive
from store.batches import Batch, cause_body
from store.engines import missing_file, open_engine, reading, writing
from store.errors import JudgementError, SchemaError, UnknownError
from store.events import Event
from store.judgements import claim_key, read_decisions
from store.model import (
    Cause,
    Counts,
    Decision,
    Judgement,
    Receipt,
)
from store.names import Names
from store.recordings import Held, Recorder, chunks, held_documents, standing_claims
from store.rows import encode, microseconds
from store.schemas import held_revision, no_ledger, require_current, upgrade
from store.tables import decisions

DEFAULT_URL = "sqlite:///claims.db"


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger(Archive):
    """One ledger in one database. Made by `Ledger.open`; safe to use from several threads.

    Attributes:
        url: Where it is, with the password masked.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = _now) -> None:
        super().__init__(engine)
        self._clock = clock
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

    def _batch(self, connection: Connection) -> Batch:
        names = self._names or Names()
        self._names = None  # only a batch that was sealed leaves names that the database holds
        names.refresh(connection)
        return Batch(connection, names)

    def _seal(self, batch: Batch, author: str, reason: str, by: tuple[str, str], counts: Counts) -> None:
        batch.seal(microseconds(self._clock()), (author, reason, *by), counts)

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
        conflict = self.conflict(conflict_id)
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
            row = (decision_id, conflict.id, *about, encode(key), str(judgement), named, note, 0)
            batch.introduce(Event.JUDGE, "decisions", *row)
            self._seal(batch, author, reason, ("", ""), Counts())
            return read_decisions(connection)[-1]

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

    def rebuild(self) -> None:
        """Empties the caches and fills them again from the events."""
        with writing(self._engine) as connection:
            states.rebuild(connection)


def _bury(batch: Batch, held: Held, reason: str) -> int:
    standing = standing_claims(batch.connection, held.document)
    for old in standing.values():
        batch.close(old[0], retracted=True)
        batch.add(Event.RETRACT, old[1], cause_body(Cause.SOURCE_REMOVED))
    seq = batch.add(Event.TOMBSTONE, held.document, encode(reason))
    batch.head(held.head, seq, held.document, held.revision, removed=True)
    return len(standing)
