"""The log, and what differs between versions."""

import pytest
from fastapi.testclient import TestClient

from store.ledger import Ledger


def test_the_log_names_who_and_why(client: TestClient) -> None:
    page = client.get("/versions").text
    assert "two articles that disagree" in page and "1 version" in page
    (version,) = client.get("/versions.json").json()
    assert version["version"] == 1 and version["author"] == "test" and version["counts"]["documents"] == 2


def test_a_difference_has_its_cause(desk: TestClient, fresh: str) -> None:
    with Ledger.open(fresh) as ledger:
        ledger.decide(ledger.conflicts()[0].id, "both", author="Noor", note="two periods")
        ledger.tombstone("file:///articles/two.md", author="Noor", reason="gone")
    page = desk.get("/diff?before=1&after=3").text
    assert "source removed" in page and "512B" in page
    whole = desk.get("/diff.json?before=1&after=3").json()
    assert {change["cause"] for change in whole} >= {"source removed"}
    judged = desk.get("/diff?before=1&after=2").text
    assert "judged" in judged and "Noor" in judged and "two periods" in judged


@pytest.mark.parametrize(("query", "status"), [("before=1&after=9", 404), ("before=0&after=1", 422), ("", 422)])
def test_versions_that_are_not_there_are_told(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/diff?{query}").status_code == status
    assert client.get(f"/diff.json?{query}").status_code == status
