"""Writers killed at any moment, and many at once: whole versions, nothing lost and nothing doubled."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Extraction
from store.ledger import Ledger

pytestmark = pytest.mark.slow

FOLDERS = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
DOCUMENTS = 60
CLAIMS = 40

WRITER = f"""
import sys
sys.path[:0] = sys.argv[4:6]
from conftest import read
from store.ledger import Ledger

url, name, first = sys.argv[1:4]
with Ledger.open(url) as ledger:
    print("ready", flush=True)
    for number in range(int(first), {DOCUMENTS}):
        body = "".join(f"Qwen has {{number * 100 + n}} downloads.\\n" for n in range({CLAIMS}))
        ledger.record([read(f"{{name}}-{{number}}.md", body), read("shared.md", "Grok has 5 users.\\n")],
                      author=name, reason="test")
        print(number, flush=True)
"""


def writer(url: str, name: str, first: int = 0) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER, url, name, str(first), *FOLDERS]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def answers(ledger: Ledger) -> list[dict[str, Any]]:
    """What the ledger holds, without times and numbers of versions."""
    rows = [row | {"asserted_in": 0, "recorded_at": ""} for row in ledger.export()]
    return sorted(rows, key=lambda row: str(row["claim_id"]))


def check_kills(url: str, undisturbed: Ledger, kills: int) -> None:
    chance = random.Random(5)
    held = 0
    for _ in range(kills):
        with writer(url, "w", held) as running:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.0, 0.15))
            running.kill()
            told = running.stdout.read().split()
        with Ledger.open(url) as ledger:
            before, held = held, len(ledger.log())
            assert held in (before + len(told), before + len(told) + 1)
            assert ledger.verify().findings == ()
        if held >= DOCUMENTS:
            break
    with writer(url, "w", 0) as running:
        running.communicate()
    assert running.returncode == 0
    with Ledger.open(url) as ledger:
        assert [version.number for version in ledger.log()] == list(range(1, DOCUMENTS + 1))
        assert ledger.verify().findings == ()
        assert answers(ledger) == answers(undisturbed)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """The ledger of a writer that nobody disturbed."""
    url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed') / 'claims.db'}"
    with writer(url, "w") as running:
        running.communicate()
    return Ledger.open(url)


def test_a_writer_killed_again_and_again_on_sqlite(tmp_path: Path, undisturbed: Ledger) -> None:
    check_kills(f"sqlite:///{tmp_path / 'claims.db'}", undisturbed, 12)


def test_a_writer_killed_again_and_again_on_postgresql(postgres_url: str, undisturbed: Ledger) -> None:
    check_kills(postgres_url, undisturbed, 6)


def check_together(url: str, writers: int) -> None:
    Ledger.open(url).close()
    running = [writer(url, f"w{number}") for number in range(writers)]
    for process in running:
        process.communicate()
    assert [process.returncode for process in running] == [0] * writers
    with Ledger.open(url) as ledger:
        assert [version.number for version in ledger.log()] == list(range(1, writers * DOCUMENTS + 1))
        assert len(list(ledger.statements())) == writers * DOCUMENTS * CLAIMS + 1
        assert ledger.verify().findings == ()


def test_two_processes_on_sqlite(tmp_path: Path) -> None:
    check_together(f"sqlite:///{tmp_path / 'claims.db'}", 2)


def test_eight_processes_on_postgresql(postgres_url: str) -> None:
    check_together(postgres_url, 8)


def test_a_killed_writer_leaves_room_for_the_next(tmp_path: Path, reader: Callable[..., Extraction]) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    with writer(url, "w") as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.kill()
    with Ledger.open(url) as ledger:
        before = len(ledger.log())
        receipt = ledger.record([reader("later.md", "Qwen has 5 users.\n")], author="me", reason="test")
        assert receipt.version == before + 1
