"""Asks for pages: conditional requests, robots rules, one request at a time to a host, redirects, retries, limits.

Redirects are followed by hand because each hop must be asked of robots.txt and have its address looked at. A request
goes to the address itself with the host's name in `Host` and in the TLS handshake; connections are pooled by name, so
a certificate is never taken for another host's.
"""

import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from extractors.problems import Problem
from flows.web.addresses import find_addresses
from store.sources import Source
from store.targets import Fetch

ROBOTS = ":robots"
"""Source of the rows that hold robots rules."""
AGENT = "claimledger"
USER_AGENT = f"{AGENT}/0.1 (reads articles for a claim ledger)"
MOST_HOPS = 8
TRIES = 3
LONGEST_PAUSE_SECONDS = 120.0
CONNECT_SECONDS = 15.0
ROBOTS_AGE = timedelta(hours=24)  # RFC 9309 asks not to use a copy for longer
ROBOTS_BYTES = 500_000
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said.

    Attributes:
        status: 200 or 304.
        url: Where redirects led.
        data: The body.
        media_type: With its parameters.
        etag: "" for none.
        last_modified: "" for none.
    """

    status: int
    url: str
    data: bytes = b""
    media_type: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(slots=True)
class _Host:
    """One host: who may ask it now, and from when on it may be asked again."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    client: Any = None
    rules: Any = None
    rules_problem: Problem | None = None
    rules_known: bool = False


