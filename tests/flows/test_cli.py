"""The command line over a real ledger: what each command prints, for people and for programs, and how it ends."""

import csv
import importlib.util
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.commands.failing import explain_failure, mask

FIRST = "# Sizes\n\nPublished: 2026-03-02\n\nQwen 3.5 has 397B total parameters. Qwen has 203 million monthly users.\n"
DATED = "# Dates\n\nQwen 3.5 was released on 16 February 2026 under the Apache 2.0 license.\n"
SECOND = "# Other sizes\n\nPublished: 2026-03-03\n\nQwen 3.5 has 512B total parameters.\n"


def run(*arguments: str, db: str = "", stdin: str | None = None) -> Result:
    environment = {"CLAIMS_DB": db, "PREFECT_API_URL": "", "COLUMNS": "100"}
    return CliRunner().invoke(app, list(arguments), env=environment, input=stdin)


def lines(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "one.md").write_text(FIRST, "utf-8")
    (folder / "two.md").write_text(SECOND, "utf-8")
    return folder


@pytest.fixture(scope="module")
def db(folder: Path) -> Iterator[str]:
    url = f"sqlite:///{folder / 'claims.db'}"
    first = run("ingest", str(folder), db=url)
    assert first.exit_code == 0, first.output
    yield url


def test_ingest_tells_what_it_read_and_a_second_one_adds_nothing(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    first, second = (run("ingest", str(folder), db=url) for _ in range(2))
    assert "2 documents (2 new" in first.stdout and "no PREFECT_API_URL" in first.stderr
    assert "2 documents (0 new, 0 changed, 2 unchanged)" in second.stdout and "Nothing new" in second.stdout
    assert [version["version"] for version in lines(run("log", "--format", "jsonl", db=url))] == [1]


def test_ingest_goes_on_past_what_it_cannot_read_and_ends_with_1(folder: Path, tmp_path: Path) -> None:
    result = run("ingest", str(folder / "one.md"), "nowhere.md", db=f"sqlite:///{tmp_path / 'claims.db'}")
    assert result.exit_code == 1
    assert "nowhere.md: no such file" in result.stderr and "1 documents (1 new" in result.stdout


def test_ingest_summary_for_programs(folder: Path, tmp_path: Path) -> None:
    result = run("ingest", str(folder), "--format", "json", db=f"sqlite:///{tmp_path / 'claims.db'}")
    summary = json.loads(result.stdout)
    assert summary["counts"]["new"] == 2 and summary["by_metric"]["parameters"] == 2
    assert summary["gravest"][0]["sides"][0]["quote"]


def test_extract_writes_the_contract(folder: Path) -> None:
    claims = lines(run("extract", str(folder / "one.md")))
    by_metric = {claim["metric"]: claim for claim in claims}
    assert by_metric["parameters"]["low"] == 397_000_000_000
    assert by_metric["parameters"]["document"]["uri"].endswith("/one.md")
    for claim in claims:
        evidence = claim["evidence"]
        assert FIRST[evidence["start"] : evidence["end"]] == evidence["quote"]


def test_extract_reads_standard_input_and_explains() -> None:
    result = run("extract", "-", "--explain", stdin=FIRST)
    assert result.exit_code == 0
    assert "Qwen 3.5 · parameters" in result.stdout and "397B" in result.stdout and "→" in result.stdout


def test_extract_names_the_file_that_it_cannot_read(folder: Path) -> None:
    result = run("extract", str(folder / "one.md"), str(folder / "gone.md"))
    assert result.exit_code == 1
    assert "gone.md" in result.stderr and result.stdout.count("\n") >= 2


def test_quantities_follow_the_contract() -> None:
    line = '{"id": "a", "text": "~600M users"}\n\n{"id": 2, "text": "no figure"}\n'
    first, second = lines(run("quantities", stdin=line))
    expected = {"low": 600_000_000, "high": 600_000_000, "unit": "user", "bound": "approx", "start": 0, "end": 11}
    assert first == {"id": "a", "quantities": [expected]}
    assert second == {"id": 2, "quantities": []}


def test_dates_follow_the_contract() -> None:
    (line,) = lines(run("dates", stdin='{"id": 1, "text": "It launched on 16 February 2026."}'))
    (date,) = line["dates"]
    assert {key: date[key] for key in ("start", "end", "date", "precision")} == {
        "start": 15,
        "end": 31,
        "date": "2026-02-16",
        "precision": "day",
    }


def test_quantities_tell_the_counted_phrase_and_the_denominator() -> None:
    (line,) = lines(run("quantities", stdin='{"text": "113,000+ derivative models at $2 a month"}'))
    assert [(q["unit"], q.get("noun"), q.get("per")) for q in line["quantities"]] == [
        ("model", "derivative model", None),
        ("USD", None, "month"),
    ]


def test_dates_keep_their_precision_unless_times_are_asked_for() -> None:
    line = '{"text": "two years ago at 9:30 am", "reference": "2026-03-02T10:00:00"}'
    (plain,), (timed,) = lines(run("dates", stdin=line)), lines(run("dates", "--times", stdin=line))
    assert [d["date"] for d in plain["dates"]] == ["2024"]
    assert [d["date"] for d in timed["dates"]] == ["2024-03-02T09:30:00"]


@pytest.mark.parametrize("reference", ['"May"', "5"])
def test_a_reference_that_is_no_date_is_named(reference: str) -> None:
    result = run("dates", stdin=f'{{"id": 1, "text": "last month", "reference": {reference}}}')
    assert isinstance(result.exception, ValueError) and "no ISO 8601 date" in str(result.exception)


@pytest.mark.parametrize("text", ["[1]", "{", '{"id": 1}', '{"text": 5}'])
def test_bad_lines_are_named(text: str) -> None:
    result = run("quantities", stdin='{"id": 1, "text": "5 users"}\n' + text)
    assert isinstance(result.exception, ValueError)
    assert "standard input, line 2" in str(result.exception)


def test_history_for_people_and_programs(db: str) -> None:
    shown = run("history", "Qwen 3.5", "--metric", "parameters", db=db)
    assert "397B parameters" in shown.stdout and "512B parameters" in shown.stdout and "one.md" in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 100
    records = lines(run("history", "qwen-3.5", "--metric", "parameters", "--format", "jsonl", db=db))
    assert [record["low"] for record in records] == [397_000_000_000, 512_000_000_000]
    array = json.loads(run("history", "qwen-3.5", "--metric", "parameters", "--format", "json", db=db).stdout)
    assert array == records
    rows = list(csv.DictReader(io.StringIO(run("history", "qwen-3.5", "--format", "csv", db=db).stdout)))
    assert rows[0]["evidence.quote"] and rows[0]["document.uri"]


def test_history_as_of_an_earlier_version_or_moment(db: str) -> None:
    assert run("history", "Qwen 3.5", "--version", "1", "--format", "jsonl", db=db).exit_code == 0
    before = run("history", "Qwen 3.5", "--at", "2001-01-01", db=db)
    assert "no entity is called" in str(before.exception)
    assert run("history", "Qwen 3.5", "--at", "yesterday", db=db).exit_code == 2


def test_show_gives_best_values_and_disputes(db: str) -> None:
    card = run("show", "Qwen 3.5", db=db).stdout
    assert "parameters" in card and "contradiction" in card
    record = json.loads(run("show", "Qwen 3.5", "--format", "json", db=db).stdout)
    assert record["subject"]["id"] == "qwen-3.5" and record["best"] and record["conflicts"]


def test_conflicts_follow_the_contract(db: str) -> None:
    (conflict,) = lines(run("conflicts", "--format", "jsonl", "--metric", "parameters", db=db))
    assert conflict["relation"] == "contradiction" and conflict["severity"] in ("high", "medium", "low")
    assert conflict["subject"] == "qwen-3.5" and len(conflict["claims"]) == 2 and conflict["reason"]
    assert {side["quote"][:4] for side in conflict["evidence"]} == {"397B", "512B"}
    assert run("conflicts", "--severity", "grave", db=db).exit_code == 2


def test_decide_and_undo(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    run("ingest", str(folder), db=url)
    conflict = lines(run("conflicts", "--format", "jsonl", "--metric", "parameters", db=url))[0]
    identity, claim = conflict["conflict_id"], conflict["claims"][0]
    decided = run("decide", identity, "prefer", "--claim", claim[:8], "--note", "seen", "--by", "me", db=url)
    assert decided.exit_code == 0, decided.output
    assert not lines(run("conflicts", "--format", "jsonl", "--metric", "parameters", db=url))
    assert lines(run("conflicts", "--format", "jsonl", "--status", "decided", db=url))
    undone = run("undo", decided.stdout.split(":")[0], "--by", "me", db=url)
    assert undone.exit_code == 0, undone.output
    assert lines(run("conflicts", "--format", "jsonl", "--metric", "parameters", db=url))
    assert run("decide", identity, "perhaps", db=url).exit_code == 2


def test_log_diff_documents_and_verify(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    article = tmp_path / "one.md"
    article.write_text(FIRST, "utf-8")
    run("ingest", str(article), db=url)
    article.write_text(FIRST.replace("397B", "400B"), "utf-8")
    run("ingest", str(article), db=url)
    assert [version["version"] for version in lines(run("log", "--format", "jsonl", db=url))] == [1, 2]
    assert "ingest one.md" in run("log", "--last", "1", db=url).stdout
    changes = lines(run("diff", "1", "2", "--format", "jsonl", db=url))
    assert {change["cause"] for change in changes} == {"source edited"}
    assert "400B parameters" in run("diff", "1", "2", db=url).stdout
    assert len(lines(run("documents", "--format", "jsonl", db=url))) == 1
    assert "one.md" in run("documents", db=url).stdout
    assert run("verify", db=url).stdout.startswith("intact")
    assert json.loads(run("verify", "--format", "json", db=url).stdout)["ok"] is True
    assert run("problems", db=url).exit_code == 0


def test_re_extract_with_the_same_extractor_changes_nothing(db: str) -> None:
    result = run("re-extract", db=db)
    assert result.exit_code == 0, result.output
    assert "2 documents (0 new, 0 changed, 2 unchanged)" in result.stdout


def test_export_in_each_format(db: str, tmp_path: Path) -> None:
    records = lines(run("export", "--format", "jsonl", db=db))
    assert all(record["claim_id"].startswith("c_") and record["asserted_in"] == 1 for record in records)
    table = csv.DictReader(io.StringIO(run("export", "--format", "csv", db=db).stdout))
    assert [row["claim_id"] for row in table] == [record["claim_id"] for record in records]
    target = tmp_path / "claims.jsonl"
    assert run("export", "--output", str(target), db=db).exit_code == 0
    assert len(target.read_text("utf-8").splitlines()) == len(records)
    assert run("export", "--format", "xml", db=db).exit_code == 2


def test_csv_has_the_columns_of_every_kind_of_value(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    (tmp_path / "dated.md").write_text(DATED, "utf-8")
    run("ingest", str(folder / "one.md"), str(tmp_path / "dated.md"), db=url)
    rows = list(csv.DictReader(io.StringIO(run("export", "--format", "csv", db=url).stdout)))
    assert rows[0]["low"] and not rows[0]["date"]
    assert {row["date"] for row in rows} >= {"2026-02-16"} and {row["value"] for row in rows} >= {"Apache 2.0"}


def test_sources_are_added_listed_paused_and_removed(folder: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "mine.toml")
    added = run("sources", "add", "here", str(folder), "--set", "tier=2", "--schedule", "every 6h", "--sources", file)
    assert added.exit_code == 0, added.output
    assert run("sources", "add", "feed", "https://a.example/f", "--kind", "feed", "--sources", file).exit_code == 0
    rows = lines(run("sources", "list", "--format", "jsonl", "--sources", file))
    assert [(row["id"], row["kind"], row["tier"]) for row in rows] == [("here", "folder", 2), ("feed", "feed", 0)]
    assert run("sources", "pause", "feed", "--sources", file).exit_code == 0
    assert "paused" in run("sources", "list", "--sources", file).stdout
    assert run("sources", "remove", "feed", "--sources", file).exit_code == 0
    ingested = run("ingest", "here", "--sources", file, db=f"sqlite:///{tmp_path / 'claims.db'}")
    assert "2 documents (2 new" in ingested.stdout
    assert run("sources", "pause", "here").exit_code == 2, "the package's own file is left alone"


def test_sources_are_checked_without_a_ledger(folder: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "mine.toml")
    run("sources", "add", "here", str(folder), "--sources", file)
    good = run("sources", "check", "--sources", file)
    assert good.exit_code == 0 and "here: 2 articles; the first is 'Sizes', published 2026-03-02" in good.stdout
    run("sources", "add", "away", str(tmp_path / "nowhere"), "--kind", "folder", "--sources", file)
    bad = run("sources", "check", "--sources", file)
    assert bad.exit_code == 1 and "away: broken" in bad.stdout and "check the path" in bad.stderr
    assert run("sources", "check", "here", "--sources", file).exit_code == 0
    assert run("sources", "check", "none", "--sources", file).exit_code == 2
    assert list(tmp_path.iterdir()) == [tmp_path / "mine.toml"]


def test_asking_makes_no_ledger(tmp_path: Path) -> None:
    file = tmp_path / "nothing.db"
    result = run("log", db=f"sqlite:///{file}")
    assert result.exit_code == 1 and str(file) in str(result.exception) and not file.exists()


def test_upgrade_leaves_a_current_ledger_alone(db: str) -> None:
    assert run("db", "upgrade", db=db).exit_code == 0
    assert run("verify", db=db).exit_code == 0


def test_passwords_are_masked_in_every_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert mask("postgresql://me:secret@host/db?x=1") == "postgresql://me:***@host/db?x=1"
    assert explain_failure(OSError("cannot reach postgresql://me:secret@host/db")) == 1
    assert "secret" not in capsys.readouterr().err


def test_parquet_without_duckdb_says_what_is_missing(db: str) -> None:
    if importlib.util.find_spec("duckdb"):
        pytest.skip("duckdb is installed")
    assert "pip install duckdb" in str(run("export", "--format", "parquet", "--output", "x.parquet", db=db).exception)


@pytest.mark.slow
def test_review_serves_the_page_until_it_is_stopped(db: str) -> None:
    command = [sys.executable, "-m", "flows.cli", "review", "--port", "0", "--db", db]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stderr is not None
            address = serving.stderr.readline().split(" at ")[1].split()[0]
            page = page_at(address)
        finally:
            serving.terminate()
    assert "397B" in page and "/conflicts/x_" in page


def test_others_are_served_only_with_accounts(db: str, tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    refused = run("review", "--host", "0.0.0.0", "--accounts", str(file), db=db)
    assert refused.exit_code == 2 and "sign in" in refused.output
    command = ["account", "Mara", "--role", "reader", "--accounts", str(file)]
    made = CliRunner().invoke(app, command, input="a long password\na long password\n")
    assert made.exit_code == 0 and "Mara may sign in as reader" in made.output
    assert CliRunner().invoke(app, command, input="short\nshort\n").exit_code == 2
    assert "a long password" not in file.read_text() + made.output


def page_at(address: str) -> str:
    """Returns a page as soon as its server listens."""
    for _ in range(100):
        with suppress(OSError), urlopen(address, timeout=10) as answer:
            return str(answer.read().decode())
        time.sleep(0.1)
    raise AssertionError(f"nobody at {address}")


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    claims = f"{sys.executable} -m flows.cli"
    return subprocess.run(
        ["bash", "-c", command.replace("claims", claims)],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
        timeout=60,
    )


def test_a_reader_that_goes_away_leaves_no_trace(db: str) -> None:
    done = shell("claims export --format jsonl | head -c 20; echo ${PIPESTATUS[0]} >&2", CLAIMS_DB=db)
    assert len(done.stdout) == 20
    assert done.stderr.strip() in ("0", "1", "141")


def test_wrong_usage_ends_with_2_and_failure_with_1(tmp_path: Path) -> None:
    assert shell("claims history").returncode == 2
    failed = shell("claims log", CLAIMS_DB=f"sqlite:///{tmp_path / 'no' / 'claims.db'}")
    assert failed.returncode == 1 and failed.stderr.startswith("claims: ") and "Traceback" not in failed.stderr


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys, flows.cli; print([m for m in ('prefect', 'spacy', 'sqlalchemy', 'fastapi') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    start = time.perf_counter()
    assert shell("claims --help").returncode == 0
    assert time.perf_counter() - start < 3.0


def test_who_is_who_is_said_and_taken_back(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'claims.db'}"
    run("ingest", str(folder), db=url)
    before = run("history", "Qwen", "--format", "json", db=url).stdout
    said = run("merge", "Qwen 3.5", "Qwen", "--note", "one", "--by", "me", db=url)
    assert "merge of qwen-3.5 and qwen recorded as version 2" in said.stdout
    merged = json.loads(run("history", "Qwen 3.5", "--format", "json", db=url).stdout)
    assert {row["subject"]["id"] for row in merged} == {"qwen"} and len(merged) > len(json.loads(before))
    assert "merged" in run("diff", "1", "2", db=url).stdout
    assert run("history", "Qwen", "--format", "json", "--version", "1", db=url).stdout == before
    deed = said.stdout.split(":")[0]
    assert "merge taken back in version 3" in run("undo", deed[:9], db=url).stdout
    assert run("history", "Qwen", "--format", "json", db=url).stdout == before
    assert "distinct of qwen and qwen-3.5" in run("distinct", "Qwen", "Qwen 3.5", db=url).stdout
    assert run("merge", "Qwen", "Qwen 3.5", db=url).exit_code == 1
    assert "split of qwen and qwen-app" in run("split", "Qwen", "Qwen App", "--mention", "Qwen", db=url).stdout
    names = {row["id"]: row["claims"] for row in lines(run("entities", "--format", "jsonl", db=url))}
    assert names["qwen-app"] > 0 and names["qwen"] == 0
    assert "No two names" in run("entities", "--similar", db=url).stdout


def test_a_backup_is_restored_and_a_text_erased(db: str, tmp_path: Path) -> None:
    target, other = tmp_path / "ledger.jsonl.gz", f"sqlite:///{tmp_path / 'other.db'}"
    assert "lines written to" in run("backup", str(target), db=db).stdout
    restored = run("restore", str(target), db=other)
    assert "intact" in restored.stdout
    assert run("verify", db=db).stdout == run("verify", db=other).stdout
    again = run("restore", str(target), db=other)
    assert again.exit_code == 1 and "holds a ledger already" in str(again.exception)
    assert "rebuilt" in run("db", "rebuild", db=other).stdout
    assert run("erase", "one.md", "--reason", "request", db=other, stdin="n\n").exit_code == 1
    assert "quotes erased in version 2" in run("erase", "one.md", "--reason", "request", "--yes", db=other).stdout
    assert "nothing left to erase" in run("erase", "one.md", "--reason", "request", "--yes", db=other).stdout
    assert "erased" in run("verify", db=other).stdout
    target.write_bytes(target.read_bytes()[:-30])
    broken = run("import", str(target), db=f"sqlite:///{tmp_path / 'third.db'}")
    assert broken.exit_code == 1 and "cut off or damaged" in str(broken.exception)
