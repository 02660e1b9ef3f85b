"""Pages of documents: the whole text, each claim marked where it stands."""

import html
import re
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Claim, Entity, Evidence, Kind
from review.document_pages import pieces
from store.model import Statement

TWO = "file:///articles/two.md"
QWEN = Entity("qwen", "Qwen", "model", ())
SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted).filter(lambda span: span[0] < span[1])


def statement(number: int, start: int, end: int) -> Statement:
    claim = Claim(
        f"c_{number}", TWO, "sha256:0", QWEN, "Qwen", "openness", Kind.TEXT, Evidence(start, end, ""), value="open"
    )
    return Statement(claim, "", None, "", datetime(2026, 1, 1, tzinfo=UTC), 1)


@given(st.text(min_size=40, max_size=40), st.lists(SPANS, max_size=8))
def test_the_pieces_joined_are_the_text_and_each_claim_begins_once(text: str, spans: list[list[int]]) -> None:
    held = [statement(number, *span) for number, span in enumerate(spans)]
    cut = pieces(text, held, {"openness": 0})
    assert "".join(piece.text for piece in cut) == text
    assert sorted(claim for piece in cut for claim in piece.ids) == sorted(one.claim.id for one in held)
    covered = {place for start, end in spans for place in range(start, end)}
    assert sum(len(piece.text) for piece in cut if piece.title) == len(covered)


def test_the_text_is_whole_and_its_claims_are_marked(client: TestClient) -> None:
    page = client.get("/documents", params={"uri": TWO}).text
    twin = client.get("/documents.json", params={"uri": TWO}).json()
    article = re.findall(r'<article class="text"[^>]*>(.*?)</article>', page, re.DOTALL)[0]
    assert html.unescape(re.sub(r"<[^>]+>", "", article)) == twin["text"]
    assert re.search(r'<mark class="m\d" title="Qwen 3.5: parameters 512B parameters[^"]*">512B', article)
    assert all(f'id="{claim["claim_id"]}"' in article for claim in twin["claims"])


def test_scripts_in_text_and_title_are_words(client: TestClient) -> None:
    for path in ("/documents", "/documents?uri=https://example.org/one<b>.md"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>" not in page.text and "one<b>" not in page.text
        assert "&lt;script&gt;alert(2)" in page.text


def test_the_list_is_searched(client: TestClient) -> None:
    assert len(client.get("/documents.json").json()) == 2
    assert [entry["uri"] for entry in client.get("/documents.json?q=other").json()] == [TWO]


@pytest.mark.parametrize("query", ["uri=file:///none.md", f"uri={TWO}&revision=sha256:0"])
def test_a_document_that_is_not_there_is_told(client: TestClient, query: str) -> None:
    assert client.get(f"/documents?{query}").status_code == 404
    assert client.get(f"/documents.json?{query}").status_code == 404
