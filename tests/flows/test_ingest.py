"""The Prefect flow on a real server of its own: what it records, leaves as artifacts, and does on a schedule."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from flows import stages
from flows.prefect_server import own_server
from store.ledger import Ledger

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with own_server(tmp_path_factory.mktemp("prefect")) as url:
        from prefect.settings import PREFECT_API_URL, temporary_settings

        with temporary_settings({PREFECT_API_URL: url}):
            yield url


def ask(url: str, path: str, body: dict[str, Any]) -> Any:
    request = Request(f"{url}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=30) as answer:
        return json.load(answer)


def exported(db: str) -> list[dict[str, Any]]:
    """Returns the statements without what differs from ledger to ledger: when they were recorded."""
    with Ledger.open(db) as ledger:
        rows = [record | {"recorded_at": None} for record in ledger.export()]
    return sorted(rows, key=lambda row: row["claim_id"])


def test_the_flow_records_what_the_stages_record(server: str, tmp_path: Path) -> None:
    from flows.ingest import ingest

    by_flow, in_process = (f"sqlite:///{tmp_path / name}" for name in ("flow.db", "process.db"))
    summary = ingest(["demo"], by_flow)
    alone = stages.run(["demo"], in_process)
    assert exported(by_flow) == exported(in_process)
    times = {"started_at", "finished_at"}
    assert {k: v for k, v in summary.items() if k not in times} == {k: v for k, v in alone.items() if k not in times}
    assert summary["counts"]["new"] >= 8 and summary["gravest"]
    again = ingest(["demo"], by_flow)
    assert again["versions"] == [] and again["counts"]["asserted"] == 0

    runs = ask(server, "/flow_runs/filter", {"flows": {"name": {"any_": ["ingest"]}}})
    assert {run["state_type"] for run in runs} == {"COMPLETED"} and len(runs) == 2
    wanted = {"plan", "read", "record", "finish", "reconcile", "report"}
    assert wait_for(lambda: wanted <= {run["name"].rsplit("-", 1)[0] for run in ask(server, "/task_runs/filter", {})})
    artifacts = {row["key"]: row for row in ask(server, "/artifacts/latest/filter", {})}
    assert "11 documents" in artifacts["ingest-summary"]["data"]
    tables = ask(server, "/artifacts/filter", {"artifacts": {"key": {"any_": ["ingest-claims-by-metric"]}}})
    rows = [json.loads(row["data"]) for row in tables]
    assert sorted(map(bool, rows)) == [False, True] and max(rows)[0].keys() == {"metric", "claims"}


@pytest.mark.usefixtures("server")
def test_small_batches_give_the_same_ledger(tmp_path: Path) -> None:
    from flows.ingest import ingest

    whole, pieces = (f"sqlite:///{tmp_path / name}" for name in ("whole.db", "pieces.db"))
    stages.run(["demo"], whole)
    summary = ingest(["demo"], pieces, batch_size=4)
    assert len(summary["versions"]) >= 2
    differing = {"recorded_at", "asserted_in"}
    assert [{k: v for k, v in row.items() if k not in differing} for row in exported(pieces)] == [
        {k: v for k, v in row.items() if k not in differing} for row in exported(whole)
    ]


@pytest.mark.usefixtures("server")
def test_bad_sources_are_problems_and_bad_parameters_fail_before_the_run(tmp_path: Path) -> None:
    from prefect.exceptions import ParameterTypeError

    from flows.ingest import ingest

    db = f"sqlite:///{tmp_path / 'claims.db'}"
    article = tmp_path / "good.md"
    article.write_text("Qwen 3.5 has 397B parameters.\n", "utf-8")
    summary = ingest([str(article), str(tmp_path / "missing.md")], db)
    assert summary["counts"]["new"] == 1
    assert [problem["code"] for problem in summary["problems"]] == ["not-found"]
    with pytest.raises(ParameterTypeError):
        ingest([str(article)], db, batch_size="many")


def test_the_command_line_uses_the_server_that_is_set_up(server: str, tmp_path: Path) -> None:
    article = tmp_path / "good.md"
    article.write_text("Qwen 3.5 has 397B parameters.\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "ingest", "good.md", "--db", "sqlite:///here.db"],
        cwd=tmp_path,
        env=os.environ | {"PREFECT_API_URL": server},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "running the flow on the Prefect server" in done.stderr and "1 new" in done.stdout
    assert (tmp_path / "here.db").exists()


def test_serve_registers_schedules_and_works_off_a_run(server: str, tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "one.md").write_text("Qwen 3.5 has 397B parameters.\n", "utf-8")
    sources = tmp_path / "sources.toml"
    sources.write_text(
        '[[source]]\nid = "news"\nkind = "folder"\nlocation = "news"\nschedule = "0 3 * * *"\nsource = "test"\n'
        "jitter_seconds = 0.5\n"
    )
    db = f"sqlite:///{tmp_path / 'served.db'}"
    with (tmp_path / "serve.log").open("wb") as log:
        serving = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "serve", "--sources", str(sources), "--db", db],
            cwd=tmp_path,
            env=os.environ | {"PREFECT_API_URL": server},
            stdout=log,
            stderr=log,
        )
        try:
            deployment = wait_for(lambda: ask(server, "/deployments/filter", {}), serving)[0]
            assert deployment["name"] == "news"
            assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
            assert deployment["schedules"][0]["schedule"]["cron"] == "0 3 * * *"
            run = ask(server, f"/deployments/{deployment['id']}/create_flow_run", {})
            wait_for(lambda: state_of(server, run["id"]) == "COMPLETED", serving, seconds=150)
        finally:
            serving.terminate()
            serving.wait(30)
    assert exported(db)[0]["metric"] == "parameters"


def test_prefect_loads_the_flow_by_its_path() -> None:
    """As a worker does it: the folder of the file goes first on the path, and the file becomes a module of its own."""
    entry = deployed_entrypoint()
    code = f"from prefect.flows import load_flow_from_entrypoint as load; print(load({entry!r}).name)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.strip() == "ingest", done.stderr


def deployed_entrypoint() -> str:
    """Returns the entry point that prefect.yaml names."""
    found = re.search(r"entrypoint: (\S+)", (ROOT / "prefect.yaml").read_text("utf-8"))
    assert found
    return found[1]


def state_of(server: str, run: str) -> str:
    with urlopen(f"{server}/flow_runs/{run}", timeout=30) as answer:
        return str(json.load(answer)["state_type"])


def wait_for(look: Any, process: "subprocess.Popen[bytes] | None" = None, seconds: float = 90) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        assert process is None or process.poll() is None, "claims serve has ended"
        time.sleep(1)
    raise AssertionError(f"nothing after {seconds:.0f} s")
