"""Finds the articles inside files that hold many: mbox, JSON Lines and WARC, one at a time and by their places.

Each part is told by where it begins and how long it is, so that an archive of any size is read with flat memory and a
part that has not changed is never read twice.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from extractors.mails import message_uri, parse_message, sent_on

KINDS = {".mbox": "mail", ".mbx": "mail", ".jsonl": "jsonl", ".ndjson": "jsonl", ".warc": "warc", ".warc.gz": "warc"}
"""Kinds of archives by the endings of their names."""

MEDIA_TYPES = {"mail": "message/rfc822", "jsonl": "application/json"}
_PLACE_KEYS = ("url", "uri", "link", "id")


@dataclass(frozen=True, slots=True)
class Part:
    """An article inside an archive.

    Attributes:
        place: Its identity: URL, `mid:` URI, or the archive's URI with a mark.
        start: Where it begins, in bytes.
        length: How long it is; 0 for a record that tells its own end.
        digest: SHA-256 of its bytes.
        published: ISO date, where the archive tells.
    """

    place: str
    start: int
    length: int
    digest: str
    published: str = ""


def find_kind(name: str) -> str:
    """Returns the kind of archive that a file is by its name, "" for none.

    >>> find_kind("/a/CC-NEWS.warc.gz"), find_kind("notes.md")
    ('warc', '')
    """
    return next((kind for ending, kind in KINDS.items() if name.lower().endswith(ending)), "")


def find_parts(file: IO[bytes], kind: str, uri: str) -> Iterator[Part]:
    """Yields the articles that an archive holds.

    Args:
        file: The archive, open for reading at its start.
        kind: `mail`, `jsonl` or `warc`.
        uri: Identity of the archive, for parts that have none of their own.
    """
    if kind == "mail":
        yield from _messages(file, uri)
    elif kind == "jsonl":
        yield from _objects(file, uri)
    else:
        yield from _pages(file)


def read_part(file: IO[bytes], kind: str, start: int, length: int) -> tuple[bytes, str]:
    """Returns the bytes of one article of an archive and their media type."""
    file.seek(start)
    if kind != "warc":
        return file.read(length), MEDIA_TYPES[kind]
    from warcio.archiveiterator import ArchiveIterator

    record = next(iter(ArchiveIterator(file)))
    return record.content_stream().read(), _media_type(record)


def _messages(file: IO[bytes], uri: str) -> Iterator[Part]:
    """Yields the messages of an mbox: each begins after a `From ` line that follows an empty one; an EML is one."""
    lines: list[bytes] = []
    start = at = 0
    blank = True
    for line in file:
        if blank and line.startswith(b"From "):
            yield from _message(lines, start, uri)
            lines, start = [], at + len(line)
        else:
            lines.append(line)
        blank = not line.strip()
        at += len(line)
    yield from _message(lines, start, uri)


def _message(lines: list[bytes], start: int, uri: str) -> Iterator[Part]:
    data = b"".join(lines)
    if data.strip():
        digest = hashlib.sha256(data).hexdigest()
        published = sent_on(parse_message(data[: data.find(b"\n\n") + 1 or 65536]))
        yield Part(message_uri(data, f"{uri}#{digest[:16]}"), start, len(data), digest, published)


def _objects(file: IO[bytes], uri: str) -> Iterator[Part]:
    at = 0
    for line in file:
        if line.strip():
            digest = hashlib.sha256(line).hexdigest()
            yield Part(_object_place(line, digest, uri), at, len(line), digest)
        at += len(line)


def _object_place(line: bytes, digest: str, uri: str) -> str:
    try:
        row: Any = json.loads(line)
    except ValueError:
        row = None
    named = next((str(row[key]) for key in _PLACE_KEYS if row.get(key)), "") if isinstance(row, dict) else ""
    if re.match(r"[a-z][a-z0-9+.-]+:", named):
        return named
    return f"{uri}#{named or digest[:16]}"


def _pages(file: IO[bytes]) -> Iterator[Part]:
    """Yields the pages of a WARC: answers with status 200 and a text; what was the same as before is left out."""
    from warcio.archiveiterator import ArchiveIterator

    records = ArchiveIterator(file)
    for record in records:
        kept = record.rec_type in ("response", "resource") and _readable(record)
        place = record.rec_headers.get_header("WARC-Target-URI") or ""
        start = records.get_record_offset()
        if kept and place:
            digest = hashlib.sha256(record.content_stream().read()).hexdigest()
            yield Part(place.strip("<>"), start, 0, digest)


def _readable(record: Any) -> bool:
    if record.rec_type == "response" and (record.http_headers is None or record.http_headers.get_statuscode() != "200"):
        return False
    return _media_type(record).partition(";")[0].strip().lower() in (
        "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf",
    )  # fmt: skip


def _media_type(record: Any) -> str:
    headers = record.http_headers or record.rec_headers
    return headers.get_header("Content-Type") or ""
