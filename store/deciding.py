"""What people tell the ledger: judgements of conflicts, who is who, and both taken back."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, select

from extractors.model import Entity
from store.batches import Batch
from store.conflicts import ConflictArchive
from store.engines import writing
from store.errors import JudgementError, UnknownError
from store.events import Event
from store.identities import Identities, as_of, read_deeds
from store.judgements import claim_key, read_decisions
from store.model import Counts, Decision, Deed, DeedKind, Judgement
from store.names import Names
from store.rows import encode, microseconds
from store.tables import decisions, identities


class Deciding(ConflictArchive):
    """The questions of an archive, and what a person may say to it."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        super().__init__(engine)
        self._clock = clock
        self._names: Names | None = None

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
        held = {statement.claim.id: statement for statement in conflict.claims}
        if claim is not None and claim not in held:
            raise JudgementError(f"claim {claim} is not part of conflict {conflict.id}")
        if claim is None and judgement == Judgement.PREFER:
            raise JudgementError(f"say which claim of conflict {conflict.id} is preferred: {', '.join(held)}")
        key = tuple(sorted({claim_key(statement) for statement in held.values()}))
        about, named = (conflict.subject, conflict.metric), ""
        if claim:
            about, named = (held[claim].recorded_subject, held[claim].claim.metric), claim_key(held[claim])
        reason = f"{judgement}: {conflict.subject_name} {conflict.metric}"
        with writing(self._engine) as connection:
            batch = self._batch(connection)
            said = encode([key, judgement, named, author, batch.version])
            row = (_id("d", said), conflict.id, *about, encode(key), str(judgement), named, note, 0)
            batch.introduce(Event.JUDGE, "decisions", *row)
            self._seal(batch, author, reason, ("", ""), Counts())
            return read_decisions(connection)[-1]

    def undo(self, deed_id: str, *, author: str, note: str = "") -> Decision | Deed:
        """Takes a decision, a merge, a split or a "not the same" back, and returns it as it is now.

        Args:
            deed_id: Id of what stands, or enough of its beginning.
            author: Who.
            note: Why.

        Raises:
            UnknownError: There is no such decision or deed.
            JudgementError: It was taken back before.
        """
        with writing(self._engine) as connection:
            batch = self._batch(connection)
            known: list[Decision | Deed] = [*read_decisions(connection), *(deed for deed, *_ in read_deeds(connection))]
            found = [said for said in known if deed_id and said.id.startswith(deed_id)]
            if len(found) != 1:
                raise UnknownError(f"{len(found) or 'no'} decisions have the id {deed_id!r}")
            said = found[0]
            if said.undone_in:
                raise JudgementError(f"decision {said.id} was taken back in version {said.undone_in}")
            if isinstance(said, Decision):
                seq = connection.scalar(select(decisions.c.seq).where(decisions.c.id == said.id)) or 0
                about = (said.conflict_id, said.subject, said.metric)
                batch.introduce(Event.UNDO, "decisions", f"u_{said.id[2:]}", *about, "[]", "undo", "", note, seq)
                self._seal(batch, author, f"undo {said.judgement}", ("", ""), Counts())
            else:
                seq = connection.scalar(select(identities.c.seq).where(identities.c.id == said.id)) or 0
                row = (f"u_{said.id[2:]}", "undo", 0, 0, "[]", note, seq)
                batch.introduce(Event.IDENTITY, "identities", *row)
                self._seal(batch, author, f"undo {said.kind}: {said.entity} {said.other}", ("", ""), Counts())
        return replace(said, undone_in=batch.version)

    def merge(self, entity: str, into: str, *, author: str, note: str = "") -> Deed:
        """Says that an entity is another one: from now on all that is claimed of it counts for that one.

        Args:
            entity: Id, name or alias of the one that goes.
            into: Id, name or alias of the one that stays.
            author: Who.
            note: Why.

        Raises:
            UnknownError: A name stands for nothing.
            JudgementError: A name stands for several, both are one already, or they were declared distinct.
        """
        with writing(self._engine) as connection:
            batch, who = self._batch(connection), self._who(connection)
            first, second = (self._one(batch, who, name) for name in (entity, into))
            if first == second:
                raise JudgementError(f"{entity} and {into} are one entity already: {batch.names.entity(first).id}")
            if apart := who.apart(first, second):
                raise JudgementError(f"{entity} and {into} were declared distinct: `claims undo {apart.id}` first")
            return self._say(batch, DeedKind.MERGE, (first, second), ((), ()), author, note)

    def distinct(self, entity: str, other: str, *, author: str, note: str = "") -> Deed:
        """Says that two entities are not the same: they are not offered for merging any more, nor merged.

        Raises:
            UnknownError: A name stands for nothing.
            JudgementError: A name stands for several, or both were merged.
        """
        with writing(self._engine) as connection:
            batch, who = self._batch(connection), self._who(connection)
            first, second = (self._one(batch, who, name) for name in (entity, other))
            if first == second:
                raise JudgementError(f"{entity} and {other} are one entity: {batch.names.entity(first).id}")
            return self._say(batch, DeedKind.DISTINCT, (first, second), ((), ()), author, note)

    def split(
        self,
        entity: str,
        other: str,
        *,
        mentions: Iterable[str] = (),
        claims: Iterable[str] = (),
        author: str,
        note: str = "",
    ) -> Deed:
        """Says that a part of what is claimed of an entity is about another one.

        Args:
            entity: Id, name or alias of the one that is too wide.
            other: Name of the other one; a new entity when nothing has that name.
            mentions: The part is what documents call so; claims of later articles follow.
            claims: The part is these claims, by id.
            author: Who.
            note: Why.

        Raises:
            UnknownError: The entity, or a claim of it, is not there.
            JudgementError: No part is named, a name stands for several, or both are one entity.
        """
        named, chosen = tuple(dict.fromkeys(mentions)), tuple(dict.fromkeys(claims))
        if not named and not chosen:
            raise JudgementError(f"say which part of {entity} is {other}: mentions or claims")
        held = {statement.claim.id: statement for statement in self.history(entity, retracted=True)}
        if unknown := [claim for claim in chosen if claim not in held]:
            raise UnknownError(f"{entity} has no claim {unknown[0]}")
        with writing(self._engine) as connection:
            batch, who = self._batch(connection), self._who(connection)
            source = self._one(batch, who, entity)
            if other.strip() and not batch.names.find(other, batch.version):
                batch.entity(_part(other, batch.names.entity(source)))
            target = self._one(batch, who, other)
            if target == source:
                raise JudgementError(f"{entity} and {other} are one entity: {batch.names.entity(source).id}")
            return self._say(batch, DeedKind.SPLIT, (source, target), (named, chosen), author, note)

    def _who(self, connection: Connection) -> Identities:
        return as_of(read_deeds(connection), 1 << 31)

    def _one(self, batch: Batch, who: Identities, name: str) -> int:
        keys = {who.whole(key): None for key in batch.names.find(name, batch.version)}
        if len(keys) > 1:
            ids = ", ".join(batch.names.entity(key).id for key in keys)
            raise JudgementError(f"{name!r} stands for {len(keys)} entities, give the id of one: {ids}")
        if not keys:
            close = batch.names.close_to(name, batch.version)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            raise UnknownError(f"no entity is called {name!r}{hint}")
        return next(iter(keys))

    def _say(
        self,
        batch: Batch,
        kind: DeedKind,
        keys: tuple[int, int],
        parts: tuple[tuple[str, ...], tuple[str, ...]],
        author: str,
        note: str,
    ) -> Deed:
        names = [batch.names.entity(key).id for key in keys]
        said = encode([names, *parts])
        deed_id = _id("i", encode([kind, said, author, batch.version]))
        batch.introduce(Event.IDENTITY, "identities", deed_id, kind.value, *keys, said, note, 0)
        self._seal(batch, author, f"{kind}: {' → '.join(names)}", ("", ""), Counts())
        return read_deeds(batch.connection)[-1][0]


def _id(prefix: str, said: str) -> str:
    return f"{prefix}_{sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def _part(name: str, whole: Entity) -> Entity:
    """Returns a new entity of the kind of the one that it is split off from."""
    slug = "-".join(name.casefold().split())
    return Entity(slug, name.strip(), whole.type, (), whole.parent, whole.maker, known=False)
