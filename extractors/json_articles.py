"""Reads an article that is one JSON object, a line of JSON Lines: its text under one of the usual keys."""

import json
from typing import Any

from extractors.decoding import decode
from extractors.mastheads import Page
from extractors.problems import Problem

HTML_KEYS = ("html", "content_html", "body_html")
TEXT_KEYS = ("markdown", "text", "content", "body", "maintext")
TITLE_KEYS = ("title", "headline")
DATE_KEYS = ("published", "date", "datePublished", "date_published", "date_publish", "published_at")
PUBLISHER_KEYS = ("publisher", "source", "site", "outlet")


def read_json(data: bytes, uri: str, _media_type: str = "") -> Page:
    """Returns the text of a JSON object with what it says of title, date and publisher."""
    try:
        row = json.loads(decode(data, uri=uri)[0])
    except (ValueError, RecursionError) as error:
        return Page("", problems=(Problem(uri, "not-json", f"the bytes are no JSON object: {error}"),))
    if not isinstance(row, dict):
        return Page("", problems=(Problem(uri, "not-json", "the JSON value is no object"),))
    page = _text(row, uri)
    date = _first(row, DATE_KEYS)
    return Page(
        page.text,
        page.media_type,
        _first(row, TITLE_KEYS) or page.title,
        [*([(date, "meta")] if date else []), *page.published],
        _first(row, PUBLISHER_KEYS) or page.publisher,
        page.problems,
    )


def _text(row: dict[str, Any], uri: str) -> Page:
    if html := _first(row, HTML_KEYS):
        from extractors.html import read_html  # loads trafilatura's parts

        return read_html(html.encode("utf-8", "replace"), uri=uri, media_type="text/html; charset=utf-8")
    if text := _first(row, TEXT_KEYS):
        return Page(text, "text/markdown")
    keys = ", ".join((*HTML_KEYS, *TEXT_KEYS))
    return Page("", problems=(Problem(uri, "no-text", f"the object has no text under any of {keys}"),))


def _first(row: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((row[key] for key in keys if isinstance(row.get(key), str) and row[key].strip()), "")
