"""Erasing a text empties its words for good, and the proof holds."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text, update

from extractors.model import Extraction
from store.engines import writing
from store.errors import StoreError, UnknownError
from store.ledger import Ledger
from store.tables import evidence

FIRST = "Secret lead.\nQwen has 700000000 downloads in 2026-02.\nGrok has 5 users.\n"
Reader = Callable[..., Extraction]


def record(ledger: Ledger, *found: Extraction) -> int | None:
    return ledger.record(found, author="me", reason="test", raw={found[0].document.revision: FIRST.encode()}).version


def test_words_go_and_claims_stay(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST))
    done = ledger.erase("a.md", author="me", reason="request 7")
    assert (done.version, done.quotes) == (2, 2)
    (statement,) = ledger.history("qwen", sentences=True)
    assert (statement.claim.low, statement.claim.evidence.quote, statement.sentence) == (700_000_000, "", "")
    assert (ledger.document("a.md").text, ledger.raw("a.md")) == ("", None)
    assert ledger.history("qwen", version=1)[0].claim.evidence.quote == ""
    report = ledger.verify()
    assert (report.findings, report.quotes, report.erased) == ((), 0, 2)
    assert ledger.log()[-1].reason == "erase a.md: request 7"
    assert ledger.erase("a.md", author="me", reason="again").version is None


def test_the_same_text_does_not_come_back(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST))
    ledger.erase("a.md", author="me", reason="request")
    receipt = ledger.record([reader("a.md", FIRST, version="2")], author="me", reason="again")
    assert (receipt.version, receipt.counts.erased) == (None, 1)
    assert record(ledger, reader("a.md", "Qwen has 8 downloads.\n")) == 3
    assert ledger.history("qwen")[0].claim.evidence.quote == "8"
    assert ledger.verify().ok


def test_a_text_of_two_documents_stays_for_the_other(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST), reader("b.md", FIRST))
    ledger.erase("a.md", author="me", reason="request")
    assert [s.claim.evidence.quote for s in ledger.history("qwen")] == ["", "700000000"]
    assert ledger.document("b.md").text == FIRST
    assert ledger.verify().ok


def test_one_revision_of_several(ledger: Ledger, reader: Reader) -> None:
    old = reader("a.md", FIRST)
    record(ledger, old)
    ledger.record([reader("a.md", f"New.\n{FIRST}")], author="me", reason="edit")
    ledger.erase("a.md", author="me", reason="request", revision=old.document.revision)
    assert ledger.history("qwen")[0].claim.evidence.quote == "700000000"
    assert ledger.history("qwen", version=1)[0].claim.evidence.quote == ""
    assert ledger.verify().ok
    with pytest.raises(UnknownError, match=r"no document a\.md with revision sha256:0"):
        ledger.erase("a.md", author="me", reason="request", revision="sha256:0")


def test_nothing_is_left_in_the_file(tmp_path: Path, reader: Reader) -> None:
    path = tmp_path / "claims.db"
    with Ledger.open(f"sqlite:///{path}") as ledger:
        ledger.record([reader("a.md", FIRST)], author="me", reason="test")
        ledger.erase("a.md", author="me", reason="request")
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b'["700000000","' not in held
    assert b"request" in held


def test_only_erasure_may_empty_words(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST))
    for values in ({"words": "x"}, {"words": "", "claim": 5}, {"place": "[]"}):
        with pytest.raises(StoreError, match="append-only"), writing(ledger._engine) as connection:
            connection.execute(update(evidence).values(values))


def test_words_emptied_behind_the_ledgers_back_are_found(ledger: Ledger, reader: Reader) -> None:
    record(ledger, reader("a.md", FIRST))
    with writing(ledger._engine) as connection:
        connection.execute(update(evidence).values(words=""))
    assert {finding.table for finding in ledger.verify().findings} == {"evidence"}
    with writing(ledger._engine) as connection:
        connection.execute(text("UPDATE blobs SET bytes = NULL"))
    assert {finding.table for finding in ledger.verify().findings} == {"blobs", "evidence"}
