"""Questions to the ledger, each as of a version: rows become values here.

What never changes (revisions, times of versions, texts) is kept in memory once read. The selects are built once with
named parameters, so that a question costs the database's time and not the building of SQL.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Select, Text, and_, bindparam, cast, func, or_, select, union_all

from extractors.model import Basis, Claim, Entity, Evidence, PartialDate, Span
from extractors.problems import Problem
from store.engines import in_memory
from store.errors import StoreError, UnknownError
from store.events import CAUSES, Event
from store.identities import Identities, read_deeds
from store.identities import as_of as identities_as_of
from store.judgements import as_of, read_decisions
from store.model import Cause, Decision, Deed, DocumentEntry, Rank, Statement, Version
from store.names import Names
from store.rows import (
    decimal,
    decode,
    microseconds,
    moment_of,
    read_body,
    read_date_column,
    read_frame,
    read_version,
    unpack_text,
)
from store.tables import (
    blobs,
    claims,
    documents,
    events,
    evidence,
    extracts,
    heads,
    revisions,
    statements,
    terms,
    versions,
)

PARTITION = 2_000
TEXTS_KEPT = 256
REVISIONS_KEPT = 100_000
SENTENCE_REACH = 240
"""Characters to each side that stand for the sentence where the extractor marked none."""

ERASED = ("",) * 4
"""What stands for quote, row head, column head and mention once they were erased."""

BASES = {basis.value: basis for basis in Basis}

AS_OF: BindParameter[int] = bindparam("version")
STANDING = and_(statements.c.since <= AS_OF, or_(statements.c.until.is_(None), statements.c.until > AS_OF))
EVER = or_(STANDING, statements.c.retracted_in <= AS_OF)
BY_ENTITY = statements.c.entity.in_(bindparam("entities", expanding=True))
BY_METRIC = statements.c.metric.in_(bindparam("metrics", expanding=True))
BY_DOCUMENT = statements.c.document == bindparam("document")
BY_DOCUMENTS = documents.c.uri.in_(bindparam("documents", expanding=True))
OF_ITS_DOCUMENT = statements.c.document == claims.c.document  # says where the statements of a claim are found
BY_ID = and_(claims.c.id.in_(bindparam("ids", expanding=True)), OF_ITS_DOCUMENT)
BY_CLAIM = and_(claims.c.seq.in_(bindparam("claims", expanding=True)), OF_ITS_DOCUMENT)

FRAMES = terms.alias("frames")
PLAIN = (
    select(
        claims.c.id,
        claims.c.entity,
        claims.c.metric,
        claims.c.extractor,
        FRAMES.c.text,
        claims.c.body,
        evidence.c.revision,
        evidence.c.extractor_version,
        evidence.c.place,
        evidence.c.words,
        statements.c.asserted_in,
        statements.c.retracted_in,
    )
    .join_from(statements, claims, claims.c.seq == statements.c.claim)
    .join(FRAMES, FRAMES.c.seq == claims.c.frame)
    .join(evidence, evidence.c.seq == statements.c.seq)
)


FULL = (
    PLAIN.add_columns(versions.c.recorded_at, documents.c.uri, *list(revisions.c)[2:])
    .join(revisions, revisions.c.seq == evidence.c.revision)
    .join(documents, documents.c.seq == revisions.c.document)
    .join(versions, versions.c.number == statements.c.asserted_in)
)
"""The same with document and time: one question instead of three where few statements are expected."""
COLUMNS = len(PLAIN.selected_columns)


def _variants(columns: Any, *filters: Any) -> tuple[Any, Any]:
    return columns.where(STANDING, *filters), columns.where(EVER, *filters)


ALL = tuple(variant.order_by(statements.c.seq) for variant in _variants(PLAIN))
OF_ENTITY = _variants(PLAIN, BY_ENTITY)
OF_ENTITY_AND_METRIC = _variants(FULL, BY_ENTITY, BY_METRIC)
OF_DOCUMENT = _variants(PLAIN, BY_DOCUMENT)
OF_CLAIMS = _variants(PLAIN, BY_CLAIM)
OF_IDS = _variants(PLAIN, BY_ID)
OF_SERIES = _variants(PLAIN, BY_ENTITY, BY_METRIC)
OF_DOCUMENTS = _variants(PLAIN.join(documents, documents.c.seq == statements.c.document), BY_DOCUMENTS)
ENDED: tuple[Any, ...] = (PLAIN.where(STANDING, statements.c.until <= bindparam("by")),)
"""Statements that stood at a version and do not, or not there, at the version `by`."""
BEGUN: tuple[Any, ...] = (PLAIN.where(STANDING, statements.c.seq > bindparam("after")),)
"""Statements that stand at a version and were made after the event `after`."""
REVISIONS = (
    select(revisions, documents.c.uri)
    .join(documents, documents.c.seq == revisions.c.document)
    .where(revisions.c.seq.in_(bindparam("wanted", expanding=True)))
)
STAMPS = select(versions.c.number, versions.c.recorded_at).where(
    versions.c.number.in_(bindparam("wanted", expanding=True))
)
LAST_EVENTS = select(versions.c.number, versions.c.last_event).where(
    versions.c.number.in_(bindparam("wanted", expanding=True))
)
CHANGES = union_all(
    select(evidence.c.seq, evidence.c.claim, cast(evidence.c.cause, Text), evidence.c.version).where(
        evidence.c.seq.between(bindparam("first"), bindparam("last"))
    ),
    select(events.c.seq, events.c.subject, events.c.body, events.c.version).where(
        events.c.seq.between(bindparam("first"), bindparam("last")), events.c.kind == Event.RETRACT
    ),
).order_by("seq")
TEXTS = select(blobs.c.digest, blobs.c.bytes).where(blobs.c.digest.in_(bindparam("wanted", expanding=True)))
LAST = select(func.max(versions.c.number))


class Revision(NamedTuple):
    """A document's revision as statements show it."""

    uri: str
    revision: str
    text: str
    title: str
    published: PartialDate | None
    publisher: str


