"""The web page over a real ledger in which two articles by strangers disagree."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from extractors.claims import extract
from extractors.documents import read_document
from review.web import create_app
from store.errors import StoreError
from store.ledger import Ledger

FIRST = b"# Sizes\n\nPublished 2026-03-02\n\nQwen 3.5 has 397B total parameters & <script>alert(1)</script> more.\n"
SECOND = b"# Other sizes\n\nPublished 2026-03-03\n\nQwen 3.5 has 512B total parameters.\n"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('review') / 'claims.db'}"
    documents = [
        read_document(FIRST, uri="https://example.org/one<b>.md"),
        read_document(SECOND, uri="file:///articles/two.md"),
    ]
    with Ledger.open(url) as ledger:
        ledger.record(map(extract, documents), author="test", reason="two articles that disagree")
    return url


@pytest.fixture(scope="module")
def client(db: str) -> Iterator[TestClient]:
    with TestClient(create_app(db), base_url="http://127.0.0.1") as client:
        yield client


def test_the_page_shows_both_quotes_marked_in_their_sentences(client: TestClient) -> None:
    page = client.get("/").text
    assert "Qwen 3.5" in page and "parameters" in page
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    assert any("397B" in quote for quote in marked) and any("512B" in quote for quote in marked)
    assert "2026-03-02" in page and "2026-03-03" in page


def test_words_of_articles_are_escaped(client: TestClient) -> None:
    page = client.get("/").text
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "<b>" not in page


def test_pages_forbid_scripts_and_frames(client: TestClient) -> None:
    for path in ("/", "/conflicts.json", "/conflicts/x", "/static/review.css"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "script-src" not in policy


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', re.sub(r'<a href="https://example.org[^>]*>', "", page)) == []
    assert client.get("/static/review.css").status_code == 200
    assert "url(" not in client.get("/static/review.css").text


def test_the_list_has_a_twin_for_programs(client: TestClient, db: str) -> None:
    with Ledger.open(db) as ledger:
        expected = [conflict.record() for conflict in ledger.conflicts(status="open")]
    assert client.get("/conflicts.json").json() == expected
    assert expected and expected[0]["metric"] == "parameters"


def test_filters_keep_to_what_they_name(client: TestClient) -> None:
    assert client.get("/conflicts.json?metric=parameters").json()
    assert client.get("/conflicts.json?metric=users").json() == []
    assert "No open conflict fits" in client.get("/?metric=users").text


def test_a_conflict_has_a_page_of_its_own(client: TestClient) -> None:
    conflict = client.get("/conflicts.json").json()[0]["conflict_id"]
    page = client.get(f"/conflicts/{conflict}")
    assert page.status_code == 200 and f"claims decide {conflict}" in page.text
    assert client.get("/conflicts/x_none").status_code == 404


def test_other_host_names_are_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("page", ["0", "-1", "x"])
def test_pages_that_cannot_be_are_refused(client: TestClient, page: str) -> None:
    assert client.get(f"/?page={page}").status_code == 422


def test_decided_conflicts_leave_the_page(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    documents = [read_document(FIRST, uri="file:///one.md"), read_document(SECOND, uri="file:///two.md")]
    with Ledger.open(url) as ledger, TestClient(create_app(url), base_url="http://127.0.0.1") as client:
        ledger.record(map(extract, documents), author="test", reason="two articles that disagree")
        conflicts = client.get("/conflicts.json").json()
        assert conflicts
        for conflict in conflicts:
            ledger.decide(conflict["conflict_id"], "both", author="test")
        assert client.get("/conflicts.json").json() == []
        assert "No open conflict" in client.get("/").text


def test_no_ledger_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        create_app(f"sqlite:///{tmp_path / 'nothing.db'}")
