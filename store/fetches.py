"""The memory between runs: what was fetched, when, with which validators, and what each run reported.

These tables are no part of the proof: they are overwritten, and losing them costs one run that reads everything again
and records nothing new. A row is written after the ledger has the document that it speaks of, so a run that dies
between the two only reads that document once more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from store.engines import insert_rows, reading, writing
from store.errors import UnknownError
from store.ledger import Ledger
from store.rows import decode, encode, microseconds, moment_of
from store.tables import fetches, runs
from store.targets import Fetch, Run

ASKED_AT_ONCE = 500
"""Places in one question; SQLite takes 999 values on its oldest builds."""


_MOMENTS = {"checked_at", "fetched_at", "failing_since"}
_NAMES = tuple(field.name for field in fields(Fetch))
_values = attrgetter(*_NAMES)


class Fetches:
    """The memory between runs of one database.

    Args:
        engine: The database; its tables must be there.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> "Fetches":
        """Returns the memory of the ledger at a SQLAlchemy URL, made where there is none."""
        return cls(Ledger.open(url)._engine)

    def close(self) -> None:
        """Lets go of the database."""
        self._engine.dispose()

    def __enter__(self) -> "Fetches":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def of_source(self, source: str) -> dict[str, Fetch]:
        """Returns what is known of every place that a source has listed, by place."""
        with reading(self._engine) as connection:
            found = connection.execute(select(fetches).where(fetches.c.source == source)).all()
        return {row[0]: _fetch(row) for row in found}

    def of_places(self, places: Iterable[str]) -> dict[str, Fetch]:
        """Returns what is known of some places, by place; those never looked at are left out."""
        found: dict[str, Fetch] = {}
        rest = iter(places)
        with reading(self._engine) as connection:
            while asked := list(islice(rest, ASKED_AT_ONCE)):
                rows = connection.execute(select(fetches).where(fetches.c.place.in_(asked))).all()
                found.update((row[0], _fetch(row)) for row in rows)
        return found

    def of_file(self, uri: str) -> dict[str, Fetch]:
        """Returns what is known of every place inside an archive, by place."""
        with reading(self._engine) as connection:
            found = connection.execute(select(fetches).where(fetches.c.file == uri)).all()
        return {row[0]: _fetch(row) for row in found}

    def of_canonicals(self, names: Iterable[str]) -> dict[str, str]:
        """Returns the place at which an article was read first, by the URL under which it wants to be known."""
        found: dict[str, str] = {}
        rest = iter(names)
        table = fetches.c
        stands = (table.copy_of == "") & (table.digest != "") & (table.gone == 0)
        with reading(self._engine) as connection:
            while asked := list(islice(rest, ASKED_AT_ONCE)):
                named = table.canonical.in_(asked) | ((table.canonical == "") & table.place.in_(asked))
                question = select(table.place, table.canonical).where(stands & named).order_by(table.place)
                for place, canonical in connection.execute(question):
                    found.setdefault(canonical or place, place)
        return found

    def failing(self) -> list[Fetch]:
        """Returns the places that could not be read when they were last looked at, the longest broken ones first."""
        question = select(fetches).where(fetches.c.failing_since.is_not(None)).order_by(fetches.c.failing_since)
        with reading(self._engine) as connection:
            return [_fetch(row) for row in connection.execute(question)]

    def save(self, seen: Iterable[Fetch]) -> None:
        """Keeps what is known of places now; of a place that comes twice, what came last."""
        latest = {fetch.place: fetch for fetch in seen}
        if not latest:
            return
        with writing(self._engine) as connection:
            _forget(connection, list(latest))
            insert_rows(connection, fetches, [_row(fetch) for fetch in latest.values()])

    def save_run(self, started_at: datetime, finished_at: datetime, report: dict[str, Any]) -> Run:
        """Keeps what a run reported and returns it with its number."""
        with writing(self._engine) as connection:
            number = (connection.scalar(select(func.max(runs.c.number))) or 0) + 1
            row = (number, microseconds(started_at), microseconds(finished_at), encode(report))
            insert_rows(connection, runs, [row])
        return Run(number, started_at, finished_at, report)

    def run(self, number: int | None = None) -> Run:
        """Returns a run by its number, or the last one.

        Raises:
            UnknownError: There is none.
        """
        question = select(runs).order_by(runs.c.number.desc()).limit(1)
        if number is not None:
            question = question.where(runs.c.number == number)
        with reading(self._engine) as connection:
            row = connection.execute(question).first()
        if row is None:
            raise UnknownError("no run has been recorded yet" if number is None else f"there is no run {number}")
        return _run(row)

    def last_report(self) -> dict[str, Any]:
        """Returns what the last run reported, empty before the first one."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(runs.c.report).order_by(runs.c.number.desc()).limit(1))
        report: dict[str, Any] = decode(found) if found else {}
        return report

    def runs(self) -> Iterator[Run]:
        """Yields all runs, the first one first."""
        with reading(self._engine) as connection:
            found = connection.execute(select(runs).order_by(runs.c.number)).all()
        yield from map(_run, found)


def _forget(connection: Connection, places: Sequence[str]) -> None:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    connection.exec_driver_sql(f"DELETE FROM fetches WHERE place = {mark}", [(place,) for place in places])


def _row(fetch: Fetch) -> tuple[Any, ...]:
    return tuple(
        (None if value is None else microseconds(value))
        if name in _MOMENTS
        else int(value)
        if name == "gone"
        else value
        for name, value in zip(_NAMES, _values(fetch), strict=True)
    )


def _fetch(row: Sequence[Any]) -> Fetch:
    held: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    held |= {name: moment_of(held[name]) for name in _MOMENTS if held[name] is not None}
    held["gone"] = bool(held["gone"])
    return Fetch(**held)


def _run(row: Any) -> Run:
    return Run(row.number, moment_of(row.started_at), moment_of(row.finished_at), decode(row.report))