class Reader:
    """Answers questions on open connections; safe to use from several threads.

    Attributes:
        names: Entities and words, caught up by `refresh`.
    """

    def __init__(self) -> None:
        self.names = Names()
        self._lock = threading.Lock()
        self._head = 0
        self._decisions: tuple[Decision, ...] = ()
        self._deeds: tuple[tuple[Deed, int, int], ...] = ()
        self._identities: tuple[int, Identities] = (0, Identities())
        self._described: dict[tuple[int, int], Entity] = {}
        self._revisions: dict[int, Revision] = {}
        self._stamps: dict[int, datetime] = {}
        self._texts: OrderedDict[str, str] = OrderedDict()

    def refresh(self, connection: Connection) -> int:
        """Catches up with the database and returns the number of its last version."""
        last = connection.scalar(LAST) or 0
        if last > self._head:
            with self._lock:
                if last > self._head:
                    self.names.refresh(connection, frames=False)
                    self._decisions = read_decisions(connection)
                    self._deeds = read_deeds(connection)
                    self._identities = last, identities_as_of(self._deeds, last)
                    self._described = {}
                    self._head = last
        return last

    def decisions(self, version: int, *, undone: bool = False) -> tuple[Decision, ...]:
        """Returns the decisions made up to a version, in order; those undone by then only when asked for."""
        return as_of(self._decisions, version, undone=undone)

    def deeds(self, version: int, *, undone: bool = False) -> tuple[Deed, ...]:
        """Returns what was said of who is who up to a version, in order; what was undone by then only when asked."""
        if not undone:
            return tuple(deed for deed, _, _ in self.identities(version).standing)
        return tuple(deed for deed, _, _ in self._deeds if deed.version <= version)

    def identities(self, version: int) -> Identities:
        """Returns who was who at a version."""
        last, held = self._identities
        return held if version == last or not self._deeds else identities_as_of(self._deeds, version)

    def entity(self, key: int, version: int, who: Identities) -> Entity:
        """Returns an entity as of a version, with the names of those merged into it as further aliases."""
        if not who.standing:
            return self.names.entity(key, version)
        found = self._described.get((key, version))
        if found is None:
            found = self.names.entity(key, version)
            merged = [self.names.entity(part, version) for part in who.merged_into(key)]
            names = [name for part in merged for name in (part.name, *part.aliases)]
            new = tuple(name for name in dict.fromkeys(names) if name not in (found.name, *found.aliases))
            found = replace(found, aliases=found.aliases + new) if new else found
            self._described[key, version] = found
        return found

    def as_of(self, connection: Connection, version: int | None, at: datetime | None) -> int:
        """Returns the version that a question is about: the last, the one given, or the last one by a moment.

        Raises:
            UnknownError: There is no such version.
            StoreError: Both are given, or the moment has no time zone.
        """
        last = self.refresh(connection)
        if version is not None and at is not None:
            raise StoreError("give a version or a moment, not both")
        if at is not None:
            if at.tzinfo is None:
                raise StoreError(f"{at.isoformat()} has no time zone")
            by = select(func.max(versions.c.number)).where(versions.c.recorded_at <= microseconds(at))
            return connection.execute(by).scalar() or 0
        if version is None:
            return last
        if not 0 <= version <= last:
            raise UnknownError(f"there is no version {version}; the last is {last}")
        return version

    def entities(self, name: str, version: int, *, family: bool = False) -> tuple[int, ...]:
        """Returns the keys of the entities that a name stands for, with those below them when asked.

        Raises:
            UnknownError: Nothing has that name; the message offers close ones.
        """
        keys = self.names.find(name, version)
        if not keys:
            close = self.names.close_to(name, version)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            raise UnknownError(f"no entity is called {name!r}{hint}")
        who = self.identities(version)
        whole = tuple(dict.fromkeys(map(who.whole, keys)))
        return self.names.family(whole, version, who.whole) if family else whole

    def metrics(self, metric: str) -> tuple[int, ...]:
        """Returns the numbers of a metric's word, none when no claim ever used it."""
        number = self.names.terms.get(metric)
        return () if number is None else (number,)

    def statements(
        self,
        connection: Connection,
        question: tuple[Select[Any], ...],
        version: int,
        *,
        retracted: bool = False,
        about: tuple[int, ...] | None = None,
        sentences: bool = False,
        **parameters: Any,
    ) -> Iterator[Statement]:
        """Yields the statements that answer one of the selects above, as of a version.

        Args:
            connection: In a transaction that outlives the iteration.
            question: One of the pairs above.
            version: As of which.
            retracted: Adds those that had stood and been retracted by then.
            about: Keys of the entities asked for, which claims may have been recorded under other ones; None for all.
            sentences: Fills `Statement.sentence`.
            parameters: What the question's parameters are.
        """
        who = self.identities(version)
        if about is not None:
            parameters["entities"] = who.parts(about)
        options = {"yield_per": PARTITION} if question is ALL and not in_memory(connection.engine) else {}
        result = connection.execute(question[retracted], {"version": version, **parameters}, execution_options=options)
        rows: Sequence[Any]
        for rows in result.partitions(PARTITION):
            known, stamps = self._surroundings(connection, rows)
            texts = self.texts(connection, {of.text for of in known.values()}) if sentences else {}
            for row in rows:
                of, stamp = known[row[6]], stamps[row[10]]
                words = decode(row[9]) if row[9] else ERASED
                key = who.of(row[1], words[3], row[0]) if who.standing else row[1]
                if about is not None and key not in about:
                    continue
                claim = self._claim(row, of, (self.entity(key, version, who), words))
                asserted_in, retracted_in = row[10:COLUMNS]
                gone = retracted_in if retracted_in is not None and retracted_in <= version else None
                sentence = sentence_around(texts[of.text], claim.evidence) if sentences else ""
                source = of.title, of.published, of.publisher
                recorded = claim.subject.id if key == row[1] else self.names.entity(row[1]).id
                yield Statement(claim, *source, stamp, asserted_in, gone, Rank.NORMAL, of.text, recorded, sentence)

    def _claim(self, row: Sequence[Any], of: Revision, said: tuple[Entity, Sequence[str]]) -> Claim:
        claim_id, _, metric, extractor, frame, body, _, extractor_version, place = row[:9]
        entity, (quote, row_head, column_head, mention) = said
        start, stop, context_start, context_stop, block, basis, confidence = decode(place)
        kind, unit, bound, qualifiers, status = read_frame(frame)
        low, high, as_of, speaker, day, value = read_body(body)
        words = self.names.words
        context = Span(context_start, context_stop)
        return Claim(
            claim_id,
            of.uri,
            of.revision,
            entity,
            mention,
            words[metric],
            kind,
            Evidence(start, stop, quote, block, row_head, column_head, context),
            decimal(low),
            decimal(high),
            unit,
            bound,
            day,
            value,
            qualifiers,
            as_of,
            BASES[basis],
            speaker,
            status,
            words[extractor],
            words[extractor_version],
            confidence,
        )

    def _surroundings(
        self, connection: Connection, rows: Sequence[Any]
    ) -> tuple[Mapping[int, Revision], Mapping[int, datetime]]:
        """Returns the revisions and the times of versions that rows speak of, from the rows themselves if full."""
        if rows and len(rows[0]) > COLUMNS:
            full = [(row[6], row[10], row[COLUMNS], row[COLUMNS + 1], row[COLUMNS + 2 :]) for row in rows]
            kept = self._revisions
            known = {seq: kept.get(seq) or _revision(uri, *of) for seq, _, _, uri, of in full}
            return known, {number: moment_of(stamp) for _, number, stamp, *_ in full}
        found = self._known_revisions(connection, {row[6] for row in rows})
        return found, self._known_stamps(connection, {row[10] for row in rows})

    def _known_revisions(self, connection: Connection, wanted: set[int]) -> dict[int, Revision]:
        kept = self._revisions
        known = {seq: kept[seq] for seq in wanted if seq in kept}
        if len(known) < len(wanted):
            rows = connection.execute(REVISIONS, {"wanted": [seq for seq in wanted if seq not in known]})
            found = {row.seq: _revision(row.uri, *row[2:-1]) for row in rows}
            self._revisions = kept = {} if len(kept) > REVISIONS_KEPT else kept
            kept.update(found)
            known |= found
        return known

    def _known_stamps(self, connection: Connection, wanted: set[int]) -> dict[int, datetime]:
        kept = self._stamps
        if missing := [number for number in wanted if number not in kept]:
            rows = connection.execute(STAMPS, {"wanted": missing})
            kept.update((number, moment_of(stamp)) for number, stamp in rows)
        return kept

    def text(self, connection: Connection, digest: str) -> str:
        """Returns a stored text by its digest, "" when it was erased."""
        return self.texts(connection, {digest})[digest]

    def texts(self, connection: Connection, digests: Collection[str]) -> dict[str, str]:
        """Returns stored texts by their digests, "" for one that was erased."""
        with self._lock:
            found = {digest: self._texts[digest] for digest in digests if digest in self._texts}
            for digest in found:
                self._texts.move_to_end(digest)
        missing = sorted(set(digests) - set(found))
        for first in range(0, len(missing), TEXTS_KEPT):
            rows = connection.execute(TEXTS, {"wanted": missing[first : first + TEXTS_KEPT]})
            found.update((digest, unpack_text(packed)) for digest, packed in rows)
        with self._lock:
            self._texts.update((digest, found.setdefault(digest, "")) for digest in missing)
            while len(self._texts) > TEXTS_KEPT:
                self._texts.popitem(last=False)
        return found

    def forget_texts(self) -> None:
        """Drops the texts kept in memory, after one of them was erased."""
        with self._lock:
            self._texts.clear()


