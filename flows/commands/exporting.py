"""Writes an export: to standard output line by line, or to a file that appears only when it is whole."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flows.commands import output

Rows = Iterable[Mapping[str, Any]]


def write(rows: Rows, format_: str, target: Path | None) -> None:
    """Writes rows as jsonl, csv or parquet to a file, or to standard output.

    Raises:
        ValueError: Parquet without a file, or without duckdb.
    """
    if format_ == "parquet":
        _write_parquet(rows, target)
        return
    printing: Callable[[Rows], None] = output.print_csv if format_ == "csv" else output.print_json_lines
    if target is None:
        printing(rows)
        return
    with _whole_file(target) as part, part.open("w", encoding="utf-8", newline="") as handle, redirect_stdout(handle):
        printing(rows)


@contextmanager
def _whole_file(target: Path) -> Iterator[Path]:
    """Yields a name beside the target and moves it there when the block ends well."""
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as handle:
        part = Path(handle.name)
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _write_parquet(rows: Rows, target: Path | None) -> None:
    try:
        duckdb = import_module("duckdb")
    except ImportError:
        raise ValueError("Parquet needs duckdb, which is not installed: pip install duckdb") from None
    if target is None:
        raise ValueError("Parquet is no text: name a file with --output FILE")
    with _whole_file(target) as part, NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as flat:
        with redirect_stdout(flat):
            output.print_csv(rows)
        flat.flush()
        table = duckdb.read_csv(flat.name)
        table.write_parquet(str(part))
        print(f"claims: wrote {target}", file=sys.stderr)
