"""Runs one after the other over sources that change: what is read again, what is gone, and what each run costs."""

import gzip
import io
import json
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import stages
from flows.reporting import Summary
from store.fetches import Fetches
from store.ledger import Ledger
from store.targets import Fetch

ARTICLE = "# {name}\n\n{name} has {figure}B total parameters, the maker said on 2 March 2026.\n"
PAGE = (
    "<html><head><title>{name}</title></head><body><article>"
    "<p>{name} has {figure}B total parameters.</p></article></body></html>"
)


class Runner:
    """Runs of one ledger at times that a test sets."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.db = f"sqlite:///{folder / 'claims.db'}"
        self.file = folder / "sources.toml"
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)
        monkeypatch.setattr(stages, "clock", lambda: self.now)

    def sources(self, text: str) -> None:
        self.file.write_text(text, "utf-8")

    def run(self, *names: str, hours: float = 1, **options: Any) -> Summary:
        self.now += timedelta(hours=hours)
        return stages.run(list(names), self.db, sources_file=str(self.file) if self.file.exists() else "", **options)

    def counts(self, *names: str, **options: Any) -> dict[str, int]:
        counts = self.run(*names, **options)["counts"]
        return {key: counts[key] for key in ("new", "changed", "unchanged", "gone", "failed") if counts[key]}

    def places(self) -> list[str]:
        with Ledger.open(self.db) as ledger:
            return [entry.uri for entry in ledger.documents() if entry.removed_in is None]

    def versions(self) -> int:
        with Ledger.open(self.db) as ledger:
            assert ledger.verify().ok
            return len(ledger.log())


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runner:
    return Runner(tmp_path, monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"{number}.md").write_text(ARTICLE.format(name=f"Qwen {number}.5", figure=100 + number), "utf-8")
    return folder


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns a list that every file read from now on is added to."""
    seen: list[str] = []
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        seen.append(path.name)
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    return seen


