"""Reads the bytes of a source into a Document: format, text, title, date, publisher, segments.

A reader for another format is one entry of `READERS`: it turns bytes into a `Page`, whose text then goes through the
same segmenter as any other.
"""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from extractors.decoding import decode, is_binary
from extractors.docx_files import read_docx
from extractors.json_articles import read_json
from extractors.mails import read_mail
from extractors.mastheads import Page, find_masthead, host_of, path_of
from extractors.model import Document
from extractors.pdf import read_pdf
from extractors.problems import Problem
from extractors.segments import find_segments

if TYPE_CHECKING:
    from extractors.html import Hints

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_ENDINGS = {
    "md": "text/markdown",
    "markdown": "text/markdown",
    "mdx": "text/markdown",
    "txt": "text/plain",
    "text": "text/plain",
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "text/html",
    "pdf": "application/pdf",
    "docx": DOCX,
    "eml": "message/rfc822",
    "json": "application/json",
}
_ALIASES = {
    "text/x-markdown": "text/markdown",
    "text/md": "text/markdown",
    "application/xhtml+xml": "text/html",
}
_GENERIC = ("", "application/octet-stream", "binary/octet-stream", "text/plain")
_SNIFFED = 2048


def read_document(
    data: bytes,
    *,
    uri: str,
    media_type: str = "",
    published: str = "",
    publisher: str = "",
    hints: "Hints | None" = None,
) -> Document:
    """Returns the document that bytes hold; what could not be read is among its problems.

    Args:
        data: The bytes as fetched.
        uri: Identity of the source.
        media_type: As the server gave it, parameters included; "" to decide by the URI's ending and the bytes.
        published: Date that a feed or a list of sources gives; used where the document gives none.
        publisher: As a list of sources gives it; wins over what the document and the host say.
        hints: Where the article stands in an HTML page.

    >>> document = read_document(b"# Facts\\n\\nQwen has 400 models.\\n", uri="file:///facts.md")
    >>> document.title, document.text[9:], [segment.kind.value for segment in document.segments]
    ('Facts', 'Qwen has 400 models.\\n', ['title', 'paragraph'])
    >>> [problem.code for problem in read_document(b"PK\\x03\\x04", uri="a.zip").problems]
    ['unsupported-format']
    """
    revision = "sha256:" + hashlib.sha256(data).hexdigest()
    kind = find_format(data, uri=uri, media_type=media_type)
    reader = READERS.get(kind)
    if reader is None:
        problem = Problem(uri, "unsupported-format", f"no reader for {kind}")
        return Document(uri, revision, "", publisher=publisher or host_of(uri), media_type=kind, problems=(problem,))
    page = (
        reader(data, uri, media_type)
        if hints is None or kind != "text/html"
        else _read_html(data, uri, media_type, hints)
    )
    if not page.text.strip():
        problems = page.problems or (Problem(uri, "no-text", "the document holds no text"),)
        return Document(uri, revision, page.text, page.title, media_type=kind, problems=problems)
    segments, problems = find_segments(page.text, media_type=page.media_type, uri=uri)
    masthead = find_masthead(page, segments, uri, given=published)
    return Document(
        uri,
        revision,
        page.text,
        masthead.title,
        masthead.published,
        masthead.published_basis,
        publisher or masthead.publisher,
        kind,
        segments,
        page.problems + problems,
        masthead.modified,
        masthead.modified_basis,
        page.canonical,
    )


def find_format(data: bytes, *, uri: str, media_type: str = "") -> str:
    """Returns the media type by what the server said, by the URI's ending, and by the first bytes.

    >>> find_format(b"<!doctype html><p>x", uri="https://news.example/a")
    'text/html'
    >>> find_format(b"plain words", uri="notes")
    'text/plain'
    """
    given = media_type.partition(";")[0].strip().lower()
    given = _ALIASES.get(given, given)
    ending = unquote(path_of(uri)).rpartition("/")[2].rpartition(".")[2].lower()
    if given in _GENERIC:
        given = _ENDINGS.get(ending, "")
    head = data[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if given and not (given == "text/plain" and _is_html(head)):
        return given
    if _is_html(head):
        return "text/html"
    return f"application/{_signature(head) or 'octet-stream'}" if is_binary(data) or _signature(head) else "text/plain"


def _is_html(head: bytes) -> bool:
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or (
        head.startswith((b"<?xml", b"<!--")) and b"<html" in head
    )


def _signature(head: bytes) -> str:
    if head.startswith(b"%pdf-"):
        return "pdf"
    if head.startswith(b"pk\x03\x04"):
        return DOCX.partition("/")[2] if b"word/" in head or b"[content_types].xml" in head else "zip"
    return ""


def _read_text(data: bytes, uri: str, media_type: str) -> Page:
    if is_binary(data):
        return Page("", problems=(Problem(uri, "not-text", "the bytes are not text"),))
    text, doubts = decode(data, media_type=media_type, uri=uri)
    return Page(text, problems=doubts)


def _read_markdown(data: bytes, uri: str, media_type: str) -> Page:
    page = _read_text(data, uri, media_type)
    return Page(page.text, media_type="text/markdown", problems=page.problems)


def _read_html(data: bytes, uri: str, media_type: str, hints: "Hints | None" = None) -> Page:
    from extractors.html import read_html  # loads trafilatura, which takes a second

    return read_html(data, uri=uri, media_type=media_type, hints=hints)


READERS: dict[str, Callable[[bytes, str, str], Page]] = {
    "text/plain": _read_text,
    "text/markdown": _read_markdown,
    "text/html": _read_html,
    "application/pdf": read_pdf,
    DOCX: read_docx,
    "message/rfc822": read_mail,
    "application/json": read_json,
}
