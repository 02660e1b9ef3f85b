"""Asking a real web server: validators, redirects, robots, retries, limits, and addresses that must not be asked."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extractors.problems import Problem
from flows.web import asking
from flows.web.addresses import find_addresses, is_public
from flows.web.asking import Answer, Web
from store.sources import Source
from store.targets import Fetch

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCE = Source("test", "url", "", private=True, delay_seconds=0.0)


def no_wait(_seconds: float) -> None:
    """Takes the place of sleeping."""


@pytest.fixture
def web() -> Web:
    return Web(now=lambda: NOW, sleep=no_wait)


def answer(got: Answer | Problem) -> Answer:
    assert isinstance(got, Answer), got
    return got


def code(got: Answer | Problem) -> str:
    assert isinstance(got, Problem), got
    return got.code


def test_a_page_comes_with_its_validators_and_a_second_time_as_a_304(site: Any, web: Web) -> None:
    url = site.put("/a", "<p>300 tonnes", headers={"Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"})
    first = answer(web.get(url, SOURCE))
    assert (first.data, first.media_type, first.url) == (b"<p>300 tonnes", "text/html; charset=utf-8", url)
    second = answer(web.get(url, SOURCE, etag=first.etag, last_modified=first.last_modified))
    assert (second.status, second.data) == (304, b"")
    assert site.requests[-1]["if-modified-since"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    site.put("/a", "<p>310 tonnes")
    assert answer(web.get(url, SOURCE, etag=first.etag)).data == b"<p>310 tonnes"


def test_host_language_and_agent_are_said(site: Any, web: Web) -> None:
    web.get(site.put("/a", "x"), replace(SOURCE, language="de"))
    said = site.requests[-1]
    assert site.url.endswith(said["host"]) and said["accept-language"].startswith("de")
    assert said["user-agent"].startswith("claimledger/")


def test_redirects_are_followed_and_told(site: Any, web: Web, new_site: Callable[[], Any]) -> None:
    other = new_site()
    other.put("/there", "here")
    site.put("/a", "", status=301, headers={"Location": "/b"})
    site.put("/b", "", status=302, headers={"Location": f"{other.url}/there"})
    assert (answer(web.get(f"{site.url}/a", SOURCE)).url) == f"{other.url}/there"
    site.put("/loop", "", status=302, headers={"Location": "/loop"})
    assert code(web.get(f"{site.url}/loop", SOURCE)) == "redirect-loop"
    site.put("/file", "", status=302, headers={"Location": "file:///etc/hosts"})
    assert code(web.get(f"{site.url}/file", replace(SOURCE, robots=False))) == "bad-url"


@pytest.mark.parametrize("status", [404, 410, 403])
def test_what_is_not_there_is_asked_for_once(site: Any, web: Web, status: int) -> None:
    url = site.put("/a", "", status=status)
    assert code(web.get(url, SOURCE)) == f"http-{status}" and site.of("/a") == [status]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(site: Any, web: Web, status: int) -> None:
    url = site.put("/a", "at last", status=status, times=2)
    assert answer(web.get(url, SOURCE)).data == b"at last" and site.of("/a") == [status, status, 200]
    site.put("/a", "", status=status)
    assert code(web.get(url, SOURCE)) == f"http-{status}" and len(site.of("/a")) == 3 + asking.TRIES


def test_retry_after_is_honoured_and_a_long_one_ends_the_tries(site: Any) -> None:
    waited: list[float] = []
    web = Web(now=lambda: NOW, sleep=waited.append)
    url = site.put("/a", "at last", status=429, times=1, headers={"Retry-After": "7"})
    assert answer(web.get(url, SOURCE)).data == b"at last" and 6.5 < max(waited) <= 7
    later = (NOW + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    site.put("/b", "", status=503, headers={"Retry-After": later})
    got = web.get(f"{site.url}/b", SOURCE)
    assert code(got) == "http-503" and site.of("/b") == [503]
    assert isinstance(got, Problem) and "2:00:00" in got.message


def test_requests_to_one_host_are_spaced(site: Any) -> None:
    waited: list[float] = []
    web = Web(now=lambda: NOW, sleep=waited.append)
    polite = replace(SOURCE, delay_seconds=5.0, robots=False)
    for path in ("/a", "/b", "/c"):
        web.get(site.put(path, "x"), polite)
    assert len(waited) == 2 and all(4 < seconds <= 5 for seconds in waited)


def test_robots_rules_are_followed_and_remembered_for_a_day(site: Any, web: Web) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private\nCrawl-delay: 2\n", kind="text/plain")
    url, hidden = site.put("/a", "x"), site.put("/private/a", "x")
    assert code(web.get(hidden, SOURCE)) == "robots"
    assert answer(web.get(url, SOURCE)).data == b"x"
    assert answer(web.get(hidden, replace(SOURCE, robots=False))).data == b"x"
    assert site.of("/robots.txt") == [200]
    (kept,) = web.learned
    later = Web({kept.place: kept}, now=lambda: NOW + timedelta(hours=23), sleep=no_wait)
    assert code(later.get(hidden, SOURCE)) == "robots" and site.of("/robots.txt") == [200]
    next_day = Web({kept.place: kept}, now=lambda: NOW + timedelta(hours=25), sleep=no_wait)
    assert code(next_day.get(hidden, SOURCE)) == "robots" and site.of("/robots.txt") == [200, 200]


def test_robots_rules_of_where_a_redirect_leads_count_too(site: Any, web: Web, new_site: Callable[[], Any]) -> None:
    other = new_site()
    other.put("/robots.txt", "User-agent: *\nDisallow: /\n", kind="text/plain")
    site.put("/a", "", status=301, headers={"Location": other.put("/b", "x")})
    assert code(web.get(f"{site.url}/a", SOURCE)) == "robots" and other.of("/b") == []


def test_robots_that_cannot_be_had_forbid_everything(site: Any, web: Web) -> None:
    site.put("/robots.txt", "", status=500)
    url = site.put("/a", "x")
    assert code(web.get(url, SOURCE)) == "robots-unreachable" and site.of("/a") == []
    assert web.learned == []


def test_bodies_are_cut_off_by_size_and_by_time(site: Any, web: Web) -> None:
    small = replace(SOURCE, max_bytes=50_000)
    assert code(web.get(site.put("/big", b"x" * 60_000), small)) == "too-large"
    endless = site.put("/endless", b"x" * 10_000, slow_seconds=0.0)
    assert code(web.get(endless, small)) == "too-large"
    slow = site.put("/slow", b"x", slow_seconds=0.05)
    assert code(web.get(slow, replace(SOURCE, timeout_seconds=0.3))) == "too-slow"


def test_nobody_at_the_address(web: Web) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert code(web.get(f"http://127.0.0.1:{port}/", SOURCE)) == "unreachable"
    assert code(web.get("http://nowhere.invalid/", SOURCE)) == "unreachable"


@pytest.mark.parametrize("url", ["ftp://a.example/", "file:///etc/hosts", "http://", "http://a b/", "http://[::1"])
def test_only_urls_of_the_web_are_asked(web: Web, url: str) -> None:
    assert code(web.get(url, replace(SOURCE, robots=False))) in ("bad-url", "unreachable")


def test_this_machine_is_not_asked_unless_a_source_says_so(
    site: Any, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.put("/a", "secret")
    strict = replace(SOURCE, private=False)
    assert code(web.get(url, strict)) == "private-address" and site.asked == []
    port = url.rsplit(":")[-1].partition("/")[0]
    real = socket.getaddrinfo

    def names(host: str, *rest: Any, **options: Any) -> Any:
        return real("127.0.0.1" if host == "intern.example" else host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    assert code(web.get(f"http://intern.example:{port}/a", strict)) == "private-address" and site.asked == []
    assert answer(web.get(f"http://intern.example:{port}/a", SOURCE)).data == b"secret"
    assert site.requests[-1]["host"] == f"intern.example:{port}"


def test_a_name_that_has_a_public_address_too_is_asked_there_only(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("10.0.0.1", "93.184.216.34")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert find_addresses("both.example", 80, private=False) == ["93.184.216.34"]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
     "240.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_robots_rules_from_earlier_runs_are_only_text() -> None:
    web = Web(
        {"http://a.example/robots.txt": Fetch("http://a.example/robots.txt", body="", checked_at=NOW)}, now=lambda: NOW
    )
    assert web.learned == []
