"""A whole review in a real browser, by its keys; slow, and skipped where there is no Chromium."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from extractors.claims import extract
from extractors.documents import read_document
from review.web import create_app
from store.ledger import Ledger

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

pytestmark = pytest.mark.slow

FIRST = """# First

Published 2026-03-02

Qwen 3.5 has 397B total parameters. In March 2026 Mistral AI had revenue of $20 million.
In March 2026 ChatGPT had 310 million monthly active users, and Claude had 12 million monthly active users.
"""
SECOND = """# Second

Published 2026-03-03

Qwen 3.5 has 512B total parameters. In March 2026 Mistral AI had revenue of $90 million.
In March 2026 ChatGPT had 750 million monthly active users, and Claude had 55 million monthly active users.
"""
PATHS = (
    "/",
    "/?metric=revenue",
    "/entities?near=1",
    "/entities/mistral-ai",
    "/entities/chatgpt/compare?other=claude",
    "/documents",
    "/versions",
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    texts = {"file:///first.md": FIRST, "file:///second.md": SECOND}
    documents = [read_document(text.encode(), uri=uri) for uri, text in texts.items()]
    with Ledger.open(url) as ledger:
        ledger.record(map(extract, documents), author="test", reason="two articles")
    return url


@pytest.fixture
def site(url: str) -> Iterator[str]:
    """Address at which the application listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(create_app(url, author="Mara"), host="127.0.0.1", port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no Chromium here; CHROMIUM names one")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """A window in which nothing may go wrong: no error of the script, no breach of the policy."""
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 844})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto("/")
    yield page
    context.close()
    assert wrong == []


def press(page: Any, *keys: str) -> None:
    """Presses keys; the last one leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def decided(url: str) -> list[tuple[str, str]]:
    with Ledger.open(url) as ledger:
        return [(said.judgement.value, said.note) for said in ledger.decisions()]


def test_a_review_by_keys(page: Any, url: str) -> None:
    assert page.locator(".rows li").count() == 4
    press(page, "j", "Enter")
    first = page.url
    press(page, "o")
    assert page.url != first and decided(url) == [("both", "")]

    page.keyboard.press("n")
    page.keyboard.type("misread, see o e s")
    page.keyboard.press("Enter")  # a note is no decision
    page.keyboard.press("e")
    assert "which side" in page.locator("#armed").inner_text()
    press(page, "2")
    assert decided(url)[1:] == [("extraction_error", "misread, see o e s")]

    third = page.url
    press(page, "j")
    fourth = page.url
    press(page, "Control+z")
    assert page.url == third != fourth
    press(page, "b")
    assert decided(url)[2:] == [("prefer", "")]
    press(page, "s", "s")
    assert decided(url)[3:] == [("source_error", "")] and page.locator(".rows li").count() == 0

    for left in (3, 2, 1, 0):
        press(page, "Backspace")
        assert len(decided(url)) == left
    press(page, "q")
    assert page.locator(".rows li").count() == 4


def test_keys_are_shown_and_do_nothing_meanwhile(page: Any, url: str) -> None:
    press(page, "j", "Enter")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("o")
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible() and decided(url) == []


def test_a_selection_is_decided_and_taken_back(page: Any, url: str) -> None:
    page.keyboard.press("Shift+X")
    assert "4 selected" in page.locator("#selected").inner_text()
    with page.expect_navigation():
        page.get_by_role("button", name="Unsure").click()
    assert [said for said, _ in decided(url)] == ["unsure"] * 4
    press(page, "Control+z")
    assert decided(url) == [] and page.locator(".rows li").count() == 4


def test_the_filter_is_remembered_and_what_is_new_is_offered(page: Any, url: str) -> None:
    page.goto("/?metric=revenue")
    page.goto("/entities")
    page.get_by_role("link", name="Conflicts").click()
    assert page.url.endswith("/?metric=revenue")
    assert page.locator("#new-since").is_hidden()
    text = "# Third\n\nPublished 2026-03-04\n\nQwen 3.5 has 700B total parameters.\n"
    with Ledger.open(url) as ledger:
        document = read_document(text.encode(), uri="file:///third.md")
        ledger.record([extract(document)], author="test", reason="a third article")
    page.goto("/")
    page.get_by_role("link", name="New since you last looked").click()
    page.wait_for_url("**/?since=1")
    assert page.locator(".rows li").count() == page.locator(".rows li", has_text="parameters").count() > 0


def test_pages_work_without_the_script(browser: Any, site: str, url: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.locator(".rows .open").first.click()
    page.get_by_role("button", name="Extraction error").click()
    page.locator(".rows .open, .side").first.wait_for()
    assert decided(url) == [("extraction_error", "")]
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_keeps_anybody_out(browser: Any, site: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    context = browser.new_context(
        base_url=site, viewport={"width": 390, "height": 844}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/")
    conflict = page.locator(".rows .open").first.get_attribute("href")
    for path in (*PATHS, conflict, "/documents?uri=file:///first.md"):
        page.goto(path)
        found = axe.run(page).response["violations"]
        assert [(path, one["id"]) for one in found if one["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, f"{path} is wider than a phone"
    context.close()