class _RefusedError(Exception):
    """A request ended without a page; holds the problem, and how long the server wants to be left alone."""

    def __init__(self, code: str, message: str, *, again_after: float | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.again_after = code, message, again_after


class Web:
    """Everything that is shared between requests of one run: connections, robots rules, whose turn it is.

    Safe to use from several threads.

    Args:
        robots: Robots rules from earlier runs by URL.
        now: Gives the aware UTC time.
        sleep: Waits for some seconds.

    Attributes:
        learned: Robots rules to keep for the next run.
    """

    def __init__(
        self,
        robots: Mapping[str, Fetch] | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._robots = dict(robots or {})
        self._now, self._sleep = now, sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        self._context: Any = None
        self.learned: list[Fetch] = []

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        for host in self._hosts.values():
            if host.client is not None:
                host.client.close()

    def get(self, url: str, source: Source, *, etag: str = "", last_modified: str = "") -> Answer | Problem:
        """Returns what stands at a URL, a 304 where it is as it was, or why it cannot be had.

        Args:
            url: An http or https URL.
            source: Settings: politeness, limits, language.
            etag: As the server gave it the last time.
            last_modified: As the server gave it the last time.
        """
        asked = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in asked.items() if value}
        at = url
        try:
            for _ in range(MOST_HOPS):
                if source.robots:
                    self._obey(at, source)
                answer, target = self._ask_again(at, source, headers)
                if answer is not None:
                    return answer
                at = urljoin(at, target)
        except ValueError as error:  # urllib cannot take it apart
            return Problem(url, "bad-url", f"{url}: {error}")
        except _RefusedError as refused:
            where = url if at == url else f"{url} (led to {at})"
            return Problem(url, refused.code, f"{where}: {refused.message}")
        return Problem(url, "redirect-loop", f"{url}: more than {MOST_HOPS} redirects")

    def _host(self, url: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault("{0.scheme}://{0.netloc}".format(urlsplit(url)), _Host())

    def _ask_again(self, url: str, source: Source, headers: Mapping[str, str]) -> tuple[Answer | None, str]:
        """Returns the answer, or where it leads; a server that is busy is asked again, with longer pauses."""
        for attempt in range(TRIES):
            try:
                return self._ask(url, source, headers)
            except _RefusedError as refused:
                if refused.again_after is None or attempt == TRIES - 1:
                    raise
                pause = refused.again_after or 4**attempt * source.delay_seconds * random.uniform(0.8, 1.2)
                if pause > LONGEST_PAUSE_SECONDS:
                    raise
                self._host(url).free_at = time.monotonic() + pause
        raise AssertionError("the last try returns or raises")

    def _ask(self, url: str, source: Source, headers: Mapping[str, str]) -> tuple[Answer | None, str]:
        host = self._host(url)
        with host.lock:
            if (wait := host.free_at - time.monotonic()) > 0:
                self._sleep(wait)
            try:
                return self._request(host, url, source, headers)
            finally:
                host.free_at = time.monotonic() + max(source.delay_seconds, self._crawl_delay(host, source))

    def _crawl_delay(self, host: _Host, source: Source) -> float:
        asked = host.rules.crawl_delay(AGENT) if source.robots and host.rules is not None else None
        return min(float(asked or 0.0), LONGEST_PAUSE_SECONDS)

    def _request(self, host: _Host, url: str, source: Source, headers: Mapping[str, str]) -> tuple[Answer | None, str]:
        import httpx

        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise _RefusedError("bad-url", str(error)) from None
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise _RefusedError("bad-url", "only http and https are asked")
        addresses = self._addresses(parsed, source)
        for last, address in enumerate(addresses, 1 - len(addresses)):
            try:
                return self._stream(host, parsed, address, source, headers)
            except httpx.ConnectError as error:
                if not last:
                    raise _RefusedError("unreachable", str(error) or type(error).__name__) from None
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _RefusedError("unreachable", str(error) or type(error).__name__) from None
        raise AssertionError("the last address returns or raises")

    def _addresses(self, url: Any, source: Source) -> list[str]:
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        try:
            found = find_addresses(url.host, port, private=source.private)
        except (OSError, UnicodeError) as error:
            raise _RefusedError("unreachable", f"no address: {error}") from None
        if not found:
            raise _RefusedError("private-address", "its address is of a private network or this machine")
        return found

    def _stream(
        self, host: _Host, url: Any, address: str, source: Source, headers: Mapping[str, str]
    ) -> tuple[Answer | None, str]:
        sent = {"Host": url.netloc.decode("ascii"), **headers}
        if source.language:
            sent["Accept-Language"] = f"{source.language}, *;q=0.5"
        client = self._client(host)
        timeout = min(CONNECT_SECONDS, source.timeout_seconds)
        place = url.copy_with(host=address, fragment=None, userinfo=b"")
        extensions = {"sni_hostname": url.host}
        with client.stream("GET", place, headers=sent, timeout=timeout, extensions=extensions) as response:
            if response.has_redirect_location:
                return None, response.headers["location"]
            if response.status_code == 304:
                return _answer(response, url, b""), ""
            if response.status_code != 200:
                raise self._refusal(response)
            return _answer(response, url, _body(response, source)), ""

    def _client(self, host: _Host) -> Any:
        import httpx

        if host.client is None:
            with self._lock:
                self._context = self._context or httpx.create_ssl_context()
            headers = {"User-Agent": USER_AGENT, "Accept": ACCEPT}
            limits = httpx.Limits(max_connections=2, keepalive_expiry=30)
            host.client = httpx.Client(headers=headers, trust_env=False, verify=self._context, limits=limits)
        return host.client

    def _refusal(self, response: Any) -> _RefusedError:
        status = response.status_code
        message = f"answered {status} {response.reason_phrase}".strip()
        if status != 429 and status < 500:
            return _RefusedError(f"http-{status}", message)
        wait = _retry_after(response.headers.get("retry-after", ""), self._now())
        if wait > LONGEST_PAUSE_SECONDS:
            message += f" and wants to be left alone for {timedelta(seconds=round(wait))}"
        return _RefusedError(f"http-{status}", message, again_after=wait)

    def _obey(self, url: str, source: Source) -> None:
        """Raises _RefusedError where the host's robots rules forbid the URL, or cannot be had."""
        host = self._host(url)
        if not host.rules_known:
            self._learn(host, urljoin(url, "/robots.txt"), source)
        if host.rules_problem is not None:
            problem = host.rules_problem
            away = problem.code in ("unreachable", "private-address", "bad-url")
            raise _RefusedError(
                problem.code if away else "robots-unreachable", f"robots.txt cannot be had: {problem.message}"
            )
        if host.rules is not None and not host.rules.can_fetch(url, AGENT):
            raise _RefusedError("robots", "robots.txt forbids it")

    def _learn(self, host: _Host, place: str, source: Source) -> None:
        from protego import Protego

        known = self._robots.get(place)
        fresh = known is not None and known.checked_at is not None and self._now() - known.checked_at < ROBOTS_AGE
        text = known.body if known is not None and fresh else self._rules_text(host, place, source)
        if text is not None:
            host.rules = Protego.parse(text) if text else None
            host.rules_problem = None
            if not fresh:
                self.learned.append(Fetch(place, ROBOTS, body=text, checked_at=self._now()))
        host.rules_known = host.rules_problem is None or host.rules_problem.code != "private-address"

    def _rules_text(self, host: _Host, place: str, source: Source) -> str | None:
        """Returns the robots rules: "" where a host has none; None, and the problem in the host, where it is away."""
        from dataclasses import replace

        got = self.get(place, replace(source, robots=False, max_bytes=ROBOTS_BYTES, language=""))
        if isinstance(got, Answer):
            return got.data.decode("utf-8", "replace")
        if got.code.startswith("http-4") and got.code != "http-429":
            return ""
        host.rules_problem = got
        return None


def _answer(response: Any, url: Any, data: bytes) -> Answer:
    media_type, etag, changed = (response.headers.get(name, "") for name in ("content-type", "etag", "last-modified"))
    return Answer(response.status_code, str(url), data, media_type, etag, changed)


def _body(response: Any, source: Source) -> bytes:
    """Returns the body; raises _RefusedError on the limit that it breaks: a trickle never ends by a read timeout."""
    end = time.monotonic() + source.timeout_seconds
    too_large = _RefusedError("too-large", f"larger than {source.max_bytes:,} bytes")
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > source.max_bytes:
        raise too_large
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > source.max_bytes:
            raise too_large
        if time.monotonic() > end:
            raise _RefusedError("too-slow", f"not here after {source.timeout_seconds:g} seconds")
    return b"".join(parts)


def _retry_after(words: str, now: datetime) -> float:
    """Returns how many seconds a server wants to be left alone, 0.0 when it does not say.

    >>> _retry_after("120", datetime.now(UTC)), _retry_after("", datetime.now(UTC))
    (120.0, 0.0)
    >>> _retry_after("Mon, 02 Mar 2026 12:00:30 GMT", datetime(2026, 3, 2, 12, tzinfo=UTC))
    30.0
    """
    if words.isascii() and words.isdigit():
        return float(words)
    try:
        return max(0.0, (parsedate_to_datetime(words).astimezone(UTC) - now).total_seconds())
    except (ValueError, TypeError, IndexError):
        return 0.0