def sentence_around(text: str, evidence: Evidence) -> str:
    """Returns the sentence or cell around a quote; its line where the extractor marked none."""
    start, end = evidence.context.start, evidence.context.end
    if start <= evidence.start and evidence.end <= end:
        return text[start:end]
    start = max(text.rfind("\n", 0, evidence.start) + 1, evidence.start - SENTENCE_REACH)
    line = text.find("\n", evidence.end)
    return text[start : min(len(text) if line < 0 else line, evidence.end + SENTENCE_REACH)].strip()


HEADS = (
    select(documents.c.uri, heads.c.since, heads.c.removed, versions.c.recorded_at, revisions)
    .join_from(heads, revisions, revisions.c.seq == heads.c.revision)
    .join(documents, documents.c.seq == heads.c.document)
    .join(versions, versions.c.number == heads.c.since)
    .where(heads.c.since <= AS_OF, or_(heads.c.until.is_(None), heads.c.until > AS_OF))
    .order_by(documents.c.seq)
)
FIRST_READ = select(heads.c.document, func.min(heads.c.since)).group_by(heads.c.document)
COUNTED = select(statements.c.document, func.count()).where(STANDING).group_by(statements.c.document)


def _revision(
    uri: str, revision: str, text: str, title: str, published: str, _basis: str, publisher: str, _media_type: str
) -> Revision:
    return Revision(uri, revision, text, title, read_date_column(published), publisher)


