"""Finds what a document says of itself: title, publication date, publisher."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from extractors.bylines import Byline, Standing, find_bylines
from extractors.dates import find_dates, parse_date
from extractors.model import PartialDate, Segment, SegmentKind
from extractors.periods import partial
from extractors.problems import Problem

_URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)(?:[/-](\d\d?))?(?=[/_.-]|$)")
_STAMP_LENGTH = 80
_TITLE_LENGTH = 200
_DATE_KEYS = ("date", "published", "pubdate", "publishdate", "published_at", "publish_date", "datepublished", "created")
_CHANGE_KEYS = ("updated", "modified", "lastmod", "last_updated", "last_modified", "updated_at")
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
        modified: Dates of the last change, each with its basis, best first.
        canonical: URL under which the page wants to be known, "" for none.
    """

    text: str
    media_type: str = "text/plain"
    title: str = ""
    published: Sequence[tuple[str, str]] = ()
    publisher: str = ""
    problems: tuple[Problem, ...] = ()
    modified: Sequence[tuple[str, str]] = ()
    canonical: str = ""


@dataclass(frozen=True, slots=True)
class Masthead:
    """Title, dates and publisher of a document.

    Attributes:
        title: "" when none was found.
        published: None when none was found.
        published_basis: Where the date was taken from.
        publisher: "" when unknown.
        modified: When it was last changed, None when it does not say.
        modified_basis: Where that was taken from.
    """

    title: str = ""
    published: PartialDate | None = None
    published_basis: str = ""
    publisher: str = ""
    modified: PartialDate | None = None
    modified_basis: str = ""


def find_masthead(page: Page, segments: Sequence[Segment], uri: str, *, given: str = "") -> Masthead:
    """Returns what a document says of itself.

    Dates come from JSON-LD, meta elements, the feed, front matter, the page's markup, byline and URL, in this order.

    Args:
        page: What the reader of the format found.
        segments: Structure of the text.
        uri: Identity of the source.
        given: Date that a feed or a list of sources gives.
    """
    fields = _front_matter(page.text, segments)
    title = fields.get("title") or page.title or _title(page.text, segments)
    bylines = find_bylines(page.text, [segment for segment in segments if not _is_field(segment)])
    published, basis = _published(page, bylines, fields, uri, given)
    modified, modified_basis = _modified(page, bylines, fields)
    named = next((fields[key] for key in _PUBLISHER_KEYS if fields.get(key)), "")
    named = host_of(named) or named if "://" in named else named
    return Masthead(title, published, basis, named or page.publisher or host_of(uri), modified, modified_basis)


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
    page: Page, bylines: Sequence[Byline], fields: Mapping[str, str], uri: str, given: str
) -> tuple[PartialDate | None, str]:
    said = [stamp for stamp in page.published if stamp[1] != "markup"]
    guessed = [stamp for stamp in page.published if stamp[1] == "markup"]
    if found := _first_stamp((*said, (given, "feed"), *_fields_of(fields, _DATE_KEYS), *guessed)):
        return found
    if bylines and bylines[0].standing is not Standing.CHANGED:
        return bylines[0].date, "byline"
    if dated := _path_date(uri):
        return dated, "url"
    return (bylines[0].date, "byline") if bylines else (None, "")


def _modified(page: Page, bylines: Sequence[Byline], fields: Mapping[str, str]) -> tuple[PartialDate | None, str]:
    if found := _first_stamp((*page.modified, *_fields_of(fields, _CHANGE_KEYS))):
        return found
    changed = [byline.date for byline in bylines if byline.standing is Standing.CHANGED]
    return (changed[0], "byline") if changed else (None, "")


def _fields_of(fields: Mapping[str, str], keys: Sequence[str]) -> list[tuple[str, str]]:
    return [(fields[key], "front-matter") for key in keys if key in fields]


def _first_stamp(stamps: Iterable[tuple[str, str]]) -> tuple[PartialDate, str] | None:
    return next(((found, basis) for words, basis in stamps if (found := read_stamp(words))), None)


def read_stamp(words: str) -> PartialDate | None:
    """Returns the date that a field holds, or the first day in it, or None.

    >>> read_stamp("2026-03-02T08:00:00Z").text, read_stamp("March 3, 2026 by A. Okafor").text, read_stamp("2026").text
    ('2026-03-02', '2026-03-03', '2026')
    >>> read_stamp("soon")
    """
    words = words.strip()[:_STAMP_LENGTH]
    if not any(char.isdigit() for char in words):
        return None
    return parse_date(words) or next((found.date for found in find_dates(words) if found.precision == "day"), None)


def _path_date(uri: str) -> PartialDate | None:
    found = _URL_DATE.search(path_of(uri))
    try:
        return partial(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None


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
