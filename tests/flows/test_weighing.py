"""`claims reliability` over a real ledger."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app


def run(*arguments: str, db: str) -> Result:
    environment = {"CLAIMS_DB": db, "PREFECT_API_URL": "", "COLUMNS": "120", "CLAIMS_SOURCES": ""}
    return CliRunner().invoke(app, list(arguments), env=environment)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("papers")
    for name, size in (("ada", 397), ("bee", 397), ("zed", 512)):
        head = f"---\npublisher: {name.title()} News\n---\n\n# Sizes\n\nPublished: 2026-03-02\n\n"
        text = f"{head}Qwen 3.5 has {size}B total parameters.\n"
        (folder / f"{name}.md").write_text(text, "utf-8")
    url = f"sqlite:///{folder / 'claims.db'}"
    assert run("ingest", str(folder / "*.md"), db=url).exit_code == 0
    return url


def test_reliability_is_shown_by_source_and_family(db: str) -> None:
    rows = json.loads(run("reliability", "--metric", "parameters", "--format", "json", db=db).stdout)
    assert len(rows) == 3
    assert all(row["compared"] == 1 and 0 < row["reliability"] < 1 for row in rows)
    assert sorted(row["agreed"] for row in rows) == [0, 1, 1]
    table = run("reliability", db=db).stdout
    assert "1 of 1" in table and "0 of 1" in table and "%" in table


def test_what_the_sources_file_says_counts(db: str, tmp_path: Path) -> None:
    plain = json.loads(run("reliability", "--format", "json", db=db).stdout)
    name = plain[-1]["source"]
    entry = '[[source]]\nid = "a"\nkind = "file"\nlocation = "x.md"\nsource = "me"\n'
    entry += f'publisher = "{name}"\nreliability = 0.99\n'
    (tmp_path / "sources.toml").write_text(entry, "utf-8")
    known = json.loads(
        run("reliability", "--format", "json", "--sources", str(tmp_path / "sources.toml"), db=db).stdout
    )
    before, after = ({row["source"]: row["reliability"] for row in rows} for rows in (plain, known))
    assert after[name] > before[name]


def test_the_card_tells_why(db: str) -> None:
    record = json.loads(run("show", "Qwen 3.5", "--format", "json", db=db).stdout)
    (best,) = [each for each in record["best"] if each["metric"] == "parameters"]
    assert best["words"].startswith("397") and "against" in best["reason"]


def test_an_unknown_metric_is_wrong_usage(db: str) -> None:
    assert run("reliability", "--metric", "shoe_size", db=db).exit_code == 2
