"""The stages of a run as plain functions: the Prefect flow and the command line both call these, so there is one road.

A place is a `file://` URI, an `http(s)://` URL or `stdin:`; it is also the identity of the document that stands there.
Whatever goes wrong with one place is a Problem and never stops the others. Nothing here imports Prefect.
"""

import getpass
import glob
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from extractors.model import Extraction
from extractors.problems import Problem
from flows import reporting
from flows.fetching import fetch
from review.wording import short_name
from store.model import DocumentEntry, Receipt
from store.source_files import load_sources

if TYPE_CHECKING:
    from store.ledger import Ledger

_T = TypeVar("_T")

# What stands at a place, with its bytes as fetched, or why it could not be read.
Reading = tuple[Extraction, bytes] | Problem

READABLE = {".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml"}

# A pool costs about 4 s of imports; two processes win them back from this many short articles on (19 a second each).
POOL_PAYS_FROM = 160
CHUNK = 25

# Documents in one transaction of the ledger, and in one task of the flow.
BATCH = 400


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


def read(place: str) -> Reading:
    """Returns the document at a place with its claims and its bytes, or why it could not be read."""
    got = fetch(place)
    return got if isinstance(got, Problem) else interpret(place, *got)


def interpret(place: str, data: bytes, media_type: str) -> Reading:
    """Returns the document that bytes hold with its claims, or what broke on it."""
    from extractors.claims import extract
    from extractors.documents import read_document

    try:
        return extract(read_document(data, uri=place, media_type=media_type)), data
    except Exception as error:  # One article that breaks a rule must not stop the other thousand.
        return Problem(place, "extractor-failed", f"{short_name(place)}: {type(error).__name__}: {error}")


def read_batch(places: Sequence[str]) -> list[Reading]:
    """Returns what stands at each of some places; runs in a worker process as well."""
    return [read(place) for place in places]


def read_many(places: Sequence[str], *, processes: int = 0) -> Iterator[Reading]:
    """Yields what stands at each place, in order; by several processes where it pays.

    Args:
        places: Where to read.
        processes: How many; 0 means one for each core when there is enough to read, else none.
    """
    workers = processes or (cores() if len(places) >= POOL_PAYS_FROM else 1)
    if workers <= 1:
        yield from map(read, places)
        return
    for batch in _ahead(_pool(workers), list(batches(places, CHUNK)), window=3 * workers):
        yield from batch


def _ahead(pool: ProcessPoolExecutor, chunks: Sequence[list[str]], *, window: int) -> Iterator[list[Reading]]:
    """Yields the results of chunks in order with at most `window` of them under way, so that memory stays flat."""
    waiting: deque[Future[list[Reading]]] = deque()
    for chunk in chunks:
        waiting.append(pool.submit(read_batch, chunk))
        if len(waiting) >= window:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


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


def plan(sources: Iterable[str], sources_file: str = "") -> tuple[list[str], list[Problem]]:
    """Returns the places of files, folders, globs, URLs and names from the sources file, and what was not found."""
    known = load_sources(Path(sources_file) if sources_file else None)
    wanted = (known[name].location if name in known and not Path(name).exists() else name for name in sources)
    return expand(wanted)


def record(db: str, readings: Sequence[Reading], *, reason: str, author: str = "") -> Receipt:
    """Writes what was read to the ledger as one version and returns what that did."""
    from store.ledger import Ledger

    read_well = [reading for reading in readings if not isinstance(reading, Problem)]
    with Ledger.open(db) as ledger:
        return ledger.record(
            [extraction for extraction, _ in read_well],
            author=author or who(),
            reason=reason,
            raw={extraction.document.revision: data for extraction, data in read_well},
        )


def who() -> str:
    """Returns who is at work, for the log: CLAIMS_USER, else the name of the account."""
    try:
        return os.environ.get("CLAIMS_USER") or getpass.getuser()
    except (KeyError, OSError):  # An account without a name, as in many containers.
        return "unknown"


def reason_for(sources: Sequence[str]) -> str:
    """Returns why a version was made, for the log."""
    names = " ".join(short_name(source) for source in sources[:3])
    return f"ingest {names}" + (f" and {len(sources) - 3} more" if len(sources) > 3 else "")


def reconcile(db: str) -> reporting.Summary:
    """Returns what agrees and what is disputed in the whole ledger, and the number of its last version."""
    from store.ledger import Ledger
    from store.reconcile import count_agreements

    with Ledger.open(db) as ledger:
        conflicts = ledger.conflicts()
        head = ledger.log()[-1:]
        counted = reporting.standing(conflicts, count_agreements(ledger.statements(), conflicts))
    return counted | {"head": head[0].number if head else 0}


def run(
    sources: Sequence[str],
    db: str,
    *,
    sources_file: str = "",
    processes: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> reporting.Summary:
    """Reads the sources into the ledger in this process and returns the summary of the run.

    Args:
        sources: Files, folders, globs, URLs, or names from the sources file.
        db: SQLAlchemy URL of the ledger.
        sources_file: Path of the sources file; "" for the one of the package.
        processes: Worker processes; 0 decides by the amount.
        progress: Called with the number of documents recorded and of all.
    """
    places, problems = plan(sources, sources_file)
    summary = reporting.empty_summary(problems)
    done = 0
    for readings in batches(read_many(places, processes=processes), BATCH):
        summary = reporting.add_batch(summary, readings, record(db, readings, reason=reason_for(sources)))
        done += len(readings)
        if progress:
            progress(done, len(places))
    return summary | reconcile(db)


def re_extract(db: str, *, progress: Callable[[int, int], None] | None = None) -> reporting.Summary:
    """Reads the stored bytes of every document anew, records what differs, and returns the summary."""
    from store.ledger import Ledger

    with Ledger.open(db, create=False) as ledger:
        entries = [entry for entry in ledger.documents() if entry.removed_in is None]
        summary = reporting.empty_summary()
        done = 0
        for batch in batches(entries, BATCH):
            readings = [_read_stored(ledger, entry) for entry in batch]
            receipt = record(db, readings, reason="re-extract")
            summary = reporting.add_batch(summary, readings, receipt)
            done += len(batch)
            if progress:
                progress(done, len(entries))
    return summary | reconcile(db)


def _read_stored(ledger: "Ledger", entry: DocumentEntry) -> Reading:
    data = ledger.raw(entry.uri)
    if data is None:
        return Problem(entry.uri, "no-bytes", f"{short_name(entry.uri)}: its bytes were not kept; ingest it again")
    return interpret(entry.uri, data, entry.media_type)


def absolute(source: str) -> str:
    """Returns a source in a form that means the same in another folder."""
    exists = Path(source).exists() or any(sign in source for sign in "*?[")
    return str(Path(source).resolve()) if exists and not urlsplit(source).netloc else source


def absolute_db(db: str) -> str:
    """Returns the URL of a ledger in a form that means the same in another folder.

    >>> absolute_db("postgresql://localhost/claims"), absolute_db("sqlite://")
    ('postgresql://localhost/claims', 'sqlite://')
    """
    scheme, separator, path = db.partition(":///")
    if scheme.partition("+")[0] != "sqlite" or not path or path == ":memory:" or path.startswith("file:"):
        return db
    return f"{scheme}{separator}{Path(path).resolve()}"
