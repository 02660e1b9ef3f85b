"""The stages of a run as plain functions: the Prefect flow and the command line both call these, so there is one road.

A place is a `file://` URI, an `http(s)://` URL or `stdin:`; it is also the identity of the document that stands there.
Whatever goes wrong with one place is a Problem and never stops the others. Nothing here imports Prefect.
"""

import glob
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from extractors.model import Extraction
from extractors.problems import Problem
from flows.fetching import fetch
from review.wording import short_name

_T = TypeVar("_T")

READABLE = {".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml"}

# A pool costs about 3 s of imports; one process reads that many short articles in the same time.
POOL_PAYS_FROM = 600
CHUNK = 25


def expand(sources: Iterable[str]) -> tuple[list[str], list[Problem]]:
    """Returns the places that files, folders, globs and URLs stand for, each once, and what could not be found."""
    places: dict[str, None] = {}
    problems: list[Problem] = []
    for source in sources:
        found = list(_expand_one(source))
        places.update(dict.fromkeys(found))
        if not found:
            problems.append(Problem(source, *_why_nothing(source)))
    return list(places), problems


def _expand_one(source: str) -> Iterator[str]:
    if source == "-":
        yield "stdin:"
    elif urlsplit(source).scheme in ("http", "https", "file"):
        yield source
    elif Path(source).is_dir():
        yield from _folder(Path(source))
    elif Path(source).exists():
        yield Path(source).resolve().as_uri()
    else:
        for name in sorted(glob.glob(source, recursive=True)):  # noqa: PTH207  (Path.glob refuses absolute patterns)
            yield from _folder(Path(name)) if Path(name).is_dir() else [Path(name).resolve().as_uri()]


def _folder(folder: Path) -> Iterator[str]:
    """Yields the readable files below a folder in the order of their names; hidden ones are left out."""
    for where, folders, files in os.walk(folder.resolve()):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in READABLE:
                yield (Path(where) / name).as_uri()


def _why_nothing(source: str) -> tuple[str, str]:
    if Path(source).is_dir():
        return "empty-folder", f"{source}: no file with one of {', '.join(sorted(READABLE))} in this folder"
    return "not-found", f"{source}: no such file, folder, glob or source name"


def read(place: str) -> Extraction | Problem:
    """Returns the document at a place with its claims, or why it could not be read."""
    from extractors.claims import extract
    from extractors.documents import read_document

    got = fetch(place)
    if isinstance(got, Problem):
        return got
    data, media_type = got
    try:
        return extract(read_document(data, uri=place, media_type=media_type))
    except Exception as error:  # One article that breaks a rule must not stop the other thousand.
        return Problem(place, "extractor-failed", f"{short_name(place)}: {type(error).__name__}: {error}")


def read_batch(places: Sequence[str]) -> list[Extraction | Problem]:
    """Returns what stands at each of some places; runs in a worker process as well."""
    return [read(place) for place in places]


def read_many(places: Sequence[str], *, processes: int = 0) -> Iterator[Extraction | Problem]:
    """Yields what stands at each place, in order; by several processes where it pays.

    Args:
        places: Where to read.
        processes: How many; 0 means one for each core when there is enough to read, else none.
    """
    workers = processes or (cores() if len(places) >= POOL_PAYS_FROM else 1)
    if workers <= 1:
        yield from map(read, places)
        return
    for batch in _pool(workers).map(read_batch, list(batches(places, CHUNK))):
        yield from batch


@cache
def _pool(workers: int) -> ProcessPoolExecutor:
    """Returns the worker processes of this process; forked from a server that has the rules loaded and no threads."""
    context = get_context("forkserver" if sys.platform != "win32" else "spawn")
    if sys.platform != "win32":
        context.set_forkserver_preload(["extractors.claims", "extractors.documents", "flows.stages"])
    return ProcessPoolExecutor(workers, mp_context=context)


def cores() -> int:
    """Returns the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yields the items in lists of at most `size`.

    >>> list(batches("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
