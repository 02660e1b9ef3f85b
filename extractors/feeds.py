"""Reads the lists that sites publish of their articles: RSS and Atom feeds, and sitemaps."""

import gzip
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from extractors.problems import ExtractorError

MOST_BYTES = 100_000_000
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|ref_src|cmpid|igshid", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(rss|feed|rdf|urlset|sitemapindex)[\s>]", re.IGNORECASE)
_SNIFFED = 4096


class FeedError(ExtractorError):
    """Bytes that should be a feed or a sitemap are none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that a feed or sitemap lists.

    Attributes:
        url: Where it stands, without marks of campaigns; "" when the feed gives none.
        title: As the feed gives it.
        published: ISO date, "" when the feed gives none.
        changed: When it was last changed, in the list's own words; "" when the list does not say.
        html: The text that the feed itself holds.
    """

    url: str
    title: str = ""
    published: str = ""
    changed: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or sitemap lists.

    Attributes:
        title: Of the feed.
        entries: In the order of the list.
        further: URLs of further sitemaps.
    """

    title: str = ""
    entries: tuple[Entry, ...] = ()
    further: tuple[str, ...] = ()


def find_list_kind(data: bytes) -> str:
    """Returns `feed` or `sitemap` by the first element of the bytes, "" when they are neither.

    >>> find_list_kind(b'<?xml version="1.0"?><rss version="2.0"><channel>')
    'feed'
    >>> find_list_kind(b"<!doctype html><p>How to write an <rss> feed")
    ''
    """
    head = data[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head.startswith(b"<") or head[:15].lower().startswith((b"<!doctype html", b"<html")):
        return ""
    found = _ROOT.search(head)
    return "" if found is None else "sitemap" if found[1].lower() in (b"urlset", b"sitemapindex") else "feed"


def clean_url(url: str, base: str = "") -> str:
    """Returns an absolute URL without fragment and marks of campaigns, "" when it is none of the web.

    >>> clean_url("/a?utm_source=x&id=7#top", "https://news.example/feed")
    'https://news.example/a?id=7'
    >>> clean_url("mailto:me@news.example")
    ''
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()))
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    query = parts.query
    if _TRACKING.search(query):
        kept = [(key, value) for key, value in parse_qsl(query, True) if not _TRACKING.fullmatch(key)]
        query = urlencode(kept)
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def read_feed(data: bytes, url: str, media_type: str = "") -> Listing:
    """Returns what an RSS or Atom feed lists.

    Raises:
        FeedError: The bytes are no feed.
    """
    import feedparser

    headers = {"content-type": media_type} if media_type else {}
    # As a file: a text that looks like a URL would be fetched.
    found: Any = feedparser.parse(io.BytesIO(data), response_headers=headers)
    if not found.entries and not found.get("version"):
        raise FeedError(f"{url}: no feed stands there")
    entries = [_entry(entry, url) for entry in found.entries]
    return Listing(_text(found.feed.get("title")), tuple(entry for entry in entries if entry.url or entry.html))


def _entry(entry: Any, url: str) -> Entry:
    parts = [part.get("value", "") for part in entry.get("content", ())] or [entry.get("summary", "")]
    changed = _own(entry, "updated") or _own(entry, "published") or ""
    return Entry(
        clean_url(entry.get("link") or _web_id(entry), url),
        _text(entry.get("title")),
        _day(_own(entry, "published_parsed") or _own(entry, "updated_parsed")),
        _text(changed),
        "\n".join(filter(None, parts)),
    )


def _own(entry: Any, key: str) -> Any:
    """Returns what an entry says itself; feedparser's own mapping of one date to the other warns that it will go."""
    return entry[key] if key in entry else None  # noqa: SIM401


def _web_id(entry: Any) -> str:
    name = str(entry.get("id") or "")
    return name if name.startswith(("http://", "https://")) else ""


def _text(words: Any) -> str:
    return " ".join(str(words or "").split())


def _day(moment: Any) -> str:
    return f"{moment[0]:04}-{moment[1]:02}-{moment[2]:02}" if moment else ""


def entry_page(entry: Entry, feed: str) -> bytes:
    """Returns an entry's own text as a page, for feeds that hold their articles whole."""
    head = f'<meta charset="utf-8"><title>{escape(entry.title)}</title>'
    if feed:
        head += f'<meta property="og:site_name" content="{escape(feed)}">'
    return f"<!doctype html><html><head>{head}</head><body>\n{entry.html}\n</body></html>\n".encode()


def read_sitemap(data: bytes, url: str) -> Listing:
    """Returns what a sitemap or an index of sitemaps lists.

    Raises:
        FeedError: The bytes are no sitemap.
    """
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    data = _unpacked(data, url)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    name = "" if root is None else etree.QName(root).localname
    if name == "sitemapindex":
        further = (clean_url(loc, url) for loc, _ in _located(root))
        return Listing(further=tuple(dict.fromkeys(filter(None, further))))
    if name != "urlset":
        raise FeedError(f"{url}: no sitemap stands there")
    entries = {clean_url(loc, url): changed for loc, changed in _located(root)}
    return Listing(entries=tuple(Entry(place, changed=changed) for place, changed in entries.items() if place))


def _unpacked(data: bytes, url: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            found = packed.read(MOST_BYTES + 1)
    except (OSError, EOFError) as error:
        raise FeedError(f"{url}: cannot be unpacked: {error}") from None
    if len(found) > MOST_BYTES:
        raise FeedError(f"{url}: unpacks to more than {MOST_BYTES:,} bytes")
    return found


def _located(root: Any) -> Iterator[tuple[str, str]]:
    for item in root:
        if isinstance(item.tag, str):
            fields = {part.tag.rpartition("}")[2]: part.text or "" for part in item if isinstance(part.tag, str)}
            if fields.get("loc"):
                yield fields["loc"], fields.get("lastmod", "").strip()
