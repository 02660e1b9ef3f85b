"""Finds what stands at a source right now: files with size and time, or the entries of a feed or sitemap."""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from extractors.archives import KINDS as ARCHIVES
from extractors.archives import find_kind
from extractors.feeds import Entry, Listing, find_list_kind, read_feed, read_sitemap
from extractors.problems import Problem
from store.sources import Source

READABLE = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml", ".pdf", ".docx", ".eml", *ARCHIVES)
MAILS = (".eml", ".mbox", ".mbx")
MOST_SITEMAPS = 50

Files = dict[str, tuple[str, os.stat_result]]
"""Path and state of each file by its URI."""


def source_of(name: str, known: dict[str, Source]) -> Source:
    """Returns the source that a word of the command line names: one of the file, a URL, a folder, a glob or a file."""
    if name in known and not Path(name).exists():
        return known[name]
    if name == "-" or urlsplit(name).scheme in ("http", "https", "file"):
        return Source(name, "url" if name.startswith("http") else "file", name)
    path = Path(name).absolute()
    if path.is_dir():
        return Source(path.as_uri() + "/", "folder", str(path))
    if path.exists():
        return Source("", "file", str(path))
    return (
        Source(str(path), "glob", str(path)) if any(sign in name for sign in "*?[") else Source(name, "glob", str(path))
    )


def find_files(source: Source) -> Files | Problem:
    """Returns the readable files of a source in the order of their names, or why there are none."""
    files: Files = {}
    for path in _paths(source):
        try:
            files[Path(path).as_uri()] = (path, os.stat(path))  # noqa: PTH116  (Path.stat takes twice as long)
        except OSError:
            continue  # gone since it was listed, or a link that leads nowhere
    return files or Problem(source.id or source.location, *_why_nothing(source))


def _paths(source: Source) -> Iterator[str]:
    location = _local(source.location)
    if os.path.isdir(location):  # noqa: PTH112
        yield from _folder(location, source)
    elif source.kind in ("glob", "mail", "jsonl", "warc"):
        for name in sorted(glob.glob(location, recursive=True)):  # noqa: PTH207  (Path.glob refuses absolute patterns)
            yield from _folder(name, source) if Path(name).is_dir() else [os.path.realpath(name)]
    elif Path(location).is_file():
        yield str(Path(location).resolve())


def _local(location: str) -> str:
    from urllib.request import url2pathname

    return url2pathname(urlsplit(location).path) if location.startswith("file:") else location


def _folder(folder: str, source: Source) -> Iterator[str]:
    """Yields the readable files below a folder; hidden ones are left out."""
    for where, folders, files in os.walk(os.path.realpath(folder)):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and _fits(name, source.kind):
                yield os.path.join(where, name)  # noqa: PTH118  (half a million paths a second, with Path a tenth)


def _fits(name: str, kind: str) -> bool:
    if kind == "mail":
        return name.lower().endswith(MAILS)
    return find_kind(name) == kind if kind in ("jsonl", "warc") else name.lower().endswith(READABLE)


def archive_kind(source: Source, path: str) -> str:
    """Returns as which kind of archive a file is read, "" when it is one document."""
    if source.kind == "mail":
        return "" if path.lower().endswith(".eml") else "mail"
    return source.kind if source.kind in ("jsonl", "warc") else find_kind(path)


def _why_nothing(source: Source) -> tuple[str, str]:
    if Path(_local(source.location)).is_dir():
        return "empty-folder", f"{source.location}: no file with one of {', '.join(sorted(READABLE))} in this folder"
    name = source.id if source.kind == "glob" else _local(source.location)
    return "not-found", f"{name}: no such file, folder, glob or source name"


def read_listing(data: bytes, source: Source, url: str, media_type: str = "") -> Listing | None:
    """Returns what a feed or sitemap lists that a source wants; None when the bytes are neither.

    Raises:
        FeedError: They look like one and are broken.
    """
    kind = source.kind if source.kind in ("feed", "sitemap") else find_list_kind(data)
    if kind == "feed":
        listing = read_feed(data, url, media_type)
    elif kind == "sitemap":
        listing = read_sitemap(data, url)
    else:
        return None
    return Listing(listing.title, tuple(wanted(listing.entries, source)), listing.further[:MOST_SITEMAPS])


def wanted(entries: Sequence[Entry], source: Source) -> list[Entry]:
    """Returns the entries that a source wants, each URL once; the newest ones where there are too many."""
    include = re.compile(source.include)
    found = {entry.url or entry.title: entry for entry in entries if include.search(entry.url)}
    kept = list(found.values())
    if len(kept) > source.newest and all(entry.changed for entry in kept) and source.kind == "sitemap":
        kept.sort(key=lambda entry: entry.changed, reverse=True)
    return kept[: source.newest]
