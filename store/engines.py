"""Opens databases: one writer at a time on both engines, fast settings, URLs masked in every message."""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, Select, Table, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from store.errors import ConnectionFailedError, StoreError

WRITER = "claims_writer"
ADVISORY_LOCK = "pg_advisory_xact_lock(x'636C6169'::integer, hashtext(current_schema()))"
"""The PostgreSQL lock that the writer holds ("clai" in ASCII): one for each schema, as each may hold a ledger."""

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "wal_autocheckpoint=8000",
    "cache_size=-65536",
    "temp_store=MEMORY",
)
BUSY_SECONDS = 60
PARTITION = 5_000
"""Rows fetched at a time."""
COPY_BUFFER = 1 << 26
"""Bytes of one COPY held before waiting for the server."""
MEMORY_LOCKS: "WeakKeyDictionary[Engine, threading.Lock]" = WeakKeyDictionary()


def masked(url: str | URL) -> str:
    """Returns a database URL that can be shown: its password is starred; an unreadable one is not repeated.

    >>> masked("postgresql://me:secret@host/db")
    'postgresql://me:***@host/db'
    >>> masked("me:secret@host")
    'the database URL'
    """
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "the database URL"


def open_engine(url: str | URL) -> Engine:
    """Returns an engine for SQLite or PostgreSQL; nothing is read or made yet.

    Raises:
        ConnectionFailedError: The URL is not one, or its engine is neither of the two.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() in ("postgresql", "postgres"):
            return create_engine(parsed.set(drivername="postgresql+psycopg"))
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConnectionFailedError(f"{masked(url)} is no SQLAlchemy URL such as sqlite:///claims.db") from error
    raise ConnectionFailedError(f"{masked(parsed)}: only sqlite:///… and postgresql://… are supported")


def _sqlite(url: URL) -> Engine:
    memory = url.database in (None, "", ":memory:")
    if not memory and not (folder := Path(str(url.database)).parent).is_dir():
        raise ConnectionFailedError(f"{masked(url)}: there is no folder {folder}")
    pool: dict[str, Any] = {"poolclass": StaticPool} if memory else {}
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **pool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, before the first statement
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writer = connection.get_execution_options().get(WRITER)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


@contextmanager
def reading(engine: Engine, *, snapshot: bool = True) -> Iterator[Connection]:
    """Yields a connection in one read transaction; database errors come out as StoreError.

    Args:
        engine: The database.
        snapshot: False spares a server the transaction, for a few small questions as of one version: what they
            look at does not change, and each round trip counts.
    """
    with _translated(engine), _alone(engine), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            level = "REPEATABLE READ" if snapshot else "AUTOCOMMIT"
            connection = connection.execution_options(isolation_level=level)
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Yields a connection in the one write transaction that there can be; commits at the end, or rolls all back."""
    with _translated(engine), _alone(engine), engine.connect() as connection:
        connection = connection.execution_options(**{WRITER: True})
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT {ADVISORY_LOCK}")
            yield connection


def scrub(engine: Engine) -> None:
    """Lets the database forget what was erased: no page, log or dead row of its files keeps it."""
    with _translated(engine), _alone(engine), engine.connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("VACUUM evidence, blobs, conflicts")
        else:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def missing_file(engine: Engine) -> bool:
    """True when the engine's SQLite file is not there, and looking at it would make it."""
    name = str(engine.url.database)
    if engine.dialect.name != "sqlite" or in_memory(engine) or name.startswith("file:"):
        return False
    return not Path(name).exists()


def in_memory(engine: Engine) -> bool:
    """True for a SQLite database without a file: all its users share one connection, one at a time."""
    return isinstance(engine.pool, StaticPool)


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    if not in_memory(engine):
        yield
        return
    with MEMORY_LOCKS.setdefault(engine, threading.Lock()):
        yield


@contextmanager
def _translated(engine: Engine) -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        raise StoreError(f"{masked(engine.url)}: {error.object[:80]!r} cannot be stored: {error.reason}") from error
    except IntegrityError as error:
        raise StoreError(f"{masked(engine.url)}: two rows with one key: {str(error.orig).strip()}") from error
    except DBAPIError as error:
        where, cause = masked(engine.url), str(error.orig).strip()
        if error.connection_invalidated or "unable to open" in cause or "connection failed" in cause:
            raise ConnectionFailedError(f"{where} cannot be opened: {cause}") from error
        raise StoreError(f"{where}: {cause}") from error


