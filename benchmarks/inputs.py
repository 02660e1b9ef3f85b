"""Reads the files that a benchmark is given; one that cannot be read ends the run with a message, not a traceback."""

import gzip
import json
import sys
import tomllib
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

GZIP = b"\x1f\x8b"


class InputError(Exception):
    """A file or folder is missing or broken; the message names it, and the line."""


def run(main: Callable[[], int | None]) -> NoReturn:
    """Ends the process with what a benchmark returns, with 2 and a message when its input cannot be read."""
    try:
        sys.exit(main())
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)


def read_lines(path: Path, *keys: str) -> Iterator[dict[str, Any]]:
    """Yields the objects of a JSON Lines file, each of which must have the keys.

    Raises:
        InputError: The file cannot be read, or a line is no such object.
    """
    for number, line in enumerate(_read_bytes(path).split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"{path}, line {number}: not JSON: {error}") from error
        if not isinstance(row, dict):
            raise InputError(f"{path}, line {number}: not a JSON object")
        if missing := [key for key in keys if key not in row]:
            raise InputError(f"{path}, line {number}: lacks {', '.join(missing)}")
        yield row


def read_toml(path: Path) -> dict[str, Any]:
    """Returns the tables of a TOML file.

    Raises:
        InputError: The file cannot be read, or is no TOML.
    """
    try:
        return tomllib.loads(_read_bytes(path).decode())
    except ValueError as error:
        raise InputError(f"{path}: not TOML: {error}") from error


def list_folder(folder: Path) -> list[Path]:
    """Returns what a folder holds in the order of the names.

    Raises:
        InputError: The folder cannot be read.
    """
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}") from error


def _read_bytes(path: Path) -> bytes:
    try:
        held = path.read_bytes()
        return gzip.decompress(held) if held.startswith(GZIP) else held
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
