"""The schema is made by migrations, checked at opening, and refuses to change the past."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from store.engines import writing
from store.errors import ConnectionFailedError, SchemaError, StoreError
from store.ledger import Ledger
from store.tables import APPEND_ONLY, REVISION, metadata


def test_migrations_make_the_tables_of_the_code(ledger: Ledger) -> None:
    with ledger._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_the_code_works_with_the_last_step() -> None:
    folder = Path(__file__).parents[2] / "store" / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == REVISION


def test_the_past_cannot_be_changed(ledger: Ledger, reader: Any) -> None:
    for uri, number in (("a.md", 700_000_000), ("b.md", 200_000_000)):
        line = f"Qwen has {number} downloads in 2026-02.\n"
        ledger.record([reader(uri, line, date_text="2026-03-01")], author="me", reason="test")
    ledger.decide(ledger.conflicts()[0].id, "both", author="me")
    ledger.split("qwen", "Qwen Chat", mentions=["Qwen Chat"], author="me")
    for table in APPEND_ONLY:
        column = next(iter(table.columns)).name
        for action in (f"UPDATE {table.name} SET {column} = {column}", f"DELETE FROM {table.name}"):
            with pytest.raises(StoreError, match="append-only"), writing(ledger._engine) as connection:
                connection.execute(text(action))


def test_an_empty_database_is_refused_unless_it_may_be_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    with pytest.raises(SchemaError, match=r"claims\.db holds no ledger: `claims ingest` makes one"):
        Ledger.open(url, create=False)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "claims.db").touch()
    with pytest.raises(SchemaError, match=r"claims\.db holds no ledger"):
        Ledger.open(url, create=False)
    Ledger.open(url).close()
    Ledger.open(url, create=False).close()


@pytest.mark.parametrize(("held", "message"), [("0001", "was never given out"), ("9999", "update the program")])
def test_another_schema_is_refused(tmp_path: Path, held: str, message: str) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    Ledger.open(url).close()
    with create_engine(url).begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{held}'"))
    with pytest.raises(SchemaError, match=message):
        Ledger.open(url)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite:////nowhere/at/all/claims.db", "there is no folder /nowhere/at/all"),
        ("claims.db", "is no SQLAlchemy URL"),
        ("mysql://me:secret@host/db", r"only sqlite:///… and postgresql://… are supported"),
        ("me:secret@host", "^the database URL is no"),
    ],
)
def test_a_wrong_url_is_told_without_its_password(url: str, message: str) -> None:
    with pytest.raises(ConnectionFailedError, match=message) as raised:
        Ledger.open(url)
    assert "secret" not in str(raised.value)


@pytest.mark.slow
def test_an_unreachable_server_is_told_without_the_password() -> None:
    with pytest.raises(ConnectionFailedError) as raised:
        Ledger.open("postgresql://me:secret@127.0.0.1:1/db")
    assert "secret" not in str(raised.value)
    assert "me:***@127.0.0.1:1/db" in str(raised.value)
