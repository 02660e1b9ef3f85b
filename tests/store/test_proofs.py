"""Whatever is changed behind the ledger's back is found and named."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import LargeBinary, Table, Text, delete, insert, select, text, update

from extractors.model import Extraction
from extractors.problems import Problem
from store.leafchecks import Covered
from store.leaves import leaf_digest
from store.ledger import Ledger
from store.model import VerifyReport
from store.tables import APPEND_ONLY, CACHES, events, leaves, versions

FIRST = "Intro\nQwen has 700000000 downloads in 2026-02.\nGrok has 5 users.\n"
SECOND = "Qwen has 200000000 downloads in 2026-02.\n"


@pytest.fixture(scope="session")
def unguarded(reader: Callable[..., Extraction], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a ledger with every kind of row, its triggers gone."""
    path = tmp_path_factory.mktemp("ledgers") / "unguarded.db"
    with Ledger.open(f"sqlite:///{path}") as ledger:
        first = reader("a.md", FIRST, date_text="2026-03-01")
        problem = Problem("a.md", "odd", "an odd thing", 0, 1)
        raw = {first.document.revision: FIRST.encode()}
        ledger.record([replace(first, problems=(problem,))], author="me", reason="one", raw=raw)
        ledger.record([reader("b.md", SECOND)], author="me", reason="two")
        ledger.record([reader("a.md", f"More.\n{FIRST}")], author="me", reason="three")
        decision = ledger.decide(ledger.conflicts()[0].id, "both", author="me")
        ledger.undo(decision.id, author="me")
        ledger.tombstone("b.md", author="me", reason="gone")
        ledger.undo(ledger.split("qwen", "Qwen Chat", mentions=["Qwen"], author="me").id, author="me")
        with ledger._engine.begin() as connection:
            names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for (name,) in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
    return path


@pytest.fixture
def tampered(unguarded: Path, tmp_path: Path) -> Iterator[Ledger]:
    """A copy of that ledger, to change at will."""
    with Ledger.open(f"sqlite:///{copy(unguarded, tmp_path / 'claims.db')}") as ledger:
        yield ledger


def other(column: Any, value: Any) -> Any:
    """A value that differs in one byte, or in being there at all."""
    if isinstance(column.type, LargeBinary):
        return b"x" if value is None else bytes([value[0] ^ 1]) + value[1:]
    if isinstance(column.type, Text):
        return "x" if not value else value[:-1] + chr(ord(value[-1]) ^ 1)
    return 1_000 + (value or 0)


def changes(ledger: Ledger, table: Table) -> Iterator[tuple[Any, VerifyReport]]:
    """Yields the key of each row and what verify says, for each column changed in turn."""
    with ledger._engine.connect() as connection:
        rows = connection.execute(select(table)).mappings().all()
    assert rows, f"no row in {table.name}"
    key = next(iter(table.primary_key))
    for row in rows:
        where = [column == row[column.name] for column in table.primary_key]
        for column in table.columns:
            value = other(column, row[column.name])
            with ledger._engine.begin() as connection:
                connection.execute(update(table).where(*where).values({column: value}))
            yield (row[key.name], column.name), ledger.verify()
            moved = [c == (value if c is column else row[c.name]) for c in table.primary_key]
            with ledger._engine.begin() as connection:
                connection.execute(update(table).where(*moved).values(dict(row)))


@pytest.mark.parametrize("table", [*APPEND_ONLY, *CACHES], ids=lambda table: table.name)
def test_any_change_of_any_column_is_found_and_named(tampered: Ledger, table: Table) -> None:
    assert tampered.verify().findings == ()
    for (key, column), report in changes(tampered, table):
        named = {(finding.table, finding.row) for finding in report.findings}
        assert {(table.name, key), (table.name, key + 1_000)} & named, f"{table.name} {key} {column}: {named}"
    assert tampered.verify().findings == ()


@pytest.mark.parametrize("table", APPEND_ONLY, ids=lambda table: table.name)
def test_any_loss_is_found_and_named(tampered: Ledger, table: Table) -> None:
    key = next(iter(table.primary_key))
    with tampered._engine.connect() as connection:
        rows = connection.execute(select(table).order_by(key)).all()
    for row in rows[: -1 if table is versions else None]:
        with tampered._engine.begin() as connection:
            connection.execute(delete(table).where(key == row[0]))
        named = {(finding.table, finding.row) for finding in tampered.verify().findings}
        assert (table.name, row[0]) in named
        with tampered._engine.begin() as connection:
            connection.execute(insert(table).values(tuple(row)))
    assert tampered.verify().ok


def test_a_ledger_cut_off_is_found_by_its_last_digest(tampered: Ledger) -> None:
    head = tampered.verify().head
    last = tampered.log()[-1].number
    with tampered._engine.begin() as connection:
        connection.execute(delete(versions).where(versions.c.number == last))
    assert any("belongs to no version" in finding.message for finding in tampered.verify().findings)
    assert any(head in finding.message for finding in tampered.verify(head=head).findings)


@pytest.mark.parametrize("table", [table for table in APPEND_ONLY if table is not versions], ids=lambda t: t.name)
def test_any_insertion_is_found_and_named(tampered: Ledger, table: Table) -> None:
    with tampered._engine.begin() as connection:
        row = connection.execute(select(table).limit(1)).mappings().one()
        forged = dict(row) | {"seq": 9_999}
        for unique in ("uri", "digest", "id"):
            if isinstance(forged.get(unique), str):
                forged[unique] += "f"
        connection.execute(insert(table).values(forged))
    named = {(finding.table, finding.row) for finding in tampered.verify().findings}
    assert (table.name, 9_999) in named


def test_reordering_is_found(tampered: Ledger) -> None:
    with tampered._engine.begin() as connection:
        rows = connection.execute(select(events).where(events.c.kind == "term").limit(2)).mappings().all()
        for row, body in zip(rows, reversed(rows), strict=True):
            values = {key: body[key] for key in ("body", "subject")}
            connection.execute(update(events).where(events.c.seq == row["seq"]).values(values))
    report = tampered.verify()
    assert {finding.version for finding in report.findings} >= {1}


def test_a_recomputed_digest_does_not_hide_a_change(tampered: Ledger) -> None:
    with tampered._engine.begin() as connection:
        row = connection.execute(select(events).where(events.c.kind == "retract")).first()
        assert row is not None
        connection.execute(update(events).where(events.c.seq == row.seq).values(body="1"))
        leaf = connection.execute(select(leaves).where(leaves.c.seq >= row.seq).order_by(leaves.c.seq)).first()
        assert leaf is not None
        covered = Covered(connection, (leaf.first, leaf.seq))
        digest = leaf_digest(covered.sections, leaf.words, covered.checks)
        values = {"checks": covered.checks, "digest": digest}
        connection.execute(update(leaves).where(leaves.c.seq == leaf.seq).values(values))
    report = tampered.verify()
    messages = [finding.message for finding in report.findings]
    assert messages == ["the Merkle root is not that of the version's leaves"]
    assert report.findings[0].version == row.version


def test_figures_of_a_sound_ledger(tampered: Ledger) -> None:
    report = tampered.verify()
    assert (report.ok, report.versions, report.erased) == (True, 8, 0)
    assert report.quotes == 5
    assert report.head == tampered.log()[-1].digest
