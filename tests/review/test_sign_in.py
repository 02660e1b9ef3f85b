"""The door of an application with accounts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from review.accounts import TRIES, Accounts, Role
from review.web import create_app
from store.ledger import Ledger

GOOD = "a long password"


@pytest.fixture
def door(fresh: str, tmp_path: Path) -> Iterator[TestClient]:
    """Client that nobody has signed in yet; Mara decides, Rui reads."""
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.put("Mara", GOOD)
    accounts.put("Rui", GOOD, Role.READER)
    app = create_app(fresh, hosts=("*",), accounts=accounts)
    with TestClient(app, base_url="http://desk.example", follow_redirects=False) as client:
        yield client


def token(client: TestClient, path: str) -> str:
    return re.findall(r'name="token" value="([^"]+)"', client.get(path).text)[0]


def sign_in(client: TestClient, name: str, password: str = GOOD, then: str = "/") -> Response:
    said = {"token": token(client, "/sign-in"), "name": name, "password": password, "then": then}
    return client.post("/sign-in", data=said)


@pytest.mark.parametrize("path", ["/", "/conflicts", "/entities/qwen-3.5", "/documents?uri=file:///a", "/versions"])
def test_who_is_not_signed_in_is_led_to_the_door(door: TestClient, path: str) -> None:
    answer = door.get(path)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?then=%2F")


@pytest.mark.parametrize("path", ["/conflicts.json", "/entities.json", "/diff.json", "/openapi.json"])
def test_programs_are_told(door: TestClient, path: str) -> None:
    answer = door.get(path)
    assert answer.status_code == 401 and answer.json() == {"error": "Sign in first."}


def test_forms_of_strangers_change_nothing(door: TestClient) -> None:
    for path in ("/bulk", "/undo", "/conflicts/x/decide", "/entities/a/merge"):
        assert door.post(path, data={"token": token(door, "/sign-in"), "say": "both"}).status_code == 401


def test_a_reviewer_comes_decides_and_goes(door: TestClient, fresh: str) -> None:
    answer = sign_in(door, "Mara", then="/conflicts?severity=high")
    assert answer.status_code == 303 and answer.headers["location"] == "/conflicts?severity=high"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    conflict = door.get("/conflicts.json").json()[0]["conflict_id"]
    door.post(f"/conflicts/{conflict}/decide", data={"token": token(door, "/"), "say": "both"})
    with Ledger.open(fresh) as ledger:
        assert [said.author for said in ledger.decisions()] == ["Mara"]
    assert door.post("/sign-out", data={"token": token(door, "/")}).status_code == 303
    assert door.get("/conflicts.json").status_code == 401


def test_a_reader_sees_and_does_not_decide(door: TestClient, fresh: str) -> None:
    sign_in(door, "Rui")
    page = door.get("/")
    assert page.status_code == 200 and "Rui" in page.text
    conflict = door.get("/conflicts.json").json()[0]["conflict_id"]
    secret = token(door, "/")
    for path in (f"/conflicts/{conflict}/decide", "/bulk", "/undo", "/entities/qwen-3.5/merge"):
        answer = door.post(path, data={"token": secret, "say": "both", "conflict": conflict, "other": "mistral-ai"})
        assert answer.status_code == 403
    with Ledger.open(fresh) as ledger:
        assert ledger.decisions() == [] and ledger.deeds() == []


def test_the_secret_of_one_session_is_none_of_another(door: TestClient) -> None:
    before = token(door, "/sign-in")
    sign_in(door, "Mara")
    assert door.post("/bulk", data={"token": before, "say": "both"}).status_code == 403


def test_a_wrong_password_is_told_and_guessing_ends(door: TestClient) -> None:
    for _ in range(TRIES):
        answer = sign_in(door, "Mara", "wrong")
        assert answer.status_code == 401 and "do not fit" in answer.text
    assert sign_in(door, "Mara").status_code == 429


@pytest.mark.parametrize("then", ["//evil.example", "https://evil.example", "/\\evil.example", "", "javascript:x"])
def test_the_door_leads_to_our_pages_only(door: TestClient, then: str) -> None:
    assert sign_in(door, "Mara", then=then).headers["location"] == "/"


def test_accounts_that_are_gone_close_the_door(door: TestClient, tmp_path: Path) -> None:
    sign_in(door, "Mara")
    (tmp_path / "accounts.json").unlink()
    assert door.get("/").status_code == 503
