"""A backup makes the same ledger elsewhere, digest by digest; a damaged one makes none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from extractors.model import Extraction
from extractors.problems import Problem
from store.errors import TransferError
from store.ledger import Ledger

Reader = Callable[..., Extraction]
FIRST = "Qwen has 700000000 downloads in 2026-02.\nGrok has 5 users.\n"


def filled(ledger: Ledger, reader: Reader) -> Ledger:
    found = reader("a.md", FIRST, date_text="2026-03-01")
    ledger.record([found], author="me", reason="one", raw={found.document.revision: FIRST.encode()})
    ledger.record([reader("b.md", "Qwen has 200000000 downloads in 2026-02.\n")], author="me", reason="two")
    ledger.record([reader("a.md", f"More.\n{FIRST}")], author="me", reason="three")
    ledger.decide(ledger.conflicts()[0].id, "both", author="me", note="as they say: “both”")
    ledger.merge("Grok", "Qwen", author="me")
    ledger.tombstone("b.md", author="me", reason="gone")
    ledger.erase("b.md", author="me", reason="request")
    return ledger


def test_the_same_ledger_elsewhere(ledger: Ledger, reader: Reader, tmp_path: Path) -> None:
    lines = list(filled(ledger, reader).backup())
    url = f"sqlite:///{tmp_path / 'other.db'}"
    report = Ledger.restore(url, lines)
    assert (report.ok, report.head) == (True, ledger.verify().head)
    with Ledger.open(url, create=False) as other:
        assert list(other.backup()) == lines
        assert other.log() == ledger.log()
        for version in range(1, len(other.log()) + 1):
            assert list(other.export(version=version)) == list(ledger.export(version=version))
        assert other.decisions() == ledger.decisions()
        assert other.record([reader("c.md", FIRST)], author="me", reason="on").version == len(ledger.log()) + 1


@pytest.mark.slow
def test_from_sqlite_to_postgresql_and_back(postgres_url: str, reader: Reader, tmp_path: Path) -> None:
    with Ledger.open("sqlite://") as ledger:
        lines = list(filled(ledger, reader).backup())
        assert Ledger.restore(postgres_url, lines).head == ledger.verify().head
    with Ledger.open(postgres_url) as other:
        assert list(other.backup()) == lines
        assert Ledger.restore(f"sqlite:///{tmp_path / 'back.db'}", other.backup()).head == other.verify().head


def test_a_ledger_is_not_overwritten(ledger: Ledger, reader: Reader, tmp_path: Path) -> None:
    lines = list(filled(ledger, reader).backup())
    url = f"sqlite:///{tmp_path / 'other.db'}"
    Ledger.open(url).close()
    Ledger.restore(url, lines)
    with pytest.raises(TransferError, match="holds a ledger already"):
        Ledger.restore(url, lines)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda _: [], "line 1 is not the head"),
        (lambda lines: ["[1]", *lines[1:]], "line 1 is not the head"),
        (lambda lines: [lines[0].replace("000", "999"), *lines[1:]], "line 1: a backup of claims-ledger with schema 9"),
        (lambda lines: [*lines[:2], "no json", *lines[2:]], "line 3 is no row of a ledger"),
        (lambda lines: [*lines[:2], '["claims",1]', *lines[2:]], "line 3 is no row of a ledger: 1 values for the 8"),
        (lambda lines: [*lines[:2], '["secrets",1]', *lines[2:]], "line 3 is no row of a ledger: 'secrets'"),
        (lambda lines: lines[:-1], "not sound"),
        (lambda lines: [line.replace("700000000", "700000001") for line in lines], "not sound"),
        (lambda lines: [line for line in lines if not line.startswith('["leaves"')], "not sound"),
    ],
)  # fmt: skip
def test_a_damaged_backup_makes_nothing(
    reader: Reader, tmp_path: Path, damage: Callable[[list[str]], list[str]], message: str
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with Ledger.open("sqlite://") as ledger:
        lines = list(filled(ledger, reader).backup())
    with pytest.raises(TransferError, match=message):
        Ledger.restore(url, damage(lines))
    assert list(tmp_path.iterdir()) == []
    assert Ledger.restore(url, lines).ok


def test_problems_come_along(ledger: Ledger, reader: Reader, tmp_path: Path) -> None:
    found = reader("a.md", FIRST)
    problem = Problem("a.md", "odd", "an odd thing", 0, 1)
    extraction = Extraction(found.document, found.claims, (problem,))
    ledger.record([extraction], author="me", reason="one")
    url = f"sqlite:///{tmp_path / 'other.db'}"
    Ledger.restore(url, ledger.backup())
    with Ledger.open(url) as other:
        assert other.problems() == [problem]
