"""The queue and the decision screen over a real ledger."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from extractors.claims import extract
from extractors.documents import read_document
from review.web import create_app
from store.ledger import Ledger


def secret(client: TestClient) -> str:
    return re.findall(r'name="token" value="([^"]+)"', client.get("/").text)[0]


def open_ids(client: TestClient, query: str = "") -> list[str]:
    return [conflict["conflict_id"] for conflict in client.get(f"/conflicts.json{query}").json()]


def decide(client: TestClient, conflict: str, say: str, **more: str) -> Response:
    return client.post(f"/conflicts/{conflict}/decide", data={"token": secret(client), "say": say} | more)


def size_conflict(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/conflicts.json?metric=parameters").json()[0]
    return found


def test_the_screen_shows_each_side_with_its_words_marked(client: TestClient) -> None:
    page = client.get(f"/conflicts/{size_conflict(client)['conflict_id']}").text
    marked = re.findall(r"<mark>(.*?)</mark>", page)
    assert any("397B" in quote for quote in marked) and any("512B" in quote for quote in marked)
    assert "2026-03-02" in page and "2026-03-03" in page
    assert "Prefer A" in page and "Prefer B" in page and "Prefer C" not in page
    assert 'data-key="1 a"' in page and 'data-key="2 b"' in page and 'data-side="2 b"' in page


def test_words_of_articles_are_escaped(client: TestClient) -> None:
    page = client.get(f"/conflicts/{size_conflict(client)['conflict_id']}").text
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page
    assert "one<b>" not in page


def test_addresses_of_articles_are_links_only_when_they_are_of_the_web(client: TestClient) -> None:
    page = client.get(f"/conflicts/{size_conflict(client)['conflict_id']}").text
    assert 'href="https://example.org/one&lt;b&gt;.md"' in page and 'href="file:' not in page


def test_the_queue_has_a_twin_for_programs(client: TestClient, db: str) -> None:
    with Ledger.open(db) as ledger:
        expected = [conflict.record() for conflict in ledger.conflicts(status="open")]
    assert client.get("/conflicts.json").json() == expected
    assert len(expected) == 2


def test_the_twin_of_a_conflict_names_its_sides_and_neighbours(client: TestClient) -> None:
    first, second = open_ids(client)
    twin = client.get(f"/conflicts/{first}.json").json()
    assert twin["next"] == second and twin["previous"] == second
    assert {side["value"] for side in twin["view"]["sides"]} == {"$20M", "$90M"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?metric=parameters", 1),
        ("?metric=users", 0),
        ("?severity=high", 2),
        ("?severity=low", 0),
        ("?relation=contradiction&entity=qwen-3.5", 1),
        ("?source=file:///articles/two.md", 2),
        ("?status=decided", 0),
        ("?status=all", 2),
    ],
)
def test_filters_keep_to_what_they_name(client: TestClient, query: str, found: int) -> None:
    assert len(open_ids(client, query)) == found
    page = client.get(f"/{query}").text
    assert page.count('class="open"') == found and ("No open conflict fits" in page) == (not found)


def test_facets_count_what_choosing_them_leaves(client: TestClient) -> None:
    page = client.get("/?metric=parameters").text
    assert re.search(r'href="/\?severity=high&amp;metric=parameters"><span>high</span> <span class="count">1<', page)
    assert re.search(r'href="/\?metric=revenue"><span>revenue</span> <span class="count">1<', page)
    assert 'href="/" aria-current="true"><span>parameters' in page  # choosing it again opens the facet


@pytest.mark.parametrize("page", ["0", "-1", "x"])
def test_pages_that_cannot_be_are_refused(client: TestClient, page: str) -> None:
    assert client.get(f"/?page={page}").status_code == 422


def test_a_decision_carries_name_and_note_and_leads_to_the_next(desk: TestClient, fresh: str) -> None:
    first, second = open_ids(desk)
    claim = desk.get(f"/conflicts/{first}.json").json()["view"]["sides"][1]["claim"]
    answer = decide(desk, first, f"prefer:{claim}", note="as filed", filter="severity=high")
    assert answer.status_code == 303 and answer.headers["location"] == f"/conflicts/{second}?severity=high"
    with Ledger.open(fresh) as ledger:
        (decision,) = ledger.decisions()
    assert (decision.judgement, decision.author, decision.note) == ("prefer", "Mara", "as filed")
    assert open_ids(desk) == [second] and open_ids(desk, "?status=decided") == [first]
    assert "as filed" in desk.get(f"/conflicts/{second}").text  # among the last decisions
    assert decide(desk, second, "unsure").headers["location"] == "/"
    assert "No open conflict fits" in desk.get("/").text


@pytest.mark.parametrize(
    ("judgement", "named"),
    [
        ("both", False),
        ("extraction_error", True),
        ("extraction_error", False),
        ("source_error", True),
        ("same_entity", False),
        ("different_entity", False),
        ("unsure", False),
    ],
)
def test_every_judgement_can_be_given_and_taken_back(desk: TestClient, judgement: str, named: bool) -> None:
    conflict = size_conflict(desk)
    decide(desk, conflict["conflict_id"], f"{judgement}:{conflict['claims'][0]}" if named else judgement)
    assert conflict["conflict_id"] not in open_ids(desk) and len(open_ids(desk)) == 1
    page = desk.get("/").text
    decision = re.findall(r'name="decision" value="(d_[0-9a-f]+)"', page)[0]
    back = desk.post("/undo", data={"token": secret(desk), "decision": decision, "conflict": conflict["conflict_id"]})
    assert back.headers["location"] == f"/conflicts/{conflict['conflict_id']}"
    assert len(open_ids(desk)) == 2 and open_ids(desk, "?status=decided") == []


def test_a_second_undo_is_refused(desk: TestClient) -> None:
    decide(desk, open_ids(desk)[0], "both")
    decision = re.findall(r'name="decision" value="(d_[0-9a-f]+)"', desk.get("/").text)[0]
    said = {"token": secret(desk), "decision": decision}
    assert desk.post("/undo", data=said).status_code == 303
    assert desk.post("/undo", data=said).status_code == 409


def test_a_judgement_that_is_none_is_refused(desk: TestClient) -> None:
    conflict = open_ids(desk)[0]
    for say in ("", "perhaps", "prefer", "prefer:c_none"):
        assert decide(desk, conflict, say).status_code == 409
    assert len(open_ids(desk)) == 2


def test_the_selection_is_decided_at_once_and_undone_at_once(desk: TestClient, fresh: str) -> None:
    both = open_ids(desk)
    data = {"token": secret(desk), "conflict": [*both, "x_gone"], "say": "unsure", "note": "later"}
    answer = desk.post("/bulk", data=data)
    assert open_ids(desk) == []
    page = desk.get(answer.headers["location"]).text
    assert "2 decided" in page
    decisions = list(dict.fromkeys(re.findall(r'name="decision" value="(d_[0-9a-f]+)"', page)))
    desk.post("/undo", data={"token": secret(desk), "decision": decisions})
    assert open_ids(desk) == both
    with Ledger.open(fresh) as ledger:
        assert {said.note for said in ledger.decisions(undone=True)} == {"later"}


def test_who_decides_second_sees_what_the_first_said(desk: TestClient, fresh: str) -> None:
    """Two people look at one conflict; the form of the second tells what stood when the page was made."""
    conflict = open_ids(desk)[0]
    with TestClient(create_app(fresh, author="Noor"), base_url="http://127.0.0.1", follow_redirects=False) as other:
        decide(other, conflict, "both", note="two periods")
        late = decide(desk, conflict, "unsure", seen="")
        assert late.headers["location"] == f"/conflicts/{conflict}?changed=1"
        page = desk.get(late.headers["location"]).text
        assert "Somebody decided this" in page and "Noor said <b>both</b>" in page and "two periods" in page
        seen = re.findall(r'name="seen" value="([^"]*)"', page)[0]
        assert decide(desk, conflict, "unsure", seen=seen).status_code == 303
    with Ledger.open(fresh) as ledger:
        assert [said.author for said in ledger.decisions()] == ["Noor", "Mara"]


def test_decided_conflicts_leave_the_queue(desk: TestClient, fresh: str) -> None:
    with Ledger.open(fresh) as ledger:
        for conflict in open_ids(desk):
            ledger.decide(conflict, "both", author="test")
    assert open_ids(desk) == []
    assert "No open conflict" in desk.get("/").text


def test_new_is_what_has_a_statement_of_a_later_version(desk: TestClient, fresh: str) -> None:
    text = b"# Third\n\nPublished 2026-03-04\n\nQwen 3.5 has 700B total parameters.\n"
    with Ledger.open(fresh) as ledger:
        ledger.record([extract(read_document(text, uri="file:///three.md"))], author="test", reason="a third article")
    assert len(open_ids(desk, "?since=0")) == len(open_ids(desk)) > len(open_ids(desk, "?since=1")) > 0
    assert open_ids(desk, "?since=2") == []
    decide(desk, open_ids(desk)[0], "both")  # a version without a statement brings nothing new
    assert 'data-newest="2"' in desk.get("/").text
    assert {one["metric"] for one in desk.get("/conflicts.json?since=1").json()} == {"parameters"}
    assert open_ids(desk, "?since=never") == open_ids(desk)
