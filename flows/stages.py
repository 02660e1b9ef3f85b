"""The stages of a run as plain functions: the Prefect flow and the command line both call these, so there is one road.

plan (flows/planning.py) -> fetch (flows/fetching.py) -> read and extract in batches -> record -> reconcile -> report

A place is a `file://`, `mid:` or `http(s)://` URI or `stdin:`; it is also the identity of the document that stands
there. Whatever goes wrong with one place is a Problem and never stops the others. Nothing here imports Prefect.
"""

import getpass
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from extractors.problems import Problem
from flows import reporting
from flows.concluding import conclude
from flows.fetching import failed, fetch_file, fetch_web, is_web, settled
from flows.planning import plan as plan_run
from flows.planning import plan_source
from flows.web.asking import ROBOTS, Web
from review.wording import short_name
from store.model import DocumentEntry, Receipt
from store.sources import Source
from store.targets import AD_HOC, Fetch, Outcome, Plan, Target

if TYPE_CHECKING:
    from store.ledger import Ledger

_T = TypeVar("_T")

# A pool costs about 4 s of imports; two processes win them back from this many short articles on (19 a second each).
POOL_PAYS_FROM = 160
CHUNK = 25

# Documents in one transaction of the ledger, and in one task of the flow; seconds of work each.
BATCH = 400
WEB_BATCH = 100


def clock() -> datetime:
    """Returns the aware UTC time."""
    return datetime.now(UTC)


def plan(names: Sequence[str], sources_file: str = "", *, db: str = "", again: bool = False) -> Plan:
    """Returns what files, folders, globs, URLs and names from the sources file ask a run to do.

    Args:
        names: What was named.
        sources_file: Path of the sources file; "" for the demonstration's.
        db: SQLAlchemy URL of the ledger whose memory tells what is known already; "" for none.
        again: Reads everything, known or not.
    """
    if not db:
        with Web() as web:
            return plan_run(names, sources_file, None, web, clock())
    from store.fetches import Fetches

    with Fetches.open(db) as memory, Web(memory.of_source(ROBOTS)) as web:
        found = plan_run(names, sources_file, memory, web, clock(), again=again)
        memory.save(web.learned)
    return found


def try_source(source: Source) -> tuple[str, list[Problem]]:
    """Returns what stands at a source, in words, and what keeps it from being read; records nothing."""
    with Web() as web:
        found = plan_source(source, None, web, clock())
        first = [read(piece) for piece in fetch_web(found.targets[:1], web, clock())]
    problems = [*found.problems, *(outcome.problem for outcome in first if outcome.problem)]
    told = f"{len(found.targets)} article{'s' * (len(found.targets) != 1)}"
    for outcome in first:
        if outcome.extraction is not None:
            document = outcome.extraction.document
            words, claims = len(document.text.split()), len(outcome.extraction.claims)
            when = f", published {document.published}" if document.published else ""
            told += f"; the first is {document.title or document.uri!r}{when}: {words} words, {claims} claims"
            problems += document.problems
    return ("broken" if problems and not found.targets else told), problems


def read_many(targets: Sequence[Target], *, processes: int = 0, db: str = "") -> Iterator[Outcome]:
    """Yields what came of each target, in order; by several processes where it pays.

    Args:
        targets: What to read.
        processes: How many; 0 means one for each core when there is enough to read, else none.
        db: SQLAlchemy URL of the ledger whose memory holds robots rules; "" for none.
    """
    workers = processes or (cores() if len(targets) >= POOL_PAYS_FROM else 1)
    pieces = _fetched(targets, db)
    if workers <= 1:
        yield from map(read, pieces)
        return
    for batch in _ahead(_pool(workers), batches(pieces, CHUNK), window=3 * workers):
        yield from batch


def _fetched(targets: Sequence[Target], db: str) -> Iterator[Target | Outcome]:
    """Yields the targets with the bytes of those that stand on the web, or what came of them."""
    if not any(map(is_web, targets)):
        yield from targets
        return
    if not db:
        with Web() as web:
            for batch in batches(targets, WEB_BATCH):
                yield from fetch_web(batch, web, clock())
        return
    from store.fetches import Fetches

    with Fetches.open(db) as memory, Web(memory.of_source(ROBOTS)) as web:
        for batch in batches(targets, WEB_BATCH):
            yield from fetch_web(batch, web, clock())
        memory.save(web.learned)


