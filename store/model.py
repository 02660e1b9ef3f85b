"""The values that the ledger hands out: Statement, Version, Receipt, Change, ConflictSet, Decision and their parts.

All are frozen. A statement is a claim as the ledger holds it: with identity, rank, the document's title and date, and
the versions in which it was asserted and retracted. Times are aware and in UTC; versions count from 1.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from extractors.model import Claim, Entity, PartialDate


class Rank(StrEnum):
    """What people said of a statement: to be preferred, nothing, or not to be used."""

    PREFERRED = "preferred"
    NORMAL = "normal"
    DEPRECATED = "deprecated"


class Relation(StrEnum):
    """How two or more statements of one entity and metric stand to each other."""

    INCOMPARABLE = "incomparable"
    POSSIBLY_COMPARABLE = "possibly_comparable"
    SAME_ORIGIN = "same_origin"
    EQUIVALENT = "equivalent"
    REFINES = "refines"
    SUCCESSION = "succession"
    REVISION = "revision"
    SCOPE_MISMATCH = "scope_mismatch"
    SUSPECTED_SLIP = "suspected_slip"
    ANOMALY = "anomaly"
    CONTRADICTION = "contradiction"


class Severity(StrEnum):
    """How much a conflict matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Judgement(StrEnum):
    """What a person may say of a conflict.

    `prefer` names the statement that holds; `extraction_error` and `source_error` name the one that does not.
    """

    PREFER = "prefer"
    BOTH = "both"
    EXTRACTION_ERROR = "extraction_error"
    SOURCE_ERROR = "source_error"
    SAME_ENTITY = "same_entity"
    DIFFERENT_ENTITY = "different_entity"
    UNSURE = "unsure"


class DeedKind(StrEnum):
    """What a person may say of who is who.

    `merge`: the entity is the other one. `split`: a part of the entity is the other one, told by mentions or claims.
    `distinct`: the two are not the same.
    """

    MERGE = "merge"
    SPLIT = "split"
    DISTINCT = "distinct"


