"""The ledger's answer to the question whom to trust."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from store.archives import Archive
from store.engines import reading
from store.reliability import learn_records
from store.tables import statements
from store.track_records import TrackRecords


class Weighing(Archive):
    """What an archive knows of its sources."""

    def reliability(
        self,
        *,
        version: int | None = None,
        at: datetime | None = None,
        prior: Mapping[str, float] | None = None,
        most: int | None = None,
    ) -> TrackRecords:
        """Returns how far each source can be trusted in each family of metrics, learned from all statements.

        Args:
            version: As of this version.
            at: As of this moment.
            prior: Chance that a source is right before anything is known, by publisher in lower case or by host.
            most: Of a ledger with more statements nothing is learned, which saves reading it whole.
        """
        if most is not None and self._size() > most:
            return TrackRecords({}, prior or {})
        held = self.statements(version=version, at=at)
        return learn_records(held, self.decisions(version=version, at=at), prior)

    def _size(self) -> int:
        with reading(self._engine, snapshot=False) as connection:
            return connection.scalar(select(func.count()).select_from(statements)) or 0
