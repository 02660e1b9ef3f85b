"""Reports of runs: what is new since the last one, what has closed, what cannot wait."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from flows import stages
from flows.cli import app
from flows.concluding import compare_conflicts, grave_news
from flows.notifying import notify
from store.ledger import Ledger

ONE = "# Sizes\n\nPublished: 2026-03-02\n\nQwen 3.5 has 397B total parameters. Qwen has 203 million monthly users.\n"
OTHER = "# Sizes\n\nPublished: 2026-03-03\n\nQwen 3.5 has 512B total parameters.\n"


def ask(*words: str, db: str) -> Result:
    result = CliRunner().invoke(app, list(words), env={"CLAIMS_DB": db, "PREFECT_API_URL": ""})
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "one.md").write_text(ONE, "utf-8")
    return folder


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'claims.db'}"


def test_a_report_tells_what_is_new_and_what_has_closed(folder: Path, db: str) -> None:
    first = stages.run([str(folder)], db)
    assert (first["run"], first["new_conflicts"]) == (1, [])
    assert first["changes"]["parameters"] == {"asserted": 1}
    (folder / "other.md").write_text(OTHER, "utf-8")
    second = stages.run([str(folder)], db)
    (conflict,) = second["new_conflicts"]
    assert (conflict["subject"], conflict["metric"]) == ("Qwen 3.5", "parameters")
    assert {side["quote"][:4] for side in conflict["sides"]} == {"397B", "512B"}
    assert second["changes"] == {"parameters": {"asserted": 1}}
    assert [place.rsplit("/")[-1] for place in second["documents"]["new"]] == ["other.md"]
    quiet = stages.run([str(folder)], db)
    assert quiet["new_conflicts"] == [] and quiet["disputed"] == second["disputed"] and quiet["changes"] == {}
    (folder / "other.md").write_text(OTHER.replace("512B", "397B"), "utf-8")
    last = stages.run([str(folder)], db)
    assert [row[:2] for row in last["closed_conflicts"]] == [["Qwen 3.5", "parameters"]]
    assert last["changes"]["parameters"] == {"asserted": 1, "retracted": 1}
    assert last["documents"]["changed"][0].endswith("other.md")


def test_the_command_prints_a_run_all_runs_and_a_digest(folder: Path, db: str) -> None:
    stages.run([str(folder)], db)
    (folder / "other.md").write_text(OTHER, "utf-8")
    stages.run([str(folder)], db)
    last = ask("report", db=db).stdout
    assert last.startswith("## Run 2: 2 documents") and "### New contradictions (1)" in last and "**512B" in last
    assert "| parameters | 1 | 0 |" in last and "New: other.md" in last
    assert json.loads(ask("report", "1", "--format", "json", db=db).stdout)["counts"]["new"] == 1
    assert [line[:2] for line in ask("report", "--list", db=db).stdout.splitlines()] == ["1 ", "2 "]
    since = json.loads(ask("report", "--since", "1", "--format", "json", db=db).stdout)
    assert since["changes"] == {"parameters": {"asserted": 1}} and since["new_conflict_count"] == 1
    assert "New contradictions" in ask("report", "--since", "1", db=db).stdout
    assert "Nothing has changed" in ask("report", "--since", "2", db=db).stdout
    lost = CliRunner().invoke(app, ["report", "9"], env={"CLAIMS_DB": db})
    assert lost.exit_code == 1 and "no run 9" in str(lost.exception)


def test_a_report_names_the_source_that_is_broken(tmp_path: Path, db: str) -> None:
    stages.run([str(tmp_path / "nowhere")], db)
    assert "nowhere: no such file" in ask("report", db=db).stdout.replace("\\", "")


def test_grave_news_are_sent(folder: Path, db: str, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = {
        "run": 7,
        "new_conflicts": [
            {"severity": "high", "subject": "Qwen 3.5", "metric": "parameters", "reason": "397B against 512B"},
            {"severity": "low", "subject": "Qwen 3.5", "metric": "price", "reason": "small"},
        ],
        "problems": [
            {"code": "http-404", "message": "web: answered 404", "fatal": True, "source": True},
            {"code": "too-large", "message": "x", "fatal": True},
        ],
    }
    assert not notify(summary), "nobody asked for it"
    monkeypatch.setenv("CLAIMS_NOTIFY", site.url.replace("http://", "json://"))
    assert notify(summary)
    (sent,) = [json.loads(body) for _, body in site.posted]
    assert sent["message"] == "Qwen 3.5 · parameters: 397B against 512B\nweb: answered 404"
    assert not notify(stages.run([str(folder)], db)) and len(site.posted) == 1


def test_a_service_that_is_away_fails_no_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAIMS_NOTIFY", "nonsense")
    broken = {"run": 1, "problems": [{"code": "x", "message": "m", "fatal": True, "source": True}]}
    assert not notify(broken) and "CLAIMS_NOTIFY" in capsys.readouterr().err


rows = st.dictionaries(
    st.integers(0, 30).map(str),
    st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.just("contradiction")).map(list),
    max_size=12,
)


@given(before=rows, now=rows)
def test_new_and_closed_conflicts_account_for_the_difference(
    before: dict[str, list[str]], now: dict[str, list[str]]
) -> None:
    same = {name: row for name, row in before.items() if name in now}
    now = now | same
    new, closed = compare_conflicts(before, now)
    assert new <= set(now) - set(before) and set(closed) <= set(before) - set(now)
    assert len(now) - len(before) == len(new) - len(closed)
    assert not {tuple(now[name]) for name in new} & {tuple(row) for row in closed.values()}
    assert compare_conflicts(now, now) == (set(), {})


def test_documents_that_fail_alone_are_no_grave_news(folder: Path, db: str) -> None:
    (folder / "bad.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert grave_news(stages.run([str(folder)], db)) == []


def test_runs_of_two_ledgers_are_told_apart(folder: Path, tmp_path: Path, db: str) -> None:
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert [stages.run([str(folder)], url)["run"] for url in (db, other, db)] == [1, 1, 2]
    with Ledger.open(db) as ledger:
        assert len(ledger.log()) == 1
