"""The whole ledger as JSON Lines, and back: into another database, of the other engine too, with the same digests.

The first line says what it is. Each other line is one row of an append-only table, `["claims", 17, "c_…", …]`, table
after table; bytes are in base64. Caches are not written, they follow from the rest.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, select

from store.engines import insert_rows, rows_of
from store.errors import TransferError
from store.rows import encode
from store.states import rebuild
from store.tables import APPEND_ONLY, REVISION

FORMAT = "claims-ledger"
ROWS_AT_ONCE = 10_000


def written(connection: Connection) -> Iterator[str]:
    """Yields the lines of a ledger, without line ends."""
    yield encode({"format": FORMAT, "schema": REVISION})
    for table in APPEND_ONLY:
        binary = _binary(table)
        for row in rows_of(connection, select(table).order_by(*table.primary_key)):
            values = [_text(value) if position in binary else value for position, value in enumerate(row)]
            yield encode([table.name, *values])


def read_into(connection: Connection, lines: Iterable[str]) -> int:
    """Fills an empty ledger from the lines of another, and returns the number of rows; caches are built anew.

    Raises:
        TransferError: A line is not what `written` writes; its number is told.
    """
    tables = {table.name: table for table in APPEND_ONLY}
    numbered = enumerate(lines, 1)
    _check_head(next(numbered, (1, ""))[1])
    waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in tables}
    count = 0
    for number, line in numbered:
        name, row = _row(tables, number, line)
        waiting[name].append(row)
        count += 1
        if len(waiting[name]) >= ROWS_AT_ONCE:
            insert_rows(connection, tables[name], waiting[name])
            waiting[name] = []
    for name, rows in waiting.items():
        insert_rows(connection, tables[name], rows)
    rebuild(connection)
    return count


def _binary(table: Table) -> set[int]:
    return {position for position, column in enumerate(table.columns) if isinstance(column.type, LargeBinary)}


def _text(value: bytes | None) -> str | None:
    return None if value is None else b64encode(value).decode()


def _check_head(line: str) -> None:
    try:
        head = json.loads(line)
        found, schema = head["format"], head["schema"]
    except (ValueError, TypeError, KeyError) as error:
        raise TransferError("line 1 is not the head of a ledger's backup") from error
    if found != FORMAT or schema != REVISION:
        raise TransferError(f"line 1: a backup of {found} with schema {schema}; this program reads {FORMAT} {REVISION}")


def _row(tables: dict[str, Table], number: int, line: str) -> tuple[str, tuple[Any, ...]]:
    try:
        name, *values = json.loads(line)
        table = tables[name]
        if len(values) != len(table.columns):
            raise ValueError(f"{len(values)} values for the {len(table.columns)} columns of {name}")
        for position in _binary(table):
            if values[position] is not None:
                values[position] = b64decode(values[position], validate=True)
    except (ValueError, TypeError, KeyError) as error:
        raise TransferError(f"line {number} is no row of a ledger: {error}") from error
    return name, tuple(values)
