"""Finds what an HTML page says of itself: title, publisher, dates of publication and change, canonical URL."""

import copy
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.feeds import clean_url
from extractors.mastheads import host_of

Element = Any  # lxml publishes no types

_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself.

    Attributes:
        title: "" when it has none.
        publisher: "" when it names none.
        published: Dates with their bases, best first.
        modified: Dates of the last change with their bases, best first.
        canonical: URL on its own host under which it wants to be known, "" when it names none.
    """

    title: str = ""
    publisher: str = ""
    published: Sequence[tuple[str, str]] = ()
    modified: Sequence[tuple[str, str]] = ()
    canonical: str = ""


def _squeeze(words: str) -> str:
    return _BLANKS.sub(" ", words).strip()


def find_metadata(tree: Element, source: str, uri: str = "") -> Metadata:
    """Returns what a page says of itself.

    Args:
        tree: The parsed page.
        source: Its text.
        uri: Where it stands.
    """
    meta: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        if name and tag.get("content"):
            meta.setdefault(name, _squeeze(tag.get("content")))
    linked = list(_linked_data(tree))
    titles = (meta.get("og:title"), _first(tree, ".//title"), _first(tree, ".//h1"))
    title = next((words for words in titles if words), "")
    names = [_publisher_name(entry) for entry in linked]
    publisher = meta.get("og:site_name") or next((name for name in names if name), "")
    for mark in (" | ", " - ", " – ", " — ", " · "):
        title = title.removesuffix(f"{mark}{publisher}") if publisher else title
    published = list(_dates(tree, meta, linked, source))
    return Metadata(title, publisher, published, list(_changes(meta, linked)), _canonical(tree, meta, uri))


def _first(tree: Element, path: str) -> str:
    found = tree.find(path)
    return "" if found is None else _squeeze("".join(found.itertext()))


_META_DATES = (
    "article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created", "pubdate",
    "publishdate", "publication_date", "parsely-pub-date",
)  # fmt: skip


def _dates(tree: Element, meta: dict[str, str], linked: list[dict[str, Any]], source: str) -> Iterator[tuple[str, str]]:
    for entry in linked:
        if isinstance(entry.get("datePublished"), str):
            yield entry["datePublished"], "json-ld"
    for name in _META_DATES:
        if name in meta:
            yield meta[name], "meta"
    for element in tree.iter("time"):
        marks = " ".join((element.get("itemprop", ""), element.get("class", ""), element.get("pubdate", "")))
        if element.get("datetime") and ("publish" in marks.lower() or element.get("pubdate") is not None):
            yield element.get("datetime"), "meta"
    guessed = _guessed_date(tree, source)
    if guessed:
        yield guessed, "markup"


_META_CHANGES = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified")


def _changes(meta: dict[str, str], linked: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for entry in linked:
        if isinstance(entry.get("dateModified"), str):
            yield entry["dateModified"], "json-ld"
    for name in _META_CHANGES:
        if name in meta:
            yield meta[name], "meta"


def _canonical(tree: Element, meta: dict[str, str], uri: str) -> str:
    """Returns where the page says that it stands, when that is on its own host; else "": a copy may point anywhere."""
    links = (link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical")
    link = next(filter(None, links), "") or meta.get("og:url", "")
    named = clean_url(link, uri) if link else ""
    return named if named and host_of(named) == host_of(uri) else ""


def _guessed_date(tree: Element, source: str) -> str:
    if not re.search(r"<time|publish|pubdate|posted", source[:200_000], re.IGNORECASE):
        return ""
    from htmldate import find_date

    try:
        return find_date(copy.deepcopy(tree), original_date=True, extensive_search=False) or ""
    except Exception:  # a date that cannot be guessed is no reason to lose the page
        return ""


def _linked_data(tree: Element) -> Iterator[dict[str, Any]]:
    """Yields the objects of the page's JSON-LD, the inner ones of `@graph` included."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            found = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        todo = [found]
        while todo:
            entry = todo.pop(0)
            if isinstance(entry, list):
                todo += entry
            elif isinstance(entry, dict):
                yield entry
                todo += entry.get("@graph", []) if isinstance(entry.get("@graph"), list) else []


def _publisher_name(entry: dict[str, Any]) -> str:
    publisher = entry.get("publisher")
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    return _squeeze(name) if isinstance(name, str) else ""
