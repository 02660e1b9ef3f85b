"""Work in other processes comes back in order, and is done here when they cannot do it."""

import importlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from extractors.model import Extraction
from store import proofs
from store.lanes import Helper, Lanes
from store.ledger import Ledger

pytestmark = pytest.mark.slow


@contextmanager
def squares(_: int) -> Iterator[Callable[[int], tuple[int, bool]]]:
    yield lambda number: (number * number, True)


@contextmanager
def refuses(_: int) -> Iterator[None]:
    yield None


@contextmanager
def dies(_: int) -> Iterator[Callable[[int], object]]:
    yield lambda _: os._exit(3)


def done(make: Callable[[int], object]) -> list[tuple[int, bool]]:
    helpers = [Helper(make, 1), Helper(make, 2)]  # type: ignore[arg-type]
    try:
        return Lanes[int, tuple[int, bool]](slowly, helpers).run(range(100))
    finally:
        for helper in helpers:
            helper.close()


def slowly(number: int) -> tuple[int, bool]:
    time.sleep(0.02)
    return number * number, False


@pytest.mark.parametrize("name", ["squares", "refuses", "dies"])
def test_results_come_in_order_and_what_helpers_cannot_do_is_done_here(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    found = done(getattr(importlib.import_module("test_lanes"), name))
    assert [square for square, _ in found] == [number * number for number in range(100)]
    assert any(helped for _, helped in found) == (name == "squares")


def test_verify_with_helpers_says_the_same(
    tmp_path: Path, reader: Callable[..., Extraction], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "LEAVES_A_STRETCH", 3)
    with Ledger.open(f"sqlite:///{tmp_path / 'claims.db'}") as ledger:
        for number in range(30):
            ledger.record([reader(f"{number}.md", f"Qwen has {number} downloads.\n")], author="me", reason="test")
        alone = ledger.verify()
        monkeypatch.setattr(proofs, "WORTH_HELPERS", 1)
        assert ledger.verify() == alone
        with ledger._engine.begin() as connection:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
            connection.execute(text("UPDATE evidence SET cause = 1 WHERE seq = (SELECT max(seq) FROM evidence)"))
        helped = ledger.verify()
        monkeypatch.setattr(proofs, "WORTH_HELPERS", 1_000_000)
        assert helped == ledger.verify()
        assert [(finding.version, finding.table) for finding in helped.findings] == [(30, "evidence")]
