"""What the stages do with sources, good and bad, without a ledger."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from extractors.problems import Problem
from flows import fetching, stages

ARTICLE = "# Qwen\n\nQwen has ~203M monthly active users as of March 2026.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(ARTICLE, "utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.txt").write_text("Kimi K2 has 1 trillion parameters.\n", "utf-8")
    (tmp_path / "deep" / "picture.png").write_bytes(b"\x89PNG\r\n")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "c.md").write_text("no", "utf-8")
    return tmp_path


def names(places: list[str]) -> list[str]:
    return [place.rsplit("/", 1)[-1] for place in places]


def test_folder_is_read_recursively_without_hidden_and_unreadable_files(folder: Path) -> None:
    places, problems = stages.expand([str(folder)])
    assert (names(places), problems) == (["a.md", "b.txt"], [])
    assert all(place.startswith("file:///") for place in places)


def test_a_place_named_twice_is_read_once(folder: Path) -> None:
    places, _ = stages.expand([str(folder / "a.md"), str(folder / "*.md"), (folder / "a.md").as_uri()])
    assert names(places) == ["a.md"]


def test_globs_reach_into_folders(folder: Path) -> None:
    assert names(stages.expand([str(folder / "**" / "*.txt")])[0]) == ["b.txt"]


@pytest.mark.parametrize("source", ["nothing-here.md", "no/*.md"])
def test_missing_sources_are_problems_that_name_them(source: str) -> None:
    places, problems = stages.expand([source])
    assert places == []
    assert [(problem.code, source in problem.message) for problem in problems] == [("not-found", True)]


def test_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert [problem.code for problem in stages.expand([str(tmp_path)])[1]] == ["empty-folder"]


def test_plan_takes_names_from_the_sources_file() -> None:
    places, problems = stages.plan(["demo"])
    assert len(places) >= 8 and not problems


def test_reading_gives_claims_whose_quotes_stand(folder: Path) -> None:
    readings = list(stages.read_many(stages.expand([str(folder)])[0]))
    assert len(readings) == 2
    for reading in readings:
        assert not isinstance(reading, Problem)
        extraction, data = reading
        assert data and extraction.claims
        text = extraction.document.text
        assert all(text[c.evidence.start : c.evidence.end] == c.evidence.quote for c in extraction.claims)


@pytest.mark.slow
def test_several_processes_read_the_same_as_one(folder: Path) -> None:
    for number in range(60):
        (folder / f"{number:02}.md").write_text(ARTICLE.replace("203", str(100 + number)), "utf-8")
    places, _ = stages.expand([str(folder)])
    assert list(stages.read_many(places, processes=2)) == list(stages.read_many(places, processes=1))


def test_unreadable_file_is_a_problem_and_the_others_are_read(folder: Path) -> None:
    gone = (folder / "gone.md").as_uri()
    readings = list(stages.read_many([gone, (folder / "a.md").as_uri()]))
    assert isinstance(readings[0], Problem) and readings[0].code == "unreadable"
    assert not isinstance(readings[1], Problem)


def test_bytes_that_are_no_text_are_a_problem_of_the_document() -> None:
    reading = stages.interpret("file:///x.md", b"\x00\x01\x02" * 500, "")
    assert not isinstance(reading, Problem)
    assert reading[0].problems and not reading[0].claims


def test_batches_leave_nothing_out() -> None:
    assert [len(batch) for batch in stages.batches(range(1001), 400)] == [400, 400, 201]


class Site(BaseHTTPRequestHandler):
    asked_before = False

    def do_GET(self) -> None:
        if self.path == "/endless":
            self.endless()
        elif self.path == "/moved":
            self.answer(301, b"", location="/article.md")
        elif self.path == "/flaky" and not Site.asked_before:
            Site.asked_before = True
            self.answer(503, b"later")
        elif self.path in ("/article.md", "/flaky"):
            self.answer(200, ARTICLE.encode(), kind="text/markdown; charset=utf-8")
        else:
            self.answer(404, b"no")

    def answer(self, status: int, body: bytes, *, kind: str = "text/plain", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(5_000):
            self.wfile.write(b"x" * 10_000)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(ConnectionError):  # The reader hangs up on an endless answer, as it should.
            super().handle()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("path", ["/article.md", "/moved", "/flaky"])
def test_urls_are_fetched(site: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE_SECONDS", 0.01)
    got = fetching.fetch(site + path)
    assert got == (ARTICLE.encode(), "text/markdown; charset=utf-8")


def test_an_answer_that_is_no_page_is_a_problem(site: str) -> None:
    got = fetching.fetch(f"{site}/nothing")
    assert isinstance(got, Problem) and got.code == "http-404" and "/nothing" in got.message


def test_an_endless_answer_is_cut_off(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SIZE_LIMIT_BYTES", 100_000)
    got = fetching.fetch(f"{site}/endless")
    assert isinstance(got, Problem) and got.code == "too-large"


def test_a_slow_answer_is_cut_off(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "TIME_LIMIT_SECONDS", 0.0)
    got = fetching.fetch(f"{site}/endless")
    assert isinstance(got, Problem) and got.code == "too-slow"


def test_nobody_at_the_address_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE_SECONDS", 0.01)
    got = fetching.fetch("http://127.0.0.1:9/")
    assert isinstance(got, Problem) and got.code == "unreachable"


def test_large_files_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "SIZE_LIMIT_BYTES", 10)
    got = fetching.fetch((folder / "a.md").as_uri())
    assert isinstance(got, Problem) and got.code == "too-large"