def document_entries(connection: Connection, version: int) -> list[DocumentEntry]:
    """Returns the documents read up to a version, each with its revision of then, in the order first read."""
    counts: dict[int, int] = dict(connection.execute(COUNTED, {"version": version}).all())
    first: dict[int, int] = dict(connection.execute(FIRST_READ).all())
    return [
        DocumentEntry(
            uri=row.uri,
            revision=row.revision,
            title=row.title,
            published=read_date_column(row.published),
            publisher=row.publisher,
            media_type=row.media_type,
            first_version=first[row.document],
            version=row.since,
            recorded_at=moment_of(row.recorded_at),
            removed_in=row.since if row.removed else None,
            claims=counts.get(row.document, 0),
        )
        for row in connection.execute(HEADS, {"version": version})
    ]


def read_versions(connection: Connection) -> tuple[Version, ...]:
    """Returns all versions, the first one first."""
    found, first = [], 1
    for row in connection.execute(select(versions).order_by(versions.c.number)):
        found.append(read_version(row, first))
        first = row.last_event + 1
    return tuple(found)


def last_event(connection: Connection, version: int) -> int:
    """Returns the number of the last event of a version, 0 for version 0."""
    return next((seq for _, seq in connection.execute(LAST_EVENTS, {"wanted": [version]})), 0)


