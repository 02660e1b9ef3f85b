"""Finds the day on which a document says that it was written, in the lines near its top and its end.

Three kinds count, the best first: a line that says so ("Published 3 March 2026", "Dated …"), a date beside a name, a
place or nothing ("Paris, 3 March 2026 –", "The Rack | May 2, 2026"), and the last change ("Last updated …", "As of …").
"""

import re
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple

from extractors.dates import find_dates
from extractors.model import PartialDate, Segment, SegmentKind
from extractors.sentences import find_sentences

_YEAR = re.compile(r"20\d\d|19\d\d")
_PUBLISHED = re.compile(
    r"(?:(?:by|author|written by|from|source)\b.{0,100}|.{0,100}[·•|–—]|)[\s*_]*(?:first |originally )?"
    r"(?:published|posted|publication date|publish date|dated?|issued)\b[\s*_:]*(?:on|at|in)?[^.;]{0,40}",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:.{0,100}[·•|–—(])?[\s*_]*(?:page |article |date )?(?:last |recently )?"
    r"(?:updated?|modified|edited|changed?|reviewed|revised|revision|verified|checked|accessed|retrieved)\b"
    r"[\s*_:]*(?:on|at|in)?[^.;]{0,30}",
    re.IGNORECASE,
)
_AS_OF = re.compile(r"[\s*_(]*(?:data |figures |prices |status )?as (?:of|at)[\s:]*", re.IGNORECASE)
_AUTHOR = re.compile(r"[\s*_]*(?:by|author|written by|from)\b.{0,100}", re.IGNORECASE)
_DAY = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)?[\s,*_(]*", re.IGNORECASE
)
_PROSE = re.compile(r"[a-z][.!?](?:\s|$)|\d{3,}|[%$€£¥~]")
_PARTICLES = frozenset({"de", "la", "le", "of", "and", "am", "upon", "the", "del", "di"})
_TOP, _BOTTOM = 15, 6
_LINE_LENGTH = 180
_REST_LENGTH = 100
_TAIL_LENGTH = 60
_PLACE_WORDS = 6
_MOST_DATES = 2  # more lines that begin with different days are a timeline
_SPLIT_LENGTH = 800


class Standing(IntEnum):
    """How a date came to be there; the lowest is the best."""

    PUBLISHED = 0
    BESIDE = 1
    CHANGED = 2


class Byline(NamedTuple):
    """A date that a document gives of itself."""

    standing: Standing
    date: PartialDate


def find_bylines(text: str, segments: Sequence[Segment]) -> list[Byline]:
    """Returns the dates that a document gives of itself, the best first.

    >>> from extractors.segments import find_segments
    >>> text = "A title\\n\\nParis, 3 March 2026 – Contoso opened a cellar.\\n\\nLast updated: 2026-03-09\\n"
    >>> [(byline.standing.name, byline.date.text) for byline in find_bylines(text, find_segments(text)[0])]
    [('BESIDE', '2026-03-03'), ('CHANGED', '2026-03-09')]
    """
    body = [segment for segment in segments if segment.table is None and segment.kind is not SegmentKind.CODE]
    found = [byline for segment in body[:_TOP] for byline in _read(text, segment)]
    found += [byline for segment in body[_TOP:][-_BOTTOM:] for byline in _read(text, segment)]
    beside = {byline.date.text for byline in found if byline.standing is Standing.BESIDE}
    if len(beside) > _MOST_DATES:
        found = [byline for byline in found if byline.standing is not Standing.BESIDE]
    return sorted(found, key=lambda byline: byline.standing)


def _read(text: str, segment: Segment) -> Iterator[Byline]:
    label = f"{segment.row.of(text)}: " if segment.row else ""
    for piece in _pieces(text, segment):
        byline = _read_line(label + piece, segment.kind) if _YEAR.search(piece) else None
        if byline:
            yield byline


def _pieces(text: str, segment: Segment) -> Iterator[str]:
    """Yields the first line of a segment, and the sentences after the first one of a short one."""
    end = min(segment.end, segment.start + _LINE_LENGTH)
    yield text[segment.start : end].partition("\n")[0]
    if segment.row is None and segment.end - segment.start <= _SPLIT_LENGTH:
        for sentence in find_sentences(text, segment.start, segment.end)[1:]:
            if sentence.end - sentence.start <= _TAIL_LENGTH:
                yield sentence.of(text)


def _read_line(line: str, kind: SegmentKind) -> Byline | None:
    for mention in find_dates(line):
        if mention.relative or mention.precision not in ("day", "month"):
            continue
        before, after = line[: mention.start], line[mention.end :]
        standing = _standing(before, after, kind)
        if standing is None or (mention.precision == "month" and standing is Standing.BESIDE):
            continue
        return Byline(standing, mention.date)
    return None


def _standing(before: str, after: str, kind: SegmentKind) -> Standing | None:
    tail = after.lstrip(" *_)\"'")
    if _AS_OF.fullmatch(before):
        return Standing.CHANGED if not tail.strip(".") else None
    if len(tail) > _TAIL_LENGTH and tail[0] not in ".,;:·•|–—-(/":
        return None
    if _CHANGED.fullmatch(before):
        return Standing.CHANGED
    if _PUBLISHED.fullmatch(before):
        return Standing.PUBLISHED
    return Standing.BESIDE if _is_beside(before, after, tail, kind) else None


def _is_beside(before: str, after: str, tail: str, kind: SegmentKind) -> bool:
    """Returns whether a date stands beside a name, a place or nothing rather than in a sentence."""
    if kind in (SegmentKind.ITEM, SegmentKind.LABEL, SegmentKind.FIELD):
        return False
    heads = kind in (SegmentKind.HEADING, SegmentKind.TITLE)
    rest = (before + after).strip(" *_·•|–—-,.:()")
    short = len(rest) <= _REST_LENGTH and not _PROSE.search(rest)
    parted = before.rstrip()[-1:] in ("·", "•", "|") or tail[:1] in ("·", "•", "|")
    if parted or heads:
        return parted and short
    dashed = before.rstrip()[-1:] in ("–", "—") or tail[:1] in ("–", "—", "-", "/", "(")
    if _DAY.fullmatch(before):
        return not tail.strip(".") or dashed
    if _AUTHOR.fullmatch(before):
        return short
    return _is_place(before) and (dashed or not tail.strip(".:"))


def _is_place(before: str) -> bool:
    """Returns whether the words before a date are the place of a dateline: "PARIS, ", "San Marino (Wire) — "."""
    if before.rstrip(" *_(")[-1:] not in (",", "–", "—", "-", ")", "/"):
        return False
    words = before.strip(" *_,–—-()/").replace(",", " ").split()
    return 0 < len(words) <= _PLACE_WORDS and all(
        not any(char.isdigit() for char in word)
        and (word.strip("()/")[:1].isupper() or word in _PARTICLES or word in "–—/")
        for word in words
    )
