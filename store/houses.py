"""Who belongs to whom as of a version, by the descriptions that the ledger holds; and who belongs to somebody."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from store.names import Names
from store.neighbourhoods import Kin, maker_in_catalogue, parent_in_catalogue


def kin_as_of(names: Names, version: int) -> Kin:
    """Returns who belongs to whom by what was known of entities at a version, else by the entity catalogue."""

    @cache
    def parent(entity: str) -> str:
        held = names.known(entity, version)
        return held.parent if held else parent_in_catalogue(entity)

    @cache
    def maker(entity: str) -> str:
        held = names.known(entity, version)
        return held.maker if held else maker_in_catalogue(entity)

    return Kin(parent, maker)


class Houses:
    """Looks up the entities of a house, and those whose house or families depend on an entity.

    Takes in each description once, in order, and forgets nothing: the answers hold for every version taken in, and may
    name entities that belonged there at another one.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._lock = threading.Lock()
        self._taken = 0
        self._members: dict[str, set[int]] = defaultdict(set)
        self._below: dict[str, set[int]] = defaultdict(set)

    def catch_up(self) -> None:
        """Takes in the descriptions that were added since the last time."""
        with self._lock:
            added = self._names.descriptions[self._taken :]
            self._taken += len(added)
            by_version: dict[int, list[int]] = defaultdict(list)
            for version, key in added:
                by_version[version].append(key)
            for version, keys in by_version.items():
                self._take(version, keys)

    def _take(self, version: int, keys: Iterable[int]) -> None:
        names, kin = self._names, kin_as_of(self._names, version)
        concerned = set(keys)
        for key in keys:
            concerned |= self._below.get(names.entity(key).id, set())
        for key in concerned:
            entity = names.entity(key, version)
            self._members[kin.house_of(entity)].add(key)
            for above in kin.line_of(entity):
                self._below[above].add(key)

    def members(self, house: str) -> frozenset[int]:
        """Returns the keys of the entities that belong to a house."""
        with self._lock:
            return frozenset(self._members.get(house, ()))

    def below(self, entity_id: str) -> frozenset[int]:
        """Returns the keys of the entities that have another one, or none, among their families and makers."""
        with self._lock:
            return frozenset(self._below.get(entity_id, ()))
