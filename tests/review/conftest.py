"""A ledger in which two articles by strangers disagree, and the application over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from extractors.claims import extract
from extractors.documents import read_document
from review import accounts
from review.web import create_app
from store.ledger import Ledger

FIRST = (
    b"# Sizes <script>alert(2)</script>\n\nPublished 2026-03-02\n\n"
    b"Qwen 3.5 has 397B total parameters & <script>alert(1)</script> more.\n\n"
    b"In March 2026 Mistral AI had revenue of $20 million.\n"
)
SECOND = (
    b"# Other sizes\n\nPublished 2026-03-03\n\nQwen 3.5 has 512B total parameters.\n\n"
    b"In March 2026 Mistral AI had revenue of $90 million.\n"
)
URIS = ("https://example.org/one<b>.md", "file:///articles/two.md")


def filled(folder: Path) -> str:
    """Returns the URL of a new ledger with both articles."""
    url = f"sqlite:///{folder / 'claims.db'}"
    texts = zip((FIRST, SECOND), URIS, strict=True)
    documents = [read_document(text, uri=uri) for text, uri in texts]
    with Ledger.open(url) as ledger:
        ledger.record(map(extract, documents), author="test", reason="two articles that disagree")
    return url


@pytest.fixture(autouse=True, scope="session")
def quick_hashes() -> Iterator[None]:
    """Hashes that cost little: how long guessing takes is not tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of a ledger that a test only reads."""
    return filled(tmp_path_factory.mktemp("review"))


@pytest.fixture(scope="module")
def client(db: str) -> Iterator[TestClient]:
    """Client of the application over it."""
    with TestClient(create_app(db), base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture
def fresh(tmp_path: Path) -> str:
    """URL of a ledger that a test changes."""
    return filled(tmp_path)


@pytest.fixture
def desk(fresh: str) -> Iterator[TestClient]:
    """Client of the application over it, for the reviewer Mara."""
    app = create_app(fresh, author="Mara")
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
        yield client
