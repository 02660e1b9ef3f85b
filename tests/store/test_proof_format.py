"""The digests can be recomputed by what docs/ledger.md says, with nothing of this program."""

import json
import sqlite3
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from extractors.model import Extraction
from store.ledger import Ledger

TABLES = ["events", "terms", "entities", "documents", "blobs", "revisions", "claims", "evidence"]
TABLES += ["decisions", "identities"]
RAW = {("events", "body"), ("claims", "body"), ("evidence", "place")}
LEFT_OUT = {("blobs", "bytes"), ("evidence", "words")}


def digest(content: bytes) -> bytes:
    return sha256(content).digest()


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tree(leaves: list[bytes]) -> bytes:
    """RFC 6962: the left part is the largest power of two that is smaller than the whole."""
    if not leaves:
        return digest(b"")
    if len(leaves) == 1:
        return leaves[0]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return digest(b"\x01" + tree(leaves[:left]) + tree(leaves[left:]))


def line(table: str, row: sqlite3.Row) -> str:
    columns = [name for name in row.keys() if (table, name) not in LEFT_OUT]  # noqa: SIM118
    return "[" + ",".join(row[name] if (table, name) in RAW else written(row[name]) for name in columns) + "]"


def leaf_digest(held: sqlite3.Connection, leaf: sqlite3.Row) -> bytes:
    content: list[bytes] = []
    for table in TABLES:
        rows = held.execute(f"SELECT * FROM {table} WHERE seq BETWEEN ? AND ? ORDER BY seq", (leaf[1], leaf[0]))
        lines = [line(table, row) for row in rows]
        if lines:
            content.append("\n".join([table, *lines]).encode())
    rows = held.execute("SELECT * FROM evidence WHERE seq BETWEEN ? AND ? ORDER BY seq", (leaf[1], leaf[0])).fetchall()
    words = b""
    if rows:
        question = "SELECT b.bytes FROM revisions r JOIN blobs b ON b.digest = r.text WHERE r.seq = ?"
        text = zlib.decompress(held.execute(question, (rows[0]["revision"],)).fetchone()[0])
        words = digest(digest(b"\x03" + text) + "\n".join(row["words"] for row in rows).encode()).hex().encode()
    assert words.decode() == leaf["words"]
    return digest(b"\x00" + b"\n".join([*content, words, leaf["checks"]]))


def test_the_chain_is_what_the_page_says(tmp_path: Path, reader: Callable[..., Extraction]) -> None:
    path = tmp_path / "claims.db"
    first = "Qwen has 700000000 downloads in 2026-02.\nGrok has 5 users.\n"
    with Ledger.open(f"sqlite:///{path}") as ledger:
        documents = [reader(f"{number}.md", first + "Llama has 7 users.\n" * number) for number in range(5)]
        ledger.record(documents, author="Zoë", reason="“one”")
        ledger.record([reader("0.md", "Qwen has 200000000 downloads in 2026-02.\n")], author="me", reason="two")
        ledger.decide(ledger.conflicts()[0].id, "both", author="me", note="a\nb")
        ledger.merge("Grok", "Llama", author="me")
        ledger.tombstone("1.md", author="me", reason="gone")
        head = ledger.verify().head
    held = sqlite3.connect(path)
    held.row_factory = sqlite3.Row
    previous, before = "0" * 64, 0
    for version in held.execute("SELECT * FROM versions ORDER BY number"):
        reach = (before, version["last_event"])
        leaves = held.execute("SELECT * FROM leaves WHERE seq > ? AND seq <= ? ORDER BY seq", reach).fetchall()
        found = [leaf_digest(held, leaf) for leaf in leaves]
        assert found == [leaf["digest"] for leaf in leaves]
        assert tree(found).hex() == version["root"]
        assert version["previous"] == previous
        said = written(list(version)[:9])
        previous, before = digest(b"\x02" + bytes.fromhex(previous) + said.encode()).hex(), version["last_event"]
        assert previous == version["digest"]
    assert previous == head
    held.close()
