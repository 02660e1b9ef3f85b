"""A web server on loopback that serves what a test puts up, and remembers what it was asked."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Page:
    """What stands at one path.

    Attributes:
        body: Its bytes.
        status: Answered.
        kind: Media type.
        headers: Further ones.
        etag: Whether an ETag of the body is sent and a conditional request gets a 304.
        times: How often `status` is answered before it turns into 200; 0 for always.
        slow_seconds: Pause between two pieces of the body, which then never ends.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = True
    times: int = 0
    slow_seconds: float | None = None


@dataclass
class Site:
    """The server.

    Attributes:
        url: Its root, without a slash at the end.
        pages: What stands where.
        asked: Paths in the order asked for, each with the status answered.
        requests: Headers of the requests, in lower case.
        posted: Paths and bodies of what was sent to it.
    """

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    posted: list[tuple[str, bytes]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes, **options: object) -> str:
        """Puts a page up and returns its URL."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(data, **options)  # type: ignore[arg-type]
        return self.url + path

    def of(self, path: str) -> list[int]:
        """Returns the statuses answered for a path."""
        return [status for asked, status in self.asked if asked == path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        page = self.site.pages.get(self.path, Page(b"nothing here", 404, etag=False))
        self.site.requests.append({name.lower(): value for name, value in self.headers.items()})
        status = page.status
        if page.times:
            page.times -= 1
            if not page.times:
                page.status = 200
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:12]}"' if page.etag and status == 200 else ""
        if tag and self.headers.get("If-None-Match") == tag:
            status = 304
        self.site.asked.append((self.path, status))
        self.send_response(status)
        self.send_header("Content-Type", page.kind)
        if tag:
            self.send_header("ETag", tag)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.slow_seconds is not None:
            self.send_header("Connection", "close")
            self.end_headers()
            self.trickle(page)
            return
        body = b"" if status == 304 else page.body
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.site.posted.append((self.path, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def trickle(self, page: Page) -> None:
        for _ in range(2000):
            self.wfile.write(page.body)
            self.wfile.flush()
            time.sleep(page.slow_seconds or 0)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):  # The reader hangs up on an endless answer, as it should.
            super().handle()


@pytest.fixture
def new_site() -> Iterator[Callable[[], Site]]:
    """Starts servers, and stops them after the test."""
    servers: list[ThreadingHTTPServer] = []

    def start() -> Site:
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        site = Site(f"http://127.0.0.1:{server.server_port}")
        server.RequestHandlerClass = type("OfSite", (Handler,), {"site": site})
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        servers.append(server)
        return site

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def site(new_site: Callable[[], Site]) -> Site:
    """A server with nothing on it."""
    return new_site()
