"""Files of lines, compressed or not: written beside their place and moved there when whole."""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.errors import TransferError


def write(target: Path, lines: Iterable[str]) -> int:
    """Writes lines to a file, or to the standard output for `-`, and returns their number."""
    if str(target) == "-":
        return sum(1 for line in lines if sys.stdout.write(f"{line}\n"))
    if not target.parent.is_dir():
        raise TransferError(f"{target}: there is no folder {target.parent}")
    beside = target.with_name(f".{target.name}.part")
    count = 0
    try:
        opened = gzip.open if target.suffix == ".gz" else open
        with opened(beside, "wt", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(f"{line}\n")
                count += 1
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return count


@contextmanager
def reading(source: Path) -> Iterator[Iterator[str]]:
    """Yields the lines of a file, or of the standard input for `-`.

    Raises:
        TransferError: The file is no text, or its compression is damaged.
    """
    if str(source) == "-":
        yield sys.stdin
        return
    try:
        opened = gzip.open if source.suffix == ".gz" else open
        with opened(source, "rt", encoding="utf-8") as file:
            yield iter(file)
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise TransferError(f"{source} is cut off or damaged: {error}") from error
