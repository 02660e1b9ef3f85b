"""Decides what a run has to read: compares what stands at the sources with what is known from earlier runs.

A file whose size and time are as they were costs one look at the folder. What lies in archives is told apart by its
digest, so an archive that grew by a message costs one pass over its bytes and one message read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.archives import find_parts
from extractors.problems import Problem
from flows.breakages import LIST, broken, well
from flows.listing import Files, archive_kind, find_files, source_of
from flows.web.lists import plan_web
from store.source_files import load_sources
from store.sources import Source
from store.targets import Fetch, Plan, Target

if TYPE_CHECKING:
    from flows.web.asking import Web
    from store.fetches import Fetches


def plan(
    names: Iterable[str], sources_file: str, memory: "Fetches | None", web: "Web", now: datetime, *, again: bool = False
) -> Plan:
    """Returns what files, folders, globs, URLs and names from the sources file ask a run to do.

    Args:
        names: What was named.
        sources_file: Path of the sources file; "" for the demonstration's.
        memory: What is known from earlier runs; None for nothing.
        web: For feeds and sitemaps.
        now: Aware UTC time.
        again: Reads everything, known or not.
    """
    held = load_sources(Path(sources_file) if sources_file else None)
    parts = [plan_source(source_of(name, held), memory, web, now, again=again) for name in names]
    targets = {target.place: target for part in parts for target in part.targets}
    return Plan(
        tuple(targets.values()),
        tuple(fetch for part in parts for fetch in part.seen),
        tuple(place for part in parts for place in part.gone),
        sum(part.unchanged for part in parts),
        tuple(problem for part in parts for problem in part.problems),
    )


def plan_source(source: Source, memory: "Fetches | None", web: "Web", now: datetime, *, again: bool = False) -> Plan:
    """Returns what one source asks a run to do."""
    if source.location == "-":
        return Plan((Target(Fetch("stdin:"), source),))
    if source.web:
        return plan_web(source, memory, web, now, again=again)
    found = find_files(source)
    row = (memory.of_places([source.location]) if memory else {}).get(source.location)
    known = memory.of_source(source.id) if memory and source.id else {}
    if isinstance(found, Problem):
        problem, kept = broken(source, found, row, now)
        lost = _missed(source, known, set(), now) if source.kind == "file" else Plan()
        return replace(lost, seen=(*lost.seen, kept), problems=(problem,))
    if memory:
        known |= memory.of_places(place for place in found if place not in known)
        for place, (path, _) in found.items():
            known |= memory.of_file(place) if archive_kind(source, path) else {}
    part, present = _files(source, found, known, again=again)
    missed = _missed(source, known, present, now)
    mended = (well(row, now),) if row is not None and row.failing_since else ()
    return replace(part, seen=(*part.seen, *missed.seen, *mended), gone=missed.gone)


def _files(source: Source, found: Files, known: Mapping[str, Fetch], *, again: bool) -> tuple[Plan, set[str]]:
    """Returns what the files of a source ask a run to do, and all places that are there, those in archives too."""
    present = set(found)
    targets: list[Target] = []
    seen: list[Fetch] = []
    unchanged = 0
    inside: dict[str, list[Fetch]] = {}
    for fetch in known.values():
        inside.setdefault(fetch.file, []).append(fetch)
    for place, (path, state) in found.items():
        before = known.get(place)
        same = (
            before is not None
            and not again
            and not before.gone
            and (before.size, before.modified_ns) == (state.st_size, state.st_mtime_ns)
        )
        kind = archive_kind(source, path)
        if same and not any(part.failing_since for part in inside.get(place, ()) if kind):
            unchanged += sum(not part.gone for part in inside.get(place, ())) if kind else 1
            present |= {fetch.place for fetch in inside.get(place, ())}
        elif kind:
            parts, same_parts = _parts(source, path, place, kind, known if not again else {})
            targets += parts
            unchanged += len(same_parts)
            present |= {*same_parts, *(target.place for target in parts)}
            seen.append(Fetch(place, LIST, size=state.st_size, modified_ns=state.st_mtime_ns))
        else:
            targets.append(Target(_owned(before or Fetch(place), source), source))
    return Plan(tuple(targets), tuple(seen), unchanged=unchanged), present


def _owned(fetch: Fetch, source: Source) -> Fetch:
    """Returns a place as one of a source; a source of the file takes over what was named on the command line."""
    ad_hoc = not fetch.source or ":" in fetch.source or "/" in fetch.source
    return replace(fetch, source=source.id) if ad_hoc and source.id else fetch


def _parts(source: Source, path: str, uri: str, kind: str, known: Mapping[str, Fetch]) -> tuple[list[Target], set[str]]:
    """Returns the parts of an archive that are new or changed, and the places of those that are as they were."""
    targets: dict[str, Target] = {}
    unchanged: set[str] = set()
    with Path(path).open("rb") as file:
        for part in find_parts(file, kind, uri):
            before = known.get(part.place)
            if before is not None and before.digest == part.digest and not before.gone and before.file == uri:
                unchanged.add(part.place)
                continue
            fetch = _owned(before or Fetch(part.place), source)
            fetch = replace(fetch, file=uri, published=part.published, size=part.length)
            targets[part.place] = Target(fetch, source, start=part.start, length=part.length, kind=kind)
    return list(targets.values()), unchanged


def _missed(source: Source, known: Mapping[str, Fetch], present: set[str], now: datetime) -> Plan:
    """Returns what to keep of places that a source had and has no more, and which of them count as gone now."""
    lost = [
        replace(fetch, misses=fetch.misses + 1, checked_at=now)
        for fetch in known.values()
        if fetch.source == source.id and fetch.place not in present and fetch.digest and not fetch.gone
    ]
    gone = {fetch.place for fetch in lost if source.misses and fetch.misses >= source.misses}
    back = [
        replace(fetch, misses=0)
        for fetch in known.values()
        if fetch.misses and fetch.place in present and not fetch.gone and not fetch.failing_since
    ]
    return Plan(seen=(*(replace(fetch, gone=fetch.place in gone) for fetch in lost), *back), gone=tuple(gone))
