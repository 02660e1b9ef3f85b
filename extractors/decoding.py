"""Decodes bytes into text, code point for code point: no line end is translated, nothing is stripped."""

import codecs
import re

from extractors.problems import Problem

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_SAMPLE = 65536
_CONTROLS = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27}) + b"\x7f"
_CONTROL_SHARE = 0.02


def is_binary(data: bytes) -> bool:
    """Returns whether bytes cannot be text: zero bytes or many control characters without a mark of UTF-16."""
    sample = data[:_SAMPLE]
    if sample.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    if b"\0" in sample:
        return True
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return controls > max(2, _CONTROL_SHARE * len(sample))


def decode(data: bytes, *, media_type: str = "", uri: str = "", meta: bool = False) -> tuple[str, tuple[Problem, ...]]:
    """Returns the text and what was doubtful about it.

    UTF-8 is decoded as Python's `open(…, encoding="utf-8", newline="")` reads it, a byte order mark included. A charset
    that the server or the page names is believed when the bytes fit it.

    >>> decode("Curaçao".encode("cp1252"))[0]
    'Curaçao'
    >>> decode(b"")
    ('', ())
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), ()
    named = _CHARSET.search(media_type)
    names = [named[1]] if named else []
    if meta and (found := _META_CHARSET.search(data[:4096])):
        names.append(found[1].decode("ascii", "replace"))
    for name in (*names, "utf-8"):
        text = _try(data, name)
        if text is not None:
            return text, ()
    return _guess(data), (Problem(uri, "doubtful-charset", "the text is not UTF-8 and names no charset that fits"),)


def _try(data: bytes, name: str) -> str | None:
    try:
        return str(data, "cp1252" if name.lower() in ("latin-1", "iso-8859-1", "ascii", "us-ascii") else name)
    except (UnicodeError, LookupError):
        return None


def _guess(data: bytes) -> str:
    text = _try(data, "cp1252")
    if text is not None and _is_western(text):
        return text
    from charset_normalizer import from_bytes  # only for texts that are neither UTF-8 nor Western

    best = from_bytes(data[:_SAMPLE]).best()
    guessed = _try(data, best.encoding) if best else None
    return guessed if guessed is not None else data.decode("cp1252", errors="replace")


def _is_western(text: str) -> bool:
    """Returns whether letters beyond ASCII stand alone between ASCII letters, as they do in Western languages."""
    sample = text[:_SAMPLE]
    beyond = sum(char > "\u007f" for char in sample)
    return beyond <= max(8, len(sample) // 8)
