"""A source: where articles come from, how often, how politely, and how far they are believed before any evidence.

One frozen value for each entry of a sources file; `check_entry` refuses what it does not know, so that a misspelt key
never becomes a setting that silently does nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from typing import Any

from extractors.problems import RuleError

WEB_KINDS = ("url", "feed", "sitemap")
FILE_KINDS = ("folder", "glob", "file", "mail", "jsonl", "warc")
KINDS = (*FILE_KINDS, *WEB_KINDS)

_NAME = re.compile(r"[\w][\w.-]{0,79}")
_EVERY = re.compile(r"every (\d{1,4}) ?(m|min|minutes?|h|hours?|d|days?)")
_CRON_PART = r"(?:\*|[\w#]+(?:-\w+)?)(?:/\d+)?"
_CRON = re.compile(rf"(?:{_CRON_PART}(?:,{_CRON_PART})*\s+){{4}}{_CRON_PART}(?:,{_CRON_PART})*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles come from.

    Attributes:
        id: Name for the command line.
        kind: `folder`, `glob`, `file`, `mail` (mbox or EML), `jsonl`, `warc`, `url`, `feed` or `sitemap`.
        location: Absolute path, glob or http(s) URL.
        source: Who added it, or where it was seen.
        about: What it is, for a person.
        schedule: Five cron fields, or `every 6h` (m, h, d); "" for only when asked.
        jitter_seconds: The longest that a scheduled run waits, so that not all sources start at the same second.
        paused: True leaves it out of scheduled runs and of `claims ingest` without names.
        tier: 1 (the party itself, official statistics) to 5 (anonymous), 0 when nobody has said.
        reliability: Prior probability that a figure from here is right; None when nobody has said.
        publisher: Who publishes it; wins over the name of the host.
        language: Of its texts, as in HTML (`en`); asked for from servers.
        main_text: XPath of the element that holds the article, "" to find it.
        drop: XPath of what is no part of the article.
        entries: What a feed's entry is read from: its `page`, or the text in the `feed` itself.
        include: Expression that the URL of an article must hold; for feeds and sitemaps.
        newest: The most articles that one run takes from a feed or sitemap.
        recheck_hours: After how long an article of a feed or sitemap is asked for again; 0 for never.
        misses: After how many runs without it an article counts as gone; 0 for never.
        delay_seconds: Pause between two requests to one host.
        timeout_seconds: The longest that one answer may take.
        max_bytes: The largest answer or file.
        robots: Whether robots.txt is followed.
        private: Whether addresses of private networks and of this machine may be asked.
    """

    id: str
    kind: str
    location: str
    source: str = ""
    about: str = ""
    schedule: str = ""
    jitter_seconds: float = 20.0
    paused: bool = False
    tier: int = 0
    reliability: float | None = None
    publisher: str = ""
    language: str = ""
    main_text: str = ""
    drop: str = ""
    entries: str = "page"
    include: str = ""
    newest: int = 200
    recheck_hours: float = 24.0
    misses: int = 3
    delay_seconds: float = 1.0
    timeout_seconds: float = 60.0
    max_bytes: int = 20_000_000
    robots: bool = True
    private: bool = False

    @property
    def web(self) -> bool:
        """True when it is asked for by HTTP."""
        return self.kind in WEB_KINDS

    @property
    def interval(self) -> timedelta | None:
        """How often it is read, for a schedule such as `every 6h`; None for cron fields and for none."""
        return parse_interval(self.schedule)


KEYS = tuple(field.name for field in fields(Source))
NEEDED = ("id", "kind", "location", "source")
_DEFAULTS = {field.name: field.default for field in fields(Source) if field.default is not MISSING}


def parse_interval(schedule: str) -> timedelta | None:
    """Returns the time between two runs of a schedule that is an interval; None when it is none.

    >>> parse_interval("every 90 minutes"), parse_interval("15 * * * *")
    (datetime.timedelta(seconds=5400), None)
    """
    found = _EVERY.fullmatch(schedule.strip())
    if found is None or not int(found[1]):
        return None
    return int(found[1]) * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[found[2][0]]


def check_entry(entry: Mapping[str, Any], where: str) -> Source:
    """Returns the source that an entry describes.

    Args:
        entry: Keys and values as the file gives them.
        where: File and entry, for the message.

    Raises:
        RuleError: A key is unknown or missing, or a value cannot be.
    """
    if unknown := sorted(set(entry) - set(KEYS)):
        raise RuleError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(KEYS))}")
    if missing := [key for key in NEEDED if entry.get(key) in (None, "")]:
        raise RuleError(f"{where}: {missing[0]!r} is missing")
    for key, value in entry.items():
        if problem := _wrong_type(key, value) or _wrong_value(key, value):
            raise RuleError(f"{where}: {key!r} {problem}")
    source = Source(**{key: _converted(key, value) for key, value in entry.items()})
    if source.web != source.location.startswith(("http://", "https://")):
        wanted = "an http:// or https:// URL" if source.web else "a path"
        raise RuleError(f"{where}: 'location' of kind {source.kind} must be {wanted}, not {source.location!r}")
    return source


def _wrong_type(key: str, value: object) -> str:
    wanted = type(_DEFAULTS.get(key, ""))
    if wanted is bool:
        return "" if isinstance(value, bool) else "must be true or false"
    if wanted in (int, float, type(None)):
        number = isinstance(value, int if wanted is int else (int, float)) and not isinstance(value, bool)
        return "" if number else f"must be a {'whole ' if wanted is int else ''}number"
    return "" if isinstance(value, str) else "must be a text"


def _converted(key: str, value: Any) -> Any:
    return float(value) if isinstance(_DEFAULTS.get(key), float) or key == "reliability" else value


def _wrong_value(key: str, value: Any) -> str:
    check = _CHECKS.get(key)
    return check(value) if check and value != _DEFAULTS.get(key) else ""


def _one_of(*allowed: str) -> Callable[[str], str]:
    return lambda value: "" if value in allowed else f"{value!r} is none of {', '.join(allowed)}"


def _between(low: float, high: float) -> Callable[[float], str]:
    return lambda value: "" if low <= value <= high else f"must be between {low} and {high}"


def _schedule(value: str) -> str:
    fits = parse_interval(value) or _CRON.fullmatch(value.strip())
    return "" if fits else f"{value!r} is neither five cron fields nor an interval such as `every 6h`"


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        return f"is no expression: {error}"
    return ""


def _xpath(value: str) -> str:
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # only sources with hints pay for it

    try:
        etree.XPath(value)
    except etree.XPathSyntaxError as error:
        return f"is no XPath: {error}"
    return ""


_CHECKS: dict[str, Callable[[Any], str]] = {
    "id": lambda value: "" if _NAME.fullmatch(value) else f"{value!r} must be letters, digits, `.`, `_` and `-`",
    "kind": lambda value: "" if value in KINDS else f"{value!r} is none of {', '.join(KINDS)}",
    "schedule": _schedule,
    "language": lambda value: "" if _LANGUAGE.fullmatch(value) else f"{value!r} is no language tag such as en or pt-BR",
    "tier": _between(1, 5),
    "reliability": _between(0.0, 1.0),
    "entries": _one_of("page", "feed"),
    "include": _expression,
    "main_text": _xpath,
    "drop": _xpath,
    "jitter_seconds": _between(0, 3600),
    "newest": _between(1, 100_000),
    "recheck_hours": _between(0, 24 * 366),
    "misses": _between(0, 1000),
    "delay_seconds": _between(0, 3600),
    "timeout_seconds": _between(1, 3600),
    "max_bytes": _between(1000, 2_000_000_000),
}
