"""The same road on PostgreSQL: the same statements, versions and conflicts as on SQLite."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from flows import stages
from store.ledger import Ledger

pytestmark = pytest.mark.slow
SERVER = os.environ.get("CLAIMS_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@pytest.fixture
def url() -> Iterator[str]:
    """A schema of its own in the test database, dropped afterwards."""
    schema = f"claims_flow_{uuid4().hex[:12]}"
    try:
        connection = psycopg.connect(SERVER, connect_timeout=3, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip(f"there is no PostgreSQL server at {SERVER}")
    with connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        try:
            yield f"{SERVER}?options=-csearch_path%3D{schema}"
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


def test_ingest_gives_the_same_ledger_as_on_sqlite(url: str, tmp_path: Path) -> None:
    lite = f"sqlite:///{tmp_path / 'claims.db'}"
    assert stages.run(["demo"], url)["counts"] == stages.run(["demo"], lite)["counts"]
    with Ledger.open(url) as there, Ledger.open(lite) as here:
        left = [record["claim_id"] for record in there.export()]
        assert left == [record["claim_id"] for record in here.export()] and left
        assert [c.record() for c in there.conflicts()] == [c.record() for c in here.conflicts()]
        assert there.verify().ok
    assert stages.run(["demo"], url)["versions"] == []