def read(piece: Target | Outcome) -> Outcome:
    """Returns what came of one target whose bytes are on this machine; what came of it already stays as it is."""
    got = piece if isinstance(piece, Outcome) else fetch_file(piece, clock())
    return got if isinstance(got, Outcome) else interpret(got)


def interpret(target: Target) -> Outcome:
    """Returns the document that a target's bytes hold with its claims, or what broke on it."""
    from extractors.claims import extract
    from extractors.documents import read_document

    fetch, data = target.fetch, target.data or b""
    source = target.source
    hints = None
    if source.main_text or source.drop:
        from extractors.html import Hints

        hints = Hints(source.main_text, source.drop)
    try:
        document = read_document(
            data,
            uri=target.place,
            media_type=fetch.media_type,
            published=fetch.published,
            publisher=source.publisher or fetch.publisher,
            hints=hints,
        )
        extraction = extract(document)
    except Exception as error:  # One article that breaks a rule must not stop the other thousand.
        message = f"{short_name(target.place)}: {type(error).__name__}: {error}"
        unread = replace(target, fetch=replace(fetch, size=0, etag="", last_modified=""))
        return failed(unread, Problem(target.place, "extractor-failed", message), clock())
    known = replace(
        settled(fetch, document.revision.removeprefix("sha256:"), clock()),
        canonical=document.canonical or fetch.canonical,
        publisher=source.publisher or fetch.publisher,
        modified=document.modified.text if document.modified else "",
        modified_basis=document.modified_basis,
    )
    return Outcome(known, extraction, data, before=fetch.digest)


def read_batch(pieces: Sequence[Target | Outcome]) -> list[Outcome]:
    """Returns what came of some targets; runs in a worker process."""
    return [read(piece) for piece in pieces]


def _ahead(
    pool: ProcessPoolExecutor, chunks: Iterable[list[Target | Outcome]], *, window: int
) -> Iterator[list[Outcome]]:
    """Yields the results of chunks in order with at most `window` of them under way, so that memory stays flat."""
    waiting: deque[Future[list[Outcome]]] = deque()
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
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts)


