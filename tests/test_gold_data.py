"""The annotations of seeds/articles hold: spans give the words, metrics and units are known, ends are in order."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOLD = ROOT / "tests" / "gold"
ARTICLES = {path.stem: path for path in sorted((ROOT / "seeds" / "articles").iterdir()) if path.is_file()}
KINDS = {"quantity", "date", "entity", "text"}
BOUNDS = {"exact", "approx", "at_least", "at_most", "range"}
STATUSES = {"asserted", "planned", "alleged", "denied", "threshold"}
BASES = {"stated", "context", "none"}
VERDICTS = {"contradiction", "scope mismatch", "compatible", "agreement"}
SEVERITIES = {"high", "medium", "low", "none"}


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def stored_text(stem: str) -> str:
    from extractors.documents import read_document

    path = ARTICLES[stem]
    return read_document(path.read_bytes(), uri=path.as_uri()).text


def metric_ids() -> set[str]:
    with (ROOT / "seeds" / "metrics.toml").open("rb") as data:
        return {entry["id"] for entry in tomllib.load(data)["metric"]}


def wrong_value(row: dict[str, Any]) -> str:
    """Returns what is wrong with the value fields, "" when nothing is."""
    if row["kind"] == "date":
        return "" if row.get("date") else "no date"
    if row["kind"] != "quantity":
        return "" if row.get("value") else "no value"
    low, high = row["low"], row["high"]
    if None in (low, high) and (low or high) < 0:  # the bound of a fall limits its size
        low, high = high, low
    if row["bound"] == "at_least":
        return "" if low is not None and high is None else "at_least needs low alone"
    if row["bound"] == "at_most":
        return "" if low is None and high is not None else "at_most needs high alone"
    if row["bound"] == "range":
        return "" if low < high else "empty range"
    return "" if low == high else "two values"


@pytest.mark.parametrize("stem", ARTICLES)
def test_every_article_is_annotated(stem: str) -> None:
    assert sum(1 for _ in rows(GOLD / f"{stem}.jsonl")) >= 40


@pytest.mark.parametrize("stem", ARTICLES)
def test_spans_give_the_surface(stem: str) -> None:
    text = stored_text(stem)
    marked = [*rows(GOLD / f"{stem}.jsonl"), *(row for row in rows(GOLD / "ignore.jsonl") if row["doc"] == stem)]
    wrong = [row for row in marked if text[slice(*row["span"])] != row["surface"] or row["doc"] != stem]
    assert not wrong


@pytest.mark.parametrize("stem", ARTICLES)
def test_annotations_use_known_words(stem: str) -> None:
    known = metric_ids()
    for row in rows(GOLD / f"{stem}.jsonl"):
        assert row["metric"] in known or row["metric"].startswith("other:"), row
        assert row["kind"] in KINDS and row["bound"] in BOUNDS and row["status"] in STATUSES, row
        assert row["as_of_basis"] in BASES and row["subject"] and not wrong_value(row), row


def test_nothing_is_annotated_twice() -> None:
    seen: set[str] = set()
    for path in GOLD.glob("[0-9]*.jsonl"):
        for row in rows(path):
            keys = ("doc", "span", "subject", "metric", "low", "high", "date", "value", "scope")
            key = json.dumps([row.get(name) for name in keys], sort_keys=True)
            assert key not in seen, row
            seen.add(key)


def test_conflict_sets_point_into_the_articles() -> None:
    texts = {stem: stored_text(stem) for stem in ARTICLES}
    ids = []
    for row in rows(GOLD / "conflicts.jsonl"):
        ids.append(row["id"])
        assert row["verdict"] in VERDICTS and row["severity"] in SEVERITIES, row
        assert len(row["sides"]) >= 2, row
        for side in row["sides"]:
            assert texts[side["doc"]][slice(*side["span"])] == side["surface"], (row["id"], side)
    assert len(ids) == len(set(ids)) >= 30
