"""Compares what was extracted with what is held, and adds the difference to the batch.

Documents are taken in chunks, so that what is held of them is asked for in a few questions. An extraction whose digest
is the last one's adds nothing; that digest covers the revision, the stored text and every claim with its evidence.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from extractors.model import Claim, Document, Entity, Extraction
from extractors.problems import Problem
from store.batches import Batch, Row, cause_body
from store.errors import EvidenceError
from store.events import NUMBERS, Event
from store.model import Cause
from store.rows import (
    claim_body,
    date_column,
    decode,
    digest_of,
    encode,
    entity_line,
    frame_text,
    pack,
    place_text,
    unpack_text,
    words_text,
)
from store.tables import blobs, claims, documents, evidence, extracts, heads, revisions, statements

DOCUMENTS_A_CHUNK = 128
CLAIMS_A_CHUNK = 8_000
RULES = "rules"
"""Extractor that an extraction without claims of a document never seen is put down to."""


Said = tuple[str, str]
"""Columns `place` and `words` of `evidence`."""


@dataclass(slots=True)
class Held:
    """What the ledger holds of one document.

    Attributes:
        document: Its number.
        head: Number of the event that made the revision the current one, 0 when it is new.
        revision: Number of its current revision, 0 when it is new.
        fields: Columns of that revision from `revision` on.
        removed: True after its tombstone.
        new: True when it was never seen before this batch.
        extracts: Version and digest of the last extraction by number of the extractor's name.
    """

    document: int
    head: int = 0
    revision: int = 0
    fields: tuple[Any, ...] = ()
    removed: bool = False
    new: bool = False
    extracts: dict[int, tuple[str, str]] = field(default_factory=dict)


def checked(extraction: Extraction) -> Extraction:
    """Returns the extraction when each claim stands in its document; else raises EvidenceError."""
    document, seen = extraction.document, set()
    text, uri, revision = document.text, document.uri, document.revision
    for claim in extraction.claims:
        evidence = claim.evidence
        if text[evidence.start : evidence.end] != evidence.quote or not evidence.quote or evidence.start < 0:
            _refuse(claim, uri, f"the text at {evidence.start}:{evidence.end} is not the quote {evidence.quote!r}")
        if claim.document != uri or claim.revision != revision:
            _refuse(claim, uri, f"it belongs to {claim.document} {claim.revision}")
        if '"' in claim.id or "\n" in claim.id:
            _refuse(claim, uri, "its id holds a quotation mark or a line break")
        if not claim.id or claim.id in seen:
            _refuse(claim, uri, "another claim of the document has the same id" if claim.id else "it has no id")
        seen.add(claim.id)
    return extraction


def _refuse(claim: Claim, uri: str, why: str) -> None:
    raise EvidenceError(f"claim {claim.id or '(no id)'} ({claim.metric}) of {uri} cannot be recorded: {why}")


def chunks(extractions: Iterable[Extraction]) -> Iterator[list[Extraction]]:
    """Yields checked extractions in lists of limited size, no document twice in one list."""
    chunk: list[Extraction] = []
    uris: set[str] = set()
    size = 0
    for extraction in extractions:
        if chunk and (extraction.document.uri in uris or len(chunk) >= DOCUMENTS_A_CHUNK or size >= CLAIMS_A_CHUNK):
            yield chunk
            chunk, uris, size = [], set(), 0
        chunk.append(checked(extraction))
        uris.add(extraction.document.uri)
        size += len(extraction.claims)
    if chunk:
        yield chunk


class Recorder:
    """Adds extractions to a batch.

    Attributes:
        tally: What was met and done, by the names of `Counts`.
        extractors: Names and versions met.
    """

    def __init__(self, batch: Batch, raw: Mapping[str, bytes]) -> None:
        self.batch = batch
        self.tally: Counter[str] = Counter()
        self.extractors: set[str] = set()
        self._raw = raw
        self._held: dict[str, Held] = {}
        self._blobs: set[str] = set()
        self._last: set[str] = set()

    def take(self, chunk: list[Extraction]) -> None:
        """Adds one chunk and writes it.

        Where rows are written beside, the chunk before is written only after what is held of this one was asked for,
        unless the two share a document.
        """
        texts = [digest_of(extraction.document.text) for extraction in chunk]
        uris = [extraction.document.uri for extraction in chunk]
        if self.batch.writes_beside and not self._last.isdisjoint(uris):
            self.batch.flush()
        connection = self.batch.connection
        self._held = held_documents(connection, uris)
        wanted = texts + [extraction.document.revision.removeprefix("sha256:") for extraction in chunk]
        held = select(blobs.c.digest, blobs.c.bytes.is_(None)).where(blobs.c.digest.in_(wanted))
        erased: dict[str, bool] = dict(connection.execute(held).all())
        if self.batch.writes_beside:
            self.batch.flush()
        self._blobs = self._blobs.intersection(wanted) | set(erased)
        for extraction, text in zip(chunk, texts, strict=True):
            if erased.get(text):
                self.tally.update(documents=1, erased=1)
            else:
                self._document(extraction, text)
        self._last = set(uris)
        if not self.batch.writes_beside:
            self.batch.flush()

    def _document(self, extraction: Extraction, text: str) -> None:
        document = extraction.document
        held = self._held.get(document.uri)
        self.tally["documents"] += 1
        if held is None:
            held = Held(self.batch.introduce(Event.DOCUMENT, "documents", document.uri), new=True)
        new = held.new or held.removed
        changed = False
        for name, group in _by_extractor(extraction, self._known_extractors(held)):
            changed |= self._extract(held, extraction, text, (name, group))
        self.tally["new" if new else "changed" if changed else "unchanged"] += 1

    def _known_extractors(self, held: Held) -> list[str]:
        return [self.batch.names.words[number] for number in held.extracts] or [RULES]

    def _extract(self, held: Held, extraction: Extraction, text: str, group: tuple[str, tuple[Claim, ...]]) -> bool:
        name, found = group
        document = extraction.document
        said = {claim.id: (place_text(claim), words_text(claim)) for claim in found}
        fields = _revision_fields(document, text)
        entities = _entities(extraction, found)
        digest = _digest(fields, (entities, extraction.problems), found, said)
        extractor = self.batch.term(name)
        last = held.extracts.get(extractor)
        if last and last[1] == digest and held.fields == fields and not held.removed:
            return False
        version = found[0].extractor_version if found else last[0] if last else ""
        before = self._revision(held, document, fields)
        causes = self._causes(held, before, document, (last, version))
        self.batch.entities(entities)
        self._claims(held, found, said, (extractor, causes))
        self._close_extract(held, extraction.problems, (extractor, name, version, digest))
        self.batch.close_leaf(document.text)
        return True

    def _close_extract(self, held: Held, problems: tuple[Problem, ...], done: tuple[int, str, str, str]) -> None:
        extractor, name, version, digest = done
        for problem in problems:
            body = encode([problem.code, problem.message, problem.start, problem.end])
            self.batch.add(Event.PROBLEM, held.revision, body)
        self.tally["problems"] += len(problems)
        seq = self.batch.add(Event.EXTRACT, held.revision, encode([name, version, digest, len(problems)]))
        self.extractors.add(f"{name} {version}".strip())
        self.batch.extracted((held.document, extractor, seq, version, digest), known=extractor in held.extracts)
        held.extracts[extractor] = (version, digest)
        held.removed = False

    def _revision(self, held: Held, document: Document, fields: tuple[Any, ...]) -> tuple[Any, ...]:
        """Makes the revision the current one; returns the columns of the one before."""
        before = held.fields
        if before == fields and not held.removed:
            return before
        self._blob(fields[1], document.text.encode("utf-8", "surrogatepass"))
        digest = document.revision.removeprefix("sha256:")
        if document.revision in self._raw:
            self._blob(digest, self._raw[document.revision])
        known = self._known_revision(held.document, fields) if held.revision else None
        if known is None:
            seq = known = self.batch.introduce(Event.REVISION, "revisions", held.document, *fields)
        else:
            seq = self.batch.add(Event.REVISION, known)
        self.batch.head(held.head, seq, held.document, known)
        held.head, held.revision, held.fields = seq, known, fields
        return before

    def _known_revision(self, document: int, fields: tuple[Any, ...]) -> int | None:
        rows = self.batch.connection.execute(select(revisions).where(revisions.c.document == document))
        return next((row[0] for row in rows if tuple(row[2:]) == fields), None)

    def _blob(self, digest: str, content: bytes) -> None:
        if digest in self._blobs:
            return
        if sha256(content).hexdigest() != digest:
            raise EvidenceError(f"the bytes given for sha256:{digest} have another digest")
        self._blobs.add(digest)
        packed = pack(content)
        self.batch.introduce(Event.BLOB, "blobs", digest, sha256(packed).hexdigest(), packed)

    def _causes(
        self, held: Held, before: tuple[Any, ...], document: Document, versions: tuple[tuple[str, str] | None, str]
    ) -> "Causes":
        last, version = versions
        if held.new or held.removed:
            return Causes(Cause.SOURCE_ADDED)
        edited = before[0] != document.revision
        renewed = last is None or last[0] != version
        if not edited:
            return Causes(Cause.EXTRACTOR_CHANGED)
        if not renewed:
            return Causes(Cause.SOURCE_EDITED)
        return Causes(None, self._text(before[1]), document.text)

    def _text(self, digest: str) -> str:
        return unpack_text(
            self.batch.connection.execute(select(blobs.c.bytes).where(blobs.c.digest == digest)).scalar()
        )

    def _claims(
        self, held: Held, found: tuple[Claim, ...], said: Mapping[str, Said], context: "tuple[int, Causes]"
    ) -> None:
        extractor, causes = context
        standing = {} if held.new else standing_claims(self.batch.connection, held.document, extractor)
        fresh = [claim for claim in found if claim.id not in standing] if standing else found
        for claim in found if standing else ():
            old = standing.pop(claim.id, None)
            if old is not None and old[5:] != (held.revision, *said[claim.id]):
                self._move(held, claim, said[claim.id], (old, causes))
        known = {} if held.new else self._known_claims(held.document, [claim.id for claim in fresh])
        self._assert([claim for claim in fresh if claim.id not in known] if known else fresh, held, said, context)
        for claim in fresh if known else ():
            if claim.id in known:
                self._assert_again(held, claim, said[claim.id], (known[claim.id], causes))
        for old in standing.values():
            self.batch.end(old[0], retracted=True)
            self.batch.add(Event.RETRACT, old[1], cause_body(causes.of_loss(old[7])))
            self.tally["retracted"] += 1

    def _known_claims(self, document: int, ids: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for first in range(0, len(ids), 500):
            rows = select(claims.c.id, claims.c.seq).where(
                claims.c.id.in_(ids[first : first + 500]), claims.c.document == document
            )
            found.update((claim_id, seq) for claim_id, seq in self.batch.connection.execute(rows))
        return found

    def _assert(
        self, fresh: Sequence[Claim], held: Held, said: Mapping[str, Said], context: "tuple[int, Causes]"
    ) -> None:
        """Asserts claims never seen before: the path that nearly all go, so it takes them in runs."""
        extractor, causes = context
        batch, document, revision = self.batch, held.document, held.revision
        frames = [frame_text(claim) for claim in fresh]
        for text in dict.fromkeys([*[c.metric for c in fresh], *[c.extractor_version for c in fresh], *frames]):
            batch.term(text)
        version, keys, terms = batch.version, batch.names.keys, batch.names.terms
        rows = [
            (seq, claim, keys[claim.subject.id], terms[claim.metric], terms[frame])
            for seq, (claim, frame) in enumerate(zip(fresh, frames, strict=True), batch.next_seq)
        ]
        batch.stand_all(
            [
                (seq, c.id, document, entity, metric, extractor, frame, claim_body(c))
                for seq, c, entity, metric, frame in rows
            ],
            [
                (seq, version, seq, revision, terms[c.extractor_version], causes.of_gain(c.evidence.quote), *said[c.id])
                for seq, c, *_ in rows
            ],
        )
        self.tally["asserted"] += len(rows)

    def _assert_again(self, held: Held, claim: Claim, said: Said, context: "tuple[int, Causes]") -> None:
        known, causes = context
        batch = self.batch
        about = batch.names.keys[claim.subject.id], batch.term(claim.metric)
        where = (held.revision, batch.term(claim.extractor_version), causes.of_gain(claim.evidence.quote), *said)
        batch.hold(batch.stand(known, where), known, (*about, held.document), batch.version)
        self.tally["asserted"] += 1

    def _move(self, held: Held, claim: Claim, said: Said, context: "tuple[Row, Causes]") -> None:
        old, causes = context
        batch = self.batch
        where = (held.revision, batch.term(claim.extractor_version), causes.of_gain(claim.evidence.quote), *said)
        batch.end(old[0], retracted=False)
        seq = batch.stand(old[1], where)
        batch.hold(seq, old[1], (old[2], old[3], held.document), old[4])
        self.tally["moved"] += 1


@dataclass(frozen=True, slots=True)
class Causes:
    """Why claims of a document come and go: one cause, or a look at the texts when both sides have changed."""

    cause: Cause | None
    before: str = ""
    after: str = ""

    def of_gain(self, quote: str) -> int:
        """Returns the number of why a claim came: words that already stood there were only read anew."""
        return NUMBERS[self.cause or (Cause.EXTRACTOR_CHANGED if quote in self.before else Cause.SOURCE_EDITED)]

    def of_loss(self, words: str) -> Cause:
        """Returns why a claim with these words went: those that still stand there were only read anew."""
        if self.cause:
            return self.cause
        kept = words and decode(words)[0] in self.after
        return Cause.EXTRACTOR_CHANGED if kept else Cause.SOURCE_EDITED


def held_documents(connection: Connection, uris: list[str]) -> dict[str, Held]:
    """Returns what is held of documents, by URI; those never seen are left out."""
    rows = connection.execute(
        select(documents.c.uri, heads.c.seq, heads.c.removed, revisions)
        .join_from(documents, heads, heads.c.document == documents.c.seq)
        .join(revisions, revisions.c.seq == heads.c.revision)
        .where(documents.c.uri.in_(uris), heads.c.until.is_(None))
    )
    found = {
        uri: Held(document, head, revision, tuple(fields), bool(removed))
        for uri, head, removed, revision, document, *fields in rows
    }
    by_number = {held.document: held for held in found.values()}
    read = connection.execute(select(extracts).where(extracts.c.document.in_(list(by_number))))
    for document, extractor, _, version, digest in read:
        by_number[document].extracts[extractor] = (version, digest)
    return found


def standing_claims(connection: Connection, document: int, extractor: int | None = None) -> dict[str, tuple[Any, ...]]:
    """Returns the current statements of a document by claim id.

    Each is statement number, claim number, entity, metric, asserted_in, revision, place, words.
    """
    question = (
        select(
            claims.c.id,
            *(statements.c[name] for name in ("seq", "claim", "entity", "metric", "asserted_in")),
            *(evidence.c[name] for name in ("revision", "place", "words")),
        )
        .join(claims, claims.c.seq == statements.c.claim)
        .join(evidence, evidence.c.seq == statements.c.seq)
        .where(statements.c.document == document, statements.c.until.is_(None))
    )
    if extractor is not None:
        question = question.where(claims.c.extractor == extractor)
    return {row[0]: tuple(row[1:]) for row in connection.execute(question.order_by(statements.c.seq))}


def _by_extractor(extraction: Extraction, known: list[str]) -> list[tuple[str, tuple[Claim, ...]]]:
    names = dict.fromkeys(claim.extractor for claim in extraction.claims)
    if len(names) == 1:
        return [(next(iter(names)), extraction.claims)]
    if not names:
        return [(name, ()) for name in known]
    return [(name, tuple(claim for claim in extraction.claims if claim.extractor == name)) for name in names]


def _entities(extraction: Extraction, found: tuple[Claim, ...]) -> tuple[Entity, ...]:
    return (*{id(claim.subject): claim.subject for claim in found}.values(), *extraction.candidates)


def _revision_fields(document: Document, text: str) -> tuple[Any, ...]:
    return (
        document.revision,
        text,
        document.title,
        date_column(document.published),
        document.published_basis,
        document.publisher,
        document.media_type,
    )


def _digest(
    fields: tuple[Any, ...],
    beside: tuple[tuple[Entity, ...], tuple[Problem, ...]],
    found: tuple[Claim, ...],
    said: Mapping[str, Said],
) -> str:
    entities, problems = beside
    lines = [encode(fields), *map(entity_line, entities)]
    lines += [encode([problem.code, problem.message, problem.start, problem.end]) for problem in problems]
    lines += ["".join((claim.id, ",", claim.extractor_version, *said[claim.id])) for claim in found]
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