def last_causes(connection: Connection, before: int, after: int) -> dict[int, tuple[Cause, int]]:
    """Returns the claims that came, went or moved after one version and up to another, with the last event of each.

    The key is the claim's number, the value the event's cause and version.
    """
    ends = connection.execute(LAST_EVENTS, {"wanted": [before, after]})
    last: dict[int, int] = dict(ends.all())
    stretch = {"first": last.get(before, 0) + 1, "last": last.get(after, 0)}
    rows = connection.execute(CHANGES, stretch)
    return {claim: (CAUSES[int(cause)], number) for _, claim, cause, number in rows}


def problems_of(connection: Connection, uri: str | None = None) -> list[Problem]:
    """Returns what could not be read or understood in the current revisions, in the order of the documents."""
    current = (
        select(documents.c.uri, events.c.seq, events.c.body)
        .join_from(extracts, documents, documents.c.seq == extracts.c.document)
        .join(heads, heads.c.document == documents.c.seq)
        .join(events, events.c.seq == extracts.c.seq)
        .where(heads.c.until.is_(None), heads.c.removed == 0)
        .order_by(documents.c.seq, extracts.c.extractor)
    )
    if uri is not None:
        current = current.where(documents.c.uri == uri)
    found: list[Problem] = []
    for document, seq, body in connection.execute(current).all():
        if count := decode(body)[3]:
            rows = select(events.c.body).where(events.c.seq >= seq - count, events.c.seq < seq).order_by(events.c.seq)
            found += [Problem(document, *decode(problem)) for problem in connection.scalars(rows)]
    return found


def in_order(found: Iterable[Statement]) -> list[Statement]:
    """Returns statements by metric, then valid time (publication where none is said), document and place."""
    return sorted(found, key=_place)


def _place(statement: Statement) -> tuple[Any, ...]:
    claim = statement.claim
    time = claim.as_of or statement.published
    day = time.first.toordinal() if time else 0
    return claim.metric, day, claim.document, claim.evidence.start, claim.id, statement.asserted_in