def test_an_unchanged_folder_is_not_read_again(runner: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runner.counts(str(folder)) == {"new": 3}
    seen = reads(monkeypatch)
    assert runner.counts(str(folder)) == {"unchanged": 3} and seen == []
    os.utime(folder / "1.md", (1, 1))
    assert runner.counts(str(folder)) == {"unchanged": 3} and seen == ["1.md"], "another time, the same hash"
    assert runner.counts(str(folder)) == {"unchanged": 3} and seen == ["1.md"]
    (folder / "2.md").write_text(ARTICLE.format(name="Qwen 2.5", figure=400), "utf-8")
    assert runner.counts(str(folder)) == {"changed": 1, "unchanged": 2} and seen == ["1.md", "2.md"]
    assert runner.versions() == 2


def test_again_reads_everything_and_changes_nothing(runner: Runner, folder: Path) -> None:
    runner.run(str(folder))
    assert runner.counts(str(folder), again=True) == {"unchanged": 3} and runner.versions() == 1


def test_a_file_that_vanishes_is_gone_after_some_misses_and_can_come_back(runner: Runner, folder: Path) -> None:
    runner.sources('[[source]]\nid = "news"\nkind = "folder"\nlocation = "news"\nmisses = 2\nsource = "test"\n')
    runner.run("news")
    text = (folder / "3.md").read_text()
    (folder / "3.md").unlink()
    assert runner.counts("news") == {"unchanged": 2} and len(runner.places()) == 3
    summary = runner.run("news")
    assert summary["counts"]["gone"] == 1 and summary["documents"]["gone"][0].endswith("3.md")
    assert len(runner.places()) == 2 and runner.counts("news") == {"unchanged": 2}
    (folder / "3.md").write_text(text)
    assert runner.counts("news")["unchanged"] == 2 and len(runner.places()) == 3
    (folder / "3.md").unlink()
    assert runner.counts("news") == {"unchanged": 2} and len(runner.places()) == 3, "misses are counted anew"


def test_a_miss_that_ends_is_forgotten(runner: Runner, folder: Path) -> None:
    runner.run(str(folder))
    (folder / "3.md").rename(folder / "aside.png")
    runner.run(str(folder))
    (folder / "aside.png").rename(folder / "3.md")
    runner.run(str(folder))
    (folder / "3.md").unlink()
    runner.run(str(folder))
    runner.run(str(folder))
    assert len(runner.places()) == 3


def test_a_folder_that_is_away_is_a_broken_source_and_its_documents_stay(runner: Runner, folder: Path) -> None:
    runner.run(str(folder))
    aside = folder.rename(folder.with_name("aside"))
    for _ in range(5):
        summary = runner.run(str(folder))
    (problem,) = summary["problems"]
    assert problem["code"] == "not-found" and "since 2026-03-02 14:00" in problem["message"]
    assert "check the path" in problem["message"] and len(runner.places()) == 3
    aside.rename(folder)
    assert runner.counts(str(folder)) == {"unchanged": 3}
    with Fetches.open(runner.db) as memory:
        assert memory.failing() == []


def test_a_named_source_takes_over_what_was_named_by_its_path(runner: Runner, folder: Path) -> None:
    runner.run(str(folder))
    runner.sources('[[source]]\nid = "news"\nkind = "folder"\nlocation = "news"\nmisses = 1\nsource = "test"\n')
    (folder / "2.md").write_text(ARTICLE.format(name="Qwen 2.5", figure=400), "utf-8")
    assert runner.counts("news") == {"changed": 1, "unchanged": 2}
    (folder / "2.md").unlink()
    assert runner.counts("news") == {"unchanged": 2, "gone": 1}


def test_a_run_that_is_stopped_goes_on_where_it_was(
    runner: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "BATCH", 2)
    summary = runner.run(str(folder), stop=lambda: True)
    assert (summary["left"], summary["counts"]["new"]) == (1, 2)
    seen = reads(monkeypatch)
    assert runner.counts(str(folder)) == {"new": 1, "unchanged": 2} and seen == ["3.md"]


def test_a_run_that_dies_after_the_ledger_was_written_changes_nothing_when_it_is_repeated(
    runner: Runner, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = Fetches.save

    def dies(memory: Fetches, seen: Iterable[Fetch]) -> None:
        if rows := list(seen):
            raise OSError("no space")
        save(memory, rows)

    with monkeypatch.context() as broken:
        broken.setattr(Fetches, "save", dies)
        with pytest.raises(OSError, match="no space"):
            runner.run(str(folder))
    assert len(runner.places()) == 3
    runner.run(str(folder))
    assert runner.versions() == 1 and runner.counts(str(folder)) == {"unchanged": 3}


# --- archives


def mbox(*messages: tuple[str, str]) -> bytes:
    return b"".join(
        f"From news@mill.example Mon Mar  2 08:00:00 2026\nMessage-ID: <{name}@mill.example>\nSubject: {name}\n"
        f"Date: Mon, 02 Mar 2026 08:00:00 +0000\n\n{body}\n\n".encode()
        for name, body in messages
    )


def test_an_mbox_that_grows_costs_the_new_message(runner: Runner, tmp_path: Path) -> None:
    box = tmp_path / "letters.mbox"
    one, two = ("one", "Qwen 3.5 has 397B total parameters."), ("two", "Kimi K2 has 1 trillion parameters.")
    box.write_bytes(mbox(one))
    assert runner.counts(str(box)) == {"new": 1} and runner.places() == ["mid:one@mill.example"]
    box.write_bytes(mbox(one, two))
    assert runner.counts(str(box)) == {"new": 1, "unchanged": 1}
    assert runner.counts(str(box)) == {"unchanged": 2}
    with Ledger.open(runner.db) as ledger:
        entry = next(entry for entry in ledger.documents() if entry.uri == "mid:two@mill.example")
        assert (entry.title, str(entry.published), entry.claims) == ("two", "2026-03-02", 1)


def test_a_message_taken_out_of_an_mbox_is_gone(runner: Runner, tmp_path: Path) -> None:
    runner.sources('[[source]]\nid = "box"\nkind = "mail"\nlocation = "letters"\nmisses = 1\nsource = "test"\n')
    (tmp_path / "letters").mkdir()
    box = tmp_path / "letters" / "a.mbox"
    one, two = ("one", "Qwen 3.5 has 397B total parameters."), ("two", "Kimi K2 has 1 trillion parameters.")
    box.write_bytes(mbox(one, two))
    runner.run("box")
    box.write_bytes(mbox(two))
    assert runner.counts("box") == {"unchanged": 1, "gone": 1} and runner.places() == ["mid:two@mill.example"]
    assert runner.counts("box") == {"unchanged": 1}


def test_json_lines_are_articles_with_their_urls(runner: Runner, tmp_path: Path) -> None:
    rows = [
        {"url": f"https://a.example/{n}", "title": f"T{n}", "text": ARTICLE.format(name=f"Qwen {n}.5", figure=n + 100)}
        for n in (1, 2)
    ]
    file = tmp_path / "dump.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows) + "\n")
    assert runner.counts(str(file)) == {"new": 2}
    assert runner.places() == ["https://a.example/1", "https://a.example/2"]
    rows[0]["text"] = rows[0]["text"].replace("101B", "900B")
    file.write_text("".join(json.dumps(row) + "\n" for row in reversed(rows)))
    assert runner.counts(str(file)) == {"changed": 1, "unchanged": 1}
    again = stages.re_extract(runner.db)
    assert again["counts"]["unchanged"] == 2


@pytest.mark.parametrize("packed", [True, False])
def test_pages_of_a_warc_are_read(runner: Runner, tmp_path: Path, *, packed: bool) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    file = tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")
    with file.open("wb") as out:
        writer = WARCWriter(out, gzip=packed)
        for path, status, kind in (("a", "200 OK", "text/html"), ("b", "404 Not Found", "text/html"), ("c", "200 OK", "image/png"), ("d", "200 OK", "text/html")):  # noqa: E501  # fmt: skip
            body = PAGE.format(name="Qwen 3.5", figure=397).encode()
            headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://a.example/{path}", "response", payload=io.BytesIO(body), http_headers=headers
            )
            writer.write_record(record)
    assert runner.counts(str(file)) == {"new": 2}
    assert runner.places() == ["https://a.example/a", "https://a.example/d"]
    with Ledger.open(runner.db) as ledger:
        assert all(entry.claims == 1 and entry.media_type == "text/html" for entry in ledger.documents())
    assert runner.counts(str(file)) == {"unchanged": 2}


# --- the web


def feed(site: Any, *items: tuple[str, str]) -> str:
    entries = "".join(
        f"<item><title>{path}</title><link>{site.url}{path}?utm_source=feed</link><pubDate>{date}</pubDate></item>"
        for path, date in items
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'
    return str(site.put("/feed", text, kind="application/rss+xml"))


def web_source(runner: Runner, kind: str, url: str, more: str = "") -> None:
    runner.sources(
        f'[[source]]\nid = "web"\nkind = "{kind}"\nlocation = "{url}"\nsource = "test"\nprivate = true\n'
        f"delay_seconds = 0\n{more}\n"
    )


MONDAY = "Mon, 23 Feb 2026 08:00:00 GMT"


@pytest.fixture
def news(site: Any, runner: Runner) -> Iterator[Any]:
    """A feed of two articles as the source `web`."""
    for number in (1, 2):
        site.put(f"/{number}", PAGE.format(name=f"Qwen {number}.5", figure=100 + number))
    web_source(runner, "feed", feed(site, ("/1", MONDAY), ("/2", MONDAY)), "misses = 2")
    yield site


def test_a_feed_is_read_once_and_then_costs_one_304(runner: Runner, news: Any) -> None:
    assert runner.counts("web") == {"new": 2}
    assert news.asked == [("/robots.txt", 404), ("/feed", 200), ("/1", 200), ("/2", 200)]
    news.asked.clear()
    assert runner.counts("web") == {"unchanged": 2} and news.asked == [("/feed", 304)]
    assert runner.places() == [f"{news.url}/1", f"{news.url}/2"]
    with Ledger.open(runner.db) as ledger:
        assert {(str(entry.published), entry.claims) for entry in ledger.documents()} == {("2026-02-23", 1)}


def test_a_new_entry_costs_one_page(runner: Runner, news: Any) -> None:
    runner.run("web")
    news.put("/3", PAGE.format(name="Qwen 3.5", figure=397))
    feed(news, ("/3", MONDAY), ("/1", MONDAY), ("/2", MONDAY))
    news.asked.clear()
    assert runner.counts("web") == {"new": 1, "unchanged": 2} and news.asked == [("/feed", 200), ("/3", 200)]


def test_an_entry_that_says_it_changed_is_asked_for(runner: Runner, news: Any) -> None:
    runner.run("web")
    news.put("/1", PAGE.format(name="Qwen 1.5", figure=999))
    feed(news, ("/1", "Tue, 24 Feb 2026 08:00:00 GMT"), ("/2", MONDAY))
    news.asked.clear()
    assert runner.counts("web") == {"changed": 1, "unchanged": 1} and news.of("/2") == []


def test_articles_are_looked_at_again_after_a_day_and_then_ever_more_seldom(runner: Runner, news: Any) -> None:
    runner.run("web")
    assert runner.counts("web", hours=25) == {"unchanged": 2} and news.of("/1") == [200, 304]
    news.put("/1", PAGE.format(name="Qwen 1.5", figure=999))
    assert runner.counts("web", hours=25) == {"changed": 1, "unchanged": 1}
    runner.run("web", hours=24 * 40)
    asked = len(news.of("/1"))
    runner.run("web", hours=25)
    assert len(news.of("/1")) == asked, "unchanged for 40 days: asked for every ten"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_taken_down_is_gone_after_some_misses(runner: Runner, news: Any, status: int) -> None:
    runner.run("web")
    news.put("/1", "", status=status)
    assert runner.counts("web", hours=25) == {"unchanged": 1, "failed": 1} and len(runner.places()) == 2
    assert runner.counts("web") == {"unchanged": 1, "gone": 1} and runner.places() == [f"{news.url}/2"]
    news.asked.clear()
    assert runner.counts("web") == {"unchanged": 1} and news.of("/1") == []
    with Ledger.open(runner.db) as ledger:
        assert not [s for s in ledger.statements() if s.claim.document.endswith("/1")]


def test_a_page_that_a_busy_server_keeps_back_is_tried_at_the_next_run(runner: Runner, news: Any) -> None:
    news.put("/2", "", status=503)
    summary = runner.run("web")
    assert (summary["counts"]["new"], summary["counts"]["failed"]) == (1, 1)
    news.put("/2", PAGE.format(name="Qwen 2.5", figure=102))
    news.asked.clear()
    assert runner.counts("web") == {"new": 1, "unchanged": 1} and news.asked == [("/feed", 304), ("/2", 200)]


def test_a_broken_feed_says_which_since_when_and_what_to_try(runner: Runner, news: Any) -> None:
    runner.run("web")
    news.put("/feed", "", status=404)
    runner.run("web")
    summary = runner.run("web")
    (problem,) = summary["problems"]
    assert (problem["document"], problem["code"], problem["fatal"]) == ("web", "http-404", True)
    assert "since 2026-03-02 14:00 UTC" in problem["message"] and "may have moved" in problem["message"]
    assert summary["counts"]["unchanged"] == 2 and len(runner.places()) == 2
    news.put("/feed", "<html><p>Gone elsewhere")
    assert runner.run("web")["problems"][0]["code"] == "no-list"


@pytest.mark.usefixtures("news")
def test_a_run_that_is_stopped_does_not_take_the_feed_for_read(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "BATCH", 1)
    assert runner.run("web", stop=lambda: True)["left"] == 1
    assert runner.counts("web") == {"new": 1, "unchanged": 1}


def test_entries_that_hold_their_text_cost_no_page(runner: Runner, site: Any) -> None:
    body = "&lt;p&gt;Qwen 3.5 has 397B total parameters.&lt;/p&gt;"
    text = (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>One</title>'
        f'<link href="/1"/><updated>2026-02-23T08:00:00Z</updated><content type="html">{body}</content></entry></feed>'
    )
    web_source(runner, "feed", site.put("/feed", text, kind="application/atom+xml"), 'entries = "feed"')
    assert runner.counts("web") == {"new": 1}
    assert runner.counts("web", hours=50) == {"unchanged": 1}
    assert [path for path, _ in site.asked if path not in ("/robots.txt", "/feed")] == []
    with Ledger.open(runner.db) as ledger:
        (entry,) = ledger.documents()
        assert (entry.title, str(entry.published), entry.claims) == ("One", "2026-02-23", 1)


def test_a_sitemap_and_the_sitemaps_in_it_are_read(runner: Runner, site: Any) -> None:
    ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    inner = "".join(f"<url><loc>{site.url}/news/{n}</loc><lastmod>2026-02-0{n}</lastmod></url>" for n in (1, 2, 3))
    inner += f"<url><loc>{site.url}/about</loc></url>"
    site.put("/inner.xml.gz", gzip.compress(f"<urlset {ns}>{inner}</urlset>".encode()), kind="application/gzip")
    index = f"<sitemapindex {ns}><sitemap><loc>{site.url}/inner.xml.gz</loc></sitemap></sitemapindex>"
    for number in (1, 2, 3):
        site.put(f"/news/{number}", PAGE.format(name=f"Qwen {number}.5", figure=100 + number))
    web_source(runner, "sitemap", site.put("/sitemap.xml", index, kind="text/xml"), 'include = "/news/"\nnewest = 2')
    assert runner.counts("web") == {"new": 2}
    assert runner.places() == [f"{site.url}/news/3", f"{site.url}/news/2"]
    site.asked.clear()
    assert runner.counts("web") == {"unchanged": 2} and site.asked == [("/sitemap.xml", 304)]


def test_a_single_page_costs_one_304_and_moves_with_a_redirect(runner: Runner, site: Any) -> None:
    url = site.put("/a", PAGE.format(name="Qwen 3.5", figure=397))
    web_source(runner, "url", url)
    assert runner.counts("web") == {"new": 1}
    site.asked.clear()
    assert runner.counts("web") == {"unchanged": 1} and site.asked == [("/a", 304)]
    site.put("/b", PAGE.format(name="Qwen 3.5", figure=400))
    site.put("/a", "", status=301, headers={"Location": "/b"})
    assert runner.counts("web") == {"changed": 1} and runner.places() == [url]
    with Fetches.open(runner.db) as memory:
        assert memory.of_places([url])[url].canonical == f"{site.url}/b"


def test_a_url_that_is_a_feed_is_taken_as_one(runner: Runner, news: Any) -> None:
    web_source(runner, "url", f"{news.url}/feed")
    assert runner.counts("web") == {"new": 2} and f"{news.url}/feed" not in runner.places()
    news.asked.clear()
    assert runner.counts("web") == {"unchanged": 2} and news.asked == [("/feed", 304)]


def test_two_urls_of_one_article_are_read_as_one(runner: Runner, news: Any) -> None:
    page = PAGE.format(name="Qwen 1.5", figure=101).replace(
        "</head>", f'<link rel="canonical" href="{news.url}/1"></head>'
    )
    news.put("/1", page)
    news.put("/1b", page.replace("101B", "101 B"))
    feed(news, ("/1b", MONDAY), ("/1", MONDAY))
    runner.run("web")
    assert runner.places() == [f"{news.url}/1b"], "the first one that was read"
    assert runner.counts("web", hours=30) == {"unchanged": 2}


def test_this_machine_is_no_source_unless_a_setting_says_so(runner: Runner, site: Any) -> None:
    summary = runner.run(site.put("/a", "x"))
    assert [problem["code"] for problem in summary["problems"]] == ["private-address"] and site.asked == []
    assert "private = true" in summary["problems"][0]["message"]