class Cause(StrEnum):
    """Why a statement came, went or changed."""

    SOURCE_ADDED = "source added"
    SOURCE_EDITED = "source edited"
    SOURCE_REMOVED = "source removed"
    EXTRACTOR_CHANGED = "extractor changed"
    JUDGED = "judged"
    UNDONE = "judgement undone"
    MERGED = "merged"
    SPLIT = "split"
    DISTINCT = "declared not the same"
    ERASED = "text erased"


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim as the ledger holds it.

    Attributes:
        claim: What the document says, with the evidence span of the revision that was current as of the question.
        document_title: Title of that revision, "" when it has none.
        published: Its publication date, or None.
        publisher: Name of the source, "" when unknown.
        recorded_at: When the version `asserted_in` was recorded, in UTC.
        asserted_in: Number of the version that asserted it (again, after a retraction).
        retracted_in: Number of the version that retracted it, as known at the version asked for; else None.
        rank: What people said of it.
        text_digest: SHA-256 of the stored text that the span points into, in hex.
        recorded_subject: Id of the entity under which the claim was recorded, before any merge or split.
        sentence: The sentence or cell around the quote; "" unless sentences were asked for.
    """

    claim: Claim
    document_title: str
    published: PartialDate | None
    publisher: str
    recorded_at: datetime
    asserted_in: int
    retracted_in: int | None = None
    rank: Rank = Rank.NORMAL
    text_digest: str = ""
    recorded_subject: str = ""
    sentence: str = ""

    def record(self) -> dict[str, Any]:
        """Returns the statement as one object of the export, in the order of the contract."""
        out = self.claim.record()
        out["document"] |= {
            "title": self.document_title,
            "published": self.published and self.published.text,
            "publisher": self.publisher,
        }
        return out | {
            "asserted_in": self.asserted_in,
            "retracted_in": self.retracted_in,
            "recorded_at": self.recorded_at.isoformat(),
            "rank": self.rank.value,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement with who, when and why.

    Attributes:
        id: `d_` and a hash of key, judgement, author and version.
        key: Sorted keys of the statements judged (entity, series, value interval, origin); see `store.judgements`.
        judgement: The outcome.
        claim_key: Key of the statement that the judgement names, "" when it names none.
        note: In the person's words.
        author: Who decided.
        recorded_at: When, in UTC.
        version: Number of the version that recorded it.
        conflict_id: Id of the conflict as shown when it was decided.
        subject: Id of the entity that it was about.
        metric: Id of the metric.
        undone_in: Number of the version that undid it, or None.
    """

    id: str
    key: tuple[str, ...]
    judgement: Judgement
    claim_key: str
    note: str
    author: str
    recorded_at: datetime
    version: int
    conflict_id: str = ""
    subject: str = ""
    metric: str = ""
    undone_in: int | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What a person said of who is who, with who, when and why.

    Attributes:
        id: `i_` and a hash of what was said, by whom, in which version.
        kind: Merge, split or distinct.
        entity: Id of the first entity.
        other: Id of the second: the one merged into, the one split off, or the one that is not the same.
        mentions: For a split, the mentions by which the part is known.
        claims: For a split, ids of the claims of the part.
        note: In the person's words.
        author: Who.
        recorded_at: When, in UTC.
        version: Number of the version that recorded it.
        undone_in: Number of the version that took it back, or None.
    """

    id: str
    kind: DeedKind
    entity: str
    other: str
    mentions: tuple[str, ...]
    claims: tuple[str, ...]
    note: str
    author: str
    recorded_at: datetime
    version: int
    undone_in: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictSet:
    """Statements of one entity and metric that stand in one relation, with the reason in words.

    Attributes:
        id: Hash of the statements and their relation.
        relation: The first relation that fits.
        severity: How much it matters.
        subject: Id of the entity.
        subject_name: Its name.
        metric: Id of the metric.
        reason: Why the relation holds.
        claims: The statements.
        status: `open`, `decided`, or `reopened` when what was decided has changed since.
        decision: The decision that closed it, or the one that it outgrew; None when nobody decided.
    """

    id: str
    relation: Relation
    severity: Severity
    subject: str
    subject_name: str
    metric: str
    reason: str
    claims: tuple[Statement, ...]
    status: str = "open"
    decision: Decision | None = None

    def record(self) -> dict[str, Any]:
        """Returns the conflict as one object of `conflicts --format jsonl`."""
        return {
            "conflict_id": self.id,
            "relation": self.relation.value,
            "severity": self.severity.value,
            "subject": self.subject,
            "metric": self.metric,
            "reason": self.reason,
            "status": self.status,
            "claims": [statement.claim.id for statement in self.claims],
            "evidence": [
                {
                    "document": statement.claim.document,
                    "start": statement.claim.evidence.start,
                    "end": statement.claim.evidence.end,
                    "quote": statement.claim.evidence.quote,
                }
                for statement in self.claims
            ],
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch met and did.

    Attributes:
        documents: Documents read.
        new: Of these, never seen before (or back after removal).
        changed: Of these, with a text or an extraction that differs from the last.
        unchanged: Of these, known as they are.
        asserted: Claims asserted.
        retracted: Claims retracted.
        moved: Claims that kept their identity at another span or revision.
        problems: Problems of the new and changed documents.
        erased: Documents left out because their text was erased by request.
    """

    documents: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    asserted: int = 0
    retracted: int = 0
    moved: int = 0
    problems: int = 0
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """One transaction of the ledger.

    Attributes:
        number: From 1, without gaps.
        recorded_at: When, in UTC.
        author: Who.
        reason: Why.
        extractor: Names and versions of the extractors of its claims ("rules 1.2.0"), comma separated.
        ruleset: Version of the rules and catalogues as the caller gave it.
        counts: What it met and did.
        events: Number of its events.
        root: Merkle root of its events, in hex.
        previous: Digest of the version before, in hex; zeros for the first.
        digest: Digest of this version, chained to `previous`, in hex.
    """

    number: int
    recorded_at: datetime
    author: str
    reason: str
    extractor: str
    ruleset: str
    counts: Counts
    events: int
    root: str
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What `record` or `tombstone` did.

    Attributes:
        version: Number of the version made, or None when nothing changed.
        counts: What was met and done.
    """

    version: int | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Erasure:
    """What `erase` did.

    Attributes:
        uri: Identity of the document.
        version: Number of the version made, or None when nothing was left to erase.
        quotes: Number of quotes emptied.
    """

    uri: str
    version: int | None
    quotes: int


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions.

    Attributes:
        entity: Id of the entity, "" for a change of a document alone.
        entity_name: Its name.
        metric: Id of the metric, or "".
        what: `asserted`, `retracted`, `moved`, `judged`; `merged`, `split`, `declared distinct`, each also `… undone`.
        cause: Why.
        version: Number of the version that made it.
        before: The statement as it was, or None.
        after: The statement as it is, or None.
        decision: The decision for `judged`.
        deed: What was said of who is who, for the last three.
    """

    entity: str
    entity_name: str
    metric: str
    what: str
    cause: Cause
    version: int
    before: Statement | None = None
    after: Statement | None = None
    decision: Decision | None = None
    deed: Deed | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `verify` found wrong.

    Attributes:
        version: Number of the version concerned, or None where it cannot be told.
        table: Name of the table.
        row: Key of the row, or None for the whole table.
        message: What is wrong.
    """

    version: int | None
    table: str
    row: int | None
    message: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Result of `verify`.

    Attributes:
        versions: Number of versions checked.
        events: Number of events checked.
        quotes: Number of quotes checked against the stored texts.
        erased: Number of quotes whose text was erased by request.
        head: Digest of the last version, in hex; keep it elsewhere to prove later that nothing was cut off.
        findings: What is wrong, in the order of the ledger; empty when all is well.
    """

    versions: int
    events: int
    quotes: int
    erased: int
    head: str
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document as the ledger lists it.

    Attributes:
        uri: Its identity.
        revision: `sha256:` digest of the bytes of the revision.
        title: Title of the revision.
        published: Publication date, or None.
        publisher: Name of the source.
        media_type: As fetched.
        first_version: Version that first read it.
        version: Version that made this revision the current one.
        recorded_at: When that was.
        removed_in: Version of its tombstone, or None.
        claims: Number of statements that stand on it.
    """

    uri: str
    revision: str
    title: str
    published: PartialDate | None
    publisher: str
    media_type: str
    first_version: int
    version: int
    recorded_at: datetime
    removed_in: int | None = None
    claims: int = 0


@dataclass(frozen=True, slots=True)
class EntityEntry:
    """An entity as the ledger lists it, with the number of statements about it."""

    entity: Entity
    statements: int = 0


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two entities whose names are near each other, with how near, from 0 to 100."""

    first: EntityEntry
    second: EntityEntry
    score: float


@dataclass(frozen=True, slots=True)
class Card:
    """What the ledger holds on one entity.

    Attributes:
        entity: The entity asked for.
        members: Entities of its family, when they were asked for.
        metrics: Metric ids with their statements, the metrics in alphabetical order.
    """

    entity: Entity
    members: tuple[Entity, ...]
    metrics: tuple[tuple[str, tuple[Statement, ...]], ...]
