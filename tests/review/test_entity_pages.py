"""Pages of entities: what to believe, who is who, and both taken back."""

import re
from xml.etree import ElementTree

from fastapi.testclient import TestClient

from store.ledger import Ledger


def secret(client: TestClient) -> str:
    return re.findall(r'name="token" value="([^"]+)"', client.get("/").text)[0]


def test_the_list_is_searched_by_name_alias_and_id(client: TestClient) -> None:
    assert {entry["id"] for entry in client.get("/entities.json").json()} == {"qwen-3.5", "mistral-ai"}
    assert [entry["id"] for entry in client.get("/entities.json?q=MISTRAL").json()] == ["mistral-ai"]
    page = client.get("/entities?q=nothing").text
    assert "0 entities" in page and "/entities/mistral-ai" not in page


def test_a_page_gives_best_values_claims_and_disputes(client: TestClient) -> None:
    page = client.get("/entities/mistral-ai").text
    assert "$20M" in page and "$90M" in page and "disputed" in page
    assert '<svg viewBox="0 0 720 220" role="group" aria-label="Mistral AI: revenue over time"' in page
    twin = client.get("/entities/mistral-ai.json").json()
    assert twin["subject"]["id"] == "mistral-ai" and len(twin["metrics"]["revenue"]) == 2
    assert twin["best"][0]["dissenting"] and twin["conflicts"][0]["metric"] == "revenue"


def test_words_of_articles_are_escaped_here_too(client: TestClient) -> None:
    page = client.get("/entities/qwen-3.5").text
    assert "<script>" not in page and "one<b>" not in page


def test_a_name_that_stands_for_nothing_is_told(client: TestClient) -> None:
    assert client.get("/entities/nobody").status_code == 404
    assert "nobody" in client.get("/entities/nobody.json").json()["error"]
    assert client.get("/entities/mistral-ai?version=9").status_code == 404


def test_two_are_compared_before_they_are_merged(client: TestClient) -> None:
    page = client.get("/entities/qwen-3.5/compare?other=Mistral AI").text
    assert "$20M" in page and "397B" in page
    assert "Merge Qwen 3.5 into Mistral AI" in page and "Merge Mistral AI into Qwen 3.5" in page
    assert client.get("/entities/qwen-3.5/compare?other=nobody").status_code == 404
    assert client.get("/entities/qwen-3.5/compare").status_code == 422


def test_entities_are_merged_and_parted_again(desk: TestClient, fresh: str) -> None:
    said = {"token": secret(desk), "other": "mistral-ai", "note": "one firm", "then": "mistral-ai"}
    answer = desk.post("/entities/qwen-3.5/merge", data=said)
    assert answer.headers["location"] == "/entities/mistral-ai"
    page = desk.get("/entities/mistral-ai")
    assert "one firm" in page.text and "397B" in page.text
    deed = re.findall(r'name="deed" value="(i_[0-9a-f]+)"', page.text)[0]
    desk.post("/entities/mistral-ai/undo", data={"token": secret(desk), "deed": deed})
    assert "397B" not in desk.get("/entities/mistral-ai").text
    with Ledger.open(fresh) as ledger:
        (deed_of,) = ledger.deeds(undone=True)
    assert deed_of.author == "Mara" and deed_of.undone_in


def test_entities_declared_distinct_are_not_merged(desk: TestClient) -> None:
    said = {"token": secret(desk), "other": "mistral-ai"}
    assert desk.post("/entities/qwen-3.5/distinct", data=said).status_code == 303
    refused = desk.post("/entities/qwen-3.5/merge", data=said)
    assert refused.status_code == 409 and "distinct" in refused.text


def test_claims_are_split_off(desk: TestClient) -> None:
    claims = desk.get("/entities/mistral-ai.json").json()["metrics"]["revenue"]
    said = {"token": secret(desk), "other": "Another Mistral", "claim": claims[0]["claim_id"]}
    assert desk.post("/entities/mistral-ai/split", data=said).status_code == 303
    twin = desk.get("/entities/mistral-ai.json").json()
    assert len(twin["metrics"]["revenue"]) == 1 and twin["deeds"][0]["kind"] == "split"
    assert desk.post("/entities/mistral-ai/split", data=said | {"claim": ""}).status_code in (404, 409)


def test_who_is_who_needs_the_secret(desk: TestClient) -> None:
    for deed in ("merge", "distinct", "split", "undo"):
        assert desk.post(f"/entities/qwen-3.5/{deed}", data={"other": "mistral-ai"}).status_code == 403
    assert desk.get("/entities/qwen-3.5.json").json()["deeds"] == []


def test_a_timeline_is_a_drawing_to_keep(client: TestClient) -> None:
    drawing = client.get("/entities/mistral-ai/revenue.svg")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    shapes = [one for one in ElementTree.fromstring(drawing.text).iter() if one.get("class") == "shape"]
    assert len(shapes) == 2
    assert client.get("/entities/mistral-ai/users.svg").status_code == 404