def rows_of(connection: Connection, question: "Select[*tuple[Any, ...]]") -> Iterator[tuple[Any, ...]]:
    """Yields the rows of a question as the driver gives them, few in memory at a time."""
    return stream(connection, str(question.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})))


def stream(
    connection: Connection, sql: str, parameters: Sequence[Any] = (), size: int = PARTITION
) -> Iterator[tuple[Any, ...]]:
    """Yields the rows of a question in the driver's own SQL, `size` in memory at a time."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        cursor = driver.execute(sql, parameters)
    else:
        cursor = driver.cursor(name=f"claims_{uuid4().hex}")
        cursor.execute(sql, parameters or None)
    return chain.from_iterable(iter(partial(cursor.fetchmany, size), []))


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Inserts many rows, values in the order of the table's columns, by the fastest way that the engine has."""
    if not rows:
        return
    names = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)
        return
    from psycopg.copy import LibpqWriter

    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        writer = LibpqWriter(cursor, flush_threshold=COPY_BUFFER)
        with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN", writer=writer) as copy:
            for row in rows:
                copy.write_row(row)


def insert_lines(connection: Connection, table: Table, lines: Sequence[str]) -> None:
    """Inserts many rows into SQLite, each given as a JSON array of its columns, in one statement.

    Python's lock is free meanwhile; bound row by row, it would be asked for at each. A column that holds JSON is
    given as it is, and SQLite stores it letter by letter (`keeps_json` makes sure).
    """
    if lines:
        names = [column.name for column in table.columns]
        values = ", ".join(f"json_extract(value, '$[{position}]')" for position in range(len(names)))
        sql = f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM json_each(?)"
        connection.exec_driver_sql(sql, (f"[{','.join(lines)}]",))


@cache
def keeps_json() -> bool:
    """True when this SQLite hands JSON inside JSON out as it came in, escapes and numbers included."""
    inside = r'["\u0000\"\\ é\u2028€",0.95,1e-05,-0,12345678901234567890,true,null,[],["",[1]]]'
    with closing(sqlite3.connect(":memory:")) as probe:
        try:
            found = probe.execute(
                "SELECT json_extract(value, '$[1]') FROM json_each(?)", (f"[[1,{inside}]]",)
            ).fetchone()
        except sqlite3.OperationalError:  # built without JSON
            return False
    return bool(found == (inside,))


def update_rows(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Sets integer columns of many rows.

    Args:
        connection: In the write transaction.
        table: Name of the table.
        columns: Those to set, then the one that tells the row.
        rows: Values in the order of the columns.
    """
    if not rows:
        return
    *changed, key = columns
    if connection.dialect.name == "sqlite":
        values = ", ".join(f"{name} = ?" for name in changed)
        connection.exec_driver_sql(f"UPDATE {table} SET {values} WHERE {key} = ?", list(rows))
        return
    values = ", ".join(f"{name} = given.{name}" for name in changed)
    arrays = ", ".join("%s::integer[]" for _ in columns)
    sql = f"UPDATE {table} t SET {values} FROM unnest({arrays}) given({', '.join(columns)}) WHERE t.{key} = given.{key}"
    connection.exec_driver_sql(sql, tuple(list(column) for column in zip(*rows, strict=True)))


def gather_statistics(connection: Connection, tables: Sequence[Table]) -> None:
    """Lets the planner of a server know how large the tables have become, after many rows came in at once."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in tables)}")


class Writer:
    """Does the writing of one transaction beside the caller, who prepares the next rows meanwhile.

    Nothing else may use the connection until `settle` has returned. In memory the work is done at once.

    Attributes:
        beside: True when `write` returns before the work is done.
        by_lines: True when rows of the large tables are best given to `insert_lines`.
    """

    def __init__(self, connection: Connection) -> None:
        self.by_lines = connection.dialect.name == "sqlite" and not in_memory(connection.engine) and keeps_json()
        self.beside = connection.dialect.name == "postgresql" or self.by_lines
        self._pool = ThreadPoolExecutor(1) if self.beside else None
        self._pending: Future[None] | None = None

    def write(self, work: Callable[[], None]) -> None:
        """Does the work, or begins with it once the work before is done."""
        self.settle()
        if self._pool is None:
            work()
        else:
            self._pending = self._pool.submit(work)

    def settle(self) -> None:
        """Waits for the work begun, and raises what it raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()

    def close(self) -> None:
        """Waits for the work begun, whatever became of it, and gives the thread back."""
        if self._pool is not None:
            self._pool.shutdown()
