"""Finds what a document says of itself: title, publication date, publisher."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from extractors.model import PartialDate, Segment, SegmentKind
from extractors.problems import Problem

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    rf"(?P<iso>(?:19|20)\d\d-\d\d(?:-\d\d)?)(?![\d-])"
    rf"|\b(?:{_MONTH}[ ](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ ](?P<year>(?:19|20)\d\d))\b"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?[ ]{_MONTH.replace('month', 'month2')},?[ ](?P<year2>(?:19|20)\d\d)\b"
    rf"|\b{_MONTH.replace('month', 'month3')}[ ](?P<year3>(?:19|20)\d\d)\b"
    r"|\b(?P<slashed>(?:19|20)\d\d[/.]\d\d?[/.]\d\d?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"20\d\d|19\d\d")
_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)(?:[/-](\d\d?))?(?=[/_.-]|$)")
_BYLINE = re.compile(
    r"^[\s*_>|#–—-]*(?:(?:by|published|posted|date|updated|author|from|written by|publication date)\b.{0,160}"
    r"|.{0,80}[·•|–—].{0,80}|.{0,40})$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"\b(?:published|posted|publication date|first published|date)\b", re.IGNORECASE)
_UPDATED = re.compile(r"\b(?:updated|modified|accessed|retrieved|as of|last reviewed)\b", re.IGNORECASE)
_BYLINE_LINES = 15
_BYLINE_LENGTH = 180
_TITLE_LENGTH = 200
_DATE_KEYS = ("date", "published", "pubdate", "publishdate", "published_at", "publish_date", "datepublished", "created")
_PUBLISHER_KEYS = ("publisher", "source", "site", "site_name", "sitename", "publication", "outlet")


@dataclass(frozen=True, slots=True)
class Page:
    """What a reader of one format hands over.

    Attributes:
        text: Stored text.
        media_type: By which rules the text is segmented.
        title: As the format gives it apart from the text, "" for none.
        published: Dates that the format gives apart from the text, each with its basis, best first.
        publisher: As the format gives it, "" for none.
        problems: What could not be read.
    """

    text: str
    media_type: str = "text/plain"
    title: str = ""
    published: Sequence[tuple[str, str]] = ()
    publisher: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Masthead:
    """Title, date and publisher of a document.

    Attributes:
        title: "" when none was found.
        published: None when none was found.
        published_basis: Where the date was taken from.
        publisher: "" when unknown.
    """

    title: str = ""
    published: PartialDate | None = None
    published_basis: str = ""
    publisher: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def find_masthead(page: Page, segments: Sequence[Segment], uri: str) -> Masthead:
    """Returns what a document says of itself, front matter first, then the format, the text and the URI."""
    fields = _front_matter(page.text, segments)
    title = fields.get("title") or page.title or _title(page.text, segments)
    published, basis = _published(page, segments, fields, uri)
    named = next((fields[key] for key in _PUBLISHER_KEYS if fields.get(key)), "")
    named = host_of(named) or named if "://" in named else named
    return Masthead(title, published, basis, named or page.publisher or host_of(uri), fields)


def _front_matter(text: str, segments: Sequence[Segment]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for segment in segments:
        if segment.row is None or not _is_field(segment):
            break
        fields.setdefault(segment.row.of(text).lower().replace("-", "_"), " ".join(segment.span.of(text).split()))
    return fields


def _is_field(segment: Segment) -> bool:
    """Returns whether a segment stands in the front matter; only there does a paragraph have a row."""
    return segment.kind is SegmentKind.FIELD or (segment.kind is SegmentKind.PARAGRAPH and segment.row is not None)


def _title(text: str, segments: Sequence[Segment]) -> str:
    for segment in segments[:40]:
        if segment.kind is SegmentKind.TITLE or (segment.kind is SegmentKind.HEADING and segment.depth == 1):
            return " ".join(segment.span.of(text).split())
    body = [segment for segment in segments if not _is_field(segment)][:3]
    for segment in body:
        if segment.kind is SegmentKind.PARAGRAPH and segment.end - segment.start <= _TITLE_LENGTH:
            return " ".join(segment.span.of(text).split())
    return ""


def _published(
    page: Page, segments: Sequence[Segment], fields: Mapping[str, str], uri: str
) -> tuple[PartialDate | None, str]:
    given = [(fields[key], "front-matter") for key in _DATE_KEYS if key in fields]
    for words, basis in (*given, *page.published):
        found = parse_date(words)
        if found:
            return found, basis
    found = _byline_date(page.text, segments)
    if found:
        return found, "byline"
    in_path = _URL_DATE.search(path_of(uri))
    found = _build(in_path[1], in_path[2], in_path[3]) if in_path else None
    return found, "url" if found else ""


def _byline_date(text: str, segments: Sequence[Segment]) -> PartialDate | None:
    """Returns the date of the first short line near the top that reads as a byline."""
    top = [segment for segment in segments[: _BYLINE_LINES * 2] if not _is_field(segment)]
    fallback: PartialDate | None = None
    for segment in top[:_BYLINE_LINES]:
        line = segment.span.of(text) if segment.end - segment.start <= _BYLINE_LENGTH else ""
        head = segment.row.of(text) if segment.row else ""
        if segment.table is not None or not line or segment.kind is SegmentKind.CODE:
            continue
        found = _DATE.search(line) if _YEAR.search(line) else None
        if not found or not (head or _BYLINE.match(line)) or (head and not _PUBLISHED.search(head)):
            continue
        parsed = _from_match(found)
        if parsed is None or len(parsed.text) < len("2026-01-01"):
            continue
        if _UPDATED.search(line[: found.start()]) and not _PUBLISHED.search(line[: found.start()]):
            fallback = fallback or parsed
            continue
        if _reads_as_byline(line, found) or head:
            return parsed
    return fallback


def _reads_as_byline(line: str, found: re.Match[str]) -> bool:
    """Returns whether little more than names and marks stand beside the date."""
    rest = (line[: found.start()] + line[found.end() :]).strip(" *_·•|–—-,.:()")
    return len(rest) <= 100 and not re.search(r"[a-z][.!?](?:\s|$)", rest) and not re.search(r"\d{3,}|[%$€£¥~]", rest)


def parse_date(words: str) -> PartialDate | None:
    """Returns the calendar date that a string begins or is, at its written precision, or None.

    >>> parse_date("2026-03-02T08:00:00Z").text, parse_date("March 3, 2026").text, parse_date("2026-03").text
    ('2026-03-02', '2026-03-03', '2026-03')
    >>> parse_date("soon")
    """
    words = words.strip()
    found = _DATE.search(words[:80])
    if found:
        return _from_match(found)
    return _build(words, None, None) if re.fullmatch(r"(?:19|20)\d\d", words) else None


def _from_match(found: re.Match[str]) -> PartialDate | None:
    if found["iso"] or found["slashed"]:
        year, month, day = (*re.split(r"[-/.]", found["iso"] or found["slashed"]), None)[:3]
        return _build(year, month, day)
    month = (found["month"] or found["month2"] or found["month3"]).lower()
    year = found["year"] or found["year2"] or found["year3"]
    return _build(year, str(_MONTHS[month]), found["day"] or found["day2"])


def _build(year: str, month: str | None, day: str | None) -> PartialDate | None:
    try:
        if month is None:
            return PartialDate(year, date(int(year), 1, 1), date(int(year), 12, 31))
        first = date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    last = first if day else first.replace(day=monthrange(first.year, first.month)[1])
    return PartialDate(first.isoformat() if day else first.isoformat()[:7], first, last)


def path_of(uri: str) -> str:
    """Returns the path of a URI; the URI itself where it has no scheme or is none.

    >>> path_of("https://news.example/2026/a?b=c"), path_of("a.md")
    ('/2026/a', 'a.md')
    """
    try:
        return urlsplit(uri).path if "://" in uri else uri
    except ValueError:
        return uri


def host_of(uri: str) -> str:
    """Returns the host name of a URI without `www.`, "" when it has none.

    >>> host_of("https://www.news.example/a"), host_of("file:///a.md")
    ('news.example', '')
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""
