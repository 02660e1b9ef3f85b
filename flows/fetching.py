"""Brings the bytes at a place, within limits of time and size."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from extractors.problems import Problem

if TYPE_CHECKING:
    from httpx import Client, Response

SIZE_LIMIT_BYTES = 20_000_000
TIME_LIMIT_SECONDS = 60.0
TRIES = 3
PAUSE_SECONDS = 1.0
WORTH_ANOTHER_TRY = (429, 500, 502, 503, 504)
USER_AGENT = "claimledger/0.1 (reads articles for a claim ledger)"

Fetched = tuple[bytes, str]


def fetch(place: str) -> Fetched | Problem:
    """Returns the bytes at a place and their media type ("" when nobody says), or why they cannot be had."""
    scheme = urlsplit(place).scheme
    if place == "stdin:":
        return sys.stdin.buffer.read(), ""
    if scheme == "file":
        return _read_file(place)
    return _download(place)


def _read_file(place: str) -> Fetched | Problem:
    path = Path(url2pathname(urlsplit(place).path))
    try:
        if path.stat().st_size > SIZE_LIMIT_BYTES:
            return Problem(place, "too-large", f"{path}: larger than {SIZE_LIMIT_BYTES:,} bytes")
        return path.read_bytes(), ""
    except OSError as error:
        return Problem(place, "unreadable", f"{path}: {error.strerror}")


def _download(place: str) -> Fetched | Problem:
    """Returns what a web server answers; a server that is busy or away is asked again, with longer pauses."""
    import httpx

    with httpx.Client(timeout=15.0, follow_redirects=True, headers={"User-Agent": USER_AGENT}) as client:
        got = _ask(client, place)
        for attempt in range(TRIES - 1):
            if not isinstance(got, Problem) or not _passing(got):
                break
            time.sleep(PAUSE_SECONDS * 4**attempt)
            got = _ask(client, place)
    return got


def _passing(problem: Problem) -> bool:
    return problem.code == "unreachable" or problem.code in {f"http-{status}" for status in WORTH_ANOTHER_TRY}


def _ask(client: "Client", place: str) -> Fetched | Problem:
    import httpx

    try:
        with client.stream("GET", place) as response:
            response.raise_for_status()
            return _within_limits(place, response)
    except httpx.HTTPStatusError as error:
        return Problem(place, f"http-{error.response.status_code}", f"{place}: answered {error.response.status_code}")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Problem(place, "unreachable", f"{place}: {str(error) or type(error).__name__}")


def _within_limits(place: str, response: "Response") -> Fetched | Problem:
    """Returns the body, or which limit it broke: a slow trickle never ends by a read timeout alone."""
    end = time.monotonic() + TIME_LIMIT_SECONDS
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > SIZE_LIMIT_BYTES:
            return Problem(place, "too-large", f"{place}: larger than {SIZE_LIMIT_BYTES:,} bytes")
        if time.monotonic() > end:
            return Problem(place, "too-slow", f"{place}: not here after {TIME_LIMIT_SECONDS:.0f} seconds")
    return b"".join(parts), response.headers.get("content-type", "")
