"""Reads an e-mail message such as a newsletter: subject, date, sender, and its text, HTML before plain."""

import email
import email.policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from urllib.parse import quote

from extractors.mastheads import Page
from extractors.problems import Problem

_BARE = 200  # characters below which an HTML part only says "view this in a browser"


def read_mail(data: bytes, uri: str, _media_type: str = "") -> Page:
    """Returns the text of a message with its subject, date and sender."""
    message = parse_message(data)
    page = _body(message, uri)
    subject = " ".join(str(message.get("subject", "")).split())
    sender, _ = parseaddr(str(message.get("from", "")))
    sent = sent_on(message)
    dates = [(sent, "meta")] if sent else []
    return Page(page.text, page.media_type, subject, dates, sender, page.problems)


def parse_message(data: bytes) -> EmailMessage:
    """Returns the message that bytes hold; the parser of the standard library refuses nothing."""
    return email.message_from_bytes(data.removeprefix(b"\xef\xbb\xbf"), policy=email.policy.default)


def sent_on(message: EmailMessage) -> str:
    """Returns the day of a message's Date field in ISO form, "" where it has none that can be read."""
    try:
        return parsedate_to_datetime(str(message.get("date", ""))).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return ""


def message_uri(data: bytes, otherwise: str) -> str:
    """Returns the `mid:` URI of a message (RFC 2392), or another identity where it has no Message-ID.

    >>> message_uri(b"Message-ID: <42@press.example>\\n\\nHello", "file:///a.eml")
    'mid:42@press.example'
    >>> message_uri(b"Subject: none\\n\\nHello", "file:///a.eml")
    'file:///a.eml'
    """
    head = data[: data.find(b"\n\n") + 1 or 65536]
    name = str(parse_message(head).get("message-id", "")).strip().strip("<>")
    return f"mid:{quote(name, safe='@')}" if name else otherwise


def _body(message: EmailMessage, uri: str) -> Page:
    html, plain = _part(message, "html"), _part(message, "plain")
    if html.strip():
        from extractors.html import Hints, read_html  # loads trafilatura's parts

        data = html.encode("utf-8", "replace")
        page = read_html(data, uri=uri, media_type="text/html; charset=utf-8", hints=Hints(whole=True))
        if len(page.text) >= min(_BARE, len(plain)):
            return page
    if plain.strip():
        return Page(plain)
    return Page("", problems=(Problem(uri, "no-text", "the message has neither text nor HTML"),))


def _part(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        content = part.get_content() if part is not None else ""
    except (LookupError, ValueError, AttributeError, AssertionError):  # an unknown charset or a broken structure
        return ""
    return content if isinstance(content, str) else ""
