"""Entities and interned words of the ledger, held in memory and caught up with the database at each question.

Rows of `entities` and `terms` are never changed, so reading those beyond the last known number is enough. Each
description holds from its version on: a question about the past sees the names of the past.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from sqlalchemy import Connection, select

from extractors.model import Entity
from store.rows import read_entity
from store.tables import entities, events, terms

SQUEEZE = str.maketrans("", "", " -_\u2010\u2011\u00a0")


class Names:
    """Looks up entities by key, id, name or alias as of a version, and words by number and back.

    Attributes:
        terms: Number of each interned word (metric, extractor, extractor version).
        words: The words by number.
        keys: Key of each entity id.
        descriptions: Version and key of each description of an entity, in order.
    """

    def __init__(self) -> None:
        self.terms: dict[str, int] = {}
        self.words: dict[int, str] = {}
        self.keys: dict[str, int] = {}
        self.descriptions: list[tuple[int, int]] = []
        self._descriptions: dict[int, list[tuple[int, Entity]]] = {}
        self._index: dict[tuple[int, str], dict[int, int]] = {}
        self._last = 0

    def refresh(self, connection: Connection, *, frames: bool = True) -> None:
        """Reads what was added since the last time; frames only for those who write, who look them up by text."""
        last = self._last
        added = select(terms).where(terms.c.seq > last)
        for seq, text in connection.execute(added if frames else added.where(terms.c.text.not_like('["%'))):
            self.add_term(seq, text)
        rows = select(entities, events.c.version).join(events, events.c.seq == entities.c.seq)
        for seq, key, entity_id, body, version in connection.execute(
            rows.where(entities.c.seq > last).order_by(entities.c.seq)
        ):
            self.add_entity(seq, key, read_entity(entity_id, body), version)

    def add_term(self, seq: int, text: str) -> None:
        """Takes in one row of `terms`."""
        self.terms[text] = seq
        self.words[seq] = text
        self._last = max(self._last, seq)

    def add_entity(self, seq: int, key: int, entity: Entity, version: int) -> None:
        """Takes in one row of `entities` that holds from a version on."""
        self.keys[entity.id] = key
        self._descriptions.setdefault(key, []).append((version, entity))
        self.descriptions.append((version, key))
        for name in _forms(entity):
            self._index.setdefault(name, {}).setdefault(key, version)
        self._last = max(self._last, seq)

    def entity(self, key: int, version: int | None = None) -> Entity:
        """Returns the description of an entity as of a version (the last by default)."""
        descriptions = self._descriptions[key]
        if version is not None:
            for since, entity in reversed(descriptions):
                if since <= version:
                    return entity
        return descriptions[-1][1]

    def known(self, entity_id: str, version: int) -> Entity | None:
        """Returns the description of an entity as of a version by its id, None where nothing was known of it."""
        key = self.keys.get(entity_id)
        return self.entity(key, version) if key and self._descriptions[key][0][0] <= version else None

    def all(self, version: int) -> Iterator[tuple[int, Entity]]:
        """Yields key and description of every entity known at a version."""
        for key, descriptions in list(self._descriptions.items()):
            if descriptions[0][0] <= version:
                yield key, self.entity(key, version)

    def find(self, name: str, version: int) -> tuple[int, ...]:
        """Returns the keys of the entities that a name stands for at a version; the closest kind of match wins.

        An id counts before a name, a name before an alias, and all before a match without spaces and hyphens.
        """
        for form in _asked(name):
            found = tuple(
                key
                for key, since in list(self._index.get(form, {}).items())
                if since <= version and form in _forms(self.entity(key, version))
            )
            if found:
                return found
        return ()

    def family(
        self, keys: Iterable[int], version: int, whole: Callable[[int], int] = lambda key: key
    ) -> tuple[int, ...]:
        """Returns keys with those of everything below them: versions, variants, sizes.

        Args:
            keys: Of the entities at the top.
            version: As of which.
            whole: Tells which entity one was merged into.
        """
        children: dict[int, list[int]] = {}
        for key, entity in self.all(version):
            if parent := self.keys.get(entity.parent, 0):
                children.setdefault(whole(parent), []).append(whole(key))
        members = dict.fromkeys(keys)
        queue = list(members)
        while queue:
            for child in children.get(queue.pop(), ()):
                if child not in members:
                    members[child] = None
                    queue.append(child)
        return tuple(members)

    def close_to(self, name: str, version: int) -> list[str]:
        """Returns up to three names that resemble one that was not found."""
        known = {entity.name.casefold(): entity.name for _, entity in self.all(version)}
        return [known[match] for match in get_close_matches(name.casefold(), known, 3)]

    def described(self, entity: Entity) -> Entity | None:
        """Returns the description to record for an entity that a document mentions; None when nothing is new.

        The catalogue's word replaces any other; a name found by its form only adds aliases to what is held.
        """
        if entity.id not in self.keys:
            return entity
        held = self.entity(self.keys[entity.id])
        if entity.known:
            return None if held == entity else entity
        if held.known:
            return None
        added = tuple(name for name in (entity.name, *entity.aliases) if name not in (held.name, *held.aliases))
        parent, maker = held.parent or entity.parent, held.maker or entity.maker
        merged = replace(held, aliases=held.aliases + added, parent=parent, maker=maker)
        return None if merged == held else merged


def _forms(entity: Entity) -> list[tuple[int, str]]:
    names = (entity.id, entity.name, *entity.aliases)
    folded = [name.casefold() for name in names]
    exact = [(min(level, 2), name) for level, name in enumerate(folded)]
    return exact + [(3, name.translate(SQUEEZE)) for name in folded]


def _asked(name: str) -> list[tuple[int, str]]:
    folded = name.strip().casefold()
    return [(0, folded), (1, folded), (2, folded), (3, folded.translate(SQUEEZE))]
