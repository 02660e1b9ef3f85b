"""What a ledger answers where statements disagree: at once for the present, computed for the past.

The conflicts of the present are kept (`store.conflict_rows`) and brought up to date by the first question after a
change, from what the change touched (`store.renewals`). Who may not write, or meets others who write all the time,
gets the same answer from all statements.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from store import queries
from store.archives import Archive
from store.engines import reading, writing
from store.errors import StoreError, UnknownError
from store.judgements import Decisions
from store.model import ConflictSet

if TYPE_CHECKING:  # what finds conflicts takes long to import, and most questions do without
    from store.houses import Houses

TRIES = 3
Choice = Callable[[Connection, int], list[Any]]


class ConflictArchive(Archive):
    """The questions of an archive, and those about conflicts."""

    @cached_property
    def _houses(self) -> "Houses":
        from store.houses import Houses

        return Houses(self._reader.names)

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
            entity: Only those about this entity, or with a statement about it, by id, name or alias.
        """
        from store.conflict_rows import all_rows, rows_about

        with reading(self._engine) as connection:
            number = self._reader.as_of(connection, version, at)
            last = number == self._reader.as_of(connection, None, None)
            keys = () if entity is None else self._reader.entities(entity, number)
            wanted = {self._reader.names.entity(key, number).id for key in keys}

        def choose(connection: Connection, last: int) -> list[Any]:
            return rows_about(connection, self._reader.identities(last).parts(keys)) if keys else all_rows(connection)

        wanted_version = None if version is None and at is None else number
        found = self._kept(choose, wanted_version) if last else None
        if found is None:
            found = self.computed_conflicts(number)
        return [
            conflict
            for conflict in found
            if (status is None or conflict.status == status) and (not wanted or wanted & _subjects(conflict))
        ]

    def conflict(self, conflict_id: str) -> ConflictSet:
        """Returns one conflict as of now by its id, or by enough of its beginning.

        Raises:
            UnknownError: None, or several, have that id.
        """
        from store.conflict_rows import rows_called

        held = self._kept(lambda connection, _: rows_called(connection, conflict_id)) if conflict_id else []
        if held is None:
            held = self.conflicts()
        found = [conflict for conflict in held if conflict.id.startswith(conflict_id)]
        exact = [conflict for conflict in found if conflict.id == conflict_id]
        if len(exact or found) != 1 or not conflict_id:
            raise UnknownError(f"{len(found) or 'no'} conflicts have the id {conflict_id!r}")
        return (exact or found)[0]

    def reconcile(self) -> bool:
        """Brings the conflicts kept up to the last version; False where others were faster or nothing can be written.

        The first question after a change does it by itself.
        """
        from store.conflict_rows import kept_in, write
        from store.renewals import Kept, renew, rules_digest

        with reading(self._engine) as connection:
            number, kept = self._reader.as_of(connection, None, None), kept_in(connection)
            if kept == Kept(number, rules_digest()):
                return True
            renewal = renew(connection, self._reader, self._houses, kept, number)
        with suppress(StoreError), writing(self._engine) as connection:  # a database that may only be read
            return write(connection, renewal)
        return False

    def _kept(self, choose: Choice, version: int | None = None) -> list[ConflictSet] | None:
        """Returns the conflicts of the rows that a choice takes, None where none can be kept.

        Args:
            choose: Returns rows, given the number of the last version.
            version: The version that has to be the last one; None for whichever is.
        """
        from store.conflict_rows import kept_in, read_sets
        from store.renewals import Kept, rules_digest

        for _ in range(TRIES):
            with reading(self._engine) as connection:
                number = self._reader.as_of(connection, None, None)
                if version not in (None, number):
                    return None
                if kept_in(connection) == Kept(number, rules_digest()):
                    found = read_sets(connection, self._reader, choose(connection, number), number)
                    decided = Decisions(self._reader.decisions(number))
                    return [decided.joined(conflict) for conflict in found]
            self.reconcile()
        return None

    def computed_conflicts(self, version: int | None = None) -> list[ConflictSet]:
        """Returns what `conflicts` returns, from all statements: what is kept is held to account by that."""
        from store.houses import kin_as_of
        from store.reconcile import find_conflicts

        with reading(self._engine) as connection:
            version = self._reader.as_of(connection, version, None)
            decided = Decisions(self._reader.decisions(version))
            read = self._reader.statements(connection, queries.ALL, version, sentences=True)
            held = tuple(decided.ranked(read))
            kin = kin_as_of(self._reader.names, version)
        return [decided.joined(conflict) for conflict in find_conflicts(held, kin=kin)]


def _subjects(conflict: ConflictSet) -> set[str]:
    return {conflict.subject, *(statement.claim.subject.id for statement in conflict.claims)}