def _leave_interrupts() -> None:
    """Leaves Ctrl-C, which reaches every process of the terminal, to the one that can end a run well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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


def record(db: str, outcomes: Sequence[Outcome], *, reason: str, author: str = "") -> Receipt:
    """Writes what was read to the ledger as one version, what is gone as another, and returns what that did.

    What is known of the places is kept afterwards, so a run that dies in between reads them again and changes nothing.
    """
    from store.fetches import Fetches
    from store.ledger import Ledger

    with Ledger.open(db) as ledger, Fetches.open(db) as memory:
        outcomes = mark_copies(outcomes, memory.of_canonicals)
        read_well = [o for o in outcomes if o.extraction is not None and not o.fetch.copy_of]
        receipt = ledger.record(
            [o.extraction for o in read_well if o.extraction is not None],
            author=author or who(),
            reason=reason,
            raw={o.extraction.document.revision: o.data for o in read_well if o.extraction is not None},
        )
        bury(ledger, [o.fetch.place for o in outcomes if o.fetch.gone and o.problem], author=author)
        memory.save(o.fetch for o in outcomes if o.fetch.place != "stdin:")
    same = sum(o.extraction is None and o.problem is None for o in outcomes)
    counts = replace(
        receipt.counts,
        documents=receipt.counts.documents + same,
        unchanged=receipt.counts.unchanged + same,
    )
    return replace(receipt, counts=counts)


def bury(ledger: "Ledger", places: Iterable[str], *, author: str = "") -> list[str]:
    """Records that the documents at some places are gone, and returns those that were still there."""
    wanted = set(places)
    if not wanted:
        return []
    there = [entry.uri for entry in ledger.documents() if entry.uri in wanted and entry.removed_in is None]
    if there:
        ledger.tombstone(there, author=author or who(), reason="gone from the source")
    return there


def mark_copies(outcomes: Sequence[Outcome], known: Callable[[Iterable[str]], dict[str, str]]) -> list[Outcome]:
    """Returns the outcomes with those marked whose article is known under another URL of the same site.

    Args:
        outcomes: What was read.
        known: Gives the place at which a canonical URL was read before, by that URL.
    """
    own = {o.fetch.place: o.fetch.canonical or o.fetch.place for o in outcomes if o.extraction is not None}
    first = known(name for place, name in own.items() if place.startswith("http"))
    marked: list[Outcome] = []
    for outcome in outcomes:
        place = outcome.fetch.place
        name = own.get(place, place)
        other = first.setdefault(name, place) if place in own and place.startswith("http") else place
        copy = replace(outcome.fetch, copy_of=other if other != place else "")
        marked.append(replace(outcome, fetch=copy) if place in own else outcome)
    return marked


def finish(db: str, found: Plan) -> list[str]:
    """Records what a plan found to be gone, keeps what it learned of lists, and returns the places now gone.

    Comes after the last batch: a list that is kept as read before its articles are would hide them from the next run.
    """
    from store.fetches import Fetches
    from store.ledger import Ledger

    with Ledger.open(db) as ledger, Fetches.open(db) as memory:
        buried = bury(ledger, found.gone)
        memory.save(found.seen)
    return buried


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


def run(
    sources: Sequence[str],
    db: str,
    *,
    sources_file: str = "",
    processes: int = 0,
    again: bool = False,
    progress: Callable[[reporting.Summary, int], None] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> reporting.Summary:
    """Reads the sources into the ledger in this process and returns the summary of the run.

    Args:
        sources: Files, folders, globs, URLs, or names from the sources file.
        db: SQLAlchemy URL of the ledger.
        sources_file: Path of the sources file; "" for the one of the package.
        processes: Worker processes; 0 decides by the amount.
        again: Reads everything, known or not.
        progress: Called with the summary so far and the number of all documents.
        stop: Asked after each batch whether to leave the rest to another run.
    """
    started = clock()
    found = plan(sources, sources_file, db=db, again=again)
    summary = reporting.empty_summary(found)
    for outcomes in batches(read_many(found.targets, processes=processes, db=db), BATCH):
        summary = reporting.add_batch(summary, outcomes, record(db, outcomes, reason=reason_for(sources)))
        if progress:
            progress(summary, len(found.targets) + found.unchanged)
        if stop():
            summary["left"] = len(found.targets) - summary["done"]
            break
    else:
        summary = reporting.add_gone(summary, finish(db, found))
    return conclude(db, summary, sources, started, clock())


def re_extract(
    db: str, *, sources_file: str = "", progress: Callable[[reporting.Summary, int], None] | None = None
) -> reporting.Summary:
    """Reads the stored bytes of every document anew, records what differs, and returns the summary.

    Args:
        db: SQLAlchemy URL of the ledger.
        sources_file: Path of the sources file, whose hints on pages are used; "" for none.
        progress: Called with the summary so far and the number of all documents.
    """
    from store.fetches import Fetches
    from store.ledger import Ledger
    from store.source_files import load_sources

    started = clock()
    held = load_sources(Path(sources_file)) if sources_file else {}

    with Ledger.open(db, create=False) as ledger, Fetches.open(db) as memory:
        entries = [entry for entry in ledger.documents() if entry.removed_in is None]
        summary = reporting.empty_summary(Plan())
        for batch in batches(entries, BATCH):
            known = memory.of_places(entry.uri for entry in batch)
            outcomes = [_read_stored(ledger, entry, known.get(entry.uri), held) for entry in batch]
            receipt = record(db, outcomes, reason="re-extract")
            summary = reporting.add_batch(summary, outcomes, receipt)
            if progress:
                progress(summary, len(entries))
    return conclude(db, summary, ["re-extract"], started, clock())


def _read_stored(ledger: "Ledger", entry: DocumentEntry, known: Fetch | None, held: dict[str, Source]) -> Outcome:
    data = ledger.raw(entry.uri)
    fetch = known or Fetch(entry.uri)
    fetch = replace(fetch, media_type=fetch.media_type or entry.media_type)
    if data is None:
        message = f"{short_name(entry.uri)}: its bytes were not kept; ingest it again"
        return Outcome(fetch, problem=Problem(entry.uri, "no-bytes", message))
    got = interpret(Target(fetch, held.get(fetch.source, AD_HOC), data))
    return replace(got, fetch=replace(known, problem="") if known else got.fetch)


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
