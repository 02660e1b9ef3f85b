"""What holds for every page: text is escaped, policies are strict, strangers are refused, forms carry the secret."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from review.web import create_app
from store.errors import StoreError

PATHS = ("/", "/conflicts.json", "/conflicts/x", "/static/review.css", "/static/review.js")


@pytest.mark.parametrize("path", PATHS)
def test_pages_run_only_our_script_and_no_frame_holds_them(client: TestClient, path: str) -> None:
    policy = client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy


def test_pages_hold_no_script_and_no_style_of_their_own(client: TestClient) -> None:
    conflict = client.get("/conflicts.json").json()[0]["conflict_id"]
    for path in ("/", f"/conflicts/{conflict}"):
        page = client.get(path).text
        assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/review.js" defer>']
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/").text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
    assert client.get("/static/review.css").status_code == 200
    assert "url(" not in client.get("/static/review.css").text


def test_other_host_names_are_refused(client: TestClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_forms_without_the_secret_change_nothing(client: TestClient) -> None:
    conflict = client.get("/conflicts.json").json()[0]["conflict_id"]
    for path in (f"/conflicts/{conflict}/decide", "/bulk", "/undo"):
        for token in ({}, {"token": "guessed"}):
            answer = client.post(path, data={"say": "both", "conflict": conflict} | token)
            assert answer.status_code == 403 and "load it again" in answer.text
    assert client.get("/conflicts.json?status=decided").json() == []


def test_forms_from_another_site_are_refused(client: TestClient) -> None:
    answer = client.post("/bulk", data={"say": "both"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403 and "another site" in answer.text


def test_forms_that_are_too_long_are_refused(client: TestClient) -> None:
    assert client.post("/bulk", content=b"a" * 300_000).status_code == 413
    assert client.post("/bulk", content=b"a=\xff").status_code == 400
    assert client.post("/bulk", content=b"&".join([b"a=1"] * 3000)).status_code == 400


def test_what_is_not_there_is_told_in_the_form_that_was_asked_for(client: TestClient) -> None:
    assert client.get("/conflicts/x_none").status_code == 404
    assert "No conflict has this id" in client.get("/conflicts/x_none").text
    assert client.get("/conflicts/x_none.json").json()["error"].startswith("No conflict")
    assert client.get("/nowhere").status_code == 404


def test_the_interface_for_programs_is_described(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert paths and all(path.endswith(".json") for path in paths)


def test_no_ledger_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        create_app(f"sqlite:///{tmp_path / 'nothing.db'}")


ODD = ("-1", "0", str(10**30), "9" * 5000, "%00", "%ED%A0%80", "%C2%B2", "%3Cscript%3Ealert(1)", "..%2F..%2Fetc", "")
ASKED = (
    "/?page={}",
    "/conflicts.json?since={}",
    "/?severity={}&entity={}&undo={}",
    "/conflicts/{}.json",
    "/entities.json?q={}",
    "/entities/{}.json",
    "/entities/mistral-ai?version={}",
    "/entities/mistral-ai/{}.svg",
    "/entities/mistral-ai/compare?other={}",
    "/documents.json?uri={}&revision={}",
    "/documents?q={}",
    "/versions?page={}",
    "/diff.json?before={}&after={}",
    "/static/{}",
)


@pytest.mark.parametrize("path", ASKED)
def test_odd_questions_get_an_answer(db: str, path: str) -> None:
    with TestClient(create_app(db), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        for odd in ODD:
            answer = client.get(path.replace("{}", odd))
            assert answer.status_code < 500, odd[:40]
            assert "<script>alert" not in answer.text or "json" in answer.headers["content-type"]
