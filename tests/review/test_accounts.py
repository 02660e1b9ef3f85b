"""Accounts: passwords are kept as hashes, sessions cannot be made up, guessing has an end."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.accounts import SESSION_SECONDS, TRIES, TRIES_SECONDS, AccountError, Accounts, Role, TooManyTriesError

GOOD = "a long password"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    held = Accounts(tmp_path / "accounts.json", clock)
    held.put("Mara", GOOD)
    return held


@pytest.fixture(scope="module")
def of_mara(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    held = Accounts(tmp_path_factory.mktemp("accounts") / "accounts.json", Clock())
    held.put("Mara", GOOD)
    return held


def signed_in(accounts: Accounts, password: str = GOOD) -> str:
    cookie = accounts.sign_in("Mara", password, "10.0.0.1")
    assert cookie
    return cookie


def test_a_session_is_of_the_account(accounts: Accounts) -> None:
    account = accounts.of(signed_in(accounts))
    assert account and (account.name, account.role) == ("Mara", Role.REVIEWER)


def test_the_file_is_for_its_owner_and_holds_no_password(accounts: Accounts) -> None:
    assert accounts.path.stat().st_mode & 0o077 == 0
    text = accounts.path.read_text()
    assert GOOD not in text and json.loads(text)["accounts"][0]["password"].startswith("$argon2id$")


@pytest.mark.parametrize(("name", "password"), [("Mara", "wrong"), ("Mara", ""), ("Noor", GOOD), ("", "")])
def test_what_does_not_fit_gives_no_session(accounts: Accounts, name: str, password: str) -> None:
    assert accounts.sign_in(name, password, "10.0.0.1") is None


@given(st.text(max_size=60) | st.from_regex(r"\d{7}\.4d617261\.[0-9a-f]{64}", fullmatch=True))
def test_no_cookie_can_be_made_up(of_mara: Accounts, cookie: str) -> None:
    assert of_mara.of(cookie) is None


def test_every_change_of_a_cookie_breaks_it(accounts: Accounts) -> None:
    cookie = signed_in(accounts)
    for place in range(len(cookie)):
        other = "0" if cookie[place] != "0" else "1"
        assert accounts.of(cookie[:place] + other + cookie[place + 1 :]) is None


def test_sessions_end(accounts: Accounts, clock: Clock) -> None:
    cookie = signed_in(accounts)
    clock.now += SESSION_SECONDS
    assert accounts.of(cookie)
    clock.now += 1
    assert accounts.of(cookie) is None


def test_another_password_ends_the_sessions_of_the_old_one(accounts: Accounts) -> None:
    cookie = signed_in(accounts)
    accounts.put("Noor", GOOD)
    assert accounts.of(cookie)
    accounts.put("Mara", "another long one", Role.READER)
    assert accounts.of(cookie) is None
    account = accounts.of(signed_in(accounts, "another long one"))
    assert account and account.role is Role.READER


def test_guessing_has_an_end_and_waiting_helps(accounts: Accounts, clock: Clock) -> None:
    for number in range(TRIES):
        assert accounts.sign_in("Mara", "wrong", f"10.0.0.{number}") is None
    with pytest.raises(TooManyTriesError):
        accounts.sign_in("Mara", GOOD, "10.0.0.9")
    clock.now += TRIES_SECONDS
    assert signed_in(accounts)


def test_one_address_cannot_try_many_names(accounts: Accounts) -> None:
    for number in range(TRIES):
        assert accounts.sign_in(f"name {number}", "wrong", "10.0.0.1") is None
    with pytest.raises(TooManyTriesError):
        accounts.sign_in("another", "wrong", "10.0.0.1")
    assert accounts.sign_in("Mara", GOOD, "10.0.0.2")


@pytest.mark.parametrize(("name", "password"), [("", GOOD), ("a\nb", GOOD), ("Mara", "short")])
def test_accounts_that_cannot_be_are_refused(accounts: Accounts, name: str, password: str) -> None:
    with pytest.raises(AccountError):
        accounts.put(name, password)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"key": "k", "accounts": [{"name": "x"}]}'])
def test_a_broken_file_is_told_with_its_name(accounts: Accounts, text: str) -> None:
    accounts.path.write_text(text)
    with pytest.raises(AccountError, match=r"accounts\.json"):
        accounts.all()
