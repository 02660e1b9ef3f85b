"""Brings the bytes at a place, within limits of time and size."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from extractors.problems import Problem

if TYPE_CHECKING:
    from httpx import Response

SIZE_LIMIT_BYTES = 20_000_000
TIME_LIMIT_SECONDS = 60.0
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
    import httpx

    try:
        with (
            httpx.Client(timeout=15.0, follow_redirects=True, headers={"User-Agent": USER_AGENT}) as client,
            client.stream("GET", place) as response,
        ):
            response.raise_for_status()
            data = _within_limits(response)
            if isinstance(data, str):
                return Problem(place, "too-large" if "bytes" in data else "too-slow", f"{place}: {data}")
            return data, response.headers.get("content-type", "")
    except httpx.HTTPStatusError as error:
        return Problem(place, f"http-{error.response.status_code}", f"{place}: answered {error.response.status_code}")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Problem(place, "unreachable", f"{place}: {error or type(error).__name__}")


def _within_limits(response: "Response") -> bytes | str:
    """Returns the body, or in words which limit it broke: a slow trickle never ends by a read timeout alone."""
    end = time.monotonic() + TIME_LIMIT_SECONDS
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > SIZE_LIMIT_BYTES:
            return f"larger than {SIZE_LIMIT_BYTES:,} bytes"
        if time.monotonic() > end:
            return f"not here after {TIME_LIMIT_SECONDS:.0f} seconds"
    return b"".join(parts)
