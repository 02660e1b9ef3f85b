"""Tiny documents and claims, and ledgers on both engines."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from extractors.model import (
    Basis,
    Claim,
    Document,
    Entity,
    Evidence,
    Extraction,
    Kind,
    PartialDate,
    Span,
    with_ids,
)
from store.ledger import Ledger

POSTGRES = "postgresql+psycopg://postgres@127.0.0.1:5432/test"
ENTITIES = {
    "Qwen": Entity("qwen", "Qwen", "family", ("Tongyi Qianwen",), maker="alibaba"),
    "Qwen 3.5": Entity("qwen-3.5", "Qwen 3.5", "model", ("Qwen3.5",), "qwen", "alibaba"),
    "Grok": Entity("grok", "Grok", "product", (), maker="xai"),
    "Llama": Entity("llama", "Llama", "family", (), maker="meta"),
}


class Clock:
    """Ticks one minute a look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def read(uri: str, body: str, *, version: str = "1", extractor: str = "rules", date_text: str = "") -> Extraction:
    """Returns what a toy extractor finds: each line `Entity has N downloads in 2026-02.` is one claim."""
    revision = f"sha256:{hashlib.sha256(body.encode()).hexdigest()}"
    published = (
        PartialDate(date_text, date.fromisoformat(date_text), date.fromisoformat(date_text)) if date_text else None
    )
    document = Document(
        uri, revision, body, f"Title of {uri}", published, "front-matter" if published else "", "Source"
    )
    found, start = [], 0
    for line in body.splitlines(keepends=True):
        name, has, rest = line.rstrip("\n").partition(" has ")
        if has and name in ENTITIES:
            number = rest.split(" ")[0]
            at = start + len(name) + len(has)
            found.append(_claim(document, name, number, Span(at, at + len(number)), Span(start, start + len(line) - 1)))
        start += len(line)
    claims = tuple(with_ids(replace(claim, extractor=extractor, extractor_version=version) for claim in found))
    return Extraction(document, claims)


def _claim(document: Document, name: str, number: str, span: Span, line: Span) -> Claim:
    words = line.of(document.text).split(" ")
    metric = words[words.index(number) + 1].rstrip(".")
    month = PartialDate("2026-02", date(2026, 2, 1), date(2026, 2, 28)) if "2026-02" in words[-1] else None
    return Claim(
        id="",
        document=document.uri,
        revision=document.revision,
        subject=ENTITIES[name],
        mention=name,
        metric=metric,
        kind=Kind.QUANTITY,
        evidence=Evidence(span.start, span.end, number, "paragraph", context=line),
        low=Decimal(number),
        high=Decimal(number),
        unit="download",
        qualifiers=(("platform", "Hugging Face"),) if "Hugging Face" in document.text else (),
        as_of=month,
        as_of_basis=Basis.STATED if month else Basis.NONE,
        confidence=0.9,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A schema of its own in the test database, dropped afterwards."""
    engine = create_engine(POSTGRES, connect_args={"connect_timeout": 3})
    schema = f"claims_{uuid4().hex[:12]}"
    try:
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {schema}"))
    except OperationalError:
        pytest.skip("there is no PostgreSQL server at 127.0.0.1:5432")
    try:
        yield f"{POSTGRES}?options=-csearch_path%3D{schema}"
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def ledger(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Ledger]:
    """An empty ledger, once on each engine."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with Ledger.open(url, clock=clock) as opened:
        yield opened


@pytest.fixture(scope="session")
def reader() -> Callable[..., Extraction]:
    """The toy extractor."""
    return read
