"""What people said of who is who: merges, splits, and "not the same"; nothing is ever merged in place.

Rows keep the entity under which a claim was recorded. Every question maps it by the deeds that stood at the version
asked for, so a merge or its undo changes all answers at once, and none of the past. Rejected: rewriting the rows of
statements, which would need a version of each statement for every change of mind.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import Connection, select

from store.model import Deed, DeedKind
from store.names import SQUEEZE
from store.rows import decode, moment_of
from store.tables import events, identities, versions


def folded(mention: str) -> str:
    """Returns a mention in the form in which splits compare it."""
    return mention.casefold().translate(SQUEEZE)


@dataclass(frozen=True)
class Identities:
    """The deeds that stand at a version.

    Attributes:
        standing: Each with the keys of its two entities, in the order in which they were made.
    """

    standing: tuple[tuple[Deed, int, int], ...] = ()

    @cached_property
    def _into(self) -> dict[int, int]:
        return {key: other for deed, key, other in self.standing if deed.kind is DeedKind.MERGE}

    @cached_property
    def _splits(self) -> dict[int, list[tuple[frozenset[str], frozenset[str], int]]]:
        found: dict[int, list[tuple[frozenset[str], frozenset[str], int]]] = {}
        for deed, key, other in self.standing:
            if deed.kind is DeedKind.SPLIT:
                part = frozenset(map(folded, deed.mentions)), frozenset(deed.claims), other
                found.setdefault(key, []).append(part)
        return found

    def whole(self, key: int) -> int:
        """Returns the key of the entity that an entity is part of: itself unless it was merged into another."""
        seen = set[int]()
        while key in self._into and key not in seen:
            seen.add(key)
            key = self._into[key]
        return key

    def of(self, key: int, mention: str, claim: str) -> int:
        """Returns the key of the entity that a claim is about, given the one under which it was recorded."""
        for mentions, claims, other in self._splits.get(key, ()) if self._splits else ():
            if claim in claims or folded(mention) in mentions:
                return self.whole(other)
        return self.whole(key) if self._into else key

    def candidates(self, key: int) -> tuple[int, ...]:
        """Returns the keys of all entities that a claim recorded under one may be about, whatever its mention."""
        others = (other for *_, other in self._splits.get(key, ()))
        return tuple(dict.fromkeys(map(self.whole, (key, *others))))

    def parts(self, keys: Iterable[int]) -> tuple[int, ...]:
        """Returns the keys under which claims about some entities may be recorded."""
        wanted = {self.whole(key) for key in keys}
        merged = [key for key in self._into if self.whole(key) in wanted]
        split = [key for key, parts in self._splits.items() for *_, other in parts if self.whole(other) in wanted]
        return tuple(dict.fromkeys([*wanted, *merged, *split]))

    def merged_into(self, key: int) -> list[int]:
        """Returns the keys of the entities that were merged into one."""
        return [part for part in self._into if self.whole(part) == key]

    def divided(self) -> set[int]:
        """Returns the keys of the entities that a split takes from, or gives to."""
        pairs = ((key, other) for key, parts in self._splits.items() for *_, other in parts)
        return {self.whole(key) for pair in pairs for key in pair}

    def apart(self, key: int, other: int) -> Deed | None:
        """Returns the deed that says that two entities are not the same."""
        pair = {self.whole(key), self.whole(other)}
        for deed, first, second in reversed(self.standing):
            if deed.kind is DeedKind.DISTINCT and {self.whole(first), self.whole(second)} == pair:
                return deed
        return None


def as_of(known: Iterable[tuple[Deed, int, int]], version: int) -> Identities:
    """Returns the deeds of all that stood at a version."""
    return Identities(
        tuple(
            (replace(deed, undone_in=None), key, other)
            for deed, key, other in known
            if deed.version <= version and (deed.undone_in is None or deed.undone_in > version)
        )
    )


def read_deeds(connection: Connection) -> tuple[tuple[Deed, int, int], ...]:
    """Returns all deeds ever done, in order, each with the keys of its two entities."""
    rows = connection.execute(
        select(identities, events.c.version, versions.c.recorded_at, versions.c.author)
        .join(events, events.c.seq == identities.c.seq)
        .join(versions, versions.c.number == events.c.version)
        .order_by(identities.c.seq)
    ).all()
    undone = {row.undoes: row.version for row in rows if row.undoes}
    found = []
    for row in rows:
        if row.undoes:
            continue
        names, mentions, claims = decode(row.parts)
        deed = Deed(
            id=row.id,
            kind=DeedKind(row.deed),
            entity=names[0],
            other=names[1],
            mentions=tuple(mentions),
            claims=tuple(claims),
            note=row.note,
            author=row.author,
            recorded_at=moment_of(row.recorded_at),
            version=row.version,
            undone_in=undone.get(row.seq),
        )
        found.append((deed, row.entity, row.other))
    return tuple(found)
