"""Brings the bytes of places: files and parts of archives one by one, pages of the web with all hosts at once."""

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from extractors.archives import read_part
from extractors.problems import Problem
from flows.breakages import well
from store.targets import Fetch, Outcome, Target

if TYPE_CHECKING:
    from flows.web.asking import Web

HOSTS_AT_ONCE = 8
GONE = ("http-404", "http-410")


def is_web(target: Target) -> bool:
    """Returns whether a target has yet to be asked for by HTTP."""
    return target.data is None and not target.fetch.file and target.place.startswith(("http://", "https://"))


def fetch_web(targets: Sequence[Target], web: "Web", now: datetime) -> list[Target | Outcome]:
    """Returns each target with its bytes, or what came of it where there are none; files stay as they are."""
    found: list[Target | Outcome] = list(targets)
    hosts: dict[str, list[int]] = {}
    for at, target in enumerate(targets):
        if is_web(target):
            hosts.setdefault(urlsplit(target.place).netloc, []).append(at)

    def ask_host(numbers: Iterable[int]) -> None:
        for at in numbers:
            found[at] = _ask(targets[at], web, now)

    if hosts:
        with ThreadPoolExecutor(min(HOSTS_AT_ONCE, len(hosts))) as pool:
            list(pool.map(ask_host, hosts.values()))
    return found


def _ask(target: Target, web: "Web", now: datetime) -> Target | Outcome:
    fetch = target.fetch
    asked = replace(fetch, etag="", last_modified="") if fetch.gone or not fetch.digest else fetch
    got = web.get(target.place, target.source, etag=asked.etag, last_modified=asked.last_modified)
    if isinstance(got, Problem):
        return failed(target, got, now)
    if got.status == 304:
        return Outcome(well(fetch, now), before=fetch.digest)
    said = replace(
        well(fetch, now),
        etag=got.etag,
        last_modified=got.last_modified,
        media_type=got.media_type,
        canonical=got.url if got.url != target.place else "",
    )
    if not fetch.gone and sha256(got.data).hexdigest() == fetch.digest:
        return Outcome(replace(said, canonical=fetch.canonical), before=fetch.digest)
    return replace(target, fetch=said, data=got.data)


def failed(target: Target, problem: Problem, now: datetime) -> Outcome:
    """Returns what came of a target that could not be read; one that is missed too often is gone."""
    fetch = target.fetch
    misses = fetch.misses + (problem.code in GONE)
    gone = fetch.gone or bool(fetch.digest and target.source.misses and misses >= target.source.misses)
    kept = replace(
        fetch,
        misses=misses,
        gone=gone,
        checked_at=now,
        failing_since=fetch.failing_since or now,
        problem=f"{problem.code}: {problem.message}",
    )
    return Outcome(kept, problem=problem, before=fetch.digest)


def fetch_file(target: Target, now: datetime) -> Target | Outcome:
    """Returns a target of this machine with its bytes, or what came of it where there are none or no new ones."""
    if target.data is not None:
        return target
    if target.place == "stdin:":
        return replace(target, data=sys.stdin.buffer.read())
    path = Path(url2pathname(urlsplit(target.fetch.file or target.place).path))
    try:
        if target.kind:
            return _part(target, path, now)
        return _file(target, path, now)
    except OSError as error:
        return failed(target, Problem(target.place, "unreadable", f"{path}: {error.strerror or error}"), now)


def _part(target: Target, path: Path, now: datetime) -> Target | Outcome:
    with path.open("rb") as file:
        data, media_type = read_part(file, target.kind, target.start, target.length)
    if len(data) > target.source.max_bytes:
        return _too_large(target, path, now)
    return replace(target, fetch=replace(well(target.fetch, now), media_type=media_type), data=data)


def _file(target: Target, path: Path, now: datetime) -> Target | Outcome:
    state = path.stat()
    if state.st_size > target.source.max_bytes:
        return _too_large(target, path, now)
    data = path.read_bytes()
    fetch = replace(well(target.fetch, now), size=state.st_size, modified_ns=state.st_mtime_ns)
    if not fetch.gone and sha256(data).hexdigest() == fetch.digest:
        return Outcome(fetch, before=fetch.digest)
    return replace(target, fetch=fetch, data=data)


def _too_large(target: Target, path: Path, now: datetime) -> Outcome:
    problem = Problem(target.place, "too-large", f"{path}: larger than {target.source.max_bytes:,} bytes")
    return failed(target, problem, now)


def settled(fetch: Fetch, digest: str, now: datetime) -> Fetch:
    """Returns what is known of a place whose bytes have been read."""
    return replace(well(fetch, now), digest=digest, fetched_at=now, gone=False)
